"""Between the window and the sidebar drawn out over it; who has the keys meanwhile, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QScrollArea, QWidget

from app.ui.shell.rows import Row
from app.ui.shell.way_back import WayBack
from app.ui.widgets.button import IconButton

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from app.ui.theme.look import Look


class Curtain(QWidget):
    """Lies between the window and its drawn-out sidebar; a press puts it away."""

    pressed = Signal()

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._way_back = WayBack()
        self.hide()

    def lead_in(self, sidebar: QWidget, focused: QWidget | None) -> None:
        """
        The keys are those of the row where one is, from *focused*.

        Their ring is seen, unless the mouse has pressed the button.
        """
        self._way_back.note(sidebar, focused)
        rows = [row for row in sidebar.findChildren(Row) if row.isVisible()]
        here: QWidget = next((row for row in rows if row.isChecked()), (*rows, sidebar)[0])
        by_mouse = isinstance(focused, IconButton) and not focused.by_keys
        shortcut = Qt.FocusReason.ShortcutFocusReason
        here.setFocus(Qt.FocusReason.MouseFocusReason if by_mouse else shortcut)
        for area in sidebar.findChildren(QScrollArea):
            area.ensureWidgetVisible(here, 0, 0)

    def lead_out(self, sidebar: QWidget, page: QWidget) -> None:
        """To the button of *page* that draws the sidebar out, with its ring; else where they were."""
        menu = getattr(page, "menu", None)
        if isinstance(menu, QWidget) and menu.isVisible():
            menu.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._way_back.lead(sidebar)

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.color("scrim"))
        painter.end()
