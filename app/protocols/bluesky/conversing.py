"""Conversations and single posts: what one opens, finds, or has written oneself."""

from __future__ import annotations

import re

from app.model import Cursor, Entry, Page, Profile, Stub
from app.model.errors import Malformed, NotFound, ServiceError, Unsupported
from app.model.thread import Thread
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.convert import entries_from_feed, entries_from_posts
from app.protocols.bluesky.decode import read_page
from app.protocols.bluesky.lookup import GONE, raw_views
from app.protocols.bluesky.people import did_of, profile_at, who_from_address
from app.protocols.bluesky.reacting import Reacting
from app.protocols.bluesky.records import POST
from app.protocols.bluesky.refusals import error_from_xrpc
from app.protocols.bluesky.threads import (
    ThreadAnswer,
    TreeAnswer,
    nodes_from_items,
    nodes_from_tree,
    thread_from_nodes,
)
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.http import Reply

_LEVELS, _BRANCHES, _ANCESTORS = 20, 100, 80
_OWN = 50
_EMPTY_PAGES = 5
_WHY = "a conversation"
_LIST, _OTHERS = (
    "app.bsky.unspecced.getPostThreadV2",
    "app.bsky.unspecced.getPostThreadOtherV2",
)
# Web pages and at:// URIs of posts, whoever's page it is; the author as handle or DID.
_PAGE = re.compile(
    r"(?:https?://[^/?#]+/profile/([^/?#]+)/post/([A-Za-z0-9._~:-]+)/?(?:[?#].*)?"
    rf"|at://([^/?#]+)/{re.escape(POST)}/([A-Za-z0-9._~:-]+))"
)


class Conversing(Reacting):
    """The part of the service that shows conversations and finds posts (``Converses``)."""

    _has_list = True

    async def thread(self, uri: str) -> Thread:
        """The conversation around a post; see ``Converses``."""
        if at_uri_parts(uri) is None:
            raise NotFound("That is no address of a post on Bluesky.")
        return await self._patiently(uri, lambda: self._thread(uri))

    async def _thread(self, uri: str) -> Thread:
        if self._has_list:
            try:
                return await self._listed(uri)
            except Unsupported:
                self._has_list = False  # An older server: ask the older way from now on.
        params: dict[str, str | int | bool] = {
            "uri": uri,
            "depth": _LEVELS,
            "parentHeight": _ANCESTORS,
        }
        method = "app.bsky.feed.getPostThread"
        body = await self._api.get(method, params, why=_WHY, error=_error_from_tree)
        tree = answer(body, TreeAnswer)
        return thread_from_nodes(uri, nodes_from_tree(tree, uri, self._now(), levels=_LEVELS))

    async def find(self, address: str) -> Entry:
        """The post with this URI or page, as this account sees it; see ``Converses``."""
        page = _PAGE.fullmatch(address.strip())
        if page is None:
            raise NotFound("That is no address of a post on Bluesky.")
        did = await did_of(self._api, who_from_address(page[1] or page[3]))
        uri = f"at://{did}/{POST}/{page[2] or page[4]}"
        entry = await self._patiently(uri, lambda: self._entry(uri))
        if not isinstance(entry, Entry):
            raise Malformed(entry.reason)
        return entry

    async def _entry(self, uri: str) -> Entry | Stub:
        raws = await raw_views(self._api, [uri], why="a post")
        if not raws:
            raise NotFound(GONE, "Nothing to do.")
        return entries_from_posts(raws[:1], self._now())[0]

    async def find_profile(self, address: str) -> Profile:
        """Who has this DID, handle or page; see ``Converses``."""
        return await profile_at(self._api, address)

    async def own_posts(self, cursor: Cursor | None = None) -> Page:
        """What this account has written, answers too, newest first."""
        params: dict[str, str | int | bool] = {
            "actor": self._account.uri,
            "filter": "posts_with_replies",
            "limit": _OWN,
        }
        if cursor:
            params["cursor"] = cursor
        entries: list[Entry] = []
        older = ""
        for _ in range(_EMPTY_PAGES):
            body = await self._api.get("app.bsky.feed.getAuthorFeed", params, why="own posts")
            raws, older = read_page(body)
            found = entries_from_feed(raws, self._now())
            entries = [item for item in found if isinstance(item, Entry) and self._is_own(item)]
            if entries or not older or older == params.get("cursor"):
                break
            params["cursor"] = older
        more = older and older != cursor
        return Page(items=tuple(entries), older=Cursor(older) if more else None)

    async def _listed(self, uri: str) -> Thread:
        params: dict[str, str | int | bool] = {
            "anchor": uri,
            "below": _LEVELS,
            "branchingFactor": _BRANCHES,
        }
        body = await self._api.get(_LIST, params, why=_WHY, error=_error_from_list)
        listed = answer(body, ThreadAnswer)
        held_back = await self._held_back(uri) if listed.has_other_replies else 0
        nodes = nodes_from_items(listed.thread, self._now())
        return thread_from_nodes(uri, nodes, held_back=held_back)

    async def _held_back(self, uri: str) -> int:
        """How many answers are kept apart: hidden by the author, or by what we mute."""
        try:
            body = await self._api.get(_OTHERS, {"anchor": uri}, why=_WHY)
            return max(1, len(answer(body, ThreadAnswer).thread))
        except ServiceError:
            return 1  # At least; how many is a detail.

    def _is_own(self, entry: Entry) -> bool:
        return entry.repost is None and entry.post.author.uri == self._account.uri


def _error_from_tree(reply: Reply, server: str, handle: str) -> ServiceError:
    error = error_from_xrpc(reply, server, handle)
    return NotFound(GONE, "Nothing to do.") if isinstance(error, NotFound) else error


def _error_from_list(reply: Reply, server: str, handle: str) -> ServiceError:
    """Servers that have never heard of the method say so in several ways."""
    error = error_from_xrpc(reply, server, handle)
    if reply.status in (404, 405):
        return Unsupported("The server has no such list.")
    return error
