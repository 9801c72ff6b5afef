"""
Markdown, for those who write it, read into rich text (``markup`` writes it again).

CommonMark with strikethrough, without HTML. Links, mentions and tags are left
as they are typed, underscores and asterisks too. Paragraphs are read one by one
and remembered, so typing costs one of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from app.compose.edits import joined
from app.compose.spans import find_spans
from app.model.text import RichText, Span, SpanKind

MIME = "text/markdown"

_STYLES: dict[str, SpanKind] = {"em": "italic", "strong": "bold", "s": "strike"}
_DEFINITION = re.compile(r"(?m)^ {0,3}\[[^\]\n]+\]:")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TERMINATOR = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]")
_MARKUP_AFTER = re.compile(r"\]\(|[`\\]|[*_~]+$")
_PLAIN: frozenset[str] = frozenset({"code", "code_block", "link"})


def read(source: str) -> RichText:
    """*source* as readers see it where all its styles show."""
    if _DEFINITION.search(source):
        return _with_spans(_read(source))
    parts: list[RichText] = []
    for block in _blocks(source):
        rich = _block(block)
        if rich.text:
            parts += (RichText("\n\n"), rich) if parts else (rich,)
    return joined(parts)


def _blocks(source: str) -> list[str]:
    """Stretches that mean the same alone: cut where an empty line is followed by a new block."""
    blocks: list[list[str]] = [[]]
    fence, after_empty = "", False
    for line in source.split("\n"):
        if after_empty and not fence and line and not line[0].isspace():
            blocks.append([])
        blocks[-1].append(line)
        after_empty = not line.strip()
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
    return ["\n".join(block) for block in blocks]


@lru_cache(1024)
def _block(source: str) -> RichText:
    return _with_spans(_read(source))


def _with_spans(rich: RichText) -> RichText:
    """Links, mentions and tags found too, but not in code or in other links."""
    taken = _disjoint(span for span in rich.spans if span.kind in _PLAIN)
    ends = [span.end for span in taken]
    found = []
    for span in find_spans(rich.text):
        index = bisect_right(ends, span.start)
        if index == len(taken) or span.end <= taken[index].start:
            found.append(span)
    spans = (*rich.spans, *found)
    return RichText(rich.text, tuple(sorted(spans, key=_order)))


def _order(span: Span) -> tuple[int, int, int]:
    """Outer spans first; of two at one place the link is around the style."""
    return span.start, -span.end, 0 if span.kind == "link" else 2 if span.kind == "code" else 1


def _disjoint(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _read(source: str) -> RichText:
    if not source.strip():
        return RichText()
    page = _Page()
    for token in _parser().parse(source):
        page.add(token)
    return page.done()


@lru_cache(1)
def _parser() -> Any:
    from markdown_it import MarkdownIt  # slow to load, and few write Markdown

    parser = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
    parser.disable(["html_block", "html_inline", "entity"])
    parser.inline.ruler.at("text", _plain_text)
    parser.inline.ruler.before("text", "as_typed", _as_typed)
    # what is no web address is written out, see _Page
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


@lru_cache(1024)
def _typed(source: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Starts and ends of what no markup is looked for in."""
    spans = []
    for span in find_spans(source):
        stop = _MARKUP_AFTER.search(source, span.start, span.end)
        spans.append((span.start, stop.start() if stop else span.end))
    spans = [(start, end) for start, end in spans if end > start + 1]
    return tuple(start for start, _ in spans), tuple(end for _, end in spans)


def _as_typed(state: Any, silent: bool) -> bool:
    """A rule of the parser: links, mentions and tags hold no markup."""
    starts, ends = _typed(state.src)
    index = bisect_left(starts, state.pos)
    if index == len(starts) or starts[index] != state.pos or ends[index] > state.posMax:
        return False
    if not silent:
        state.pending += state.src[state.pos : ends[index]]
    state.pos = ends[index]
    return True


