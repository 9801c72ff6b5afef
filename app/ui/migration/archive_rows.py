"""The rows of an archive that is looked through: more of them when the reader comes near the end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from app.feed.rows import Row
from app.model.errors import ServiceError
from app.model.timeline import RowKey
from app.portability.archive_rows import row_of_archived
from app.services.rows import Change, EdgeState, Inserted

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QPixmap

    from app.portability.archive_browse import ArchivePage, Browsing
    from app.ui.timeline.pictures import Form, Pictures

PAGE = 60
"""Rows read at once: more than a high window shows."""


class OnlyHere:
    """Implements ``Pictures``: those of the archive itself. No server hears of who reads it."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    @property
    def arrived(self) -> SignalInstance:
        """See ``Pictures``."""
        return self._pictures.arrived

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """See ``Pictures``."""
        here = url if url.startswith("file:") else ""
        return self._pictures.request(here, form, blurhash)

    def failed(self, url: str) -> bool:
        """See ``Pictures``: what is not here is not to be had."""
        return not url.startswith("file:") or self._pictures.failed(url)


class ArchiveRows:
    """
    Implements ``RowSource``: all posts, or those with certain words.

    Args:
        start: Runs a coroutine (``TaskScope.start``).
        words: "": all of them.
    """

    def __init__(
        self,
        browsing: Browsing,
        start: Callable[[Coroutine[Any, Any, None]], object],
        words: str = "",
    ) -> None:
        self._browsing, self._start, self.words = browsing, start, words
        self._rows: list[Row] = []
        self._places: dict[RowKey, int] = {}
        self._listeners: list[Callable[[Change], None]] = []
        self._older: int | None = None
        self._loading = self._ended = False

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, index: int) -> RowKey:
        """See ``RowSource``."""
        return self._rows[index].key

    def row(self, index: int) -> Row:
        """See ``RowSource``: what is known is in memory."""
        return self._rows[index]

    def index_of(self, key: RowKey) -> int | None:
        """See ``RowSource``."""
        return self._places.get(key)

    def want_older(self) -> None:
        """See ``RowSource``."""
        if not (self._loading or self._ended):
            self._loading = True
            self._tell(EdgeState("older", "loading"))
            self._start(self._load())

    def want_newer(self) -> None:
        """Nothing newer can come."""

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """See ``RowSource``."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def _load(self) -> None:
        try:
            page = await self._page()
        except ServiceError as error:
            self._tell(EdgeState("older", "failed", error.message))
            return
        finally:
            self._loading = False
        rows = [row_of_archived(place, one) for place, one in page.items]
        before = len(self._rows)
        self._rows += rows
        self._places.update((row.key, before + at) for at, row in enumerate(rows))
        self._older = page.older
        self._ended = page.older is None
        if rows:
            self._tell(Inserted(before, len(rows)))
        self._tell(EdgeState("older", "end" if self._ended else "more"))

    async def _page(self) -> ArchivePage:
        if self.words:
            return await self._browsing.search(self.words, PAGE, self._older)
        return await self._browsing.page(PAGE, self._older)

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)
