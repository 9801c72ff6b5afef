"""Archives of accounts of the fediverse, as the facade of all archives wants them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from app.model import Account, AccountId
from app.model.errors import Unsupported
from app.portability.activitypub.archive_backup import ApBackup
from app.portability.activitypub.archive_files import NETWORK, details_of
from app.portability.activitypub.archive_posts import ApPosts
from app.portability.activitypub.archive_report import verify_archive
from app.portability.activitypub.archive_zip import unpack
from app.portability.activitypub.fetching import fetch_file
from app.portability.archive_kind import Tell
from app.portability.archive_manifest import ArchiveReport, Manifest
from app.protocols.http import Http
from app.protocols.owning import OwnsMore


class ApArchives:
    """
    Implements ``ArchiveKind``.

    Args:
        http: The door to the network; asked for when it is needed.
        service: The signed-in account of that id.
        now: Aware UTC.
    """

    network = NETWORK

    def __init__(
        self,
        http: Callable[[], Http],
        service: Callable[[AccountId], Any],
        now: Callable[[], datetime],
    ) -> None:
        self._http, self._service, self._now = http, service, now

    def takes(self, account: Account) -> bool:
        """Whether it is a real one: the demo's are nowhere."""
        return account.protocol == NETWORK

    async def back_up(
        self, account: Account, folder: Path, *, media: bool, tell: Tell, gentle: bool
    ) -> ArchiveReport:
        """See ``ArchiveKind``."""
        service = self._service(account.id)
        if not isinstance(service, OwnsMore):
            raise Unsupported(f"The server of {account.handle} does not tell what it owns.")

        async def fetch(url: str, path: Path) -> None:
            await fetch_file(self._http(), url, path, account.server)

        backup = ApBackup(account, service, folder, fetch, media=media, now=self._now, tell=tell)
        return await backup.run()

    def verify(self, folder: Path, tell: Tell) -> ArchiveReport:
        """See ``ArchiveKind``."""
        return verify_archive(folder, tell)

    def posts(self, folder: Path, manifest: Manifest) -> ApPosts:
        """See ``ArchiveKind``."""
        details_of(manifest)
        return ApPosts(folder, manifest.handle, manifest.server, self._now())

    def unpack(self, file: Path, folder: Path, tell: Tell) -> Manifest:
        """See ``Unpacks``."""
        return unpack(file, folder, self._now(), tell)
