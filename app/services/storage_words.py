"""Sizes on disk in words, and what is said before something is cleared. Pure."""

from __future__ import annotations

import re

STAYS = (
    "Your own posts, bookmarks, likes and what you filed stay; so do drafts, what is still to "
    "be sent, backups, settings, and the rows around each place where you read."
)
"""When posts are cleared."""

PICTURES_COME_BACK = "What you look at again is fetched again from its server."

_SIZE = re.compile(r"(\d+(?:[.,]\d+)?)\s*([kmgt]?)(?:i?b)?", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def bytes_text(count: int) -> str:
    """*count* bytes for people: 0 MB, 2.4 MB, 312 MB, 1.9 GB (of thousands, as disks are sold)."""
    if count >= 1_000_000_000:
        value, unit = count / 1e9, "GB"
    else:
        value, unit = count / 1e6, "MB"
    return f"{value:.0f} {unit}" if value >= 100 or value.is_integer() else f"{value:.1f} {unit}"


def bytes_from(text: str) -> int | None:
    """What somebody typed: "500MB", "2 GB"; "all" is 0, without a limit. None: no size."""
    if text.strip().lower() == "all":
        return 0
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    count = int(float(found[1].replace(",", ".")) * 1000 ** _POWERS[found[2].lower()])
    return count or None