def _plain_text(state: Any, silent: bool) -> bool:
    """A rule of the parser: letters up to whatever may be markup, or a link."""
    match = _TERMINATOR.search(state.src, state.pos, state.posMax)
    end = match.start() if match else state.posMax
    starts, _ = _typed(state.src)
    index = bisect_left(starts, state.pos + 1)
    if index < len(starts):
        end = min(end, starts[index])
    if end <= state.pos:
        return False
    if not silent:
        state.pending += state.src[state.pos : end]
    state.pos = end
    return True


class _Page:
    """Takes the parser's tokens, gives rich text."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._length = 0
        self._spans: list[Span] = []
        self._open: list[tuple[int, SpanKind, str]] = []
        self._lists: list[int | None] = []
        self._gap = ""
        self._item = False

    def add(self, token: Any) -> None:
        kind = token.type
        if kind == "inline":
            for child in token.children or ():
                self._inline(child)
        elif kind in ("fence", "code_block"):
            self._block_begins()
            self._styled("code_block", token.content.rstrip("\n"))
            self._gap = "\n\n"
        elif kind == "hr":
            self._block_begins()
            self._write("⁂")
            self._gap = "\n\n"
        else:
            self._structure(token)

    def done(self) -> RichText:
        spans = tuple(sorted(self._spans, key=_order))
        return RichText("".join(self._text), spans)

    # ------------------------------------------------------------- private

    def _structure(self, token: Any) -> None:
        kind = token.type
        match kind:
            case "paragraph_open" | "heading_open":
                self._block_begins()
                if kind == "heading_open":
                    self._begin("bold")
            case "paragraph_close" | "heading_close":
                if kind == "heading_close":
                    self._end("bold")
                self._gap = "\n" if token.hidden else "\n\n"
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._gap = "\n" if self._lists else "\n\n"
            case "list_item_open":
                self._list_item()
            case "blockquote_open":
                self._block_begins()
                self._begin("quote")
            case "blockquote_close":
                self._end("quote")

    def _list_item(self) -> None:
        self._block_begins()
        number = self._lists[-1]
        mark = "• "
        if number is not None:
            mark = f"{number}. "
            self._lists[-1] = number + 1
        self._write("  " * (len(self._lists) - 1) + mark)
        self._item = True

    def _block_begins(self) -> None:
        if not self._item and self._length:
            self._write(self._gap)
        self._gap, self._item = "", False

    def _inline(self, token: Any) -> None:
        kind = token.type
        name, _, edge = kind.rpartition("_")
        if kind in ("softbreak", "hardbreak"):
            self._write("\n")
        elif kind == "code_inline":
            self._styled("code", token.content)
        elif kind == "image":
            self._link_text(token.content or "picture", str(token.attrGet("src") or ""))
        elif name == "link":
            if edge == "open":
                self._begin("link", str(token.attrGet("href") or ""))
            else:
                self._end("link")
        elif name in _STYLES:
            (self._begin if edge == "open" else self._end)(_STYLES[name])
        else:
            self._write(token.content)

    def _write(self, text: str) -> None:
        if text:
            self._text.append(text)
            self._length += len(text)

    def _begin(self, kind: SpanKind, target: str = "") -> None:
        self._open.append((self._length, kind, target))

    def _end(self, kind: SpanKind) -> None:
        index = max(i for i, (_, opened, _) in enumerate(self._open) if opened == kind)
        start, _, target = self._open.pop(index)
        if kind == "link" and not target.startswith(("https://", "http://")):
            if target:
                self._write(f" ({target})")
            return
        if start < self._length:
            self._spans.append(Span(start, self._length, kind, target))

    def _styled(self, kind: SpanKind, text: str) -> None:
        self._begin(kind)
        self._write(text)
        self._end(kind)

    def _link_text(self, text: str, target: str) -> None:
        self._begin("link", target)
        self._write(text)
        self._end("link")
