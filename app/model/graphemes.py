"""How long a text is to whoever reads it: extended grapheme clusters (UAX #29)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex


def count_graphemes(text: str) -> int:
    """How many characters a reader sees in *text*."""
    if text.isascii() and "\r" not in text:  # CR LF is one
        return len(text)
    return sum(1 for _ in cluster().finditer(text))


@cache
def cluster() -> regex.Pattern[str]:
    """Matches one of them."""
    import regex  # slow to load, and only needed to write

    return regex.compile(r"\X")
