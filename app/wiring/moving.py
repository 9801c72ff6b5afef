"""The ways to move house that a profile has, each with what it needs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.portability.route import Route
    from app.services.house import House

PLC, APPVIEW = "GODWIT_PLC_URL", "GODWIT_APPVIEW_URL"
"""Variables that name another directory of identities, another public view: for tests."""


def routes(house: House) -> Sequence[Route]:
    """The first that takes a wish is taken. Loads the protocols."""
    from app.portability.atproto.route import AtRoute

    return (
        AtRoute(
            house.http(),
            service=house.accounts.service,
            plc=os.environ.get(PLC, ""),
            appview=os.environ.get(APPVIEW, ""),
        ),
    )
