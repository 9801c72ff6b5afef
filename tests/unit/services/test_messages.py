"""Private messages: one inbox, requests apart, each of mine sent once whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.model import AccountId, Profile
from app.model.errors import BadInput, NotFound, OutcomeUnknown, Refused, Unsupported
from app.model.message import Conversation, Letter
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.services.messages import Messages
from app.services.messages_values import TalkRow
from app.services.moderation import Moderation
from app.services.outbox_schedule import LOOKS
from tests.unit.services.shore import Shore
from tests.waiting import until

JUNO, SKY = demo.JUNO, demo.SKY


class Letters(Shore):
    """The demo, with private messages."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.prepared: list[str] = []
        self.moderation = Moderation(self.store, self.accounts, self.clock, offline=self.offline)
        self.moderation.start(self.store.reader)
        self.messages = self.opened()

    def opened(self, *, offline: bool = False) -> Messages:
        """The next start."""
        return Messages(
            self.store,
            self.accounts,
            self.moderation,
            self.people,
            self.clock,
            prepare=self.prepare,
            offline=offline,
        )

    async def prepare(self, protocols: Iterable[str]) -> None:
        """Nothing need be loaded here; kept is what was asked for."""
        self.prepared += protocols

    async def row(self, who: str) -> TalkRow:
        """The conversation with just that person."""
        inbox = await self.messages.inbox()
        wanted = PEOPLE[who].uri
        return next(
            row
            for row in (*inbox.rows, *inbox.requests)
            if [one.uri for one in row.conversation.people] == [wanted]
        )

    async def place(self, who: str) -> tuple[AccountId, str]:
        """Whose it is, and which."""
        row = await self.row(who)
        return row.account, row.conversation.id

    def sent(self, account: AccountId, text: str) -> int:
        """How many messages of mine with that text the server has."""
        said = [
            m for (who, _), all_ in self.world.ledger.said.items() if who == account for m in all_
        ]
        return sum(m.said is not None and m.said.text.text == text for m in said)

    async def letters(self) -> list[Letter]:
        """What is on its way."""
        return await self.store.load(lambda reader: reader.letters.letters())

    async def sent_all(self) -> None:
        """Until nothing is on its way."""

        await self.kept(lambda letters: not letters)

    async def kept(self, holds: Callable[[list[Letter]], bool]) -> list[Letter]:
        """What is on its way, as soon as that holds."""
        async with asyncio.timeout(10):
            while not holds(found := await self.letters()):
                await asyncio.sleep(0)
        return found


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Letters]:
    made = Letters(tmp_path / "profile")
    for account in demo.ACCOUNTS:
        await made.accounts.add(demo.signed_in(account))
    await made.messages.sync()
    yield made
    await made.messages.close()
    made.store.close()


async def test_who_comes_back_at_once_finds_what_was_typed(post: Letters) -> None:
    """However long the disk takes; what did not leave goes below nothing that was typed since."""
    place = await post.place("kaj/sky")
    for number in range(20):
        keeping = asyncio.ensure_future(post.messages.keep_draft(*place, f"thought {number}"))
        await asyncio.sleep(0)
        assert (await post.messages.talk(*place)).row.desk.draft == f"thought {number}"
        await keeping
    await post.messages.put_back(*place, "Not sent")
    assert (await post.messages.talk(*place)).row.desk.draft == "thought 19"
    await post.messages.keep_draft(*place, "")
    await post.messages.put_back(*place, "Not sent")
    assert (await post.messages.talk(*place)).row.desk.draft == "Not sent"


async def test_all_accounts_are_in_one_inbox_and_requests_apart(post: Letters) -> None:
    """Newest first; muted ones and requests are not counted."""
    inbox = await post.messages.inbox()
    at = [row.conversation.at for row in inbox.rows]
    assert at == sorted(at, reverse=True)
    assert {row.account for row in inbox.rows} == {account.id for account in demo.ACCOUNTS}
    assert {row.conversation.people[0] for row in inbox.requests} == {
        PEOPLE["tove/sky"],
        PEOPLE["anton"],
    }
    assert inbox.unread == 1


