"""What happens is heard at once: nothing is missed in between, nothing is doubled, lines mend."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.feed.rows import Card
from app.model import (
    HOME,
    Account,
    AccountId,
    Counts,
    Cursor,
    Entry,
    Page,
    Profile,
    RichText,
    Source,
    ViewerState,
)
from app.model.errors import NotFound, ServiceError, SignedOut, StoreError, Unreachable, Unsupported
from app.model.timeline import ALL, Repost
from app.protocols.base import Secrets
from app.protocols.streaming import (
    Beside,
    Edited,
    Event,
    FiltersChanged,
    Gone,
    Items,
    Noticed,
    Opened,
    Stirred,
    StreamOffer,
)
from app.services.live import LONGEST_RETRY, NOT_THERE, REFUSED, STABLE, TICK, Live
from app.services.live_intake import BEAT, MOST, SETTLE
from app.services.live_pace import AFTER_OPENING, BRIEFEST, LIVE_PERIOD
from app.services.notifications_sync import SOURCE
from app.services.sync_loop import PERIOD
from tests.unit.fakes import MemoryVault
from tests.unit.services.conftest import Home, home_at
from tests.unit.services.servers import (
    ANA,
    SAM,
    FakeNetwork,
    FakeService,
    Server,
    account,
    entry,
)
from tests.waiting import until


class Wire:
    """What the server of one account tells, and how its lines end."""

    def __init__(self) -> None:
        self.offer: StreamOffer | None = StreamOffer("a.example")
        self.tell: Callable[[Event], None] | None = None
        self.opened = 0
        self.refuses: ServiceError | None = None
        self.counted: list[dict[str, str]] = []
        self.cannot_count: ServiceError | None = None
        self.wanted: list[tuple[Source, ...]] = []
        self.can_tell = True
        self.others: dict[Source, Server] = {}
        self._end: asyncio.Future[None] | None = None

    async def listen(self, tell: Callable[[Event], None]) -> None:
        self.opened += 1
        if self.refuses is not None:
            raise self.refuses
        self._end = asyncio.get_running_loop().create_future()
        self.tell = tell
        try:
            tell(Opened("a wire"))
            self.confirm()
            await self._end
        finally:
            self.tell = None

    @property
    def is_open(self) -> bool:
        return self.tell is not None

    def want(self, sources: Collection[Source]) -> None:
        self.wanted.append(tuple(sources))
        self.confirm()

    def confirm(self) -> None:
        if self.tell is not None and self.wanted and self.can_tell:
            self.tell(Beside(self.wanted[-1]))

    def say(self, *events: Event) -> None:
        assert self.tell is not None
        for event in events:
            self.tell(event)

    def cut(self, error: ServiceError) -> None:
        assert self._end is not None
        self._end.set_exception(error)


class LiveService(FakeService):
    """An account whose server tells."""

    wires: dict[AccountId, Wire]

    def stream_offer(self) -> StreamOffer | None:
        return self.wires[self.account.id].offer

    async def stream(self, tell: Callable[[Event], None]) -> None:
        await self.wires[self.account.id].listen(tell)

    def tell_of(self, sources: Collection[Source]) -> None:
        self.wires[self.account.id].want(sources)

    async def page(
        self,
        source: Source = HOME,
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        other = self.wires[self.account.id].others.get(source)
        if source == HOME:
            return await super().page(source, cursor, limit=limit, background=background)
        if other is None:
            raise NotFound("There is no such list.")
        return await other.page(cursor, limit, background)

    async def recount(self, posts: Mapping[str, str]) -> tuple[Entry, ...]:
        wire = self.wires[self.account.id]
        wire.counted.append(dict(posts))
        if wire.cannot_count is not None:
            raise wire.cannot_count
        return tuple(
            replace(entry(n), post=replace(entry(n).post, counts=Counts(likes=7)))
            for n in range(60)
            if entry(n).key in posts
        )


class LiveNetwork(FakeNetwork):
    """Its protocol."""

    def __init__(self, servers: dict[AccountId, Server]) -> None:
        super().__init__(servers)
        self.wires = {account: Wire() for account in servers}

    def open(self, account: Account, secrets: Secrets) -> FakeService:
        made = LiveService(account, self.servers[account.id], secrets)
        made.wires = self.wires
        return made


class Notices:
    """Stands in for notifications: how often they were looked at."""

    def __init__(self) -> None:
        self.asked = 0

    async def sync(self, accounts: Any, *, background: bool = False) -> tuple[()]:
        self.asked += 1
        return ()


class Filters:
    """Stands in for moderation."""

    def __init__(self) -> None:
        self.asked: list[AccountId] = []

    async def refresh(self, account: AccountId, *, force: bool, soon: bool) -> None:
        self.asked.append(account)


@dataclass
class Stage:
    home: Home
    network: LiveNetwork
    live: Live
    notices: Notices
    filters: Filters
    requested: list[AccountId | None] = field(default_factory=list)

    @property
    def wire(self) -> Wire:
        return self.network.wires[ANA]

    def write(self, *numbers: int) -> None:
        """Somebody writes there, and the server tells of it."""
        for number in numbers:
            self.home.server.write(entry(number))
            self.wire.say(Items((entry(number),)))

    def rows(self) -> list[str]:
        found = self.home.store.reader.rows(ALL, limit=10_000)
        return [_words(row) for row in found]

    async def shown(self, *numbers: int) -> None:
        wanted = [f"Post {number}" for number in numbers]
        await until(lambda: self.rows()[: len(wanted)] == wanted, f"{self.rows()[:9]}")

    async def live_now(self) -> None:
        await until(lambda: self.live.state(ANA).kind == "live", "it does not go live")

    async def pause(self) -> float:
        """How long it waits for the next try."""
        clock, again = self.home.clock, self.live._again[ANA]
        await until(lambda: clock.is_waited_on(again), "it does not wait")
        return next(
            (due - clock.now()) / timedelta(seconds=1)
            for due, _, of in clock._waiting
            if of is again
        )

    async def wait(self, seconds: float) -> None:
        """Time passes as it does, not in a leap."""
        clock = self.home.clock
        until_then = clock.now() + timedelta(seconds=seconds)
        while (left := (until_then - clock.now()) / timedelta(seconds=1)) > 0:
            await until(
                lambda: any(wait <= TICK for wait in clock.waits), "nobody looks at the clock"
            )
            clock.pass_time(min(TICK, left))
            await asyncio.sleep(0.001)

    async def beat(self) -> None:
        clock = self.home.clock
        await until(
            lambda: any(round(wait, 3) <= BEAT for wait in clock.waits), "it stores nothing"
        )
        clock.pass_time(BEAT)


def _words(row: Any) -> str:
    return row.sightings[0].entry.post.text.text if hasattr(row, "sightings") else "gap"


def staged(profile: Path) -> Stage:
    servers = {ANA: Server(), SAM: Server()}
    network = LiveNetwork(servers)
    home = home_at(profile, servers, MemoryVault(), network)
    notices, filters = Notices(), Filters()
    requested: list[AccountId | None] = []
    live = Live(
        home.store,
        home.accounts,
        home.sync,
        home.timelines,
        notices,  # type: ignore[arg-type]
        filters,  # type: ignore[arg-type]
        home.clock,
        request=requested.append,
        chance=lambda: 0.5,
    )
    return Stage(home, network, live, notices, filters, requested)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = staged(tmp_path)
    made.home.server.write(*(entry(n) for n in range(60)))
    await made.home.join()
    task = asyncio.create_task(made.live.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    made.home.store.close()


async def test_what_is_told_stands_in_the_timeline(stage: Stage) -> None:
    """At once, without a page; what comes together is stored together."""
    await stage.live_now()
    asked = len(stage.home.server.requests)
    stage.write(60)
    await stage.shown(60, 59)
    stage.write(61, 62, 63)
    await stage.beat()
    await stage.shown(63, 62, 61, 60, 59)

    assert len(stage.home.server.requests) == asked


async def test_nothing_is_stored_before_the_page_after_opening(stage: Stage) -> None:
    """Else what was written while nobody listened would be a hole that nobody knows of."""
    await stage.live_now()
    stage.wire.cut(Unreachable("Cut."))
    await until(lambda: stage.live.state(ANA).kind == "broken")
    # hours pass; 300 posts are written, more than one walk fetches
    stage.home.server.write(*(entry(n) for n in range(60, 360)))
    stage.home.server.gate = asyncio.Event()
    stage.home.clock.pass_time(LONGEST_RETRY)
    await until(lambda: stage.wire.is_open)
    stage.write(360, 361)
    await asyncio.sleep(0)
    assert stage.rows()[0] == "Post 59"
    stage.home.server.gate.set()
    await stage.shown(361, 360, 359)

    rows = stage.rows()
    assert "gap" in rows or [f"Post {n}" for n in range(361, 59, -1)] == rows[:302]
    above = rows[: rows.index("gap")] if "gap" in rows else rows[:302]
    assert above == [f"Post {361 - n}" for n in range(len(above))]


async def test_too_much_at_once_becomes_a_page(stage: Stage) -> None:
    """The buffer is bounded: the rest comes with pages, and no post is missing."""
    await stage.live_now()
    stage.write(*range(60, 62 + MOST))
    await until(lambda: len(stage.home.server.requests) > 4)
    await stage.shown(61 + MOST, 60 + MOST)
    rows = stage.rows()
    at = rows.index("gap")

    assert rows[:at] == [f"Post {61 + MOST - n}" for n in range(at)]
    assert rows[at + 1] == "Post 59"


async def test_an_edit_changes_what_is_known_only(stage: Stage) -> None:
    """A post from below all that is known would stand where nothing around it is known."""
    await stage.live_now()
    newer = replace(entry(59).post, text=RichText("Better"), edited_at=entry(59).sort_at)
    unknown = entry(-500)
    stage.wire.say(Edited(replace(entry(59), post=newer)), Edited(unknown))
    await until(lambda: stage.rows()[0] == "Better")
    everything = stage.home.store.reader.has_entry(ANA, HOME, [unknown.key])

    assert len(stage.rows()) == 60
    assert everything == set()


async def test_what_is_taken_back_goes(stage: Stage) -> None:
    """By its address, by the server's own name for it, or before it was ever stored."""
    await stage.live_now()
    known = replace(entry(60), viewer=ViewerState(ref="local-60"))
    stage.wire.say(Items((known,)))
    await stage.shown(60, 59)
    stage.wire.say(Gone(keys=(entry(59).key,)), Gone(ref="local-60"), Gone(ref="nobody knows"))
    await stage.beat()
    await stage.shown(58, 57)
    fleeting = replace(entry(70), viewer=ViewerState(ref="local-70"))
    stage.wire.say(Items((fleeting, entry(71))), Gone(ref="local-70"))
    await stage.beat()
    await stage.shown(71, 58)


