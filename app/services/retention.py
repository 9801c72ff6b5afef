"""
How much room the cache has on disk, what leaves it when that is full, and what never does.

The oldest posts leave first, in short bursts between which everybody else can write. What
is still to be read, the rows around every reading place, and all that is somebody's own or
was acted on stays (``Staying``); where a timeline ends earlier than before, it knows how to
go on. Pictures that were unused longest leave by themselves (``store/media_cache.py``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, ValidationError, convert, to_builtins
from msgspec.structs import replace

from app.feed.times import HOUR, micros
from app.model.errors import ServiceError
from app.model.timeline import ALL

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.store import Reader, Saved, Store
    from app.store.media_cache import MediaCache
    from app.store.thinning import Staying, Thinning

log = logging.getLogger(__name__)

STORAGE = "storage"
"""Setting: ``Budget``."""

BURST, PAUSE = 0.003, 0.03
"""Seconds of a burst, and until the next: a window paints two frames between them."""

HASTE = 0.02
"""Seconds of a burst where nobody looks at a window."""

FIRST, EVERY = 90.0, 600.0
"""Seconds until the first look at the size, and between two."""

TARGET = 0.9
"""Of the budget: below it there is room until the next look."""

LEFT_ALONE = timedelta(days=30)
"""A timeline not come to for so long keeps what stands around its reading place, not all above."""

FRESH = 2_000
"""Posts that came last stay, however old they are: somebody has just asked for them."""

LEAST = 20_000_000
"""Bytes of posts below which what stays in any case would not fit: all else would be read anew
with each look, only to leave again."""

SPARE = 0.25
"""Of what is used may be unused, to be filled again; more is given back to the disk."""


class Budget(Struct, frozen=True, kw_only=True):
    """Bytes on disk that may be used. 0: as much as there is."""

    posts: int = 2_000_000_000
    pictures: int = 300_000_000


class Usage(Struct, frozen=True, kw_only=True):
    """
    What is on disk, in bytes.

    Attributes:
        posts: How many; the oldest is of *oldest*.
        post_bytes: What of the cache holds something. cache_bytes: its files.
        film_bytes: Of films and sound, until the program ends.
        kept_bytes: Accounts, drafts, bookmarks, settings: never deleted.
        files: Of drafts and of what is still to be sent.
        indexes: Of archives, to look through them quickly; made again when they are gone.
        free: What the disk has left.
    """

    posts: int
    oldest: datetime | None
    post_bytes: int
    cache_bytes: int
    picture_bytes: int
    film_bytes: int
    kept_bytes: int
    files: int
    indexes: int
    free: int


class Cleared(Struct, frozen=True, kw_only=True):
    """How much is gone: bytes, and posts."""

    bytes: int
    posts: int = 0


class Retention:
    """
    Keeps the cache within its budget, and clears it when asked.

    Args:
        note_saved: Told of rows that are gone: timelines may show them.
        profile: Its folder.
        pictures: Files by address.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        clock: Clock,
        pictures: MediaCache,
        *,
        profile: Path,
        note_saved: Callable[[Saved], None] = lambda saved: None,
    ) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self._pictures, self._profile, self._note_saved = pictures, profile, note_saved
        self._thinning = asyncio.Lock()
        self.conversations: Callable[[], Iterable[str]] = tuple
        """Where conversations were opened that are being read."""

    # ----------------------------------------------------------------- budgets

    async def budget(self) -> Budget:
        """What is set. Raises: StoreError."""
        return budget_from(await self._store.load(lambda reader: reader.setting(STORAGE)))

    async def set_budget(self, budget: Budget) -> None:
        """Keep it. Pictures beyond it leave at once, posts with the next look. Raises: StoreError."""
        await self._store.keep(lambda keeper: keeper.set_setting(STORAGE, to_builtins(budget)))
        await asyncio.to_thread(self._pictures.limit, budget.pictures)

    async def usage(self) -> Usage:
        """What is on disk now. Raises: StoreError."""
        import shutil  # it brings four compressors along

        size = await self._store.load(lambda reader: reader.sizes.cache())
        pictures = await asyncio.to_thread(lambda: self._pictures.size)
        folders = [self._profile / name for name in ("drafts", "outbox", "archives", "films")]
        drafts, outbox, indexes, films = await asyncio.to_thread(lambda: [*map(_bytes_in, folders)])
        return Usage(
            posts=size.posts,
            oldest=size.oldest,
            post_bytes=size.used,
            cache_bytes=size.bytes,
            picture_bytes=pictures,
            film_bytes=films,
            kept_bytes=size.kept,
            files=drafts + outbox,
            indexes=indexes,
            free=shutil.disk_usage(self._profile).free,
        )

    # ---------------------------------------------------------------- the loop

    async def run(self) -> None:
        """Look at the size now and then, until cancelled. What fails waits for the next look."""
        wait, never = FIRST, asyncio.Event()
        while True:
            await self._clock.wait(never, wait)
            wait = EVERY
            try:
                await self.keep_to_budget(pause=PAUSE)
                await self.give_back()
            except ServiceError as error:
                log.warning("cache not made smaller: %s", error.kind)

    async def keep_to_budget(self, *, pause: float = 0.0) -> bool:
        """
        Let the oldest posts go, if there are too many. Whether something went.

        Args:
            pause: Seconds between two bursts, where somebody looks at a window.

        Raises: StoreError: What went is gone, the rest is as it was.
        """
        budget = (await self.budget()).posts
        if not budget or await self._used() <= budget:
            return False
        async with self._thinning:
            before = await self._used()
            await self._thin_to(int(budget * TARGET), pause)
            left = await self._used()
            log.info("cache made smaller: from %d to %d bytes", before, left)
            return left < before

    async def clear_posts(
        self, tell: Callable[[int], None] = lambda left: None, *, pause: float = 0.0
    ) -> Cleared:
        """
        Let all posts go that need not stay. *tell*: hears how many bytes are left to look at.

        Raises: StoreError.
        """
        from app.store.prune import ALWAYS
        from app.store.thinning import Thinning

        async with self._thinning:
            before = await self._store.load(lambda reader: reader.sizes.cache())
            staying = replace(await self._staying(), unread=ALWAYS, fresh=0)
            await self._pass(Thinning(ALWAYS, staying), pause, tell=tell)
            await self._merge(pause)
            after = await self._store.load(lambda reader: reader.sizes.cache())
        return Cleared(bytes=before.used - after.used, posts=before.posts - after.posts)

    async def clear_pictures(self) -> Cleared:
        """Delete all pictures; what is looked at again is fetched again."""
        before = await asyncio.to_thread(lambda: self._pictures.size)
        await asyncio.to_thread(self._pictures.clear)
        return Cleared(bytes=before - self._pictures.size)

    # --------------------------------------------------------------- thinning

    async def _thin_to(self, target: int, pause: float) -> None:
        from app.store.thinning import Thinning

        staying, share, more = await self._staying(), 0.0, 0.0
        used = await self._used()
        while share < 1 and used > target:
            # A share of what is left now; a larger one where much of that has to stay.
            share = min(1.0, (used - target) / used + more)
            until = await self._store.load(partial(_time_of, part=share))
            if until is None:
                return
            await self._pass(Thinning(until, staying, full=True), pause)
            # Until then the index is larger than before: more would go than must.
            await self._merge(pause)
            before, used = used, await self._used()
            more = 0.0 if before - used > (before - target) / 2 else more + 0.1

    async def _pass(
        self,
        thinning: Thinning,
        pause: float,
        *,
        tell: Callable[[int], None] = lambda left: None,
    ) -> None:
        """Once through the cache."""
        while True:
            done = await self._store.thin(thinning, BURST if pause else HASTE)
            if done.saved.changed or done.saved.inserted:
                self._note_saved(done.saved)
            tell(await self._used())
            if not done.more:
                return
            await asyncio.sleep(pause)

    async def _merge(self, pause: float) -> None:
        """Only so the search index loses what left it."""
        more = await self._store.merge(begin=True)
        while more:
            await asyncio.sleep(pause)
            more = await self._store.merge(begin=False)

    async def give_back(self, pause: float = PAUSE) -> None:
        """Much that is unused goes back to the disk, little by little. Raises: StoreError."""
        async with self._thinning:
            more = True
            while more and await self._store.load(_has_spare):
                more = await self._store.shrink(BURST)
                await asyncio.sleep(pause)

    async def _used(self) -> int:
        return await self._store.load(lambda reader: reader.sizes.used())

    async def _staying(self) -> Staying:
        """What must not go, as it is now."""
        from app.store.thinning import Staying

        mine = self._accounts.all()
        reading = await self._store.load(lambda reader: reader.sizes.places())
        uris = await self._store.load(_kept_uris)
        long_ago = micros(self._clock.now() - LEFT_ALONE)
        return Staying(
            authors=frozenset(account.uri for account in mine),
            uris=uris,
            threads=frozenset(self.conversations()),
            unread=unread_from(reading, long_ago),
            places=tuple(reading.values()),
            fresh=FRESH,
        )