async def test_no_protocol_is_loaded_before_there_are_conversations(tmp_path: Path) -> None:
    """A start counts what is unread: where nothing is, nothing of a network is needed."""
    made = Letters(tmp_path / "profile")
    for account in demo.ACCOUNTS:
        await made.accounts.add(demo.signed_in(account))
    assert await made.messages.unread() == 0
    assert made.prepared == []
    await made.messages.sync()
    assert await made.messages.unread() > 0
    assert made.prepared
    await made.messages.close()
    made.store.close()


async def test_a_message_is_durable_then_there_once(post: Letters) -> None:
    """What was typed is off the desk; the newest of its conversation is mine."""
    place = await post.place("kaj/sky")
    await post.messages.keep_draft(*place, "half a thought")
    await post.messages.send(*place, "The thermos, too")
    await post.sent_all()
    assert post.sent(SKY, "The thermos, too") == 1
    row = await post.row("kaj/sky")
    assert row.desk.draft == ""
    assert row.conversation.last is not None
    assert row.conversation.last.said is not None
    assert row.conversation.last.said.text.text == "The thermos, too"


@pytest.mark.parametrize("fault", ["loses", "crashes"])
async def test_a_lost_answer_is_looked_for_and_nothing_is_sent_again(
    post: Letters, fault: str
) -> None:
    """It is there once, and is known to be."""
    place = await post.place("kaj/sky")
    setattr(post.faults(SKY), fault, 1)
    await post.messages.send(*place, "Once")
    await until(lambda: LOOKS[0] in post.clock.waits)
    assert post.sent(SKY, "Once") == 1
    post.clock.pass_time(LOOKS[0])
    await post.sent_all()
    assert post.sent(SKY, "Once") == 1


async def test_what_is_not_found_waits_for_its_writer_and_then_goes_once(post: Letters) -> None:
    """Five looks, then the question; trying again looks once more before it sends."""
    place = await post.place("kaj/sky")
    post.faults(SKY).swallows = 1
    letter = await post.messages.send(*place, "Swallowed")
    with pytest.raises(Refused):
        await until(lambda: LOOKS[0] in post.clock.waits)
        await post.messages.retry(letter.id)
    for pause in LOOKS:
        await until(lambda pause=pause: pause in post.clock.waits)
        post.clock.pass_time(pause)
    [kept] = await post.kept(lambda letters: letters[0].looks == len(LOOKS))
    assert kept.trouble is not None
    assert kept.trouble.repair == "retry"
    assert post.sent(SKY, "Swallowed") == 0
    await post.messages.retry(letter.id)
    await post.sent_all()
    assert post.sent(SKY, "Swallowed") == 1


async def test_an_end_in_the_middle_leaves_a_question_never_a_second_message(post: Letters) -> None:
    """A letter that was out when the program died is looked for at the next start."""
    place = await post.place("kaj/sky")
    hold = post.faults(SKY).hold = asyncio.Event()
    letter = await post.messages.send(*place, "Half out")
    await post.messages.close()
    hold.set()
    post.faults(SKY).hold = None
    ticket = "letter-77"
    half = replace(letter, state="sending", ticket=ticket, attempts=1)
    await post.store.keep(lambda keeper: keeper.letters.put(half))
    post.messages = post.opened()
    await post.messages.resume()
    await until(lambda: LOOKS[0] in post.clock.waits)
    assert post.sent(SKY, "Half out") == 0
    [kept] = await post.letters()
    assert kept.state == "unknown"


async def test_offline_what_is_written_waits_and_leaves_later(post: Letters) -> None:
    """Durable on this computer; the next start sends it."""
    place = await post.place("kaj/sky")
    await post.messages.close()
    away = post.opened(offline=True)
    await away.send(*place, "Later")
    assert [one.message.text.text for one in await post.letters()] == ["Later"]
    await away.close()
    post.messages = post.opened()
    await post.messages.resume()
    await post.sent_all()
    assert post.sent(SKY, "Later") == 1


