"""Notifications of all accounts in one list; marks that only go forward."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from app.feed.notices import NoticeFilter
from app.feed.times import micros
from app.model import AccountId, Cursor
from app.model.errors import NotFound, ServiceError, Unreachable
from app.model.notification import Notice, NoticePage, ReadMark
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.services.moderation import Moderation
from app.services.notifications import Notifications
from app.services.notifications_words import sentence, whose
from tests.unit.protocols.demo.acting import NOW
from tests.unit.services.shore import Shore

EVERYBODY = tuple(account.id for account in demo.ACCOUNTS)


class Bay(Shore):
    """The demo, with notifications."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.moderation = Moderation(self.store, self.accounts, self.clock, offline=self.offline)
        self.moderation.start(self.store.reader)
        self.notices = self.opened()

    def opened(self, *, offline: bool = False) -> Notifications:
        return Notifications(
            self.store, self.accounts, self.bridging, self.moderation, self.clock, offline=offline
        )

    async def words(self, wanted: NoticeFilter = NoticeFilter()) -> list[str]:
        found = await self.notices.list(wanted)
        rows = await self.notices.rows(found.groups)
        return [sentence(rows[group.key]) for group in found.groups if group.key in rows]

    def happen(self, account: AccountId, *notices: Notice) -> None:
        """More of it, newest first."""
        told = self.world.ledger.noticed.setdefault(account, [])
        told[:0] = notices

    def read_at(self, account: AccountId) -> datetime:
        at = self.world.ledger.read[account].at
        assert isinstance(at, datetime)
        return at


@pytest.fixture
async def bay(tmp_path: Path) -> AsyncIterator[Bay]:
    made = Bay(tmp_path / "profile")
    for account in demo.ACCOUNTS:
        await made.accounts.add(demo.signed_in(account))
    yield made
    await made.notices.close()
    made.store.close()


def like(number: int, minutes: float, about: str = "") -> Notice:
    """Somebody liked something, so many minutes after now began."""
    who = PEOPLE["teun"]
    at = NOW + timedelta(minutes=minutes)
    return Notice(key=f"n{number}", kind="like", at=at, actors=(who,), about=about)


async def test_a_row_says_whom_it_is_for_where_that_is_not_plain(bay: Bay) -> None:
    """Of two accounts on one network; not where there is one, nor where all were told."""
    await bay.notices.sync()
    rows = await bay.notices.rows((await bay.notices.list(NoticeFilter())).groups)
    follow = next(one for one in rows.values() if one.newest.kind == "follow")
    known = {one.id: one for one in bay.accounts.all()}
    mine = known[follow.account]
    other = replace(mine, id=AccountId("b"), handle="b@sea.example")
    assert whose(follow, [mine]) == ""
    assert whose(follow, [mine, other]) == "@" + mine.handle.partition("@")[0]
    twin = replace(other, handle=mine.handle.partition("@")[0] + "@sea.example")
    assert whose(follow, [mine, twin]) == f"@{mine.handle}"
    both = replace(follow, group=replace(follow.group, by={mine.id: 1, other.id: 1}))
    assert whose(both, [mine, other]) == ""


async def test_all_accounts_stand_in_one_list_grouped(bay: Bay) -> None:
    """Newest first, every kind in words, and what a server does not explain, too."""
    reports = await bay.notices.sync()
    assert [report.error for report in reports] == [None] * 3
    words = await bay.words()
    assert words[0] == "Kaj Ó Dálaigh-Whitcombe mentioned you"
    assert "Ottilie Brandvold, Teun Haverkate and 10 others liked your post" in words
    assert "Tove Lind, Ifeoma Draws Maps and 2 others followed you" in words
    assert "A poll has ended: Harriet Loam" in words
    assert "“annual report”: Godwit does not know this kind yet" in words


async def test_syncing_again_brings_nothing_twice(bay: Bay) -> None:
    """All of it is known."""
    before = sum(report.new for report in await bay.notices.sync())
    assert before > 20
    assert sum(report.new for report in await bay.notices.sync()) == 0


async def test_what_was_read_elsewhere_is_read_here(bay: Bay) -> None:
    """An idle device follows; its own marks never pull the other one back."""
    await bay.notices.sync()
    assert await bay.notices.unread() == 4
    bay.world.ledger.read[demo.JUNO] = ReadMark(at=NOW)
    bay.world.ledger.read[demo.SKY] = ReadMark(at=NOW)
    await bay.notices.sync()
    assert await bay.notices.unread() == 0
    assert bay.read_at(demo.JUNO) == NOW


