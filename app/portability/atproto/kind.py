"""Archives of AT accounts, as the facade of all archives wants them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.model import Account, AccountId
from app.model.errors import VaultError
from app.portability.archive_kind import Tell
from app.portability.archive_manifest import ArchiveReport, Manifest
from app.portability.atproto.archive import AtArchive, verify
from app.portability.atproto.backup import Backup
from app.portability.atproto.browsing import AtPosts
from app.portability.atproto.download import RepoSource
from app.portability.atproto.found import find_archive, recognised
from app.portability.atproto.manifest import NETWORK, details_of
from app.portability.pace import Pace
from app.protocols.base import AccountService
from app.protocols.bluesky.service import BlueskyService
from app.protocols.http import Http
from app.protocols.safety import is_public_url


class AtArchives:
    """
    Implements ``ArchiveKind``.

    Args:
        http: The door to the network; asked for when it is needed.
        service: The signed-in account of that id.
        now: Aware UTC.
        beside_window: Somebody may be scrolling.
    """

    network = NETWORK

    def __init__(
        self,
        http: Callable[[], Http],
        service: Callable[[AccountId], AccountService],
        now: Callable[[], datetime],
        *,
        beside_window: bool = False,
    ) -> None:
        self._http, self._service, self._now = http, service, now
        self._beside_window = beside_window

    def takes(self, account: Account) -> bool:
        """Whether it is a real one: the demo's are nowhere."""
        return account.protocol == NETWORK

    async def back_up(
        self, account: Account, folder: Path, *, media: bool, tell: Tell, gentle: bool
    ) -> ArchiveReport:
        """See ``ArchiveKind``; the report is about the account's id."""
        source = await self._source(account, gentle)
        backup = Backup(
            source,
            folder,
            account.handle,
            media=media,
            now=self._now,
            tell=tell,
            pace=self._pace(gentle),
        )
        return await backup.run()

    def verify(self, folder: Path, tell: Tell) -> ArchiveReport:
        """See ``ArchiveKind``."""
        return verify(find_archive(folder), tell, self._pace())

    def recognise(self, folder: Path) -> Manifest | None:
        """See ``Recognises``: goat's folders, for example."""
        found = recognised(folder)
        return found.manifest if found else None

    def posts(self, folder: Path, manifest: Manifest) -> AtPosts:
        """See ``ArchiveKind``."""
        archive = AtArchive(folder, manifest, details_of(manifest))
        return AtPosts(archive, self._now(), self._pace())

    def _pace(self, gentle: bool = False) -> Pace:
        return Pace(gentle=gentle or self._beside_window)

    async def _source(self, account: Account, gentle: bool) -> RepoSource:
        service = self._service(account.id)
        assert isinstance(service, BlueskyService)
        api = service.api
        if not is_public_url(api.server):
            # It can only be the account's because the user typed it at the sign-in.
            self._http().allow_private(api.server)
        try:
            directory = await api.directory()
        except VaultError:
            directory = ""  # the network's own, then: what is public needs no sign-in
        return RepoSource(
            self._http(), api.server, account.uri, own=api, plc=directory, background=gentle
        )
