"""Signing in: with the browser (OAuth), or with an app password."""

from __future__ import annotations

import asyncio
import hmac
import secrets as chance
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from msgspec import structs

from app.model import Account, AccountId
from app.model.errors import Malformed, NeedsCode, Refused, ServiceError, SignedOut, Suspended
from app.protocols.base import Secret, SignedIn
from app.protocols.bluesky import oauth
from app.protocols.bluesky.api import BlueskyApi, answer
from app.protocols.bluesky.convert import NETWORK
from app.protocols.bluesky.credentials import Credentials, ask, session_from_reply
from app.protocols.bluesky.dpop import Nonces, ProofKey
from app.protocols.bluesky.identity import Identity, Resolver
from app.protocols.bluesky.refusals import error_from_status, error_from_xrpc, said
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.wire_server import Session
from app.protocols.http import Http, Reply, host_of
from app.protocols.loopback import LoopbackListener

CODE_LENGTH = 10


class HeldSecrets:
    """The secret of a sign-in that is not finished: in memory, for one account."""

    def __init__(self, secret: Secret) -> None:
        self.secret = secret
        self._lock = asyncio.Lock()

    async def load(self, account: AccountId) -> Secret:
        """The secret."""
        return self.secret

    async def save(self, account: AccountId, secret: Secret) -> None:
        """Replace it."""
        self.secret = secret

    @asynccontextmanager
    async def refreshing(self, account: AccountId) -> AsyncIterator[None]:
        """One refresh at a time."""
        async with self._lock:
            yield


async def finish(http: Http, identity: Identity, secret: Secret) -> SignedIn:
    """With new tokens: ask who we are, and what the server can do."""
    name = identity.handle if identity.verified else identity.did
    account = Account(
        id=AccountId(name),
        protocol="bluesky",
        network=NETWORK,
        server=identity.pds,
        uri=identity.did,
        handle=identity.handle,
    )
    held = HeldSecrets(secret)
    api = BlueskyApi(http, account, Credentials(http, account, held))
    service = BlueskyService(api, account)
    return SignedIn(await service.verify(), held.secret)


def checked(identity: Identity) -> Identity:
    """
    *identity*, if a sign-in may begin with it.

    Raises:
        Refused: Its handle is not proved: the password would go to whom the
            handle's domain names, which need not be whom one means.
    """
    if identity.how and not identity.verified and identity.claimed:
        raise Refused(
            f"{identity.claimed} leads to an account that does not call itself so.",
            "Use the account's DID, or mend its handle.",
        )
    return identity


# ---------------------------------------------------------------- password


async def with_password(
    http: Http, identity: Identity, password: str, code: str, plc: str
) -> SignedIn:
    """
    ``com.atproto.server.createSession``.

    Raises:
        NeedsCode: The server has sent a code by e-mail; call again with it.
        SignedOut: Wrong password.
        Suspended: The account is deactivated or taken down.
    """
    asked = {"identifier": identity.did, "password": password}
    if code:
        asked["authFactorToken"] = typed_code(code)
    reply = await _create_session(http, identity.pds, asked)
    if reply.status != 200:
        raise _password_error(reply, identity, code)
    session = session_from_reply(reply, identity.did)
    secret = {
        "kind": "password",
        "access": session.access_jwt,
        "refresh": session.refresh_jwt,
        "server": identity.pds,
        "plc": plc,
    }
    return await finish(http, identity, secret)


async def why_unknown(http: Http, pds: str, handle: str, password: str) -> Suspended | None:
    """
    What the server that the user typed says of an account that it does not
    show to others: that it is taken down or deactivated; None if nothing.
    """
    reply = await _create_session(http, pds, {"identifier": handle, "password": password})
    if reply.status != 200:
        error = error_from_xrpc(reply, pds, handle)
        return error if isinstance(error, Suspended) else None
    session = answer(reply.body, Session)
    if session.active:
        return None
    return error_from_status(session.status, handle)


async def _create_session(http: Http, pds: str, asked: dict[str, str]) -> Reply:
    return await http.request(
        "POST",
        f"{pds}/xrpc/com.atproto.server.createSession",
        json=asked,
        why="sign in",
        public=True,
    )


def typed_code(code: str) -> str:
    """A code as the server wrote it: upper case, five and five with a dash."""
    signs = "".join(char for char in code.upper() if char.isalnum())
    return f"{signs[:5]}-{signs[5:]}" if len(signs) == CODE_LENGTH else code.strip()


def _password_error(reply: Reply, identity: Identity, code: str) -> ServiceError:
    name, host = said(reply).error, host_of(identity.pds)
    if name == "AuthFactorTokenRequired":
        return NeedsCode(f"{host} has sent a code to your e-mail address.")
    if code and name in ("InvalidToken", "ExpiredToken", "InvalidRequest"):
        return NeedsCode("The code is wrong or too old.", "Enter the newest code.")
    if name == "AuthenticationRequired":
        return SignedOut(
            "Wrong handle or password.",
            "Use an app password, made in the settings of your account.",
        )
    return error_from_xrpc(reply, identity.pds, identity.claimed)


# ----------------------------------------------------------------- browser


