"""Buttons of the design: primary, outline, tonal, plain, danger; and icons alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy

from app.ui.theme import icons
from app.ui.theme.icons import Weight
from app.ui.theme.look import Look
from app.ui.widgets.ring import KeyFocus

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

Kind = Literal[
    "primary", "outline", "tonal", "plain", "link", "danger", "warn", "ok", "remove", "quiet"
]
Size = Literal["inline", "small", "normal", "primary"]


class _Paint(NamedTuple):
    """Colour tokens of one kind of button."""

    ground: str
    hovered: str
    pressed: str
    edge: str
    text: str
    weight: int


_KINDS: dict[Kind, _Paint] = {
    "primary": _Paint("accent", "accentHover", "accentPressed", "", "onAccent", 600),
    "outline": _Paint("raised", "hover", "pressed", "border", "text", 500),
    "tonal": _Paint("accentSoft", "pressed", "pressed", "", "onAccentSoft", 600),
    "plain": _Paint("", "hover", "pressed", "", "link", 500),
    # As plain, without air about it: it begins where the text above begins.
    "link": _Paint("", "", "", "", "link", 500),
    # As plain, for what is seldom looked for.
    "quiet": _Paint("", "hover", "pressed", "", "textSecondary", 500),
    "danger": _Paint("", "hover", "pressed", "dangerBorder", "danger", 500),
    "warn": _Paint("", "hover", "pressed", "warnBorder", "warn", 500),
    # Filled danger: only in the last confirmation (look.md §1.6).
    "remove": _Paint("danger", "danger", "danger", "", "surface", 600),
    "ok": _Paint("", "hover", "pressed", "okBorder", "ok", 500),
}
_OFF = _Paint("", "", "", "border", "textDisabled", 500)
_SIZES: dict[Size, str] = {
    "inline": "heightInline",
    "small": "heightSmall",
    "normal": "height",
    "primary": "heightPrimary",
}


class Button(KeyFocus, QPushButton):
    """
    A push button, painted.

    The window has one primary button at most (look.md §1.6).
    """

    def __init__(
        self,
        look: Look,
        text: str,
        kind: Kind = "outline",
        *,
        icon: str = "",
        icon_weight: Weight | None = None,
        size: Size = "normal",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)  # with the text, PySide would load QIcon to tell them apart
        self.setText(text)
        self._look, self._kind, self._icon, self._size = look, kind, icon, size
        self._icon_weight = icon_weight
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def rename(self, text: str) -> None:
        """Give it another word."""
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def restyle(self, kind: Kind, icon: str) -> None:
        """Another look: what it does has changed."""
        self._kind, self._icon = kind, icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme, button = self._look.theme, self._look.theme.tokens.button
        width = 2 * self._pad() + self._text_width()
        if self._icon:
            width += theme.px(button.icon, capped=True) + (button.iconGap if self.text() else 0)
        return QSize(int(width + 0.999), theme.length(button[_SIZES[self._size]]))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        paint = self._paint()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.stroke("control") if theme.high_contrast else theme.stroke("hairline")
        inset = edge / 2 if paint.edge else 0
        area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        ground = self._ground(paint)
        color = theme.color(ground) if ground else None
        pen = QPen(theme.color(paint.edge), edge) if paint.edge else QPen(Qt.PenStyle.NoPen)
        painter.setPen(pen)
        painter.setBrush(color if color is not None else Qt.BrushStyle.NoBrush)
        radius = self.ring_radius()
        painter.drawRoundedRect(area, radius, radius)
        self._draw_content(painter, paint)
        painter.end()

    def _draw_content(self, painter: QPainter, paint: _Paint) -> None:
        theme, button = self._look.theme, self._look.theme.tokens.button
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        size = theme.px(button.icon, capped=True) if self._icon else 0.0
        gap = button.iconGap if self._icon and self.text() else 0.0
        text = self._text_width()
        left = (self.width() - size - gap - text) / 2
        if self._icon:
            x = left + (text + gap if rtl else 0)
            drawn = icons.pixmap(
                theme,
                self._icon,
                size,
                paint.text,
                weight=self._icon_weight,
                dpr=self.devicePixelRatioF(),
                mirror=rtl,
            )
            painter.drawPixmap(QPointF(x, (self.height() - size) / 2), drawn)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        font = self._font(paint.weight)
        lined = self.underMouse() or theme.underline_links
        if self._kind == "link" and self.isEnabled() and lined:
            font = QFont(font)  # the theme's own is shared
            font.setUnderline(True)
        painter.setFont(font)
        painter.setPen(theme.color(paint.text))
        x = left if rtl else left + size + gap
        area = QRectF(x, 0, text + 1, self.height())
        painter.drawText(
            area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextHideMnemonic, self.text()
        )

    def _paint(self) -> _Paint:
        if not self.isEnabled():
            edged = self._kind not in ("plain", "link", "quiet")
            return _OFF if edged else _OFF._replace(edge="")
        paint = _KINDS[self._kind]
        if self._look.theme.high_contrast and not paint.edge and self._kind == "tonal":
            return paint._replace(edge="accent")
        return paint

    def _ground(self, paint: _Paint) -> str:
        if not self.isEnabled():
            return ""
        if self.isDown():
            return paint.pressed
        return paint.hovered if self.underMouse() else paint.ground

    def _pad(self) -> float:
        if self._kind == "link":
            return 0.0
        button = self._look.theme.tokens.button
        if self._size == "inline":
            return float(button.padXInline)
        return float(button.padXSmall if self._size == "small" else button.padX)

    def _font(self, weight: int) -> QFont:
        inline = self._size == "inline"
        return self._look.theme.font(*(("small", 600) if inline else ("metaStrong", weight)))

    def _text_width(self) -> float:
        font = self._font(_KINDS[self._kind].weight)
        return QFontMetricsF(font).horizontalAdvance(self.text().replace("&", ""))


class IconButton(KeyFocus, QPushButton):
    """An icon alone, with a name for the tooltip and screen readers."""

    def __init__(
        self,
        look: Look,
        icon: str,
        name: str,
        *,
        target: float | None = None,
        icon_size: float | None = None,
        color: str = "textSecondary",
        weight: Weight | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._icon, self._color, self._weight = look, icon, color, weight
        self._target = target or look.theme.tokens.target.action
        self._icon_size = icon_size or look.theme.tokens.icon.action
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.name(name)
        look.changed.connect(self.updateGeometry)

    def name(self, name: str) -> None:
        """What it does, in words."""
        self.setToolTip(name)
        self.setAccessibleName(name)

    def draw(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        side = self._look.theme.length(self._target, capped=True)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("pressed" if self.isDown() else "hover"))
            painter.drawRoundedRect(QRectF(self.rect()), self.ring_radius(), self.ring_radius())
        size = theme.px(self._icon_size, capped=True)
        color = self._color if self.isEnabled() else "textDisabled"
        drawn = icons.pixmap(
            theme,
            self._icon,
            size,
            color,
            weight=self._weight,
            dpr=self.devicePixelRatioF(),
            mirror=self.layoutDirection() == Qt.LayoutDirection.RightToLeft,
        )
        painter.drawPixmap(QPointF((self.width() - size) / 2, (self.height() - size) / 2), drawn)
        painter.end()
