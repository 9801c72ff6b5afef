"""One human over all their accounts: what they say, how mine stand to them, what they wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from app.model.errors import NotFound, Unreachable
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.services.house import House
from app.services.human import Humans
from app.services.options import Options
from app.wiring import Wiring


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo, its timelines read."""
    async with Wiring().house(Options(demo=True)) as made:
        await made.sync.run()
        yield made


def faults(house: House, account: Any) -> Any:
    """What can be wrong at the server of *account*."""
    return house.registry().network("demo").faults[account]  # type: ignore[attr-defined]


async def test_all_accounts_of_one_human_are_one_view(house: House) -> None:
    """Each as its own network tells; posts of both, newest first; the reason stands by."""
    await house.people.link(PEOPLE["pim"].handle, PEOPLE["pim/sky"].handle)
    humans = Humans(house)
    human = await humans.look("@pim@polder.example")
    wrote = await humans.wrote(human)

    assert [side.known.profile for side in human.sides] == [PEOPLE["pim"], PEOPLE["pim/sky"]]
    assert [side.portrait.text for side in human.sides] == [
        "Polders, pumps, bicycles.",
        "Polders, pumps, bicycles. ✤",
    ]
    assert human.sides[0].relations.keys() == {demo.JUNO, demo.KIEL}
    assert human.links[0].evidence == "You said so."
    times = [card.sort_at for card in wrote.cards]
    assert times == sorted(times, reverse=True) and times
    assert {card.post.author for card in wrote.cards} <= {PEOPLE["pim"], PEOPLE["pim/sky"]}


async def test_one_server_that_is_down_hides_nothing_of_the_other(house: House) -> None:
    """It is said at that account; all being down is an error."""
    await house.people.link(PEOPLE["pim"].handle, PEOPLE["pim/sky"].handle)
    humans = Humans(house)
    faults(house, demo.SKY).down = True
    human = await humans.look("@pim@polder.example")
    wrote = await humans.wrote(human)

    assert [side.trouble is None for side in human.sides] == [True, False]
    assert human.sides[1].known.profile == PEOPLE["pim/sky"]
    assert wrote.cards
    faults(house, demo.JUNO).down = True
    assert (await humans.look("@pim@polder.example")).sides[0].account == demo.KIEL
    with pytest.raises(Unreachable):
        await humans.wrote(human)


async def test_offline_what_was_read_is_there(house: House) -> None:
    """Also somebody whom only the cache knows; nobody is asked."""
    humans = Humans(replace(house, options=Options(demo=True, offline=True)))
    faults(house, demo.JUNO).down = faults(house, demo.SKY).down = True
    human = await humans.look("teun@polder.example")
    read = await humans.read(human)

    assert isinstance(human.sides[0].trouble, Unreachable)
    assert read.cards and {card.post.author for card in read.cards} == {PEOPLE["teun"]}


async def test_nobody_is_not_found(house: House) -> None:
    """Under any name."""
    with pytest.raises(NotFound):
        await Humans(house).look("@nobody@nowhere.example")
