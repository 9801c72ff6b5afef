"""
What one human wrote, from all of their accounts: newest first, one page after the other.

At once what was read of it before; then what their servers tell. A post is shown only when
no other account of theirs may still have a newer one. What was written on both networks
stands there once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Container, Coroutine, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct, field

from app.feed.pipeline import row_from_stored
from app.feed.rows import Card
from app.feed.times import micros
from app.model import AccountId, Cursor, Entry, Page, Source, ViewerState
from app.model.errors import BadInput, NotFound, ServiceError
from app.model.timeline import Echo, RowKey, Sighting
from app.services.row_loads import Look

if TYPE_CHECKING:
    from app.protocols.portraying import Part, Stranger
    from app.services.house import House
    from app.services.human import Human, Side
    from app.store import Reader

PAGE = 20
"""Posts that are added at a time, and asked of each account at once."""

KEPT = 24
"""Posts of each account that are shown from the cache."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""For a query in which no time is named."""

_ROUNDS = 4
"""How often more is asked for to fill one page."""

Asked = Callable[["Side", Coroutine[Any, Any, Page]], Coroutine[Any, Any, "Page | ServiceError"]]
Sides = tuple["Side", ...]


class Way(Struct):
    """
    Down one account. *waiting*: what it has told that is not shown yet.

    *stranger*: their own server is asked, as nobody.
    """

    side: Side
    account: AccountId
    stranger: Stranger | None = None
    older: Cursor | None = None
    begun: bool = False
    waiting: list[Entry] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        """What comes next of it is known, or that nothing does."""
        return bool(self.waiting) or (self.begun and self.older is None)


