"""
How the network's names are written: each a question with yes or no for an answer.

Sources: atproto specs "did", "handle", "nsid", "record-key", "tid", "at-uri",
"lexicon" (string formats); BCP 47 (RFC 5646) for languages; RFC 3986 for URIs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from app.protocols.bluesky.tids import is_tid

__all__ = ["FORMATS", "is_tid"]

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_TOP = r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+{_TOP}")
_NSID = re.compile(rf"{_TOP}(?:\.{_LABEL})+\.[A-Za-z][A-Za-z0-9]{{0,62}}")
_RECORD_KEY = re.compile(r"[A-Za-z0-9_~.:-]{1,512}")
_CID = re.compile(r"[A-Za-z0-9+=]{8,256}")
_OLD_CID = re.compile(r"Qm[A-Za-z0-9]{44}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9.+-]{0,80}:[!-~]+")
_DATETIME = re.compile(
    r"(\d{4})(-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,20})?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[A-Za-z]{3}){0,3})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*)"
    r"(?P<extensions>(?:-[0-9A-WYZa-wyz](?:-[A-Za-z0-9]{2,8})+)*)(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?"
)
_OTHER_LANGUAGE = re.compile(
    r"[Xx](?:-[A-Za-z0-9]{1,8})+|i(?:-[A-Za-z0-9]{2,8})+|sgn-(?:BE-FR|BE-NL|CH-DE)|en-GB-oed"
)
_MAX_DID, _MAX_HANDLE, _MAX_NSID, _MAX_URI = 2048, 253, 317, 8192


def is_did(text: str) -> bool:
    """A DID of any method."""
    return len(text) <= _MAX_DID and _DID.fullmatch(text) is not None


def is_handle(text: str) -> bool:
    """A handle, in any case of letters."""
    return len(text) <= _MAX_HANDLE and _HANDLE.fullmatch(text) is not None


def is_at_identifier(text: str) -> bool:
    """A DID or a handle."""
    return is_did(text) or is_handle(text)


def is_nsid(text: str) -> bool:
    """The name of a collection or method."""
    return len(text) <= _MAX_NSID and _NSID.fullmatch(text) is not None


def is_record_key(text: str) -> bool:
    """What a record may be called inside its collection."""
    return _RECORD_KEY.fullmatch(text) is not None and text not in (".", "..")


def is_at_uri(text: str) -> bool:
    """The address of a repository, a collection or a record: no query, no fragment."""
    if not text.startswith("at://") or len(text) > _MAX_URI:
        return False
    authority, *path = text[5:].split("/")
    checks = (is_nsid, is_record_key)
    return (
        is_at_identifier(authority)
        and len(path) <= len(checks)
        and all(check(part) for check, part in zip(checks, path, strict=False))
    )


def is_cid_text(text: str) -> bool:
    """What may be a CID of version 1, in whatever base."""
    return _CID.fullmatch(text) is not None and _OLD_CID.fullmatch(text) is None


def is_uri(text: str) -> bool:
    """A URI of any scheme, without spaces."""
    return len(text) <= _MAX_URI and _URI.fullmatch(text) is not None


def is_datetime(text: str) -> bool:
    """A time with its zone, that is one: no month 13, nothing before the year 0."""
    match = _DATETIME.fullmatch(text)
    if match is None or match[3] == "-00:00":
        return False
    # datetime knows no year 0: the year 4 has the same days.
    year = match[1] if match[1] != "0000" else "0004"
    try:
        time = datetime.fromisoformat(year + match[2] + match[3])
        if match[1] == "0000":
            return time.replace(tzinfo=None) - _offset(time) >= datetime(4, 1, 1)
    except (ValueError, OverflowError):
        return False
    return True


def _offset(time: datetime) -> timedelta:
    return time.utcoffset() or timedelta()


def is_language(text: str) -> bool:
    """A language tag in which no variant and no extension stands twice."""
    if _OTHER_LANGUAGE.fullmatch(text):
        return True
    match = _LANGUAGE.fullmatch(text)
    if match is None:
        return False
    variants = match["variants"].lower().split("-")[1:]
    singletons = [part for part in match["extensions"].lower().split("-") if len(part) == 1]
    return len(set(variants)) == len(variants) and len(set(singletons)) == len(singletons)


FORMATS: dict[str, Callable[[str], bool]] = {
    "at-identifier": is_at_identifier,
    "at-uri": is_at_uri,
    "cid": is_cid_text,
    "datetime": is_datetime,
    "did": is_did,
    "handle": is_handle,
    "language": is_language,
    "nsid": is_nsid,
    "record-key": is_record_key,
    "tid": is_tid,
    "uri": is_uri,
}
"""String formats by the names that lexicons give them."""
