"""What was looked for before: kept on this computer, until it is forgotten."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.model.errors import ServiceError
from app.ui.presenters.behind import KEEP
from app.ui.presenters.search_kept import nothing_kept
from app.ui.search.start import SearchStart

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.model.query import Query
    from app.store import Store
    from app.ui.asyncqt import TaskScope
    from app.ui.search.page import SearchPage
    from app.ui.theme.look import Look

log = logging.getLogger(__name__)

RECENT = "ui.searches"
"""Setting: texts, the latest first."""

MOST, LONGEST = 8, 300
"""So many are kept; a text that is longer is not."""


class RecentSearches:
    """Shows them where nothing is looked for. *begin*: shows that page anew."""

    def __init__(
        self, look: Look, store: Store, scope: TaskScope, begin: Callable[[], None]
    ) -> None:
        self._look, self._store, self._scope, self._begin = look, store, scope, begin
        kept = store.reader.setting(RECENT, [])
        self.texts = [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else []

    def note(self, text: str, query: Query) -> None:
        """It was looked for in earnest."""
        text = " ".join(text.split())
        if not query or not text or len(text) > LONGEST or nothing_kept(query) is not None:
            return  # all bookmarks are a place, and no search
        others = [one for one in self.texts if one.casefold() != text.casefold()]
        self._keep([text, *others][:MOST])

    def make_start(self, page: SearchPage) -> SearchStart:
        """What stands where nothing is looked for."""
        made = SearchStart(self._look, self.texts)
        made.again.connect(lambda text: page.put(f"{text} "))
        made.begun.connect(page.add)
        made.forgotten.connect(lambda text: self._forget(text, page))
        return made

    def _forget(self, text: str, page: SearchPage) -> None:
        self._keep([one for one in self.texts if text and one != text])
        self._begin()
        page.enter_start()

    def _keep(self, texts: list[str]) -> None:
        if texts == self.texts:
            return
        self.texts = texts
        self._scope.restart(self._save(texts), name=f"{KEEP}searches")

    async def _save(self, texts: list[str]) -> None:
        try:
            await self._store.keep(lambda keeper: keeper.set_setting(RECENT, texts))
        except ServiceError as error:
            log.warning("searches not kept: %s", error.kind)