async def test_a_refusal_is_told_and_can_be_removed(post: Letters) -> None:
    """Its words come back; nothing is tried again by itself."""
    place = await post.place("kaj/sky")
    post.faults(SKY).refuses = 1
    letter = await post.messages.send(*place, "No")
    [kept] = await post.kept(lambda letters: letters[0].state == "failed")
    assert kept.trouble is not None
    assert await post.messages.drop(letter.id) == "No"
    assert await post.letters() == []
    assert post.sent(SKY, "No") == 0


async def test_several_leave_in_the_order_in_which_they_were_written(post: Letters) -> None:
    """One after the other, also when they are written at once."""
    place = await post.place("kaj/sky")
    for number in range(5):
        await post.messages.send(*place, f"number {number}")
    await post.sent_all()
    said = post.world.ledger.said[place]
    texts = [m.said.text.text for m in said if m.said is not None]
    assert texts[-5:] == [f"number {number}" for number in range(5)]


async def test_who_is_named_and_not_in_it_would_receive_it_and_so_it_is_refused(
    post: Letters,
) -> None:
    """On a network where names make who receives; words without "@" may leave."""
    place = await post.place("sela")
    with pytest.raises(BadInput, match="would receive this message as well"):
        await post.messages.send(*place, "@teun@polder.example is late again")
    await post.messages.send(*place, "Teun is late again")
    await post.sent_all()


async def test_too_long_too_empty_or_to_nobody_is_said_before_any_server_is_asked(
    post: Letters,
) -> None:
    """In words."""
    place = await post.place("sela")
    with pytest.raises(BadInput, match="501 characters"):
        await post.messages.send(*place, "x" * 501)
    with pytest.raises(BadInput, match="nothing in this message"):
        await post.messages.send(*place, "  \n ")
    with pytest.raises(BadInput, match="Nobody would receive"):
        await post.messages.send(*place, "hello", ())
    closed = await post.place("nameless/sky")
    with pytest.raises(Refused, match="deleted"):
        await post.messages.send(*closed, "hello")


async def test_who_is_left_out_does_not_receive_it(post: Letters) -> None:
    """It goes to the others, as a conversation of theirs."""
    inbox = await post.messages.inbox()
    row = next(row for row in inbox.rows if len(row.conversation.people) == 2)
    place = (row.account, row.conversation.id)
    await post.messages.leave_out(*place, [PEOPLE["teun"].uri])
    talk = await post.messages.talk(*place)
    assert talk.to == (PEOPLE["ottilie"],)
    await post.messages.send(*place, "Only you")
    await post.sent_all()
    alone = post.world.ledger.said[JUNO, PEOPLE["ottilie"].uri]
    assert [m.said.text.text for m in alone if m.said] == ["Only you"]


async def test_reading_is_told_to_the_server_now_or_later(post: Letters) -> None:
    """Here at once; where the server could not be told, with the next round."""
    place = await post.place("kaj/sky")
    post.faults(SKY).offline = True
    await post.messages.mark_read(*place)
    assert (await post.messages.inbox()).unread == 0
    assert post.world.ledger.talks[SKY][place[1]].unread == 1
    post.faults(SKY).offline = False
    await post.messages.sync([SKY])
    assert (await post.messages.inbox()).unread == 0
    assert post.world.ledger.talks[SKY][place[1]].unread == 0


async def test_a_request_is_not_read_before_it_is_accepted(post: Letters) -> None:
    """Accepted, it is one like the others; turned away, it is gone from both sides."""
    place = await post.place("tove/sky")
    await post.messages.open(*place)
    await post.messages.mark_read(*place)
    assert post.world.ledger.talks[SKY][place[1]].unread == 1
    await post.messages.accept(*place)
    assert not post.world.ledger.talks[SKY][place[1]].request
    assert not (await post.row("tove/sky")).request
    stranger = await post.place("anton")
    await post.messages.leave(*stranger)
    assert stranger[1] not in post.world.ledger.talks[JUNO]
    with pytest.raises(NotFound):
        await post.messages.talk(*stranger)


