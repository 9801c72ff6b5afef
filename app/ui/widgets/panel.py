"""Grounds, boxes, lines and pictures that other widgets stand on."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.ui.theme import icons, marks
from app.ui.theme.look import Look
from app.ui.theme.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtCore import QRect
    from PySide6.QtGui import (
        QHideEvent,
        QPaintEvent,
        QPixmap,
        QShowEvent,
    )


UNBOUND = 16_777_215
"""Largest that Qt lets a widget be."""


def along(start: int, end: int, top: int = 0, bottom: int = 0) -> tuple[int, int, int, int]:
    """Margins given in reading direction, as Qt wants them (it does not mirror margins)."""
    rtl = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
    return (end, top, start, bottom) if rtl else (start, top, end, bottom)


def tab_through(*controls: QWidget) -> None:
    """Tab goes from one to the next, all in one window; Qt passes by what takes no focus."""
    for before, after in pairwise(controls):
        QWidget.setTabOrder(before, after)


class Unsqueezed(QVBoxLayout):
    """
    The column of something that scrolls: too low a place is made as high as it must be first.

    Whoever scrolls it does so one turn later, and it would be painted squeezed before.
    """

    _growing = False

    def setGeometry(self, place: QRect) -> None:
        if not self._growing:
            place = self._grown(place)
        super().setGeometry(place)

    def _grown(self, place: QRect) -> QRect:
        """*place*, or all of the widget where that could be made higher."""
        wide, inner = place.width(), self.parentWidget()
        wraps = self.hasHeightForWidth()
        wanted = self.heightForWidth(wide) if wraps else self.minimumSize().height()
        if inner is None or place.height() >= wanted:
            return place
        # Once only: who may not be as high as that would ask for it for ever.
        self._growing = True
        try:
            inner.resize(wide, wanted)
        finally:
            self._growing = False
        return inner.rect()


class Panel(QWidget):
    """A ground of one colour, with a border and round corners if wanted."""

    def __init__(
        self,
        look: Look,
        ground: str = "surface",
        *,
        edge: str = "",
        radius: float = 0.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._ground, self._edge, self._radius = look, ground, edge, radius
        self._show_depth()
        look.changed.connect(self._show_depth)
        look.changed.connect(self.update)

    def recolour(self, ground: str, edge: str) -> None:
        """Take other colours."""
        self._ground, self._edge = ground, edge
        self._show_depth()
        self.update()

    def _show_depth(self) -> None:
        """Tell Qt whether what lies under it need be painted at all."""
        filled = not self._radius and not self._edge
        opaque = filled and self._look.theme.color(self._ground).alpha() == 255
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, opaque)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        if not self._radius and not self._edge:
            painter.fillRect(self.rect(), theme.color(self._ground))
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.stroke("control") if theme.high_contrast else theme.stroke("hairline")
        inset = width / 2 if self._edge else 0
        edge = QPen(theme.color(self._edge), width) if self._edge else QPen(Qt.PenStyle.NoPen)
        painter.setPen(edge)
        painter.setBrush(theme.color(self._ground))
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(area, self._radius, self._radius)
        painter.end()


class Hairline(QWidget):
    """One px across, or down."""

    def __init__(
        self, look: Look, *, upright: bool = False, color: str = "hairline", inset: int = 0
    ) -> None:
        super().__init__()
        self._look, self._color, self._inset = look, color, inset
        line = look.theme.stroke("hairline")
        if upright:
            self.setFixedWidth(line)
        else:
            self.setFixedHeight(line)
        look.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.rect().adjusted(self._inset, 0, -self._inset, 0)
        painter.fillRect(area, self._look.theme.color(self._color))
        painter.end()


class Glyph(QWidget):
    """An icon that is only looked at."""

    def __init__(self, look: Look, icon: str, size: float, color: str) -> None:
        super().__init__()
        self._look, self._icon, self._size, self._color = look, icon, size, color
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_icon(self, icon: str, color: str) -> None:
        """Draw another one."""
        self._icon, self._color = icon, color
        self.update()

    def sizeHint(self) -> QSize:
        side = self._look.theme.length(self._size, capped=True)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        size = self._look.theme.px(self._size, capped=True)
        drawn = icons.pixmap(
            self._look.theme,
            self._icon,
            size,
            self._color,
            dpr=self.devicePixelRatioF(),
            mirror=self.layoutDirection() == Qt.LayoutDirection.RightToLeft,
        )
        painter.drawPixmap(QPointF((self.width() - size) / 2, (self.height() - size) / 2), drawn)
        painter.end()


class Mark(QWidget):
    """The mark of a network."""

    def __init__(self, look: Look, mark: str, size: float) -> None:
        super().__init__()
        self._look, self._mark, self._size = look, mark, size
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        side = self._look.theme.length(self._size, capped=True)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        size = self._look.theme.px(self._size, capped=True)
        area = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
        marks.paint(painter, area, self._mark, self._look.theme)
        painter.end()


class Spinner(QWidget):
    """Something is under way. Stands still when motion is reduced."""

    def __init__(self, look: Look, size: float) -> None:
        # The first frame has none of them, and these are slow to load.
        from PySide6.QtCore import QEasingCurve, QVariantAnimation

        super().__init__()
        self._look, self._size = look, size
        self.setAccessibleName("Working")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._turn = QVariantAnimation(self)
        self._turn.setStartValue(0.0)
        self._turn.setEndValue(360.0)
        self._turn.setDuration(look.theme.tokens.motion.spinnerTurn)
        self._turn.setEasingCurve(QEasingCurve.Type.Linear)
        self._turn.setLoopCount(-1)
        self._turn.valueChanged.connect(lambda _: self.update())

    def sizeHint(self) -> QSize:
        side = self._look.theme.length(self._size, capped=True)
        return QSize(side, side)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._look.theme.duration("spinnerTurn"):
            self._turn.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._turn.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, dialog = self._look.theme, self._look.theme.tokens.spinner
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color("accent"), dialog.stroke)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        half = dialog.stroke / 2 + 1
        area = QRectF(self.rect()).adjusted(half, half, -half, -half)
        start = self._turn.currentValue() if self._turn.state() else 0.0
        painter.drawArc(area, round((dialog.start - float(start or 0.0)) * 16), dialog.arc * 16)
        painter.end()


def draw_avatar(
    painter: QPainter, area: QRectF, picture: QPixmap | None, name: str, theme: Theme
) -> None:
    """Draw *picture* as a disc, or the first letter of *name* while there is none."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    if picture is not None and not picture.isNull():
        path = QPainterPath()
        path.addEllipse(area)
        painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
        side = min(picture.width(), picture.height())
        x, y = (picture.width() - side) / 2, (picture.height() - side) / 2
        painter.drawPixmap(area, picture, QRectF(x, y, side, side))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accentSoft"))
        painter.drawEllipse(area)
        letter = next((sign for sign in name if sign.isalnum()), "?").upper()
        role = "metaStrong" if area.height() < theme.px(36) else "title"
        painter.setFont(theme.font(role, 600))
        painter.setPen(theme.color("onAccentSoft"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()


class Avatar(QWidget):
    """Somebody's picture, with a badge for the network if wanted."""

    def __init__(
        self, look: Look, name: str, size: float, *, mark: str = "", ground: str = "surface"
    ) -> None:
        super().__init__()
        self._look, self._name, self._size = look, name, size
        self._mark, self._ground = mark, ground
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_picture(self, picture: QPixmap | None, name: str = "") -> None:
        """Draw this one."""
        self._picture, self._name = picture, name or self._name
        self.update()

    def sizeHint(self) -> QSize:
        side = self._look.theme.length(self._size, capped=True)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        area = QRectF(self.rect())
        draw_avatar(painter, area, self._picture, self._name, theme)
        if self._mark:
            size = theme.px(theme.tokens.icon.markBadge, capped=True)
            corner = QRectF(area.right() - size, area.bottom() - size, size, size)
            marks.badge(painter, corner, self._mark, theme, self._ground)
        painter.end()
