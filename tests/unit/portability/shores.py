"""Two networks in memory for those who are looked for on one and live on the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.model import Account, AccountId
from app.model.acts import PersonAct, Relation, Report
from app.model.errors import NotFound, RateLimited, ServiceError
from app.model.person import Known, Person, PersonLink
from app.model.portrait import Portrait
from app.people.book import people
from app.portability.carry_over import CarryOver
from app.portability.plan import Progress
from app.protocols.owning import Pause, no_pause
from tests.unit.fakes import NOON, FakeClock
from tests.unit.people.test_matching import at, sky

ME, ME_THERE = at("me@home.example"), sky("me.example")
LAND = Account(
    id=AccountId("me@home.example"),
    protocol="land",
    network="land",
    server="https://home.example",
    uri=ME.profile.uri,
    handle=ME.profile.handle,
)
SKY = Account(
    id=AccountId("me.example"),
    protocol="sky",
    network="sky",
    server="https://me.example",
    uri=ME_THERE.profile.uri,
    handle=ME_THERE.profile.handle,
)


@dataclass
class Shore:
    """What one account's server tells, and what was asked of it."""

    everybody: list[Portrait] = field(default_factory=list)
    follows: list[Portrait] = field(default_factory=list)
    relations: dict[str, Relation] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)
    troubles: dict[str, list[ServiceError]] = field(default_factory=dict)
    """What is raised first when somebody is asked for or followed, by handle or URI."""

    async def followed_portraits(self, pause: Pause = no_pause) -> AsyncIterator[Portrait]:
        for one in self.follows:
            yield one

    async def portrait(self, address: str) -> Portrait:
        self.asked.append(address)
        self._trouble(address)
        for one in self.everybody:
            if address in (one.profile.handle, one.profile.uri, one.profile.url):
                return one
        raise NotFound("nobody")

    async def search_portraits(self, words: str, limit: int = 3) -> tuple[Portrait, ...]:
        self.asked.append(f"? {words}")
        found = [
            one
            for one in self.everybody
            if one.profile.handle.startswith(words) or one.profile.name == words
        ]
        return tuple(found[:limit])

    async def followed(self, most: int = 10_000) -> Collection[str]:
        return [uri for uri, one in self.relations.items() if one.following]

    async def relation(self, profile: str) -> Relation:
        return self.relations.get(profile, Relation())

    async def relate(self, act: PersonAct, profile: str, *, seconds: int = 0) -> Relation:
        self.done.append((act, profile))
        self.relations[profile] = (
            Relation(requested=True) if profile in self.locked else Relation(following=True)
        )
        self._trouble(f"{act} {profile}")
        return self.relations[profile]

    async def react(self, reaction: object) -> None:
        raise AssertionError("nothing is reacted to")

    async def report(self, report: Report) -> None:
        raise AssertionError("nobody is reported")

    def _trouble(self, what: str) -> None:
        waiting = self.troubles.get(what)
        if waiting:
            raise waiting.pop(0)


@dataclass
class Book:
    """The people book, and a bridge."""

    links: list[PersonLink] = field(default_factory=list)
    copies: dict[str, PersonLink] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def all(self) -> tuple[Person, ...]:
        return people(self.links)

    def is_copy(self, known: Known) -> bool:
        return known.profile.handle.endswith("@bridge.example")

    async def bridged(self, known: Known) -> tuple[PersonLink, ...]:
        self.asked.append(known.profile.handle)
        link = self.copies.get(known.profile.uri)
        return (link,) if link is not None else ()

    async def confirm(self, one: Known, other: Known, evidence: str) -> None:
        self.links.append(PersonLink(one=one, other=other, why="user", evidence=evidence, at=NOON))


class PatientClock(FakeClock):
    """Time passes by itself when somebody waits."""

    waited = 0.0

    async def wait(self, event: object, seconds: float) -> bool:
        self.waited += seconds
        self.pass_time(seconds)
        return False


@dataclass
class Both:
    """Two accounts and what is between them."""

    folder: Path
    land: Shore = field(default_factory=Shore)
    sky: Shore = field(default_factory=Shore)
    book: Book = field(default_factory=Book)
    clock: PatientClock = field(default_factory=PatientClock)
    heard: list[Progress] = field(default_factory=list)

    @property
    def carry_over(self) -> CarryOver:
        """As a new process has it."""
        accounts = {one.id: one for one in (LAND, SKY)}
        shores = {LAND.id: self.land, SKY.id: self.sky}
        return CarryOver(
            self.folder, accounts.__getitem__, shores.__getitem__, self.book, self.clock
        )


def later(minutes: float = 5) -> RateLimited:
    """The server wants to be left alone until then."""
    return RateLimited("Wait.", datetime(2026, 11, 1, 12, tzinfo=UTC) + timedelta(minutes=minutes))
