"""The words of a message: wrapped as they stand, links lead where they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QTextCharFormat, QTextLayout

from app.ui.theme.look import Look
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

Link = tuple[int, int, str]
"""Start and end in code points, and the address."""


class Said(Words):
    """Plain words with links in them; whatever stands in it is never markup."""

    link_pressed = Signal(str, str)

    def __init__(self, look: Look, text: str, links: tuple[Link, ...], color: str) -> None:
        self._links = links
        super().__init__(look, "", "bodySmall", color, wrap=True)
        self.setMouseTracking(bool(links))
        # A line break is Qt's own sign here, of the same length.
        self.say(text.replace("\n", "\u2028"))

    def fit(self, most: int) -> None:
        """As wide as its words, no wider than *most*."""
        wide = min(self.sizeHint().width(), most)
        self.setFixedSize(wide, self.heightForWidth(wide))

    def _formats(self) -> list[QTextLayout.FormatRange]:
        made = []
        text, theme = self.text(), self._look.theme
        for start, end, _ in self._links:
            part = QTextLayout.FormatRange()
            part.start, part.length = _units(text[:start]), _units(text[start:end])
            style = QTextCharFormat()
            style.setForeground(theme.color("link"))
            style.setFontUnderline(theme.underline_links)
            part.format = style
            made.append(part)
        return made

    def link_at(self, at: QPointF) -> Link | None:
        """The link under a point."""
        layout, pitch = self._layout(self.width()), self._look.theme.line("bodySmall")
        number = int(at.y() // pitch)
        if not self._links or not 0 <= number < layout.lineCount():
            return None
        line = layout.lineAt(number)
        x = at.x() - self._indent(line.naturalTextWidth())
        if not 0 <= x <= line.naturalTextWidth():
            return None
        found = line.xToCursor(x)
        unit = found[0] if isinstance(found, tuple) else found
        text = self.text()
        for link in self._links:
            if _units(text[: link[0]]) <= unit < _units(text[: link[1]]):
                return link
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        link = self.link_at(event.position())
        hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
        self.setCursor(hand if link else arrow)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        link = self.link_at(event.position())
        if link is not None and event.button() == Qt.MouseButton.LeftButton:
            self.link_pressed.emit(link[2], self.text()[link[0] : link[1]])
            return
        super().mouseReleaseEvent(event)


def _units(text: str) -> int:
    """Qt counts UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
