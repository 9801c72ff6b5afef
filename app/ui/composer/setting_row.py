"""One setting of a lane: its name, what is chosen, and a menu."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.composer.values import SettingRow
from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.widgets.elided import draw_line
from app.ui.widgets.ring import KeyFocus


class SettingButton(KeyFocus, QPushButton):
    """Icon, name, value, caret; pressed, it opens the menu of its options."""

    chosen = Signal(str, list)
    """Key of the setting, ids of what is chosen."""

    def __init__(self, look: Look, row: SettingRow) -> None:
        super().__init__()
        self._look, self._row = look, row
        self.menu_shown: QMenu | None = None
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._open)
        self.show_row(row)
        look.changed.connect(self.updateGeometry)

    def show_row(self, row: SettingRow) -> None:
        """Show another value."""
        self._row = row
        self.setAccessibleName(f"{row.name}: {row.value}")
        self.setToolTip("" if row.fixed else f"{row.name}: {row.value}")
        # What is under way can be read, and is not greyed out.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if row.fixed else Qt.FocusPolicy.StrongFocus)
        shape = Qt.CursorShape.ArrowCursor if row.fixed else Qt.CursorShape.PointingHandCursor
        self.setCursor(shape)
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(0, theme.length(theme.tokens.composer.settingRow))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, row = self._look.theme, self._row
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not row.fixed and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("pressed" if self.isDown() else "hover"))
            area = QRectF(self.rect()).adjusted(-4, 0, 4, 0)
            painter.drawRoundedRect(area, self.ring_radius(), self.ring_radius())
        size = theme.px(theme.tokens.icon.context, capped=True)
        gap = theme.tokens.space.s
        self._icon(painter, row.icon, size, 0, "textSecondary", rtl)
        start, end = size + gap, 0.0
        if not row.fixed:
            caret = theme.px(theme.tokens.header.caret, capped=True)
            self._icon(painter, "caret-down", caret, self.width() - caret, "textSecondary", rtl)
            end = caret + theme.tokens.space.xs
        value = QFontMetricsF(theme.font("metaStrong")).horizontalAdvance(row.value) + 1
        name = QFontMetricsF(theme.font("meta")).horizontalAdvance(row.name) + gap
        room = self.width() - start - end
        value = min(value, max(room - name, room / 2))
        left = self._along(start, room - value, rtl)
        area = QRectF(left, 0, room - value - gap, self.height())
        if rtl:
            area.translate(gap, 0)
        draw_line(painter, area, row.name, theme, "meta", "textSecondary", rtl=rtl)
        left = self._along(self.width() - end - value, value, rtl)
        area = QRectF(left, 0, value, self.height())
        # At the row's far end: its own reading side is the other one.
        draw_line(painter, area, row.value, theme, "metaStrong", "text", rtl=not rtl)
        painter.end()

    def _icon(
        self, painter: QPainter, name: str, size: float, start: float, color: str, rtl: bool
    ) -> None:
        drawn = icons.pixmap(self._look.theme, name, size, color, dpr=self.devicePixelRatioF())
        x = self._along(start, size, rtl)
        painter.drawPixmap(QPointF(x, (self.height() - size) / 2), drawn)

    def _along(self, start: float, own: float, rtl: bool) -> float:
        return self.width() - start - own if rtl else start

    def _open(self) -> None:
        if self._row.fixed:
            return
        menu = self.menu_shown = QMenu(self)
        menu.setAccessibleName(self._row.name)
        menu.aboutToHide.connect(menu.deleteLater)
        theme = self._look.theme
        for option in self._row.options:
            action = menu.addAction(option.text)
            action.setCheckable(True)
            action.setChecked(option.id in self._row.chosen)
            if option.icon:
                size = theme.tokens.menu.icon
                dpr = self.devicePixelRatioF()
                action.setIcon(icons.icon(theme, option.icon, size, "textSecondary", dpr=dpr))
            action.triggered.connect(lambda on, at=option.id: self._choose(at, on))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = self.rect().bottomLeft() if rtl else self.rect().bottomRight()
        if not rtl:
            corner.setX(corner.x() - menu.sizeHint().width())
        menu.popup(self.mapToGlobal(corner))

    def _choose(self, option: str, on: bool) -> None:
        row = self._row
        if not row.many:
            self.chosen.emit(row.key, [option])
            return
        kept = [one for one in row.chosen if one != option]
        self.chosen.emit(row.key, [*kept, option] if on else kept)


class SettingRows(QWidget):
    """All settings of a lane, in order."""

    chosen = Signal(str, list)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows: tuple[SettingRow, ...] = ()
        self._buttons: dict[str, SettingButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_rows(self, rows: tuple[SettingRow, ...]) -> None:
        """Show these; those that are there already only change."""
        if rows == self._rows:
            return
        keys = [row.key for row in rows]
        if keys != [row.key for row in self._rows]:
            while (item := self._column.takeAt(0)) is not None:
                if (widget := item.widget()) is not None:
                    widget.hide()
                    widget.deleteLater()
            self._buttons = {}
            for row in rows:
                button = self._buttons[row.key] = SettingButton(self._look, row)
                button.chosen.connect(self.chosen)
                self._column.addWidget(button)
        self._rows = rows
        for row in rows:
            self._buttons[row.key].show_row(row)

    def button(self, key: str) -> SettingButton | None:
        """The row of that setting."""
        return self._buttons.get(key)
