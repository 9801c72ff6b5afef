"""What was just sent, and the way back, over the foot of the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Glyph, Panel
from app.ui.widgets.words import Words

_TICK_MS, SAID_MS = 250, 5_000
"""Between two looks at the seconds that are left; how long good news stay."""


class Toast(Panel):
    """One line: counts down while it can be taken back, then says how it went."""

    undo_wanted = Signal()
    show_wanted = Signal()

    def __init__(self, look: Look, host: QWidget) -> None:
        tokens = look.theme.tokens
        super().__init__(
            look, "raised", edge="controlBorder", radius=tokens.radius.box, parent=host
        )
        self._words_of: Callable[[], str] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.m, 0, tokens.space.xs, 0)
        row.setSpacing(tokens.space.s)
        self._glyph = Glyph(look, "paper-plane-right", tokens.icon.context, "accent")
        row.addWidget(self._glyph)
        self.words = Words(look, "", "metaStrong", tabular=True)
        row.addWidget(self.words, 1)
        self.act = Button(look, "Undo", "tonal", size="small")
        self.act.clicked.connect(self._on_act)
        row.addWidget(self.act)
        close = IconButton(look, "x", "Hide this", target=tokens.target.min, icon_size=14)
        close.clicked.connect(self.hide)
        row.addWidget(close)
        self._what: Literal["undo", "show", ""] = ""
        self._ticks = QTimer(self)
        self._ticks.timeout.connect(self._tick)
        self._over = QTimer(self)
        self._over.setSingleShot(True)
        self._over.timeout.connect(self.hide)
        self.setFixedHeight(look.theme.length(tokens.composer.toast))
        host.installEventFilter(self)
        self.hide()

    def count_down(self, words: Callable[[], str]) -> None:
        """*words* are asked for again and again; "" = it is over."""
        self._words_of = words
        self._show("paper-plane-right", "accent", words(), "undo")
        self._ticks.start(_TICK_MS)

    def say(self, icon: str, color: str, words: str, *, show: bool = False) -> None:
        """How it went. *show*: with a way to the outbox, and it stays."""
        self._show(icon, color, words, "show" if show else "")
        if not show:
            self._over.start(SAID_MS)

    def _show(self, icon: str, color: str, words: str, what: Literal["undo", "show", ""]) -> None:
        self._ticks.stop()
        self._over.stop()
        self._what = what
        self._glyph.show_icon(icon, color)
        self.words.say(words)
        self.act.setVisible(bool(what))
        self.act.rename({"undo": "Undo", "show": "Show", "": ""}[what])
        self.setAccessibleName(words)
        self.show()
        self._place()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _tick(self) -> None:
        words = self._words_of() if self._words_of is not None else ""
        if not words:
            self._ticks.stop()
            self.hide()
            return
        if words != self.words.text():
            self.words.say(words)
            self._place()

    def _on_act(self) -> None:
        what = self._what
        self.hide()
        (self.undo_wanted if what == "undo" else self.show_wanted).emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None or self.isHidden():
            return
        out = self._look.theme.tokens.composer.toastOut
        width = min(self.sizeHint().width(), host.width() - 2 * out)
        x = (host.width() - width) // 2
        self.setGeometry(x, host.height() - self.height() - out, width, self.height())
        self.raise_()
