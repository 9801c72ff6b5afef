"""One timeline at a time: opened at its place, followed, left with its place kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, Union

from PySide6.QtCore import QObject, Signal

from app.model.errors import ServiceError
from app.model.timeline import Gap, GapRow, RowKey, TimelineId
from app.services.rows import Change, Changed, EdgeState, Reset

if TYPE_CHECKING:
    from app.feed.rows import FoldRow, Row
    from app.services.gap_filling import GapState
    from app.services.open_timeline import OpenTimeline
    from app.services.ranked_timeline import RankedTimeline
    from app.ui.asyncqt import TaskScope
    from app.ui.timeline.view import TimelineView

Opened = Union["OpenTimeline", "RankedTimeline"]


class Gaps(Protocol):
    """Filling gaps, as ``services/gap_filling`` offers it."""

    def state(self, gap: Gap) -> GapState: ...
    def subscribe(self, listener: Callable[[int], None]) -> Callable[[], None]: ...
    def fill(self, gap: Gap) -> Awaitable[None]: ...


class OpensTimelines(Protocol):
    """``services/timelines``, as far as this presenter needs it."""

    @property
    def gaps(self) -> Gaps: ...
    def open(self, timeline: TimelineId) -> Opened: ...
    async def leave(self, opened: Opened) -> None: ...
    async def show_apart(self, post_uri: str) -> None: ...
    async def join_again(self, post_uri: str) -> None: ...
    def is_apart(self, post_uri: str) -> bool: ...


class TimelinePresenter(QObject):
    """Brings an open timeline and the view together, and keeps the place."""

    header_changed = Signal(object)
    rows_changed = Signal()
    """Rows came or went, or an end of the list is in another state."""
    moved = Signal()
    """The reader has scrolled, or jumped: not when a timeline is opened at its place."""
    jumping = Signal()
    """The reader is about to be elsewhere in the same timeline."""
    troubled = Signal(object)
    """ServiceError of our own disk."""

    def __init__(self, view: TimelineView, timelines: OpensTimelines, scope: TaskScope) -> None:
        super().__init__(view)
        self._view, self._timelines, self._scope = view, timelines, scope
        self._opened: Opened | None = None
        self._ways_out: list[Callable[[], None]] = []
        self._moving = False
        self._aim: tuple[RowKey, int] | None = None
        view.scrolled.connect(self._on_scrolled)
        view.newest_wanted.connect(self.go_newest)
        view.fill_gap.connect(self._on_fill)
        view.unfold.connect(self._on_unfold)
        view.stop_gap.connect(lambda gap: scope.stop(_name(gap)))
        self._leave_gaps = timelines.gaps.subscribe(self._on_gap)

    @property
    def view(self) -> TimelineView:
        """Where it is shown."""
        return self._view

    @property
    def opened(self) -> Opened | None:
        """What is shown now."""
        return self._opened

    # ------------------------------------------------------------ going there

    def show(self, timeline: TimelineId) -> bool:
        """
        Show *timeline* at its place; the one before keeps its own.

        False: it cannot be read; ``troubled`` has told why.
        """
        self._leave()
        try:
            opened = self._timelines.open(timeline)
        except ServiceError as error:
            self.troubled.emit(error)
            return False
        self._opened = opened
        if hasattr(opened, "before_shown"):  # feeds bring all their rows at once
            opened.before_shown = self._lay_ahead
        self._view.set_source(opened)
        if opened.position is not None:
            self._go(*opened.position)
        # After the view, so that rows are where they are when we are told.
        self._ways_out = [
            opened.subscribe(self._on_change),
            opened.subscribe_header(self.header_changed.emit),
        ]
        self._scope.restart(opened.run(), name="timeline")
        self.header_changed.emit(opened.header)
        self.rows_changed.emit()
        return True

    def go_newest(self) -> None:
        """To the newest post."""
        if self._opened is None:
            return
        self.jumping.emit()
        self._opened.jump(None)

    def ask_newer(self) -> None:
        """Ask servers for what is new."""
        if self._opened is not None:
            self._opened.want_newer()

    def return_to(self, key: RowKey, offset: int) -> None:
        """To where one was before, as soon as it is in memory."""
        if self._opened is None:
            return
        if not self._go(key, offset):
            self._aim = key, offset
            self._opened.jump(key)
            return
        index = self._opened.index_of(key)
        if index is not None and self._opened.row(index) is None:
            # Its height is a guess until it is loaded: go there again then.
            self._aim = key, offset
        else:
            self._on_scrolled()

    async def close(self) -> None:
        """Keep the place. Raises: StoreError."""
        opened, self._opened = self._opened, None
        for way_out in self._ways_out:
            way_out()
        self._ways_out.clear()
        self._leave_gaps()
        self._leave_gaps = lambda: None
        self._scope.stop("timeline")
        if opened is not None:
            await self._timelines.leave(opened)

    async def show_apart(self, post_uri: str) -> None:
        """Take a post out of its echo, for ever."""
        try:
            await self._timelines.show_apart(post_uri)
        except ServiceError as error:
            self.troubled.emit(error)

    async def join_again(self, post_uri: str) -> None:
        """Let a post that was taken out join its copies again."""
        try:
            await self._timelines.join_again(post_uri)
        except ServiceError as error:
            self.troubled.emit(error)

    def is_apart(self, post_uri: str) -> bool:
        """Whether that post was taken out of its echo (False: it cannot be read)."""
        try:
            return self._timelines.is_apart(post_uri)
        except ServiceError:
            return False

    def show_hidden(self, cause: str) -> None:
        """Let in what *cause* has left out, and go there."""
        if self._opened is None:
            return
        self.jumping.emit()
        self._opened.show_hidden(cause)

    # -------------------------------------------------------------- following

    def _leave(self) -> None:
        for way_out in self._ways_out:
            way_out()
        self._ways_out.clear()
        self._aim = None
        opened, self._opened = self._opened, None
        if opened is not None:
            self._scope.stop("timeline")
            self._scope.start(self._keep(opened), name="keep place")

    async def _keep(self, opened: Opened) -> None:
        try:
            await self._timelines.leave(opened)
        except ServiceError as error:
            self.troubled.emit(error)

    def _on_scrolled(self) -> None:
        anchor = self._view.anchor()
        if anchor is None or self._opened is None or self._moving:
            return
        self._aim = None
        key, _, offset = anchor
        self._opened.set_position(key, offset)
        self.moved.emit()

    def note_seen(self) -> None:
        """What is in view was read."""
        anchor = self._view.anchor()
        if anchor is not None and self._opened is not None:
            self._opened.note_seen(anchor[0])

    def jump(self, key: RowKey) -> None:
        """To that row, wherever it is."""
        if self._opened is not None:
            self.jumping.emit()
            self._opened.jump(key)

    def _on_change(self, change: Change) -> None:
        opened = self._opened
        if isinstance(change, Reset) and opened is not None and opened.position is not None:
            key, offset = opened.position
            aimed = self._aim is not None and self._aim[0] == key
            self._go(key, self._aim[1] if aimed and self._aim is not None else offset)
        if isinstance(change, Changed) and opened is not None and self._aim is not None:
            key, offset = self._aim
            if opened.index_of(key) in change.indexes:
                self._go(key, offset)
                self._on_scrolled()
        if isinstance(change, EdgeState | Reset) or self._is_small():
            self.rows_changed.emit()

    def _is_small(self) -> bool:
        """Whether the list may just have become empty, or not empty any more."""
        return self._opened is not None and len(self._opened) <= _FEW

    def _go(self, key: RowKey, offset: int) -> bool:
        self._moving = True
        try:
            return self._view.go_to(key, offset)
        finally:
            self._moving = False

    async def _lay_ahead(self, rows: Sequence[tuple[RowKey, Row]]) -> None:
        """As many as are in sight at first, one after the other: nobody waits for all of them."""
        room = self._view.viewport().height()
        for key, row in rows:
            if room <= 0:
                return
            room -= self._view.shelf.lay_ahead(key, row)
            await asyncio.sleep(0)

    def _on_unfold(self, row: FoldRow) -> None:
        unfold = getattr(self._opened, "unfold", None)  # only feeds fold
        if unfold is not None:
            unfold(row.key)

    # ------------------------------------------------------------------ gaps

    def _on_fill(self, gap: Gap) -> None:
        self._scope.restart(self._fill(gap), name=_name(gap))

    async def _fill(self, gap: Gap) -> None:
        await self._timelines.gaps.fill(gap)

    def _on_gap(self, gap_id: int) -> None:
        """Say in its row what happens to a gap."""
        for index, _ in self._view.visible_rows():
            row = self._view.shelf.row_of(self._view.shelf.key(index))
            if isinstance(row, GapRow) and row.gap.id == gap_id:
                state = self._timelines.gaps.state(row.gap)
                text, filling = gap_words(state)
                again = state.kind == "failed"
                self._view.set_gap_progress(row.key, text, filling=filling, again=again)
                return


def gap_words(state: GapState) -> tuple[str, bool]:
    """What a gap's row says, and whether it is being filled."""
    match state.kind:
        case "filling":
            if state.about:
                return f"Filling: {state.fetched} of about {state.about} posts", True
            return f"Filling: {state.fetched} posts", True
        case "failed":
            return state.message, False
        case "nothing_more":
            return "Nothing more on the server for this stretch", False
        case _:
            return "", False


_FEW = 3


def _name(gap: Gap) -> str:
    return f"gap {gap.id}"
