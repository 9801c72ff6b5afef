"""Services that send posts out, and show what comes back only to some of their people. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

_HALF_OPEN = {"threads.net": "Threads", "threads.com": "Threads"}


def hardly_heard(uri: str) -> str:
    """Why who wrote the post at *uri* may not see an answer, in a sentence; "" = they should."""
    try:
        host = (urlsplit(uri).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    name = _HALF_OPEN.get(host, "")
    return f"{name} may not show your reply to its author." if name else ""
