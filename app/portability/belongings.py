"""What the window and the command line can do with what a user owns. Made by the wiring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # made late: the first frame needs none of it
    from app.portability.archives import Archives
    from app.portability.carry_over import CarryOver
    from app.portability.homes import Homes
    from app.portability.imports import Imports
    from app.portability.moves import Moves


@dataclass(frozen=True)
class Belongings:
    """
    The library ``portability``, on one profile.

    Attributes:
        moves: Moving house: plan, run, status, undo, rehearse.
        archives: Backups: make, verify, look through, do again by itself.
        homes: What servers say of themselves to who may move there.
        imports: Files that come to an account.
        carry_over: The same people on the other network.
    """

    moves: Moves
    archives: Archives
    homes: Homes
    imports: Imports
    carry_over: CarryOver
