"""Where in the store the sources of a recipe lie, and bringing them up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.feed.recipe import Recipe, RecipeSource
from app.feed.wording import source_in_words
from app.model import Account, AccountId, Cursor, Entry, Source
from app.model.errors import NotFound, ServiceError, Unsupported
from app.model.timeline import ALL, TimelineId
from app.services.feed_values import SourceTrouble
from app.services.sources import ACCOUNT, NETWORK
from app.services.together import together

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.clock import Clock
    from app.services.followed_tags import FollowedTags
    from app.services.sync import Sync
    from app.store import Saved, Store

FRESH = timedelta(minutes=5)
"""So long what a source gave will do, unless the user asks."""

PAGES = 2
"""Pages of a source that are read at once."""

MOST_TAGS = 30
"""Of the tags that I follow, so many are a source: each is a request."""

_WALKED = frozenset({"list", "tag"})
"""Sources that are read as home is: down to what is known, or a gap says that more is missing."""

_ADDRESSED = ("feed", "list", "author")

_NEEDS = {
    "list": "lists",
    "tag": "tags",
    "tags": "tags",
    "trends": "trends",
    "feed": "feeds",
    "search": "search",
    "bookmarks": "bookmarks",
}


class Place(Struct, frozen=True, kw_only=True):
    """
    One place to read from: a timeline, or an account's source.

    Attributes:
        lane: From 1, when it has an order of its own.
        many: It is one of many: a page of it must do.
    """

    timeline: TimelineId | None = None
    account: AccountId = AccountId("")
    source: Source = Source("home")
    lane: int = 0
    many: bool = False

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
        tags: FollowedTags,
        names: Callable[[], Mapping[str, str]] = dict,
        *,
        offline: bool = False,
    ) -> None:
        self._store, self._accounts, self._sync = store, accounts, sync
        self._bridging, self._clock, self._recipe, self._saved = bridging, clock, recipe, saved
        self._tags, self._names, self._offline = tags, names, offline
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
            own_order = source.kind in ("feed", "trends")
            for place in self._places(source):
                lane += own_order
                places.append(replace(place, lane=lane) if own_order else place)
        return Plan(
            recipe=recipe, places=tuple(dict.fromkeys(places)), inner=tuple(inner), left_at=left_at
        )

    def troubles(self, plan: Plan) -> tuple[SourceTrouble, ...]:
        """What is wrong with its sources, as far as they were tried."""
        places = [place for one in every_plan(plan) for place in one.places]
        named = [self._troubles[one.name] for one in places if one.name in self._troubles]
        # Somebody's feed, list or page: it is enough that one of my accounts can read it.
        read = {one.source for one in places if one.name not in self._troubles}
        named = [
            one
            for one in named
            if not (one.at is not None and one.at.kind in _ADDRESSED and one.at in read)
        ]
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
        if _uses_tags(plan):
            before = self._tags.known()
            await self._tags.refresh(force=force)
            if self._tags.known() != before:
                plan = self.plan(plan.recipe, plan.left_at)
        places = [place for one in every_plan(plan) for place in one.places]
        homes: dict[AccountId, None] = {}
        others: dict[str, Place] = {}
        for place in places:
            if place.timeline is not None:
                homes.update(dict.fromkeys(self._members(place.timeline)))
            elif force or self._is_stale(place.name):
                others[place.name] = place
        async with together() as group:
            reports = group.create_task(self._sync.run(homes)) if homes else None
            for place in others.values():
                group.create_task(self._fetch(place))
        found = list(self.troubles(plan))
        if reports is not None:
            for report in reports.result():
                if report.error is not None:
                    found.append(SourceTrouble("home", report.account, report.error))
        return tuple(found)

    def is_stale(self, plan: Plan) -> bool:
        """Its own sources were not read a moment ago, or which they are is not known yet."""
        if self._offline:
            return False
        return _uses_tags(plan) or any(self._is_stale(one.name) for one in self.own_sources(plan))

    async def refresh_sources(self, plan: Plan) -> bool:
        """Fetch what its own sources have, if they are old. True: something was fetched."""
        if self._offline:
            return False
        if _uses_tags(plan):
            await self._tags.refresh()
            plan = self.plan(plan.recipe, plan.left_at)
        stale = [one for one in self.own_sources(plan) if self._is_stale(one.name)]
        await asyncio.gather(*map(self._fetch, stale))
        return bool(stale)

    async def deepen(self, plan: Plan) -> bool:
        """Fetch one page below what is there of each of its own sources. False: it is all there."""
        if self._offline:
            return False
        deeper = [one for one in self.own_sources(plan) if self._goes_on(one) is not None]
        await asyncio.gather(*(self._fetch(one, older=True) for one in deeper))
        return any(self._goes_on(one) is not None for one in deeper)

    def goes_on(self, plan: Plan) -> bool:
        """One of its own sources has more on its server."""
        return not self._offline and any(
            self._goes_on(one) is not None for one in self.own_sources(plan)
        )

    # ------------------------------------------------------------- private

    def own_sources(self, plan: Plan) -> list[Place]:
        """Where it takes from beside home timelines."""
        places = [place for one in every_plan(plan) for place in one.places]
        return list({one.name: one for one in places if one.timeline is None}.values())

    def _goes_on(self, place: Place) -> Cursor | None:
        if place.name in self._troubles:
            return None
        bottom = self._store.reader.bottom(place.account, place.source)
        return Cursor(bottom) if isinstance(bottom, str) else None

    def _places(self, source: RecipeSource) -> Iterable[Place]:
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
        if source.kind == "recipe":
            return []  # has a plan of its own
        able = [account for account in mine if _can(account, source.kind)]
        if not able:
            error = Unsupported(
                f"None of these accounts’ servers offers {source_in_words(source)}."
            )
            self._note(_wish(source), source, mine[0].id, error)
        wanted = [Source(source.kind, source.arg)] if source.kind != "tags" else self._tagged()
        many = len(wanted) > 1
        return [
            Place(account=account.id, source=one, many=many) for account in able for one in wanted
        ]

    def _tagged(self) -> list[Source]:
        """A tag that one account follows is looked for on all networks."""
        return [Source("tag", tag) for tag in self._tags.known()[:MOST_TAGS]]

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

    def is_troubled(self, place: Place) -> bool:
        """The last look at it went wrong."""
        return place.name in self._troubles

    async def look(self, place: Place) -> int:
        """Fetch what is new there, when nobody waits for it. Returns how much that is."""
        return await self._fetch(place, background=True)

    async def _fetch(self, place: Place, *, older: bool = False, background: bool = False) -> int:
        """Troubles are kept. Returns how much is new."""
        if not older:
            self._fetched[place.name] = self._clock.now()
        new = 0
        try:
            if place.source.kind in _WALKED and not (place.lane or older):
                new = await self._walk(place, background)
            else:
                new = await self._read(place, older=older, background=background)
        except ServiceError as error:
            source = place.source
            words = source_in_words(
                RecipeSource(kind=source.kind, account=place.account, arg=source.arg),  # type: ignore[arg-type]
                self._names(),
            )
            self._troubles[place.name] = SourceTrouble(words, place.account, error, at=place.source)
        except asyncio.CancelledError:
            self._fetched.pop(place.name, None)  # it was not read after all
            raise
        else:
            self._troubles.pop(place.name, None)
        return new

    async def _walk(self, place: Place, background: bool) -> int:
        most = 1 if place.many else PAGES
        [report] = await self._sync.run(
            [place.account], place.source, background=background, pages=most
        )
        if report.error is not None:
            raise report.error
        return report.new

    async def _read(self, place: Place, *, older: bool, background: bool) -> int:
        from app.store import Batch
        from app.store.candidates import Candidates, note_places

        service = self._accounts.service(place.account)
        source = await self._addressed(place)
        cursor, order, new = None, [], 0
        if older:
            cursor = self._goes_on(place)
            order = await self._store.load(lambda r: Candidates(r).places(place.name))
        for _ in range(1 if older or place.many else PAGES):
            page = await service.page(source, cursor, background=background)
            echo_keys = await self._bridging.echo_keys(place.account, page.items)
            self._accounts.find(place.account)  # removed meanwhile, nothing of it is kept
            batch = Batch(
                account=place.account,
                source=place.source,
                items=page.items,
                echo_keys=echo_keys,
                bottom=page.older,
                older=page.older,
            )
            saved = await self._store.save(batch)
            self._saved(saved)
            new += saved.new
            order += [item.post.uri for item in page.items if isinstance(item, Entry)]
            cursor = page.older
            if cursor is None:
                break
        if place.lane:
            uris, name = list(dict.fromkeys(order)), place.name
            await self._store.change_cache(lambda db: note_places(db, name, uris))
        return new

    async def _addressed(self, place: Place) -> Source:
        """Somebody who is named by handle is looked up."""
        from app.protocols.writing import Converses

        source = place.source
        if source.kind != "author" or ":" in source.arg.partition("@")[0]:
            return source
        service = self._accounts.service(place.account)
        if not isinstance(service, Converses):
            raise NotFound(f"There is no {source.arg} there.")
        profile = await service.find_profile(source.arg)
        return Source("author", profile.uri)

    def _note(self, name: str, source: RecipeSource, account: str, error: ServiceError) -> None:
        self._troubles[name] = SourceTrouble(source_in_words(source), AccountId(account), error)


def _uses_tags(plan: Plan) -> bool:
    """It takes from the tags that I follow, or weighs them."""
    recipes = [one.recipe for one in every_plan(plan)]
    return any(
        any(source.kind == "tags" for source in recipe.sources)
        or any(term.feature == "followed_tags" for term in recipe.rank.terms)
        for recipe in recipes
    )


def _wish(source: RecipeSource) -> str:
    return f"wish {source.kind} {source.account} {source.arg}"


def _can(account: Account, kind: str) -> bool:
    """Unless the server was seen not to."""
    needed = _NEEDS.get(kind)
    return needed is None or not account.abilities or needed in account.abilities
