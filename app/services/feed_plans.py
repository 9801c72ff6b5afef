"""Where in the store the sources of a recipe lie, and bringing them up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.recipe import Recipe, RecipeSource
from app.feed.wording import source_in_words
from app.model import Account, AccountId, Entry, Source
from app.model.errors import NotFound, ServiceError, Unsupported
from app.model.timeline import ALL, TimelineId
from app.services.feed_values import SourceTrouble
from app.services.sources import ACCOUNT, NETWORK

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.clock import Clock
    from app.services.sync import Sync
    from app.store import Saved, Store

FRESH = timedelta(minutes=5)
"""So long what a source gave will do, unless the user asks."""

PAGES = 2
"""Pages of a source that are read at once."""

_NEEDS = {
    "list": "lists",
    "tag": "tags",
    "feed": "feeds",
    "search": "search",
    "bookmarks": "bookmarks",
}


class Place(Struct, frozen=True, kw_only=True):
    """
    One place to read from: a timeline, or an account's source.

    Attributes:
        lane: From 1, when it has an order of its own.
    """

    timeline: TimelineId | None = None
    account: AccountId = AccountId("")
    source: Source = Source("home")
    lane: int = 0

    @property
    def name(self) -> str:
        """Under which its own order is kept."""
        return f"{self.account} {self.source.kind} {self.source.arg}"


class Plan(Struct, frozen=True, kw_only=True):
    """
    A recipe, and where in the store its sources lie.

    Attributes:
        inner: Other feeds that it takes from.
        left_at: Since when "since I left" counts (µs).
    """

    recipe: Recipe
    places: tuple[Place, ...]
    inner: tuple[Plan, ...] = ()
    left_at: int = 0


def every_plan(plan: Plan) -> Iterator[Plan]:
    """It, and all that it takes from."""
    yield plan
    for inner in plan.inner:
        yield from every_plan(inner)


class FeedPlans:
    """Makes plans, and fetches what they take from; each trouble stays with its source."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        sync: Sync,
        bridging: Bridging,
        clock: Clock,
        recipe: Callable[[str], Recipe],
        saved: Callable[[Saved], None],
        *,
        offline: bool = False,
    ) -> None:
        self._store, self._accounts, self._sync = store, accounts, sync
        self._bridging, self._clock, self._recipe, self._saved = bridging, clock, recipe, saved
        self._offline = offline
        self._fetched: dict[str, datetime] = {}
        self._troubles: dict[str, SourceTrouble] = {}

    def plan(self, recipe: Recipe, left_at: int) -> Plan:
        """Where it takes from. What cannot be is left out, and told as a trouble."""
        places: list[Place] = []
        inner: list[Plan] = []
        lane = 0
        for source in recipe.sources:
            if source.kind == "recipe":
                inner.append(self.plan(self._recipe(source.arg), left_at))
                continue
            if source.kind == "feed":
                lane += 1
            places += self._places(source, lane if source.kind == "feed" else 0)
        return Plan(
            recipe=recipe, places=tuple(dict.fromkeys(places)), inner=tuple(inner), left_at=left_at
        )

    def troubles(self, plan: Plan) -> tuple[SourceTrouble, ...]:
        """What is wrong with its sources, as far as they were tried."""
        names = [place.name for one in every_plan(plan) for place in one.places]
        named = [self._troubles[name] for name in names if name in self._troubles]
        for one in every_plan(plan):
            for source in one.recipe.sources:
                trouble = self._troubles.get(_wish(source))
                if trouble is not None:
                    named.append(trouble)
        return tuple(dict.fromkeys(named))

    async def refresh(self, plan: Plan, *, force: bool) -> tuple[SourceTrouble, ...]:
        """
        Fetch what is new in all of its sources, side by side.

        *force*: also what was fetched a moment ago. Nothing raises: troubles are told.
        """
        if self._offline:
            return self.troubles(plan)
        places = [place for one in every_plan(plan) for place in one.places]
        homes: dict[AccountId, None] = {}
        others: dict[str, Place] = {}
        for place in places:
            if place.timeline is not None:
                homes.update(dict.fromkeys(self._members(place.timeline)))
            elif force or self._is_stale(place.name):
                others[place.name] = place
        async with asyncio.TaskGroup() as group:
            reports = group.create_task(self._sync.run(homes)) if homes else None
            for place in others.values():
                group.create_task(self._fetch(place))
        found = list(self.troubles(plan))
        if reports is not None:
            for report in reports.result():
                if report.error is not None:
                    found.append(SourceTrouble("home", report.account, report.error))
        return tuple(found)

    # ------------------------------------------------------------- private

    def _places(self, source: RecipeSource, lane: int) -> Iterable[Place]:
        self._troubles.pop(_wish(source), None)
        if source.kind == "home" and source.account == "all":
            return [Place(timeline=ALL)]
        mine = self._chosen(source)
        if not mine:
            words = f"There is no account “{source.account}” here."
            self._note(_wish(source), source, "", NotFound(words, "Choose another account."))
            return []
        if source.kind == "home":
            if source.account in {account.network for account in mine}:
                return [Place(timeline=TimelineId(NETWORK + source.account))]
            return [Place(timeline=TimelineId(ACCOUNT + account.id)) for account in mine]
        if source.kind == "trends" or source.kind == "recipe":
            error = Unsupported("No server here says what is much talked about.")
            self._note(_wish(source), source, "", error)
            return []
        wanted = Source(source.kind, source.arg)
        able = [account for account in mine if _can(account, source.kind)]
        if not able:
            error = Unsupported(
                f"None of these accounts’ servers offers {source_in_words(source)}."
            )
            self._note(_wish(source), source, mine[0].id, error)
        return [Place(account=account.id, source=wanted, lane=lane) for account in able]

    def _chosen(self, source: RecipeSource) -> list[Account]:
        mine = self._accounts.all()
        if source.account == "all":
            return list(mine)
        return [one for one in mine if source.account in (one.id, one.network)]

    def _members(self, timeline: TimelineId) -> list[AccountId]:
        kind, _, name = timeline.partition(":")
        return [
            account.id
            for account in self._accounts.all()
            if timeline == ALL
            or (kind == "network" and account.network == name)
            or (kind == "account" and account.id == name)
        ]

    def _is_stale(self, name: str) -> bool:
        fetched = self._fetched.get(name)
        return fetched is None or self._clock.now() - fetched >= FRESH

    async def _fetch(self, place: Place) -> None:
        self._fetched[place.name] = self._clock.now()
        try:
            await self._read(place)
        except ServiceError as error:
            source = place.source
            words = source_in_words(
                RecipeSource(kind=source.kind, account=place.account, arg=source.arg)  # type: ignore[arg-type]
            )
            self._troubles[place.name] = SourceTrouble(words, place.account, error)
        else:
            self._troubles.pop(place.name, None)

    async def _read(self, place: Place) -> None:
        from app.store import Batch
        from app.store.candidates import note_places

        service = self._accounts.service(place.account)
        cursor, order = None, []
        for _ in range(PAGES):
            page = await service.page(place.source, cursor)
            echo_keys = await self._bridging.echo_keys(place.account, page.items)
            batch = Batch(
                account=place.account,
                source=place.source,
                items=page.items,
                echo_keys=echo_keys,
                bottom=page.older,
                older=page.older,
            )
            self._saved(await self._store.save(batch))
            order += [item.post.uri for item in page.items if isinstance(item, Entry)]
            cursor = page.older
            if cursor is None:
                break
        if place.lane:
            uris, name = list(dict.fromkeys(order)), place.name
            await self._store.change_cache(lambda db: note_places(db, name, uris))

    def _note(self, name: str, source: RecipeSource, account: str, error: ServiceError) -> None:
        self._troubles[name] = SourceTrouble(source_in_words(source), AccountId(account), error)


def _wish(source: RecipeSource) -> str:
    return f"wish {source.kind} {source.account} {source.arg}"


def _can(account: Account, kind: str) -> bool:
    """Unless the server was seen not to."""
    needed = _NEEDS.get(kind)
    return needed is None or not account.abilities or needed in account.abilities
