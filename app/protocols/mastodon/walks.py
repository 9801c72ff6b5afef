"""The ways down the sources, so that nobody is led in circles."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from app.model.timeline import Cursor, Entry, Source, Stub

_WALKS = 16
_SEEN = 20_000


class Walk:
    """
    One way down a source, so that a server that leads in circles is noticed.

    Servers answer an id they cannot place with their first page, silently.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._idle = 0

    def goes_on(self, items: Iterable[Entry | Stub]) -> bool:
        """Note a page. False: the second in a row that had nothing unseen."""
        fresh = {item.key for item in items} - self._seen
        if len(self._seen) > _SEEN:
            self._seen.clear()
        self._seen |= fresh
        self._idle = 0 if fresh else self._idle + 1
        return self._idle < 2


class Walks:
    """The last ways that were gone."""

    def __init__(self) -> None:
        self._walks: OrderedDict[tuple[Source, Cursor], Walk] = OrderedDict()

    def __len__(self) -> int:
        return len(self._walks)

    def onward(
        self,
        source: Source,
        cursor: Cursor | None,
        items: tuple[Entry | Stub, ...],
        older: Cursor | None,
    ) -> Cursor | None:
        """*older*, unless this walk goes in circles."""
        walk = Walk()
        if cursor is not None:
            walk = self._walks.pop((source, cursor), walk)
        if not walk.goes_on(items) or older is None:
            return None
        self._walks[source, older] = walk
        while len(self._walks) > _WALKS:
            self._walks.popitem(last=False)
        return older
