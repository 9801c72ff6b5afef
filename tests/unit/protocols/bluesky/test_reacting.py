"""Reactions and relations when the AppView lags, records are gone, and answers get lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.model import RichText, ViewerState
from app.model.acts import Reaction, Report
from app.model.errors import NotFound, OutcomeUnknown, Refused
from app.model.sending import Outgoing, Published
from app.protocols.bluesky.recent import Recent
from app.protocols.bluesky.refs import PostRef
from app.protocols.bluesky.tids import tid
from app.protocols.writing import Reacts
from tests.unit.protocols.bluesky.samples import ANA, BEN, NOW, at, author, view
from tests.unit.protocols.bluesky.scripted import PDS, Asked, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import (
    DELETE,
    GET,
    GONE,
    POSTS,
    REPO,
    lost,
    raising,
    service,
)

CREATE, LISTED, PUT = REPO + "createRecord", REPO + "listRecords", REPO + "putRecord"
PROFILE = f"{PDS}/xrpc/app.bsky.actor.getProfile"
REPORT = f"{PDS}/xrpc/com.atproto.moderation.createReport"
POST = at(BEN, "p")
LIKE = "app.bsky.feed.like"
OK = reply(body={})


def made(asked: Asked) -> Any:
    """A record is there now."""
    uri = at(ANA, asked.json["rkey"], asked.json["collection"])
    return reply(body={"uri": uri, "cid": "cx"})


def shown(**viewer: Any) -> Callable[[Asked], Any]:
    ben = author(BEN, "ben.example")
    post = view(uri=POST, cid="cp", author=ben, viewer=viewer)
    return lambda _: reply(body={"posts": [post]})


def person(**viewer: Any) -> Any:
    return reply(body={"did": BEN, "viewer": viewer})


def record(value: Any, uri: str) -> Any:
    return reply(body={"uri": uri, "cid": "cx", "value": value})


def test_it_reacts() -> None:
    """As the contract says."""
    assert isinstance(service(ScriptedHttp({})), Reacts)


async def test_what_was_just_done_counts_more_than_a_view() -> None:
    """The AppView shows the old state for a while; each answer knows the ones before."""
    wire = ScriptedHttp({POSTS: shown(), CREATE: made, DELETE: OK})
    reader = service(wire)

    liked = await reader.react(Reaction(act="like", uri=POST))
    reposted = await reader.react(Reaction(act="repost", uri=POST))
    unliked = await reader.react(Reaction(act="unlike", uri=POST))

    assert (True, False) == (liked.liked, liked.reposted)
    assert (True, True) == (reposted.liked, reposted.reposted)
    assert (False, True) == (unliked.liked, unliked.reposted)
    like = wire.seen("createRecord")[0].json
    assert like["rkey"] == wire.seen("deleteRecord")[0].json["rkey"]
    assert {"uri": POST, "cid": "cp"} == like["record"]["subject"]
    assert PostRef.from_text(liked.ref).like == like["rkey"]


async def test_a_like_that_a_view_still_shows_is_made_again_if_it_is_gone() -> None:
    """Unliked elsewhere a second ago."""
    like = at(ANA, "l", LIKE)
    wire = ScriptedHttp({POSTS: shown(like=like), GET: GONE, CREATE: made})

    await service(wire).react(Reaction(act="like", uri=POST))
    assert 1 == len(wire.seen("createRecord"))

    wire.add(GET, record({}, like))
    await service(wire).react(Reaction(act="like", uri=POST))
    assert 1 == len(wire.seen("createRecord"))


async def test_a_like_that_nobody_knows_the_key_of_is_found_in_the_repo() -> None:
    """Among the newest; junk there is passed by."""
    records = [
        {"uri": at(ANA, "other", LIKE), "value": {"subject": {"uri": at(BEN, "q")}}},
        {"uri": at(ANA, "mine", LIKE), "value": {"subject": {"uri": POST}}},
        {"uri": 17},
        {"uri": at(ANA, "x", LIKE), "value": []},
    ]
    wire = ScriptedHttp({POSTS: shown(), LISTED: reply(body={"records": records}), DELETE: OK})

    await service(wire).react(Reaction(act="unlike", uri=POST))

    assert ["mine"] == [asked.json["rkey"] for asked in wire.seen("deleteRecord")]


async def test_what_one_did_to_a_post_that_is_gone_can_be_taken_back() -> None:
    """By what was kept about it."""
    root = at(BEN, "r")
    ref = PostRef("cp", "l", "rp", root, "cr").text()
    wire = ScriptedHttp(
        {
            POSTS: reply(body={"posts": []}),
            DELETE: OK,
            f"{PDS}/xrpc/app.bsky.graph.unmuteThread": OK,
        }
    )
    reader = service(wire)

    state = await reader.react(Reaction(act="unlike", uri=POST, ref=ref))
    await reader.react(Reaction(act="unmute_thread", uri=POST, ref=ref))

    assert ["l"] == [asked.json["rkey"] for asked in wire.seen("deleteRecord")]
    assert {"root": root} == wire.seen("unmuteThread")[0].json
    assert ViewerState(ref=state.ref, can_reply=False, can_quote=False) == state
    with pytest.raises(NotFound):
        await reader.react(Reaction(act="like", uri=POST, ref=ref))


async def test_own_news_is_waited_for() -> None:
    """A moment, and not when it was deleted; others' posts and old ones never."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    wire = ScriptedHttp({POSTS: reply(body={"posts": []}), DELETE: OK})
    reader = service(wire, sleep=sleep)
    ticket = reader.ticket(Outgoing(text=RichText("x")), NOW)
    fresh = at(ANA, ticket.split(" ")[0])
    wire.add(POSTS, reply(body={"posts": []}), reply(body={"posts": [view(uri=fresh)]}))

    assert fresh == (await reader.find(fresh)).post.uri
    assert 1 == len(waits)
    wire.add(POSTS, reply(body={"posts": []}))
    for uri in (at(BEN, ticket.split(" ")[0]), at(ANA, tid(1_700_000_000_000_000, 0))):
        with pytest.raises(NotFound):
            await reader.find(uri)
    assert 1 == len(waits)
    with pytest.raises(NotFound):
        await reader.react(Reaction(act="like", uri=fresh))
    assert 4 == len(waits)
    await reader.delete(Published(fresh))
    with pytest.raises(NotFound):
        await reader.find(fresh)
    assert 4 == len(waits)


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_lost_answer_is_looked_for(is_there: bool) -> None:
    """By the key that was fixed before."""

    def look(asked: Asked) -> Any:
        key = asked.params["rkey"]
        assert wire.seen("createRecord")[0].json["rkey"] == key
        return record({}, at(ANA, key, LIKE)) if is_there else GONE

    wire = ScriptedHttp({POSTS: shown(), CREATE: raising(lost()), GET: look})
    react = service(wire).react(Reaction(act="like", uri=POST))

    if is_there:
        assert (await react).liked
    else:
        with pytest.raises(OutcomeUnknown):
            await react