class Wall:
    """
    One part of what somebody wrote.

    Attributes:
        cards: As far as it is known, newest first; ``pinned`` before them.
        hidden: How many of them my rules hide.
        troubles: What a server could not tell, by the account of mine that has asked.
        origins: Hosts of theirs that were asked, where mine has none of their posts.
    """

    def __init__(self, house: House, human: Human, part: Part, asked: Asked) -> None:
        self._house, self.part, self._asked = house, part, asked
        self._ways = [
            Way(side, side.account or _nobody(side.stranger), side.stranger)
            for side in human.sides
            if side.account is not None or side.stranger is not None
        ]
        self._shown: list[tuple[AccountId, Entry]] = []
        self._pinned: list[tuple[AccountId, Entry]] = []
        self.cards: tuple[Card, ...] = ()
        self.pinned: tuple[Card, ...] = ()
        self.hidden = 0
        self.troubles: dict[AccountId, ServiceError] = {}
        self.origins: tuple[str, ...] = ()
        self.is_fresh = False
        self._judged: dict[object, Card | None] = {}

    @property
    def is_done(self) -> bool:
        """Nothing comes any more."""
        return self.is_fresh and all(
            way.begun and way.older is None and not way.waiting for way in self._ways
        )

    def kept(self, reader: Reader) -> None:
        """What was read before; nobody is asked. Raises: StoreError."""
        found: list[tuple[AccountId, Entry]] = []
        for way in self._ways:
            found += [(way.account, one) for one in self._kept_of(way, reader)]
        self._show(reader, sorted(found, key=_newest, reverse=True))

    async def more(self) -> None:
        """A page more. Nothing raises: ``troubles`` has what could not be had. StoreError."""
        if not self.is_fresh:
            self._shown = []
            self._judged.clear()
            if self.part == "posts":
                await self._fetch_pinned()
        for _ in range(_ROUNDS):
            await asyncio.gather(*(self._fetch(way) for way in self._ways if not way.is_known))
            added = self._take(PAGE)
            if added or all(way.begun and way.older is None for way in self._ways):
                break
        self.is_fresh = True
        await self._house.store.load(self._show_again)

    # ------------------------------------------------------------- private

    async def _fetch(self, way: Way) -> None:
        page = await self._page(way, self.part, way.older)
        if page is not None and not way.begun and self._lacks(way, page):
            page = await self._from_origin(way)
        way.begun = True
        if page is None:
            way.older = None
            return
        seen = {entry.key for account, entry in self._shown if account == way.account}
        fresh = [one for one in page.items if isinstance(one, Entry) and one.key not in seen]
        way.waiting += fresh
        way.older = page.older
        await self._save(way, fresh)

    async def _fetch_pinned(self) -> None:
        pages = await asyncio.gather(*(self._page(way, "pinned", None) for way in self._ways))
        self._pinned = []
        for way, page in zip(self._ways, pages, strict=True):
            entries = [one for one in page.items if isinstance(one, Entry)] if page else []
            self._pinned += [(way.account, entry) for entry in entries]
            await self._save(way, entries)

    async def _page(self, way: Way, part: Part, cursor: Cursor | None) -> Page | None:
        if way.stranger is not None:
            return await self._strange_page(way, part, cursor)
        if way.account not in self._house.accounts:
            return None  # removed meanwhile
        from app.protocols.portraying import ShowsPeople

        service = self._house.accounts.service(way.account)
        profile = way.side.known.profile.uri
        if isinstance(service, ShowsPeople):
            if part != "pinned" and part not in service.parts(profile):
                return None
            call = service.wrote(profile, part, cursor, limit=PAGE)
        elif part in ("posts", "replies"):
            call = service.page(_source(way.side), cursor, limit=PAGE)
        else:
            return None
        page = await self._asked(way.side, call)
        if isinstance(page, ServiceError):
            self.troubles[way.account] = page
            return None
        self.troubles.pop(way.account, None)
        return page

    async def _strange_page(self, way: Way, part: Part, cursor: Cursor | None) -> Page | None:
        """As their own server tells it to anybody: all in one, sorted here."""
        stranger = way.stranger
        assert stranger is not None
        if part == "pinned":
            return Page(items=stranger.pinned)
        if not (cursor or stranger.begin):
            return None
        try:
            found = await self._house.people.strangers.posts(stranger, cursor or stranger.begin)
        except ServiceError as error:
            self.troubles[way.account] = error
            return None
        items = tuple(one for one in found.items if isinstance(one, Entry) and _is_of(part, one))
        return Page(items=items, older=found.older)

    def _lacks(self, way: Way, page: Page) -> bool:
        """It knows who they are, and has nothing of theirs: nobody there has followed them."""
        if page.items or page.older is not None or way.account not in self._house.accounts:
            return False
        side = way.side
        relation = side.relations.get(way.account)
        if side.portrait.closed == "suspended" or (relation is not None and relation.blocked_by):
            return False  # it has them, and shows none: that is not to be got round
        home = side.known.profile.handle.partition("@")[2]
        return bool(home) and home != self._house.accounts.find(way.account).host

    async def _from_origin(self, way: Way) -> Page:
        """What their own server tells anybody; where it does not, what was read before."""
        uri = way.side.known.profile.uri
        try:
            stranger = await self._house.people.strangers.find(uri)
            if stranger.host != urlsplit(uri).netloc:
                raise NotFound("Another server speaks for them now.")
        except ServiceError:
            kept = await self._house.store.load(partial(self._kept_of, way))
            return Page(items=tuple(sorted(kept, key=lambda one: one.sort_at, reverse=True)))
        way.stranger, way.account = stranger, _nobody(stranger)
        self.origins += (stranger.host,)
        return await self._strange_page(way, self.part, None) or Page(items=())

    def _kept_of(self, way: Way, reader: Reader) -> list[Entry]:
        if way.stranger is not None:
            return []
        entries = (*reader.entries(way.account, _source(way.side), KEPT), *_read(way, reader))
        every = {entry.key: entry for entry in reversed(entries)}
        return [one for one in every.values() if _is_of(self.part, one)]

    async def _save(self, way: Way, entries: Sequence[Entry]) -> None:
        """So that it can be reacted to, and read again without a network."""
        from app.store import Batch

        if not entries or way.account not in self._house.accounts:
            return  # its cache is wiped, and stays so; a stranger has none
        batch = Batch(account=way.account, source=_source(way.side), items=tuple(entries))
        saved = await self._house.store.save(batch)
        if saved.changed:
            self._house.timelines.note_saved(saved)

    def _take(self, most: int) -> int:
        """Show what nobody can have anything newer than."""
        added = 0
        while added < most and all(way.is_known for way in self._ways):
            ready = [way for way in self._ways if way.waiting]
            if not ready:
                break
            way = max(ready, key=lambda one: one.waiting[0].sort_at)
            self._shown.append((way.account, way.waiting.pop(0)))
            added += 1
        return added

    def _show_again(self, reader: Reader) -> None:
        self._show(reader, list(self._shown))

    def _show(self, reader: Reader, found: Sequence[tuple[AccountId, Entry]]) -> None:
        look = Look(self._house.timelines.settings(), self._house.clock.now())
        every = [*self._pinned, *found]
        thoughts = _thoughts([entry.post.uri for _, entry in every], reader)
        pinned = {thoughts.get(entry.post.uri) for _, entry in self._pinned}
        rest: list[tuple[AccountId, Entry]] = []
        above = list(self._pinned)
        for one in found:
            is_above = one[1].repost is None and thoughts.get(one[1].post.uri) in pinned
            (above if is_above else rest).append(one)
        mine = {account.id for account in self._house.accounts.all()}
        self.pinned, out = self._cards(above, thoughts, look, mine)
        self.cards, hidden = self._cards(rest, thoughts, look, mine)
        self.hidden = out + hidden

    def _cards(
        self,
        found: Sequence[tuple[AccountId, Entry]],
        thoughts: dict[str, int],
        look: Look,
        mine: Container[AccountId],
    ) -> tuple[tuple[Card, ...], int]:
        """Each thought once, where its newest copy stands; and how many are hidden."""
        cards: list[Card] = []
        hidden = 0
        for number, group in enumerate(_groups(found, thoughts)):
            # What was judged before stays: else each page would cost as much as all before it.
            names = tuple((account, entry.key) for account, entry in group)
            if names not in self._judged:
                self._judged[names] = _card(number, group, look, mine)
            card = self._judged[names]
            if card is not None and card.verdict.action != "hide":
                cards.append(card)
            else:
                hidden += card is not None
        return tuple(cards), hidden


