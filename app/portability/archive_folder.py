"""The folder of an archive while somebody works in it: alone, private, tidied up after kills."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from app.model.errors import BadInput, Refused, ServiceError, StoreError
from app.portability.archive_manifest import MANIFEST, Manifest, read_manifest
from app.portability.disk import told
from app.store.database import make_private_folder
from app.store.lock import FileLock
from app.store.vault_file import write_atomically

SCRATCH, LOCK = ".partial", ".lock"
"""What is on its way, and who works here; neither belongs to the archive."""

_LANDING = "landing"
_NO_RIGHTS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS})
_DEEPEST = 6
"""Folders between a file of an archive and its manifest, at most."""


@contextmanager
def alone_in(folder: Path) -> Iterator[Path]:
    """
    Inside: the folder is there, private, and nobody else's. Gives the place for what
    is not whole yet, empty.

    Raises:
        BadInput: It holds other things, and no archive.
        Refused: Another Godwit works in it.
        StoreError: It cannot be made or written.
    """
    _refuse_foreign(folder)
    make_ours(folder)
    lock = FileLock(folder / LOCK)
    if not lock.try_acquire():
        raise Refused(
            f"Another Godwit is working in {folder}.", "Wait until it has finished, or end it."
        )
    try:
        scratch = _tidied(folder)
        yield scratch
        shutil.rmtree(scratch, ignore_errors=True)
    finally:
        lock.release()


def make_ours(folder: Path) -> None:
    """
    Make *folder*, or take others' rights in it away, where the disk knows such a thing.

    Sticks and shares often do not: a backup there is better than none.

    Raises:
        StoreError: It cannot be made.
    """
    try:
        make_private_folder(folder)
    except StoreError as error:
        cause = error.__cause__
        no_rights = isinstance(cause, OSError) and cause.errno in _NO_RIGHTS
        if not (no_rights and folder.is_dir() and os.access(folder, os.W_OK)):
            raise StoreError(
                error.message, "Check the folder's permissions, or name another folder."
            ) from error


def is_ours_alone(folder: Path) -> bool:
    """Nobody else on this computer may look into it. Raises: StoreError."""
    with told(folder):
        return os.name != "posix" or not folder.stat().st_mode & 0o077


def land(folder: Path, part: Path, name: str) -> None:
    """
    Give *part* its name in *folder*, on the disk when this returns.

    Until the manifest says that it belongs to the archive the next ``alone_in``
    takes it away again.

    Raises:
        StoreError: The disk refuses.
    """
    with told(folder / name):
        write_atomically(folder / SCRATCH / _LANDING, name.encode())
        part.replace(folder / name)


def _refuse_foreign(folder: Path) -> None:
    with told(folder):
        try:
            names = {path.name for path in folder.iterdir()}
        except FileNotFoundError:
            return
        except NotADirectoryError:
            raise BadInput(f"{folder} is not a folder.", "Name a folder.") from None
    if names - {LOCK, SCRATCH} and MANIFEST not in names and SCRATCH not in names:
        raise BadInput(
            f"{folder} holds other things.", "Name a new or empty folder for the archive."
        )


def _tidied(folder: Path) -> Path:
    """Take away what a killed run has left."""
    scratch = folder / SCRATCH
    with told(scratch):
        try:
            name = (scratch / _LANDING).read_text("utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            name = ""
        if name and name == Path(name).name and _is_stray(folder, name):
            (folder / name).unlink(missing_ok=True)
        shutil.rmtree(scratch, ignore_errors=True)
        make_ours(scratch)
    return scratch


def _is_stray(folder: Path, name: str) -> bool:
    manifest: Manifest | None = None
    try:
        manifest = read_manifest(folder)
    except ServiceError:
        return not (folder / MANIFEST).exists()  # damaged: nothing is taken away then
    return manifest.file(name) is None


def archived_file(url: str) -> Path | None:
    """
    The file that a ``file:`` address of an archived post names; None: it is none such.

    Only what lies in an archive is anybody's picture: no post makes us read another file.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme != "file" or parts.netloc:
            return None
        # Where it really lies: ".." and links in an archive of others lead anywhere.
        path = Path(url2pathname(parts.path)).resolve(strict=True)
        inside = any((folder / MANIFEST).is_file() for folder in path.parents[:_DEEPEST])
        return path if inside and path.is_file() else None
    except (OSError, ValueError):
        return None  # not there, not ours to look at, or no address at all
