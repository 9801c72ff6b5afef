"""Whole servers that an account blocks: what is lost by it is said before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.moderation.parts import ButtonLine, Notice, layout_of, row_of
from app.ui.moderation.section import Section
from app.ui.moderation.values import ServerGroup, ServerWarning, Trouble
from app.ui.moderation.words import bridge_words, isolated, lost_words
from app.ui.shell.words import count_text
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.field import Field
from app.ui.widgets.words import Words

_MOST_NAMES = 12


class ServerSection(Section):
    """The servers that one account blocks."""

    check_wanted = Signal(str)
    """A domain is about to be blocked: what would be lost?"""
    block_wanted = Signal(str)
    unblock_wanted = Signal(str)

    def __init__(self, look: Look, group: ServerGroup) -> None:
        super().__init__(look, "Blocked servers", mark=group.mark, add="Block a server…")
        self._group: ServerGroup | None = None
        self.note_head(isolated(group.host))
        self.add_wanted.connect(self._on_add)
        self.show_group(group)

    def show_group(self, group: ServerGroup) -> None:
        """Show other values."""
        if group == self._group:
            return
        self._group = group
        if group.refused:
            many = "one server" if group.refused == 1 else f"{count_text(group.refused)} servers"
            self.note(f"{isolated(group.host)} itself does not talk to {many}.")
        self.redraw()

    def redraw(self) -> None:
        domains = self._group.domains if self._group is not None else ()
        self.fill(self.some(domains, self._row), none="You block no servers.")

    def show_warning(self, warning: ServerWarning) -> None:
        """What is lost, before anything is done."""
        if isinstance(self.editor, _Blocker):
            self.editor.show_warning(warning)

    def show_done(self) -> None:
        """The server has done it."""
        self.put_editor(None)

    def forget(self) -> None:
        self._group = None

    def show_refused(self, trouble: Trouble) -> None:
        if isinstance(self.editor, _Blocker):
            self.editor.show_trouble(trouble)
        else:
            self.say_trouble(trouble)

    def _on_add(self) -> None:
        editor = _Blocker(self._look)
        editor.check_wanted.connect(self.check_wanted)
        editor.block_wanted.connect(self.block_wanted)
        editor.cancelled.connect(lambda: self.put_editor(None))
        self.put_editor(editor)
        editor.field.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def _row(self, domain: str) -> QWidget:
        look = self._look
        line = row_of(look, look.theme.tokens.boxList.row)
        row = layout_of(line)
        name = Words(look, isolated(domain), "metaStrong")
        name.setToolTip(domain)
        row.addWidget(name, 1)
        end = Button(look, "Unblock", "plain", size="small")
        end.setAccessibleName(f"Unblock {domain}")
        end.clicked.connect(lambda: self.unblock_wanted.emit(domain))
        row.addWidget(end)
        return line


class _Blocker(QWidget):
    """A domain; then what is lost; only then the button that blocks."""

    check_wanted = Signal(str)
    block_wanted = Signal(str)
    cancelled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._domain = look, ""
        space = look.theme.tokens.space
        column = QVBoxLayout(self)
        column.setContentsMargins(space.m, space.m, space.m, space.m)
        column.setSpacing(space.s)
        self.field = Field(
            look, "Server", help_line="You see nobody there any more, and nobody there follows you."
        )
        self.field.submitted.connect(self._on_next)
        self.field.changed.connect(lambda _: self._forget())
        column.addWidget(self.field)
        self._notice = Notice(look)
        self._notice.hide()
        column.addWidget(self._notice)
        self._names = Words(look, "", "small", "textSecondary", wrap=True)
        self._names.hide()
        column.addWidget(self._names)
        self._next = Button(look, "What would be lost?", "tonal", size="small")
        self._next.clicked.connect(self._on_next)
        self._block = Button(look, "", "danger", size="small")
        self._block.clicked.connect(self._on_block)
        self._block.hide()
        cancel = Button(look, "Cancel", "plain", size="small")
        cancel.clicked.connect(self.cancelled)
        column.addWidget(ButtonLine(look, self._next, self._block, cancel))

    def show_warning(self, warning: ServerWarning) -> None:
        """Count them, name them, then offer to block."""
        self._domain = warning.domain
        head = f"{isolated(warning.domain)}:"
        if warning.problem:
            rest = f"It could not be counted who is lost. {warning.problem}"
        else:
            rest = lost_words(warning.following, warning.followers)
        self._notice.say(head, f"{rest} {bridge_words(warning.bridge)}".strip())
        self._notice.show()
        people = (*warning.following, *warning.followers)
        handles = [isolated(f"@{one.removeprefix('@')}") for one in dict.fromkeys(people)]
        more = (
            f" and {count_text(len(handles) - _MOST_NAMES)} more"
            if len(handles) > _MOST_NAMES
            else ""
        )
        self._names.say(", ".join(handles[:_MOST_NAMES]) + more)
        self._names.setVisible(bool(handles))
        self._next.hide()
        self._block.rename(f"Block {warning.domain}")
        self._block.setEnabled(True)
        self._block.show()
        self._block.setFocus(Qt.FocusReason.OtherFocusReason)
        self.updateGeometry()

    def show_trouble(self, trouble: Trouble) -> None:
        """Below the field."""
        self._next.setEnabled(True)
        self._block.setEnabled(True)
        self.field.trouble(trouble.message, trouble.next_step)

    def _forget(self) -> None:
        self._notice.hide()
        self._names.hide()
        self._block.hide()
        self._next.setEnabled(True)
        self._next.show()

    def _on_next(self) -> None:
        domain = self.field.text().strip().removeprefix("https://").partition("/")[0].lower()
        domain = domain.rpartition("@")[2].rstrip(".")
        if not domain or "." not in domain or any(sign.isspace() for sign in domain):
            self.field.trouble("That is no server.", "Type its domain, as in boatyard.example.")
            return
        if self._block.isVisibleTo(self):
            return
        self._next.setEnabled(False)
        self.check_wanted.emit(domain)

    def _on_block(self) -> None:
        self._block.setEnabled(False)
        self.block_wanted.emit(self._domain)
