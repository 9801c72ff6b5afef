"""What was sent leaves once, lane by lane, or comes back."""

from __future__ import annotations

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.compose.plan import Choice, Loss
from app.model.errors import RateLimited, Refused, Unreachable
from tests.unit.fakes import NOON
from tests.unit.services import pictures
from tests.unit.services.post_office import PostOffice, opened, plan, post_office
from tests.unit.services.servers import ANA, SAM, account, signed_in
from tests.unit.services.wall import ONE

# ---------------------------------------------------------------------- it leaves


async def test_each_lane_leaves_once_and_the_draft_is_gone(office: PostOffice) -> None:
    """Both networks have it; nothing stays among the drafts; the timelines may look."""
    draft = office.draft(ANA, SAM)
    await office.drafts.save(draft)
    await office.outbox.send(draft, [plan(ANA, "Hello"), plan(SAM, "Hello")], undo=0)
    await office.idle()

    assert ["delivered", "delivered"] == office.states(draft)
    assert (["Hello"], ["Hello"]) == (office.ana.texts, office.sam.texts)
    assert () == office.drafts.all()
    assert {ANA, SAM} == set(office.arrived)
    assert ["Goes out now", "Sent", "It is there"] == office.journal(draft)


async def test_it_is_on_the_disk_before_the_first_byte(office: PostOffice) -> None:
    """Row and ticket are committed when the request comes in, and the state says so."""
    found = []

    def look() -> None:
        [kept] = office.store.reader.written.deliveries(draft.id)
        found.append((kept.delivery.state, kept.delivery.parts[0].ticket))

    office.ana.before = look
    draft = office.draft(ANA)
    await office.outbox.send(draft, [plan(ANA, "Hello")], undo=0)
    await office.idle()

    assert [("sending", office.ana.tickets[0])] == found


async def test_a_thread_goes_post_by_post_where_there_is_no_other_way(office: PostOffice) -> None:
    """Each answers the one before; elsewhere the whole is one act."""
    draft = await office.send(ANA, SAM, texts=("one", "two", "three"))
    await office.idle()

    assert ["delivered", "delivered"] == office.states(draft)
    assert ["one", "two", "three"] == office.ana.texts == office.sam.texts
    assert (3, 1) == (office.ana.asked.count("publish"), office.sam.asked.count("publish"))
    uris = list(office.ana.posts)
    assert {uris[1]: uris[0], uris[2]: uris[1]} == office.ana.answers


async def test_the_same_draft_sent_twice_leaves_once(tmp_path: Path, office: PostOffice) -> None:
    """Two windows, or a double click."""
    other = post_office(tmp_path / "profile", office.walls, office.vault, office.clock)
    other.run()
    draft = office.draft(ANA, SAM)
    plans = [plan(ANA, "Hello"), plan(SAM, "Hello")]
    await office.outbox.send(draft, plans, undo=0)
    await other.outbox.send(draft, plans, undo=0)
    await office.idle()
    await other.idle()
    await office.outbox.send(draft, plans, undo=0)
    await office.later(60)
    await other.later(60)

    assert (["Hello"], ["Hello"]) == (office.ana.texts, office.sam.texts)
    assert ["delivered", "delivered"] == office.states(draft) == other.states(draft)
    await other.close()


async def test_what_another_process_holds_is_left_to_it(tmp_path: Path, office: PostOffice) -> None:
    """While one is sending, the other neither sends nor takes it for lost."""
    other = post_office(tmp_path / "profile", office.walls, office.vault, office.clock)
    office.ana.gate = asyncio.Event()
    draft = await office.send(ANA)
    await office.ana.reached.wait()
    other.run()
    await other.later(30)
    assert "sending" == other.lane(draft).state
    office.ana.gate.set()
    await office.idle()
    await other.later(6)

    assert ["Hello"] == office.ana.texts
    assert "delivered" == other.lane(draft).state
    await other.close()


async def test_a_plan_that_cannot_be_sent_is_refused(office: PostOffice) -> None:
    """With what stands in its way; nothing is kept."""
    draft = office.draft(ANA)
    bad = replace(plan(ANA, "Hello"), problems=("Too long for First: 600 of 500.",))
    choose = Loss(
        kind="poll", text="No poll here.", choices=(Choice("text", "as text"),), stops=True
    )
    for refused in (bad, replace(plan(ANA, "Hello"), losses=(choose,))):
        with pytest.raises(Refused):
            await office.outbox.send(draft, [refused], undo=0)
    with pytest.raises(Refused):
        await office.outbox.send(draft, [], undo=0)

    assert () == office.outbox.deliveries()


# ------------------------------------------------------------------------ undo


async def test_nothing_leaves_in_the_undo_window(office: PostOffice) -> None:
    """Ten seconds by default; then it goes."""
    draft = office.draft(ANA)
    await office.outbox.send(draft, [plan(ANA, "Hello")])
    await office.later(9)
    assert ("queued", []) == (office.lane(draft).state, office.ana.asked)
    await office.later(1.1)

    assert "delivered" == office.lane(draft).state


async def test_what_is_taken_back_is_a_draft_again(office: PostOffice) -> None:
    """And can be sent anew, once, as what it is then."""
    draft = await office.send(ANA, SAM, undo=10)
    back = await office.outbox.take_back(draft.id)
    await office.later(20)
    assert draft == back
    assert (draft,) == office.drafts.all()
    assert ([], []) == (office.ana.texts, office.sam.texts)

    await office.outbox.send(draft, [plan(ANA, "Better"), plan(SAM, "Better")], undo=0)
    await office.idle()
    assert (["Better"], ["Better"]) == (office.ana.texts, office.sam.texts)
    assert None is await office.outbox.take_back(draft.id)


