"""
Search: everything ever read, at once; what servers find, side by side; and any address.

The cache is looked through newest first in short steps between which it can be
cancelled. Each account's server is asked for itself: one that refuses hides no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.feed.pipeline import Settings, row_from_stored
from app.feed.query import finished, fits, has_words, query_from_text
from app.feed.rows import Card
from app.feed.times import micros
from app.model import Account, AccountId, Cursor, Entry, NetworkInfo, Source
from app.model.errors import NotFound, ServiceError, Unreachable, Unsupported
from app.model.query import Query, searchable
from app.model.timeline import Echo, RowKey, Sighting
from app.services import search_reading as reading
from app.services.asking import told
from app.services.offline import not_asked
from app.services.search_asking import NEEDED, asked_for, can_ask, sifted_here
from app.services.search_beside import beside, offered
from app.services.search_links import names_one, plain_address
from app.services.search_reading import MOST_KEPT
from app.services.search_sorting import (
    asks_for_bookmarks,
    asks_for_likes,
    most_relevant,
    people_like,
    tags_like,
    with_networks,
)
from app.services.search_values import Answer, Opened, Order, Seen
from app.services.together import together

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.feed.query_offers import Known
    from app.services.accounts import Accounts
    from app.services.bookmarks import Bookmarks
    from app.services.clock import Clock
    from app.services.conversations import Conversations
    from app.services.people import People
    from app.services.search_typing import Understood
    from app.services.shadows import Shadows
    from app.services.timelines import Timelines
    from app.store import Store
    from app.store.values import Found

MOST = 50
"""Cards of one stretch."""

FIRST, LARGEST = 64, 2_048
"""Posts of the first step and of the largest: the largest takes about 20 ms."""

SHOWN_AFTER = 0.1
"""Seconds after which what was found so far is shown."""

WEIGHED = 600
"""Posts among which the most relevant are looked for: the newest that fit."""

PATIENCE = 15.0
"""Seconds that a server may take."""

PAGES = 4
"""Of a server's answer are looked through at once, where nothing in the ones before fits."""

AT_ONCE = 100
"""Posts that are looked at, or made cards of, before others have their turn: about 5 ms."""

NONE_IN_SIGHT = 20_000
"""Posts that are looked at for one stretch; then it is said how far back that was."""


