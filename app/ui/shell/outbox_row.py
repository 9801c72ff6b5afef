"""The sidebar's row of the outbox: there only while something is under way."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent

from app.ui.shell.rows import Row
from app.ui.theme import icons
from app.ui.theme.look import Look


class OutboxRow(Row):
    """How many drafts are under way; in the colour of warnings when one needs somebody."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._waiting = self._needing = 0
        self.setCheckable(False)

    def show_counts(self, waiting: int, needing: int) -> None:
        """Show these."""
        self._waiting, self._needing = waiting, needing
        words = f"Outbox: {waiting} under way"
        if needing:
            words += f", {needing} waiting for you"
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        return QSize(0, theme.length(side.railRow if self._rail else side.row))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        painter = QPainter(self)
        self.draw_ground(painter)
        size = theme.px(side.iconColumn, capped=True)
        color = "warn" if self._needing else "textSecondary"
        start = (self.width() - size) / 2 if self._rail else float(side.rowPadLeft)
        drawn = icons.pixmap(
            theme,
            "warning-circle" if self._needing else "paper-plane-right",
            size,
            color,
            dpr=self.devicePixelRatioF(),
            mirror=self.rtl,
        )
        x = self.along(start, size)
        painter.drawPixmap(QPointF(x, (self.height() - size) / 2), drawn)
        if self._rail:
            painter.end()
            return
        count = str(self._waiting)
        wide = QFontMetricsF(theme.font("meta", tabular=True)).horizontalAdvance(count) + 1
        start += size + side.gap
        room = self.width() - start - side.rowPadRight - wide
        words = "Outbox: needs you" if self._needing else "Outbox"
        area = QRectF(self.along(start, room), 0, room, self.height())
        self.draw_text(
            painter, area, words, "label", "warn" if self._needing else "text", None
        )  # fmt: skip
        at = self.along(self.width() - side.rowPadRight - wide, wide)
        area = QRectF(at, 0, wide, self.height())
        self.draw_text(painter, area, count, "meta", "textTertiary", None)
        painter.end()
