"""Moving house, as the window and the command line see it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from app.model.errors import (
    BadInput,
    OutcomeUnknown,
    RateLimited,
    Refused,
    StoreError,
    Unreachable,
    Unsupported,
)
from app.portability.patience import Patience
from app.portability.plan import JournalLine, MoveStatus, Need, Progress
from app.portability.step import StepContext
from tests.unit.fakes import NOON
from tests.unit.portability.house import ANSWERS, AT_ONCE, mover
from tests.unit.portability.toy import ASK_CODE, ASK_PASSWORD, CODE, PASSWORD, ToyStep


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


async def test_planning_changes_nothing(tmp_path: Path) -> None:
    """The world is byte for byte as before; the plan is kept, and only its owner reads it."""
    one = await mover(tmp_path)
    before = files(one.world.root)
    await one.plan()

    assert files(one.world.root) == before
    assert one.moves.status(one.id).state == "planned"
    assert one.moves.find(one.id).cannot == ("Messages: they stay",)
    assert one.where.stat().st_mode & 0o077 == 0
    assert {p.stat().st_mode & 0o077 for p in one.where.iterdir()} == {0}


async def test_a_plan_says_where_it_will_ask(tmp_path: Path) -> None:
    """Each question once, at the first step that needs the answer; answered ones no more."""
    one = await mover(tmp_path)

    def asks() -> dict[str, list[str]]:
        steps = one.moves.status(one.id).steps
        return {view.id: [need.key for need in view.needs] for view in steps if view.needs}

    before = asks()
    await one.run({"name": "Wren"})

    assert before == {"account": ["password", "name"], "switch": ["code"]}
    assert asks() == {"account": ["password"], "switch": ["code"]}


async def test_a_move_goes_through_with_what_is_asked(tmp_path: Path) -> None:
    """It asks, goes on, asks, and is done: once, everything, for everybody to see."""
    one = await mover(tmp_path)
    first = await one.run()
    second = await one.run({"password": PASSWORD})
    third = await one.run({"name": "Wren"})
    last = await one.run({"code": CODE})

    assert [need.key for need in first.needs] == ["password", "name"]
    assert [need.key for need in second.needs] == ["name"]
    assert (third.step, [need.key for need in third.needs]) == ("switch", ["code"])
    assert last.state == "done"
    assert {view.state for view in last.steps} == {"done"}
    assert one.world.seen_from_outside() == ("new", ["new"])
    assert one.world.posts("new") == one.world.posts("old")
    assert (await one.run()).state == "done"


async def test_a_new_process_asks_again_only_for_secrets(tmp_path: Path) -> None:
    """What is no secret was written down; what is one was not."""
    one = await mover(tmp_path)
    await one.run({"name": "Wren"})
    again = one.again()
    status = await again.run()

    assert [need.key for need in status.needs] == ["password"]
    assert (await again.run(ANSWERS)).state == "done"


async def test_a_new_process_is_told_at_once_all_that_it_must_bring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the code the password that only the process before it knew; and the code again."""

    def both(self: ToyStep, context: StepContext) -> tuple[Need, ...]:
        asks = (ASK_CODE, ASK_PASSWORD) if self.id == "switch" else self.asks
        return tuple(need for need in asks if need.key not in context.answers)

    monkeypatch.setattr(ToyStep, "needs", both)
    one = await mover(tmp_path)
    status = await one.run({"password": PASSWORD, "name": "Wren"})
    assert [need.key for need in status.needs] == ["code"]
    assert [need.key for need in one.moves.asked_anew(one.id)] == ["code", "password"]

    again = one.again()
    status = await again.run({"code": CODE})
    assert [need.key for need in status.needs] == ["password"]
    assert {need.key for need in again.moves.asked_anew(one.id)} == {"code", "password"}

    last = one.again()
    assert {need.key for need in last.moves.asked_anew(one.id)} == {"code", "password"}
    assert (await last.run({"code": CODE, "password": PASSWORD})).state == "done"


