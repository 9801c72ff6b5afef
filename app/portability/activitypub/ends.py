"""Both ends of a move: the old account and the new one, each with who speaks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, cast

from app.model import Account, AccountId
from app.model.errors import BadInput, NotFound
from app.portability.activitypub.shelves import Household
from app.portability.plan import Place, Plan
from app.protocols.owning import OwnsMore, Relocates, TakesOver

PROTOCOL = "mastodon"


class Resident(Household, Relocates, Protocol):
    """An account that can tell, take and move."""

    @property
    def account(self) -> Account:
        """Who it speaks for."""
        ...

    async def verify(self) -> Account:
        """Who we are. Raises: SignedOut."""
        ...


class Wires(Protocol):
    """What the route needs of the house; given by the wiring."""

    def accounts(self) -> tuple[Account, ...]:
        """All signed-in accounts."""
        ...

    def service(self, account: AccountId) -> Any:
        """Who speaks for it. Raises: NotFound."""
        ...

    async def forget(self, account: AccountId) -> None:
        """Revoke the account's sign-in and wipe its secret; the account stays listed."""
        ...

    async def fetch(self, url: str, home: str, path: Path) -> str:
        """
        The file at *url* to *path*; its type. Elsewhere than at *home* from public hosts
        only. Raises: NotFound, ServiceError, StoreError.
        """
        ...


def resident(wires: Wires, account: AccountId) -> Resident:
    """
    Who speaks for *account*.

    Raises:
        NotFound: It is not signed in (any more).
        BadInput: Its network is another one.
    """
    service = wires.service(account)
    if not (
        isinstance(service, OwnsMore)
        and isinstance(service, TakesOver)
        and isinstance(service, Relocates)
    ):
        raise BadInput(f"{account} cannot move this way.", "Its network is another one.")
    return cast(Resident, service)


class Ends:
    """Opened when first needed; nothing is asked until then."""

    def __init__(self, plan: Plan, wires: Wires) -> None:
        self.plan, self.wires = plan, wires
        self._open: dict[AccountId, Resident] = {}

    @property
    def old(self) -> Resident:
        """The account that moves. Raises: NotFound."""
        return self._side(self.plan.source)

    @property
    def new(self) -> Resident:
        """Where it goes. Raises: NotFound."""
        return self._side(self.plan.target)

    def _side(self, place: Place) -> Resident:
        id = place.account
        if id is None:
            raise NotFound(f"Nobody is signed in at {place.server}.", "godwit account add")
        if id not in self._open:
            self._open[id] = resident(self.wires, id)
        return self._open[id]
