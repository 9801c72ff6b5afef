"""
Moving house, as the window and the command line see it: plan, run, status, undo, rehearse.

Everything that is known of a move is in its folder in the profile; secrets are only in
memory, for as long as this object lives or until a move has come to its end.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.model import Account
from app.model.errors import BadInput, Refused, ServiceError, StoreError, Unsupported
from app.portability.anew import asked_anew
from app.portability.answers import Answers
from app.portability.context import Clock, Context
from app.portability.disk import told
from app.portability.foreseeing import foreseen, views_of
from app.portability.forgetting import forgotten
from app.portability.journal import Journal, MoveLock, seen_progress
from app.portability.past import Past
from app.portability.patience import Patience
from app.portability.plan import JournalLine, MoveStatus, Need, Plan, StepView
from app.portability.report import write_report
from app.portability.route import Route, Wish
from app.portability.runner import Runner
from app.portability.shelf import Shelf
from app.portability.standing import REHEARSED, Listed, status_of, unreadable
from app.portability.step import Listener, Step
from app.portability.work import Work

log = logging.getLogger(__name__)

JOURNAL, REHEARSAL = "journal.jsonl", "rehearsal.jsonl"
LOCK_PATIENCE = 0.5
"""Seconds: somebody who only looks whether it is taken holds a lock for a moment."""


class Moves:
    """
    All moves of a profile. What only looks may be called from any thread.

    Args:
        routes: The ways to move, the first that takes a wish is taken; asked for only
            when one is needed, since what stands behind them is slow to load.
        who: Who works here, for others ("the window", "godwit move run").
    """

    def __init__(
        self,
        profile: Path,
        routes: Callable[[], Sequence[Route]],
        clock: Clock,
        *,
        who: str = "godwit",
        chance: Callable[[], float] | None = None,
    ) -> None:
        self._routes, self._clock, self._who = routes, clock, who
        self._shelf = Shelf(profile)
        self._chance = chance
        self._answers: dict[str, Answers] = {}
        self._running: dict[str, Work] = {}
        self._choosing = threading.Lock()

    # ------------------------------------------------------------- planning

    async def plan(
        self,
        source: Account | str,
        target: str,
        options: Mapping[str, str] = {},
        answers: Mapping[str, str] = {},
    ) -> Plan:
        """
        Read both sides and write the plan down; nothing else is changed.

        Args:
            source: A signed-in account, or what was typed where there is none.
            target: The new server's address, as typed.
            options: handle, email, invite, dir…; empty ones count as not given.
            answers: Secrets that help to read more; kept in memory for ``run``.

        Raises:
            Unsupported: No route moves this to there.
            ServiceError: One side cannot be read.
            StoreError: The plan cannot be kept.
        """
        now = self._clock.now()
        given = {key: value for key, value in options.items() if value}
        wish = Wish(
            id=f"{now:%Y%m%d-%H%M}-{secrets.token_hex(3)}",
            source=source,
            target=target,
            options=given,
            answers=answers,
            now=now,
        )
        route = next((route for route in self._ways() if route.takes(wish)), None)
        if route is None:
            raise Unsupported(
                "Godwit knows no way to move this account there.",
                "Both servers must speak the same protocol; to reach people on another "
                "network, see: godwit carry-over",
            )
        plan = await route.plan(wish)
        context = Context(plan, Journal(self._shelf.folder(plan.id)), Answers(), self._clock)
        plan = replace(plan, steps=foreseen(plan.steps, route.steps(plan), context))
        self._shelf.add(plan)
        if answers:
            self._said(plan.id).take(answers)
        return plan

    # -------------------------------------------------------------- looking

    def find(self, id: str) -> Plan:
        """
        The plan of that id, or the only one whose id begins so; "last": the newest.

        Raises:
            BadInput: There is none, or there are several.
            StoreError: It is damaged or was changed by hand.
        """
        return self._shelf.open(id)[0]

    def status(self, id: str) -> MoveStatus:
        """
        Where it stands, from its journal alone: no server is asked.

        Raises: as ``find``.
        """
        plan, journal = self._shelf.open(id)
        work = self._running.get(plan.id)
        if work is not None:
            return work.status()
        return self._seen(plan, journal)

    def asked_anew(self, id: str) -> tuple[Need, ...]:
        """All that a new process must be told to go on. Raises: as ``find``, Unsupported."""
        plan, route = self._known(id)
        journal = self._shelf.open(id)[1]
        return asked_anew(plan, route.steps(plan), journal, self._clock, self._said(plan.id))

    def journal(self, id: str) -> tuple[JournalLine, ...]:
        """What was done, for people, oldest first. Raises: as ``find``."""
        plan, journal = self._shelf.open(id)
        work = self._running.get(plan.id)
        return tuple((work.journal if work else journal).past.lines)

    def all(self) -> tuple[Listed, ...]:
        """Every move of the profile, newest first; a damaged one is no reason not to list."""
        return tuple(self._listed(id) for id in self._shelf.ids())

    def _listed(self, id: str) -> Listed:
        try:
            plan, journal = self._shelf.open(id)
            work = self._running.get(id)
            return Listed(id, plan, work.status() if work else self._seen(plan, journal))
        except ServiceError as error:
            return unreadable(id, error)

    def _seen(self, plan: Plan, journal: Journal) -> MoveStatus:
        """As others see it who only read the disk."""
        folder, past = journal.folder, journal.past
        worker = MoveLock(folder).worker()
        progress = seen_progress(folder, past.step) if worker else None
        return self._status(plan, past, worker, progress=progress)

    def report(self, id: str) -> Path:
        """
        Write the report as it stands now: the HTML file; the same as text is beside it.

        Raises: as ``find``.
        """
        plan, journal = self._shelf.open(id)
        return write_report(journal.folder, plan, self.status(id), journal.past.lines)

    # --------------------------------------------------------------- acting

    async def run(
        self,
        id: str,
        answers: Mapping[str, str] = {},
        *,
        until: str = "",
        listener: Listener | None = None,
        patience: Patience = Patience(),
    ) -> MoveStatus:
        """
        Begin it, or go on where it was: also after a kill, in a new process.

        Args:
            answers: By ``Need.key``. Secrets stay in memory until it is over.
            until: Stop when the step of that id is done.

        Returns:
            How it stands when nobody works on it any more: ``done``; ``waiting`` for
            answers, for a moment (``resumes_at``), or because it was paused; ``failed``.

        Raises:
            Refused: Somebody else works on it; or it was (half) taken back.
            BadInput: There is no step *until*.
            StoreError: as ``find``.
        """
        plan, route = self._known(id)
        steps = route.steps(plan)
        if until and until not in {step.id for step in steps}:
            raise BadInput(
                f"There is no step “{until}”.",
                "The steps are: " + ", ".join(step.id for step in steps) + ".",
            )
        with await self._working(plan, steps, answers, listener, patience) as work:
            if work.journal.past.undoing:
                raise Refused(
                    "This move is being taken back, or was.",
                    f"Go on with: godwit move undo {plan.id}, or make a new plan.",
                )
            await work.go(lambda: work.runner.run(until))
            return self._ended(plan, work)

    async def undo(
        self,
        id: str,
        answers: Mapping[str, str] = {},
        *,
        listener: Listener | None = None,
        patience: Patience = Patience(),
    ) -> MoveStatus:
        """
        Take it back, step by step, the last first. Resumable as ``run``.

        Raises: as ``run``; Refused: it cannot be taken back (any more).
        """
        plan, route = self._known(id)
        with await self._working(plan, route.steps(plan), answers, listener, patience) as work:
            undo = work.status().undo
            if undo is not None and not undo.possible and not work.journal.past.undoing:
                raise Refused(
                    undo.text or "This move cannot be taken back.", "Make a plan of the way back."
                )
            await work.go(work.runner.undo)
            return self._ended(plan, work)

    async def rehearse(
        self,
        id: str,
        answers: Mapping[str, str] = {},
        *,
        listener: Listener | None = None,
        patience: Patience = Patience(),
    ) -> MoveStatus:
        """
        Export, verify and report; nothing changes on either side. Raises: as ``run``.

        What it has fetched into the move's folder need not be fetched again by ``run``.
        """
        plan, route = self._known(id)
        steps = route.rehearsal(plan)
        work_on = self._working(plan, steps, answers, listener, patience, REHEARSAL)
        with await work_on as work:
            await work.go(work.runner.run)
            status, lines = work.status(), work.journal.past.lines
            write_report(work.journal.folder, plan, status, lines, name="rehearsal")
            return status

    def pause(self, id: str) -> None:
        """Whoever runs it here stops as soon as possible, and ``run`` returns."""
        work = self._running.get(self._shelf.full(id))
        if work is not None:
            work.pause()

    def look_now(self, id: str) -> None:
        """What waits for a moment, or watches a page, looks at once."""
        work = self._running.get(self._shelf.full(id))
        if work is not None:
            work.context.wake.set()

    def forget_answers(self, id: str) -> None:
        """Wipe the secrets of a move out of memory; it asks for them again."""
        self._said(self._shelf.full(id)).wipe()

    async def forget(self, id: str, *, sure: bool = False) -> tuple[Path, ...]:
        """Let go of a move; the files of its report stay. Raises: as ``forgotten``, and ``find``."""
        folder = self._shelf.folder(self._shelf.full(id))
        with ExitStack() as locks:
            await self._take(MoveLock(folder), locks, "this move")
            one = self._listed(folder.name)
            if one.plan is not None:
                write_report(folder, one.plan, one.status, self.journal(folder.name))
            return forgotten(self._shelf.profile, folder, one.status, sure=sure)

    # -------------------------------------------------------------- within

    def _ended(self, plan: Plan, work: Work) -> MoveStatus:
        """How it stands; what is over needs no secrets, and has a report."""
        status = self._status(plan, work.journal.past, worker="")
        if status.state in ("done", "undone"):
            self._said(plan.id).wipe()
        try:
            write_report(work.journal.folder, plan, status, work.journal.past.lines)
        except StoreError as error:
            # How it stands matters more; ``report`` writes it whenever there is room.
            log.warning("no report of move %s: %s", plan.id, error.kind)
        return status

    async def _working(
        self,
        plan: Plan,
        steps: Sequence[Step],
        answers: Mapping[str, str],
        listener: Listener | None,
        patience: Patience,
        name: str = JOURNAL,
    ) -> Work:
        """Raises: Refused: somebody works on it; StoreError."""
        folder = self._shelf.folder(plan.id)
        locks = ExitStack()
        await self._take(MoveLock(folder), locks, "this move")
        try:
            if name == JOURNAL:
                # Two plans for one account must not be carried out at once.
                await self._take(MoveLock(self._shelf.busy(plan)), locks, "a move of this account")
            if name == REHEARSAL:
                with told(folder / name):
                    (folder / name).unlink(missing_ok=True)  # it begins anew each time
            journal = Journal(folder, name, public=str(plan))
            said = self._said(plan.id)
            said.take(answers)
            context = Context(plan, journal, said, self._clock, listener)
            rehearsed = name == REHEARSAL
            shown = {"views": views_of(steps) if rehearsed else plan.steps, "rehearsed": rehearsed}

            def status() -> MoveStatus:
                progress = context.last_progress
                return self._status(plan, journal.past, self._who, progress=progress, **shown)

            end = {"end": REHEARSED} if rehearsed else {}
            runner = Runner(steps, journal, context, said, patience, status, self._chance, **end)
            work = Work(journal, context, runner, locks, status, partial(self._over, plan.id))
        except BaseException:
            locks.close()
            raise
        self._running[plan.id] = work
        return work

    def _over(self, id: str) -> None:
        del self._running[id]

    async def _take(self, lock: MoveLock, locks: ExitStack, what: str) -> None:
        """Raises: Refused: somebody has it."""
        waited = 0.0
        while not lock.try_acquire(self._who):
            if waited >= LOCK_PATIENCE:
                raise Refused(
                    f"Somebody works on {what} already: {lock.worker() or 'another Godwit'}.",
                    "Let it finish, or stop it there; both see the same state.",
                )
            await asyncio.sleep(0.02)
            waited += 0.02
        locks.callback(lock.release)

    def _status(self, plan: Plan, past: Past, worker: str, **shown: Any) -> MoveStatus:
        now = self._clock.now()
        undo = None
        if past.state != "undone":
            route = self._route(plan)
            undo = (
                route.undo_state(plan, past.kept, past.touched(plan.steps), now) if route else None
            )
        views: Sequence[StepView] = shown.pop("views", plan.steps)
        return status_of(plan, past, views, now=now, worker=worker, undo=undo, **shown)

    def _known(self, id: str) -> tuple[Plan, Route]:
        """The plan, unchanged since it was made, and its route."""
        plan, _ = self._shelf.open(id)
        route = self._route(plan)
        if route is None:
            raise Unsupported(f"This Godwit does not know how to move by “{plan.route}”.")
        return plan, route

    def _ways(self) -> Sequence[Route]:
        """The window looks from threads: what is slow to load is loaded once."""
        with self._choosing:
            return self._routes()

    def _route(self, plan: Plan) -> Route | None:
        return next((route for route in self._ways() if plan.route in route.names), None)

    def _said(self, id: str) -> Answers:
        return self._answers.setdefault(id, Answers())
