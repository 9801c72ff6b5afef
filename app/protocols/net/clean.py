"""Foreign text without the characters that lie about other characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_CHECK_MARKS = frozenset("\u2705\u2713\u2714\u2611")
_BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e")
_ISOLATES, _END_ISOLATE = frozenset("\u2066\u2067\u2068"), "\u2069"
# All that a body may have to lose. Most have none of it: then we are done.
_SUSPECT = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
_LINE_ENDS = frozenset("\n\u2028\u2029")
_JOINER, _BLACK_FLAG = "\u200d", "\U0001f3f4"
# Letters and symbols by their category, yet nothing is seen of them.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u17b4\u17b5\u034f")
_PLACEHOLDER = "\u2060"  # word joiner: takes no room, breaks no word

NAME_GRAPHEMES = 64
NAME_MARKS = 4


def clean_name(text: str) -> str:
    """
    A display name that cannot pose as another or reach beyond its own room.

    Without check marks, control and bidi characters; at most 4 combining
    marks per letter and 64 letters. "" when nothing visible is left: show the
    handle then. It is still foreign: wrap it in FSI … PDI among other text.
    """
    if len(text) <= NAME_GRAPHEMES and _is_everyday(text):
        return text.strip()
    text = text[: NAME_GRAPHEMES * 40]  # a family emoji has 11 code points
    kept = "".join(char for char in text if _fit_for_name(char)).strip()
    letters: list[str] = []
    for cluster in clusters(kept):
        if len(letters) == NAME_GRAPHEMES:
            letters.append("…")
            break
        letters.append(_with_few_marks(cluster))
    name = "".join(letters).strip()
    return name if any(map(_is_visible, name)) else ""


def clean_text(text: str) -> str:
    """
    The body of a post, or any longer text, made harmless.

    Without control characters (line feed and tab stay, CR LF becomes LF),
    bidi embeddings and overrides, unmatched isolates, and lone surrogates.
    """
    if not re.search(_SUSPECT, text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    bad = _bad_places(text)
    return "".join(c for i, c in enumerate(text) if i not in bad) if bad else text


def mask_text(text: str) -> str:
    """As ``clean_text``, but of the same length, so that positions stay true."""
    if not re.search(_SUSPECT, text):
        return text
    bad = _bad_places(text)
    return "".join(_PLACEHOLDER if i in bad else c for i, c in enumerate(text))


def clusters(text: str) -> Iterator[str]:
    """What readers take for one character each (close to UAX 29)."""
    start = 0
    for i in range(1, len(text)):
        if not _continues(text, start, i):
            yield text[start:i]
            start = i
    if text:
        yield text[start:]


def _is_everyday(text: str) -> bool:
    """Only letters, digits and ASCII: most names, and nothing to be done (quick)."""
    if text.isascii():
        return text.isprintable()
    return text.replace(" ", "").isalnum() and _BLANKS.isdisjoint(text)


def _fit_for_name(char: str) -> bool:
    if char in _CHECK_MARKS or char in _BIDI_CONTROLS:
        return False
    return unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp")


def _bad_places(text: str) -> set[int]:
    """Positions in *text* that must not be shown."""
    bad: set[int] = set()
    opened: list[int] = []
    for i, char in enumerate(text):
        if char < "\x7f":
            if char < " " and char not in "\n\t":
                bad.add(i)
        elif char in _OVERRIDES or unicodedata.category(char) in ("Cc", "Cs"):
            bad.add(i)
        elif char in _ISOLATES:
            opened.append(i)
        elif char == _END_ISOLATE:
            if opened:
                opened.pop()
            else:
                bad.add(i)
        if char in _LINE_ENDS:  # what is not closed here would reach further
            bad.update(opened)
            opened.clear()
    bad.update(opened)
    return bad


def _continues(text: str, start: int, i: int) -> bool:
    """Does the character at *i* belong to the cluster that began at *start*?"""
    char, before = text[i], text[i - 1]
    if char < "\u0300":
        return False
    if char == _JOINER or before == _JOINER:
        return True
    if _is_regional(char):
        return _is_regional(before) and i - start == 1
    if "\U000e0020" <= char <= "\U000e007f":
        return text[start] == _BLACK_FLAG
    return "\U0001f3fb" <= char <= "\U0001f3ff" or unicodedata.category(char)[0] == "M"


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _with_few_marks(cluster: str) -> str:
    marks = 0
    kept: list[str] = []
    for char in cluster:
        if unicodedata.category(char)[0] == "M":
            marks += 1
            if marks > NAME_MARKS:
                continue
        else:
            marks = 0
        kept.append(char)
    return "".join(kept[:40])


def _is_visible(char: str) -> bool:
    return char not in _BLANKS and unicodedata.category(char)[0] not in "CZM"
