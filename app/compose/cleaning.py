"""What never leaves: control characters and the like."""

from __future__ import annotations

import re
from functools import lru_cache

from app.compose.edits import clean_newlines
from app.model.text import RichText

_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\ud800-\udfff\ufeff]")


@lru_cache(16)
def plain(text: str) -> str:
    """*text* without control characters, half characters, bidi overrides, heaps of empty lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return clean_newlines(RichText(_UNWANTED.sub("", text))).text
