"""
What in typed text is a link, a mention or a tag.

The rules are those by which readers on either network will see it, so that a
preview shows what will be there: a bare domain needs a top-level domain that
exists, a tag needs a letter, closing punctuation belongs to the sentence.
Nothing spans a line, so lines are looked at one by one and remembered: typing
costs one line. Every pattern is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal
from unicodedata import category

from app.compose.domains import is_top_level
from app.model.graphemes import count_graphemes
from app.model.text import Span

MentionForm = Literal["hosted", "local", "domain"]
"""``@user@host``, ``@user`` (of one's own server), ``@handle.tld``."""

FORMS: frozenset[MentionForm] = frozenset({"hosted", "local", "domain"})

_TAG_LENGTH = 64
_REMEMBERED = 4096

# A link begins a word, or stands behind a bracket, a quotation mark or a
# script that writes no spaces; its end is looked for afterwards.
_URL = re.compile(r"http(?<![^\s(\[{<\"'«“„‘「『（\u3040-\u30ff\u4e00-\u9fff]http)s?://[^\s<>\"]+")
_BARE = re.compile(
    r"(?<![^\s(])([A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
    r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+)"
    r"(?![@\w])(?::\d+)?(?:[/?#][^\s<>\"]*)?"
)
_WIDE_STOP = re.compile(r"[。、，！？；：「」『』（）【】《》〈〉…“”«»]")
_CLOSING = ".,;:!?'’”»…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}

_DOMAIN_MENTION = re.compile(r"@(?<![^\s(]@)([A-Za-z0-9.-]*[A-Za-z0-9])(?![A-Za-z0-9_@])")
_HOSTED_MENTION = re.compile(
    r"@(?<![\w=/@.]@)[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
    r"@\w(?:[\w.-]*\w)?(?::\d{2,5}(?!\d))?"
)
_LOCAL_MENTION = re.compile(r"@(?<![\w=/@.]@)[A-Za-z0-9_]+(?![\w@-])(?!\.[\w-])")

# Invisible characters that end a tag (soft hyphen, joiners, zero-width spaces, U+20E2).
_UNSEEN = "\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2"
_TAG = re.compile(rf"[#＃](?<!\S[#＃])(?!\ufe0f)([^\s{_UNSEEN}]+)")
_TICKER = re.compile(r"\$(?<![^\s(]\$)([A-Za-z][A-Za-z0-9]{0,4})(?=$|[\s.,;:!?)\"'\u2019])")

# Names of files that are also domains of somebody: without a path they stay words.
_FILE_ENDINGS = frozenset({"md", "py", "rs", "sh", "pl", "zip", "mov"})


@lru_cache(16)
def find_spans(text: str, forms: frozenset[MentionForm] = FORMS) -> tuple[Span, ...]:
    """
    Links, mentions and tags of *text*, in order, disjoint.

    Links have their absolute address as target, mentions "" (who it is, is not
    known yet), tags their word; ``$ABC`` is a tag of that name.

    Args:
        forms: Which forms of mentions count.
    """
    if "\n" not in text:
        return _line_spans(text, forms)
    found: list[Span] = []
    start = 0
    for line in text.split("\n"):
        if line:
            spans = _line_spans(line, forms)
            found += (Span(s.start + start, s.end + start, s.kind, s.target) for s in spans)
        start += len(line) + 1
    return tuple(found)


def first_link(text: str) -> str:
    """Address of the first link in *text*, or ""."""
    return next((span.target for span in find_spans(text) if span.kind == "link"), "")


def form_of(mention: str) -> MentionForm:
    """Which form *mention* has, typed with or without "@" in front."""
    handle = mention.removeprefix("@")
    if "@" in handle:
        return "hosted"
    return "domain" if "." in handle else "local"


@lru_cache(_REMEMBERED)
def _line_spans(line: str, forms: frozenset[MentionForm]) -> tuple[Span, ...]:
    found: list[Span] = []
    if "." in line or "://" in line:
        found += _links(line)
    if "@" in line:
        found += _mentions(line, forms)
    if "#" in line or "＃" in line or "$" in line:
        found += _tags(line)
    if len(found) < 2:
        return tuple(found)
    found.sort(key=lambda span: (span.start, -span.end))
    kept = [found[0]]
    kept += (b for b in found[1:] if b.start >= kept[-1].end)
    return tuple(kept)


_DOMAIN = re.compile(r"[A-Za-z0-9]\.[A-Za-z0-9]")
"""What every bare domain has, and few sentences."""


def _links(line: str) -> Iterator[Span]:
    for match in _URL.finditer(line):
        start, end = match.start(), _end_of_link(line, *match.span())
        if end - start > len("https://"):
            yield Span(start, end, "link", line[start:end])
    if not _DOMAIN.search(line):
        return
    for match in _BARE.finditer(line):
        start, end = match.start(), _end_of_link(line, *match.span())
        if _is_website(match[1], has_path=end > match.end(1)):
            yield Span(start, end, "link", f"https://{line[start:end]}")


def _is_website(domain: str, has_path: bool) -> bool:
    ending = domain.rpartition(".")[2]
    if ending in _FILE_ENDINGS and not has_path and not domain.startswith("www."):
        return False
    return is_top_level(ending)


def _end_of_link(line: str, start: int, end: int) -> int:
    """Without the punctuation that belongs to the sentence around it."""
    stop = _WIDE_STOP.search(line, start, end)
    if stop:
        end = stop.start()
    open_ends: dict[str, int] = {}  # closing bracket -> how many close nothing inside the link
    while end > start:
        last = line[end - 1]
        if last in _BRACKETS:
            if last not in open_ends:
                opened = line.count(_BRACKETS[last], start, end)
                open_ends[last] = line.count(last, start, end) - opened
            if open_ends[last] <= 0:
                break
            open_ends[last] -= 1
        elif last not in _CLOSING:
            break
        end -= 1
    return end


def _mentions(line: str, forms: frozenset[MentionForm]) -> Iterator[Span]:
    if "hosted" in forms:
        for match in _HOSTED_MENTION.finditer(line):
            yield Span(match.start(), match.end(), "mention")
    if "domain" in forms:
        for match in _DOMAIN_MENTION.finditer(line):
            ending = match[1].rpartition(".")
            if ending[1] and (is_top_level(ending[2]) or ending[2] == "test"):
                yield Span(match.start(), match.end(), "mention")
    if "local" in forms:
        for match in _LOCAL_MENTION.finditer(line):
            yield Span(match.start(), match.end(), "mention")


def _tags(line: str) -> Iterator[Span]:
    for match in _TAG.finditer(line):
        tag = match[1]
        end = len(tag)
        while end and category(tag[end - 1])[0] == "P":
            end -= 1
        if not any(map(_makes_a_tag, tag[:end])):
            continue
        if end > _TAG_LENGTH and count_graphemes(tag[:end]) > _TAG_LENGTH:
            continue
        yield Span(match.start(), match.start() + 1 + end, "tag", tag[:end])
    for match in _TICKER.finditer(line):
        yield Span(match.start(), match.end(), "tag", f"${match[1].upper()}")


def _makes_a_tag(letter: str) -> bool:
    """Digits and punctuation alone are none."""
    return not "0" <= letter <= "9" and category(letter)[0] != "P"
