"""Lists of people at the servers of all accounts: made, renamed, deleted, filled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from app.model import Account, AccountId, Cursor, Profile
from app.model.belongings import OwnList
from app.model.errors import BadInput, NotFound, ServiceError, Unsupported
from app.services.asking import told
from app.services.offline import not_asked

if TYPE_CHECKING:
    from app.protocols.listing import KeepsLists
    from app.services.accounts import Accounts
    from app.services.people import People

T = TypeVar("T")

FACES = 4
"""Pages of a list's people that are asked for by name and picture."""


class AccountLists(Struct, frozen=True, kw_only=True):
    """What one account has. *trouble*: why that is not known."""

    account: AccountId
    lists: tuple[OwnList, ...] = ()
    trouble: ServiceError | None = None


class Lists:
    """
    Args:
        offline: Ask no server.
    """

    def __init__(self, accounts: Accounts, people: People, *, offline: bool = False) -> None:
        self._accounts, self._people, self._offline = accounts, people, offline

    async def all(self) -> tuple[AccountLists, ...]:
        """Of every account whose server keeps lists, side by side. Nothing raises."""
        from app.protocols.listing import KeepsLists

        able = [
            one.id
            for one in self._accounts.all()
            if isinstance(self._accounts.service(one.id), KeepsLists)
        ]
        return tuple(await asyncio.gather(*map(self._of, able)))

    async def find(self, name: str, account: AccountId | None = None) -> tuple[AccountId, OwnList]:
        """
        The list of that title or ref.

        Raises:
            NotFound: No account has one.
            BadInput: Several have.
        """
        mine = await self.all()
        asked = [one for one in mine if account in (None, one.account)]
        found = [
            (one.account, kept)
            for one in asked
            for kept in one.lists
            if name == kept.ref or name.casefold() == kept.title.casefold()
        ]
        if not found:
            problem = next((one.trouble for one in asked if one.trouble is not None), None)
            raise problem or NotFound(f"There is no list “{name}”.", "godwit list shows all.")
        if len(found) > 1:
            names = ", ".join(who for who, _ in found)
            raise BadInput(f"Several lists are called “{name}”.", f"Name the account: {names}.")
        return found[0]

    async def make(self, account: AccountId, title: str) -> str:
        """Returns its ref. Raises: ServiceError."""
        title = _title(title)
        return await self._ask(account, lambda service: service.make_list(title))

    async def rename(self, account: AccountId, ref: str, title: str) -> None:
        """Raises: ServiceError."""
        title = _title(title)
        await self._ask(account, lambda service: service.rename_list(ref, title))

    async def faces(self, account: AccountId, ref: str) -> tuple[Profile, ...]:
        """Who is on it with names and pictures, the first few hundred. Raises: ServiceError."""
        from app.protocols.listing import ShowsMembers

        service = self._accounts.service(account)
        if self._offline or not isinstance(service, ShowsMembers):
            return ()
        found: dict[str, Profile] = {}
        older: Cursor | None = None
        for _ in range(FACES):
            page = await told(self._accounts, account, service.members_of(ref, older))
            found |= {one.uri: one for one in page.people}
            older = page.older
            if older is None:
                break
        return tuple(found.values())

    def can_settle(self, account: AccountId) -> bool:
        """Lists there have rules: whose answers they show, and whether home leaves them out."""
        from app.protocols.listing import SettlesLists

        return isinstance(self._accounts.service(account), SettlesLists)

    async def settle(self, account: AccountId, wanted: OwnList) -> None:
        """Title and rules as *wanted* has them. Raises: ServiceError."""
        from app.protocols.listing import SettlesLists

        wanted = replace(wanted, title=_title(wanted.title))
        service = self._accounts.service(account)
        if not isinstance(service, SettlesLists):
            host = self._accounts.find(account).host
            raise Unsupported(f"Lists at {host} have no rules.", "Only its name can be changed.")
        if self._offline:
            raise _offline()
        await told(self._accounts, account, service.settle_list(wanted))

    async def put_profile(
        self, account: AccountId, ref: str, profile: Profile, *, on: bool = True
    ) -> None:
        """The same for somebody who is known. Raises: ServiceError."""
        await self._ask(account, lambda service: service.put_on_list(ref, profile, on))

    async def delete(self, account: AccountId, ref: str) -> None:
        """Nobody is unfollowed. Raises: ServiceError."""
        await self._ask(account, lambda service: service.delete_list(ref))

    async def put(self, account: AccountId, ref: str, who: str, *, on: bool = True) -> str:
        """Put somebody on a list, or take them off; their handle. Raises: ServiceError."""
        known = await self._people.find(who, account)
        await self._ask(account, lambda service: service.put_on_list(ref, known.profile, on))
        return known.profile.handle

    async def _of(self, account: AccountId) -> AccountLists:
        try:
            lists = await self._ask(account, lambda service: service.own_lists())
        except ServiceError as error:
            return AccountLists(account=account, trouble=error)
        return AccountLists(account=account, lists=lists)

    async def _ask(self, account: AccountId, call: Callable[[KeepsLists], Awaitable[T]]) -> T:
        from app.protocols.listing import KeepsLists

        known: Account = self._accounts.find(account)
        if self._offline:
            raise _offline()
        service = self._accounts.service(account)
        if not isinstance(service, KeepsLists):
            raise Unsupported(f"{known.host} keeps no lists.", "Use another account for this.")
        return await told(self._accounts, account, call(service))


def _offline() -> ServiceError:
    return not_asked("Lists are kept at your server: start it without --offline.")


def _title(title: str) -> str:
    """Raises: BadInput."""
    title = " ".join(title.split())
    if not title:
        raise BadInput("A list needs a name.", "Give it one.")
    return title
