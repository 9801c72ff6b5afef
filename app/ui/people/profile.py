"""Somebody in the place of the timeline: who they are, what they wrote, and the people book."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model import Profile
from app.ui.people.head import ProfileHead
from app.ui.people.near import NearList
from app.ui.people.pane import PersonPane
from app.ui.people.tabs import WordTabs
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.timeline.view import TimelineView
from app.ui.widgets.button import IconButton
from app.ui.widgets.choices import Segment
from app.ui.widgets.instead import Instead
from app.ui.widgets.pagehead import PageHead, PartRow, line_below
from app.ui.widgets.panel import UNBOUND, Hairline, Panel
from app.ui.widgets.words import Words
from app.ui.widgets.yielding import Yielding

if TYPE_CHECKING:
    from app.services.human import Human

PARTS = {
    "posts": "Posts",
    "replies": "Replies",
    "media": "Media",
    "likes": "Likes",
    "liked": "Liked by you",
    "between": "Between you two",
}


class ProfilePage(Panel):
    """Shows; decides nothing. ``leaving`` is a wish."""

    leaving = Signal()
    part_chosen = Signal(str)
    page_wanted = Signal(str)
    search_wanted = Signal()

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        marks: Mapping[str, str],
        names: Mapping[str, str],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName("Person")
        self._folded = False
        self.human: Human | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        self.under_head = line_below(look, column)
        sides = (("profile", "Profile"), ("book", "You and them"))
        self.choice = Segment(look, "What is shown", sides)
        self.choice.choose("profile")
        self.choice.chosen.connect(lambda _: self._arrange())
        self._choices = PartRow(look, self.choice)
        column.addWidget(self._choices)
        self.head = ProfileHead(look, pictures, marks, names)
        self.tabs = WordTabs(look)
        self.tabs.chosen.connect(self.part_chosen)
        self.view = TimelineView(look.theme, pictures, clock=clock)
        self.view.setAccessibleName("Posts")
        self.view.scrolled.connect(self._on_scrolled)
        self.near = NearList(look, pictures)
        self._holder = Instead(self.view)
        self.book = PersonPane(look, marks)
        column.addLayout(self._make_body(), 1)
        look.changed.connect(self._on_look)
        self._arrange()

    def _make_head(self) -> PageHead:
        look = self._look
        head = PageHead(look, look.theme.tokens.space.s)
        head.back.connect(self.leaving)
        self.title = Words(look, "", "title")
        head.row.addWidget(self.title, 1)
        find = IconButton(look, "magnifying-glass", "Search what they wrote")
        find.clicked.connect(self.search_wanted)
        head.row.addWidget(find)
        out = IconButton(look, "arrow-square-out", "Open their page in the browser")
        out.clicked.connect(self._on_out)
        head.row.addWidget(out)
        return head

    def _make_body(self) -> QHBoxLayout:
        """Them on the left, and how my accounts stand to them."""
        body = QHBoxLayout()
        body.setSpacing(0)
        self._left = QWidget()
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        self._above = Yielding()
        self._above.column.addWidget(self.head)
        left.addWidget(self._above)
        self._above_tabs = Hairline(self._look)
        left.addWidget(self._above_tabs)
        left.addWidget(self.tabs)
        left.addWidget(Hairline(self._look))
        left.addWidget(self._holder, 1)
        left.addWidget(self.near, 1)
        self.near.hide()
        self._line = Hairline(self._look, upright=True)
        body.addWidget(self._left, 1)
        body.addWidget(self._line)
        body.addWidget(self.book)
        return body

    def _on_out(self) -> None:
        if self.human is not None:
            profile = self.human.sides[0].known.profile
            self.page_wanted.emit(profile.url or profile.uri)

    # ------------------------------------------------------------- showing

    def show_human(
        self, human: Human, parts: Sequence[str], known: tuple[Sequence[Profile], bool]
    ) -> None:
        """Who it is; ``book`` is told apart."""
        self.human = human
        self.title.say(human.sides[0].known.profile.shown_name)
        self.head.show_human(human, known)
        self.tabs.show_tabs([(part, PARTS[part]) for part in parts if part in PARTS])

    def show_part(self, key: str) -> None:
        """Which tab is chosen; "" = none, people are shown."""
        self._fold(False)
        self.tabs.mark(key)
        self.near.setVisible(not key)
        self._holder.setVisible(bool(key))

    def show_state(self, state: QWidget | None) -> None:
        """Something in place of the posts; None: the posts."""
        self._holder.show_state(state)

    @property
    def is_narrow(self) -> bool:
        """There is room for one column only."""
        from_here = self._look.theme.tokens.people.bothFrom
        return bool(self.width() < self._look.theme.px(from_here, capped=True))

    # ------------------------------------------------------------- private

    def _on_look(self) -> None:
        self.view.set_theme(self._look.theme)
        self._arrange()

    def _arrange(self) -> None:
        narrow, key = self.is_narrow, self.choice.key
        self._choices.setVisible(narrow)
        self._left.setVisible(not narrow or key == "profile")
        self.book.setVisible(not narrow or key == "book")
        self._line.setVisible(not narrow)
        wide = self._look.theme.length(self._look.theme.tokens.window.rightPane, capped=True)
        self.book.setMinimumWidth(0 if narrow else wide)
        self.book.setMaximumWidth(UNBOUND if narrow else wide)

    def _on_scrolled(self) -> None:
        """Whoever reads on has the room for it; at the top all is there again."""
        column, people = self.view.shelf.column, self._look.theme.tokens.people
        spare = column.heights.total - self.view.viewport().height() - self._above.height()
        fold = column.top > people.foldFrom and (self._folded or spare > people.foldFrom)
        if column.top > 0 and self._folded:
            fold = True  # only the very top opens it, so that it does not flutter
        self._fold(fold)

    def _fold(self, fold: bool) -> None:
        if fold != self._folded:
            self._folded = fold
            self._above.setVisible(not fold)
            self._above_tabs.setVisible(not fold)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not as its proxy: Tab would pass by what stands above the list.
        (self.near if self._holder.isHidden() else self.view).setFocus(event.reason())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leaving.emit()
            return
        super().keyPressEvent(event)
