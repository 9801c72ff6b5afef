"""Moves over a toy world, for tests: one place to make them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.model.errors import Unreachable
from app.portability.moves import Moves
from app.portability.patience import Patience
from app.portability.plan import JournalLine, MoveStatus, Progress
from tests.unit.fakes import FakeClock
from tests.unit.portability.toy import CODE, PASSWORD, ToyRoute, World

ANSWERS = {"password": PASSWORD, "code": CODE, "name": "Wren"}
AT_ONCE = Patience(tries=1)


@dataclass
class Mover:
    """Somebody who moves; ``again`` is the same in a new process."""

    folder: Path
    world: World
    clock: FakeClock = field(default_factory=FakeClock)
    heard: list[tuple[str, Progress | JournalLine | MoveStatus]] = field(default_factory=list)
    id: str = ""

    def __post_init__(self) -> None:
        self.moves = Moves(
            self.folder / "profile",
            lambda: [ToyRoute(self.world)],
            self.clock,
            who="a test",
            chance=lambda: 0.5,
        )

    async def plan(self) -> None:
        """A plan to work on."""
        self.id = (await self.moves.plan("wren", "toy:new")).id

    def again(self) -> Mover:
        """Nothing in memory, the same disk."""
        return Mover(self.folder, self.world, self.clock, id=self.id)

    async def run(self, answers: Mapping[str, str] = {}, **more: object) -> MoveStatus:
        """``Moves.run``, listening."""
        return await self.moves.run(self.id, answers, listener=self._hear, **more)  # type: ignore[arg-type]

    async def stuck(self) -> asyncio.Task[MoveStatus]:
        """A run that waits, because a server does not answer."""
        self.world.troubles = [Unreachable("No answer.")]
        run = asyncio.create_task(self.run(ANSWERS))
        while not self.clock.waits:
            await asyncio.sleep(0)
        return run

    @property
    def where(self) -> Path:
        """The move's folder."""
        return self.folder / "profile" / "moves" / self.id

    def states(self) -> dict[str, str]:
        """Of each step."""
        return {view.id: view.state for view in self.moves.status(self.id).steps}

    def _hear(self, step: str, what: Progress | JournalLine | MoveStatus) -> None:
        self.heard.append((step, what))


async def mover(folder: Path, *, posts: int = 12) -> Mover:
    """A world, and a plan in it."""
    (folder / "world").mkdir()
    made = Mover(folder, World(folder / "world").found(posts))
    await made.plan()
    return made
