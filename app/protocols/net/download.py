"""
A body on its way into a file: counted and hashed as it comes, never whole in memory.

What breaks off is fetched anew from its beginning: servers make a repository up
while they send it, and few send a part of a file again.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Callable
from io import FileIO
from pathlib import Path

from app.model.errors import StoreError
from app.protocols.net.body import plain

PIECE = 262_144
"""Bytes written at a time, on a thread: a disk that sleeps would hold up whoever scrolls."""

MOVED = 16_384
"""Bytes in each time limit, else the server counts as silent: one a minute is no download."""


class Landing:
    """
    Where one download goes.

    Args:
        path: Made anew (0600) at each try; on the disk (fsync) when it is whole.
        most: Longest body, decompressed, in bytes.
        progress: Told the bytes that are there, on the event loop.
        also: Given the bytes as well, in order, on the thread that writes them;
            with None at each beginning.

    Attributes:
        size: Bytes that came.
        sha256: Their digest; b"" until it is whole.
        mime: The Content-Type that the server gave.
        declared: Bytes that it says are coming; 0 = it does not, or they are packed.
    """

    def __init__(
        self,
        path: Path,
        *,
        most: int,
        progress: Callable[[int], None] = lambda size: None,
        also: Callable[[bytes | None], None] | None = None,
    ) -> None:
        self.path, self.most = path, most
        self._progress, self._also = progress, also
        self.size, self.sha256, self.mime, self.declared = 0, b"", "", 0
        self._file: FileIO | None = None
        self._digest = hashlib.sha256()

    def __repr__(self) -> str:
        return f"Landing({self.path.name}, {self.size} bytes)"

    async def fill(self, chunks: AsyncIterator[bytes], headers: dict[str, str], host: str) -> None:
        """
        Take a whole body.

        Raises:
            Malformed: Longer than *most*, or not what its headers say.
            StoreError: The disk is full or not writable.
        """
        self._begin(headers.get("content-type", ""))
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and not headers.get("content-encoding"):
            self.declared = int(length[:18])
        body = plain(
            chunks,
            encoding=headers.get("content-encoding", ""),
            declared=headers.get("content-length", ""),
            max_bytes=self.most,
            host=host,
        )
        held = bytearray()
        writing: asyncio.Task[None] | None = None
        try:
            async for piece in body:
                held += piece
                if len(held) < PIECE:
                    continue
                if writing is not None:
                    await writing
                writing = asyncio.create_task(asyncio.to_thread(self._put, bytes(held)))
                self._progress(self.size + len(held))
                held.clear()
            if writing is not None:
                await writing
            await asyncio.to_thread(self._end, bytes(held))
        finally:
            if writing is not None and not writing.done():
                await asyncio.wait([writing])  # it has the file
            if self._file is not None:
                self._file.close()
        self._progress(self.size)

    def _begin(self, mime: str) -> None:
        self.size, self.sha256, self.mime = 0, b"", mime
        self._file, self._digest = None, hashlib.sha256()
        if self._also is not None:
            self._also(None)

    # ------------------------------------------------------ on another thread

    def _put(self, piece: bytes) -> None:
        try:
            if self._file is None:
                self._file = _opened(self.path)
            left = memoryview(piece)
            while left:  # a disk that is nearly full takes a part of it, and says nothing
                left = left[self._file.write(left) :]
        except OSError as error:
            raise unwritable(self.path, error) from error
        self._digest.update(piece)
        self.size += len(piece)
        if self._also is not None:
            self._also(piece)

    def _end(self, rest: bytes) -> None:
        self._put(rest)
        assert self._file is not None
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        except OSError as error:
            raise unwritable(self.path, error) from error
        self.sha256 = self._digest.digest()


def unwritable(path: Path, error: OSError) -> StoreError:
    """Why *path* could not be written, in words."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError(
            f"The disk is full: {path.name} could not be written.",
            "Free some space and run it again: what is there already stays and is not fetched again.",
        )
    return StoreError(
        f"{path.name} cannot be written: {error.strerror or 'unknown reason'}.",
        "Check the folder's permissions, or choose another.",
    )


def _opened(path: Path) -> FileIO:
    path.unlink(missing_ok=True)
    return FileIO(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


async def moving(chunks: AsyncIterator[bytes], renew: Callable[[], None]) -> AsyncIterator[bytes]:
    """*chunks*, telling *renew* whenever enough of them have come."""
    moved = 0
    async for chunk in chunks:
        moved += len(chunk)
        if moved >= MOVED:
            moved = 0
            renew()
        yield chunk
