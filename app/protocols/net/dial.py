"""
Name → checked address → connection, and nothing in between.

The address that was checked is the one that is dialled, so a name that
answers differently the second time (DNS rebinding) gains nothing. TLS still
asks for the name, and so does the Host header.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress

import httpcore
from httpcore import SOCKET_OPTION, AsyncNetworkStream

from app.model.errors import Unsafe
from app.protocols.safety import is_public_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host, port → addresses in the order to try. Raises: socket.gaierror."""

MAX_CONNECTIONS, MAX_KEPT, KEPT_FOR = 32, 16, 60.0
_HEAD_START = 0.3  # seconds before the next address is tried beside the first


async def resolve(host: str, port: int) -> Sequence[str]:
    """
    Ask the system, as everything else on this computer does.

    In a thread of its own that nobody waits for at the end: a look-up without
    a network may hang for half a minute, and cannot be stopped.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str] | OSError) -> None:
        if answer.done():
            return  # nobody waited any more
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def look_up() -> None:
        found = _addresses(host, port)
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=look_up, name="look up", daemon=True).start()
    return await answer


def _addresses(host: str, port: int) -> list[str] | OSError:
    try:
        infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        return error
    return list(dict.fromkeys(str(address[0]) for *_, address in infos))


class CheckedBackend(httpcore.AnyIOBackend):
    """
    Connects to the addresses that *resolve* gives.

    Args:
        public: Every one of them must be a public address, else nothing is
            dialled: a name with one private address among its addresses is
            either broken or an attack.
        private: Origins that the user typed: never checked.
    """

    def __init__(self, resolve: Resolve, *, public: bool, private: AbstractSet[str]) -> None:
        self._resolve, self._public, self._private = resolve, public, private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connect to the first address that answers."""
        addresses = await self._resolve(host, port)
        checked = self._public and not self._is_private(host, port)
        if checked and not all(map(is_public_address, addresses)):
            raise Unsafe(f"{host} is not on the public internet.")
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")

        async def dial(address: str) -> AsyncNetworkStream:
            return await super(CheckedBackend, self).connect_tcp(
                address, port, timeout, local_address, socket_options
            )

        if len(addresses) == 1:
            return await dial(addresses[0])
        return await _first_of(dial, addresses)

    def _is_private(self, host: str, port: int) -> bool:
        host = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return any(
            f"{scheme}://{host}{'' if port == usual else f':{port}'}" in self._private
            for scheme, usual in (("https", 443), ("http", 80))
        )


def checked_pool(
    backend: CheckedBackend, tls: ssl.SSLContext, kept: int
) -> httpcore.AsyncConnectionPool:
    """Connections that are dialled by *backend*; *kept*: how many when nobody uses them."""
    return httpcore.AsyncConnectionPool(
        ssl_context=tls,
        max_connections=MAX_CONNECTIONS,
        max_keepalive_connections=kept,
        keepalive_expiry=KEPT_FOR,
        network_backend=backend,
    )


async def _first_of(
    dial: Callable[[str], Awaitable[AsyncNetworkStream]], addresses: Sequence[str]
) -> AsyncNetworkStream:
    """Try all, each with a head start before the next (RFC 8305); keep one."""
    waiting = list(addresses)
    running: set[asyncio.Task[AsyncNetworkStream]] = set()
    error: BaseException | None = None
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.ensure_future(dial(waiting.pop(0))))
            done, running = await asyncio.wait(
                running,
                timeout=_HEAD_START if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            streams = [task.result() for task in done if not task.exception()]
            if streams:
                for surplus in streams[1:]:
                    await surplus.aclose()
                return streams[0]
            error = error or next((task.exception() for task in done), None)
    finally:
        for task in running:
            task.cancel()
        for ended in await asyncio.gather(*running, return_exceptions=True):
            if isinstance(ended, AsyncNetworkStream):
                await ended.aclose()
    raise error or ConnectionError("no address answered")
