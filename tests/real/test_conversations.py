"""Conversations on real servers: an echo shows both, answers appear, what is gone is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.feed.threads import Tree
from app.model.draft import PostAddress
from app.services.conversation import Conversation
from app.services.conversations import address_of
from app.services.house import House
from tests.real.world import account_on, copies, housed, say, unique
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
NETWORKS = ("mastodon", "bluesky")


@pytest.fixture
async def house(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> AsyncIterator[House]:
    """Two people on each network."""
    async with housed(tmp_path, mastodon_rig, atproto_rig, "ana", "bo", "alice", "bob") as made:
        yield made


def texts(tree: Tree | None) -> dict[str, int]:
    """What the lines say, and how deep they stand."""
    lines = tree.lines if tree is not None else ()
    return {line.card.post.text.text: line.depth for line in lines if line.card is not None}


async def until_shown(conversation: Conversation, *wanted: str) -> None:
    """The view of a network may lag behind its records."""
    for _ in range(60):
        await conversation.load()
        if set(wanted) <= texts(conversation.tree).keys():
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{wanted} never came: {texts(conversation.tree)}")


@pytest.mark.parametrize("network", NETWORKS)
async def test_answers_stand_in_their_places(house: House, network: str) -> None:
    """From the middle of a conversation: what is above, and what is below, nested."""
    ana, bo = account_on(house, network), account_on(house, network, 1)
    names = [unique(name) for name in ("top", "middle", "below", "deeper", "beside")]
    top = await say(house, ana.id, names[0])
    middle = await say(house, bo.id, names[1], reply_to=top.uri)
    below = await say(house, ana.id, names[2], reply_to=middle.uri)
    await say(house, bo.id, names[3], reply_to=below.uri)
    await say(house, ana.id, names[4], reply_to=middle.uri)

    conversation = await house.conversations.open(await house.conversations.addresses(middle.uri))
    await until_shown(conversation, *names)

    tree = conversation.tree
    assert tree is not None
    assert [line.card.post.text.text for line in tree.above if line.card] == [names[0]]
    assert texts(tree) == dict(zip(names, (0, 0, 1, 2, 1), strict=True))
    assert {line.parent for line in tree.below if line.depth == 1} == {middle.uri}


async def test_an_echo_shows_both_networks(house: House) -> None:
    """One post on each, opened as one: answers of both below it."""
    focus, here, there = unique("On both"), unique("from here"), unique("from there")
    first = await say(house, account_on(house, "mastodon").id, focus)
    second = await say(house, account_on(house, "bluesky").id, focus)
    await say(house, account_on(house, "mastodon", 1).id, here, reply_to=first.uri)
    await say(house, account_on(house, "bluesky", 1).id, there, reply_to=second.uri)

    conversation = await house.conversations.open(
        (
            PostAddress("mastodon", first.uri, first.url),
            PostAddress("bluesky", second.uri, second.url),
        )
    )
    await until_shown(conversation, focus, here, there)

    tree = conversation.tree
    assert tree is not None
    assert tree.focus.card is not None
    assert {copy.post.network for copy in tree.focus.card.copies} == set(NETWORKS)
    assert dict(tree.counts) == {"mastodon": 1, "bluesky": 1}
    assert {place.account for place in conversation.places() if not place.why_not} == {
        account.id for account in house.accounts.all()
    }


@pytest.mark.parametrize("network", NETWORKS)
async def test_a_deleted_post_leaves_its_answers(house: House, network: str) -> None:
    """Its place says that something is missing, or the answer stands where it stood."""
    ana, bo = account_on(house, network), account_on(house, network, 1)
    names = [unique(name) for name in ("kept", "gone", "orphan")]
    top = await say(house, ana.id, names[0])
    gone = await say(house, bo.id, names[1], reply_to=top.uri)
    orphan = await say(house, ana.id, names[2], reply_to=gone.uri)
    copy = (await copies(house, orphan.uri))[0]
    service: object = house.accounts.service(bo.id)
    await service.delete(gone)  # type: ignore[attr-defined]

    conversation = await house.conversations.open((address_of(copy.post),))
    for _ in range(60):
        await conversation.load()
        if names[1] not in texts(conversation.tree):
            break
        await asyncio.sleep(0.2)

    assert names[1] not in texts(conversation.tree)
    assert conversation.tree is not None
    assert conversation.tree.focus.uri == orphan.uri


@pytest.mark.parametrize("network", NETWORKS)
async def test_an_answer_to_a_conversation_can_be_liked(house: House, network: str) -> None:
    """It shows in the tree at once, and the server has it."""
    ana, bo = account_on(house, network), account_on(house, network, 1)
    top, answer = unique("Like the answer"), unique("I am the answer")
    post = await say(house, ana.id, top)
    await say(house, bo.id, answer, reply_to=post.uri)
    conversation = await house.conversations.open(await house.conversations.addresses(post.uri))
    await until_shown(conversation, answer)
    assert conversation.tree is not None
    [line] = [one for one in conversation.tree.below if one.card]
    assert line.card is not None

    liking = asyncio.create_task(house.reactions.react(line.card.post, "like", ana.id))
    await asyncio.sleep(0)
    shown = [one.card for one in conversation.tree.below if one.card]
    assert shown[0].viewers[ana.id].liked
    outcome = await liking

    assert outcome.state == "done"
    assert outcome.viewer is not None
    assert outcome.viewer.liked


async def test_what_was_read_is_there_without_a_network(
    tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig
) -> None:
    """In a run that asks nobody."""
    top, answer = unique("Read me"), unique("offline")
    async with housed(tmp_path, mastodon_rig, atproto_rig, "ana", "bo") as house:
        post = await say(house, account_on(house, "mastodon").id, top)
        await say(house, account_on(house, "mastodon", 1).id, answer, reply_to=post.uri)
        addresses = await house.conversations.addresses(post.uri)
        conversation = await house.conversations.open(addresses)
        await until_shown(conversation, answer)

    async with housed(tmp_path, None, None) as house:
        conversation = await house.conversations.open(addresses)
        assert set(texts(conversation.tree)) == {top, answer}
