"""Locks between processes. The system gives them back when a process dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.model.errors import StoreError, VaultError
from app.store.database import make_private_folder

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        # flock, not lockf: it also keeps two openers in one process apart.
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """An exclusive lock on a file of its own (made 0600, stays when released)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def try_acquire(self) -> bool:
        """Take the lock unless somebody has it. Never waits. Raises: StoreError."""
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(f"{self._path.name} cannot be made: {error.strerror}.") from error
        try:
            _take(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give the lock back. Harmless when it is not ours."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class ProfileLock(FileLock):
    """
    The mark of the one Godwit with a window on *profile*.

    ``try_acquire`` is False when another has it. Raises: StoreError, when the
    folder cannot be made.
    """

    def __init__(self, profile: Path) -> None:
        make_private_folder(profile)
        super().__init__(profile / "window.lock")


class AloneInVault:
    """A short lock between processes, waited for in a thread. Raises: VaultError."""

    def __init__(self, path: Path, patience: float) -> None:
        self._lock, self._patience = FileLock(path), patience

    def __enter__(self) -> None:
        import time

        deadline = time.monotonic() + self._patience
        while not self._lock.try_acquire():
            if time.monotonic() > deadline:
                raise VaultError("Another Godwit is using the vault.", "Close the other Godwit.")
            time.sleep(0.01)

    def __exit__(self, *_: object) -> None:
        self._lock.release()
