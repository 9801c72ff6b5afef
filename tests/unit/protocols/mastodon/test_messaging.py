"""Posts to those named only: never to others, threads joined, nothing thrown by junk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from app.model import Profile, RichText, Span
from app.model.errors import OutcomeUnknown, Refused, Unsupported
from app.model.message import Conversation, OutgoingMessage
from app.protocols.mastodon.messages import addressed, without_names
from app.protocols.mastodon.messaging import CONVERSATIONS
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import Desk, desk, error
from tests.unit.protocols.mastodon.samples import account, status

TEUN = Profile(uri="https://polder.example/users/teun", handle="teun@polder.example")


@pytest.fixture
async def here() -> AsyncIterator[Desk]:
    """A server where Ana writes to Teun."""
    async with desk() as made:
        yield made


def _direct(number: int, **more: Any) -> dict[str, Any]:
    return status(number, visibility="direct", **more)


async def _with(here: Desk) -> tuple[Conversation, OutgoingMessage]:
    conversation = await here.service().conversation_with([TEUN])
    return conversation, OutgoingMessage(text=RichText("Low water is at six"), to=(TEUN,))


async def test_it_goes_to_those_named_and_to_nobody_else(here: Desk) -> None:
    """Whatever the account's posts usually are: fixed, with the names before the words."""
    conversation, message = await _with(here)
    service = here.service()
    ticket = await service.message_ticket(conversation, message, datetime.now(UTC))
    sent = await service.send_message(conversation, message, ticket)
    [asked] = here.sent("/api/v1/statuses")
    assert asked["visibility"] == "direct"
    assert asked["status"] == "@teun@polder.example Low water is at six"
    assert sent.said is not None
    assert sent.said.text.text == "Low water is at six"


async def test_what_a_server_made_public_is_taken_back_and_said(here: Desk) -> None:
    """It was out for a moment; the user must know."""
    conversation, message = await _with(here)

    def loud(asking: Any) -> Answer | None:
        if asking.method == "GET" and asking.path.startswith("/api/v1/statuses/"):
            found = here.written.answer(asking)
            return Answer(found.body | {"visibility": "public"})
        return None

    here.instead.append(loud)
    service = here.service()
    ticket = await service.message_ticket(conversation, message, datetime.now(UTC))
    with pytest.raises(Refused, match="taken back"):
        await service.send_message(conversation, message, ticket)
    assert [one.method for one in here.asked if one.method == "DELETE"] == ["DELETE"]


async def test_taken_but_not_shown_is_no_failure(here: Desk) -> None:
    """It may be there: it is looked for, never sent again."""
    conversation, message = await _with(here)

    def silent(asking: Any) -> Answer | None:
        read = asking.method == "GET" and asking.path.startswith("/api/v1/statuses/")
        return error("down", 503) if read else None

    here.instead.append(silent)
    service = here.service()
    ticket = await service.message_ticket(conversation, message, datetime.now(UTC))
    with pytest.raises(OutcomeUnknown):
        await service.send_message(conversation, message, ticket)


async def test_a_page_that_does_not_say_who_is_in_one_tells_of_none_that_it_is_gone(
    here: Desk,
) -> None:
    """It is counted, and which one it was is not guessed."""
    here.say("GET", CONVERSATIONS, Answer([{"id": "9", "accounts": [], "last_status": None}]))
    page = await here.service().conversations()
    assert (page.conversations, page.unreadable, page.silent) == ((), 1, ())


async def test_a_page_of_which_nothing_can_be_shown_is_not_the_end(here: Desk) -> None:
    """What comes below it is not taken for gone."""
    silent = {"id": "9", "accounts": [account("teun", "polder.example")], "last_status": None}
    link = {"link": '<https://here.example/api/v1/conversations?max_id=9>; rel="next"'}
    here.say("GET", CONVERSATIONS, Answer([silent], headers=link))
    page = await here.service().conversations()
    assert page.silent == (TEUN.uri,)
    assert page.older is not None and page.older.endswith("max_id=9")
    here.say("GET", CONVERSATIONS, Answer([silent], headers=link))
    assert (await here.service().conversations(page.older)).older is None


async def test_threads_between_the_same_people_are_one_conversation(here: Desk) -> None:
    """The newest leads; what cannot be read is counted, the rest is there."""
    page = [
        {"id": "9", "unread": True, "accounts": [account("teun", "polder.example")],
         "last_status": _direct(42)},
        {"id": "8", "unread": False, "accounts": [account("teun", "polder.example")],
         "last_status": _direct(41)},
        {"id": "7", "unread": False, "accounts": [account("bo", "polder.example")],
         "last_status": None},
        {"id": "6", "accounts": [{"id": "1"}], "last_status": None},
        17,
    ]  # fmt: skip
    here.say("GET", CONVERSATIONS, Answer(page))
    found = await here.service().conversations()
    [one] = found.conversations
    assert found.unreadable == 3
    assert found.silent == (account("bo", "polder.example")["uri"],), "listed, and not shown"
    assert [ref.split(" ")[0] for ref in one.refs] == ["9", "8"]
    assert one.unread == 1
    assert [who.handle for who in one.people] == ["teun@polder.example"]
    assert 0 < one.limit < 500


