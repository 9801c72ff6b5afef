"""Rows of the sidebar: places and accounts, painted, keyboard and screen-reader ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from app.model import AccountState
from app.ui.shell.items import AccountItem, Place
from app.ui.shell.words import count_text
from app.ui.theme import icons, marks
from app.ui.theme.look import Look
from app.ui.theme.theme import Theme
from app.ui.widgets.panel import draw_avatar
from app.ui.widgets.ring import KeyFocus, draw_inside

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QPaintEvent, QPixmap


def is_wide(theme: Theme) -> bool:
    """Text so large that the sidebar has its other measures (look.md, text at 200 %)."""
    return bool(theme.scale >= theme.tokens.sidebar.wideFrom)


class Row(KeyFocus, QPushButton):
    """Ground, selection and focus ring of a row."""

    ring_inside = True

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rail = False
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def set_rail(self, on: bool) -> None:
        """Show the icon only; the same again costs nothing."""
        if on == self._rail:
            return
        self._rail = on
        self.updateGeometry()
        self.update()

    def nextCheckState(self) -> None:
        # Chosen by the presenter, when the place is really shown.
        pass

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    @property
    def rtl(self) -> bool:
        """Whether the layout runs right to left."""
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def along(self, start: float, width: float) -> float:
        """Left edge of something *width* wide that begins *start* px along the row."""
        return self.width() - start - width if self.rtl else start

    def draw_ground(self, painter: QPainter) -> None:
        """Paint what lies under the row's content."""
        theme = self._look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area, radius = QRectF(self.rect()), theme.tokens.radius.row
        if self.isChecked():
            if theme.high_contrast:
                width = theme.stroke("control")
                painter.setPen(QPen(theme.color("accent"), width))
                area = area.adjusted(width / 2, width / 2, -width / 2, -width / 2)
            painter.setBrush(theme.color("accentSoft"))
            painter.drawRoundedRect(area, radius, radius)
        elif self.underMouse() or self.isDown():
            painter.setBrush(theme.color("pressed" if self.isDown() else "hover"))
            painter.drawRoundedRect(area, radius, radius)
        if self.by_keys and self.hasFocus():
            draw_inside(painter, self, self._look, radius - 1)

    def draw_text(
        self, painter: QPainter, area: QRectF, text: str, role: str, color: str, weight: int | None
    ) -> float:
        """One elided line in *area*, at the reading side. Returns the width it took."""
        theme = self._look.theme
        font = theme.font(role, weight, tabular=True)
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width() + 1)
        base = area.y() + (area.height() - metrics.height()) / 2 + metrics.ascent()
        width = metrics.horizontalAdvance(shown)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(font)
        painter.setPen(theme.color(color))
        painter.drawText(QPointF(area.right() - width if self.rtl else area.x(), base), shown)
        return float(width)


