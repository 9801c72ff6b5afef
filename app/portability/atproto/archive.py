"""
An AT archive as it lies in its folder: opened, and verified from its bytes alone.

Nobody is asked: the repository is held against its own hashes, its tree and its
signature, the key against the identity's own history, files against the names that
posts call them by, and the manifest against all of these.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from app.portability.archive_folder import LOCK, SCRATCH
from app.portability.archive_manifest import (
    MANIFEST,
    README,
    Absent,
    ArchiveReport,
    Manifest,
    findings_of_files,
    read_manifest,
)
from app.portability.atproto.blobs import WantedBlob, is_cid, is_whole, sizes_in
from app.portability.atproto.checking import checked_file
from app.portability.atproto.findings import Finding
from app.portability.atproto.manifest import (
    DOCUMENT,
    LOG,
    PREFERENCES,
    Details,
    details_of,
)
from app.portability.atproto.papers import keys_of_papers
from app.portability.atproto.report import RepoReport
from app.portability.disk import told
from app.portability.pace import AT_ONCE, Pace
from app.portability.plan import Progress

Tell = Callable[[Progress], None]


class AtArchive(Struct, frozen=True):
    """A folder with its manifest. Nothing in it is verified yet."""

    folder: Path
    manifest: Manifest
    details: Details

    @property
    def did(self) -> str:
        """Whose it is."""
        return self.manifest.account

    @property
    def car(self) -> Path:
        """The newest repository."""
        return self.folder / self.details.car

    @property
    def blobs(self) -> Path:
        """The folder of files, each called by its CID. It may not be there."""
        return self.folder / self.details.blobs

    @property
    def preferences(self) -> Path | None:
        """A JSON array; None: they were not saved."""
        return self._paper(PREFERENCES)

    @property
    def log(self) -> Path | None:
        """The identity's audit log; None: it has none, or it was not saved."""
        return self._paper(LOG)

    @property
    def document(self) -> Path | None:
        """The identity's document; None: it was not saved."""
        return self._paper(DOCUMENT)

    def _paper(self, name: str) -> Path | None:
        return self.folder / name if self.manifest.file(name) else None


def open_archive(folder: Path) -> AtArchive:
    """
    The archive in *folder*.

    Raises:
        NotFound: There is none.
        Malformed: Its manifest cannot be read, or is of another network.
        StoreError: The disk refuses.
    """
    manifest = read_manifest(folder)
    return AtArchive(folder, manifest, details_of(manifest))


def verify_archive(
    folder: Path, tell: Tell = lambda progress: None, pace: Pace = AT_ONCE
) -> ArchiveReport:
    """``verify`` of the archive with a manifest in *folder*. Raises: as ``open_archive``."""
    return verify(open_archive(folder), tell, pace)


def verify(
    archive: AtArchive, tell: Tell = lambda progress: None, pace: Pace = AT_ONCE
) -> ArchiveReport:
    """
    Look at every byte. Takes a while, and a thread of its own.

    Args:
        tell: Told now and then, on this thread.

    Raises:
        StoreError: The disk refuses.
    """
    began = time.monotonic()
    folder, manifest, details = archive.folder, archive.manifest, archive.details
    gone, bad = findings_of_files(folder, manifest.files)
    if not manifest.is_sealed:
        bad.append(_finding("manifest-edited", "The manifest was edited by hand."))
    keys, wrong = keys_of_papers(archive.did, _content(archive.log), _content(archive.document))
    bad += wrong

    repo: RepoReport | None = None
    if archive.car.is_file():
        repo = checked_file(archive.car, archive.did, keys, pace)
        bad += [*repo.bad, *_differences(manifest, details, repo)]
    wanted = wanted_blobs(repo) if repo else ()
    there = sizes_in(archive.blobs)
    absent, damaged, odd = check_blobs(archive, wanted, there, tell)
    total = sum(file.size for file in manifest.files) + sum(there.values())
    return ArchiveReport(
        account=archive.did,
        network=manifest.network,
        handle=manifest.handle,
        records=repo.record_count if repo else 0,
        blobs=sum(blob.cid in there for blob in wanted),
        missing=(*gone, *absent),
        bad=(*bad, *damaged),
        signature=repo.signature if repo else "no repository",
        extra=tuple(_extra(archive)),
        notes=(*manifest.notes, *(note.text for note in (repo.notes if repo else ())), *odd),
        bytes=total,
        seconds=time.monotonic() - began,
    )


