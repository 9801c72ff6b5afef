"""The store: one writer thread, and readers that never wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from app.store.database import Database, make_private_file, make_private_folder
from app.store.keep import Keeper
from app.store.migrations import bring_up
from app.store.reader import Reader
from app.store.schema import CACHE, KEEP
from app.store.values import Batch, Saved

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

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

    def __init__(self, profile: Path, recovered: str = "") -> None:
        self.profile = profile
        self.recovered = recovered
        self._own = threading.local()
        self._open_readers: list[Reader] = []
        self._writing: ThreadPoolExecutor | None = None
        self._reading: ThreadPoolExecutor | None = None
        self._cache: Database | None = None
        self._keep: Database | None = None
        self.reader = self._reader()

    @classmethod
    def open(cls, profile: Path) -> Store:
        """
        Open, or make, the store of *profile*.

        Raises:
            StoreError: Not writable, full, locked, or made by a newer Godwit.
        """
        make_private_folder(profile)
        cache, keep = profile / "cache.db", profile / "keep.db"
        for path in (cache, keep):
            make_private_file(path)
        bring_up(keep, KEEP)
        bring_up(cache, CACHE)
        store = cls(profile)
        store._honour_splits()
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
        return await self._write(lambda: self._keeping(write)[0])

    async def split(self, post_uri: str) -> Saved:
        """Part a post from its echoes, for ever."""
        return await self._write(lambda: self._keeping(lambda keeper: keeper.split(post_uri))[1])

    async def unsplit(self, post_uri: str) -> Saved:
        """Let a post join its echoes again."""
        return await self._write(lambda: self._keeping(lambda keeper: keeper.unsplit(post_uri))[1])

    def close(self) -> None:
        """Wait for what is being written, then close. Harmless when closed."""
        for threads in (self._reading, self._writing):
            if threads is not None:
                threads.shutdown()
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
        return await _done(self._writing, work)

    def _save(self, batch: Batch) -> Saved:
        # Only writing needs it: the first frame does not.
        from app.store.write import save_batch

        account = self._reader().account(batch.account)
        return save_batch(self._cache_db(), batch, account.network if account else "")

    def _keeping(self, write: Callable[[Keeper], T]) -> tuple[T, Saved]:
        db = self._keep_db()
        keeper = Keeper(db)
        with db.transaction():
            result = write(keeper)
        return result, self._regroup(keeper.regroup)

    def _regroup(self, wanted: dict[str, bool]) -> Saved:
        if not wanted:
            return Saved()
        from app.store.write import split_post, unsplit_post

        done = [
            (split_post if split else unsplit_post)(self._cache_db(), uri)
            for uri, split in wanted.items()
        ]
        return Saved(
            changed=tuple(sorted({key for saved in done for key in saved.changed})),
            removed=tuple(sorted({key for saved in done for key in saved.removed})),
            inserted=any(saved.inserted for saved in done),
        )

    def _honour_splits(self) -> None:
        """Splits are decided in ``keep.db``; the cache may have missed some."""
        db = self._cache_db()
        applied = {uri for (uri,) in db.all("SELECT uri FROM split")}
        decided = self.reader.splits()
        self._regroup({uri: uri in decided for uri in applied ^ decided})

    def _cache_db(self) -> Database:
        if self._cache is None:
            self._cache = Database(self.profile / "cache.db", cache_kib=_WRITER_CACHE_KIB)
        return self._cache

    def _keep_db(self) -> Database:
        if self._keep is None:
            self._keep = Database(self.profile / "keep.db", full_sync=True)
        return self._keep

    def _reader(self) -> Reader:
        """This thread's own reader."""
        reader: Reader | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = Reader(
                Database(self.profile / "cache.db", read_only=True),
                Database(self.profile / "keep.db", read_only=True),
            )
            self._own.reader = reader
            self._open_readers.append(reader)
        return reader


async def _done(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    # The first frame needs no event loop.
    import asyncio

    future: Any = asyncio.wrap_future(threads.submit(work))
    result: T = await future
    return result
