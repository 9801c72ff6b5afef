"""The page of notifications: in the place of the timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.notifications.rows import GapRow, NoticeRow, widgets_of
from app.ui.notifications.values import GapItem, NoticeItem, PageState
from app.ui.shell.header import NewPill
from app.ui.shell.states import Loading, State
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Chip
from app.ui.widgets.pagehead import AsTall, line_below
from app.ui.widgets.panel import Hairline, Panel
from app.ui.widgets.row_keys import step_of
from app.ui.widgets.scrolled import Scrolled, scroll_by_key
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from app.ui.timeline.pictures import Pictures

CHIPS = (
    ("all", "All"),
    ("mentions", "Mentions"),
    ("quotes", "Quotes"),
    ("likes", "Likes"),
    ("follows", "Follows"),
    ("followed", "People I follow"),
)
ALL = "All accounts"
SPARE = ("followed", "follows", "quotes")
"""Chips that a narrow page leaves out, in this order."""

AT_ONCE = 4
"""Rows that are made in one turn of the loop: about 6 ms."""

SEEN_MS, TICK_MS = 1_000, 250
"""How long a row is in sight until it counts as read; between two looks."""

KEYS = {"R": "reply", "F": "like", "B": "repost", "A": "follow", "V": "media"}
"""In a row, as in timelines."""


class NoticesPage(Panel):
    """Shows what it is given; says what is wanted."""

    chosen = Signal(str)
    accounts_wanted = Signal(QPoint)
    gate_wanted = Signal()
    all_read = Signal()
    newest_wanted = Signal()
    menu_wanted = Signal()
    left = Signal()
    opened = Signal(str)
    act_wanted = Signal(str, str)
    gap_wanted = Signal(int)
    more_wanted = Signal()
    seen = Signal(list)
    resized = Signal()

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look, "surface")
        self._pictures = pictures
        self.setAccessibleName("Notifications")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows: dict[str, NoticeRow | GapRow] = {}
        self._in_sight: dict[str, int] = {}
        self._wanted: dict[str, NoticeItem | GapItem] = {}
        self._growing = QTimer(self)
        self._growing.setSingleShot(True)
        self._growing.timeout.connect(self._grow)
        self._whose = ALL
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        self.under_head = line_below(look, column)
        column.addWidget(self._make_chips())
        column.addWidget(Hairline(look))
        self.list = Scrolled()
        self.list.setAccessibleName("Notifications")
        self.list.column.setSpacing(0)
        self._foot = self._make_foot()
        self._foot.hide()  # until it is known whether there is more
        self.list.column.addWidget(self._foot)
        self.list.column.addStretch(1)
        column.addWidget(self.list, 1)
        self._instead: QWidget | None = None
        self._column = column
        self._clock = QElapsedTimer()
        self._clock.start()
        self._ticks = QTimer(self)
        self._ticks.timeout.connect(self.look_around)
        pictures.arrived.connect(self._on_picture)
        bar = self.list.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)

    def _make_head(self) -> QWidget:
        look, header = self._look, self._look.theme.tokens.header
        head = Panel(look, "surface")
        row = QHBoxLayout(head)
        row.setContentsMargins(header.padLeft, 0, header.padRight, 0)
        row.setSpacing(header.pillGap)
        self.menu = IconButton(look, "list", "Timelines and accounts (F9)")
        self.menu.clicked.connect(self.menu_wanted)
        row.addWidget(self.menu)
        self.menu.hide()
        row.addWidget(Words(look, "Notifications", "title"))
        self.pill = NewPill(look)
        self.pill.clicked.connect(self.newest_wanted)
        row.addWidget(self.pill)
        row.addStretch(1)
        self.read = Button(look, "Mark all read", "plain", icon="check", size="small")
        self.read.setToolTip("Mark all read (Shift+A)")
        self.read.clicked.connect(self.all_read)
        row.addWidget(self.read)
        self.gate = IconButton(look, "sliders-horizontal", "Who gets through")
        self.gate.clicked.connect(self.gate_wanted)
        row.addWidget(self.gate)
        AsTall(look, head)
        return head

    def _make_chips(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        bar = Panel(look, "surface")
        self._chip_row = row = QHBoxLayout(bar)
        row.setContentsMargins(tokens.header.padLeft, 0, tokens.header.padRight, 0)
        row.setSpacing(tokens.space.s)
        self.chips: dict[str, Chip] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        for key, words in CHIPS:
            chip = self.chips[key] = Chip(look, words)
            self._group.addButton(chip)
            chip.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            row.addWidget(chip)
        self.chips["all"].setChecked(True)
        row.addStretch(1)
        self.accounts = Button(look, ALL, "outline", icon="caret-down", size="small")
        self.accounts.clicked.connect(
            lambda: self.accounts_wanted.emit(
                self.accounts.mapToGlobal(self.accounts.rect().bottomLeft())
            )
        )
        row.addWidget(self.accounts)
        bar.setFixedHeight(look.theme.length(tokens.notice.chips))
        return bar

    def _make_foot(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(tokens.card.padLeft, tokens.space.m, tokens.card.padRight, 0)
        self._left_out = Words(look, "", "meta", "textTertiary", wrap=True)
        row.addWidget(self._left_out, 1)
        self.more = Button(look, "More", "outline", size="small")
        self.more.clicked.connect(self.more_wanted)
        row.addWidget(self.more)
        return foot

    # ------------------------------------------------------------- showing

    def show_state(self, state: PageState) -> None:
        """Show all of it; rows keep their widgets and the focus."""
        for key, words in CHIPS:
            count = state.counts.get(key, 0)
            self.chips[key].setText(f"{words} {count}" if count else words)
            self.chips[key].updateGeometry()
        self._arrange()
        self.pill.count(state.new)
        self.pill.setAccessibleName(f"{state.new} new notifications: show them")
        self.read.setEnabled(bool(state.unread))
        self._left_out.say(state.foot)
        self.more.setVisible(bool(state.more))
        self._foot.setVisible(bool(state.foot or state.more))
        self._show_rows(state.items)
        self._show_instead(state)

    def _show_rows(self, items: Sequence[NoticeItem | GapItem]) -> None:
        wanted = {_key(item): item for item in items}
        for key in self._rows.keys() - wanted.keys():
            row = self._rows.pop(key)
            had_focus = row.hasFocus()
            self._in_sight.pop(key, None)
            row.hide()
            row.deleteLater()
            if had_focus:
                self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._wanted = wanted
        self._grow()

    def _grow(self) -> None:
        """Make and renew some of the rows that are wanted; the others in the next turns."""
        made = 0
        for at, (key, item) in enumerate(self._wanted.items()):
            known = self._rows.get(key)
            if known is None or known.item != item:
                if made == AT_ONCE:
                    self._growing.start()
                    return
                made += 1
            if known is None:
                known = self._rows[key] = self._make_row(item)
            elif known.item != item:
                known.show_item(item)  # type: ignore[arg-type]
            if self.list.column.indexOf(known) != at:
                self.list.column.insertWidget(at, known)

    def _make_row(self, item: NoticeItem | GapItem) -> NoticeRow | GapRow:
        if isinstance(item, GapItem):
            gap = GapRow(self._look, item)
            gap.wanted.connect(self.gap_wanted)
            return gap
        row = NoticeRow(self._look, self._pictures, item)
        row.clicked.connect(lambda _=False, key=item.key: self.opened.emit(key))
        row.act_wanted.connect(lambda act, key=item.key: self.act_wanted.emit(key, act))
        row.installEventFilter(self)
        return row

    def _show_instead(self, state: PageState) -> None:
        """What stands there while there is no row."""
        old, self._instead = self._instead, None
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        if not state.items and state.loading:
            self._instead = Loading(self._look, "Fetching notifications…")
        elif not state.items and state.empty[0]:
            self._instead = State(self._look, *state.empty)
        self.list.setVisible(self._instead is None)
        if self._instead is not None:
            self._column.addWidget(self._instead, 1)

    @property
    def rows(self) -> list[NoticeRow]:
        """Those that are no gaps, from the top."""
        return [one for one in widgets_of(self.list.column) if isinstance(one, NoticeRow)]

    def show_menu(self, on: bool) -> None:
        """Offer the sidebar's button (narrow windows)."""
        self.menu.setVisible(on)

    def show_chip(self, key: str) -> None:
        """Mark which of them is shown."""
        self.chips[key].setChecked(True)

    def go_top(self) -> None:
        """To the newest."""
        self.list.verticalScrollBar().setValue(0)

    def name_accounts(self, words: str) -> None:
        """Whose notifications are shown."""
        self._whose = words
        self._arrange()

    def _arrange(self) -> None:
        """As many chips as there is room for; the choice of accounts as an icon, if need be."""
        tokens = self._look.theme.tokens
        edges = tokens.header.padLeft + tokens.header.padRight
        narrow = self.width() < self._look.theme.px(tokens.header.counterBelow, capped=True)
        self.accounts.rename("" if narrow else self._whose)
        self.accounts.setAccessibleName(f"{self._whose}: choose")
        self.accounts.setToolTip(self._whose)
        room = self.width() - edges - self.accounts.sizeHint().width() - tokens.space.s
        wide = {key: chip.sizeHint().width() + tokens.space.s for key, chip in self.chips.items()}
        out: list[str] = []
        for key in SPARE:
            if sum(wide.values()) <= room:
                break
            if not self.chips[key].isChecked():
                wide.pop(key)
                out.append(key)
        for key, chip in self.chips.items():
            chip.setVisible(key not in out)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
        self._arrange()

    # ------------------------------------------------------------- keyboard

    def focus_first(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The first row, if there is one."""
        rows = self.rows
        (rows[0] if rows else self.chips["all"]).setFocus(reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.KeyPress
            and isinstance(watched, NoticeRow)
            and self._pressed(watched, event)
        ):
            return True
        return super().eventFilter(watched, event)

    def _pressed(self, row: NoticeRow, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        by = step_of(event)
        if by is not None:
            self._step(row, by)
            return True
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier,):
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_O):
            self.opened.emit(row.item.key)
            return True
        act = KEYS.get(event.text().upper())
        if act is not None and any(one.key == act for one in row.item.acts):
            self.act_wanted.emit(row.item.key, act)
            return True
        return False

    def _step(self, row: NoticeRow, by: int) -> None:
        rows = self.rows
        to = rows.index(row) + by
        if row.visibleRegion().isEmpty():  # one has scrolled away from it
            to = next((n for n, one in enumerate(rows) if not one.visibleRegion().isEmpty()), to)
        if 0 <= to < len(rows):
            rows[to].setFocus(Qt.FocusReason.TabFocusReason)
            self.list.ensureWidgetVisible(rows[to], 0, 0)
        elif to >= len(rows) and self.more.isVisibleTo(self):
            self.more_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        if event.key() == Qt.Key.Key_A and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.all_read.emit()
            return
        if step_of(event) == 1:
            self.focus_first(Qt.FocusReason.TabFocusReason)
            return
        if not scroll_by_key(self.list, event):
            super().keyPressEvent(event)

    # ------------------------------------------------------------ what was seen

    def look_around(self) -> None:
        """Which unread rows are in sight; those that have been for a second are read."""
        if not self.isVisible() or not self.isActiveWindow():
            self._in_sight.clear()
            return
        now = self._clock.elapsed()
        view = self.list.viewport().rect()
        there: dict[str, int] = {}
        for row in self.rows:
            top = row.mapTo(self.list.viewport(), QPoint(0, 0)).y()
            if row.item.unread and top + row.height() / 2 > 0 and top < view.height():
                there[row.item.key] = self._in_sight.get(row.item.key, now)
        self._in_sight = there
        done = [key for key, since in there.items() if now - since >= SEEN_MS]
        if done:
            for key in done:
                del self._in_sight[key]
            self.seen.emit(done)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ticks.start(TICK_MS)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ticks.stop()

    def _on_scrolled(self, value: int) -> None:
        bar = self.list.verticalScrollBar()
        if value >= bar.maximum() - self.list.height() and self.more.isVisibleTo(self):
            self.more_wanted.emit()

    def _on_picture(self, _url: str) -> None:
        for row in self.rows:
            row.faces.update()


def _key(item: NoticeItem | GapItem) -> str:
    return f"gap {item.id}" if isinstance(item, GapItem) else item.key
