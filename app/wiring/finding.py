"""The search, bookmarks and lists, made when they are first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.wiring.shelves import ShelvesRoom

if TYPE_CHECKING:
    from app.services.bookmarks import Bookmarks
    from app.services.lists import Lists
    from app.services.search import Search
    from app.wiring.writing import Ground, Writing


class FindingRoom:
    """Each once."""

    def __init__(self, ground: Ground, said: Writing) -> None:
        self._ground, self._said = ground, said
        self._search: Search | None = None
        self._bookmarks: Bookmarks | None = None
        self._lists: Lists | None = None

    def search(self) -> Search:
        """Looks through the cache, and asks servers."""
        if self._search is None:
            from app.services.search import Search

            g = self._ground
            self._search = Search(
                g.store,
                g.accounts,
                g.timelines,
                self._said.conversations,
                self._said.people,
                g.clock,
                self.bookmarks,
                lambda: g.late.registry().infos,
                g.shadows,
                offline=g.options.offline,
            )
        return self._search

    def bookmarks(self) -> Bookmarks:
        """Of all accounts, with folders and notes."""
        if self._bookmarks is None:
            from app.services.bookmarks import Bookmarks

            g = self._ground
            self._bookmarks = Bookmarks(
                g.store, g.accounts, g.timelines, g.clock, offline=g.options.offline
            )
        return self._bookmarks

    def lists(self) -> Lists:
        """Of people, at the servers of all accounts."""
        if self._lists is None:
            from app.services.lists import Lists

            g = self._ground
            self._lists = Lists(g.accounts, self._said.people, offline=g.options.offline)
        return self._lists


def finding_of(ground: Ground, said: Writing) -> dict[str, Any]:
    """What the house asks for them with."""
    room = FindingRoom(ground, said)
    shelves = ShelvesRoom(ground)
    return {
        "make_likes": shelves.likes,
        "make_trends": shelves.trends,
        "make_who_reacted": shelves.who_reacted,
        "make_histories": shelves.histories,
        "make_translating": shelves.translating,
        "make_search": room.search,
        "make_bookmarks": room.bookmarks,
        "make_lists": room.lists,
    }
