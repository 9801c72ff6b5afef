"""
Words, phrases and wildcards in a text. Pure, and linear in the text.

Upper and lower case are the same. A word stands alone; ``*`` stands for any part
of one word. No expressions: nothing that a stranger writes can make it slow.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from app.moderation.phrases import Phrases


def words_in(text: str) -> list[str]:
    """The words of a text, folded, without punctuation around them."""
    return _words(fold(text))


def _words(folded: str) -> list[str]:
    found = []
    for token in folded.split():
        word = token if token.isalnum() else token.strip(_AROUND)
        if word:
            found.append(word)
    return found


def fold(text: str) -> str:
    """As it is compared: one form of each character, without case."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold()


class Phrase:
    """
    Consecutive words, each of which may have ``*`` in it.

    Without spaces between its words (Chinese, Japanese, Thai…) a pattern is
    looked for anywhere in the text.
    """

    def __init__(self, pattern: str) -> None:
        self._words = [_Word(word) for word in words_in(pattern) if word.strip("*")]
        self._inside = fold(pattern) if _has_no_spaces(pattern) else ""
        parts = [self._inside] if self._inside else [p for w in self._words for p in w.parts]
        self.literal = max(parts, key=len, default="")
        """Some text without it cannot have the pattern; "" = nothing has it."""

    def is_in(self, words: list[str], text: str) -> bool:
        """Whether it is in a text, given as words and as it stands (folded)."""
        if self._inside:
            return self._inside in text
        wanted = self._words
        if not wanted:
            return False
        first, count = wanted[0], len(wanted)
        for start in range(len(words) - count + 1):
            if first.matches(words[start]) and all(
                wanted[at].matches(words[start + at]) for at in range(1, count)
            ):
                return True
        return False


class _Word:
    """One word of a pattern: parts in this order, from the begin and to the end."""

    def __init__(self, pattern: str) -> None:
        self.parts = pattern.split("*")

    def matches(self, word: str) -> bool:
        parts = self.parts
        if len(parts) == 1:
            return word == parts[0]
        if not (word.startswith(parts[0]) and word.endswith(parts[-1])):
            return False
        at, end = len(parts[0]), len(word) - len(parts[-1])
        for part in parts[1:-1]:
            found = word.find(part, at, end)
            if found < 0:
                return False
            at = found + len(part)
        return at <= end


class PhraseBook:
    """
    Which of many patterns are in a text.

    All their literal parts are looked for at once; only what is there at all is
    compared word by word.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._by_literal: dict[str, list[tuple[str, Phrase]]] = {}
        for pattern in dict.fromkeys(patterns):
            phrase = Phrase(pattern)
            if phrase.literal:
                self._by_literal.setdefault(phrase.literal, []).append((pattern, phrase))
        self._literals = Phrases(self._by_literal)

    def found(self, text: str) -> list[str]:
        """Those that are in *text*, as it was written."""
        return list(self._found(text))

    def is_in(self, text: str) -> bool:
        """Whether one of them is."""
        return next(self._found(text), None) is not None

    def _found(self, text: str) -> Iterator[str]:
        folded = fold(text)
        near = self._literals.inside(folded)
        if not near:
            return
        words = _words(folded)
        for literal in near:
            for pattern, phrase in self._by_literal[literal]:
                if phrase.is_in(words, folded):
                    yield pattern


def _has_no_spaces(pattern: str) -> bool:
    """Letters of scripts that put no spaces between words."""
    return any("\u0e00" <= char <= "\u0eff" or "\u3040" <= char <= "\u9fff" for char in pattern)


_AROUND = "".join(
    chr(code)
    for block in (range(0x21, 0xC0), range(0x2010, 0x2060), range(0x3001, 0x3020))
    for code in block
    if not chr(code).isalnum() and chr(code) not in "*#@_"
)
