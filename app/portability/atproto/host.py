"""
One server, by its address and no other.

Answers of a server may carry the account's DID document, which until the switch
names the *other* server; libraries follow it silently, and then the one account's
data goes to the other's place (facts on migration, "pin the host"). Here nothing
that a server answers can send us elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from app.model.errors import Malformed
from app.portability.atproto.refusals import error_from_host
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.wire import Wire
from app.protocols.http import Http, Reply, host_of
from app.protocols.net.call import Params
from app.protocols.net.download import Landing

T = TypeVar("T")

LARGE = 4_000_000_000
"""Bytes of the largest repository or file that is taken."""


class ServerLinks(Wire, frozen=True):
    """Pages that a server names."""

    privacy_policy: str = ""
    terms_of_service: str = ""


class ServerDescription(Wire, frozen=True):
    """``com.atproto.server.describeServer``."""

    did: str
    available_user_domains: list[str] = []
    invite_code_required: bool = False
    phone_verification_required: bool = False
    blob_upload_limit: int | None = None
    links: ServerLinks = ServerLinks()


class RepoStatus(Wire, frozen=True):
    """``com.atproto.sync.getRepoStatus``."""

    did: str
    active: bool = False
    status: str = ""
    rev: str = ""


class Host:
    """
    A server that is asked by its pinned address.

    Args:
        origin: ``https://host[:port]``.
        typed: The user typed it (or signed in there): it may be on the local network.
    """

    def __init__(self, http: Http, origin: str, *, typed: bool = False) -> None:
        self._http = http
        self.origin = origin
        self.name = host_of(origin)
        if typed:
            http.allow_private(origin)

    def __repr__(self) -> str:
        return f"Host({self.name})"

    async def ask(
        self,
        verb: str,
        method: str,
        *,
        why: str,
        params: Params | None = None,
        body: object = None,
        token: str = "",
        bucket: str = "",
        timeout: float = 30,
        max_bytes: int = 8_000_000,
    ) -> Reply:
        """
        Whatever the server answers, refusals included.

        Args:
            method: NSID.
            body: As JSON; None sends none at all: procedures without an input
                refuse even an empty object.

        Raises:
            ServiceError: No answer came.
        """
        return await self._http.request(
            verb,
            self._url(method),
            params=params,
            json=body,
            headers=_bearer(token),
            why=why,
            bucket=bucket,
            timeout=timeout,
            max_bytes=max_bytes,
            public=True,
        )

    async def get(self, method: str, params: Params | None = None, *, why: str) -> bytes:
        """Ask a query of everybody's. Raises: ServiceError."""
        return self.body_of(await self.ask("GET", method, params=params, why=why))

    async def send(
        self,
        method: str,
        file: Path,
        mime: str,
        *,
        why: str,
        token: str,
        bucket: str = "",
        progress: Callable[[float], None] = lambda done: None,
        timeout: float = 600,
    ) -> Reply:
        """
        Call a procedure with a file's bytes, straight from the disk.

        Content-Type and Content-Length are those of the file, as ``importRepo``
        wants. *timeout*: seconds in which nothing moves. Sent twice it comes to the
        same (files are known by their content, imports by what they make of it all).

        Raises:
            StoreError: The file cannot be read.
            ServiceError: No answer came.
        """
        return await self._http.upload(
            "POST",
            self._url(method),
            file=file,
            mime=mime,
            headers=_bearer(token),
            progress=progress,
            timeout=timeout,
            why=why,
            bucket=bucket,
            public=True,
            repeatable=True,
        )

    async def send_bytes(
        self, method: str, content: bytes, mime: str, *, why: str, token: str, bucket: str
    ) -> Reply:
        """The same with bytes that are in memory. Raises: ServiceError (no answer came)."""
        return await self._http.request(
            "POST",
            self._url(method),
            content=content,
            headers={"content-type": mime, **_bearer(token)},
            why=why,
            bucket=bucket,
            timeout=120,
            public=True,
            repeatable=True,
        )

    async def download(
        self,
        method: str,
        params: Params,
        into: Landing,
        *,
        why: str,
        token: str = "",
        bucket: str = "",
        timeout: float = 120,
    ) -> Reply:
        """
        Fetch what a query answers onto the disk. *timeout*: seconds of silence.

        Raises:
            StoreError: The disk is full or not writable.
            ServiceError: No whole answer came. A refusal is in the reply.
        """
        return await self._http.download(
            self._url(method),
            into=into,
            params=params,
            headers=_bearer(token),
            why=why,
            bucket=bucket,
            timeout=timeout,
            public=True,
        )

    async def description(self) -> ServerDescription:
        """What the server says of itself. Raises: ServiceError."""
        method = "com.atproto.server.describeServer"
        return answer(await self.get(method, why="what the server offers"), ServerDescription)

    async def repo_status(self, did: str) -> RepoStatus | None:
        """The account there, active or not; None: there is none. Raises: ServiceError."""
        reply = await self.ask(
            "GET",
            "com.atproto.sync.getRepoStatus",
            params={"did": did},
            why="whether the account is there",
        )
        if reply.status == 200:
            return answer(reply.body, RepoStatus)
        error = error_from_host(reply, self.origin)
        if reply.status in (400, 404) and error.kind == "not_found":
            return None
        raise error

    def body_of(self, reply: Reply, handle: str = "") -> bytes:
        """The answer's bytes. Raises: ServiceError, if it is a refusal."""
        if reply.status == 200:
            return reply.body
        raise error_from_host(reply, self.origin, handle)

    def _url(self, method: str) -> str:
        return f"{self.origin}/xrpc/{method}"


def answer(body: bytes, kind: type[T]) -> T:
    """Read a whole answer. Raises: Malformed."""
    try:
        return read(body, kind)
    except Unreadable as error:
        raise Malformed("The server's answer cannot be read.") from error


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"} if token else {}
