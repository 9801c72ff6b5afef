"""
Pictures on disk: least recently used ones go when there are too many.

A file's name is a digest of its address and nothing of it: no server decides
what a file here is called. Its modification time is when it was last wanted.
"""

from __future__ import annotations

import logging
import os
import stat
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from app.model.errors import StoreError
from app.store.database import make_private_folder
from app.store.digests import sha256_hex

log = logging.getLogger(__name__)

CAP = 300_000_000
_SUFFIXES = frozenset({".png", ".jpeg", ".webp", ".gif"})
_FRESH = 3600.0  # seconds before a use is written down again


class _File(Struct):
    path: Path
    size: int
    used: float


class MediaCache:
    """
    Files by address. All methods block for a moment and may be called from any thread.

    Args:
        folder: Its own; made (0700) with the first file, files are 0600.
        cap: Bytes; when more are kept, the longest unused are deleted. 0: never.
        clock: Epoch seconds.
    """

    def __init__(
        self, folder: Path, *, cap: int = CAP, clock: Callable[[], float] = time.time
    ) -> None:
        self._folder, self._cap, self._clock = folder, cap, clock
        self._files: OrderedDict[str, _File] | None = None
        self._total = 0
        self._lock = threading.RLock()

    @property
    def size(self) -> int:
        """Bytes kept."""
        with self._lock:
            self._index()
            return self._total

    def limit(self, cap: int) -> None:
        """Keep no more than so many bytes from now on. 0: as many as come."""
        with self._lock:
            self._index()
            self._cap = cap
            self._shrink()

    def find(self, url: str) -> Path | None:
        """The file for *url*, which then counts as just used; None if there is none."""
        key = _key(url)
        with self._lock:
            files = self._index()
            found = files.get(key)
            if found is None:
                return None
            now = self._clock()
            try:
                if abs(now - found.used) > _FRESH:
                    os.utime(found.path, (now, now))
                    found.used = now
                elif not found.path.exists():
                    raise FileNotFoundError
            except OSError:  # somebody tidied up
                self._forget(key)
                return None
            files.move_to_end(key)
            return found.path

    def put(self, url: str, suffix: str, content: bytes) -> Path:
        """
        Keep *content* for *url*, as a whole or not at all.

        Args:
            suffix: What it was found to be: ".png", ".jpeg", ".webp" or ".gif".

        Raises:
            StoreError: The disk is full or not writable.
        """
        assert suffix in _SUFFIXES
        key = _key(url)
        path = self._folder / key[:2] / f"{key}{suffix}"
        with self._lock:
            self._index()  # before we write: it clears away unfinished files
        make_private_folder(self._folder)
        make_private_folder(path.parent)
        try:
            _write(path, content)
        except OSError as error:
            raise StoreError(f"A picture could not be kept: {error.strerror}.") from error
        with self._lock:
            files = self._index()
            old = files.get(key)
            if old is not None and old.path != path:
                self._delete(key)
            else:
                self._forget(key)
            files[key] = _File(path, len(content), self._clock())
            self._total += len(content)
            self._shrink(keep=key)
        return path

    def remove(self, url: str) -> None:
        """Delete what is kept for *url*. Harmless when there is nothing."""
        with self._lock:
            self._index()
            self._delete(_key(url))

    def clear(self) -> None:
        """Delete everything."""
        with self._lock:
            for key in list(self._index()):
                self._delete(key)

    # -- the index -------------------------------------------------------------

    def _index(self) -> OrderedDict[str, _File]:
        """What is there, longest unused first; read from the disk once."""
        if self._files is None:
            found = sorted(_scan(self._folder), key=lambda item: item[1].used)
            self._files = OrderedDict(found)
            self._total = sum(file.size for file in self._files.values())
            self._shrink()
        return self._files

    def _shrink(self, keep: str = "") -> None:
        """Down to nine tenths of the cap, once it is passed."""
        assert self._files is not None
        if not self._cap or self._total <= self._cap:
            return
        for key in list(self._files):
            if self._total <= self._cap * 0.9:
                return
            if key != keep:
                self._delete(key)

    def _delete(self, key: str) -> None:
        file = self._forget(key)
        if file is None:
            return
        try:
            file.path.unlink(missing_ok=True)
        except OSError as error:  # open elsewhere (Windows): the next start finds it
            log.info("a cached picture could not be deleted: %s", error.strerror)

    def _forget(self, key: str) -> _File | None:
        assert self._files is not None
        file = self._files.pop(key, None)
        if file is not None:
            self._total -= file.size
        return file


def _key(url: str) -> str:
    return sha256_hex(url.encode("utf-8", "surrogatepass"))


def _write(path: Path, content: bytes) -> None:
    # No fsync: a cache may lose its last files with the power, and it would
    # cost 10 ms each. Files cut short are found out when they are decoded.
    descriptor, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _scan(folder: Path) -> Iterator[tuple[str, _File]]:
    """What an earlier run left, without what it left unfinished."""
    for path in folder.glob("[0-9a-f][0-9a-f]/*"):
        try:
            found = path.lstat()
            if path.suffix in _SUFFIXES and found.st_size and stat.S_ISREG(found.st_mode):
                yield path.stem, _File(path, found.st_size, found.st_mtime)
            else:
                path.unlink()
        except OSError as error:
            log.info("a cached picture could not be read: %s", error.strerror)
