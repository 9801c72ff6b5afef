"""The chat's answers: read without trust, errors in words, a lost answer settled by the log."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import Raw, json

from app.model import Profile, RichText
from app.model.errors import BadInput, NotFound, OutcomeUnknown, Refused, Unsupported
from app.model.message import (
    Conversation,
    GroupLink,
    GroupState,
    Happenings,
    OutgoingMessage,
)
from app.protocols.bluesky.decode import Unreadable
from app.protocols.bluesky.messages import code_from, conversation_from, message_or_none
from app.protocols.bluesky.messaging import CHAT
from tests.unit.protocols.bluesky.samples import ANA, BEN
from tests.unit.protocols.bluesky.scripted import PDS, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import service

XRPC = f"{PDS}/xrpc/chat.bsky.convo."
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DEFS = "chat.bsky.convo.defs#"
BEN_IS = Profile(uri=BEN, handle="ben.example", name="Ben")
TALK = Conversation(id="c1", people=(BEN_IS,), at=NOW)
SAYS = OutgoingMessage(text=RichText("Low water is at six"), to=(BEN_IS,))


def _message(id: str = "m1", **more: Any) -> dict[str, Any]:
    return {
        "$type": f"{DEFS}messageView",
        "id": id,
        "rev": "3a",
        "text": SAYS.text.text,
        "sender": {"did": ANA},
        "sentAt": "2026-11-26T11:00:00Z",
    } | more


def _convo(**more: Any) -> dict[str, Any]:
    members = [{"did": ANA, "handle": "ana.example"}, {"did": BEN, "handle": "ben.example"}]
    return {"id": "c1", "rev": "3a", "members": members, "muted": False, "unreadCount": 2} | more


def _read(convo: Any) -> Conversation:
    return conversation_from(Raw(json.encode(convo)), ANA, NOW)


async def test_the_service_is_named_in_every_call() -> None:
    """Queries and procedures go through the PDS, to the chat."""
    wire = ScriptedHttp(
        {
            f"{XRPC}listConvos": reply(body={"convos": [_convo(), 4], "cursor": "2"}),
            f"{XRPC}muteConvo": reply(body={"convo": _convo()}),
        }
    )
    page = await service(wire).conversations(requests=True)
    await service(wire).mute_conversation(TALK, on=True)
    assert {asked.headers["atproto-proxy"] for asked in wire.asked} == {CHAT}
    assert wire.asked[0].params["status"] == "request"
    assert (len(page.conversations), page.unreadable, page.older) == (1, 1, "2")


async def test_a_lost_answer_is_settled_by_the_log() -> None:
    """Mine with these words counts; others', and those of another conversation, do not."""
    logs = [
        {"$type": f"{DEFS}logCreateMessage", "rev": "4", "convoId": "c2", "message": _message()},
        {"$type": f"{DEFS}logCreateMessage", "rev": "5", "convoId": "c1",
         "message": _message("theirs", sender={"did": BEN})},
        {"$type": f"{DEFS}logCreateMessage", "rev": "6", "convoId": "c1",
         "message": _message("other", text="something else")},
        {"$type": f"{DEFS}logReadMessage", "rev": "7", "convoId": "c1", "message": _message()},
        17,
    ]  # fmt: skip
    found = {"$type": f"{DEFS}logCreateMessage", "rev": "8", "convoId": "c1", "message": _message()}
    pages = [
        reply(body={"logs": logs, "cursor": "7"}),
        reply(body={"logs": [found], "cursor": "8"}),
    ]
    wire = ScriptedHttp({f"{XRPC}getLog": pages})
    sent = await service(wire).look_message(TALK, SAYS, "3a")
    assert sent is not None
    assert sent.id == "m1"
    assert [asked.params["cursor"] for asked in wire.asked] == ["3a", "7"]
    wire = ScriptedHttp({f"{XRPC}getLog": [pages[0], reply(body={"logs": [], "cursor": "7"})]})
    assert await service(wire).look_message(TALK, SAYS, "3a") is None


