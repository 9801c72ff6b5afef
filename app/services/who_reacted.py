"""Who liked a post, who passed it on, who quoted it: asked of every copy's server, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.feed.rows import Copy
from app.model import Cursor, Entry, Source
from app.model.about import Did, PeoplePage
from app.services.asking import told
from app.services.sides import Side, asked, not_told, sides

if TYPE_CHECKING:
    from app.services.accounts import Accounts


class WhoReacted:
    """
    Args:
        offline: Ask no server.
    """

    def __init__(self, accounts: Accounts, *, offline: bool = False) -> None:
        self._accounts, self._offline = accounts, offline

    def sides(self, copies: Sequence[Copy]) -> tuple[Side, ...]:
        """The copies whose servers tell it. Asks nobody."""
        from app.protocols.about import TellsWho

        return sides(self._accounts, copies, TellsWho)

    async def people(self, side: Side, did: Did, older: Cursor | None = None) -> PeoplePage:
        """One page of who did that. Raises: ServiceError."""
        from app.protocols.about import TellsWho

        service = asked(self._accounts, side, offline=self._offline)
        if not isinstance(service, TellsWho):
            raise not_told(self._accounts, side)
        return await told(self._accounts, side.account, service.who(side.post.uri, did, older))

    async def quotes(
        self, side: Side, older: Cursor | None = None
    ) -> tuple[tuple[Entry, ...], Cursor | None]:
        """One page of posts that quote it, and where it goes on. Raises: ServiceError."""
        service = asked(self._accounts, side, offline=self._offline)
        page = await told(
            self._accounts, side.account, service.page(Source("quotes", side.post.uri), older)
        )
        return tuple(one for one in page.items if isinstance(one, Entry)), page.older
