"""What a feed leaves out by itself, counted: each post once, for the first rule that hits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.feed.columns import Columns
from app.feed.knowledge import Knowledge
from app.feed.relaxing import AUTHOR, LIMIT, TOP, causes_of
from app.feed.sieve import Texts, sift
from app.services.feed_candidates import texts_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from app.feed.recipe import Recipe
    from app.services.feed_making import Made
    from app.store.candidates import Candidates

MOST_RULES = 40
"""Of so many rules it is told what each of them drops."""


def left_out(made: Made, read: Candidates) -> dict[str, int]:
    """Cause → how many, the one that leaves out most first. On a reader's thread."""
    columns, texts = made.pool.columns, texts_of(read, made.pool)
    left = np.ones(len(columns), np.bool_)
    found: dict[str, int] = {}
    for cause, group in causes_of(made.plan.recipe)[:MOST_RULES]:
        kept = sift(group, columns, made.known.knowledge, texts)
        if gone := int(np.count_nonzero(left & ~kept)):
            found[cause] = found.get(cause, 0) + gone
        left &= kept
    found.update(_beyond_rules(made))
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def why_left_out(
    recipe: Recipe, shown: Collection[str], columns: Columns, known: Knowledge, texts: Texts
) -> dict[str, str]:
    """URI → the cause among *shown* that would leave it out: it is here because it was asked for."""
    found: dict[str, str] = {}
    for cause, group in causes_of(recipe):
        if cause in shown:
            dropped = np.flatnonzero(~sift(group, columns, known, texts)).tolist()
            for row in dropped:
                found.setdefault(columns.uris[row], cause)
    return found


def _beyond_rules(made: Made) -> dict[str, int]:
    """What passed the rules, and yet is not shown."""
    recipe, total = made.plan.recipe, len(made.kept)
    found: dict[str, int] = {}
    best = max(1, round(total * recipe.top)) if recipe.top < 1 and total else total
    if best < total:
        found[TOP] = total - best
    folded = sum(map(len, made.ranking.below.values()))
    rest = best - len(made.ranking.rows) - folded
    if rest > 0:
        full = len(made.ranking.rows) >= recipe.limit
        found[LIMIT if full or not recipe.spread.max_per_author else AUTHOR] = rest
    return found
