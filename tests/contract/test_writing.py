"""A post goes out once, whatever happens to the answer; and what becomes of it afterwards."""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from app.model import Entry
from app.model.acts import Reaction, Relation
from app.model.draft import Attachment, PollDraft
from app.model.errors import (
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    Unreachable,
    Unsupported,
)
from app.model.sending import Published
from app.model.thread import Absent
from app.protocols.writing import Ready
from tests.contract.stages import Stage
from tests.contract.writing import author, gone, publish, ready, says, settled


def needs(stage: Stage, fault: str) -> None:
    """Skip where this fault cannot be had."""
    if not stage.can(fault):
        pytest.skip(f"{fault} cannot be had here")


def picture(tmp_path: Path) -> tuple[Attachment, Path]:
    """A small picture with its description."""
    file = tmp_path / "sea.png"
    Image.new("RGB", (40, 30), (3, 99, 120)).save(file)
    size = file.stat().st_size
    media = Attachment(
        id="a1", kind="image", mime="image/png", size=size, name="sea.png",
        width=40, height=30, alt="The sea, flat.",
    )  # fmt: skip
    return media, file


# ------------------------------------------------------------ what it takes


async def test_limits_are_told_and_stay(stage: Stage) -> None:
    """They can be composed to, and do not change from one question to the next."""
    service = author(stage)
    limits = await service.limits()

    assert limits.length >= 100
    assert limits.visibilities
    assert limits.media.count >= 1
    assert "image/jpeg" in limits.media.types
    assert await service.limits() == limits


async def test_tickets_rise_and_ask_nobody(stage: Stage) -> None:
    """Also for the same post, and when the clock steps back."""
    service = author(stage)
    post = says("Tide")
    now = stage.now()
    times = (now, now, now - timedelta(hours=2), now + timedelta(seconds=1))
    tickets = [service.ticket(post, at) for at in times]

    assert len(set(tickets)) == 4
    assert tickets == sorted(tickets)


# --------------------------------------------------------------- going out


async def test_a_post_appears_as_it_was_written(stage: Stage) -> None:
    """Words, warning and language; under the address that was told."""
    service = author(stage)
    text = "Low water at noon.\n\nMind the mud: https://almanac.example/tides/by-the-hour?day=1"
    limits = await service.limits()
    warning = "Mud" if limits.warnings else ""
    done = await publish(stage, service, says(text, warning=warning, langs=("en",)))
    entry = await service.find(done.uri)

    assert entry.post.uri == done.uri
    assert entry.post.author.uri == stage.account.uri
    assert entry.post.text.text.startswith("Low water at noon.\n\nMind the mud: ")
    assert entry.post.langs == ("en",)
    assert [one.text for one in entry.post.advisories if one.kind == "warning"] == (
        [warning] if warning else []
    )
    assert done.uri in [item.key for item in (await service.own_posts()).items]


async def test_the_same_words_twice_are_two_posts(stage: Stage) -> None:
    """Each has its own ticket."""
    service = author(stage)
    one = await publish(stage, service, says("Twice, on purpose"))
    two = await publish(stage, service, says("Twice, on purpose"))

    assert one.uri != two.uri
    assert len(await settled(service, "Twice, on purpose")) == 2


async def test_too_long_a_post_is_refused_and_not_there(stage: Stage) -> None:
    """With words; nothing was done."""
    service = author(stage)
    text = "x" * ((await service.limits()).length + 1)
    with pytest.raises(Refused) as caught:
        await publish(stage, service, says(text))

    assert caught.value.next_step
    assert not await settled(service, text)


async def test_an_answer_hangs_below_what_it_answers(stage: Stage) -> None:
    """By its URI; and by what was published just before, as in a thread."""
    service = author(stage)
    root = await publish(stage, service, says("Root of a talk"))
    first = await publish(stage, service, says("First answer", reply_to=root.uri))
    second = await publish(stage, service, says("Second"), parent=first, root=root)
    middle = await author(stage).thread(first.uri)

    assert isinstance(middle.post, Entry)
    assert middle.post.post.uri == middle.focus == first.uri
    assert [item.key for item in middle.ancestors if isinstance(item, Entry)] == [root.uri]
    (below,) = [item for item in middle.replies if isinstance(item, Entry)]
    assert below.post.uri == second.uri
    assert below.post.reply_to is not None
    assert below.post.reply_to.uri == first.uri
    assert not [item for item in middle.replies if isinstance(item, Absent)]


