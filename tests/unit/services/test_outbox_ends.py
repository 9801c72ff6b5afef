"""Chosen times, files, full disks, clocks and ends: nothing is doubled, nothing lost."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.model.errors import (
    Refused,
    StoreError,
    Unreachable,
)
from app.model.sending import Limits
from tests.unit.services import pictures
from tests.unit.services.post_office import PostOffice, opened, plan, post_office
from tests.unit.services.servers import ANA, SAM
from tests.waiting import until

# ------------------------------------------------------------------- chosen times


async def test_a_chosen_time_is_kept_here_where_the_server_does_not(office: PostOffice) -> None:
    """And handed over where it does; its address is found when its time has come."""
    at = office.clock.now() + timedelta(hours=2)
    draft = office.draft(ANA, SAM, send_at=at)
    plans = [plan(ANA, "Hello", send_at=at), plan(SAM, "Hello")]
    await office.outbox.send(draft, plans, undo=0)
    await office.later(7_190)
    assert ["scheduled", "queued"] == office.states(draft)
    await office.later(11)
    assert ["Hello"] == office.sam.texts
    await office.later(70)

    assert ["delivered", "delivered"] == office.states(draft)
    uri = next(iter(office.sam.posts))
    assert [ANA, SAM] == sorted(copy.account for copy in office.outbox.copies(uri))


@pytest.mark.parametrize("minutes", [4, 60])
async def test_a_missed_time_is_never_sent_late_unasked(
    minutes: int, tmp_path: Path, office: PostOffice
) -> None:
    """The program was not running then. Within five minutes it is no matter."""
    at = office.clock.now() + timedelta(hours=1)
    draft = office.draft(SAM, send_at=at)
    await office.outbox.send(draft, [plan(SAM, "Hello")], undo=0)
    await office.close()
    office.clock.pass_time(3_600 + minutes * 60)
    again = post_office(tmp_path / "profile", office.walls, office.vault, office.clock)
    again.run()
    await again.idle()
    if minutes == 4:
        assert "delivered" == again.lane(draft, SAM).state
    else:
        trouble = again.lane(draft, SAM).trouble
        assert trouble is not None and ("missed", "now") == (trouble.kind, trouble.repair)
        assert ("failed", []) == (again.lane(draft, SAM).state, again.sam.texts)
        await again.outbox.retry(draft.id, SAM)
        await again.idle()
        assert ["Hello"] == again.sam.texts
    await again.close()


async def test_a_missed_time_can_be_another_one(tmp_path: Path, office: PostOffice) -> None:
    """It waits again."""
    draft = office.draft(SAM, send_at=office.clock.now() + timedelta(hours=1))
    await office.outbox.send(draft, [plan(SAM, "Hello")], undo=0)
    await office.close()
    office.clock.pass_time(8_000)
    again = post_office(tmp_path / "profile", office.walls, office.vault, office.clock)
    again.run()
    await again.idle()
    assert "failed" == again.lane(draft, SAM).state
    await again.outbox.postpone(draft.id, SAM, again.clock.now() + timedelta(hours=1))
    await again.later(3_590)
    assert ("queued", []) == (again.lane(draft, SAM).state, again.sam.texts)
    await again.later(20)

    assert ["Hello"] == again.sam.texts
    with pytest.raises(Refused):
        await again.outbox.postpone(draft.id, SAM, again.clock.now())
    await again.close()


async def test_the_end_waits_a_moment_for_an_answer(tmp_path: Path) -> None:
    """What is out and about to be answered need not become a question."""
    office = await opened(tmp_path / "profile")
    await office.close()
    patient = post_office(
        tmp_path / "profile", office.walls, office.vault, office.clock, patience=10.0
    )
    patient.run()
    patient.ana.gate = asyncio.Event()
    draft = await patient.send(ANA)
    await patient.ana.reached.wait()
    closing = asyncio.create_task(patient.outbox.close())
    await asyncio.sleep(0)
    patient.ana.gate.set()
    await closing

    assert "delivered" == patient.lane(draft).state
    await patient.close()


async def test_what_has_waited_for_a_day_is_asked_about(tmp_path: Path, office: PostOffice) -> None:
    """A post from last week does not leave when the laptop is opened."""
    office.sam.failing["publish"] = [Unreachable("No line.")]
    draft = await office.send(SAM)
    await office.idle()
    await office.close()
    office.clock.pass_time(90_000)
    again = post_office(tmp_path / "profile", office.walls, office.vault, office.clock)
    again.run()
    await again.idle()
    trouble = again.lane(draft, SAM).trouble

    assert trouble is not None and "stale" == trouble.kind
    assert [] == again.sam.texts
    await again.close()


async def test_a_kept_post_can_be_taken_back_from_the_server(office: PostOffice) -> None:
    """It is cancelled there."""
    at = office.clock.now() + timedelta(hours=2)
    draft = office.draft(ANA, send_at=at)
    await office.outbox.send(draft, [plan(ANA, "Hello", send_at=at)], undo=0)
    await office.idle()
    assert "scheduled" == office.lane(draft).state
    back = await office.outbox.take_back(draft.id)

    assert back is not None and ("cancelled", ["delete"]) == (
        office.lane(draft).state,
        office.ana.asked[-1:],
    )


# --------------------------------------------------------------------------- files


async def test_files_are_handed_over_once(office: PostOffice, tmp_path: Path) -> None:
    """Also when the post itself has to be tried again; without what tells of their maker."""
    media = await office.drafts.attach(pictures.png(tmp_path / "a.png"), "a boat")
    office.ana.failing["publish"] = [Unreachable("No line."), Unreachable("No line.")]
    draft = await office.send(ANA, media=(media,))
    await office.later(60)

    assert "delivered" == office.lane(draft).state
    assert 1 == office.ana.asked.count("upload")
    [sent] = office.ana.files.values()
    assert pictures.SECRET.encode() not in sent
    assert "File 1 of 1 is there: Location removed" in office.journal(draft)


async def test_a_file_that_does_not_arrive_is_tried_again(
    office: PostOffice, tmp_path: Path
) -> None:
    """The line breaks in the second of two: the first stays there."""
    files = [
        await office.drafts.attach(pictures.png(tmp_path / "a.png", (20 + n, 20))) for n in (1, 2)
    ]
    office.ana.failing["upload"] = [None, Unreachable("The line broke at 99 %.")]
    draft = await office.send(ANA, media=tuple(files))
    await office.later(60)

    assert ("delivered", 3) == (office.lane(draft).state, office.ana.asked.count("upload"))
    assert 1 == len(office.ana.posts)


async def test_files_that_the_server_forgot_are_handed_over_again_once(
    office: PostOffice, tmp_path: Path
) -> None:
    """It waited too long for its post."""
    media = await office.drafts.attach(pictures.png(tmp_path / "a.png"))
    office.ana.failing["publish"] = [Unreachable("No line.")]
    draft = await office.send(ANA, media=(media,))
    await office.idle()
    office.ana.expired = set(office.ana.files)
    await office.later(60)

    assert ("delivered", 2) == (office.lane(draft).state, office.ana.asked.count("upload"))
    assert ["Hello"] == office.ana.texts


async def test_a_file_that_is_refused_fails_its_lane_alone(
    office: PostOffice, tmp_path: Path
) -> None:
    """A video where only pictures are taken: said with what may be done."""
    media = await office.drafts.attach(pictures.mp4(tmp_path / "a.mp4"))
    office.sam.limits = Limits(length=300, threads_at_once=True)
    draft = await office.send(ANA, SAM, media=(media,))
    await office.idle()

    assert ["failed", "delivered"] == office.states(draft)
    trouble = office.lane(draft).trouble
    assert trouble is not None and "takes no video" in trouble.message
    assert "shrink" == trouble.repair


# ---------------------------------------------------------------- disk, clock, ends


async def test_a_full_disk_before_the_row_sends_nothing(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and the draft stays where it is."""
    draft = office.draft(ANA)
    await office.drafts.save(draft)
    monkeypatch.setattr(office.store, "keep", _full)
    with pytest.raises(StoreError):
        await office.outbox.send(draft, [plan(ANA, "Hello")], undo=0)
    monkeypatch.undo()
    await office.later(10)

    assert ([], (draft,)) == (office.ana.texts, office.drafts.all())


