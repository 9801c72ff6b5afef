"""An archive of the fediverse is finished, told of, and verified from its bytes alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from app.model.errors import Malformed
from app.portability.activitypub.activities import attachments, file_name, key_of, text_of
from app.portability.activitypub.archive_files import (
    ACTOR,
    BOOKMARKS,
    LIKES,
    MEDIA,
    OUTBOX,
    WALK,
    Details,
    content,
    details_of,
    items_in,
    read_items,
    read_json,
)
from app.portability.activitypub.exporting import put_file
from app.portability.archive_folder import LOCK, SCRATCH
from app.portability.archive_kind import Tell
from app.portability.archive_manifest import (
    MANIFEST,
    README,
    Absent,
    ArchivedFile,
    ArchiveReport,
    Manifest,
    file_of,
    findings_of_files,
    read_manifest,
    write_manifest,
)
from app.portability.atproto.findings import Finding
from app.portability.disk import told
from app.portability.plan import Progress

NOT_OURS = frozenset({MANIFEST, README, WALK, SCRATCH, LOCK})
"""Names in the folder that belong to no archive, or to every one."""


def finished(folder: Path, manifest: Manifest) -> Manifest:
    """
    Write README and manifest: from now on the archive is what lies there. Blocks.

    Raises:
        Malformed, StoreError: The archive stays what it was.
    """
    put_file(folder / README, _README.encode())
    known = {file.name: file for file in manifest.files}
    files = [_file(folder, path, known) for path in files_in(folder)]
    details = details_of(manifest)
    details = replace(details, bytes=sum(file.size for file in files))
    return write_manifest(
        folder,
        replace(
            manifest,
            records=sum(_count(folder, name) for name in (OUTBOX, LIKES, BOOKMARKS)),
            blobs=sum(file.name.startswith(f"{MEDIA}/") for file in files),
            files=tuple(files),
            complete=True,
            details=msgspec.to_builtins(details),
        ),
    )


def files_in(folder: Path) -> Iterator[Path]:
    """All files that belong to the archive, in order."""
    with told(folder):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            ours = name.partition("/")[0] not in NOT_OURS and not name.endswith(".part")
            if ours and not path.is_symlink() and path.is_file():
                yield path


def report_of(manifest: Manifest, began: float, *, changed: bool) -> ArchiveReport:
    """What a backup has come to."""
    return ArchiveReport(
        account=manifest.account,
        network=manifest.network,
        handle=manifest.handle,
        records=manifest.records,
        blobs=manifest.blobs,
        missing=manifest.absent,
        notes=manifest.notes,
        changed=changed,
        bytes=details_of(manifest).bytes,
        seconds=time.monotonic() - began,
    )


def verify_archive(folder: Path, tell: Tell) -> ArchiveReport:
    """
    Look at every byte. A server signs nothing here: digests show what has changed since.

    Raises:
        Malformed: The manifest cannot be read.
        StoreError: The disk refuses.
    """
    began = time.monotonic()
    manifest = read_manifest(folder)
    details = details_of(manifest)
    gone: list[Absent] = [*manifest.absent]
    bad: list[Finding] = []
    if not manifest.is_sealed:
        bad.append(Finding("manifest-edited", f"{MANIFEST} was edited by hand.", MANIFEST))
    if not manifest.complete:
        bad.append(Finding("unfinished", "The last backup did not come to its end.", MANIFEST))
    for number, file in enumerate(manifest.files):
        vanished, changed = findings_of_files(folder, [file])
        gone += vanished
        bad += changed
        tell(Progress(done=number + 1, total=len(manifest.files), unit="files"))
    bad += _unreadable(folder)
    gone += _unnamed_files(folder, manifest)
    report = report_of(manifest, began, changed=True)
    known = {file.name for file in manifest.files}
    extra = (path.relative_to(folder).as_posix() for path in files_in(folder))
    return replace(
        report,
        missing=tuple(gone),
        bad=tuple(bad),
        extra=tuple(name for name in extra if name not in known),
        notes=(*manifest.notes, *_notes(details)),
        seconds=time.monotonic() - began,
    )


def _unreadable(folder: Path) -> Iterator[Finding]:
    for name in (OUTBOX, LIKES, BOOKMARKS):
        data = content(folder / name)
        if data is None:
            continue
        try:
            items = items_in(data, name)
        except Malformed as error:
            yield Finding("json-damaged", error.message, name)
            continue
        broken = sum(read_json(bytes(raw)) is None for raw in items)
        if broken:
            yield Finding("json-damaged", f"{broken} of its items cannot be read.", name)
    actor = content(folder / ACTOR)
    if actor is not None and not isinstance(read_json(actor), dict):
        yield Finding("json-damaged", "It is no profile.", ACTOR)


def _unnamed_files(folder: Path, manifest: Manifest) -> Iterator[Absent]:
    """Files of posts that neither lie there nor are known to be missing."""
    if not manifest.media:
        return
    known = {absent.name for absent in manifest.absent} | {file.name for file in manifest.files}
    try:
        activities = read_items(folder, OUTBOX)
    except Malformed:
        return  # told already
    for activity in activities:
        for one in attachments(activity):
            name = file_name(text_of(one, "url"))
            if name and name not in known and not text_of(one, "url").startswith("http"):
                known.add(name)
                yield Absent(name, key_of(activity), "The file is not in the folder.")


def _notes(details: Details) -> Iterator[str]:
    if details.foreign:
        yield "A server has made this archive; digests show what has changed since it was unpacked."


def _count(folder: Path, name: str) -> int:
    data = content(folder / name)
    return len(items_in(data, name)) if data is not None else 0


def _file(folder: Path, path: Path, known: dict[str, ArchivedFile]) -> ArchivedFile:
    """Its digest. Media never change under their name: what is known of them stands."""
    name = path.relative_to(folder).as_posix()
    before = known.get(name)
    if before is not None and name.startswith(f"{MEDIA}/"):
        with told(path):
            if path.stat().st_size == before.size:
                return before
    return file_of(folder, path)


_README = """\
A backup of an account of the fediverse, made by Godwit.

outbox.json      everything that was written and passed on, oldest first (ActivityStreams)
actor.json       the profile, with its pictures beside it
likes.json       addresses of posts that were liked
bookmarks.json   addresses of posts that were remembered
media_attachments/   pictures, videos and sounds of posts; their descriptions are in outbox.json
*.csv, custom_filters.json   whom the account follows, its lists, blocks, mutes, bookmarks and
                 filters, exactly as Mastodon writes them: its import takes them back
details.json     what those files have no place for
manifest.json    what belongs to the backup, with SHA-256 digests

PRIVATE POSTS AND MESSAGES ARE IN outbox.json TOO. Nothing in here is a password or a key.
Is it whole?  godwit backup verify DIR      Look through it:  godwit backup show DIR
"""
