"""A dry run: what a recipe keeps and drops, before it is used. On a reader's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from app.feed.columns import HOUR
from app.feed.recipe import Group
from app.feed.rows import Card
from app.feed.rule_words import in_words
from app.feed.sieve import sift
from app.feed.wording import recipe_in_words
from app.services.feed_candidates import texts_of
from app.services.feed_making import Made
from app.services.feed_values import Preview
from app.services.ranked_rows import hidden_in, read_values
from app.services.row_loads import Look

if TYPE_CHECKING:
    from app.store.candidates import Candidates

DAY_HOURS = 24.0
MOST_RULES = 40
"""Of so many rules it is told what each of them drops."""


def preview_of(made: Made, read: Candidates, look: Look, rows: int) -> Preview:
    """Counted over the last day, or over what the recipe looks back at if that is less."""
    window = made.plan.recipe.window.hours
    hours = min(DAY_HOURS, window) if window else DAY_HOURS
    since = made.moment.now - round(hours * HOUR)
    all_of, kept = made.pool.columns, made.kept
    recent = all_of.number("stood") >= since
    kept_recent = kept.number("stood") >= since
    before = {one.traits.author for one in all_of.only(recent).candidates}
    after = {one.traits.author for one in kept.only(kept_recent).candidates}
    removed, of, left = len(before - after), int(recent.sum()), int(kept_recent.sum())
    people = "author" if removed == 1 else "authors"
    words = (
        f"keeps {_grouped(left)} of {_grouped(of)} posts of the last {hours:g} h, "
        f"{removed} {people} removed"
    )
    values = read_values(read, made, made.keys[:rows], look)
    places = [
        (ranked, row)
        for ranked, key in zip(made.ranking, made.keys[:rows], strict=False)
        if isinstance(row := values.rows.get(key), Card)
    ]
    scored = made.plan.recipe.rank.mode == "score"
    return Preview(
        kept=left,
        of=of,
        hours=hours,
        authors_removed=removed,
        words=words,
        in_words=recipe_in_words(made.plan.recipe),
        rows=tuple(row for _, row in places),
        scores=tuple(ranked.score for ranked, _ in places) if scored else (),
        folded=tuple(len(ranked.folded) for ranked, _ in places),
        dropped=_dropped(made, read),
        hidden=dict(hidden_in(made).by),
    )


def _dropped(made: Made, read: Candidates) -> dict[str, int]:
    """How many each rule would drop by itself, the one that drops most first."""
    where = made.plan.recipe.where
    if where is None:
        return {}
    texts = texts_of(read, made.pool)
    found: dict[str, int] = {}
    rules = [*((rule, True) for rule in where.none), *((rule, False) for rule in where.all)]
    for rule, drops in rules[:MOST_RULES]:
        group = Group(none=(rule,)) if drops else Group(all=(rule,))
        kept = sift(group, made.pool.columns, made.known.knowledge, texts)
        gone = int(np.count_nonzero(~kept))
        if gone:
            words = in_words(rule) if drops else f"not ({in_words(rule)})"
            found[words] = found.get(words, 0) + gone
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def _grouped(count: int) -> str:
    """With a thin space between thousands."""
    return f"{count:,}".replace(",", "\u202f")
