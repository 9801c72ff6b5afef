"""
Icons: Phosphor 1.3, from the font file that QtAwesome ships.

QtAwesome's own loader opens a dozen fonts (0.33 s to the first icon), so the
one file is loaded from the installed package, which is never imported.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QPainter, QPainterPath, QPixmap

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

from app.ui.theme.theme import Theme

Weight = Literal["regular", "bold", "fill"]

_PACKAGE, _FONT, _CHARMAP = "qtawesome", "phosphor-1.3.0.ttf", "phosphor-charmap-1.3.0.json"

DIRECTIONAL = frozenset(
    {
        "arrow-bend-up-left",
        "arrow-bend-down-right",
        "arrow-left",
        "arrow-square-out",
        "caret-left",
        "caret-right",
        "paper-plane-right",
        "sign-in",
    }
)
"""Icons that point along the line of reading: mirrored when that runs right to left."""

_pixmaps: dict[tuple[object, ...], QPixmap] = {}
"""By (name, weight, size, colour, dpr, mirrored); a few hundred at most, each < 10 kB."""


def pixmap(
    theme: Theme,
    name: str,
    size: float,
    color: str,
    *,
    weight: Weight | None = None,
    dpr: float = 1.0,
    mirror: bool = False,
) -> QPixmap:
    """
    The icon *name* in the theme's colour *color*, *size* px square.

    Args:
        weight: None: regular, and bold when drawn below 16 px.
        dpr: Device pixels per px; the pixmap carries it.
        mirror: The layout runs right to left; only icons with a direction turn.

    Raises:
        KeyError: Phosphor 1.3 has no such icon, or the theme no such colour.
    """
    if weight is None:
        weight = "bold" if size < theme.tokens.icon.boldBelow else "regular"
    tint = theme.color(color)
    turned = mirror and name in DIRECTIONAL
    key = (name, weight, size, tint.rgba(), dpr, turned)
    found = _pixmaps.get(key)
    if found is None:
        found = _pixmaps[key] = _draw(_glyph(name, weight), size, theme, color, dpr, turned)
    return found


def icon(theme: Theme, name: str, size: float, color: str, *, dpr: float = 1.0) -> QIcon:
    """The same as a QIcon, with its disabled form: for menus."""
    from PySide6.QtGui import QIcon  # only for menus: not before the first frame

    made = QIcon(pixmap(theme, name, size, color, dpr=dpr))
    made.addPixmap(pixmap(theme, name, size, "textDisabled", dpr=dpr), QIcon.Mode.Disabled)
    return made


def has(name: str) -> bool:
    """Whether the font knows an icon of that name, its weight written out."""
    return f'"{name}":'.encode() in _written()


def clear() -> None:
    """Forget what was drawn: the theme or the screen changed."""
    _pixmaps.clear()


def _draw(glyph: str, size: float, theme: Theme, color: str, dpr: float, turned: bool) -> QPixmap:
    image = QPixmap(QSize(round(size * dpr), round(size * dpr)))
    image.setDevicePixelRatio(dpr)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if turned:
        painter.translate(size, 0)
        painter.scale(-1, 1)
    font = QFont(_family())
    font.setPixelSize(round(size))
    # As a path: text is set on whole pixels and would stand up to one too high.
    shape = QPainterPath()
    shape.addText(QPointF(0, size), font, glyph)
    painter.fillPath(shape, theme.color(color))
    painter.end()
    return image


def _glyph(name: str, weight: Weight) -> str:
    """
    The letter of the font that is drawn as the icon.

    Found in the map as it is written: a dozen of its 4 000 entries are wanted.
    """
    full = name if weight == "regular" else f"{name}-{weight}"
    written = _written()
    at = written.find(f'"{full}":'.encode())
    if at < 0:
        raise KeyError(full)
    start = written.index(b'"', at + len(full) + 3) + 1
    code = written[start : written.index(b'"', start)]
    return chr(int(code, 16))


@cache
def _written() -> bytes:
    return (_folder() / _CHARMAP).read_bytes()


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_folder() / _FONT))
    families = QFontDatabase.applicationFontFamilies(number)
    if not families:
        raise RuntimeError(f"{_FONT} cannot be loaded as a font")
    return families[0]


@cache
def _folder() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{_PACKAGE} is not installed: run the set-up again")
    return Path(spec.origin).parent / "fonts"
