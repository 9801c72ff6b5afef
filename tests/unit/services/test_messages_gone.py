"""What was left on another device goes here too: only when that is certain, and never a draft."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.model import AccountId, Cursor
from app.model.errors import NotFound, Unreachable
from app.model.message import Conversation, ConversationPage, Happenings
from app.protocols import demo
from app.services.messages_gone import LEFT
from app.store.messages import drop_conversation
from tests.unit.services.test_messages import Letters, post

__all__ = ["post"]

JUNO, SKY = demo.JUNO, demo.SKY


async def _keys(post: Letters, account: AccountId) -> set[str]:
    inbox = await post.messages.inbox([account])
    return {row.conversation.id for row in (*inbox.rows, *inbox.requests)}


def _leave_elsewhere(post: Letters, account: AccountId, key: str) -> Conversation:
    return post.world.ledger.talks[account].pop(key)


class Many:
    """Conversations of one account by the hundred, and what pages tell of them."""

    def __init__(self, post: Letters, account: AccountId, count: int) -> None:
        self.post, self.account = post, account
        one = next(iter(post.world.ledger.talks[account].values()))
        last = one.last
        assert last is not None
        self.talks = [
            replace(
                one,
                id=f"many {number}",
                at=one.at - timedelta(hours=number),
                last=replace(last, at=one.at - timedelta(hours=number)),
                unread=0,
                request=False,
            )
            for number in range(count)
        ]
        self.asked: list[tuple[str, bool]] = []
        self.unreadable = 0
        self.silent: tuple[str, ...] = ()
        self.before: Callable[[int, bool], None] = lambda asked, requests: None
        service: Any = post.accounts.service(account)
        service.conversations = self.conversations

    async def conversations(
        self,
        cursor: Cursor | None = None,
        *,
        requests: bool = False,
        limit: int = 40,
        background: bool = False,
    ) -> ConversationPage:
        """One page of them."""
        self.asked.append((cursor or "", requests))
        self.before(len(self.asked), requests)
        if requests:
            return ConversationPage(conversations=())
        start = int(cursor or 0)
        return ConversationPage(
            conversations=tuple(self.talks[start : start + limit]),
            older=Cursor(str(start + limit)) if start + limit < len(self.talks) else None,
            unreadable=self.unreadable,
            silent=self.silent,
        )

    async def sync(self) -> None:
        """Ask once."""
        self.asked.clear()
        [report] = await self.post.messages.sync([self.account])
        assert report.error is None


async def _many(post: Letters, count: int) -> Many:
    """Nothing is known of them, at a start."""
    made = Many(post, SKY, count)
    for key in await _keys(post, SKY):
        await post.store.change_cache(lambda db, key=key: drop_conversation(db, SKY, key))  # type: ignore[misc]
    post.messages = post.opened()
    await made.sync()
    assert await _keys(post, SKY) == {one.id for one in made.talks}
    return made


@pytest.mark.parametrize(("account", "who"), [(SKY, "kaj/sky"), (JUNO, "")])
async def test_what_was_left_on_another_device_goes_with_the_next_look(
    post: Letters, account: AccountId, who: str
) -> None:
    """With all that was said in it; the others stay; who looks hears of it."""
    key = (
        (await post.place(who))[1]
        if who
        else (await post.messages.inbox([account])).rows[0].conversation.id
    )
    await post.messages.open(account, key)
    before = await _keys(post, account)
    _leave_elsewhere(post, account, key)
    heard: list[object] = []
    post.messages.subscribe(heard.append)
    await post.messages.sync([account])

    assert await _keys(post, account) == before - {key}
    assert heard
    with pytest.raises(NotFound):
        await post.messages.talk(account, key)


async def test_a_conversation_with_a_draft_stays_and_says_what_has_happened(
    post: Letters,
) -> None:
    """Nothing that was typed is lost; once it is taken out, the conversation goes."""
    account, key = await post.place("kaj/sky")
    await post.messages.keep_draft(account, key, "half a thought")
    _leave_elsewhere(post, account, key)
    await post.messages.sync([account])
    talk = await post.messages.talk(account, key)
    assert (talk.row.desk.draft, talk.row.conversation.closed) == ("half a thought", LEFT)

    await post.messages.keep_draft(account, key, "")
    await post.messages.sync([account])
    assert key not in await _keys(post, account)


async def test_where_writing_begins_it_anew_a_draft_can_still_be_sent(post: Letters) -> None:
    """There a conversation is those who are named: nothing is closed."""
    row = (await post.messages.inbox([JUNO])).rows[0]
    key = row.conversation.id
    await post.messages.keep_draft(JUNO, key, "half a thought")
    _leave_elsewhere(post, JUNO, key)
    await post.messages.sync([JUNO])
    talk = await post.messages.talk(JUNO, key)

    assert (talk.row.desk.draft, talk.row.conversation.closed) == ("half a thought", "")


async def test_one_that_was_begun_anew_by_its_draft_stays(post: Letters) -> None:
    """Also as long as its server does not list it yet."""
    row = (await post.messages.inbox([JUNO])).rows[0]
    key = row.conversation.id
    post.world.now = post.clock.now()
    await post.messages.keep_draft(JUNO, key, "half a thought")
    _leave_elsewhere(post, JUNO, key)
    await post.messages.sync([JUNO])
    await post.messages.send(JUNO, key, "A whole one")
    await post.sent_all()
    post.world.ledger.talks[JUNO].pop(key, None)
    await post.messages.sync([JUNO])
    assert key in await _keys(post, JUNO)


async def test_a_letter_on_its_way_keeps_its_conversation(post: Letters) -> None:
    """What becomes of it is seen there."""
    account, key = await post.place("kaj/sky")
    post.faults(SKY).refuses = 1
    await post.messages.send(account, key, "Not taken")
    await post.kept(lambda letters: letters[0].state == "failed")
    _leave_elsewhere(post, account, key)
    await post.messages.sync([account])

    assert [one.message.text.text for one in (await post.messages.talk(account, key)).letters] == [
        "Not taken"
    ]


async def test_what_lies_further_down_than_was_looked_stays(post: Letters) -> None:
    """After the first look of a start pages end early: nothing is said of what is below."""
    many = await _many(post, 130)
    await many.sync()
    assert len(many.asked) == 2, "one page of each list"
    assert {f"many {number}" for number in range(130)} <= await _keys(post, SKY)


async def test_the_first_look_of_a_start_reaches_all_that_is_known(post: Letters) -> None:
    """So what was left while nobody looked is noticed however deep it lay."""
    many = await _many(post, 130)
    post.messages = post.opened()
    gone = many.talks.pop(110)
    await many.sync()
    assert gone.id not in await _keys(post, SKY)
    assert len(await _keys(post, SKY)) == 129


async def test_one_that_moves_up_between_two_pages_is_no_loss(post: Letters) -> None:
    """Something is said in it meanwhile: the first page had passed, the next has it no more."""
    many = await _many(post, 130)
    moved = many.talks[60]

    def move(asked: int, requests: bool) -> None:
        if asked == 2:
            many.talks.remove(moved)
            many.talks.insert(0, replace(moved, at=many.talks[0].at + timedelta(hours=1)))

    post.messages = post.opened()
    many.before = move
    await many.sync()
    assert moved.id in await _keys(post, SKY)
    assert len(await _keys(post, SKY)) == 130


@pytest.mark.parametrize("readable", [True, False])
async def test_a_page_with_something_unreadable_proves_nothing(
    post: Letters, readable: bool
) -> None:
    """It may be that one. Where at least its id can be read, it is known to be listed."""
    many = await _many(post, 5)
    unread, gone = many.talks.pop(1), many.talks.pop(1)
    many.unreadable = 1
    many.silent = (unread.id,) if readable else ()
    await many.sync()

    keys = await _keys(post, SKY)
    assert unread.id in keys
    assert (gone.id in keys) is not readable


async def test_a_server_that_fails_in_between_proves_nothing(post: Letters) -> None:
    """The next look begins anew."""
    many = await _many(post, 5)
    gone = many.talks.pop(1)

    def fail(asked: int, requests: bool) -> None:
        if asked > 2:
            raise Unreachable("No.")

    many.before = fail
    await many.sync()
    assert gone.id in await _keys(post, SKY)
    many.before = lambda asked, requests: None
    await many.sync()
    assert gone.id not in await _keys(post, SKY)


async def test_what_was_written_just_now_may_not_be_listed_yet(post: Letters) -> None:
    """Servers list it when they come to it."""
    account, key = await post.place("kaj/sky")
    post.world.now = post.clock.now()
    await post.messages.send(account, key, "Just now")
    await post.sent_all()
    kept = _leave_elsewhere(post, account, key)
    await post.messages.sync([account])
    assert key in await _keys(post, account)
    post.world.ledger.talks[account][key] = kept
    await post.messages.sync([account])
    assert key in await _keys(post, account)


async def test_a_conversation_that_its_server_does_not_know_goes_when_it_is_opened(
    post: Letters,
) -> None:
    """It lies deeper than a look reaches, or it is a group out of which I was put."""
    account, key = await post.place("kaj/sky")
    await post.messages.open(account, key)
    _leave_elsewhere(post, account, key)
    with pytest.raises(NotFound):
        await post.messages.open(account, key)
    assert key not in await _keys(post, account)


async def test_what_a_log_names_goes_without_a_walk_and_comes_back_when_begun_again(
    post: Letters,
) -> None:
    """Whom a message goes to is kept meanwhile."""
    account, key = await post.place("kaj/sky")
    left = asyncio.Event()
    service: Any = post.accounts.service(account)

    async def since(mark: str) -> Happenings:
        left.set()
        return Happenings(mark="m", left=(key, "of nobody"))

    service.messages_since = since
    kept = _leave_elsewhere(post, account, key)
    attending = asyncio.create_task(post.messages.attend(lambda one: None))
    async with asyncio.timeout(5):
        while key in await _keys(post, account):
            await asyncio.sleep(0)
    attending.cancel()
    await asyncio.gather(attending, return_exceptions=True)

    assert left.is_set()
    post.world.ledger.talks[account][key] = kept
    await post.messages.sync([account])
    assert key in await _keys(post, account)
