"""
Which language a text is in.

A script that one language alone writes answers at once, however short the
text. The rest is asked of a detector, which is slow to load and so is handed
in; what it is unsure of stays as usual.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection

from app.compose.edits import replaced
from app.compose.spans import find_spans
from app.model.text import RichText

Detect = Callable[[str], tuple[str, float]]
"""Text → (BCP 47, how sure, 0…1)."""

_SURE = 0.85
_SURE_OF_MINE = 0.5
"""Of a language that the writer knows: a detector of a hundred is seldom sure of short texts."""
_LEAST_LETTERS = 20
_MOST = 0.5
"""Share of the letters that a script must have to decide."""

# First letter, last letter, language: scripts that one language (nearly) alone writes.
_SCRIPTS = (
    (0x0370, 0x03FF, "el"), (0x1F00, 0x1FFF, "el"), (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"), (0x0980, 0x09FF, "bn"), (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"), (0x0B00, 0x0B7F, "or"), (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"), (0x0C80, 0x0CFF, "kn"), (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"), (0x0E00, 0x0E7F, "th"), (0x0E80, 0x0EFF, "lo"),
    (0x0F00, 0x0FFF, "bo"), (0x1000, 0x109F, "my"), (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"), (0x1200, 0x139F, "am"), (0x13A0, 0x13FF, "chr"),
    (0x1780, 0x17FF, "km"), (0x3040, 0x30FF, "ja"), (0x3130, 0x318F, "ko"),
    (0xAC00, 0xD7AF, "ko"), (0xFF66, 0xFF9F, "ja"),
)  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_CODE = re.compile(r"`[^`\n]*`|:[A-Za-z0-9_+-]+:")


def language_of(
    text: str, detect: Detect | None = None, *, usual: str = "", mine: Collection[str] = ()
) -> str:
    """
    The language of *text*, BCP 47; *usual* when it cannot be said.

    Args:
        detect: Asked when the script does not tell; None: not loaded yet.
        mine: Languages of the writer (BCP 47): any of them is believed sooner.
    """
    words = _words_of(text)
    letters = [letter for letter in words if letter.isalpha()]
    by_script = _by_script(letters)
    if by_script:
        return by_script
    if detect is None or len(letters) < _LEAST_LETTERS:
        return usual
    lang, sure = detect(words)
    known = any(one.split("-")[0] == lang for one in mine)
    return lang if lang and sure >= (_SURE_OF_MINE if known else _SURE) else usual


def _words_of(text: str) -> str:
    """Without what is in no language: links, mentions, tags, codes."""
    rich = RichText(text, find_spans(text))
    gone = [(span.start, span.end, RichText(" ")) for span in rich.spans]
    return " ".join(_CODE.sub(" ", replaced(rich, gone).text).split())


def _by_script(letters: list[str]) -> str:
    """The language of the script that most letters are of, "" when that tells none."""
    found = Counter(map(_script, letters))
    found.pop("", None)
    if not found:
        return ""
    lang, count = found.most_common(1)[0]
    if lang == "ja":  # written with Chinese characters too
        count += sum(1 for letter in letters if _HAN.match(letter))
    return lang if count > len(letters) * _MOST else ""


def _script(letter: str) -> str:
    code = ord(letter)
    if code < 0x0370:
        return ""
    return next((lang for first, last, lang in _SCRIPTS if first <= code <= last), "")
