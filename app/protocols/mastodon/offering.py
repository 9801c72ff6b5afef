"""
What there is to read beside home: lists, followed tags, what is talked about.

Source: methods/lists, followed_tags, trends.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from msgspec import Struct

from app.model.about import Trend
from app.model.errors import Malformed, NotFound, Refused, SignedOut, Unsupported
from app.model.offers import Offer
from app.protocols.mastodon import blocks, wire
from app.protocols.mastodon.api import SEARCH, Api
from app.protocols.mastodon.paging import all_items
from app.protocols.mastodon.session import Session
from app.protocols.mastodon.wire_server import read_object
from app.protocols.safety import clean_text, shown_host

LISTS, FOLLOWED_TAGS = "/api/v1/lists", "/api/v1/followed_tags"
TRENDING_LINKS = "/api/v1/trends/links"
TRENDING_TAGS, TRENDS = "/api/v1/trends/tags", "/api/v1/trends/statuses"
_MOST_TAGS, _PAGE, _SHOWN = 400, 100, 20
_DAYS = 2
"""So many days of a tag's history are "lately"."""


class _List(Struct, gc=False):
    id: str | int | None = None
    title: str | None = None


class _Day(Struct, gc=False):
    accounts: Any = None


class _Tag(Struct, gc=False):
    name: str | None = None
    history: list[_Day] | None = None


class _TagsFound(Struct, gc=False):
    hashtags: list[_Tag] | None = None


class _Link(Struct, gc=False):
    url: str | None = None
    title: str | None = None
    description: str | None = None
    provider_name: str | None = None
    image: str | None = None
    history: list[_Day] | None = None


class Offering(Session):
    """The part of the service that knows what there is to read (``HasSources``, ``TellsTrends``)."""

    async def own_sources(self) -> tuple[Offer, ...]:
        """Lists, followed tags, trends; see ``HasSources``."""
        api = await self._api()
        found = [one async for one in self._lists(api)]
        yours = [one async for one in self._tags(api, FOLLOWED_TAGS, _MOST_TAGS, yours=True)]
        talk = [one async for one in self._tags(api, TRENDING_TAGS, _SHOWN, yours=False)]
        trends = await self._trends(api)
        known = {one.arg.lower() for one in yours}
        found += yours + [one for one in talk if one.arg.lower() not in known]
        return (*found, *trends)

    async def trends(self) -> tuple[Trend, ...]:
        """Tags and web pages that are talked about; see ``TellsTrends``."""
        api = await self._api()
        tags = [
            Trend(kind="tag", name=one.name, talk=one.talk)
            async for one in self._tags(api, TRENDING_TAGS, _SHOWN, yours=False)
        ]
        links = []
        for raw in await self._whole(api, TRENDING_LINKS, "pages that are talked about"):
            try:
                links.append(read_object(raw, _Link, api.host))
            except Malformed:
                continue  # a page less to read
        shown = (_trend(link) for link in links[:_SHOWN])
        return (*tags, *(one for one in shown if one.url))

    async def tags_like(self, words: str, limit: int = 6) -> tuple[Offer, ...]:
        """Tags that *words* find; see ``FindsTags``. Source: methods/search."""
        words = words.strip().removeprefix("#").strip()
        if not words:
            return ()
        api = await self._api()
        params: dict[str, str | int | bool] = {
            "q": words,
            "type": "hashtags",
            "resolve": False,
            "limit": limit,
        }
        try:
            result = await api.fetch(SEARCH, _TagsFound, params, why="finding a tag")
        except (NotFound, Refused, Unsupported):
            return ()  # this server looks for none
        found = (_offered(tag, yours=False) for tag in (result.hashtags or ())[:limit])
        return tuple(offer for offer in found if offer is not None)

    async def _lists(self, api: Api) -> AsyncIterator[Offer]:
        for raw in await self._whole(api, LISTS, "your lists"):
            try:
                one = read_object(raw, _List, api.host)
            except Malformed:
                continue  # a list less to choose from
            if one.id not in (None, ""):
                name = _line(one.title) or "A list"
                yield Offer(kind="list", arg=str(one.id), name=name, yours=True)

    async def _tags(self, api: Api, path: str, most: int, *, yours: bool) -> AsyncIterator[Offer]:
        count = 0
        try:
            async for raw in all_items(api, path, min(most, _PAGE), why="tags", most=most):
                count += 1
                try:
                    tag = read_object(raw, _Tag, api.host)
                except Malformed:
                    continue
                offer = _offered(tag, yours=yours)
                if offer is not None and count <= most:
                    yield offer
        except (NotFound, Refused, SignedOut, Unsupported):
            return  # this server has none, or does not tell

    async def _trends(self, api: Api) -> tuple[Offer, ...]:
        if not await self._whole(api, TRENDS, "what is talked about", {"limit": 1}):
            return ()
        about = f"What many at {api.host} like and pass on."
        return (Offer(kind="trends", arg="", name="Trends", about=about, host=api.host),)

    async def _whole(
        self, api: Api, path: str, why: str, params: dict[str, str | int | bool] | None = None
    ) -> list[bytes]:
        """The one page there is; nothing where the server has no such thing."""
        try:
            reply = await api.get(path, params or {}, why=why)
        except (NotFound, Refused, SignedOut, Unsupported):
            return []
        return [bytes(raw) for raw in wire.split_page(reply.body, api.host)]


def _offered(tag: _Tag, *, yours: bool) -> Offer | None:
    """None: it has no name."""
    name = _line(tag.name).removeprefix("#")
    if not name:
        return None
    return Offer(kind="tag", arg=name, name=name, talk=_talk(tag), yours=yours)


def _trend(link: _Link) -> Trend:
    url = blocks.http(link.url)
    return Trend(
        kind="link",
        name=_line(link.title) or shown_host(url),
        about=" · ".join(filter(None, (_line(link.provider_name), _line(link.description)))),
        url=url,
        image=blocks.http(link.image),
        talk=_talk(link),
    )


def _talk(one: _Tag | _Link) -> int:
    total = 0
    for day in (one.history or ())[:_DAYS]:
        text = str(day.accounts)
        total += int(text) if text.isdecimal() and len(text) < 12 else 0
    return total


def _line(text: str | None) -> str:
    return " ".join(clean_text((text or "")[:200]).split())
