"""Custom feeds that people make, and lists: found, looked at, named."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Raw, field

from app.model import Cursor
from app.model.errors import Malformed, NotFound, Refused, ServiceError, Unsupported
from app.model.offers import Offer, OfferPage
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.people import did_of, who_from_address
from app.protocols.bluesky.profiles import NO_HANDLE
from app.protocols.bluesky.refusals import error_from_feed, error_from_xrpc
from app.protocols.bluesky.speaking import Speaking
from app.protocols.bluesky.text import plain_name
from app.protocols.bluesky.uris import at_uri_parts, is_handle, web_url
from app.protocols.bluesky.wire import Label, Wire
from app.protocols.http import Reply
from app.protocols.safety import clean_text

GENERATOR, LIST = "app.bsky.feed.generator", "app.bsky.graph.list"
_CURATED = "app.bsky.graph.defs#curatelist"
_POPULAR = "app.bsky.unspecced.getPopularFeedGenerators"
_SUGGESTED = "app.bsky.feed.getSuggestedFeeds"
_AT_ONCE, _MOST, _LONGEST = 25, 100, 2_000
_WHY = "feeds to choose from"
_PAGE = re.compile(
    r"https?://[^/?#]+/profile/([^/?#]+)/(feed|lists)/([A-Za-z0-9._~:-]+)/?(?:[?#].*)?"
)
_WEB = re.compile(r"did:web:([A-Za-z0-9.-]{1,253}(?:%3[Aa][0-9]{1,5})?)")
_VALUE = re.compile(r"[!-~]{1,128}")
_MOST_LIKES = 2**53
_COLLECTIONS = {"feed": GENERATOR, "lists": LIST}


class _Maker(Wire, frozen=True):
    did: str
    handle: str = ""


class _Generator(Wire, frozen=True):
    """``app.bsky.feed.defs#generatorView``."""

    uri: str
    creator: _Maker
    did: str = ""
    display_name: str = ""
    description: str = ""
    avatar: str = ""
    like_count: int = 0
    labels: list[Label] = []


class _ListView(Wire, frozen=True):
    """``app.bsky.graph.defs#listView``."""

    uri: str
    creator: _Maker
    name: str = ""
    purpose: str = ""
    description: str = ""
    avatar: str = ""
    labels: list[Label] = []


class _Feeds(Wire, frozen=True):
    feeds: list[Raw] = []
    cursor: str = ""


class _Feed(Wire, frozen=True):
    view: _Generator


class _Lists(Wire, frozen=True):
    lists: list[Raw] = []


class _List(Wire, frozen=True):
    found: _ListView = field(name="list")


class Offering(Speaking):
    """The part of the service that knows what there is to read (``OffersFeeds``, ``HasSources``)."""

    async def offers(
        self, words: str = "", cursor: Cursor | None = None, *, limit: int = 30
    ) -> OfferPage:
        """What is popular, or what *words* find; see ``OffersFeeds``."""
        params: dict[str, str | int | bool] = {"limit": max(1, min(limit, _MOST))}
        if cursor:
            params["cursor"] = cursor
        if words := words.strip():
            params["query"] = words[:300]
        try:
            body = await self._api.get(_POPULAR, params, why=_WHY, error=_error_from_method)
        except Unsupported:
            if words:
                raise
            body = await self._api.get(_SUGGESTED, params, why=_WHY)
        page = answer(body, _Feeds)
        older = page.cursor if page.cursor != (cursor or "") else ""
        return OfferPage(
            offers=_generators(page.feeds), older=Cursor(older) if older and page.feeds else None
        )

    async def offers_named(self, uris: Sequence[str]) -> tuple[Offer, ...]:
        """Feeds and lists by URI; see ``OffersFeeds``."""
        feeds = [uri for uri in dict.fromkeys(uris) if _collection(uri) == GENERATOR]
        found: list[Offer] = []
        for start in range(0, len(feeds), _AT_ONCE):
            params = [("feeds", uri) for uri in feeds[start : start + _AT_ONCE]]
            body = await self._api.get("app.bsky.feed.getFeedGenerators", params, why=_WHY)
            found += _generators(answer(body, _Feeds).feeds)
        for uri in dict.fromkeys(uris):
            if _collection(uri) == LIST:
                try:
                    found.append(await self._list(uri))
                except (NotFound, Refused):
                    continue  # gone, or not for us
        return tuple(found)

    async def find_offer(self, address: str) -> Offer:
        """The feed or list with this URI or page; see ``OffersFeeds``."""
        uri = address.strip()
        page = _PAGE.fullmatch(uri)
        if page is not None:
            did = await did_of(self._api, who_from_address(page[1]))
            uri = f"at://{did}/{_COLLECTIONS[page[2]]}/{page[3]}"
        collection = _collection(uri)
        if collection == LIST:
            return await self._list(uri)
        if collection != GENERATOR:
            raise NotFound(
                "That is no address of a feed or list on Bluesky.",
                "Copy the address of its page, or its at:// link.",
            )
        body = await self._api.get(
            "app.bsky.feed.getFeedGenerator", {"feed": uri}, why=_WHY, error=_error_from_generator
        )
        return _offer_from_generator(answer(body, _Feed).view)

    async def own_sources(self) -> tuple[Offer, ...]:
        """Its lists of people to read; see ``HasSources``."""
        params: dict[str, str | int | bool] = {"actor": self._account.uri, "limit": _MOST}
        try:
            body = await self._api.get("app.bsky.graph.getLists", params, why="your lists")
        except Unsupported:
            return ()
        found = []
        for raw in answer(body, _Lists).lists:
            try:
                view = read(raw, _ListView)
            except Unreadable:
                continue  # one list less to choose from
            if view.purpose == _CURATED:
                found.append(_offer_from_list(view, mine=self._account.uri))
        return tuple(found)

    async def _list(self, uri: str) -> Offer:
        body = await self._api.get("app.bsky.graph.getList", {"list": uri, "limit": 1}, why=_WHY)
        return _offer_from_list(answer(body, _List).found, mine=self._account.uri)


