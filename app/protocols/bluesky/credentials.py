"""
The tokens of one account: they authorise requests, and are renewed.

Access tokens are short-lived and refresh tokens of OAuth serve only once, so
there is one renewal at a time (here, and across processes by the vault's
lock), and it is never cancelled half-way: what the server has given out must
reach the vault.

A secret holds ``kind`` (password or oauth), ``access``, ``refresh``,
``server`` (where the account lives now) and ``plc`` (the directory, if one
was typed); OAuth's also ``key``, ``client``, ``issuer``, ``token_endpoint``
and ``revocation_endpoint``.
"""

from __future__ import annotations

import asyncio
import secrets as chance
import time
from collections.abc import Callable

from app.model import Account
from app.model.errors import Malformed, SignedOut
from app.protocols.base import Secret, Secrets
from app.protocols.bluesky import oauth
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.dpop import Nonces, ProofKey
from app.protocols.bluesky.refusals import error_from_xrpc, is_stale
from app.protocols.bluesky.wire_server import Session
from app.protocols.http import Http, Reply
from app.protocols.safety import is_public_url

_PASSWORD = frozenset({"kind", "access", "refresh"})
_OAUTH = _PASSWORD | {"key", "client", "issuer", "token_endpoint", "revocation_endpoint"}


class Credentials:
    """
    What one account signs in with, as the vault keeps it.

    Args:
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
        self._ended = False
        self._behind: str | None = None
        """Access token that the vault still has, although its refresh token is spent."""

    @property
    def server(self) -> str:
        """Origin of the PDS, as far as it is known."""
        return self._server

    async def current(self) -> Secret:
        """The secret. Raises: VaultError, SignedOut (there is none)."""
        if self._secret is None:
            self._take(await self._secrets.load(self._account.id))
        elif self._behind is not None:
            await self._keep_again()
        assert self._secret is not None
        return self._secret

    def headers(self, secret: Secret, verb: str, url: str) -> dict[str, str]:
        """What authorises one request. Raises: SignedOut (a damaged key)."""
        token = secret["access"]
        if secret["kind"] != "oauth":
            return {"authorization": f"Bearer {token}"}
        proof = self._prover_of(secret).header(verb, url, token)
        return {"authorization": f"DPoP {token}", "dpop": proof}

    def is_nonce_wanted(self, secret: Secret, url: str, reply: Reply) -> bool:
        """Learn from *reply*; True if the request should be made again."""
        if secret["kind"] != "oauth":
            return False
        self._prover_of(secret).nonces.learn(url, reply.headers)
        return oauth.wants_nonce(reply)

    async def renewed(self, spent: Secret) -> Secret:
        """
        The secret after *spent*; whoever comes second waits for the first.

        Raises:
            SignedOut: For good.
            ServiceError: Not now; nothing was lost.
        """
        secret = await self.current()
        if self._ended:
            raise SignedOut("The account is being signed out.")
        if secret["access"] != spent["access"]:
            return secret
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renew(spent))
            self._renewing.add_done_callback(_seen)
        return await asyncio.shield(self._renewing)

    async def move(self, home: str) -> None:
        """The account lives at *home* now; kept with the next renewal."""
        self._secret = await self.current() | {"server": home}
        self._server = home

    async def end(self) -> None:
        """Revoke the tokens at the server; none are renewed any more. Raises: ServiceError."""
        self._ended = True
        if self._renewing is not None and not self._renewing.done():
            await asyncio.wait([self._renewing])  # else what it brings would live on
        secret = await self.current()
        if secret["kind"] == "oauth":
            if endpoint := secret["revocation_endpoint"]:
                flow = oauth.revoke(
                    endpoint,
                    self._prover_of(secret),
                    token=secret["refresh"],
                    client=secret["client"],
                )
                await oauth.run(flow, self.ask)
            return
        reply = await self._post_refresh_token("deleteSession", secret, why="sign out")
        # A session that is gone already is what we want.
        if not 200 <= reply.status < 300 and not is_stale(reply):
            raise error_from_xrpc(reply, self._server, self._account.handle)

    async def ask(self, wanted: oauth.Ask) -> Reply:
        """Make a request of an OAuth flow."""
        return await ask(self._http, wanted, why="keep signed in", bucket=self._account.id)

    # -- one renewal ---------------------------------------------------------

    async def _renew(self, spent: Secret) -> Secret:
        async with self._secrets.refreshing(self._account.id):
            kept = await self._secrets.load(self._account.id)
            if kept["access"] == spent["access"]:
                behind = kept["access"]
                kept = await self._refreshed(kept | {"server": self._server})
                self._take(kept)  # First: the server has forgotten the old one.
                try:
                    await self._secrets.save(self._account.id, kept)
                except BaseException:
                    self._behind = behind
                    raise
                self._behind = None
            self._take(kept)
            return kept

    async def _keep_again(self) -> None:
        """The vault did not take the last renewal (a full disk): before anything else it must."""
        async with self._secrets.refreshing(self._account.id):
            kept = await self._secrets.load(self._account.id)
            if self._behind == kept.get("access") and self._secret is not None:
                await self._secrets.save(self._account.id, self._secret)
            elif self._behind is not None:
                self._take(kept)  # somebody has signed in again meanwhile
            self._behind = None

    async def _refreshed(self, secret: Secret) -> Secret:
        if secret["kind"] == "oauth":
            flow = oauth.refresh(
                secret["token_endpoint"],
                self._prover_of(secret),
                token=secret["refresh"],
                client=secret["client"],
            )
            tokens = await oauth.run(flow, self.ask)
            if tokens.sub != self._account.uri:
                raise Malformed("The server renewed the sign-in of another account.")
            refresh = tokens.refresh_token or secret["refresh"]
            return secret | {"access": tokens.access_token, "refresh": refresh}

        reply = await self._post_refresh_token("refreshSession", secret, why="keep signed in")
        if reply.status != 200:
            raise error_from_xrpc(reply, self._server, self._account.handle)
        session = session_from_reply(reply, self._account.uri)
        return secret | {"access": session.access_jwt, "refresh": session.refresh_jwt}

    async def _post_refresh_token(self, method: str, secret: Secret, *, why: str) -> Reply:
        return await self._http.request(
            "POST",
            f"{self._server}/xrpc/com.atproto.server.{method}",
            headers={"authorization": f"Bearer {secret['refresh']}"},
            why=why,
            bucket=self._account.id,
            public=True,
        )

    def _take(self, secret: Secret) -> None:
        wanted = _OAUTH if secret.get("kind") == "oauth" else _PASSWORD
        if not wanted <= secret.keys():
            raise SignedOut("The kept sign-in is damaged.")
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


def session_from_reply(reply: Reply, did: str) -> Session:
    """
    The tokens that a server has given out for *did*.

    Raises:
        Malformed: There are none, or they are of another account.
    """
    try:
        session = read(reply.body, Session)
    except Unreadable as error:
        raise Malformed("The server's answer has no session.") from error
    if session.did != did or not session.access_jwt or not session.refresh_jwt:
        raise Malformed("The server answered with the session of another account.")
    return session


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


def _seen(task: asyncio.Task[Secret]) -> None:
    """Whoever waited may be gone; its error is then nobody's, and no warning."""
    if not task.cancelled():
        task.exception()
