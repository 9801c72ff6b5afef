"""What was sent leaves once, lane by lane, whatever the network does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.compose.plan import Choice, Loss
from app.model.errors import (
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    StoreError,
    Suspended,
    Unreachable,
    VaultLocked,
)
from app.model.sending import Limits
from tests.unit.services import pictures
from tests.unit.services.post_office import PostOffice, opened, plan, post_office
from tests.unit.services.servers import ANA, SAM, account, signed_in
from tests.unit.services.wall import ONE


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    made = await opened(tmp_path / "profile")
    made.run()
    yield made
    await made.close()


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


# --------------------------------------------------------------- the answer is lost


async def test_a_lost_answer_is_looked_for_and_found(office: PostOffice) -> None:
    """After six seconds; nothing is sent again."""
    office.ana.losing = [True]
    draft = await office.send(ANA)
    await office.idle()
    assert "unknown" == office.lane(draft).state
    assert (office.clock.now() + timedelta(seconds=6)) == office.lane(draft).not_before
    await office.later(6)

    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)
    assert (1, 1) == (office.ana.asked.count("publish"), office.ana.asked.count("look"))
    assert "Looked: it is there" == office.journal(draft)[-1]


async def test_five_looks_and_then_the_user_decides(office: PostOffice) -> None:
    """After 6, 30, 60, 120 and 300 seconds; until then it cannot be tried again."""
    office.ana.failing["publish"] = [OutcomeUnknown("No answer.")]
    draft = await office.send(ANA)
    looks = []
    for pause in (6, 30, 60, 120, 300):
        await office.later(pause - 0.5)
        with pytest.raises(Refused, match="still looking"):
            await office.outbox.retry(draft.id, ANA)
        looks.append(office.ana.asked.count("look"))
        await office.later(0.6)
    assert [0, 1, 2, 3, 4] == looks
    await office.later(100_000)
    lane = office.lane(draft)
    assert ("unknown", 5, 5) == (lane.state, lane.looks, office.ana.asked.count("look"))
    assert lane.trouble is not None and "retry" == lane.trouble.repair
    assert [] == office.ana.texts

    await office.outbox.retry(draft.id, ANA)
    await office.idle()
    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)
    assert 6 == office.ana.asked.count("look")
    assert 1 == len(office.ana.tickets)


async def test_a_last_look_before_trying_again(office: PostOffice) -> None:
    """It appeared after the five looks: nothing is sent, also where tickets are ignored."""
    office.ana.forgets = office.ana.hidden = True
    office.ana.losing = [True]
    draft = await office.send(ANA)
    await office.later(1_000)
    office.ana.hidden = False
    await office.outbox.retry(draft.id, ANA)
    await office.idle()

    assert (["Hello"], "delivered") == (office.ana.texts, office.lane(draft).state)
    assert "It is there already" == office.journal(draft)[-1]


async def test_i_see_it_there(office: PostOffice) -> None:
    """The user ends the question; the address given is the post's."""
    office.ana.failing["publish"] = [OutcomeUnknown("No answer.")]
    draft = await office.send(ANA)
    await office.idle()
    await office.outbox.seen(draft.id, ANA, "https://a.example/posts/7")
    await office.later(1_000)

    assert ("delivered", []) == (office.lane(draft).state, office.ana.texts)
    assert [ANA] == [copy.account for copy in office.outbox.copies("https://a.example/posts/7")]
    with pytest.raises(Refused):
        await office.outbox.seen(draft.id, ANA)


async def test_a_look_that_fails_does_not_count(office: PostOffice) -> None:
    """Nobody could say; it looks again."""
    office.ana.losing = [True]
    office.ana.failing["look"] = [Unreachable("No line.")] * 3
    draft = await office.send(ANA)
    await office.later(60)

    assert ("delivered", 0) == (office.lane(draft).state, office.lane(draft).looks)
    assert 4 == office.ana.asked.count("look")


