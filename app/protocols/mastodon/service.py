"""One signed-in account on a Mastodon-API server."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime

from app.model.account import Account
from app.model.errors import Unsupported
from app.model.timeline import Cursor, Entry, Page, Source, Stub
from app.protocols.base import Secrets
from app.protocols.http import Http
from app.protocols.mastodon import probe
from app.protocols.mastodon.api import (
    MAX_LIMIT,
    REVOKE,
    cursor_params,
    filter_context,
    next_cursor,
    source_path,
)
from app.protocols.mastodon.looking import Looking
from app.protocols.mastodon.page import read_page

_WHY = {"home": "home timeline", "list": "a list", "tag": "a tag", "author": "a profile's posts"}
_WALKS = 16
_SEEN = 20_000


class Walk:
    """
    One way down a source, so that a server that leads in circles is noticed.

    Servers answer an id they cannot place with their first page, silently.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._idle = 0

    def goes_on(self, items: Iterable[Entry | Stub]) -> bool:
        """Note a page. False: the second in a row that had nothing unseen."""
        fresh = {item.key for item in items} - self._seen
        if len(self._seen) > _SEEN:
            self._seen.clear()
        self._seen |= fresh
        self._idle = 0 if fresh else self._idle + 1
        return self._idle < 2


class MastodonService(Looking):
    """Everything that one account can do at its server."""

    def __init__(
        self,
        account: Account,
        secrets: Secrets,
        http: Http,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(account, secrets, http, clock, sleep, monotonic)
        self._walks: OrderedDict[tuple[Source, Cursor], Walk] = OrderedDict()

    async def page(
        self,
        source: Source,
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        """
        Fetch one page of *source*, newest first, as the server gave it.

        Raises:
            Unsupported: There is no such source here.
            ServiceError: The server cannot be reached or refuses us.
        """
        api = await self._api()
        arg = source.arg
        if source.kind == "author":
            arg = await self._profile_id(api, source.arg)
        path = source_path(source, arg)
        if path is None:
            raise Unsupported(f"{api.host} has no source of this kind.")

        reply = await api.get(
            path,
            {"limit": max(1, min(limit, MAX_LIMIT)), **cursor_params(cursor)},
            why=_WHY.get(source.kind, source.kind),
            background=background,
        )
        found = read_page(reply.body, self._viewpoint(filter_context(source)))
        self._remember(found.items)
        older = next_cursor(reply.headers, source, found.last_id)
        return Page(items=found.items, older=self._onward(source, cursor, found.items, older))

    async def verify(self) -> Account:
        """Ask who we are and what the server can do: the account, renewed."""
        self._account = await probe.fetch_account(await self._api(), self._account)
        return self._account

    async def sign_out(self) -> None:
        """Revoke the token at the server (RFC 7009)."""
        api = await self._api()
        secret = self._secret or {}
        form = {
            key: value
            for key, value in (
                ("client_id", secret.get("client_id", "")),
                ("client_secret", secret.get("client_secret", "")),
                ("token", secret.get("token", "")),
            )
            if value
        }
        self._secret = None
        await api.post(REVOKE, form, why="signing out")

    # ------------------------------------------------------------ helpers

    def _onward(
        self,
        source: Source,
        cursor: Cursor | None,
        items: tuple[Entry | Stub, ...],
        older: Cursor | None,
    ) -> Cursor | None:
        """*older*, unless this walk goes in circles."""
        walk = Walk()
        if cursor is not None:
            walk = self._walks.pop((source, cursor), walk)
        if not walk.goes_on(items) or older is None:
            return None
        self._walks[source, older] = walk
        while len(self._walks) > _WALKS:
            self._walks.popitem(last=False)
        return older