async def test_what_is_gone_cannot_be_answered(stage: Stage) -> None:
    """Found out before anything is done."""
    service = author(stage)
    root = await publish(stage, service, says("Soon gone"))
    await service.delete(root)
    fresh = author(stage)
    with pytest.raises(NotFound):
        await publish(stage, fresh, says("Too late", reply_to=root.uri))

    assert not await settled(fresh, "Too late")


async def test_a_thread_in_one_act_stands_in_order(stage: Stage) -> None:
    """Where the network has such an act."""
    service = author(stage)
    if not (await service.limits()).threads_at_once:
        pytest.skip("one by one here")
    posts = [ready(stage, service, says(f"Part {n} of 3")) for n in (1, 2, 3)]
    one, two, three = await service.publish(posts)
    thread = await author(stage).thread(two.uri)

    assert [item.key for item in thread.ancestors if isinstance(item, Entry)] == [one.uri]
    assert [item.key for item in thread.replies if isinstance(item, Entry)] == [three.uri]
    assert await author(stage).look(posts) == (one, two, three)


async def test_a_poll_is_asked_as_it_was_made(stage: Stage) -> None:
    """With all its options, in their order."""
    service = author(stage)
    if (await service.limits()).polls is None:
        pytest.skip("no polls here")
    done = await publish(stage, service, says("Ebb?", poll=PollDraft(options=("yes", "no"))))
    before = (await service.find(done.uri)).post.poll

    assert before is not None
    assert [option.title for option in before.options] == ["yes", "no"]


# ---------------------------------------------------------- an answer is lost


async def test_what_was_published_is_seen(stage: Stage) -> None:
    """By a service that knows only the ticket; before that it was not there."""
    service = author(stage)
    one = ready(stage, service, says("Seen again: https://almanac.example/a/long/way/to/there"))

    assert await service.look([one]) is None
    (done,) = await service.publish([one])
    found = await author(stage).look([one])
    assert found is not None
    assert found[0].uri == done.uri


async def test_an_older_post_with_the_same_words_is_not_the_one(stage: Stage) -> None:
    """What was made before the ticket was not made with it."""
    service = author(stage)
    await publish(stage, service, says("Good morning"))
    post = says("Good morning")
    later = Ready(post=post, ticket=service.ticket(post, stage.now() + timedelta(seconds=30)))

    assert await author(stage).look([later]) is None


async def test_a_lost_answer_is_unknown_until_one_looks(stage: Stage) -> None:
    """It was done: looking finds it, and there is one."""
    needs(stage, "lose")
    service = author(stage)
    await service.limits()
    one = ready(stage, service, says("Lost and found"))
    stage.misbehave("lose")
    with pytest.raises(OutcomeUnknown) as caught:
        await service.publish([one])
    found = await author(stage).look([one])

    assert caught.value.next_step
    assert found is not None
    assert [item.post.uri for item in await settled(service, "Lost and found")] == [found[0].uri]


async def test_a_lost_request_is_unknown_and_not_there(stage: Stage) -> None:
    """It was not done: looking says so, and the same ticket may be sent again."""
    needs(stage, "drop")
    service = author(stage)
    await service.limits()
    one = ready(stage, service, says("Never arrived"))
    stage.misbehave("drop")
    with pytest.raises(OutcomeUnknown):
        await service.publish([one])

    assert await service.look([one]) is None
    await service.publish([one])
    assert len(await settled(service, "Never arrived")) == 1


async def test_one_may_not_be_able_to_look(stage: Stage) -> None:
    """That is an error, not a “no”."""
    needs(stage, "down")
    service = author(stage)
    one = ready(stage, service, says("Who knows"))
    await service.publish([one])
    stage.misbehave("down")
    with pytest.raises(Unreachable):
        await author(stage).look([one])


@pytest.mark.parametrize("fault", ["down", "html", "truncated", "empty"])
async def test_a_bad_answer_to_a_post_is_unknown(stage: Stage, fault: str) -> None:
    """Whatever it says, it may have been done; after the fault one can look."""
    needs(stage, fault)
    service = author(stage)
    await service.limits()
    one = ready(stage, service, says(f"Answered with {fault}"))
    stage.misbehave(fault)
    with pytest.raises(OutcomeUnknown):
        await service.publish([one])
    stage.misbehave("")
    await author(stage).look([one])

    assert len(await settled(service, f"Answered with {fault}")) <= 1


