"""Rounds over accounts: one at a time each, and what breaks is no end of anything."""

from __future__ import annotations

import asyncio
import logging
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.model import AccountId
from app.model.errors import NotFound
from app.services.rounds import Rounds
from app.services.sync import AccountReport

ANA, BO = AccountId("ana"), AccountId("bo")


class _Asked:
    """Who was asked; each answer is held back until it may come."""

    def __init__(self, *, offline: bool = False) -> None:
        self.of: list[AccountId] = []
        self.may = asyncio.Event()
        self.error: Exception | None = None
        self.rounds = Rounds("boats", cast(Any, self), self._one, offline=offline)

    async def _one(self, report: AccountReport, background: bool) -> None:
        self.of.append(report.account)
        await self.may.wait()
        if self.error is not None:
            raise self.error
        report.new = 1

    def all(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(id=ANA), SimpleNamespace(id=BO)]

    def find(self, account: AccountId) -> SimpleNamespace:
        if account not in (ANA, BO):
            raise NotFound("There is none.", "Look again.")
        return SimpleNamespace(id=account)


async def test_all_are_asked_side_by_side() -> None:
    """Nobody waits for another."""
    asked = _Asked()
    task = asyncio.create_task(asked.rounds.run(None, background=False))
    await asyncio.sleep(0.01)
    assert asked.of == [ANA, BO]
    asked.may.set()
    assert [report.new for report in await task] == [1, 1]
    with pytest.raises(NotFound):
        await asked.rounds.run([AccountId("zed")], background=False)


@pytest.mark.errors_expected
async def test_in_the_background_one_at_a_time(caplog: pytest.LogCaptureFixture) -> None:
    """Asked twice is once; a bug is in the log, and the next round begins."""
    asked = _Asked()
    asked.error = ValueError("a bug")
    for _ in range(3):
        asked.rounds.request(ANA, background=True)
    with caplog.at_level(logging.ERROR):
        asked.may.set()
        await asyncio.sleep(0.01)
    assert asked.of == [ANA]
    assert "fetching boats failed" in caplog.text
    caplog.clear()
    asked.error = None
    asked.rounds.request(ANA, background=True)
    await asyncio.sleep(0.01)
    assert asked.of == [ANA, ANA]


async def test_closed_or_offline_nothing_goes_on() -> None:
    """What waits ends; without a network nothing begins."""
    asked, alone = _Asked(), _Asked(offline=True)
    asked.rounds.request(ANA, background=True)
    alone.rounds.request(ANA, background=True)
    await asyncio.sleep(0.01)
    await asked.rounds.close()
    assert (asked.of, alone.of) == ([ANA], [])


async def test_who_is_asked_is_known_until_they_have_answered() -> None:
    """From the moment that it was requested; what tells of an answer finds it so."""
    asked = _Asked()
    told: list[bool] = []
    asked.rounds._tell = lambda report: told.append(report.account in asked.rounds.asking)
    asked.rounds.request(ANA, background=True)
    assert asked.rounds.asking == {ANA}
    asked.may.set()
    await asked.rounds.run([BO], background=False)
    await asyncio.sleep(0)
    assert asked.rounds.asking == set()
    assert told == [False, False]


async def test_that_there_is_nothing_is_known_only_where_somebody_answers() -> None:
    """One answer of many is enough; none asked yet is not that all are silent."""
    asked = _Asked()
    asked.may.set()
    assert not asked.rounds.all_failed
    asked.error = NotFound("There is none.", "Look again.")
    await asked.rounds.run(None, background=False)
    assert asked.rounds.all_failed
    asked.error = None
    await asked.rounds.run([BO], background=False)
    assert not asked.rounds.all_failed
