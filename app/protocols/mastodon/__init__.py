"""
Mastodon, and what speaks its language: GoToSocial, Pleroma, Akkoma, snac…

``network(http)`` is the front door. Read on in the order of a page's way:
``api`` → ``wire`` (``repair``) → ``page`` → ``convert`` (``blocks``, ``text``);
or of a post's: ``tickets`` → ``outgoing`` → ``posting`` → ``looking`` (``resemblance``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from app.model.account import Account, NetworkInfo
from app.protocols.base import (
    AccountService,
    BrowserSignIn,
    Network,
    Preview,
    Secrets,
    SignedIn,
    SignInForm,
)

if TYPE_CHECKING:
    from app.model.sending import Limits
    from app.protocols.http import Http
    from app.protocols.portraying import ShowsStrangers

_INFO = NetworkInfo(
    id="mastodon",
    name="Mastodon",
    mark="fediverse",
    also="Also GoToSocial, Pleroma, Akkoma and others that speak its language.",
)
_FORM = SignInForm(
    title="Add a Mastodon account",
    field="Server",
    placeholder="server.social",
    hint="or @you@server",
    password_label="Access token",  # noqa: S106 - words for people
    password_help="From your server's settings, under Development.",  # noqa: S106
)


class MastodonNetwork:
    """The front door of this package."""

    def __init__(self, http: Http) -> None:
        self._http = http

    @property
    def id(self) -> str:
        """Registry key."""
        return _INFO.id

    @property
    def networks(self) -> tuple[NetworkInfo, ...]:
        """The one it serves."""
        return (_INFO,)

    @property
    def form(self) -> SignInForm:
        """Words for its dialog."""
        return _FORM

    async def preview(self, address: str, options: Mapping[str, str] = {}) -> Preview:
        """Look what server is behind *address*. Raises: ServiceError."""
        from app.protocols.mastodon import sign_in

        return await sign_in.preview(self._http, address)

    async def sign_in_browser(self, address: str, options: Mapping[str, str] = {}) -> BrowserSignIn:
        """Begin OAuth. Raises: ServiceError."""
        from app.protocols.mastodon import sign_in

        return await sign_in.in_browser(self._http, address)

    async def sign_in_secret(
        self, address: str, secret: str, code: str = "", options: Mapping[str, str] = {}
    ) -> SignedIn:
        """With a ready access token. Raises: SignedOut, ServiceError."""
        from app.protocols.mastodon import sign_in

        return await sign_in.with_token(self._http, address, secret)

    def open(self, account: Account, secrets: Secrets) -> AccountService:
        """The service for a known account. No I/O before its first call."""
        from app.protocols.mastodon.service import MastodonService

        # The user typed this server's address once: it may be on their network.
        self._http.allow_private(account.server)
        return MastodonService(account, secrets, self._http)

    @cached_property
    def strangers(self) -> ShowsStrangers:
        """People whom no server of mine knows."""
        from app.protocols.mastodon.strangers import Strangers

        return Strangers(self._http)

    def usual_limits(self, account: Account) -> Limits:
        """Of a server that says nothing of itself."""
        from app.protocols.mastodon.limits import limits_from_instance
        from app.protocols.mastodon.wire_server import Instance

        return limits_from_instance(Instance())


def network(http: Http) -> Network:
    """What the wiring registers."""
    return MastodonNetwork(http)