async def test_a_limit_stops_before_anything_is_done(stage: Stage) -> None:
    """429 is certain: it says until when."""
    needs(stage, "limited")
    service = author(stage)
    await service.limits()
    stage.misbehave("limited")
    with pytest.raises(RateLimited) as caught:
        await publish(stage, service, says("Not now"))

    assert caught.value.until > stage.now()


# --------------------------------------------------------------- afterwards


async def test_deleted_is_gone_and_twice_is_once(stage: Stage) -> None:
    """Neither found nor looked up again."""
    service = author(stage)
    one = ready(stage, service, says("Not for long"))
    (done,) = await service.publish([one])
    await service.delete(done)
    await service.delete(done)
    await author(stage).delete(Published(done.uri))

    assert await author(stage).look([one]) is None
    assert await gone(author(stage), done.uri)


async def test_a_post_is_changed_where_that_is_possible(stage: Stage) -> None:
    """Else it says so, and nothing happens."""
    service = author(stage)
    done = await publish(stage, service, says("Befor"))
    if not (await service.limits()).edits:
        with pytest.raises(Unsupported):
            await service.edit(done, says("Before"), {})
        return
    again = await service.edit(done, says("Before"), {})
    entry = await author(stage).find(done.uri)

    assert again.uri == done.uri
    assert entry.post.text.text == "Before"


async def test_what_is_kept_until_its_time_can_be_cancelled(stage: Stage) -> None:
    """It has no address before, is found by looking, and does not appear."""
    service = author(stage)
    if not (await service.limits()).schedules:
        pytest.skip("the server keeps nothing")
    post = says("Tomorrow", send_at=stage.now() + timedelta(days=1))
    one = ready(stage, service, post)

    assert await service.look([one]) is None
    (done,) = await service.publish([one])
    assert not done.uri
    assert await author(stage).look([one]) == (done,)
    assert not await settled(service, "Tomorrow")

    await service.delete(done)
    await service.delete(done)
    assert await author(stage).look([one]) is None


async def test_a_picture_goes_out_with_its_words(stage: Stage, tmp_path: Path) -> None:
    """Progress ends at 1; it survives a change of the text."""
    service = author(stage)
    media, file = picture(tmp_path)
    told: list[float] = []
    token = await service.upload(media, file, progress=told.append)
    post = says("A picture", media=(media,))
    one = ready(stage, service, post, uploads={media.id: token})
    (done,) = await service.publish([one])
    shown = (await author(stage).find(done.uri)).post

    assert told[-1] == 1.0
    assert [item.alt for item in shown.media] == ["The sea, flat."]
    assert await author(stage).look([one]) is not None
    if (await service.limits()).edits:
        await service.edit(done, says("A picture!", media=(media,)), {media.id: token})
        assert [item.alt for item in (await service.find(done.uri)).post.media] == [
            "The sea, flat."
        ]


# ---------------------------------------------------------------- reactions


@pytest.mark.parametrize(
    ("act", "undo", "field", "count"),
    [("like", "unlike", "liked", "likes"), ("repost", "unrepost", "reposted", "reposts")],
)
async def test_a_reaction_twice_counts_once(
    stage: Stage, act: str, undo: str, field: str, count: str
) -> None:
    """Done, done again, undone, undone again; seen by others of my services, too."""
    service = author(stage)
    done = await publish(stage, service, says(f"To {act}"))
    reaction = Reaction(act=act, uri=done.uri)  # type: ignore[arg-type]
    state = await service.react(reaction)
    again = await author(stage).react(reaction)
    seen = await author(stage).find(done.uri)

    assert (getattr(state, field), getattr(again, field)) == (True, True)
    assert getattr(seen.viewer, field)
    assert getattr(seen.post.counts, count) == 1

    back = Reaction(act=undo, uri=done.uri, ref=again.ref)  # type: ignore[arg-type]
    state = await service.react(back)
    assert not getattr(state, field)
    await author(stage).react(Reaction(act=undo, uri=done.uri))  # type: ignore[arg-type]
    seen = await author(stage).find(done.uri)
    assert not getattr(seen.viewer, field)
    assert getattr(seen.post.counts, count) == 0