async def test_an_answer_that_cannot_be_read_is_no_failure() -> None:
    """It was heard: it may be done."""
    for body in ({"id": 4}, b"<html>sign in", {}):
        wire = ScriptedHttp({f"{XRPC}sendMessage": reply(body=body)})
        with pytest.raises(OutcomeUnknown):
            await service(wire).send_message(TALK, SAYS, "3a")


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("InvalidConvo", NotFound, "not there any more"),
        ("MessagesDisabled", Refused, "takes no messages"),
        ("NotFollowedBySender", Refused, "only from people it follows"),
        ("BlockedActor", Refused, "You block"),
        ("BlockedSubject", Refused, "does not take messages from you"),
        ("ConvoLocked", Refused, "locked"),
        ("MethodNotImplemented", Unsupported, "no messages"),
    ],
)
async def test_refusals_are_said_in_words(name: str, kind: type[Exception], words: str) -> None:
    """What the lexicon names, and what to do."""
    status = 501 if kind is Unsupported else 400
    wire = ScriptedHttp(
        {f"{XRPC}getConvoForMembers": reply(status, {"error": name, "message": "x"})}
    )
    with pytest.raises(kind, match=words):
        await service(wire).conversation_with([BEN_IS])


async def test_a_narrow_app_password_is_not_taken_for_an_expired_one() -> None:
    """One request, no renewal, and the account stays signed in."""
    refusal = reply(400, {"error": "InvalidToken", "message": "Bad token method"})
    wire = ScriptedHttp({f"{XRPC}listConvos": refusal})
    with pytest.raises(Refused, match="does not allow messages"):
        await service(wire).conversations()
    assert len(wire.asked) == 1


def test_why_nothing_can_be_written_is_known_from_the_list() -> None:
    """Deleted, blocked either way, switched off, locked."""
    ben = {"did": BEN, "handle": "ben.example", "displayName": "Ben"}
    for changed, words in (
        ({"handle": "missing.invalid"}, "deleted"),
        ({"viewer": {"blocking": "at://x"}}, "You block Ben"),
        ({"viewer": {"blockedBy": True}}, "does not take messages from you"),
        ({"chatDisabled": True}, "takes no messages"),
    ):
        members = [{"did": ANA, "handle": "ana.example"}, ben | changed]
        assert words in _read(_convo(members=members)).closed
    locked = {"$type": f"{DEFS}groupConvo", "name": "Boats", "lockStatus": "locked"}
    group = _read(_convo(kind=locked))
    assert (group.group, "locked" in group.closed) == ("Boats", True)
    assert "Nobody else" in _read(_convo(members=[])).closed
    assert _read(_convo()).closed == ""


def test_events_deletions_and_embeds_are_shown_and_strange_ones_told() -> None:
    """Nothing is lost with what is not known yet."""
    people = {BEN: BEN_IS}
    joined = {
        "$type": f"{DEFS}systemMessageView", "id": "s", "rev": "1", "sentAt": "2026-11-26T11:00:00Z",
        "data": {"$type": f"{DEFS}systemMessageDataMemberJoin", "member": {"did": BEN}},
    }  # fmt: skip
    strange = joined | {"data": {"$type": f"{DEFS}systemMessageDataDance"}}
    deleted = _message() | {"$type": f"{DEFS}deletedMessageView"}
    for raw, told in (
        (joined, "Ben has joined"),
        (strange, "Something happened here"),
        (deleted, "This message was deleted"),
    ):
        found = message_or_none(Raw(json.encode(raw)), "c1", people, NOW)
        assert found is not None
        assert (found.said, found.told) == (None, told)
    invited = _message(embed={"$type": "chat.bsky.embed.joinLink#view"})
    found = message_or_none(Raw(json.encode(invited)), "c1", people, NOW)
    assert found is not None
    assert found.said is not None
    assert found.said.card is not None


@pytest.mark.parametrize("junk", [b"{}", b"[]", b'{"id": ""}', b'{"id": 1}', b"17", b'"x"'])
def test_junk_is_told_apart(junk: bytes) -> None:
    """Neither a conversation nor a message, and no other error."""
    with pytest.raises(Unreadable):
        conversation_from(Raw(junk), ANA, NOW)
    assert message_or_none(Raw(junk), "c1", {}, NOW) is None