async def test_people_whom_i_mute_are_left_out_and_counted(post: Letters) -> None:
    """As everywhere, by the one verdict."""
    uri = PEOPLE["kaj/sky"].uri
    service = post.accounts.service(SKY)
    await service.relate("mute", uri)  # type: ignore[attr-defined]
    await post.moderation.refresh(SKY, force=True)
    inbox = await post.messages.inbox()
    assert inbox.hidden == 1
    assert all(uri != who.uri for row in inbox.rows for who in row.conversation.people)
    assert inbox.unread == 0


async def test_writing_to_somebody_new_begins_a_conversation(post: Letters) -> None:
    """Nobody hears of it before the first message; who takes none is said with why."""
    key = await post.messages.start(JUNO, [PEOPLE["bo"]])
    assert post.world.ledger.talks[JUNO].get(key) is None
    talk = await post.messages.talk(JUNO, key)
    assert talk.messages == ()
    await post.messages.send(JUNO, key, "Hello Bo")
    await post.sent_all()
    assert post.sent(JUNO, "Hello Bo") == 1
    with pytest.raises(Refused, match="only from people they follow"):
        await post.messages.start(SKY, [PEOPLE["maribel/sky"]])
    found = await post.messages.reachable("tov")
    assert [(one.account, one.profile) for one in found] == [(SKY, PEOPLE["tove/sky"])]


async def test_reactions_come_and_go(post: Letters) -> None:
    """Where the network has them."""
    place = await post.place("kaj/sky")
    await post.messages.open(*place)
    last = (await post.messages.talk(*place)).messages[-1]
    await post.messages.react(*place, last.id, "🎉", on=True)
    mine = (await post.messages.talk(*place)).messages[-1].reactions
    assert [(one.value, one.by) for one in mine] == [("🎉", PEOPLE["juno/sky"].uri)]
    await post.messages.react(*place, last.id, "🎉", on=False)
    assert (await post.messages.talk(*place)).messages[-1].reactions == ()


async def test_a_page_on_its_way_brings_back_nothing_that_was_left(post: Letters) -> None:
    """Asked for before, it comes after; begun again, the conversation is there."""
    place = await post.place("kaj/sky")
    service = post.accounts.service(SKY)
    whole, told, may = service.conversations, asyncio.Event(), asyncio.Event()  # type: ignore[attr-defined]

    async def late(*args: Any, **more: Any) -> Any:
        page = await whole(*args, **more)
        told.set()
        await may.wait()
        return page

    service.conversations = late  # type: ignore[attr-defined]
    asking = asyncio.create_task(post.messages.sync([SKY]))
    await told.wait()
    await post.messages.leave(*place)
    may.set()
    await asking

    with pytest.raises(NotFound):
        await post.messages.talk(*place)
    again = await post.messages.start(SKY, [PEOPLE["kaj/sky"]])
    await post.messages.sync([SKY])
    assert (await post.messages.talk(SKY, again)).row.conversation.people == (PEOPLE["kaj/sky"],)


async def test_an_account_that_leaves_takes_all_of_it_along(post: Letters) -> None:
    """Conversations, words, drafts and what was on its way."""
    place = await post.place("kaj/sky")
    await post.messages.keep_draft(*place, "secret plan")
    await post.messages.close()
    await post.messages.send(*place, "secret words")
    await post.accounts.remove(SKY)
    assert await post.letters() == []
    for name in ("keep.db", "cache.db"):
        assert b"secret plan" not in (post.store.profile / name).read_bytes()
    assert all(row.account != SKY for row in (await post.messages.inbox()).rows)


async def test_of_an_account_that_left_nothing_private_is_kept_again(post: Letters) -> None:
    """A pane that was open still has a draft in hand, and a wish to send: both come too late."""
    place = await post.place("kaj/sky")
    await post.accounts.remove(SKY)

    with pytest.raises(NotFound):
        await post.messages.keep_draft(*place, "secret plan")
    with pytest.raises(NotFound):
        await post.messages.leave_out(*place, ["x"])
    assert await post.store.load(lambda reader: reader.letters.desks()) == {}


