"""What a feed leaves out, cause by cause, and the same feed without some of them. Pure."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from app.feed.recipe import Group, Recipe
from app.feed.rule_words import in_words

RULE = "Rule: "
TOP = "Only the best are shown"
AUTHOR = "Only so many of one author"
LIMIT = "Only so many in all"
ALL_SHOWN = 5_000


def causes_of(recipe: Recipe) -> tuple[tuple[str, Group], ...]:
    """Each rule by itself, in words, in the order in which they are told: drops first."""
    where = recipe.where
    if where is None:
        return ()
    found = [(f"{RULE}{in_words(rule)}", Group(none=(rule,))) for rule in where.none]
    found += [(f"{RULE}not ({in_words(rule)})", Group(all=(rule,))) for rule in where.all]
    if where.any:
        some = "; or ".join(in_words(rule) for rule in where.any)
        found.append((f"{RULE}none of ({some})", Group(any=where.any)))
    return tuple(found)


def relaxed(recipe: Recipe, shown: Collection[str]) -> Recipe:
    """The same, with what these causes leave out."""
    if not shown:
        return recipe
    where = recipe.where
    if where is not None:
        none = tuple(one for one in where.none if f"{RULE}{in_words(one)}" not in shown)
        every = tuple(one for one in where.all if f"{RULE}not ({in_words(one)})" not in shown)
        some = "; or ".join(in_words(rule) for rule in where.any)
        anyone = () if f"{RULE}none of ({some})" in shown else where.any
        where = Group(all=every, any=anyone, none=none)
        where = where if (none or every or anyone) else None
    spread = recipe.spread
    if AUTHOR in shown:
        spread = replace(spread, max_per_author=0)
    return replace(
        recipe,
        where=where,
        spread=spread,
        top=1.0 if TOP in shown else recipe.top,
        limit=ALL_SHOWN if LIMIT in shown else recipe.limit,
    )
