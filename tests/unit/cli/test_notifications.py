"""``notifications``: as a script meets them, on the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command


def test_all_accounts_are_in_one_document(godwit: Command) -> None:
    """Each row with who, what, and the post as an item; and how many are unread."""
    found = godwit.json("--demo", "notifications")
    assert found["unread"] == 4
    kinds = {item["kind"] for item in found["items"]}
    assert kinds >= {
        "mention", "reply", "quote", "like", "repost", "follow", "follow_request",
        "poll", "edit", "post", "moderation", "other",
    }  # fmt: skip
    likes = next(item for item in found["items"] if item["kind"] == "like")
    assert (likes["people"], likes["networks"]) == (12, {"mastodon": 12})
    assert likes["post"]["kind"] == "post"
    assert likes["post"]["author"]["handle"] == "juno@saltmarsh.example"
    assert likes["actors"][0].keys() == {"uri", "handle", "name"}


def test_they_are_narrowed_and_cut(godwit: Command) -> None:
    """By kind, account, unread; what is left out is said."""
    likes = godwit.json("--demo", "notifications", "--kind", "like", "--unread")["items"]
    assert {item["kind"] for item in likes} == {"like"}
    kiel = godwit.json("--demo", "notifications", "--account", "kiel@boatyard.example")
    assert {item["account"] for item in kiel["items"]} == {"kiel@boatyard.example"}
    few = godwit.json("--demo", "notifications", "--limit", "2")
    assert (len(few["items"]), few["more"]) == (2, True)


def test_people_get_sentences(godwit: Command) -> None:
    """With a dot before what was not read; marking all read takes them down."""
    done = godwit.run("--demo", "notifications", "--mark-read")
    assert "● Kaj Ó Dálaigh-Whitcombe mentioned you  ·  4 min  ·  Mastodon" in done.stdout
    assert "Tide log, Sunday." in done.stdout


def test_wrong_questions_are_usage(godwit: Command) -> None:
    """A kind, an account or a number that there is not."""
    for arguments in (("--kind", "poke"), ("--account", "nobody"), ("--limit", "0")):
        assert godwit.run("--demo", "notifications", *arguments).returncode == 2


def test_who_gets_through_is_told(godwit: Command) -> None:
    """Rules with their choices, and who was set aside."""
    found = godwit.json("--demo", "notifications", "--gate")["accounts"]
    juno = next(one for one in found if one["account"] == "juno@saltmarsh.example")
    assert juno["error"] is None
    assert juno["rules"][0]["choices"] == ["accept", "filter", "drop"]
    assert len(juno["set_aside"]) == 3


def test_sync_reports_them_like_timelines(godwit: Command, tmp_path: Path) -> None:
    """Per account; offline nobody is asked."""
    found = godwit.json("--demo", "sync", "--source", "notifications")["accounts"]
    assert all(one["fetched"] == one["new"] > 0 for one in found)
    empty = godwit.json("--profile", str(tmp_path / "p"), "--offline", "notifications")
    assert empty["items"] == []


def test_how_to_see_the_rest_can_be_typed(godwit: Command) -> None:
    """The number that is printed shows all of them."""
    line = godwit.run("--demo", "notifications", "--limit", "2").stdout.splitlines()[-2]
    assert line.split(": ")[0].endswith("more rows")
    all_of_them = godwit.json("--demo", "notifications", *line.split(": ")[1].split())
    assert not all_of_them["more"]


@pytest.mark.parametrize("accepted", [True, False])
def test_who_asks_to_follow_is_answered(godwit: Command, accepted: bool) -> None:
    """By the handle that stands below; nobody else is."""
    shown = godwit.run("--demo", "notifications", "--kind", "follow_request").stdout
    assert "    @yael@hof.example\n" in shown
    verb = "--accept" if accepted else "--decline"
    done = godwit.json("--demo", "notifications", verb, "@yael@hof.example")
    assert (done["account"], done["accepted"]) == ("juno@saltmarsh.example", accepted)
    assert godwit.run("--demo", "notifications", verb, "nobody@hof.example").returncode == 2


def test_one_answer_at_a_time(godwit: Command) -> None:
    """Both would be a slip."""
    both = ("--accept", "yael@hof.example", "--decline", "yael@hof.example")
    assert godwit.run("--demo", "notifications", *both).returncode == 2
