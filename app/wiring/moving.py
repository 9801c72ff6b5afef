"""The ways to move house that a profile has, each with what it needs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.model import Account
    from app.portability.atproto.download import Own
    from app.portability.route import Route
    from app.services.house import House

PLC, APPVIEW = "GODWIT_PLC_URL", "GODWIT_APPVIEW_URL"
"""Variables that name another directory of identities, another public view: for tests."""


def routes(house: House) -> Sequence[Route]:
    """The first that takes a wish is taken. Loads the protocols."""
    if house.options.demo:
        return ()
    from app.portability.atproto.route import AtRoute

    def own(account: Account) -> Own | None:
        from app.protocols.bluesky.service import BlueskyService

        service = house.accounts.service(account.id) if account.id in house.accounts else None
        return service.api if isinstance(service, BlueskyService) else None

    return (
        AtRoute(
            house.http(),
            plc=os.environ.get(PLC, ""),
            appview=os.environ.get(APPVIEW, ""),
            own=own,
        ),
    )
