"""Looking through an archive without any server: newest first, or by words."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from app.model import Post, Stub
from app.portability.archive_kind import ArchivedPosts, Tell
from app.portability.archive_manifest import Manifest
from app.store.archive_index import ArchiveIndex, Placed, index_path

T = TypeVar("T")


class ArchivePage(Struct, frozen=True):
    """
    Some posts, newest first.

    Attributes:
        items: Each with the place to go on from.
        older: Hand it in for the next page; None: the end.
    """

    items: tuple[tuple[int, Post | Stub], ...]
    older: int | None


class Browsing:
    """An archive that is open. Close it."""

    def __init__(self, manifest: Manifest, posts: ArchivedPosts, index: ArchiveIndex) -> None:
        self.manifest = manifest
        self._posts, self._index = posts, index
        self._lock = threading.Lock()
        self.count = len(index)
        """How many posts there are."""

    async def page(self, limit: int = 50, before: int | None = None) -> ArchivePage:
        """The newest posts, or those next below *before*. Raises: StoreError."""
        return await self._alone(lambda: self._shown(self._index.page(limit + 1, before), limit))

    async def search(self, words: str, limit: int = 50, before: int | None = None) -> ArchivePage:
        """
        Posts with all of *words*; ``"in quotes"`` stays together, the last word may be
        unfinished. Raises: StoreError.
        """
        return await self._alone(
            lambda: self._shown(self._index.search(words, limit + 1, before), limit)
        )

    async def close(self) -> None:
        """Let go of its files."""
        await self._alone(self._close)

    def _shown(self, found: list[Placed], limit: int) -> ArchivePage:
        more = len(found) > limit
        items = tuple((one.place, self._posts.post(one.body)) for one in found[:limit])
        return ArchivePage(items, items[-1][0] if more else None)

    def _close(self) -> None:
        self._posts.close()
        self._index.close()

    async def _alone(self, work: Callable[[], T]) -> T:
        def run() -> T:
            with self._lock:
                return work()

        return await asyncio.to_thread(run)


def browse(
    profile: Path, folder: Path, manifest: Manifest, posts: ArchivedPosts, tell: Tell
) -> Browsing:
    """
    Open the archive in *folder*, after looking through all of it if it has changed
    since it was last looked at. Blocks: on a thread, where *tell* is called.

    Raises:
        Malformed: The archive is damaged.
        StoreError: The disk is full or not writable.
    """
    path = index_path(profile, folder)
    index = ArchiveIndex.open(path, posts.stamp)
    if index is None:
        contents = posts.contents(tell)
        index = ArchiveIndex.make(path, posts.stamp, contents.posts, contents.about)
    try:
        posts.open(index.about)
    except BaseException:
        index.close()
        raise
    return Browsing(manifest, posts, index)


def is_indexed(profile: Path, folder: Path) -> bool:
    """Whether somebody has looked through the archive in *folder* before."""
    return index_path(profile, folder).is_file()
