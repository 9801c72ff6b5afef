"""What was changed between two versions of a text, word by word. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

_WORDS = re.compile(r"\s+|[^\s\w]|\w+")
MOST = 1_000
"""Words of a text that are compared; of longer ones all is said to be another."""


class Stretch(Struct, frozen=True):
    """Some of a text: it stayed, is gone, or is new."""

    kind: Literal["same", "gone", "new"]
    text: str


def differences(before: str, after: str) -> tuple[Stretch, ...]:
    """How *before* became *after*: joined without what is gone, it is *after*."""
    if before == after:
        return (Stretch("same", after),) if after else ()
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST:
        return _joined([Stretch("gone", before), Stretch("new", after)])
    found: list[Stretch] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Stretch("same", "".join(new[j1:j2])))
            continue
        found.append(Stretch("gone", "".join(old[i1:i2])))
        found.append(Stretch("new", "".join(new[j1:j2])))
    return _joined(_whole(found))


def _whole(found: list[Stretch]) -> list[Stretch]:
    """A lone space between two changes is part of both: so they read as one."""
    made: list[Stretch] = []
    for at, one in enumerate(found):
        between = 0 < at < len(found) - 1
        if one.kind == "same" and one.text.isspace() and between and "\n" not in one.text:
            made += [Stretch("gone", one.text), Stretch("new", one.text)]
        else:
            made.append(one)
    return made


def _joined(found: list[Stretch]) -> tuple[Stretch, ...]:
    """Neighbours of one kind are one; in a change what is gone stands first."""
    made: list[Stretch] = []
    gone, new = "", ""

    def close() -> None:
        nonlocal gone, new
        if gone:
            made.append(Stretch("gone", gone))
        if new:
            made.append(Stretch("new", new))
        gone, new = "", ""

    for one in found:
        if not one.text:
            continue
        if one.kind == "gone":
            gone += one.text
        elif one.kind == "new":
            new += one.text
        else:
            close()
            made.append(one)
    close()
    return tuple(made)