async def test_too_long_is_refused_before_anything_is_sent() -> None:
    """Graphemes count, not code points."""
    wire = ScriptedHttp({f"{XRPC}getConvo": reply(body={"convo": _convo()})})
    family = OutgoingMessage(text=RichText("👩🏽‍🔬" * 1_000), to=(BEN_IS,))
    with pytest.raises(Refused):
        await service(wire).message_ticket(TALK, family, NOW)  # its bytes
    fits = OutgoingMessage(text=RichText("é" * 1_000), to=(BEN_IS,))
    assert await service(wire).message_ticket(TALK, fits, NOW) == "3a"
    with pytest.raises(Refused, match="1001 characters"):
        await service(wire).message_ticket(
            TALK, OutgoingMessage(text=RichText("x" * 1_001), to=(BEN_IS,)), NOW
        )


def _group(name: str = "Sunday count") -> dict[str, Any]:
    kind = {"$type": f"{DEFS}groupConvo", "name": name, "memberCount": 2}
    return _convo(id="g1", kind=kind)


async def test_a_group_is_made_where_there_is_none_of_that_name() -> None:
    """Through the chat's own namespace, with everybody's DID."""
    make = f"{PDS}/xrpc/chat.bsky.group.createGroup"
    wire = ScriptedHttp(
        {
            f"{XRPC}listConvos": reply(body={"convos": [_convo(), _group("Another")]}),
            make: reply(body={"convo": _group()}),
        }
    )
    made = await service(wire).make_group(" Sunday   count", [BEN_IS])

    assert (made.id, made.group, made.people[0].uri) == ("g1", "Sunday count", BEN)
    assert wire.asked[-1].headers["atproto-proxy"] == CHAT
    assert wire.asked[-1].json == {"name": "Sunday count", "members": [BEN]}


async def test_a_group_whose_answer_was_lost_is_found() -> None:
    """The second try makes none."""
    wire = ScriptedHttp({f"{XRPC}listConvos": reply(body={"convos": [_group()]})})

    assert (await service(wire).make_group("Sunday count", [BEN_IS])).id == "g1"
    assert len(wire.asked) == 1


@pytest.mark.parametrize("name", ["Sunday ✅ count", "Count\u200e of Sunday", "Long " * 10])
async def test_a_group_is_found_whose_name_is_shown_otherwise(name: str) -> None:
    """Marks that lie are left out when it is shown, and are compared so: not a second one."""
    wire = ScriptedHttp({f"{XRPC}listConvos": reply(body={"convos": [_group(name.strip())]})})
    me = Profile(uri=ANA, handle="ana.example")

    assert (await service(wire).make_group(name, [BEN_IS, me])).id == "g1"
    assert len(wire.asked) == 1


async def test_a_group_must_have_a_name_that_can_be_seen() -> None:
    """Else any conversation with somebody would be that group."""
    wire = ScriptedHttp({f"{XRPC}listConvos": reply(body={"convos": [_convo()]})})
    with pytest.raises(BadInput):
        await service(wire).make_group("\u200e\u2060", [BEN_IS])


async def test_a_group_that_nobody_can_read_may_be_there() -> None:
    """It is not said to have failed."""
    wire = ScriptedHttp(
        {
            f"{XRPC}listConvos": reply(body={"convos": []}),
            f"{PDS}/xrpc/chat.bsky.group.createGroup": reply(body={"convo": 17}),
        }
    )
    with pytest.raises(OutcomeUnknown):
        await service(wire).make_group("Sunday count", [BEN_IS])


async def test_whether_anything_has_happened_is_one_short_question() -> None:
    """At first what was is walked past: it is no news. Later anything is, and each mark goes on."""
    log = {"$type": "chat.bsky.convo.defs#logReadMessage", "rev": "2", "convoId": "c"}
    first = [reply(body={"logs": [log], "cursor": "2"}), reply(body={"logs": [], "cursor": "2"})]
    later = [reply(body={"logs": [log], "cursor": "3"}), reply(body={"logs": []})]
    wire = ScriptedHttp({f"{XRPC}getLog": [*first, *later]})
    asks = service(wire)
    assert await asks.messages_since("") == Happenings(mark="2")
    assert await asks.messages_since("2") == Happenings(mark="3", any=True)
    assert await asks.messages_since("3") == Happenings(mark="3")

    assert [one.params.get("cursor", "") for one in wire.seen("getLog")] == ["", "2", "2", "3"]


