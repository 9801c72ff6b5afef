"""Which of many strings are in a text: all at once, in one pass over it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_FEW = 8
"""So many phrases are looked for one by one; more at once."""

_FAST = 2_000
"""So many get the fastest automaton."""


class Phrases:
    """Which of many strings are in a text: all at once when they are many."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = tuple(phrases)
        self._automaton: Any = None

    def inside(self, text: str) -> set[str]:
        """Those that are in *text*, case and all."""
        if len(self._phrases) <= _FEW:
            return {phrase for phrase in self._phrases if phrase in text}
        if self._automaton is None:
            from ahocorasick_rs import AhoCorasick, Implementation  # only for long lists

            # The fastest kind takes the most memory: a few MB for a thousand words.
            kind = Implementation.DFA if len(self._phrases) <= _FAST else None
            self._automaton = AhoCorasick(self._phrases, implementation=kind)
        return set(self._automaton.find_matches_as_strings(text, overlapping=True))
