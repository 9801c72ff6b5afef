"""Whom to write to: people of all networks, and why somebody cannot be written to."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.feeds.market_rows import OfferRow
from app.ui.messages.somebody import somebody
from app.ui.messages.values import TalkItem
from app.ui.messages.write import ENCRYPTION
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.words import Words


class Picker(Dialog):
    """
    ``typed``: a name begins so. ``added``: somebody of those who were found. ``begun``:
    write to all that were chosen.
    """

    typed = Signal(str)
    added = Signal(str)
    removed = Signal(str)
    begun = Signal()

    def __init__(self, look: Look, parent: QWidget, pictures: Pictures) -> None:
        super().__init__(look, "New message", parent, width=look.theme.tokens.messages.picker)
        self._pictures = pictures
        body, column = self.column()
        self.field = Field(look, "To", help_line="Name or handle, of any network")
        self.field.input.textChanged.connect(self.typed)
        self.field.submitted.connect(self._on_enter)
        column.addWidget(self.field)
        self._chosen = QVBoxLayout()
        self._chosen.setSpacing(look.theme.tokens.space.xs)
        column.addLayout(self._chosen)
        self._found = QVBoxLayout()
        self._found.setSpacing(0)
        column.addLayout(self._found)
        self.name = Field(look, "Name of the group", help_line="They hear of it at once")
        self.name.submitted.connect(self.begun)
        self.name.hide()
        column.addWidget(self.name)
        self.trouble = Words(look, "", "small", "danger", wrap=True)
        self.trouble.hide()
        column.addWidget(self.trouble)
        column.addStretch(1)
        column.addWidget(Words(look, f"{ENCRYPTION}.", "small", "textTertiary", wrap=True))
        self.people: list[OfferRow] = []
        pictures.arrived.connect(self._repaint)
        self.go = Button(look, "Write", "primary")
        self.go.clicked.connect(self.begun)
        self.go.setEnabled(False)
        cancel = Button(look, "Cancel")
        cancel.clicked.connect(self.reject)
        self.fill(body, right=[cancel, self.go])
        self.field.input.setFocus()

    def show_found(self, found: Sequence[TalkItem]) -> None:
        """Who begins so. *preview*: the handle; *note*: why they cannot be written to."""
        _clear(self._found)
        self.people = []
        for item in found:
            row = self._row(item)
            self._found.addWidget(row)
            row.show()  # what is shown only later is not measured
        self.settle()

    def _row(self, item: TalkItem) -> QWidget:
        """Somebody: their picture, name, handle and network; or why they cannot be written to."""
        held, row = somebody(self.look, self._pictures, item)
        words = f"{item.title}, {item.preview}" + (f": {item.note}" if item.note else "")
        row.setAccessibleName(f"Add {words}")
        row.clicked.connect(lambda: self.added.emit(item.key))
        self.people.append(row)
        return held

    def show_chosen(self, chosen: Sequence[tuple[str, str]], group: str = "") -> None:
        """(URI, name) of those who were added. *group*: they are one, called so unless renamed."""
        self.name.input.setPlaceholderText(group)
        self.name.setVisible(bool(group))
        self.go.rename("Make the group" if group else "Write")
        _clear(self._chosen)
        for uri, name in chosen:
            button = Button(self.look, name[:_MOST], "tonal", icon="x", size="small")
            button.setAccessibleName(f"Take {name} out")
            button.clicked.connect(lambda _=False, uri=uri: self.removed.emit(uri))
            self._chosen.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            button.show()
        self.go.setEnabled(bool(chosen))
        self.field.input.clear()
        self.field.input.setFocus()
        self.settle()

    def say(self, words: str) -> None:
        """Why it cannot be; "" = nothing."""
        self.trouble.say(words)
        self.trouble.setVisible(bool(words))
        self.settle()

    def _repaint(self, _url: str = "") -> None:
        for row in self.people:
            row.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.field.input.hasFocus() and self.people:
            self.people[0].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def _on_enter(self) -> None:
        """The first who was found; with an empty field: write."""
        able = [one for one in self.people if one.isEnabled()]
        if self.field.text().strip():
            if able:
                able[0].click()
        elif self.go.isEnabled():
            self.begun.emit()


_MOST = 40


def _clear(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
