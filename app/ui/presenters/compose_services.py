"""What the composer needs of the services: handed in, so that tests hand in their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from app.compose.plan import Acquaintance, LanePlan
from app.model import Account, AccountId, AccountState, LinkCard, NetworkInfo, Profile
from app.model.draft import Attachment, Draft, DraftId, Lane, Target
from app.model.sending import Delivery, Limits
from app.services.composing import ComposeWishes


class Drafts(Protocol):
    """See ``services.drafts.Drafts``."""

    def new(
        self,
        *,
        lanes: Sequence[Lane] = (),
        reply_to: Target | None = None,
        quote: Target | None = None,
        text: str = "",
    ) -> Draft: ...
    async def save(self, draft: Draft) -> None: ...
    def all(self) -> tuple[Draft, ...]: ...
    def find(self, id: DraftId) -> Draft: ...
    async def versions(self, id: DraftId) -> tuple[Draft, ...]: ...
    async def drop(self, id: DraftId) -> None: ...
    async def attach(self, file: Path, alt: str = "") -> Attachment: ...
    async def attach_bytes(self, data: bytes, name: str, alt: str = "") -> Attachment: ...
    def file_of(self, id: str) -> Path: ...


class Outbox(Protocol):
    """See ``services.outbox.Outbox``: the part that composing needs."""

    async def limits(self, account: AccountId) -> Limits: ...
    def known_limits(self, account: AccountId) -> Limits | None: ...
    def usual_limits(self, account: AccountId) -> Limits: ...
    async def send(
        self, draft: Draft, plans: Sequence[LanePlan], *, undo: float | None = None
    ) -> tuple[Delivery, ...]: ...


class Accounts(Protocol):
    """See ``services.accounts.Accounts``: the part that composing needs."""

    def all(self) -> tuple[Account, ...]: ...
    def state(self, account: AccountId) -> AccountState: ...


class Found(Protocol):
    """Somebody who may be meant, and the networks they are on."""

    @property
    def profile(self) -> Profile: ...
    @property
    def networks(self) -> tuple[str, ...]: ...


async def nobody(handles: Sequence[str]) -> Mapping[str, Acquaintance]:
    """No people book."""
    return {}


async def no_card(url: str) -> LinkCard | None:
    """No link cards."""
    return None


async def no_language(text: str) -> str:
    """Nothing is detected."""
    return ""


async def no_people(words: str, accounts: Sequence[AccountId]) -> Sequence[Found]:
    """Nobody is suggested."""
    return ()


def all_heard(account: AccountId, uri: str) -> str:
    """Whatever is answered is seen."""
    return ""


class ComposeServices(Struct, kw_only=True):
    """
    Everything behind a composer.

    Attributes:
        acquaintances: Handles that were typed → who that is on every network.
        card: The card of an address, or None.
        language: Of a text, BCP 47, "" = unsure. Off the loop.
        unheard: Why what an account answers to a post may not be seen; "" = it is.
        find_people: Whose name or handle begins like that, seen by these accounts.
        wishes: What the user chose; read each time.
    """

    drafts: Drafts
    outbox: Outbox
    accounts: Accounts
    networks: Callable[[], Mapping[str, NetworkInfo]]
    now: Callable[[], datetime]
    wishes: Callable[[], ComposeWishes] = ComposeWishes
    acquaintances: Callable[[Sequence[str]], Awaitable[Mapping[str, Acquaintance]]] = nobody
    card: Callable[[str], Awaitable[LinkCard | None]] = no_card
    language: Callable[[str], Awaitable[str]] = no_language
    unheard: Callable[[AccountId, str], str] = all_heard
    find_people: Callable[[str, Sequence[AccountId]], Awaitable[Sequence[Found]]] = no_people
