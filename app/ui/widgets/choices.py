"""Controls that choose: radio, switch, segment, and the slider of steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QSlider,
    QWidget,
)

from app.ui.theme.look import Look
from app.ui.widgets.ring import BY_KEYS, KeyFocus

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent
    from PySide6.QtWidgets import QAbstractButton

_ASLEEP = 0.4
"""How much of a switch is seen that cannot be pressed now."""


class OneOf(KeyFocus, QRadioButton):
    """One of several: Tab comes to the one that is chosen."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        # Qt knows so only after the first visit.
        group, by_tab = self.group(), event.reason() in BY_KEYS
        chosen = group.checkedButton() if group is not None else None
        if by_tab and chosen not in (None, self) and chosen is not None and chosen.isEnabled():
            chosen.setFocus(event.reason())


class Radio(OneOf):
    """One of several: a ring, its name, and a line of help."""

    def __init__(self, look: Look, text: str, help_line: str = "") -> None:
        super().__init__(text)
        self._look, self._help = look, help_line
        self.setAccessibleName(text)
        self.setAccessibleDescription(help_line)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        height = theme.line("label") + (theme.line("small") if self._help else 0)
        text = QFontMetricsF(theme.font("metaStrong")).horizontalAdvance(self.text())
        note = QFontMetricsF(theme.font("small")).horizontalAdvance(self._help)
        return QSize(round(self._indent() + max(text, note)), round(height))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(self._indent()), self.sizeHint().height())

    def hitButton(self, _pos: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, dialog = self._look.theme, self._look.theme.tokens.dialog
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = theme.px(dialog.radio, capped=True)
        centre = self.height() / 2
        ring = QRectF(self.width() - size if rtl else 0, centre - size / 2, size, size)
        _draw_radio(painter, ring, self._look, self.isChecked(), self.isEnabled())
        indent = self._indent()
        area = QRectF(0 if rtl else indent, 0, self.width() - indent, theme.line("label"))
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        side |= Qt.AlignmentFlag.AlignAbsolute
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(theme.font("metaStrong"))
        painter.setPen(theme.color("text" if self.isEnabled() else "textDisabled"))
        painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, self.text())
        if self._help:
            font = theme.font("small")
            painter.setFont(font)
            painter.setPen(theme.color("textTertiary"))
            area = QRectF(area.x(), area.bottom(), area.width(), theme.line("small"))
            text = QFontMetricsF(font).elidedText(
                self._help, Qt.TextElideMode.ElideRight, area.width()
            )
            painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def _indent(self) -> float:
        theme = self._look.theme
        return float(theme.px(theme.tokens.dialog.radio, capped=True) + theme.tokens.space.gap)


def _draw_radio(painter: QPainter, ring: QRectF, look: Look, on: bool, enabled: bool) -> None:
    theme, dialog = look.theme, look.theme.tokens.dialog
    width = dialog.radioDot if on else dialog.radioRing
    color = "textDisabled" if not enabled else "accent" if on else "controlBorder"
    painter.setPen(QPen(theme.color(color), width))
    painter.setBrush(theme.color("surface"))
    painter.drawEllipse(ring.adjusted(width / 2, width / 2, -width / 2, -width / 2))


