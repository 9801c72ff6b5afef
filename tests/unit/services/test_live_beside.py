"""Lists and tags that are looked at are told of; what is left is let go; letters come at once."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import pytest
from msgspec.structs import replace

from app.model import HOME, AccountId, Source
from app.model.errors import StoreError, Unreachable
from app.model.message import Conversation
from app.protocols.streaming import Edited, Gone, Items, Noticed, Talked
from app.services.live_beside import GRACE
from app.services.live_intake import MOST, MOST_LETTERS
from tests.unit.fakes import NOON
from tests.unit.services.servers import ANA, Server, entry
from tests.unit.services.test_live import Stage, stage
from tests.waiting import until

__all__ = ["stage"]

FRIENDS, CATS = Source("list", "7"), Source("tag", "cats")


def known(stage: Stage, source: Source) -> list[str]:
    """Which entries of that source are kept, the newest first."""
    return [key for key, _ in stage.home.store.reader.newest_keys(ANA, source, 10_000)]


def keys(*numbers: int) -> list[str]:
    return [entry(number).key for number in numbers]


async def looked_at(stage: Stage, source: Source = FRIENDS) -> ExitStack:
    """Somebody has opened it, and its line tells of it."""
    stage.wire.others.setdefault(source, Server([entry(n) for n in range(100, 110)]))
    opened = ExitStack()
    opened.enter_context(stage.live.attention.attending(ANA, source))
    await until(lambda: stage.live.tells_of(ANA, source), "nobody tells of it")
    return opened


async def test_what_is_opened_is_told_of(stage: Stage) -> None:
    """First a page of it, then what happens; it stands there and nowhere else."""
    await stage.live_now()
    opened = await looked_at(stage)
    asked = len(stage.wire.others[FRIENDS].requests)
    stage.wire.say(Items((entry(110),), FRIENDS), Items((entry(111),), CATS))
    await until(lambda: known(stage, FRIENDS)[:2] == keys(110, 109))

    assert len(stage.wire.others[FRIENDS].requests) == asked
    assert stage.rows()[0] == "Post 59", "it is in no home timeline"
    assert known(stage, CATS) == [], "nobody asked for that"
    opened.close()


async def test_what_comes_while_its_page_is_fetched_is_not_lost(stage: Stage) -> None:
    """The page may be older than what is told meanwhile."""
    await stage.live_now()
    server = stage.wire.others[FRIENDS] = Server([entry(n) for n in range(100, 110)])
    server.gate = asyncio.Event()
    with stage.live.attention.attending(ANA, FRIENDS):
        await until(lambda: server.asked == 1)
        stage.wire.say(Items((entry(110),), FRIENDS))
        assert known(stage, FRIENDS) == []
        server.gate.set()
        await until(lambda: known(stage, FRIENDS)[:2] == keys(110, 109))


async def test_what_is_taken_back_while_its_page_is_fetched_stays_away(stage: Stage) -> None:
    """Nor is an older text shown when it was edited meanwhile."""
    await stage.live_now()
    server = stage.wire.others[FRIENDS] = Server([entry(n) for n in range(100, 110)])
    server.gate = asyncio.Event()
    better = replace(entry(111).post, edited_at=entry(112).sort_at)
    with stage.live.attention.attending(ANA, FRIENDS):
        await until(lambda: server.asked == 1)
        stage.wire.say(Items((entry(110),), FRIENDS), Items((entry(111),), FRIENDS))
        stage.wire.say(Gone(keys=(entry(110).key,)), Edited(replace(entry(111), post=better)))
        stage.write(60)
        await stage.shown(60, 59)
        server.gate.set()
        await until(lambda: known(stage, FRIENDS)[:1] == keys(111))
        posts = stage.home.store.reader.posts
        await until(lambda: posts([entry(111).key])[entry(111).key].edited_at)

    assert known(stage, FRIENDS)[:2] == keys(111, 109)


async def test_what_is_left_is_let_go_after_a_while(stage: Stage) -> None:
    """Who comes back soon has missed nothing; twice opened is asked for once."""
    await stage.live_now()
    first, second = await looked_at(stage), await looked_at(stage)
    assert stage.wire.wanted[-1] == (FRIENDS,)
    count = len(stage.wire.wanted)
    first.close()
    second.close()
    await until(lambda: GRACE in stage.home.clock.waits)
    again = await looked_at(stage)
    assert len(stage.wire.wanted) == count
    again.close()
    await stage.wait(GRACE + 1)
    await until(lambda: stage.wire.wanted[-1] == (), f"{stage.wire.wanted}")
    await until(lambda: not stage.live.tells_of(ANA, FRIENDS))
    stage.wire.say(Items((entry(110),), FRIENDS), Noticed())
    await until(lambda: stage.notices.asked > 0)

    assert known(stage, FRIENDS)[0] == entry(109).key


async def test_a_clock_that_is_set_back_holds_nothing_open(stage: Stage) -> None:
    """What was left an hour ahead of now is looked at soon, not in an hour."""
    await stage.live_now()
    opened = await looked_at(stage)
    opened.close()
    stage.home.clock.pass_time(-3600)
    await until(lambda: GRACE in stage.home.clock.waits)


async def test_a_new_line_is_told_again(stage: Stage) -> None:
    """And what was written while there was none comes with its page, or is a gap."""
    await stage.live_now()
    opened = await looked_at(stage)
    stage.wire.cut(Unreachable("Cut."))
    await until(lambda: not stage.live.tells_of(ANA, FRIENDS))
    server = stage.wire.others[FRIENDS]
    server.write(*(entry(n) for n in range(110, 310)))
    stage.home.clock.pass_time(300)
    await until(lambda: stage.live.tells_of(ANA, FRIENDS), "it is not told of again")
    got = known(stage, FRIENDS)
    gaps = stage.home.store.reader.gaps(ANA)

    assert got[0] == entry(309).key
    assert [gap.source for gap in gaps] == [FRIENDS], "the hole is known"
    opened.close()


async def test_too_much_of_it_becomes_a_page_and_a_gap(stage: Stage) -> None:
    """Home is not held up by a storm in a tag."""
    await stage.live_now()
    opened = await looked_at(stage, CATS)
    for number in range(110, 112 + MOST):
        stage.wire.others[CATS].write(entry(number))
        stage.wire.say(Items((entry(number),), CATS))
    stage.write(60)
    await stage.shown(60, 59)
    await until(lambda: known(stage, CATS)[0] == entry(111 + MOST).key)
    gaps = stage.home.store.reader.gaps(ANA)

    assert [gap.source for gap in gaps] == [CATS]
    opened.close()


async def test_ten_thousand_events_of_a_tag_are_all_there(stage: Stage) -> None:
    """As fast as they are stored; nothing of it is doubled."""
    await stage.live_now()
    opened = await looked_at(stage, CATS)
    for start in range(110, 10_110, 1_000):
        wanted = range(start, start + 1_000)
        stage.wire.say(*(Items((entry(number),), CATS) for number in wanted))
        await until(lambda last=wanted[-1]: known(stage, CATS)[0] == entry(last).key)  # type: ignore[misc]
        await stage.beat()
    assert known(stage, CATS) == keys(*range(10_109, 99, -1))[:10_000]
    opened.close()


async def test_edits_and_deletions_reach_it(stage: Stage) -> None:
    """Also where home has never seen the post."""
    await stage.live_now()
    opened = await looked_at(stage)
    better = replace(entry(109).post, edited_at=entry(110).sort_at)
    stage.wire.say(Edited(replace(entry(109), post=better)), Gone(keys=(entry(108).key,)))
    await until(lambda: entry(108).key not in known(stage, FRIENDS))
    posts = stage.home.store.reader.posts([entry(109).key])

    assert posts[entry(109).key].edited_at == better.edited_at
    opened.close()


async def test_a_list_that_is_gone_costs_itself_alone(stage: Stage) -> None:
    """The line goes on telling of home."""
    await stage.live_now()
    with stage.live.attention.attending(ANA, Source("list", "gone")):
        await until(lambda: stage.wire.wanted[-1])
        stage.write(60)
        await stage.shown(60, 59)

        assert not stage.live.tells_of(ANA, Source("list", "gone"))
        assert stage.live.state(ANA).kind == "live"


async def test_where_a_server_does_not_tell_it_is_known(stage: Stage) -> None:
    """So that somebody asks instead."""
    await stage.live_now()
    stage.wire.can_tell = False
    stage.wire.others[FRIENDS] = Server([entry(100)])
    with stage.live.attention.attending(ANA, FRIENDS):
        await until(lambda: stage.wire.wanted[-1] == (FRIENDS,))
        stage.write(60)
        await stage.shown(60, 59)

        assert not stage.live.tells_of(ANA, FRIENDS)


async def test_other_sources_are_never_asked_for(stage: Stage) -> None:
    """Nobody streams bookmarks."""
    await stage.live_now()
    count = len(stage.wire.wanted)
    with stage.live.attention.attending(ANA, Source("bookmarks")):
        assert len(stage.wire.wanted) == count


def talk(number: int) -> Talked:
    return Talked(Conversation(id=f"talk {number}", people=(), at=NOON))


async def test_letters_are_handed_on_at_once(stage: Stage) -> None:
    """What is told of one conversation twice is its newest; a storm is cut to what one reads."""
    handed: list[tuple[AccountId, list[str]]] = []

    async def take(account: AccountId, letters: tuple[Conversation, ...]) -> None:
        handed.append((account, [one.id for one in letters]))
        if len(handed) == 1:
            raise StoreError("The disk is full.")

    await stage.live_now()
    stage.live.deliver(take)
    stage.wire.say(talk(1), talk(1), talk(2))
    await until(lambda: handed == [(ANA, ["talk 1", "talk 2"])])
    stage.wire.say(*(talk(number) for number in range(10_000)))
    await stage.beat()
    await until(lambda: len(handed) == 2)

    assert len(handed[1][1]) == MOST_LETTERS
    assert handed[1][1][-1] == "talk 9999", "the newest are kept"
    assert stage.live.state(ANA).kind == "live", "a full disk there does not end the line"


@pytest.mark.parametrize("source", [HOME, FRIENDS])
async def test_hours_asleep_begin_anew_everywhere(stage: Stage, source: Source) -> None:
    """The clock jumps: lists are asked for and told of again as home is."""
    await stage.live_now()
    opened = await looked_at(stage)
    server = stage.home.server if source == HOME else stage.wire.others[FRIENDS]
    asked = len(server.requests)
    await until(lambda: 10.0 in stage.home.clock.waits)
    stage.home.clock.pass_time(7 * 3600)
    await until(lambda: len(server.requests) > asked)
    await until(lambda: stage.live.tells_of(ANA, FRIENDS))
    opened.close()
