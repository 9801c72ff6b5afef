"""Reactions on real servers: done once, seen there, taken back, kept without a network."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.feed.rows import Copy
from app.model import AccountId
from app.model.draft import PollDraft
from app.model.errors import Refused, ServiceError
from app.services.house import House
from app.services.wishing import must_act
from tests.real.world import account_on, copies, housed, indexed, say, there, unique
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
NETWORKS = ("mastodon", "bluesky")


@pytest.fixture
async def house(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> AsyncIterator[House]:
    """Two people on each network."""
    async with housed(tmp_path, mastodon_rig, atproto_rig, "ana", "bo", "alice", "bob") as made:
        yield made


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(
    ("act", "back", "field"),
    [("like", "unlike", "liked"), ("repost", "unrepost", "reposted")],
)
async def test_done_and_undone_on_the_server(
    house: House, network: str, act: str, back: str, field: str
) -> None:
    """The server says so for the account, counts one more, then one less; twice is once."""
    author, reader = account_on(house, network), account_on(house, network, 1)
    post = await say(house, author.id, unique("React to me"))
    [copy] = await copies(house, post.uri)
    before, _ = await there(house, reader.id, post.uri)
    count = {"liked": "likes", "reposted": "reposts"}[field]

    await asyncio.gather(
        house.reactions.react(copy.post, act, reader.id),  # type: ignore[arg-type]
        house.reactions.react(copy.post, act, reader.id),  # type: ignore[arg-type]
    )
    await house.reactions.react(copy.post, act, reader.id)  # type: ignore[arg-type]
    number = getattr(before.counts, count)
    await _until(house, reader.id, post.uri, field, True, **{count: number + 1})

    await house.reactions.react(copy.post, back, reader.id)  # type: ignore[arg-type]
    await _until(house, reader.id, post.uri, field, False, **{count: number})
    assert await house.reactions.waiting() == ()


async def _until(
    house: House, account: AccountId, uri: str, field: str, wanted: bool, **counts: int
) -> None:
    """The view of a network lags behind its records, and its counts behind that."""
    told: object = None
    for _ in range(100):
        post, viewer = await there(house, account, uri)
        told = (viewer, post.counts)
        right = all(getattr(post.counts, name) == number for name, number in counts.items())
        if getattr(viewer, field) is wanted and right:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{field} never became {wanted}, {counts}: {told}")


async def test_clicks_that_contradict_each_other_end_as_the_last(house: House) -> None:
    """On both networks, while the first request is under way."""
    for network in NETWORKS:
        author, reader = account_on(house, network), account_on(house, network, 1)
        post = await say(house, author.id, unique("Click me"))
        [copy] = await copies(house, post.uri)

        await asyncio.gather(
            *(
                house.reactions.react(copy.post, act, reader.id)  # type: ignore[arg-type]
                for act in ("like", "unlike", "like", "unlike", "like")
            )
        )

        await _until(house, reader.id, post.uri, "liked", True, likes=1)


async def test_a_bookmark_where_there_are_bookmarks(house: House) -> None:
    """Kept on the server."""
    author, reader = account_on(house, "mastodon"), account_on(house, "mastodon", 1)
    post = await say(house, author.id, unique("Remember me"))
    [copy] = await copies(house, post.uri)

    await house.reactions.react(copy.post, "bookmark", reader.id)

    await _until(house, reader.id, post.uri, "bookmarked", True)


async def test_a_vote_is_counted_once(house: House) -> None:
    """The second one, for another option, is refused and taken back."""
    author, reader = account_on(house, "mastodon"), account_on(house, "mastodon", 1)
    poll = PollDraft(options=("Knots", "Oysters"), seconds=3_600)
    post = await say(house, author.id, unique("Which?"), poll=poll)
    [copy] = await copies(house, post.uri)

    await house.reactions.react(copy.post, "vote", reader.id, votes=(1,))
    now, viewer = await there(house, reader.id, post.uri)
    assert viewer.own_votes == (1,)
    assert now.poll is not None
    assert [option.votes for option in now.poll.options] == [0, 1]


@pytest.mark.parametrize("network", NETWORKS)
async def test_people_are_followed_muted_and_blocked(house: House, network: str) -> None:
    """And all of it ends again; the server says how it stands."""
    me, other = account_on(house, network, 1), account_on(house, network)
    for act, back, field in (
        ("follow", "unfollow", "following"),
        ("mute", "unmute", "muted"),
        ("block", "unblock", "blocked"),
    ):
        done = await house.reactions.relate(other.uri, act, me.id)  # type: ignore[arg-type]
        assert done.relation is not None
        assert getattr(done.relation, field)
        gone = await house.reactions.relate(other.uri, back, me.id)  # type: ignore[arg-type]
        assert gone.relation is not None
        assert not getattr(gone.relation, field)


@pytest.mark.parametrize("network", NETWORKS)
async def test_what_the_server_refuses_is_taken_back(house: House, network: str) -> None:
    """A post that is gone cannot be liked: nothing stays of it."""
    author, reader = account_on(house, network), account_on(house, network, 1)
    done = await say(house, author.id, unique("Soon gone"))
    [copy] = await copies(house, done.uri)
    service: object = house.accounts.service(author.id)
    await service.delete(done)  # type: ignore[attr-defined]
    await indexed(author)

    with pytest.raises(ServiceError) as refused:
        await house.reactions.react(copy.post, "repost", reader.id)

    assert isinstance(refused.value, Refused)
    assert await house.reactions.waiting() == ()


async def test_offline_likes_are_done_when_the_network_is_back(
    tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig
) -> None:
    """Kept by a run without a network, done by the next, once."""
    people = ("ana", "bo", "alice", "bob")
    async with housed(tmp_path, mastodon_rig, atproto_rig, *people) as house:
        posts = []
        for network in NETWORKS:
            done = await say(house, account_on(house, network).id, unique("Like me later"))
            [copy] = await copies(house, done.uri)
            posts.append((copy, account_on(house, network, 1).id))
        house.reactions._ask._offline = True
        for copy, reader in posts:
            outcome = await house.reactions.react(copy.post, "like", reader)
            assert outcome.state == "queued"
        assert len(await house.reactions.waiting()) == 2

    async with housed(tmp_path, mastodon_rig, atproto_rig, *people) as house:
        await house.reactions.flush()
        assert await house.reactions.waiting() == ()
        for copy, reader in posts:
            await _until(house, reader, copy.post.uri, "liked", True, likes=1)


async def test_who_acts_is_who_saw_it(house: House) -> None:
    """An account that never saw a post finds it by itself."""
    author, reader = account_on(house, "mastodon"), account_on(house, "mastodon", 1)
    post = await say(house, author.id, unique("Never seen"))
    [copy] = await copies(house, post.uri)

    who, _ = must_act([copy], house.accounts.all())
    assert who == copy.accounts[0]
    who, found = must_act([Copy(copy.post, copy.accounts)], house.accounts.all(), reader.id)
    await house.reactions.react(found, "like", who)

    await _until(house, reader.id, post.uri, "liked", True)
