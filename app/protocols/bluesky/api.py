"""XRPC for one account: asks, renews what has expired, says what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from app.model import Account
from app.model.errors import (
    Malformed,
    OutcomeUnknown,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
)
from app.protocols.base import Secret
from app.protocols.bluesky import oauth
from app.protocols.bluesky.asked_labelers import AskedLabelers
from app.protocols.bluesky.credentials import Credentials
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.identity import PLC, Resolver
from app.protocols.bluesky.refusals import error_from_xrpc, is_stale
from app.protocols.http import Http, Reply, host_of
from app.protocols.net.download import Landing
from app.protocols.safety import is_public_url

T = TypeVar("T")
Params = Mapping[str, str | int | bool] | Sequence[tuple[str, str | int | bool]]
MakeError = Callable[[Reply, str, str], ServiceError]


class Failed(OutcomeUnknown):
    """The server answered, with an error of its own: it may still have done it."""


class File(Struct, frozen=True):
    """What goes as the body of a request, from the disk."""

    path: Path
    mime: str
    progress: Callable[[float], None]


class Call(Struct, frozen=True, kw_only=True):
    """
    One query or procedure.

    Attributes:
        method: Its NSID.
        why: Purpose, for the user.
        error: Words for a refusal.
        body: Of a procedure, as JSON; *file* instead: it is a file's bytes.
        into: Takes the answer of a query that is a file.
        to: Who does it for us, as ``atproto-proxy`` names services; "": the
            PDS, or whom it chooses.
    """

    verb: str = "GET"
    method: str
    params: Params = {}
    why: str
    background: bool = False
    error: MakeError
    body: object = None
    file: File | None = None
    into: Landing | None = None
    to: str = ""


class BlueskyApi:
    """One signed-in account at its PDS, which passes on what it does not do itself."""

    def __init__(self, http: Http, account: Account, credentials: Credentials) -> None:
        self._http = http
        self._account = account
        self._credentials = credentials
        self._resolver: Resolver | None = None
        self._has_looked = False
        self.labelers = AskedLabelers()

    @property
    def server(self) -> str:
        """Origin of the PDS, found again if the account has moved."""
        return self._credentials.server

    async def get(
        self,
        method: str,
        params: Params | None = None,
        *,
        why: str,
        background: bool = False,
        to: str = "",
        error: MakeError = error_from_xrpc,
    ) -> bytes:
        """
        Ask a query, and return its answer's bytes. See ``Call``.

        Raises:
            SignedOut: For good: a renewal was tried.
            Suspended: The account is.
            ServiceError: What *error* makes of it, or no answer came.
        """
        return await self._done(
            Call(
                method=method,
                params=params or {},
                why=why,
                background=background,
                to=to,
                error=error,
            )
        )

    async def post(
        self,
        method: str,
        body: object,
        *,
        why: str,
        to: str = "",
        error: MakeError = error_from_xrpc,
    ) -> bytes:
        """
        Call a procedure, and return its answer's bytes. See ``Call``.

        A refused token is renewed and the call repeated: it was not done.

        Raises:
            OutcomeUnknown: It may have been done.
            ServiceError: As for ``get``; it was not done.
        """
        return await self._done(
            Call(verb="POST", method=method, body=body, why=why, to=to, error=error)
        )

    async def upload(
        self, method: str, file: File, *, why: str, error: MakeError = error_from_xrpc
    ) -> bytes:
        """Call a procedure with a file's bytes. Raises: as ``post``, and StoreError."""
        return await self._done(Call(verb="POST", method=method, file=file, why=why, error=error))

    async def download(
        self,
        method: str,
        params: Params,
        into: Landing,
        *,
        why: str,
        background: bool = False,
        error: MakeError = error_from_xrpc,
    ) -> None:
        """Ask a query whose answer is a file. Raises: as ``get``, and StoreError."""
        await self._done(
            Call(
                method=method,
                params=params,
                into=into,
                why=why,
                background=background,
                error=error,
            )
        )

    async def directory(self) -> str:
        """Origin of the directory of identities, as far as this account knows another."""
        return (await self._credentials.current()).get("plc", "") or PLC

    async def resolver(self) -> Resolver:
        """Looks up other identities, where the user said that one should."""
        if self._resolver is None:
            secret = await self._credentials.current()
            typed = "" if is_public_url(self.server) else self.server
            self._resolver = Resolver(self._http, plc=secret.get("plc", ""), pds=typed)
        return self._resolver

    async def ask_stranger(
        self, server: str, method: str, params: Params, *, why: str, max_bytes: int
    ) -> Reply:
        """
        Ask a server that is none of ours something public, without any token.

        Whatever it answers. Raises: Unsafe, Unreachable, Malformed (too long).
        """
        url = f"{server}/xrpc/{method}"
        return await self._http.request(
            "GET", url, params=params, why=why, max_bytes=max_bytes, public=True
        )

    async def end_session(self) -> None:
        """Revoke the tokens at the server. Raises: ServiceError."""
        await self._credentials.end()

    # -- one call ------------------------------------------------------------

    async def _done(self, call: Call) -> bytes:
        try:
            return await self._asked(call)
        except (SignedOut, Suspended) as refusal:
            if not await self._has_moved():
                raise
            await self._renew_at_new_home(refusal)
        return await self._asked(call)

    async def _asked(self, call: Call) -> bytes:
        secret = await self._credentials.current()
        reply = await self._sent(call, secret)
        if is_stale(reply):
            secret = await self._credentials.renewed(secret)
            reply = await self._sent(call, secret)
        if reply.status == 200:
            if call.verb != "GET" and not _is_from_a_server(reply.body):
                raise Failed(f"{host_of(self.server)} answered with junk: it may have been done.")
            return reply.body
        error = call.error(reply, self.server, self._account.handle)
        if call.verb != "GET" and reply.status >= 500 and isinstance(error, Unreachable):
            raise Failed(f"{error.message.rstrip('.')}: it may have been done.") from error
        raise error

    async def _sent(self, call: Call, secret: Secret) -> Reply:
        url = f"{self.server}/xrpc/{call.method}"
        reply = await self._sent_once(call, secret, url)
        if self._credentials.is_nonce_wanted(secret, url, reply):
            reply = await self._sent_once(call, secret, url)
            self._credentials.is_nonce_wanted(secret, url, reply)
        return reply

    async def _sent_once(self, call: Call, secret: Secret, url: str) -> Reply:
        headers = self._credentials.headers(secret, call.verb, url)
        if call.to:
            headers["atproto-proxy"] = call.to
        if call.into is not None:
            return await self._http.download(
                url,
                into=call.into,
                headers=headers,
                params=call.params,
                why=call.why,
                bucket=self._account.id,
                background=call.background,
                public=True,
            )
        if call.verb == "GET":
            asked = self.labelers.header_for(call.method)
            reply = await self._http.request(
                "GET",
                url,
                headers=headers | asked,
                params=call.params,
                why=call.why,
                bucket=self._account.id,
                background=call.background,
                public=True,
            )
            if asked:
                self.labelers.hear(reply.headers)
            return reply
        try:
            return await self._posted(call, headers, url)
        except Malformed as error:
            raise _unknown(self.server) from error  # an answer came, so it was heard
        except Unreachable as error:
            if error.sent:
                raise _unknown(self.server) from error
            raise

    async def _posted(self, call: Call, headers: dict[str, str], url: str) -> Reply:
        if call.file is None:
            return await self._http.request(
                "POST",
                url,
                headers=headers,
                json=call.body,
                why=call.why,
                bucket=self._account.id,
                public=True,
            )
        return await self._http.upload(
            "POST",
            url,
            file=call.file.path,
            mime=call.file.mime,
            headers=headers,
            progress=call.file.progress,
            why=call.why,
            bucket=self._account.id,
            public=True,
        )

    # -- moving house --------------------------------------------------------

    async def _has_moved(self) -> bool:
        """Look once, after the server has turned us away, where the account lives."""
        if self._has_looked:
            return False
        self._has_looked = True
        try:
            resolver = await self.resolver()
            home = await resolver.pds_of(self._account.uri, fresh=True)
            if home == self.server:
                return False
            secret = await self._credentials.current()
            issuer = secret.get("issuer", "")
            is_elsewhere = bool(issuer) and await self._issuer_of(home) != issuer
        except ServiceError:
            return False  # Nothing better is known than the first refusal.
        if is_elsewhere:
            raise _moved(self._account, home)
        await self._credentials.move(home)
        return True

    async def _issuer_of(self, home: str) -> str:
        return await oauth.run(oauth.issuer_of(home), self._credentials.ask)

    async def _renew_at_new_home(self, refusal: ServiceError) -> None:
        """Where one company runs both servers, the tokens are good at the new one."""
        try:
            await self._credentials.renewed(await self._credentials.current())
        except (SignedOut, Suspended):
            raise _moved(self._account, self.server) from refusal


def answer(body: bytes, kind: type[T]) -> T:
    """Read a whole answer. Raises: Malformed."""
    try:
        return read(body, kind)
    except Unreadable as error:
        raise Malformed("The server's answer is not readable.") from error


def _is_from_a_server(body: bytes) -> bool:
    """Nothing, or an object; a network that wants a sign-in first answers with a page."""
    return not body or body.lstrip()[:1] == b"{"


def _unknown(server: str) -> OutcomeUnknown:
    return OutcomeUnknown(f"{host_of(server)} gave no clear answer: it may have been done.")


def _moved(account: Account, home: str) -> SignedOut:
    return SignedOut(
        f"The account {account.handle} has moved to {host_of(home)}.", "Sign in again there."
    )
