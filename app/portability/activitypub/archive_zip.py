"""
Unpacks an archive that a server has made and somebody has downloaded (.zip, .tar.gz).

Nothing in it is trusted (security facts §8): names that lead outside, links, devices,
names that stand twice, bombs and archives inside archives are refused before anything
is believed; what is written is counted as it comes, never what was announced.
"""

from __future__ import annotations

import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from app.model.errors import BadInput, Malformed, StoreError
from app.portability.activitypub.activities import Json, text_of
from app.portability.activitypub.archive_files import (
    ACTOR,
    NETWORK,
    OUTBOX,
    Details,
    actor_of,
    content,
    items_in,
)
from app.portability.activitypub.archive_report import NOT_OURS, finished
from app.portability.archive_folder import alone_in
from app.portability.archive_kind import Tell
from app.portability.archive_manifest import Manifest, place_of
from app.portability.disk import told
from app.portability.plan import Progress
from app.protocols.safety import origin_of, parse_link

MOST_FILES = 200_000
MOST_BYTES = 100_000_000_000
RATIO, FLOOR = 100, 10_000_000
"""No file grows more than a hundredfold; small ones may."""

_PIECE = 1 << 20
_NESTED = (".zip", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".7z", ".rar", ".zst")


def unpack(file: Path, folder: Path, now: datetime, tell: Tell = lambda progress: None) -> Manifest:
    """
    Make an archive in *folder* of what a server has packed into *file*. Blocks.

    Raises:
        BadInput: It is no such archive, or one made to do harm; or the folder holds
            something else.
        Malformed: It is cut off or damaged.
        StoreError: There is no room, or the disk refuses.
    """
    with alone_in(folder) as scratch:
        landing = scratch / "unpacked"
        with told(landing):
            landing.mkdir(mode=0o700)
        with _opened(file) as packed:
            _check_room(packed, folder)
            done = 0
            for name, size, source in packed:
                done += _write(landing, name, size, source, done)
                tell(Progress(bytes_done=done, bytes_total=packed.size, unit="bytes"))
        actor = actor_of(landing)
        manifest = _manifest(landing, actor, now)
        _moved(landing, folder)
        return finished(folder, manifest)


# -------------------------------------------------------------- what is packed


class _Packed:
    """What is in a file: each entry with its name, its announced size and its bytes."""

    def __init__(self, entries: list[tuple[str, int, int]]) -> None:
        self._check(entries)
        self.size = sum(size for _, size, _ in entries)
        self.count = len(entries)

    def __iter__(self) -> Iterator[tuple[str, int, IO[bytes]]]:
        raise NotImplementedError

    def _check(self, entries: list[tuple[str, int, int]]) -> None:
        """Raises: BadInput: before a byte of it is unpacked."""
        if len(entries) > MOST_FILES:
            raise _harmful(f"there are more than {MOST_FILES} files in it")
        names = set[str]()
        total = 0
        for name, size, packed in entries:
            low = name.casefold()
            if low in names:
                raise _harmful(f"{_shown(name)} is in it twice")
            names.add(low)
            if not _is_inside(name):
                raise _harmful(f"{_shown(name)} would be written outside of the folder")
            if low.endswith(_NESTED):
                raise _harmful(f"there is another archive in it: {_shown(name)}")
            if size > max(FLOOR, RATIO * packed):
                raise _harmful(f"{_shown(name)} grows more than a hundredfold")
            total += size
            if total > MOST_BYTES:
                raise _harmful(f"it holds more than {MOST_BYTES // 1_000_000_000} GB")


class _Zip(_Packed):
    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zipped = zipped
        self._infos = [info for info in zipped.infolist() if not info.is_dir()]
        for info in self._infos:
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG):
                raise _harmful(f"{_shown(info.filename)} is no plain file")
            if info.flag_bits & 1:
                raise BadInput("It is locked with a password.", "Unlock it first.")
        super().__init__([(i.filename, i.file_size, i.compress_size) for i in self._infos])

    def __iter__(self) -> Iterator[tuple[str, int, IO[bytes]]]:
        for info in self._infos:
            with self._zipped.open(info) as source:
                yield info.filename, info.file_size, source


