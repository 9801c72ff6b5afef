"""Where the link under the pointer leads: a small line at the timeline's foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.ui.theme.look import Look

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPaintEvent


class StatusLine(QWidget):
    """Lies over the foot of *host*; gone when there is nothing to say."""

    def __init__(self, look: Look, host: QWidget) -> None:
        super().__init__(host)
        self._look, self._host, self._text = look, host, ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        host.installEventFilter(self)
        self.hide()

    def say(self, text: str) -> None:
        """Show *text*, "" for nothing."""
        self._text = text
        self.setVisible(bool(text))
        self._place()
        self.update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        theme, space = self._look.theme, self._look.theme.tokens.space
        text = QFontMetricsF(theme.font("small")).horizontalAdvance(self._text)
        width = min(round(text) + 2 * space.s + 2, self._host.width() * 3 // 4)
        height = theme.length(theme.tokens.type.meta.line)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = self._host.width() - width if rtl else 0
        self.setGeometry(x, self._host.height() - height, width, height)
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, space = self._look.theme, self._look.theme.tokens.space
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("raised"))
        painter.setPen(QPen(theme.color("border"), theme.stroke("hairline")))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        font = theme.font("small")
        painter.setFont(font)
        painter.setPen(theme.color("textSecondary"))
        area = QRectF(self.rect()).adjusted(space.s, 0, -space.s, 0)
        # The end of an address may lie; its host, at the beginning, may not be cut.
        text = QFontMetricsF(font).elidedText(self._text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute, text)
        painter.end()
