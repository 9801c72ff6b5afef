"""Text that is not edited: one role, one colour, the design's own line pitch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QLabel, QSizePolicy

from app.ui.theme.look import Look

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QPaintEvent
    from PySide6.QtWidgets import QWidget

Run = tuple[str, int | None]
"""Some words and their weight (None: the role's own)."""


class Words(QLabel):
    """
    A label that paints itself on the type grid of look.md §3.

    QLabel's own line pitch follows the font; ours follows the role, so that
    blocks stand on the grid in every script. It stays a QLabel for screen
    readers and buddies.
    """

    def __init__(
        self,
        look: Look,
        text: str | Sequence[Run] = "",
        role: str = "label",
        color: str = "text",
        *,
        weight: int | None = None,
        wrap: bool = False,
        centred: bool = False,
        tabular: bool = False,
        mono: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._role, self._color = look, role, color
        self._weight, self._tabular, self._mono = weight, tabular, mono
        self._wrap, self._centred = wrap, centred
        self._runs: tuple[Run, ...] = ()
        self._laid: dict[float, QTextLayout] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        policy = QSizePolicy(
            QSizePolicy.Policy.Ignored if wrap else QSizePolicy.Policy.Preferred,
            QSizePolicy.Policy.Minimum,
        )
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.say(text)
        look.changed.connect(self._restyle)

    def say(self, text: str | Sequence[Run]) -> None:
        """Show other words."""
        runs = ((text, None),) if isinstance(text, str) else tuple(text)
        if runs == self._runs:
            return
        self._runs = runs
        self._laid.clear()
        plain = "".join(run for run, _ in self._runs)
        self.setText(plain)
        self.setAccessibleName(plain)
        self.updateGeometry()
        self.update()

    def tint(self, color: str) -> None:
        """Change the colour."""
        if color != self._color:
            self._color = color
            self.update()

    def weigh(self, weight: int | None) -> None:
        """Change the weight."""
        if weight != self._weight:
            self._weight = weight
            self._laid.clear()
            self.updateGeometry()
            self.update()

    def lines(self, width: float) -> int:
        """How many lines the words take at *width*."""
        return max(1, self._layout(width).lineCount())

    # ------------------------------------------------------- Qt overrides

    def sizeHint(self) -> QSize:
        layout = self._layout(0)
        pitch = self._look.theme.line(self._role)
        return QSize(int(_natural(layout)) + 2, round(pitch * max(1, layout.lineCount())))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        pitch = round(self._look.theme.line(self._role))
        return QSize(min(hint.width(), pitch), pitch)

    def hasHeightForWidth(self) -> bool:
        return self._wrap

    def heightForWidth(self, width: int) -> int:
        return round(self.lines(width) * self._look.theme.line(self._role))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setPen(theme.color(self._color if self.isEnabled() else "textDisabled"))
        layout = self._layout(self.width())
        pitch = theme.line(self._role)
        top = (self.height() - pitch * layout.lineCount()) / 2
        metrics = QFontMetricsF(layout.font())
        lead = (pitch - metrics.ascent() - metrics.descent()) / 2
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            shift = lead + metrics.ascent() - line.ascent()
            line.draw(painter, QPointF(self._indent(line.naturalTextWidth()), top + shift))
            top += pitch
        painter.end()

    # ------------------------------------------------------------ private

    def _indent(self, natural: float) -> float:
        """Where a line starts: Qt aligns within the line's width by itself when wrapping."""
        spare = self.width() - natural
        if self._centred:
            return max(0.0, spare / 2)
        right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return max(0.0, spare) if right else 0.0

    def _layout(self, width: float) -> QTextLayout:
        """The words at a width (0: however wide). Kept: Qt asks for sizes again and again."""
        found = self._laid.get(width)
        if found is None:
            if len(self._laid) >= _KEPT:
                self._laid = {0: self._layout(0)}
            found = self._laid[width] = self._lay(width)
        return found

    def _lay(self, width: float) -> QTextLayout:
        if not width or not self.text():
            return self._set(self.text(), width)
        whole = self._layout(0)
        if _natural(whole) <= width:
            return whole  # most words fit: asked for many widths, they are laid out once
        if self._wrap:
            return self._set(self.text(), width)
        # By the heaviest of its words: measured lighter, the dots would be cut off.
        weights = [weight for _, weight in self._runs if weight is not None]
        font = self._font(max(weights) if weights else self._weight)
        metrics = QFontMetricsF(font)
        return self._set(metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, width), width)

    def _font(self, weight: int | None) -> QFont:
        theme = self._look.theme
        return theme.font(self._role, weight, tabular=self._tabular, mono=self._mono)

    def _set(self, text: str, width: float) -> QTextLayout:
        layout = QTextLayout(text, self._font(self._weight))
        option = QTextOption()
        # By its own first strong sign; the side is the layout's (look.md §9).
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(
            QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
            if self._wrap
            else QTextOption.WrapMode.NoWrap
        )
        layout.setTextOption(option)
        layout.setFormats(self._formats())
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width if self._wrap and width else _ENDLESS)
            line.setPosition(QPointF(0, 0))
        layout.endLayout()
        return layout

    def _formats(self) -> list[QTextLayout.FormatRange]:
        if all(weight is None for _, weight in self._runs):
            return []
        # Slow to load, and most words have one weight.
        from PySide6.QtGui import QTextCharFormat

        theme, start, made = self._look.theme, 0, []
        for text, weight in self._runs:
            # Qt counts UTF-16 units: an emoji is two.
            length = len(text.encode("utf-16-le", "surrogatepass")) // 2
            if weight is not None:
                part = QTextLayout.FormatRange()
                part.start, part.length = start, length
                style = QTextCharFormat()
                style.setFontWeight(theme.font(self._role, weight).weight())
                part.format = style
                made.append(part)
            start += length
        return made

    def _restyle(self) -> None:
        self._laid.clear()
        self.updateGeometry()
        self.update()


_ENDLESS = 1 << 20
_KEPT = 4
"""Layouts of one label: at the width it has, without a limit, and while it is resized."""


def _natural(layout: QTextLayout) -> float:
    """The width of its widest line, px."""
    widths = (layout.lineAt(number).naturalTextWidth() for number in range(layout.lineCount()))
    return max(widths, default=0.0)
