"""The contract of a protocol, continued: lists of people that one reads."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from app.model import Cursor, Profile
from app.model.about import PeoplePage
from app.model.belongings import OwnList
from app.protocols.owning import Pause, no_pause


@runtime_checkable
class SettlesLists(Protocol):
    """Lists there have rules of their own."""

    async def settle_list(self, wanted: OwnList) -> None:
        """Title, whose answers it shows, and whether home leaves its people out. Raises: NotFound."""
        ...


@runtime_checkable
class KeepsLists(Protocol):
    """One can make lists there, and put people on them. Every method may raise ``ServiceError``."""

    async def own_lists(self, pause: Pause = no_pause) -> tuple[OwnList, ...]:
        """All of the account's, with who is on them."""
        ...

    async def make_list(self, title: str) -> str:
        """Make one; its ref. One of the same title is as good where the server tells no other."""
        ...

    async def rename_list(self, ref: str, title: str) -> None:
        """Call it otherwise. Raises: NotFound."""
        ...

    async def delete_list(self, ref: str) -> None:
        """Gone is gone; nobody is unfollowed."""
        ...

    async def put_on_list(self, ref: str, profile: Profile, on: bool = True) -> None:
        """Put somebody on it, or take them off. Done twice is done. Raises: NotFound."""
        ...


@runtime_checkable
class ShowsMembers(Protocol):
    """Who is on a list is told with names and pictures."""

    async def members_of(self, ref: str, cursor: Cursor | None = None) -> PeoplePage:
        """One page of them; whoever cannot be read is left out. Raises: NotFound."""
        ...