def _generators(raws: Sequence[Raw]) -> tuple[Offer, ...]:
    found: dict[str, Offer] = {}
    for raw in raws:
        try:
            offer = _offer_from_generator(read(raw, _Generator))
        except (Unreadable, Malformed):
            continue  # the others can be chosen all the same
        found.setdefault(offer.arg, offer)
    return tuple(found.values())


def _offer_from_generator(view: _Generator) -> Offer:
    if _collection(view.uri) != GENERATOR:
        raise Malformed("The server names a feed that is none.")
    return Offer(
        kind="feed",
        arg=view.uri,
        name=plain_name(view.display_name) or view.uri.rpartition("/")[2],
        about=_text(view.description),
        by=_handle(view.creator),
        by_uri=view.creator.did,
        host=_host(view.did),
        avatar=web_url(view.avatar),
        likes=min(max(0, view.like_count), _MOST_LIKES),
        labels=_values(view.labels),
    )


def _offer_from_list(view: _ListView, *, mine: str) -> Offer:
    if _collection(view.uri) != LIST:
        raise Malformed("The server names a list that is none.")
    return Offer(
        kind="list",
        arg=view.uri,
        name=plain_name(view.name) or "A list",
        about=_text(view.description),
        by=_handle(view.creator),
        by_uri=view.creator.did,
        avatar=web_url(view.avatar),
        yours=view.creator.did == mine,
        labels=_values(view.labels),
    )


def _collection(uri: str) -> str:
    parts = at_uri_parts(uri)
    return parts[1] if parts is not None else ""


def _handle(maker: _Maker) -> str:
    """As in posts: what can be no handle is shown as none, whatever it is made to look like."""
    handle = maker.handle.lower()
    return handle if is_handle(handle) else NO_HANDLE


def _host(did: str) -> str:
    """Of whose server the feed is, as its maker has written down; "" = nothing that can be one."""
    found = _WEB.fullmatch(did)
    return found[1].lower().replace("%3a", ":") if found else ""


def _values(labels: Sequence[Label]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(one.val for one in labels[:50] if not one.neg and _VALUE.fullmatch(one.val))
    )


def _text(text: str) -> str:
    return clean_text(text[:_LONGEST]).strip()


def _error_from_method(reply: Reply, server: str, handle: str) -> ServiceError:
    """``unspecced`` methods come and go: servers say in several ways that they have none."""
    if reply.status in (404, 405):
        return Unsupported("This server cannot search for feeds.")
    return error_from_xrpc(reply, server, handle)


def _error_from_generator(reply: Reply, server: str, handle: str) -> ServiceError:
    """A feed that nobody knows is told as a bad request."""
    error = error_from_feed(reply, server, handle)
    if reply.status == 400 and "could not find feed" in reply.body[:500].decode(errors="replace"):
        return NotFound("This feed may have been deleted.", "Ask who made it.")
    return error
