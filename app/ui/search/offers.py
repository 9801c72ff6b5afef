"""Operators, and what stands behind them, to choose from while a search is typed."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.feed.query_offers import Offer, Offers
from app.ui.search.values import ABOUT
from app.ui.theme.look import Look
from app.ui.widgets.elided import draw_line
from app.ui.widgets.offered import Offered


class OfferList(Offered):
    """Nothing is taken by Enter before one has gone down to it: Enter looks for what is typed."""

    chosen = Signal(object)
    """Offer."""

    def __init__(self, look: Look, host: QWidget) -> None:
        self._offers: tuple[Offer, ...] = ()
        super().__init__(look, host, "What may be meant")

    def show_offers(self, offers: Offers | None, corner: QPoint) -> None:
        """Offer these; None hides it."""
        self._offers = offers.rows if offers is not None else ()
        self.show_at(corner, current=-1)

    def count(self) -> int:
        return len(self._offers)

    def width_wanted(self) -> int:
        theme = self._look.theme
        return theme.length(theme.tokens.composer.completion, capped=True)

    def row_height(self) -> float:
        theme = self._look.theme
        least = theme.line("metaStrong") + theme.tokens.space.s
        return float(max(least, theme.px(theme.tokens.menu.row, capped=True)))

    def draw_row(self, painter: QPainter, area: QRectF, row: int, current: bool) -> None:
        theme, space = self._look.theme, self._look.theme.tokens.space
        text, about = said(self._offers[row])
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        room = area.adjusted(space.s, 0, -space.s, 0)
        color = "onAccentSoft" if current else "text"
        isolated = f"\u2068{text}\u2069"
        taken = draw_line(painter, room, isolated, theme, "metaStrong", color, rtl=rtl)
        taken += space.gap
        rest = room.adjusted(0, 0, -taken, 0) if rtl else room.adjusted(taken, 0, 0, 0)
        if about and rest.width() > 0:
            shade = "onAccentSoft" if current else "textTertiary"
            draw_line(painter, rest, about, theme, "small", shade, rtl=rtl)

    def words_of(self, row: int) -> str:
        text, about = said(self._offers[row])
        return f"{text}, {about}" if about else text

    def take(self, row: int) -> None:
        self.chosen.emit(self._offers[row])


def said(offer: Offer) -> tuple[str, str]:
    """What stands in its row: itself, and what it is."""
    match offer.kind:
        case "operator":
            return offer.text, ABOUT.get(offer.text, "")
        case "person":
            return f"@{offer.text}", offer.label
        case "network" | "folder":
            return offer.label, ""
        case "language":
            language = QLocale(offer.text).language()
            known = language != QLocale.Language.C
            return offer.text, QLocale.languageToString(language) if known else ""
    return offer.text, offer.label
