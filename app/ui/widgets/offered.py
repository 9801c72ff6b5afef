"""A list of what may be meant, over what is being typed; the keys stay with the text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from app.ui.theme.look import Look
from app.ui.widgets.panel import Panel

TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Offered(Panel):
    """
    Who fills it says how many rows there are, draws and names them, and takes the choice.

    Attributes:
        current: The row that is taken by a key; −1: none, until one goes down.
    """

    displaced = Signal()
    """What it lies over has another size: whoever shows it says where it stands now."""

    def __init__(self, look: Look, host: QWidget, name: str) -> None:
        super().__init__(
            look, "raised", edge="controlBorder", radius=look.theme.tokens.radius.box, parent=host
        )
        self.current = 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.hide()
        host.installEventFilter(self)

    # ------------------------------------------------------------ for whom fills it

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def row_height(self) -> float:
        """px of each."""
        raise NotImplementedError

    def width_wanted(self) -> int:
        """px of all."""
        raise NotImplementedError

    def draw_row(self, painter: QPainter, area: QRectF, row: int, current: bool) -> None:
        """Draw one; its ground is there."""
        raise NotImplementedError

    def words_of(self, row: int) -> str:
        """How it is read out."""
        raise NotImplementedError

    def take(self, row: int) -> None:
        """It was chosen, and the list is hidden."""
        raise NotImplementedError

    # ---------------------------------------------------------------- showing

    def show_at(self, corner: QPoint, *, current: int = 0) -> None:
        """With the top corner there (in the host); without rows it is hidden."""
        self.current = current
        if not self.count():
            self.hide()
            return
        self.stand_at(corner)
        self.show()
        self.raise_()
        self._announce()
        self.update()

    def stand_at(self, corner: QPoint) -> None:
        """Move there: the same rows, the same one chosen."""
        host = self.parentWidget()
        assert host is not None
        size = self.sizeHint()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = corner.x() - size.width() if rtl else corner.x()
        x = max(4, min(x, host.width() - size.width() - 4))
        y = corner.y()
        if y + size.height() > host.height() - 4:
            # Above the line that is being written.
            y = max(4, y - size.height() - round(self._look.theme.line("body")) - 8)
        self.setGeometry(x, y, size.width(), size.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.displaced.emit()
        return super().eventFilter(watched, event)

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether the key was for the list."""
        if self.isHidden():
            return False
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            before = self.current if self.current >= 0 else -1 if step > 0 else 0
            self.current = (before + step) % self.count()
            self._announce()
            self.update()
        elif key in TAKES and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.current < 0 and key != Qt.Key.Key_Tab:
                return False
            self.choose(max(self.current, 0))
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def choose(self, row: int) -> None:
        """As if it was pressed."""
        self.hide()
        self.take(row)

    def sizeHint(self) -> QSize:
        pad = self._look.theme.tokens.menu.pad
        return QSize(self.width_wanted(), round(self.count() * self.row_height()) + 2 * pad)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if 0 <= row < self.count() and row != self.current:
            self.current = row
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if 0 <= row < self.count():
            self.choose(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, tokens = self._look.theme, self._look.theme.tokens
        pad, height = tokens.menu.pad, self.row_height()
        for row in range(self.count()):
            area = QRectF(pad, pad + row * height, self.width() - 2 * pad, height)
            current = row == self.current
            if current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accentSoft"))
                painter.drawRoundedRect(area, tokens.radius.row, tokens.radius.row)
            self.draw_row(painter, area, row, current)
        painter.end()

    def _row_at(self, y: float) -> int:
        return int((y - self._look.theme.tokens.menu.pad) // self.row_height())

    def _announce(self) -> None:
        if self.current < 0:
            words = f"{self.count()} to choose from"
        else:
            words = f"{self.words_of(self.current)}, {self.current + 1} of {self.count()}"
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