async def test_reacting_to_what_is_gone_says_so(stage: Stage) -> None:
    """The post went meanwhile."""
    service = author(stage)
    done = await publish(stage, service, says("Going"))
    await service.delete(done)
    with pytest.raises(NotFound):
        await author(stage).react(Reaction(act="like", uri=done.uri))


async def test_following_and_muting_are_seen_and_undone(stage: Stage) -> None:
    """Twice is once."""
    service = author(stage)
    for act, field in (("follow", "following"), ("mute", "muted")):
        for _ in range(2):
            relation = await service.relate(act, stage.other)  # type: ignore[arg-type]
        assert getattr(relation, field) or relation.requested
        assert getattr(await author(stage).relation(stage.other), field) or relation.requested
        for _ in range(2):
            relation = await service.relate(f"un{act}", stage.other)  # type: ignore[arg-type]
        assert not getattr(relation, field)
    assert isinstance(await author(stage).relation(stage.other), Relation)


async def test_who_is_followed_may_be_heard_of_post_by_post(stage: Stage) -> None:
    """Only who is followed; twice is once; the server says how it stands; and it ends again."""
    service = author(stage)
    await service.relate("unfollow", stage.other)
    with pytest.raises(Refused, match="follow"):
        await service.relate("notify", stage.other)
    await service.relate("follow", stage.other)
    for _ in range(2):
        assert (await service.relate("notify", stage.other)).notifying
    assert (await author(stage).relation(stage.other)).notifying
    for _ in range(2):
        assert not (await service.relate("unnotify", stage.other)).notifying
    relation = await author(stage).relation(stage.other)
    assert relation.notifying is False and relation.following

    if relation.reposts is None:
        with pytest.raises(Unsupported):
            await service.relate("hide_reposts", stage.other)
    else:
        assert (await service.relate("hide_reposts", stage.other)).reposts is False
        assert (await service.relate("notify", stage.other)).reposts is False, "it stays"
        assert (await service.relate("show_reposts", stage.other)).reposts
    await service.relate("unfollow", stage.other)
    assert (await author(stage).relation(stage.other)).notifying is None


async def test_people_are_found_by_name_and_address(stage: Stage) -> None:
    """The same profile each way; nobody is invented."""
    service = author(stage)
    by_uri = await service.find_profile(stage.other)
    by_handle = await service.find_profile(f"@{stage.other_handle}")
    begun = await service.search_profiles(stage.other_handle[:3])

    assert by_uri.uri == by_handle.uri == stage.other
    assert by_uri.handle == stage.other_handle
    assert stage.other in [profile.uri for profile in begun]
    with pytest.raises(NotFound):
        await service.find_profile("@nobody-there.example")


async def test_a_conversation_that_is_gone_says_so(stage: Stage) -> None:
    """Deleted means not found."""
    service = author(stage)
    done = await publish(stage, service, says("A talk"))
    await service.delete(done)
    with pytest.raises(NotFound):
        await author(stage).thread(done.uri)


# -------------------------------------------------------------------- faults


async def test_signed_out_means_that_nothing_was_sent(stage: Stage) -> None:
    """Said for every way of writing."""
    service = author(stage)
    done = await publish(stage, service, says("Before signing out"))
    stage.misbehave("signed_out")
    out = author(stage)
    with pytest.raises(SignedOut):
        await publish(stage, out, says("After signing out"))
    with pytest.raises(SignedOut):
        await out.react(Reaction(act="like", uri=done.uri))


@pytest.mark.parametrize("fault", ["signed_out", "limited", "down", "html", "lose"])
async def test_no_secret_is_seen_when_writing_fails(
    stage: Stage, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in logs at any level, errors, or their tracebacks."""
    needs(stage, fault)
    caplog.set_level(logging.DEBUG)
    service = author(stage)
    stage.misbehave(fault)
    with pytest.raises(ServiceError) as caught:
        await publish(stage, service, says("Secretive"))
    error = caught.value
    seen = [error.message, error.next_step, *traceback.format_exception(error), caplog.text]

    for canary in stage.canaries:
        assert canary not in "\n".join(seen)
