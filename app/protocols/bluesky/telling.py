"""
What the AppView tells about one post, and about its day.

Lexicons: app.bsky.feed.getLikes, getRepostedBy; app.bsky.unspecced.getTrendingTopics.
Posts have no history there, and no server translates them.
"""

from __future__ import annotations

from msgspec import Raw

from app.model import Cursor, Profile
from app.model.about import Did, PeoplePage, Trend
from app.model.errors import NotFound, ServiceError, Unsupported
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.profiles import profile_from_author
from app.protocols.bluesky.refusals import error_from_xrpc, said
from app.protocols.bluesky.speaking import Speaking
from app.protocols.bluesky.text import plain_name
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.wire import Author, Wire
from app.protocols.http import Reply
from app.protocols.safety import clean_text

_LIKES, _REPOSTS = "app.bsky.feed.getLikes", "app.bsky.feed.getRepostedBy"
_TRENDING = "app.bsky.unspecced.getTrendingTopics"
_PEOPLE, _TOPICS, _EMPTY_PAGES = 50, 14, 5
_SITE = "https://bsky.app"


class _Like(Wire, frozen=True):
    actor: Author


class _People(Wire, frozen=True):
    likes: list[Raw] = []
    reposted_by: list[Raw] = []
    cursor: str = ""


class _Topic(Wire, frozen=True):
    topic: str = ""
    display_name: str = ""
    description: str = ""
    link: str = ""


class _Topics(Wire, frozen=True):
    topics: list[Raw] = []


class Telling(Speaking):
    """The part of the service that tells about posts and its day (``TellsWho``, ``TellsTrends``)."""

    async def who(self, uri: str, did: Did, cursor: Cursor | None = None) -> PeoplePage:
        """Who liked it, or passed it on; see ``TellsWho``."""
        if at_uri_parts(uri) is None:
            raise NotFound("That is no post on Bluesky.")
        method = _LIKES if did == "like" else _REPOSTS
        params: dict[str, str | int | bool] = {"uri": uri, "limit": _PEOPLE}
        people: tuple[Profile, ...] = ()
        older = cursor or ""
        for _ in range(_EMPTY_PAGES):
            if older:
                params["cursor"] = older
            body = await self._api.get(
                method, params, why="who liked or reposted a post", error=_error_from_post
            )
            page = answer(body, _People)
            people = _read(page.likes, liked=True) if did == "like" else _read(page.reposted_by)
            before, older = older, page.cursor if page.cursor != older else ""
            # Who is blocked or gone is left out, and the page is not filled up again.
            if people or not older or older == before:
                break
        return PeoplePage(people=people, older=Cursor(older) if older else None)

    async def trends(self) -> tuple[Trend, ...]:
        """Topics that the AppView has seen; see ``TellsTrends``."""
        try:
            body = await self._api.get(
                _TRENDING, {"limit": _TOPICS}, why="what is talked about", error=_error_from_trends
            )
        except Unsupported:
            return ()  # not every AppView looks for any
        found = []
        for raw in answer(body, _Topics).topics[:_TOPICS]:
            try:
                found.append(_trend(read(raw, _Topic)))
            except Unreadable:
                continue  # a topic less
        return tuple(one for one in found if one.name)


def _read(raws: list[Raw], *, liked: bool = False) -> tuple[Profile, ...]:
    found = []
    for raw in raws:
        try:
            found.append(
                profile_from_author(read(raw, _Like).actor if liked else read(raw, Author))
            )
        except Unreadable:
            continue  # whoever that was, the others are told
    return tuple(found)


def _trend(topic: _Topic) -> Trend:
    link = topic.link if topic.link.startswith("/") and not topic.link.startswith("//") else ""
    return Trend(
        kind="topic",
        name=plain_name(topic.display_name or topic.topic)[:100],
        about=clean_text(topic.description[:300]).strip(),
        url=f"{_SITE}{link}" if link and link.isprintable() and " " not in link else "",
    )


def _error_from_trends(reply: Reply, server: str, handle: str) -> ServiceError:
    """``unspecced`` methods come and go: servers say in several ways that they have none."""
    if reply.status in (404, 405, 500, 501):
        return Unsupported("This server knows no trends.")
    return error_from_xrpc(reply, server, handle)


def _error_from_post(reply: Reply, server: str, handle: str) -> ServiceError:
    if reply.status == 400 and "not found" in said(reply).message.lower():
        return NotFound("The post is gone, or not for you.")
    return error_from_xrpc(reply, server, handle)