async def test_a_repost_that_is_taken_back_leaves_the_post(stage: Stage) -> None:
    """What was reposted stays where it stands by itself."""
    await stage.live_now()
    at = entry(60).sort_at
    by = Profile(uri="https://a.example/users/cy", handle="cy@a.example")
    key = "https://a.example/users/cy/statuses/1/activity"
    repost = replace(entry(-900), key=key, sort_at=at, repost=Repost(by=by, at=at, uri=key))
    stage.wire.say(Items((repost,)))
    await until(lambda: stage.rows()[0] == "Post -900")
    stage.wire.say(Gone(keys=(key,)))
    await stage.beat()
    await stage.shown(59, 58)
    again = replace(entry(59), key=key, sort_at=at, repost=Repost(by=by, at=at, uri=key))
    stage.wire.say(Items((again,)))
    await stage.beat()
    stage.wire.say(Gone(keys=(key,)))
    await stage.beat()
    await until(lambda: stage.home.store.reader.has_entry(ANA, HOME, [key]) == set())

    assert stage.rows()[:2] == ["Post 59", "Post 58"]


async def test_my_own_repost_that_is_taken_back_elsewhere_is_no_more(stage: Stage) -> None:
    """It leaves, and the post does not say that I have passed it on; others' stay others'."""
    await stage.live_now()
    mine, theirs = account(ANA).uri, "https://a.example/users/cy"
    passed = [
        replace(
            entry(20 + n),
            key=f"{who}/repost",
            sort_at=entry(60 + n).sort_at,
            repost=Repost(Profile(uri=who, handle="x"), entry(60 + n).sort_at),
            viewer=ViewerState(ref=str(n), reposted=True),
        )
        for n, who in enumerate((mine, theirs))
    ]
    stage.wire.say(Items(tuple(passed)))
    uris, viewers = [one.post.uri for one in passed], stage.home.store.reader.viewers
    await until(lambda: all(viewers(uri)[ANA].reposted for uri in uris))
    stage.wire.say(Gone(keys=tuple(one.key for one in passed)))
    await stage.beat()
    await until(lambda: not viewers(uris[0])[ANA].reposted)
    known = stage.home.store.reader.has_entry(ANA, HOME, [one.key for one in passed])

    assert viewers(uris[1])[ANA].reposted, "I have done that some other time"
    assert known == set()


