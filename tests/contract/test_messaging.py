"""Private messages of every network: walked through, sent once, looked for, never to others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.model import Cursor, Profile, RichText
from app.model.errors import BadInput, OutcomeUnknown, Refused, ServiceError
from app.model.message import Conversation, Happenings, OutgoingMessage
from app.protocols.messaging import (
    AnswersMessages,
    KeepsGroups,
    LogsMessages,
    MakesGroups,
    Messages,
    MutesConversations,
    ReactsToMessages,
)
from tests.contract.conftest import STAGES, stage_of
from tests.contract.stages import Stage


@pytest.fixture(params=[*STAGES, "demo-second"])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """One account of each implementation, and of the demo's second network: it has groups."""
    async with stage_of(request) as ready:
        yield ready


async def _service(stage: Stage) -> Messages:
    """Who has messages behind it."""
    service = stage.service()
    assert isinstance(service, Messages)
    try:
        await service.conversations(limit=1)
    except ServiceError as error:
        pytest.skip(f"no messages behind this one: {error.message}")
    return service


async def _all(service: Messages, limit: int) -> list[Conversation]:
    found: list[Conversation] = []
    cursor: Cursor | None = None
    for _ in range(20):
        page = await service.conversations(cursor, limit=limit)
        found += page.conversations
        cursor = page.older
        if cursor is None:
            break
    return found


async def test_pages_join_and_come_newest_first(stage: Stage) -> None:
    """No conversation is lost or told twice by the way one walks; people are others."""
    service = await _service(stage)
    found = await _all(service, 2)
    assert {one.id for one in found} == {one.id for one in await _all(service, 40)}
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    for one in found:
        assert stage.account.uri not in [who.uri for who in one.people]
        assert one.at.tzinfo is not None


async def test_whether_anything_was_said_is_one_question(stage: Stage) -> None:
    """Where a service can be asked: nothing, until something happens; then the mark goes on."""
    service = await _service(stage)
    if not isinstance(service, LogsMessages) or not isinstance(service, MutesConversations):
        pytest.skip("it cannot be asked")
    mark = (await service.messages_since("")).mark
    assert await service.messages_since(mark) == Happenings(mark=mark)
    known = await _all(service, 40)
    if not known:
        pytest.skip("nobody has said anything here")
    one = known[0]
    for on in (True, False):
        await service.mute_conversation(one, on=on)
    onward = await service.messages_since(mark)
    assert onward.any and onward.mark != mark and onward.left == ()


async def test_what_was_said_comes_newest_first(stage: Stage) -> None:
    """The last one of the list is among them; nobody else could read it."""
    service = await _service(stage)
    for one in (await _all(service, 40))[:5]:
        said = (await service.messages(one)).messages
        assert [message.at for message in said] == sorted((m.at for m in said), reverse=True)
        assert one.last is not None
        assert one.last.id in [message.id for message in said]
        for message in said:
            assert (message.said is None) == bool(message.told)
            assert message.said is None or message.said.visibility == "direct"


async def _begun(stage: Stage, service: Messages) -> tuple[Conversation, OutgoingMessage]:
    if not stage.writable:
        pytest.skip("nothing can be written here")
    other = Profile(stage.other, stage.other_handle)
    try:
        conversation = await service.conversation_with([other])
    except Refused as error:
        pytest.skip(f"nobody takes messages behind this one: {error.message}")
    return conversation, OutgoingMessage(text=RichText("Low water is at six"), to=(other,))


async def test_a_message_is_there_once_and_is_found(stage: Stage) -> None:
    """As it was written; the look finds the same one."""
    service = await _service(stage)
    conversation, message = await _begun(stage, service)
    ticket = await service.message_ticket(conversation, message, datetime.now(UTC))
    assert await service.look_message(conversation, message, ticket) is None
    sent = await service.send_message(conversation, message, ticket)
    assert sent.said is not None
    assert (sent.said.text.text, sent.said.visibility) == (message.text.text, "direct")
    found = await service.look_message(conversation, message, ticket)
    assert found is not None
    assert found.id == sent.id


async def test_a_lost_answer_is_told_as_such_and_found_afterwards(stage: Stage) -> None:
    """Not as a failure: it may be there, and is."""
    if not stage.can("lose"):
        pytest.skip("answers are not lost here")
    service = await _service(stage)
    conversation, message = await _begun(stage, service)
    ticket = await service.message_ticket(conversation, message, datetime.now(UTC))
    stage.misbehave("lose")
    with pytest.raises(OutcomeUnknown):
        await service.send_message(conversation, message, ticket)
    assert await service.look_message(conversation, message, ticket) is not None


async def test_a_message_to_nobody_is_refused(stage: Stage) -> None:
    """Where names make who receives, it would be a note to oneself, or worse."""
    service = await _service(stage)
    if not service.messaging.names:
        pytest.skip("its conversations have members")
    conversation, message = await _begun(stage, service)
    alone = OutgoingMessage(text=message.text, to=())
    with pytest.raises(Refused):
        await service.message_ticket(conversation, alone, datetime.now(UTC))
    with pytest.raises(Refused):
        await service.conversation_with([])


