"""People whom no server of mine knows, asked for where they are kept: as nobody, and never kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from app.model import Cursor, Page
from app.model.errors import NotFound, ServiceError, Unsupported
from app.services.conversation_origins import ASK_ORIGINS

if TYPE_CHECKING:
    from app.protocols.portraying import ShowsStrangers, Stranger
    from app.store import Store

log = logging.getLogger(__name__)

MOST = 64
"""Strangers that are remembered; then it begins anew."""


class Strangers:
    """
    Args:
        networks: All front doors.
        offline: Ask nobody.
    """

    def __init__(
        self, store: Store, networks: Callable[[], Iterable[object]], *, offline: bool = False
    ) -> None:
        self._store, self._networks, self._offline = store, networks, offline
        self._met: dict[str, Stranger] = {}

    async def find(self, address: str) -> Stranger:
        """
        Who has that address, as their own server tells.

        Raises:
            NotFound: Nobody, or it is not to be asked (the setting that conversations have, too).
            ServiceError: It tells nothing now.
        """
        known = self._met.get(address.strip())
        if known is not None:
            return known
        problem: ServiceError | None = None
        if not self._offline and self._store.reader.setting(ASK_ORIGINS, True):
            for shows in self._showing():
                if not shows.is_address(address):
                    continue
                try:
                    return self._remember(await shows.stranger(address))
                except ServiceError as error:
                    log.info("a stranger was not found: %s", error.kind)
                    problem = problem or error
        raise problem or NotFound("Nobody is known by this address.", "Check the spelling.")

    async def posts(self, stranger: Stranger, cursor: Cursor) -> Page:
        """What they wrote in public. Raises: ServiceError."""
        for network in self._networks():
            infos = getattr(network, "networks", ())
            if any(info.id == stranger.network for info in infos):
                from app.protocols.portraying import HasStrangers

                if isinstance(network, HasStrangers):
                    return await network.strangers.posts_of(stranger, cursor)
        raise Unsupported("Their network does not show posts to strangers.")

    # ------------------------------------------------------------- private

    def _showing(self) -> list[ShowsStrangers]:
        from app.protocols.portraying import HasStrangers

        return [one.strangers for one in self._networks() if isinstance(one, HasStrangers)]

    def _remember(self, stranger: Stranger) -> Stranger:
        if len(self._met) >= MOST:
            self._met.clear()
        profile = stranger.portrait.profile
        for name in (profile.uri, profile.handle, f"@{profile.handle}"):
            self._met[name] = stranger
        return stranger
