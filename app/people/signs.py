"""
Whom a profile names, and which domains are proved to be theirs.

Only what has the form of an account counts as a name: a word before a dot
may be anything. An e-mail address names nobody. Source: facts D3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from app.model.portrait import Portrait
from app.people.book import Signs

_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
_EDGE = r"(?<![\w@/.-])"
_FULL = re.compile(rf"{_EDGE}@([\w.~-]+@{_HOST})(?![\w@-])", re.IGNORECASE)
_DOMAIN = re.compile(rf"{_EDGE}@({_HOST})(?![\w@-])", re.IGNORECASE)
_BARE = re.compile(rf"{_EDGE}({_HOST}/(?:@|users/|profile/)[^\s<>\"'()?#]+)", re.IGNORECASE)
_IDENTITY = re.compile(r"(?<![\w:])([a-z]{2,8}:[a-z]{2,8}:[a-z0-9._%-]{8,200})(?![\w:])")
_PATHS = re.compile(r"/(?:(@)([^/@]+)|users/([^/@]+)|profile/([^/]+))/?")
MOST = 12
"""Names of one profile that are looked at; who names more makes a list of friends."""


def signs_from(portrait: Portrait) -> Signs:
    """What the text, the fields and the links of a profile say."""
    return Signs(
        profile=portrait.profile,
        names=frozenset(names_in(portrait)),
        domains=frozenset(domains_of(portrait)),
    )


def names_in(portrait: Portrait) -> tuple[str, ...]:
    """
    Accounts that it names, in order: ``user@host``, ``handle.example``, identities.

    Itself is none of them.
    """
    texts = [portrait.text, *(field.value for field in portrait.fields)]
    found: list[str] = []
    for text in texts:
        found += [name.lower() for name in _FULL.findall(text)]
        found += [name.lower() for name in _DOMAIN.findall(text)]
        found += [name for name in _IDENTITY.findall(text) if not name.startswith("http")]
        for bare in _BARE.findall(text):
            found += _names_at(f"https://{bare}")
    for link in portrait.links:
        found += _names_at(link)
    own = {portrait.profile.handle.lower(), portrait.profile.uri}
    return tuple(name for name in dict.fromkeys(found) if name not in own)[:MOST]


def _names_at(link: str) -> list[str]:
    """The account whose page a web address is."""
    try:
        parts = urlsplit(link)
        host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    except ValueError:
        return []
    page = _PATHS.fullmatch(unquote(parts.path).rstrip(".,;:!)"))
    if page is None or not host:
        return []
    if user := page[2] or page[3]:
        return [f"{user}@{host}".lower()]
    name = page[4].removeprefix("@")
    return [name if ":" in name else name.lower()]


def domains_of(portrait: Portrait) -> tuple[str, ...]:
    """
    Domains that stand for this one person alone, as handles are written.

    A handle that the network has proved; ``user.host`` of ``user@host``, which only
    the host's owner can give; the front page of a domain that links back, and the
    name there. Never a host that many people share.
    """
    handle = portrait.profile.handle.lower()
    user, at, host = handle.partition("@")
    if not at:
        return (handle,) if portrait.own_handle and "." in handle else ()
    found = [host] if user in (host, host.split(".")[0]) else []
    plain = re.fullmatch(r"[a-z0-9-]+", user) is not None
    if plain:
        found.append(f"{user}.{host}")
    for domain in _checked(portrait):
        found += [domain, *([f"{user}.{domain}"] if plain else [])]
    return tuple(dict.fromkeys(found))


def _checked(portrait: Portrait) -> Iterable[str]:
    """Domains whose front page was seen to link back: a page below it proves only that page."""
    for field in portrait.fields:
        if not field.checked:
            continue
        try:
            parts = urlsplit(field.link)
            if parts.scheme == "https" and parts.path in ("", "/") and not parts.query:
                yield (parts.hostname or "").lower().removeprefix("www.").rstrip(".")
        except ValueError:
            continue
