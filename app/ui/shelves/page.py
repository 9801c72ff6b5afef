"""The page: a list of lists, tags or trends, and what is looked at beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.feeds.market_rows import OfferList
from app.ui.feeds.market_values import MarketSection
from app.ui.shelves.detail import Detail
from app.ui.shelves.list_detail import ListDetail
from app.ui.shelves.values import PARTS, DetailItem, ListItem
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Segment
from app.ui.widgets.halves import Halves
from app.ui.widgets.instead import Instead
from app.ui.widgets.pagehead import PageHead, SearchInput, line_below
from app.ui.widgets.panel import Panel
from app.ui.widgets.row_keys import step_of
from app.ui.widgets.words import Words


class ShelvesPage(Panel):
    """
    Shows; decides nothing.

    ``chosen`` tells the key of a row, ``pressed`` that it is to be seen now;
    ``tag_typed``: a tag to be followed.
    """

    leaving = Signal()
    part_wanted = Signal(str)
    chosen = Signal(str)
    pressed = Signal()
    again_wanted = Signal(str)
    more_wanted = Signal(str)
    list_wanted = Signal()
    tag_typed = Signal(str)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName("Lists, tags and trends")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        self.under_head = line_below(look, column)
        self.lists, self.detail = ListDetail(look, pictures), Detail(look)
        right = QWidget()
        details = QVBoxLayout(right)
        details.setContentsMargins(0, 0, 0, 0)
        for one in (self.lists, self.detail):
            details.addWidget(one)
        self.holder = Instead(right)
        self.halves = Halves(look, self.holder, called="Details")
        self._fill_left(self.halves.left, pictures)
        column.addWidget(self.halves, 1)
        look.changed.connect(self._arrange)
        self._arrange()

    # ------------------------------------------------------------- building

    def _make_head(self) -> PageHead:
        look, tokens = self._look, self._look.theme.tokens
        head = PageHead(look, tokens.space.m)
        head.back.connect(self.leaving)
        self.title = Words(look, "Lists and tags", "title")
        head.row.addWidget(self.title)
        self.parts = Segment(look, "What", PARTS)
        self.parts.chosen.connect(self.part_wanted)
        head.row.addWidget(self.parts)
        head.row.addStretch(1)
        return head

    def _fill_left(self, column: QVBoxLayout, pictures: Pictures) -> None:
        look, space = self._look, self._look.theme.tokens.space
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(space.l, space.m, space.l, space.s)
        self.new_list = Button(look, "New list", icon="plus", size="small")
        self.new_list.clicked.connect(self.list_wanted)
        row.addWidget(self.new_list)
        self.tag = SearchInput(look)
        self.tag.setAccessibleName("A tag to follow")
        self.tag.setPlaceholderText("Follow a tag: #birds")
        self.tag.returnPressed.connect(lambda: self.tag_typed.emit(self.tag.text()))
        self.tag.down.connect(self.focus_list)
        row.addWidget(self.tag, 1)
        self._tools, self._spare = tools, row
        row.addStretch(0)
        column.addWidget(tools)
        self.trouble = Words(look, "", "small", "danger", wrap=True)
        self._troubled = QWidget()
        padded = QVBoxLayout(self._troubled)
        padded.setContentsMargins(space.l, 0, space.l, space.s)
        padded.addWidget(self.trouble)
        policy = self._troubled.sizePolicy()
        policy.setHeightForWidth(True)
        self._troubled.setSizePolicy(policy)
        self._troubled.hide()
        column.addWidget(self._troubled)
        self.list = OfferList(look, pictures)
        self.list.chosen.connect(self.chosen)
        self.list.pressed.connect(self._on_pressed)
        self.list.again_wanted.connect(self.again_wanted)
        self.list.more_wanted.connect(self.more_wanted)
        column.addWidget(self.list, 1)

    # -------------------------------------------------------------- showing

    def show_part(self, part: str) -> None:
        """One of ``PARTS``; nothing is looked at yet."""
        self.parts.choose(part)
        names = dict(PARTS)
        self.list.setAccessibleName(names[part])
        self.new_list.setVisible(part == "lists")
        self.tag.setVisible(part == "tags")
        self._tools.setVisible(part in ("lists", "tags"))
        self.say_trouble("")
        self.show_side("list")

    def show_sections(self, sections: Sequence[MarketSection], key: str) -> None:
        """What there is; *key*: which one is looked at."""
        self.list.show_sections(sections)
        self.list.mark(key)

    def show_detail(self, item: ListItem | DetailItem) -> None:
        """Look at this one."""
        is_list = isinstance(item, ListItem)
        self.lists.setVisible(is_list)
        self.detail.setVisible(not is_list)
        if isinstance(item, ListItem):
            self.lists.show_item(item)
        else:
            self.detail.show_item(item)
        self.holder.show_state(None)

    def say_trouble(self, words: str) -> None:
        """What is wrong with what was typed; "" = nothing."""
        self.trouble.say(words)
        self._troubled.setVisible(bool(words))
        self.tag.mark_trouble(bool(words))
        self.tag.setAccessibleDescription(words)

    def focus_list(self) -> None:
        """The keys are the list's."""
        self.show_side("list")
        self.list.focus_first()

    def show_side(self, side: str) -> None:
        """Where there is no room for both: this one."""
        self.halves.show_side(side)

    def _on_pressed(self) -> None:
        self.show_side("detail")
        self.pressed.emit()

    def _arrange(self) -> None:
        theme = self._look.theme
        self.title.setVisible(self.width() >= theme.px(theme.tokens.lab.headBelow, capped=True))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.halves.is_narrow and self.halves.side == "detail":
                self.focus_list()
            else:
                self.leaving.emit()
            return
        if step_of(event) == 1:
            self.focus_list()
            return
        super().keyPressEvent(event)
