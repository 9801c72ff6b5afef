"""A recipe while it is being changed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.feed.recipe import Condition, Fold, Group, Rank, Recipe, Term
from app.feed.recipe_reading import recipe_from_json, recipe_to_json
from app.ui.feeds.draft import (
    OFF,
    Draft,
    LabRule,
    rules_of,
    with_rules,
    with_weight,
    without_term,
)
from app.wiring.feeds import documents

VOTE = Condition(field="text", op="has_word", value="vote")
SEEN = Condition(field="seen", op="is", value=True)
PLAIN = Recipe(id="x", name="x", rank=Rank(mode="score", terms=(Term(feature="newest", weight=1),)))


@pytest.mark.parametrize("id", sorted(documents().feeds))
def test_the_rules_of_every_built_in_feed_come_back_unchanged(id: str) -> None:
    """Taken apart into lines and put together again, a recipe is what it was."""
    recipe = recipe_from_json(documents().feeds[id])
    assert with_rules(recipe, rules_of(recipe)) == recipe


def test_a_rule_that_is_off_is_kept_in_the_document_and_does_nothing() -> None:
    """Through the file and back it is at its place, and switched on it works again."""
    rules = (
        LabRule(effect="drop", rule=VOTE),
        LabRule(effect="drop", rule=SEEN, on=False),
        LabRule(effect="fold", fold=Fold(by="person", keep=2)),
    )
    recipe = with_rules(PLAIN, rules)
    assert recipe.where == Group(none=(VOTE,))

    back = recipe_from_json(recipe_to_json(recipe))

    assert rules_of(back) == rules
    on = with_rules(back, [replace(rule, on=True) for rule in rules_of(back)])
    assert on.where == Group(none=(VOTE, SEEN))
    assert OFF not in on.extra


@pytest.mark.parametrize(
    "kept",
    [
        "no list",
        [1, None, {"effect": "drop"}, {"effect": "explode", "rule": {}}],
        [{"effect": "drop", "at": -1, "rule": {"field": "text", "op": ">=", "value": 1}}],
        [{"effect": "fold", "fold": {"by": "moon"}}],
    ],
)
def test_what_a_stranger_wrote_there_is_passed_over(kept: object) -> None:
    """A document is data: what cannot be read as a rule is none."""
    assert rules_of(replace(PLAIN, extra={OFF: kept})) == ()


def test_a_slider_that_is_drawn_is_one_step() -> None:
    """Undo goes back to before it was touched, redo to where it was left."""
    draft = Draft(PLAIN)
    for weight in (0.9, 0.8, 0.7):
        draft.change(lambda r, w=weight: with_weight(r, "newest", w), "weight newest")
    draft.change(lambda r: with_weight(r, "likes", 1), "weight likes")
    assert draft.is_edited

    draft.undo()
    assert [term.weight for term in draft.recipe.rank.terms] == [0.7]
    draft.undo()
    assert draft.recipe == PLAIN
    assert not draft.can_undo
    assert not draft.is_edited
    draft.redo()
    assert [term.weight for term in draft.recipe.rank.terms] == [0.7]


def test_what_was_taken_back_is_forgotten_by_the_next_change() -> None:
    """There is one line of steps, not a tree."""
    draft = Draft(PLAIN)
    draft.change(lambda r: with_weight(r, "likes", 1))
    draft.undo()
    assert not draft.change(lambda r: r)
    assert draft.can_redo
    draft.change(lambda r: with_weight(r, "quiet", 1))
    assert not draft.can_redo


def test_the_last_scorer_stays() -> None:
    """A ranked feed without any would be no order at all."""
    both = with_weight(PLAIN, "likes", 1)
    assert [term.feature for term in without_term(both, "newest").rank.terms] == ["likes"]
    assert without_term(PLAIN, "newest") == PLAIN


def test_steps_do_not_grow_without_end() -> None:
    """The oldest are forgotten."""
    draft = Draft(PLAIN)
    for number in range(Draft.MOST * 2):
        draft.change(lambda r, n=number: replace(r, limit=n + 1))
    taken = 0
    while draft.can_undo:
        draft.undo()
        taken += 1
    assert taken == Draft.MOST - 1
