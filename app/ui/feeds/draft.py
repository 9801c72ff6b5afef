"""
A recipe while it is being changed: rules as a list, steps that can be taken back. Pure.

A rule that is switched off is kept with the document, as ``x-off``: other programs
pass over it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.feed.recipe import Feature, Fold, Group, Recipe, Rule, Term
from app.feed.recipe_reading import BadRecipe, recipe_from_json

OFF = "x-off"

Effect = Literal["keep", "any", "drop", "fold"]
"""Keep only what; keep what is one of these; drop; fold together."""

_PARTS: dict[Effect, str] = {"keep": "all", "any": "any", "drop": "none"}


class LabRule(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One line of the lab. *rule* is None and *fold* counts where things are folded."""

    effect: Effect
    rule: Rule | None = None
    fold: Fold = Fold()
    on: bool = True


def rules_of(recipe: Recipe) -> tuple[LabRule, ...]:
    """All rules, those that are off at their old place."""
    where = recipe.where or Group()
    found = [
        LabRule(effect=effect, rule=rule)
        for effect, name in _PARTS.items()
        for rule in getattr(where, name)
    ]
    if recipe.fold.by:
        found.append(LabRule(effect="fold", fold=recipe.fold))
    for at, rule in _read_off(recipe):
        found.insert(min(at, len(found)), rule)
    return tuple(found)


def with_rules(recipe: Recipe, rules: Sequence[LabRule]) -> Recipe:
    """The same recipe with these rules."""
    parts: dict[str, list[Rule]] = {"all": [], "any": [], "none": []}
    fold, off = Fold(), []
    for at, one in enumerate(rules):
        if not one.on:
            off.append(_written(at, one))
        elif one.effect == "fold":
            fold = one.fold
        elif one.rule is not None:
            parts[_PARTS[one.effect]].append(one.rule)
    where = Group(**{name: tuple(part) for name, part in parts.items()})
    extra = {key: value for key, value in recipe.extra.items() if key != OFF}
    if off:
        extra[OFF] = off
    some = any(parts.values())
    return replace(recipe, where=where if some else None, fold=fold, extra=extra)


def with_weight(recipe: Recipe, feature: Feature, weight: float) -> Recipe:
    """The same with another weight; a feature that was not there is put last."""
    terms = list(recipe.rank.terms)
    at = next((at for at, term in enumerate(terms) if term.feature == feature), len(terms))
    terms[at : at + 1] = [Term(feature=feature, weight=weight)]
    return replace(recipe, rank=replace(recipe.rank, terms=tuple(terms)))


def without_term(recipe: Recipe, feature: Feature) -> Recipe:
    """The same without it; the last one stays, since something must order."""
    terms = tuple(term for term in recipe.rank.terms if term.feature != feature)
    return replace(recipe, rank=replace(recipe.rank, terms=terms)) if terms else recipe


def _read_off(recipe: Recipe) -> list[tuple[int, LabRule]]:
    """Written by strangers: what cannot be read is passed over, and stays where it is."""
    kept, found = recipe.extra.get(OFF), []
    for raw in kept if isinstance(kept, list) else []:
        rule = _read_rule(raw)
        if rule is not None:
            at = raw.get("at", 0)
            found.append((at if isinstance(at, int) and at >= 0 else 0, rule))
    return sorted(found, key=lambda one: one[0])


def _read_rule(raw: Any) -> LabRule | None:
    if not isinstance(raw, dict) or raw.get("effect") not in (*_PARTS, "fold"):
        return None
    effect: Effect = raw["effect"]
    document: dict[str, Any] = {"format": "godwit-feed", "version": 1, "id": "x", "name": "x"}
    if effect == "fold":
        document["fold"] = raw.get("fold")
    else:
        document["where"] = {"all": [raw.get("rule")]}
    try:
        read = recipe_from_json(json.dumps(document))
    except (BadRecipe, TypeError, ValueError):
        return None
    if effect == "fold":
        return LabRule(effect=effect, fold=read.fold, on=False) if read.fold.by else None
    assert read.where is not None
    return LabRule(effect=effect, rule=read.where.all[0], on=False)


def _written(at: int, one: LabRule) -> dict[str, Any]:
    what = {"fold": msgspec.to_builtins(one.fold)} if one.effect == "fold" else {}
    if one.rule is not None:
        what = {"rule": msgspec.to_builtins(one.rule)}
    return {"at": at, "effect": one.effect, **what}


class Draft:
    """
    The recipe and what it was before.

    Attributes:
        saved: As it is kept; None: it never was.
        base: As it was when it was opened.
    """

    MOST = 200

    def __init__(self, recipe: Recipe, *, saved: bool = True) -> None:
        self.saved = recipe if saved else None
        self.base = recipe
        self._steps = [recipe]
        self._at = 0
        self._kind = ""

    @property
    def recipe(self) -> Recipe:
        """As it is now."""
        return self._steps[self._at]

    @property
    def is_edited(self) -> bool:
        """It is not what is kept."""
        return self.saved != self.recipe

    @property
    def can_undo(self) -> bool:
        """There is a step to take back."""
        return self._at > 0

    @property
    def can_redo(self) -> bool:
        """A step was taken back."""
        return self._at + 1 < len(self._steps)

    def change(self, change: Callable[[Recipe], Recipe], kind: str = "") -> bool:
        """
        Take a step. False: it changes nothing.

        Args:
            kind: Steps of one kind, one after the other, are one: a slider that is drawn.
        """
        made = change(self.recipe)
        if made == self.recipe:
            return False
        if kind and kind == self._kind and self._at:
            self._steps[self._at :] = [made]
        else:
            self._steps[self._at + 1 :] = [made]
            self._steps = self._steps[-self.MOST :]
            self._at = len(self._steps) - 1
        self._kind = kind
        return True

    def undo(self) -> None:
        """Take the last step back."""
        self._at, self._kind = max(0, self._at - 1), ""

    def redo(self) -> None:
        """Take it again."""
        self._at, self._kind = min(len(self._steps) - 1, self._at + 1), ""

    def note_saved(self) -> None:
        """It is kept as it is now."""
        self.saved, self._kind = self.recipe, ""
