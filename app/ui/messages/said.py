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


OPEN, BREAK, CLOSE = "\u2068", "\u2028", "\u2069"
"""Around each of several lines, so that each runs in its own direction; Qt's sign of a break."""


class Said(Words):
    """Plain words with links in them; whatever stands in it is never markup."""

    link_pressed = Signal(str, str)

    def __init__(self, look: Look, text: str, links: tuple[Link, ...], color: str) -> None:
        self._said, self._links = text, links
        super().__init__(look, "", "bodySmall", color, wrap=True)
        self.setMouseTracking(bool(links))
        lines = text.split("\n")
        self.say(BREAK.join(f"{OPEN}{one}{CLOSE}" for one in lines) if lines[1:] else text)
        self.setAccessibleName(text)

    def fit(self, most: int) -> None:
        """As wide as its words, no wider than *most*."""
        wide = min(self.sizeHint().width(), most)
        self.setFixedSize(wide, self.heightForWidth(wide))

    def _formats(self) -> list[QTextLayout.FormatRange]:
        made = []
        theme = self._look.theme
        for start, end, _ in self._links:
            part = QTextLayout.FormatRange()
            first, last = self._at(start), self._at(end)
            part.start, part.length = first, last - first
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
        for link in self._links:
            if self._at(link[0]) <= unit < self._at(link[1]):
                return link
        return None

    def _at(self, point: int) -> int:
        """Where a code point of what was said is in what is shown, as Qt counts."""
        before = self._said[:point]
        around = 2 * before.count("\n") + 1 if "\n" in self._said else 0
        return _units(before) + around

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        link = self.link_at(event.position())
        hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
        self.setCursor(hand if link else arrow)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        link = self.link_at(event.position())
        if link is not None and event.button() == Qt.MouseButton.LeftButton:
            self.link_pressed.emit(link[2], self._said[link[0] : link[1]])
            return
        super().mouseReleaseEvent(event)


def _units(text: str) -> int:
    """Qt counts UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
