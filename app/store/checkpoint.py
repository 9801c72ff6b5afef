"""Move the write-ahead log into the database beside the writer, not in its way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.model.errors import StoreError
from app.store.database import Database

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

LOG_BYTES = 16_000_000
"""From here on the log is moved. Longer, and the same pages are moved less often: 10 % more
posts in a second than at 8 MB (measured); but after a crash all of it is read again."""

WRITER_PAGES = 16_384
"""When the writer does it itself after all (``wal_autocheckpoint``): 64 MiB."""


class Checkpointer:
    """
    A thread that checkpoints one database (sqlite.org/wal, PASSIVE: waits for nobody).

    What it does is in the log already, so whatever happens to it, nothing is lost.
    """

    def __init__(self, path: Path, on_damage: Callable[[], None]) -> None:
        self._path = path
        self._on_damage = on_damage
        self._log = path.with_name(path.name + "-wal")
        self._thread: ThreadPoolExecutor | None = None
        self._running: Future[None] | None = None
        self._db: Database | None = None

    def consider(self) -> None:
        """After a save: begin, if the log is long and nothing runs. Returns at once."""
        if self._running is not None and not self._running.done():
            return
        if not self._log.exists() or self._log.stat().st_size < LOG_BYTES:
            return
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor

            self._thread = ThreadPoolExecutor(1, "store-checkpoint")
        self._running = self._thread.submit(self._checkpoint)

    def close(self) -> None:
        """Wait for what runs, then close."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None
        if self._db is not None:
            self._db.close()
            self._db = None

    def _checkpoint(self) -> None:
        try:
            if self._db is None:
                self._db = Database(self._path, cache_kib=512, on_damage=self._on_damage)
            self._db.all("PRAGMA wal_checkpoint(PASSIVE)")
        except StoreError as error:
            import logging  # not loaded before the first frame

            logging.getLogger(__name__).warning("checkpoint: %s", error.message)
