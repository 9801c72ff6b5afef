"""
The reader of HTML behind ``text``: tags in, text and spans out, in one pass.

Whitespace as Mastodon's own page shows it: line breaks of the source are
spaces, runs of spaces stay (people draw with them), edges of lines are
trimmed. Blocks are separated by an empty line, list items by a break.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from typing import Any

from app.model.text import Span, SpanKind
from app.protocols.mastodon.links import Mentioned, anchor, attributes
from app.protocols.mastodon.vocabulary import (
    BLOCK,
    BREAKS,
    IGNORED,
    INLINE,
    SILENT,
    SPAN,
    TOKEN,
    list_mark,
    strip_stray_tags,
    tag_name,
    without_raw_text,
)
from app.protocols.safety import clean_text

DEPTH = 64
"""Formatting and lists deeper than this are flattened; their text stays."""

MAX_TAGS = 15_000
"""Tags of one text; what follows is left out: reading them must not take longer than a glance."""

MAX_LINKS = 300
"""Links of one text; more are only words: judging an address takes its time."""

_LAYOUT = re.compile(r"[\r\n\t\f\u2028\u2029][ \r\n\t\f\u2028\u2029]*+")
_QUOTE_LINE = "quote-inline"


class Markup:
    """
    One reading of one HTML text.

    Attributes:
        out: The text, in pieces.
        spans: In the order they closed; they nest or are apart.
        cut: There was more than is read.
    """

    def __init__(
        self, mentions: Mapping[str, Mentioned], tags: frozenset[str], hide: bool, limit: int
    ) -> None:
        self.out: list[str] = []
        self.spans: list[Span] = []
        self.cut = False
        self._mentions = mentions
        self._tags = tags
        self._limit = limit
        self._hide = hide
        self._hidden = ""  # the element whose content is being left out
        self._hidden_depth = 0
        self._length = 0
        self._stack: list[tuple[str, SpanKind | None, int, int]] = []
        self._too_deep = 0  # open formatting beyond DEPTH
        self._wanted = 0  # line breaks due before the next text
        self._breaks = 0  # <br> since the last text
        self._tail = 0  # line breaks the text ends with
        self._space = ""  # due before the next text, unless a break is
        self._prefix = ""  # "• " due before the next text
        self._lines = 0  # line breaks written
        self._pre = 0
        self._lists: list[int | None] = []
        self._label: list[str] | None = None  # words of the link we are in
        self._anchor = ""  # its opening tag
        self._links = 0
        self._cells = 0  # of the row of a table that we are in
        self._own_brackets = True

    def read(self, html: str) -> bool:
        """Read it all. False: a hidden part never ended."""
        html = without_raw_text(html)
        self._own_brackets = "<rp" not in html
        watchful = self._hide
        pieces: list[Any] = TOKEN.split(html, MAX_TAGS)
        if len(pieces) > 5 * MAX_TAGS and "<" in pieces[-1]:
            pieces[-1] = pieces[-1].partition("<")[0]
            self.cut = True
        if pieces[0]:
            self._words(pieces[0])
        for at in range(1, len(pieces), 5):
            attributes, inside, tag, end, text = pieces[at : at + 5]
            if tag is None:
                self._whole_link(attributes, inside)
            elif len(end) > 1:  # a quote that never closes
                text = strip_stray_tags(end)
            elif watchful or tag not in SILENT:
                self._tag(tag)
            if text and not self._hidden:
                self._words(text)
            if self._length > self._limit:
                break
        self._end_link()
        while self._stack:
            self._pop()
        return not self._hidden

    # ------------------------------------------------------------- text

    def _words(self, text: str) -> None:
        """Text between two tags, entities still in it."""
        if "&" in text:
            text = unescape(text)
        if not text.isprintable():
            text = self._cleaned(text)
            if not text:
                return
        if self._label is not None:
            self._label.append(text)
        elif self._pre:
            self._preformatted(text)
        else:
            self._flowing(text)

    def _cleaned(self, text: str) -> str:
        if self._pre and self._label is None:
            return clean_text(text.replace("\t", "    "))
        # No pattern for the spaces before: looking for them is quadratic.
        *parts, last = _LAYOUT.split(text)
        return clean_text(" ".join([*(part.rstrip(" ") for part in parts), last]))

    def _flowing(self, text: str) -> None:
        bare = text.rstrip(" ")
        if not bare:
            self._space = self._space or text
            return
        if text[0] == " " and text[1] != " " and self._is_spaced():
            bare = bare[1:]  # one is layout, more are a drawing
        self._flush()
        self._write(bare)
        if text[-1] == " ":
            self._space = text[len(text.rstrip(" ")) :]

    def _is_spaced(self) -> bool:
        """Are we at the edge of a line, or behind a space?"""
        return bool(self._wanted or self._tail or not self._length or self.out[-1][-1:] == " ")

    def _preformatted(self, text: str) -> None:
        if text[0] == "\n" and self._stack and self._stack[-1][2] == self._length:
            text = text[1:]  # HTML drops the first one
            if not text:
                return
        self._flush()
        self._write(text)
        self._lines += text.count("\n")
        self._tail = len(text) - len(text.rstrip("\n"))

    def _write(self, text: str) -> None:
        self.out.append(text)
        self._length += len(text)
        self._tail = self._breaks = 0
        self._space = ""

    def _flush(self) -> None:
        """Write the breaks, bullet or space that are due."""
        if self._wanted:
            missing = self._wanted - self._tail
            if self._length and missing > 0:
                self.out.append("\n" * missing)
                self._length += missing
                self._lines += missing
                self._tail = self._wanted
            self._wanted = self._breaks = 0
            self._space = ""
        if self._prefix:
            prefix, self._prefix = self._prefix, ""
            self._write(prefix)
        elif self._space:
            space, self._space = self._space, ""
            if self._length and not self._tail and self.out[-1][-1:] != " ":
                self._write(space)

    # ------------------------------------------------------------- tags

    def _tag(self, tag: str) -> None:
        name, closes = tag_name(tag)
        if self._hidden:
            self._hidden_tag(name, closes)
        elif self._hide and not closes and self._is_quote_line(tag):
            self._hidden, self._hidden_depth = name, 1
        elif name == "a":
            self._end_link()
            if not closes:
                self._label, self._anchor = [], tag
        elif (breaks := BREAKS.get(name)) is not None:
            self._edge(breaks)
            self._cells = 0
        elif name in IGNORED:
            return
        elif name == "br":
            self._line_break()
        elif (kind := INLINE.get(name)) is not None:
            self._inline(name, kind, closes)
        elif (kind := BLOCK.get(name)) is not None:
            self._block(name, kind, closes)
        else:
            self._rare(name, tag, closes)

    def _rare(self, name: str, tag: str, closes: bool) -> None:
        if name in ("ul", "ol"):
            self._list(name, tag, closes)
        elif name == "li":
            self._item(tag, closes)
        elif name == "rt" and self._own_brackets:
            self._ruby(closes)
        elif name in ("td", "th") and not closes:
            self._words(" | " if self._cells else " ")
            self._cells += 1
        elif name == "img":
            # The picture is never shown: content may not make us fetch.
            alt = clean_text(attributes(tag).get("alt", "")[:200])
            if alt := " ".join(alt.split()):
                self._words(alt.replace("&", "&amp;"))

    def _is_quote_line(self, tag: str) -> bool:
        return _QUOTE_LINE in tag and _QUOTE_LINE in attributes(tag).get("class", "").split()

    def _hidden_tag(self, name: str, closes: bool) -> None:
        if name != self._hidden:
            return
        if closes or name == "p":  # paragraphs do not nest: the next one ends it
            self._hidden_depth -= 1
        else:
            self._hidden_depth += 1
        if not self._hidden_depth:
            self._hidden = ""
            if not closes:
                self._edge(2)

    def _line_break(self) -> None:
        if self._label is not None:
            self._label.append(" ")
        elif self._pre:
            self._preformatted("\n")
        else:
            self._breaks = min(self._breaks + 1, 2)
            self._wanted = max(self._wanted, self._breaks)

    def _edge(self, breaks: int) -> None:
        """A block begins or ends here. It ends a link, too, that has words."""
        if self._label is not None:
            if not "".join(self._label).strip():
                return
            self._end_link()
        if self._lists:
            breaks = 1
        if self._wanted < breaks:
            self._wanted = breaks

    def _block(self, name: str, kind: SpanKind, closes: bool) -> None:
        self._edge(2)
        if closes:
            self._close(name)
            self._edge(2)
        elif self._label is None:
            self._flush()
            self._push(name, kind)

    def _inline(self, name: str, kind: SpanKind, closes: bool) -> None:
        if closes:
            self._close(name)
        elif not (self._pre and kind == "code"):
            if self._label is None:
                self._flush()
            self._push(name, kind)

    def _push(self, name: str, kind: SpanKind | None) -> None:
        if len(self._stack) >= DEPTH:
            self._too_deep += 1
            return
        self._stack.append((name, kind, self._length, self._lines))
        if name == "pre":
            self._pre += 1

    def _close(self, name: str) -> None:
        """Close *name*, and what was left open inside it."""
        if self._too_deep:
            self._too_deep -= 1
        elif any(entry[0] == name for entry in self._stack):
            while self._pop() != name:
                pass

    def _pop(self) -> str:
        name, kind, start, lines = self._stack.pop()
        if name == "pre":
            self._pre -= 1
            self._trim_lines()
        elif name == "rt":
            self._write(")")
        if kind is not None and start < self._length:
            if kind == "code" and lines != self._lines:
                kind = "code_block"
            self.spans.append(Span(start, self._length, kind))
        return name

    def _trim_lines(self) -> None:
        """The line breaks at the end of a block of code say nothing."""
        while self._tail and self.out:
            bare = self.out[-1].rstrip("\n")
            self._length -= len(self.out[-1]) - len(bare)
            if bare:
                self.out[-1] = bare
                self._tail = 0
            else:
                self.out.pop()
        for at in range(len(self.spans) - 1, -1, -1):  # ends never fall
            span = self.spans[at]
            if span.end <= self._length:
                break
            self.spans[at] = Span(span.start, self._length, span.kind, span.target)

    # ----------------------------------------------- links, lists, ruby

    def _whole_link(self, attributes: str, inside: str) -> None:
        if self._hidden:
            return
        self._end_link()
        if "<" in inside:
            inside = SPAN.sub("", inside)
        if "&" in inside:
            inside = unescape(inside)
        if not inside.isprintable():
            inside = clean_text(_LAYOUT.sub(" ", inside))
        self._link(attributes, inside)

    def _end_link(self) -> None:
        if self._label is not None:
            words, self._label = "".join(self._label), None
            self._link(self._anchor, words)

    def _link(self, tag: str, words: str) -> None:
        label = " ".join(words.split())
        if not label:
            self._space = self._space or words[:1]
            return
        self._links += 1
        if self._links > MAX_LINKS:
            text, kind, target = label, None, ""
        else:
            text, kind, target = anchor(tag, label, self._mentions, self._tags)
        if words[0] == " ":
            self._space = self._space or " "
        self._flush()
        start = self._length
        self._write(text)
        if kind is not None:
            self.spans.append(Span(start, self._length, kind, target))
        if words[-1] == " ":
            self._space = " "

    def _list(self, name: str, tag: str, closes: bool) -> None:
        self._edge(2)
        if closes:
            if self._lists:
                self._lists.pop()
            self._prefix = ""
            self._edge(2)
        elif len(self._lists) < DEPTH:
            start = attributes(tag).get("start", "1") if name == "ol" else None
            self._lists.append(None if start is None else list_mark(start, 1))

    def _item(self, tag: str, closes: bool) -> None:
        self._edge(1)
        if closes or self._label is not None:
            return
        indent = "  " * min(len(self._lists) - 1, 8)
        number = self._lists[-1] if self._lists else None
        if number is None:
            self._prefix = f"{indent}• "
        else:
            number = list_mark(attributes(tag).get("value", ""), number)
            self._prefix = f"{indent}{number}. "
            self._lists[-1] = number + 1

    def _ruby(self, closes: bool) -> None:
        """What ruby says above, we say behind, in brackets."""
        if closes:
            self._close("rt")
        elif self._label is None and len(self._stack) < DEPTH:
            self._flush()
            self._write("(")
            self._push("rt", None)