async def test_pinning_replaces_the_profile_only_as_it_was_read() -> None:
    """Changed meanwhile: read again; three times in vain: said so."""
    own = at(ANA, "mine")
    uri = at(ANA, "self", "app.bsky.actor.profile")
    profile = {"$type": "app.bsky.actor.profile", "displayName": "Ana", "x_other": [1]}
    swapped = reply(400, {"error": "InvalidSwap", "message": "Record was at x"})
    mine = view(uri=own, cid="co")
    wire = ScriptedHttp(
        {POSTS: reply(body={"posts": [mine]}), GET: record(profile, uri), PUT: [swapped, OK]}
    )

    await service(wire).react(Reaction(act="pin", uri=own))

    sent = wire.seen("putRecord")[1].json
    assert profile | {"pinnedPost": {"uri": own, "cid": "co"}} == sent["record"]
    assert "cx" == sent["swapRecord"]
    wire.add(PUT, swapped)
    with pytest.raises(Refused, match="changed meanwhile"):
        await service(wire).react(Reaction(act="pin", uri=own))
    wire.add(GET, record([], uri))
    with pytest.raises(Exception, match="left as it is"):
        await service(wire).react(Reaction(act="pin", uri=own))


async def test_a_first_profile_is_only_made_where_there_is_none() -> None:
    """Null: not if there is one by then."""
    own = at(ANA, "mine")
    answers = {POSTS: reply(body={"posts": [view(uri=own, cid="co")]}), GET: GONE, PUT: OK}
    wire = ScriptedHttp(answers)

    await service(wire).react(Reaction(act="pin", uri=own))

    assert wire.seen("putRecord")[0].json["swapRecord"] is None


async def test_lists_that_block_or_mute_are_named() -> None:
    """One cannot take back by a record what a list does."""
    listed = {"uri": "at://x", "name": "Bad"}
    wire = ScriptedHttp({PROFILE: person(blockingByList=listed, mutedByList=listed)})
    reader = service(wire)

    relation = await reader.relation(BEN)

    assert (True, True) == (relation.muted, relation.blocked)
    with pytest.raises(Refused, match="list that you block"):
        await reader.relate("unblock", BEN)
    with pytest.raises(Refused, match="list that you mute"):
        await reader.relate("unmute", BEN)
    with pytest.raises(Refused, match="You block"):
        await reader.relate("follow", BEN)


async def test_one_does_not_follow_oneself_or_nobody() -> None:
    """Nothing is asked."""
    wire = ScriptedHttp({})

    with pytest.raises(Refused):
        await service(wire).relate("follow", ANA)
    with pytest.raises(NotFound):
        await service(wire).relate("follow", "https://m.example/users/ana")
    assert [] == wire.asked


