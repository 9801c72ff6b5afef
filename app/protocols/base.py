"""
The contract of a protocol: what every network's package offers.

A package has one ``NETWORK: Network``; ``wiring`` registers it. From there on
the program knows only what stands in this file. One suite, ``tests/contract``,
holds every implementation to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from msgspec import Struct

from app.model import Account, AccountId, Cursor, NetworkInfo, Page, Post, Source

if TYPE_CHECKING:  # only who writes needs them
    from app.model.sending import Limits

Secret = dict[str, str]
"""Everything needed to speak for one account. Never logged, never in SQLite."""

Ability = Literal[
    "home",
    "lists",
    "tags",
    "feeds",
    "bookmarks",
    "search",
    "polls",
    "quotes",
    "markers",
    "streaming",
    "filters",
    "write",
    "react",
    "threads",
    "media",
    "report",
    "edit",
    "schedule",
    "public_blocks",
    "trends",
    "translate",
    "web",
]
"""
What a server was seen to offer. Kept in ``Account.abilities``.

``public_blocks``: whom one blocks can be looked up by anybody. ``web``: the server shows
posts of others on pages of its own (``ShowsOnWeb``).
"""


class Secrets(Protocol):
    """Where secrets live, seen from a protocol."""

    async def load(self, account: AccountId) -> Secret:
        """Raises: VaultLocked, VaultAbsent, SignedOut (there is none)."""
        ...

    async def save(self, account: AccountId, secret: Secret) -> None:
        """Replace the secret. Returns when it is durable."""
        ...

    def refreshing(self, account: AccountId) -> AbstractAsyncContextManager[None]:
        """
        One refresh at a time per account, also across processes.

        Inside, load again first: somebody may have refreshed meanwhile.
        """
        ...


class AccountService(Protocol):
    """One signed-in account. Every method may raise ``ServiceError``."""

    @property
    def account(self) -> Account:
        """Who it speaks for."""
        ...

    async def page(
        self,
        source: Source,
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        """
        Fetch one page of *source*, newest first.

        Args:
            background: Not asked for by the user just now: waits behind user
                actions and keeps 20 % of the server's limit free for them.

        Raises:
            Unsupported: The server has no such source.
            ServiceError: The server cannot be reached or refuses us.
        """
        ...

    async def verify(self) -> Account:
        """Ask who we are and what the server can do: the account, renewed."""
        ...

    async def sign_out(self) -> None:
        """Revoke the token at the server. The caller forgets it in any case."""
        ...


@runtime_checkable
class FindsOrigin(Protocol):
    """
    A service that can tell where an author's records are kept.

    Only networks whose addresses do not name the host need this: with it a
    bridge's copy is told from somebody who only says that it is one.
    """

    async def origin_server(self, post: Post) -> str:
        """
        Origin of the server that keeps the records of *post*'s author.

        From the author's own identity document; "" when it names none.
        Answers of an hour ago will do. May raise ``ServiceError``.
        """
        ...


class Fact(Struct, frozen=True):
    """One line of a preview. *icon*: a name of the theme's icon table, or ""."""

    label: str
    value: str
    icon: str = ""
    ok: bool = True


class Preview(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What stands behind an address, before signing in: a server or a person.

    Attributes:
        address: Normalised; hand this one to ``sign_in``.
        facts: Rows (handle, DID, host…), or a server's rules.
        verdict: One line below, "" for none; *verified* gives its colour.
        methods: Which ways to sign in it was seen to offer, best first.
    """

    address: str
    title: str
    subtitle: str = ""
    text: str = ""
    picture: str = ""
    facts: tuple[Fact, ...] = ()
    more_facts: int = 0
    verdict: str = ""
    verified: bool = True
    methods: tuple[Literal["browser", "password", "token"], ...] = ("browser",)


class SignedIn(Struct, frozen=True):
    """The end of a sign-in: who, and what to keep in the vault."""

    account: Account
    secret: Secret

    def __repr__(self) -> str:
        return f"SignedIn({self.account.id})"


class BrowserSignIn(Protocol):
    """A sign-in that goes on in the user's browser (OAuth, RFC 8252)."""

    @property
    def url(self) -> str:
        """What to open in the system's browser."""
        ...

    @property
    def code_url(self) -> str:
        """The same for a browser that cannot come back, with a code at its end; else ``url``."""
        ...

    @property
    def code_possible(self) -> bool:
        """The page may show a code to paste (``use_code``)."""
        ...

    async def finish(self) -> SignedIn:
        """Wait for the browser to come back. Raises: Refused, Unreachable…"""
        ...

    async def use_code(self, code: str) -> SignedIn:
        """The user pasted the code that the page showed."""
        ...

    async def close(self) -> None:
        """Stop listening. Harmless when done."""
        ...


class SignInForm(Struct, frozen=True, kw_only=True):
    """
    Words of the add-account dialog that differ between networks.

    Attributes:
        server_option: Which of the sign-in's *options* names one's own server,
            where the address alone may not lead to it; "": there is none.
        server_field: What that server is called.
        server_help: When one has to name it.
    """

    title: str
    field: str
    placeholder: str
    hint: str
    code_length: int = 0
    password_label: str = ""
    password_help: str = ""
    server_option: str = ""
    server_field: str = ""
    server_help: str = ""


class Network(Protocol):
    """A protocol's front door."""

    @property
    def id(self) -> str:
        """Registry key, ``Account.protocol``."""
        ...

    @property
    def networks(self) -> tuple[NetworkInfo, ...]:
        """What it serves: one, except for the demo."""
        ...

    @property
    def form(self) -> SignInForm:
        """Words for its dialog."""
        ...

    async def preview(self, address: str, options: Mapping[str, str] = {}) -> Preview:
        """
        Look what is behind *address* (server, ``@you@server``, handle).

        *options*: ``pds``, ``plc`` (URLs the user typed). Private hosts are
        allowed only because the user typed them.
        """
        ...

    async def sign_in_browser(self, address: str, options: Mapping[str, str] = {}) -> BrowserSignIn:
        """Begin OAuth. The listener is up when this returns."""
        ...

    async def sign_in_secret(
        self,
        address: str,
        secret: str,
        code: str = "",
        options: Mapping[str, str] = {},
    ) -> SignedIn:
        """
        With a ready token (or an app password).

        Raises:
            NeedsCode: A code was sent; call again with it.
            SignedOut: Wrong password or token.
        """
        ...

    def open(self, account: Account, secrets: Secrets) -> AccountService:
        """The service for a known account. No I/O before its first call."""
        ...

    def usual_limits(self, account: Account) -> Limits:
        """What servers like its own take, for as long as that one has not said it. Pure."""
        ...
