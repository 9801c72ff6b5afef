"""The marketplace: what servers offer to read, over the whole window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout

from app.model import NetworkInfo
from app.ui.feeds.market_detail import MarketDetail
from app.ui.feeds.market_rows import OfferList
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.halves import Halves
from app.ui.widgets.pagehead import PageHead, SearchInput
from app.ui.widgets.panel import Hairline, Panel
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
        self.list = OfferList(look, pictures)
        self.detail = MarketDetail(look, pictures, networks, now)
        self._halves = Halves(look, self.detail, called="Preview")
        self._halves.left.addWidget(self.list)
        column.addWidget(self._halves, 1)
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
        self.show_part("list")
        self.list.focus_first()

    def show_part(self, part: str) -> None:
        """Where there is no room for both: this one."""
        self._halves.show_side(part)

    @property
    def is_narrow(self) -> bool:
        """There is room for one part only."""
        return self._halves.is_narrow

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        theme = self._look.theme
        self.title.setVisible(self.width() >= theme.px(theme.tokens.lab.headBelow, capped=True))
