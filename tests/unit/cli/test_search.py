"""``search`` and ``bookmarks`` as a script meets them, on the demo."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Command


def test_search_makes_sense_or_says_so(godwit: Command) -> None:
    """An operator with nonsense is bad usage, in words."""
    wrong = godwit.run("--demo", "search", "has:foo")
    assert wrong.returncode == 2
    assert "knows no “foo”" in wrong.stderr
    assert godwit.run("--demo", "search", "--", "-").returncode == 2
    assert godwit.run("--demo", "search", "a", "--older", "xyz").returncode == 2


def test_a_new_profile_is_read_before_it_is_searched(godwit: Command) -> None:
    """Nobody need know that a sync comes first; --offline asks nobody, and finds nothing."""
    assert godwit.json("--demo", "search", "dog")["items"]
    assert godwit.json("--demo", "--offline", "search", "dog")["items"] == []


def test_servers_are_searched(godwit: Command) -> None:
    """Posts and people, and how each server did."""
    found = godwit.json("--demo", "search", "--where", "servers", "dog")
    assert found["items"]
    assert {one["state"] for one in found["servers"]} <= {"ready", "unable", "failed"}
    assert any(one["posts"] for one in found["servers"])
    people = godwit.json("--demo", "search", "--where", "servers", "ottilie")["people"]
    assert "ottilie@saltmarsh.example" in [one["handle"] for one in people]


def test_tags_and_feeds_are_found_and_opened(godwit: Command) -> None:
    """Beside posts; a feed by its address; what no server can be asked for is bad usage."""
    found = godwit.json("--demo", "search", "--where", "servers", "boat")
    assert "Boats" in [one["name"] for one in found["tags"]]
    assert [one["name"] for one in found["feeds"]] == ["Small boats"]
    opened = godwit.json("--demo", "search", found["feeds"][0]["arg"])
    assert opened["feeds"] == found["feeds"]
    told = godwit.run("--demo", "search", "--where", "servers", "boat").stdout
    assert "#Boats" in told
    assert "Small boats by @" in told
    wrong = godwit.run("--demo", "search", "--where", "servers", "has:image")
    assert wrong.returncode == 2
    assert wrong.stderr.count("needs a word") == 1


def test_an_address_is_opened(godwit: Command) -> None:
    """Somebody, or a post; what nobody knows is refused."""
    somebody = godwit.json("--demo", "search", "@ottilie@saltmarsh.example")
    assert somebody["people"][0]["handle"] == "ottilie@saltmarsh.example"
    assert godwit.run("--demo", "search", "https://nowhere.example/@x/1").returncode == 1


def test_bookmarks_are_listed(godwit: Command, tmp_path: Path) -> None:
    """Those of the servers; folders are told, and a file without a place is bad usage."""
    listed = godwit.json("--demo", "bookmarks")
    assert listed["count"] == len(listed["items"])
    assert godwit.json("--demo", "bookmarks", "folders") == {"folders": []}
    uri = godwit.json("--demo", "search", "--where", "servers", "dog")["items"][0]["uri"]
    assert godwit.run("--demo", "bookmarks", "rename", "x", "y").returncode == 1
    assert uri


def test_lists_are_shown_and_what_is_wrong_is_told(godwit: Command) -> None:
    """An account must be named where there are several; no such list is refused."""
    kept = godwit.json("--demo", "list")
    assert kept["problems"] == []
    assert {"Shore watch", "People of the sea"} <= {one["title"] for one in kept["lists"]}
    several = godwit.run("--demo", "list", "make", "Birds")
    assert several.returncode == 2
    assert "--account" in several.stderr
    assert godwit.run("--demo", "list", "delete", "Birds").returncode == 1
