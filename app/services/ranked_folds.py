"""What is folded below the cards of a feed: laid out, named, opened. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.rows import Card, FoldRow, Row
from app.model.timeline import RowKey

if TYPE_CHECKING:
    from app.services.feed_making import Made

FOLD = 3
"""Kind of a row's id (two lowest bits): the store has no such rows."""


class Folds(Struct, frozen=True, kw_only=True):
    """
    A feed's rows with their folds.

    Attributes:
        keys: All rows, in order.
        below: Row of a fold → what is folded there.
    """

    keys: list[RowKey]
    below: dict[RowKey, tuple[RowKey, ...]]


def is_fold(key: RowKey) -> bool:
    """It is the row of a fold."""
    return key.id & FOLD == FOLD


def fold_key(head: RowKey) -> RowKey:
    """Of the fold below a card."""
    return RowKey(head.at, head.id | FOLD)


def head_key(fold: RowKey) -> RowKey:
    """Of the card above a fold; any other row is its own."""
    return RowKey(fold.at, fold.id & ~FOLD) if is_fold(fold) else fold


def laid_out(made: Made, gone: Collection[RowKey], unfolded: Collection[RowKey]) -> Folds:
    """
    The rows of a feed.

    Args:
        gone: Rows that are not shown.
        unfolded: Cards whose fold is open.
    """
    candidates = made.kept.candidates
    keys: list[RowKey] = []
    below: dict[RowKey, tuple[RowKey, ...]] = {}
    for key, row in zip(made.keys, made.ranking.rows, strict=True):
        if key in gone:
            continue
        keys.append(key)
        others = made.ranking.below.get(row)
        found = tuple(candidates[one].key for one in others) if others else ()
        found = tuple(one for one in found if one not in gone)
        if found:
            fold = fold_key(key)
            keys.append(fold)
            below[fold] = found
            if key in unfolded:
                keys += found
    return Folds(keys=keys, below=below)


def place_in(made: Made, unfolded: Collection[RowKey], key: RowKey) -> RowKey | None:
    """The row of a feed where a reader stands who stood at *key*; None: it is not there."""
    head = head_key(key)
    if head in made.keys:
        return head
    rows, candidates = made.ranking.rows, made.kept.candidates
    for place, row in enumerate(rows):
        if any(candidates[one].key == head for one in made.ranking.below.get(row, ())):
            return head if made.keys[place] in unfolded else made.keys[place]
    return None


def fold_row(
    key: RowKey, below: Sequence[RowKey], head: Row | None, by: str, *, opened: bool
) -> FoldRow:
    """In words: "3 more by Teun Haverkate"."""
    count = len(below)
    text = f"{count} more"
    if by == "link":
        text += " about the same link"
    elif by == "thread":
        text += " of the same conversation"
    elif isinstance(head, Card):
        text += f" by \u2068{head.post.author.shown_name}\u2069"
    return FoldRow(key=key, head=head_key(key), text=text, opened=opened)
