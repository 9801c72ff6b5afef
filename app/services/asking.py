"""Asking an account's server to react, and remembering how that went for the account."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec import Struct

from app.feed.acts import is_fulfilled
from app.model import AccountId, ViewerState
from app.model.acts import Relation, Report, Wish
from app.model.errors import (
    NotFound,
    RateLimited,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
    Unsupported,
    VaultError,
)
from app.services.offline import not_asked
from app.services.wishing import is_so, person_act_of, reaction_of

if TYPE_CHECKING:
    from app.model.text import Emoji
    from app.protocols.writing import Reacts
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.server_emoji import ServerEmoji

T = TypeVar("T")

_OF_THE_ACCOUNT = (Unreachable, RateLimited, SignedOut, Suspended, VaultError)
"""Errors that say how an account is doing; others are about one post or person."""


def known_nowhere(address: str) -> NotFound:
    """Not in the words of one network: the address may well be of another."""
    return NotFound(f"No server of yours knows {address}.", "Check the address, or sync first.")


def nobody_to_ask(address: str) -> NotFound:
    """None of my accounts is of a network that could know it."""
    return NotFound(
        f"There is no account that could look for {address}.",
        "Add an account of that network: godwit account add --help",
    )


class Outcome(Struct, frozen=True, kw_only=True):
    """
    How a wish went.

    Attributes:
        state: ``done``, or ``queued``: it is kept until the server answers.
        viewer: How the account stands to the post now, of wishes about posts.
        relation: To the profile, of wishes about people.
        why: Why it waits.
    """

    state: Literal["done", "queued"]
    viewer: ViewerState | None = None
    relation: Relation | None = None
    why: ServiceError | None = None


class Asking:
    """The servers of my accounts, as far as reacting goes."""

    def __init__(self, accounts: Accounts, *, offline: bool) -> None:
        self._accounts, self._offline = accounts, offline
        self._emoji: ServerEmoji | None = None

    async def emoji(self, account: AccountId, clock: Clock) -> tuple[Emoji, ...]:
        """What its server has of its own. Raises: ServiceError."""
        self._must_be_online()
        if self._emoji is None:
            from app.services.server_emoji import ServerEmoji  # who chooses one needs it

            self._emoji = ServerEmoji(self._accounts, clock)
        return await self._emoji.of(account)

    async def fulfil(self, wish: Wish, ref: str, *, look_first: bool) -> Outcome:
        """
        Do what *wish* says. Raises: ServiceError.

        Args:
            ref: ``ViewerState.ref`` of the post.
            look_first: It may have been done before: ask how it stands.
        """
        self._must_be_online()
        service = self._reacts(wish.account)
        return await told(self._accounts, wish.account, _fulfil(service, wish, ref, look_first))

    async def stands(self, wish: Wish) -> ViewerState | None:
        """How the account stands to the post; None: that cannot be said (now)."""
        if wish.is_about_a_person:
            return None
        try:
            self._must_be_online()
            return await _found(self._reacts(wish.account), wish)
        except ServiceError:
            return None

    async def relation(self, account: AccountId, profile: str) -> Relation:
        """How it stands. Raises: ServiceError."""
        self._must_be_online()
        return await told(self._accounts, account, self._reacts(account).relation(profile))

    async def report(self, account: AccountId, report: Report) -> None:
        """Tell the moderators. Raises: ServiceError."""
        self._must_be_online()
        await told(self._accounts, account, self._reacts(account).report(report))

    # ------------------------------------------------------------- private

    def _reacts(self, account: AccountId) -> Reacts:
        from app.protocols.writing import Reacts

        service = self._accounts.service(account)
        if not isinstance(service, Reacts):
            raise Unsupported(f"{self._accounts.find(account).host} knows no reactions.")
        return service

    def _must_be_online(self) -> None:
        if self._offline:
            raise not_asked("It is done when Godwit is started without --offline.")


async def told(accounts: Accounts, account: AccountId, call: Awaitable[T]) -> T:
    """Await *call* for *account*, and keep what it says of how the account is doing."""
    try:
        result = await call
    except ServiceError as error:
        if isinstance(error, _OF_THE_ACCOUNT):
            await accounts.report(account, error)
        raise
    await accounts.report(account, None)
    return result


async def _fulfil(service: Reacts, wish: Wish, ref: str, look_first: bool) -> Outcome:
    if wish.is_about_a_person:
        if look_first:
            relation = await service.relation(wish.target)
            if is_so(relation, wish):
                return Outcome(state="done", relation=relation)
        relation = await service.relate(person_act_of(wish), wish.target, seconds=wish.seconds)
        return Outcome(state="done", relation=relation)
    if look_first:
        viewer = await _found(service, wish)
        if viewer is not None and is_fulfilled(viewer, wish):
            return Outcome(state="done", viewer=viewer)
        ref = viewer.ref if viewer is not None else ref
    return Outcome(state="done", viewer=await service.react(reaction_of(wish, ref)))


async def _found(service: Reacts, wish: Wish) -> ViewerState | None:
    """How it stands to the post; None: this server cannot say. Raises: NotFound: It is gone."""
    from app.protocols.writing import Converses

    if not isinstance(service, Converses):
        return None
    try:
        return (await service.find(wish.target)).viewer
    except NotFound as error:
        raise NotFound(
            "The post is not there any more.", "Nothing to do: the reaction was dropped."
        ) from error
