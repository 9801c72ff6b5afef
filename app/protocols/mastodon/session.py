"""What all that one account does shares: its token, its server's ids, and its clock."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from weakref import WeakValueDictionary

from app.model.account import Account
from app.model.errors import NotFound, Refused, SignedOut, Unsupported
from app.model.sending import Limits
from app.model.timeline import Entry, Stub
from app.protocols.base import Secret, Secrets
from app.protocols.http import Http, Reply
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import ACCOUNTS, SEARCH, STATUSES, VERIFY, Api
from app.protocols.mastodon.convert import Viewpoint
from app.protocols.mastodon.server_time import ServerTime
from app.protocols.mastodon.tickets import Tickets
from app.protocols.mastodon.walks import Walks
from app.protocols.mastodon.wire_server import Credentials, SearchResult
from app.protocols.mastodon.wire_write import read_lists

_REMEMBERED = 2048


class Remembered(OrderedDict[str, str]):
    """What belongs to what (the server's own id to a URI…); the oldest are forgotten."""

    def learn(self, key: str, value: str) -> None:
        """Note one."""
        self[key] = value
        self.move_to_end(key)
        while len(self) > _REMEMBERED:
            self.popitem(last=False)


class Session:
    """
    One account at its server.

    Args:
        clock: Aware UTC now.
        sleep: Waits so many seconds.
    """

    def __init__(
        self,
        account: Account,
        secrets: Secrets,
        http: Http,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._secrets = secrets
        self._http = http
        self._clock = clock
        self._sleep = sleep
        self._secret: Secret | None = None
        self._monotonic = monotonic
        self._times = ServerTime(clock, monotonic)
        self._profile_ids = Remembered()
        self._post_ids = Remembered()
        self._reposts = Remembered()  # the server's id of a repost → its entry's key
        self._own_id = ""
        self._limits: Limits | None = None
        self._limits_at = 0.0
        self._waits = True  # the server keeps posts until their time, as far as seen
        self._tickets = Tickets()
        self._claimed = Remembered()  # the server's id of a post → its ticket
        self._walks = Walks()
        self._acting: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._words_of_media: dict[str, tuple[str, tuple[float, float]]] = {}

    @property
    def account(self) -> Account:
        """Who it speaks for."""
        return self._account

    async def _api(self) -> Api:
        if self._secret is None:
            self._secret = await self._secrets.load(self._account.id)
        token = self._secret.get("token", "")
        if not token:
            raise SignedOut(f"There is no token for {self._account.handle}.")
        return Api(
            self._http,
            self._account.server,
            token=token,
            bucket=self._account.id,
            heard=self._hear,
        )

    def _hear(self, reply: Reply) -> None:
        self._times.hear(reply.headers.get("date", ""))
        if reply.status == 401:
            self._secret = None  # after signing in again there is another one

    def _viewpoint(self) -> Viewpoint:
        account = self._account
        return Viewpoint(
            server=account.host,
            domain=account.handle.partition("@")[2] or account.host,
            now=self._clock(),
            viewer=account.uri,
        )

    def _remember(self, items: tuple[Entry | Stub, ...]) -> None:
        for item in items:
            if isinstance(item, Entry) and item.viewer.ref:
                self._post_ids.learn(item.post.uri, item.viewer.ref)

    async def _my_id(self, api: Api) -> str:
        """The server's own id of our profile."""
        if not self._own_id:
            mine = await api.fetch(VERIFY, Credentials, why="who you are")
            self._own_id = mine.id or ""
        return self._own_id

    async def _profile_id(self, api: Api, uri: str) -> str:
        """The server's own id of a profile. Raises: NotFound."""
        if uri == self._account.uri:
            return await self._my_id(api)
        if uri not in self._profile_ids:
            result = await api.fetch(
                SEARCH,
                SearchResult,
                {"q": uri, "type": "accounts", "resolve": "true", "limit": 5},
                why="finding a profile",
            )
            for one in result.accounts or ():
                if one.id and uri in (one.uri, one.url):
                    self._profile_ids.learn(uri, one.id)
        if uri not in self._profile_ids:
            raise NotFound(f"{api.host} does not know this profile.")
        return self._profile_ids[uri]

    async def _post_id(self, api: Api, uri: str) -> str:
        """
        The server's own id of a post; it may have to fetch it from another server.

        Raises:
            NotFound: It is gone, or not for us.
        """
        if uri not in self._post_ids:
            self._post_ids.learn(uri, (await self._found_status(api, uri)).id or "")
        return self._post_ids[uri]

    async def _found_status(self, api: Api, address: str) -> wire.Status:
        """The post with this URI or web address. Raises: NotFound."""
        missing = NotFound(f"{api.host} cannot find this post: it is gone, or not for you.")
        if urlsplit(address).scheme not in ("http", "https"):
            raise missing
        if (own := await self._own_status(api, address)) is not None:
            return own
        try:
            reply = await api.get(
                SEARCH,
                {"q": address, "type": "statuses", "resolve": "true", "limit": 5},
                why="finding a post",
            )
        except (NotFound, Unsupported):
            raise missing from None
        (raws,) = read_lists(reply.body, ("statuses",), api.host)
        found = [wire.read_status(raw) for raw in raws]
        for one in found:
            if one.id and address in (one.uri, one.url):
                return one
        # An address that was sent on: the server gives just the one it led to.
        host = urlsplit(address).netloc
        if len(found) == 1 and found[0].id and host == urlsplit(found[0].uri or "").netloc:
            return found[0]
        raise missing

    async def _own_status(self, api: Api, address: str) -> wire.Status | None:
        """A post of our own server, by the end of its address: no search needed."""
        if urlsplit(address).netloc != api.host:
            return None
        last = urlsplit(address).path.rstrip("/").rpartition("/")[2]
        if not last:
            return None
        try:
            reply = await api.get(f"{STATUSES}/{quote(last, safe='')}", why="finding a post")
        except Refused:
            return None
        status = wire.read_status(reply.body)
        # Posts of others are seen on our server under its own ids.
        acct = status.account.acct if status.account is not None else ""
        path = urlsplit(address).path.rstrip("/")
        seen_here = bool(acct) and path.endswith(f"/@{acct}/{status.id}")
        return status if seen_here or address in (status.uri, status.url) else None


def accounts_path(local_id: str, rest: str = "") -> str:
    """Path of a profile."""
    return f"{ACCOUNTS}/{quote(local_id, safe='')}{rest}"


def status_path(local_id: str, rest: str = "") -> str:
    """Path of a post."""
    return f"{STATUSES}/{quote(local_id, safe='')}{rest}"
