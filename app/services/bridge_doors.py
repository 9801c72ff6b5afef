"""
Coming into a bridge, so that people of the other network can see one; and leaving it.

Both are one public act towards one account, done only when the user has said so.
Source: facts D1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from app.model import AccountId
from app.model.acts import PersonAct, Relation
from app.model.errors import NotFound, Unsupported
from app.people.bridges import Bridge, Door
from app.services.asking import told

if TYPE_CHECKING:
    from app.protocols.writing import Reacts
    from app.services.accounts import Accounts
    from app.services.who import Who

Stands = Literal["in", "out", "asked", "never"]

WORDS: dict[Stands, str] = {
    "in": "On: you follow its account. Whether your copy is there: godwit bridge status YOU.",
    "asked": "Asked: its account has not answered yet.",
    "out": "Off: you block its account, so it copies nothing of you.",
    "never": "Off: you have never come in.",
}


class Standing(Struct, frozen=True):
    """How one of my accounts stands to a bridge."""

    bridge: str
    door: Door
    profile: str
    stands: Stands

    @property
    def text(self) -> str:
        """In words."""
        return WORDS[self.stands]


class BridgeDoors:
    """Asks, and does, what concerns my own accounts."""

    def __init__(
        self, accounts: Accounts, bridges: Callable[[], tuple[Bridge, ...]], who: Who
    ) -> None:
        self._accounts, self._bridges, self._who = accounts, bridges, who

    def known(self, account: AccountId, name: str = "") -> tuple[tuple[Bridge, Door], ...]:
        """The bridges that one can come into from there (that one, if named). Asks nobody."""
        network = self._accounts.find(account).network
        return tuple(
            (bridge, door)
            for bridge in self._bridges()
            for door in bridge.doors
            if door.network == network and name.casefold() in ("", bridge.name.casefold())
        )

    def of(self, account: AccountId, name: str = "") -> tuple[tuple[Bridge, Door], ...]:
        """The same. Raises: NotFound: There is none."""
        found = self.known(account, name)
        if not found:
            what = f"no bridge called “{name}”" if name else "no bridge"
            raise NotFound(f"Godwit knows {what} that {account} could come into.")
        return found

    async def standing(self, account: AccountId, name: str = "") -> tuple[Standing, ...]:
        """How the account stands to each. Raises: ServiceError."""
        service = self._service(account)
        found = []
        for bridge, door in self.of(account, name):
            profile = await self._profile(account, door)
            relation = await told(self._accounts, account, service.relation(profile))
            found.append(Standing(bridge.name, door, profile, _stands(relation)))
        return tuple(found)

    async def turn(self, account: AccountId, on: bool, name: str = "") -> tuple[Standing, ...]:
        """
        Come in, or leave. Done twice is done once. Raises: ServiceError.

        In: its account is unblocked and followed. Out: it is blocked, which is
        what the bridge takes for leaving.
        """
        service, after = self._service(account), []
        for before in await self.standing(account, name):
            for act in _acts(before.stands, on):
                call = service.relate(act, before.profile)
                relation = await told(self._accounts, account, call)
                before = Standing(before.bridge, before.door, before.profile, _stands(relation))
            after.append(before)
        return tuple(after)

    def leaves(self, handle: str) -> str:
        """The bridge that one leaves by blocking who has this handle; "" = none. Asks nobody."""
        wanted = handle.lower().removeprefix("@")
        for bridge in self._bridges():
            if any(door.account == wanted for door in bridge.doors):
                return bridge.name
        return ""

    def cut_off_with(self, domain: str) -> str:
        """The bridge that is cut off when this server is blocked; "" = none. Asks nobody."""
        wanted = domain.lower().rstrip(".")
        for bridge in self._bridges():
            hosts = (*bridge.hosts, *bridge.servers)
            if any(host == wanted or host.endswith(f".{wanted}") for host in hosts):
                return bridge.name
        return ""

    def _service(self, account: AccountId) -> Reacts:
        from app.protocols.writing import Reacts

        service = self._accounts.service(account)
        if not isinstance(service, Reacts):
            raise Unsupported(f"{account} cannot follow anybody.")
        return service

    async def _profile(self, account: AccountId, door: Door) -> str:
        mine = self._accounts.find(account)
        try:
            return (await self._who.find(door.account, mine.network)).profile.uri
        except NotFound as error:
            raise NotFound(
                f"{mine.host} does not know @{door.account}, the bridge’s account.",
                "The bridge may be gone, or blocked there: ask those who run your server.",
            ) from error


def _stands(relation: Relation) -> Stands:
    if relation.blocked:
        return "out"
    if relation.following:
        return "in"
    return "asked" if relation.requested else "never"


_COMING: dict[Stands, tuple[PersonAct, ...]] = {
    "in": (),
    "asked": (),
    "out": ("unblock", "follow"),
    "never": ("follow",),
}


def _acts(stands: Stands, on: bool) -> tuple[PersonAct, ...]:
    if on:
        return _COMING[stands]
    return () if stands == "out" else ("block",)
