"""The timeline: our own virtual view of rows (design.md §4.9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.feed.rows import Card
from app.model import NetworkInfo
from app.model.timeline import AccountId, RowKey
from app.services.rows import EdgeState, RowSource
from app.ui.theme import Theme
from app.ui.timeline.canvas import Canvas
from app.ui.timeline.follower import Follower
from app.ui.timeline.hands import Hands
from app.ui.timeline.layout.card import lay_row
from app.ui.timeline.layout.frame import Density, Frame
from app.ui.timeline.layout.rows import lay_footer
from app.ui.timeline.layout.values import RowLayout
from app.ui.timeline.pictures import Pictures
from app.ui.timeline.pointed import Pointed
from app.ui.timeline.scroller import Scroller
from app.ui.timeline.shelf import LayRow, Shelf, card_of

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent

SETTLE = 60
"""ms without scrolling until widgets for screen readers follow."""
CLOCK = 20_000
"""ms between looks at the clock: "6 min" becomes "7 min"."""
NEAR_END = 40
"""Rows below the top edge from which older ones are asked for while scrolling."""
AHEAD = 12
"""Rows below those in sight that are asked for, and from which older ones are."""


def _now() -> datetime:
    return datetime.now(UTC)


class TimelineView(Hands):
    """
    Shows a ``RowSource``; says what the reader wants; does nothing else.

    Every signal carries values only. Nothing is fetched, opened or stored.
    """

    _frame_kind: type[Frame] = Frame
    """What measures rows; other views have rows of another kind."""

    def __init__(
        self,
        theme: Theme,
        pictures: Pictures,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime] = _now,
        locale: QLocale | None = None,
        asleep: bool = False,
        lay: LayRow = lay_row,
    ) -> None:
        """*asleep*: paint only, until ``awaken``. *lay*: how a row is laid out."""
        super().__init__(parent)
        self._asleep = asleep
        self.pointed = Pointed()
        self._follower = Follower(self)
        # Our own: asking for Qt's makes PySide load every kind of widget (10 ms).
        self.setViewport(QWidget())
        self.theme = theme
        self._locale = locale or QLocale()
        self._density: Density = "comfortable"
        self._networks: dict[str, NetworkInfo] = {}
        self._accounts: tuple[dict[AccountId, str], dict[AccountId, str]] = ({}, {})
        self._leave: Callable[[], None] | None = None
        self.edges: dict[str, EdgeState] = {}
        self.footer: RowLayout | None = None
        self.current: RowKey | None = None
        self.focus_part = -1
        self.by_keyboard = False
        self.shelf = Shelf(self._make_frame(), clock, lay)
        self.pictures = pictures
        self._canvas = Canvas(self, pictures)
        self._set_up()
        pictures.arrived.connect(self._on_picture)
        if not asleep:
            self.awaken()

    def awaken(self) -> None:
        """Answer the pointer and screen readers too."""
        self._asleep = False
        self.listen()
        self.settle()

    def _set_up(self) -> None:
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.viewport().lower()
        self._lay_bar()
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._scroller = Scroller(self)
        self._settling = QTimer(self, singleShot=True, interval=SETTLE)
        self._settling.timeout.connect(self._on_settled)
        ticks = QTimer(self, interval=CLOCK)
        ticks.timeout.connect(self.viewport().update)
        ticks.start()

    # ------------------------------------------------------------ what is shown

    def set_source(self, source: RowSource | None) -> None:
        """Show these rows, from the top; ``go_to`` then restores a position."""
        if self._leave is not None:
            self._leave()
            self._leave = None
        self.edges.clear()
        self.shelf.set_source(source)
        self.pointed.forget()
        self.set_current(None)
        if source is not None:
            self._leave = source.subscribe(self._follower.on_change)
        self.refresh()

    def set_networks(
        self,
        networks: Mapping[str, NetworkInfo],
        hosts: Mapping[AccountId, str] | None = None,
        account_networks: Mapping[AccountId, str] | None = None,
    ) -> None:
        """Names and marks of networks; host and network of each of my accounts."""
        self._networks = dict(networks)
        self._accounts = (dict(hosts or {}), dict(account_networks or {}))
        self._reframe()

    def set_theme(self, theme: Theme) -> None:
        """Another look or text size; what is read stays in place."""
        self.theme = theme
        self._reframe()

    def set_density(self, density: Density) -> None:
        """How much air rows have."""
        self._density = density
        self._reframe()

    def set_gap_progress(
        self, key: RowKey, text: str, *, filling: bool, again: bool = False
    ) -> None:
        """Say in the gap's row what happens to it; "" = the button again."""
        self.shelf.change_state(key, progress=text, filling=filling, again=again)
        self.refresh()

    def set_refused(
        self, key: RowKey, text: str, action: str = "", *, reminder: bool = False
    ) -> None:
        """Say in a row why an action was not done (*reminder*: not yet); "" takes it back."""
        self.shelf.change_state(key, refused=text, retry=action, reminder=reminder)
        self.refresh()

    def toggle_cover(self, key: RowKey) -> None:
        """Lift the cover of a row, or put it back."""
        self.intents.toggle_cover(key)

    # ------------------------------------------------------------ position

    def anchor(self) -> tuple[RowKey, str, int] | None:
        """
        Row at the top edge, its entry key, and how far it is cut (px at 100 %).

        None: there are no rows.
        """
        if not len(self.shelf):
            return None
        column = self.shelf.column
        offset = round(column.offset / self.theme.scale)
        return self.shelf.key(column.index), self.shelf.entry_key(column.index), offset

    def go_to(self, key: RowKey, offset: int = 0) -> bool:
        """Put a row at the top edge. False: it is not in the source."""
        found = self.shelf.go_to(key, offset)
        if found:
            self.refresh()
            self.scrolled.emit()
        return found

    def go_top(self) -> None:
        """To the newest row."""
        self.shelf.column.go(0, 0)
        self.refresh()
        self.scrolled.emit()
        if self.shelf.source is not None:
            self.shelf.source.want_newer()

    def go_end(self) -> None:
        """To the oldest row there is."""
        self.shelf.column.go(len(self.shelf) - 1, 0)
        self.refresh()
        self.scrolled.emit()

    def scroll_by(self, by: int) -> None:
        """Go down (negative: up) by px."""
        if not len(self.shelf):
            return
        column = self.shelf.column
        if by < 0 and column.index == 0 and column.offset == 0 and self.shelf.source:
            self.shelf.source.want_newer()
        column.move(by, self.shelf.measure)
        self.refresh()
        if by > 0 and self.shelf.source and column.index + NEAR_END >= len(self.shelf):
            # At once: who scrolls on and on never pauses, and would meet an end.
            self.shelf.source.want_older()
        self.scrolled.emit()

    def rows_above(self) -> int:
        """Rows above the top edge."""
        return self.shelf.column.index

    # ------------------------------------------------------------ rows and focus

    def visible_rows(self) -> list[tuple[int, int]]:
        """Index and y of each row in sight."""
        return self.shelf.visible(self.viewport().height(), self.tail())

    def place_of(self, key: RowKey) -> tuple[RowLayout, int] | None:
        """Layout and y of a row in sight."""
        for index, y in self.visible_rows():
            if self.shelf.key(index) == key:
                return self.shelf.layout(index), y
        return None

    @property
    def standing(self) -> RowKey | None:
        """The row that keys are about; None: the first in sight."""
        return self.current

    def set_current(self, key: RowKey | None, part: int = -1) -> None:
        """Stand on a row (and one of its parts)."""
        changed = key != self.current
        self.current, self.focus_part = key, part
        self.viewport().update()
        if changed:
            self.current_changed.emit(self.shelf.row_of(key))

    def focus_row(self, key: RowKey, part: int = -1) -> None:
        """Stand on a row by keyboard: ring, focus, and screen reader follow."""
        self.by_keyboard = True
        self.set_current(key, part)
        self._on_settled()
        widget = self.proxies.widget(key, part)
        if widget is not None and self.hasFocusInside():
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def hasFocusInside(self) -> bool:
        """Is the focus on the view or in it?"""
        focused = self.window().focusWidget()
        return focused is not None and (focused is self or self.isAncestorOf(focused))

    def focus_came(self, key: RowKey, part: int) -> None:
        """A proxy got the focus: by Tab, or by a screen reader."""
        if (key, part) != (self.current, self.focus_part):
            self.set_current(key, part)

    def press_part(self, key: RowKey, part: int) -> None:
        """Do what a part is for."""
        place = self.place_of(key)
        if place is not None and 0 <= part < len(place[0].parts):
            self.intents.press(key, place[0].parts[part])

    def state_changed(self, key: RowKey) -> None:
        """The reader opened or closed something: lay out that row again."""
        self.refresh()
        if self.by_keyboard and key == self.current:
            self._on_settled()

    # ------------------------------------------------------------ inside

    def _make_frame(self) -> Frame:
        return self._frame_kind(
            self.theme,
            max(self.viewport().width(), 240),
            rtl=self.isRightToLeft(),
            density=self._density,
            networks=self._networks,
            hosts=self._accounts[0],
            account_networks=self._accounts[1],
            locale=self._locale,
        )

    def _lay_bar(self) -> None:
        # Over the rows' own margin: their edge is the window's. Qt turns margins round twice.
        under = -int(self.theme.tokens.scrollBar.width)
        self.setViewportMargins(*((under, 0, 0, 0) if self.isRightToLeft() else (0, 0, under, 0)))

    def _reframe(self) -> None:
        self._canvas.clear()
        self.shelf.set_frame(self._make_frame())
        self.refresh()

    def refresh(self) -> None:
        """Something moved: paint, and let scroll bar and proxies follow."""
        self._follow()
        self.viewport().update()

    def refresh_moved(self) -> None:
        """Rows came or went: paint only if those in sight do not stand as they did."""
        self._follow()
        if not self._canvas.is_true:
            self.viewport().update()

    def _follow(self) -> None:
        edge = self.edges.get("older")
        self.footer = (
            lay_footer(self.shelf.frame, edge.state, edge.message, self.shelf.clock())
            if edge is not None and len(self.shelf)
            else None
        )
        self.visible_rows()
        self._scroller.sync()
        self.settle()

    def tail(self) -> int:
        """Height of what stands below the last row, in px."""
        return self.footer.height if self.footer is not None else 0

    def settle(self) -> None:
        """What may wait until scrolling pauses, waits anew."""
        if not self._asleep:
            self._settling.start()

    def _on_settled(self) -> None:
        """Scrolling paused: screen reader's widgets, and rows ahead."""
        rows = self.visible_rows()
        shelf = self.shelf
        if not rows or shelf.source is None:
            self.proxies.sync([])
            return
        self.proxies.sync([(shelf.key(i), shelf.layout(i), y) for i, y in rows])
        last = rows[-1][0]
        for index in range(last + 1, min(last + AHEAD, len(shelf))):
            shelf.row(index)
        if last + AHEAD >= len(shelf):
            shelf.source.want_older()

    def _on_picture(self, url: str) -> None:
        self.viewport().update()

    # ------------------------------------------------------------ events

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows in sight."""
        if self.shelf.frame.rtl != self.isRightToLeft():
            self._lay_bar()
            self._reframe()
        self._canvas.paint(event.rect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new width is a new frame."""
        if self.viewport().width() != self.shelf.frame.width:
            self._reframe()
        else:
            self.refresh()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """The scroll bar was moved by hand."""
        self._scroller.bar_moved()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel is another object's work."""
        self._scroller.wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that reach the view, from itself and from its proxies."""
        if not self.keyboard.press(event):
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks through the parts of the current row, then leaves."""
        return self.keyboard.tab(forward) or super().focusNextPrevChild(forward)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tab lands on the row that was read, or the first in sight."""
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.keyboard.enter()
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes; the bar of the current row stays."""
        self.viewport().update()

    def card(self, key: RowKey | None) -> Card | None:
        """The row as a card, if it is one."""
        return card_of(self.shelf.row_of(key))