async def test_a_storm_of_notifications_is_looked_at_now_and_then(stage: Stage) -> None:
    """Ten thousand in a minute are some looks, the first at once, and one after the last."""
    await stage.live_now()
    for second in range(60):
        for _ in range(167):
            stage.wire.say(Noticed())
        await until(lambda: stage.notices.asked > 0)
        await asyncio.sleep(0.002)
        stage.home.clock.pass_time(1)
        assert stage.notices.asked <= 4 + second
    storm = stage.notices.asked
    await asyncio.sleep(0.002)
    stage.home.clock.pass_time(60)
    await until(lambda: stage.notices.asked > storm or not stage.live._states)

    assert 3 <= storm <= 12


async def test_what_comes_along_with_notifications_is_asked_for(stage: Stage) -> None:
    """Private messages, for one: their servers tell of them in no other way."""
    await stage.live_now()
    also: list[AccountId] = []
    stage.live.accompany(also.append)
    stage.wire.say(Noticed())
    await until(lambda: also == [ANA])


async def test_changed_filters_are_read_anew(stage: Stage) -> None:
    """The server says that they are others."""
    await stage.live_now()
    stage.wire.say(FiltersChanged(), FiltersChanged())
    await until(lambda: stage.filters.asked == [ANA])


async def test_a_hint_brings_a_page(stage: Stage) -> None:
    """What was said elsewhere counts only when the account's own server says it."""
    await stage.live_now()
    stage.home.server.write(entry(60))
    asked = len(stage.home.server.requests)
    stage.wire.say(Stirred(), Stirred(), Stirred())
    await until(lambda: SETTLE in stage.home.clock.waits)
    stage.home.clock.pass_time(SETTLE)
    await stage.shown(60, 59)

    assert len(stage.home.server.requests) == asked + 1


