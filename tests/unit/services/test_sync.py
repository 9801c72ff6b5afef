"""Sync: what a run does, what it leaves when it fails, and that it loses nothing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from app.feed.times import micros
from app.model import HOME, Source
from app.model.errors import (
    Malformed,
    NotFound,
    RateLimited,
    SignedOut,
    StoreError,
    Unreachable,
    Unsupported,
)
from app.services.bridging import Bridging
from app.services.steps import Arrived
from app.services.sync import Sync
from app.store.thinning import Staying, Thinning
from tests.unit.fakes import NOON
from tests.unit.services.conftest import Home, home_at
from tests.unit.services.servers import ANA, SAM, Server, entry


def known(home: Home, account: str = ANA) -> list[str]:
    return [key for key, _ in home.store.reader.newest_keys(account, HOME, 9_999)]


async def test_a_first_sync_reads_to_its_depth_and_knows_the_way_on(home: Home) -> None:
    """Five pages at once; the bottom's cursor leads further down, no gap is made."""
    home.server.write(*(entry(n) for n in range(1_000)))
    await home.join()
    [report] = await home.sync.run()

    assert (report.fetched, report.new, report.gaps, report.error) == (200, 200, 0, None)
    assert home.store.reader.bottom(ANA, HOME) == entry(800).key
    assert (await home.sync.older(ANA)).new == 40


async def test_who_hears_that_an_account_rests_knows_when_it_was_fetched(home: Home) -> None:
    """One account's round is enough; another that hangs on changes nothing."""
    home.server.write(*(entry(n) for n in range(10)))
    await home.join()
    await home.join(SAM, "second")
    known: list[object] = []
    home.accounts.subscribe(lambda _: known.append(home.sync.last))

    await home.sync.run([ANA])

    assert known[0] is None
    assert known[-1] == home.clock.now()


async def test_what_speaks_to_servers_is_loaded_before_one_is_asked(home: Home) -> None:
    """Each way to a server waits for it."""
    await home.join()
    log: list[str] = []

    async def prepare() -> None:
        log.append(f"{len(home.server.requests)} asked")

    sync = Sync(
        home.store, home.accounts, Bridging(home.accounts, lambda: ()), home.clock, prepare=prepare
    )
    await sync.run()
    asked = len(home.server.requests)
    assert log == ["0 asked"]
    assert asked
    await sync.older(ANA)
    assert log == ["0 asked", f"{asked} asked"]


async def test_the_second_sync_asks_for_one_page(home: Home) -> None:
    """Known ground is met on the first page."""
    home.server.write(*(entry(n) for n in range(300)))
    await home.join()
    await home.sync.run()
    before = len(home.server.requests)
    home.server.write(entry(300))
    [report] = await home.sync.run()

    assert (report.fetched, report.new) == (40, 1)
    assert len(home.server.requests) == before + 1


async def test_a_long_absence_leaves_a_gap_that_is_filled_from_its_top(home: Home) -> None:
    """Beyond ten pages a gap stays; a click fills it from its newest side."""
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    await home.sync.run()
    home.server.write(*(entry(n) for n in range(100, 1_000)))
    [report] = await home.sync.run()
    [gap] = await home.sync.open_gaps()
    step = await home.sync.fill(ANA, gap.id, pages=2)

    assert report.gaps == 1
    assert step.fetched == step.new == 80
    assert step.gap is not None
    assert step.gap.newer_at == gap.newer_at - timedelta(seconds=10 * 80)
    while step.more:
        step = await home.sync.fill(ANA, gap.id)
    assert await home.sync.open_gaps() == ()
    assert len(known(home)) == 1_000
    with pytest.raises(NotFound):
        await home.sync.fill(ANA, gap.id)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unreachable("a.example cannot be reached."), "offline"),
        (RateLimited("Wait.", NOON + timedelta(minutes=1)), "waiting"),
        (SignedOut("Revoked."), "signed_out"),
        (Malformed("Junk."), "offline"),
    ],
)
async def test_an_error_between_pages_loses_nothing(
    home: Home, error: Exception, state: str
) -> None:
    """What came stays, what did not is a gap, the next run goes on there."""
    home.server.write(*(entry(n) for n in range(50)))
    await home.join()
    await home.sync.run()
    home.server.write(*(entry(n) for n in range(50, 200)))
    home.server.before_answer = lambda number: (
        home.server.failing.append(error) if number == 4 else None
    )
    [report] = await home.sync.run()

    assert report.error is error
    assert home.accounts.state(ANA).kind == state
    assert len(await home.sync.open_gaps()) == 1
    home.server.before_answer = lambda _: None
    [report] = await home.sync.run()
    assert report.error is None
    assert home.accounts.state(ANA).kind == "ready"
    assert len(known(home)) == 200
    assert await home.sync.open_gaps() == ()


