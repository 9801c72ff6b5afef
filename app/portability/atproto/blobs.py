"""
Files of an account, copied into a folder: each under its CID, checked before it gets its name.

The folder is the ledger: what is there under its name is whole. Killed at any
moment, a run repeats the files that were on their way and no others.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from app.model.errors import Malformed, Refused, Unreachable
from app.portability.archive_manifest import Absent
from app.portability.atproto.download import MOST_BLOB, Gone, RepoSource
from app.portability.disk import told
from app.portability.plan import Progress
from app.protocols.bluesky.dagcbor import cid_of_bytes
from app.protocols.net.download import Landing
from app.store.vault_file import sync_folder

AT_ONCE = 6
"""Files on their way at a time."""

_SILENT, _BROKEN = 5, 60
"""Failures in a row until the server and not the file is to blame: where it gave no
answer, and where it said that something is wrong with it (one file may always do that)."""

_FORGIVEN = 1_000_000


class WantedBlob(Struct, frozen=True):
    """A file that a record refers to. *size*: as the record says; 0 = it does not."""

    cid: str
    size: int
    where: str


class Copied(Struct, frozen=True):
    """What came of a copy. *kept*: files that are there now."""

    kept: int
    bytes: int
    absent: tuple[Absent, ...]


class BlobCopy:
    """
    Copies files into *folder*.

    Args:
        scratch: On the same disk: where files are until they are whole.
        dead: Files known to be gone: they are not asked for again.
        progress: Told on the event loop.
    """

    def __init__(
        self,
        source: RepoSource,
        folder: Path,
        scratch: Path,
        *,
        dead: Mapping[str, Absent] = {},
        progress: Callable[[Progress], None] = lambda progress: None,
        at_once: int = AT_ONCE,
    ) -> None:
        self._source, self._folder, self._scratch = source, folder, scratch
        self._dead, self._progress, self._at_once = dead, progress, at_once
        self._absent: list[Absent] = []
        self._kept = self._done = self._total = 0
        self._bytes = self._bytes_total = 0
        self._silent = self._broken = 0
        self._stopped = False

    async def run(self, wanted: Sequence[WantedBlob]) -> Copied:
        """
        Copy what is not there yet.

        Raises:
            RateLimited, Unreachable: Come back later: what came is kept.
            StoreError: The disk is full or not writable; likewise.
            ServiceError: The server refuses all of it.
        """
        there = await asyncio.to_thread(sizes_in, self._folder)
        left = await asyncio.to_thread(list, self._missing(wanted, there))
        self._total = len(wanted)
        self._bytes_total = sum(blob.size for blob in wanted)
        self._kept = self._done = len(wanted) - len(left)
        self._bytes = self._bytes_total - sum(blob.size for blob in left)
        for blob in left:
            if blob.cid in self._dead:
                self._give_up(self._dead[blob.cid])
            elif not is_cid(blob.cid):
                self._give_up(_absent(blob, "Its name is none that a file can have."))
        left = [blob for blob in left if is_cid(blob.cid) and blob.cid not in self._dead]
        self._tell()
        queue = iter(left)
        works = [asyncio.create_task(self._work(queue)) for _ in range(self._at_once)]
        try:
            await asyncio.wait(works)
        finally:
            for work in works:
                work.cancel()
            ended = await asyncio.gather(*works, return_exceptions=True)
        for error in ended:
            if isinstance(error, BaseException):
                raise error
        if left:
            await asyncio.to_thread(sync_folder, self._folder)
        return Copied(self._kept, self._bytes, tuple(self._absent))

    def _missing(
        self, wanted: Iterable[WantedBlob], there: Mapping[str, int]
    ) -> Iterator[WantedBlob]:
        for blob in wanted:
            size = there.get(blob.cid)
            if size is None or (
                size != blob.size and not is_whole(self._folder / blob.cid, blob.cid)
            ):
                yield blob

    async def _work(self, queue: Iterator[WantedBlob]) -> None:
        """One after the other; after somebody's error, no further one."""
        try:
            for blob in queue:
                if self._stopped:
                    return
                await self._copy(blob)
        except BaseException:
            self._stopped = True
            raise

    async def _copy(self, blob: WantedBlob) -> None:
        for last in (False, True):
            try:
                size = await self._fetched(blob)
            except Gone as error:
                return self._give_up(_absent(blob, error.message, dead=True))
            except (Malformed, Unreachable, Refused) as error:
                if isinstance(error, Unreachable) and self._is_to_blame(error):
                    raise
                if last:
                    return self._give_up(_absent(blob, error.message))
            else:
                self._silent = self._broken = 0
                self._kept += 1
                self._done += 1
                self._bytes += size
                return self._tell()
        return None

    def _is_to_blame(self, error: Unreachable) -> bool:
        """The server is, not the file."""
        if error.sent:
            self._broken += 1
        else:
            self._silent += 1
        return self._silent >= _SILENT or self._broken >= _BROKEN

    async def _fetched(self, blob: WantedBlob) -> int:
        part = self._scratch / f"{blob.cid}.part"
        # A record may be wrong about the size; the bytes are not, if they fit the name.
        most = min(max(blob.size, _FORGIVEN) if blob.size else MOST_BLOB, MOST_BLOB)
        landing = Landing(part, most=most)
        await self._source.blob(blob.cid, landing)
        if cid_of_bytes(landing.sha256) != blob.cid:
            await asyncio.to_thread(part.unlink)
            raise Malformed("The server sends other bytes under this name.")
        with told(self._folder):
            part.replace(self._folder / blob.cid)
        return landing.size

    def _give_up(self, absent: Absent) -> None:
        self._absent.append(absent)
        self._done += 1
        self._tell()

    def _tell(self) -> None:
        self._progress(
            Progress(
                done=self._done,
                total=self._total,
                unit="files",
                bytes_done=self._bytes,
                bytes_total=self._bytes_total,
            )
        )


def is_cid(text: str) -> bool:
    """A name that a file may get: base 32, nothing else."""
    return 8 <= len(text) <= 128 and text.isascii() and text.isalnum()


def is_whole(path: Path, cid: str) -> bool:
    """Whether the bytes of *path* are those that *cid* names. Raises: StoreError."""
    with told(path), path.open("rb") as file:
        return cid_of_bytes(hashlib.file_digest(file, "sha256").digest()) == cid


def sizes_in(folder: Path) -> dict[str, int]:
    """File name → bytes; nothing where there is no folder. Raises: StoreError."""
    with told(folder):
        try:
            with os.scandir(folder) as entries:
                return {
                    entry.name: entry.stat().st_size
                    for entry in entries
                    if entry.is_file(follow_symlinks=False)
                }
        except FileNotFoundError:
            return {}


def _absent(blob: WantedBlob, why: str, *, dead: bool = False) -> Absent:
    return Absent(blob.cid, where=blob.where, why=why, dead=dead)
