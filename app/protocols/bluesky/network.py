"""The front door: previews, sign-ins, services."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from app.model import Account, AccountId, NetworkInfo
from app.model.errors import NotFound, Refused, SignedOut
from app.protocols.base import (
    AccountService,
    BrowserSignIn,
    Preview,
    Secrets,
    SignedIn,
    SignInForm,
)
from app.protocols.bluesky.api import BlueskyApi
from app.protocols.bluesky.convert import NETWORK
from app.protocols.bluesky.credentials import Credentials
from app.protocols.bluesky.dns_txt import lookup_txt
from app.protocols.bluesky.identity import LookupTxt, Resolver, normalised, origin_from_typed
from app.protocols.bluesky.jetstream import PUBLIC_SERVICE as PUBLIC_JETSTREAM
from app.protocols.bluesky.jetstream import Jetstream
from app.protocols.bluesky.preview import preview_of
from app.protocols.bluesky.recent import Recent
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.sign_in import CODE_LENGTH, begin, checked, why_unknown, with_password
from app.protocols.bluesky.tids import TidClock
from app.protocols.bluesky.video import PUBLIC_SERVICE as PUBLIC_VIDEO
from app.protocols.bluesky.video import VideoService
from app.protocols.http import Http
from app.protocols.safety import is_public_url

if TYPE_CHECKING:  # only who writes needs them
    from app.model.sending import Limits
    from app.protocols.portraying import ShowsStrangers

log = logging.getLogger(__name__)

_INFO = NetworkInfo(
    id=NETWORK,
    name="Bluesky",
    mark="bluesky",
    also="On bsky.social or your own host. You sign in in your browser.",
)
_FORM = SignInForm(
    title="Add a Bluesky account",
    field="Handle",
    placeholder="you.bsky.social",
    hint="Or the DID of an account whose handle does not work",
    code_length=CODE_LENGTH,
    password_label="App password",  # noqa: S106  # words, not a password
    password_help="For hosts without it. No moving house, chat only if allowed",  # noqa: S106
    server_option="pds",
    server_field="Your server (PDS)",
    server_help="Only when the handle cannot be found on the Internet",
)


class BlueskyNetwork:
    """
    Everything that speaks the AT Protocol with ``app.bsky`` on top.

    Args:
        txt: DNS look-up.
        environment: Where ``GODWIT_PLC_URL`` may name another directory, and
            ``GODWIT_VIDEO_URL`` another video service, ``GODWIT_JETSTREAM_URL``
            another Jetstream.
    """

    id = "bluesky"
    networks = (_INFO,)
    form = _FORM

    def __init__(
        self,
        http: Http,
        *,
        txt: LookupTxt = lookup_txt,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._http = http
        self._txt = txt
        self._environment = environment
        # One for each account: two services of it must not make the same key,
        # and one must know what the other has just done.
        self._clocks: dict[AccountId, TidClock] = {}
        self._recent: dict[AccountId, Recent] = {}

    async def preview(self, address: str, options: Mapping[str, str] = {}) -> Preview:
        """Who is behind a handle or DID, proved both ways. See ``Network``."""
        plc, pds = self._typed(options)
        identity = await self._resolver(plc, pds).identity(normalised(address))
        return await preview_of(self._http, identity, typed_host=bool(pds or plc))

    async def sign_in_browser(self, address: str, options: Mapping[str, str] = {}) -> BrowserSignIn:
        """Begin OAuth at the account's own server. See ``Network``."""
        plc, pds = self._typed(options)
        resolver = self._resolver(plc, pds)
        identity = checked(await resolver.identity(normalised(address)))
        return await begin(self._http, resolver, identity, plc)

    async def sign_in_secret(
        self,
        address: str,
        secret: str,
        code: str = "",
        options: Mapping[str, str] = {},
    ) -> SignedIn:
        """With an app password. See ``Network``."""
        plc, pds = self._typed(options)
        password = secret.strip()
        if not password:
            raise SignedOut("No app password was given.", "Give one, or use the browser.")
        who = normalised(address)
        try:
            identity = await self._resolver(plc, pds).identity(who)
        except NotFound:
            # A server does not show accounts that are not active, but tells
            # their owner why.
            if pds and (reason := await why_unknown(self._http, pds, who, password)):
                raise reason from None
            raise
        return await with_password(self._http, checked(identity), password, code, plc)

    def open(self, account: Account, secrets: Secrets) -> AccountService:
        """The service for a known account; nothing is asked before its first call."""
        credentials = Credentials(self._http, account, secrets)
        return BlueskyService(
            BlueskyApi(self._http, account, credentials),
            account,
            tids=self._clocks.setdefault(account.id, TidClock()),
            recent=self._recent.setdefault(account.id, Recent()),
            video=self._video(account.server),
            jetstream=self._jetstream(account.server),
        )

    @cached_property
    def strangers(self) -> ShowsStrangers:
        """People whom no server of mine knows."""
        from app.protocols.bluesky.strangers import Strangers

        return Strangers(self._http, lambda: self._resolver(*self._typed({})))

    def usual_limits(self, account: Account) -> Limits:
        """What the lexicons allow, on a server without a video service."""
        from app.protocols.bluesky.uploads import VIDEO_BYTES, usual_limits

        return usual_limits(VIDEO_BYTES, None)

    def _video(self, pds: str) -> VideoService | None:
        """The network's own service works for servers that it can reach."""
        origin = self._named("GODWIT_VIDEO_URL", PUBLIC_VIDEO if is_public_url(pds) else "")
        return VideoService(self._http, origin) if origin else None

    def _jetstream(self, pds: str) -> Jetstream | None:
        """Likewise: the public one knows nothing of servers that it cannot reach."""
        origin = self._named("GODWIT_JETSTREAM_URL", PUBLIC_JETSTREAM if is_public_url(pds) else "")
        return Jetstream(self._http, origin) if origin else None

    def _named(self, variable: str, usual: str) -> str:
        """Origin of a service that the user has named; else *usual*. "": none."""
        typed = self._environment.get(variable, "")
        if not typed:
            return usual
        try:
            origin = origin_from_typed(typed)
        except Refused as error:
            # Without it all the rest works; without an account nothing would.
            log.warning("%s is not used: %s", variable, error.message)
            return ""
        self._http.allow_private(origin)
        return origin

    def _typed(self, options: Mapping[str, str]) -> tuple[str, str]:
        """Directory and server as the user typed them, as origins; "" for none."""
        plc = options.get("plc") or self._environment.get("GODWIT_PLC_URL", "")
        pds = options.get("pds", "")
        return (
            origin_from_typed(plc) if plc else "",
            origin_from_typed(pds) if pds else "",
        )

    def _resolver(self, plc: str, pds: str) -> Resolver:
        return Resolver(self._http, plc=plc, pds=pds, txt=self._txt)
