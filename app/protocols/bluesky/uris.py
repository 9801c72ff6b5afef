"""Addresses: which may be what they say."""

from __future__ import annotations

import re

# AT URI Generic Syntax, of one record of one repo: identity is the DID.
_NSID = r"(?:[A-Za-z0-9-]{1,63}\.){2,}[A-Za-z][A-Za-z0-9]{0,62}"
_AT_URI = re.compile(
    rf"at://(did:[a-z]+:[A-Za-z0-9._:%-]{{1,512}})/({_NSID})/((?!\.\.?$)[A-Za-z0-9._~:-]{{1,512}})"
)
_MAX_URL = 4096


def at_uri_parts(uri: str) -> tuple[str, str, str] | None:
    """DID, collection and record key of an ``at://`` URI, or None."""
    match = _AT_URI.fullmatch(uri)
    return (match[1], match[2], match[3]) if match else None


def web_url(url: str) -> str:
    """*url* if a picture may be there, else ""."""
    return url if url.startswith(("https://", "http://")) and len(url) <= _MAX_URL else ""


_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]){_LABEL}")
_DID = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[a-z0-9-]+(?:\.[a-z0-9-]+)*(?:%3A\d{1,5})?)")


def is_handle(text: str) -> bool:
    """Syntax of a handle (lower case): a host name of two labels or more."""
    return len(text) <= 253 and _HANDLE.fullmatch(text) is not None


def is_did(text: str) -> bool:
    """A DID of a method that the network uses: ``plc``, or ``web`` without path."""
    return len(text) <= 2048 and _DID.fullmatch(text) is not None