async def test_a_full_disk_after_the_answer_forgets_nothing(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is shown as sent, written down when there is room, and never sent again."""
    office.ana.after = lambda: monkeypatch.setattr(office.store, "keep", _full)
    draft = await office.send(ANA)
    await office.later(30)
    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)
    [kept] = office.store.reader.written.deliveries(draft.id)
    assert "sending" == kept.delivery.state
    monkeypatch.undo()
    await office.later(10)
    [kept] = office.store.reader.written.deliveries(draft.id)

    assert ("delivered", ["Hello"]) == (kept.delivery.state, office.ana.texts)


async def test_a_full_disk_after_the_answer_and_then_the_end(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The next start finds it sending, looks, and finds it."""
    office.ana.after = lambda: monkeypatch.setattr(office.store, "keep", _full)
    draft = await office.send(ANA)
    await office.idle()
    await office.close()
    again = post_office(tmp_path / "profile", office.walls, office.vault, office.clock)
    again.run()
    await again.later(1)

    assert ("delivered", ["Hello"]) == (again.lane(draft).state, again.ana.texts)
    assert 1 == again.ana.asked.count("publish")
    await again.close()


async def test_a_full_disk_before_sending_sends_nothing_yet(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """“Sending” must be on the disk first."""
    draft = await office.send(ANA, undo=5)
    monkeypatch.setattr(office.store, "keep", _full)
    await office.later(30)
    assert [] == office.ana.texts
    monkeypatch.undo()
    await office.later(10)

    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)


async def test_a_clock_that_steps_back_holds_nothing_up(office: PostOffice) -> None:
    """The undo window is as long as it was; tickets rise all the same."""
    first = await office.send(ANA, undo=10)
    await office.later(5)
    office.clock.pass_time(-7_200)
    second = await office.send(ANA, texts=("Again",))
    await office.later(7)

    assert ["delivered", "delivered"] == [office.lane(d).state for d in (first, second)]
    assert sorted(office.ana.tickets) == office.ana.tickets


async def test_a_clock_that_steps_back_in_a_pause_holds_nothing_up(office: PostOffice) -> None:
    """Another process had the account in hand just then: a second is waited, and not a year."""
    lock = office.outbox._rounds._lock_of(ANA)
    assert lock.try_acquire()
    draft = await office.send(ANA)
    await until(lambda: ANA in office.outbox._rounds._later, "it does not wait")
    lock.release()
    office.clock.pass_time(-365 * 86_400)
    second = await office.send(ANA, texts=("Again",))
    await office.later(7)

    assert ["delivered", "delivered"] == [office.lane(d).state for d in (draft, second)]
    assert 2 == len(office.ana.texts)


async def test_what_could_be_taken_back_leaves_before_the_end(office: PostOffice) -> None:
    """At the next start it would come late; what has its time, and what is held, stays."""
    draft = await office.send(ANA, SAM, undo=10)
    at = office.clock.now() + timedelta(hours=1)
    later = office.draft(SAM, send_at=at)
    await office.outbox.send(later, [plan(SAM, "Later", send_at=None)], undo=10)
    await office.idle()
    assert ["queued", "queued"] == office.states(draft)
    await office.outbox.hurry(5)

    assert ["delivered", "delivered"] == office.states(draft)
    assert "queued" == office.lane(later, SAM).state
    await office.outbox.hold(True)
    held = await office.send(ANA, texts=("Held",), undo=10)
    await office.outbox.hurry(5)
    assert "queued" == office.lane(held).state


async def test_the_end_waits_for_no_server_that_does_not_answer(office: PostOffice) -> None:
    """What could not leave stays in the outbox."""
    office.ana.failing["publish"] = [Unreachable("No line.")] * 3
    draft = await office.send(ANA, undo=10)
    await office.idle()
    await office.outbox.hurry(5)
    lane = office.lane(draft)
    assert ("queued", "unreachable") == (lane.state, lane.trouble.kind if lane.trouble else "")


async def test_the_end_in_the_middle_is_looked_for_at_the_next_start(tmp_path: Path) -> None:
    """The window closes while the answer is on its way."""
    office = await opened(tmp_path / "profile")
    office.run()
    office.ana.gate = asyncio.Event()
    draft = await office.send(ANA)
    await office.ana.reached.wait()
    await office.close()
    office.ana.gate = None
    again = post_office(tmp_path / "profile", office.walls, office.vault, office.clock)
    again.run()
    await again.later(600)
    lane = again.lane(draft)
    assert ("unknown", 5, []) == (lane.state, lane.looks, again.ana.texts)

    await again.outbox.retry(draft.id, ANA)
    await again.idle()
    assert ["Hello"] == again.ana.texts
    await again.close()


async def test_a_start_sends_nothing_blindly(tmp_path: Path) -> None:
    """Every “sending” left behind becomes a question, at once, and is looked for."""
    office = await opened(tmp_path / "profile")
    draft = await office.send(ANA, SAM)
    for one in (ANA, SAM):
        kept = office.store.reader.written.delivery(draft.id, one)
        assert kept is not None
        await office.outbox._ledger.put(kept, replace(kept.delivery, state="sending"))
    await office.close()
    again = post_office(tmp_path / "profile", office.walls, office.vault, office.clock)
    again.run()
    await again.later(1)

    assert ["unknown", "unknown"] == again.states(draft)
    assert {"look", "limits"} == set(again.ana.asked) == set(again.sam.asked)
    await again.close()


async def _full(write: object) -> None:
    raise StoreError("The disk is full; keep.db was left as it was.")


@pytest.mark.errors_expected
async def test_a_row_that_cannot_be_read_is_left_alone(office: PostOffice) -> None:
    """It is not sent, does not keep the outbox busy, and stays on the disk."""
    draft = await office.send(ANA, undo=5)
    other = await office.send(SAM, undo=5)
    await office.idle()
    db = sqlite3.connect(office.profile / "keep.db")
    db.execute("UPDATE delivery SET body='{}' WHERE draft=?", (draft.id,))
    db.commit()
    await office.later(60)

    assert ([], ["Hello"]) == (office.ana.texts, office.sam.texts)
    assert "delivered" == office.lane(other, SAM).state
    kept = db.execute("SELECT body FROM delivery WHERE draft=?", (draft.id,)).fetchall()
    assert [("{}",)] == kept
    db.close()


async def test_what_has_arrived_whole_is_over(office: PostOffice) -> None:
    """However it came to wait with nothing missing."""
    draft = await office.send(ANA)
    await office.idle()
    kept = office.store.reader.written.delivery(draft.id, ANA)
    assert kept is not None
    await office.outbox._ledger.put(kept, replace(kept.delivery, state="queued"))
    await office.later(10)

    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)
