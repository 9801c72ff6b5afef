"""Colours, type, icons and marks, all from ``resources/theme/tokens.json``."""

from app.ui.theme.fonts import pinned_fonts
from app.ui.theme.theme import SCHEMES, Scheme, Theme
from app.ui.theme.tokens import Tokens, load_tokens

__all__ = ["SCHEMES", "Scheme", "Theme", "Tokens", "load_tokens", "pinned_fonts"]