class _Tar(_Packed):
    def __init__(self, tarred: tarfile.TarFile, size: int) -> None:
        self._tarred = tarred
        self._infos: list[tarfile.TarInfo] = []
        for info in tarred:
            if info.isdir():
                continue
            if not info.isreg():
                raise _harmful(f"{_shown(info.name)} is no plain file")
            self._infos.append(info)
            if len(self._infos) > MOST_FILES:
                break
        # Only the whole is compressed: it is what the sum of all is held against.
        if sum(info.size for info in self._infos) > max(FLOOR, RATIO * size):
            raise _harmful("it grows more than a hundredfold")
        super().__init__([(info.name, info.size, info.size) for info in self._infos])

    def __iter__(self) -> Iterator[tuple[str, int, IO[bytes]]]:
        for info in self._infos:
            source = self._tarred.extractfile(info)
            assert source is not None
            with source:
                yield info.name, info.size, source


@contextmanager
def _opened(file: Path) -> Iterator[_Packed]:
    """Raises: BadInput, Malformed, StoreError."""
    # Only who unpacks needs them: neither zipfile nor tarfile makes their errors its own.
    import lzma
    import zlib

    damaged = Malformed(f"{file.name} is cut off or damaged.", "Download it again.")
    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as zipped:
                yield _Zip(zipped)
        elif tarfile.is_tarfile(file):
            with tarfile.open(file) as tarred:
                yield _Tar(tarred, file.stat().st_size)
        else:
            raise BadInput(
                f"{file.name} is no archive that a server has made.",
                "Choose the .zip (or .tar.gz) as it was downloaded.",
            )
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, NotImplementedError) as error:
        raise damaged from error
    except (lzma.LZMAError, zlib.error, ValueError) as error:  # odd numbers in headers
        raise damaged from error
    except OSError as error:
        if type(error) is OSError and error.errno is None:  # gzip's own
            raise damaged from error
        with told(file):
            raise


# -------------------------------------------------------------- what is written


def _write(landing: Path, name: str, size: int, source: IO[bytes], before: int) -> int:
    """One file; how many bytes. Raises: BadInput: more than was announced; StoreError."""
    path = place_of(landing, PurePosixPath(name).as_posix())
    if path is None:
        raise _harmful(f"{_shown(name)} would be written outside of the folder")
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = path.open("xb")
    written = 0
    with target:
        while piece := source.read(_PIECE):
            written += len(piece)
            if written > size or before + written > MOST_BYTES:
                raise _harmful(f"{_shown(name)} is longer than it says")
            with told(path):
                target.write(piece)
    return written


def _check_room(packed: _Packed, folder: Path) -> None:
    with told(folder):
        free = shutil.disk_usage(folder).free
    if packed.size * 1.05 + 50_000_000 > free:
        raise StoreError(
            f"It needs {packed.size // 1_000_000} MB, and {free // 1_000_000} MB are free.",
            "Free some space, or choose a folder on another disk.",
        )


def _manifest(landing: Path, actor: Json, now: datetime) -> Manifest:
    data = content(landing / OUTBOX)
    if data is None or not actor:
        missing = OUTBOX if data is None else ACTOR
        raise BadInput(
            f"There is no {missing} in it that can be read: it is no archive of an account.",
            "Choose the .zip as it was downloaded.",
        )
    items_in(data, OUTBOX)
    uri = text_of(actor, "id")
    link = parse_link(uri)
    name = text_of(actor, "preferredUsername")
    if link is None or not name:
        raise BadInput(f"{ACTOR} does not say whose archive it is.", "Choose another file.")
    handle = "".join(char for char in f"{name}@{link.netloc}" if char.isprintable())
    return Manifest(
        network=NETWORK,
        account=uri,
        handle=handle[:300],
        server=origin_of(uri) or "",
        created_at=now,
        updated_at=now,
        media=False,
        details=msgspec.to_builtins(Details(foreign=True)),
    )


def _moved(landing: Path, folder: Path) -> None:
    with told(folder):
        for path in sorted(landing.iterdir()):
            if path.name not in NOT_OURS:
                path.replace(folder / path.name)


# ---------------------------------------------------------------------- names


def _is_inside(name: str) -> bool:
    """Whether it stays in the folder, also on systems with drives and backslashes."""
    if not name or len(name) > 1_000 or any(ord(char) < 32 for char in name):
        return False
    if "\\" in name or ":" in name or name.startswith(("/", "~")):
        return False
    parts = name.split("/")
    return ".." not in parts and all(len(part) <= 255 for part in parts)


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name[:120])


def _harmful(why: str) -> BadInput:
    return BadInput(
        f"This archive was made to do harm: {why}.", "Nothing was kept. Do not open it elsewhere."
    )
