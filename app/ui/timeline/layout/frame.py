"""What every row's layout depends on besides the row: theme, width, direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from PySide6.QtCore import QLocale
from PySide6.QtGui import QFont, QFontMetricsF

from app.model import NetworkInfo
from app.model.timeline import AccountId
from app.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QTextCharFormat

Density = Literal["comfortable", "cosy", "compact"]


class RowState(Struct, frozen=True, omit_defaults=True):
    """
    What the reader did to a row. State of the view, never stored.

    Attributes:
        open: The cover over the whole post was lifted.
        open_media: The cover over its media was lifted.
        open_quote: The cover over its quote was lifted.
        expanded: "Show more" was pressed.
        revealed: A hidden row is shown all the same.
        results: Results of an open poll are wanted.
        chosen: Options marked, not sent.
        progress: Words of a gap that is being filled, or was in vain.
        filling: A gap is being filled.
        again: Filling a gap has failed, and may be tried again.
        refused: An action the server did not accept, as a sentence.
        retry: Name of that action.
        reminder: It only has to be thought of first; then the action may be done.
    """

    open: bool = False
    open_media: bool = False
    open_quote: bool = False
    expanded: bool = False
    revealed: bool = False
    results: bool = False
    chosen: tuple[int, ...] = ()
    progress: str = ""
    filling: bool = False
    again: bool = False
    refused: str = ""
    retry: str = ""
    reminder: bool = False


PLAIN = RowState()

_MAKES_IT = ("width", "rtl", "density", "networks", "hosts", "account_networks", "locale")


class Frame:
    """
    Measures of all cards at one width and theme (look.md §7).

    A value: never changed; a new width, theme or direction is a new frame.
    """

    def __init__(
        self,
        theme: Theme,
        width: float,
        *,
        rtl: bool = False,
        density: Density = "comfortable",
        networks: Mapping[str, NetworkInfo] | None = None,
        hosts: Mapping[AccountId, str] | None = None,
        account_networks: Mapping[AccountId, str] | None = None,
        locale: QLocale | None = None,
    ) -> None:
        self.theme = theme
        self.width = width
        self.rtl = rtl
        self.density: Density = density
        self.networks = dict(networks or {})
        self.hosts = dict(hosts or {})
        self.account_networks = dict(account_networks or {})
        self.locale = locale or QLocale()
        tokens = theme.tokens
        card, kind = tokens.card, tokens.density[density]
        self.large = theme.scale >= tokens.textScale.capped
        self.narrow = width < tokens.timeline.narrowBelow
        self.pad = theme.px(card.padLeft, capped=True)
        self.top = theme.px(kind.padTop, capped=True)
        self.bottom = theme.px(kind.padBottom, capped=True)
        self.avatar = theme.px(kind.avatar, capped=True)
        self.gutter = theme.px(kind.gutter, capped=True)
        self.x = self.pad + self.avatar + self.gutter
        self.content = float(
            round(max(80.0, min(width - self.x - self.pad, theme.px(card.maxContent))))
        )
        self.text = min(self.content, theme.px(card.maxText))
        self.right = self.x + self.content
        self.gap = card.blockGap
        self.action_gap = float(tokens.timeline.actionPackedGap)
        self.action_pitch = self._pitch()
        self.body = kind.body
        self.icon = theme.px(tokens.icon.context, capped=True)
        self.icon_small = theme.px(tokens.icon.small, capped=True)
        self.icon_action = theme.px(tokens.icon.action, capped=True)
        self.mark = theme.px(tokens.icon.markCard, capped=True)
        self.hairline = theme.stroke("hairline")
        self.control = theme.stroke("control")
        self._metrics: dict[tuple[str, int | None, bool], QFontMetricsF] = {}
        self._formats: dict[tuple[str, str], QTextCharFormat] = {}

    def is_like(self, other: Frame) -> bool:
        """All that a layout depends on is the same."""
        return self.theme is other.theme and all(
            getattr(self, name) == getattr(other, name) for name in _MAKES_IT
        )

    def _pitch(self) -> float:
        """From one action to the next, px."""
        tokens = self.theme.tokens
        wide, narrow = tokens.card.actionPitch, tokens.timeline.actionPitchNarrow
        return float(narrow if self.narrow else wide)

    def mark_of(self, network: str) -> str:
        """Mark (and colour token) of a network; the first of the theme if unknown."""
        info = self.networks.get(network)
        return info.mark if info is not None else "fediverse"

    def network_name(self, network: str) -> str:
        """Its name for people."""
        info = self.networks.get(network)
        return info.name if info is not None else network

    def metrics(self, role: str, weight: int | None = None, mono: bool = False) -> QFontMetricsF:
        """Measures of a font, kept."""
        wanted = (role, weight, mono)
        found = self._metrics.get(wanted)
        if found is None:
            font = self.theme.font(role, weight, mono=mono)
            found = self._metrics[wanted] = QFontMetricsF(font)
        return found

    def format(self, kind: str, role: str) -> QTextCharFormat:
        """How a run of *kind* looks in text of *role*."""
        found = self._formats.get((kind, role))
        if found is None:
            found = self._formats[kind, role] = self._make_format(kind, role)
        return found

    def _make_format(self, kind: str, role: str) -> QTextCharFormat:
        # Slow to load, and needed by the first text that has a link.
        from PySide6.QtGui import QTextCharFormat

        made = QTextCharFormat()
        if kind in ("link", "mention", "tag"):
            made.setForeground(self.theme.color("link"))
            made.setFontUnderline(self.theme.underline_links)
        elif kind == "bold":
            made.setFontWeight(QFont.Weight.DemiBold)
        elif kind == "italic":
            made.setFontItalic(True)
        elif kind == "underline":
            made.setFontUnderline(True)
        elif kind == "strike":
            made.setFontStrikeOut(True)
        elif kind in ("code", "code_block"):
            made.setFont(self.theme.font("meta", 400, mono=True))
        elif kind == "emoji":
            font = QFont(self.theme.font(role))
            space = QFontMetricsF(font).horizontalAdvance("\u00a0")
            font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, self.emoji_size(role) - space)
            made.setFont(font)
        return made

    def emoji_size(self, role: str) -> float:
        """Side of a custom emoji's box in a line of *role*, px."""
        return round(self.theme.line(role) - 2 * self.theme.scale)

    def color(self, name: str) -> QColor:
        """Colour of a token."""
        return self.theme.color(name)
