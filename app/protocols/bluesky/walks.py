"""Ways down lists that come in pages: nobody is led on for ever."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw

_MOST_EMPTY = 10
"""Pages in a row without anything: servers leave out whom they do not show, but not so many."""

MOST = 10_000
"""Pages of one list: a million people."""


class Walk:
    """
    One way down a list.

    It ends where the server says so, and where it only seems to go on: the same page or
    the same cursor again, one empty page after the other, more pages than anybody has.

    Attributes:
        cursor: Where the next page begins; "": it is the first one.
    """

    def __init__(self, most: int = MOST) -> None:
        self.cursor = ""
        self._seen: set[str] = set()
        self._before: list[bytes] = []
        self._empty, self._left = 0, most

    def goes_on(self, items: Sequence[Raw], cursor: str | None) -> bool:
        """Note a page and what the server says of the next one. False: that was the last."""
        page = [bytes(one) for one in items]
        again = bool(page) and page == self._before
        self._before = page
        self._empty = 0 if page else self._empty + 1
        self._left -= 1
        if not cursor or cursor in self._seen or again:
            return False
        if self._empty > _MOST_EMPTY or self._left <= 0:
            return False
        self._seen.add(cursor)
        self.cursor = cursor
        return True
