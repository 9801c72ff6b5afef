"""Private messages on a Mastodon-API server: posts for those whom they name, and nobody else."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.model import Account, Profile
from app.services import messages_sending
from app.services.house import House
from app.services.messages_values import Talk, TalkRow
from tests.real.world import housed, unique
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
async def house(tmp_path: Path, mastodon_rig: Rig) -> AsyncIterator[House]:
    """Two people who write to each other, both mine."""
    async with housed(tmp_path / "letters", mastodon_rig, None, "ana", "bo") as made:
        yield made


async def _send(house: House, account: Account, key: str, text: str) -> None:
    letter = await house.messages.send(account.id, key, text)
    assert await house.messages.flush(letter.id) is None


async def _begin(house: House) -> tuple[Account, Account, str]:
    """Who writes, who receives, and the conversation of the first."""
    one, other = house.accounts.all()
    person = Profile(uri=other.uri, handle=other.handle)
    return one, other, await house.messages.start(one.id, [person])


async def _row(house: House, account: Account, text: str) -> TalkRow:
    """The conversation that ends with *text*, as the server has it now."""
    [report] = await house.messages.sync([account.id])
    assert report.error is None
    inbox = await house.messages.inbox([account.id])
    ended = [(row, row.conversation.last) for row in (*inbox.rows, *inbox.requests)]
    [found] = [r for r, last in ended if last and last.said and text in last.said.text.text]
    return found


async def _talk(house: House, account: Account, key: str) -> Talk:
    await house.messages.open(account.id, key)
    return await house.messages.talk(account.id, key)


async def test_it_arrives_is_read_and_answered_in_private(house: House) -> None:
    """Unread there and read there; both messages are in one conversation, and nobody else's."""
    one, other, key = await _begin(house)
    asked, answered = unique("Does the winch hold"), unique("It holds. Soup first, then speech")
    await _send(house, one, key, asked)
    there = await _row(house, other, asked)
    assert there.conversation.unread > 0
    await house.messages.open(other.id, there.conversation.id)
    await house.messages.mark_read(other.id, there.conversation.id)
    assert (await _row(house, other, asked)).conversation.unread == 0
    await _send(house, other, there.conversation.id, answered)
    said = [m.said for m in (await _talk(house, one, key)).messages if m.said][-2:]
    assert [asked in said[0].text.text, answered in said[1].text.text] == [True, True]
    assert {one.visibility for one in said} == {"direct"}


async def test_an_answer_nobody_can_read_is_looked_into(
    house: House, mastodon_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server said something else: what it has decides, and it is there once."""
    monkeypatch.setattr(messages_sending, "LOOKS", (0.1, 0.2))
    one, other, key = await _begin(house)
    text = unique("Only once")
    order = {
        "match": {"path": "/api/v1/statuses", "method": "POST"},
        "effect": {"type": "malformed"},
        "count": 1,
    }
    urllib.request.urlopen(
        urllib.request.Request(
            f"{mastodon_rig['base_url']}/api/v1/_mock/faults",
            json.dumps(order).encode(),
            {"content-type": "application/json"},
        )
    ).close()
    letter = await house.messages.send(one.id, key, text)
    waits = await house.messages.flush(letter.id)
    assert waits is not None
    assert waits.state == "unknown"
    await house.messages.retry(letter.id)
    assert await house.messages.flush(letter.id) is None
    there = await _talk(house, other, (await _row(house, other, text)).conversation.id)
    assert sum(text in m.said.text.text for m in there.messages if m.said) == 1


async def test_what_was_left_on_another_device_goes_here_too(house: House) -> None:
    """Its server lists it no more; what is said later begins it anew."""
    one, other, key = await _begin(house)
    text = unique("Low water is at six")
    await _send(house, one, key, text)
    there = await _row(house, other, text)
    service: Any = house.accounts.service(other.id)
    for _ in range(20):  # some servers make a conversation of every message
        page = await service.conversations()
        listed = [c for c in page.conversations if c.id == there.conversation.id]
        if not listed:
            break
        await service.leave_conversation(listed[0])
    await house.messages.sync([other.id])
    inbox = await house.messages.inbox([other.id])
    assert inbox.find(other.id, there.conversation.id) is None

    again = unique("Are you there")
    await _send(house, one, key, again)
    assert (await _row(house, other, again)).conversation.id == there.conversation.id
