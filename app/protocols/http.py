"""
The one door to the network: every request of the program goes through here.

One client, one TLS context, system proxies, limits on time and size, and
errors in words. httpx is loaded with the first request, off the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.model.errors import Malformed, Unreachable, Unsafe
from app.protocols.net.call import (
    Call,
    Params,
    Sent,
    payload_of,
    read_reply,
    redirect_of,
    sendable,
    with_params,
)
from app.protocols.net.deadline import Deadlines
from app.protocols.net.flow import Flow
from app.protocols.net.ground import Ground
from app.protocols.net.hosts import HostEntry, HostLog
from app.protocols.net.lasting import Lasting
from app.protocols.net.line import Line, loaded
from app.protocols.net.proxy import is_supported
from app.protocols.net.reply import Reply, error_from_reply, host_of
from app.protocols.net.rules import allowed
from app.protocols.net.transfers import MAX_REDIRECTS, Transfers
from app.protocols.net.words import NoNetwork, bad_proxy, offline, timed_out, unreachable
from app.protocols.ratelimit import Clock, RateLimits, Turn
from app.protocols.safety import Link, parse_link

if TYPE_CHECKING:
    import ssl

    import httpx

    from app.protocols.net.dial import Resolve

__all__ = ["HostEntry", "HostLog", "Http", "Reply", "error_from_reply", "host_of"]

log = logging.getLogger(__name__)


class Http(Transfers, Lasting):
    """
    Speaks HTTP for the whole program. Belongs to one event loop.

    Args:
        user_agent: Who we say we are.
        hosts: Where to note whom we spoke to.
        offline: Refuse everything before the network is touched.
        clock: Epoch seconds.
        limits: Rate limits and circuit breakers; its own by default.
        resolve: Host, port → IP addresses; the system's by default.
        tls: Certificates to trust; the system's by default.
        pause: Seconds between two large answers. Whoever reads one is busy for
            some ms; on a loop that also paints, frames come in between.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        hosts: HostLog | None = None,
        offline: bool = False,
        clock: Clock = time.time,
        limits: RateLimits | None = None,
        resolve: Resolve | None = None,
        tls: ssl.SSLContext | None = None,
        pause: float = 0.0,
    ) -> None:
        self.hosts = hosts or HostLog()
        self.limits = limits or RateLimits(clock=clock)
        self._user_agent, self._offline = user_agent, offline
        self._clock, self._resolve, self._tls = clock, resolve, tls
        self._deadlines = Deadlines()
        self._line = Line(pause)
        self._private: set[str] = set()
        self._opening: asyncio.Future[Ground] | None = None
        self._transports: dict[tuple[bool, str, bool, bool], httpx.AsyncBaseTransport] = {}

    def allow_private(self, origin: str) -> None:
        """
        The user typed *origin* (any address at it): it may be on the local network.

        Raises:
            Unsafe: It is no http(s) address.
        """
        link = parse_link(origin)
        if link is None:
            raise Unsafe("That is not a web address.", "Type it as https://server.")
        self._private.add(link.origin)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout: float = 20,
        max_bytes: int = 8_000_000,
        why: str = "",
        bucket: str = "",
        background: bool = False,
        follow: bool = True,
        public: bool = False,
        repeatable: bool = False,
    ) -> Reply:
        """
        Ask a server we have dealings with, and return whatever it answers.

        4xx and 5xx are answers; see ``error_from_reply``. Redirects are
        followed within the same origin only, so that no token reaches another.

        Args:
            timeout: For all of it, in seconds.
            max_bytes: Longest body, decompressed.
            why: Purpose, for the user: "home timeline".
            bucket: Account whose rate limit it counts to.
            background: The user did not just ask for it.
            public: *url* was found in content: its host must be public.
            repeatable: Made twice it is the same: kept connections will do.

        Raises:
            Unreachable: No whole answer came; ``sent``: it may have been done.
            Malformed: An answer came, too long or not what its headers say.
            RateLimited: Our turn would come too late to sit and wait.
            Unsafe: Not encrypted, or not public though it must be.
        """
        call = Call(
            method=method.upper(),
            headers=headers or {},
            payload=payload_of(json=json, data=form, content=content),
            timeout=timeout,
            max_bytes=max_bytes,
            why=why,
            bucket=bucket,
            background=background,
            public=public,
            repeatable=repeatable,
        )
        link = self._checked(with_params(url, params), public)
        reply = await self._exchange(call, link)
        for _ in range(MAX_REDIRECTS):
            target = redirect_of(reply)
            if not (follow and call.harmless and target and target.origin == link.origin):
                break
            reply = await self._exchange(call, target)
        return reply

    async def fetch_public(
        self,
        url: str,
        *,
        max_bytes: int,
        accept: tuple[str, ...],
        why: str,
        background: bool = True,
        timeout: float = 20,
    ) -> Reply:
        """
        Fetch what an address found in content points to, without credentials.

        https on its usual port at a public host only; the addresses it
        resolves to are checked, and those checked are connected to; the same
        again after each of at most 4 redirects. Where a system proxy is in
        between, it does the resolving (as Tor's must), so there only the name
        is checked: what the proxy can reach is for the proxy to rule.

        Args:
            accept: Content types, "image/*" included; others are not read.
            background: False when the user asked for just this.
            timeout: For each hop, in seconds.

        Raises:
            Unsafe: Content must not make us call that.
            Malformed: Too long, or of another type.
            Unreachable: No whole answer came.
        """
        call = Call(
            method="GET",
            headers={"accept": ", ".join(accept)},
            payload={},
            timeout=timeout,
            max_bytes=max_bytes,
            why=why,
            public=True,
            accept=accept,
            background=background,
        )
        link = self._checked(url, True)
        for _ in range(MAX_REDIRECTS + 1):
            reply = await self._exchange(call, link)
            if (target := redirect_of(reply)) is None:
                return reply
            link = self._checked(target.url, True)
        raise Malformed(f"{link.netloc} sent us round in circles.")

    def retry_now(self) -> None:
        """The network is back: ask hosts again that did not answer before."""
        self.limits.retry_now()

    async def close(self) -> None:
        """Close all connections. It opens again when it is used."""
        transports, self._transports = list(self._transports.values()), {}
        for transport in transports:
            await transport.aclose()

    # -- one exchange --------------------------------------------------------

    def _checked(self, url: str, public: bool) -> Link:
        return allowed(url, public=public, private=self._private)

    async def _exchange(self, call: Call, link: Link) -> Reply:
        host = link.netloc
        if self._offline:
            raise offline(host)
        turn = await self.limits.turn(host, call.bucket, background=call.background)
        try:
            self.hosts.record(host, call.why)
            return await self._counted(call, link, turn)
        finally:
            turn.close()

    async def _counted(self, call: Call, link: Link, turn: Turn) -> Reply:
        started = self._clock()
        try:
            try:
                reply = await self._send(call, link)
            except _Stale:
                # The server closed a kept connection just as we used it.
                reply = await self._send(call, link, last=True)
        except Malformed:
            turn.answered(200, {})  # it is alive, at least
            raise
        except Unreachable as error:
            turn.failed(here=isinstance(error, NoNetwork))
            log.info("%s %s: %s", call.method, link.netloc, error.message)
            raise
        turn.answered(reply.status, reply.headers)
        took = (self._clock() - started) * 1000
        size = len(reply.body)
        await self._line.wait(size)
        log.debug("%s %s %d, %d bytes, %.0f ms", call.method, link.netloc, reply.status, size, took)
        return reply

    async def _send(self, call: Call, link: Link, *, last: bool = False) -> Reply:
        await loaded("httpx")
        import httpx

        host = link.netloc
        ours = {"user-agent": self._user_agent, "accept-encoding": "gzip"}
        headers = sendable(ours | dict(call.headers), host)
        proxy = ""
        sent, begun = Sent(), False
        try:
            async with self._deadlines.within(call.timeout) as renew:
                transport, proxy = await self._transport(call, link)
                body = {"content": call.upload.pieces(renew)} if call.upload else call.payload
                # Straight to the transport: the client around it would keep
                # cookies, follow the environment and set a timer per step.
                request = httpx.Request(
                    call.method, link.url, headers=headers, extensions={"trace": sent}, **body
                )
                response = await transport.handle_async_request(request)
                begun = True
                try:
                    told, chunks = response.headers.items(), call.flow(response.aiter_raw(), renew)
                    return await read_reply(call, link, response.status_code, told, chunks)
                finally:
                    await response.aclose()
        except TimeoutError:
            failure = timed_out(host, call.timeout)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
            if call.harmless and not begun and not last:
                raise _Stale from None
            failure = unreachable(error, host, begun=begun, proxy=host_of(proxy))
        except (httpx.TransportError, OSError) as error:
            failure = unreachable(error, host, proxy=host_of(proxy))
        failure.sent = sent.begun
        raise failure

    @asynccontextmanager
    async def _flowing(self, call: Call, link: Link) -> AsyncIterator[Flow]:
        """An exchange whose answer goes on until the block is left; its head comes in time."""
        host = link.netloc
        if self._offline:
            raise offline(host)
        # How it ends says nothing about the host's other answers: the turn is not told.
        turn = await self.limits.turn(host, call.bucket, background=call.background)
        try:
            self.hosts.record(host, call.why)
            flow = await self._begun(call, link)
        finally:
            turn.close()
        try:
            yield flow
        finally:
            await flow.close()

    async def _begun(self, call: Call, link: Link) -> Flow:
        await loaded("httpx")
        import httpx

        headers = sendable({"user-agent": self._user_agent} | dict(call.headers), link.netloc)
        proxy = ""
        try:
            async with self._deadlines.within(call.timeout):
                transport, proxy = await self._transport(call, link)
                request = httpx.Request(call.method, link.url, headers=headers)
                response = await transport.handle_async_request(request)
        except TimeoutError:
            raise timed_out(link.netloc, call.timeout) from None
        except (httpx.TransportError, OSError) as error:
            raise unreachable(error, link.netloc, proxy=host_of(proxy)) from None
        return Flow(link, response, (httpx.TransportError,), self._deadlines)

    # -- connections ---------------------------------------------------------

    async def _transport(self, call: Call, link: Link) -> tuple[httpx.AsyncBaseTransport, str]:
        if self._opening is None:
            work = asyncio.to_thread(Ground, "httpx", self._tls)
            self._opening = asyncio.ensure_future(work)
        opening = self._opening
        try:
            ground = await asyncio.shield(opening)
        except Exception:
            self._opening = None  # so that the next request tries again
            raise
        proxy = ""
        if ground.proxies.any:
            proxy = await asyncio.to_thread(ground.proxies.choose, link)
        # A change never goes into a connection that was kept: it may be dead by
        # now (servers hang up, computers sleep), and then nobody can say what was done.
        keep = call.harmless and not call.lasting
        # Lines that last take no places of requests.
        key = (call.public, proxy, keep, call.lasting)
        if key not in self._transports:
            self._transports[key] = self._new_transport(ground, *key[:3])
        return self._transports[key], proxy

    def _new_transport(
        self, ground: Ground, public: bool, proxy: str, keep: bool
    ) -> httpx.AsyncBaseTransport:
        import httpx

        from app.protocols.net.dial import KEPT_FOR, MAX_CONNECTIONS, MAX_KEPT

        kept = MAX_KEPT if keep else 0
        if not proxy:
            return self._direct(ground, public, kept)
        limits = httpx.Limits(
            max_connections=MAX_CONNECTIONS,
            max_keepalive_connections=kept,
            keepalive_expiry=KEPT_FOR,
        )
        if is_supported(proxy) and parse_link(f"http://{host_of(proxy)}"):
            return httpx.AsyncHTTPTransport(verify=ground.tls, limits=limits, proxy=proxy)
        raise bad_proxy()

    def _direct(self, ground: Ground, public: bool, kept: int) -> httpx.AsyncHTTPTransport:
        """A transport that dials for itself (``CheckedBackend``)."""
        import httpx

        from app.protocols.net.dial import CheckedBackend, checked_pool, resolve

        backend = CheckedBackend(self._resolve or resolve, public=public, private=self._private)
        transport = httpx.AsyncHTTPTransport(verify=ground.tls)
        # httpx has no parameter for this; its own transport is a thin layer
        # over exactly this pool, so we keep the layer and change the pool.
        transport._pool = checked_pool(backend, ground.tls, kept)
        return transport


class _Stale(Exception):
    """A harmless request went into a connection that was already dead."""
