"""Reactions: done once, whatever is clicked and however the server counts."""

from __future__ import annotations

import asyncio

import pytest

from app.model.acts import PersonAct, PostAct, Reaction, Relation, Report
from app.model.draft import PollDraft
from app.model.errors import (
    Malformed,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    Unreachable,
    Unsupported,
)
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import Desk, desk, error, says

POSTS = "/api/v1/statuses"


async def other_uri(here: Desk) -> str:
    """Somebody else."""
    return str(here.written.other["uri"])


@pytest.mark.parametrize(("act", "count"), [("like", "favourites"), ("repost", "reblogs")])
async def test_a_server_that_counts_twice_is_not_asked_twice(act: PostAct, count: str) -> None:
    """One looks first; several clicks at once wait for each other."""
    async with desk(counts_twice=True) as here:
        done = await here.publish("Tide")
        service = here.service()
        reaction = Reaction(act=act, uri=done.uri, ref=done.ref)
        states = await asyncio.gather(*(service.react(reaction) for _ in range(5)))
        await here.service().react(reaction)

        assert here.written.posts[0][f"{count}_count"] == 1
        assert all(state == states[0] for state in states)

        undone = Reaction(act=f"un{act}", uri=done.uri, ref=done.ref)  # type: ignore[arg-type]
        await asyncio.gather(*(service.react(undone) for _ in range(3)))
        assert here.written.posts[0][f"{count}_count"] == 0


async def test_a_reaction_whose_answer_was_lost_is_found_done() -> None:
    """The second click finds it done."""
    async with desk(counts_twice=True) as here:
        done = await here.publish("Tide")
        service = here.service()
        reaction = Reaction(act="repost", uri=done.uri, ref=done.ref)
        here.server.lose = 1
        with pytest.raises(Unreachable):
            await service.react(reaction)

        assert (await service.react(reaction)).reposted
        assert here.written.posts[0]["reblogs_count"] == 1


@pytest.mark.parametrize(
    ("act", "field"), [("bookmark", "bookmarked"), ("mute_thread", "muted"), ("pin", "")]
)
async def test_other_reactions_are_harmless_twice(act: PostAct, field: str) -> None:
    """Some servers call a second pin an error: it is done, and that is all."""
    async with desk() as here:
        done = await here.publish("Tide")
        for times, turn in ((2, act), (2, f"un{act}")):
            for _ in range(times):
                reaction = Reaction(act=turn, uri=done.uri)  # type: ignore[arg-type]
                state = await here.service().react(reaction)
            if field:
                assert getattr(state, field) is (turn == act)


async def test_a_refusal_of_what_is_done_is_no_refusal() -> None:
    """422 to a bookmark that is there; else it is one."""
    async with desk() as here:
        done = await here.publish("Tide")
        here.written.posts[0]["bookmarked"] = True
        here.say("POST", f"{POSTS}/{done.ref}/bookmark", error("already", 422))
        bookmark = Reaction(act="bookmark", uri=done.uri, ref=done.ref)

        assert (await here.service().react(bookmark)).bookmarked

        here.written.posts[0]["bookmarked"] = False
        with pytest.raises(Refused, match="already"):
            await here.service().react(bookmark)


async def test_an_answer_that_still_tells_the_old_state_is_put_right() -> None:
    """Some servers answer before they have done it."""
    async with desk() as here:
        done = await here.publish("Tide")
        old = dict(here.written.posts[0])
        here.say("POST", f"{POSTS}/{done.ref}/favourite", Answer(old))
        state = await here.service().react(Reaction(act="like", uri=done.uri, ref=done.ref))

        assert state.liked
        assert state.ref == done.ref


async def test_whom_a_repost_is_for_is_said() -> None:
    """Where the user chose it."""
    async with desk() as here:
        done = await here.publish("Tide")
        await here.service().react(Reaction(act="repost", uri=done.uri, visibility="followers"))
        (asked,) = [one for one in here.asked if one.path.endswith("/reblog")]

        assert asked.body == b"visibility=private"


