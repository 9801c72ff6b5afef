"""
Signing in: OAuth 2 with PKCE in the user's browser (RFC 8252, 7636, 9207).

The app registers itself with each server anew, with the loopback port in use
(some servers compare it) and with the out-of-band address, so that a page
that shows a code helps, too.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import parse_qs, urlencode

from msgspec import Struct

from app.model.errors import (
    Malformed,
    NotFound,
    Refused,
    ServiceError,
    SignedOut,
    StoreError,
    Unreachable,
    Unsupported,
)
from app.protocols.base import Preview, SignedIn
from app.protocols.http import Http
from app.protocols.loopback import LoopbackListener
from app.protocols.mastodon import api as paths
from app.protocols.mastodon import probe
from app.protocols.mastodon.addresses import Typed, find_web_origin, typed_address
from app.protocols.mastodon.api import Api
from app.protocols.mastodon.wire_server import Application, Instance, Metadata, Token
from app.protocols.safety import clean_text, origin_of

SCOPES = "read write follow"
APP_NAME = "Godwit"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


async def find_server(http: Http, address: str) -> tuple[Api, Instance]:
    """
    The server behind what was typed, and what it says of itself.

    Raises:
        Refused: That is no address.
        Unsupported: No server of this kind is there.
        Unreachable: Nothing answers.
    """
    typed = typed_address(address)
    # The user typed it, so it may well stand in the same room.
    http.allow_private(typed.origin)
    api = Api(http, typed.origin)
    try:
        return api, await probe.fetch_instance(api)
    except (Unsupported, Unreachable) as error:
        elsewhere = await _elsewhere(http, typed)
        if elsewhere is None:
            raise error
        return elsewhere


async def _elsewhere(http: Http, typed: Typed) -> tuple[Api, Instance] | None:
    origin = await find_web_origin(http, typed)
    if origin is None:
        return None
    api = Api(http, origin)
    try:
        return api, await probe.fetch_instance(api)
    except ServiceError:
        return None


async def preview(http: Http, address: str) -> Preview:
    """What stands behind *address*. Raises: as ``find_server``."""
    api, instance = await find_server(http, address)
    return probe.preview_of(instance, api)


async def with_token(http: Http, address: str, token: str) -> SignedIn:
    """
    Sign in with a ready token.

    Raises:
        SignedOut: The server does not accept it.
    """
    token = token.strip()
    if not token or not token.isascii() or any(char.isspace() for char in token):
        raise SignedOut("That is not a token.", "Paste the access token, and nothing else.")
    api, _ = await find_server(http, address)
    return await _signed_in(http, api.origin, {"token": token})


async def in_browser(http: Http, address: str) -> BrowserFlow:
    """
    Begin OAuth. The listener is up when this returns.

    Raises:
        Refused: The server does not let apps register.
    """
    api, _ = await find_server(http, address)
    metadata = await _fetch_metadata(api)
    listener = await _listener()
    try:
        app = await _register(api, listener.redirect_uri if listener else "")
    except BaseException:
        if listener:
            await listener.close()
        raise
    return BrowserFlow(http, api, metadata, app, listener)


class App(Struct, frozen=True):
    """Our registration with one server."""

    client_id: str
    client_secret: str
    redirect_uri: str
    shows_codes: bool = True
    """The out-of-band address is registered, too."""

    def __repr__(self) -> str:
        return f"App({self.redirect_uri})"


class BrowserFlow:
    """A sign-in that goes on in the user's browser."""

    def __init__(
        self,
        http: Http,
        api: Api,
        metadata: Metadata,
        app: App,
        listener: LoopbackListener | None,
    ) -> None:
        self._http = http
        self._api = api
        self._metadata = metadata
        self._app = app
        self._listener = listener
        self._verifier = secrets.token_urlsafe(48)
        self._issuer = origin_of(metadata.issuer or "") or api.origin
        self._state = listener.state if listener else secrets.token_urlsafe(32)

    def __repr__(self) -> str:
        return f"BrowserFlow({self._api.origin})"

    @property
    def url(self) -> str:
        """What to open in the system's browser."""
        return self._authorize_url(self._app.redirect_uri)

    @property
    def code_url(self) -> str:
        """The same, but the page shows a code at the end (for other computers)."""
        return self._authorize_url(OUT_OF_BAND) if self._app.shows_codes else self.url

    @property
    def code_possible(self) -> bool:
        """A code may be pasted: from the page, or the address that could not be opened."""
        return True

    async def finish(self) -> SignedIn:
        """
        Wait for the browser to come back.

        Raises:
            Refused: The user or the server said no.
            Cancelled: It did not come back, or the sign-in was closed.
        """
        if self._listener is None:
            raise Unsupported("The browser cannot come back to this computer.", "Paste the code.")
        answer = await self._listener.wait()
        return await self._exchange(self._code_of(answer), self._app.redirect_uri)

    async def use_code(self, code: str) -> SignedIn:
        """
        The user pasted the code that the page showed, or the whole address.

        Raises:
            Refused: The server does not take it.
        """
        text = code.strip()
        if "://" in text:
            query = parse_qs(text.partition("?")[2].partition("#")[0])
            answer = {key: values[0] for key, values in query.items()}
            if not hmac.compare_digest(answer.get("state", "").encode(), self._state.encode()):
                raise Refused("That address belongs to another sign-in.", "Start again.")
            return await self._exchange(self._code_of(answer), self._app.redirect_uri)
        if not text:
            raise Refused("There is no code.", "Paste the code that the page shows.")
        try:
            return await self._exchange(text, OUT_OF_BAND)
        except Refused:
            if self._listener is None:
                raise
            # Perhaps it was copied from the address bar: an unused code lives on.
            return await self._exchange(text, self._app.redirect_uri)

    async def close(self) -> None:
        """Stop listening. Harmless when done."""
        if self._listener is not None:
            await self._listener.close()

    def _authorize_url(self, redirect_uri: str) -> str:
        digest = hashlib.sha256(self._verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._app.client_id,
            "redirect_uri": redirect_uri,
            "scope": SCOPES,
            "state": self._state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        endpoint = self._metadata.authorization_endpoint or self._api.origin + paths.AUTHORIZE
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"

    def _code_of(self, answer: Mapping[str, str]) -> str:
        """The code in the redirect. Raises: Refused."""
        issuer = answer.get("iss")
        if issuer is not None and origin_of(issuer) != self._issuer:
            # RFC 9207: another server's answer must not be sent to this one.
            raise Refused("The answer came from another server.", "Start again.")
        if answer.get("code"):
            return answer["code"]
        if answer.get("error") == "access_denied":
            raise Refused("You said no in the browser.", "Start again if that was a mistake.")
        said = answer.get("error_description") or answer.get("error") or "no reason given"
        said = " ".join(clean_text(said[:200]).split())
        raise Refused(f"{self._api.host} ended the sign-in: {said.rstrip('.')}.", "Start again.")

    async def _exchange(self, code: str, redirect_uri: str) -> SignedIn:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "client_id": self._app.client_id,
            "client_secret": self._app.client_secret,
            "redirect_uri": redirect_uri,
            "code_verifier": self._verifier,
            "scope": SCOPES,
        }
        try:
            token = await self._api.exchange(paths.TOKEN, form, Token, why="signing in")
        except NotFound:
            raise
        except (SignedOut, Refused) as error:
            # Said with several statuses, and in words that are not for people (RFC 6749 §5.2).
            raise Refused(
                f"{self._api.host} does not take this code.",
                "Copy it again, all of it; a page that is opened again shows a new one.",
            ) from error
        if not token.access_token:
            raise Malformed(f"{self._api.host} gave no token.")
        secret = {
            "token": token.access_token,
            "client_id": self._app.client_id,
            "client_secret": self._app.client_secret,
            "scope": token.scope or SCOPES,
        }
        signed_in = await _signed_in(self._http, self._api.origin, secret)
        await self.close()
        return signed_in


