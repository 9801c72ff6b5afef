"""One look: a colour scheme, a text size, a font."""

from __future__ import annotations

from typing import Any, Literal, get_args

from PySide6.QtGui import QColor, QFont, QFontDatabase

from app.ui.theme.tokens import Tokens, load_tokens

Scheme = Literal["light", "dark", "hcDark", "hcLight"]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

_TABULAR = QFont.Tag("tnum")


class Theme:
    """
    Colours, fonts and lengths, at one text size.

    A value: never changed after it was made, so whoever draws may keep what
    it was given under ``theme.key``.

    Attributes:
        scale: Text size, 1.0 … 2.0.
        family: Font family; "" is the system's own.
        underline_links: Wanted by the user (or by high contrast).
        reduced_motion: All durations are 0.
    """

    def __init__(
        self,
        scheme: Scheme = "light",
        scale: float = 1.0,
        *,
        family: str = "",
        underline_links: bool = False,
        reduced_motion: bool = False,
    ) -> None:
        self.tokens: Tokens = load_tokens()
        self.scheme: Scheme = scheme
        self.scale = min(max(scale, self.tokens.textScale.min), self.tokens.textScale.max)
        self.family = family
        kind = self.tokens.themes[scheme]
        self.dark: bool = kind.kind == "dark"
        self.high_contrast: bool = kind.highContrast
        self.underline_links = underline_links or self.high_contrast
        self.reduced_motion = reduced_motion
        self._colors: dict[str, QColor] = {}
        self._fonts: dict[tuple[str, int | None, bool, bool], QFont] = {}

    @property
    def key(self) -> tuple[object, ...]:
        """What caches of drawn things go by."""
        return (self.scheme, self.scale, self.family, self.underline_links)

    def color(self, name: str) -> QColor:
        """
        The colour *name* (or, for marks, the network's mark).

        Raises:
            KeyError: There is no such token.
        """
        found = self._colors.get(name)
        if found is None:
            found = self._colors[name] = parse_color(self.tokens.themes[self.scheme].colors[name])
        return found

    def font(
        self, role: str, weight: int | None = None, *, tabular: bool = False, mono: bool = False
    ) -> QFont:
        """
        The font of *role* (look.md §3), pixel sized. Do not change it: copy first.

        Args:
            tabular: Figures of one width, for counts, times and sizes.
            mono: The system's fixed font instead.
        """
        wanted = (role, weight, tabular, mono)
        found = self._fonts.get(wanted)
        if found is None:
            found = self._fonts[wanted] = self._make_font(*wanted)
        return found

    def _make_font(self, role: str, weight: int | None, tabular: bool, mono: bool) -> QFont:
        spec = self.tokens.type[role]
        if mono:
            font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        elif self.family:
            font = QFont(self.family)
        else:
            font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        font.setPixelSize(round(spec.px * self.scale))
        font.setWeight(QFont.Weight(spec.weight if weight is None else weight))
        if self.family:
            # Pinned for pictures: the same on every machine (no hinting).
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        if tabular:
            font.setFeature(_TABULAR, 1)
        return font

    def line(self, role: str) -> float:
        """Line pitch of *role*, px."""
        return float(self.tokens.type[role].line * self.scale)

    def px(self, value: float, *, capped: bool = False) -> float:
        """
        A length at this text size.

        Heights that hold text grow with it; avatars, icons and gutters
        (*capped*) at most by half (look.md §9).
        """
        cap = self.tokens.textScale.capped
        return float(value * (min(self.scale, cap) if capped else self.scale))

    def length(self, value: float, *, capped: bool = False) -> int:
        """The same, rounded to whole px: for widgets."""
        return round(self.px(value, capped=capped))

    def stroke(self, name: str) -> int:
        """Width of a line: ``hairline``, ``control``, ``focus``, ``selectedBar``."""
        stroke: Any = self.tokens.stroke
        return int(stroke.highContrast[name] if self.high_contrast else stroke[name])

    def duration(self, name: str) -> int:
        """Milliseconds of a motion; 0 when motion is reduced."""
        return 0 if self.reduced_motion else int(self.tokens.motion[name])


def parse_color(text: str) -> QColor:
    """``#RRGGBB`` or ``#RRGGBBAA`` (Qt's own nine-digit form has alpha first)."""
    alpha = int(text[7:9], 16) if len(text) == 9 else 255
    color = QColor(text[:7])
    color.setAlpha(alpha)
    return color
