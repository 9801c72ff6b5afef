"""
Muted words, as the reference client understands them. Pure, linear in the text.

Rules and their order: facts B3. ``MutedWords`` finds candidates for a whole list at
once; ``found_in`` is the rule itself, word by word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from msgspec import Struct

from app.model import Post
from app.model.moderation import MutedWord
from app.moderation.phrases import Phrases

_WITHOUT_SPACES = frozenset({"ja", "zh", "ko", "th", "vi"})
"""Languages whose words nothing divides: searched anywhere in the text."""


class Words(Struct, frozen=True, omit_defaults=True):
    """What is searched: one text, the tags of its post, and its first language."""

    text: str
    tags: tuple[str, ...] = ()
    lang: str = ""


class MutedWords:
    """
    A list of muted words, ready to be asked about many posts.

    Every text is searched once, for all words together, without its spaces and
    punctuation: whatever the rule may find is in there. The few that are found so
    are looked at closely. About 3 µs a text for 500 words.
    """

    def __init__(self, words: Iterable[MutedWord]) -> None:
        self.words = tuple(word for word in words if word.value)
        self._places: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            self._places.setdefault(word.value.lower(), []).append(place)
        self._bare: dict[str, list[str]] = {}
        for value in self._places:
            self._bare.setdefault(_bare(value), []).append(value)
        # Nothing but punctuation: looked for as they stand.
        self._odd = tuple(self._bare.pop("", ()))
        self._phrases = Phrases(self._bare)

    def __bool__(self) -> bool:
        return bool(self.words)

    def matches(self, words: Words, *, followed: bool, now: str) -> Iterator[tuple[MutedWord, str]]:
        """
        The muted words that are in *words*, in the order of the list, with what each matches.

        Args:
            followed: Somebody follows the author.
            now: RFC 3339 with milliseconds and "Z".
        """
        values = self._candidates(words)
        if not values:
            return
        places = sorted(place for value in values for place in self._places[value])
        for place in places:
            word = self.words[place]
            if found := found_in(word, words, followed=followed, now=now):
                yield word, found

    def _candidates(self, words: Words) -> set[str]:
        """Every value that may match, and some more."""
        low = words.text.lower()
        bare = self._phrases.inside(_bare(low))
        found: set[str] = set()
        if words.tags:
            found.update(tag for one in words.tags if (tag := one.lower()) in self._places)
        if self._odd:
            found.update(value for value in self._odd if value in low)
        if bare:
            looked = [value for one in bare for value in self._bare[one]]
            found.update(_likely(looked, low, words.lang))
        return found


def _likely(values: Iterable[str], low: str, lang: str) -> Iterator[str]:
    """Those that stand in the text as a word or phrase, in one of the ways of the rule."""
    marked = low.translate(_MARKS)
    spaced = marked.replace(_MARK, " ").split()
    tokens = {*low.split(), *spaced, *marked.replace(_MARK, "").split()}
    line = " ".join(spaced)
    for value in values:
        if value in tokens:
            yield value
        elif _units(value) == 1 or lang in _WITHOUT_SPACES or _is_phrase(value):
            if value in low or value in line:
                yield value
        elif value == low:
            yield value


def found_in(word: MutedWord, words: Words, *, followed: bool, now: str) -> str:
    """
    The rule for one word (facts B3, steps 1 to 9): what of *words* it matches, "" = nothing.
    """
    if word.expires_at and word.expires_at < now:
        return ""
    if word.spare_followed and followed:
        return ""
    value = word.value.lower()
    if any(value == tag.lower() for tag in words.tags):
        return word.value
    if "content" not in word.targets:
        return ""
    text = words.text.lower()
    if _units(value) == 1 or words.lang in _WITHOUT_SPACES:
        return word.value if value in text else ""
    if _units(value) > _units(text):
        return ""
    if value == text or (_is_phrase(value) and value in text):
        return word.value
    return _token_of(value, text)


def _token_of(value: str, text: str) -> str:
    for token in text.split():
        trimmed = _trimmed(token)
        if value in (token, trimmed):
            return token
        if _units(value) > _units(trimmed) or not _has_punctuation(trimmed):
            continue
        if "/" in trimmed:
            return ""  # as the reference does: it gives up on this word
        if value in _inner(trimmed):
            return token
    return ""


def words_of(post: Post) -> Iterator[Words]:
    """Everything of a post that is searched, in the order of the reference."""
    lang = post.langs[0] if post.langs else ""
    yield Words(post.text.text, _tags(post), lang)
    for media in post.media:
        if media.kind != "video" and media.alt:
            yield Words(media.alt, (), lang)
    quoted = post.quote.post if post.quote is not None else None
    if quoted is not None:
        quoted_lang = quoted.langs[0] if quoted.langs else ""
        yield Words(quoted.text.text, _tags(quoted), quoted_lang)
        for media in quoted.media:
            if media.kind != "video" and media.alt:
                yield Words(media.alt, (), quoted_lang)
        yield from _card(quoted)
    yield from _card(post)


def stored_value(typed: str) -> str:
    """
    What is kept when somebody mutes *typed*; "" = nothing.

    One leading "#" goes (but not of the keycap emoji), and the first run of
    line breaks or invisible characters.
    """
    value = typed.strip()
    if value.startswith("#") and value[1:2] != "\ufe0f":
        value = value[1:]
    start = next((at for at, char in enumerate(value) if char in _INVISIBLE), None)
    if start is not None:
        end = start
        while end < len(value) and value[end] in _INVISIBLE:
            end += 1
        value = value[:start] + value[end:]
    return value


_INVISIBLE = frozenset("\r\n\u00ad\u2060\u200d\u200c\u200b")


def _card(post: Post) -> Iterator[Words]:
    if post.card is not None:
        text = f"{post.card.title} {post.card.description}".strip()
        if text:
            yield Words(text, (), "")


def _tags(post: Post) -> tuple[str, ...]:
    spans = (span.target for span in post.text.spans if span.kind == "tag")
    return (*spans, *post.tags)


def _inner(trimmed: str) -> tuple[str, ...]:
    """A token with punctuation inside: as words, as one word, and each of its parts."""
    apart = "".join(" " if _is_punctuation(char) else char for char in trimmed)
    parts = apart.split(" ")
    words = [part for part in parts if part]
    return (" ".join(words), "".join("".join(words).split()), *parts)


def _trimmed(token: str) -> str:
    start, end = 0, len(token)
    while start < end and _is_punctuation(token[start]):
        start += 1
    while end > start and _is_punctuation(token[end - 1]):
        end -= 1
    return token[start:end]


def _has_punctuation(text: str) -> bool:
    return not text.isalnum() and any(map(_is_punctuation, text))


def _is_phrase(value: str) -> bool:
    """White space or punctuation in it: it is searched as it stands."""
    return any(char.isspace() or _is_punctuation(char) for char in value)


_PUNCTUATION: dict[str, bool] = {}
_MARK = "\0"


class _Marks(dict[int, str]):
    """For ``str.translate``: punctuation becomes a mark. Learns each character once."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = _MARK if _is_punctuation(char) else char
        return self[code]


_MARKS = _Marks()


class _Bare(dict[int, str | None]):
    """For ``str.translate``: white space and punctuation go. Learns each character once."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        self[code] = None if char.isspace() or _is_punctuation(char) else char
        return self[code]


_BARE = _Bare()


def _bare(text: str) -> str:
    """*text* without white space and punctuation; bytes are three times as fast."""
    if text.isascii():
        return text.encode("ascii").translate(None, _ASCII_GOES).decode("ascii")
    return text.translate(_BARE)


def _is_punctuation(char: str) -> bool:
    """Unicode's category P."""
    known = _PUNCTUATION.get(char)
    if known is None:
        known = _PUNCTUATION[char] = unicodedata.category(char)[0] == "P"
    return known


def _units(text: str) -> int:
    """UTF-16 units: what the reference calls a length."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


_ASCII_GOES = bytes(code for code in range(128) if _BARE[code] is None)
