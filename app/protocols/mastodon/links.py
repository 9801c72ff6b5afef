"""
Links of a post: mention, tag, or an address whose true host people can see.

Servers shorten addresses with ``invisible`` and ``ellipsis`` spans, and a
hostile one hides the real host that way. So the label is made again from the
target: host in full, long paths cut. Words that are no address stay, and the
host is written behind them (facts: security §2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from msgspec import Struct

from app.model.text import SpanKind
from app.protocols.safety import Link, link_mismatch, parse_link, shown_host

MAX_URL = 2048
"""Longer addresses are no links: nobody can judge them."""

LABEL = 40
"""Characters of an address shown, unless its host alone is longer."""

_ATTRIBUTE = re.compile(
    r"""\s([a-zA-Z][a-zA-Z0-9-]*+)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++))"""
)
_TAG_NAME = re.compile(r"#[\w·・\u200c\u200d-]+")
_UNESCAPED = re.compile(r"%[2-7][0-9A-Fa-f]")


class Mentioned(Struct, frozen=True):
    """Somebody a post mentions: *target* is the profile, *handle* has its host."""

    target: str
    username: str
    handle: str


Anchor = tuple[str, SpanKind | None, str]
"""Label as shown, kind of span (None: plain words), target."""


def attributes(tag: str) -> dict[str, str]:
    """Attributes of a tag (without its brackets); the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(tag):
        value = double or single or bare
        found.setdefault(name.lower(), unescape(value) if "&" in value else value)
    return found


def anchor(tag: str, label: str, mentions: Mapping[str, Mentioned], tags: frozenset[str]) -> Anchor:
    """
    What ``<tag …>label</a>`` is for people.

    Args:
        tag: The opening tag as it came.
        label: All words between, spans opened, whitespace folded.
    """
    href = _href(tag)
    somebody = mentions.get(href)
    if somebody is not None:
        return _mention(label, somebody)
    if label[:1] == "#" and _TAG_NAME.fullmatch(label):
        name = label[1:]
        if "hashtag" in tag or name.casefold() in tags or attributes(tag).get("rel") == "tag":
            return label, "tag", name

    link = parse_link(href) if len(href) <= MAX_URL else None
    if link is None:
        return label, None, ""
    return _address(label, link), "link", link.url


def _href(tag: str) -> str:
    """Where a link leads. All attributes are read only where it could be in doubt."""
    if tag.count("href") == 1:
        start = tag.find(' href="') + 7
        end = tag.find('"', start)
        if 7 <= start <= end:
            href = tag[start:end]
            return (unescape(href) if "&" in href else href).strip()
    return attributes(tag).get("href", "").strip()


def _mention(label: str, who: Mentioned) -> Anchor:
    """The label may be short or long, but it names the one it leads to."""
    said = label.removeprefix("@").casefold()
    if said in (who.username.casefold(), who.handle.casefold()):
        return label if label[:1] == "@" else f"@{label}", "mention", who.target
    return f"@{who.handle}", "mention", who.target


def _address(label: str, link: Link) -> str:
    host = shown_host(link.url) if "xn--" in link.host else link.netloc
    if _says(label, link):
        return short_address(link, host)
    if label[:1] == "@" and label.casefold().endswith(f"@{link.netloc}"):
        return label
    return f"{label} ({host})"


def _says(label: str, link: Link) -> bool:
    """Is *label* an address on the host that *link* leads to?"""
    start = 0
    if label.startswith(link.scheme):
        start = len(link.scheme) + 3
    end = start + len(link.netloc)
    if label[start:end] == link.netloc and label[end : end + 1] in ("", "/") and " " not in label:
        return True
    return not link_mismatch(label, link.url)


def short_address(link: Link, host: str) -> str:
    """``host/path…``: no scheme, no "www.", no lonely slash."""
    host = host.removeprefix("www.")
    rest = link.rest
    if "%" in rest:
        rest = _readable(rest)
    if rest == "/":
        rest = ""
    room = max(LABEL - len(host), 8)
    if len(rest) > room:
        rest = rest[: room - 1] + "…"
    return host + rest


def _readable(rest: str) -> str:
    """Undo percent signs where that gives plain letters of other scripts."""
    from urllib.parse import unquote

    if _UNESCAPED.search(rest):
        return rest  # escaped ASCII means something: leave it alone
    try:
        shown = unquote(rest, errors="strict")
    except UnicodeDecodeError:
        return rest
    return shown if shown.isprintable() and " " not in shown else rest
