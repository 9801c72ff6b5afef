"""An archive, looked through: its posts as the timeline shows posts, and a field to find some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model import NetworkInfo
from app.ui.migration.archive_rows import ArchiveRows, OnlyHere
from app.ui.migration.frame import PageBody
from app.ui.migration.words import moment_text
from app.ui.shell.words import count_text
from app.ui.theme.look import Look
from app.ui.timeline.layout.card import lay_kept_row
from app.ui.timeline.pictures import Pictures
from app.ui.timeline.view import TimelineView
from app.ui.widgets.field import Input
from app.ui.widgets.panel import Hairline
from app.ui.widgets.words import Words

TYPING = 150
"""ms without a key until what was typed is looked for."""


class ReadingPage(PageBody):
    """One archive. Nothing on it asks a server, and nothing can be changed."""

    searched = Signal(str)
    """Words to look for; "": show all."""

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        networks: Mapping[str, NetworkInfo],
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(look, "Looking through the archive …")
        self._now, tokens = now, look.theme.tokens
        self.search = Input(look)
        self.search.setAccessibleName("Find in the archive")
        self.search.setPlaceholderText("Find words in posts and in what is said of pictures")
        self.search.setClearButtonEnabled(True)
        self.search.setEnabled(False)
        self.column.addWidget(self.search)
        self.column.addSpacing(tokens.space.s)
        self.state = Words(look, "", "meta", "textSecondary")
        self.column.addWidget(self.state)
        self.column.addSpacing(tokens.space.s)
        self.view = TimelineView(look.theme, OnlyHere(pictures), clock=now, lay=lay_kept_row)
        self.view.setAccessibleName("Posts of the archive")
        self.view.set_networks(networks)
        look.changed.connect(self._on_look)
        self.pin(self._held_view())
        self._outer.setStretchFactor(self._shown, 1)
        self._soon = QTimer(self, singleShot=True, interval=TYPING)
        self._soon.timeout.connect(lambda: self.searched.emit(self.search.text().strip()))
        self.search.textChanged.connect(lambda _: self._soon.start())
        self.note("Nothing here asks a server.")
        self.back("Back to backups")

    def _held_view(self) -> QWidget:
        self._shown = QWidget()
        column = QVBoxLayout(self._shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Hairline(self._look))
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.view, 1)
        row.addStretch(0)
        column.addLayout(row, 1)
        return self._shown

    def arrange(self, width: int) -> None:
        """Posts stand below the field that finds them, no wider."""
        self.view.setMaximumWidth(width)

    def show_archive(self, handle: str, count: int, saved_at: datetime) -> None:
        """It is open."""
        posts = "1 post" if count == 1 else f"{count_text(count)} posts"
        when = moment_text(saved_at, self._now())
        self.say(f"The archive of @{handle}", f"{posts}, as they were when it was saved, {when}.")
        self.search.setEnabled(True)
        self.search.setFocus()

    def show_rows(self, rows: ArchiveRows) -> None:
        """These, from the top."""
        self.view.set_source(rows)
        self.view.go_top()

    def say_state(self, text: str) -> None:
        """How far opening it is, or that nothing was found."""
        self.state.say(text)
        self.state.setVisible(bool(text))

    def first_focus(self) -> QWidget | None:
        """Where one types what to find."""
        return self.search

    def _on_look(self) -> None:
        self.view.set_theme(self._look.theme)
