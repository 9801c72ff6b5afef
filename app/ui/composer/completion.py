"""Names to choose from while an "@" is being written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from app.ui.composer.values import Suggestion
from app.ui.theme import marks
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.elided import draw_line
from app.ui.widgets.panel import Panel, draw_avatar

_TAKES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)


class Completion(Panel):
    """
    A list over the composer. The editor keeps the focus and hands its keys on.

    ``chosen`` tells the handle.
    """

    chosen = Signal(str)

    def __init__(self, look: Look, host: QWidget, pictures: Pictures) -> None:
        tokens = look.theme.tokens
        super().__init__(
            look, "raised", edge="controlBorder", radius=tokens.radius.box, parent=host
        )
        self._pictures = pictures
        self._people: tuple[Suggestion, ...] = ()
        self._current = 0
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("People to mention")
        pictures.arrived.connect(self._on_picture)
        self.hide()

    def show_people(self, people: Sequence[Suggestion], corner: QPoint) -> None:
        """Offer these, with the top corner there (in the host); nobody hides it."""
        most = self._look.theme.tokens.composer.completionMost
        self._people = tuple(people[:most])
        self._current = 0
        if not self._people:
            self.hide()
            return
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
        self.show()
        self.raise_()
        self._announce()

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether the key was for the list."""
        if self.isHidden():
            return False
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self._current = (self._current + step) % len(self._people)
            self._announce()
            self.update()
        elif key in _TAKES and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._choose(self._current)
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        width = theme.length(theme.tokens.composer.completion, capped=True)
        return QSize(width, round(len(self._people) * self._row()) + 2 * theme.tokens.menu.pad)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if 0 <= row < len(self._people) and row != self._current:
            self._current = row
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().y())
        if 0 <= row < len(self._people):
            self._choose(row)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pad = self._look.theme.tokens.menu.pad
        for number, one in enumerate(self._people):
            area = QRectF(pad, pad + number * self._row(), self.width() - 2 * pad, self._row())
            self._draw(painter, area, one, number == self._current)
        painter.end()

    def _draw(self, painter: QPainter, area: QRectF, one: Suggestion, current: bool) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if current:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accentSoft"))
            painter.drawRoundedRect(area, tokens.radius.row, tokens.radius.row)
        side = theme.px(tokens.composer.avatar, capped=True)
        start = float(tokens.space.s)

        def along(at: float, own: float) -> float:
            return area.right() - at - own if rtl else area.x() + at

        circle = QRectF(along(start, side), area.center().y() - side / 2, side, side)
        form = Form(round(side), round(side), self.devicePixelRatioF(), side / 2, kind="avatar")
        url = one.profile.avatar
        picture = self._pictures.request(url, form) if url else None
        draw_avatar(painter, circle, picture, one.profile.shown_name, theme)
        start += side + tokens.space.gap
        size = theme.px(tokens.icon.markEcho, capped=True)
        end = float(tokens.space.s)
        for mark in reversed(one.marks):
            x = along(area.width() - end - size, size)
            marks.paint(painter, QRectF(x, area.center().y() - size / 2, size, size), mark, theme)
            end += size + tokens.echo.markGap
        room = area.width() - start - end - tokens.space.xs
        first, second = theme.line("metaStrong"), theme.line("small")
        top = area.center().y() - (first + second) / 2
        color = "onAccentSoft" if current else "text"
        line = QRectF(along(start, room), top, room, first)
        draw_line(painter, line, one.profile.shown_name, theme, "metaStrong", color, rtl=rtl)
        line = QRectF(along(start, room), top + first, room, second)
        handle = f"\u2066@{one.profile.handle}\u2069"
        shade = "onAccentSoft" if current else "textTertiary"
        draw_line(painter, line, handle, theme, "small", shade, rtl=rtl)

    def _row(self) -> float:
        theme = self._look.theme
        least = theme.line("metaStrong") + theme.line("small") + theme.tokens.space.s
        return float(max(least, theme.px(theme.tokens.composer.completionRow, capped=True)))

    def _row_at(self, y: float) -> int:
        return int((y - self._look.theme.tokens.menu.pad) // self._row())

    def _choose(self, row: int) -> None:
        handle = self._people[row].profile.handle
        self.hide()
        self.chosen.emit(handle)

    def _on_picture(self, _url: str) -> None:
        self.update()

    def _announce(self) -> None:
        one = self._people[self._current].profile
        words = f"{one.shown_name}, @{one.handle}"
        words += f", {self._current + 1} of {len(self._people)}"
        self.setAccessibleDescription(words)
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
