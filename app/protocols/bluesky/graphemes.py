"""How long a text is, as the network counts: extended grapheme clusters (UAX #29)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex


def graphemes(text: str) -> int:
    """How many characters a reader sees in *text*."""
    if text.isascii() and "\r" not in text:
        return len(text)
    return sum(1 for _ in _cluster().finditer(text))


@cache
def _cluster() -> regex.Pattern[str]:
    import regex  # lazy: reading needs none of it

    return regex.compile(r"\X")
