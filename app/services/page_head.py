"""
What a web page says of itself for its card: title, description, picture.

A scanner of our own that looks at each character once, whatever the page is
(the standard library's takes quadratic time on crafted pages, CPython
gh-135462). Names: ogp.me, the cards of Twitter, HTML's own ``title``.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urljoin

from msgspec import Struct

from app.protocols.safety import clean_text

READ = 512_000
"""Bytes of a page that are looked at."""

TITLE, DESCRIPTION = 300, 1_000
"""Characters kept."""

_NAMES = {
    "title": ("og:title", "twitter:title"),
    "description": ("og:description", "twitter:description", "description"),
    "image": (
        "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src",
    ),
    "alt": ("og:image:alt", "twitter:image:alt"),
}  # fmt: skip
_WANTED = frozenset(name for names in _NAMES.values() for name in names)
_TAG = re.compile(r"/?[a-zA-Z][^\s/>]{0,63}")
_ATTRIBUTE = re.compile(r"[^\s\"'<>/=]{1,64}")
_SPACE = re.compile(r"\s*")
_BARE = re.compile(r"[^\s\"'=<>`]{0,4096}")
_RAW = ("script", "style", "noscript", "template", "svg", "textarea", "iframe")
_CHARSET = re.compile(rb"charset\s{0,8}=\s{0,8}[\"']?\s{0,8}([\w.:-]{1,40})", re.IGNORECASE)
_KNOWN = re.compile(
    r"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|latin-?1|iso-?8859-\d{1,2}|windows-125\d|cp125\d"
    r"|koi8-[ru]|shift[_-]jis|sjis|euc-(?:jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5|macintosh",
    re.IGNORECASE,
)


class PageHead(Struct, frozen=True):
    """What was found; each may be "". *image* is an absolute address."""

    title: str = ""
    description: str = ""
    image: str = ""
    alt: str = ""


def page_head(data: bytes, content_type: str, url: str) -> PageHead:
    """
    What the page *data* says. Never raises, however broken it is.

    Args:
        content_type: The header, for its charset.
        url: Where it was in the end: picture addresses may be relative to it.
    """
    found, title = _scanned(_text(data[:READ], content_type))

    def first(field: str) -> str:
        return next((value for name in _NAMES[field] if (value := found.get(name, ""))), "")

    image = first("image")
    return PageHead(
        title=_short(first("title") or title, TITLE),
        description=_short(first("description"), DESCRIPTION),
        image=_absolute(image, url) if image else "",
        alt=_short(first("alt"), DESCRIPTION),
    )


def _text(data: bytes, content_type: str) -> str:
    """Decoded as the bytes, the header or the page say, in that order."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16le"),
        (b"\xfe\xff", "utf-16be"),
    ):
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    told = _CHARSET.search(content_type.encode("ascii", "replace")) or _CHARSET.search(data[:2_048])
    name = told[1].decode("ascii", "replace") if told else ""
    # Only these: some of Python's codecs are no text encodings, or slow.
    if _KNOWN.fullmatch(name):
        try:
            return data.decode(name, "replace")
        except LookupError:
            name = ""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Cut in the middle of a character is still UTF-8.
        whole = error.start > len(data) - 4
        return data.decode("utf-8" if whole else "windows-1252", "replace")


def _scanned(page: str) -> tuple[dict[str, str], str]:
    """Metadata by name, the first of each; and the text of ``title``."""
    found: dict[str, str] = {}
    title, at = "", 0
    while (at := page.find("<", at)) >= 0:
        if page.startswith("<!--", at):
            end = page.find("-->", at + 4)
            if end < 0:
                break
            at = end + 3
            continue
        tag = _TAG.match(page, at + 1)
        if tag is None:
            at += 1
            continue
        name = tag[0].lower()
        attributes, at = _attributes(page, tag.end())
        if at < 0:
            break
        if name == "meta":
            _keep(found, attributes)
        elif name == "title" or name in _RAW:
            end = _end_of(page, name, at)
            if end < 0:
                break
            if name == "title" and not title:
                title = html.unescape(page[at : min(end, at + 4 * TITLE)])
            at = end
    return found, title


def _keep(found: dict[str, str], attributes: dict[str, str]) -> None:
    content = attributes.get("content", "").strip()
    for key in ("property", "name", "itemprop"):
        name = attributes.get(key, "").strip().lower()
        if name in _WANTED and content:
            found.setdefault(name, content)


def _attributes(page: str, at: int) -> tuple[dict[str, str], int]:
    """Attributes up to the end of the tag, and where that is; -1: the page ends first."""
    found: dict[str, str] = {}
    while at < len(page):
        if page[at] == ">":
            return found, at + 1
        name = _ATTRIBUTE.match(page, at)
        if name is None:
            at += 1
            continue
        at = _after_space(page, name.end())
        value = ""
        if page.startswith("=", at):
            at = _after_space(page, at + 1)
            quote = page[at : at + 1]
            if quote in ('"', "'") and quote:
                end = page.find(quote, at + 1)
                if end < 0:
                    return found, -1
                value, at = page[at + 1 : min(end, at + 8_192)], end + 1
            else:
                bare = _BARE.match(page, at)
                assert bare is not None
                value, at = bare[0], bare.end()
        if len(found) < 32:
            found.setdefault(name[0].lower(), html.unescape(value))
    return found, -1


def _after_space(page: str, at: int) -> int:
    space = _SPACE.match(page, at)
    return space.end() if space is not None else at


def _end_of(page: str, name: str, at: int) -> int:
    found = re.compile(f"</{name}", re.IGNORECASE).search(page, at)
    return found.start() if found is not None else -1


def _short(text: str, most: int) -> str:
    """One line of clean text."""
    line = " ".join(clean_text(text[: 4 * most]).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _absolute(address: str, base: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""
