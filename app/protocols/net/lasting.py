"""Lines that stay open, so that a server can tell what happens: the door's part for streams."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from app.model.errors import Malformed, ServiceError, Unsupported
from app.protocols.net import websocket
from app.protocols.net.call import Call
from app.protocols.net.flow import Flow
from app.protocols.net.line import loaded
from app.protocols.net.reply import error_from_reply
from app.protocols.net.sse import EventReader, ServerEvent
from app.protocols.net.websocket import SILENCE, Socket
from app.protocols.safety import Link

_HEAD = 20.0
"""Seconds until an answer must have begun."""

_MOST = 65_536
"""Bytes of an answer that is none of the kind we hoped for."""


class Lasting:
    """Opens lines. ``Http`` is one: it makes the exchanges."""

    def _flowing(self, call: Call, link: Link) -> AbstractAsyncContextManager[Flow]:
        raise NotImplementedError

    def _checked(self, url: str, public: bool) -> Link:
        raise NotImplementedError

    @asynccontextmanager
    async def socket(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        why: str = "",
        bucket: str = "",
        public: bool = False,
        silence: float = SILENCE,
    ) -> AsyncIterator[Socket]:
        """
        A WebSocket at *url* (https: or http:), until the block is left.

        Args:
            silence: Seconds without a sign of life until it is dead.
            public, bucket: As for ``Http.request``.

        Raises:
            Unsupported: There is an answer, but no WebSocket.
            ServiceError: What the answer means, or none came.
        """
        await loaded("websockets.protocol")
        key = websocket.new_key()
        asked = dict(headers or {}) | websocket.upgrade(key)
        call = _call(asked, why, bucket, public)
        async with self._flowing(call, self._checked(url, public)) as flow:
            if flow.status != 101:
                raise await _refusal(flow, call)
            websocket.check(flow, key)
            yield Socket(flow, silence=silence)

    @asynccontextmanager
    async def events(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        why: str = "",
        bucket: str = "",
        public: bool = False,
        silence: float = SILENCE,
    ) -> AsyncIterator[AsyncIterator[ServerEvent]]:
        """Server-sent events at *url*, until the block is left; all as for ``socket``."""
        asked = dict(headers or {}) | {"accept": "text/event-stream"}
        call = _call(asked, why, bucket, public)
        async with self._flowing(call, self._checked(url, public)) as flow:
            kind = flow.headers.get("content-type", "").partition(";")[0].strip().lower()
            if flow.status != 200:
                raise await _refusal(flow, call)
            if kind != "text/event-stream":
                raise Unsupported(f"{flow.host} tells nothing as it happens.")
            if flow.headers.get("content-encoding", "identity").lower() != "identity":
                raise Malformed(f"{flow.host} packs its events, though it was asked not to.")
            yield _events(flow, silence)


async def _events(flow: Flow, silence: float) -> AsyncIterator[ServerEvent]:
    reader = EventReader(flow.host)
    async for piece in flow.pieces(silence):
        for event in reader.take(piece):
            yield event


async def _refusal(flow: Flow, call: Call) -> ServiceError:
    """What an answer means that opens no line."""
    if flow.status == 101:
        return Malformed(f"{flow.host} spoke of something else.")
    reply = await flow.whole(call)
    if 200 <= reply.status < 300:
        return Unsupported(f"{flow.host} tells nothing as it happens.")
    return error_from_reply(reply, flow.host)


def _call(headers: Mapping[str, str], why: str, bucket: str, public: bool) -> Call:
    return Call(
        method="GET",
        headers=dict(headers) | {"accept-encoding": "identity"},
        payload={},
        timeout=_HEAD,
        max_bytes=_MOST,
        why=why,
        bucket=bucket,
        background=True,
        public=public,
        lasting=True,
    )
