"""Who liked a post, who passed it on, who quoted it: a list for each network it is on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from app.ui.about.side import SidePage
from app.ui.feeds.market_rows import OfferList
from app.ui.feeds.market_values import MarketSection
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.choices import Segment
from app.ui.widgets.pagehead import PartRow
from app.ui.widgets.panel import Hairline

PARTS = (("like", "Likes"), ("repost", "Reposts"), ("quote", "Quotes"))


class ReactedPage(SidePage):
    """
    ``part_wanted``: another of ``PARTS``; ``opened``: the key of a row; ``more_wanted``,
    ``again_wanted``: of a section.
    """

    part_wanted = Signal(str)
    opened = Signal(str)
    more_wanted = Signal(str)
    again_wanted = Signal(str)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look, "Who reacted")
        self.parts = Segment(look, "What they did", PARTS)
        self.parts.chosen.connect(self.part_wanted)
        self.under.addWidget(PartRow(look, self.parts))
        self.under.addWidget(Hairline(look))
        self._chosen = ""
        self.list = OfferList(look, pictures)
        self.list.setAccessibleName("People")
        self.list.chosen.connect(self._on_chosen)
        self.list.pressed.connect(lambda: self.opened.emit(self._chosen))
        self.list.more_wanted.connect(self.more_wanted)
        self.list.again_wanted.connect(self.again_wanted)
        self.under.addWidget(self.list, 1)
        self.holder.hide()

    def _on_chosen(self, key: str) -> None:
        self._chosen = key

    def show_sections(self, part: str, sections: Sequence[MarketSection]) -> None:
        """These people, for what they did."""
        self.parts.choose(part)
        names = dict(PARTS)
        self.list.setAccessibleName(f"{names[part]} of this post")
        self.list.show_sections(sections)
