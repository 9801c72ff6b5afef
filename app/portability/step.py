"""One resumable act of a move: what every route's steps look like to the runner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from app.portability.plan import JournalLine, Need, Plan, Progress


class StepContext(Protocol):
    """What a step may use while it runs. The runner makes it; steps keep nothing themselves."""

    plan: Plan

    @property
    def answers(self) -> Mapping[str, str]:
        """What the user has said by now, secrets included. Only in memory."""
        ...

    @property
    def kept(self) -> Mapping[str, Any]:
        """What earlier steps have written down: plain JSON values, never a secret."""
        ...

    def keep(self, **values: Any) -> None:
        """Write values down, durably, before this returns."""
        ...

    def say(self, text: str, tone: str = "plain") -> None:
        """Add a line to the journal. See :class:`JournalLine`."""
        ...

    def progress(self, progress: Progress) -> None:
        """Tell how far this step is; cheap, shown at most ten times a second."""
        ...

    @property
    def folder(self) -> Any:
        """The move's own folder (a Path): the archive, blobs, reports. Private to the user."""
        ...


class Step(Protocol):
    """
    One act: may be killed at any byte and run again.

    The runner's rule: needs → done? → do → done? → journal. A step whose done-test
    holds before it began is skipped over, whoever did it. After ``do`` the done-test
    must hold, else the step has failed.
    """

    id: str
    title: str
    public: bool

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """What must be answered before it can run, and is not yet."""
        ...

    async def done(self, context: StepContext) -> bool:
        """
        Whether the world already is as this step would make it. Asks the world, not the journal.

        Raises:
            ServiceError: It cannot be known now.
        """
        ...

    async def do(self, context: StepContext) -> None:
        """
        Make it so.

        Raises:
            ServiceError: The world refused; nothing is lost, the runner may come back.
            Waiting: Only the user, or time, can bring it on.
        """
        ...

    async def undo(self, context: StepContext) -> None:
        """Take it back; nothing to do where nothing public was changed."""
        ...


class Waiting(Exception):
    """A step cannot go on by itself: the user must answer *needs*, or time must pass."""

    def __init__(self, *needs: Need, until: Any = None, text: str = "") -> None:
        super().__init__(text or "waiting")
        self.needs = needs
        self.until = until


Listener = Callable[[str, Progress | JournalLine], None]
