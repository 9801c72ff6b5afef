"""
Real widgets over what is painted: focus and names for keyboard and screen reader.

They paint nothing and let the mouse through. A few dozen exist, for the rows
in sight; they are handed on to the next row, never made and dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.model.timeline import RowKey
from app.ui.timeline.layout.values import Part, RowLayout

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent


class Desk(Protocol):
    """What the proxies tell: the view."""

    def focus_came(self, key: RowKey, part: int) -> None:
        """A proxy has got the focus."""
        ...

    def press_part(self, key: RowKey, part: int) -> None:
        """A part was pressed by key or screen reader."""
        ...


class PartProxy(QAbstractButton):
    """One link, button, picture or option of a row."""

    def __init__(self, row: RowProxy) -> None:
        super().__init__(row)
        self._row = row
        self.number = -1
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setUpdatesEnabled(False)
        self.clicked.connect(self._on_clicked)

    def show_part(self, number: int, part: Part) -> None:
        """Stand for this part."""
        self.number = number
        x = min(box.x for box in part.boxes)
        y = min(box.y for box in part.boxes)
        right = max(box.right for box in part.boxes)
        bottom = max(box.bottom for box in part.boxes)
        self.setGeometry(QRect(int(x), int(y), int(right - x) + 1, int(bottom - y) + 1))
        self.setAccessibleName(part.name)
        self.setAccessibleDescription(part.hint)
        self.setCheckable(part.checked is not None)
        self.setChecked(bool(part.checked))
        self.setVisible(True)

    def _on_clicked(self) -> None:
        # Pressing it flips a checkable button: what holds comes back with the layout.
        if self._row.key is not None:
            self._row.desk.press_part(self._row.key, self.number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses too; everything else is the view's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_clicked()
        elif event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The view paints the ring."""
        if self._row.key is not None:
            self._row.desk.focus_came(self._row.key, self.number)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is repainted: the view does it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The view has painted it."""


class RowProxy(QWidget):
    """One row: its whole text as its name, its parts as children."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self.desk = desk
        self.key: RowKey | None = None
        self.layout_shown: RowLayout | None = None
        self.parts: list[PartProxy] = []
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setUpdatesEnabled(False)

    def show_row(self, key: RowKey, layout: RowLayout, y: int) -> None:
        """Stand for this row at *y*."""
        self.key = key
        if self.layout_shown is not layout:
            self.layout_shown = layout
            self.setGeometry(0, y, int(layout.width), layout.height)
            self.setAccessibleName(layout.accessible)
            while len(self.parts) < len(layout.parts):
                self.parts.append(PartProxy(self))
            for number, proxy in enumerate(self.parts):
                if number < len(layout.parts):
                    proxy.show_part(number, layout.parts[number])
                elif not proxy.isHidden():
                    proxy.hide()
        elif self.y() != y:
            self.move(0, y)
        if self.isHidden():
            self.show()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The view paints the ring."""
        if self.key is not None:
            self.desk.focus_came(self.key, -1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is repainted: the view does it."""


class Proxies:
    """The pool: one row proxy per row in sight."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        self._parent = parent
        self._desk = desk
        self._used: dict[RowKey, RowProxy] = {}
        self._free: list[RowProxy] = []

    def __len__(self) -> int:
        return len(self._used)

    def sync(self, rows: list[tuple[RowKey, RowLayout, int]]) -> bool:
        """
        Stand for exactly these rows. Returns True when the focus was on a row
        that left: it belongs to the view now.
        """
        wanted = {key for key, _, _ in rows}
        lost = False
        for key in [key for key in self._used if key not in wanted]:
            row = self._used.pop(key)
            lost = lost or has_focus_inside(row)
            self._free.append(row)
        if lost:
            self._parent.setFocus(Qt.FocusReason.OtherFocusReason)
        for key, layout, y in rows:
            row = self._used.get(key) or self._take()
            self._used[key] = row
            row.show_row(key, layout, y)
        for row in self._free:
            if not row.isHidden():
                row.hide()
        return lost

    def widget(self, key: RowKey, part: int) -> QWidget | None:
        """What to give the focus to."""
        row = self._used.get(key)
        if row is None or row.layout_shown is None:
            return None
        return row.parts[part] if 0 <= part < len(row.layout_shown.parts) else row

    def row(self, key: RowKey) -> RowProxy | None:
        """The proxy of a row in sight."""
        return self._used.get(key)

    def _take(self) -> RowProxy:
        if self._free:
            return self._free.pop()
        if not self._used:
            # Before the first widget it speaks for; not before the first frame.
            from app.ui.timeline import row_interface

            row_interface.install()
        return RowProxy(self._parent, self._desk)


def has_focus_inside(row: QWidget) -> bool:
    """Is the focus on it or on one of its parts?"""
    focused = row.window().focusWidget()
    return focused is not None and (focused is row or row.isAncestorOf(focused))
