"""What the window and the command line can do with what a user owns. Made by the wiring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # made late: the first frame needs none of it
    from app.portability.moves import Moves


@dataclass(frozen=True)
class Belongings:
    """
    The library ``portability``, on one profile.

    Attributes:
        moves: Moving house: plan, run, status, undo, rehearse.
    """

    moves: Moves