class PlaceRow(Row):
    """One timeline: its number, name, mark and count."""

    hovered = Signal()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.hovered.emit()

    def __init__(self, look: Look, place: Place) -> None:
        super().__init__(look)
        self.place = place
        self._say(place)

    def show_place(self, place: Place) -> None:
        """Draw this one; the same again costs nothing."""
        if place != self.place:
            self._say(place)

    def _say(self, place: Place) -> None:
        self.place = place
        unread = f", {place.unread} new" if place.unread else ""
        self.setAccessibleName(f"{place.name}{unread}")
        key = f"  ({place.number})" if place.number else ""
        self.setToolTip(f"{place.name}{unread}{key}")
        self.update()

    def sizeHint(self) -> QSize:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        if self._rail:
            edge = theme.length(side.railRow, capped=True)
            return QSize(edge, edge)
        return QSize(0, row_height(theme))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.draw_ground(painter)
        if self._rail:
            self._draw_rail(painter)
        else:
            self._draw_line(painter)
        painter.end()

    def _draw_line(self, painter: QPainter) -> None:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        chosen, height = self.isChecked(), float(self.height())
        color = "onAccentSoft" if chosen else "text"
        start = side.rowPadWide if is_wide(theme) else side.rowPadLeft
        column = theme.px(side.iconColumn, capped=True)
        number = str(self.place.number) if self.place.number else ""
        font = theme.font("meta", tabular=True)
        spare = (column - QFontMetricsF(font).horizontalAdvance(number)) / 2
        area = QRectF(self.along(start + spare, column), 0, column, height)
        quiet = "onAccentSoft" if chosen else "textTertiary"
        self.draw_text(painter, area, number, "meta", quiet, None)
        mark = theme.px(theme.tokens.icon.markCard, capped=True) if self.place.mark else 0.0
        if mark and not number:
            # The column of numbers and icons has a mark too: it is what the rail shows.
            x = self.along(start + (column - mark) / 2, mark)
            marks.paint(painter, QRectF(x, (height - mark) / 2, mark, mark), self.place.mark, theme)
        elif self.place.pinned and not number:
            size = theme.px(theme.tokens.icon.small, capped=True)
            x = self.along(start + (column - size) / 2, size)
            drawn = icons.pixmap(
                theme, self.place.icon, size, quiet, dpr=self.devicePixelRatioF(), mirror=self.rtl
            )
            painter.drawPixmap(QPointF(x, (height - size) / 2), drawn)
        start += column + side.gap
        count = count_text(self.place.unread) if self.place.unread else ""
        heavy = 600 if chosen else None
        counted = QFontMetricsF(theme.font("meta", heavy, tabular=True)).horizontalAdvance(count)
        behind = mark if number else 0.0
        taken = (counted + side.gap if count else 0) + (behind + side.groupGap if behind else 0)
        room = self.width() - start - side.rowPadRight - taken
        area = QRectF(self.along(start, room), 0, room, height)
        took = self.draw_text(painter, area, self.place.name, "label", color, heavy)
        if behind:
            x = self.along(start + took + side.groupGap, mark)
            marks.paint(painter, QRectF(x, (height - mark) / 2, mark, mark), self.place.mark, theme)
        if count:
            x = self.along(self.width() - side.rowPadRight - counted, counted)
            area = QRectF(x, 0, counted, height)
            tone = "onAccentSoft" if chosen else "textTertiary"
            self.draw_text(painter, area, count, "meta", tone, heavy)

    def _draw_rail(self, painter: QPainter) -> None:
        theme = self._look.theme
        size = theme.px(theme.tokens.icon.action, capped=True)
        x, y = (self.width() - size) / 2, (self.height() - size) / 2
        if self.place.mark:
            marks.paint(painter, QRectF(x, y, size, size), self.place.mark, theme)
        else:
            color = "onAccentSoft" if self.isChecked() else "text"
            name, dpr = self.place.icon, self.devicePixelRatioF()
            drawn = icons.pixmap(theme, name, size, color, dpr=dpr, mirror=self.rtl)
            painter.drawPixmap(QPointF(x, y), drawn)
        if self.place.unread:
            dot = theme.tokens.sidebar.dot
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("unread"))
            right = x - dot / 2 if self.rtl else x + size - dot / 2
            painter.drawEllipse(QRectF(right, y - dot / 2, dot, dot))


class RoomRow(Row):
    """Something beside timelines: its icon, name, and how much of it is unread."""

    def __init__(self, look: Look, name: str, icon: str, key: str) -> None:
        super().__init__(look)
        self._name, self._icon, self._key = name, icon, key
        self._unread = 0
        self.setAccessibleName(name)
        self.setToolTip(f"{name}  ({key})")

    def show_unread(self, count: int) -> None:
        """Say how much is unread; the same again costs nothing."""
        if count == self._unread:
            return
        self._unread = count
        words = f"{self._name}, {count} unread" if count else self._name
        self.setAccessibleName(words)
        self.setToolTip(f"{words}  ({self._key})")
        self.update()

    def sizeHint(self) -> QSize:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        if self._rail:
            edge = theme.length(side.railRow, capped=True)
            return QSize(edge, edge)
        return QSize(0, row_height(theme))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        painter = QPainter(self)
        self.draw_ground(painter)
        chosen, height = self.isChecked(), float(self.height())
        color = "onAccentSoft" if chosen else "text"
        size = theme.px(side.iconColumn, capped=True)
        start = float(side.rowPadWide if is_wide(theme) else side.rowPadLeft)
        x = (self.width() - size) / 2 if self._rail else self.along(start, size)
        drawn = icons.pixmap(
            theme, self._icon, size, color, dpr=self.devicePixelRatioF(), mirror=self.rtl
        )
        painter.drawPixmap(QPointF(x, (height - size) / 2), drawn)
        count = count_text(self._unread) if self._unread else ""
        font = theme.font("badge", 600, tabular=True)
        tall = theme.px(side.countPill, capped=True)
        wide = max(tall, QFontMetricsF(font).horizontalAdvance(count) + side.groupGap)
        if not self._rail:
            start += size + side.gap
            room = self.width() - start - side.rowPadRight - (wide + side.gap if count else 0)
            area = QRectF(self.along(start, room), 0, room, height)
            self.draw_text(painter, area, self._name, "label", color, 600 if chosen else None)
        if count:
            left = x + size - wide / 2 if self._rail else self.width() - side.rowPadRight - wide
            if self.rtl:
                left = x - wide / 2 if self._rail else side.rowPadRight
            top = 0.0 if self._rail else (height - tall) / 2
            pill = QRectF(left, top, wide, tall)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("unread"))
            painter.drawRoundedRect(pill, tall / 2, tall / 2)
            painter.setPen(theme.color("onAccent"))
            painter.setFont(font)
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, count)
        painter.end()


