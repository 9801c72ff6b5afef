"""A verified repository and its papers, put into their places in the archive's folder."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.portability.archive_folder import land
from app.portability.archive_manifest import (
    README,
    Absent,
    ArchivedFile,
    Manifest,
    file_of,
    write_manifest,
)
from app.portability.atproto.archive import AtArchive
from app.portability.atproto.blobs import sizes_in
from app.portability.atproto.findings import Finding
from app.portability.atproto.manifest import (
    DOCUMENT,
    LOG,
    NETWORK,
    PREFERENCES,
    Details,
    blobs_name,
    car_name,
    details_as_json,
    readme,
    stem_of,
)
from app.portability.atproto.papers import Papers
from app.portability.atproto.report import RepoReport
from app.portability.disk import told
from app.store.vault_file import write_atomically

PAPERS, ONE_DAY = timedelta(days=7), timedelta(days=1)
"""After a week preferences, identity and dead files are asked for anew, whatever else is
unchanged."""

EARLIER = 2
"""Repository files of before that are kept: what was deleted by mistake is in them."""


class Fetched(Struct, frozen=True):
    """What came: *part* is the repository's file, *bad* what is wrong with it."""

    repo: RepoReport
    part: Path
    papers: Papers
    bad: tuple[Finding, ...]


def keep_fetched(
    folder: Path,
    kept: AtArchive | None,
    fetched: Fetched,
    *,
    did: str,
    handle: str,
    server: str,
    media: bool,
    now: datetime,
) -> AtArchive:
    """
    Give all that came its name, then say so in the manifest. Blocks: on a thread.

    Killed before the manifest is in its place, the archive is what it was; papers are
    replaced one by one, each as a whole.

    Raises:
        StoreError: The disk is full or not writable.
    """
    before = kept.manifest if kept else None
    stem = stem_of(handle, did)
    car = _kept_car(folder, kept, fetched.part, stem, now)
    for name, content in fetched.papers.found.items():
        with told(folder / name):
            write_atomically(folder / name, msgspec.json.format(content) + b"\n")
    details = _details(kept, fetched, car.name, stem, now)
    others = [PREFERENCES, LOG, DOCUMENT, *details.earlier]
    there = [folder / name for name in others if (folder / name).is_file()]
    made = Manifest(
        network=NETWORK,
        account=did,
        handle=handle,
        server=server,
        created_at=before.created_at if before else now,
        updated_at=now,
        records=fetched.repo.record_count,
        blobs=before.blobs if before else 0,
        media=media or bool(before and before.media),
        files=(car, *(file_of(folder, path) for path in there)),
        absent=before.absent if before else (),
        notes=fetched.papers.notes,
        details=details_as_json(details),
    )
    archive = AtArchive(folder, write_manifest(folder, made), details)
    _drop_older(kept, details)
    _write_readme(archive)
    return archive


def finished(
    archive: AtArchive,
    now: datetime,
    *,
    media: bool,
    absent: tuple[Absent, ...],
    blobs: int,
    complete: bool,
    files_at: datetime | None,
) -> AtArchive:
    """All that was wanted is there, or named: say so in the manifest. Raises: StoreError."""
    size = sum(file.size for file in archive.manifest.files)
    size += sum(sizes_in(archive.blobs).values())
    details = replace(archive.details, files_at=files_at, bytes=size)
    good = complete and not details.bad
    made = replace(
        archive.manifest,
        updated_at=now,
        checked_at=now if good else archive.manifest.checked_at,
        media=media,
        absent=absent,
        blobs=blobs,
        complete=complete,
        details=details_as_json(details),
    )
    return AtArchive(archive.folder, write_manifest(archive.folder, made), details)


def _details(
    kept: AtArchive | None, fetched: Fetched, car: str, stem: str, now: datetime
) -> Details:
    return Details(
        rev=fetched.repo.rev,
        commit=fetched.repo.commit,
        car=car,
        earlier=_earlier(kept, car),
        blobs=kept.details.blobs if kept else blobs_name(stem),
        signature=fetched.repo.signature,
        bad=fetched.bad,
        # What could not be had is asked for again tomorrow.
        papers_at=now - (PAPERS - ONE_DAY if fetched.papers.notes else timedelta()),
        files_at=kept.details.files_at if kept else None,
    )


def _kept_car(
    folder: Path, kept: AtArchive | None, part: Path, stem: str, now: datetime
) -> ArchivedFile:
    """Give the repository its name, unless it is the one that is there already."""
    fresh = file_of(folder, part)
    old = kept.manifest.file(kept.details.car) if kept else None
    if kept is not None and old is not None and kept.car.is_file():
        same = (fresh.size, fresh.sha256) == (old.size, old.sha256)
        if same and file_of(folder, kept.car) == old:
            part.unlink()
            return old
    name = car_name(stem, now, {path.name for path in folder.iterdir()})
    land(folder, part, name)
    return replace(fresh, name=name)


def _earlier(kept: AtArchive | None, car: str) -> tuple[str, ...]:
    """Files of before that stay, newest first."""
    if kept is None:
        return ()
    names = (kept.details.car, *kept.details.earlier)
    there = (name for name in names if name != car and (kept.folder / name).is_file())
    return tuple(there)[:EARLIER]


def _drop_older(kept: AtArchive | None, details: Details) -> None:
    if kept is None:
        return
    known = {kept.details.car, *kept.details.earlier}
    for name in known - {details.car, *details.earlier}:
        with told(kept.folder / name):
            (kept.folder / name).unlink(missing_ok=True)


def _write_readme(archive: AtArchive) -> None:
    text = readme(archive.manifest, archive.details)
    path = archive.folder / README
    with told(path):
        write_atomically(path, text.encode())
