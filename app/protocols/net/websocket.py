"""
WebSocket frames over a line that the door to the network has opened (RFC 6455).

The library only takes frames apart and puts them together; it never dials. So every
rule of the one door (proxies, certificates, private addresses, who was spoken to)
holds here without being written a second time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from app.model.errors import Malformed
from app.protocols.net.flow import Flow, ended, silent

if TYPE_CHECKING:
    from websockets.frames import Frame
    from websockets.protocol import Protocol

MOST = 1_000_000
"""Bytes of one message."""

SILENCE = 90.0
"""Seconds without a sign of life after which a line is dead (security facts)."""

PING_AFTER = 30.0
"""Seconds of silence after which we ask for a sign of life ourselves."""

_WRITE = 20.0


def new_key() -> str:
    """What proves that the other side speaks WebSocket, and does not play an answer back."""
    from websockets.utils import generate_key

    return generate_key()


def upgrade(key: str) -> dict[str, str]:
    """The headers of the request that a line begins with."""
    return {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-key": key,
        "sec-websocket-version": "13",
    }


def check(flow: Flow, key: str) -> None:
    """Raises: Malformed: The other side has not really agreed."""
    from websockets.utils import accept_key

    agreed = flow.headers.get("upgrade", "").lower() == "websocket"
    if not agreed or flow.headers.get("sec-websocket-accept", "") != accept_key(key):
        raise Malformed(f"{flow.host} does not really speak WebSocket.")


class Socket:
    """
    Messages in both directions. One task reads; any may write, one after the other.

    Args:
        silence: Seconds without a sign of life until it is dead.
    """

    def __init__(self, flow: Flow, *, silence: float = SILENCE) -> None:
        from websockets.protocol import CLIENT
        from websockets.protocol import Protocol as Frames

        # It would log what goes over the line.
        logging.getLogger("websockets").setLevel(logging.WARNING)
        self._flow, self._silence = flow, silence
        self._frames: Protocol = Frames(CLIENT, max_size=MOST)
        self._parts: list[bytes] = []
        self._writing = asyncio.Lock()

    async def send(self, text: str) -> None:
        """Send a message, also while somebody reads. Raises: Unreachable."""
        from websockets.exceptions import InvalidState

        try:
            self._frames.send_text(text.encode())
        except InvalidState:  # it says goodbye just now
            raise ended(self._flow.host) from None
        await self._flush()

    async def messages(self) -> AsyncIterator[bytes]:
        """
        What comes, as it comes.

        Raises:
            Unreachable: It ended, broke, or went silent.
            Malformed: What came are no frames, or too large ones.
        """
        quiet = 0.0
        while True:
            try:
                data = await self._flow.read(min(PING_AFTER, self._silence))
            except TimeoutError:
                quiet += min(PING_AFTER, self._silence)
                if quiet >= self._silence:
                    raise silent(self._flow.host) from None
                self._frames.send_ping(b"")
                await self._flush()
                continue
            quiet = 0.0
            if data:
                self._frames.receive_data(data)
            else:
                self._frames.receive_eof()
            for frame in self._frames.events_received():
                message = self._message(frame)  # type: ignore[arg-type]  # no handshakes here
                if message is not None:
                    yield message
            await self._flush()
            self._must_live(data)

    def _message(self, frame: Frame) -> bytes | None:
        """The message that *frame* makes whole."""
        from websockets.frames import DATA_OPCODES

        if frame.opcode not in DATA_OPCODES:
            return None  # pings are answered by the library
        if frame.data:  # else a message in pieces of nothing would fill the memory
            self._parts.append(bytes(frame.data))
        if not frame.fin:
            return None
        whole, self._parts = b"".join(self._parts), []
        return whole

    async def _flush(self) -> None:
        async with self._writing:
            # Together: who sends a thousand pings has a thousand answers in one write.
            if data := b"".join(self._frames.data_to_send()):
                await self._flow.write(data, _WRITE)

    def _must_live(self, data: bytes) -> None:
        junk = self._frames.parser_exc
        if junk is not None and data:
            raise Malformed(f"{self._flow.host} sent junk over its live line.") from None
        if not data or self._frames.close_rcvd is not None:
            raise ended(self._flow.host)