async def test_what_is_asked_only_after_an_answer_is_kept_too(tmp_path: Path) -> None:
    """Given all at once: in a new process none of it is asked again, but the secret."""
    one = await mover(tmp_path)
    await one.run({**ANSWERS, "name": "Wren of the hills", "room": "7"}, until="account")
    one.world.write("new/accounts.json", {})
    journal = one.where / "journal.jsonl"
    kept = [line for line in journal.read_bytes().splitlines(True) if b'"done"' not in line]
    journal.write_bytes(b"".join(kept))
    status = await one.again().run()

    assert [need.key for need in status.needs] == ["password"]


async def test_no_secret_is_written_down(tmp_path: Path) -> None:
    """Not in the plan, the journal, a ledger, the report, nor in what is told."""
    one = await mover(tmp_path)
    wrong = "wr0ng-Secret-77"
    await one.run({"password": wrong, "name": "Wren", "code": CODE, "invite": "unasked-xyz-1"})
    await one.run({"password": PASSWORD})
    await one.again().moves.undo(one.id, {"password": PASSWORD})
    told = repr(one.heard) + repr(one.moves.status(one.id)) + repr(one.moves.journal(one.id))

    for secret in (wrong, PASSWORD, CODE, "unasked-xyz-1"):
        assert secret not in told
        assert [
            n for n, data in files(one.folder / "profile").items() if secret.encode() in data
        ] == []


async def test_a_wrong_password_is_asked_for_again(tmp_path: Path) -> None:
    """In the server's words; the wrong one is forgotten, what was right is not."""
    one = await mover(tmp_path)
    status = await one.run({"password": "wrong", "name": "Wren"})

    assert (status.state, status.error) == (
        "waiting",
        "The old server says that this password is wrong.",
    )
    assert [need.key for need in status.needs] == ["password"]
    assert (await one.run(ANSWERS)).state == "done"


async def test_a_password_that_has_become_wrong_is_asked_for_again(tmp_path: Path) -> None:
    """Signed out in the middle: it waits for the new password, and goes on."""
    one = await mover(tmp_path)
    await one.run(ANSWERS, until="activate")
    accounts = one.world.read("old/accounts.json")
    accounts["wren"]["password"] = "changed"
    one.world.write("old/accounts.json", accounts)
    status = await one.run()

    assert (status.state, status.step) == ("waiting", "deactivate")
    assert [need.key for need in status.needs] == ["password"]
    assert status.error == "The old server no longer accepts this password."
    assert (await one.run({"password": "changed"})).state == "done"


async def test_it_stops_after_the_step_that_was_named(tmp_path: Path) -> None:
    """``--until``: that step is done, the next one is not begun; an unknown one is refused."""
    one = await mover(tmp_path)
    with pytest.raises(BadInput):
        await one.run(ANSWERS, until="nothing")
    status = await one.run(ANSWERS, until="copy")

    assert (status.state, status.needs) == ("waiting", ())
    assert list(one.states().values())[:3] == ["done", "done", "todo"]
    assert one.world.seen_from_outside() == ("old", ["old"])


async def test_what_the_world_has_already_is_not_done(tmp_path: Path) -> None:
    """A step that was so before it began is skipped, and undo leaves it alone."""
    one = await mover(tmp_path)
    one.world.write("new/accounts.json", {"wren": {"active": False}})
    status = await one.run(ANSWERS)
    await one.moves.undo(one.id)

    assert status.steps[0].state == "skipped"
    assert "wren" in one.world.read("new/accounts.json")


