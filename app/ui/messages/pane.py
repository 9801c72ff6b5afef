"""A conversation: who is in it, who can read it, what was said, and what one writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.messages.bubble import BubbleRow, DividerRow, EventRow
from app.ui.messages.values import Bubble, Divider, Event, PaneState
from app.ui.messages.write import WriteBar
from app.ui.shell.states import Loading, State
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.pagehead import AsTall
from app.ui.widgets.panel import Avatar, Glyph, Hairline, Panel, along
from app.ui.widgets.row_keys import step_of
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

    from app.ui.timeline.pictures import Pictures

NEAR = 40
"""px from the end within which what comes is followed."""


class TalkPane(Panel):
    """Shows what it is given; says what is wanted."""

    left = Signal()
    person_wanted = Signal()
    mute_wanted = Signal()
    more_menu = Signal(QPoint)
    explained = Signal()
    older_wanted = Signal()
    message_menu = Signal(str, QPoint)
    reacted = Signal(str, str, bool)
    acted = Signal(str, str)
    uncovered = Signal(str)
    link_pressed = Signal(str, str)
    media_pressed = Signal(str, int)
    """Of which message, which of its media."""
    post_pressed = Signal(str)
    """Of which message: the post that was shared."""
    accepted = Signal()
    declined = Signal()

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look, "surface")
        self._pictures = pictures
        self.state: PaneState | None = None
        self._rows: dict[str, QWidget] = {}
        self._stick, self._below = True, 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addWidget(Hairline(look))
        column.addWidget(self._make_warning())
        column.addWidget(Hairline(look))
        self.list = Scrolled()
        self.list.setAccessibleName("Messages of this conversation")
        self.list.column.setSpacing(0)
        self.list.column.addStretch(1)
        self.list.column.addSpacing(look.theme.tokens.space.s)
        column.addWidget(self.list, 1)
        self._instead: QWidget | None = None
        self._column = column
        self._trouble = Words(look, "", "small", "danger", wrap=True)
        self._trouble.setContentsMargins(16, 4, 16, 4)
        column.addWidget(self._trouble)
        column.addWidget(Hairline(look))
        self._answer = self._make_answer()
        column.addWidget(self._answer)
        self.bar = WriteBar(look)
        column.addWidget(self.bar)
        bar = self.list.verticalScrollBar()
        bar.valueChanged.connect(self._on_scrolled)
        bar.rangeChanged.connect(lambda low, high: self._keep_place())
        pictures.arrived.connect(self._on_picture)

    def _make_head(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        head = Panel(look, "surface")
        row = QHBoxLayout(head)
        row.setContentsMargins(*along(tokens.header.padLeft, tokens.header.padRight))
        row.setSpacing(tokens.space.gap)
        self.back = IconButton(look, "arrow-left", "All conversations (Esc)")
        self.back.clicked.connect(self.left)
        row.addWidget(self.back)
        self.avatar = Avatar(look, "", 32)
        row.addWidget(self.avatar)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        self.title = Words(look, "", "name")
        self.who = Words(look, "", "small", "textSecondary")
        lines.addStretch(1)
        lines.addWidget(self.title)
        lines.addWidget(self.who)
        lines.addStretch(1)
        row.addLayout(lines, 1)
        self.mute = IconButton(look, "bell-slash", "Mute this conversation")
        self.mute.clicked.connect(self.mute_wanted)
        self.person = IconButton(look, "user-circle", "Who this is")
        self.person.clicked.connect(self.person_wanted)
        self.more = IconButton(look, "dots-three", "More: leave, block", weight="bold")
        self.more.clicked.connect(
            lambda: self.more_menu.emit(self.more.mapToGlobal(self.more.rect().bottomLeft()))
        )
        for button in (self.mute, self.person, self.more):
            row.addWidget(button)
        AsTall(look, head)
        return head

    def _make_warning(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        bar = Panel(look, "window")
        row = QHBoxLayout(bar)
        pad, sides = tokens.space.xs, (tokens.header.padLeft, tokens.header.padRight)
        row.setContentsMargins(*along(*sides, pad, pad))
        row.setSpacing(tokens.space.s)
        row.addWidget(Glyph(look, "lock-simple-open", tokens.icon.context, "textSecondary"))
        self.warning = Words(look, "", "small", "textSecondary", wrap=True)
        row.addWidget(self.warning, 1)
        self.means = Button(look, "What that means", "plain", size="inline")
        self.means.clicked.connect(self.explained)
        row.addWidget(self.means)
        bar.setMinimumHeight(look.theme.length(tokens.messages.line))
        return bar

    def _make_answer(self) -> QWidget:
        """In place of the field, while somebody waits for consent."""
        look, tokens = self._look, self._look.theme.tokens
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, tokens.space.m)
        row.setSpacing(tokens.space.s)
        words = "They see nothing yet. Accept to answer; nothing is marked read before."
        row.addWidget(Words(look, words, "small", "textSecondary", wrap=True), 1)
        self.decline = Button(look, "Decline", size="small")
        self.decline.clicked.connect(self.declined)
        self.accept = Button(look, "Accept", "tonal", size="small")
        self.accept.clicked.connect(self.accepted)
        row.addWidget(self.decline)
        row.addWidget(self.accept)
        held.hide()
        return held

    # ------------------------------------------------------------- showing

    def show_state(self, state: PaneState) -> None:
        """Show all of it; messages keep their widgets and the focus."""
        other = self.state is None or self.state.place != state.place
        self.state = state
        if other:
            self._clear()
            self._stick = True
        self.title.say(state.title)
        self.who.say(state.who)
        self.warning.say([("Not end-to-end encrypted. ", 600), (state.warning, None)])
        self.warning.setToolTip("")
        self.mute.setVisible(state.can_mute)
        self.mute.draw("bell" if state.muted else "bell-slash")
        self.mute.name("Unmute this conversation" if state.muted else "Mute this conversation")
        self._trouble.say(state.trouble)
        self._trouble.setVisible(bool(state.trouble))
        self._answer.setVisible(state.request)
        self.bar.setVisible(not state.request)
        self.bar.show_state(state)
        self._draw_face()
        self._show_rows(state)
        self._show_instead(state)

    def _show_rows(self, state: PaneState) -> None:
        wanted = {_key(item, at): item for at, item in enumerate(state.items)}
        bar = self.list.verticalScrollBar()
        self._below = bar.maximum() - bar.value()
        for key in [key for key in self._rows if key not in wanted]:
            self._drop(key)
        for at, (key, item) in enumerate(wanted.items(), start=1):
            known = self._rows.get(key)
            if known is not None and getattr(known, "shown", None) != item:
                had_focus = known.hasFocus()
                self._drop(key)
                known = None
            else:
                had_focus = False
            if known is None:
                known = self._rows[key] = self._make(item)
                known.shown = item  # type: ignore[attr-defined]
            if self.list.column.indexOf(known) != at:
                self.list.column.insertWidget(at, known)
            if had_focus:
                known.setFocus()

    def _make(self, item: Bubble | Divider | Event) -> QWidget:
        look = self._look
        if isinstance(item, Divider):
            return DividerRow(look, item.words, new=item.new)
        if isinstance(item, Event):
            return EventRow(look, item.words)
        row = BubbleRow(look, self._pictures, item, self.width())
        id = item.id
        row.link_pressed.connect(self.link_pressed)
        row.menu_wanted.connect(lambda at: self.message_menu.emit(id, at))
        row.reacted.connect(lambda value, on: self.reacted.emit(id, value, on))
        row.acted.connect(lambda act: self.acted.emit(id, act))
        row.uncovered.connect(lambda: self.uncovered.emit(id))
        row.media_pressed.connect(lambda index: self.media_pressed.emit(id, index))
        row.post_pressed.connect(lambda: self.post_pressed.emit(id))
        return row

    def _drop(self, key: str) -> None:
        row = self._rows.pop(key)
        self.list.column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _clear(self) -> None:
        for key in list(self._rows):
            self._drop(key)

    def _show_instead(self, state: PaneState) -> None:
        old, self._instead = self._instead, None
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        if not state.items and state.loading:
            self._instead = Loading(self._look, "Fetching messages…")
        elif not state.items:
            words = "What you write first stands here. Nobody has heard of it yet."
            self._instead = State(self._look, "Nothing was said yet", words, icon="envelope-simple")
        self.list.setVisible(self._instead is None)
        if self._instead is not None:
            self._column.insertWidget(4, self._instead, 1)

    def _draw_face(self) -> None:
        state = self.state
        if state is None:
            return
        side = self._look.theme.length(32, capped=True)
        form = Form(side, side, self.devicePixelRatioF(), side / 2, kind="avatar")
        picture = self._pictures.request(state.picture, form) if state.picture else None
        self.avatar._mark = state.mark
        self.avatar.show_picture(picture, state.title)

    def _on_picture(self, _url: str) -> None:
        self._draw_face()
        for row in self._rows.values():
            row.update()
            for child in row.findChildren(QWidget):
                child.update()

    def show_back(self, on: bool) -> None:
        """There is room for one side only."""
        self.back.setVisible(on)

    def show_end(self) -> None:
        """The newest is in sight."""
        self._stick = True
        self._keep_place()

    @property
    def bubbles(self) -> list[BubbleRow]:
        """All messages, the oldest first."""
        found = [self.list.column.itemAt(at) for at in range(self.list.column.count())]
        widgets = [item.widget() for item in found if item is not None]
        return [one for one in widgets if isinstance(one, BubbleRow)]

    # ------------------------------------------------------------ keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = step_of(event)
        if by is not None and not event.modifiers():
            self.step(by)
            return
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)

    def step(self, by: int) -> None:
        """To the message above or below; below the last one: to the field."""
        rows = self.bubbles
        at = next((n for n, row in enumerate(rows) if row.hasFocus()), len(rows))
        to = at + by
        if to >= len(rows):
            self.bar.write()
        elif to >= 0:
            rows[to].setFocus(Qt.FocusReason.TabFocusReason)
            self.list.ensureWidgetVisible(rows[to], 0, 24)
        elif self.state is not None and self.state.more:
            self.older_wanted.emit()

    # -------------------------------------------------------------- place

    def _on_scrolled(self, value: int) -> None:
        bar = self.list.verticalScrollBar()
        self._stick = value >= bar.maximum() - NEAR
        self._below = bar.maximum() - value
        more = self.state is not None and self.state.more
        if value == 0 and more and bar.maximum() > 0:
            QTimer.singleShot(0, self, self.older_wanted.emit)

    def _keep_place(self) -> None:
        """What is read stays where it stands, whatever comes above or below."""
        bar = self.list.verticalScrollBar()
        bar.blockSignals(True)
        bar.setValue(bar.maximum() - (0 if self._stick else self._below))
        bar.blockSignals(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width() and self.state is not None:
            self._clear()
            self._show_rows(self.state)


def _key(item: Bubble | Divider | Event, at: int) -> str:
    if isinstance(item, Divider):
        return f"divider {item.words}"
    return f"{type(item).__name__} {item.id}"
