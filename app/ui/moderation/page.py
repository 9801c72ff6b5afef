"""The page "What I don’t want to see": two columns, or one where it is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.model import AccountId
from app.ui.moderation.filters import FilterSection
from app.ui.moderation.hidden import HiddenPanel
from app.ui.moderation.labelers import LabelerSection, Picture
from app.ui.moderation.lists import ListSection
from app.ui.moderation.media import MediaSection
from app.ui.moderation.muted import MutedSection
from app.ui.moderation.parts import Notice
from app.ui.moderation.servers import ServerSection
from app.ui.moderation.values import FilterGroup, LabelerGroup, ServerGroup, Shown
from app.ui.theme.look import Look
from app.ui.widgets.panel import Glyph, Spinner
from app.ui.widgets.words import Words

W = TypeVar("W", bound=QWidget)
G = TypeVar("G", LabelerGroup, FilterGroup, ServerGroup)


class ModerationPage(QWidget):
    """All sections; the presenter connects those of accounts when they come."""

    retry_wanted = Signal()
    labelers_made = Signal(object, str)
    filters_made = Signal(object, str)
    servers_made = Signal(object, str)
    """A section was made for an account."""

    def __init__(self, look: Look, picture: Picture) -> None:
        super().__init__()
        self._look, self._picture = look, picture
        tokens = look.theme.tokens
        self.setAccessibleName("What I don’t want to see")
        outer = QVBoxLayout(self)
        pad = tokens.space.xl
        outer.setContentsMargins(pad, 0, pad, pad)
        outer.setSpacing(tokens.space.m)
        outer.addWidget(self._head())
        self.trouble = Notice(look, icon="cloud-slash")
        self.trouble.pressed.connect(self.retry_wanted)
        self.trouble.hide()
        outer.addWidget(self.trouble)
        self._waiting = self._make_waiting()
        outer.addWidget(self._waiting)
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._columns.setSpacing(pad)
        outer.addLayout(self._columns)
        outer.addStretch()
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        for column in (self._left, self._right):
            column.setSpacing(tokens.space.m)
            self._columns.addLayout(column)
        self._make_sections()
        self.labelers: dict[AccountId, LabelerSection] = {}
        self.filters: dict[AccountId, FilterSection] = {}
        self.servers: dict[AccountId, ServerSection] = {}

    def _head(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        row.addWidget(Words(look, "What I don’t want to see", "title", wrap=True), 1)
        self._promise_sign = Glyph(look, "check-circle", tokens.icon.small, "textTertiary")
        row.addWidget(self._promise_sign)
        words = "Applied at once, only here unless a row names a server"
        self._promise = Words(look, words, "small", "textTertiary")
        row.addWidget(self._promise)
        return head

    def _make_waiting(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        row.addWidget(Spinner(look, tokens.spinner.small))
        self._waiting_words = Words(look, "", "meta", "textSecondary")
        row.addWidget(self._waiting_words, 1)
        line.hide()
        return line

    def _make_sections(self) -> None:
        look = self._look
        self.words, self.media = MutedSection(look), MediaSection(look)
        self.lists, self.hidden = ListSection(look), HiddenPanel(look)
        self._for_labelers, self._for_filters = QVBoxLayout(), QVBoxLayout()
        self._for_servers = QVBoxLayout()
        for slot in (self._for_labelers, self._for_filters, self._for_servers):
            slot.setSpacing(look.theme.tokens.space.m)
        self._left.addLayout(self._for_labelers)
        self._left.addWidget(self.words)
        self._left.addWidget(self.media)
        self._right.addLayout(self._for_filters)
        self._right.addWidget(self.lists)
        self._right.addLayout(self._for_servers)
        self._right.addWidget(self.hidden)
        self._left.addStretch()
        self._right.addStretch()

    def show_all(self, shown: Shown, now: datetime) -> None:
        """Show other values; what is open or half written stays."""
        self._show_troubles(shown)
        for group in self._renewed(self.labelers, shown.labelers):
            section = LabelerSection(self._look, group, self._picture)
            self.labelers[group.account] = section
            self._for_labelers.addWidget(section)
            self.labelers_made.emit(section, group.account)
        for group in shown.labelers:
            self.labelers[group.account].show_group(group)
        self.words.show_words(shown.words, shown.words_everywhere, now)
        self.media.show_choices(shown.sensitive, shown.warnings, shown.labelers)
        for one in self._renewed(self.filters, shown.filters):
            made = FilterSection(self._look, one, now)
            self.filters[one.account] = made
            self._for_filters.addWidget(made)
            self.filters_made.emit(made, one.account)
        for one in shown.filters:
            self.filters[one.account].show_group(one, now)
        self.lists.show_lists(shown.lists, shown.exceptions)
        for place in self._renewed(self.servers, shown.servers):
            blocked = ServerSection(self._look, place)
            self.servers[place.account] = blocked
            self._for_servers.addWidget(blocked)
            self.servers_made.emit(blocked, place.account)
        for place in shown.servers:
            self.servers[place.account].show_group(place)
        self.hidden.show_hidden(shown.hidden, shown.place)

    def draw_pictures(self) -> None:
        """Some have come."""
        for section in self.labelers.values():
            section.draw_pictures()

    def _renewed(self, held: dict[AccountId, W], groups: Sequence[G]) -> list[G]:
        """Accounts that have come; sections of those that have gone, go."""
        there = {group.account for group in groups}
        for account in held.keys() - there:
            section = held.pop(account)
            section.hide()
            section.deleteLater()
        return [group for group in groups if group.account not in held]

    def _show_troubles(self, shown: Shown) -> None:
        self.trouble.setVisible(bool(shown.troubles))
        if shown.troubles:
            first = shown.troubles[0]
            rest = "What was read last is shown, and counts."
            self.trouble.say(first.message, rest, "Try again")
        self._waiting.setVisible(bool(shown.waiting))
        self._waiting_words.say(f"Asking {', '.join(shown.waiting)}…")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme, tokens = self._look.theme, self._look.theme.tokens.moderation
        narrow = self.width() < theme.px(tokens.oneBelow, capped=True)
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if narrow else ways.LeftToRight
        if self._columns.direction() != way:
            self._columns.setDirection(way)
            for number, share in enumerate((tokens.left, tokens.right)):
                self._columns.setStretch(number, 0 if narrow else share)
            self._columns.setSpacing(theme.tokens.space.m if narrow else theme.tokens.space.xl)
        small = self.width() < theme.px(theme.tokens.settings.sideBySide)
        pad = theme.tokens.space.m if small else theme.tokens.space.xl
        outer = self.layout()
        assert outer is not None
        outer.setContentsMargins(pad, 0, pad, pad)
        wide = self.width() >= theme.px(tokens.left)
        self._promise.setVisible(wide)
        self._promise_sign.setVisible(wide)
