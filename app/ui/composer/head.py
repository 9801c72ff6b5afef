"""The composer's header: what is kept, earlier versions, another lane."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Glyph, Panel, along
from app.ui.widgets.words import Words

_SAVED = {
    "": ("", ""),
    "writing": ("dots-three", "Not saved yet"),
    "saved": ("check", "Draft saved"),
    "failed": ("warning", "Not saved"),
}


class SavedPill(Panel):
    """Whether the draft is on the disk."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "sunken", edge="border", radius=look.theme.length(12))
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.gap, 0, tokens.space.gap, 0)
        row.setSpacing(tokens.button.iconGap)
        self._glyph = Glyph(look, "check", tokens.icon.small, "textSecondary")
        row.addWidget(self._glyph)
        self.words = Words(look, "", "small", "textSecondary")
        row.addWidget(self.words)
        self.setFixedHeight(look.theme.length(24))
        self.hide()

    def say(self, state: str, why: str = "") -> None:
        """*state*: ``""``, ``writing``, ``saved`` or ``failed`` (*why*)."""
        icon, words = _SAVED[state]
        self.setVisible(bool(words))
        if not words:
            return
        color = "danger" if state == "failed" else "textSecondary"
        self._glyph.show_icon(icon, color)
        self.words.tint(color)
        self.words.say(words)
        self.setToolTip(why)
        self.setAccessibleName(f"{words}. {why}" if why else words)

    def say_words(self, words: str) -> None:
        """Any words, without a sign; "" hides it."""
        self._glyph.hide()
        self.words.say(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))


class Head(QWidget):
    """Title, state of saving, and what one can look for."""

    leaving = Signal()
    versions_wanted = Signal(QPoint)
    drafts_wanted = Signal(QPoint)
    lane_wanted = Signal(QPoint)
    pop_out_wanted = Signal()

    def __init__(self, look: Look, *, alone: bool) -> None:
        super().__init__()
        self._look = look
        self._versions, self._drafts = 0, 0
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(*along(tokens.header.padLeft, tokens.header.padRight))
        row.setSpacing(tokens.space.xs)
        self.title = Words(look, "New post", "title")
        row.addWidget(self.title)
        row.addSpacing(tokens.space.s)
        self.saved = SavedPill(look)
        row.addWidget(self.saved)
        row.addStretch()
        self.drafts = Button(look, "", "quiet", icon="archive")
        self.drafts.clicked.connect(lambda: self.drafts_wanted.emit(self.under(self.drafts)))
        self.versions = Button(look, "", "quiet", icon="clock-counter-clockwise")
        self.versions.clicked.connect(lambda: self.versions_wanted.emit(self.under(self.versions)))
        self.add = Button(look, "Add lane", icon="plus")
        self.add.clicked.connect(lambda: self.lane_wanted.emit(self.under(self.add)))
        self.pop_out = IconButton(look, "arrow-square-out", "In a window of its own")
        self.pop_out.clicked.connect(self.pop_out_wanted)
        self.close_button = IconButton(look, "x", "Close; the draft is kept (Esc)")
        self.close_button.clicked.connect(self.leaving)
        for widget in (self.drafts, self.versions, self.add):
            row.addWidget(widget)
        row.addSpacing(tokens.space.xs)
        row.addWidget(self.pop_out)
        row.addWidget(self.close_button)
        self.pop_out.setVisible(not alone)
        self._room = 0
        self._restyle()
        look.changed.connect(self._restyle)
        self.show_versions(0)
        self.show_drafts(0)

    def show_versions(self, count: int) -> None:
        """How many earlier states there are."""
        self._versions = count
        self._name()

    def show_drafts(self, count: int) -> None:
        """How many other drafts there are to go on with."""
        self._drafts = count
        self._name()

    def fit(self, width: int) -> None:
        """Words where they fit, icons where they do not."""
        self._room = width
        self._name()

    def under(self, widget: QWidget) -> QPoint:
        """Where a popover of *widget* opens, on the screen."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = widget.rect().bottomLeft() if rtl else widget.rect().bottomRight()
        return widget.mapToGlobal(corner)

    def _name(self) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        wide = self._room >= theme.length(tokens.composer.tabsBelow, capped=True)
        self.saved.words.setVisible(self._room >= theme.length(tokens.window.timelineMin + 60))
        for button, count, one, many in (
            (self.versions, self._versions, "version", "versions"),
            (self.drafts, self._drafts, "draft", "drafts"),
        ):
            button.setVisible(count > 0)
            words = f"{count} {one if count == 1 else many}"
            button.rename(words if wide else "")
            what = "Earlier versions" if button is self.versions else "Other drafts"
            button.setAccessibleName(f"{what}: {words}")
            button.setToolTip(f"{what}: {words}")
        self.add.rename("Add lane" if wide else "")
        self.add.setAccessibleName("Add a lane")
        self.add.setToolTip("Post to another account, too")

    def _restyle(self) -> None:
        theme = self._look.theme
        self.setFixedHeight(theme.length(theme.tokens.composer.header, capped=True))
