"""
Whom my accounts follow otherwise than everybody else, told by account.

Of whose every post one is told, and whose reposts are hidden: both are kept by servers.
Some have no list of them; there everybody who is followed is looked at, in pages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.model import AccountId, Cursor
from app.model.about import Apart
from app.model.errors import ServiceError, Unsupported
from app.services.asking import told
from app.services.offline import not_asked

if TYPE_CHECKING:
    from app.services.accounts import Accounts

MOST = 4_000
"""People who are looked at in one go: 150 requests, half of what servers allow in five minutes."""


class AccountApart(Struct, frozen=True, kw_only=True):
    """
    Those of one account, as far as it was looked.

    Attributes:
        looked_at: How many whom it follows were looked at.
        older: Where it goes on; None: that were all.
        trouble: Why it ended there.
    """

    account: AccountId
    people: tuple[Apart, ...] = ()
    looked_at: int = 0
    older: Cursor | None = None
    trouble: ServiceError | None = None


class SetApart:
    """
    Args:
        offline: Ask no server.
    """

    def __init__(self, accounts: Accounts, *, offline: bool = False) -> None:
        self._accounts, self._offline = accounts, offline

    def able(self) -> tuple[AccountId, ...]:
        """Accounts whose servers tell of it."""
        from app.protocols.portraying import TellsApart

        mine = (one.id for one in self._accounts.all())
        return tuple(one for one in mine if isinstance(self._accounts.service(one), TellsApart))

    async def all(
        self,
        tell: Callable[[AccountApart], None] = lambda so_far: None,
        *,
        most: int | None = MOST,
    ) -> tuple[AccountApart, ...]:
        """Of every account that can, side by side. Nothing raises: a refusal is told."""
        looks = (self.look(AccountApart(account=one), tell, most=most) for one in self.able())
        return tuple(await asyncio.gather(*looks))

    async def look(
        self,
        so_far: AccountApart,
        tell: Callable[[AccountApart], None] = lambda so_far: None,
        *,
        most: int | None = MOST,
    ) -> AccountApart:
        """
        Go on where *so_far* ended. Nothing raises: a refusal is told.

        Args:
            tell: Told what is known after each page.
            most: People to look at; None: all of them.
        """
        from app.protocols.portraying import TellsApart

        account, begun_at = so_far.account, so_far.looked_at
        so_far = replace(so_far, trouble=None)
        try:
            if self._offline:
                raise not_asked("Your servers keep this: start it without --offline.")
            service = self._accounts.service(account)
            if not isinstance(service, TellsApart):
                raise Unsupported(f"{self._accounts.find(account).host} does not tell of it.")
            while most is None or so_far.looked_at - begun_at < most:
                page = await told(self._accounts, account, service.set_apart(so_far.older))
                so_far = _with(so_far, page.people, page.looked_at, page.older)
                tell(so_far)
                if page.older is None:
                    break
        except ServiceError as error:
            so_far = replace(so_far, trouble=error)
        return so_far


def _with(
    so_far: AccountApart, people: tuple[Apart, ...], looked_at: int, older: Cursor | None
) -> AccountApart:
    """Somebody who moved to another page meanwhile stands there once."""
    found = {one.profile.uri: one for one in (*so_far.people, *people)}
    return replace(
        so_far,
        people=tuple(found.values()),
        looked_at=so_far.looked_at + looked_at,
        older=older,
    )