class OauthSignIn:
    """
    A sign-in that goes on in the browser. ``begin`` makes one.

    Everything that the last step needs is kept here and nowhere else: a
    sign-in that is broken off leaves nothing behind.
    """

    code_possible = False

    def __init__(
        self,
        http: Http,
        resolver: Resolver,
        identity: Identity,
        server: oauth.Server,
        prover: oauth.Prover,
        listener: LoopbackListener,
        plc: str,
    ) -> None:
        self._http = http
        self._resolver = resolver
        self._identity = identity
        self._server = server
        self._prover = prover
        self._listener = listener
        self._plc = plc
        self._verifier = chance.token_urlsafe(48)
        self._redirect = listener.redirect_uri
        self._url = ""

    def __repr__(self) -> str:
        return f"OauthSignIn({self._identity.claimed})"

    @property
    def url(self) -> str:
        """What to open in the system's browser."""
        return self._url

    @property
    def code_url(self) -> str:
        """The same: this network's pages show no codes."""
        return self._url

    async def push(self) -> None:
        """Announce the sign-in to the server. Raises: ServiceError."""
        flow = oauth.push(
            self._server,
            self._prover,
            redirect=self._redirect,
            state=self._listener.state,
            verifier=self._verifier,
            hint=self._identity.claimed or self._identity.did,
        )
        self._url = await oauth.run(flow, self._ask)

    async def finish(self) -> SignedIn:
        """
        Wait for the browser to come back, and change its code for tokens.

        Raises:
            Refused: You said no in the browser, or signed in as another.
            Cancelled: It did not come back in time, or ``close`` was called.
            Malformed: The answer is not from the server we asked.
        """
        came = await self._listener.wait()
        await self._listener.close()
        code = code_from_redirect(came, self._server.issuer)
        flow = oauth.redeem(
            self._server,
            self._prover,
            code=code,
            redirect=self._redirect,
            verifier=self._verifier,
        )
        tokens = await oauth.run(flow, self._ask)
        await self._check(tokens)
        secret = {
            "kind": "oauth",
            "access": tokens.access_token,
            "refresh": tokens.refresh_token,
            "key": self._prover.key.text(),
            "client": oauth.client_id(oauth.scope_of(self._server)),
            "issuer": self._server.issuer,
            "token_endpoint": self._server.token_endpoint,
            "revocation_endpoint": self._server.revocation_endpoint,
            "server": self._identity.pds,
            "plc": self._plc,
        }
        return await finish(self._http, self._identity, secret)

    async def use_code(self, code: str) -> SignedIn:
        """This network's pages show no codes."""
        raise Refused("This server's page gives no code to paste.", "Finish in the browser.")

    async def close(self) -> None:
        """Stop listening. Harmless when done."""
        await self._listener.close()

    async def _check(self, tokens: oauth.Tokens) -> None:
        """
        The account must be the one we meant, and its own server must name
        this issuer: else any server could sign us in as anybody.
        """
        if tokens.sub != self._identity.did:
            raise Refused(
                "The browser signed in as another account.",
                "Start again with that account's handle.",
            )
        pds = await self._resolver.pds_of(tokens.sub, fresh=True)
        issuer = await oauth.run(oauth.issuer_of(pds), self._ask)
        if issuer != self._server.issuer:
            raise Refused("Another server than the account's own tried to sign you in.")
        self._identity = structs.replace(self._identity, pds=pds)

    async def _ask(self, wanted: oauth.Ask) -> Reply:
        return await ask(self._http, wanted, why="sign in")


async def begin(
    http: Http,
    resolver: Resolver,
    identity: Identity,
    plc: str,
    *,
    now: Callable[[], float] = time.time,
) -> OauthSignIn:
    """
    Begin OAuth for *identity*. It listens when this returns.

    Raises:
        Refused: Its server has no sign-in by browser.
        ServiceError: The server cannot be reached, or is not what it says.
    """

    async def wanted(flow_ask: oauth.Ask) -> Reply:
        return await ask(http, flow_ask, why="sign in")

    issuer = await oauth.run(oauth.issuer_of(identity.pds), wanted)
    server = await oauth.run(oauth.server_at(issuer), wanted)
    key = await asyncio.to_thread(ProofKey.generate)
    prover = oauth.Prover(key, Nonces(), now, chance.token_urlsafe)
    listener = LoopbackListener()
    await listener.start()
    try:
        sign_in = OauthSignIn(http, resolver, identity, server, prover, listener, plc)
        await sign_in.push()
    except BaseException:
        await listener.close()
        raise
    return sign_in


def code_from_redirect(came: Mapping[str, str], issuer: str) -> str:
    """
    The code that the browser brought (its ``state`` was checked by the listener).

    Raises:
        Refused: It brought a refusal.
        Malformed: It is not from *issuer* (RFC 9207).
    """
    if not hmac.compare_digest(came.get("iss", "").encode(), issuer.encode()):
        raise Malformed("The answer in the browser came from another server.", "Start again.")
    if came.get("error") == "access_denied":
        raise Refused("You said no in the browser.", "Start again when you like.")
    if "error" in came or not came.get("code"):
        raise Refused("The server could not sign you in.", "Start the sign-in again.")
    return came["code"]