def _groups(
    found: Sequence[tuple[AccountId, Entry]], thoughts: dict[str, int]
) -> list[list[tuple[AccountId, Entry]]]:
    """What is one thought, together; what was passed on stands for itself."""
    groups: dict[object, list[tuple[AccountId, Entry]]] = {}
    for account, entry in {
        (account, entry.key): (account, entry) for account, entry in found
    }.values():
        thought: object = thoughts.get(entry.post.uri, entry.post.uri)
        groups.setdefault((thought, entry.repost is not None), []).append((account, entry))
    return list(groups.values())


def _card(
    number: int, group: Sequence[tuple[AccountId, Entry]], look: Look, mine: Container[AccountId]
) -> Card | None:
    sightings = tuple(
        Sighting(entry, {account: entry.viewer} if account in mine else {})
        for account, entry in sorted(group, key=_newest)
    )
    key = RowKey(micros(group[0][1].sort_at), number)
    echo = Echo(key=key, sightings=sightings)
    row = row_from_stored(echo, now=look.now, settings=look.settings)
    return row if isinstance(row, Card) else None


def _thoughts(uris: Sequence[str], reader: Reader) -> dict[str, int]:
    from app.store.seeking import Seeker

    return Seeker(reader).groups(uris)


def _read(way: Way, reader: Reader) -> list[Entry]:
    """The newest of theirs that was ever read, wherever."""
    from app.feed.query import query_from_text
    from app.store.seeking import Seeker

    profile, seeker = way.side.known.profile, Seeker(reader)
    try:
        query = query_from_text(f"from:{profile.handle}", now=EPOCH)
    except BadInput:
        return []  # nobody can be looked for by such a handle
    posts = seeker.with_viewers(seeker.look(query, None, KEPT).found)
    return [
        Entry(
            key=one.post.uri,
            sort_at=one.post.sort_at,
            post=one.post,
            viewer=one.viewers.get(way.account, ViewerState()),
        )
        for one in posts
        if one.post.author.uri == profile.uri
    ]


def _is_of(part: Part, entry: Entry) -> bool:
    match part:
        case "posts":
            return entry.repost is not None or entry.post.reply_to is None
        case "media":
            return entry.repost is None and bool(entry.post.media)
        case "replies":
            return True
        case _:
            return False


def _newest(one: tuple[AccountId, Entry]) -> Any:
    return one[1].sort_at


def _nobody(stranger: Stranger | None) -> AccountId:
    """In place of an account of mine: the host that tells of a stranger."""
    return AccountId(f"nobody at {stranger.host if stranger else ''}")


def _source(side: Side) -> Source:
    return Source("author", side.known.profile.uri)