async def test_broken_lines_wait_longer_and_longer(stage: Stage) -> None:
    """Full jitter, at most five minutes; after a good minute the next wait is short again."""
    waits = []
    for _ in range(10):
        await stage.live_now()
        stage.wire.cut(Unreachable("Cut."))
        waits.append(await stage.pause())
        assert stage.live.state(ANA).kind == "broken"
        await stage.wait(waits[-1])
    await stage.live_now()
    await stage.wait(STABLE + 1)
    stage.wire.cut(Unreachable("Cut."))

    assert waits[:4] == [1.0, 2.0, 4.0, 8.0]
    assert max(waits) == LONGEST_RETRY / 2
    assert await stage.pause() == 1.0


@pytest.mark.errors_expected
async def test_a_bug_breaks_one_line_and_not_the_program(stage: Stage) -> None:
    """It is in the log, and the line is tried again."""
    await stage.live_now()
    stage.wire.cut(ZeroDivisionError())  # type: ignore[arg-type]
    await until(lambda: stage.live.state(ANA).kind == "broken")
    stage.home.clock.pass_time(LONGEST_RETRY)
    await stage.live_now()


async def test_a_server_without_a_stream_is_asked_now_and_then(stage: Stage) -> None:
    """It said that it streams, and does not: pages do."""
    await stage.live_now()
    stage.wire.refuses = Unsupported("No.")
    stage.wire.cut(Unreachable("Cut."))
    await stage.wait(await stage.pause())
    await until(lambda: stage.live.state(ANA).kind == "polling")

    assert NOT_THERE in stage.home.clock.waits


