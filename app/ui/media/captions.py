"""What is said, written over the picture."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from app.ui.theme.theme import parse_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from app.ui.theme.look import Look

_MOST_LINES = 4


class Captions(QWidget):
    """Lines in the middle, each on a ground of its own; lets the pointer through."""

    def __init__(self, look: Look, stage: QWidget) -> None:
        super().__init__(stage)
        self._look = look
        self._text = ""
        self._lines: list[str] = []
        self._bottom = 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, text: str) -> None:
        """These words, or none."""
        if text != self._text:
            self._text = text
            self.setVisible(bool(text))
            self.setAccessibleName(text)
            self.place()

    def place(self, bottom: int | None = None) -> None:
        """Above *bottom*, px of the stage."""
        if bottom is not None:
            self._bottom = bottom
        stage = self.parentWidget()
        if stage is None or not self._text:
            return
        tokens = self._look.theme.tokens
        letter = QFontMetricsF(self._font()).averageCharWidth()
        most = int((stage.width() - 2 * tokens.space.xl) / letter)
        self._lines = lines_of(self._text, max(1, min(most, tokens.viewer.captionMost)))
        high = round(self._pitch() * len(self._lines)) + self._look.theme.tokens.space.s
        self.setGeometry(0, self._bottom - high, stage.width(), high)
        self.update()

    def _pitch(self) -> float:
        theme = self._look.theme
        return theme.px(theme.tokens.viewer.captionLine)

    def _font(self) -> QFont:
        theme = self._look.theme
        font = QFont(theme.font("title", 500))
        font.setPixelSize(theme.length(theme.tokens.viewer.captionPx))
        return font

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        tokens = theme.tokens
        font = self._font()
        metrics, pitch = QFontMetricsF(font), self._pitch()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        for number, line in enumerate(self._lines):
            wide = min(metrics.horizontalAdvance(line) + 2 * tokens.space.m, self.width())
            box = QRectF((self.width() - wide) / 2, number * pitch, wide, pitch)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(parse_color(tokens.media.badgeBg))
            painter.drawRoundedRect(box, tokens.radius.chip, tokens.radius.chip)
            painter.setPen(parse_color(tokens.media.badgeText))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, line)
        painter.end()


def lines_of(text: str, most: int) -> list[str]:
    """*text* as it was broken, and again where a line has more than *most* letters."""
    lines = [part for line in text.split("\n") for part in wrap(line, most)]
    return lines[-_MOST_LINES:]
