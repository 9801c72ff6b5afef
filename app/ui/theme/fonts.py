"""A font that is the same on every machine: for golden pictures only."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFontDatabase

from app.ui.theme.tokens import load_tokens

_PACKAGES = ("font_source_sans_pro", "font_roboto")
"""Development dependencies that are nothing but a font."""


def pinned_fonts() -> str:
    """
    Family for pictures that are compared byte by byte (``Theme(family=…)``).

    Registers the fonts of a development dependency; without one, the family
    that the pictures of the design use, if the system has it; else "".
    """
    for package in _PACKAGES:
        if family := _register(package):
            return family
    wanted: str = load_tokens().type.family.pictures
    return wanted if wanted in QFontDatabase.families() else ""


def _register(package: str) -> str:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return ""
    places = [Path(place) for place in spec.submodule_search_locations]
    # One outline format: where a package has both, their widths differ by a pixel.
    files = [path for place in places for path in sorted(place.rglob("*.ttf"))]
    files = files or [path for place in places for path in sorted(place.rglob("*.otf"))]
    families = {
        family
        for path in files
        for family in QFontDatabase.applicationFontFamilies(
            QFontDatabase.addApplicationFont(str(path))
        )
    }
    return min(families, key=len, default="")
