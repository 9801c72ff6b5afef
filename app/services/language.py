"""Detecting the language of what I write: off the loop, remembered, and only when needed."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from functools import cache

Detect = Callable[[str], tuple[str, float]]

MOST = 2_000
"""Characters that are looked at: more does not make it surer."""

REMEMBERED = 128


class Language:
    """
    Says which language a text is in.

    Args:
        load: Gives the detector. Called in a thread, once: what stands behind
            it takes seconds to load on a slow machine.
        mine: Languages of the user, BCP 47.
    """

    def __init__(
        self, load: Callable[[], Detect] | None = None, mine: Collection[str] = ()
    ) -> None:
        self._mine = tuple(mine)
        self._load = cache(load or _detector)
        self._loading = threading.Lock()
        self._known: OrderedDict[str, str] = OrderedDict()

    async def of(self, text: str) -> str:
        """BCP 47; "" = it cannot be said."""
        asked = text.strip()[:MOST]
        if not asked:
            return ""
        if asked not in self._known:
            self._known[asked] = await asyncio.to_thread(self._detected, asked)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(asked)
        return self._known[asked]

    def _detected(self, text: str) -> str:
        from app.compose.language import language_of

        # First without the detector: a script often tells, and nothing is loaded.
        if found := language_of(text):
            return found
        with self._loading:
            detect = self._load()
        return language_of(text, detect, mine=self._mine)


def _detector() -> Detect:
    """py3langid's, with its sureness from 0 to 1."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def detect(text: str) -> tuple[str, float]:
        lang, sure = identifier.classify(text)
        return ("" if lang == "und" else str(lang)), float(sure)

    return detect
