"""Private messages through a real PDS and its service proxy, to a chat that keeps the lexicons."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.model import Account, AccountId, Profile
from app.model.errors import Refused
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.messaging import Messages
from app.services.house import House
from app.services.messages_values import Inbox, Talk
from tests.real.bluesky_browser import PlayedBrowser
from tests.real.bluesky_writer import PASSWORD, HeldSecrets, newcomer
from tests.real.world import housed, unique
from tests.rigs.run import Rig, tell

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
async def house(tmp_path: Path, atproto_rig: Rig) -> AsyncIterator[House]:
    """Two people who write to each other, both mine."""
    async with housed(tmp_path / "letters", None, atproto_rig, "dan", "carol") as made:
        for account in made.accounts.all():
            await _allow(made, account, "all")
        yield made


async def _allow(house: House, account: Account, whom: str) -> None:
    """Who may write to *account*."""
    service: Any = house.accounts.service(account.id)
    record = {"$type": "chat.bsky.actor.declaration", "allowIncoming": whom}
    body = {
        "repo": account.uri,
        "collection": "chat.bsky.actor.declaration",
        "rkey": "self",
        "record": record,
    }
    await service.api.post("com.atproto.repo.putRecord", body, why="a test")


async def _begin(house: House) -> tuple[Account, Account, str]:
    """Who writes, who receives, and the conversation of the first."""
    one, other = house.accounts.all()
    key = await house.messages.start(one.id, [Profile(uri=other.uri, handle=other.handle)])
    return one, other, key


async def _say(house: House, account: AccountId, key: str, text: str) -> None:
    letter = await house.messages.send(account, key, text)
    assert await house.messages.flush(letter.id) is None


async def _inbox(house: House, account: AccountId) -> Inbox:
    [report] = await house.messages.sync([account])
    assert report.error is None
    return await house.messages.inbox([account])


async def _talk(house: House, account: AccountId, key: str) -> Talk:
    await house.messages.open(account, key)
    return await house.messages.talk(account, key)


async def test_a_stranger_asks_is_accepted_and_answered(house: House) -> None:
    """A request apart; nothing is read before; then both write, and one reads what the other did."""
    one, other, key = await _begin(house)
    text = unique("May I have a look at https://boats.example/slipway")
    await _say(house, one.id, key, text)
    inbox = await _inbox(house, other.id)
    row = inbox.find(other.id, key)
    assert row is not None
    if row.request:
        assert inbox.unread == 0
        await house.messages.accept(other.id, key)
    await _say(house, other.id, key, unique("Come on Thursday"))
    talk = await _talk(house, one.id, key)
    said = [message.said.text.text for message in talk.messages if message.said]
    assert text in said
    assert talk.messages[-1].said is not None
    assert talk.messages[-1].said.author.uri == other.uri
    about = next(m for m in talk.messages if m.said and m.said.text.text == text)
    assert about.said is not None
    assert [span.target for span in about.said.text.spans] == ["https://boats.example/slipway"]


async def test_reading_reactions_muting_and_leaving_reach_the_service(house: House) -> None:
    """Each is there for the other account, or after asking again."""
    one, other, key = await _begin(house)
    await _say(house, one.id, key, unique("Low water is at six"))
    await _inbox(house, other.id)
    await house.messages.accept(other.id, key)
    row = (await _inbox(house, other.id)).find(other.id, key)
    assert row is not None
    assert row.unread > 0
    await house.messages.open(other.id, key)
    await house.messages.mark_read(other.id, key)
    row = (await _inbox(house, other.id)).find(other.id, key)
    assert row is not None
    assert row.conversation.unread == 0
    last = (await _talk(house, other.id, key)).messages[-1]
    await house.messages.react(other.id, key, last.id, "👍", on=True)
    talk = await _talk(house, one.id, key)
    assert [(r.value, r.by) for r in talk.messages[-1].reactions] == [("👍", other.uri)]
    await house.messages.react(other.id, key, last.id, "👍", on=False)
    assert (await _talk(house, one.id, key)).messages[-1].reactions == ()
    await house.messages.mute(other.id, key, on=True)
    row = (await _inbox(house, other.id)).find(other.id, key)
    assert row is not None
    assert row.conversation.muted
    await house.messages.delete(other.id, key, last.id)
    told = (await _talk(house, other.id, key)).messages[-1]
    assert told.said is None
    assert "deleted" in told.told
    await house.messages.leave(other.id, key)
    assert (await _inbox(house, other.id)).find(other.id, key) is None


async def _left_elsewhere(house: House, account: AccountId, key: str) -> None:
    row = (await house.messages.inbox([account])).find(account, key)
    assert row is not None
    service: Any = house.accounts.service(account)
    await service.leave_conversation(row.conversation)


async def test_what_was_left_on_another_device_goes_and_a_draft_keeps_it(house: House) -> None:
    """Out of what is listed: with the next look; what was typed is not lost."""
    one, other, key = await _begin(house)
    await _say(house, one.id, key, unique("Low water is at six"))
    await _inbox(house, other.id)
    await _left_elsewhere(house, other.id, key)
    assert (await _inbox(house, other.id)).find(other.id, key) is None

    await _say(house, one.id, key, unique("And high water at noon"))
    await _inbox(house, other.id)
    await house.messages.keep_draft(other.id, key, "half a thought")
    await _left_elsewhere(house, other.id, key)
    row = (await _inbox(house, other.id)).find(other.id, key)
    assert row is not None
    assert (row.desk.draft, bool(row.conversation.closed)) == ("half a thought", True)


async def test_who_looks_sees_at_once_what_was_left_elsewhere(house: House) -> None:
    """The chat's log names it."""
    one, other, key = await _begin(house)
    await _say(house, one.id, key, unique("Low water is at six"))
    stirred = asyncio.Event()
    attending = asyncio.create_task(
        house.messages.attend(lambda account: stirred.set() if account == other.id else None)
    )
    await stirred.wait()
    await _left_elsewhere(house, other.id, key)
    async with asyncio.timeout(10):
        while (await house.messages.inbox([other.id])).find(other.id, key):
            await asyncio.sleep(0.1)
    attending.cancel()
    await asyncio.gather(attending, return_exceptions=True)


