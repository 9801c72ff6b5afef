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
from app.services.options import Options
from app.services.profiles import Profiles
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
    profiles = Profiles(house)
    human = await profiles.look("@pim@polder.example")
    wrote = profiles.wall(human, "replies")
    await wrote.more()

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
    profiles = Profiles(house)
    faults(house, demo.SKY).down = True
    human = await profiles.look("@pim@polder.example")
    wrote = profiles.wall(human, "replies")
    await wrote.more()

    assert [side.trouble is None for side in human.sides] == [True, False]
    assert human.sides[1].known.profile == PEOPLE["pim/sky"]
    assert wrote.cards
    faults(house, demo.JUNO).down = True
    assert (await profiles.look("@pim@polder.example")).sides[0].account == demo.KIEL
    wrote = profiles.wall(human, "replies")
    await wrote.more()
    assert not wrote.cards and {type(one) for one in wrote.troubles.values()} == {Unreachable}


async def test_a_server_that_could_not_be_asked_is_why_nothing_is_told(house: House) -> None:
    """Not another one, which never knew them."""

    async def unknown(address: str) -> Any:
        raise NotFound(f"boatyard.example does not know {address}.")

    service: Any = house.accounts.service(demo.KIEL)
    service.portrait = unknown
    faults(house, demo.JUNO).down = True
    human = await Profiles(house).look("@pim@polder.example")

    assert isinstance(human.sides[0].trouble, Unreachable)


async def test_offline_what_was_read_is_there(house: House) -> None:
    """Also somebody whom only the cache knows; nobody is asked."""
    profiles = Profiles(replace(house, options=Options(demo=True, offline=True)))
    faults(house, demo.JUNO).down = faults(house, demo.SKY).down = True
    human = await profiles.look("teun@polder.example")
    read = profiles.wall(human, "replies")
    await house.store.load(read.kept)

    assert isinstance(human.sides[0].trouble, Unreachable)
    assert read.cards and {card.post.author for card in read.cards} == {PEOPLE["teun"]}


async def test_where_no_server_answers_what_was_read_is_there(house: House) -> None:
    """With why there is no more of it."""
    for account in (demo.JUNO, demo.KIEL, demo.SKY):
        faults(house, account).down = True
    profiles = Profiles(house)
    human = await profiles.look("@pim@polder.example")
    wall = profiles.wall(human, "replies")
    await house.store.load(wall.kept)

    assert human.sides[0].known.profile.handle == "pim@polder.example"
    assert isinstance(human.sides[0].trouble, Unreachable)
    assert wall.cards


async def test_nobody_is_not_found(house: House) -> None:
    """Under any name."""
    with pytest.raises(NotFound):
        await Profiles(house).look("@nobody@nowhere.example")
