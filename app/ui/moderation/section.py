"""A section of the page: its head, its box of rows, an editor, and what is said below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.moderation.parts import Notice, layout_of, row_of
from app.ui.moderation.values import Trouble
from app.ui.shell.words import count_text
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph, Hairline, Mark, Panel, Spinner
from app.ui.widgets.words import Words

T = TypeVar("T")

_MORE = 30
"""Rows that are made at a time: thousands of them would take seconds."""


class Section(QWidget):
    """A head, a box of rows, an editor in it when one writes, a note below."""

    add_wanted = Signal()

    def __init__(
        self, look: Look, title: str, *, icon: str = "", mark: str = "", add: str = ""
    ) -> None:
        """*add*: what the button of the head does, for screen readers; "" = no button."""
        super().__init__()
        self._look = look
        self.setAccessibleName(title)
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head(title, icon, mark, add))
        self._box = Panel(look, "surface", edge="border", radius=tokens.radius.box)
        inner = QVBoxLayout(self._box)
        strong = look.theme.high_contrast
        edge = look.theme.stroke("control" if strong else "hairline")
        inner.setContentsMargins(edge, edge, edge, edge)
        inner.setSpacing(0)
        self._rows, self._foot = QVBoxLayout(), QVBoxLayout()
        for part in (self._rows, self._foot):
            part.setSpacing(0)
            inner.addLayout(part)
        column.addWidget(self._box)
        self._trouble = Notice(look, kind="danger", icon="warning-circle")
        self._trouble.hide()
        column.addWidget(self._trouble)
        self._note = Words(look, "", "small", "textTertiary", wrap=True)
        self._note.setContentsMargins(0, 0, 0, 0)
        self._note.hide()
        column.addSpacing(tokens.space.xs)
        column.addWidget(self._note)
        self._held: list[QWidget] = []
        self._most = _MORE
        self._editor: QWidget | None = None
        self._box.hide()

    def _make_head(self, title: str, icon: str, mark: str, add: str) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        head = QWidget()
        head.setMinimumHeight(look.theme.length(tokens.boxList.row))
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        if mark:
            row.addWidget(Mark(look, mark, tokens.icon.context))
        elif icon:
            row.addWidget(Glyph(look, icon, tokens.icon.context, "text"))
        row.addWidget(Words(look, title, "name"))
        self._head_note = Words(look, "", "meta", "textTertiary")
        row.addWidget(self._head_note, 1)
        self._spinner = Spinner(look, tokens.spinner.small)
        self._spinner.hide()
        row.addWidget(self._spinner)
        self.add_button = Button(look, "Add", "plain", icon="plus", size="small")
        self.add_button.setAccessibleName(add)
        self.add_button.setToolTip(add)
        self.add_button.clicked.connect(self.add_wanted)
        row.addWidget(self.add_button)
        self.add_button.setVisible(bool(add))
        return head

    def note_head(self, text: str) -> None:
        """What stands beside the title."""
        self._head_note.say(text)

    def note(self, text: str) -> None:
        """What stands below the box."""
        self._note.say(text)
        self._note.setVisible(bool(text))

    def fill(self, rows: Sequence[QWidget], *, none: str = "") -> None:
        """Show other rows; *none*: what is said when there are none."""
        name = focus_name(self)
        for old in self._held:
            # Hidden first: the layout must not count it until it is deleted.
            old.hide()
            self._rows.removeWidget(old)
            old.deleteLater()
        self._held = []
        if not rows and none:
            rows = [self._empty(none)]
        for number, row in enumerate(rows):
            for widget in [Hairline(self._look), row] if number else [row]:
                self._rows.addWidget(widget)
                self._held.append(widget)
                widget.show()
        self._box.setVisible(bool(rows) or self._editor is not None)
        self._settle()
        focus_named(self, name)

    def _empty(self, words: str) -> QWidget:
        line = row_of(self._look, self._look.theme.tokens.boxList.rowTwo)
        text = Words(self._look, words, "meta", "textSecondary", wrap=True)
        layout_of(line).addWidget(text, 1)
        return line

    @property
    def editor(self) -> QWidget | None:
        """What is open for writing."""
        return self._editor

    def put_editor(self, editor: QWidget | None) -> None:
        """Show *editor* at the foot of the box, or close it; the focus goes along."""
        old, self._editor = self._editor, editor
        if old is not None:
            inside = old.isAncestorOf(self.window().focusWidget() or self)
            self._clear_foot()
            if editor is None and inside:
                self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
        if editor is not None:
            if self._held:
                self._foot.addWidget(Hairline(self._look))
            self._foot.addWidget(editor)
            # Now, not when the layout gets to it: it is to have the focus.
            self._box.show()
            editor.show()
        self._box.setVisible(bool(self._held) or editor is not None)
        self._settle()

    def _clear_foot(self) -> None:
        while (item := self._foot.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def some(self, items: Sequence[T], make: Callable[[T], QWidget]) -> list[QWidget]:
        """Rows for the first of many *items*, and one that brings more."""
        rows = [make(item) for item in items[: self._most]]
        left = len(items) - len(rows)
        if left > 0:
            line = row_of(self._look, self._look.theme.tokens.boxList.row)
            more = Button(self._look, f"Show {count_text(left)} more", "plain", size="small")
            more.clicked.connect(self._on_more)
            layout_of(line).addWidget(more)
            layout_of(line).addStretch(1)
            rows.append(line)
        return rows

    def _on_more(self) -> None:
        self._most += _MORE
        self.redraw()

    def redraw(self) -> None:
        """Make the rows anew."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes what is open for writing, not all of the settings."""
        if event.key() == Qt.Key.Key_Escape and self._editor is not None:
            self.put_editor(None)
            return
        super().keyPressEvent(event)

    def busy(self, on: bool) -> None:
        """Something of it is being asked or changed."""
        self._spinner.setVisible(on)

    def say_trouble(self, trouble: Trouble | None) -> None:
        """Say what did not work, or nothing any more."""
        if trouble is not None:
            self._trouble.say(trouble.message, trouble.next_step)
        self._trouble.setVisible(trouble is not None)
        self._settle()

    def show_refused(self, trouble: Trouble) -> None:
        """Say what was not done, and why; what was typed stays."""
        self.say_trouble(trouble)

    def forget(self) -> None:
        """Draw anew the next time, whatever is shown then."""

    def _settle(self) -> None:
        self.updateGeometry()


def focus_name(root: QWidget) -> str:
    """The name of what has the focus in *root*; "" = nothing has."""
    focused = root.window().focusWidget()
    return focused.accessibleName() if focused is not None and root.isAncestorOf(focused) else ""


def focus_named(root: QWidget, name: str) -> None:
    """Give the focus back to what is called so."""
    if not name or focus_name(root):
        return
    for widget in root.findChildren(QWidget):
        if widget.accessibleName() == name and widget.focusPolicy() and widget.isVisibleTo(root):
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            return