class AccountRow(Row):
    """One account: picture with badge, name, host or what is the matter."""

    def __init__(self, look: Look, item: AccountItem) -> None:
        super().__init__(look)
        self._picture: QPixmap | None = None
        self._alone = False
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.item = item
        self._say(item)

    def set_alone(self, on: bool, *, packed: bool = False) -> None:
        """Show the picture only; *packed*: no wider than it needs."""
        self._alone = on
        wide = QSizePolicy.Policy.Fixed if packed else QSizePolicy.Policy.Expanding
        self.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        self.updateGeometry()
        self.update()

    def show_account(self, item: AccountItem) -> None:
        """Draw this one; the same again costs nothing."""
        if item != self.item:
            self._say(item)

    def _say(self, item: AccountItem) -> None:
        self.item = item
        words = item.status
        status = words.text if words else item.host
        said = [item.name, item.host, words.text if words else ""]
        said.append(f"{item.unread} new" if item.unread else "")
        self.setAccessibleName(", ".join(filter(None, said)))
        self.setAccessibleDescription(_why(item.state))
        lines = [item.name, item.host, status if words else "", _why(item.state)]
        lines.append("" if words else item.live)
        self.setToolTip("\n".join(line for line in lines if line))
        self.update()

    def show_picture(self, picture: QPixmap | None) -> None:
        """Use this for the avatar."""
        self._picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        if self._alone:
            wide = theme.length(side.accountAvatar, capped=True) + side.gap
            return QSize(int(wide), theme.length(side.accountRow, capped=True))
        return QSize(0, theme.length(side.accountRow))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        painter = QPainter(self)
        self.draw_ground(painter)
        alone = self._alone
        size = theme.px(side.accountAvatar, capped=True)
        start = (self.width() - size) / 2 if alone else side.padX
        avatar = QRectF(self.along(start, size), (self.height() - size) / 2, size, size)
        draw_avatar(painter, avatar, self._picture, self.item.name, theme)
        self._draw_badge(painter, avatar)
        if not alone:
            self._draw_lines(painter, start + size + side.gap)
        painter.end()

    def _draw_badge(self, painter: QPainter, avatar: QRectF) -> None:
        theme = self._look.theme
        size = theme.px(theme.tokens.icon.markBadge, capped=True)
        out = theme.tokens.sidebar.badgeOut
        x = avatar.left() - out if self.rtl else avatar.right() - size + out
        corner = QRectF(x, avatar.bottom() - size + out, size, size)
        ground = "accentSoft" if self.isChecked() else "window"
        words = self.item.status
        if words is not None and self._alone:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(ground))
            painter.drawEllipse(corner.adjusted(-1, -1, 1, 1))
            drawn = icons.pixmap(
                theme, words.icon, size, words.color, dpr=self.devicePixelRatioF(), mirror=self.rtl
            )
            painter.drawPixmap(corner.topLeft(), drawn)
        else:
            marks.badge(painter, corner, self.item.mark, theme, ground)

    def _draw_lines(self, painter: QPainter, start: float) -> None:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        room = self.width() - start - side.rowPadRight
        line = theme.line("meta")
        second = theme.line("small")
        top = (self.height() - line - second) / 2
        chosen = self.isChecked()
        count = count_text(self.item.unread) if self.item.unread else ""
        counted = QFontMetricsF(theme.font("meta", tabular=True)).horizontalAdvance(count)
        taken = counted + side.gap if count else 0
        area = QRectF(self.along(start, room - taken), top, room - taken, line)
        color = "onAccentSoft" if chosen else "text"
        self.draw_text(painter, area, self.item.name, "metaStrong", color, 600 if chosen else None)
        if count:
            x = self.along(self.width() - side.rowPadRight - counted, counted)
            tone = "onAccentSoft" if chosen else "textTertiary"
            self.draw_text(painter, QRectF(x, top, counted, line), count, "meta", tone, None)
        words = self.item.status
        area = QRectF(self.along(start, room), top + line, room, second)
        if words is None:
            quiet = "onAccentSoft" if chosen else "textTertiary"
            self.draw_text(painter, area, self.item.host, "small", quiet, None)
            return
        size = theme.px(side.stateIcon, capped=True)
        drawn = icons.pixmap(
            theme, words.icon, size, words.color, dpr=self.devicePixelRatioF(), mirror=self.rtl
        )
        painter.drawPixmap(QPointF(self.along(start, size), area.y() + (second - size) / 2), drawn)
        shift = size + theme.tokens.space.xs
        area = QRectF(self.along(start + shift, room - shift), top + line, room - shift, second)
        self.draw_text(painter, area, words.text, "small", words.color, None)


def row_height(theme: Theme) -> int:
    """Height of a place's row."""
    side = theme.tokens.sidebar
    return theme.length(side.rowWide if is_wide(theme) else side.row)


def _why(state: AccountState) -> str:
    return f"{state.message} {state.next_step}".strip() if state.kind != "ready" else ""