class Switch(KeyFocus, QCheckBox):
    """On or off, applied at once."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        theme, toggle = self._look.theme, self._look.theme.tokens.toggle
        return QSize(theme.length(toggle.width, capped=True), theme.length(toggle.hit, capped=True))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, _pos: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, toggle = self._look.theme, self._look.theme.tokens.toggle
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(_ASLEEP)
        height = theme.px(toggle.height, capped=True)
        track = QRectF(0, (self.height() - height) / 2, self.width(), height)
        painter.setPen(Qt.PenStyle.NoPen)
        on = self.isChecked()
        painter.setBrush(theme.color("accent" if on else "controlBorder"))
        painter.drawRoundedRect(track, height / 2, height / 2)
        knob = theme.px(toggle.knob, capped=True)
        inset = (height - knob) / 2
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = inset if on == rtl else self.width() - knob - inset
        painter.setBrush(theme.color("onAccent" if on else "surface"))
        painter.drawEllipse(QRectF(x, track.y() + inset, knob, knob))
        painter.end()


class _Choice(OneOf):
    """One field of a segment."""

    def __init__(self, look: Look, text: str, color: str = "text") -> None:
        super().__init__(text)
        self._look, self._color = look, color
        self._yields = False
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def spread(self) -> None:
        """Grow with the others; where there is little room, give way."""
        self._yields = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme, segment = self._look.theme, self._look.theme.tokens.segment
        # Sized for the chosen weight, so that choosing moves nothing.
        text = QFontMetricsF(theme.font("metaStrong", 600)).horizontalAdvance(self.text())
        width = max(segment.least, text + 2 * theme.tokens.button.padX)
        return QSize(round(width), theme.length(segment.height))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(self._look.theme.tokens.segment.least, hint.height()) if self._yields else hint

    def hitButton(self, _pos: object) -> bool:
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Where something is asked Enter answers; elsewhere it is the dialog's.
        group = self.group()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and group is not None and group.checkedButton() is None:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = self.isChecked()
        if on:
            line = theme.stroke("control") if theme.high_contrast else theme.stroke("hairline")
            painter.setPen(QPen(theme.color("border"), line))
            painter.setBrush(theme.color("raised"))
            area = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
            radius = theme.tokens.radius.button
            painter.drawRoundedRect(area, radius, radius)
        # By its own first strong sign: "7 days" stays so in every layout.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(theme.font("metaStrong", 600 if on else 500))
        color = self._color if on else "textSecondary"
        painter.setPen(theme.color(color if self.isEnabled() else "textDisabled"))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class Segment(QWidget):
    """Equal choices in one row."""

    chosen = Signal(str)

    def __init__(
        self,
        look: Look,
        name: str,
        choices: Sequence[tuple[str, str]],
        *,
        colors: Mapping[str, str] = {},
    ) -> None:
        """*colors*: of chosen words that withhold something, by key."""
        super().__init__()
        self._look = look
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        inset = look.theme.tokens.segment.inset
        row = QHBoxLayout(self)
        row.setContentsMargins(inset, inset, inset, inset)
        row.setSpacing(0)
        self._group = QButtonGroup(self)
        self._keys = [key for key, _ in choices]
        for number, (key, text) in enumerate(choices):
            button = _Choice(look, text, colors.get(key, "text"))
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._keys[number]))

    def choose(self, key: str) -> None:
        """Show *key* as chosen, without telling."""
        self._group.button(self._keys.index(key)).setChecked(True)

    @property
    def key(self) -> str:
        """What is chosen; "" = nothing yet."""
        number = self._group.checkedId()
        return self._keys[number] if number >= 0 else ""

    @property
    def buttons(self) -> list[QAbstractButton]:
        """One for each choice, in order."""
        return self._group.buttons()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keys are those of what is chosen, else of the first."""
        (self._group.checkedButton() or self.buttons[0]).setFocus(event.reason())

    def spread(self) -> None:
        """Take all the width there is; each choice the same part of it, if its word fits."""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for button in self.findChildren(_Choice):
            button.spread()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("window"))
        radius = theme.tokens.radius.button + theme.tokens.segment.inset
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.end()


class Chip(KeyFocus, QCheckBox):
    """One of several that may all be chosen: a pill with its word."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__(text)
        self._look = look
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def ring_radius(self) -> float:
        return self.height() / 2

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        text = QFontMetricsF(theme.font("metaStrong", 600)).horizontalAdvance(self.text())
        width = text + 2 * theme.tokens.button.padX
        return QSize(round(width), theme.length(theme.tokens.chip.height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, _pos: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, on = self._look.theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = theme.high_contrast and on
        line = theme.stroke("control") if strong else theme.stroke("hairline")
        edge = "accent" if strong else "accentSoft" if on else "border"
        painter.setPen(QPen(theme.color(edge), line))
        painter.setBrush(theme.color("accentSoft" if on else "raised"))
        area = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        # By its own first strong sign: "7 days" stays so in every layout.
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(theme.font("metaStrong", 600 if on else 500))
        painter.setPen(theme.color("onAccentSoft" if on else "textSecondary"))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class Steps(KeyFocus, QSlider):
    """A slider over a few steps; a click goes where it points."""

    def __init__(self, look: Look, name: str, count: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look = look
        self.setAccessibleName(name)
        self.setRange(0, count - 1)
        self.setPageStep(1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        lab = theme.tokens.lab
        return QSize(theme.tokens.settings.slider, theme.length(lab.sliderHit, capped=True))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position().x())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, lab = self._look.theme, self._look.theme.tokens.lab
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, knob = self.height() / 2, lab.knob
        left, right = knob / 2, self.width() - knob / 2
        x = left + (right - left) * self._shown()
        track = QRectF(left, middle - lab.track / 2, right - left, lab.track)
        painter.setBrush(theme.color("border"))
        painter.drawRoundedRect(track, lab.track / 2, lab.track / 2)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if rtl:
            track.setLeft(x)
        else:
            track.setRight(x)
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(track, lab.track / 2, lab.track / 2)
        width = theme.stroke("focus")
        painter.setPen(QPen(theme.color("accent"), width))
        painter.setBrush(theme.color("surface"))
        radius = (knob - width) / 2
        painter.drawEllipse(QPointF(x, middle), radius, radius)
        painter.end()

    def _shown(self) -> float:
        share = self.value() / max(1, self.maximum())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return 1 - share if rtl else share

    def _go_to(self, x: float) -> None:
        knob = self._look.theme.tokens.lab.knob
        share = min(max((x - knob / 2) / max(1, self.width() - knob), 0.0), 1.0)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            share = 1 - share
        self.setValue(round(share * self.maximum()))