async def test_a_server_that_is_away_is_asked_again(tmp_path: Path) -> None:
    """With growing pauses that can be seen; then it goes on as if nothing had been."""
    one = await mover(tmp_path)
    one.world.troubles = [Unreachable("No answer."), OutcomeUnknown("Lost."), Unreachable("No.")]
    run = asyncio.create_task(one.run(ANSWERS))
    pauses = []
    while not run.done():
        await asyncio.sleep(0)
        if one.clock.waits:
            status = one.moves.status(one.id)
            assert (status.state, status.worker) == ("waiting", "a test")
            assert status.resumes_at is not None and "by itself" in status.next
            pauses += [left for left in one.clock.waits if left > 0]
            one.clock.pass_time(one.clock.waits[0])

    assert (await run).state == "done"
    assert pauses == [1.0, 2.0, 4.0]


async def test_a_server_that_stays_away_ends_the_run(tmp_path: Path) -> None:
    """After the tries that somebody is patient for; run again it goes on."""
    one = await mover(tmp_path)
    one.world.troubles = [Unreachable("No answer.")]
    status = await one.run(ANSWERS, patience=AT_ONCE)

    assert (status.state, status.error, status.step) == ("failed", "No answer.", "account")
    assert (await one.again().run(ANSWERS)).state == "done"


async def test_a_limit_is_waited_for_even_through_sleep(tmp_path: Path) -> None:
    """A day limit: it says until when, and goes on when the clock on the wall says so."""
    one = await mover(tmp_path)
    until = NOON + timedelta(hours=24)
    one.world.troubles = [RateLimited("1 000 files a day.", until)]
    run = asyncio.create_task(one.run(ANSWERS))
    while not one.clock.waits:
        await asyncio.sleep(0)
    status = one.moves.status(one.id)
    # The laptop sleeps for two days: the timer has run for no more than a nap.
    one.clock.pass_time(2 * 86_400)

    assert status.resumes_at == until
    assert (await run).state == "done"


async def test_a_script_is_told_when_to_come_back(tmp_path: Path) -> None:
    """Who does not want to wait that long gets the moment, and nothing is lost."""
    one = await mover(tmp_path)
    one.world.troubles = [RateLimited("Enough for today.", NOON + timedelta(hours=9))]
    status = await one.run(ANSWERS, patience=Patience(wait=timedelta(minutes=15)))

    assert (status.state, status.needs, status.error) == ("waiting", (), "Enough for today.")
    assert status.next.startswith("Go on after 20")
    assert (await one.run()).state == "done"


async def test_a_refusal_stops_it_where_it_is(tmp_path: Path) -> None:
    """With the words of the server; the old account is as it was."""
    one = await mover(tmp_path)
    one.world.troubles = [Refused("This name is taken.", "Choose another name.")]
    status = await one.run(ANSWERS)

    assert (status.state, status.error) == ("failed", "This name is taken.")
    assert status.next == "Choose another name."
    assert one.world.seen_from_outside() == ("old", ["old"])


async def test_it_is_taken_back(tmp_path: Path) -> None:
    """Step by step, the last first; then all is as it was, and it cannot be run any more."""
    one = await mover(tmp_path)
    done = await one.run(ANSWERS)
    assert done.undo is not None
    waits = await one.moves.undo(one.id)
    status = await one.moves.undo(one.id, ANSWERS)

    assert done.undo.until == NOON + timedelta(hours=72)
    assert (waits.state, waits.undoing, waits.needs[0].key) == ("waiting", True, "password")
    assert (status.state, status.undo) == ("undone", None)
    assert set(one.states().values()) == {"undone"}
    assert one.world.seen_from_outside() == ("old", ["old"])
    with pytest.raises(Refused):
        await one.run(ANSWERS)


async def test_what_a_damaged_journal_forgot_is_taken_back_too(tmp_path: Path) -> None:
    """Lines were taken out, and public steps seem to have been done by others: they were not."""
    one = await mover(tmp_path)
    await one.run(ANSWERS, until="switch")
    journal = one.where / "journal.jsonl"
    first, *_ = journal.read_bytes().splitlines(True)
    last = journal.read_bytes().splitlines(True)[-1]
    journal.write_bytes(first + last)
    again = one.again()
    done = await again.run(ANSWERS)
    asks = await again.again().moves.undo(one.id)
    undone = await again.moves.undo(one.id, ANSWERS)

    assert (done.state, done.steps[3].state) == ("done", "skipped")
    assert [need.key for need in asks.needs] == ["password"]
    assert done.undo is not None and done.undo.public
    assert undone.state == "undone"
    assert one.world.seen_from_outside() == ("old", ["old"])


