"""
Works through the steps of a move, one at a time, and can be killed at any byte.

The rule: needs → done? → do → done? → journal. What the journal knows to be done is not
asked again; everything else asks the world first, whoever may have done it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.model.errors import (
    Malformed,
    NeedsCode,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    StoreError,
    Unreachable,
)
from app.portability.answers import Answers, is_secret
from app.portability.context import Context
from app.portability.journal import Journal
from app.portability.past import Entry, Kind, Past
from app.portability.patience import Patience, Tries
from app.portability.plan import MoveStatus, Need
from app.portability.step import Again, Step, Waiting

log = logging.getLogger(__name__)

_SO_FAR = frozenset({"done", "skipped"})

SOON = timedelta(seconds=1)
"""No step is asked again sooner, whenever it thinks that it wants to be."""

BACK = 3
"""How often one run goes back to an earlier step."""


class Stopped(Exception):
    """It goes no further now: the journal says why."""


class Runner:
    """
    One worker on one move; the caller holds the move's lock.

    Args:
        status: The state of the move as it is shown.
        chance: 0 ≤ x < 1, for jitter; None: the machine's own.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        journal: Journal,
        context: Context,
        answers: Answers,
        patience: Patience,
        status: Callable[[], MoveStatus],
        chance: Callable[[], float] | None = None,
        end: str = "Everything is done.",
    ) -> None:
        self._steps, self._journal, self._context = steps, journal, context
        self._answers, self._patience, self._status = answers, patience, status
        self._chance, self._end = chance, end
        self._went_back = 0
        self._written: set[tuple[object, ...]] = set()

    async def run(self, until: str = "") -> None:
        """
        Go on where it was, to the end or to the end of step *until*.

        Returns when it is done, or when only the user, or more time than *patience*
        has, brings it on: the journal says which.
        """
        past = self._journal.past
        if past.state == "done":
            return
        self._begin("run")
        try:
            while step := self._next(past):
                if until and past.states.get(until) in _SO_FAR:
                    title = next(one.title for one in self._steps if one.id == until)
                    self._write("paused", text=f"Stopped after “{title}”, as asked.")
                    return
                await self._with_patience(step, self._make)
            self._write("end", text=self._end, tone="good")
        except Stopped:
            return

    def _next(self, past: Past) -> Step | None:
        return next((one for one in self._steps if past.states.get(one.id) not in _SO_FAR), None)

    async def undo(self) -> None:
        """Take back every step that was begun, the last first. Returns as ``run`` does."""
        past = self._journal.past
        if past.state == "undone":
            return
        self._begin("undo", "" if past.undoing else "It is being taken back.")
        try:
            touched = past.touched(self._steps)
            for step in reversed(self._steps):
                if step.id in touched:
                    await self._with_patience(step, self._take_back)
            self._write("end", text="Everything that can be taken back is taken back.", tone="good")
        except Stopped:
            return

    def _begin(self, kind: Kind, text: str = "") -> None:
        """Somebody works on it from now on, with answers that may be secret."""
        self.know((*self._context.plan.needs, *self._journal.past.asked.values()))
        self._write(kind, text=text)

    def pause(self) -> None:
        """Somebody stopped it, or the program ends. Never raises."""
        entry = Entry(at=self._context.now(), kind="paused", text="Paused.")
        self._journal.note(entry)

    # ------------------------------------------------------------- one step

    async def _make(self, step: Step) -> None:
        self._learn(step)
        needs = step.needs(self._context)
        if needs:
            raise Waiting(*needs)
        past, since = self._journal.past, self._context.now()
        begun = step.id in past.begun
        if await step.done(self._context):
            kind: Kind = "done" if begun else "skipped"
            self._write(kind, step, "" if begun else f"“{step.title}”: was so already.")
            return
        self._write("begin", step, again=True)
        await step.do(self._context)
        if not await step.done(self._context):
            raise Refused(
                f"“{step.title}” was done, but the server does not show it.",
                "Run it again: what was done is not done twice.",
            )
        self._done(step, since)

    def _learn(self, step: Step) -> None:
        """
        Which answers are secret, and which may be written down for the next process.

        A step asks some things only after the answer to others: one after the other.
        """
        asked: dict[str, Need] = {}
        while True:
            with self._context.knowing(asked.keys()):
                fresh = {n.key: n for n in step.needs(self._context) if n.key not in asked}
            if not fresh:
                break
            asked |= fresh
        self.know(tuple(asked.values()))

    def know(self, needs: Sequence[Need]) -> None:
        """*needs* are asked: see ``_learn``."""
        self._answers.know(needs)
        self._journal.hide(self._answers.secrets().values(), self._answers.unknown().values())
        known = self._journal.past.answers
        fresh = {key: v for key, v in self._answers.open().items() if known.get(key) != v}
        if fresh:
            self._write("answer", values=fresh)

    def _done(self, step: Step, since: datetime) -> None:
        seconds = (self._context.now() - since).total_seconds()
        result = self._journal.past.results.get(step.id, "")
        words = f"{step.title}: {result}" if result else f"{step.title}: done."
        self._write("done", step, words, tone="good", seconds=max(0.0, seconds))

    async def _take_back(self, step: Step) -> None:
        self._write("undoing", step, again=True)
        await step.undo(self._context)
        # In words only by the step itself: it knows what is left.
        self._write("undone", step)

    async def _with_patience(self, step: Step, act: Callable[[Step], Awaitable[None]]) -> None:
        """Raises: Stopped, and what is our bug."""
        chance = (self._chance,) if self._chance else ()
        tries = Tries(self._patience, *chance)
        self._context.enter(step.id)
        try:
            while True:
                try:
                    await act(step)
                    return
                except Waiting as waiting:
                    await self._wait(step, waiting)
                except Again as again:
                    self._back(step, again)
                    return
                except (Unreachable, RateLimited) as error:
                    await self._later(step, error, tries)
                except (SignedOut, NeedsCode) as error:
                    self._ask_again(step, error)
                except ServiceError as error:
                    self._fail(step, error)
                except Exception as bug:
                    self._fail(step, _mistake(bug), stop=False)
                    raise
        finally:
            self._context.leave()

    # ----------------------------------------------------- not getting on

    async def _wait(self, step: Step, waiting: Waiting) -> None:
        self._forget(waiting.needs)
        until, now = waiting.until, self._context.now()
        alone = self._patience.watch or not waiting.needs
        if until is None or not alone or not self._patience.covers(until, now):
            # A moment too far away is told; whoever runs it then goes on.
            self._write("waiting", step, waiting.text, needs=waiting.needs)
            raise Stopped
        until = max(until, now + SOON)
        self._write("waiting", step, waiting.text, needs=waiting.needs, until=until, again=True)
        await self._context.wait_until(until)

    async def _later(self, step: Step, error: ServiceError, tries: Tries) -> None:
        now = self._context.now()
        moment = tries.again(error, now, moved=self._context.moved)
        self._context.moved = False
        if moment is None:
            self._fail(step, error)
            return
        if not self._patience.covers(moment, now):
            self._write("waiting", step, error.message, next_step=_at(moment))
            raise Stopped
        self._write(
            "waiting", step, error.message, next_step=error.next_step, until=moment, again=True
        )
        await self._context.wait_until(moment)

    def _ask_again(self, step: Step, error: ServiceError) -> None:
        """A password or token is no longer good: the user may have a better one."""
        self._answers.drop([*self._answers.secrets()])
        needs = step.needs(self._context)
        if not needs:
            self._fail(step, error)
        self._write("waiting", step, error.message, next_step=error.next_step, needs=needs)
        raise Stopped

    def _back(self, step: Step, again: Again) -> None:
        """What an earlier step has left is lost: it is asked anew, and this one after it."""
        self._went_back += 1
        before = {one.id: one for one in self._steps[: self._steps.index(step)]}
        lost = again.step not in before or self._journal.past.undoing
        if lost or self._went_back > BACK:
            self._fail(step, Malformed(again.text, "Check the disk; nothing is lost."))
        title = before[again.step].title
        self._write("again", before[again.step], f"{again.text} Again: {title}.", tone="warn")

    def _fail(self, step: Step, error: ServiceError, *, stop: bool = True) -> None:
        log.info("move %s: %s failed: %s", self._context.plan.id, step.id, error.kind)
        entry = Entry(
            at=self._context.now(),
            kind="failed",
            step=step.id,
            text=error.message,
            next_step=error.next_step,
            tone="bad",
        )
        if isinstance(error, StoreError):
            self._journal.note(entry)  # the disk that refuses may refuse this as well
        else:
            self._context.note(entry)
        self._context.tell(step.id, self._status())
        if stop:
            raise Stopped

    def _forget(self, needs: Sequence[Need]) -> None:
        """What was answered to them was wrong, or is used up."""
        asked = [need for need in needs if need.kind != "page"]
        self._answers.drop([need.key for need in asked])
        known = self._journal.past.answers
        gone = {n.key: None for n in asked if not is_secret(n) and n.key in known}
        if gone:
            self._write("answer", values=gone)

    def _write(
        self,
        kind: Kind,
        step: Step | None = None,
        text: str = "",
        *,
        again: bool = False,
        **rest: Any,
    ) -> None:
        """
        Into the journal, and tell who listens.

        *again*: what was written before is not written twice; a page that is watched
        for days must not fill the disk.
        """
        id = step.id if step else ""
        entry = Entry(at=self._context.now(), kind=kind, step=id, text=text, **rest)
        what = (kind, id, text, entry.needs)
        if again and what in self._written:
            self._journal.past.add(entry)
        else:
            self._written.add(what)
            self._context.note(entry)
        self._context.tell(id, self._status())


def _at(moment: datetime) -> str:
    return f"Go on after {moment.astimezone().strftime('%Y-%m-%d %H:%M')}."


def _mistake(bug: Exception) -> ServiceError:
    error = ServiceError(
        f"Godwit has made a mistake ({type(bug).__name__}).",
        "Nothing is lost. Run it again; if it stays, report it with the journal.",
    )
    error.kind = "bug"
    return error
