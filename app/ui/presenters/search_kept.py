"""Bookmarks and likes in the search: servers are asked what they keep, further down when wanted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

from app.model.errors import ServiceError, StoreError
from app.model.query import Query
from app.services.search_reading import MOST_KEPT
from app.services.search_sorting import asks_for_bookmarks, asks_for_likes

if TYPE_CHECKING:
    from app.services.house import House
    from app.services.kept_pages import Fetched
    from app.ui.asyncqt import TaskScope
    from app.ui.search.page import SearchPage

KEPT = "search kept"

AFTER = 0.15
"""Seconds: first the cache is looked through, as after the last key; what servers say comes then."""

NOTHING = {
    "bookmarks": (
        "No bookmarks here yet",
        "What you bookmark on any network stands here; S bookmarks the post you are on.",
    ),
    "likes": (
        "No likes here yet",
        "What you like on any network stands here; F likes the post you are on.",
    ),
}


class KeptFetching:
    """
    Args:
        asked: What is looked for now.
        again: Look through the cache once more.
        page: Where a trouble is told, above what is shown.
    """

    def __init__(
        self,
        house: House,
        scope: TaskScope,
        asked: Callable[[], Query],
        again: Callable[[], None],
        page: Callable[[], SearchPage | None],
    ) -> None:
        self._house, self._scope = house, scope
        self._asked, self._again, self._page = asked, again, page
        self._refused = False  # a server: it is not asked again and again
        self._leave: Callable[[], None] | None = None

    def begin(self, text: str) -> str:
        """Ask for what *text* begins with; the room's name in the sidebar."""
        self._refused = False
        self._show_filed()
        if self._leave is None:
            self._leave = self._house.bookmarks.subscribe(self._show_filed)
        for room in NOTHING:
            if text.startswith(f"in:{room}"):
                kept = self._house.bookmarks if room == "bookmarks" else self._house.likes
                self._scope.restart(self._begin(kept.fetch), name=KEPT)
                return "bookmarks"  # both stand in one room
        return "search"

    def goes_on(self, query: Query, looked_at: int = 0) -> bool:
        """Servers have more of it than was fetched, and there is room for it."""
        if looked_at >= MOST_KEPT:
            return False
        try:
            return asks_for_likes(query) and not self._refused and self._house.likes.goes_on()
        except ServiceError:
            return False  # reading the cache says so itself

    def fetch_older(self) -> None:
        """A page more of what the servers have."""
        self._scope.restart(self._fetch(self._house.likes.fetch_older()), name=KEPT)

    def stop(self) -> None:
        """Nobody looks any more."""
        self._scope.stop(KEPT)
        if self._leave is not None:
            self._leave()
            self._leave = None

    def _show_filed(self) -> None:
        """What I wrote to bookmarks stands under them."""
        page, bookmarks = self._page(), self._house.bookmarks
        if page is None:
            return
        try:
            filed = bookmarks.filed()
        except StoreError:
            return  # what is looked for says so itself
        page.left.view.show_filed(
            lambda card: next((filed[c.post.uri] for c in card.copies if c.post.uri in filed), None)
        )

    async def _begin(self, ask: Callable[[], Awaitable[tuple[Fetched, ...]]]) -> None:
        await asyncio.sleep(AFTER)
        await self._fetch(ask())

    async def _fetch(self, asking: Awaitable[tuple[Fetched, ...]]) -> None:
        fetched = await asking
        if not kept_of(self._asked()):
            return  # something else is looked for meanwhile
        failed = next((one for one in fetched if one.trouble is not None), None)
        self._refused = failed is not None
        self._again()
        page = self._page()
        if failed is not None and failed.trouble is not None and page is not None:
            host, words = self._house.accounts.find(failed.account).host, failed.trouble.message
            named = words if host in words else f"{host}: {words}"
            page.say_trouble(f"{named} What is known is shown.", typed=False)


def kept_of(query: Query) -> Literal["", "bookmarks", "likes"]:
    """What of mine is looked for."""
    return "bookmarks" if asks_for_bookmarks(query) else "likes" if asks_for_likes(query) else ""


def nothing_kept(query: Query) -> tuple[str, str] | None:
    """What is said where there is none of it at all; None: words were looked for."""
    room = kept_of(query)
    plain = room and not query.terms and len(query.conditions) == 1
    return NOTHING[room] if plain else None
