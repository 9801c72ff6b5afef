"""One signed-in account on a Mastodon-API server."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from app.model.account import Account
from app.model.errors import NotFound, SignedOut, Unsupported
from app.model.timeline import Cursor, Entry, Page, Source, Stub
from app.protocols.base import Secret, Secrets
from app.protocols.http import Http
from app.protocols.mastodon import probe
from app.protocols.mastodon.api import (
    MAX_LIMIT,
    REVOKE,
    SEARCH,
    Api,
    cursor_params,
    filter_context,
    next_cursor,
    source_path,
)
from app.protocols.mastodon.convert import Viewpoint
from app.protocols.mastodon.page import read_page
from app.protocols.mastodon.wire_server import SearchResult

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


class MastodonService:
    """
    Reads for one account.

    Args:
        clock: Aware UTC now; a page is stamped with it.
    """

    def __init__(
        self,
        account: Account,
        secrets: Secrets,
        http: Http,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._account = account
        self._secrets = secrets
        self._http = http
        self._clock = clock
        self._secret: Secret | None = None
        self._walks: OrderedDict[tuple[Source, Cursor], Walk] = OrderedDict()
        self._local_ids: dict[str, str] = {}

    @property
    def account(self) -> Account:
        """Who it speaks for."""
        return self._account

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
            arg = await self._local_id(api, source.arg)
        path = source_path(source, arg)
        if path is None:
            raise Unsupported(f"{api.host} has no source of this kind.")

        try:
            reply = await api.get(
                path,
                {"limit": max(1, min(limit, MAX_LIMIT)), **cursor_params(cursor)},
                why=_WHY.get(source.kind, source.kind),
                background=background,
            )
        except SignedOut:
            self._secret = None  # after signing in again there is another one
            raise
        found = read_page(reply.body, self._viewpoint(source))
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

    async def _api(self) -> Api:
        if self._secret is None:
            self._secret = await self._secrets.load(self._account.id)
        token = self._secret.get("token", "")
        if not token:
            raise SignedOut(f"There is no token for {self._account.handle}.")
        return Api(self._http, self._account.server, token=token, bucket=self._account.id)

    def _viewpoint(self, source: Source) -> Viewpoint:
        account = self._account
        return Viewpoint(
            server=account.host,
            domain=account.handle.partition("@")[2] or account.host,
            now=self._clock(),
            viewer=account.uri,
            context=filter_context(source),
        )

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

    async def _local_id(self, api: Api, uri: str) -> str:
        """The server's own id of a profile. Raises: NotFound."""
        if uri not in self._local_ids:
            result = await api.fetch(
                SEARCH,
                SearchResult,
                {"q": uri, "type": "accounts", "resolve": "true", "limit": 5},
                why="finding a profile",
            )
            for one in result.accounts or ():
                if one.id and uri in (one.uri, one.url):
                    self._local_ids[uri] = one.id
        if uri not in self._local_ids:
            raise NotFound(f"{api.host} does not know this profile.")
        return self._local_ids[uri]
