"""Numbers of conversations: they stay with what they were shown for."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.cli.numbered import by_number, remember
from app.cli.output import Usage
from app.services.house import House
from app.services.messages_values import TalkRow
from app.services.options import Options
from app.wiring import Wiring


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo, its inbox fetched."""
    async with Wiring().house(Options(demo=True)) as made:
        await made.messages.sync()
        yield made


async def rows_of(house: House) -> list[TalkRow]:
    """All conversations, newest first."""
    return list((await house.messages.inbox([])).rows)


async def test_a_number_stays_with_what_was_listed(house: House) -> None:
    """What has arrived above it since is not what gets the answer."""
    listed = (await rows_of(house))[1:]
    await remember(listed, house)
    now = await rows_of(house)
    assert now[0] != listed[0]
    assert await by_number("1", now, None, house) == listed[0]


async def test_a_conversation_that_has_gone_has_no_number(house: House) -> None:
    """Another one does not take its place."""
    listed = await rows_of(house)
    await remember(listed, house)
    assert await by_number("1", listed[1:], None, house) is None
    assert await by_number("99", listed, None, house) is None


async def test_before_a_list_was_shown_the_places_of_now_count(house: House) -> None:
    """As in a script that has read the document instead."""
    now = await rows_of(house)
    assert await by_number("2", now, None, house) == now[1]


async def test_another_account_is_not_written_from(house: House) -> None:
    """The number says whose conversation it is; --as does not make it another one."""
    now = await rows_of(house)
    await remember(now, house)
    other = next(one.id for one in house.accounts.all() if one.id != now[0].account)
    with pytest.raises(Usage, match=now[0].account):
        await by_number("1", now, other, house)
