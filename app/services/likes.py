"""What I liked, of all accounts: as servers keep it, in the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import Source
from app.services.kept_pages import Fetched, KeptPages

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts
    from app.services.timelines import Timelines
    from app.store import Store

LIKES = Source("likes")

FIRST_PAGES = 5
"""Pages that are fetched of one account at once; the rest when one has read so far."""


class Likes:
    """
    Fetches them; the search shows them (``in:likes``).

    Args:
        offline: Ask no server.
    """

    def __init__(
        self, store: Store, accounts: Accounts, timelines: Timelines, *, offline: bool = False
    ) -> None:
        self._pages = KeptPages(
            store,
            accounts,
            timelines,
            LIKES,
            lambda viewer: replace(viewer, liked=True),
            pages=FIRST_PAGES,
            offline=offline,
        )

    async def fetch(self) -> tuple[Fetched, ...]:
        """What was liked since; the first time, the latest likes. Nothing raises."""
        return await self._pages.fetch(lambda account: True)

    async def fetch_older(self) -> tuple[Fetched, ...]:
        """A page more of every account whose server has more. Nothing raises."""
        return await self._pages.fetch_older()

    def goes_on(self) -> bool:
        """Some server has more. Raises: StoreError."""
        return self._pages.goes_on()