async def test_a_number_of_another_time_is_looked_up_again() -> None:
    """What was kept may be another server's; the address is what counts."""
    async with desk() as here:
        done = await here.publish("Tide")
        reaction = Reaction(act="like", uri=done.uri, ref="not-here")

        assert (await here.service().react(reaction)).liked


async def test_what_a_server_cannot_do_is_told_from_what_is_gone() -> None:
    """404 means both."""
    async with desk() as here:
        done = await here.publish("Tide")
        here.say("POST", f"{POSTS}/{done.ref}/mute", error("Record not found", 404))
        mute = Reaction(act="mute_thread", uri=done.uri, ref=done.ref)
        with pytest.raises(Unsupported):
            await here.service().react(mute)

        await here.service().delete(done)
        with pytest.raises(NotFound):
            await here.service().react(mute)


async def test_a_limit_is_passed_on() -> None:
    """So that the heart can be taken back with a word."""
    async with desk() as here:
        done = await here.publish("Tide")
        here.say("POST", f"{POSTS}/{done.ref}/favourite", error("Too many requests", 429))
        with pytest.raises(RateLimited):
            await here.service().react(Reaction(act="like", uri=done.uri, ref=done.ref))


# -------------------------------------------------------------------- votes


async def test_a_vote_counts_once() -> None:
    """Also by another client, and when the answer was lost."""
    async with desk() as here:
        done = await here.publish(says("?", poll=PollDraft(options=("a", "b", "c"))))
        vote = Reaction(act="vote", uri=done.uri, ref=done.ref, votes=(2,))
        here.server.lose = 1
        with pytest.raises(Unreachable):
            await here.service().react(vote)
        state = await here.service().react(vote)

        assert state.own_votes == (2,)
        assert here.written.posts[0]["poll"]["votes_count"] == 1
        with pytest.raises(Refused, match="already"):
            await here.service().react(Reaction(act="vote", uri=done.uri, votes=(0,)))


async def test_votes_that_cross_are_one() -> None:
    """The server says 422 to the second; then it tells what we voted."""
    async with desk() as here:
        done = await here.publish(says("?", poll=PollDraft(options=("a", "b"))))
        before = dict(here.written.posts[0], poll=dict(here.written.posts[0]["poll"]))
        voted = dict(before, poll=dict(before["poll"], voted=True, own_votes=[1]))
        here.say("GET", f"{POSTS}/{done.ref}", Answer(before), Answer(voted))
        here.say("POST", f"/api/v1/polls/p{done.ref}/votes", error("already voted", 422))
        state = await here.service().react(
            Reaction(act="vote", uri=done.uri, ref=done.ref, votes=(1,))
        )

        assert state.own_votes == (1,)


@pytest.mark.parametrize(("change", "words"), [({"expired": True}, "over"), (None, "no poll")])
async def test_a_poll_that_is_over_or_gone_takes_no_vote(
    change: dict[str, bool] | None, words: str
) -> None:
    """Nothing is sent."""
    async with desk() as here:
        done = await here.publish(says("?", poll=PollDraft(options=("a", "b"))))
        post = here.written.posts[0]
        post["poll"] = post["poll"] | change if change else None
        with pytest.raises(Refused, match=words):
            await here.service().react(Reaction(act="vote", uri=done.uri, votes=(1,)))

        assert not [one for one in here.asked if "/polls/" in one.path]


# ------------------------------------------------------------------- people


