"""What somebody pasted into the search: an address of a post, of somebody, or only words. Pure."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from app.feed.echoes import is_tracking
from app.model.errors import BadInput

Kind = Literal["post", "person", "either"]

_HANDLE = re.compile(r"@?[\w.-]+@[\w-]+(\.[\w-]+)+(:\d+)?|@[\w-]+(\.[\w-]+)+")

_BARE = re.compile(r"(?!www\.)[\w-]+(\.[\w-]+){1,}\.[A-Za-z]{2,}")
"""A handle of three labels or more: shorter ones are as often a site that is looked for."""

_PAGE = re.compile(
    r"[\w-]+(\.[\w-]+)+(:\d+)?/"
    r"(@|profile/|users/|u/|c/|p/|w/|videos/|notes/|notice/|objects/|post/|statuses/|web/|deck/)\S+"
)
"""An address without its scheme, as browsers show it."""

_SEEN_ELSEWHERE = re.compile(r"/(?:deck/|web/)?(@[\w.-]+@[\w-]+(?:\.[\w-]+)+)/?")
"""Somebody's page on a server that is not theirs."""

_WITHIN = re.compile(r"at://[^\s/?#]+/[^\s?#]+")

_SENT_WITH = frozenset({"igsh", "xmt", "slof", "ref_src", "ref_url", "ref", "si", "mibextid"})
"""What sites add to the addresses that they share, beside what advertisers do."""

_AROUND = "<>[](){}\"'“”„‘’«»"


def is_address(text: str) -> bool:
    """It names one post or person: it is to be opened, not looked for."""
    try:
        names_one(text)
    except BadInput:
        return False
    return True


def plain_address(text: str) -> str:
    """
    *text* as servers know it.

    Without what stands around a pasted address, how it was shared, and whose page it was
    seen on; with the scheme that browsers leave out.
    """
    text = text.strip().strip(_AROUND).strip()
    lower = text.casefold()
    if lower.startswith("acct:"):
        return "@" + text[5:].lstrip("@")
    if lower.startswith("web+ap://"):
        text = f"https://{text[9:]}"
    elif "://" not in text and _PAGE.fullmatch(text):
        text = f"https://{text}"
    if not text.casefold().startswith(("https://", "http://")):
        return text
    if within := _WITHIN.search(text):
        return within[0].rstrip("/")
    try:
        path = urlsplit(text).path
    except ValueError:
        return text
    if seen := _SEEN_ELSEWHERE.fullmatch(path):
        return seen[1]
    return _unshared(text)


def _unshared(url: str) -> str:
    """Without fragment, and without parts of its question that only tell who shared it."""
    before, mark, asked = url.partition("#")[0].partition("?")
    kept = [
        one
        for one in asked.split("&")
        if one and not is_tracking(name := one.partition("=")[0]) and name not in _SENT_WITH
    ]
    return f"{before}{mark}{'&'.join(kept)}" if kept else before


def names_one(text: str) -> Kind:
    """
    What kind of thing *text* is the address of.

    Raises:
        BadInput: It is none.
    """
    text = plain_address(text)
    if text and not re.search(r"\s", text):
        if _HANDLE.fullmatch(text) or _BARE.fullmatch(text):
            return "person"
        try:
            parts = urlsplit(text)
            host = parts.hostname
        except ValueError:
            host = None
        else:
            if parts.scheme == "at" and parts.netloc:
                return "post" if parts.path.count("/") > 1 else "person"
            if parts.scheme == "did":
                return "person"
        is_page = host and parts.scheme in ("http", "https") and not parts.username
        # Some programs name posts by a question alone: https://blog.example/?p=12
        if is_page and (parts.path.strip("/") or parts.query):
            return "either"
    raise BadInput(
        f"“{text[:80]}” is no address of a post or profile.",
        "Paste its web address, at://…, or @name@server.",
    )
