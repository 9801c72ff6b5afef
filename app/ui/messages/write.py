"""The foot of a conversation: whom it goes to, what one writes, how much is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.compose.spans import find_spans
from app.model.graphemes import count_graphemes
from app.ui.composer.editor import Editor
from app.ui.messages.values import PaneState
from app.ui.theme.look import Look
from app.ui.thread.bar import Box
from app.ui.widgets.button import IconButton
from app.ui.widgets.choices import Chip
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.panel import Panel
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent

SHORT = 60
"""Characters that are left, from which on their number has the colour of a warning."""

ENCRYPTION = "Not end-to-end encrypted: the servers can read this"


class WriteBar(Panel):
    """Enter sends, Shift+Enter begins a line."""

    send_wanted = Signal(str)
    edited = Signal(str)
    emoji_wanted = Signal(QWidget)
    chosen = Signal(str, bool)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "surface")
        tokens = look.theme.tokens
        self._limit = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, tokens.space.s)
        column.setSpacing(tokens.space.xs)
        self._to = QWidget()
        self._flow = FlowLayout(self._to, gap=tokens.space.xs, line_gap=tokens.space.xs)
        self.chips: dict[str, Chip] = {}
        column.addWidget(self._to)
        self._left = Words(look, "", "small", "warn", wrap=True)
        column.addWidget(self._left)
        self.closed = Words(look, "", "meta", "textSecondary", wrap=True)
        column.addWidget(self.closed)
        self._line = QWidget()
        row = QHBoxLayout(self._line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        bottom = Qt.AlignmentFlag.AlignBottom
        self.emoji = IconButton(look, "smiley", "Emoji (Ctrl+.)")
        self.emoji.clicked.connect(lambda: self.emoji_wanted.emit(self.emoji))
        row.addWidget(self.emoji, 0, bottom)
        self.editor = Editor(look, "Message", find_spans, role="bodySmall")
        self.editor.captures = self._take_key
        self.editor.edited.connect(self._on_edited)
        self.editor.send_wanted.connect(self._send)
        self.box = Box(look, self.editor)
        self.editor.focused.connect(lambda: self.box.show_focus(True))
        self.editor.left.connect(lambda: self.box.show_focus(False))
        row.addWidget(self.box, 1)
        self.count = Words(look, "", "small", "textTertiary", tabular=True)
        self.count.setFixedHeight(look.theme.length(tokens.input.height))
        row.addWidget(self.count, 0, bottom)
        self.send = IconButton(
            look, "paper-plane-right", "Send (Enter)", color="accent", weight="fill"
        )
        self.send.clicked.connect(self._send)
        row.addWidget(self.send, 0, bottom)
        column.addWidget(self._line)
        self.note = Words(look, ENCRYPTION, "small", "textTertiary", wrap=True)
        column.addWidget(self.note)
        self.trouble = Words(look, "", "small", "danger", wrap=True)
        self.trouble.hide()
        column.addWidget(self.trouble)

    # ------------------------------------------------------------- showing

    def show_state(self, state: PaneState) -> None:
        """Whom it goes to, and whether it can be written at all."""
        self._limit = state.limit
        self.editor.setPlaceholderText(state.placeholder)
        self.editor.setAccessibleName(state.placeholder)
        self.editor.setAccessibleDescription(ENCRYPTION)
        self._line.setVisible(not state.closed)
        self.note.setVisible(not state.closed)
        self.closed.say(state.closed)
        self.closed.setVisible(bool(state.closed))
        self._left.say(state.left)
        self._left.setVisible(bool(state.left) and not state.closed)
        self._show_chips(state)
        self._count()

    def _show_chips(self, state: PaneState) -> None:
        names = {one.uri: one for one in state.chips}
        if list(names) != list(self.chips):
            for chip in self.chips.values():
                self._flow.removeWidget(chip)
                chip.hide()
                chip.deleteLater()
            self.chips = {}
            for one in state.chips:
                chip = self.chips[one.uri] = Chip(self._look, one.name)
                chip.clicked.connect(lambda on, uri=one.uri: self.chosen.emit(uri, on))
                self._flow.addWidget(chip)
        for uri, chip in self.chips.items():
            chip.setChecked(names[uri].on)
            verb = "receives this" if names[uri].on else "does not receive this"
            chip.setAccessibleName(f"{names[uri].name} {verb}")
        self._to.setVisible(bool(self.chips) and not state.closed)
        self._fit_chips()

    def show_text(self, text: str) -> None:
        """A draft."""
        self.editor.show_text(text)
        self._count()

    def show_trouble(self, words: str) -> None:
        """Why it cannot be sent; "" = nothing."""
        self.trouble.say(words)
        self.trouble.setVisible(bool(words))

    def write(self) -> None:
        """Put the cursor into it."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------ private

    def _take_key(self, event: QKeyEvent) -> bool:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not held:
            self._send()
            return True
        if event.key() == Qt.Key.Key_Period and held == Qt.KeyboardModifier.ControlModifier:
            self.emoji_wanted.emit(self.emoji)
            return True
        up = event.key() == Qt.Key.Key_Up and not held and not self.editor.text()
        if up:
            event.ignore()  # an empty field: to the messages above
            return True
        return False

    def _send(self) -> None:
        text = self.editor.text().strip()
        if text and self.send.isEnabled():
            self.send_wanted.emit(text)

    def _on_edited(self) -> None:
        self.show_trouble("")
        self._count()
        self.edited.emit(self.editor.text())

    def _count(self) -> None:
        text = self.editor.text().strip()
        left = self._limit - count_graphemes(text) if self._limit else 0
        self.count.say(f"{left:,}".replace(",", "\u202f") if self._limit else "")
        self.count.tint("danger" if left < 0 else "warn" if left < SHORT else "textTertiary")
        over = bool(self._limit) and left < 0
        self.count.setAccessibleName(f"{-left} too many" if over else f"{left} characters left")
        self.send.setEnabled(bool(text) and not over)

    def _fit_chips(self) -> None:
        wide = self.width() - 2 * self._look.theme.tokens.space.l
        self._to.setFixedHeight(self._flow.heightForWidth(wide) if self.chips else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_chips()
        self.box.fit()