async def test_what_is_left_is_in_no_list_and_its_log_names_it(stage: Stage) -> None:
    """So another device can notice; begun again, it is there and nothing says it was left."""
    service = await _service(stage)
    if not stage.own_session:
        pytest.skip("what others look at stays as it is")
    conversation, message = await _begun(stage, service)
    ticket = await service.message_ticket(conversation, message, datetime.now(UTC))
    await service.send_message(conversation, message, ticket)
    [listed] = [one for one in await _all(service, 40) if one.id == conversation.id]
    mark = (await service.messages_since("")).mark if isinstance(service, LogsMessages) else ""

    await service.leave_conversation(listed)
    assert conversation.id not in [one.id for one in await _all(service, 40)]
    if isinstance(service, LogsMessages):
        assert (await service.messages_since(mark)).left == (conversation.id,)
    await service.leave_conversation(listed)  # once more is as good

    conversation, message = await _begun(stage, service)
    ticket = await service.message_ticket(conversation, message, datetime.now(UTC))
    await service.send_message(conversation, message, ticket)
    assert conversation.id in [one.id for one in await _all(service, 40)]
    if isinstance(service, LogsMessages):
        assert (await service.messages_since(mark)).left == ()


async def test_what_it_says_of_itself_it_can(stage: Stage) -> None:
    """Reactions, mutes and requests are there where it says so, and nowhere else."""
    service = stage.service()
    assert isinstance(service, Messages)
    said = service.messaging
    assert isinstance(service, ReactsToMessages) == said.reactions
    assert isinstance(service, MutesConversations) == said.mutes
    assert isinstance(service, AnswersMessages) == said.asks
    assert said.readers.endswith(".")


async def _two(stage: Stage, service: Messages) -> list[Profile]:
    """People of whom a group can be made."""
    talks = [one for one in await _all(service, 40) if len(one.people) == 1 and not one.closed]
    people = {one.people[0].uri: one.people[0] for one in talks}
    if len(people) < 2 and stage.writable:
        people |= {uri: Profile(uri, "handle.invalid") for uri in (stage.other, *stage.more)}
    if len(people) < 2:
        pytest.skip("there are not two to make a group of")
    return list(people.values())[:2]


async def test_a_group_is_made_once(stage: Stage) -> None:
    """Where there are such: the second try finds it, several are written to in no other way."""
    service = await _service(stage)
    assert isinstance(service, MakesGroups) == service.messaging.groups
    assert isinstance(service, KeepsGroups) == service.messaging.groups
    if not isinstance(service, MakesGroups) or not stage.own_session:
        pytest.skip("nobody makes groups behind this one")
    people = await _two(stage, service)

    made = await service.make_group("Sunday count", people)
    again = await service.make_group(" Sunday  count ", list(reversed(people)))

    assert (made.id, made.group) == (again.id, "Sunday count")
    assert {one.uri for one in made.people} == {one.uri for one in people}
    assert made.id in [one.id for one in await _all(service, 40)]
    with pytest.raises(Refused):
        await service.conversation_with(people)
    with pytest.raises(BadInput):
        await service.make_group("  ", people)


async def _group(stage: Stage, service: Messages) -> tuple[Conversation, list[Profile]]:
    if not isinstance(service, MakesGroups) or not stage.own_session:
        pytest.skip("nobody makes groups behind this one")
    people = await _two(stage, service)
    return await service.make_group("Moorings", people[:1]), people


async def test_a_group_is_renamed_filled_and_locked_by_who_made_it(stage: Stage) -> None:
    """Each is there afterwards, and doing it twice does it once."""
    service = await _service(stage)
    group, people = await _group(stage, service)
    assert isinstance(service, KeepsGroups)
    assert group.state is not None
    assert (group.state.mine, group.state.count, group.state.locked) == (True, 2, False)
    with pytest.raises(BadInput):
        await service.rename_group(group, " ")
    assert (await service.rename_group(group, " Harbour  watch ")).group == "Harbour watch"

    for _ in range(2):
        group = await service.add_people(group, people[1:])
    members = await service.group_people(group)
    assert {one.profile.uri for one in members} == {
        stage.account.uri,
        *(one.uri for one in people),
    }
    assert [one.profile.uri for one in members if one.owner] == [stage.account.uri]
    for _ in range(2):
        group = await service.remove_people(group, people[1:])
    assert [one.uri for one in group.people] == [people[0].uri]

    for on in (True, True, False, False):
        group = await service.lock_group(group, on=on)
        assert group.state is not None
        assert (group.state.locked, bool(group.closed)) == (on, on)


async def test_a_link_to_a_group_opens_and_closes(stage: Stage) -> None:
    """As wide as it was wanted; what leads nowhere says so and is refused."""
    service = await _service(stage)
    group, _ = await _group(stage, service)
    assert isinstance(service, KeepsGroups)
    link = await service.open_link(group, asks=True, followed=False)
    assert (link.works, link.asks, link.followed) == (True, True, False)
    assert await service.open_link(group, asks=True, followed=False) == link
    invited = await service.invitation(link.url)
    assert (invited.name, invited.closed, invited.is_in) == (group.group, "", True)
    wider = await service.open_link(group, asks=False, followed=True)
    assert (wider.url, wider.asks, wider.followed) == (link.url, False, True)

    for _ in range(2):
        await service.close_link(group)
    closed = await service.invitation(link.url)
    assert closed.closed
    with pytest.raises(Refused):
        await service.join_group(closed)
    again = await service.open_link(group, asks=False, followed=False)
    assert (again.url, again.works, again.followed) == (link.url, True, False)
    with pytest.raises(BadInput):
        await service.invitation("https://elsewhere.example/moorings")
