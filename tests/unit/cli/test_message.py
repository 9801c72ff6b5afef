"""``message``: as a script meets it, on the demo."""

from __future__ import annotations

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
