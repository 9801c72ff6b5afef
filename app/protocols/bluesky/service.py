"""One signed-in Bluesky account, as the program uses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Raw, structs

from app.model import Account, Cursor, Page, Post, Source
from app.model.errors import Malformed, NotFound, ServiceError, Unsafe, Unsupported
from app.protocols.bluesky.api import MakeError, answer
from app.protocols.bluesky.conversing import Conversing
from app.protocols.bluesky.convert import (
    Entries,
    reading_bookmarks,
    reading_feed,
    reading_posts,
)
from app.protocols.bluesky.decode import reading_page
from app.protocols.bluesky.grouping import Grouping
from app.protocols.bluesky.listing import Listing
from app.protocols.bluesky.notifying import Notifying
from app.protocols.bluesky.offering import Offering
from app.protocols.bluesky.probe import abilities_of
from app.protocols.bluesky.profiles import NO_HANDLE
from app.protocols.bluesky.recipes import Recipes
from app.protocols.bluesky.refusals import error_from_feed, error_from_status, error_from_xrpc
from app.protocols.bluesky.showing import Showing
from app.protocols.bluesky.streaming import Streaming
from app.protocols.bluesky.telling import Telling
from app.protocols.bluesky.text import plain_name
from app.protocols.bluesky.uris import is_handle, web_url
from app.protocols.bluesky.wire_server import ProfileDetails, Session
from app.protocols.bluesky.writing import Writing
from app.protocols.net.turns import Turns, in_turns

_MOST = 100  # of every paged query's lexicon
_EMPTY_PAGES = 5


class _Query(NamedTuple):
    method: str
    parameter: str
    list: str
    entries: Callable[[Sequence[Raw], datetime], Turns[Entries]]
    why: str
    error: MakeError = error_from_xrpc


_QUERIES: Mapping[str, _Query] = {
    "home": _Query("app.bsky.feed.getTimeline", "", "feed", reading_feed, "home timeline"),
    "feed": _Query(
        "app.bsky.feed.getFeed", "feed", "feed", reading_feed, "a feed", error_from_feed
    ),
    "list": _Query("app.bsky.feed.getListFeed", "list", "feed", reading_feed, "a list"),
    "author": _Query(
        "app.bsky.feed.getAuthorFeed", "actor", "feed", reading_feed, "somebody's posts"
    ),
    "bookmarks": _Query(
        "app.bsky.bookmark.getBookmarks", "", "bookmarks", reading_bookmarks, "bookmarks"
    ),
    "search": _Query("app.bsky.feed.searchPosts", "q", "posts", reading_posts, "search"),
    "likes": _Query("app.bsky.feed.getActorLikes", "actor", "feed", reading_feed, "what you liked"),
    "quotes": _Query("app.bsky.feed.getQuotes", "uri", "posts", reading_posts, "who quotes a post"),
    "tag": _Query("app.bsky.feed.searchPosts", "q", "posts", reading_posts, "a tag"),
}


_ADDRESSED = ("author", "list", "feed", "quotes")
"""Sources that are named by an address: those of other networks need not be asked for."""


class BlueskyService(
    Writing,
    Conversing,
    Showing,
    Listing,
    Offering,
    Recipes,
    Notifying,
    Telling,
    Grouping,
    Streaming,
):
    """Reads, writes, reacts, converses, moderates and offers as one account (``Speaking``)."""

    async def page(
        self,
        source: Source,
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        """
        Fetch one page of *source*, newest first.

        A page without posts is not the end while it has a cursor: the
        AppView does not refill what it filters out (facts: feeds).

        Raises:
            Unsupported: There is no such source here.
            ServiceError: The server cannot be reached or refuses us.
        """
        query = _QUERIES.get(source.kind)
        if query is None:
            raise Unsupported("Bluesky has no such timeline.")

        if source.kind in _ADDRESSED and not source.arg.startswith(("did:", "at://")):
            raise NotFound("That is no address on Bluesky.")

        limit = max(1, min(limit, _MOST))
        params: dict[str, str | int | bool] = {"limit": limit}
        if query.parameter:
            params[query.parameter] = self._argument(source)
        if cursor:
            params["cursor"] = cursor

        for _ in range(_EMPTY_PAGES):
            items, older = await self._fetch(query, params, background)
            if older == params.get("cursor"):
                older = ""  # It would go round for ever.
            if items or not older:
                break
            params["cursor"] = older
        return Page(items=items[:limit], older=Cursor(older) if older else None)

    def _argument(self, source: Source) -> str:
        """What a source is asked for by."""
        if source.kind == "likes":
            return self._account.uri  # only one's own are told
        return f"#{source.arg}" if source.kind == "tag" else source.arg

    async def _fetch(
        self, query: _Query, params: Mapping[str, str | int | bool], background: bool
    ) -> tuple[Entries, str]:
        body = await self._api.get(
            query.method, params, why=query.why, background=background, error=query.error
        )
        raws, older = await in_turns(reading_page(body, query.list))
        return await in_turns(query.entries(raws, self._now())), older

    async def verify(self) -> Account:
        """
        Ask who we are and what the server can do: the account, renewed.

        Raises:
            Suspended: It is deactivated or taken down.
            ServiceError: The server cannot be reached or refuses us.
        """
        body = await self._api.get("com.atproto.server.getSession", why="who we are")
        session = answer(body, Session)
        if not session.active:
            raise error_from_status(session.status, session.handle)
        abilities = await abilities_of(self._api, self._account.uri)
        profile = await self._profile()
        handle = session.handle.lower()
        self._account = structs.replace(
            self._account,
            server=self._api.server,
            handle=handle if is_handle(handle) else NO_HANDLE,
            name=plain_name(profile.display_name) if profile else self._account.name,
            avatar=web_url(profile.avatar) if profile else self._account.avatar,
            abilities=abilities,
        )
        return self._account

    async def _profile(self) -> ProfileDetails | None:
        try:
            body = await self._api.get(
                "app.bsky.actor.getProfile", {"actor": self._account.uri}, why="who we are"
            )
            return answer(body, ProfileDetails)
        except ServiceError:
            return None  # A name and a picture; the account works without.

    async def sign_out(self) -> None:
        """Revoke the token at the server. Raises: ServiceError."""
        await self._api.end_session()

    async def origin_server(self, post: Post) -> str:
        """
        Origin of the PDS of *post*'s author, remembered for an hour.

        "" when the author's document names none that could be one.

        Raises:
            ServiceError: It cannot be found out now.
        """
        resolver = await self._api.resolver()
        try:
            return await resolver.pds_of(post.author.uri)
        except (NotFound, Malformed, Unsafe):
            return ""
