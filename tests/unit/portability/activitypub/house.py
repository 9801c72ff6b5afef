"""Somebody who moves from one small server to another, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.model import Account, AccountId
from app.model.errors import NotFound
from app.portability.activitypub.fetching import fetch_file
from app.portability.activitypub.route import ActivityPubRoute
from app.portability.moves import Moves
from app.portability.patience import Patience
from app.portability.plan import JournalLine, MoveStatus, Need, Plan, Progress
from app.protocols.http import Http
from app.protocols.mastodon.service import MastodonService
from tests.unit.portability.activitypub.town import PASSWORD, Person, Town, towns
from tests.unit.protocols.mastodon.server import OneSecret

SURE = {"go": "yes", "old-password": PASSWORD, "old-sign-in": "keep", "posts": "no"}


class HurryingClock:
    """Time that passes as fast as somebody waits for it. *tick* is told each time."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
        self.tick: Callable[[], None] = lambda: None
        self.waited = 0.0

    def now(self) -> datetime:
        return self._now

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        self._now += timedelta(seconds=seconds)
        self.waited += seconds
        self.tick()
        await asyncio.sleep(0)
        return event.is_set()


@dataclass
class Mover:
    """Ana lives in the old town and has an empty account in the new one."""

    folder: Path
    old: Town
    new: Town
    http: Http
    clock: HurryingClock = field(default_factory=HurryingClock)
    forgotten: list[str] = field(default_factory=list)
    lines: list[JournalLine] = field(default_factory=list)
    signed_in: list[Account] = field(default_factory=list)
    id: str = ""

    def __post_init__(self) -> None:
        if not self.signed_in:
            self.signed_in = [self.old.account("ana"), self.new.account("ana2")]
        self.moves = Moves(
            self.folder / "profile",
            lambda: [ActivityPubRoute(self)],
            self.clock,
            who="a test",
            chance=lambda: 0.5,
        )

    # ---------------------------------------------------------------- wires

    def accounts(self) -> tuple[Account, ...]:
        return tuple(self.signed_in)

    def service(self, account: AccountId) -> Any:
        known = next((one for one in self.signed_in if one.id == account), None)
        if known is None:
            raise NotFound("There is no such account.")
        token = known.handle.partition("@")[0]
        return MastodonService(known, OneSecret({"token": token}), self.http)

    async def forget(self, account: AccountId) -> None:
        await self.service(account).sign_out()
        self.forgotten.append(account)

    async def fetch(self, url: str, home: str, path: Path) -> str:
        return await fetch_file(self.http, url, path, home)

    # --------------------------------------------------------------- moving

    @property
    def was(self) -> Person:
        return self.old.people["ana"]

    @property
    def is_now(self) -> Person:
        return self.new.people["ana2"]

    async def plan(self, target: str = "", **options: str) -> Plan:
        plan = await self.moves.plan(self.signed_in[0], target or self.new.origin, options)
        self.id = plan.id
        return plan

    async def run(
        self, answers: Mapping[str, str] = {}, until: str = "", **more: Any
    ) -> MoveStatus:
        return await self.moves.run(
            self.id, answers, until=until, listener=self._hear, patience=Patience(**more)
        )

    async def again(self) -> Mover:
        """The same in a new process."""
        await self.http.close()
        self.http = Http(user_agent="Godwit tests")
        return Mover(
            self.folder,
            self.old,
            self.new,
            self.http,
            self.clock,
            self.forgotten,
            signed_in=self.signed_in,
            id=self.id,
        )

    def said(self) -> str:
        return "\n".join(line.text for line in self.moves.journal(self.id))

    def _hear(self, step: str, what: Progress | JournalLine | MoveStatus) -> None:
        if isinstance(what, JournalLine):
            self.lines.append(what)


@asynccontextmanager
async def mover(
    folder: Path, old: str = "page", new: str = "page", people: int = 3
) -> AsyncIterator[Mover]:
    """Towns of these dialects; Ana follows so many."""
    from tests.unit.portability.activitypub.test_importing import lived_in

    http = Http(user_agent="Godwit tests")
    made: list[Mover] = []
    async with towns(old, new) as (here, there):
        lived_in(here.settle("ana"))
        for number in range(people):
            how = {"reblogs": True, "notify": False, "languages": None}
            here.people["ana"].following[f"p{number}@far.example"] = how
        there.settle("ana2")
        made.append(Mover(folder, here, there, http))
        try:
            yield made[0]
        finally:
            await made[0].http.close()


def asked(status: MoveStatus) -> dict[str, Need]:
    """What is asked now, by key."""
    return {need.key: need for need in status.needs}


def state(status: MoveStatus, step: str) -> str:
    """Of one step."""
    return next(view.state for view in status.steps if view.id == step)
