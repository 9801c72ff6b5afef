"""
What happens, as the streaming server tells it. Source: methods/streaming.

Over a WebSocket; where there is none, as server-sent events. The token goes in the
header, never in an address.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from urllib.parse import quote

import msgspec
from msgspec import Struct

from app.model.errors import Malformed, NotFound, Refused, ServiceError, SignedOut, Unsupported
from app.model.timeline import HOME, Entry, Source
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import INSTANCE_V1, INSTANCE_V2, STATUSES, Api
from app.protocols.mastodon.channels import Channels
from app.protocols.mastodon.messages import Thread, conversation_from
from app.protocols.mastodon.page import items_from, neighbours_of, read_statuses
from app.protocols.mastodon.session import Session
from app.protocols.mastodon.wire_server import Instance, Urls, read_object
from app.protocols.net.turns import Turns, in_turns
from app.protocols.streaming import (
    Edited,
    Event,
    FiltersChanged,
    Gone,
    Items,
    Noticed,
    Opened,
    StreamOffer,
    Talked,
)

log = logging.getLogger(__name__)

PATH = "/api/v1/streaming"
WHY, COUNTING = "what happens, as it happens", "how posts stand now"

PATIENCE = 50
"""So many messages in a row that are junk: nobody there speaks our language."""

_SCHEMES = {"wss": "https", "https": "https", "ws": "http", "http": "http"}


class Message(Struct):
    """As it comes over a WebSocket; server-sent events have the same parts."""

    event: str = ""
    payload: msgspec.Raw = msgspec.Raw(b"null")
    stream: object = None
    error: object = None

    @property
    def text(self) -> str:
        """The payload: JSON within a string; some servers put it there as it is."""
        raw = bytes(self.payload)
        return _read_text(raw) if raw[:1] == b'"' else raw.decode("utf-8", "replace")


_read_message = msgspec.json.Decoder(Message).decode
_read_text = msgspec.json.Decoder(str).decode


class Streaming(Session):
    """The part of the service that listens (``Streams``, ``StreamsMore``, ``Recounts``)."""

    _address = ""
    """Where the server streams, once that was asked."""

    @cached_property
    def _channels(self) -> Channels:
        return Channels()

    def stream_offer(self) -> StreamOffer | None:
        """One, if the server has ever told of it."""
        if "streaming" not in self._account.abilities:
            return None
        return StreamOffer(host=self._account.host)

    async def stream(self, tell: Callable[[Event], None]) -> None:
        """Listen; see ``Streams``."""
        api = await self._api()
        self._address = self._address or await self._find_address(api)
        told = _Told(self, tell)
        try:
            await self._by_socket(told)
        except _NoLine as none:
            log.info("no socket at %s (%s): events instead", self._account.host, none.error.kind)
            await self._by_events(told, none.error)

    def tell_of(self, sources: Collection[Source]) -> None:
        """Lists and tags, over a WebSocket; see ``StreamsMore``."""
        self._channels.want(sources)

    async def recount(self, posts: Mapping[str, str]) -> tuple[Entry, ...]:
        """Several statuses at once (4.3); see ``Recounts``."""
        query = "&".join(f"id[]={quote(ref, safe='')}" for ref in posts.values() if ref)
        if not query:
            return ()
        api = await self._api()
        try:
            reply = await api.get(f"{STATUSES}?{query}", why=COUNTING, background=True)
        except Refused as error:
            raise Unsupported(f"{api.host} tells of one post at a time.") from error
        raws = wire.split_page(reply.body, api.host)
        read = read_statuses(raws)
        items = items_from(raws, read, neighbours_of(read, self._viewpoint()))
        return tuple(item for item in items if isinstance(item, Entry))

    async def _by_socket(self, told: _Told) -> None:
        opened = False
        try:
            async with self._http.socket(
                f"{self._address}{PATH}?stream=user",  # all servers know this way to ask
                headers=await self._token_header(),
                why=WHY,
                public=self._is_elsewhere(),
            ) as socket:
                opened = True
                told.opened("websocket")
                keeping = asyncio.ensure_future(self._channels.keep(socket, told.tell))
                try:
                    async for message in socket.messages():
                        await told.take_message(message)
                finally:
                    keeping.cancel()
                    [ended] = await asyncio.gather(keeping, return_exceptions=True)
                    if isinstance(ended, Exception) and not isinstance(ended, ServiceError):
                        log.error("bug in asking for streams", exc_info=ended)
        except (NotFound, Refused, Unsupported, Malformed) as error:
            if opened:
                raise
            raise _NoLine(error) from error

    async def _by_events(self, told: _Told, before: ServiceError) -> None:
        try:
            async with self._http.events(
                f"{self._address}{PATH}/user",
                headers=await self._token_header(),
                why=WHY,
                public=self._is_elsewhere(),
            ) as events:
                told.opened("server-sent events")  # of home alone: the rest is asked for
                async for event in events:
                    await told.take(event.name, event.data)
        except (NotFound, Refused, Unsupported) as error:
            raise Unsupported(f"{self._account.host} does not stream after all.") from error

    async def _token_header(self) -> dict[str, str]:
        if self._secret is None:
            self._secret = await self._secrets.load(self._account.id)
        token = self._secret.get("token", "")
        if not token:
            raise SignedOut(f"There is no token for {self._account.handle}.")
        return {"authorization": f"Bearer {token}"}

    def _is_elsewhere(self) -> bool:
        """Another host than the user's own server: it must be a public one."""
        return self._address != self._account.server

    async def _find_address(self, api: Api) -> str:
        """Origin of the streaming server; the server itself where it names none."""
        for path in (INSTANCE_V2, INSTANCE_V1):
            try:
                told = await api.fetch(path, Instance, why="where it streams", background=True)
            except (NotFound, Refused, Malformed):
                continue
            settings = told.configuration
            for urls in (settings.urls if settings else None, told.urls):
                if found := origin_of_stream(urls, self._account.server):
                    return found
        return self._account.server