def wanted_blobs(repo: RepoReport) -> tuple[WantedBlob, ...]:
    """The files that records refer to, each once."""
    found: dict[str, WantedBlob] = {}
    for blob in repo.blobs:
        if blob.cid not in found or not found[blob.cid].size:
            found[blob.cid] = WantedBlob(blob.cid, max(blob.size, 0), blob.record)
    return tuple(found.values())


def check_blobs(
    archive: AtArchive, wanted: Sequence[WantedBlob], there: dict[str, int], tell: Tell
) -> tuple[list[Absent], list[Finding], list[str]]:
    """
    Every file against its name and size: what is not there, what is damaged, and
    where a record is wrong about a file that is not. Raises: StoreError.
    """
    known = {absent.name: absent for absent in archive.manifest.absent}
    absent: list[Absent] = []
    bad: list[Finding] = []
    odd: list[str] = []
    for count, blob in enumerate(wanted):
        size = there.get(blob.cid)
        differs = size is not None and blob.size not in (0, size)
        if size is None:
            if archive.manifest.media:
                gone = Absent(blob.cid, where=blob.where, why="The file is not in the folder.")
                absent.append(known.get(blob.cid, gone))
        elif not is_cid(blob.cid) or not is_whole(archive.blobs / blob.cid, blob.cid):
            words = f": {size} bytes instead of {blob.size}" if differs else ""
            text = f"A file is not what its name says{words}."
            bad.append(Finding("blob-changed", text, f"{archive.details.blobs}/{blob.cid}"))
        elif differs:
            odd.append(f"{blob.where} says that its file has {blob.size} bytes; it has {size}.")
        tell(Progress(done=count + 1, total=len(wanted), unit="files"))
    return absent, bad, odd


def _differences(manifest: Manifest, details: Details, repo: RepoReport) -> list[Finding]:
    """Where the manifest, if there is one, says something else than the repository."""
    if not details.commit:
        return []
    pairs = (
        ("revision", details.rev, repo.rev),
        ("commit", details.commit, repo.commit),
        ("number of records", str(manifest.records), str(repo.record_count)),
    )
    return [
        _finding("manifest-differs", f"The {what} is {found}; the manifest says {said}.")
        for what, said, found in pairs
        if said != found and found
    ]


def _extra(archive: AtArchive) -> Iterable[str]:
    """
    Files that are not of the archive, by name.

    Files of posts that were deleted meanwhile are: nothing that was saved goes.
    """
    known = {file.name for file in archive.manifest.files} | {MANIFEST, README, SCRATCH, LOCK}
    known.add(archive.details.car)
    with told(archive.folder):
        for path in sorted(archive.folder.iterdir()):
            if path.name not in known and path != archive.blobs:
                yield path.name


def _finding(code: str, text: str) -> Finding:
    return Finding(code, text, MANIFEST)


def former_keys(archive: AtArchive) -> tuple[str, ...]:
    """
    Keys (``did:key``) that the account had when it was saved, as its papers say.

    A document at a domain has no history: once it was changed only this tells.
    Raises: StoreError.
    """
    keys, _ = keys_of_papers(archive.did, _content(archive.log), _content(archive.document))
    return tuple(span.key for span in keys)


def _content(path: Path | None) -> bytes | None:
    if path is None or not path.is_file():
        return None
    with told(path):
        return path.read_bytes()
