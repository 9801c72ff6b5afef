"""The HTML that servers send in posts: which tags mean what, and where one ends."""

from __future__ import annotations

import re
from functools import lru_cache

from app.model.text import SpanKind

# What most tags of a post belong to, in one piece: a link with nothing but words
# and spans in it. Else a tag; or, when a quote in it never closes or it has hundreds of
# attributes, everything to the end. No "<x" is looked at more than twice: linear. What repeats a group is
# not possessive (")*+"): CPython before 3.11.5 gets that wrong (gh-101955).
TOKEN = re.compile(
    r"""<a(\s(?:[^<>"']++|"[^<>"]*+"|'[^<>']*+'){0,400})>((?:[^<]++|</?span(?:\s[^<>]*+)?>)*)</a>"""
    r"""|<(/?[a-zA-Z](?:[^>"']++|"[^"]*+"|'[^']*+'){0,400})(>|\Z|["'](?s:.*))"""
)
SPAN = re.compile(r"</?span[^<>]*>")

_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:-]*")
_STRAY_TAG = re.compile(r"<[^<>]*>")
_DECLARATION = re.compile(r"<(?:!--(?s:.*?)(?:-->|\Z)|[!?][^>]*+>?)")
# Its first two letters, quickly found: nearly always there is none.
_RAW_HINT = re.compile(r"<[sStTiInNoO][cCtTvVfFeEoObB]")
_RAW_TEXT = "script|style|iframe|template|noembed|noframes|svg|object"
_RAW_OPEN = re.compile(rf"<({_RAW_TEXT})(?=[\s/>])", re.IGNORECASE)

INLINE: dict[str, SpanKind] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "cite": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strike",
    "del": "strike",
    "strike": "strike",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
BLOCK: dict[str, SpanKind] = {
    "blockquote": "quote",
    "pre": "code_block",
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "bold"),  # as Mastodon shows them
}
BREAKS: dict[str, int] = {
    "p": 2,
    **dict.fromkeys(("hr", "table", "dl", "figure", "section", "article", "header", "footer"), 2),
    **dict.fromkeys(("div", "tr", "dt", "dd", "figcaption", "details", "summary", "form"), 1),
}
IGNORED = frozenset({"span", "wbr", "rb", "ruby", "rp", "font", "bdi", "bdo"})

SILENT = frozenset(
    {
        "/span",
        "span",
        *(
            f'span class="{word}"'
            for word in ("", "invisible", "ellipsis", "h-card", 'h-card" translate="no')
        ),
    }
)
"""The most frequent tags of all, as they come, that mean nothing to us."""

_MAX_NUMBER = 1_000_000


@lru_cache(maxsize=512)
def tag_name(tag: str) -> tuple[str, bool]:
    """Name of a tag (without its brackets), and whether it closes."""
    match = _NAME.match(tag)
    name = match[0].lower() if match else ""
    return (name[1:], True) if name[:1] == "/" else (name, False)


def list_mark(said: str, otherwise: int) -> int:
    """The number of a list item, if *said* is one within reason."""
    if said.isascii() and said.isdigit() and len(said) <= 7:
        return min(int(said), _MAX_NUMBER)
    return otherwise


def strip_stray_tags(html: str) -> str:
    """The text of HTML too broken to be read properly."""
    return _STRAY_TAG.sub("", html)


def without_raw_text(html: str) -> str:
    """Without comments, and without elements whose content is no text for people."""
    if "<!" in html or "<?" in html:
        html = _DECLARATION.sub("", html)
    hit = _RAW_HINT.search(html) and _RAW_OPEN.search(html)
    if hit is None:
        return html
    lower = _ascii_lower(html)
    kept: list[str] = []
    at = 0
    while hit is not None:
        kept.append(html[at : hit.start()])
        close = lower.find(f"</{hit[1].lower()}", hit.end())
        after = lower.find(">", close) if close >= 0 else -1
        if after < 0:
            return "".join(kept)
        at = after + 1
        hit = _RAW_OPEN.search(html, at)
    return "".join(kept) + html[at:]


def _ascii_lower(html: str) -> str:
    """Lower case of the same length ("İ".lower() is two characters)."""
    return html.translate(_LOWER)


_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