@pytest.mark.parametrize(
    ("act", "field"), [("follow", "following"), ("mute", "muted"), ("block", "blocked")]
)
async def test_people_are_followed_muted_and_blocked(act: PersonAct, field: str) -> None:
    """And it can be undone."""
    async with desk() as here:
        service, who = here.service(), await other_uri(here)

        assert getattr(await service.relate(act, who, seconds=600), field)
        assert getattr(await service.relation(who), field)
        assert await service.relate(f"un{act}", who) == Relation()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "after", "error"),
    [
        ({"following": True}, {}, Unsupported),
        (
            {"following": True, "notifying": False},
            {"following": True, "notifying": False},
            Unsupported,
        ),
        ({"following": False, "notifying": False}, {}, Refused),
    ],
)
async def test_what_a_server_does_not_keep_is_said(
    told: dict[str, bool], after: dict[str, bool], error: type[ServiceError]
) -> None:
    """It knows no such choice; it took it and forgot; nobody is followed by wanting to hear."""
    async with desk() as here:
        who = await other_uri(here)
        here.say(
            "GET",
            "/api/v1/accounts/relationships",
            Answer([{"id": here.written.other["id"]} | told]),
        )
        path = f"/api/v1/accounts/{here.written.other['id']}/follow"
        here.say("POST", path, Answer({"id": here.written.other["id"]} | after))
        with pytest.raises(error):
            await here.service().relate("notify", who)
        sent = [one.body for one in here.asked if one.path == path]

        assert sent == ([b"notify=true&reblogs=true"] if after else [])


async def test_who_is_left_meanwhile_is_not_followed_anew() -> None:
    """To be told of their posts is said by following again; nothing of two choices is lost."""
    async with desk() as here:
        service, who = here.service(), await other_uri(here)
        await service.relate("follow", who)
        here.written.relation |= {"notifying": False, "showing_reblogs": True}
        await asyncio.gather(service.relate("notify", who), service.relate("hide_reposts", who))
        both = await service.relation(who)
        await asyncio.gather(
            service.relate("unnotify", who), service.relate("unfollow", who), return_exceptions=True
        )

        assert (both.notifying, both.reposts) == (True, False)
        assert not (await service.relation(who)).following


async def test_a_mute_may_end_by_itself() -> None:
    """Seconds are said only where they are chosen."""
    async with desk() as here:
        service, who = here.service(), await other_uri(here)
        await service.relate("mute", who, seconds=3600)
        await service.relate("mute", who)
        bodies = [one.body for one in here.asked if one.path.endswith("/mute")]

        assert bodies == [b"duration=3600", b""]


async def test_who_is_not_known_is_not_found() -> None:
    """And an answer about somebody else is none."""
    async with desk() as here:
        with pytest.raises(NotFound):
            await here.service().relate("follow", "https://far.example/users/nobody")
        here.say("GET", "/api/v1/accounts/relationships", Answer([{"id": "other"}]))
        with pytest.raises(Malformed):
            await here.service().relation(await other_uri(here))


async def test_a_report_says_whom_what_and_why() -> None:
    """Posts that went meanwhile are left out."""
    async with desk() as here:
        done = await here.publish("Bad")
        who = await other_uri(here)
        gone = f"{here.written.origin}/users/ana/statuses/1"
        report = Report(
            profile=who, posts=(done.uri, gone), reason="spam", comment="Again", forward=True
        )
        await here.service().report(report)

        assert here.written.reports == [
            {
                "account_id": here.written.other["id"],
                "status_ids": [done.ref],
                "comment": "Again",
                "forward": True,
                "category": "spam",
            }
        ]


async def test_a_category_that_the_server_does_not_take_becomes_words() -> None:
    """A report must not fail for its drawer."""
    async with desk() as here:
        who = await other_uri(here)
        await here.service().report(Report(profile=who, reason="violation", comment="Rule 3"))
        await here.service().report(Report(profile=who, reason="rude"))
        first, second = here.written.reports

        assert (first["category"], first["comment"]) == ("other", "[violation] Rule 3")
        assert second["category"] == "other"


@pytest.mark.parametrize("status", [401, 403, 422, 500])
async def test_a_report_that_failed_is_said(status: int) -> None:
    """Nobody should think that it was received."""
    async with desk() as here:
        here.say("POST", "/api/v1/reports", error("no", status))
        with pytest.raises(ServiceError):
            await here.service().report(Report(profile=await other_uri(here), reason="spam"))