class Search:
    """
    Args:
        offline: Ask no server.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        timelines: Timelines,
        conversations: Conversations,
        people: People,
        clock: Clock,
        bookmarks: Callable[[], Bookmarks],
        networks: Callable[[], Mapping[str, NetworkInfo]],
        shadows: Shadows,
        *,
        offline: bool = False,
    ) -> None:
        self._store, self._accounts, self._timelines = store, accounts, timelines
        self._conversations, self._people, self._clock = conversations, people, clock
        self._bookmarks, self._networks, self._offline = bookmarks, networks, offline
        self._shadows = shadows

    def query(self, text: str) -> Query:
        """What *text* asks for. Raises: BadInput: it makes no sense, in words."""
        query = query_from_text(text, now=self._clock.now().astimezone())
        if all(one.operator != "net" for one in query.conditions):
            return query
        return with_networks(query, self._networks().values())

    def understood(self, text: str) -> Understood:
        """The same of a text that is being typed: what makes no sense is left out, and told."""
        from app.services.search_typing import understood

        return understood(text, self._clock.now().astimezone(), self._networks().values())

    async def known(self) -> Known:
        """What can stand behind operators, from the cache. Raises: StoreError."""
        from app.services.search_typing import known_in

        folders = [name for name, _ in self._bookmarks().folders()]
        return await known_in(self._store, self._networks().values(), folders)

    # ------------------------------------------------------------- the cache

    async def seen(
        self, query: Query, below: int | None = None, *, order: Order = "newest", most: int = MOST
    ) -> AsyncIterator[Seen]:
        """
        What the cache has, growing; the last one is ``done``. Cancel it at any time.

        Args:
            below: ``Seen.below`` of the stretch before.

        Raises: StoreError.
        """
        if query != finished(query) and below is None:
            # The word as it stands is found in no time; all that begin so, in 20 to 100 ms.
            async for seen in self._look(finished(query), None, order, most):
                yield replace(seen, done=False)
                break
        async for seen in self._look(query, below, order, most):
            yield seen

    async def _look(
        self, query: Query, below: int | None, order: Order, most: int
    ) -> AsyncIterator[Seen]:
        if asks_for_bookmarks(query) or asks_for_likes(query):
            yield await self._look_at_kept(query, order)
            return
        wanted = most if order == "newest" else max(most, WEIGHED)
        mine = self._accounts.all()
        me = {account.uri for account in mine}
        handles = [account.handle for account in mine]
        filed = self._bookmarks().filed() if _is_about_kept(query) else {}
        folders = {uri: one.folder for uri, one in filed.items()}
        loop = asyncio.get_running_loop()
        # Where words alone decide, what the index gives is what is wanted.
        scan = FIRST if query.conditions or query.without else min(wanted, LARGEST)
        shown_at, looked_at, place = loop.time(), 0, below
        found: list[Found] = []
        while query:
            step = await self._store.load(partial(reading.step, query, place, scan, handles))
            found += [
                one
                for one in step.found
                if fits(query, one.post, one.viewers, me=me, filed=folders)
            ]
            looked_at, place = looked_at + step.looked_at, step.below
            if len(found) >= wanted:
                # What is not shown now is found again below the last that is.
                place = place if len(found) == wanted else found[wanted - 1].place
                break
            if place is None or looked_at >= NONE_IN_SIGHT:
                break
            scan = min(scan * 2, LARGEST)
            if loop.time() - shown_at >= SHOWN_AFTER and found:
                yield await self._as_seen(query, found[:wanted], order, most, place, looked_at)
                shown_at = loop.time()
        made = await self._as_seen(query, found[:wanted], order, most, place, looked_at)
        yield replace(made, done=True)

    async def _look_at_kept(self, query: Query, order: Order) -> Seen:
        """Bookmarks and likes are few enough to look at all; notes count as their words."""
        me = {account.uri for account in self._accounts.all()}
        filed = self._bookmarks().filed()
        folders = {uri: one.folder for uri, one in filed.items()}
        notes = {uri: one.note for uri, one in filed.items()}
        read = reading.bookmarked if asks_for_bookmarks(query) else reading.liked
        every = await self._store.load(partial(read, [one.post for one in filed.values()]))
        found: list[Found] = []
        for number, one in enumerate(every, 1):
            if has_words(query, f"{searchable(one.post)}\n{notes.get(one.post.uri, '')}") and fits(
                query, one.post, one.viewers, me=me, filed=folders
            ):
                found.append(one)
            if not number % AT_ONCE:
                await asyncio.sleep(0)
        made = await self._as_seen(query, found[:MOST_KEPT], order, MOST_KEPT, None, len(every))
        return replace(made, done=True)

    async def _as_seen(
        self,
        query: Query,
        found: Sequence[Found],
        order: Order,
        most: int,
        below: int | None,
        looked_at: int,
    ) -> Seen:
        from app.store.seeking import time_of_place

        if order == "relevance":
            found = most_relevant(query, found)[:most]
        echoes = await self._store.load(partial(reading.echoes, found))
        cards: list[Card] = []
        for start in range(0, len(echoes), AT_ONCE):
            cards += self._cards(echoes[start : start + AT_ONCE])
            await asyncio.sleep(0)  # somebody may be scrolling meanwhile
        shown = tuple(card for card in cards if card.verdict.action != "hide")
        return Seen(
            cards=shown,
            hidden=len(cards) - len(shown),
            people=people_like(query, shown),
            tags=tags_like(query, shown),
            below=below,
            back_to=time_of_place(below) if below is not None else None,
            looked_at=looked_at,
        )

    def _cards(self, echoes: Sequence[Echo]) -> list[Card]:
        settings, now = self._settings(), self._clock.now()
        rows = (row_from_stored(echo, now=now, settings=settings) for echo in echoes)
        return [self.over(row) for row in rows if isinstance(row, Card)]

    def _settings(self) -> Settings:
        return replace(self._timelines.settings(), context="search")

    # ----------------------------------------------------------- the servers

    def asked(self) -> tuple[Account, ...]:
        """Whose servers are asked."""
        return self._accounts.all()

    async def ask(self, account: AccountId, query: Query, older: Cursor | None = None) -> Answer:
        """What an account's server finds. Nothing raises but bugs: a refusal is told."""
        blank = Answer(account=account, state="failed", sifted=sifted_here(query))
        if self._offline:
            return replace(blank, trouble=not_asked("What you have read is searched."))
        if not can_ask(query):
            needed = Unsupported("A server needs a word to look for.", NEEDED)
            return replace(blank, trouble=needed)
        if older is not None:
            return await self._ask_in_time(blank, query, older)
        async with together() as group:
            posts = group.create_task(self._ask_in_time(blank, query, None))
            found = group.create_task(beside(self._accounts, account, query))
        near = found.result()
        return replace(posts.result(), people=near.people, tags=near.tags, feeds=near.feeds)

    async def _ask_in_time(self, blank: Answer, query: Query, older: Cursor | None) -> Answer:
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._ask_posts(blank, query, older)
        except TimeoutError:
            late = f"It has not answered within {PATIENCE:.0f} seconds."
            return replace(blank, trouble=Unreachable(late, "Try again later."))
        except ServiceError as error:
            return replace(blank, trouble=error)

    async def _ask_posts(self, blank: Answer, query: Query, older: Cursor | None) -> Answer:
        account = blank.account
        try:
            source = await asked_for(self._accounts, account, query)
            if source is None:
                return replace(blank, state="ready")  # it has nothing of theirs
            entries, older = await self._first_that_fit(account, query, source, older)
        except Unsupported as error:
            return replace(blank, state="unable", trouble=error)
        uris = [entry.post.uri for entry in entries]
        seen = await self._store.load(partial(reading.known, uris))
        await self._keep(account, entries)
        cards = self._cards([_echo(account, n, entry) for n, entry in enumerate(entries)])
        shown = tuple(card for card in cards if card.verdict.action != "hide")
        return replace(
            blank,
            state="ready",
            cards=shown,
            seen=seen,
            hidden=len(cards) - len(shown),
            older=older,
        )

    async def _first_that_fit(
        self, account: AccountId, query: Query, source: Source, older: Cursor | None
    ) -> tuple[list[Entry], Cursor | None]:
        """Of a page, or of one of the next: servers are not asked about all that is wanted."""
        me = {mine.uri for mine in self._accounts.all()}
        service = self._accounts.service(account)
        fitting: list[Entry] = []
        for _ in range(PAGES):
            page = await told(self._accounts, account, service.page(source, older))
            older = page.older
            fitting = [
                one
                for one in page.items
                if isinstance(one, Entry) and fits(query, one.post, {account: one.viewer}, me=me)
            ]
            if fitting or older is None:
                break
        return fitting, older

    async def _keep(self, account: AccountId, entries: Sequence[Entry]) -> None:
        """What is shown can be reacted to, and read again without a network."""
        from app.store import Batch

        if entries and account in self._accounts:  # else its cache is wiped, and stays so
            batch = Batch(account=account, source=Source("search"), items=tuple(entries))
            saved = await self._store.save(batch)
            if saved.changed:
                self._timelines.note_saved(saved)

    # ------------------------------------------------------------- addresses

    async def open(self, address: str) -> Opened:
        """
        What an address of either network leads to: a post, somebody, a feed or a list.

        Servers of mine are asked; a page itself is never fetched from here.

        Raises:
            BadInput: It is no address.
            NotFound: No server of mine knows it.
            ServiceError: None could be asked.
        """
        kind = names_one(address)
        address = plain_address(address)
        problem: ServiceError | None = None
        if kind != "person" and not self._offline:
            offer = await offered(self._accounts, address)
            if offer is not None:
                return Opened(offer=offer)
        if kind != "person":
            try:
                return await self._open_post(address)
            except NotFound as error:
                problem = error
            if kind == "post":
                raise problem
        try:
            known = await self._people.find(address)
        except NotFound as error:
            raise problem or error from None
        return Opened(profile=known.profile, network=known.network)

    async def _open_post(self, address: str) -> Opened:
        copies = await self._conversations.addresses(address)
        echoes = await self._store.load(partial(reading.echo_at, copies[0].uri))
        cards = self._cards(echoes)
        if not cards:
            entry = await self._conversations.find(address)
            cards = self._cards([_echo(self._accounts.all()[0].id, 0, entry)])
        return Opened(posts=copies, card=cards[0] if cards else None, network=copies[0].network)

    # ------------------------------------------------------------- following

    def on_reaction(self, listener: Callable[[str, bool], None]) -> Callable[[], None]:
        """Tell *listener* of reactions: the post's URI, laid or settled. Returns the way out."""
        return self._shadows.subscribe(listener)

    def over(self, card: Card) -> Card:
        """*card* with the reactions that are on their way."""
        row = self._shadows.over(card)
        return row if isinstance(row, Card) else card

    async def card(self, uri: str) -> Card | None:
        """The post as the cache has it now. Raises: StoreError."""
        cards = self._cards(await self._store.load(partial(reading.echo_at, uri)))
        return cards[0] if cards else None

    async def count(self) -> int:
        """How many posts the cache has. Raises: StoreError."""
        from app.store.seeking import Seeker

        return await self._store.load(lambda reader: Seeker(reader).count())


def _is_about_kept(query: Query) -> bool:
    return any(one.operator in ("in", "folder") for one in query.conditions)


def _echo(account: AccountId, number: int, entry: Entry) -> Echo:
    key = RowKey(micros(entry.sort_at), number)
    return Echo(key=key, sightings=(Sighting(entry, {account: entry.viewer}),))
