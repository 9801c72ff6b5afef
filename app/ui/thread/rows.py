"""What one row of a conversation shows, and how it hangs together with its neighbours. Pure."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from app.feed.rows import Card
from app.feed.threads import Line, Tree
from app.model.timeline import RowKey

Place = Literal["above", "focus", "own", "answer", "hidden"]
"""Over the post, the post itself, its author going on, an answer; what rules left out."""


class ThreadRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    One row.

    Attributes:
        line: None: the last row, which says what was *hidden*.
        card: The line's post; its key is this row's.
        joined: A thread line comes down to it from the row above.
        opens: One goes down from it.
        ends: A hairline stands below it.
        url: Web page of what it belongs to, where there may be more of it.
    """

    key: RowKey
    place: Place
    line: Line | None = None
    card: Card | None = None
    joined: bool = False
    opens: bool = False
    ends: bool = True
    hidden: int = 0
    url: str = ""

    @property
    def depth(self) -> int:
        """How far it is nested: 0 for all but answers."""
        return self.line.depth if self.line is not None else 0

    @property
    def rails(self) -> tuple[bool, ...]:
        """See ``Line.rails``."""
        return self.line.rails if self.line is not None else ()


def place_of(tree: Tree, index: int) -> Place:
    """Where the line with that number stands."""
    above = len(tree.above)
    if index < above:
        return "above"
    if index == above:
        return "focus"
    return "own" if index <= above + len(tree.thread) else "answer"


def make_row(
    key: RowKey,
    place: Place,
    line: Line,
    before: tuple[Place, Line] | None,
    after: tuple[Place, Line] | None,
) -> ThreadRow:
    """The row of *line* between its neighbours, each with where it stands."""
    card = line.card
    if card is not None and card.key != key:
        card = replace(card, key=key)
    below = after[1] if after is not None else None
    match place:
        case "above":
            joined, opens, ends = before is not None, True, False
        case "own":
            joined = before is not None and before[0] == "own"
            opens = after is not None and after[0] == "own"
            ends = not opens
        case "answer":
            joined = line.depth > 1
            deeper = below is not None and below.depth > line.depth
            opens = deeper or _continues(line, below)
            ends = below is None or below.depth <= 1
        case _:
            joined, opens, ends = before is not None, False, True
    return ThreadRow(
        key=key, place=place, line=line, card=card, joined=joined, opens=opens, ends=ends
    )


def _continues(line: Line, after: Line | None) -> bool:
    return after is not None and after.kind == "continue" and after.parent == line.uri
