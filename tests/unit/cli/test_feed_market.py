"""``feed search``, ``look``, ``pins``… and ``publish``: as a script meets them, on the demo."""

from __future__ import annotations

from app.protocols.demo.offering import FEEDS
from tests.unit.cli.conftest import Command

BOATS, LOVED, _, CRANES = FEEDS[:4]


def test_feeds_are_found_and_looked_at(godwit: Command) -> None:
    """Popular ones, by words; the first posts of one, or what is wrong with it."""
    found = godwit.json("--demo", "feed", "search")
    assert found["problems"] == []
    first = found["offers"][0]
    assert (first["name"], first["pinned"], first["can_pin"]) == (BOATS.name, True, True)
    words = godwit.json("--demo", "feed", "search", "loved", "week")["offers"]
    assert [one["arg"] for one in words] == [LOVED.arg]
    look = godwit.json("--demo", "feed", "look", LOVED.arg)
    assert look["items"] and look["problem"] is None
    dead = godwit.json("--demo", "feed", "look", CRANES.arg, status=1)
    assert "offline" in dead["problem"]["message"]
    gone = godwit.run("--demo", "feed", "look", "at://nobody/feed")
    assert gone.returncode == 1
    assert "may have been deleted" in gone.stderr


def test_sources_of_ones_own_are_listed(godwit: Command) -> None:
    """Lists, tags, trends; none of them is pinned at a server that keeps no pins."""
    offers = godwit.json("--demo", "feed", "sources")["offers"]
    assert {one["kind"] for one in offers} == {"list", "tag", "trends"}
    text = godwit.run("--demo", "feed", "sources").stdout
    assert "#Waders" in text


def test_pins_are_changed_at_the_server(godwit: Command) -> None:
    """What is there afterwards is told; a wrong place is bad usage."""
    pinned = godwit.json("--demo", "feed", "pin", LOVED.arg)["offers"]
    assert [one["name"] for one in pinned if one["pinned"]] == [BOATS.name, LOVED.name]
    left = godwit.json("--demo", "feed", "unpin", BOATS.name)["offers"]
    saved = [one["name"] for one in left if one["saved"] and not one["pinned"]]
    assert saved == [BOATS.name, CRANES.name]
    assert godwit.run("--demo", "feed", "move", BOATS.name, "--to", "7").returncode == 2
    assert godwit.run("--demo", "feed", "unpin", "nothing").returncode == 1
    listed = godwit.json("--demo", "feed", "pins")["offers"]
    assert [one["name"] for one in listed] == [BOATS.name, CRANES.name]


def test_what_would_be_public_is_shown_and_an_address_is_printed(godwit: Command) -> None:
    """Nothing is published by a dry run."""
    dry = godwit.json("--demo", "feed", "publish", "friends", "--dry-run")
    assert dry["uri"] is None
    assert dry["recipe"]["name"] == "Friends first"
    done = godwit.json("--demo", "feed", "publish", "friends")
    assert done["uri"].startswith("at://")
    gone = godwit.run("--demo", "feed", "add", "at://nobody/app.example.recipe/x")
    assert gone.returncode == 1
    assert "no published feed" in gone.stderr
