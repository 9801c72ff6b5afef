"""A list of posts that were found, with what was looked for marked in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.feed.rows import Card, Shown
from app.model.bookmark import Filed
from app.model.query import Query
from app.services.search_sorting import asks_for_bookmarks
from app.ui.search.marks import lay_found_row
from app.ui.theme import Theme
from app.ui.timeline.layout.frame import PLAIN, Frame, RowState
from app.ui.timeline.layout.values import RowLayout
from app.ui.timeline.pictures import Pictures
from app.ui.timeline.view import TimelineView


class FoundView(TimelineView):
    """Marks words, and says what I wrote to bookmarks; all else is a timeline's."""

    def __init__(self, theme: Theme, pictures: Pictures, *, clock: Callable[[], datetime]) -> None:
        self._sought = Query()
        self._filed: Callable[[Card], Filed | None] = lambda card: None
        super().__init__(theme, pictures, clock=clock, lay=self._lay)

    def look_for(self, query: Query) -> None:
        """Mark these words from now on."""
        if query != self._sought:
            self._sought = query
            self.shelf.forget_layouts()
            self._reframe()

    def show_filed(self, of: Callable[[Card], Filed | None]) -> None:
        """Say under each bookmark what I wrote to it, as *of* tells now."""
        self._filed = of
        self.shelf.forget_layouts()
        self._reframe()

    def _lay(
        self, row: Shown | None, frame: Frame, now: datetime, state: RowState = PLAIN
    ) -> RowLayout:
        filed = None
        if isinstance(row, Card) and asks_for_bookmarks(self._sought):
            filed = self._filed(row)
        return lay_found_row(self._sought, row, frame, now, state, filed)
