"""Merge the pieces of the search index while nobody writes, so that saving need not."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from app.model.errors import StoreError
from app.store.database import Database

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future, ThreadPoolExecutor

QUIET = 1.0
"""Seconds without a write before it begins."""

_PAUSE = 0.005
_PAGES = 64
"""Pages of one step: about 4 ms, which a save may have to wait."""

Step = Callable[[], bool]


class Merging:
    """
    Steps on the writer's thread, each its own transaction, until there is no more to merge.

    The index is whole before and after each; what is not merged is only slower
    to ask, and is merged another time.

    Args:
        step: Merges a little; returns whether there is more.
    """

    def __init__(self, step: Step) -> None:
        self._step = step
        self._timer: asyncio.TimerHandle | None = None

    def later(self, threads: ThreadPoolExecutor) -> None:
        """Somebody has written: begin when it has been quiet for a while. On the loop."""
        self._after(QUIET, threads)

    def stop(self) -> None:
        """Begin nothing more. What runs ends with its thread."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _after(self, seconds: float, threads: ThreadPoolExecutor) -> None:
        import asyncio  # the first frame needs no event loop

        self.stop()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, self._begin, loop, threads)

    def _begin(self, loop: asyncio.AbstractEventLoop, threads: ThreadPoolExecutor) -> None:
        self._timer = None

        def done(future: Future[bool]) -> None:
            # The loop may have ended meanwhile: then the next run goes on.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._go_on, future, threads)

        # Closed since then?
        with suppress(RuntimeError):
            threads.submit(self._step).add_done_callback(done)

    def _go_on(self, future: Future[bool], threads: ThreadPoolExecutor) -> None:
        try:
            more = future.result()
        except StoreError as error:
            import logging  # not loaded before the first frame

            logging.getLogger(__name__).warning("merging the search index: %s", error.message)
            return
        if more and self._timer is None:
            self._after(_PAUSE, threads)


def merge_some(db: Database) -> bool:
    """
    Merge a few pages of the search index. Returns whether there is more.

    Fact: fewer than two changes mean that there was nothing to do (sqlite.org/fts5.html,
    section 6.8).
    """
    before = db.changes()
    db.run("INSERT INTO post_words (post_words, rank) VALUES ('merge', ?)", (_PAGES,))
    return db.changes() - before >= 2


def merge_all(db: Database, *, begin: bool) -> bool:
    """
    Merge a few pages of the search index towards one single piece. Returns whether there is more.

    What was taken out of it leaves the disk only so: until then it is noted to be gone,
    which takes room itself. *begin*: the first of the calls (fact: a negative number of
    pages marks all pieces for one merge, sqlite.org/fts5.html, section 6.8).
    """
    before = db.changes()
    pages = -_PAGES if begin else _PAGES
    db.run("INSERT INTO post_words (post_words, rank) VALUES ('merge', ?)", (pages,))
    return db.changes() - before >= 2
