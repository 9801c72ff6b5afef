"""The window's one filled button: New post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy

from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.elided import draw_line

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QFocusEvent

KEY = "N"


class NewPost(Button):
    """Icon and words at the start, its key at the end; in the rail the icon alone."""

    approached = Signal()
    """The pointer, or the focus, came for the first time: a post is likely."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "New post", "primary", icon="pencil-simple", size="primary")
        self._rail = self._approached = False
        self._ink = "onAccent"
        self.setToolTip(f"New post ({KEY})")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._approach()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._approach()

    def _approach(self) -> None:
        if not self._approached:
            self._approached = True
            self.approached.emit()

    def set_rail(self, on: bool) -> None:
        """Show the icon alone."""
        self._rail = on
        self.updateGeometry()
        self.update()

    def calm(self, on: bool) -> None:
        """Not filled while a composer has the one filled button."""
        self._kind = "tonal" if on else "primary"
        self._ink = "onAccentSoft" if on else "onAccent"
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        high = super().sizeHint().height()
        if self._rail:
            side = theme.length(theme.tokens.button.heightPrimary, capped=True)
            return QSize(side, side)
        return QSize(0, high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _draw_content(self, painter: QPainter, paint: object) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        size = theme.px(tokens.icon.action, capped=True)
        drawn = icons.pixmap(theme, "pencil-simple", size, self._ink, dpr=self.devicePixelRatioF())
        start = (self.width() - size) / 2 if self._rail else float(tokens.sidebar.rowPadLeft)
        x = self.width() - start - size if rtl else start
        painter.drawPixmap(QPointF(x, (self.height() - size) / 2), drawn)
        if self._rail:
            return
        cap = theme.px(tokens.keycap.height, capped=True)
        end = (self.height() - cap) / 2
        start += size + tokens.sidebar.gap
        room = self.width() - start - end - cap
        area = QRectF(end + cap if rtl else start, 0, room, self.height())
        draw_line(painter, area, self.text(), theme, "metaStrong", self._ink, weight=600, rtl=rtl)
        box = QRectF(end if rtl else self.width() - end - cap, end, cap, cap)
        color = theme.color(self._ink)
        painter.setPen(QPen(color, theme.stroke("hairline")))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setOpacity(0.6)
        radius = tokens.radius.chip
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setOpacity(1.0)
        painter.setFont(theme.font("badge"))
        painter.setPen(color)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, KEY)
