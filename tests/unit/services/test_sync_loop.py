"""Rounds while the window lives: their pauses, and who they leave alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.model.errors import RateLimited, SignedOut, Suspended, Unreachable, VaultError
from app.services.sync_loop import GAP_PAUSE, LOOK_AGAIN, PERIOD, SUSPENDED_RETRY, SyncLoop
from tests.unit.fakes import NOON
from tests.unit.services.conftest import Home, home_at
from tests.unit.services.servers import ANA, SAM, Server, entry
from tests.waiting import until


@pytest.fixture
async def loop(home: Home) -> AsyncIterator[SyncLoop]:
    home.server.write(*(entry(n) for n in range(50)))
    await home.join()
    made = SyncLoop(home.sync, home.accounts, home.clock, chance=lambda: 0.5)
    task = asyncio.create_task(made.run())
    yield made
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def resting(home: Home, seconds: float) -> bool:
    return any(abs(wait - seconds) < 0.01 for wait in home.clock.waits)


async def test_a_round_comes_each_minute(home: Home, loop: SyncLoop) -> None:
    """At once when the window opens, then every 60 s."""
    await until(lambda: resting(home, PERIOD))
    before = len(home.server.requests)
    home.clock.pass_time(PERIOD)
    await until(lambda: len(home.server.requests) > before)

    lanes = [background for _, background in home.server.requests]
    assert lanes == [False] * before + [True] * (len(lanes) - before)


async def test_a_request_comes_at_once(home: Home, loop: SyncLoop) -> None:
    """The user does not wait for the minute."""
    await until(lambda: resting(home, PERIOD))
    before = len(home.server.requests)
    loop.request()
    await until(lambda: len(home.server.requests) > before)

    assert home.server.requests[-1][1] is False, "the user waits: not in the background's lane"


async def test_a_post_of_ones_own_is_looked_for_again_soon(home: Home, loop: SyncLoop) -> None:
    """At once, then after 3 and 10 s; then each minute as before."""
    await until(lambda: resting(home, PERIOD))
    loop.expect(ANA)
    for pause in LOOK_AGAIN:
        await until(lambda pause=pause: resting(home, pause) and not resting(home, PERIOD))
        home.clock.pass_time(pause)

    await until(lambda: resting(home, PERIOD))


async def test_failures_wait_longer_and_longer(home: Home, loop: SyncLoop) -> None:
    """2 s doubled each time with jitter, at most 5 minutes; back to 60 s when it works."""
    await until(lambda: resting(home, PERIOD))
    home.server.failing = [Unreachable("No.") for _ in range(9)]
    home.clock.pass_time(PERIOD)
    for pause in (2, 4, 8, 16, 32, 64, 128, 150, 150):
        await until(lambda pause=pause: resting(home, pause))
        home.clock.pass_time(pause)

    await until(lambda: resting(home, PERIOD))
    assert home.accounts.state(ANA).kind == "ready"


async def test_a_server_that_asks_us_to_wait_is_obeyed(home: Home, loop: SyncLoop) -> None:
    """Not even a request of the user shortens what the server has asked for."""
    await until(lambda: resting(home, PERIOD))
    home.server.failing = [RateLimited("Wait.", NOON + timedelta(seconds=PERIOD + 240))]
    home.clock.pass_time(PERIOD)
    await until(lambda: resting(home, 240))
    before = len(home.server.requests)
    loop.request(ANA)
    await asyncio.sleep(0)

    assert len(home.server.requests) == before
    home.clock.pass_time(240)
    await until(lambda: len(home.server.requests) > before)


async def test_a_signed_out_account_is_left_alone_until_it_is_renewed(
    home: Home, loop: SyncLoop
) -> None:
    """No request with a dead token; signing in again syncs at once."""
    await until(lambda: resting(home, PERIOD))
    home.server.failing = [SignedOut("Revoked.")]
    home.clock.pass_time(PERIOD)
    await until(lambda: home.accounts.state(ANA).kind == "signed_out")
    before = len(home.server.requests)
    home.clock.pass_time(9_999)
    await asyncio.sleep(0)
    assert len(home.server.requests) == before
    await home.join()
    await until(lambda: home.accounts.state(ANA).kind == "ready")
    await until(lambda: len(home.server.requests) > before)


async def test_when_the_network_is_back_all_try_at_once(home: Home, loop: SyncLoop) -> None:
    """The first account that gets through wakes the others that had failed."""
    home.servers[SAM] = Server()
    await home.join(SAM, "second")
    await until(lambda: len(home.clock.waits) == 3)
    sam = home.servers[SAM]
    home.server.failing = [Unreachable("No.")]
    sam.failing = [Unreachable("No.") for _ in range(5)]
    home.clock.pass_time(PERIOD)
    await until(lambda: resting(home, 2.0))
    sam_before = len(sam.requests)
    loop.request(ANA)

    await until(lambda: len(sam.requests) > sam_before)


async def test_gaps_are_filled_in_turn_in_the_background(home: Home, loop: SyncLoop) -> None:
    """One page at a time, the newest gap first, accounts in turn."""
    await until(lambda: resting(home, PERIOD))
    home.server.write(*(entry(n) for n in range(50, 1_000)))
    home.clock.pass_time(PERIOD)
    await until(lambda: home.sync.last is not None and len(home.server.requests) > 10)
    await until(lambda: resting(home, PERIOD))
    before = len(home.server.requests)
    home.clock.pass_time(GAP_PAUSE)
    await until(lambda: len(home.server.requests) > before)
    await until(lambda: resting(home, GAP_PAUSE))

    assert len(home.server.requests) == before + 1
    assert home.server.requests[-1][1] is True


async def test_an_account_that_goes_takes_its_rounds_along(home: Home, loop: SyncLoop) -> None:
    """Removing an account ends its task; the others go on."""
    home.servers[SAM] = Server()
    await home.join(SAM, "second")
    await until(lambda: len(home.servers[SAM].requests) > 0)
    await until(lambda: len(home.clock.waits) == 3)
    await home.accounts.remove(SAM)
    await until(lambda: len(home.clock.waits) == 2)
    before = len(home.server.requests)
    home.clock.pass_time(PERIOD)

    await until(lambda: len(home.server.requests) > before)


async def test_an_account_known_to_be_signed_out_is_not_asked_at_the_start(home: Home) -> None:
    """Its server has said so before: the next start waits for the user."""
    await home.join()
    await home.accounts.report(ANA, SignedOut("Revoked."))
    task = asyncio.create_task(SyncLoop(home.sync, home.accounts, home.clock).run())
    await until(lambda: len(home.clock.waits) == 1)

    assert home.server.requests == []
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_suspended_account_is_asked_rarely(home: Home, loop: SyncLoop) -> None:
    """People decide about it; the user may try at any time."""
    await until(lambda: resting(home, PERIOD))
    home.server.failing = [Suspended("Suspended.")]
    home.clock.pass_time(PERIOD)
    await until(lambda: resting(home, SUSPENDED_RETRY))
    assert home.accounts.state(ANA).kind == "suspended"
    before = len(home.server.requests)
    loop.request(ANA)

    await until(lambda: len(home.server.requests) > before)
    await until(lambda: home.accounts.state(ANA).kind == "ready")


async def test_a_vault_that_is_full_is_tried_again(home: Home, loop: SyncLoop) -> None:
    """Only a locked or missing vault waits for the user; nothing stops without a word."""
    await until(lambda: resting(home, PERIOD))
    home.vault.refuses = VaultError("The vault file cannot be written.")
    home.clock.pass_time(PERIOD)
    await until(lambda: resting(home, 2))
    home.vault.refuses = None
    before = len(home.server.requests)
    home.clock.pass_time(2)

    await until(lambda: len(home.server.requests) > before)


async def test_an_account_that_fails_while_it_is_removed_ends_nothing(
    home: Home, loop: SyncLoop
) -> None:
    """Its gap fails after it is gone; others that are back look only for those there are."""
    home.servers[SAM] = Server([entry(n, host="b.example") for n in range(30)])
    await home.join(SAM, "second")
    await until(lambda: len(home.clock.waits) == 3)
    home.server.write(*(entry(n) for n in range(50, 1_000)))
    home.clock.pass_time(PERIOD)
    await until(lambda: len(home.server.requests) > 10)
    await until(lambda: len(home.clock.waits) == 3)
    home.server.gate = asyncio.Event()
    home.clock.pass_time(GAP_PAUSE)
    await until(lambda: len(home.clock.waits) == 2)
    await home.accounts.remove(ANA)
    home.server.failing = [SignedOut("Revoked.")]
    home.server.gate.set()
    sam = home.servers[SAM]
    sam.failing = [Unreachable("No.")]
    await until(lambda: resting(home, GAP_PAUSE))
    home.clock.pass_time(PERIOD)
    await until(lambda: home.accounts.state(SAM).kind == "offline")
    before = len(sam.requests)
    loop.request(SAM)

    await until(lambda: len(sam.requests) > before)
    await until(lambda: home.accounts.state(SAM).kind == "ready")
    await until(lambda: resting(home, PERIOD))


async def test_what_a_command_does_to_the_accounts_is_noticed(
    home: Home, loop: SyncLoop, tmp_path: Path
) -> None:
    """Added, signed in again, removed by another process: the window follows within seconds."""
    await until(lambda: resting(home, PERIOD))
    told: list[tuple[str, str]] = []
    home.accounts.subscribe(lambda change: told.append((change.account, change.what)))
    home.servers[SAM] = Server()
    command = home_at(tmp_path, home.servers, home.vault)

    await command.join(SAM, "second")
    home.clock.pass_time(GAP_PAUSE)
    await until(lambda: len(home.servers[SAM].requests) > 0)
    assert (SAM, "added") in told

    await home.accounts.report(ANA, SignedOut("Revoked."))
    await until(lambda: resting(home, GAP_PAUSE))
    home.clock.pass_time(GAP_PAUSE)
    await until(lambda: bool(home.accounts._out.get(ANA)))
    await command.join(ANA)
    await until(lambda: resting(home, GAP_PAUSE))
    home.clock.pass_time(GAP_PAUSE)
    await until(lambda: home.accounts.state(ANA).kind == "ready")

    await command.accounts.remove(SAM)
    await until(lambda: resting(home, GAP_PAUSE))
    home.clock.pass_time(GAP_PAUSE)
    await until(lambda: (SAM, "removed") in told)
    assert [account.id for account in home.accounts.all()] == [ANA]
    command.store.close()


@pytest.mark.errors_expected
async def test_a_bug_in_one_account_does_not_end_the_window(home: Home, loop: SyncLoop) -> None:
    """It is said and in the log, the others go on, and it is tried again."""
    await until(lambda: resting(home, PERIOD))
    home.server.failing = [ZeroDivisionError("ours")]  # type: ignore[list-item]
    home.clock.pass_time(PERIOD)
    await until(lambda: resting(home, 2))
    assert "ZeroDivisionError" in home.accounts.state(ANA).message
    home.clock.pass_time(2)

    await until(lambda: resting(home, PERIOD))
    assert home.accounts.state(ANA).kind == "ready"


async def test_a_network_that_is_back_wakes_nobody_whom_people_must_help(
    home: Home, loop: SyncLoop
) -> None:
    """A suspended account is not asked whenever another one gets through again."""
    home.servers[SAM] = Server()
    home.servers[SAM].failing = [Suspended("Suspended.")]
    await home.join(SAM, "second")
    await until(lambda: resting(home, SUSPENDED_RETRY) and resting(home, PERIOD))
    home.server.failing = [Unreachable("No.")]
    home.clock.pass_time(PERIOD)
    await until(lambda: resting(home, 2))
    before = len(home.servers[SAM].requests)
    home.clock.pass_time(2)
    await until(lambda: resting(home, PERIOD))
    await asyncio.sleep(0.02)

    assert len(home.servers[SAM].requests) == before
