"""Hosts spoken to: of this run and of those before, counted once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.protocols.http import HostLog
from app.services.hosts import Hosts
from app.store import Store
from tests.unit.fakes import FakeClock


async def test_runs_add_up_and_nothing_counts_twice(tmp_path: Path) -> None:
    """Asking for the list writes down what is new since the last time only."""
    store, clock = Store.open(tmp_path), FakeClock()
    for _ in range(2):
        log = HostLog(clock.now)
        hosts = Hosts(store, lambda log=log: log, clock)
        log.record("a.example", "home timeline")
        log.record("a.example", "home timeline")
        await hosts.all()
        log.record("a.example", "home timeline")
        log.record("b.example", "profile pictures")
        await hosts.all()
    found = await hosts.all()

    assert [("a.example", 6), ("b.example", 2)] == [(use.host, use.count) for use in found]
    assert {clock.now()} == {use.last for use in found}
    store.close()


async def test_a_run_that_asked_nobody_changes_nothing(tmp_path: Path) -> None:
    """Offline starts leave the list alone."""
    store = Store.open(tmp_path)
    hosts = Hosts(store, lambda: None, FakeClock())

    assert await hosts.all() == ()
    store.close()


async def test_what_is_old_is_forgotten(tmp_path: Path) -> None:
    """After 90 days a host that was not asked again is gone."""
    store, clock = Store.open(tmp_path), FakeClock()
    log = HostLog(clock.now)
    hosts = Hosts(store, lambda: log, clock)
    log.record("old.example", "home timeline")
    await hosts.keep()
    clock.pass_time(91 * 86_400)
    log.record("new.example", "home timeline")

    assert ["new.example"] == [use.host for use in await hosts.all()]
    store.close()


async def test_two_who_ask_at_once_count_once(tmp_path: Path) -> None:
    """The window writes the list down now and then, and the user may open it just then."""
    store, clock = Store.open(tmp_path), FakeClock()
    log = HostLog(clock.now)
    hosts = Hosts(store, lambda: log, clock)
    log.record("a.example", "home timeline")
    await asyncio.gather(hosts.keep(), hosts.keep(), hosts.all())

    assert [1] == [use.count for use in await hosts.all()]
    store.close()
