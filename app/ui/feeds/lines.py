"""The first lines of a text, cut with "…" where there is more."""

from __future__ import annotations

from unicodedata import bidirectional

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QTextLayout, QTextOption

from app.ui.theme.theme import Theme

LINES = 2


def first_lines(text: str, theme: Theme, width: float) -> QTextLayout:
    """Laid out at *width* px, in its own reading direction."""
    made = _laid(text, theme, width)
    last = made.lineAt(made.lineCount() - 1)
    if made.lineCount() < LINES or last.textStart() + last.textLength() >= _units(text):
        return made
    before, rest = _split(text, last.textStart())
    metrics = QFontMetricsF(theme.font("bodySmall"))
    return _laid(
        before + metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width - 1), theme, width
    )


def _laid(text: str, theme: Theme, width: float) -> QTextLayout:
    layout = QTextLayout(text, theme.font("bodySmall"))
    option = QTextOption()
    right, left = Qt.LayoutDirection.RightToLeft, Qt.LayoutDirection.LeftToRight
    option.setTextDirection(right if starts_rtl(text) else left)
    option.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    for _ in range(LINES):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, 0))
    layout.endLayout()
    return layout


def starts_rtl(text: str) -> bool:
    """Whether its first strong sign is one that runs from right to left."""
    for sign in text:
        kind = bidirectional(sign)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


def _units(text: str) -> int:
    """Qt counts UTF-16 units: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _split(text: str, unit: int) -> tuple[str, str]:
    raw = text.encode("utf-16-le", "surrogatepass")
    before, rest = raw[: 2 * unit], raw[2 * unit :]
    return before.decode("utf-16-le", "surrogatepass"), rest.decode("utf-16-le", "surrogatepass")
