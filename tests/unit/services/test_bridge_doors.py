"""Coming into a bridge and leaving it: one act, only when it is wanted, once."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.model import AccountId
from app.model.errors import NotFound
from app.people.bridges import bridges_from_json
from app.protocols import demo
from app.resources import resource
from tests.unit.services.shore import Shore


@pytest.mark.parametrize("account", [demo.JUNO, demo.SKY])
async def test_one_comes_in_and_leaves_by_one_account(shore: Shore, account: AccountId) -> None:
    """In by following it, out by blocking it, in again by both; twice is once."""
    doors = shore.people.doors
    assert [one.stands for one in await doors.standing(account)] == ["never"]
    for on, stands in ((True, "in"), (True, "in"), (False, "out"), (False, "out"), (True, "in")):
        [after] = await doors.turn(account, on)
        assert after.stands == stands and after.text


async def test_asking_changes_nothing(shore: Shore) -> None:
    """How one stands, and what it would mean, is only read."""
    doors = shore.people.doors
    doors.of(demo.JUNO)
    await doors.standing(demo.JUNO)

    assert shore.network.world.ledger.relations == {}


async def test_a_door_that_is_gone_is_told_by_its_name(shore: Shore) -> None:
    """Not as if the account that was looked at did not exist."""
    doors = shore.people.doors
    [(bridge, door)] = doors.of(demo.JUNO)
    doors._bridges = lambda: (replace(bridge, doors=(replace(door, account="a@gone.example"),)),)
    with pytest.raises(NotFound, match=r"does not know @a@gone\.example"):
        await doors.standing(demo.JUNO)


async def test_a_bridge_that_nobody_knows_is_not_found(shore: Shore) -> None:
    """By a wrong name."""
    with pytest.raises(NotFound):
        shore.people.doors.of(demo.JUNO, "Drawbridge")


async def test_whoever_would_block_a_door_is_warned(shore: Shore) -> None:
    """It is another way to leave; blocking anybody else is none."""
    doors = shore.people.doors

    assert doors.leaves("@SKY@bridge.example") == "Marsh Bridge"
    assert doors.leaves("bo@fjord.example") == ""


async def test_whoever_would_block_a_bridges_server_is_warned(shore: Shore) -> None:
    """Also by the domain above it; the server of somebody else is none."""
    doors = shore.people.doors

    assert doors.cut_off_with("bridge.example") == "Marsh Bridge"
    assert doors.cut_off_with("Bridge.Example.") == "Marsh Bridge"
    assert doors.cut_off_with("dge.example") == doors.cut_off_with("fjord.example") == ""


def test_every_bridge_that_ships_says_what_it_wants() -> None:
    """On both networks that it joins, in sentences."""
    for path in (("bridges.json",), ("demo", "bridges.json")):
        for bridge in bridges_from_json(resource(*path).read_bytes()):
            networks = sorted(door.network for door in bridge.doors)
            assert networks == sorted(way.origin for way in bridge.ways)
            for door in bridge.doors:
                assert door.needs and door.carries
                assert all(text.endswith(".") for text in (*door.needs, *door.carries))
