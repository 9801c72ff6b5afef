"""``message``: as a script meets it, on the demo."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Command


def test_the_inbox_is_one_document(godwit: Command) -> None:
    """Conversations of all accounts, requests apart, each with its last words."""
    found = godwit.json("--demo", "message", "list")
    assert found["unread"] == 1
    assert len(found["requests"]) == 2
    first = found["conversations"][0]
    assert first["last"]["text"] == "Then bring the small telescope 🔭"
    assert (first["network"], first["unread"], first["request"]) == ("bluesky", 1, False)
    assert first["people"][0].keys() == {"uri", "handle", "name"}


def test_a_conversation_is_read_by_its_number(godwit: Command) -> None:
    """With who can read it; nothing says that it is encrypted."""
    found = godwit.json("--demo", "message", "read", "1")
    assert found["encrypted"] is False
    assert [one["reactions"] for one in found["messages"]][1][0]["value"] == "😄"
    words = godwit.run("--demo", "message", "read", "1").stdout
    assert "Not end-to-end encrypted." in words


def test_sending_says_that_it_is_there(godwit: Command) -> None:
    """Into a conversation, or to somebody; from standard input, too."""
    sent = godwit.json("--demo", "message", "send", "1", "-", stdin="Thermos\n")
    assert sent["state"] == "delivered"
    assert sent["message"]["text"] == "Thermos"
    to = ("bo@fjord.example", "Hello Bo", "--as", "juno@saltmarsh.example")
    assert godwit.json("--demo", "message", "send", *to)["state"] == "delivered"
    words = godwit.run("--demo", "message", "send", *to).stdout
    assert words == "It is there, for Bo Sandvær.\n"


def test_a_group_is_made_and_written_to(godwit: Command) -> None:
    """By name; several people are written to in no other way where there are groups."""
    who = ("kaj.birds.example", "gus.bread.example")
    made = godwit.json("--demo", "message", "group", "Bread and boats", *who)
    assert (made["account"], made["group"]) == ("juno.example.org", "Bread and boats")
    refused = godwit.run("--demo", "message", "send", *who, "Hello both")
    assert "a group here" in refused.stderr


def test_who_takes_no_messages_is_said_with_why(godwit: Command) -> None:
    """And nothing is sent."""
    done = godwit.run("--demo", "message", "send", "maribel.example.net", "Hello")
    assert done.returncode == 1
    assert "only from people they follow" in done.stderr


def test_acts_and_wrong_names(godwit: Command) -> None:
    """Each act on its own; what there is not is bad usage."""
    for act in ("mute", "unmute", "leave"):
        assert godwit.json("--demo", "message", act, "1")["done"] == act
    assert godwit.json("--demo", "message", "accept", "10")["done"] == "accept"
    react = ("react", "1", "4", "👍")
    assert godwit.json("--demo", "message", *react)["done"] == "react"
    assert godwit.run("--demo", "message", "read", "99").returncode == 2
    assert godwit.run("--demo", "message", "retry", "nothing").returncode == 1


def test_without_an_act_the_inbox_is_listed(godwit: Command) -> None:
    """As of lists, tags and bookmarks."""
    assert godwit.json("--demo", "message") == godwit.json("--demo", "message", "list")


def _group(godwit: Command) -> str:
    found = godwit.json("--demo", "message", "list")["conversations"]
    return next(str(at) for at, one in enumerate(found, start=1) if one["group"])


def test_a_group_of_mine_is_kept(godwit: Command) -> None:
    """Named, filled, locked; who is in it; each answer tells how it stands."""
    number = _group(godwit)
    named = godwit.json("--demo", "message", "rename", number, "Moorings")
    assert (named["group"], named["state"]["mine"]) == ("Moorings", True)
    added = godwit.json("--demo", "message", "add", number, "kaj.birds.example")
    assert added["state"]["members"] == 5
    gone = godwit.json("--demo", "message", "remove", number, "gus.bread.example")
    assert "gus.bread.example" not in [one["handle"] for one in gone["people"]]
    assert godwit.json("--demo", "message", "lock", number)["state"]["locked"]
    found = godwit.json("--demo", "message", "members", number)
    assert [one["owner"] for one in found["members"]] == [True, False, False, False]
    assert found["asking"] == []
    words = godwit.run("--demo", "message", "add", number, "maribel.example.net")
    assert "takes part in no groups" in words.stderr


def test_a_link_is_made_and_others_joined(godwit: Command) -> None:
    """Who has it asks, unless it is said otherwise; where a link leads is told before."""
    number = _group(godwit)
    link = godwit.json("--demo", "message", "link", number)["link"]
    assert (link["works"], link["asks"], link["followed"]) == (True, True, False)
    wide = godwit.json("--demo", "message", "link", number, "--open", "--followed")["link"]
    assert (wide["asks"], wide["followed"]) == (False, True)
    assert godwit.json("--demo", "message", "link", number, "--off")["link"] is None
    assert godwit.run("--demo", "message", "link", number, "--off", "--open").returncode == 2
    seen = godwit.json("--demo", "message", "join", "chat.example.org/join/tides", "--look")
    assert (seen["group"], seen["state"]) == ("Tide tables, by hand", "out")
    joined = godwit.json("--demo", "message", "join", "https://chat.example.org/join/tides")
    assert joined["state"] == "in" and joined["conversation"]
    asked = godwit.run("--demo", "message", "join", "https://chat.example.org/join/choir")
    assert asked.stdout == "The owner of The Lighthouse Choir was asked.\n"
    nowhere = godwit.run("--demo", "message", "join", "https://chat.example.org/join/none")
    assert nowhere.returncode == 1 and "leads to no group" in nowhere.stderr
    assert godwit.run("--demo", "message", "let-in", number, "nobody").returncode == 2


def test_without_an_account_it_says_how_to_add_one(godwit: Command, tmp_path: Path) -> None:
    """Instead of that nothing was said."""
    shown = godwit.run("--profile", str(tmp_path / "p"), "message").stdout
    assert "There is no account yet." in shown and "unread" not in shown