async def test_what_never_began_is_taken_back_at_once(tmp_path: Path) -> None:
    """A plan that nobody wants any more: nothing to do, no question."""
    one = await mover(tmp_path)
    before = files(one.world.root)
    status = await one.moves.undo(one.id)

    assert status.state == "undone"
    assert files(one.world.root) == before


async def test_a_rehearsal_reads_and_reports(tmp_path: Path) -> None:
    """Any number of times; the world is as it was, and the move has not begun."""
    one = await mover(tmp_path)
    before = files(one.world.root)
    statuses = [await one.moves.rehearse(one.id) for _ in range(2)]

    assert [s.state for s in statuses] == ["done", "done"]
    assert "Sign in" not in statuses[0].next and "has not begun" in statuses[0].next
    assert "Everything is done" not in (one.where / "rehearsal.txt").read_text()
    assert [view.detail for view in statuses[0].steps] == ["12 posts can be read"]
    assert files(one.world.root) == before
    assert one.moves.status(one.id).state == "planned"
    assert "12 posts can be read" in (one.where / "rehearsal.txt").read_text()


async def test_the_second_worker_is_told_who_works(tmp_path: Path) -> None:
    """Two windows at once: one works, the other says so, and sees the same state."""
    one = await mover(tmp_path)
    run = await one.stuck()
    other = one.again()
    with pytest.raises(Refused, match="a test, process"):
        await other.run(ANSWERS)
    seen = other.moves.status(one.id)
    one.clock.pass_time(60)

    assert (seen.state, seen.step) == ("waiting", "account")
    assert seen.worker.startswith("a test, process")
    assert (await run).state == "done"


async def test_who_cannot_begin_does_not_keep_others_out(tmp_path: Path) -> None:
    """The disk refuses at the first byte: told in words, and the lock is free again."""
    one = await mover(tmp_path)
    note = one.where / "worker.json"
    note.mkdir()
    with pytest.raises(StoreError):
        await one.run(ANSWERS)
    note.rmdir()

    assert (await one.run(ANSWERS)).state == "done"


async def test_another_process_sees_how_far_it_is(tmp_path: Path) -> None:
    """With counts; when nobody works any more there is nothing to see."""
    one = await mover(tmp_path)
    await one.run(ANSWERS, until="account")
    seen: list[MoveStatus] = []
    touch = one.world.touch

    def look() -> None:
        seen.append(one.again().moves.status(one.id))

    one.world.touch = look
    await one.run(ANSWERS, until="copy")
    one.world.touch = touch
    [copying] = [v for v in seen[-1].steps if v.id == "copy"]

    assert (seen[-1].state, seen[-1].step) == ("running", "copy")
    assert copying.progress is not None and copying.progress.total == 12
    assert all(v.progress is None for v in one.again().moves.status(one.id).steps)


async def test_two_plans_for_one_account_are_not_carried_out_at_once(tmp_path: Path) -> None:
    """Two wizards, each with a plan of its own: the second waits for the first."""
    one = await mover(tmp_path)
    run = await one.stuck()
    other = one.again()
    await other.plan()
    with pytest.raises(Refused, match="a move of this account"):
        await other.run(ANSWERS)
    one.clock.pass_time(60)

    assert (await run).state == "done"
    assert other.moves.status(other.id).state == "planned"
    assert [entry.id for entry in other.moves.all()] == sorted((one.id, other.id), reverse=True)


