"""Likes, tags, trends, and what is told of single posts, as a script meets them on the demo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Command


def _post(godwit: Command, words: str) -> Any:
    """The first post of the timeline with *words*."""
    items = godwit.json("--demo", "timeline")["items"]
    return next(one for one in items if one["kind"] == "post" and words in one["text"])


def test_likes_are_listed(godwit: Command) -> None:
    """As the servers have them; fewer than one is bad usage."""
    told = godwit.json("--demo", "likes")
    assert told["count"] == len(told["items"]) > 0
    assert all(any(v["liked"] for v in one["viewer"].values()) for one in told["items"])
    assert godwit.run("--demo", "likes", "--limit", "0").returncode == 2


def test_tags_are_followed_where_an_account_is_named(godwit: Command) -> None:
    """Else it is asked for which."""
    told = godwit.json("--demo", "tag")
    assert [one["account"] for one in told["tags"] if "Waders" in one["tags"]]
    assert "--account" in godwit.run("--demo", "tag", "follow", "Ebb").stderr
    done = godwit.json("--demo", "tag", "follow", "#Ebb", "--account", "juno@saltmarsh.example")
    assert (done["tag"], done["followed"], done["at_server"]) == ("Ebb", True, True)


def test_trends_are_told_by_server(godwit: Command) -> None:
    """Tags and pages on one network, topics on the other."""
    kinds = {t["kind"] for s in godwit.json("--demo", "trends")["servers"] for t in s["trends"]}
    assert kinds == {"tag", "link", "topic"}


def test_one_is_no_people(godwit: Command) -> None:
    """Numbers and their words agree, for one as for many."""
    for words in (("trends",), ("list",)):
        for line in godwit.run("--demo", *words).stdout.splitlines():
            assert not line.endswith(("  1 people", ", 1 people)"))


def test_what_could_not_be_asked_is_not_told_as_nothing(godwit: Command) -> None:
    """Offline nobody knows whether there are lists."""
    told = godwit.run("--demo", "--offline", "list")
    assert (told.returncode, told.stdout) == (1, "")
    told = godwit.run("--demo", "--offline", "search", "tide", "--where", "servers")
    assert (told.returncode, told.stdout) == (1, "")


@pytest.mark.parametrize("noun", ["trends", "bookmarks", "likes", "list", "tag"])
def test_where_there_is_no_account_the_next_step_is_told(
    godwit: Command, tmp_path: Path, noun: str
) -> None:
    """That there is nothing is no surprise then, and no help."""
    told = godwit.run("--profile", str(tmp_path / "new"), noun)
    assert told.returncode == 0, told.stderr
    assert told.stdout == "There is no account yet. Add one: godwit account add --help\n"


def test_who_liked_an_echo_is_told_for_both_networks(godwit: Command) -> None:
    """And a post that nobody has is refused."""
    post = _post(godwit, "bar-tailed godwits")
    told = godwit.json("--demo", "who", post["uri"])["networks"]
    assert all(one["people"] and one["error"] is None for one in told)
    assert godwit.run("--demo", "who", "https://nowhere.example/1").returncode == 1


def test_an_edit_is_shown_word_by_word(godwit: Command) -> None:
    """What was never edited says so."""
    edited = _post(godwit, "شاطئ")
    told = godwit.json("--demo", "history", edited["uri"])["versions"]
    assert [part["kind"] for part in told[0]["changes"]] == ["same", "new", "same"]
    plain = godwit.run("--demo", "history", _post(godwit, "kettle")["uri"])
    assert plain.returncode == 1
    assert "not edited" in plain.stderr


def test_a_post_is_translated_where_a_server_can(godwit: Command) -> None:
    """And where none can, it is told what to do."""
    told = godwit.json("--demo", "translate", _post(godwit, "شاطئ")["uri"], "--to", "en")
    assert (told["from"], told["to"]) == ("ar", "en")
    refused = godwit.run("--demo", "translate", _post(godwit, "干潟")["uri"])
    assert refused.returncode == 1
    assert "try: In a browser: https://translate.google.com/?" in refused.stderr


def test_bells_and_hidden_reposts_are_listed_by_account(godwit: Command) -> None:
    """An account that is not there is bad usage; offline is no empty list."""
    told = godwit.json("--demo", "people", "bells")
    assert {one["account"] for one in told["accounts"]} >= {"juno@saltmarsh.example"}
    assert all(one["complete"] and one["error"] is None for one in told["accounts"][:1])
    assert godwit.run("--demo", "people", "bells", "nobody@nowhere.example").returncode != 0
    assert godwit.run("--demo", "--offline", "people", "bells").returncode == 1
