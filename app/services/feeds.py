"""Feeds: listed, chosen, opened, explained, tried out, taught. See ``feed_values`` for all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.feed.recipe import Recipe
from app.feed.topics import WordLists
from app.model.errors import ServiceError
from app.model.timeline import ALL, RowKey, TimelineId
from app.services.feed_asking import explaining, explaining_plainly, page_of, trying_out
from app.services.feed_book import Documents, FeedBook, is_plain
from app.services.feed_judge import PAUSE, Judge, Pools, judge_beforehand
from app.services.feed_knowledge import topics_of
from app.services.feed_listing import FeedListing
from app.services.feed_live import FeedLive
from app.services.feed_moments import Moments
from app.services.feed_people import FeedPeople
from app.services.feed_plans import FeedPlans, Plan
from app.services.feed_values import Explanation, FeedsChanged, Preview, SourceTrouble
from app.services.followed_tags import FollowedTags
from app.services.learning import Learning
from app.services.pins import Pins
from app.services.ranked_asking import Beyond
from app.services.ranked_timeline import RankedTimeline
from app.services.row_loads import Look
from app.store.candidates import Candidates

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.clock import Clock
    from app.services.feed_making import Made
    from app.services.live import Live
    from app.services.open_timeline import OpenTimeline
    from app.services.people import People
    from app.services.shadows import Shadows
    from app.services.steps import Arrived
    from app.services.sync import Sync
    from app.services.timelines import TimelinePage, Timelines
    from app.store import Reader, Saved, Store


class Feeds(FeedListing):
    """Every feed of a profile."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        sync: Sync,
        bridging: Bridging,
        timelines: Timelines,
        clock: Clock,
        people: People,
        shadows: Shadows,
        documents: Callable[[], Documents],
        *,
        pins: Pins | None = None,
        live: Live | None = None,
        offline: bool = False,
    ) -> None:
        self._store, self._timelines, self._clock = store, timelines, clock
        self._shadows = shadows
        self._lists: WordLists | None = None
        pins = pins or Pins(store, accounts)
        book = FeedBook(store, documents, pins.recipes)
        tags = self.tags = FollowedTags(store, accounts, clock, offline=offline)
        self.learning = Learning(store, clock)
        self.plans = FeedPlans(
            store,
            accounts,
            sync,
            bridging,
            clock,
            book.recipe,
            self.note_saved,
            tags,
            self.source_names,
            offline=offline,
        )
        self._live = FeedLive(self.plans, live, clock) if live and not offline else None
        self._people = FeedPeople(store, accounts, clock, self.word_lists, offline=offline)
        super().__init__(book, Moments(store, clock, people, self._people, tags), pins)
        self._pools = Pools(self.word_lists)
        self._judge: Judge | None = None
        self._leaving: list[RankedTimeline] = []
        self._was_opened = False
        sync.subscribe(self._on_arrived)
        shadows.subscribe(self._on_shadow)
        timelines.subscribe_saved(self.note_saved)

    # ---------------------------------------------------------------- opened

    def open(self, id: str) -> RankedTimeline | OpenTimeline:
        """
        Open a feed: a ``RowSource``; ``run`` it, close it with ``leave``.

        Newest first is the timeline itself: it costs nothing extra.
        Raises: NotFound, BadInput, StoreError.
        """
        self._was_opened = True
        if is_plain(self.book.recipe(id)):
            return self._timelines.open(ALL)
        opened = RankedTimeline(
            id,
            self._store,
            lambda look: self._making(self._plan(id), look),
            self.look,
            self._clock,
            self._beyond(id),
            self._after,
            self._shadows.over,
        )
        if (left := self._left(opened.id)) is not None:
            opened.take_place(left)
        self._opened.append(opened)
        return opened

    def _left(self, id: TimelineId) -> RankedTimeline | None:
        """The same feed, where it is open or on its way to the disk."""
        return next((one for one in (*self._opened, *self._leaving) if one.id == id), None)

    async def leave(self, opened: RankedTimeline | OpenTimeline) -> None:
        """Keep its reading position and forget it. Raises: StoreError."""
        if not isinstance(opened, RankedTimeline):
            await self._timelines.leave(opened)
        elif opened in self._opened:
            self._opened.remove(opened)
            self._leaving.append(opened)
            try:
                await opened.keep_position()
            finally:
                self._leaving.remove(opened)

    async def follow(self, id: str) -> None:
        """
        Until cancelled, keep its own sources up to date, as it happens where that can be.

        Nothing that was fetched moves what is shown. Raises: NotFound, BadInput, StoreError.
        """
        if self._live is not None:
            await self._live.follow(lambda: self._plan(id))

    async def close(self) -> None:
        """Keep all reading positions, and when I left. Raises: StoreError."""
        for opened in tuple(self._opened):
            await self.leave(opened)
        if self._was_opened:
            await self._moments.leave()

    async def new_since(self, id: str, since: int) -> int:
        """
        How many of the posts that a feed would show now are of after *since* (µs).

        From the cache. Raises: NotFound, BadInput, StoreError.
        """
        made = await self._store.load(self._making(self._plan(id), self.look()))
        return sum(key.at > since for key in made.keys)

    @property
    def moments(self) -> Moments:
        """When I was here last."""
        return self._moments

    async def warm(self) -> None:
        """
        Make ready what feeds will choose from, in short bursts, before anybody switches.

        When nobody types or scrolls. Without it the first switch of all takes some tenths
        of a second; and of a run, where every post has to be looked at (muted words,
        mutes, blocklists). Raises: StoreError.
        """
        await self._people.fill(pause=PAUSE)
        await judge_beforehand(self._store, self._judging(self.look()))

    def troubles(self, id: str) -> tuple[SourceTrouble, ...]:
        """What is wrong with its sources. Raises: NotFound, BadInput, StoreError."""
        return self.plans.troubles(self._plan(id))

    def why_empty(self, id: str) -> ServiceError | None:
        """Why there is nothing in it, where its only source gives nothing. Never raises."""
        try:
            troubles, sources = self.troubles(id), self.book.recipe(id).sources
        except ServiceError as error:
            return error
        return troubles[0].error if troubles and len(sources) == 1 else None

    async def refresh(self, id: str, *, force: bool = True) -> tuple[SourceTrouble, ...]:
        """Fetch what is new in its sources; troubles are told, not raised."""
        return await self.plans.refresh(self._plan(id), force=force)

    async def read(
        self, id: str, *, before: RowKey | None = None, limit: int = 40, fetch: bool = True
    ) -> tuple[TimelinePage, Made, tuple[SourceTrouble, ...]]:
        """
        One page, as the window shows it, for commands.

        Args:
            before: ``older`` of the page before, whose order is kept; None = from the top.
            fetch: Ask servers for what is new, and how people stand to me, before.
        """
        plan = self._plan(id)
        troubles = self.plans.troubles(plan)
        if fetch:
            troubles = await self.refresh(id)
            plan = self._plan(id)  # tags that I follow may be others now
        made = await self._make_known(plan, most=20 if fetch else 0)
        page = await page_of(self._store, made, before, limit, self.look(), self._shadows.over)
        return replace(page, certain=not troubles), made, troubles

    # ------------------------------------------------------------- explained

    async def why(self, uri: str, id: str = "") -> Explanation:
        """
        Why a post is where it is in a feed ("" = the one in use), or why not.

        ≤ 10 ms for a feed that is open. Raises: NotFound, BadInput, StoreError.
        """
        id = id or self.chosen
        if is_plain(self.book.recipe(id)):
            return await self._store.load(explaining_plainly(uri, id, self.look()))
        made = next((one.made for one in self._opened if one.feed == id and one.made), None)
        if made is None:
            made = await self._make_known(self._plan(id), most=0)
        return await self._store.load(explaining(made, uri, self.look()))

    async def why_in(self, what: Recipe | str | bytes, uri: str) -> Explanation:
        """The same in a recipe that is not kept. Raises: BadInput (line, key), StoreError."""
        made = await self._make_known(self._plan_of(self.book.checked(what)), most=0)
        return await self._store.load(explaining(made, uri, self.look()))

    async def preview(self, what: Recipe | str | bytes, *, rows: int = 20) -> Preview:
        """
        What a recipe would do with the cache; nothing is kept.

        Raises:
            BadInput: It cannot be used: with line and key.
        """
        recipe = self.book.checked(what)
        look = self.look()
        make = self._making(self._plan_of(recipe), look)
        return await self._store.load(trying_out(make, look, rows))

    # ---------------------------------------------------------------- taught

    async def mark(self, uri: str, what: str, topic: str | None = None) -> None:
        """
        "more" or "less" like this. *topic*: None = what the feed in use is about leaving out.

        Raises:
            NotFound: The post is not in the cache.
        """
        if topic is None:
            topic = next(iter(topics_of(self.book.recipe(self.chosen))), "")
        await self.learning.mark(uri, more=what == "more", topic=topic)
        self._taught()

    async def unmark(self, uri: str) -> None:
        """Forget what was said of a post. Raises: StoreError."""
        await self.learning.unmark(uri)
        self._taught()

    async def forget_marks(self) -> None:
        """Forget everything that was ever learned. Raises: StoreError."""
        await self.learning.unmark()
        self._taught()

    def look(self) -> Look:
        """How posts are judged, and when it is now."""
        return Look(self._timelines.settings(), self._clock.now())

    def note_saved(self, saved: Saved | None) -> None:
        """The store has changed: feeds that are open make a new order beside."""
        self._pools.forget()
        if self._judge is not None:
            if saved is None:
                self._judge.known.clear()
            else:
                for key in (*saved.changed, *saved.removed):
                    self._judge.known.pop(key, None)
        for opened in self._opened:
            opened.note_saved(saved)

    def moderation_changed(self) -> None:
        """What decides is another: everything is judged and made anew at once."""
        self._pools.forget()
        self._judge = None
        for opened in self._opened:
            opened.remake()

    def word_lists(self) -> WordLists:
        """The lists of topics, ready."""
        if self._lists is None:
            self._lists = WordLists.from_json(self.book.documents.topics)
        return self._lists

    # ------------------------------------------------------------- private

    def _plan(self, id: str) -> Plan:
        return self._plan_of(self.book.recipe(id))

    def _plan_of(self, recipe: Recipe) -> Plan:
        return self.plans.plan(recipe, self._moments.left_at())

    def _making(self, plan: Plan, look: Look) -> Callable[[Reader], Made]:
        """On the loop: everything that is known now. The result runs on a reader's thread."""
        moment, judge = self._moments.now(), self._judging(look)
        if plan.recipe.window.since_left:
            # Who came back and went to the newest post at once has not seen what lies between.
            moment = replace(moment, seen_before=min(moment.seen_before, plan.left_at))
        pools = self._pools

        def make(reader: Reader) -> Made:
            from app.services.feed_making import make_feed  # numpy: not before it is needed

            read = Candidates(reader)
            lessons = self.learning.lessons(reader)
            known = replace(moment, people=self._people.known(read), lessons=lessons)
            return make_feed(plan, known, read, judge, pools)

        return make

    def _judging(self, look: Look) -> Judge:
        """Verdicts are remembered while nothing that decides has changed."""
        judge = self._judge
        if judge is not None and judge.look.settings == look.settings:
            return Judge(look=look, known=judge.known)
        self._pools.forget()
        self._judge = Judge(look=look)
        return self._judge

    async def _make_known(self, plan: Plan, most: int) -> Made:
        """Made once more when it had to be made without knowing anybody."""
        make = self._making(plan, self.look())
        made = await self._store.load(make)
        if await self._people.learn(made, most=most):
            self._pools.forget()
            made = await self._store.load(self._making(plan, self.look()))
        return made

    async def _after(self, made: Made) -> None:
        """Behind what is on the screen: keep what was lacking, get to know people."""
        was_new = self._people.is_new
        if made.pool.lacking:
            await self._people.fill(made, pause=PAUSE)
            self._pools.forget()
        if await self._people.learn(made, pause=PAUSE):
            for opened in self._opened:
                if was_new and opened.position is None:
                    opened.remake()
                else:
                    opened.note_saved(None)

    async def _refreshed(self, id: str) -> str:
        troubles = await self.refresh(id)
        errors: list[ServiceError] = [trouble.error for trouble in troubles]
        return f"{errors[0].message} {errors[0].next_step}" if errors else ""

    def _beyond(self, id: str) -> Beyond:
        """Its own sources; home timelines are fetched anyway."""
        plans = self.plans

        def holds(question: Callable[[Plan], bool]) -> bool:
            try:
                return question(self._plan(id))
            except ServiceError:
                return False  # it was removed, or unpinned elsewhere, while it was open

        return Beyond(
            refresh=lambda: self._refreshed(id),
            stale=lambda: holds(plans.is_stale),
            first=lambda: plans.refresh_sources(self._plan(id)),
            goes_on=lambda: holds(plans.goes_on),
            deepen=lambda: plans.deepen(self._plan(id)),
            follow=lambda: self.follow(id),
        )

    def _on_arrived(self, arrived: Arrived) -> None:
        if arrived.source.kind not in ("notifications", "thread"):
            self.note_saved(arrived.saved)

    def _on_shadow(self, post_uri: str, laid: bool) -> None:
        for opened in self._opened:
            opened.refresh_post(post_uri, at_once=laid)

    def _taught(self) -> None:
        for opened in self._opened:
            opened.remake()
        self._tell(FeedsChanged("marks"))
