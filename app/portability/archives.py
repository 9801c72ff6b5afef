"""
Archives, as the window and the command line see them: back up, verify, look through,
and do it again by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from app.model import Account, AccountId
from app.model.errors import NotFound, RateLimited, ServiceError, Unreachable, Unsupported
from app.portability.archive_browse import Browsing, browse, is_indexed
from app.portability.archive_kind import ArchiveKind, Recognises, Tell, Unpacks
from app.portability.archive_manifest import ArchiveReport, Manifest, read_manifest
from app.portability.archive_schedule import Schedule, Schedules
from app.portability.context import Clock
from app.portability.meter import Meter
from app.portability.patience import Patience, Tries
from app.portability.plan import Progress
from app.store import Store

ASKED = Patience(tries=4, wait=timedelta(minutes=15))
"""Somebody waits for it."""

BY_ITSELF = Patience(tries=6, wait=timedelta(hours=2))
"""Nobody does; what is left is done an hour later."""

Listener = Callable[[Progress], None]


def _nobody(progress: Progress) -> None:
    """Tells nobody."""


class Archives:
    """
    All that can be done with archives on one profile.

    Args:
        kinds: Asked for only when one is needed: what stands behind them is slow to load.
        accounts: My accounts now.
    """

    def __init__(
        self,
        store: Store,
        kinds: Callable[[], Sequence[ArchiveKind]],
        accounts: Callable[[], Sequence[Account]],
        clock: Clock,
    ) -> None:
        self._store, self._kinds, self._accounts, self._clock = store, kinds, accounts, clock
        self.schedules = Schedules(store)

    # ------------------------------------------------------------- backing up

    async def back_up(
        self,
        account: Account,
        folder: Path,
        *,
        media: bool = False,
        listener: Listener = _nobody,
        patience: Patience = ASKED,
        gentle: bool = False,
    ) -> ArchiveReport:
        """
        Bring the archive of *account* in *folder* up to date, and note how it went.

        Waits where a server says so (``Progress.resumes_at``), as long as *patience* has.

        Raises:
            BadInput: The folder holds something else.
            ServiceError: It could not be done now. The archive is as it was, or further
                on; run it again.
        """
        folder = folder.expanduser()
        try:
            kind = self._kind_for(account)
            report = await self._patiently(kind, account, folder, media, listener, patience, gentle)
        except ServiceError as error:
            await self._note(account.id, folder, error, media)
            raise
        report = replace(report, account=account.id)
        await self._note(account.id, folder, report, media)
        if report.changed and is_indexed(self._store.profile, folder):
            # Somebody looks through it now and then: they shall not wait for it.
            await (await self.browse(folder)).close()
        return report

    async def back_up_due(self, listener: Listener = _nobody) -> list[tuple[Schedule, str]]:
        """
        Every backup that is due, one after the other; what went wrong with each, or "".

        Never raises ``ServiceError``: it is noted, and tried again an hour later.
        """
        done: list[tuple[Schedule, str]] = []
        for one in await self.due():
            account = next(a for a in self._accounts() if a.id == one.account)
            trouble = ""
            try:
                report = await self.back_up(
                    account,
                    one.path,
                    media=one.media,
                    listener=listener,
                    patience=BY_ITSELF,
                    gentle=True,
                )
                trouble = report.trouble
            except ServiceError as error:
                trouble = error.message
            done.append((await self.schedules.find(one.account, one.path), trouble))
        return done

    async def due(self) -> tuple[Schedule, ...]:
        """What is to be backed up now, of accounts that are still mine. Raises: StoreError."""
        mine, now = {account.id for account in self._accounts()}, self._clock.now()
        known = await self.schedules.all()
        return tuple(one for one in known if one.account in mine and one.is_due(now))

    # ---------------------------------------------------------------- looking

    async def verify(self, folder: Path, listener: Listener = _nobody) -> ArchiveReport:
        """
        Look at every byte of an archive, and ask nobody.

        Raises:
            NotFound: There is no archive in *folder*.
            Malformed: Its manifest cannot be read.
            StoreError: The disk refuses.
        """
        folder = folder.expanduser()
        _, kind = await self._known(folder)
        tell = self._from_thread(listener)
        return await asyncio.to_thread(kind.verify, folder, tell)

    async def unpack(self, file: Path, folder: Path, listener: Listener = _nobody) -> Manifest:
        """
        Make an archive in *folder* of one that a server has packed for its owner.

        Raises:
            BadInput: It is no such file, or one made to do harm; or the folder holds
                something else.
            Malformed: It is cut off or damaged.
            Unsupported: Nobody here knows such files.
            StoreError: The disk refuses.
        """
        tell = self._from_thread(listener)
        for kind in self._kinds():
            if isinstance(kind, Unpacks):
                return await asyncio.to_thread(
                    kind.unpack, file.expanduser(), folder.expanduser(), tell
                )
        raise Unsupported("This Godwit knows no archives of servers.", "Update Godwit.")

    async def browse(self, folder: Path, listener: Listener = _nobody) -> Browsing:
        """
        Open an archive, to look through it. The first time takes some seconds.

        Raises:
            NotFound, Malformed, StoreError: As for ``verify``.
        """
        folder = folder.expanduser()
        manifest, kind = await self._known(folder)
        tell = self._from_thread(listener)

        def opened() -> Browsing:
            posts = kind.posts(folder, manifest)
            return browse(self._store.profile, folder, manifest, posts, tell)

        return await asyncio.to_thread(opened)

    # ---------------------------------------------------------------- private

    async def _patiently(
        self,
        kind: ArchiveKind,
        account: Account,
        folder: Path,
        media: bool,
        listener: Listener,
        patience: Patience,
        gentle: bool,
    ) -> ArchiveReport:
        tries, meter = Tries(patience), Meter(listener, asyncio.get_running_loop().time)
        before: Progress | None = None
        while True:
            try:
                return await kind.back_up(
                    account, folder, media=media, tell=meter.take, gentle=gentle
                )
            except (Unreachable, RateLimited) as error:
                now = self._clock.now()
                again = tries.again(error, now, moved=_moved(before, meter.last))
                if again is None or not patience.covers(again, now):
                    raise
                before = meter.last
                listener(replace(before or Progress(), resumes_at=again))
                await self._clock.wait(asyncio.Event(), (again - now).total_seconds())

    async def _note(
        self, account: AccountId, folder: Path, result: ArchiveReport | ServiceError, media: bool
    ) -> None:
        await self.schedules.note(account, folder, self._clock.now(), result, media=media)

    async def _known(self, folder: Path) -> tuple[Manifest, ArchiveKind]:
        try:
            manifest = await asyncio.to_thread(read_manifest, folder)
        except NotFound:
            return await self._recognised(folder)
        for kind in self._kinds():
            if kind.network == manifest.network:
                return manifest, kind
        raise Unsupported(
            f"This Godwit knows no archives of “{manifest.network[:40]}”.", "Update Godwit."
        )

    async def _recognised(self, folder: Path) -> tuple[Manifest, ArchiveKind]:
        for kind in self._kinds():
            if isinstance(kind, Recognises):
                found = await asyncio.to_thread(kind.recognise, folder)
                if found is not None:
                    return found, kind
        raise NotFound(
            f"There is no archive in {folder}.", "Name the folder that a backup was made into."
        )

    def _kind_for(self, account: Account) -> ArchiveKind:
        for kind in self._kinds():
            if kind.takes(account):
                return kind
        raise Unsupported(
            f"{account.handle} is on a network that Godwit cannot back up.",
            "Ask its server for an archive.",
        )

    def _from_thread(self, listener: Listener) -> Tell:
        """Tells *listener* on the loop, ten times a second, of what happens on a thread."""
        loop = asyncio.get_running_loop()
        meter = Meter(lambda progress: _soon(loop, listener, progress), loop.time)
        return meter.take


def _soon(loop: asyncio.AbstractEventLoop, listener: Listener, progress: Progress) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(listener, progress)


def _moved(before: Progress | None, after: Progress | None) -> bool:
    if after is None:
        return False
    return before is None or (after.done, after.bytes_done) > (before.done, before.bytes_done)
