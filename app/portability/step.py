"""One resumable act of a move: what every route's steps look like to the runner."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from app.portability.plan import JournalLine, MoveStatus, Need, Plan, Progress, Tone


class Ledger(Protocol):
    """
    What became of each of many items (blobs, follows): append-only, cheap, survives kill -9.

    Values are short plain JSON: "ok", "dead", {"size": 3}. Of one key the last counts.
    """

    def __contains__(self, key: str) -> bool: ...

    def __len__(self) -> int: ...

    def get(self, key: str) -> Any:
        """What was written last for *key*; None: nothing."""
        ...

    def put(self, key: str, value: Any = "ok") -> None:
        """Write it down. A few microseconds; not lost by a kill, at most by a power cut."""
        ...

    def items(self) -> Iterator[tuple[str, Any]]:
        """Every key with its last value, in the order of first mention."""
        ...


class StepContext(Protocol):
    """What a step may use while it runs. The runner makes it; steps keep nothing themselves."""

    @property
    def plan(self) -> Plan:
        """What is being done."""
        ...

    @property
    def answers(self) -> Mapping[str, str]:
        """
        What the user has said by now. Secrets are only in memory, and only here.

        Those that a ``Waiting`` asks for again are gone from it: they were wrong, or used.
        """
        ...

    @property
    def kept(self) -> Mapping[str, Any]:
        """What earlier steps have written down: plain JSON values, never a secret."""
        ...

    def keep(self, **values: Any) -> None:
        """Write values down, durably, before this returns."""
        ...

    def ledger(self, name: str) -> Ledger:
        """The list of that name (letters, digits, hyphens) of this move, as it was left."""
        ...

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Add a line to the journal. See :class:`JournalLine`."""
        ...

    def result(self, text: str) -> None:
        """What came of this step, shown beside its title: "12 408 records"."""
        ...

    def progress(self, progress: Progress) -> None:
        """
        Tell how far this step is; cheap, shown at most ten times a second.

        The runner fills in ``rate`` and ``seconds_left`` where they are left out.
        """
        ...

    @property
    def folder(self) -> Path:
        """The move's own folder: the archive, blobs, reports. Private to the user."""
        ...

    def now(self) -> datetime:
        """Aware UTC. Only for words and deadlines; waiting is ``wait`` or ``Waiting``."""
        ...

    async def wait(self, seconds: float) -> None:
        """A short pause between two looks at a server; ends early when the user says "look now"."""
        ...


class Step(Protocol):
    """
    One act: may be killed at any byte and run again.

    The runner's rule: needs → done? → do → done? → journal. A step whose done-test
    holds before it began is skipped over, whoever did it. After ``do`` the done-test
    must hold, else the step has failed. What raises ``Unreachable`` or ``RateLimited``
    is tried again by the runner: steps do not retry by themselves.
    """

    @property
    def id(self) -> str:
        """Unique in its plan, letters, digits and hyphens; also the journal's and ``--until``'s."""
        ...

    @property
    def title(self) -> str:
        """A few words: "Copy 1 204 files"."""
        ...

    @property
    def public(self) -> bool:
        """After it the world sees a change."""
        ...

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """
        What must be answered before it can run, and is not yet. Looks only at *context*.

        Never of kind ``page``, which has no answer: raise ``Waiting(page, until=…)``.
        """
        ...

    async def done(self, context: StepContext) -> bool:
        """
        Whether the world already is as this step would make it. Asks the world, not the journal.

        Raises:
            ServiceError: It cannot be known now.
            Waiting: See ``do``.
        """
        ...

    async def do(self, context: StepContext) -> None:
        """
        Make it so.

        Raises:
            ServiceError: The world refused; nothing is lost, the runner may come back.
                ``SignedOut``: secrets are forgotten and asked for again (``needs``).
            Waiting: Only the user, or time, can bring it on.
            Again: What an earlier step has left is gone or damaged.
        """
        ...

    async def undo(self, context: StepContext) -> None:
        """
        Take it back; nothing to do where nothing public was changed.

        Called for every step that was begun, the last first; may be killed and called
        again. Asks for what it needs by ``Waiting``.
        """
        ...


class Waiting(Exception):
    """
    A step cannot go on by itself: the user must answer *needs*, or time must pass.

    Args:
        needs: Asked (again): what was answered to them before is forgotten.
            Of kind ``page`` they have no answer: the step looks again at *until*.
        until: Look again then, without anybody's doing.
        text: Why, one sentence for people ("The password is wrong.").
    """

    def __init__(self, *needs: Need, until: datetime | None = None, text: str = "") -> None:
        super().__init__(text or "waiting")
        self.needs = needs
        self.until = until
        self.text = text


class Again(Exception):
    """
    What step *step* (an earlier one) left in our own folder is gone or damaged.

    The runner goes back to it, and on from there; each step asks again whether it is done.

    Args:
        text: What was found, one sentence for people.
    """

    def __init__(self, step: str, text: str) -> None:
        super().__init__(text)
        self.step, self.text = step, text


Listener = Callable[[str, Progress | JournalLine | MoveStatus], None]
"""
Told the id of a step and what is new: how far it is, a line of the journal, or (step
"" or its id) the whole state whenever a step begins, ends or waits. Called on the loop.
"""
