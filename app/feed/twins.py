"""
When two posts that one person wrote on two networks are the same thought.

Precision first: a twin that is missed is two cards, a wrong one is words in the wrong
mouth. Who is one person is settled elsewhere (the people book); this looks at the posts
alone. Source: facts E2.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import timedelta
from functools import lru_cache

from msgspec import Struct

from app.feed.echoes import canonical
from app.model import Media, Post, RichText

SOON = timedelta(minutes=30)
"""Tools that post twice, and people who do, are done by then."""

LATE = timedelta(hours=24)
"""Later than ``SOON`` only the very same words count, and only where the user has joined the two."""

FEW_WORDS = 8
"""Fewer say little: greetings, weather, "thanks!"."""

_LIKE = 0.8
_CUT_AT = 60
_TELLING_ALT = 16

_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|@")
_ADDRESS = re.compile(r"https?://\S+|\b(?:[\w-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)
_HANDLE = re.compile(r"@[\w.-]+(?:@[\w.-]+)?")
_TAIL = re.compile(r"(?:\(?\b(?:via|rt)\b[\s:]*@?\s*\)?)\s*$", re.IGNORECASE)
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc")
_CUT = re.compile(r"(?:\[?(?:…|\.\.\.)\]?)\s*$")


class Words(Struct, frozen=True):
    """A text as it is compared. *cut*: it says that it goes on elsewhere."""

    words: tuple[str, ...]
    cut: bool = False

    @property
    def numbers(self) -> Counter[str]:
        """What daily reports and live series differ in."""
        return Counter(word for word in self.words if any(map(str.isdigit, word)))


def are_twins(one: Post, other: Post, *, confirmed: bool) -> bool:
    """
    Are both the same thought, given that one person wrote them?

    Whether what they answer is the same thought is for the caller to say.

    Args:
        confirmed: The user has said that both profiles are one human.
    """
    apart = abs(one.created_at - other.created_at)
    if apart > LATE or not (_may_have_twin(one, other) and _may_have_twin(other, one)):
        return False
    mine, theirs = words_of(one.text), words_of(other.text)
    same = mine.words == theirs.words
    few = min(len(mine.words), len(theirs.words)) < FEW_WORDS
    if apart > SOON:
        return confirmed and same and not few
    if not mine.words and not theirs.words:
        return _same_media(one.media, other.media, least=_TELLING_ALT)
    if few:
        return same and (_same_link(one, other) or _same_media(one.media, other.media))
    return (
        same or _is_cut_short(mine, theirs) or _is_cut_short(theirs, mine) or _alike(mine, theirs)
    )


def words_of(text: RichText) -> Words:
    """
    What is left of a text that two networks write differently.

    Addresses, handles, "#" and custom emoji go; letters are compared in one form.
    """
    return _words(text.text, tuple((s.start, s.end, s.kind) for s in text.spans if s.kind in _GONE))


_GONE = {"link": " ", "emoji": " ", "mention": " @ "}


@lru_cache(maxsize=512)
def _words(text: str, gone: tuple[tuple[int, int, str], ...]) -> Words:
    pieces, at = [], 0
    for start, end, kind in gone:
        if start >= at:
            pieces += [text[at:start], _GONE[kind]]
            at = end
    rest = text[at:]
    pieces.append(rest)
    plain = unicodedata.normalize("NFKC", "".join(pieces)).casefold().translate(_APOSTROPHES)
    led_on = bool(gone) and gone[-1][2] == "link" and not rest.strip()
    bare = _ADDRESS.sub(" ", plain)
    led_on = led_on or (
        bare != plain and not bare[len(bare.rstrip()) :].strip() and _ends_so(plain)
    )
    bare = _HANDLE.sub(" @ ", bare)
    bare = _TAIL.sub("", bare.rstrip())
    marked = _CUT.search(bare)
    return Words(tuple(_WORD.findall(bare)), led_on or marked is not None)


def _ends_so(plain: str) -> bool:
    """An address is the last that is said."""
    ends = [hit.end() for hit in _ADDRESS.finditer(plain)]
    return bool(ends) and ends[-1] == len(plain.rstrip())


def _may_have_twin(post: Post, other: Post) -> bool:
    """Not what bridges copied, what not all may see, what only one network has."""
    return (
        post.network != other.network
        and post.author.uri != other.author.uri
        and not post.bridged_from
        and post.visibility in ("public", "quiet")
        and post.poll is None
        and (post.quote is None) == (other.quote is None)
        and (post.reply_to is None) == (other.reply_to is None)
    )


def _alike(one: Words, other: Words) -> bool:
    """Nearly all runs of three words are in both, and every number is."""
    if one.numbers != other.numbers:
        return False
    mine, theirs = _runs(one.words), _runs(other.words)
    return len(mine & theirs) >= _LIKE * len(mine | theirs)


def _runs(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return set(zip(words, words[1:], words[2:], strict=False))


def _is_cut_short(short: Words, long: Words) -> bool:
    """*short* is how *long* begins, and says that it was cut; its last word may be half."""
    count = len(short.words)
    if not short.cut or count >= len(long.words):
        return False
    if short.words[:-1] != long.words[: count - 1]:
        return False
    said = sum(map(len, short.words)) + count
    return said >= _CUT_AT and long.words[count - 1].startswith(short.words[-1])


def _same_link(one: Post, other: Post) -> bool:
    return not _links(one).isdisjoint(_links(other))


def _links(post: Post) -> set[str]:
    found = {span.target for span in post.text.spans if span.kind == "link"}
    if post.card is not None:
        found.add(post.card.url)
    return {canonical(address) for address in found if address}


def _same_media(one: tuple[Media, ...], other: tuple[Media, ...], *, least: int = 1) -> bool:
    """
    As many, and each pair described by the same words or of the same blurred picture.

    The shape alone says nothing: all pictures of a camera have it. *least*: letters of a
    description that tells.
    """
    if not one or len(one) != len(other):
        return False
    return all(_same_one(a, b, least) for a, b in zip(one, other, strict=True))


def _same_one(one: Media, other: Media, least: int) -> bool:
    if one.blurhash and one.blurhash == other.blurhash:
        return True
    mine, theirs = (" ".join(media.alt.split()).casefold() for media in (one, other))
    if len(mine) < least or mine != theirs:
        return False
    if not (one.width and one.height and other.width and other.height):
        return True
    # Servers make pictures smaller, not narrower.
    return (
        abs(one.width * other.height - other.width * one.height) <= 0.03 * one.width * other.height
    )
