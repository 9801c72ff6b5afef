"""Blocklists: where they are from, what an update would change, and exceptions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from app.ui.moderation.parts import ButtonLine, Fold, Head, layout_of, more_button, names, row_of
from app.ui.moderation.proposal import ProposalView
from app.ui.moderation.section import Section
from app.ui.moderation.values import ListItem, ProposalShown, Trouble
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.field import Field
from app.ui.widgets.panel import Hairline
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

_EXCEPTIONS = "exceptions"
"""What is open when the exceptions are."""


class ListSection(Section):
    """All lists. They act here only; nothing is done on a server."""

    subscribe_wanted = Signal(str)
    look_wanted = Signal(str)
    """The update that waits is to be shown."""
    update_wanted = Signal(str)
    apply_wanted = Signal(str, object)
    """Id, and the names that are to be left out of it."""
    remove_wanted = Signal(str)
    effect_chosen = Signal(str, str)
    exception_wanted = Signal(str, bool)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Blocklists", icon="prohibit", add="Add a blocklist")
        self._items: tuple[ListItem, ...] | None = None
        self._exceptions: tuple[str, ...] = ()
        self._proposals: dict[str, ProposalShown] = {}
        self._opened = ""
        self.add_wanted.connect(self._on_add)
        self.note("They count here only; nobody is blocked on a server.")

    def show_lists(self, items: Sequence[ListItem], exceptions: Sequence[str]) -> None:
        """Show other values; what is open stays open."""
        if (tuple(items), tuple(exceptions)) == (self._items, self._exceptions):
            return
        self._items, self._exceptions = tuple(items), tuple(exceptions)
        waiting = {item.id for item in self._items if item.waits}
        self._proposals = {id: one for id, one in self._proposals.items() if id in waiting}
        self._draw()

    def show_proposal(self, proposal: ProposalShown) -> None:
        """Open that list with what would change."""
        self._proposals[proposal.id] = proposal
        self._opened = proposal.id
        self._draw()

    def show_added(self) -> None:
        """It was read, and waits: the editor closes."""
        self.put_editor(None)

    def forget(self) -> None:
        self._items = None

    def show_refused(self, trouble: Trouble) -> None:
        if isinstance(self.editor, _Adder):
            self.editor.show_trouble(trouble)
        else:
            self.say_trouble(trouble)

    def open(self, id: str) -> None:
        """Open that one; "" closes all."""
        self._opened = id
        self._draw()
        item = next((one for one in self._items or () if one.id == id), None)
        if item is not None and item.waits and id not in self._proposals:
            self.look_wanted.emit(id)

    # --------------------------------------------------------------- private

    def _on_add(self) -> None:
        adder = _Adder(self._look)
        adder.wanted.connect(self.subscribe_wanted)
        adder.cancelled.connect(lambda: self.put_editor(None))
        self.put_editor(adder)
        adder.field.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def redraw(self) -> None:
        self._draw()

    def _draw(self) -> None:
        rows: list[QWidget] = [
            self._row(item, first=number == 0) for number, item in enumerate(self._items or ())
        ]
        if rows or self._exceptions:
            rows.append(self._exceptions_row())
        self.fill(rows, none="No blocklists. Add one from a file, a web address or a network.")

    def _row(self, item: ListItem, *, first: bool) -> QWidget:
        look = self._look
        opened = item.id == self._opened and item.waits
        whole = Fold(look, opened=opened, first=first, last=False)
        column = whole.column
        column.addWidget(self._head(item))
        proposal = self._proposals.get(item.id)
        if opened and proposal is not None:
            column.addWidget(Hairline(look))
            view = ProposalView(look, proposal)
            view.apply_wanted.connect(lambda kept: self.apply_wanted.emit(item.id, kept))
            view.put_off.connect(lambda: self.open(""))
            column.addWidget(view)
        return whole

    def _head(self, item: ListItem) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = row_of(look, tokens.boxList.rowTwo, gap=tokens.space.s)
        row = layout_of(line)
        row.addLayout(names(look, item.title, item.about), 1)
        if item.waits:
            update = Button(look, item.status, "warn", size="small")
            update.setAccessibleName(f"{item.status}: {item.title}")
            opened = item.id == self._opened
            update.clicked.connect(lambda: self.open("" if opened else item.id))
            row.addWidget(update)
        else:
            row.addWidget(Words(look, item.status, "small", "textTertiary"))
        other = "hide" if item.covers else "cover"
        turn = "Hide what it names" if item.covers else "Only cover what it names"
        entries = [
            ("arrow-clockwise", "Look for an update", lambda: self.update_wanted.emit(item.id)),
            ("eye-slash", turn, lambda: self.effect_chosen.emit(item.id, other)),
            ("trash", "Remove…", lambda: self.remove_wanted.emit(item.id)),
        ]
        row.addWidget(more_button(look, item.title, entries))
        line.setToolTip(plain_tip(item.address))
        line.setAccessibleName(f"{item.title}, {item.about}, {item.status}")
        return line

    # ------------------------------------------------------------ exceptions

    def _exceptions_row(self) -> QWidget:
        look = self._look
        opened = self._opened == _EXCEPTIONS
        last = self.editor is None
        whole = Fold(look, opened=opened, first=not self._items, last=last)
        column = whole.column
        head = Head(look, "Exceptions", opened=opened)
        head.pressed.connect(lambda: self.open("" if opened else _EXCEPTIONS))
        number = len(self._exceptions)
        about = f"{number} that no list touches" if number else "Whom no list is to touch"
        head.row.addLayout(names(look, "Exceptions", about), 1)
        head.end()
        column.addWidget(head)
        if opened:
            for row in self.some(self._exceptions, self._exception):
                column.addWidget(Hairline(look))
                column.addWidget(row)
            column.addWidget(Hairline(look))
            column.addWidget(self._exception_field())
        return whole

    def _exception(self, name: str) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = row_of(look, tokens.boxList.row)
        words = Words(look, f"\u2066{name}\u2069", "meta")
        words.setToolTip(plain_tip(name))
        layout_of(line).addWidget(words, 1)
        away = IconButton(
            look,
            "x",
            f"No exception for {name} any more",
            target=tokens.target.min,
            icon_size=tokens.icon.context,
        )
        away.clicked.connect(lambda: self.exception_wanted.emit(name, False))
        layout_of(line).addWidget(away)
        return line

    def _exception_field(self) -> QWidget:
        look, space = self._look, self._look.theme.tokens.space
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(space.m, space.s, space.m, space.m)
        field = Field(
            look,
            "Server or person",
            help_line="boatyard.example with all below it, or @juno@boatyard.example",
        )
        column.addWidget(field)

        def take() -> None:
            if name := field.text().strip():
                self.exception_wanted.emit(name, True)

        field.submitted.connect(take)
        add = Button(look, "Never touch", "tonal", size="small")
        add.clicked.connect(take)
        column.addWidget(add)
        return held


class _Adder(QWidget):
    """Where a list is: on the web, on a network, or in a file."""

    wanted = Signal(str)
    cancelled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        space = look.theme.tokens.space
        column = QVBoxLayout(self)
        column.setContentsMargins(space.m, space.m, space.m, space.m)
        column.setSpacing(space.s)
        help_line = "CSV, plain domains or JSON; or a network’s own list by its link. You see what it holds before it counts."
        self.field = Field(look, "Address of the list", help_line=help_line)
        self.field.submitted.connect(self._on_read)
        column.addWidget(self.field)
        self._read = Button(look, "Read it", "tonal", size="small")
        self._read.clicked.connect(self._on_read)
        self.field.changed.connect(lambda _: self._read.setEnabled(True))
        choose = Button(look, "Choose a file…", size="small")
        choose.clicked.connect(self._on_file)
        cancel = Button(look, "Cancel", "plain", size="small")
        cancel.clicked.connect(self.cancelled)
        column.addWidget(ButtonLine(look, self._read, choose, cancel))

    def show_trouble(self, trouble: Trouble) -> None:
        """Below the field."""
        self._read.setEnabled(True)
        self.field.trouble(trouble.message, trouble.next_step)

    def _on_read(self) -> None:
        if address := self.field.text().strip():
            self._read.setEnabled(False)
            self.wanted.emit(address)
        else:
            self.field.trouble("There is no address.", "Type one, or choose a file.")

    def _on_file(self) -> None:
        chooser = QFileDialog(self.window(), "Choose a blocklist")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.setNameFilters(["Blocklists (*.csv *.txt *.json)", "All files (*)"])
        chooser.fileSelected.connect(self._on_chosen)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _on_chosen(self, path: str) -> None:
        self.field.input.setText(path)
        self._on_read()