async def test_a_group_is_kept_by_its_owner_and_joined_by_a_link(house: House) -> None:
    """Named, filled and emptied; who was put out cannot come back; who left asks, and is let in."""
    messages = house.messages
    one, other = house.accounts.all()
    them, name = Profile(uri=other.uri, handle=other.handle), unique("Moorings")
    key = await messages.make_group(one.id, name, [them])
    row = (await _inbox(house, other.id)).find(other.id, key)
    assert row is not None and row.request and row.conversation.group == name
    await messages.accept(other.id, key)
    await messages.rename_group(one.id, key, f"{name} 2")
    row = (await _inbox(house, other.id)).find(other.id, key)
    assert row is not None and row.conversation.group == f"{name} 2"
    assert [m.told for m in (await _talk(house, other.id, key)).messages][-1].endswith("2” now")
    with pytest.raises(Refused, match="owner"):
        await messages.lock_group(other.id, key, on=True)

    await messages.remove_people(one.id, key, [them])
    assert (await _inbox(house, other.id)).find(other.id, key) is None
    link = await messages.open_link(one.id, key, asks=True)
    with pytest.raises(Refused, match="put out"):
        await messages.join_group(other.id, await messages.invitation(other.id, link.url))
    await messages.add_people(one.id, key, [them])
    assert (await _inbox(house, other.id)).find(other.id, key) is not None

    await messages.leave(other.id, key)
    invited = await messages.invitation(other.id, link.url)
    assert (invited.name, invited.is_in, invited.count) == (f"{name} 2", False, 1)
    assert await messages.join_group(other.id, invited) == ""
    assert (await messages.invitation(other.id, link.url)).asked
    assert [who.uri for who in await messages.asking_in(one.id, key)] == [other.uri]
    await messages.let_in(one.id, key, them, on=True)
    row = (await _inbox(house, other.id)).find(other.id, key)
    assert row is not None and not row.request
    await messages.lock_group(one.id, key, on=True)
    with pytest.raises(Refused, match="locked"):
        await _inbox(house, other.id)
        await messages.send(other.id, key, "Anybody?")
    await messages.leave(one.id, key)


async def test_a_lost_answer_is_found_and_nothing_is_sent_twice(
    house: House, atproto_rig: Rig
) -> None:
    """The message is there once, though its answer never came."""
    one, other, key = await _begin(house)
    text = unique("Only once")
    await asyncio.to_thread(tell, atproto_rig, "/rig/chat", {"lose": 1})
    letter = await house.messages.send(one.id, key, text)
    assert await house.messages.flush(letter.id) is None
    await _inbox(house, other.id)
    talk = await _talk(house, other.id, key)
    assert [m.said.text.text for m in talk.messages if m.said].count(text) == 1


async def test_who_takes_no_messages_is_said_with_why(tmp_path: Path, atproto_rig: Rig) -> None:
    """Before anything is written."""
    async with housed(tmp_path / "closed", None, atproto_rig, "bob", "eve") as house:
        closed, other = house.accounts.all()
        await _allow(house, closed, "none")
        somebody = Profile(uri=closed.uri, handle=closed.handle)
        try:
            with pytest.raises(Refused, match="takes no messages"):
                await house.messages.check(other.id, [somebody])
        finally:
            await _allow(house, closed, "following")  # as it was: others write to him


async def test_an_app_password_without_messages_says_so_and_stays_signed_in(
    tmp_path: Path, atproto_rig: Rig
) -> None:
    """The server says the same as of a token that has expired: the account must not be thrown out."""
    async with housed(tmp_path / "narrow", None, atproto_rig, "dan") as house:
        [mine] = house.accounts.all()
        service: Any = house.accounts.service(mine.id)
        body = {"name": unique("narrow"), "privileged": False}
        made = json.loads(
            await service.api.post("com.atproto.server.createAppPassword", body, why="a test")
        )
        options = {"plc": atproto_rig["plc"], "pds": atproto_rig["pds"][0]}
        network = house.registry().network("bluesky")
        done = await network.sign_in_secret(mine.handle, made["password"], options=options)
        await house.accounts.add(done)
        [report] = await house.messages.sync()
        assert isinstance(report.error, Refused)
        assert "does not allow messages" in report.error.message
        assert house.accounts.state(mine.id).kind == "ready"


async def test_a_browser_sign_in_may_read_messages(door: BlueskyNetwork, atproto_rig: Rig) -> None:
    """Where the server knows that scope, it is asked for."""
    made = await newcomer(door, atproto_rig)
    sign_in = await door.sign_in_browser(
        made.account.handle, {"pds": atproto_rig["pds"][0], "plc": atproto_rig["plc"]}
    )
    finishing = asyncio.create_task(sign_in.finish())
    browser = PlayedBrowser(sign_in.url)
    await asyncio.to_thread(browser.agree, made.account.handle, PASSWORD)
    done = await finishing
    service = door.open(done.account, HeldSecrets(done.secret))
    assert isinstance(service, Messages)
    assert (await service.conversations()).conversations == ()
