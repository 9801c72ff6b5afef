"""What a move between two servers of the fediverse needs of the house of a profile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.model import Account, AccountId
from app.model.errors import ServiceError, SignedOut

if TYPE_CHECKING:
    from app.portability.activitypub.route import ActivityPubRoute
    from app.services.house import House


class HouseWires:
    """Implements ``Wires`` on the house."""

    def __init__(self, house: House) -> None:
        self._house = house

    def accounts(self) -> tuple[Account, ...]:
        """All signed-in accounts."""
        return self._house.accounts.all()

    def service(self, account: AccountId) -> Any:
        """Who speaks for it. Raises: NotFound."""
        return self._house.accounts.service(account)

    async def forget(self, account: AccountId) -> None:
        """
        Revoke the sign-in and wipe its secret. The account stays in the list, signed
        out, with all that was read of it. Raises: VaultError.
        """
        accounts = self._house.accounts
        try:
            await accounts.service(account).sign_out()
        except ServiceError:
            # A server that has closed the account may not even let it leave.
            told = SignedOut("This account has moved; its sign-in was wiped.")
        else:
            told = SignedOut("This account has moved; its sign-in was revoked and wiped.")
        await self._house.vault().delete(account)
        await accounts.report(account, told)

    async def fetch(self, url: str, home: str, path: Path) -> str:
        """
        A file of the account; its type. Elsewhere than at *home* (which the user typed)
        only from public hosts. Raises: NotFound, ServiceError, StoreError.
        """
        from app.portability.activitypub.fetching import fetch_file

        return await fetch_file(self._house.http(), url, path, home)


def fediverse_route(house: House) -> ActivityPubRoute:
    """The way to move between two servers of the fediverse."""
    from app.portability.activitypub.route import ActivityPubRoute

    return ActivityPubRoute(HouseWires(house))