class _Told:
    """Makes events of what comes."""

    def __init__(self, session: Streaming, tell: Callable[[Event], None]) -> None:
        self._session, self.tell = session, tell
        self._junk = 0

    def opened(self, way: str) -> None:
        """It listens."""
        self.tell(Opened(way))

    async def take_message(self, body: bytes) -> None:
        """A message of a WebSocket. Raises: Malformed: nothing but junk comes."""
        try:
            message = _read_message(body)
            name, payload = message.event, message.text
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._count_junk()
            return
        if not name:
            self._count_junk()
            if message.error is not None:
                self._session._channels.refuse()
            return
        source = self._session._channels.source_of(message.stream)
        if source is not None or name not in ("update", "delete"):
            await self.take(name, payload, source or HOME)

    async def take(self, name: str, payload: str, source: Source = HOME) -> None:
        """One event. What nobody knows is left out. Raises: as above."""
        match name:
            case "update" | "status.update":
                await in_turns(self._status(name, payload, source))
                return
            case "conversation":
                await in_turns(self._talked(payload))
                return
            case "delete":
                self._gone(payload.strip().strip('"'))
            case "notification" | "notifications_merged":
                self.tell(Noticed())
            case "filters_changed":
                self.tell(FiltersChanged())
        self._junk = 0

    def _status(self, name: str, payload: str, source: Source) -> Turns[None]:
        look = self._session._viewpoint()
        raws = [payload.encode("utf-8", "replace")]
        read = read_statuses(raws)
        yield
        if read[0] is None:
            self._count_junk()
            return
        self._junk = 0
        items = items_from(raws, read, neighbours_of(read, look))
        self._session._remember(items)
        yield
        if name == "update":
            if read[0].reblog is not None and read[0].id:
                self._session._reposts.learn(read[0].id, items[0].key)
            self.tell(Items(items, source))
        elif isinstance(items[0], Entry):
            self.tell(Edited(items[0]))

    def _talked(self, payload: str) -> Turns[None]:
        look, limits = self._session._viewpoint(), self._session._limits
        try:
            thread = read_object(payload.encode("utf-8", "replace"), Thread, look.server)
            yield
            found = conversation_from(thread, look, limits.length if limits is not None else 0)
        except Malformed:
            self._count_junk()
            return
        self._junk = 0
        self.tell(Talked(found))

    def _gone(self, local_id: str) -> None:
        if not local_id or len(local_id) > 100:
            return
        key = self._session._reposts.get(local_id)
        if key is not None:
            self.tell(Gone(keys=(key,)))
            return
        keys = tuple(uri for uri, ref in self._session._post_ids.items() if ref == local_id)
        self.tell(Gone(keys=keys, ref=local_id))

    def _count_junk(self) -> None:
        self._junk += 1
        if self._junk >= PATIENCE:
            raise Malformed(f"{self._session.account.host} sends nothing but junk as it happens.")


class _NoLine(Exception):
    """No line could be opened in this way."""

    def __init__(self, error: ServiceError) -> None:
        super().__init__(error)
        self.error = error


def origin_of_stream(urls: Urls | None, server: str) -> str:
    """
    The origin that an instance names for its stream, "" if none.

    Some say wss: on a server that speaks no TLS; it then has none for this either.
    """
    said = (urls.streaming or urls.streaming_api or "") if urls else ""
    scheme, _, rest = said.strip().partition("://")
    host = rest.split("/", 1)[0].split("?", 1)[0]
    plain = _SCHEMES.get(scheme.lower(), "")
    if not plain or not host or "@" in host:
        return ""
    own = server.split("://", 1)[-1]
    return server if host == own else f"{plain}://{host}"
