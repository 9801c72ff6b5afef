"""A quiet line with an icon that can be pressed: "Synced 20 s ago"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QPushButton, QSizePolicy

from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.widgets.ring import KeyFocus

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class StatusButton(KeyFocus, QPushButton):
    """Icon 14 and words in small, quiet until pointed at."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon, self._color = "check-circle", "textTertiary"
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        self.setAccessibleName("Fetch what is new")

    def say(self, text: str, icon: str = "check-circle", color: str = "textTertiary") -> None:
        """Show these words."""
        self._icon, self._color = icon, color
        self.setText(text)
        self.setAccessibleName(f"{text}: fetch what is new")
        self.setToolTip("Fetch what is new (F5)")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        text = QFontMetricsF(theme.font("small", tabular=True)).horizontalAdvance(self.text())
        return QSize(
            round(text + self._indent() + theme.tokens.space.s),
            theme.length(theme.tokens.target.min),
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._indent()), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(QRectF(self.rect()), self.ring_radius(), self.ring_radius())
        size = theme.px(theme.tokens.icon.small, capped=True)
        x = self.width() - size - theme.tokens.space.xs if rtl else theme.tokens.space.xs
        drawn = icons.pixmap(theme, self._icon, size, self._color, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(x, (self.height() - size) / 2), drawn)
        font = theme.font("small", tabular=True)
        metrics = QFontMetricsF(font)
        room = self.width() - self._indent() - theme.tokens.space.xs
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)
        base = (self.height() - metrics.height()) / 2 + metrics.ascent()
        width = metrics.horizontalAdvance(text)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(font)
        painter.setPen(theme.color(self._color))
        x = self.width() - self._indent() - width if rtl else self._indent()
        painter.drawText(QPointF(x, base), text)
        painter.end()

    def _indent(self) -> float:
        theme = self._look.theme
        return float(
            theme.tokens.space.xs
            + theme.px(theme.tokens.icon.small, capped=True)
            + theme.tokens.button.iconGap
        )
