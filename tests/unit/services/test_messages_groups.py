"""Groups: what their owner does is seen in the inbox at once, and links lead into them."""

from __future__ import annotations

import pytest

from app.model import AccountId
from app.model.errors import NotFound, Refused, Unsupported
from app.model.message import GroupState
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.services.messages_values import MessagesChanged
from tests.unit.services.test_messages import Letters, post

__all__ = ["post"]

JUNO, SKY = demo.JUNO, demo.SKY
JOIN = "https://chat.example.org/join/"


async def _group(post: Letters) -> tuple[AccountId, str]:
    row = next(row for row in (await post.messages.inbox()).rows if row.conversation.group)
    return row.account, row.conversation.id


async def _state(post: Letters, place: tuple[AccountId, str]) -> GroupState:
    state = (await post.messages.talk(*place)).row.conversation.state
    assert state is not None
    return state


async def test_what_its_owner_does_is_seen_at_once(post: Letters) -> None:
    """No look at the server is needed; who listens hears of each."""
    place = await _group(post)
    heard: list[MessagesChanged] = []
    post.messages.subscribe(heard.append)
    await post.messages.rename_group(*place, "Moorings")
    await post.messages.add_people(*place, [PEOPLE["kaj/sky"]])
    await post.messages.remove_people(*place, [PEOPLE["gus/sky"]])
    await post.messages.lock_group(*place, on=True)
    one = (await post.messages.talk(*place)).row.conversation

    assert one.group == "Moorings"
    assert PEOPLE["kaj/sky"] in one.people and PEOPLE["gus/sky"] not in one.people
    assert one.closed and (await _state(post, place)).locked
    assert len(heard) == 4
    with pytest.raises(Refused, match="locked"):
        await post.messages.send(*place, "Sixty loaves")
    await post.messages.lock_group(*place, on=False)
    assert not (await post.messages.talk(*place)).row.conversation.closed


async def test_who_is_in_it_and_who_waits_is_asked_of_the_server(post: Letters) -> None:
    """Who is let in is a member; who is turned away waits no longer."""
    place = await _group(post)
    assert await post.messages.asking_in(*place) == ()
    await post.messages.open_link(*place, asks=True)
    first, second = await post.messages.asking_in(*place)
    await post.messages.let_in(*place, first, on=True)
    await post.messages.let_in(*place, second, on=False)
    members = [one.profile for one in await post.messages.group_people(*place)]

    assert first in members and second not in members
    assert await post.messages.asking_in(*place) == ()
    with pytest.raises(NotFound):
        await post.messages.let_in(*place, second, on=True)


async def test_its_link_is_kept_with_it(post: Letters) -> None:
    """What it is like, and that it was switched off."""
    place = await _group(post)
    link = await post.messages.open_link(*place, asks=False)
    assert (await _state(post, place)).link == link
    await post.messages.close_link(*place)
    kept = (await _state(post, place)).link
    assert kept is not None and (kept.url, kept.works) == (link.url, False)


async def test_joining_by_a_link_opens_the_conversation_or_asks(post: Letters) -> None:
    """Nobody hears of a look; twice is once; a closed one is refused."""
    invited = await post.messages.invitation(SKY, f"{JOIN}tides")
    assert (invited.name, invited.is_in) == ("Tide tables, by hand", False)
    key = await post.messages.join_group(SKY, invited)
    assert await post.messages.join_group(SKY, invited) == key
    row = (await post.messages.inbox()).find(SKY, key)
    assert row is not None and not row.request
    assert row.conversation.state == GroupState(mine=False, count=3, most=50)
    assert (await post.messages.invitation(SKY, f"{JOIN}tides")).is_in

    with pytest.raises(Refused, match="owner"):
        await post.messages.rename_group(SKY, key, "Mine now")
    assert (
        await post.messages.join_group(SKY, await post.messages.invitation(SKY, f"{JOIN}choir"))
        == ""
    )
    closed = await post.messages.invitation(SKY, f"{JOIN}none")
    with pytest.raises(Refused):
        await post.messages.join_group(SKY, closed)


async def test_where_there_are_no_groups_none_is_kept(post: Letters) -> None:
    """And a conversation with somebody is no group."""
    row = (await post.messages.inbox([JUNO])).rows[0]
    with pytest.raises(Unsupported):
        await post.messages.rename_group(JUNO, row.conversation.id, "Counters")
    account, key = await post.place("kaj/sky")
    with pytest.raises(NotFound, match="no group"):
        await post.messages.rename_group(account, key, "Counters")
    assert (post.messages.has_groups(JUNO), post.messages.has_groups(SKY)) == (False, True)
