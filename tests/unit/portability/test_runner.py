"""The rule of the runner: needs, done?, do, done?, journal."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from app.model.errors import NeedsCode, RateLimited, StoreError, Unreachable
from app.portability.moves import Moves
from app.portability.patience import LIMITED, Patience
from app.portability.plan import MoveStatus, Need, Plan
from app.portability.step import Again, Step, StepContext, Waiting
from tests.unit.fakes import NOON, FakeClock
from tests.unit.portability.toy import ToyRoute, ToyStep, World

PAGE = Need(
    key="page", kind="page", prompt="Press “Move” there.", url="https://old.example/m", copy="@new"
)


class Steps(ToyRoute):
    """The toy route with other steps."""

    def __init__(self, world: World, *steps: Step) -> None:
        super().__init__(world)
        self._steps = steps

    def steps(self, plan: Plan) -> Sequence[Step]:
        return self._steps


@dataclass
class Bench:
    """A plan with these steps, and the order in which they were asked."""

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    calls: list[str] = field(default_factory=list)
    statuses: list[MoveStatus] = field(default_factory=list)

    async def plan(self, *steps: Step) -> str:
        (self.folder / "world").mkdir()
        world = World(self.folder / "world").found(1)
        route = Steps(world, *steps)
        self.moves = Moves(self.folder / "profile", lambda: [route], self.clock, chance=lambda: 0.5)
        self.id = (await self.moves.plan("wren", "toy:new")).id
        return self.id

    async def run(self, patience: Patience = Patience(), **answers: str) -> MoveStatus:
        def hear(step: str, what: object) -> None:
            if isinstance(what, MoveStatus):
                self.statuses.append(what)

        return await self.moves.run(self.id, answers, listener=hear, patience=patience)

    async def let_time_pass(self, run: asyncio.Task[MoveStatus]) -> None:
        """Until *run* is over."""
        while not run.done():
            await asyncio.sleep(0)
            for left in self.clock.waits[:1]:
                self.clock.pass_time(left)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def never(context: StepContext) -> bool:
    return False


def nothing(context: StepContext) -> None:
    return None


async def test_done_is_asked_before_and_after(bench: Bench) -> None:
    """Not done: it is done, and then it must show. Done already: nothing is done."""
    made: set[str] = set()

    def step(id: str) -> ToyStep:
        def is_done(context: StepContext) -> bool:
            bench.calls.append(f"{id}?")
            return id in made

        def do(context: StepContext) -> None:
            bench.calls.append(f"{id}!")
            made.add(id)

        return ToyStep(id, id, is_done, do)

    made.add("b")
    await bench.plan(step("a"), step("b"))
    status = await bench.run()

    assert bench.calls == ["a?", "a!", "a?", "b?"]
    assert [view.state for view in status.steps] == ["done", "skipped"]


async def test_what_does_not_show_has_failed(bench: Bench) -> None:
    """A server that says yes and does nothing is not believed."""
    await bench.plan(ToyStep("a", "Turn the key", never, nothing))
    status = await bench.run()

    assert status.state == "failed"
    assert status.error == "“Turn the key” was done, but the server does not show it."
    assert status.steps[0].state == "failed"


async def test_a_page_is_watched_until_it_shows(bench: Bench) -> None:
    """The user does it elsewhere: it is asked for once, looked for, and goes on by itself."""
    looks = 0

    def is_done(context: StepContext) -> bool:
        nonlocal looks
        looks += 1
        if looks < 4:
            raise Waiting(PAGE, until=context.now() + timedelta(seconds=30))
        return True

    await bench.plan(ToyStep("page", "Move", is_done, nothing))
    told = await bench.run(Patience(watch=False))
    run = asyncio.create_task(bench.run())
    while not run.done():
        await asyncio.sleep(0)
        for left in bench.clock.waits:
            assert left <= 30
            bench.clock.pass_time(left)
    journal = (bench.folder / "profile/moves" / bench.id / "journal.jsonl").read_text()

    assert (told.state, told.needs, told.resumes_at) == ("waiting", (PAGE,), None)
    assert told.next == "Press “Move” there."
    assert (await run).state == "done"
    assert journal.count('"waiting"') == 2
    waits = [s for s in bench.statuses if s.resumes_at is not None]
    assert waits[0].needs == (PAGE,)


async def test_a_step_that_looks_at_once_again_does_not_spin(bench: Bench) -> None:
    """A moment that is over already is a second from now."""
    looks: list[float] = []

    def is_done(context: StepContext) -> bool:
        looks.append((context.now() - NOON).total_seconds())
        if len(looks) < 4:
            raise Waiting(until=context.now() - timedelta(hours=1))
        return True

    await bench.plan(ToyStep("a", "Look", is_done, nothing))
    run = asyncio.create_task(bench.run())
    await bench.let_time_pass(run)

    assert (await run).state == "done"
    assert looks == [0, 1, 2, 3]


async def test_who_is_asked_for_a_code_is_asked_by_the_step(bench: Bench) -> None:
    """A second factor that a step did not expect: its need, in the server's words."""
    code = Need(key="code", prompt="The code.", kind="code")
    asked: list[str] = []

    def do(context: StepContext) -> None:
        asked.append(context.answers["code"])
        if context.answers["code"] != "right":
            raise NeedsCode("The server has mailed a code.")

    await bench.plan(ToyStep("a", "Sign in", lambda c: "right" in asked, do, asks=(code,)))
    status = await bench.run(code="stale")

    assert (status.state, status.error) == ("waiting", "The server has mailed a code.")
    assert [need.key for need in status.needs] == ["code"]
    assert (await bench.run(code="right")).state == "done"
    assert asked == ["stale", "right"]


