"""Who follows somebody, or is followed: a page at a time, never all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model import Profile
from app.ui.feeds.market_rows import OfferRow
from app.ui.feeds.market_values import MarketItem
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Segment
from app.ui.widgets.panel import Panel, Spinner
from app.ui.widgets.row_keys import step_of
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

MOST = 2_000
"""Rows that are made; who wants to see more looks on the web."""


class NearList(Panel):
    """Rows reached by arrow keys; more come when the end is near."""

    person_chosen = Signal(str)
    """URI of somebody."""
    more_wanted = Signal()
    side_chosen = Signal(str)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look, "surface")
        self._pictures = pictures
        self.rows: list[OfferRow] = []
        self._pages: list[QWidget] = []
        space = look.theme.tokens.space
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(space.l, space.s, space.l, space.s)
        head.setSpacing(space.s)
        self._title = Words(look, "", "metaStrong", weight=600)
        head.addWidget(self._title)
        self._busy = Spinner(look, look.theme.tokens.spinner.small)
        head.addWidget(self._busy)
        head.addStretch(1)
        self._sides: Segment | None = None
        self._head = head
        column.addLayout(head)
        self.list = Scrolled()
        self.list.column.setContentsMargins(space.s, 0, space.s, space.m)
        self.list.column.setSpacing(0)
        self._note = Words(look, "", "meta", "textSecondary", wrap=True)
        self._more = Button(look, "More", "link", size="small")
        self._more.clicked.connect(self.more_wanted)
        self.list.column.addWidget(self._note)
        self.list.column.addWidget(self._more)
        self.list.column.addStretch(1)
        column.addWidget(self.list, 1)
        self.list.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        pictures.arrived.connect(self._repaint)

    def begin(self, title: str, sides: Sequence[tuple[str, str]], chosen: str) -> None:
        """Nobody is there yet. *sides*: their accounts, where there are several."""
        for page in self._pages:
            page.hide()
            page.deleteLater()
        self.rows, self._pages = [], []
        self._title.say(title)
        self.setAccessibleName(title)
        if self._sides is not None:
            self._head.removeWidget(self._sides)
            self._sides.hide()
            self._sides.deleteLater()
            self._sides = None
        if len(sides) > 1:
            self._sides = Segment(self._look, "Of which account", sides)
            self._sides.choose(chosen)
            self._sides.chosen.connect(self.side_chosen)
            self._head.addWidget(self._sides)
        self.say("", busy=True, more=False)

    def add(self, people: Sequence[Profile], mark: str) -> None:
        """Below those that are there; in a box of their own, so that those are not laid out anew."""
        people = people[: max(0, MOST - len(self.rows))]
        if not people:
            return
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        for profile in people:
            row = OfferRow(self._look, self._pictures, _item(profile, mark))
            row.clicked.connect(lambda _=False, uri=profile.uri: self.person_chosen.emit(uri))
            row.installEventFilter(self)
            box.addWidget(row)
            self.rows.append(row)
        self.list.column.insertWidget(len(self._pages), page)
        self._pages.append(page)

    def say(self, note: str, *, busy: bool, more: bool) -> None:
        """What stands below the rows."""
        if len(self.rows) >= MOST:
            note, more = f"These are the first {MOST}. All of them are on their page.", False
        self._note.say(note)
        self._note.setVisible(bool(note))
        self._busy.setVisible(busy)
        self._more.setVisible(more)

    def focus_first(self) -> None:
        """The first row, if there is one."""
        if self.rows:
            self.rows[0].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(watched, OfferRow)
            and (by := step_of(event))
        ):
            self._step(watched, by)
            return True
        return super().eventFilter(watched, event)

    def _step(self, row: OfferRow, by: int) -> None:
        to = self.rows.index(row) + by
        if 0 <= to < len(self.rows):
            self.rows[to].setFocus(Qt.FocusReason.TabFocusReason)
            self.list.ensureWidgetVisible(self.rows[to], 0, 0)
        elif to >= len(self.rows) and self._more.isVisibleTo(self):
            self.more_wanted.emit()

    def _on_scrolled(self, value: int) -> None:
        bar = self.list.verticalScrollBar()
        if value >= bar.maximum() - self.list.height() and self._more.isVisibleTo(self):
            self.more_wanted.emit()

    def _repaint(self, _url: str) -> None:
        for row in self.rows:
            row.update()


def _item(profile: Profile, mark: str) -> MarketItem:
    return MarketItem(
        key=profile.uri,
        name=profile.shown_name,
        line=f"@{profile.handle}",
        picture=profile.avatar,
        icon="user",
        mark=mark,
    )