async def test_only_what_has_not_left_comes_back(office: PostOffice) -> None:
    """One lane is out, the other waits for its server."""
    office.sam.failing["publish"] = [Unreachable("No line.")] * 9
    draft = await office.send(ANA, SAM)
    await office.idle()
    back = await office.outbox.take_back(draft.id)

    assert back is not None and [SAM] == [lane.account for lane in back.lanes]
    assert ["delivered", "cancelled"] == office.states(draft)
    assert [(SAM,)] == [tuple(lane.account for lane in one.lanes) for one in office.drafts.all()]


async def test_an_upload_on_its_way_is_stopped(office: PostOffice, tmp_path: Path) -> None:
    """What is taken back while a file goes out is not sent when the file is there."""
    media = await office.drafts.attach(pictures.png(tmp_path / "a.png"))
    started, go_on = asyncio.Event(), asyncio.Event()
    service = office.accounts.service(ANA)
    real = service.upload  # type: ignore[attr-defined]

    async def slow(*args: object, **more: object) -> str:
        started.set()
        await go_on.wait()
        return str(await real(*args, **more))

    service.upload = slow  # type: ignore[attr-defined]
    draft = await office.send(ANA, media=(media,))
    await started.wait()
    assert (1, 1, 0.0) == office.outbox.progress(draft.id, ANA)
    assert await office.outbox.cancel(draft.id, ANA)
    go_on.set()
    await office.later(60)

    assert ([], "cancelled") == (office.ana.texts, office.lane(draft).state)
    assert None is office.outbox.progress(draft.id, ANA)


# ------------------------------------------------------------------------ commands


async def test_flush_waits_for_every_lane(tmp_path: Path) -> None:
    """Without a loop beside it."""
    office = await opened(tmp_path / "profile")
    draft = await office.send(ANA, SAM, texts=("one", "two"))
    lanes = await office.outbox.flush(draft.id)

    assert {"delivered"} == {lane.state for lane in lanes}
    assert ["one", "two"] == office.ana.texts == office.sam.texts
    await office.close()


async def test_commands_leave_no_files_behind_for_ever(tmp_path: Path) -> None:
    """Copies that nothing names go after a day, even where no window is ever opened."""
    office = await opened(tmp_path / "profile")
    folder = tmp_path / "profile" / "drafts"
    folder.mkdir(exist_ok=True)
    old, fresh = folder / "old", folder / "fresh"
    for file in (old, fresh):
        file.write_bytes(b"a picture")
    os.utime(old, (1.0, 1.0))
    draft = await office.send(ANA)
    await office.outbox.flush(draft.id)

    assert (False, True) == (old.exists(), fresh.exists())
    await office.close()


async def test_flush_ends_where_there_is_something_to_wait_for(tmp_path: Path) -> None:
    """No line, or a chosen time; other drafts are none of its business."""
    office = await opened(tmp_path / "profile")
    other = await office.send(SAM, texts=("other",))
    office.ana.failing["publish"] = [Unreachable("No line.")]
    later = office.draft(SAM, send_at=office.clock.now() + timedelta(hours=1))
    await office.outbox.send(later, [plan(SAM, "later")], undo=0)
    draft = await office.send(ANA)

    assert ["queued"] == [lane.state for lane in await office.outbox.flush(draft.id)]
    assert ["queued"] == [lane.state for lane in await office.outbox.flush(later.id)]
    assert ([], "queued") == (office.sam.texts, office.lane(other, SAM).state)
    await office.close()


async def test_offline_nothing_is_asked(tmp_path: Path) -> None:
    """--offline: it is kept, and limits are those of the last time."""
    office = await opened(tmp_path / "profile")
    assert ONE == await office.outbox.limits(ANA)
    asked = len(office.ana.asked)
    await office.close()
    dark = post_office(tmp_path / "profile", office.walls, office.vault, office.clock, offline=True)
    draft = await dark.send(ANA)
    await dark.outbox.flush(draft.id)

    assert ONE == await dark.outbox.limits(ANA) == dark.outbox.known_limits(ANA)
    assert None is dark.outbox.known_limits(SAM)
    with pytest.raises(Unreachable):
        await dark.outbox.limits(SAM)
    assert (asked, "queued") == (len(office.ana.asked), dark.lane(draft).state)
    await dark.close()


async def test_every_change_is_told(office: PostOffice) -> None:
    """By draft and account."""
    told = []
    leave = office.outbox.subscribe(lambda change: told.append((change.draft, change.account)))
    draft = await office.send(ANA)
    await office.idle()
    leave()
    await office.send(ANA)
    await office.idle()

    assert {(draft.id, ANA)} == set(told) and 3 <= len(told)


async def test_what_a_new_account_takes_is_asked_at_once(office: PostOffice) -> None:
    """So that one can write from then on, even when its server is too busy to say it again."""
    office.run()
    await office.idle()
    await office.accounts.remove(ANA)
    await office.accounts.add(signed_in(account(ANA, "first")))
    await office.until(lambda: office.outbox.known_limits(ANA) == office.ana.limits)
    office.ana.failing["limits"] = [RateLimited("Slow down.", NOON)]

    assert office.ana.limits == await office.outbox.limits(ANA)