async def test_getting_on_renews_the_patience(bench: Bench) -> None:
    """A line that breaks every ten files is not a line that is dead."""
    from app.portability.plan import Progress

    copied = 0

    def do(context: StepContext) -> None:
        nonlocal copied
        copied += 10
        context.progress(Progress(done=copied, total=100))
        if copied < 100:
            raise Unreachable("The line broke.")

    await bench.plan(ToyStep("a", "Copy", lambda c: copied >= 100, do))
    run = asyncio.create_task(bench.run(Patience(tries=2)))
    await bench.let_time_pass(run)

    assert (await run).state == "done"


async def test_a_server_that_only_says_later_is_left_in_the_end(bench: Bench) -> None:
    """Bounded, though many more times than one that says nothing."""
    tries = 0

    def do(context: StepContext) -> None:
        nonlocal tries
        tries += 1
        raise RateLimited("Later.", context.now())

    await bench.plan(ToyStep("a", "Copy", never, do))
    run = asyncio.create_task(bench.run(Patience(tries=2)))
    await bench.let_time_pass(run)

    assert (await run).state == "failed"
    assert tries == 2 * LIMITED


async def test_a_clock_that_is_set_back_does_not_stop_it(bench: Bench) -> None:
    """It waits no longer than it seemed at first."""
    raised = False

    def do(context: StepContext) -> None:
        nonlocal raised
        if not raised:
            raised = True
            raise RateLimited("Later.", NOON + timedelta(seconds=60))

    await bench.plan(ToyStep("a", "Copy", lambda c: raised, do))
    run = asyncio.create_task(bench.run())
    waited = 0.0
    while not run.done():
        await asyncio.sleep(0)
        for left in bench.clock.waits[:1]:
            waited += left
            bench.clock.pass_time(left)
            bench.clock.pass_time(-3600)  # the machine's clock was wrong
            for _ in range(5):
                await asyncio.sleep(0)

    assert (await run).state == "done"
    assert waited <= 61


@pytest.mark.errors_expected
async def test_our_own_mistake_is_told_and_leaves_a_move_that_goes_on(bench: Bench) -> None:
    """The bug propagates; the journal says so, and another run may go on."""
    broken = True

    def do(context: StepContext) -> None:
        if broken:
            raise KeyError("oops")

    await bench.plan(ToyStep("a", "Copy", lambda c: not broken, do))
    with pytest.raises(KeyError):
        await bench.run()
    status = bench.moves.status(bench.id)
    broken = False

    assert (status.state, status.worker) == ("failed", "")
    assert status.error == "Godwit has made a mistake (KeyError)."
    assert (await bench.run()).state == "done"


