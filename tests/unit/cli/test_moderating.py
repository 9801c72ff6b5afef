"""Words, labelers, filters and blocklists from the command line, on the demo."""

from __future__ import annotations

from pathlib import Path

from app.protocols.demo.people import LABELER
from tests.unit.cli.conftest import Command

JUNO, SKY = "juno@saltmarsh.example", "juno.example.org"


def test_words_are_muted_and_listed(godwit: Command) -> None:
    """At the server that keeps words, or here alone."""
    everywhere = godwit.json("--demo", "mute", "words", "add", "#tide", "--for", "7d")
    here = godwit.json("--demo", "mute", "words", "add", "tide", "--where", "here", "--tags-only")

    assert (everywhere["value"], everywhere["accounts"], everywhere["here"]) == (
        "tide",
        [SKY],
        False,
    )
    assert everywhere["expires_at"].endswith("Z")
    assert (here["accounts"], here["here"], here["targets"]) == ([], True, ["tag"])
    assert godwit.json("--demo", "mute", "words", "list") == {"words": []}
    assert godwit.json("--demo", "mute", "words", "remove", "x", status=1)["error"]["kind"] == (
        "not_found"
    )
    assert godwit.json("--demo", "mute", "words", "dance", status=2)["error"]["kind"] == "usage"


def test_labelers_are_listed_set_and_left(godwit: Command) -> None:
    """With what each of their labels does."""
    listed = godwit.json("--demo", "labeler", "list")
    changed = godwit.json("--demo", "labeler", "set", "tall-tale", "hide", "--of", "Harbour Watch")
    adult = godwit.json("--demo", "labeler", "set", "adult", "off")
    left = godwit.json("--demo", "labeler", "remove", LABELER)

    assert [one["name"] for one in listed["labelers"]] == ["House Rules", "Harbour Watch"]
    assert listed["labelers"][1]["meanings"][0]["value"] == "tall-tale"
    assert changed["labelers"][1]["settings"] == {"tall-tale": "hide"}
    assert adult["adult"] is False
    assert [one["name"] for one in left["labelers"]] == ["House Rules"]
    assert godwit.json("--demo", "labeler", "set", "adult", "hide", status=2)
    assert godwit.json("--demo", "labeler", "add", "nobody.example", status=1)["error"]["kind"] == (
        "not_found"
    )


def test_filters_are_made_and_removed(godwit: Command) -> None:
    """On the server that keeps them; where several could, one must say which."""
    made = godwit.json(
        "--demo", "filter", "add", "low water", "ebb", "--action", "hide", "--in", "home", "--as", JUNO
    )  # fmt: skip
    listed = godwit.json("--demo", "filter", "list")
    removed = godwit.json("--demo", "filter", "remove", "derby", "--as", JUNO)

    assert (made["title"], made["contexts"], made["action"]) == ("low water", ["home"], "hide")
    assert [one["title"] for one in listed["filters"]] == ["derby", "Spoilers"]
    assert removed["removed"]["id"] == "1"
    assert godwit.json("--demo", "filter", "add", "x", status=2)["error"]["kind"] == "usage"


def test_a_blocklist_shows_its_difference_before_it_counts(godwit: Command, tmp_path: Path) -> None:
    """In a profile that stays: added, applied, updated, removed."""
    profile, file = str(tmp_path / "profile"), tmp_path / "tier0.csv"
    file.write_text("domain,severity\nevil.example,suspend\n")
    added = godwit.json("--profile", profile, "blocklist", "add", str(file))
    id = added["subscription"]["id"]
    applied = godwit.json("--profile", profile, "blocklist", "apply", "tier0.csv")
    file.write_text("domain,severity\nworse.example,suspend\n")
    [update] = godwit.json("--profile", profile, "blocklist", "update")["updates"]
    excepted = godwit.json("--profile", profile, "blocklist", "except", "fine.example")
    listed = godwit.json("--profile", profile, "blocklist", "list")
    removed = godwit.json("--profile", profile, "blocklist", "remove", id)

    assert [one["name"] for one in added["added"]] == ["evil.example"]
    assert (applied["entries"], applied["proposed"]) == (1, False)
    assert [one["name"] for one in update["added"]] == ["worse.example"]
    assert [one["name"] for one in update["removed"]] == ["evil.example"]
    assert excepted == {"exceptions": ["fine.example"]}
    assert listed["lists"][0]["proposed"]
    assert removed["removed"]["id"] == id
    assert godwit.json("--profile", profile, "blocklist", "apply", id, status=1)
