"""A conversation as one reads it: header, list, and the reply at its foot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.composer.editor import FindSpans
from app.ui.theme.look import Look
from app.ui.thread.bar import ReplyBar
from app.ui.thread.head import ThreadHead
from app.ui.thread.notice import Notice
from app.ui.thread.view import ThreadView
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.instead import Instead
from app.ui.widgets.panel import Hairline, Panel

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent


class ThreadPane(Panel):
    """
    Everything of one conversation; decides nothing about it.

    ``leaving`` is a wish: whoever holds it takes it away.
    """

    leaving = Signal()
    back_wanted = Signal()
    forward_wanted = Signal()

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        find_spans: FindSpans,
        *,
        clock: Callable[[], datetime],
        alone: bool = False,
    ) -> None:
        """*alone*: in a window of its own."""
        super().__init__(look, "surface")
        self.setAccessibleName("Conversation")
        self.head = ThreadHead(look, alone=alone)
        self.head.leaving.connect(self.leaving)
        self.head.back_wanted.connect(self.back_wanted)
        self.notice = Notice(look)
        self.view = ThreadView(look.theme, pictures, clock=clock)
        self.bar = ReplyBar(look, find_spans)
        look.changed.connect(self._on_look)
        self._holder = Instead(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._line = Hairline(look)
        for widget, room in (
            (self.head, 0),
            (Hairline(look), 0),
            (self.notice, 0),
            (self._holder, 1),
            (self._line, 0),
            (self.bar, 0),
        ):
            column.addWidget(widget, room)

    def show_state(self, state: QWidget | None) -> None:
        """Show *state* in place of the list (None: the list), and no bar with it."""
        self._holder.show_state(state)
        self.show_bar(state is None)

    def show_bar(self, on: bool) -> None:
        """Whether it can be answered here."""
        for widget in (self.bar, self._line):
            widget.setVisible(on)

    def _on_look(self) -> None:
        self.view.set_theme(self._look.theme)

    # ------------------------------------------------------- Qt overrides

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not as its proxy: Tab would pass by what stands above the list.
        self.view.setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.bar.editor.hasFocus():
                # What was written stays; the keys are the list's again.
                self.view.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.leaving.emit()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.BackButton:
            self.back_wanted.emit()
        elif event.button() == Qt.MouseButton.ForwardButton:
            self.forward_wanted.emit()
        else:
            super().mousePressEvent(event)


class ThreadWindow(QWidget):
    """A conversation in a window of its own. ``closing`` is a wish."""

    closing = Signal()

    def __init__(self, look: Look, pane: ThreadPane, title: str) -> None:
        super().__init__()
        from PySide6.QtGui import QIcon

        from app.resources import resource

        tokens = look.theme.tokens
        self.pane = pane
        self.setWindowTitle(f"{title} · Godwit")
        self.setWindowIcon(QIcon(str(resource("godwit-256.png"))))
        self.setMinimumSize(*tokens.window.min)
        self.resize(*tokens.thread.window)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(pane)
        pane.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.closing.emit()