async def test_reading_here_is_told_once_all_below_is_read(bay: Bay) -> None:
    """A mark on the server cannot say that one is read and those below it are not."""
    await bay.notices.sync()
    found = await bay.notices.list(NoticeFilter(accounts=frozenset({demo.JUNO}), unread=True))
    mention, request, likes = found.groups
    await bay.notices.mark_read([mention])
    assert demo.JUNO not in bay.world.ledger.read, "older ones are unread: nothing is told"
    assert await bay.notices.unread() == 3
    await bay.notices.mark_read([likes])
    assert micros(bay.read_at(demo.JUNO)) == likes.at, "it is no notification's own time"
    await bay.notices.mark_read([request])
    assert bay.read_at(demo.JUNO) == NOW - timedelta(minutes=4)


class Held(asyncio.Event):
    """Holds an answer back, and tells when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = asyncio.Event()

    async def wait(self) -> Literal[True]:
        self.reached.set()
        return await super().wait()


async def test_what_is_read_while_a_server_is_told_stays_read(bay: Bay) -> None:
    """Its answer is about less, and comes late."""
    await bay.notices.sync()
    mine = NoticeFilter(accounts=frozenset({demo.JUNO}), unread=True)
    oldest = (await bay.notices.list(mine)).groups[-1]
    faults = bay.faults(demo.JUNO)
    faults.hold = hold = Held()
    telling = asyncio.create_task(bay.notices.mark_read([oldest]))
    await hold.reached.wait()
    faults.hold, faults.offline = None, True
    await bay.notices.mark_all_read([demo.JUNO])
    faults.offline = False
    hold.set()
    await telling
    assert not (await bay.notices.list(mine)).groups
    await bay.notices.sync([demo.JUNO])

    assert bay.read_at(demo.JUNO) == NOW - timedelta(minutes=4), "and is told with the next look"


async def test_everything_is_read_at_once(bay: Bay) -> None:
    """Here and at all servers."""
    await bay.notices.sync()
    told: list[Any] = []
    bay.notices.subscribe(told.append)
    await bay.notices.mark_all_read()
    assert await bay.notices.unread() == 0
    assert told
    assert bay.read_at(demo.JUNO) == NOW - timedelta(minutes=4)


async def test_reading_offline_is_told_later(bay: Bay) -> None:
    """It is kept here, and the next sync tells it."""
    await bay.notices.sync()
    bay.faults(demo.JUNO).offline = True
    await bay.notices.mark_all_read([demo.JUNO])
    assert (await bay.notices.list(NoticeFilter(accounts=frozenset({demo.JUNO})))).groups
    bay.faults(demo.JUNO).offline = False
    before = bay.world.ledger.read.get(demo.JUNO)
    await bay.notices.sync([demo.JUNO])
    assert bay.read_at(demo.JUNO) == NOW - timedelta(minutes=4)
    assert before != bay.world.ledger.read[demo.JUNO]


async def test_an_account_in_trouble_holds_up_no_other(bay: Bay) -> None:
    """Its report and ``troubles`` say so; what it had stays."""
    await bay.notices.sync()
    bay.faults(demo.SKY).offline = True
    reports = {one.account: one.error for one in await bay.notices.sync()}
    assert isinstance(reports[demo.SKY], Unreachable)
    assert reports[demo.JUNO] is None
    assert set(bay.notices.troubles) == {demo.SKY}
    assert "Pim ✤ Koster quoted you" in await bay.words()


async def test_offline_shows_the_cache_and_asks_nobody(bay: Bay) -> None:
    """And says why nothing new comes."""
    await bay.notices.sync()
    alone = bay.opened(offline=True)
    [report] = await alone.sync([demo.JUNO])
    assert isinstance(report.error, Unreachable)
    assert (await alone.list()).groups


async def test_a_storm_is_grouped_and_its_rest_can_be_fetched(bay: Bay) -> None:
    """After so many pages the rest is a gap, and nothing is fetched twice."""
    await bay.notices.sync([demo.JUNO])
    bay.world.now = NOW + timedelta(minutes=2)
    bay.happen(demo.JUNO, *(like(n, 1 - n / 2_000) for n in range(1_999)))
    [report] = await bay.notices.sync([demo.JUNO])
    assert (report.new, report.gaps) == (800, 1)
    found = await bay.notices.list(NoticeFilter(accounts=frozenset({demo.JUNO})))
    assert found.groups[0].people == 1
    assert len(found.groups[0].ids) == 800
    [gap] = [one for one in found.gaps if one.older_at is not None]
    came = 0
    for _ in range(40):
        came += await bay.notices.fill(gap.id)
        gaps = (await bay.notices.list()).gaps
        between = [one for one in gaps if one.older_at is not None]
        if not between:
            break
        [gap] = between
    assert came == 1_999 - 800
    with pytest.raises(NotFound):
        await bay.notices.fill(gap.id)


async def test_whom_one_blocks_is_not_heard_of(bay: Bay) -> None:
    """Left out and counted, as soon as it is settled."""
    await bay.notices.sync()
    assert "Kaj Ó Dálaigh-Whitcombe mentioned you" in await bay.words()
    await bay.reactions.relate(PEOPLE["kaj"], "block", demo.JUNO)
    await bay.moderation.refresh(demo.JUNO, force=True)
    assert "Kaj Ó Dálaigh-Whitcombe mentioned you" not in await bay.words()
    assert (await bay.notices.list()).hidden == 1


async def test_requests_are_answered(bay: Bay) -> None:
    """Once; and only who asks."""
    who = PEOPLE["yael"].uri
    await bay.notices.answer_request(demo.JUNO, who, accept=True)
    assert bay.world.ledger.relations[demo.JUNO, who].followed_by
    with pytest.raises(NotFound):
        await bay.notices.answer_request(demo.JUNO, PEOPLE["bo"].uri, accept=True)
    with pytest.raises(ServiceError):
        await bay.notices.answer_request(demo.SKY, who, accept=False)


@pytest.mark.parametrize("accept", [True, False])
async def test_a_request_that_was_answered_asks_no_more(bay: Bay, accept: bool) -> None:
    """Who was let in follows; who was not is gone; also after a restart and another look."""
    await bay.notices.sync()
    who, asks = PEOPLE["yael"], NoticeFilter(kinds=frozenset({"follow_request"}))
    told: list[object] = []
    bay.notices.subscribe(told.append)
    assert await bay.words(asks) == [f"{who.shown_name} asks to follow you"]
    await bay.notices.answer_request(demo.JUNO, who.uri, accept=accept)
    assert told
    for again in (bay.notices, bay.opened()):
        assert await bay.words(asks) == []
        follows = [words for words in await bay.words() if who.shown_name in words]
        assert any("follow" in words for words in follows) == accept
        await again.sync()
    assert await bay.words(asks) == []


async def test_a_request_that_is_not_there_any_more_is_not_offered_again(bay: Bay) -> None:
    """It was taken back, or answered on another device."""
    await bay.notices.sync()
    who = PEOPLE["yael"].uri
    bay.world.ledger.requests[demo.JUNO, who] = False
    with pytest.raises(NotFound):
        await bay.notices.answer_request(demo.JUNO, who, accept=True)
    assert await bay.words(NoticeFilter(kinds=frozenset({"follow_request"}))) == []


async def test_who_gets_through_is_kept_by_the_server(bay: Bay) -> None:
    """Rules change there; who was set aside comes in or is forgotten."""
    gate = await bay.notices.change_gate(demo.JUNO, {"new": "drop"})
    assert {rule.key: rule.choice for rule in gate.rules}["new"] == "drop"
    waiting = await bay.notices.set_aside(demo.JUNO)
    await bay.notices.let_in(demo.JUNO, [waiting[0].id])
    await bay.notices.turn_away(demo.JUNO, [waiting[1].id])
    assert await bay.notices.set_aside(demo.JUNO) == waiting[2:]
    assert await bay.notices.set_aside(demo.SKY) == ()


async def test_a_removed_account_takes_its_notifications_along(bay: Bay) -> None:
    """The others' stay."""
    await bay.notices.sync()
    await bay.accounts.remove(demo.SKY)
    found = await bay.notices.list()
    assert {account for group in found.groups for account in group.by} == {demo.JUNO, demo.KIEL}


class Endless:
    """Pages that never end and never join: a server that leads in circles."""

    def __init__(self) -> None:
        self.asked = 0

    async def notices(
        self, cursor: Cursor | None = None, *, limit: int = 40, background: bool = False
    ) -> NoticePage:
        self.asked += 1
        return NoticePage(notices=(like(1, 0),), older=Cursor("again"))

    async def notices_read(self) -> ReadMark | None:
        return None

    async def mark_notices_read(self, mark: ReadMark) -> ReadMark | None:
        return None


async def test_a_server_that_never_ends_is_left(bay: Bay, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the pages of one walk; without a mark of its own nothing old is news."""
    endless = Endless()
    monkeypatch.setattr(bay.accounts, "service", lambda account: endless)
    [report] = await bay.notices.sync([demo.KIEL])
    assert report.error is None
    assert endless.asked <= 10
    assert await bay.notices.unread() == 0
