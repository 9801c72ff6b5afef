"""What a server answered, and what a refusal means in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from app.model.errors import (
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    Unreachable,
)
from app.protocols.net.waits import moment, wait_until
from app.protocols.safety import clean_text

_SAID_LIMIT = 200
_TOKENISH = re.compile(
    r"eyJ[\w-]+[\w.-]*"  # a JWT
    r"|\b[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}\b"  # an app password
    r"|[\w.~+/=-]{32,}"
    r"|\bBearer\s+\S+"
    r"|\b(?:access_token|refresh_token|client_secret|code|code_verifier|password|state)"
    r"\s*[=:]\s*\S+",
    re.IGNORECASE,
)


class Reply(Struct, frozen=True):
    """
    One whole answer.

    Attributes:
        headers: Lower-cased names; repeated ones joined with ", ".
        body: Decompressed.
        url: Where it came from after redirects.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    def __repr__(self) -> str:
        # Headers, body and the address's query may hold secrets.
        return f"Reply({self.status}, {host_of(self.url)}, {len(self.body)} bytes)"


def host_of(url: str) -> str:
    """Host of *url* (or of a bare host), with a port that was written out; "" if it is junk."""
    try:
        netloc = urlsplit(url if "://" in url else f"//{url}").netloc
    except ValueError:
        return ""
    return netloc.rpartition("@")[2].lower()


def error_from_reply(reply: Reply, server: str, now: float | None = None) -> ServiceError:
    """
    What an answer other than 2xx means, if the network has no better words.

    The server's own words are quoted when it gave some, cleaned, shortened
    and without anything that looks like a secret.

    Args:
        server: Host or origin, to be named in the message.
        now: Epoch seconds, for tests; else the clock.
    """
    host = host_of(server) or server
    status = reply.status
    said = words_of(reply)
    if status == 401:
        return SignedOut(f"{host} no longer accepts this sign-in.")
    if status in (404, 410):
        return NotFound(f"{host} has no such thing (any more){said}.")
    if status == 429:
        until = wait_until(reply.headers, now)
        return RateLimited(f"{host} asks us to slow down.", moment(until))
    if status >= 500:
        broken = Unreachable(
            f"{host} has a problem of its own ({status}){said}.",
            "Try again in a few minutes; what you have read stays here.",
        )
        broken.sent = True
        return broken
    if 300 <= status < 400:
        there = host_of(reply.headers.get("location", "")) or "another address"
        return Refused(
            f"{host} sent us on to {there}, where your sign-in does not belong.",
            "If the server has moved, sign in at its new address.",
        )
    return Refused(
        f"{host} refused ({status}){said}.",
        "Check what you asked for; asking again will not help by itself.",
    )


def words_of(reply: Reply) -> str:
    """The server's own words as ``: words``, cleaned and without secrets, or nothing."""
    if len(reply.body) > 20_000:
        return ""
    try:
        answer = json.loads(reply.body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    for key in ("message", "error_description", "error"):
        words = answer.get(key)
        if isinstance(words, str) and words.strip():
            return f": {_safe(words)}"
    return ""


def _safe(words: str) -> str:
    words = " ".join(clean_text(words[: 4 * _SAID_LIMIT]).split())
    words = _TOKENISH.sub("…", words)
    if len(words) > _SAID_LIMIT:
        words = words[: _SAID_LIMIT - 1] + "…"
    return words.rstrip(".")
