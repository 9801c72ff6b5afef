"""
``godwit`` as people run it, in a world of files: ``toy:new`` is a server to move to.

usage: python -m tests.unit.cli.toy_move WORLD ARGUMENT…
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from app.cli.main import run
from app.portability.belongings import Belongings
from app.portability.moves import Moves
from app.services.house import House
from app.wiring import Wiring
from tests.unit.portability.toy import ToyRoute, World


class ToyWiring(Wiring):
    """The real one, with another way to move."""

    def __init__(self, world: World) -> None:
        self._world = world

    def belongings(self, house: House, who: str) -> Belongings:
        route = ToyRoute(self._world)
        moves = Moves(house.profile, lambda: [route], house.clock, who=who)
        return replace(super().belongings(house, who), moves=moves)


if __name__ == "__main__":
    sys.exit(run(sys.argv[2:], ToyWiring(World(Path(sys.argv[1])))))
