"""
A conversation as the server of its author tells it to anybody.

Asked without a token, over https, at public hosts only (``Http.fetch_public``). First its
Mastodon API (``/api/v1/statuses/:id/context``: 60 answers for strangers), and where it has
none the ``replies`` of the post itself (ActivityPub), as far as some requests lead. Only
what stands on that host is taken from it there; in its API's answers it speaks of posts of
others, too, which is why nothing of all this is ever kept.
"""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from app.model.errors import Malformed, Refused, Unsupported
from app.model.post import ViewerState
from app.model.thread import Absent, Elsewhere
from app.model.timeline import Entry, Stub
from app.protocols.http import Reply
from app.protocols.mastodon.conversing import ASYNC, LARGE
from app.protocols.mastodon.convert import Viewpoint
from app.protocols.mastodon.objects import host_of
from app.protocols.mastodon.origin_walk import Walk, entries_of
from app.protocols.mastodon.page import items_from, neighbours_of, read_statuses
from app.protocols.mastodon.session import Session, status_path
from app.protocols.mastodon.wire import Status
from app.protocols.mastodon.wire_write import read_lists
from app.protocols.safety import parse_link

STRANGERS = 60
"""Answers that Mastodon gives to strangers (``ANONYMOUS_DESCENDANTS_LIMIT``)."""

WHY = "the rest of a conversation"

_MAX_BYTES = 8_000_000
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Origins(Session):
    """Asks the servers of others, as nobody."""

    def origin_of(self, uri: str) -> str:
        """Host where that post was written; "": at our own, or nobody to be asked."""
        link = parse_link(uri)
        if link is None or link.netloc == self._account.host:
            return ""
        return "" if link.origin == self._account.server else link.netloc

    async def from_origin(self, uri: str, *, domain: str = "") -> Elsewhere:
        """
        The conversation around a public post, as its own server tells it to anybody.

        Args:
            domain: What stands behind the "@" of that server's people, where it is known.

        Raises:
            Unsupported: It was written at our own server.
            Refused: It tells strangers nothing.
            ServiceError: No whole answer came.
        """
        host = self.origin_of(uri)
        if not host:
            raise Unsupported("This post was written at your own server.")
        look = replace(self._viewpoint(), server=host, domain=domain or host)
        found = await self._by_api(uri, host, look)
        return self._sifted(found if found is not None else await self._by_walking(uri, look))

    async def _by_api(self, uri: str, host: str, look: Viewpoint) -> Elsewhere | None:
        """None: it has no such API, or not for strangers."""
        local_id = _local_id(uri)
        if not local_id:
            return None
        link = parse_link(uri)
        assert link is not None
        path = link.origin + status_path(quote(local_id), "/context")
        try:
            reply = await self._fetched(path, ("application/json",))
        except Malformed:
            return None  # a page for browsers
        if reply is None or reply.status != 200:
            return None
        ancestors, descendants = read_lists(reply.body, ("ancestors", "descendants"), host)
        whole = len(descendants) < STRANGERS and ASYNC not in reply.headers

        def read() -> tuple[Entry | Stub, ...]:
            raws = [*ancestors, *descendants]
            statuses = read_statuses(raws)
            near = neighbours_of([Status(id=local_id, uri=uri), *statuses], look)
            return items_from(raws, statuses, near)

        large = len(ancestors) + len(descendants) > LARGE
        items = await asyncio.to_thread(read) if large else read()
        above, below = items[: len(ancestors)], items[len(ancestors) :]
        return Elsewhere(
            host=host,
            ancestors=tuple(one for one in above if isinstance(one, Entry)),
            replies=tuple(one for one in below if isinstance(one, Entry)),
            complete=whole,
        )

    async def _by_walking(self, uri: str, look: Viewpoint) -> Elsewhere:
        """By the objects themselves. Raises: Refused."""

        async def fetch(address: str) -> bytes:
            reply = await self._fetched(address, ACTIVITY)
            return reply.body if reply is not None and reply.status == 200 else b""

        walk = Walk(uri, fetch)
        if not await walk.go():
            raise Refused(f"{look.server} shows this conversation to nobody who is not signed in.")
        above, below, whole = entries_of(walk, look)
        return Elsewhere(
            host=look.server,
            ancestors=above,
            replies=(*below, *walk.absent()),
            complete=walk.is_complete,
            whole=whole,
        )

    async def _fetched(self, url: str, accept: tuple[str, ...]) -> Reply | None:
        """None: it sent us to another host, which is to speak for itself."""
        reply = await self._http.fetch_public(
            url, max_bytes=_MAX_BYTES, accept=accept, why=WHY, background=False
        )
        return reply if urlsplit(reply.url).netloc == urlsplit(url).netloc else None

    def _sifted(self, told: Elsewhere) -> Elsewhere:
        """
        Only what is public, with nothing of an account in it.

        What claims to be of our own server, which does not tell it, is not believed.
        """
        own = {self._account.host, urlsplit(self._account.server).netloc}

        def bare(entry: Entry) -> Entry | None:
            post = entry.post
            hosts = (host_of(post.uri).lower(), host_of(post.author.uri).lower())
            fits = post.visibility in ("public", "quiet") and own.isdisjoint(hosts)
            return replace(entry, viewer=ViewerState()) if fits and entry.repost is None else None

        below = (one if isinstance(one, Absent) else bare(one) for one in told.replies)
        above = map(bare, told.ancestors)
        return replace(
            told,
            ancestors=tuple(one for one in above if one is not None),
            replies=tuple(one for one in below if one is not None),
        )


ACTIVITY = ("application/activity+json", "application/ld+json")


def _local_id(uri: str) -> str:
    """The server's own id of a post, where its address tells it: ``/users/ana/statuses/1``."""
    *_, before, last = ["", "", *urlsplit(uri).path.rstrip("/").split("/")]
    known = before == "statuses" or before.startswith("@")
    return last if known and _ID.fullmatch(last) else ""