async def test_a_thread_goes_on_at_the_first_missing_post(office: PostOffice) -> None:
    """The answer to the second of three is lost."""
    office.ana.losing = [False, True]
    draft = await office.send(ANA, texts=("one", "two", "three"))
    await office.later(7)

    assert ("delivered", ["one", "two", "three"]) == (office.lane(draft).state, office.ana.texts)
    uris = list(office.ana.posts)
    assert {uris[1]: uris[0], uris[2]: uris[1]} == office.ana.answers


@pytest.mark.errors_expected
async def test_our_own_mistake_in_the_middle_counts_as_a_lost_answer(office: PostOffice) -> None:
    """Nobody knows what was done; it looks."""

    def oops() -> None:
        raise ZeroDivisionError

    office.ana.after = oops
    draft = await office.send(ANA)
    await office.idle()
    assert "unknown" == office.lane(draft).state
    await office.later(6)

    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)


# ------------------------------------------------------------------- it is refused


async def test_only_the_failed_lane_is_tried_again(office: PostOffice) -> None:
    """The other one is out and stays so."""
    office.sam.failing["publish"] = [Refused("The host says no.", "Change it.")]
    draft = await office.send(ANA, SAM)
    await office.later(5_000)
    lane = office.lane(draft, SAM)
    assert ["delivered", "failed"] == office.states(draft)
    assert lane.trouble is not None
    assert ("refused", "The host says no.", "edit") == (
        lane.trouble.kind,
        lane.trouble.message,
        lane.trouble.repair,
    )
    assert draft.id == office.drafts.find(draft.id).id and () == office.drafts.all()

    await office.outbox.retry(draft.id, SAM)
    await office.idle()
    assert (["Hello"], ["Hello"]) == (office.ana.texts, office.sam.texts)
    assert 1 == office.ana.asked.count("publish")
    with pytest.raises(Refused, match="nothing to try again"):
        await office.outbox.retry(draft.id, ANA)


async def test_a_failed_lane_can_be_sent_otherwise(office: PostOffice) -> None:
    """Its text is changed, and it gets a ticket of its own; the lane that is out stays as it is."""
    office.sam.failing["publish"] = [Refused("Too long.")]
    draft = await office.send(ANA, SAM)
    await office.idle()
    await office.outbox.send(draft, [plan(ANA, "Shorter"), plan(SAM, "Shorter")], undo=0)
    await office.idle()

    assert (["Hello"], ["Shorter"]) == (office.ana.texts, office.sam.texts)
    assert ["delivered", "delivered"] == office.states(draft)


async def test_the_rest_of_a_thread_can_be_changed_but_not_its_beginning(
    office: PostOffice,
) -> None:
    """What is out is out."""
    office.ana.failing["publish"] = [None, Refused("No.")]
    draft = await office.send(ANA, texts=("one", "two"))
    await office.idle()
    with pytest.raises(Refused, match="first 1 posts"):
        await office.outbox.send(draft, [plan(ANA, "ONE", "two")], undo=0)
    await office.outbox.send(draft, [plan(ANA, "one", "2", "3")], undo=0)
    await office.idle()

    assert ["one", "2", "3"] == office.ana.texts


async def test_what_it_answers_is_gone(office: PostOffice) -> None:
    """Said as such, with the offer to post it on its own."""
    office.ana.failing["publish"] = [NotFound("The post is gone.")]
    draft = await office.send(ANA, reply_to="https://a.example/posts/gone")
    await office.idle()
    trouble = office.lane(draft).trouble

    assert trouble is not None and ("not_found", "alone") == (trouble.kind, trouble.repair)


async def test_a_suspended_account_fails_and_the_other_goes(office: PostOffice) -> None:
    """It is the account's state, too."""
    office.ana.failing["publish"] = [Suspended("Suspended.")]
    draft = await office.send(ANA, SAM)
    await office.idle()

    assert ["failed", "delivered"] == office.states(draft)
    assert "suspended" == office.accounts.state(ANA).kind


async def test_an_account_that_is_gone_fails(office: PostOffice) -> None:
    """In words."""
    draft = await office.send(ANA, undo=5)
    await office.accounts.remove(ANA)
    await office.later(6)

    assert "failed" == office.lane(draft).state