async def test_what_was_left_is_named_unless_it_was_begun_again() -> None:
    """In the order of the log; what cannot be read tells of nothing."""
    told = [("Leave", "a"), ("Leave", "b"), ("CreateMessage", "b"), ("BeginConvo", "c"),
            ("LeaveConvo", "a"), ("LeaveConvo", "b"), ("CreateMessage", "b"), ("LeaveConvo", "c"),
            ("LeaveConvo", "")]  # fmt: skip
    logs = [{"$type": f"{DEFS}log{kind}", "rev": "1", "convoId": convo} for kind, convo in told]
    wire = ScriptedHttp({f"{XRPC}getLog": reply(body={"logs": [17, *logs], "cursor": "2"})})
    assert set((await service(wire).messages_since("1")).left) == {"a", "c"}


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("https://bsky.app/chat/ab12", "ab12"),
        (" bsky.app/chat/ab12/?x=1 ", "ab12"),
        ("https://bsky.app/chat/a%2Fb", "a/b"),
        ("https://bsky.app/messages/ab12", ""),
        ("https://evil.example/https://bsky.app/chat/ab12", ""),
        ("https://bsky.app/chat/", ""),
        ("", ""),
    ],
)
def test_a_link_to_a_group_is_known_by_its_address(link: str, code: str) -> None:
    """As the network's own clients write it, and nothing else."""
    assert code_from(link) == code


async def test_an_invitation_says_where_it_leads_and_why_nobody_can_join() -> None:
    """One that leads nowhere, one that was switched off, one to a group that is full."""
    group = "chat.bsky.group.defs#"
    known = {
        "$type": f"{group}joinLinkPreviewView", "code": "x", "convoId": "c7", "name": "Moorings",
        "owner": {"did": BEN, "handle": "ben.example"}, "memberCount": 2, "memberLimit": 3,
        "requireApproval": True, "joinRule": "followedByOwner",
    }  # fmt: skip
    for view, words in (
        (known, ""),
        (known | {"memberCount": 3}, "The group is full."),
        ({"$type": f"{group}disabledJoinLinkPreviewView", "code": "x"}, "This link was switched off."),
        ({"$type": f"{group}invalidJoinLinkPreviewView", "code": "x"}, "This link leads to no group."),
    ):  # fmt: skip
        body = {"joinLinkPreviews": [view]}
        wire = ScriptedHttp({f"{PDS}/xrpc/chat.bsky.group.getJoinLinkPreviews": reply(body=body)})
        found = await service(wire).invitation("https://bsky.app/chat/x")
        assert found.closed == words
        assert found.link.url == "https://bsky.app/chat/x"
        if not words:
            assert (found.name, found.conversation, found.is_in) == ("Moorings", "c7", False)
            assert (found.link.asks, found.link.followed) == (True, True)
            assert found.owner is not None and found.owner.uri == BEN


def test_a_group_says_how_it_stands_and_an_invitation_where_it_leads() -> None:
    """Whose it is, how many are in it, its link; a card with the name of the other group."""
    kind = {
        "$type": f"{DEFS}groupConvo", "name": "Moorings", "lockStatus": "locked",
        "memberCount": 7, "memberLimit": 100, "joinRequestCount": 2,
        "joinLink": {"code": "x", "enabledStatus": "disabled", "requireApproval": True,
                     "joinRule": "anyone"},
    }  # fmt: skip
    owner = {"did": ANA, "handle": "ana.example", "kind": {"role": "owner"}}
    found = _read(_convo(kind=kind, members=[owner, {"did": BEN, "handle": "ben.example"}]))
    assert found.state == GroupState(
        mine=True, count=7, most=100, locked=True, asking=2,
        link=GroupLink(url="https://bsky.app/chat/x", works=False, asks=True),
    )  # fmt: skip
    assert _read(_convo()).state is None
    preview = {"$type": "chat.bsky.group.defs#joinLinkPreviewView", "code": "y", "name": "Choir"}
    embed = {"$type": "chat.bsky.embed.joinLink#view", "joinLinkPreview": preview}
    said = message_or_none(Raw(json.encode(_message(embed=embed))), "c1", {}, NOW)
    assert said is not None and said.said is not None and said.said.card is not None
    assert said.said.card.url == "https://bsky.app/chat/y"
    assert "Choir" in said.said.card.title
