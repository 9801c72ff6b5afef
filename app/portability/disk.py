"""Our own disk, told in words; one line at a time that no kill tears."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from app.model.errors import StoreError


def disk_trouble(error: OSError, path: Path) -> StoreError:
    """What the disk said of *path*, in words."""
    if error.errno in _FULL:
        return StoreError(
            f"The disk is full; {path.name} was left as it was.",
            "Free some space, then go on: nothing is lost.",
        )
    return StoreError(
        f"{path.name} cannot be used: {error.strerror or 'the disk refuses'}.",
        "Check the folder's permissions and the disk, then go on: nothing is lost.",
    )


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Inside, what the disk refuses is a ``StoreError``."""
    try:
        yield
    except OSError as error:
        raise disk_trouble(error, path) from error


def written_json(value: object) -> bytes:
    """A JSON file that people can read."""
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"


UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What JSON raises that a person (or a torn write) has made something else of."""

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
"""Binary: Windows would write two characters where we end a line."""


class Lines:
    """
    A file of lines that only grows (made 0600). One writer at a time.

    A line is there as a whole or not at all: what a kill or a full disk has torn is
    cut off before the next one is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None
        self._size = 0

    def read(self) -> list[bytes]:
        """
        Every whole line; a last one without its end is left out. Raises: StoreError.

        A file that is not there has none.
        """
        with told(self.path):
            try:
                content = self.path.read_bytes()
            except FileNotFoundError:
                return []
        return content.split(b"\n")[:-1]

    def append(self, line: bytes, *, durable: bool) -> None:
        """
        Write a line (without line breaks). *durable*: on the disk when this returns.

        Raises:
            StoreError: It was not written, and nothing else was harmed.
        """
        with told(self.path):
            descriptor = self._open()
            data = line + b"\n"
            try:
                if os.write(descriptor, data) != len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                if durable:
                    os.fsync(descriptor)
            except OSError:
                os.ftruncate(descriptor, self._size)
                raise
            self._size += len(data)

    def close(self) -> None:
        """Let go of the file. Harmless when it is not open."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _open(self) -> int:
        if self._descriptor is None:
            descriptor = os.open(self.path, _FLAGS, 0o600)
            try:
                self._size = _whole(descriptor)
                os.ftruncate(descriptor, self._size)
            except BaseException:
                os.close(descriptor)
                raise
            self._descriptor = descriptor
        return self._descriptor


def _whole(descriptor: int) -> int:
    """Bytes up to the end of the last whole line."""
    end = os.fstat(descriptor).st_size
    while end:
        start = max(0, end - 65_536)
        os.lseek(descriptor, start, os.SEEK_SET)
        found = os.read(descriptor, end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
