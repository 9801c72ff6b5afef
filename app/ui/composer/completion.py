"""Names to choose from while an "@" is being written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.ui.composer.values import Suggestion
from app.ui.theme import marks
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.elided import draw_line
from app.ui.widgets.offered import Offered
from app.ui.widgets.panel import draw_avatar


class Completion(Offered):
    """
    A list over the composer. The editor keeps the focus and hands its keys on.

    ``chosen`` tells the handle.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, host: QWidget, pictures: Pictures) -> None:
        self._people: tuple[Suggestion, ...] = ()
        super().__init__(look, host, "People to mention")
        self._pictures = pictures
        pictures.arrived.connect(self._on_picture)

    def show_people(self, people: Sequence[Suggestion], corner: QPoint) -> None:
        """Offer these, with the top corner there (in the host); nobody hides it."""
        most = self._look.theme.tokens.composer.completionMost
        self._people = tuple(people[:most])
        self.show_at(corner)

    def count(self) -> int:
        return len(self._people)

    def width_wanted(self) -> int:
        theme = self._look.theme
        return theme.length(theme.tokens.composer.completion, capped=True)

    def row_height(self) -> float:
        theme = self._look.theme
        least = theme.line("metaStrong") + theme.line("small") + theme.tokens.space.s
        return float(max(least, theme.px(theme.tokens.composer.completionRow, capped=True)))

    def draw_row(self, painter: QPainter, area: QRectF, row: int, current: bool) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        one = self._people[row]
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = theme.px(tokens.composer.avatar, capped=True)
        start = float(tokens.space.s)

        def along(at: float, own: float) -> float:
            return area.right() - at - own if rtl else area.x() + at

        circle = QRectF(along(start, side), area.center().y() - side / 2, side, side)
        form = Form(round(side), round(side), self.devicePixelRatioF(), side / 2, kind="avatar")
        url = one.profile.avatar
        picture = self._pictures.request(url, form) if url else None
        draw_avatar(painter, circle, picture, one.profile.shown_name, theme)
        start += side + tokens.space.gap
        size = theme.px(tokens.icon.markEcho, capped=True)
        end = float(tokens.space.s)
        for mark in reversed(one.marks):
            x = along(area.width() - end - size, size)
            marks.paint(painter, QRectF(x, area.center().y() - size / 2, size, size), mark, theme)
            end += size + tokens.echo.markGap
        room = area.width() - start - end - tokens.space.xs
        first, second = theme.line("metaStrong"), theme.line("small")
        top = area.center().y() - (first + second) / 2
        color = "onAccentSoft" if current else "text"
        line = QRectF(along(start, room), top, room, first)
        draw_line(painter, line, one.profile.shown_name, theme, "metaStrong", color, rtl=rtl)
        line = QRectF(along(start, room), top + first, room, second)
        handle = f"\u2066@{one.profile.handle}\u2069"
        shade = "onAccentSoft" if current else "textTertiary"
        draw_line(painter, line, handle, theme, "small", shade, rtl=rtl)

    def words_of(self, row: int) -> str:
        one = self._people[row].profile
        return f"{one.shown_name}, @{one.handle}"

    def take(self, row: int) -> None:
        self.chosen.emit(self._people[row].profile.handle)

    def _on_picture(self, _url: str) -> None:
        self.update()