def budget_from(value: object) -> Budget:
    """The setting's value; what cannot be read is as it was at first."""
    try:
        return convert(value, Budget) if value is not None else Budget()
    except ValidationError:
        return Budget()


def unread_from(reading: Mapping[str, int], long_ago: int) -> int:
    """
    µs above which all is still to be read: a day below the lowest reading place.

    Of timelines that stand in time's order and were come to since *long_ago* (µs).
    """
    from app.store.prune import ALWAYS

    ordered = [
        at
        for timeline, at in reading.items()
        if timeline == ALL or timeline.startswith(("network:", "account:"))
    ]
    return min((at - 24 * HOUR for at in ordered if at >= long_ago), default=ALWAYS)


def _has_spare(reader: Reader) -> bool:
    return reader.sizes.unused() > SPARE * reader.sizes.used()


def _time_of(reader: Reader, part: float) -> int | None:
    return reader.sizes.time_of(part)


def _kept_uris(reader: Reader) -> frozenset[str]:
    """What is filed, was sent from here, or is answered in what is being written or sent."""
    drafts = list(reader.written.drafts())
    for waiting in {kept.delivery.draft for kept in reader.written.waiting()}:
        if (found := reader.written.draft(waiting)) is not None:
            drafts.append(found[0])
    targets = [target for one in drafts for target in (one.reply_to, one.quote) if target]
    answered = {copy.uri for target in targets for copy in target.copies}
    return frozenset(answered.union(reader.sizes.own()))


def _bytes_in(folder: Path) -> int:
    """All files below *folder*; those that go meanwhile do not count."""
    found = 0
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            found += path.lstat().st_size
        except OSError:
            continue
    return found
