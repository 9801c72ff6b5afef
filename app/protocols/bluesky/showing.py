"""
Somebody's posts by kind, and who is near them.

Source: ``app.bsky.feed.getAuthorFeed`` (filter), ``getActorLikes`` (of oneself only),
``app.bsky.graph.getFollowers``, ``getFollows``, ``getKnownFollowers``.
"""

from __future__ import annotations

from msgspec import Raw

from app.model import Cursor, Page, Profile
from app.model.about import PeoplePage
from app.model.errors import NotFound, Unsupported
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.convert import entries_from_posts, reading_feed
from app.protocols.bluesky.decode import Unreadable, read, reading_page
from app.protocols.bluesky.lookup import raw_views
from app.protocols.bluesky.people import error_from_profile
from app.protocols.bluesky.portraying import Portraying
from app.protocols.bluesky.profiles import profile_from_author
from app.protocols.bluesky.uris import is_did
from app.protocols.bluesky.wire import Author, StrongRef, Wire
from app.protocols.net.turns import in_turns
from app.protocols.portraying import Near, Part

_FILTERS: dict[Part, str] = {
    "posts": "posts_no_replies",
    "replies": "posts_with_replies",
    "media": "posts_with_media",
}
_NEAR: dict[Near, tuple[str, str]] = {
    "followers": ("getFollowers", "followers"),
    "following": ("getFollows", "follows"),
    "known": ("getKnownFollowers", "followers"),
}
_MOST = 100
_EMPTY_PAGES = 5

Params = dict[str, str | int | bool]


class _Pinning(Wire, frozen=True):
    """``app.bsky.actor.defs#profileViewDetailed``, what it has pinned."""

    pinned_post: StrongRef | None = None


class _Near(Wire, frozen=True):
    followers: list[Raw] = []
    follows: list[Raw] = []
    cursor: str = ""


class Showing(Portraying):
    """The part of the service that shows people (``ShowsPeople``)."""

    def parts(self, profile: str) -> tuple[Part, ...]:
        """What of theirs can be shown; see ``ShowsPeople``."""
        usual: tuple[Part, ...] = ("posts", "replies", "media")
        return (*usual, "likes") if profile == self._account.uri else usual

    async def wrote(
        self, profile: str, part: Part, cursor: Cursor | None = None, *, limit: int = 30
    ) -> Page:
        """A page of one part; see ``ShowsPeople``."""
        who = _did(profile)
        if part == "pinned":
            return await self._pinned(who)
        params: Params = {"actor": who, "limit": max(1, min(limit, _MOST))}
        if part == "likes":
            if who != self._account.uri:
                raise Unsupported("Bluesky does not show what others like.")
            method = "app.bsky.feed.getActorLikes"
        else:
            method = "app.bsky.feed.getAuthorFeed"
            params["filter"] = _FILTERS[part]
        if cursor:
            params["cursor"] = cursor
        for _ in range(_EMPTY_PAGES):
            body = await self._api.get(method, params, why="somebody's posts")
            raws, older = await in_turns(reading_page(body, "feed"))
            items = await in_turns(reading_feed(raws, self._now()))
            if older == params.get("cursor"):
                older = ""  # It would go round for ever.
            if items or not older:
                break
            params["cursor"] = older
        return Page(items=items, older=Cursor(older) if older else None)

    async def near(
        self, profile: str, near: Near, cursor: Cursor | None = None, *, limit: int = 40
    ) -> PeoplePage:
        """A page of who follows, is followed; see ``ShowsPeople``."""
        name, where = _NEAR[near]
        params: Params = {"actor": _did(profile), "limit": max(1, min(limit, _MOST))}
        if cursor:
            params["cursor"] = cursor
        method, why = f"app.bsky.graph.{name}", "who follows whom"
        body = await self._api.get(method, params, why=why, error=error_from_profile)
        told = answer(body, _Near)
        found: list[Profile] = []
        for raw in getattr(told, where):
            try:
                found.append(profile_from_author(read(raw, Author)))
            except Unreadable:
                continue  # Whoever that was, the others are there all the same.
        older = Cursor(told.cursor) if told.cursor and told.cursor != cursor else None
        return PeoplePage(people=tuple(found), older=older)

    async def _pinned(self, who: str) -> Page:
        method, why = "app.bsky.actor.getProfile", "what somebody has pinned"
        body = await self._api.get(method, {"actor": who}, why=why, error=error_from_profile)
        ref = answer(body, _Pinning).pinned_post
        if ref is None or not ref.uri:
            return Page(items=())
        views = await raw_views(self._api, [ref.uri], why=why)
        return Page(items=entries_from_posts(views, self._now()))


def _did(profile: str) -> str:
    if not is_did(profile):
        raise NotFound("That is no account on Bluesky.")
    return profile