async def test_a_refused_sign_in_is_settled_by_a_page(stage: Stage) -> None:
    """The line alone may refuse; whether the account is signed out a page must say."""
    await stage.live_now()
    stage.wire.refuses = SignedOut("No.")
    stage.wire.cut(Unreachable("Cut."))
    await stage.wait(await stage.pause())
    await until(lambda: stage.requested == [ANA])
    await until(lambda: REFUSED in stage.home.clock.waits)

    assert stage.live.state(ANA).kind == "polling"


async def test_signed_out_nobody_listens(stage: Stage) -> None:
    """And signing in again is enough to be live again."""
    await stage.live_now()
    await stage.home.accounts.report(ANA, SignedOut("Gone."))
    await until(lambda: not stage.wire.is_open)
    await until(lambda: stage.live.state(ANA).kind == "off")
    await stage.home.join()
    await stage.live_now()


async def test_removed_nobody_listens(stage: Stage) -> None:
    """What comes in that very moment is stored nowhere."""
    await stage.live_now()
    stage.write(60)
    await stage.home.accounts.remove(ANA)
    await until(lambda: not stage.wire.is_open)

    assert stage.rows() == []


async def test_an_account_that_is_added_goes_live(stage: Stage) -> None:
    """Also one that was added by a command."""
    await stage.home.join(SAM, "second")
    await until(lambda: stage.live.state(SAM).kind == "live")


async def test_switched_off_pages_come_in_a_steady_beat(stage: Stage) -> None:
    """And on again, the line is back at once."""
    await stage.live_now()
    await stage.live.switch(False)
    await until(lambda: not stage.wire.is_open)
    await until(lambda: stage.live.state(ANA).kind == "polling")
    assert stage.live.pace.pause(ANA) == PERIOD
    await stage.live.switch(True)
    await stage.live_now()


async def test_a_stream_that_learns_something_waits_for_consent(stage: Stage) -> None:
    """Off until the user has said yes, and after they have said no."""
    await stage.live_now()
    stage.wire.offer = StreamOffer("far.example", "Far", "It sees whom you follow.", whole=False)
    stage.live.begin_again()
    await until(lambda: stage.live.state(ANA).kind == "polling")
    [choice] = stage.live.choices()
    assert (choice.name, choice.on) == ("Far", False)
    await stage.live.consent("first", True)
    await stage.live_now()
    assert stage.live.choices()[0].on
    await stage.live.consent("first", False)
    await until(lambda: not stage.wire.is_open)


async def test_hours_asleep_begin_anew(stage: Stage) -> None:
    """The line may look alive; the clock says otherwise."""
    await stage.live_now()
    await until(lambda: TICK in stage.home.clock.waits)
    opened = stage.wire.opened
    stage.home.clock.pass_time(7 * 3600)
    await until(lambda: stage.wire.opened > opened)
    await stage.live_now()

    assert stage.requested == [None]


