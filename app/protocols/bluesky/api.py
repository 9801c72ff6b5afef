"""XRPC for one account: asks, renews what has expired, says what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct

from app.model import Account
from app.model.errors import Malformed, ServiceError, SignedOut, Suspended
from app.protocols.base import Secret
from app.protocols.bluesky import oauth
from app.protocols.bluesky.credentials import Credentials
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.identity import Resolver
from app.protocols.bluesky.refusals import error_from_xrpc, is_stale
from app.protocols.http import Http, Reply, host_of
from app.protocols.safety import is_public_url

T = TypeVar("T")
Params = Mapping[str, str | int | bool]
MakeError = Callable[[Reply, str, str], ServiceError]


class Query(Struct, frozen=True):
    """
    One question.

    Attributes:
        method: Its NSID.
        why: Purpose, for the user.
        error: Words for a refusal.
    """

    method: str
    params: Params
    why: str
    background: bool
    error: MakeError


class BlueskyApi:
    """One signed-in account at its PDS, which passes on what it does not do itself."""

    def __init__(self, http: Http, account: Account, credentials: Credentials) -> None:
        self._http = http
        self._account = account
        self._credentials = credentials
        self._resolver: Resolver | None = None
        self._has_looked = False

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
        error: MakeError = error_from_xrpc,
    ) -> bytes:
        """
        Ask a query, and return its answer's bytes. See ``Query``.

        Raises:
            SignedOut: For good: a renewal was tried.
            Suspended: The account is.
            ServiceError: What *error* makes of it, or no answer came.
        """
        query = Query(method, params or {}, why, background, error)
        try:
            return await self._asked(query)
        except (SignedOut, Suspended) as refusal:
            if not await self._has_moved():
                raise
            await self._renew_at_new_home(refusal)
        return await self._asked(query)

    async def resolver(self) -> Resolver:
        """Looks up other identities, where the user said that one should."""
        if self._resolver is None:
            secret = await self._credentials.current()
            typed = "" if is_public_url(self.server) else self.server
            self._resolver = Resolver(self._http, plc=secret.get("plc", ""), pds=typed)
        return self._resolver

    async def end_session(self) -> None:
        """Revoke the tokens at the server. Raises: ServiceError."""
        await self._credentials.end()

    # -- one question --------------------------------------------------------

    async def _asked(self, query: Query) -> bytes:
        secret = await self._credentials.current()
        reply = await self._sent(query, secret)
        if is_stale(reply):
            secret = await self._credentials.renewed(secret)
            reply = await self._sent(query, secret)
        if reply.status != 200:
            raise query.error(reply, self.server, self._account.handle)
        return reply.body

    async def _sent(self, query: Query, secret: Secret) -> Reply:
        url = f"{self.server}/xrpc/{query.method}"
        reply = await self._sent_once(query, secret, url)
        if self._credentials.is_nonce_wanted(secret, url, reply):
            reply = await self._sent_once(query, secret, url)
            self._credentials.is_nonce_wanted(secret, url, reply)
        return reply

    async def _sent_once(self, query: Query, secret: Secret, url: str) -> Reply:
        return await self._http.request(
            "GET",
            url,
            headers=self._credentials.headers(secret, "GET", url),
            params=query.params,
            why=query.why,
            bucket=self._account.id,
            background=query.background,
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


def _moved(account: Account, home: str) -> SignedOut:
    return SignedOut(
        f"The account {account.handle} has moved to {host_of(home)}.", "Sign in again there."
    )
