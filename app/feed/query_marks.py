"""Where in a post the words stand that were looked for. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from app.feed.query import UNSPACED, words_in
from app.model import Post
from app.model.query import Query, Term

MOST_READ = 20_000
"""Characters of a text that are looked through."""

AROUND = 30
"""Characters that are shown before what was found, where it is not all shown."""

_WORD = re.compile(rf"[{UNSPACED}]|(?:[^\W_{UNSPACED}]|[\u0300-\u036f])+")

Place = Literal["picture", "video", "audio", "link", "poll", "warning"]


class Beside(Struct, frozen=True):
    """Words that are not in the text of a post: where they are, and what is said there."""

    place: Place
    text: str


def marks_in(query: Query, text: str) -> tuple[tuple[int, int], ...]:
    """Stretches of *text* that were looked for, in code points, in order; none overlaps."""
    tags = [c for c in query.conditions if c.operator == "tag" and not c.negated]
    terms = [*query.terms, *(Term(value) for tag in tags for value in tag.values)]
    if not terms:
        return ()
    if text.isascii():
        lower = text.lower()  # most posts that are looked at again have only some of the words
        terms = [one for one in terms if all(word in lower for word in words_in(one.text))]
        if not terms:
            return ()
    words = [(one.span(), _folded(one[0])) for one in _WORD.finditer(text[:MOST_READ])]
    return tuple(_apart(sorted(one for term in terms for one in _stretches(term, words))))


def beside(query: Query, post: Post) -> tuple[Beside, ...]:
    """For words that are nowhere in the text: where they are; each place once."""
    made: dict[Place, Beside] = {}
    for term in query.terms:
        one = Query(terms=(term,))
        if marks_in(one, post.text.text):
            continue
        for place, text in _elsewhere(post):
            marks = marks_in(one, text)
            if marks:
                made.setdefault(place, Beside(place, _cut(text, marks[0][0])))
                break
    return tuple(made.values())


def _elsewhere(post: Post) -> Iterator[tuple[Place, str]]:
    for media in post.media:
        if media.alt:
            kind: Place = (
                "video"
                if media.kind == "video"
                else "audio"
                if media.kind == "audio"
                else "picture"
            )
            yield kind, media.alt
    if post.card is not None:
        yield "link", post.card.title
    if post.poll is not None:
        for option in post.poll.options:
            yield "poll", option.title
    for advisory in post.advisories:
        if advisory.kind == "warning":
            yield "warning", advisory.text


def _cut(text: str, at: int) -> str:
    """*text* on one line, from a little before what was found."""
    start = max(0, at - AROUND)
    if start:
        space = text.find(" ", start, at)
        start = space + 1 if space >= 0 else start
    shown = " ".join(text[start : start + 200].split())
    return f"…{shown}" if start else shown


def _stretches(term: Term, words: list[tuple[tuple[int, int], str]]) -> Iterator[tuple[int, int]]:
    wanted = [_folded(one) for one in _WORD.findall(term.text)]
    if not wanted:
        return
    for at in range(len(words) - len(wanted) + 1):
        said = [word for _, word in words[at : at + len(wanted)]]
        if said[:-1] != wanted[:-1]:
            continue
        last = said[-1]
        if last == wanted[-1] or (term.open and last.startswith(wanted[-1])):
            yield words[at][0][0], words[at + len(wanted) - 1][0][1]


def _folded(word: str) -> str:
    """As the index has it: no case, no diacritics."""
    if not word.isascii():
        apart = unicodedata.normalize("NFKD", word)
        word = "".join(c for c in apart if not unicodedata.combining(c))
    return word.casefold()


def _apart(found: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    end = -1
    for one in found:
        if one[0] >= end:
            yield one
            end = one[1]
