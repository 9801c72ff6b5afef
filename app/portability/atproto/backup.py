"""
A backup of an AT account into a folder, again and again.

What has not changed costs one question. Killed at any byte, the folder holds the
archive as it was or as it will be: files get their names when they are whole, and
the manifest is written last. A run goes on where the one before it ended.

What comes is verified while it comes. What is damaged does not take the place of
what is good, and a server that falls back behind what is saved is not followed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.model.errors import BadInput, Malformed, NotFound, Refused, ServiceError
from app.portability.archive_folder import alone_in, is_ours_alone, make_ours
from app.portability.archive_manifest import ArchiveReport
from app.portability.atproto.archive import AtArchive, open_archive, wanted_blobs
from app.portability.atproto.blobs import BlobCopy, WantedBlob, sizes_in
from app.portability.atproto.checking import Checking, checked_file
from app.portability.atproto.download import MOST_REPO, Latest, RepoSource
from app.portability.atproto.findings import Finding
from app.portability.atproto.keeping import PAPERS, Fetched, finished, keep_fetched
from app.portability.atproto.manifest import DOCUMENT, LOG, PREFERENCES
from app.portability.atproto.papers import Papers, fetch_papers, home_of
from app.portability.atproto.report import RepoReport
from app.portability.disk import told
from app.portability.pace import AT_ONCE, Pace
from app.portability.plan import Progress
from app.protocols.http import host_of
from app.protocols.net.download import Landing

OPEN = "This disk keeps nobody out: whoever has it can read the archive."

Tell = Callable[[Progress], None]


class Backup:
    """
    One run of a backup. Use it once.

    Args:
        handle: The account's, now.
        media: Files of posts as well; once there, they are kept up to date.
        now: The time, aware UTC.
        tell: Told on the event loop how far it is.
        pace: Of what is hard work.
    """

    def __init__(
        self,
        source: RepoSource,
        folder: Path,
        handle: str,
        *,
        media: bool,
        now: Callable[[], datetime],
        tell: Tell = lambda progress: None,
        pace: Pace = AT_ONCE,
    ) -> None:
        self._source, self._folder, self._handle = source, folder, handle
        self._media, self._now, self._tell, self._pace = media, now, tell, pace

    async def run(self) -> ArchiveReport:
        """
        Bring the archive up to date.

        Raises:
            BadInput: The folder holds something else.
            Refused: Another works in it, or the server has an older state.
            Malformed: What the server sends is damaged; the archive is as it was.
            RateLimited, Unreachable: Come back: what came is kept.
            StoreError: The disk is full or not writable; likewise.
            ServiceError: The server refuses.
        """
        began = time.monotonic()
        with alone_in(self._folder) as scratch:
            kept = self._kept()
            latest = await self._source.latest()
            if self._source.is_inactive:
                # A server that was left keeps what it had, and gives it to who asks.
                self._refuse_left(await self._document())
            if kept is not None and self._is_current(kept, latest):
                if kept.manifest.complete and (kept.manifest.media or not self._media):
                    return self._report(kept, began, changed=False)
                archive, wanted = kept, None
            else:
                archive, wanted = await self._renewed(kept, latest, scratch)
            archive = await self._completed(archive, wanted, scratch)
            return self._report(archive, began, changed=True)

    # ------------------------------------------------------ what there is

    def _kept(self) -> AtArchive | None:
        """The archive as it is, if there is one. Raises: BadInput, Malformed."""
        try:
            archive = open_archive(self._folder)
        except NotFound:
            return None
        if archive.did != self._source.did:
            raise BadInput(
                f"{self._folder} holds the backup of {archive.manifest.handle},"
                f" not of {self._handle}.",
                "Choose a folder of its own for each account.",
            )
        return archive

    def _is_current(self, archive: AtArchive, latest: Latest) -> bool:
        """Nothing has happened since, and nobody has taken anything away. Reads no file."""
        manifest, details = archive.manifest, archive.details
        if (details.rev, details.commit) != (latest.rev, latest.cid) or details.bad:
            return False
        if not manifest.is_sealed:
            return False  # edited by hand: what it says is found out anew
        if self._now() - details.papers_at > PAPERS:
            return False
        there = sizes_in(self._folder)
        if any(there.get(file.name) != file.size for file in manifest.files):
            return False
        return not manifest.blobs or len(sizes_in(archive.blobs)) >= manifest.blobs

    # ---------------------------------------------------------- what comes

    async def _renewed(
        self, kept: AtArchive | None, latest: Latest, scratch: Path
    ) -> tuple[AtArchive, tuple[WantedBlob, ...]]:
        """With the repository and the papers of now."""
        if kept is not None and latest.rev < kept.details.rev:
            raise Refused(
                f"The server holds an older state ({latest.rev}) than this archive"
                f" ({kept.details.rev}).",
                "The archive is as it was. If the server is right, back up into another folder.",
            )
        papers = await fetch_papers(self._source, _papers_of(kept))
        self._refuse_left(papers.found.get(DOCUMENT))
        repo, part, bad = await self._repo(kept, papers, scratch)
        archive = await asyncio.to_thread(
            keep_fetched,
            self._folder,
            kept,
            Fetched(repo, part, papers, bad),
            did=self._source.did,
            handle=self._handle,
            server=self._source.origin,
            media=self._media,
            now=self._now(),
        )
        return archive, wanted_blobs(repo)

    async def _repo(
        self, kept: AtArchive | None, papers: Papers, scratch: Path
    ) -> tuple[RepoReport, Path, tuple[Finding, ...]]:
        """
        Fetch the repository, verified while it comes; where it lies for now.

        Raises:
            Malformed: It is damaged, and there is a good one.
        """
        part = scratch / "repo.car"
        for last in (False, True):
            checking = Checking(self._source.did, papers.keys, self._pace)
            await self._source.repo(
                Landing(part, most=MOST_REPO, progress=self._came, also=checking)
            )
            repo = await asyncio.to_thread(checking.finish)
            bad = (*papers.bad, *repo.bad)
            if not bad:
                break
            if last and (kept is not None or not repo.commit or repo.did != self._source.did):
                raise Malformed(
                    f"What the server sends is damaged: {bad[0].text}",
                    "The archive is as it was. Try later; if it stays, tell who runs the server.",
                )
        return repo, part, bad

    async def _document(self) -> bytes | None:
        try:
            return await self._source.document()
        except ServiceError:
            return None  # what the server has is worth saving all the same

    def _refuse_left(self, document: bytes | None) -> None:
        """Raises: Refused: The account has moved: what is here is not its present."""
        home = home_of(document)
        if home and home != self._source.origin:
            raise Refused(
                f"{self._handle} lives at {host_of(home)} now, not at"
                f" {host_of(self._source.origin)}.",
                "Sign in to the account at its new server, then back it up from there.",
            )

    def _came(self, size: int) -> None:
        self._tell(Progress(bytes_done=size, unit="bytes"))

    async def _completed(
        self, archive: AtArchive, wanted: tuple[WantedBlob, ...] | None, scratch: Path
    ) -> AtArchive:
        """With the files that records refer to, if they are wanted."""
        manifest, now = archive.manifest, self._now()
        if not (self._media or manifest.media):
            return finished(
                archive, now, media=False, absent=(), blobs=0, complete=True, files_at=None
            )
        if wanted is None:
            repo = await asyncio.to_thread(checked_file, archive.car, archive.did, (), self._pace)
            wanted = wanted_blobs(repo)
        with told(archive.blobs):
            make_ours(archive.blobs)
        asked_at = archive.details.files_at
        fresh = asked_at is not None and now - asked_at < PAPERS
        copy = BlobCopy(
            self._source,
            archive.blobs,
            scratch,
            dead={one.name: one for one in manifest.absent if one.dead and fresh},
            progress=self._tell,
        )
        copied = await copy.run(wanted)
        return finished(
            archive,
            self._now(),
            media=True,
            absent=copied.absent,
            blobs=copied.kept,
            complete=all(one.dead for one in copied.absent),
            files_at=asked_at if fresh else now,
        )

    def _report(self, archive: AtArchive, began: float, *, changed: bool) -> ArchiveReport:
        manifest, details = archive.manifest, archive.details
        return ArchiveReport(
            account=archive.did,
            network=manifest.network,
            handle=manifest.handle,
            records=manifest.records,
            blobs=manifest.blobs,
            missing=manifest.absent,
            bad=details.bad,
            signature=details.signature,
            notes=manifest.notes if is_ours_alone(self._folder) else (*manifest.notes, OPEN),
            changed=changed,
            bytes=details.bytes,
            seconds=time.monotonic() - began,
        )


def _papers_of(archive: AtArchive | None) -> dict[str, bytes]:
    """Papers that are in the archive already. Raises: StoreError."""
    found: dict[str, bytes] = {}
    for name in (LOG, DOCUMENT, PREFERENCES) if archive else ():
        path = archive.folder / name if archive else Path()
        if path.is_file():
            with told(path):
                found[name] = path.read_bytes()
    return found
