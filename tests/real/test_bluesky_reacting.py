"""Reactions, relations, reports and conversations on real servers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from app.model import Entry
from app.model.acts import PostAct, Reaction, Report
from app.model.errors import NotFound, Refused, Unsupported
from app.model.thread import Absent, Thread
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.sign_in import HeldSecrets
from tests.real.bluesky_writer import Writer, ask, line_to, newcomer
from tests.rigs.run import Rig
from tests.unit.protocols.wire import Asked

pytestmark = pytest.mark.real

LIKE, REPOST = "app.bsky.feed.like", "app.bsky.feed.repost"
FOLLOW, BLOCK = "app.bsky.graph.follow", "app.bsky.graph.block"


async def signed_in(door: BlueskyNetwork, rig: Rig, name: str) -> BlueskyService:
    who = next(a for a in rig["accounts"] if a["handle"].startswith(f"{name}."))
    options = {"pds": rig["pds"][0]}
    done = await door.sign_in_secret(who["handle"], who["password"], options=options)
    service = door.open(done.account, HeldSecrets(done.secret))
    assert isinstance(service, BlueskyService)
    return service


async def reacted(writer: Writer, act: PostAct, uri: str, ref: str = "") -> Any:
    return await writer.service.react(Reaction(act=act, uri=uri, ref=ref))


@pytest.mark.parametrize(("act", "collection"), [("like", LIKE), ("repost", REPOST)])
async def test_twice_is_once_and_taken_back_is_none(
    writer: Writer, act: PostAct, collection: str
) -> None:
    """Also at the same moment, and before the AppView has seen any of it."""
    uri = writer.rig["things"]["fourPictures"]
    undo: PostAct = "unlike" if act == "like" else "unrepost"

    await asyncio.gather(reacted(writer, act, uri), reacted(writer, act, uri))
    once = await reacted(writer, act, uri)
    assert 1 == len(writer.records(collection))
    assert (act == "like", act == "repost") == (once.liked, once.reposted)
    back = await reacted(writer, undo, uri)
    assert [] == writer.records(collection)
    assert (False, False) == (back.liked, back.reposted)

    again = await reacted(writer, act, uri, ref=back.ref)
    assert 1 == len(writer.records(collection))
    seen = (await writer.seen(uri)).viewer
    assert again == seen
    await reacted(writer, undo, uri, ref=seen.ref)
    await reacted(writer, undo, uri, ref=seen.ref)
    assert [] == writer.records(collection)


async def test_a_reaction_whose_answer_is_lost_was_done(writer: Writer) -> None:
    """It is looked for, and not refused to who asked."""
    uri = writer.rig["things"]["card"]

    def meddle(asked: Asked) -> str:
        return "swallow" if "createRecord" in asked.target else "pass"

    async with line_to(writer.rig["pds"][0], meddle) as line:
        state = await writer.through(line.origin).react(Reaction(act="like", uri=uri))

    assert state.liked
    assert 1 == len(writer.records(LIKE))


async def test_like_then_repost_then_bookmark_add_up(writer: Writer) -> None:
    """Each answer knows the ones before, however slow the AppView is."""
    uri = writer.rig["things"]["fourPictures"]

    acts: tuple[PostAct, ...] = ("like", "repost", "bookmark")
    states = [await reacted(writer, act, uri) for act in acts]

    last = states[-1]
    assert (True, True, True) == (last.liked, last.reposted, last.bookmarked)
    assert last == (await writer.seen(uri)).viewer
    assert not (await reacted(writer, "unbookmark", uri)).bookmarked


async def test_a_thread_is_muted_as_a_whole(writer: Writer) -> None:
    """By its first post."""
    things = writer.rig["things"]

    assert (await reacted(writer, "mute_thread", things["deepestReply"])).muted
    assert (await writer.seen(things["threadRoot"])).viewer.muted
    assert not (await reacted(writer, "unmute_thread", things["deepestReply"])).muted
    assert not (await writer.seen(things["threadRoot"])).viewer.muted


async def test_pinning_leaves_the_rest_of_the_profile(writer: Writer) -> None:
    """Only own posts; unpinning another one changes nothing."""
    post = await writer.post("Pinned")

    await reacted(writer, "pin", post.uri)
    await reacted(writer, "pin", post.uri)

    (profile,) = writer.records("app.bsky.actor.profile")
    assert post.uri == profile["value"]["pinnedPost"]["uri"]
    other = await writer.post("Other")
    await reacted(writer, "unpin", other.uri)
    assert profile == writer.records("app.bsky.actor.profile")[0]
    await reacted(writer, "unpin", post.uri)
    assert "pinnedPost" not in writer.records("app.bsky.actor.profile")[0]["value"]
    with pytest.raises(Refused, match="own posts"):
        await reacted(writer, "pin", writer.rig["things"]["card"])


async def test_what_there_is_not(writer: Writer) -> None:
    """Polls, mutes that end, private reposts, reactions to nothing."""
    things = writer.rig["things"]
    with pytest.raises(Unsupported):
        await reacted(writer, "vote", things["card"])
    with pytest.raises(Unsupported, match="no end"):
        await writer.service.relate("mute", writer.rig["accounts"][0]["did"], seconds=60)
    with pytest.raises(Refused, match="public"):
        await writer.service.react(
            Reaction(act="repost", uri=things["card"], visibility="followers")
        )
    with pytest.raises(NotFound):
        await reacted(writer, "like", things["deletedPost"])

    assert not (await reacted(writer, "unlike", things["deletedPost"])).liked


async def test_following_and_blocking_twice_is_once(writer: Writer) -> None:
    """One record each, none after taking it back, whatever the AppView knows."""
    friend = await newcomer(writer.door, writer.rig)
    relate, did = writer.service.relate, friend.did

    assert (await relate("follow", did)).following
    assert (await relate("follow", did)).following
    assert 1 == len(writer.records(FOLLOW))
    assert (await friend.service.relation(writer.did)).following is False
    await writer.synced()
    assert (await friend.service.relation(writer.did)).followed_by
    assert not (await relate("unfollow", did)).following
    assert not (await relate("unfollow", did)).following
    assert [] == writer.records(FOLLOW)

    assert (await relate("mute", did)).muted
    assert not (await relate("unmute", did)).muted
    assert (await relate("block", did)).blocked
    assert (await relate("block", did)).blocked
    assert 1 == len(writer.records(BLOCK))
    await writer.synced()
    with pytest.raises(Refused, match="blocks you"):
        await friend.service.relate("follow", writer.did)
    assert not (await relate("unblock", did)).blocked
    assert [] == writer.records(BLOCK)


async def test_a_report_reaches_the_labeler(writer: Writer) -> None:
    """With the post's version, and one's own words."""
    uri = writer.rig["things"]["card"]
    await writer.service.report(
        Report(
            profile=uri.split("/")[2],
            posts=(uri, writer.rig["things"]["deletedPost"]),
            reason="rude",
            comment=f"by {writer.account.handle}",
            to=writer.rig["labeler"],
        )
    )

    reports = ask(f"{writer.rig['control']}/rig/reports")["reports"]
    (mine,) = (report for report in reports if report["reportedBy"] == writer.did)
    assert ("com.atproto.moderation.defs#reasonRude", uri) == (
        mine["reasonType"],
        mine["subject"]["uri"],
    )
    assert mine["reason"].startswith(f"by {writer.account.handle}")
    assert writer.rig["things"]["deletedPost"] in mine["reason"]


async def test_who_gets_through_is_kept(writer: Writer) -> None:
    """Rules, and whether strangers are heard of at all; each changed alone, and back."""
    mine = await writer.post("Do you like this?")
    stranger = await newcomer(writer.door, writer.rig)
    await stranger.service.react(Reaction(act="like", uri=mine.uri))
    await writer.synced()
    assert ["like"] == [one.kind for one in (await writer.service.notices()).notices]

    async def become(**wanted: str) -> None:
        await writer.service.change_gate(wanted)
        for _ in range(50):
            await writer.synced()
            rules = {rule.key: rule.choice for rule in (await writer.service.gate()).rules}
            if wanted.items() <= rules.items():
                return
            await asyncio.sleep(0.1)  # the AppView hears of it by another line
        raise AssertionError(f"it is not kept: {rules}")

    await become(like="follows")
    await become(like="all", repost="off")
    await become(priority="off")
    assert () == (await writer.service.notices()).notices
    await become(priority="all")
    assert ["like"] == [one.kind for one in (await writer.service.notices()).notices]


async def test_people_are_found(writer: Writer) -> None:
    """By the beginning of a name, handle, page, DID."""
    alice = writer.rig["accounts"][0]
    service = writer.service

    found = await service.search_profiles("@ali")
    same = [
        await service.find_profile(address)
        for address in (
            alice["did"],
            "@alice.pds-a.test",
            "https://bsky.app/profile/alice.pds-a.test",
        )
    ]

    assert alice["did"] in [profile.uri for profile in found]
    assert {(alice["did"], "alice.pds-a.test")} == {(p.uri, p.handle) for p in same}
    with pytest.raises(NotFound):
        await service.find_profile("nobody.pds-a.test")
    with pytest.raises(NotFound):
        await service.find_profile("ana@mastodon.example")


async def test_a_post_is_found_by_its_page(writer: Writer) -> None:
    """And by either kind of URI."""
    uri = writer.rig["things"]["threadRoot"]
    did, _, key = uri.removeprefix("at://").split("/")

    for address in (
        uri,
        f"at://alice.pds-a.test/app.bsky.feed.post/{key}",
        f"https://bsky.app/profile/alice.pds-a.test/post/{key}?ref=x",
        f"https://deer.example/profile/{did}/post/{key}",
    ):
        assert uri == (await writer.service.find(address)).post.uri
    with pytest.raises(NotFound):
        await writer.service.find(writer.rig["things"]["deletedPost"])
    with pytest.raises(NotFound):
        await writer.service.find("https://mastodon.example/@ana/1")


async def test_own_posts_are_mine_alone(writer: Writer) -> None:
    """Answers too, no reposts, newest first."""
    things = writer.rig["things"]
    first = await writer.post("First")
    second = await writer.post("An answer", reply_to=things["fourPictures"])
    await reacted(writer, "repost", things["card"])
    await writer.synced()

    page = await writer.service.own_posts()

    uris = [item.post.uri for item in page.items if isinstance(item, Entry)]
    assert [second.uri, first.uri] == uris


# ------------------------------------------------------------ conversations


def texts(thread: Thread) -> list[str]:
    return [item.post.text.text for item in thread.replies if isinstance(item, Entry)]


def holes(thread: Thread) -> list[tuple[str, int]]:
    items = (*thread.ancestors, *thread.replies)
    return [(item.state, item.count) for item in items if isinstance(item, Absent)]


@pytest.mark.parametrize("old", [False, True], ids=["list", "tree"])
class TestConversations:
    """The seeded threads, by the newer method and the older one."""

    @pytest_asyncio.fixture
    async def alice(self, door: BlueskyNetwork, atproto_rig: Rig, old: bool) -> BlueskyService:
        service = await signed_in(door, atproto_rig, "alice")
        if old:
            service._has_list = False
        return service

    async def test_a_story_in_parts(self, alice: BlueskyService, atproto_rig: Rig) -> None:
        """Each names its parent."""
        thread = await alice.thread(atproto_rig["things"]["selfThread"])

        assert [f"The story goes on. {n}/5" for n in (2, 3, 4, 5)] == texts(thread)
        assert isinstance(thread.post, Entry)
        uris = [thread.focus, *(i.post.uri for i in thread.replies if isinstance(i, Entry))]
        parents = [
            i.post.reply_to.uri
            for i in thread.replies
            if isinstance(i, Entry) and i.post.reply_to is not None
        ]
        assert uris[:-1] == parents
        assert thread.complete

    async def test_a_deep_and_wide_one(self, alice: BlueskyService, atproto_rig: Rig) -> None:
        """All twelve levels below, all twelve ancestors from below."""
        things = atproto_rig["things"]

        from_above = await alice.thread(things["threadRoot"])
        from_below = await alice.thread(things["deepestReply"])

        assert {f"Wide answer {n}" for n in range(1, 16)} <= set(texts(from_above))
        assert "Answer 12: heron" in texts(from_above)
        assert isinstance(from_below.ancestors[0], Entry)
        assert things["threadRoot"] == from_below.ancestors[0].post.uri
        assert 12 == len(from_below.ancestors)
        assert [] == holes(from_below)

    async def test_holes_say_what_they_are(self, alice: BlueskyService, atproto_rig: Rig) -> None:
        """Deleted, blocked, hidden by its author."""
        things = atproto_rig["things"]

        under_hole = await alice.thread(things["underHole"])
        under_blocked = await alice.thread(things["underBlocked"])
        gated = await alice.thread(things["gated"])

        assert [("deleted", 1)] == holes(under_hole)
        assert "blocked" in [state for state, _ in holes(under_blocked)]
        assert ["hidden"] == [state for state, _ in holes(gated)]
        assert gated.can_reply

    async def test_one_that_is_gone(self, alice: BlueskyService, atproto_rig: Rig) -> None:
        """In words."""
        with pytest.raises(NotFound, match="gone"):
            await alice.thread(atproto_rig["things"]["deletedPost"])
