"""A layout of lines: what does not fit beside the others goes below them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Widgets in reading order, as many to a line as fit; each in the middle of its line."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 0, line_gap: int = 0) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap, self._line_gap = gap, line_gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def fit(self, width: int, *gaps: int) -> int:
        """Take the first of *gaps* with which it is least high at *width*: so high, px."""
        before, high = self._gap, {}
        for self._gap in gaps:
            high[self._gap] = self.heightForWidth(width)
        self._gap = min(gaps, key=lambda gap: high[gap])
        if self._gap != before:
            self.invalidate()
        return high[self._gap]

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        self._place(area, move=True)

    def sizeHint(self) -> QSize:
        sizes = [item.sizeHint() for item in self._items]
        width = sum(size.width() for size in sizes) + self._gap * max(0, len(sizes) - 1)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:
        made = QSize()
        for item in self._items:
            made = made.expandedTo(item.minimumSize())
        return made

    def _place(self, area: QRect, *, move: bool) -> int:
        parent = self.parentWidget()
        rtl = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x, y, high = 0, 0, 0
        line: list[tuple[QLayoutItem, QRect]] = []
        for item in self._items:
            widget = item.widget()
            if widget is not None and widget.isHidden():
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), area.width()))  # a longer one is cut, and says so
            if x and x + size.width() > area.width():
                self._settle(line, high)
                x, y, high = 0, y + high + self._line_gap, 0
            if move:
                left = area.width() - x - size.width() if rtl else x
                line.append((item, QRect(QPoint(area.x() + left, area.y() + y), size)))
            x += size.width() + self._gap
            high = max(high, size.height())
        self._settle(line, high)
        return y + high

    @staticmethod
    def _settle(line: list[tuple[QLayoutItem, QRect]], high: int) -> None:
        """Put what stands on a line that is so *high*; the line is empty then."""
        for item, place in line:
            item.setGeometry(place.translated(0, (high - place.height()) // 2))
        line.clear()
