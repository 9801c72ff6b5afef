"""The demo's front door: signing in to its two networks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from app.model import Account, AccountId, NetworkInfo
from app.model.errors import NeedsCode, NotFound, Refused, SignedOut
from app.model.sending import Limits
from app.protocols.base import (
    BrowserSignIn,
    Fact,
    Preview,
    Secrets,
    SignedIn,
    SignInForm,
)
from app.protocols.demo.faults import Faults
from app.protocols.demo.limits import LIMITS
from app.protocols.demo.people import FIRST, PEOPLE, SECOND
from app.protocols.demo.service import TOKEN, DemoService
from app.protocols.demo.services import FirstService, SecondService
from app.protocols.demo.sketch import ESTUARY, JUNO, KIEL, SKY
from app.protocols.demo.world import World

ID = "demo"
CODE = "GULLS"
"""The code that signing in as ``estuary.example.net`` asks for."""

_ABILITIES = frozenset(
    {"home", "tags", "bookmarks", "search", "quotes", "write", "react", "threads", "media"}
    | {"report", "lists"}
)
_MORE_ABILITIES = {
    FIRST.id: frozenset({"polls", "edit", "schedule", "trends", "translate"}),
    SECOND.id: frozenset({"public_blocks", "feeds"}),
}


def _account(account: AccountId, person: str, network: str, server: str) -> Account:
    profile = PEOPLE[person]
    return Account(
        id=account,
        protocol=ID,
        network=network,
        server=server,
        uri=profile.uri,
        handle=profile.handle,
        name=profile.name,
        avatar=profile.avatar,
        abilities=_ABILITIES | _MORE_ABILITIES[network],
    )


ACCOUNTS = (
    _account(JUNO, "juno", FIRST.id, "https://saltmarsh.example"),
    _account(SKY, "juno/sky", SECOND.id, "https://juno.example.org"),
    _account(KIEL, "kiel", FIRST.id, "https://boatyard.example"),
)
"""The three accounts of the pictures; ``--demo`` starts with them."""

_MORE = _account(ESTUARY, "estuary/sky", SECOND.id, "https://estuary.example.net")
_KNOWN = {account.id: account for account in (*ACCOUNTS, _MORE)}


class DemoSignIn:
    """A sign-in that needs no browser: it ends by itself."""

    code_possible = True

    def __init__(self, account: Account, faults: Faults) -> None:
        self._account = account
        self._faults = faults
        self.url = f"{account.server}/oauth/authorize?client=godwit&scope=read"
        self.code_url = f"{self.url}&show=code"

    async def finish(self) -> SignedIn:
        """At once, as if the user had agreed."""
        await asyncio.sleep(0)
        return self._done()

    async def use_code(self, code: str) -> SignedIn:
        """Raises: Refused: It is not ``CODE``."""
        if code.strip() != CODE:
            raise Refused("This is not the code that the page showed.", "Copy it again.")
        return self._done()

    async def close(self) -> None:
        """Nothing listens."""

    def _done(self) -> SignedIn:
        self._faults.signed_out = False
        return signed_in(self._account)


class DemoNetwork:
    """
    Both networks in memory, behind one registry key.

    ``faults[account]`` makes an account misbehave; see ``Faults``.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults = {account: Faults() for account in _KNOWN}

    @property
    def id(self) -> str:
        """Registry key."""
        return ID

    @property
    def networks(self) -> tuple[NetworkInfo, ...]:
        """Two, under the names of the real ones."""
        return (FIRST, SECOND)

    @property
    def form(self) -> SignInForm:
        """Words for its dialog."""
        return SignInForm(
            title="Try an account of the demo",
            field="Server or handle",
            placeholder="saltmarsh.example",
            hint="saltmarsh.example, boatyard.example, juno.example.org or "
            "estuary.example.net; the password is “demo”.",
            code_length=len(CODE),
            password_label="Password",  # noqa: S106  words, no secret
            password_help="It is “demo”.",  # noqa: S106
        )

    async def preview(self, address: str, options: Mapping[str, str] = {}) -> Preview:
        """What stands behind *address*. Raises: NotFound."""
        account = _find(address)
        await self._meet(account)
        return Preview(
            address=account.handle,
            title=account.name,
            subtitle=f"@{account.handle}",
            text="A made-up account on this computer. Nothing leaves it.",
            picture=account.avatar,
            facts=(Fact("Server", account.host, "globe-simple"),),
            verdict="Part of the demo",
            methods=("browser", "password"),
        )

    async def sign_in_browser(self, address: str, options: Mapping[str, str] = {}) -> BrowserSignIn:
        """Begin. Raises: NotFound."""
        account = _find(address)
        await self._meet(account)
        return DemoSignIn(account, self.faults[account.id])

    async def sign_in_secret(
        self,
        address: str,
        secret: str,
        code: str = "",
        options: Mapping[str, str] = {},
    ) -> SignedIn:
        """
        With the password ``demo``.

        Raises:
            NotFound: The demo has no such account.
            SignedOut: Wrong password.
            NeedsCode: ``estuary.example.net`` wants ``CODE`` as well.
        """
        account = _find(address)
        await self._meet(account)
        if secret != TOKEN:
            raise SignedOut("Wrong password.", "The password of the demo is “demo”.")
        if account.id == ESTUARY and code != CODE:
            raise NeedsCode("A code is needed.", f"In the demo it is {CODE}.")
        self.faults[account.id].signed_out = False
        return signed_in(account)

    def open(self, account: Account, secrets: Secrets) -> DemoService:
        """The service for *account*."""
        faults = self.faults.setdefault(account.id, Faults())
        kind = FirstService if account.network == FIRST.id else SecondService
        return kind(account, secrets, self.world, faults)

    def usual_limits(self, account: Account) -> Limits:
        """What its network takes."""
        return LIMITS[account.network]

    # How the pictures come about: ``doze``, sync, ``wake``, sync, ``mend``.

    def doze(self) -> None:
        """Show the networks as they were before the last 40 minutes."""
        self.world.now = self.world.origin - timedelta(minutes=40)

    def wake(self) -> None:
        """
        Show all of it; but the first account's server gives the newest five
        items and then breaks down: the next sync leaves a gap.
        """
        self.world.now = max(self.world.now, self.world.origin)
        faults = self.faults[JUNO]
        faults.most, faults.breaks = 5, 1_000

    def mend(self) -> None:
        """The servers work again; the gap stays until somebody fills it."""
        faults = self.faults[JUNO]
        faults.most, faults.breaks = 0, 0

    async def _meet(self, account: Account) -> None:
        # who was signed out may come back; all the rest stands in the way here too
        faults = replace(self.faults[account.id], signed_out=False)
        await faults.meet(account.host, self.world.now)


def signed_in(account: Account) -> SignedIn:
    """*account* with the secret that the vault must hold for it."""
    return SignedIn(account, {"token": TOKEN})


def _find(address: str) -> Account:
    name = address.strip().removeprefix("https://").strip("/").removeprefix("@").lower()
    for account in _KNOWN.values():
        if name in (account.id, account.handle, account.host):
            return account
    raise NotFound(f"The demo has no account at {name or 'an empty address'}.")