async def test_a_full_disk_is_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be stored comes with the page after the next opening."""
    await stage.live_now()
    save, full = stage.home.store.save, [True]

    async def no_room(batch: Any) -> Any:
        if full[0]:
            raise StoreError("The disk is full.")
        return await save(batch)

    monkeypatch.setattr(stage.home.store, "save", no_room)
    stage.write(60)
    await until(lambda: not stage.wire.is_open)
    await until(lambda: "full" in stage.live.state(ANA).words, "it does not say why")
    full[0] = False
    stage.home.clock.pass_time(LONGEST_RETRY)
    await stage.shown(60, 59)


async def test_the_pace_follows_what_comes(stage: Stage) -> None:
    """More often while somebody writes, as ever while nobody does, hardly ever when live."""
    await stage.live_now()
    pace = stage.live.pace
    assert [pace.pause(ANA), pace.pause(ANA)] == [AFTER_OPENING, LIVE_PERIOD]
    stage.wire.offer = None
    stage.live.begin_again()
    await until(lambda: stage.live.state(ANA).kind == "polling")
    quiet = [pace.pause(ANA) for _ in range(8)]
    busy = []
    for number in range(60, 70):
        stage.home.server.write(entry(number))
        await stage.home.sync.run()
        busy.append(pace.pause(ANA))

    assert quiet == [PERIOD] * 8, "as often as without being live"
    assert busy == sorted(busy, reverse=True) and busy[-1] == BRIEFEST
    assert f"{BRIEFEST:.0f} s" in stage.live.state(ANA).words


async def test_the_reader_stays_where_they_are(stage: Stage) -> None:
    """New rows come in above: they are counted, and the place is what it was."""
    await stage.live_now()
    opened = stage.home.timelines.open(ALL)
    task = asyncio.create_task(opened.run())
    place = opened.key(30)
    opened.set_position(place, 7)
    stage.write(60, 61)
    await until(lambda: len(opened) == 62)

    assert opened.position == (place, 7)
    await until(lambda: opened.header.new == 2)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_counters_in_sight_are_asked_for(stage: Stage) -> None:
    """Once a minute, of what somebody may be looking at; the words stay as they are."""
    await stage.live_now()
    page = await stage.home.timelines.read(ALL, limit=3, fetch=False)
    counts = stage.live.counts
    await counts.look()
    assert stage.wire.counted == [], "nobody looks"
    counts.in_sight = lambda: [row for row in page.rows if isinstance(row, Card)]
    await counts.look()
    again = await stage.home.timelines.read(ALL, limit=4, fetch=False)
    likes = [row.post.counts.likes for row in again.rows if isinstance(row, Card)]
    known = stage.home.store.reader.has_entry(ANA, SOURCE, [entry(59).key])

    assert [sorted(asked) for asked in stage.wire.counted] == [
        sorted(entry(n).key for n in (57, 58, 59))
    ]
    assert likes == [7, 7, 7, 0]
    assert known == set(), "it stands in no other source by that"


async def test_a_server_that_counts_one_by_one_is_not_asked_again(stage: Stage) -> None:
    """Older ones tell of single posts only; what fails for now is tried again."""
    await stage.live_now()
    page = await stage.home.timelines.read(ALL, limit=3, fetch=False)
    stage.live.counts.in_sight = lambda: [row for row in page.rows if isinstance(row, Card)]
    for error, asked in ((Unreachable("No."), 1), (Unsupported("No."), 2), (None, 2)):
        stage.wire.cannot_count = error
        await stage.live.counts.look()
        assert len(stage.wire.counted) == asked


async def test_it_costs_ten_transactions_a_second(stage: Stage) -> None:
    """However many events there are."""
    await stage.live_now()
    saved: list[int] = []
    stage.home.sync.subscribe(lambda arrived: saved.append(arrived.saved.new))
    for second in range(20):
        stage.write(*range(60 + second * 20, 80 + second * 20))
        await until(lambda second=second: sum(saved) == 20 * (second + 1))  # type: ignore[misc]
        await stage.beat()

    assert len(saved) <= 21
    assert stage.home.clock.now() - entry(0).sort_at < timedelta(days=1)