async def test_a_step_says_what_came_of_it_and_keeps_what_others_need(bench: Bench) -> None:
    """Plain values, as the next process reads them; the result stands beside the title."""
    seen: list[object] = []

    def first(context: StepContext) -> None:
        context.keep(rev="3k", counts=(1, 2), at=NOON)
        context.result("12 records")

    def second(context: StepContext) -> None:
        seen.append(dict(context.kept))

    one = ToyStep("a", "Fetch", lambda c: "rev" in c.kept, first)
    await bench.plan(one, ToyStep("b", "Look", lambda c: bool(seen), second))
    status = await bench.run()

    assert seen == [{"rev": "3k", "counts": [1, 2], "at": "2026-11-01T12:00:00Z"}]
    assert status.steps[0].detail == "12 records"


async def test_a_file_is_the_same_from_elsewhere(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named as seen from one folder, read by a process that stands in another."""
    file = Need(key="key", prompt="The file of your key.", kind="file")
    seen: list[str] = []

    def do(context: StepContext) -> None:
        seen.append(context.answers["key"])

    monkeypatch.chdir(bench.folder)
    late = ToyStep(
        "b", "Use", lambda c: bool(seen), do, asks=(file, Need(key="more", prompt="And?"))
    )
    await bench.plan(late)
    await bench.run(key="my.key")
    monkeypatch.chdir("/")
    await bench.run(more="yes")

    assert seen == [str(bench.folder / "my.key")]


async def test_what_is_none_of_the_choices_is_no_answer(bench: Bench) -> None:
    """It is asked again; what is one of them in other letters counts as that one."""
    way = Need(key="way", prompt="How?", kind="choice", choices=(("make", "Anew"), ("skip", "No")))
    seen: list[str] = []

    def do(context: StepContext) -> None:
        seen.append(context.answers["way"])

    await bench.plan(ToyStep("b", "Use", lambda c: bool(seen), do, asks=(way,)))

    for wrong in ("yes", "no"):
        status = await bench.run(way=wrong)
        assert ("waiting", ["way"]) == (status.state, [need.key for need in status.needs])
    assert "done" == (await bench.run(way=" Skip")).state
    assert seen == ["skip"]


async def test_a_disk_that_refuses_stops_it(bench: Bench) -> None:
    """In its own words, whoever meets it."""

    def do(context: StepContext) -> None:
        raise StoreError("The disk is full; repo.car was left as it was.", "Free some space.")

    await bench.plan(ToyStep("a", "Fetch", never, do))
    status = await bench.run()

    assert (status.state, status.next) == ("failed", "Free some space.")


async def test_what_an_earlier_step_left_and_lost_is_made_again(bench: Bench) -> None:
    """It goes back to that step and on from there; the one between is not done twice."""
    done: list[str] = []

    def file(context: StepContext) -> Path:
        return context.folder / "export"

    def export(context: StepContext) -> None:
        done.append("export")
        file(context).write_text("all")

    def bring(context: StepContext) -> None:
        if not file(context).exists():
            raise Again("a", "The exported file was removed.")
        done.append("bring")

    await bench.plan(
        ToyStep("a", "Fetch", lambda c: file(c).exists(), export),
        ToyStep("b", "Open", lambda c: "open" in done, lambda c: done.append("open")),
        ToyStep("c", "Bring", lambda c: "bring" in done, bring),
    )
    await bench.moves.run(bench.id, until="b")
    (bench.folder / "profile/moves" / bench.id / "export").unlink()
    status = await bench.run()

    assert status.state == "done"
    assert done == ["export", "open", "export", "bring"]


async def test_it_does_not_go_back_for_ever(bench: Bench) -> None:
    """A disk that loses everything ends it, in words."""
    fetched = 0

    def fetch(context: StepContext) -> None:
        nonlocal fetched
        fetched += 1

    def bring(context: StepContext) -> None:
        raise Again("a", "The exported file was removed.")

    seen = iter([False, True] * 50)
    await bench.plan(
        ToyStep("a", "Fetch", lambda c: next(seen), fetch), ToyStep("b", "Bring", never, bring)
    )
    status = await bench.run()

    assert (status.state, status.error) == ("failed", "The exported file was removed.")
    assert fetched == 4
