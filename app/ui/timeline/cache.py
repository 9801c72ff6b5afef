"""Layouts that were made, the last few dozen."""

from __future__ import annotations

from collections import OrderedDict

from msgspec import Struct

from app.feed.rows import Shown
from app.model.timeline import RowKey
from app.ui.timeline.layout.frame import RowState
from app.ui.timeline.layout.values import RowLayout

MOST = 40
"""Some screens up and down. Each takes 60 kB, most of it Qt's glyphs."""


class Kept(Struct):
    """A layout and what it was made from."""

    row: Shown | None
    state: RowState
    layout: RowLayout


class LayoutCache:
    """Least recently used goes first; a row's new value makes its layout void."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[RowKey, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: RowKey, row: Shown | None, state: RowState) -> RowLayout | None:
        """The layout made of exactly this value and state."""
        kept = self._kept.get(key)
        if kept is None or kept.state != state:
            return None
        if kept.row is not row and kept.row != row:
            return None
        kept.row = row
        self._kept.move_to_end(key)
        return kept.layout

    def keep(self, key: RowKey, row: Shown | None, state: RowState, layout: RowLayout) -> None:
        """Remember it."""
        self._kept[key] = Kept(row, state, layout)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def forget(self, key: RowKey) -> None:
        """This one is to be laid out again."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Other rows altogether."""
        self._kept.clear()

    def latest(self, most: int) -> LayoutCache:
        """Only what was looked at last: a screen or so of it."""
        made = LayoutCache(self._most)
        for key in list(self._kept)[-most:]:
            made._kept[key] = self._kept[key]
        return made

    def heights(self) -> list[int]:
        """Of all that it has, px."""
        return [kept.layout.height for kept in self._kept.values()]