# ----------------------------------------------------------------------- it waits


async def test_offline_it_waits_and_goes_out_in_its_order(office: PostOffice) -> None:
    """What was written later waits behind; all go when the line is back."""
    office.ana.failing["publish"] = [Unreachable("No line.")] * 3
    drafts = []
    for text in ("first", "second", "third"):
        drafts.append(await office.send(ANA, texts=(text,)))
        await office.idle()
        office.clock.pass_time(0.2)
    assert ["queued"] * 3 == [office.lane(draft).state for draft in drafts]
    assert 1 == office.ana.asked.count("publish")
    assert "offline" == office.accounts.state(ANA).kind
    trouble = office.lane(drafts[0]).trouble
    assert trouble is not None and "unreachable" == trouble.kind
    await office.later(600)

    assert ["first", "second", "third"] == office.ana.texts
    assert 6 == office.ana.asked.count("publish")


async def test_pauses_between_tries_grow_with_chance(office: PostOffice) -> None:
    """2, 4, 8… seconds by half a chance, at most five minutes, never under two seconds."""
    from app.services.outbox_schedule import retry_pause

    assert [2.0, 2.0, 4.0, 8.0, 16.0] == [retry_pause(n, 0.5) for n in range(5)]
    assert (2.0, 299.7) == (retry_pause(60, 0.0), retry_pause(60, 0.999))


async def test_when_the_network_is_back_nobody_waits(office: PostOffice) -> None:
    """Another account gets through: what waits for the line goes at once."""
    office.ana.failing["publish"] = [Unreachable("No line.")] * 8
    draft = await office.send(ANA)
    await office.later(200)
    assert "queued" == office.lane(draft).state
    office.ana.failing.clear()
    await office.accounts.report(ANA, None)
    await office.idle()

    assert "delivered" == office.lane(draft).state


async def test_rate_limited_waits_until_it_may(office: PostOffice) -> None:
    """Not a second sooner, at most two later."""
    until = office.clock.now() + timedelta(seconds=90)
    office.ana.failing["publish"] = [RateLimited("Too many.", until)]
    draft = await office.send(ANA)
    await office.later(89)
    assert ("queued", 1) == (office.lane(draft).state, office.ana.asked.count("publish"))
    await office.later(3)

    assert "delivered" == office.lane(draft).state


@pytest.mark.parametrize("error", [SignedOut("Token revoked."), VaultLocked("Locked.")])
async def test_signed_out_in_the_middle_of_a_thread(
    error: ServiceError, office: PostOffice
) -> None:
    """It waits; when the user has signed in again it goes on at the first missing post."""
    office.ana.failing["publish"] = [None, error]
    draft = await office.send(ANA, texts=("one", "two", "three"))
    await office.later(5_000)
    assert ("queued", ["one"]) == (office.lane(draft).state, office.ana.texts)
    assert 2 == office.ana.asked.count("publish")
    await office.accounts.add(signed_in(account(ANA, "first")))
    await office.idle()

    assert ("delivered", ["one", "two", "three"]) == (office.lane(draft).state, office.ana.texts)


async def test_held_nothing_leaves(office: PostOffice) -> None:
    """Until it is let go."""
    await office.outbox.hold(True)
    draft = await office.send(ANA)
    await office.later(100)
    assert (True, "queued") == (office.outbox.held, office.lane(draft).state)
    await office.outbox.hold(False)
    await office.idle()

    assert "delivered" == office.lane(draft).state


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


# ------------------------------------------------------------------------ commands


async def test_flush_waits_for_every_lane(tmp_path: Path) -> None:
    """Without a loop beside it."""
    office = await opened(tmp_path / "profile")
    draft = await office.send(ANA, SAM, texts=("one", "two"))
    lanes = await office.outbox.flush(draft.id)

    assert {"delivered"} == {lane.state for lane in lanes}
    assert ["one", "two"] == office.ana.texts == office.sam.texts
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


async def _full(write: object) -> None:
    raise StoreError("The disk is full; keep.db was left as it was.")