async def test_it_can_be_paused(tmp_path: Path) -> None:
    """It stops where it is; ``run`` goes on from there, with the answers it had."""
    one = await mover(tmp_path)
    run = await one.stuck()
    one.moves.pause(one.id)
    status = await run

    assert (status.state, status.worker, status.error) == ("waiting", "", "")
    assert status.next == "Goes on at “Open the new account” as soon as it is run again."
    assert (await one.run()).state == "done"


async def test_looking_now_ends_a_wait(tmp_path: Path) -> None:
    """Who knows that the network is back need not wait."""
    one = await mover(tmp_path)
    run = await one.stuck()
    one.moves.look_now(one.id)

    assert (await run).state == "done"


async def test_a_program_that_ends_leaves_a_move_that_goes_on(tmp_path: Path) -> None:
    """Cancelled from outside: the journal says so, the lock is free, secrets are asked again."""
    one = await mover(tmp_path)
    run = await one.stuck()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run

    assert one.again().moves.status(one.id).state == "waiting"
    assert (await one.again().run(ANSWERS)).state == "done"


async def test_who_listens_hears_all(tmp_path: Path) -> None:
    """Progress with rate and time left, lines for people, the state at each turn."""
    one = await mover(tmp_path)
    await one.run(ANSWERS)
    progress = [what for step, what in one.heard if isinstance(what, Progress)]
    lines = [what for _, what in one.heard if isinstance(what, JournalLine)]
    statuses = [what for _, what in one.heard if isinstance(what, MoveStatus)]

    assert (progress[-1].done, progress[-1].total, progress[-1].unit) == (12, 12, "posts")
    assert [line.text for line in lines] == [line.text for line in one.moves.journal(one.id)]
    assert "Copy the posts: 12 posts" in [line.text for line in lines]
    assert next(s.step for s in statuses if s.state == "running" and s.step) == "account"


async def test_all_moves_are_listed(tmp_path: Path) -> None:
    """Newest first; one that was damaged is listed with its trouble."""
    one = await mover(tmp_path)
    first = one.id
    one.clock.pass_time(3600)
    await one.plan()
    (one.folder / "profile" / "moves" / first / "plan.json").write_text("{")
    listed = one.moves.all()

    assert [entry.id for entry in listed] == [one.id, first]
    assert listed[0].plan is not None and listed[1].plan is None
    assert "damaged" in listed[1].status.error
    assert one.moves.find("last").id == one.id
    assert one.moves.find(one.id[:13]).id == one.id
    with pytest.raises(BadInput):
        one.moves.find("2026")
    for strange in ("nothing", "../../etc", "", "x" * 300):
        with pytest.raises(BadInput):
            one.moves.status(strange)


async def test_nobody_moves_where_no_way_leads(tmp_path: Path) -> None:
    """In words, with another way."""
    one = await mover(tmp_path)
    with pytest.raises(Unsupported):
        await one.moves.plan("wren", "https://elsewhere.example")


async def test_a_changed_plan_is_not_run(tmp_path: Path) -> None:
    """Somebody has edited where to move: it says so, and moves nowhere."""
    one = await mover(tmp_path)
    path = one.where / "plan.json"
    path.write_text(path.read_text().replace('"server": "new"', '"server": "evil"'))

    with pytest.raises(StoreError, match="was changed"):
        await one.run(ANSWERS)
    assert one.world.seen_from_outside() == ("old", ["old"])


async def test_the_report_says_what_was_done(tmp_path: Path) -> None:
    """HTML that needs nothing else, and text; e-mail addresses only in part."""
    one = await mover(tmp_path)
    plan = await one.moves.plan("wren", "toy:new", {"email": "wren@birds.example", "handle": "<b>"})
    await one.moves.run(plan.id, ANSWERS)
    page = one.moves.report(plan.id)
    html, text = page.read_text(), page.with_suffix(".txt").read_text()

    for shown in (html, text):
        assert "Copy the posts" in shown and "they stay" in shown and "w…@birds.example" in shown
        assert "wren@birds" not in shown
    assert (
        "<b>" not in html and "<script" not in html and "http" not in html.replace("http-equiv", "")
    )