async def test_an_account_that_leaves_at_the_last_moment_sends_no_more(post: Letters) -> None:
    """It is looked whether it is there when the letter is written down."""
    place = await post.place("kaj/sky")
    sending = asyncio.create_task(post.messages.send(*place, "secret words"))
    removing = asyncio.create_task(post.accounts.remove(SKY))
    await asyncio.gather(sending, removing, return_exceptions=True)

    await post.messages.close()
    assert await post.letters() == []
    assert await post.store.load(lambda reader: reader.letters.desks()) == {}


async def test_nothing_of_it_is_in_the_search_or_the_log(
    post: Letters, caplog: pytest.LogCaptureFixture
) -> None:
    """Private words are no posts of the cache, and never told."""
    place = await post.place("kaj/sky")
    await post.messages.open(*place)
    await post.messages.send(*place, "zyzzyva in private")
    await post.sent_all()
    assert await post.store.load(lambda reader: reader.search("zyzzyva")) == ()
    assert "zyzzyva" not in caplog.text


async def test_a_group_is_made_once_and_written_to(post: Letters) -> None:
    """Each of it is asked about alone; a lost answer makes no second one."""
    people = [PEOPLE["kaj/sky"], PEOPLE["gus/sky"]]
    await post.messages.check(SKY, people)
    with pytest.raises(Refused, match="only from people they follow"):
        await post.messages.check(SKY, [*people, PEOPLE["maribel/sky"]])
    assert post.messages.messaging(SKY).groups

    post.faults(SKY).loses = 1
    with pytest.raises(OutcomeUnknown):
        await post.messages.make_group(SKY, "Bread and boats", people)
    key = await post.messages.make_group(SKY, "Bread and boats", people)

    groups = [row for row in (await post.messages.inbox()).rows if row.conversation.group]
    named = [row for row in groups if row.conversation.group == "Bread and boats"]
    assert [row.conversation.id for row in named] == [key]
    assert not named[0].request
    await post.messages.send(SKY, key, "Sixty loaves")
    await post.sent_all()
    assert post.sent(SKY, "Sixty loaves") == 1


async def test_who_asks_for_a_group_again_at_once_gets_the_one_that_is_on_its_way(
    post: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first asking is given up; its request may be at the server all the same."""
    people = [PEOPLE["kaj/sky"], PEOPLE["gus/sky"]]
    service: Any = post.accounts.service(SKY)
    make, asked, gate = service.make_group, asyncio.Event(), asyncio.Event()
    count = 0

    async def make_group(name: str, people: Sequence[Profile]) -> Conversation:
        nonlocal count
        count += 1
        asked.set()
        await gate.wait()
        made: Conversation = await make(name, people)
        return made

    monkeypatch.setattr(service, "make_group", make_group)
    first = asyncio.create_task(post.messages.make_group(SKY, "Boats", people))
    await asked.wait()
    first.cancel()
    second = asyncio.create_task(post.messages.make_group(SKY, "Boats", people[::-1]))
    await asyncio.gather(first, return_exceptions=True)
    gate.set()
    key = await second

    assert count == 1
    assert (await post.messages.talk(SKY, key)).row.conversation.group == "Boats"


async def test_at_the_end_no_group_is_waited_for(
    post: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its server may answer never; the next try finds what it has made."""
    asked = asyncio.Event()

    async def make_group(name: str, people: Sequence[Profile]) -> Conversation:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(post.accounts.service(SKY), "make_group", make_group)
    making = asyncio.create_task(post.messages.make_group(SKY, "Boats", [PEOPLE["kaj/sky"]]))
    await asked.wait()
    await post.messages.close()
    await asyncio.wait([making], timeout=1)

    assert making.cancelled()


async def test_where_there_are_no_groups_nobody_makes_one(post: Letters) -> None:
    """It is said, and what to do instead."""
    people = [PEOPLE["ottilie"], PEOPLE["teun"]]
    with pytest.raises(Unsupported):
        await post.messages.make_group(JUNO, "Counters", people)
