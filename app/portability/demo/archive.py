"""Backups inside the demo: real files, so that all of it can be tried."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from app.model import Account, Post
from app.model.errors import BadInput, NotFound, StoreError
from app.portability.archive_kind import ArchivedPosts, Tell
from app.portability.archive_manifest import (
    Absent,
    ArchiveReport,
    Manifest,
    file_of,
    findings_of_files,
    read_manifest,
    write_manifest,
)
from app.portability.demo.posts import DemoPosts, write_posts
from app.portability.demo.world import Belongings
from app.portability.disk import written_json
from app.portability.plan import Progress
from app.store.vault_file import write_atomically

PROTOCOL = "demo"
FILE = "account.json"
TICKS = 40


async def _none(account: Account) -> Sequence[Post]:
    return ()


class DemoArchives:
    """
    Implements ``ArchiveKind``.

    Args:
        now: Aware UTC.
        written: What an account has written.
        pace: Seconds between two looks at a clock.
    """

    network = PROTOCOL

    def __init__(
        self,
        now: Callable[[], datetime],
        written: Callable[[Account], Awaitable[Sequence[Post]]] = _none,
        pace: float = 0.05,
    ) -> None:
        self._now, self._pace, self._own = now, pace, Belongings()
        self._written = written

    def takes(self, account: Account) -> bool:
        """See ``ArchiveKind.takes``."""
        return account.protocol == PROTOCOL

    async def back_up(
        self, account: Account, folder: Path, *, media: bool, tell: Tell, gentle: bool
    ) -> ArchiveReport:
        """See ``ArchiveKind.back_up``."""
        created = self._since(account, folder)
        total = self._own.files if media else self._own.posts
        size = self._own.files_size if media else self._own.posts_size
        for tick in range(1, TICKS + 1):
            tell(
                Progress(
                    done=total * tick // TICKS,
                    total=total,
                    unit="files" if media else "records",
                    bytes_done=size * tick // TICKS,
                    bytes_total=size,
                )
            )
            await asyncio.sleep(self._pace)
        posts = await self._written(account)
        return await asyncio.to_thread(self._write, account, folder, media, created, posts)

    def _since(self, account: Account, folder: Path) -> datetime:
        try:
            before = read_manifest(folder)
        except NotFound:
            if folder.is_dir() and any(folder.iterdir()):
                raise BadInput(f"{folder.name} is not empty.", "Choose another folder.") from None
            return self._now()
        if before.account != account.uri:
            raise BadInput(
                f"{folder.name} has the backup of {before.handle}.", "Choose another folder."
            )
        return before.created_at

    def _write(
        self,
        account: Account,
        folder: Path,
        media: bool,
        created: datetime,
        posts: Sequence[Post],
    ) -> ArchiveReport:
        started = time.monotonic()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            about = {"account": account.handle, **msgspec.structs.asdict(self._own)}
            write_atomically(folder / FILE, written_json(about))
        except OSError as error:
            raise StoreError(f"{folder.name} cannot be written: {error.strerror}.") from error
        files = (folder / FILE, write_posts(folder, posts))
        now, own = self._now(), self._own
        dead = tuple(
            Absent(f"file-{number}", why="The server answers “not found”.", dead=True)
            for number in range(own.dead if media else 0)
        )
        manifest = Manifest(
            network=PROTOCOL,
            account=account.uri,
            handle=account.handle,
            server=account.server,
            created_at=created,
            updated_at=now,
            checked_at=now,
            records=own.posts,
            blobs=own.files - own.dead if media else 0,
            media=media,
            complete=True,
            files=tuple(file_of(folder, path) for path in files),
            absent=dead,
        )
        write_manifest(folder, manifest)
        return self._report(folder, manifest, time.monotonic() - started)

    def verify(self, folder: Path, tell: Tell) -> ArchiveReport:
        """See ``ArchiveKind.verify``."""
        started = time.monotonic()
        manifest = read_manifest(folder)
        return self._report(folder, manifest, time.monotonic() - started)

    def _report(self, folder: Path, manifest: Manifest, seconds: float) -> ArchiveReport:
        gone, bad = findings_of_files(folder, manifest.files)
        return ArchiveReport(
            account=manifest.account,
            network=PROTOCOL,
            handle=manifest.handle,
            records=manifest.records,
            blobs=manifest.blobs,
            missing=(*gone, *manifest.absent),
            bad=tuple(bad),
            signature="none",
            bytes=self._own.posts_size + (self._own.files_size if manifest.media else 0),
            seconds=seconds,
        )

    def posts(self, folder: Path, manifest: Manifest) -> ArchivedPosts:
        """See ``ArchiveKind.posts``."""
        return DemoPosts(folder)
