"""What a user owns, on the house of a profile: the routes of a move, each with what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.portability.belongings import Belongings
    from app.portability.route import Route
    from app.services.house import House


def belongings(house: House, who: str) -> Belongings:
    """
    Made in a moment: nothing is read or asked, no protocol loaded.

    *who* works here, as others are told ("the window").
    """
    from app.portability.belongings import Belongings
    from app.portability.moves import Moves

    known: list[Route] = []

    def once() -> Sequence[Route]:
        if not known:
            known.extend(routes(house))
        return known

    return Belongings(moves=Moves(house.profile, once, house.clock, who=who))


def routes(house: House) -> Sequence[Route]:
    """The ways to move that this profile has: the first that takes a wish is taken."""
    return ()