async def test_a_follow_just_made_can_be_taken_back() -> None:
    """Its key is remembered; the view does not show it yet."""
    wire = ScriptedHttp({PROFILE: person(), CREATE: made, DELETE: OK})
    reader = service(wire)

    assert (await reader.relate("follow", BEN)).following
    assert not (await reader.relate("unfollow", BEN)).following

    follow = wire.seen("createRecord")[0].json
    assert (BEN, follow["rkey"]) == (
        follow["record"]["subject"],
        wire.seen("deleteRecord")[0].json["rkey"],
    )


async def test_a_report_goes_where_it_was_sent() -> None:
    """To a labeler by name, else to whom the server chooses."""
    wire = ScriptedHttp({REPORT: OK})
    reader = service(wire)

    await reader.report(Report(profile=BEN, reason="illegal", to=ANA))
    await reader.report(Report(profile=BEN, comment=" Hm "))

    first, second = wire.asked
    assert f"{ANA}#atproto_labeler" == first.headers["atproto-proxy"]
    assert "atproto-proxy" not in second.headers
    assert {
        "reasonType": "com.atproto.moderation.defs#reasonViolation",
        "subject": {"$type": "com.atproto.admin.defs#repoRef", "did": BEN},
    } == first.json
    assert ("Hm", "com.atproto.moderation.defs#reasonOther") == (
        second.json["reason"],
        second.json["reasonType"],
    )
    with pytest.raises(Refused, match="2000"):
        await reader.report(Report(profile=BEN, comment="x" * 2001))
    with pytest.raises(NotFound):
        await reader.report(Report(profile=BEN, to="labeler.example"))


def test_what_was_done_is_forgotten_after_a_while() -> None:
    """By then the view is right; a clock that steps back forgets it too."""
    recent = Recent()
    recent.note("a", "like", "new", NOW)

    assert "new" == recent.of("a", "like", "old", NOW + timedelta(minutes=4))
    assert "old" == recent.of("a", "like", "old", NOW + timedelta(minutes=6))
    assert "old" == recent.of("a", "like", "old", NOW - timedelta(minutes=1))
    assert "old" == recent.of("a", "repost", "old", NOW)
    for number in range(1200):
        recent.note(str(number), "like", "x", NOW)
    assert ("", "x") == (recent.of("0", "like", "", NOW), recent.of("1199", "like", "", NOW))


def test_a_reference_is_read_as_it_was_kept() -> None:
    """Whatever is missing is unknown."""
    ref = PostRef("c", "", "r", at(), "rc")

    assert ref == PostRef.from_text(ref.text())
    assert PostRef() == PostRef.from_text("") == PostRef.from_text("- - - - -")
    assert PostRef("c") == PostRef.from_text("c")


@pytest.mark.parametrize(
    ("viewer", "allow", "possible"),
    [
        ({"following": "at://x/app.bsky.graph.follow/1"}, "followers", True),
        ({"following": "at://x/app.bsky.graph.follow/1"}, "mutuals", False),
        ({"following": "at://x/app.bsky.graph.follow/1"}, "none", False),
        ({}, "followers", False),
    ],
)
async def test_whose_posts_one_may_hear_of_they_decide(
    viewer: dict[str, str], allow: str, possible: bool
) -> None:
    """Where they do not let one, nothing is asked for; what one hears already can be ended."""
    put = f"{PDS}/xrpc/app.bsky.notification.putActivitySubscription"
    associated = {"activitySubscription": {"allowSubscriptions": allow}}

    def shows(**more: Any) -> Any:
        return reply(body={"did": BEN, "viewer": viewer | more, "associated": associated})

    wire = ScriptedHttp({PROFILE: shows(), put: OK})
    assert (await service(wire).relation(BEN)).notifying is (False if possible else None)
    if possible:
        assert (await service(wire).relate("notify", BEN)).notifying
    else:
        with pytest.raises(Refused):
            await service(wire).relate("notify", BEN)
    assert len(wire.seen("putActivitySubscription")) == int(possible)

    heard = ScriptedHttp(
        {PROFILE: shows(activitySubscription={"post": True, "reply": True}), put: OK}
    )
    assert (await service(heard).relation(BEN)).notifying
    assert not (await service(heard).relate("unnotify", BEN)).notifying
    assert heard.seen("putActivitySubscription")[0].json == {
        "subject": BEN,
        "activitySubscription": {"post": False, "reply": False},
    }


@pytest.mark.parametrize(
    "page",
    [
        "https://bsky.app/profile/{}/post/3k1",
        "https://bsky.app/profile/{}/post/3k1/",
        "https://deck.example/profile/{}/post/3k1?ref_src=embed#top",
        "https://fixes.example/profile/{}/post/3k1",
        "at://{}/app.bsky.feed.post/3k1",
    ],
)
async def test_a_post_is_found_by_the_page_of_any_client(page: str) -> None:
    """They differ in their host alone, and in what was added when it was shared."""
    uri = at(ANA, "3k1")
    wire = ScriptedHttp({POSTS: reply(body={"posts": [view(uri=uri)]})})
    found = await service(wire).find(page.format(ANA))
    assert uri == found.post.uri