async def test_a_full_disk_is_said_and_nothing_is_lost(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is ours, not the account's; when there is room again all comes."""
    home.server.write(*(entry(n) for n in range(60)))
    await home.join()

    async def full(batch: object) -> None:
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(home.store, "save", full)
        [report] = await home.sync.run()
    assert isinstance(report.error, StoreError)
    assert home.accounts.state(ANA).kind == "ready"
    assert home.accounts.state(ANA).message == "The disk is full."
    await home.sync.run()
    assert len(known(home)) == 60


async def test_one_account_in_trouble_leaves_the_others_alone(home: Home) -> None:
    """Errors stay in their own report."""
    home.servers[SAM] = Server([entry(n, host="b.example") for n in range(10)])
    home.server.failing = [Unreachable("No.")] * 9
    await home.join()
    await home.join(SAM, "second")
    first, second = await home.sync.run()

    assert (first.error is None, second.error is None) == (False, True)
    assert len(known(home, SAM)) == 10


async def test_a_slow_account_does_not_hold_up_the_others(home: Home) -> None:
    """Accounts are synced side by side."""
    home.servers[SAM] = Server([entry(n, host="b.example") for n in range(10)])
    home.server.gate = asyncio.Event()
    await home.join()
    await home.join(SAM, "second")
    arrived = asyncio.Event()
    home.sync.subscribe(lambda one: arrived.set() if one.account == SAM else None)
    run = asyncio.create_task(home.sync.run())
    await arrived.wait()

    assert len(known(home, SAM)) == 10
    home.server.gate.set()
    await run


async def test_pages_are_told_as_they_come(home: Home) -> None:
    """Listeners hear of each page with its span, newest first."""
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    told: list[Arrived] = []
    home.sync.subscribe(told.append)
    await home.sync.run()

    assert [(p.newest, p.saved.new) for p in told] == [
        (entry(99).sort_at, 40),
        (entry(59).sort_at, 40),
        (entry(19).sort_at, 20),
    ]


async def test_user_actions_and_the_background_are_told_apart(home: Home) -> None:
    """A request by the user never waits in the background lane."""
    home.server.write(*(entry(n) for n in range(30)))
    await home.join()
    await home.sync.run(background=True)
    await home.sync.run()

    assert [background for _, background in home.server.requests] == [True, False]


async def test_two_runs_at_once_double_nothing(home: Home) -> None:
    """Steps of one source go one after the other."""
    home.server.write(*(entry(n) for n in range(150)))
    await home.join()
    await asyncio.gather(home.sync.run(), home.sync.run(), home.sync.run())

    assert sorted(known(home)) == sorted(e.key for e in home.server.entries)
    assert home.store.reader.gaps(ANA) == ()


async def test_an_unknown_account_is_refused(home: Home) -> None:
    """Nobody is synced by a wrong name."""
    with pytest.raises(NotFound):
        await home.sync.run([SAM])


async def test_the_time_of_the_last_sync_outlives_the_program(home: Home, tmp_path: Path) -> None:
    """The next start can say when it was; a failed sync does not count."""
    await home.join()
    await home.sync.run()
    at = home.clock.now()
    home.clock.pass_time(300)
    home.server.failing = [Unreachable("No.")]
    await home.sync.run()
    home.store.close()
    again = home_at(tmp_path, home.servers, home.vault)
    again.sync.start(again.store.reader)

    assert again.sync.last == at
    again.store.close()


async def test_what_a_server_does_not_offer_is_no_trouble_of_the_account(home: Home) -> None:
    """An unsupported source fails alone; the account stays ready."""
    await home.join()
    home.server.failing = [Unsupported("a.example has no lists.")]
    [report] = await home.sync.run(source=Source("list", "1"))

    assert isinstance(report.error, Unsupported)
    assert home.accounts.state(ANA).kind == "ready"


async def test_two_programs_on_one_profile_double_nothing(home: Home, tmp_path: Path) -> None:
    """A window and a command that sync at once end with one of everything."""
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    other = home_at(tmp_path, home.servers, home.vault)
    await asyncio.gather(home.sync.run(), other.sync.run())
    home.server.write(*(entry(n) for n in range(100, 700)))
    await asyncio.gather(home.sync.run(), other.sync.run())
    for one in (home, other):
        while gaps := await one.sync.open_gaps():
            await one.sync.fill(ANA, gaps[0].id, pages=99)

    assert sorted(known(home)) == sorted(e.key for e in home.server.entries)
    assert len(home.store.reader.keys("all", limit=9_999)) == 700
    other.store.close()


async def test_a_gap_of_a_full_cache_is_filled_only_when_asked_for(home: Home) -> None:
    """Unasked it would be fetched, leave, and be fetched again, for ever."""
    home.server.write(*(entry(n) for n in range(900)))
    await home.join()
    await home.sync.run()
    while (await home.sync.older(ANA)).more:
        continue
    place = micros(entry(200).sort_at)
    thinning = Thinning(micros(entry(850).sort_at), Staying(places=(place,)), full=True)
    while (await home.store.thin(thinning, 1.0)).more:
        continue
    [gap] = home.store.reader.gaps(ANA)
    before = home.server.asked
    assert await home.sync.open_gaps() == ()
    [report] = await home.sync.run()
    assert (report.gaps, home.server.asked) == (0, before + 1)

    while (await home.sync.fill(ANA, gap.id)).more:
        continue
    assert home.store.reader.gaps(ANA) == ()
