"""The page of private messages: in the place of the timeline, inbox and conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.messages.pane import TalkPane
from app.ui.messages.rows import RequestRow, RequestsBand, TalkRow, gone
from app.ui.messages.values import ListState, TalkItem
from app.ui.shell.states import Loading, State
from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.choices import Chip
from app.ui.widgets.field import Input
from app.ui.widgets.pagehead import AsTall, line_below
from app.ui.widgets.panel import Hairline, Panel, along
from app.ui.widgets.row_keys import step_of
from app.ui.widgets.scrolled import Scrolled, scroll_by_key
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from app.ui.timeline.pictures import Pictures


class MessagesPage(Panel):
    """Shows what it is given; says what is wanted."""

    menu_wanted = Signal()
    left = Signal()
    chosen = Signal(str)
    opened = Signal(str)
    new_wanted = Signal()
    searched = Signal(str)
    accepted = Signal(str)
    declined = Signal(str)
    all_requests = Signal()
    row_menu = Signal(str, QPoint)
    resized = Signal()

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look, "surface")
        self._pictures = pictures
        self.setAccessibleName("Messages")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._rows: dict[str, TalkRow | RequestRow] = {}
        self._state = ListState()
        self.open_key = ""
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._make_side())
        self._parting = Hairline(look, upright=True)
        outer.addWidget(self._parting)
        self._beside = QWidget()
        self._place = QVBoxLayout(self._beside)
        self._place.setContentsMargins(0, 0, 0, 0)
        self.pane = TalkPane(look, pictures)
        self._nothing = State(
            look,
            "No conversation is open",
            "Choose one, or write to somebody new.",
            icon="envelope-simple",
        )
        self._place.addWidget(self.pane)
        self._place.addWidget(self._nothing)
        outer.addWidget(self._beside, 1)
        self.pane.left.connect(self._on_pane_left)
        pictures.arrived.connect(self._on_picture)
        shortcut = QShortcut(QKeySequence("Ctrl+Shift+N"), self)
        shortcut.activated.connect(self.new_wanted)
        self._arrange()

    def _make_side(self) -> QWidget:
        look = self._look
        self.side = Panel(look, "surface")
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        self.under_head = line_below(look, column)
        column.addWidget(self._make_chips())
        self._chips_line = Hairline(look)
        column.addWidget(self._chips_line)
        self.band = RequestsBand(look)
        self.band.wanted.connect(self.all_requests)
        column.addWidget(self.band)
        self.list = Scrolled()
        self.list.setAccessibleName("Conversations")
        self.list.column.setSpacing(0)
        self._foot = Words(look, "", "meta", "textTertiary", wrap=True)
        self._foot_box = QWidget()
        row = QHBoxLayout(self._foot_box)
        pad = look.theme.tokens.space
        row.setContentsMargins(pad.l, pad.m, pad.l, pad.m)
        row.addWidget(self._foot)
        self.list.column.addWidget(self._foot_box)
        self.list.column.addStretch(1)
        column.addWidget(self.list, 1)
        self._instead: QWidget | None = None
        self._column = column
        return self.side

    def _make_head(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        head = Panel(look, "surface")
        row = QHBoxLayout(head)
        row.setContentsMargins(*along(tokens.header.padLeft, tokens.header.padRight))
        row.setSpacing(tokens.space.xs)
        self.menu = IconButton(look, "list", "Timelines and accounts (F9)")
        self.menu.clicked.connect(self.menu_wanted)
        self.menu.hide()
        row.addWidget(self.menu)
        self._title = Words(look, "Messages", "title")
        row.addWidget(self._title)
        self.field = Input(look)
        self.field.setPlaceholderText("Name or handle")
        self.field.setAccessibleName("Find a conversation by name or handle")
        self.field.textChanged.connect(self.searched)
        self.field.hide()
        row.addWidget(self.field, 1)
        row.addStretch(0)
        self.finding = IconButton(look, "magnifying-glass", "Find a conversation")
        self.finding.clicked.connect(lambda: self.show_field(self.field.isHidden()))
        row.addWidget(self.finding)
        self.new = IconButton(look, "pencil-simple", "Write to somebody (Ctrl+Shift+N)")
        self.new.clicked.connect(self.new_wanted)
        row.addWidget(self.new)
        AsTall(look, head)
        return head

    def _make_chips(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        self._bar = Panel(look, "surface")
        self._chip_row = QHBoxLayout(self._bar)
        self._chip_row.setContentsMargins(*along(tokens.header.padLeft, tokens.header.padRight))
        self._chip_row.setSpacing(tokens.space.s)
        self.chips: dict[str, Chip] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._chip_row.addStretch(1)
        self._bar.setFixedHeight(look.theme.length(tokens.notice.chips))
        return self._bar

    # ------------------------------------------------------------- showing

    def show_list(self, state: ListState) -> None:
        """Show all of it; rows keep their widgets and the focus."""
        self._state = state
        self._show_chips(state)
        self.band.count(state.asking, opened=len(state.requests) == state.asking)
        self._foot.say(state.foot)
        self._foot_box.setVisible(bool(state.foot))
        self._show_rows(state)
        self._show_instead(state)

    def _show_chips(self, state: ListState) -> None:
        wanted = {"": "All"} | {id: name for id, name, _ in state.networks}
        if list(wanted) != list(self.chips):
            for chip in self.chips.values():
                self._group.removeButton(chip)
                gone(chip)
            self.chips = {}
            for at, (id, name) in enumerate(wanted.items()):
                chip = self.chips[id] = Chip(self._look, name)
                chip.setChecked(id == "")
                self._group.addButton(chip)
                chip.clicked.connect(lambda _=False, id=id: self.chosen.emit(id))
                self._chip_row.insertWidget(at, chip)
        both = len(wanted) > 2
        self._bar.setVisible(both)
        self._chips_line.setVisible(both)

    def _show_rows(self, state: ListState) -> None:
        wanted = {item.key: item for item in (*state.requests, *state.items)}
        for key in [
            key
            for key in self._rows
            if key not in wanted or _kind_differs(self._rows[key], wanted[key])
        ]:
            row = self._rows.pop(key)
            had_focus = row.hasFocus()
            self.list.column.removeWidget(row)
            gone(row)
            if had_focus:
                self.focus_first()
        for at, (key, item) in enumerate(wanted.items()):
            known = self._rows.get(key)
            if known is None:
                known = self._rows[key] = self._make_row(item)
            elif known.item != item:
                known.show_item(item)
            if self.list.column.indexOf(known) != at:
                self.list.column.insertWidget(at, known)

    def _make_row(self, item: TalkItem) -> TalkRow | RequestRow:
        key = item.key
        if item.request:
            asked = RequestRow(self._look, self._pictures, item)
            asked.opened.connect(lambda: self.opened.emit(key))
            asked.accepted.connect(lambda: self.accepted.emit(key))
            asked.declined.connect(lambda: self.declined.emit(key))
            return asked
        row = TalkRow(self._look, self._pictures, item)
        row.clicked.connect(lambda _=False: self.opened.emit(key))
        row.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        row.customContextMenuRequested.connect(
            lambda at: self.row_menu.emit(key, row.mapToGlobal(at))
        )
        row.installEventFilter(self)
        return row

    def _show_instead(self, state: ListState) -> None:
        old, self._instead = self._instead, None
        if old is not None:
            self._column.removeWidget(old)
            gone(old)
        empty = not state.items and not state.requests
        if empty and state.loading:
            self._instead = Loading(self._look, "Fetching messages…")
        elif empty and state.empty[0]:
            self._instead = State(self._look, *state.empty, icon="envelope-simple")
        self.list.setVisible(self._instead is None)
        if self._instead is not None:
            self._column.addWidget(self._instead, 1)

    def show_open(self, key: str) -> None:
        """Which conversation is open; "" = none."""
        self.open_key = key
        self._arrange()

    def show_menu(self, on: bool) -> None:
        """Offer the sidebar's button (narrow windows)."""
        self.menu.setVisible(on)

    def show_field(self, on: bool) -> None:
        """Look for a conversation, or do not."""
        self.field.setVisible(on)
        self._title.setVisible(not on)
        if on:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.field.text():
            self.field.clear()

    @property
    def rows(self) -> list[TalkRow]:
        """Conversations, from the top."""
        return [one for one in self._rows.values() if isinstance(one, TalkRow)]

    @property
    def asked(self) -> list[RequestRow]:
        """Requests, from the top."""
        return [one for one in self._rows.values() if isinstance(one, RequestRow)]

    # -------------------------------------------------------------- shape

    @property
    def is_narrow(self) -> bool:
        """There is room for one side only."""
        both = self._look.theme.px(self._look.theme.tokens.messages.bothFrom, capped=True)
        return self.width() < both

    def _arrange(self) -> None:
        narrow, is_open = self.is_narrow, bool(self.open_key)
        theme = self._look.theme
        wide = theme.length(theme.tokens.messages.list, capped=True)
        self.side.setVisible(not (narrow and is_open))
        self._parting.setVisible(not narrow)
        self._beside.setVisible(not narrow or is_open)
        self.side.setMinimumWidth(0 if narrow else min(wide, self.width() // 2))
        self.side.setMaximumWidth(16_777_215 if narrow else wide)
        self.pane.setVisible(is_open)
        self._nothing.setVisible(not is_open)
        self.pane.show_back(narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
        self._arrange()

    # ------------------------------------------------------------ keyboard

    def focus_first(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """The conversation that is open, else the first."""
        rows = self.rows
        chosen = next((row for row in rows if row.isChecked()), rows[0] if rows else self)
        chosen.setFocus(reason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.KeyPress
            and isinstance(watched, TalkRow)
            and self._pressed(watched, event)
        ):
            return True
        return super().eventFilter(watched, event)

    def _pressed(self, row: TalkRow, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        by = step_of(event)
        if by is not None:
            rows = self.rows
            to = rows.index(row) + by
            if 0 <= to < len(rows):
                rows[to].setFocus(Qt.FocusReason.TabFocusReason)
                self.list.ensureWidgetVisible(rows[to], 0, 0)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_O):
            self.opened.emit(row.item.key)
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self.field.isHidden():
                self.show_field(False)
                self.focus_first()
            else:
                self.left.emit()
            return
        if step_of(event) == 1:
            self.focus_first(Qt.FocusReason.TabFocusReason)
            return
        if not scroll_by_key(self.list, event):
            super().keyPressEvent(event)

    def _on_pane_left(self) -> None:
        """From the conversation to the list; in a narrow window it closes."""
        if self.is_narrow:
            self.opened.emit("")
        self.focus_first(Qt.FocusReason.TabFocusReason)

    def _on_picture(self, _url: str) -> None:
        for row in self._rows.values():
            row.update()


def _kind_differs(row: TalkRow | RequestRow, item: TalkItem) -> bool:
    return isinstance(row, RequestRow) != item.request
