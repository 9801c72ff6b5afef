"""Reactions, conversations and the people book from the command line, on the demo."""

from __future__ import annotations

from typing import Any

import pytest

from app.protocols.demo.people import PEOPLE
from app.protocols.demo.sketch import address
from tests.unit.cli.conftest import Command

GODWITS, GODWITS_PAGE = address(PEOPLE["ottilie"], "godwits")
IN_SKY = address(PEOPLE["ottilie/sky"], "godwits")[0]
KETTLE = address(PEOPLE["bo"], "kettle")[0]
POLL = address(PEOPLE["library"], "opening")[0]
JUNO, SKY, KIEL = "juno@saltmarsh.example", "juno.example.org", "kiel@boatyard.example"


@pytest.mark.parametrize(
    ("verb", "uri", "state"),
    [
        ("like", KETTLE, {"liked": True}),
        ("unlike", GODWITS_PAGE, {"liked": False}),
        ("repost", KETTLE, {"reposted": True}),
        ("bookmark", IN_SKY, {"bookmarked": True}),
        ("mute-thread", KETTLE, {"muted": True}),
    ],
)
def test_a_reaction_tells_how_it_stands(
    godwit: Command, verb: str, uri: str, state: dict[str, Any]
) -> None:
    """By URI or web page, also for a post that no timeline has shown yet."""
    done = godwit.json("--demo", verb, uri)

    assert not done["queued"]
    assert done["error"] is None
    assert state.items() <= done["state"].items()


def test_an_emoji_is_put_under_a_post_and_taken_away(godwit: Command) -> None:
    """By its sign, or the name of a custom one; where no server takes them, in words."""
    code = address(PEOPLE["rik"], "code")[0]

    done = godwit.json("--demo", "react", code, "rope")
    assert done["state"]["emoji"] == ["🌊", "rope@compile.example"]
    assert godwit.json("--demo", "unreact", code, "🌊")["state"]["emoji"] == []
    refused = godwit.json("--demo", "react", KETTLE, "🌊", status=1)
    assert refused["error"]["kind"] == "unsupported"


def test_another_account_may_act(godwit: Command) -> None:
    """On the copy of its network, which it is asked to find."""
    done = godwit.json("--demo", "like", IN_SKY, "--as", SKY)
    assert (done["uri"], done["as"]) == (IN_SKY, SKY)

    wrong = godwit.json("--demo", "like", KETTLE, "--as", SKY, status=1)
    assert wrong["error"]["kind"] in ("not_found", "unsupported")


def test_a_vote_names_its_options_from_one(godwit: Command) -> None:
    """Zero is no option; the second is the second."""
    assert godwit.json("--demo", "vote", POLL, "--choice", "2", "--as", KIEL)["state"]["votes"] == [
        2
    ]
    assert (
        godwit.json("--demo", "vote", POLL, "--choice", "0", status=2)["error"]["kind"] == "usage"
    )


def test_people_are_followed_by_handle_or_page(godwit: Command) -> None:
    """A locked account is asked; a mute may end by itself; a bad span is bad usage."""
    follow = godwit.json("--demo", "follow", "@teun@polder.example")
    locked = godwit.json("--demo", "follow", PEOPLE["kaj"].url, "--as", KIEL)
    mute = godwit.json("--demo", "mute", PEOPLE["kaj/sky"].handle, "--for", "7d")

    assert (follow["state"]["following"], follow["as"]) == (True, JUNO)
    assert (locked["state"]["requested"], locked["as"]) == (True, KIEL)
    assert (mute["state"]["muted"], mute["as"]) == (True, SKY)
    assert godwit.json("--demo", "mute", "bo@fjord.example", "--for", "soon", status=2)


def test_a_report_is_about_a_post_or_somebody(godwit: Command) -> None:
    """Whatever the address leads to."""
    post = godwit.json("--demo", "report", KETTLE, "--reason", "spam", "--comment", "again")
    person = godwit.json("--demo", "report", "bo@fjord.example")

    assert post["uri"] == KETTLE
    assert person["uri"] == PEOPLE["bo"].uri


@pytest.mark.parametrize("verb", ["like", "follow", "thread"])
def test_what_nobody_knows_is_said(godwit: Command, verb: str) -> None:
    """Exit status 1, and words."""
    done = godwit.json("--demo", verb, "https://nowhere.example/1", status=1)

    assert done["error"]["kind"] == "not_found"


def test_a_conversation_has_both_networks(godwit: Command) -> None:
    """Each line is an item with its depth and what it answers; missing ones are stubs."""
    godwit.json("--demo", "sync")
    found = godwit.json("--demo", "thread", GODWITS)
    items = found["items"]

    [focus] = [item for item in items if item["part"] == "focus"]
    assert focus["uri"] == GODWITS
    below = [item for item in items if item["part"] == "below"]
    assert any("Stairs are harder" in item["text"] and item["depth"] == 2 for item in below)
    assert any(item["kind"] == "stub" and item["state"] == "not_loaded" for item in below)
    assert any(item["kind"] == "stub" and item["state"] == "continue" for item in below)
    assert all(item["parent"] for item in below)
    assert found["hidden"]["count"] == 1
    assert found["origins"] == []
    assert {item["origin"] for item in items} == {None}
    assert {place["account"] for place in found["reply_from"]} >= {JUNO, KIEL}


def test_what_stands_above_an_answer_is_not_named_again(godwit: Command) -> None:
    """The indentation says it."""
    found = godwit.run("--demo", "thread", GODWITS).stdout
    assert "replying to" not in found


def test_a_conversation_as_text(godwit: Command) -> None:
    """Indented, without a secret or a trace."""
    done = godwit.run("--demo", "thread", GODWITS, "--order", "liked")

    assert done.returncode == 0, done.stderr
    assert "Counted 4" in done.stdout
    assert "        Ottilie Brandvold" in done.stdout
    assert "more on servers that yours has not asked" in done.stdout


def test_the_people_book_in_one_profile(godwit: Command) -> None:
    """Empty; joined; parted: each command tells what it did."""
    assert godwit.json("--demo", "people", "list") == {"people": []}

    joined = godwit.json("--demo", "people", "link", "teun@polder.example", "kaj.birds.example")
    assert {p["network"] for p in joined["profiles"]} == {"mastodon", "bluesky"}
    assert joined["links"][0]["why"] == "user"
    assert godwit.json("--demo", "people", "unlink", "teun@polder.example", status=1)


def test_bridges_are_looked_through(godwit: Command) -> None:
    """Who is copied, with the proof; and who is not."""
    yes = godwit.json("--demo", "bridge", "status", "maribel.example.net")
    no = godwit.json("--demo", "bridge", "status", "@teun@polder.example")

    assert yes["bridged"]
    assert "checked from both ends" in yes["bridges"][0]["text"]
    assert not no["bridged"]


def test_offline_a_reaction_is_kept(godwit: Command) -> None:
    """Of a post in the cache; told as not done yet."""
    done = godwit.json("--demo", "--offline", "like", KETTLE, status=1)

    assert done["error"]["kind"] == "unreachable"


def test_a_lane_that_cannot_go_there_says_so_in_its_error(godwit: Command) -> None:
    """A dry run with exit 2 tells which lane stands in the way, and why."""
    found = godwit.json("--demo", "post", "x", "--visibility", "followers", "--dry-run", status=2)

    errors = {lane["network"]: lane["error"] for lane in found["lanes"]}
    assert errors["mastodon"] is None
    assert "only your followers" in errors["bluesky"]["message"]
