"""What a move between two servers of the fediverse needs of the house of a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.model import Account, AccountId
from app.model.errors import ServiceError, SignedOut, Unreachable

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

    async def fetch(self, url: str, home: str, most: int) -> tuple[str, bytes]:
        """
        A picture. Elsewhere than at *home* (which the user typed) only from public hosts.

        Raises: Unreachable, Malformed, Unsafe.
        """
        from app.protocols.safety import origin_of

        http = self._house.http()
        if origin_of(url) == origin_of(home):
            reply = await http.request("GET", url, max_bytes=most, why="your pictures")
        else:
            reply = await http.fetch_public(
                url, max_bytes=most, accept=("image/*",), why="your pictures"
            )
        if reply.status != 200:
            raise Unreachable("The server did not give the picture.")
        return reply.headers.get("content-type", ""), reply.body


def fediverse_route(house: House) -> ActivityPubRoute:
    """The way to move between two servers of the fediverse."""
    from app.portability.activitypub.route import ActivityPubRoute

    return ActivityPubRoute(HouseWires(house))