async def test_what_i_said_last_is_no_news(here: Desk) -> None:
    """Some servers count my own answer as unread."""
    mine = account("ana") | {"uri": f"{here.written.origin}/users/ana"}
    people = [account("teun", "polder.example")]
    thread = {"id": "9", "unread": True, "accounts": people}
    for author, unread in ((mine, 0), (people[0], 1)):
        last = _direct(42) | {"account": author}
        here.instead.clear()
        here.say("GET", CONVERSATIONS, Answer([thread | {"last_status": last}]))
        [one] = (await here.service().conversations()).conversations
        assert one.unread == unread


async def test_a_thread_shows_only_what_was_said_between_these(here: Desk) -> None:
    """What began in public, or names somebody else, belongs elsewhere."""
    teun = {
        "acct": "teun@polder.example",
        "username": "teun",
        "url": "https://polder.example/@teun",
    }
    bo = {"acct": "bo", "username": "bo", "url": f"{here.written.origin}/@bo"}
    last = _direct(42, mentions=[teun])
    above = [
        status(39, visibility="public", mentions=[teun]),
        _direct(40, mentions=[teun]),
        _direct(41, mentions=[teun, bo]),
    ]
    here.say("GET", "/api/v1/statuses/42", Answer(last))
    here.say("GET", "/api/v1/statuses/42/context", Answer({"ancestors": above, "descendants": [3]}))
    conversation = Conversation(id="x", people=(TEUN,), at=datetime.now(UTC), refs=("9 42", "8 12"))
    page = await here.service().messages(conversation)
    assert [one.viewer.ref for one in page.messages] == [last["id"], above[1]["id"]]
    assert page.older == "1"
    here.say("GET", "/api/v1/statuses/12", error("gone", 404))
    assert (await here.service().messages(conversation, page.older)).messages == ()


async def test_reading_and_leaving_a_thread_that_is_gone_is_well(here: Desk) -> None:
    """Done twice is done."""
    conversation = Conversation(id="x", people=(TEUN,), at=datetime.now(UTC), refs=("9 42",))
    here.say("POST", f"{CONVERSATIONS}/9/read", error("gone", 404))
    here.say("DELETE", f"{CONVERSATIONS}/9", error("gone", 404))
    service = here.service()
    await service.read_conversation(conversation)
    await service.leave_conversation(conversation)
    here.instead.clear()
    here.say("POST", f"{CONVERSATIONS}/9/read", error("no", 403))
    with pytest.raises(Refused):
        await service.read_conversation(conversation)


async def test_after_the_first_message_its_thread_is_asked_for(here: Desk) -> None:
    """What was only sent has no name at the server yet; left, it is left there, too."""
    thread = {"id": "9", "unread": False, "last_status": _direct(42)}
    people = [account("teun", "polder.example")]
    here.say("GET", CONVERSATIONS, Answer([{**thread, "accounts": people}]))
    here.say("GET", "/api/v1/statuses/42", Answer(_direct(42)))
    here.say("GET", "/api/v1/statuses/42/context", Answer({"ancestors": [], "descendants": []}))
    here.say("DELETE", f"{CONVERSATIONS}/9", Answer({}))
    service = here.service()
    [listed] = (await service.conversations()).conversations
    said = replace(await service.conversation_with(listed.people), last=listed.last)
    assert said.refs == ()
    [message] = (await service.messages(said)).messages
    assert message.viewer.ref == _direct(42)["id"]
    await service.leave_conversation(said)
    assert here.asked[-1].method == "DELETE"


async def test_a_server_without_conversations_says_so(here: Desk) -> None:
    """A missing ability, not a failure."""
    here.say("GET", CONVERSATIONS, error("Record not found", 404))
    with pytest.raises(Unsupported):
        await here.service().conversations()


async def test_people_on_threads_cannot_be_written_to(here: Desk) -> None:
    """It takes no private messages from others: said before anything is written."""
    deaf = Profile(uri="https://threads.net/ap/users/1", handle="mira@threads.net", name="Mira")
    with pytest.raises(Refused, match="Threads"):
        await here.service().conversation_with([deaf])


def test_names_at_the_beginning_only_address() -> None:
    """They are taken off; names within the words stay, and all spans fit."""
    text = "@teun @bo  hi @teun https://a.example"
    spans = (
        Span(0, 5, "mention", "t"), Span(6, 9, "mention", "b"), Span(14, 19, "mention", "t"),
        Span(20, 37, "link", "https://a.example"),
    )  # fmt: skip
    cut = without_names(RichText(text, spans))
    assert cut.text == "hi @teun https://a.example"
    assert [cut.text[s.start : s.end] for s in cut.spans] == ["@teun", "https://a.example"]
    assert without_names(RichText("@teun", (Span(0, 5, "mention", "t"),))) == RichText("")
    plain = RichText("no names", ())
    assert without_names(plain) == plain


def test_own_people_are_named_without_their_host() -> None:
    """As their server knows them; spans move along."""
    own = Profile(uri="https://a.example/users/bo", handle="bo@a.example")
    made = addressed(RichText("x #tag", (Span(2, 6, "tag", "tag"),)), (own, TEUN), "a.example")
    assert made.text == "@bo @teun@polder.example x #tag"
    [span] = made.spans
    assert made.text[span.start : span.end] == "#tag"
