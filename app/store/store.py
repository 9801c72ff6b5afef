"""The store: one writer thread, and readers that never wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.store.checkpoint import WRITER_PAGES, Checkpointer
from app.store.database import Damaged, Database, make_private_folder
from app.store.health import doubt_mark
from app.store.keep import Keeper
from app.store.merging import Merging, merge_some
from app.store.opening import mended, ready_cache, ready_keep
from app.store.reader import Reader
from app.store.values import Batch, Saved

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from app.model import AccountId
    from app.store.amend import Change
    from app.store.thinning import Thinned, Thinning

T = TypeVar("T")

_READERS = 2
_WRITER_CACHE_KIB = 16_384


class Store:
    """
    What we keep of one profile: ``cache.db`` (can be rebuilt), ``keep.db`` (cannot).

    A write is one transaction and one call on the writer's thread: cancelling
    the task that waits for it tears nothing, it is done whole or not at all.
    Every method may raise ``StoreError`` (full, locked, read-only, damaged).

    Attributes:
        reader: For the thread that opened the store, for the first frame.
        recovered: "" or, for people, what was damaged and what became of it.
    """

    reader: Reader

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.recovered = ""
        self._own = threading.local()
        self._open_readers: list[Reader] = []
        self._writing: ThreadPoolExecutor | None = None
        self._reading: ThreadPoolExecutor | None = None
        self._cache: Database | None = None
        self._keep: Database | None = None
        self._forgotten = False
        path = profile / "cache.db"
        self._checkpointer = Checkpointer(path, doubt_mark(path).touch)
        self._merging = Merging(self._merge)

    @classmethod
    def open(cls, profile: Path) -> Store:
        """
        Open, or make, the store of *profile*.

        Raises:
            StoreError: Not writable, full, locked, or made by a newer Godwit.
        """
        make_private_folder(profile)
        words: list[str] = []
        for attempt in range(3):
            store = cls(profile)
            try:
                store._start()
            except Damaged as error:
                store.close()
                if attempt == 2:
                    raise
                words.append(mended(error))
            except BaseException:
                store.close()
                raise
            else:
                break
        store.recovered = " ".join(words)
        return store

    async def load(self, read: Callable[[Reader], T]) -> T:
        """Run *read* on a reader's thread; its calls see what is committed."""
        if self._reading is None:
            from concurrent.futures import ThreadPoolExecutor

            self._reading = ThreadPoolExecutor(_READERS, "store-read")
        return await _done(self._reading, lambda: read(self._reader()))

    async def save(self, batch: Batch) -> Saved:
        """Save a page of a source in one transaction."""
        return await self._write(lambda: self._save(batch))

    async def keep(self, write: Callable[[Keeper], T]) -> T:
        """Run *write* in one transaction on ``keep.db``, durable when it returns."""
        result, _ = await self._write(lambda: self._keeping(write))
        await self._wipe_forgotten()
        return result

    async def split(self, post_uri: str) -> Saved:
        """Part a post from its echoes, for ever."""
        return await self._write(lambda: self._keeping(lambda keeper: keeper.split(post_uri))[1])

    async def unsplit(self, post_uri: str) -> Saved:
        """Let a post join its echoes again."""
        return await self._write(lambda: self._keeping(lambda keeper: keeper.unsplit(post_uri))[1])

    async def amend(self, post_uri: str, account: AccountId, change: Change) -> Saved:
        """
        Change what *account* did with a post, and the post's counts.

        *change* is pure and runs in the transaction; see ``amend.amend_post``.
        """
        from app.store.amend import amend_post

        return await self._write(lambda: amend_post(self._cache_db(), post_uri, account, change))

    async def remove_post(self, post_uri: str) -> Saved:
        """A post is deleted: it leaves all timelines, and so do reposts of it."""
        from app.store.amend import remove_post

        return await self._write(lambda: remove_post(self._cache_db(), post_uri))

    async def change_cache(self, change: Callable[[Database], T]) -> T:
        """Run *change* on the writer's thread: it makes its own transaction, a short one."""
        return await self._write(lambda: change(self._cache_db()))

    async def thin(self, thinning: Thinning, seconds: float) -> Thinned:
        """
        One burst of *thinning*: others can write before and after it.

        Nothing leaves the cache by itself: ``services/retention.py`` says what may.
        """
        return await self._write(lambda: self._tidy(lambda db: thinning.burst(db, seconds)))

    async def merge(self, *, begin: bool) -> bool:
        """Merge some of the search index, to be rid of what left it. Whether there is more."""
        from app.store.merging import merge_all

        return await self._write(lambda: self._tidy(lambda db: merge_all(db, begin=begin)))

    async def shrink(self, seconds: float) -> bool:
        """Give unused pages of the cache back to the disk for so long. Whether there are more."""
        from app.store.sizes import give_back

        return await self._write(lambda: self._tidy(lambda db: give_back(db, seconds)))

    async def compact(self) -> None:
        """The same at once and whole, where nobody else wants to write for some seconds."""
        from app.store.sizes import make_compact

        await self._write(lambda: make_compact(self._cache_db()))

    def close(self) -> None:
        """Wait for what is being written, then close. Harmless when closed."""
        self._merging.stop()
        for threads in (self._reading, self._writing):
            if threads is not None:
                threads.shutdown()
        self._checkpointer.close()
        for reader in self._open_readers:
            reader.close()
        for db in (self._cache, self._keep):
            if db is not None:
                db.close()
        self._reading = self._writing = self._cache = self._keep = None
        self._open_readers.clear()

    # ------------------------------------------------- on the writer's thread

    async def _write(self, work: Callable[[], T]) -> T:
        if self._writing is None:
            from concurrent.futures import ThreadPoolExecutor

            self._writing = ThreadPoolExecutor(1, "store-write")
        self._merging.stop()
        try:
            return await _done(self._writing, work)
        finally:
            if self._writing is not None:
                self._merging.later(self._writing)

    def _merge(self) -> bool:
        more = merge_some(self._cache_db())
        self._checkpointer.consider()
        return more

    def _save(self, batch: Batch) -> Saved:
        # Only writing needs it: the first frame does not.
        from app.store.write import save_batch

        account = self._reader().account(batch.account)
        saved = save_batch(self._cache_db(), batch, account.network if account else "")
        self._checkpointer.consider()
        return saved

    def _tidy(self, work: Callable[[Database], T]) -> T:
        done = work(self._cache_db())
        self._checkpointer.consider()
        return done

    def _keeping(self, write: Callable[[Keeper], T]) -> tuple[T, Saved]:
        db = self._keep_db()
        keeper = Keeper(db)
        with db.transaction():
            result = write(keeper)
        self._forgotten = self._forgotten or keeper.has_forgotten
        return result, self._regroup(keeper.regroup)

    def _regroup(self, wanted: dict[str, bool]) -> Saved:
        if not wanted:
            return Saved()
        from app.store.rework import split_post, unsplit_post

        done = [
            (split_post if split else unsplit_post)(self._cache_db(), uri)
            for uri, split in wanted.items()
        ]
        return Saved(
            changed=tuple(sorted({key for saved in done for key in saved.changed})),
            removed=tuple(sorted({key for saved in done for key in saved.removed})),
            inserted=any(saved.inserted for saved in done),
        )

    async def _wipe_forgotten(self) -> None:
        """Wipe the cache of removed accounts, in bursts; the next start goes on with it."""
        while self._forgotten and await self._write(self._wipe_some):
            continue

    def _wipe_some(self) -> bool:
        from app.store.prune import forget_burst

        keep = self._keep_db()
        for (account,) in keep.all("SELECT account FROM forgotten"):
            if forget_burst(self._cache_db(), account):
                return True
            with keep.transaction():
                keep.run("DELETE FROM forgotten WHERE account=?", (account,))
        self._forgotten = False
        return False

    def _start(self) -> None:
        """Open for the first frame. Raises: Damaged, naming the file to mend."""
        ready_keep(self.profile)
        ready_cache(self.profile)
        self.reader = self._reader()
        self.reader.check_kept()
        self._forgotten = self.reader.has_forgotten()
        # Splits are decided in keep.db; the cache may have missed some.
        decided = self.reader.splits()
        self._regroup({uri: uri in decided for uri in decided ^ self.reader.applied_splits()})

    def _cache_db(self) -> Database:
        if self._cache is None:
            path = self.profile / "cache.db"
            self._cache = Database(
                path, cache_kib=_WRITER_CACHE_KIB, on_damage=doubt_mark(path).touch
            )
            self._cache.run(f"PRAGMA wal_autocheckpoint={WRITER_PAGES}")
        return self._cache

    def _keep_db(self) -> Database:
        if self._keep is None:
            path = self.profile / "keep.db"
            self._keep = Database(path, full_sync=True, on_damage=doubt_mark(path).touch)
        return self._keep

    def _reader(self) -> Reader:
        """This thread's own reader."""
        reader: Reader | None = getattr(self._own, "reader", None)
        if reader is None:
            path = self.profile / "cache.db"
            cache = Database(path, read_only=True, on_damage=doubt_mark(path).touch)
            try:
                kept = self.profile / "keep.db"
                keep = Database(kept, read_only=True, on_damage=doubt_mark(kept).touch)
                reader = Reader(cache, keep)
            except BaseException:
                cache.close()
                raise
            self._own.reader = reader
            self._open_readers.append(reader)
        return reader


async def _done(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    # The first frame needs no event loop.
    import asyncio

    future: Any = asyncio.wrap_future(threads.submit(work))
    result: T = await future
    return result
