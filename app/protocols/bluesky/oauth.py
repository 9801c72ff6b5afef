"""
OAuth of the AT Protocol, as flows without I/O: each yields a request, takes
the reply, and returns a value. ``run`` drives one over the network; tests
drive them by hand.

Source: atproto OAuth profile (PAR, PKCE S256, DPoP with server nonces, a
public client known by its loopback address), RFC 9126, 7636, 9449, 9207.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Generator
from typing import TypeVar
from urllib.parse import urlencode

from msgspec import Struct

from app.model.errors import Malformed, Refused, ServiceError, SignedOut
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.dpop import Nonces, ProofKey, base64url
from app.protocols.http import Reply, error_from_reply
from app.protocols.safety import origin_of

T = TypeVar("T")

SCOPE = "atproto transition:generic"
CHAT = "transition:chat.bsky"
"""Private messages, at servers that know this scope. Older sign-ins do without."""
_REDIRECT = "http://127.0.0.1/"


class Ask(Struct, frozen=True):
    """A request that a flow wants to be made."""

    method: str
    url: str
    headers: dict[str, str] = {}
    form: dict[str, str] | None = None

    def __repr__(self) -> str:
        return f"Ask({self.method} {self.url.partition('?')[0]})"


Flow = Generator[Ask, Reply, T]


class Server(Struct, frozen=True):
    """``/.well-known/oauth-authorization-server``."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    pushed_authorization_request_endpoint: str
    revocation_endpoint: str = ""
    scopes_supported: list[str] = []
    code_challenge_methods_supported: list[str] = []
    authorization_response_iss_parameter_supported: bool = False


class Resource(Struct, frozen=True):
    """``/.well-known/oauth-protected-resource``."""

    resource: str
    authorization_servers: list[str]


class Tokens(Struct, frozen=True):
    """What the token endpoint grants."""

    access_token: str
    token_type: str
    sub: str
    scope: str = ""
    refresh_token: str = ""

    def __repr__(self) -> str:
        return f"Tokens({self.sub})"


class _Pushed(Struct, frozen=True):
    request_uri: str


class _Error(Struct, frozen=True):
    error: str = ""
    error_description: str = ""


class Prover(Struct, frozen=True):
    """Signs requests: the key, the nonces learnt, a clock and chance."""

    key: ProofKey
    nonces: Nonces
    now: Callable[[], float]
    unique: Callable[[], str]

    def header(self, method: str, url: str, token: str = "") -> str:
        """The ``DPoP`` header for a request to *url*."""
        return self.key.proof(
            method,
            url,
            at=self.now(),
            unique=self.unique(),
            nonce=self.nonces.of(url),
            token=token,
        )


async def run(flow: Flow[T], ask: Callable[[Ask], Awaitable[Reply]]) -> T:
    """Drive *flow* to its end. Raises what it and *ask* raise."""
    try:
        wanted = next(flow)
        while True:
            wanted = flow.send(await ask(wanted))
    except StopIteration as end:
        value: T = end.value
        return value
    finally:
        flow.close()


# --------------------------------------------------------------- discovery


def issuer_of(host: str) -> Flow[str]:
    """
    Which authorization server speaks for the PDS at *host* (an origin).

    Raises:
        Refused: It has none: only passwords there.
    """
    reply = yield Ask("GET", f"{host}/.well-known/oauth-protected-resource")
    if reply.status in (404, 501):
        raise Refused(f"{_shown(host)} cannot sign in by browser.", "Use an app password instead.")
    resource = _read(reply, Resource, host)
    if origin_of(resource.resource) != host:
        raise Malformed(f"{_shown(host)} says that it is another server.")
    issuer = (
        origin_of(resource.authorization_servers[0]) if resource.authorization_servers else None
    )
    if issuer is None or issuer != resource.authorization_servers[0].rstrip("/"):
        raise Malformed(f"{_shown(host)} does not say where to sign in.")
    return issuer


def server_at(issuer: str) -> Flow[Server]:
    """
    What the authorization server says about itself.

    Raises:
        Malformed: It is not the one it should be, or lacks what the profile
            demands.
    """
    reply = yield Ask("GET", f"{issuer}/.well-known/oauth-authorization-server")
    server = _read(reply, Server, issuer)
    if server.issuer != issuer:
        raise Malformed(f"{_shown(issuer)} says that it is another server.")
    if "S256" not in server.code_challenge_methods_supported:
        raise Malformed(f"{_shown(issuer)} does not offer a safe way to sign in.")
    if not server.authorization_response_iss_parameter_supported:
        raise Malformed(f"{_shown(issuer)} does not say who it is when it answers.")
    return server


# ----------------------------------------------------------------- sign-in


