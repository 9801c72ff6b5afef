"""The marketplace: what servers offer to read, over the whole window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.model import NetworkInfo
from app.ui.feeds.market_detail import MarketDetail
from app.ui.feeds.market_rows import OfferList
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.choices import Segment
from app.ui.widgets.pagehead import PageHead, PartRow, SearchInput
from app.ui.widgets.panel import UNBOUND, Hairline, Panel
from app.ui.widgets.words import Words


class MarketPage(Panel):
    """A list, and what is looked at beside it; one of both where there is no room."""

    back = Signal()
    searched = Signal(str)
    typed = Signal(str)

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        networks: Mapping[str, NetworkInfo],
        now: datetime,
    ) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName("Find feeds")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = self._make_head()
        column.addWidget(self.head)
        column.addWidget(Hairline(look))
        self._tabs = Segment(look, "Show", (("list", "List"), ("detail", "Preview")))
        self._tabs.chosen.connect(self._choose)
        self._chosen = "list"
        self._tab_row = PartRow(look, self._tabs)
        column.addWidget(self._tab_row)
        body = QHBoxLayout()
        body.setSpacing(0)
        self._left = Panel(look, "window")
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        self.list = OfferList(look, pictures)
        left.addWidget(self.list)
        self.detail = MarketDetail(look, pictures, networks, now)
        self._line = Hairline(look, upright=True)
        body.addWidget(self._left)
        body.addWidget(self._line)
        body.addWidget(self.detail, 1)
        column.addLayout(body, 1)
        look.changed.connect(self._arrange)
        self._arrange()

    def _make_head(self) -> PageHead:
        look, tokens = self._look, self._look.theme.tokens
        head = PageHead(look, tokens.space.m)
        head.back.connect(self.back)
        row = head.row
        self.title = Words(look, "Find feeds", "title")
        row.addWidget(self.title)
        self.search = SearchInput(look)
        self.search.setAccessibleName("Search, or the address of a feed or list")
        self.search.setPlaceholderText("Search, or paste an address")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(look.theme.length(tokens.dialog.width, capped=True))
        self.search.returnPressed.connect(lambda: self.searched.emit(self.search.text()))
        self.search.textChanged.connect(self.typed)
        self.search.down.connect(self.list_wanted)
        row.addWidget(self.search, 1)
        row.addStretch(1)
        return head

    def list_wanted(self) -> None:
        """From the field to what was found."""
        self._choose("list")
        self.list.focus_first()

    def show_part(self, part: str) -> None:
        """Where there is no room for both: this one."""
        self._choose(part)

    @property
    def is_narrow(self) -> bool:
        """There is room for one part only."""
        theme, lab = self._look.theme, self._look.theme.tokens.lab
        return self.width() < theme.length(lab.rules + lab.previewLeast, capped=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _choose(self, part: str) -> None:
        self._chosen = part
        self._arrange()

    def _arrange(self) -> None:
        theme = self._look.theme
        wide = theme.length(theme.tokens.lab.rules, capped=True)
        narrow = self.is_narrow
        self._tab_row.setVisible(narrow)
        self._tabs.choose(self._chosen)
        self._left.setVisible(not narrow or self._chosen == "list")
        self.detail.setVisible(not narrow or self._chosen == "detail")
        self._line.setVisible(not narrow)
        self._left.setMinimumWidth(0 if narrow else wide)
        self._left.setMaximumWidth(UNBOUND if narrow else wide)
        self.title.setVisible(self.width() >= theme.px(theme.tokens.lab.headBelow, capped=True))
