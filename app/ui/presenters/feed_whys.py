"""Why posts stand where they stand in a feed, what it leaves out, and what is taught to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from app.feed.rows import Card
from app.model.errors import ServiceError
from app.services.ranked_timeline import RankedTimeline
from app.ui.presenters.places import is_feed
from app.ui.shell.items import Hidden
from app.ui.shell.words import hidden_icon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from app.services.feed_values import Explanation
    from app.services.house import House
    from app.services.timeline_header import Header
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.shell import ShellPresenter
    from app.ui.presenters.timeline import TimelinePresenter
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.view import TimelineView


class FeedWhys:
    """A part of ``FeedRoom``."""

    _look: Look
    _window: Window
    _view: TimelineView
    _shell: ShellPresenter
    _house: House
    _scope: TaskScope
    _timeline: TimelinePresenter
    _say: Callable[[ServiceError], None]

    def why_hidden(self, header: Header, rules: Callable[[], None]) -> None:
        """What was left out of the timeline, by what; *rules* leads to why that is."""
        opened = self._timeline.opened
        if header.left_out and isinstance(opened, RankedTimeline):
            self._scope.restart(self._count_left_out(header, opened, rules), name="why hidden")
        elif header.hidden.count:
            self._show_hidden(header, {}, rules)

    async def _count_left_out(
        self, header: Header, opened: RankedTimeline, rules: Callable[[], None]
    ) -> None:
        try:
            out = await opened.left_out()
        except ServiceError as error:
            self._say(error)
            return
        self._show_hidden(header, out, rules)

    def _show_hidden(
        self, header: Header, out: Mapping[str, int], rules: Callable[[], None]
    ) -> None:
        from app.ui.shell.popovers import HiddenPopover

        causes = [
            Hidden(text, count, hidden_icon(text)) for text, count in header.hidden.by.items()
        ]
        own = [Hidden(text, count, "sliders-horizontal") for text, count in out.items()]
        popover = HiddenPopover(self._look, causes, self._window, rules=rules, left_out=own)
        popover.show_wanted.connect(self._timeline.show_hidden)
        bar = self._window.header
        anchor = bar.why if bar.why.isVisible() else bar.small_why
        width = self._look.theme.length(self._look.theme.tokens.popover.width, capped=True)
        popover.show_at(self._window.below(anchor) - QPoint(width, 0))

    def why(self, card: Card, at: QPoint) -> bool:
        """Why a card stands where it stands. False: no feed is open, its reasons tell all."""
        opened = self._timeline.opened
        if not isinstance(opened, RankedTimeline):
            return False
        self._scope.restart(self._explain(card, opened, at), name="why")
        return True

    async def _explain(self, card: Card, opened: RankedTimeline, at: QPoint) -> None:
        try:
            explained = await self._house.feeds.why(card.post.uri, opened.feed)
        except ServiceError as error:
            self._say(error)
            return
        self._show_why(card, explained, len(opened), at)

    def _show_why(self, card: Card, explained: Explanation, of: int, at: QPoint) -> None:
        from app.ui.feeds.why import WhyPopover
        from app.ui.feeds.why_words import why_value

        popover = WhyPopover(self._look, why_value(card, explained, of), self._window)
        popover.marked.connect(lambda what: self.mark(card, what))
        popover.show_at(at)

    # ----------------------------------------------------------------- taught

    def _on_menu(self, menu: QMenu, card: Card) -> None:
        if not is_feed(self._shell.current):
            return
        from app.ui.timeline.menu import add

        menu.addSeparator()
        for icon, words, what in (
            ("thumbs-up", "More like this", "more"),
            ("thumbs-down", "Less like this", "less"),
        ):
            act = add(menu, self._view, icon, words)
            act.triggered.connect(lambda _=False, what=what: self.mark(card, what))

    def mark(self, card: Card, what: str) -> None:
        """ "more" or "less" like this."""
        self._scope.start(self._mark(card.post.uri, what), name="keep mark")

    async def _mark(self, uri: str, what: str) -> None:
        try:
            await self._house.feeds.mark(uri, what)
        except ServiceError as error:
            self._say(error)
