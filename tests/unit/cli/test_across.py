"""``carry-over`` and ``bridge`` from the command line: what is said, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command

LAND, SKY = "juno@saltmarsh.example", "juno.example.org"
ENDS = ("--from", LAND, "--to", SKY)


def test_people_are_found_and_nobody_is_followed(godwit: Command) -> None:
    """The document of the contract; evidence has words; who is not found is listed."""
    found = godwit.json("--demo", "carry-over", *ENDS)

    assert {"matches", "unmatched"} <= found.keys()
    for match in found["matches"]:
        assert {"from", "to", "confidence", "evidence"} <= match.keys()
        assert 0 < match["confidence"] <= 1
        assert all(why["text"] for why in match["evidence"])
        assert match["follow"] == (match["confidence"] >= 0.95)
    pairs = {match["from"]["handle"]: match["to"]["handle"] for match in found["matches"]}
    assert pairs["kaj@quiet.example"] == "kaj.birds.example"
    assert "teun@polder.example" in {who["handle"] for who in found["unmatched"]}


def test_only_whom_the_file_confirms_is_followed(godwit: Command, tmp_path: Path) -> None:
    """Looked through, edited, applied; edited nonsense is bad input and follows nobody."""
    file = tmp_path / "people.json"
    printed = godwit.json("--demo", "carry-over", *ENDS, "--out", str(file))
    assert json.loads(file.read_text()) == printed

    value = json.loads(file.read_text())
    for match in value["matches"]:
        match["follow"] = match["to"]["handle"] == "pim.polder.example"
    file.write_text(json.dumps(value))
    done = godwit.json("--demo", "carry-over", *ENDS, "--apply", str(file))
    assert [(one["to"]["handle"], one["state"]) for one in done["applied"]] == [
        ("pim.polder.example", "done")
    ]
    assert (done["done"], done["failed"], done["left"]) == (1, 0, 0)

    value["matches"][0]["follow"] = "perhaps"
    file.write_text(json.dumps(value))
    error = godwit.json("--demo", "carry-over", *ENDS, "--apply", str(file), status=2)
    assert error["error"]["kind"] == "bad_input" and "follow" in error["error"]["message"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("carry-over",),
        ("carry-over", "--from", LAND, "--to", "nobody"),
        ("carry-over", "--from", LAND, "--to", "kiel@boatyard.example"),
        ("carry-over", *ENDS, "--apply", "x.json", "--ask-bridges"),
        ("--offline", "carry-over", *ENDS),
    ],
)
def test_what_cannot_be_meant_is_bad_usage(godwit: Command, wrong: tuple[str, ...]) -> None:
    """Two lines on stderr."""
    done = godwit.run("--demo", *wrong)

    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and "\ntry: " in done.stderr


def test_a_bridge_is_explained_before_anything_is_done(godwit: Command) -> None:
    """Without --yes it waits for an answer; with it, it is done."""
    explained = godwit.json("--demo", "bridge", "on", LAND, status=3)
    assert explained["needs"][0]["key"] == "yes" and explained["bridges"] == []
    assert "sky@bridge.example" in explained["needs"][0]["prompt"]

    done = godwit.json("--demo", "bridge", "on", LAND, "--yes")
    assert [one["state"] for one in done["bridges"]] == ["in"]
    left = godwit.json("--demo", "bridge", "off", SKY, "--yes")
    assert [one["state"] for one in left["bridges"]] == ["out"]
    own = godwit.json("--demo", "bridge", "status", LAND)["own"]
    assert [one["state"] for one in own] == ["never"]


def test_whoever_blocks_a_bridge_is_told_what_it_means(godwit: Command) -> None:
    """On stderr, before it is done."""
    done = godwit.run("--demo", "block", "@sky@bridge.example")

    assert done.returncode == 0 and "leaves Marsh Bridge" in done.stderr


def test_somebody_is_shown_with_all_that_they_say(godwit: Command) -> None:
    """Profiles, how my accounts stand to them, and what they wrote."""
    shown = godwit.json("--demo", "profile", "@ottilie@saltmarsh.example", "--limit", "3")

    [profile] = shown["profiles"]
    assert profile["handle"] == "ottilie@saltmarsh.example" and profile["text"]
    assert profile["fields"][0]["verified"] is True
    assert (
        f"Identity: {profile['uri']}"
        in godwit.run("--demo", "profile", "@ottilie@saltmarsh.example", "--limit", "1").stdout
    )
    assert all("following" in one for one in profile["relations"].values())
    assert len(shown["items"]) == 3
    assert {item["author"]["handle"] for item in shown["items"]} == {profile["handle"]}
    assert godwit.json("--demo", "profile", "@nobody@nowhere.example", status=1)["error"]


def test_who_somebody_may_be_elsewhere_is_suggested(godwit: Command) -> None:
    """With the evidence; nothing comes into the book by itself."""
    found = godwit.json("--demo", "people", "suggest", "kaj@quiet.example")["suggestions"]

    assert found[0]["to"]["handle"] == "kaj.birds.example"
    assert found[0]["evidence"][0]["kind"] == "mutual"
    assert godwit.json("--demo", "people", "suggest", "teun@polder.example")["suggestions"] == []


def test_everybody_i_follow_is_looked_for_and_rejected(godwit: Command) -> None:
    """With evidence; the surest first; only whoever was suggested can be rejected."""
    found = godwit.json("--demo", "people", "suggest")["suggestions"]

    sure = [one["confidence"] for one in found]
    assert sure == sorted(sure, reverse=True) and sure[-1] >= 0.7
    assert all(one["evidence"][0]["text"] for one in found)
    gone = godwit.json("--demo", "people", "reject", "kaj@quiet.example", "nobody", status=1)
    assert gone["error"]


def test_a_profile_has_parts_people_and_a_note(godwit: Command) -> None:
    """One part of what they wrote, whom they know, what I noted of them."""
    shown = godwit.json(
        *("--demo", "profile", "pim@polder.example", "--part", "media"),
        *("--near", "followers", "--note", "Owes me a pump."),
    )

    assert shown["items"] and all(item["media"] for item in shown["items"])
    assert shown["near"]["followers"][0]["handle"]
    assert shown["near_complete"] is True
    assert shown["note"] == "Owes me a pump."
    assert shown["profiles"][0]["kept_at"] == "polder.example"


def test_whom_nobody_knows_is_refused_in_the_words_of_no_network(godwit: Command) -> None:
    """The address may well be of another one."""
    told = godwit.run("--demo", "profile", "@nobody@nowhere.example")
    assert told.returncode == 1
    assert "No server of yours knows @nobody@nowhere.example." in told.stderr
