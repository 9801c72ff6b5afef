"""An answer that goes on and on: its head, and what comes after it until somebody hangs up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from app.model.errors import Unreachable
from app.protocols.net.call import Call, read_reply
from app.protocols.net.deadline import Deadlines
from app.protocols.net.reply import Reply
from app.protocols.net.words import unreachable
from app.protocols.safety import Link

READ = 4_096
"""Bytes taken at a time: what is in them is worked through before others get their turn."""


class Flow:
    """
    What the door to the network hands out when an answer has begun.

    Args:
        response: As the HTTP library has it.
        broken: What that library raises when the line breaks.
    """

    def __init__(
        self, link: Link, response: Any, broken: tuple[type[Exception], ...], deadlines: Deadlines
    ) -> None:
        import httpcore  # loaded long ago, with the line itself

        beneath = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)
        self._broken: tuple[type[Exception], ...] = (*broken, *beneath, OSError)
        self.host = link.netloc
        self.status: int = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        self._link, self._response = link, response
        self._deadlines = deadlines
        self._line = response.extensions.get("network_stream")

    async def whole(self, call: Call) -> Reply:
        """The answer, if it is an ordinary one after all. Raises: ServiceError."""
        with self._in_words():
            async with self._deadlines.within(call.timeout):
                told = self.headers.items()
                chunks = self._response.aiter_raw()
                return await read_reply(call, self._link, self.status, told, chunks)

    async def pieces(self, silence: float) -> AsyncIterator[bytes]:
        """
        The body as it comes.

        Raises:
            Unreachable: It ended, broke, or was silent for so many seconds.
        """
        coming = self._response.aiter_raw()
        while True:
            with self._in_words():
                async with self._deadlines.within(silence):
                    piece = await anext(coming, b"")
            if not piece:
                raise ended(self.host)
            yield piece

    async def read(self, seconds: float) -> bytes:
        """
        What comes over the bare line next; b"": the other side has hung up.

        Raises:
            TimeoutError: Nothing came for so many seconds. Nothing is lost by that.
            Unreachable: The line broke.
        """
        with self._in_words(timed=False):
            async with self._deadlines.within(seconds):
                data: bytes = await self._line.read(READ)
                return data

    async def write(self, data: bytes, seconds: float) -> None:
        """Send over the bare line. Raises: Unreachable."""
        with self._in_words():
            async with self._deadlines.within(seconds):
                await self._line.write(data)

    async def close(self) -> None:
        """Hang up."""
        await self._response.aclose()

    @contextmanager
    def _in_words(self, *, timed: bool = True) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            if not timed:
                raise
            raise silent(self.host) from None
        except self._broken as error:
            raise unreachable(error, self.host, begun=True) from None


def ended(host: str) -> Unreachable:
    """The other side has hung up, as servers do now and then."""
    return Unreachable(
        f"{host} ended its live line.", "Nothing to do: Godwit connects again by itself."
    )


def silent(host: str) -> Unreachable:
    """The line is dead, though nobody has hung up."""
    return Unreachable(
        f"The live line to {host} went silent.",
        "Nothing to do: Godwit connects again by itself.",
    )
