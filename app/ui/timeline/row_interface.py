"""What a screen reader meets in a row. Loaded with the first row that is read, not before."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface

from app.ui.timeline.proxies import PartProxy, RowProxy


class RowInterface(QAccessibleInterface):
    """A row is an item of a list, whatever Qt makes of a bare widget."""

    def __init__(self, row: RowProxy) -> None:
        super().__init__()
        self._row = row

    def isValid(self) -> bool:
        """Until Qt has destroyed the row (with its view)."""
        return shiboken6.isValid(self._row)

    def object(self) -> RowProxy:
        """Whom it speaks for."""
        return self._row

    def role(self) -> QAccessible.Role:
        """An item of a list."""
        return QAccessible.Role.ListItem

    def parent(self) -> QAccessibleInterface:
        """The list."""
        parent = self._row.parentWidget()
        assert parent is not None
        return QAccessible.queryAccessibleInterface(parent)

    def _shown(self) -> list[PartProxy]:
        return [part for part in self._row.parts if not part.isHidden()]

    def childCount(self) -> int:
        """Parts in sight."""
        return len(self._shown())

    def child(self, index: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """A part."""
        shown = self._shown()
        if not 0 <= index < len(shown):
            return None
        return QAccessible.queryAccessibleInterface(shown[index])

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Which part it is."""
        shown = self._shown()
        wanted = child.object()
        return shown.index(wanted) if wanted in shown else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface | None:  # type: ignore[override]
        """The part at a place on the screen."""
        for part in self._shown():
            if QRect(part.mapToGlobal(part.rect().topLeft()), part.size()).contains(x, y):
                return QAccessible.queryAccessibleInterface(part)
        return None

    def focusChild(self) -> QAccessibleInterface | None:  # type: ignore[override]
        """The part with the focus."""
        for part in self._shown():
            if part.hasFocus():
                return QAccessible.queryAccessibleInterface(part)
        return None

    def text(self, kind: QAccessible.Text) -> str:
        """All that the row says."""
        return self._row.accessibleName() if kind == QAccessible.Text.Name else ""

    def rect(self) -> QRect:
        """On the screen."""
        row = self._row
        return QRect(row.mapToGlobal(row.rect().topLeft()), row.size())

    def state(self) -> QAccessible.State:
        """Can be focused."""
        state = QAccessible.State()
        state.focusable = True
        state.focused = self._row.hasFocus()
        return state


_interfaces: dict[int, RowInterface] = {}
"""Python's hold on what Qt's cache of interfaces points at."""


def interface_for(name: str, thing: object) -> QAccessibleInterface | None:
    """Factory for Qt: rows only; None leaves a widget to Qt itself."""
    if not isinstance(thing, RowProxy):
        return None
    found = _interfaces.get(id(thing))
    if found is None or found.object() is not thing:
        found = _interfaces[id(thing)] = RowInterface(thing)
    return found


def install() -> None:
    """From now on Qt asks us about rows. Harmless when done again."""
    QAccessible.installFactory(interface_for)
