"""Small dialogs of lists: a name for one, whether to delete one, and on which somebody stands."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.timeline.words import isolated
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Radio, Switch
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.words import Words


class Choice(Struct, frozen=True):
    """An account a list can be made for: *key*, its words, and what is special there."""

    key: str
    words: str
    note: str = ""


class ListNameDialog(Dialog):
    """``named``: the account ("" for a list that is there) and the name."""

    named = Signal(str, str)

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        *,
        title: str,
        name: str = "",
        accounts: Sequence[Choice] = (),
    ) -> None:
        """*accounts*: whose it may be; () = that is settled."""
        super().__init__(look, title, parent)
        body, column = self.column()
        self.name = Field(look, "Name")
        self.name.input.setText(name)
        self.name.submitted.connect(self._on_done)
        column.addWidget(self.name)
        self.radios: dict[str, Radio] = {}
        if len(accounts) > 1:
            column.addWidget(Words(look, "For which account", "meta", "textSecondary"))
        for number, one in enumerate(accounts):
            radio = self.radios[one.key] = Radio(look, one.words, one.note)
            radio.setChecked(number == 0)
            radio.setVisible(len(accounts) > 1)
            column.addWidget(radio)
        cancel, self.done_button = Button(look, "Cancel"), Button(look, "Save", "tonal")
        cancel.clicked.connect(self.reject)
        self.done_button.clicked.connect(self._on_done)
        self.fill(body, right=[cancel, self.done_button])
        self.name.input.setFocus()
        self.name.input.selectAll()

    def show_trouble(self, message: str, next_step: str) -> None:
        """It was not done."""
        self.done_button.setEnabled(True)
        self.name.trouble(message, next_step)
        self.settle()

    def _on_done(self) -> None:
        account = next((key for key, one in self.radios.items() if one.isChecked()), "")
        if not self.name.text().strip():
            self.show_trouble("A list needs a name.", "Give it one.")
            return
        self.done_button.setEnabled(False)
        self.named.emit(account, self.name.text())


class DeleteListQuestion(Dialog):
    """What is gone with it."""

    def __init__(self, look: Look, title: str, count: int, parent: QWidget) -> None:
        super().__init__(look, f"Delete {isolated(title)}?", parent)
        body, column = self.column()
        people = "Nobody is on it." if not count else f"{count} on it are not unfollowed by that."
        said = f"The list is deleted at its server. {people} It cannot be brought back."
        column.addWidget(Words(look, said, "meta", "textSecondary", wrap=True))
        keep, delete = Button(look, "Keep it"), Button(look, "Delete", "danger")
        keep.clicked.connect(self.reject)
        delete.clicked.connect(self.accept)
        self.fill(body, right=[keep, delete])
        keep.setFocus()


class OnList(Struct, frozen=True):
    """A list, by its key, and whether somebody stands on it. *about*: whose it is."""

    key: str
    title: str
    about: str
    on: bool = False


class ListPicker(Dialog):
    """``put``: on that list, or off it; at once."""

    put = Signal(str, bool)
    new_wanted = Signal()

    def __init__(self, look: Look, name: str, parent: QWidget) -> None:
        super().__init__(look, f"Lists with {isolated(name)}", parent)
        self.switches: dict[str, Switch] = {}
        body, column = self.column()
        self._said = Words(look, "", "meta", "textSecondary", wrap=True)
        column.addWidget(self._said)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(look.theme.tokens.space.m)
        column.addLayout(self._rows)
        column.addStretch()
        new, close = Button(look, "New list…", "plain"), Button(look, "Done", "tonal")
        new.clicked.connect(self.new_wanted)
        close.clicked.connect(self.accept)
        self.fill(body, left=[new], right=[close])
        self.show_lists((), "Asking for your lists…")
        close.setFocus()

    def show_lists(self, lists: Sequence[OnList], said: str = "", *, danger: bool = False) -> None:
        """These; *said*: above them."""
        focused = next((key for key, one in self.switches.items() if one.hasFocus()), "")
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.switches = {}
        self._said.tint("danger" if danger else "textSecondary")
        self._said.say(said)
        self._said.setVisible(bool(said))
        for one in lists:
            row = self._row(one)
            self._rows.addWidget(row)
            row.show()  # now, not when Qt comes round to it: it counts for the height
        self.settle()
        if focused in self.switches:
            self.switches[focused].setFocus()

    def _row(self, one: OnList) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.look.theme.tokens.space.m)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Words(self.look, one.title, "label"))
        words.addWidget(Words(self.look, one.about, "small", "textTertiary"))
        row.addLayout(words, 1)
        switch = self.switches[one.key] = Switch(self.look, f"On the list {one.title}")
        switch.setChecked(one.on)
        switch.clicked.connect(lambda on: self.put.emit(one.key, on))
        row.addWidget(switch)
        return line
