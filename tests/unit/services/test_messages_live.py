"""Letters come by themselves, and are looked for often where somebody looks; nobody has read them so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.model import AccountId
from app.model.errors import NotFound, Unreachable
from app.model.message import Happenings
from app.protocols import demo
from app.services.messages_beat import PAGES_EVERY, QUICKEST, SLOWEST, TOLD_EVERY, Beat
from app.services.messages_values import MessagesChanged
from tests.unit.services.test_messages import Letters, post
from tests.waiting import until

__all__ = ["post"]

JUNO, SKY = demo.JUNO, demo.SKY


async def test_a_letter_that_is_told_of_stands_in_its_conversation(post: Letters) -> None:
    """Unread, counted, and no server was asked; who looks meanwhile hears of it."""
    row = next(row for row in (await post.messages.inbox([JUNO])).rows if not row.unread)
    before, last = (await post.messages.inbox()).unread, row.conversation.last
    assert last is not None and last.said is not None
    at = row.conversation.at + timedelta(days=5)
    new = replace(last, id="https://far.example/new", at=at)
    conversation = replace(row.conversation, at=at, last=new, unread=1)
    heard: list[MessagesChanged] = []
    post.messages.subscribe(heard.append)
    await post.messages.take(JUNO, [conversation, conversation])
    inbox = await post.messages.inbox()
    talk = await post.messages.talk(JUNO, row.conversation.id)

    assert inbox.unread == before + 1
    assert inbox.find(JUNO, row.conversation.id) == inbox.rows[0], "the newest is on top"
    assert [one.id for one in talk.messages].count(new.id) == 1
    assert talk.messages[-1].id == new.id
    assert heard[0].conversation == row.conversation.id and heard[0].new == 1


async def test_a_look_that_finds_nothing_is_no_news(post: Letters) -> None:
    """Else whoever looks because something stirred stirs it again, without an end."""
    place = await post.place("kaj/sky")
    heard: list[MessagesChanged] = []
    post.messages.subscribe(heard.append)
    await post.messages.open(*place)
    assert heard == [MessagesChanged(*place)]
    await post.messages.open(*place)

    assert heard == [MessagesChanged(*place)]


async def test_letters_of_an_account_that_is_gone_are_kept_nowhere(post: Letters) -> None:
    """It was removed while they were on their way."""
    row = (await post.messages.inbox([JUNO])).rows[0]
    await post.accounts.remove(JUNO)
    with pytest.raises(NotFound):
        await post.messages.take(JUNO, [row.conversation])

    assert (await post.messages.inbox([JUNO])).rows == ()


class Log:
    """A service that can be asked whether anything has happened."""

    def __init__(self) -> None:
        self.marks: list[str] = []
        self.happened = False
        self.left: tuple[str, ...] = ()
        self.fails: Exception | None = None

    async def messages_since(self, mark: str) -> Happenings:
        self.marks.append(mark)
        if self.fails is not None:
            raise self.fails
        happened, self.happened = self.happened, False
        left, self.left = self.left, ()
        return Happenings(mark=f"m{len(self.marks)}", any=happened or bool(left), left=left)


class Looking:
    """One account that is looked at: what was fetched, what has stirred."""

    def __init__(self, post: Letters, service: object, *, told: bool = False) -> None:
        self.post, self.service = post, service
        self.synced: list[AccountId] = []
        self.stirred: list[AccountId] = []
        fetching: Any = self
        self.left: list[tuple[AccountId, Sequence[str]]] = []
        self.beat = Beat(
            post.accounts, fetching, post.clock, self.sync, lambda _: told, left=self.note_left
        )
        self.task = asyncio.create_task(self.beat.run(self.stirred.append))

    def speaks(self, account: AccountId) -> object:
        return self.service

    async def sync(self, account: AccountId) -> None:
        self.synced.append(account)

    async def note_left(self, account: AccountId, keys: Sequence[str]) -> None:
        self.left.append((account, keys))

    async def end(self) -> None:
        """Nobody looks any more."""
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def pause(self) -> float:
        """Until the next look, seconds; and it passes."""
        clock = self.post.clock
        await until(lambda: clock.waits, "it does not wait")
        pause = max(clock.waits)
        clock.pass_time(pause)
        await asyncio.sleep(0.005)
        return round(pause, 1)


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Letters]:
    """One account."""
    made = Letters(tmp_path / "profile")
    await made.accounts.add(demo.signed_in(demo.ACCOUNTS[0]))
    yield made
    await made.messages.close()
    made.store.close()


async def test_the_pace_follows_what_is_said(alone: Letters) -> None:
    """At first one look at all; slower while nobody talks; quick again with the next word."""
    log = Log()
    looking = Looking(alone, log)
    await until(lambda: looking.stirred, "it does not look at first")
    pauses = [await looking.pause() for _ in range(10)]
    assert len(looking.synced) == 1, "nothing has happened since"
    assert pauses[0] == QUICKEST and pauses == sorted(pauses) and pauses[-1] == SLOWEST
    log.happened = True
    await looking.pause()
    await until(lambda: len(looking.stirred) == 2)
    assert await looking.pause() == QUICKEST
    assert log.marks[:3] == ["", "m1", "m2"], "each question goes on where the last one ended"
    await looking.end()


async def test_who_writes_is_answered_soon(alone: Letters) -> None:
    """A letter of mine, or a conversation that is opened, brings the next look forward."""
    log = Log()
    looking = Looking(alone, log)
    await until(lambda: looking.stirred)
    for _ in range(8):
        await looking.pause()
    asked = len(log.marks)
    looking.beat.note(MessagesChanged(demo.ACCOUNTS[0].id))
    await asyncio.sleep(0.005)
    assert len(log.marks) == asked, "a round of the account is no letter"
    looking.beat.note(MessagesChanged(demo.ACCOUNTS[0].id, "somebody"))
    await until(lambda: QUICKEST in alone.clock.waits)
    alone.clock.pass_time(QUICKEST)
    await until(lambda: len(log.marks) > asked)
    await looking.end()


async def test_a_server_in_trouble_is_asked_slowly(alone: Letters) -> None:
    """And again as soon as it answers."""
    log = Log()
    log.fails = Unreachable("No.")
    looking = Looking(alone, log)
    assert [await looking.pause() for _ in range(3)] == [SLOWEST] * 3
    log.fails = None
    await looking.pause()
    await until(lambda: looking.stirred)
    await looking.end()


@pytest.mark.errors_expected
async def test_a_bug_with_one_answer_ends_no_looking(
    alone: Letters, caplog: pytest.LogCaptureFixture
) -> None:
    """It is written down, and that account is asked slowly."""
    log = Log()
    log.fails = ZeroDivisionError("a bug")
    looking = Looking(alone, log)
    assert [await looking.pause() for _ in range(2)] == [SLOWEST] * 2
    log.fails = None
    await looking.pause()
    await until(lambda: looking.stirred)
    await looking.end()

    assert "bug in messages" in caplog.text


@pytest.mark.parametrize(("told", "pause"), [(False, PAGES_EVERY), (True, TOLD_EVERY)])
async def test_where_a_look_is_a_page_it_is_asked_less_often(
    alone: Letters, told: bool, pause: float
) -> None:
    """And hardly ever where letters come by themselves."""
    looking = Looking(alone, object(), told=told)
    assert [await looking.pause() for _ in range(3)] == [pause] * 3
    await until(lambda: len(looking.synced) >= 3)
    await looking.end()


async def test_an_account_that_is_added_meanwhile_is_looked_at_too(alone: Letters) -> None:
    """At once, at its own pace; and one that leaves is not asked any more."""
    looking = Looking(alone, Log())
    await until(lambda: looking.stirred)
    await alone.accounts.add(demo.signed_in(demo.ACCOUNTS[1]))
    await until(lambda: demo.ACCOUNTS[1].id in looking.synced, "the new one is not asked")
    await alone.accounts.remove(demo.ACCOUNTS[1].id)
    await alone.accounts.add(demo.signed_in(demo.ACCOUNTS[1]))
    await until(lambda: looking.synced.count(demo.ACCOUNTS[1].id) == 2, "it came again")
    await looking.end()


async def test_the_first_account_of_all_is_looked_at(tmp_path: Path) -> None:
    """The room was open before there was anybody to ask."""
    made = Letters(tmp_path / "profile")
    looking = Looking(made, Log())
    await asyncio.sleep(0.005)
    assert not looking.task.done()
    await made.accounts.add(demo.signed_in(demo.ACCOUNTS[0]))
    await until(lambda: looking.synced == [demo.ACCOUNTS[0].id])
    await looking.end()
    await made.messages.close()
    made.store.close()


async def test_what_was_left_elsewhere_is_passed_on(alone: Letters) -> None:
    """The log names it, and no page would."""
    log = Log()
    looking = Looking(alone, log)
    await until(lambda: looking.stirred)
    log.left = ("c7",)
    await looking.pause()
    await until(lambda: looking.left == [(demo.ACCOUNTS[0].id, ("c7",))])
    await looking.end()


async def test_offline_nobody_looks(alone: Letters) -> None:
    """It ends at once."""
    stirred: list[AccountId] = []
    await alone.opened(offline=True).attend(stirred.append)

    assert stirred == []