async def _signed_in(http: Http, origin: str, secret: dict[str, str]) -> SignedIn:
    api = Api(http, origin, token=secret["token"])
    try:
        account = await probe.fetch_account(api, scope=secret.get("scope", ""))
    except SignedOut as error:
        raise SignedOut(
            f"{api.host} does not accept this token.", "Make a new one, or use the browser."
        ) from error
    return SignedIn(account, secret)


async def _listener() -> LoopbackListener | None:
    listener = LoopbackListener()
    try:
        await listener.start()
    except StoreError:
        return None  # no port to be had: the page shows a code
    return listener


async def _register(api: Api, redirect_uri: str) -> App:
    """Register with the port in use and for out-of-band codes."""
    wanted = [redirect_uri, OUT_OF_BAND] if redirect_uri else [OUT_OF_BAND]
    form = {"client_name": APP_NAME, "scopes": SCOPES, "redirect_uris": "\n".join(wanted)}
    shows_codes = True
    try:
        app = await api.exchange(paths.APPS, form, Application, why="signing in")
    except Refused:
        if len(wanted) == 1:
            raise
        # Not every server takes two.
        form["redirect_uris"], shows_codes = redirect_uri, False
        app = await api.exchange(paths.APPS, form, Application, why="signing in")
    if not app.client_id or not app.client_secret:
        raise Malformed(f"{api.host} did not register the app.")
    return App(app.client_id, app.client_secret, wanted[0], shows_codes)


async def _fetch_metadata(api: Api) -> Metadata:
    """
    Where the server wants the browser to go, and how it names itself.

    The browser is only sent to an address on the server that the user typed.
    """
    try:
        found = await api.fetch(paths.METADATA, Metadata, why="signing in")
    except ServiceError:
        return Metadata()
    endpoint = found.authorization_endpoint
    if endpoint and origin_of(endpoint) != api.origin:
        endpoint = None
    return Metadata(issuer=found.issuer, authorization_endpoint=endpoint)
