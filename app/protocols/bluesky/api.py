"""
XRPC for one account: authorises, refreshes, and says what went wrong.

Access tokens are short-lived and refresh tokens of OAuth serve only once, so
there is one refresh at a time (here, and across processes by the vault's
lock), and it is never cancelled half-way: what the server has given out must
reach the vault.
"""

from __future__ import annotations

import asyncio
import secrets as chance
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from app.model import Account
from app.model.errors import Malformed, ServiceError, SignedOut, Suspended
from app.protocols.base import Secret, Secrets
from app.protocols.bluesky import oauth
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.dpop import Nonces, ProofKey
from app.protocols.bluesky.identity import Resolver
from app.protocols.bluesky.refusals import error_from_xrpc, is_stale
from app.protocols.bluesky.wire import Session
from app.protocols.http import Http, Reply, host_of
from app.protocols.safety import is_public_url

T = TypeVar("T")
Params = Mapping[str, str | int | bool]
MakeError = Callable[[Reply, str, str], ServiceError]


class BlueskyApi:
    """
    One signed-in account at its PDS, which passes on what it does not do itself.

    Args:
        account: As it was kept; ``server`` may have changed since.
        secrets: Where its tokens are.
        now: Epoch seconds.
        unique: Random text.
    """

    def __init__(
        self,
        http: Http,
        account: Account,
        secrets: Secrets,
        *,
        now: Callable[[], float] = time.time,
        unique: Callable[[], str] = chance.token_urlsafe,
    ) -> None:
        self._http = http
        self._account = account
        self._secrets = secrets
        self._now = now
        self._unique = unique
        self._server = account.server
        self._secret: Secret | None = None
        self._prover: tuple[str, oauth.Prover] | None = None
        self._renewing: asyncio.Task[Secret] | None = None
        self._resolver: Resolver | None = None
        self._has_looked = False

    @property
    def server(self) -> str:
        """Origin of the PDS, found again if the account has moved."""
        return self._server

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
        Ask a query, and return its answer's bytes.

        Args:
            error: Words for a refusal.

        Raises:
            SignedOut: For good: a refresh was tried.
            Suspended: The account is.
            ServiceError: What *error* makes of it, or no answer came.
        """
        try:
            reply = await self._authorised("GET", method, params, why, background)
            self._check(reply, error)
        except (SignedOut, Suspended) as refusal:
            if not await self._has_moved():
                raise
            reply = await self._at_new_home(method, params, why, background, refusal)
            self._check(reply, error)
        return reply.body

    async def resolver(self) -> Resolver:
        """Looks up other identities, where the user said that one should."""
        if self._resolver is None:
            secret = await self._loaded()
            typed = "" if is_public_url(self._server) else self._server
            self._resolver = Resolver(self._http, plc=secret.get("plc", ""), pds=typed)
        return self._resolver

    async def end_session(self) -> None:
        """Revoke the tokens at the server. Raises: ServiceError."""
        secret = await self._loaded()
        if secret["kind"] == "oauth":
            endpoint = secret["revocation_endpoint"]
            if endpoint:
                flow = oauth.revoke(
                    endpoint,
                    self._prover_of(secret),
                    token=secret["refresh"],
                    client=secret["client"],
                )
                await oauth.run(flow, self._ask)
            return
        reply = await self._http.request(
            "POST",
            f"{self._server}/xrpc/com.atproto.server.deleteSession",
            headers={"authorization": f"Bearer {secret['refresh']}"},
            why="sign out",
            bucket=self._account.id,
            public=True,
        )
        # A session that is gone already is what we want.
        if reply.status >= 400 and not is_stale(reply):
            self._check(reply, error_from_xrpc)

    # -- one request ---------------------------------------------------------

    async def _authorised(
        self, verb: str, method: str, params: Params | None, why: str, background: bool
    ) -> Reply:
        secret = await self._loaded()
        reply = await self._send(secret, verb, method, params, why, background)
        if is_stale(reply):
            secret = await self._renewed(secret)
            reply = await self._send(secret, verb, method, params, why, background)
        return reply

    async def _send(
        self,
        secret: Secret,
        verb: str,
        method: str,
        params: Params | None,
        why: str,
        background: bool,
    ) -> Reply:
        url = f"{self._server}/xrpc/{method}"
        for last in (False, True):
            reply = await self._http.request(
                verb,
                url,
                headers=self._authorisation(secret, verb, url),
                params=params,
                why=why,
                bucket=self._account.id,
                background=background,
                public=True,
            )
            if secret["kind"] != "oauth":
                break
            self._prover_of(secret).nonces.learn(url, reply.headers)
            if last or not oauth.wants_nonce(reply):
                break
        return reply

    def _authorisation(self, secret: Secret, verb: str, url: str) -> dict[str, str]:
        token = secret["access"]
        if secret["kind"] != "oauth":
            return {"authorization": f"Bearer {token}"}
        proof = self._prover_of(secret).header(verb, url, token)
        return {"authorization": f"DPoP {token}", "dpop": proof}

    def _check(self, reply: Reply, error: MakeError) -> None:
        if not 200 <= reply.status < 300:
            raise error(reply, self._server, self._account.handle)

    # -- tokens --------------------------------------------------------------

    async def _loaded(self) -> Secret:
        if self._secret is None:
            self._take(await self._secrets.load(self._account.id))
        assert self._secret is not None
        return self._secret

    def _take(self, secret: Secret) -> None:
        self._secret = secret
        self._server = secret.get("server", self._server)
        if not is_public_url(self._server):
            # It can only be kept because the user typed it at the sign-in.
            self._http.allow_private(self._server)

    def _prover_of(self, secret: Secret) -> oauth.Prover:
        if self._prover is None or self._prover[0] != secret["key"]:
            try:
                key = ProofKey.from_text(secret["key"])
            except ValueError:
                raise SignedOut("The kept sign-in is damaged.") from None
            prover = oauth.Prover(key, Nonces(), self._now, self._unique)
            self._prover = (secret["key"], prover)
        return self._prover[1]

    async def _renewed(self, spent: Secret) -> Secret:
        """The secret after *spent*; whoever comes second waits for the first."""
        secret = await self._loaded()
        if secret["access"] != spent["access"]:
            return secret
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(spent))
            self._renewing.add_done_callback(_seen)
        return await asyncio.shield(self._renewing)

    async def _renew(self, spent: Secret) -> Secret:
        async with self._secrets.refreshing(self._account.id):
            kept = await self._secrets.load(self._account.id)
            if kept["access"] == spent["access"]:
                kept = await self._refreshed(kept | {"server": self._server})
                self._take(kept)  # First: the server has forgotten the old one.
                await self._secrets.save(self._account.id, kept)
            self._take(kept)
            return kept

    async def _refreshed(self, secret: Secret) -> Secret:
        if secret["kind"] == "oauth":
            flow = oauth.refresh(
                secret["token_endpoint"],
                self._prover_of(secret),
                token=secret["refresh"],
                client=secret["client"],
            )
            tokens = await oauth.run(flow, self._ask)
            if tokens.sub != self._account.uri:
                raise Malformed("The server renewed the sign-in of another account.")
            refresh = tokens.refresh_token or secret["refresh"]
            return secret | {"access": tokens.access_token, "refresh": refresh}

        reply = await self._http.request(
            "POST",
            f"{self._server}/xrpc/com.atproto.server.refreshSession",
            headers={"authorization": f"Bearer {secret['refresh']}"},
            why="keep signed in",
            bucket=self._account.id,
            public=True,
        )
        self._check(reply, error_from_xrpc)
        session = _session(reply, self._account.uri)
        return secret | {"access": session.access_jwt, "refresh": session.refresh_jwt}

    async def _ask(self, wanted: oauth.Ask) -> Reply:
        return await ask(self._http, wanted, why="keep signed in", bucket=self._account.id)

    # -- moving house --------------------------------------------------------

    async def _has_moved(self) -> bool:
        """Look once, after the server has turned us away, where the account lives."""
        if self._has_looked:
            return False
        self._has_looked = True
        try:
            resolver = await self.resolver()
            home = await resolver.pds_of(self._account.uri, fresh=True)
            secret = await self._loaded()
            if home == self._server:
                return False
            if secret["kind"] == "oauth":
                issuer = await oauth.run(oauth.issuer_of(home), self._ask)
                if issuer != secret["issuer"]:
                    raise _moved(self._account, home)
        except SignedOut:
            raise
        except ServiceError:
            return False  # Nothing better is known than the first refusal.
        self._secret = secret | {"server": home}
        self._server = home
        return True

    async def _at_new_home(
        self,
        method: str,
        params: Params | None,
        why: str,
        background: bool,
        refusal: ServiceError,
    ) -> Reply:
        try:
            secret = await self._renewed(await self._loaded())
        except (SignedOut, Suspended):
            raise _moved(self._account, self._server) from refusal
        return await self._send(secret, "GET", method, params, why, background)


async def ask(http: Http, wanted: oauth.Ask, *, why: str, bucket: str = "") -> Reply:
    """Make the request that a flow wants."""
    return await http.request(
        wanted.method,
        wanted.url,
        headers=wanted.headers,
        form=wanted.form,
        why=why,
        bucket=bucket,
        max_bytes=256_000,
        public=True,
    )


def answer(body: bytes, kind: type[T]) -> T:
    """Read a whole answer. Raises: Malformed."""
    try:
        return read(body, kind)
    except Unreadable as error:
        raise Malformed("The server's answer is not readable.") from error


def _session(reply: Reply, did: str) -> Session:
    try:
        session = read(reply.body, Session)
    except Unreadable as error:
        raise Malformed("The server's answer has no session.") from error
    if session.did != did or not session.access_jwt or not session.refresh_jwt:
        raise Malformed("The server answered with the session of another account.")
    return session


def _moved(account: Account, home: str) -> SignedOut:
    return SignedOut(
        f"The account {account.handle} has moved to {host_of(home)}.", "Sign in again there."
    )


def _seen(task: asyncio.Task[Secret]) -> None:
    """Whoever waited may be gone; its error is then nobody's, and no warning."""
    if not task.cancelled():
        task.exception()
