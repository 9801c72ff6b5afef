"""
Where the browser brings the answer of a sign-in back to: RFC 8252 §7.3.

Anything on this computer, web pages included, may knock at the port. So only
one path, one method, the right ``state`` and our own Host are let in; all
else gets a 4xx and the listener goes on listening.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

from app.model.errors import Cancelled, StoreError

LIMIT = 600.0
"""Longest wait for the browser, in seconds."""

_HEAD_LIMIT = 16_384
_HEAD_TIME = 10.0
_AT_ONCE = 8

_STYLE = (
    "html{color-scheme:light dark;font:17px/1.6 system-ui,sans-serif}"
    "body{display:grid;place-items:center;min-height:90vh;margin:0;text-align:center}"
    "h1{font-size:1.5em;margin:0 0 .3em}p{margin:0;opacity:.75}main{padding:2em}"
)
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Godwit</title>'
    f"<style>{_STYLE}</style><main><h1>That is all</h1>"
    "<p>You can close this tab and go back to Godwit.</p></main></html>"
).encode()
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = (
    "Content-Type: text/html; charset=utf-8\r\n"
    f"Content-Security-Policy: default-src 'none'; style-src 'sha256-{_STYLE_HASH}';"
    " frame-ancestors 'none'; form-action 'none'; base-uri 'none'\r\n"
    "Cache-Control: no-store\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Connection: close\r\n"
)
_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
_REASONS |= {405: "Method Not Allowed", 421: "Misdirected Request"}


class LoopbackListener:
    """
    Waits on 127.0.0.1 for one redirect of the browser.

    ``async with LoopbackListener() as listener``: it listens inside the block.

    Args:
        path: The only path it answers, as registered: usually "/".
        state: What the redirect must carry; 256 random bits by default.
        limit: How long ``wait`` waits, in seconds; at most ten minutes.
    """

    def __init__(self, path: str = "/", *, state: str = "", limit: float = LIMIT) -> None:
        self.state = state or secrets.token_urlsafe(32)
        self._path, self._limit = path, min(limit, LIMIT)
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self._answer: asyncio.Future[dict[str, str]] | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """
        Begin to listen.

        Raises:
            StoreError: This computer gives us no port.
        """
        self._answer = asyncio.get_running_loop().create_future()
        try:
            self._server = await asyncio.start_server(
                self._connected, "127.0.0.1", 0, limit=_HEAD_LIMIT
            )
        except OSError as error:
            raise StoreError(
                f"No port on this computer could be opened ({error.strerror}).",
                "Sign in with a code or token instead.",
            ) from error
        self._port = self._server.sockets[0].getsockname()[1]

    @property
    def redirect_uri(self) -> str:
        """What to register and to send along. Only while listening."""
        assert self._port, "not started"
        return f"http://127.0.0.1:{self._port}{self._path}"

    async def wait(self) -> dict[str, str]:
        """
        The query of the right redirect: ``code``, or ``error`` and its words.

        Stops listening when it returns.

        Raises:
            Cancelled: The browser did not come back in time, or we were closed.
        """
        assert self._answer is not None, "not started"
        try:
            async with asyncio.timeout(self._limit):
                return await asyncio.shield(self._answer)
        except TimeoutError:
            raise Cancelled(
                "The browser did not come back in time.", "Start the sign-in again."
            ) from None
        finally:
            self._stop()

    async def close(self) -> None:
        """Stop listening, now. Harmless when done."""
        self._stop()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(Cancelled("The sign-in was stopped."))
            self._answer.exception()  # nobody need be waiting for it
        talks = list(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    # -- one knock at the door -----------------------------------------------

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._talks) >= _AT_ONCE:
            writer.close()
            return
        talk = asyncio.get_running_loop().create_task(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        status, query = 0, dict[str, str]()
        try:
            async with asyncio.timeout(_HEAD_TIME):
                head = await reader.readuntil(b"\r\n\r\n")
                status, query = self._judge(head.decode("latin-1"))
                writer.write(_reply(status))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # a port scanner, or a browser that only warmed up a connection
        finally:
            # Also when the browser did not wait for the page: it serves only once.
            if status == 200 and self._answer is not None and not self._answer.done():
                self._answer.set_result(query)
            writer.close()

    def _judge(self, head: str) -> tuple[int, dict[str, str]]:
        """Status to answer, and the query when it is the one we wait for."""
        line, *fields = head.split("\r\n")
        parts = line.split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            return 400, {}
        method, target, _ = parts
        path, _, query = target.partition("?")
        if not self._is_ours(fields):
            return 421, {}
        if path != self._path:
            return 404, {}
        if method != "GET":
            return 405, {}
        return self._judge_query(query)

    def _is_ours(self, fields: list[str]) -> bool:
        """Is the Host header ours? A name that was rebound to 127.0.0.1 is not."""
        hosts = [f.partition(":")[2].strip() for f in fields if f.lower().startswith("host:")]
        return hosts == [f"127.0.0.1:{self._port}"]

    def _judge_query(self, query: str) -> tuple[int, dict[str, str]]:
        try:
            pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=20)
        except ValueError:
            return 400, {}
        found = dict(pairs)
        if len(found) != len(pairs):
            return 400, {}
        state = found.get("state", "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(state, self.state.encode()):
            return 403, {}
        return 200, found


def _reply(status: int) -> bytes:
    body = _PAGE if status == 200 else b"<!doctype html><title>Godwit</title>Not here."
    allow = "Allow: GET\r\n" if status == 405 else ""
    head = f"HTTP/1.1 {status} {_REASONS[status]}\r\n{_HEADERS}{allow}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
