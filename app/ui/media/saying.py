"""Short words on the stage, with something to press."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.shell.states import State
from app.ui.theme.theme import parse_color
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Panel, Spinner
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.ui.theme.look import Look

Act = tuple[str, Callable[[], None]]


class Prompt(Panel):
    """One line near the lower edge: "Saved as …", "Load it at full size"."""

    def __init__(self, look: Look, stage: QWidget) -> None:
        super().__init__(
            look, "raised", edge="border", radius=look.theme.tokens.radius.box, parent=stage
        )
        self._act: Callable[[], None] = lambda: None
        self._bottom = 0
        space = look.theme.tokens.space
        row = QHBoxLayout(self)
        row.setContentsMargins(space.l, space.xs, space.xs, space.xs)
        row.setSpacing(space.m)
        self._words = Words(look, "", "meta")
        self.button = Button(look, "Load", "plain", size="small")
        self.button.clicked.connect(lambda: self._act())
        row.addWidget(self._words)
        row.addWidget(self.button)
        self._soon = QTimer(self, singleShot=True, interval=look.theme.tokens.viewer.saidFor)
        self._soon.timeout.connect(lambda: self.say(""))
        self.hide()

    def say(self, text: str, act: Act | None = None, *, stays: bool = False) -> None:
        """
        Show *text* and what can be done; "" = nothing.

        Args:
            stays: Until something else is said; else for some seconds.
        """
        self._soon.stop()
        self._words.say(text)
        self.setAccessibleName(text)
        self.button.setVisible(act is not None)
        if act is not None:
            self.button.rename(act[0])
            self._act = act[1]
        self.setVisible(bool(text))
        if text:
            self.place(self._bottom)
            self.raise_()
            if not stays:
                self._soon.start()

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def place(self, bottom: int) -> None:
        """In the middle, above *bottom*."""
        self._bottom = bottom
        stage = self.parentWidget()
        if stage is None or self.isHidden():
            return
        inset = self._look.theme.tokens.viewer.controlsInset
        size = self.sizeHint()
        wide = min(size.width(), stage.width() - 2 * inset)
        left = (stage.width() - wide) // 2
        self.setGeometry(left, bottom - inset - size.height(), wide, size.height())


class Said(State):
    """Why there is nothing to see, and what can be done about that."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), parse_color(self._look.theme.tokens.viewer.stage))
        painter.end()


class Working(QWidget):
    """Something is on its way: what, how far, and a way to stop it."""

    def __init__(self, look: Look, text: str, stop: Callable[[], None]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.addStretch(1)
        box = Panel(look, "raised", edge="border", radius=look.theme.tokens.radius.box)
        space = look.theme.tokens.space
        row = QHBoxLayout(box)
        row.setContentsMargins(space.l, space.s, space.s, space.s)
        row.setSpacing(space.m)
        row.addWidget(Spinner(look, look.theme.tokens.spinner.size))
        self._words = Words(look, text, "meta", tabular=True)
        row.addWidget(self._words)
        button = Button(look, "Stop", "plain", size="small")
        button.clicked.connect(lambda: stop())
        row.addWidget(button)
        column.addWidget(box, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setAccessibleName(text)

    def say(self, text: str) -> None:
        """How far it is."""
        self._words.say(text)
        self.setAccessibleName(text)