def client_id(scope: str = SCOPE) -> str:
    """
    Who we are: a native client without a web site (profile: "localhost").

    The address in it has no port, as ours changes; servers ignore the port.
    """
    return "http://localhost?" + urlencode({"redirect_uri": _REDIRECT, "scope": scope})


def scope_of(server: Server) -> str:
    """What we ask a server for."""
    return f"{SCOPE} {CHAT}" if CHAT in server.scopes_supported else SCOPE


def challenge(verifier: str) -> str:
    """PKCE S256 (RFC 7636)."""
    return base64url(hashlib.sha256(verifier.encode()).digest())


def push(
    server: Server, prover: Prover, *, redirect: str, state: str, verifier: str, hint: str
) -> Flow[str]:
    """Announce the sign-in (PAR). Returns the page to open in the browser."""
    scope = scope_of(server)
    form = {
        "client_id": client_id(scope),
        "redirect_uri": redirect,
        "response_type": "code",
        "scope": scope,
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    if hint:
        form["login_hint"] = hint
    url = server.pushed_authorization_request_endpoint
    reply = yield from _proved(prover, url, form)
    pushed = _read(reply, _Pushed, server.issuer)
    query = urlencode({"client_id": client_id(scope), "request_uri": pushed.request_uri})
    joint = "&" if "?" in server.authorization_endpoint else "?"
    return f"{server.authorization_endpoint}{joint}{query}"


def redeem(
    server: Server, prover: Prover, *, code: str, redirect: str, verifier: str
) -> Flow[Tokens]:
    """Change the code that came back for tokens."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "client_id": client_id(scope_of(server)),
        "code_verifier": verifier,
    }
    reply = yield from _proved(prover, server.token_endpoint, form)
    tokens = _tokens(reply, server.issuer)
    if "atproto" not in tokens.scope.split() or not tokens.refresh_token:
        raise Refused("The server granted too little to read with.", "Sign in again.")
    return tokens


def refresh(endpoint: str, prover: Prover, *, token: str, client: str) -> Flow[Tokens]:
    """
    New tokens. The old refresh token is spent by the asking.

    Raises:
        SignedOut: It was spent already, revoked or is too old.
    """
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client}
    reply = yield from _proved(prover, endpoint, form)
    return _tokens(reply, endpoint)


def revoke(endpoint: str, prover: Prover, *, token: str, client: str) -> Flow[None]:
    """Sign out (RFC 7009)."""
    reply = yield from _proved(prover, endpoint, {"token": token, "client_id": client})
    if reply.status >= 400:
        raise error_from_reply(reply, endpoint)


# ------------------------------------------------------------------- parts


def wants_nonce(reply: Reply) -> bool:
    """The server wants the request again, with the nonce it has just sent."""
    if reply.status not in (400, 401) or "dpop-nonce" not in reply.headers:
        return False
    if "use_dpop_nonce" in reply.headers.get("www-authenticate", ""):
        return True
    return _error(reply).error == "use_dpop_nonce"


def _proved(prover: Prover, url: str, form: dict[str, str]) -> Flow[Reply]:
    """POST with a proof; once more if the server wants its nonce in it."""
    reply = yield Ask("POST", url, {"dpop": prover.header("POST", url)}, form)
    prover.nonces.learn(url, reply.headers)
    if wants_nonce(reply):
        reply = yield Ask("POST", url, {"dpop": prover.header("POST", url)}, form)
        prover.nonces.learn(url, reply.headers)
    return reply


def _tokens(reply: Reply, server: str) -> Tokens:
    tokens = _read(reply, Tokens, server)
    if tokens.token_type.lower() != "dpop" or not tokens.sub.startswith("did:"):
        raise Malformed(f"{_shown(server)} sent tokens of another kind.")
    return tokens


def _read(reply: Reply, kind: type[T], server: str) -> T:
    if reply.status == 400:
        raise _refusal(reply, server)
    if not 200 <= reply.status < 300:
        raise error_from_reply(reply, server)
    try:
        return read(reply.body, kind)
    except Unreadable as error:
        raise Malformed(f"{_shown(server)} sent something that is no sign-in answer.") from error


def _refusal(reply: Reply, server: str) -> ServiceError:
    said = _error(reply).error
    if said == "invalid_grant":
        return SignedOut(f"The sign-in at {_shown(server)} is no longer valid.")
    next_step = "Start the sign-in again."
    if said == "invalid_dpop_proof":  # Proofs are good for minutes, by the server's clock.
        next_step = "Check that this computer's clock is right, then start again."
    return Refused(error_from_reply(reply, server).message, next_step)


def _error(reply: Reply) -> _Error:
    try:
        return read(reply.body, _Error)
    except Unreadable:
        return _Error()


def _shown(url: str) -> str:
    return url.partition("://")[2].partition("/")[0]
