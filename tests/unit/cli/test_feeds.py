"""``feed`` and ``timeline --feed``: as a script meets them, on the demo's world."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Command


def document(folder: Path, **parts: Any) -> str:
    """A recipe in a file."""
    path = folder / "feed.json"
    head = {"format": "godwit-feed", "version": 1, "id": "mine", "name": "Mine"}
    path.write_text(json.dumps({**head, **parts}, indent=1), "utf-8")
    return str(path)


def test_feeds_are_listed_with_keys(godwit: Command) -> None:
    """The first nine; newest first is in use."""
    feeds = godwit.json("--demo", "feed", "list")["feeds"]
    assert [feed["key"] for feed in feeds][:10] == [1, 2, 3, 4, 5, 6, 7, 8, 9, None]
    assert [feed["id"] for feed in feeds if feed["chosen"]] == ["newest"]
    text = godwit.run("--demo", "feed", "list").stdout
    assert "● 1  newest" in text


def test_feeds_of_the_demo_are_visibly_different(godwit: Command) -> None:
    """The same world in other orders, each row with its reasons and their weights."""
    tops = {}
    for id in ("friends", "slow-lane", "digest", "pictures", "scientists"):
        page = godwit.json("--demo", "timeline", "--feed", id, "--limit", "8")
        assert page["feed"] == id
        assert page["hidden"]["count"] > 0
        assert all(item["reasons"] for item in page["items"])
        tops[id] = tuple(item["uri"] for item in page["items"])
    assert len(set(tops.values())) == 5
    friends = godwit.json("--demo", "timeline", "--feed", "Friends first", "--limit", "1")
    weights = [one["weight"] for one in friends["items"][0]["reasons"] if one["kind"] == "score"]
    assert weights and all(weights)


def test_why_adds_up_to_the_score(godwit: Command) -> None:
    """And names the place at which the timeline shows it."""
    page = godwit.json("--demo", "timeline", "--feed", "friends", "--limit", "3")
    uri = page["items"][2]["uri"]
    why = godwit.json("--demo", "feed", "why", uri, "--feed", "friends")
    assert (why["shown"], why["position"]) == (True, 3)
    total = sum(part["amount"] for part in why["parts"]) * why["decay"] * why["author_factor"]
    assert total == pytest.approx(why["score"])
    other = godwit.json("--demo", "feed", "why", uri, "--feed", "long-reads")
    assert other["shown"] is False
    assert other["step"] and other["reasons"][0]["text"]
    gone = godwit.json("--demo", "feed", "why", "https://nowhere.example/1")
    assert (gone["shown"], gone["step"]) == (False, "unknown")


def test_a_feed_goes_from_file_to_use_and_away_again(godwit: Command, tmp_path: Path) -> None:
    """Add, show, use, export, remove: in one profile."""
    profile = ("--profile", str(tmp_path / "p"))
    file = document(tmp_path, rank={"mode": "time", "oldest_first": True})
    assert godwit.json(*profile, "feed", "add", file)["id"] == "mine"
    shown = godwit.json(*profile, "feed", "show", "mine")
    assert "Oldest first." in shown["in_words"]
    assert godwit.json(*profile, "feed", "use", "Mine")["chosen"] is True
    exported = godwit.run(*profile, "feed", "export", "mine").stdout
    assert json.loads(exported)["rank"] == {"oldest_first": True}
    assert godwit.json(*profile, "feed", "remove", "mine") == {"removed": "mine"}
    feeds = godwit.json(*profile, "feed", "list")["feeds"]
    assert [feed["id"] for feed in feeds if feed["chosen"]] == ["newest"]
    assert "mine" not in [feed["id"] for feed in feeds]


def test_a_preview_says_what_it_keeps(godwit: Command, tmp_path: Path) -> None:
    """Counted, in words, with the first rows; nothing is kept."""
    file = document(tmp_path, where={"all": [{"field": "has", "op": "is", "value": "image"}]})
    preview = godwit.json("--demo", "feed", "preview", file)
    assert preview["words"].startswith(f"keeps {preview['kept']} of ")
    assert 0 < preview["kept"] < preview["of"]
    assert preview["items"] and preview["dropped"]
    text = godwit.run("--demo", "feed", "preview", file).stdout
    assert text.startswith("It keeps ")


def test_a_broken_document_is_refused_with_line_and_key(godwit: Command, tmp_path: Path) -> None:
    """In two lines, and with status 2."""
    file = document(tmp_path, rank={"mode": "score", "terms": [{"feature": "lucks", "weight": 1}]})
    for verb in ("add", "preview"):
        done = godwit.run("--demo", "feed", verb, file)
        assert done.returncode == 2
        assert "rank.terms.0.feature" in done.stderr
        assert "error: Line " in done.stderr
    for arguments in (["feed", "show", "nowhere"], ["feed", "add", str(tmp_path / "none")]):
        assert godwit.run("--demo", *arguments).returncode == 2
    assert godwit.run("--demo", "timeline", "--feed", "nowhere").returncode == 2
    assert godwit.run("--demo", "feed", "remove", "friends").returncode == 2


def test_marks_teach_and_can_be_forgotten(godwit: Command) -> None:
    """In words: so far it only covers."""
    page = godwit.json("--demo", "timeline", "--feed", "digest", "--limit", "1")
    uri = page["items"][0]["uri"]
    taught = godwit.json("--demo", "feed", "mark", uri, "less", "--topic", "politics")
    assert taught["lessons"] == [{"topic": "politics", "more": 0, "less": 1, "may_hide": False}]
    assert godwit.json("--demo", "feed", "forget") == {"lessons": []}


def test_pages_of_a_feed_join(godwit: Command, tmp_path: Path) -> None:
    """One order, page by page, from the cache; nothing twice."""
    profile = ("--profile", str(tmp_path / "p"), "--offline")
    page = godwit.json(*profile, "timeline", "--feed", "friends")
    assert page["items"] == []
    assert page["older"] is None
    text = godwit.run(*profile, "timeline", "--feed", "friends").stdout
    assert "no account yet" in text


def test_a_feed_without_politics_says_what_it_leaves_out(godwit: Command) -> None:
    """By its words and tags; why names the topic."""
    page = godwit.json("--demo", "timeline", "--limit", "400")
    (uri,) = [item["uri"] for item in page["items"] if "Council election" in (item["text"] or "")]
    found = godwit.json("--demo", "timeline", "--feed", "no-politics", "--limit", "400")
    assert found["kept"] == found["candidates"] - 2
    assert uri not in [item["uri"] for item in found["items"]]
    why = godwit.json("--demo", "feed", "why", uri, "--feed", "no-politics")
    assert (why["shown"], why["step"]) == (False, "rule")
    assert "politics" in why["rule"]
