"""Labelers: who they are, what their labels do, adding one and taking one away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QRadioButton, QVBoxLayout, QWidget

from app.ui.moderation.parts import ButtonLine, ControlRow, Fold, Head, Notice, names
from app.ui.moderation.section import Section
from app.ui.moderation.values import LabelerGroup, LabelerItem, LabelRow, Trouble
from app.ui.moderation.words import SETTING_COLORS, SETTING_NAMES
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Segment
from app.ui.widgets.field import Field
from app.ui.widgets.panel import Avatar, Hairline
from app.ui.widgets.words import Words

Picture = Callable[[str, float], QPixmap | None]
"""The picture at an address, of a side in px; None: not there (yet)."""


class LabelerSection(Section):
    """The labelers of one account."""

    chosen = Signal(str, str, str)
    """Label's value, setting, URI of its labeler ("" = it is everybody's)."""
    find_wanted = Signal(str)
    subscribe_wanted = Signal(str)
    remove_wanted = Signal(str)
    link_activated = Signal(str)

    def __init__(self, look: Look, group: LabelerGroup, picture: Picture) -> None:
        super().__init__(look, "Labelers", mark=group.mark, add="Add a labeler")
        self._picture = picture
        self._group: LabelerGroup = group
        self._fresh = True
        self._opened = ""
        self._avatars: list[tuple[Avatar, str]] = []
        self.add_wanted.connect(self._on_add)
        self.note("Labels of those you subscribe to. The server is asked for them with each page.")
        self._draw()

    def show_group(self, group: LabelerGroup) -> None:
        """Show other values; what is open stays open."""
        if group != self._group or not self._fresh:
            self._group, self._fresh = group, True
            self._draw()

    def forget(self) -> None:
        self._fresh = False

    def show_refused(self, trouble: Trouble) -> None:
        if isinstance(self.editor, _Finder):
            self.editor.show_trouble(trouble)
        else:
            self.say_trouble(trouble)

    def open(self, uri: str) -> None:
        """Open that one, close the others."""
        self._opened = uri
        self._draw()

    @property
    def last(self) -> str:
        """URI of the one that was added last; "" = there is none."""
        return self._group.labelers[-1].uri if self._group.labelers else ""

    def draw_pictures(self) -> None:
        """Some have come."""
        side = self._look.theme.length(self._look.theme.tokens.moderation.avatar, capped=True)
        for avatar, url in self._avatars:
            if url:
                avatar.show_picture(self._picture(url, side))

    def show_found(self, found: LabelerItem) -> None:
        """Who was looked for: subscribed to only when one says so."""
        if isinstance(self.editor, _Finder):
            self.editor.show_found(found)

    def _on_add(self) -> None:
        finder = _Finder(self._look)
        finder.wanted.connect(self.find_wanted)
        finder.cancelled.connect(lambda: self.put_editor(None))
        finder.subscribed.connect(self._on_subscribed)
        self.put_editor(finder)
        finder.field.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_subscribed(self, uri: str) -> None:
        self.put_editor(None)
        self._opened = uri
        self.subscribe_wanted.emit(uri)

    def _draw(self) -> None:
        self.note_head(self._group.note)
        self._avatars = []
        last = len(self._group.labelers) - 1
        rows = [
            self._row(one, first=number == 0, last=number == last)
            for number, one in enumerate(self._group.labelers)
        ]
        self.fill(rows, none="No labelers. Nobody’s labels count but those of the authors.")
        self.draw_pictures()

    def _row(self, one: LabelerItem, *, first: bool, last: bool) -> QWidget:
        opened = one.uri == self._opened
        whole = Fold(self._look, opened=opened, first=first, last=last)
        whole.column.addWidget(self._head(one, opened))
        if opened:
            whole.column.addWidget(self._body(one))
        return whole

    def _head(self, one: LabelerItem, opened: bool) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        head = Head(look, one.name, opened=opened)
        head.setAccessibleName(f"{one.name}, {one.source}, {one.trouble or one.summary}")
        head.pressed.connect(lambda: self.open("" if opened else one.uri))
        avatar = Avatar(look, one.name, tokens.moderation.avatar)
        self._avatars.append((avatar, one.avatar))
        head.row.addWidget(avatar)
        head.row.addLayout(names(look, one.name, one.source), 1)
        if opened and not one.own:
            remove = Button(look, "Remove", "danger", size="small")
            remove.setAccessibleName(f"Remove {one.name}")
            remove.clicked.connect(lambda: self.remove_wanted.emit(one.uri))
            head.row.addWidget(remove)
        elif one.trouble:
            head.row.addWidget(Words(look, "no labels", "small", "warn"))
        else:
            head.add_aside(Words(look, one.summary, "small", "textTertiary"))
        head.end()
        return head

    def _body(self, one: LabelerItem) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        body = QWidget()
        column = QVBoxLayout(body)
        pad = tokens.space.m
        column.setContentsMargins(pad, 0, pad, tokens.space.s)
        column.setSpacing(0)
        if one.trouble:
            notice = Notice(look)
            notice.say(one.trouble)
            column.addWidget(notice)
            column.addSpacing(tokens.space.s)
        if one.description:
            column.addWidget(Words(look, one.description, "small", "textSecondary", wrap=True))
        if one.link:
            says = Button(look, "What it says about itself", "plain", size="inline")
            says.clicked.connect(lambda: self.link_activated.emit(one.link))
            column.addWidget(says)
        column.addSpacing(tokens.space.s)
        for row in one.labels:
            column.addWidget(Hairline(look))
            column.addWidget(self._label(row))
        if not one.labels:
            column.addWidget(Words(look, "It has no labels of its own.", "small", "textTertiary"))
        return body

    def _label(self, row: LabelRow) -> QWidget:
        look = self._look
        control: QWidget
        if row.why:
            control = Words(look, row.why, "small", "textTertiary")
        else:
            segment = Segment(
                look,
                row.name,
                [(key, SETTING_NAMES[key]) for key in row.choices],
                colors=SETTING_COLORS,
            )
            for button in segment.findChildren(QRadioButton):
                # Heard one by one, they must say what for.
                button.setAccessibleName(f"{row.name}: {button.text()}")
            segment.choose(row.setting)
            segment.chosen.connect(lambda key: self.chosen.emit(row.value, key, row.labeler))
            control = segment
        least = look.theme.tokens.moderation.labelRow
        return ControlRow(look, row.name, row.description, control, least=least)


class _Finder(QWidget):
    """Looks for a labeler; what was found is shown before it is subscribed to."""

    wanted = Signal(str)
    subscribed = Signal(str)
    cancelled = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._found = look, ""
        space = look.theme.tokens.space
        column = QVBoxLayout(self)
        column.setContentsMargins(space.m, space.m, space.m, space.m)
        column.setSpacing(space.s)
        self.field = Field(
            look,
            "Handle or link of a labeler",
            help_line="It learns nothing of you; your server does.",
        )
        self.field.submitted.connect(self._on_look)
        self.field.changed.connect(lambda _: self._forget())
        column.addWidget(self.field)
        self._about = Words(look, "", "small", "textSecondary", wrap=True)
        self._about.hide()
        column.addWidget(self._about)
        self._act = Button(look, "Look for it", "tonal", size="small")
        self._act.clicked.connect(self._on_look)
        cancel = Button(look, "Cancel", "plain", size="small")
        cancel.clicked.connect(self.cancelled)
        column.addWidget(ButtonLine(look, self._act, cancel))

    def show_found(self, found: LabelerItem) -> None:
        """Who it is, and what subscribing means."""
        self._found = found.uri
        labels = ", ".join(row.name for row in found.labels) or "no labels of its own"
        head = [
            (found.name, 600),
            (f" {found.source}. {found.description} Labels: {labels}.", None),
        ]
        self._about.say(head)
        self._about.show()
        self._act.setEnabled(True)
        self._act.rename(f"Subscribe to {found.name}")
        self.updateGeometry()

    def show_trouble(self, trouble: Trouble) -> None:
        """Below the field."""
        self._act.setEnabled(True)
        self.field.trouble(trouble.message, trouble.next_step)

    def _forget(self) -> None:
        self._found = ""
        self._about.hide()
        self._act.setEnabled(True)
        self._act.rename("Look for it")

    def _on_look(self) -> None:
        if self._found:
            self.subscribed.emit(self._found)
        elif address := self.field.text().strip():
            self._act.setEnabled(False)
            self.wanted.emit(address)
        else:
            self.field.trouble("Type whose labels you want.", "A handle will do.")
