"""Backups in the window: made, verified, looked through; and by themselves while it is open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.model import Account, AccountId, NetworkInfo
from app.model.errors import ServiceError
from app.portability.archive_manifest import ArchiveReport, read_manifest
from app.portability.archive_schedule import Schedule
from app.portability.plan import Progress
from app.ui.migration.backups import Backed, BackupsPage, Doing
from app.ui.presenters.moving_cover import CoverRoom, place_picture
from app.ui.presenters.travel import Visit
from app.ui.presenters.travel_over import Over

if TYPE_CHECKING:
    from app.portability.archive_browse import Browsing
    from app.portability.archives import Archives
    from app.services.clock import Clock
    from app.ui.asyncqt import TaskScope
    from app.ui.migration.frame import WizardFrame
    from app.ui.presenters.moving_reading import ArchiveReader
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures

log = logging.getLogger(__name__)

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

EVERY = 1_800.0
"""Seconds between two looks whether a backup is due."""


class BackupServices(Struct, kw_only=True):
    """
    Everything behind the page.

    Attributes:
        restore: Begins a move from the archive in that folder; its network.
    """

    archives: Archives
    accounts: Callable[[], Sequence[Account]]
    networks: Callable[[], Mapping[str, NetworkInfo]]
    clock: Clock
    restore: Callable[[Path, str], None]


class _Now(Struct):
    """What this window knows of an account's backups beyond what is kept."""

    doing: Doing = ""
    progress: Progress | None = None
    report: ArchiveReport | None = None
    verified: bool = False
    trouble: tuple[str, str] = ("", "")


class BackupRoom(CoverRoom):
    """One page for all accounts; what is under way goes on when it is closed."""

    page: BackupsPage | None

    def __init__(
        self,
        look: Look,
        window: Window,
        services: BackupServices,
        scope: TaskScope,
        pictures: Pictures,
        say: Callable[[ServiceError], None],
    ) -> None:
        super().__init__(look, window, "Backups", self._show)
        self._services, self._scope = services, scope
        self._pictures, self._say = pictures, say
        self.reader: ArchiveReader | None = None
        self._folder = ""  # of the archive that is looked through
        self._now: dict[str, _Now] = {}
        self._kept: tuple[Schedule, ...] = ()

    # --------------------------------------------------------------- the page

    def open(self, account: str = "") -> None:
        """Show the page; *account*: where one begins."""
        self._scope.restart(self._open(account), name="open backups")

    def as_room(self) -> Over:
        """For back and forward; an archive that is looked through is opened again."""
        return Over(
            self._window,
            lambda: self.frame,
            lambda: Visit(self._folder if self.reader is not None else ""),
            self._again,
            self.close,
        )

    def _again(self, visit: Visit) -> None:
        self.close()
        if visit.what:
            folder = Path(str(visit.what))
            self._scope.restart(self.look(folder), name="look through")
        else:
            self.open()

    async def _open(self, account: str) -> None:
        await self._read()
        frame = self._cover()
        page = self.page = BackupsPage(self._look)
        page.acted.connect(self._on_act)
        page.media_wanted.connect(lambda id, on: self._wish(id, media=on))
        page.often_wanted.connect(lambda id, days: self._wish(id, every_days=days))
        page.restore_wanted.connect(self.choose_restore)
        page.go_wanted.connect(self.close)
        frame.show_page(page, focus=False)
        self._window.cover(frame)
        self._show()
        if account in page.panels:
            page.area.ensureWidgetVisible(page.panels[account])
        frame.focus_page()

    def _cover(self) -> WizardFrame:
        self._pictures.arrived.connect(self._draw)
        return super()._cover()

    def close(self) -> None:
        if self.frame is None:
            return
        self._window.room_changing.emit()
        if self.reader is not None:
            self._scope.start(self.reader.close(), name="close archive")
            self.reader = None
        self._pictures.arrived.disconnect(self._draw)
        super().close()

    async def _read(self) -> None:
        try:
            self._kept = await self._services.archives.schedules.all()
        except ServiceError as error:
            self._say(error)

    def _show(self) -> None:
        if self.page is None:
            return
        now = self._services.clock.now()
        accounts = self._services.accounts()
        restorable = any(self._schedule(one.id) for one in accounts)
        self.page.show_all([self._backed(one) for one in accounts], now, restorable=restorable)
        self._draw()

    def _backed(self, account: Account) -> Backed:
        known = self._now.get(account.id, _Now())
        info = self._services.networks().get(account.network)
        return Backed(
            account=account.id,
            handle=account.handle,
            name=account.name,
            mark=info.mark if info else "",
            avatar=account.avatar,
            schedule=self._schedule(account.id),
            doing=known.doing,
            progress=known.progress,
            report=known.report,
            verified=known.verified,
            trouble=known.trouble,
        )

    def _schedule(self, account: str) -> Schedule | None:
        """The folder that was used last."""
        mine = [one for one in self._kept if one.account == account]
        return max(mine, key=_tried, default=None)

    def _draw(self, _url: str = "") -> None:
        if self.page is None:
            return
        ratio = self.page.devicePixelRatioF()
        for panel in self.page.panels.values():
            picture = place_picture(self._look, self._pictures, panel.backed.avatar, ratio)
            if picture is not None:
                panel.show_picture(picture)

    # ------------------------------------------------------------------ acts

    def _on_act(self, account: str, act: str) -> None:
        schedule = self._schedule(account)
        if act == "folder":
            self._choose(lambda path: self._on_folder(account, path))
        elif act == "stop":
            self._stop(account)
        elif schedule is None:
            return
        elif act == "back up":
            self._start(account, "backing up", lambda: self._back_up(account, schedule))
        elif act == "verify":
            self._start(account, "verifying", lambda: self._verify(account, schedule))
        elif act == "look":
            self._start(account, "opening", lambda: self._look_through(account, schedule))
        elif act == "open":
            _open_folder(schedule.path)
        elif act == "forget":
            self._scope.start(self._forget(account, schedule), name="keep backups")

    def _start(self, account: str, doing: Doing, work: Callable[[], Awaitable[None]]) -> None:
        known = self._now.setdefault(account, _Now())
        known.doing, known.progress, known.report, known.trouble = doing, None, None, ("", "")
        self._scope.restart(self._do(account, work), name=f"archive {account}")
        self._show()

    def _stop(self, account: str) -> None:
        self._scope.stop(f"archive {account}")
        # A task that has not begun yet has nothing that it could tidy up.
        known = self._now[account]
        known.doing, known.progress = "", None
        self._show()

    async def _do(self, account: str, work: Callable[[], Awaitable[None]]) -> None:
        known = self._now[account]
        try:
            await work()
        except ServiceError as error:
            known.trouble = (error.message, error.next_step)
        finally:
            known.progress = None
        await self._read()
        # Only now: what is shown next has all that has come of it.
        known.doing = ""
        self._show()

    async def _back_up(self, account: str, schedule: Schedule) -> None:
        known = self._now[account]
        mine = next(one for one in self._services.accounts() if one.id == account)
        known.report = await self._services.archives.back_up(
            mine, schedule.path, media=schedule.media, listener=self._heard(account)
        )
        known.verified = False

    async def _verify(self, account: str, schedule: Schedule) -> None:
        known = self._now[account]
        archives = self._services.archives
        known.report = await archives.verify(schedule.path, self._heard(account))
        known.verified = True

    async def _look_through(self, account: str, schedule: Schedule) -> None:
        browsing = await self._services.archives.browse(schedule.path, self._heard(account))
        if self.frame is None or self.page is None:
            await browsing.close()  # the page was closed meanwhile
            return
        back = partial(self._back_from_reading, account)
        self._show_reader(self.frame, browsing, schedule.path, back)

    def choose_look(self) -> None:
        """Ask which backup is looked through. Nobody need be signed in."""
        self._choose(lambda folder: self._scope.restart(self.look(folder), name="look through"))

    async def look(self, folder: Path) -> None:
        """Look through the archive in *folder*, whoever's it is."""
        try:
            browsing = await self._services.archives.browse(folder, lambda _: None)
        except ServiceError as error:
            self._say(error)
            return
        frame = self._cover()
        self._window.cover(frame)
        self._show_reader(frame, browsing, folder, self.close)

    def _show_reader(
        self, frame: WizardFrame, browsing: Browsing, folder: Path, back: Callable[[], None]
    ) -> None:
        from app.ui.presenters.moving_reading import ArchiveReader

        self._window.room_changing.emit()
        self._folder = str(folder)
        self.reader = ArchiveReader(
            self._look,
            browsing,
            self._scope,
            self._pictures,
            self._services.networks(),
            self._services.clock.now,
        )
        self.reader.page.back_wanted.connect(back)
        self.page = None
        frame.show_page(self.reader.page)

    def _back_from_reading(self, account: str) -> None:
        self.close()
        self.open(account)

    def _heard(self, account: str) -> Callable[[Progress], None]:
        def heard(progress: Progress) -> None:
            self._now[account].progress = progress
            self._redraw_soon()

        return heard

    # ---------------------------------------------------------------- wishes

    def _on_folder(self, account: str, path: Path) -> None:
        before = self._schedule(account)
        schedule = Schedule(
            account=AccountId(account),
            folder=str(path),
            media=before.media if before else True,
            every_days=before.every_days if before else 7,
        )
        self._start(account, "backing up", lambda: self._begin(account, schedule))

    async def _begin(self, account: str, schedule: Schedule) -> None:
        """A first backup; how often is kept once it is known that it can be done."""
        await self._back_up(account, schedule)
        await self._services.archives.schedules.save(schedule)

    def _wish(self, account: str, **change: object) -> None:
        schedule = self._schedule(account)
        if schedule is not None:
            changed = replace(schedule, **change)
            self._scope.start(self._keep(changed), name="keep backups")

    async def _keep(self, schedule: Schedule) -> None:
        try:
            await self._services.archives.schedules.save(schedule)
        except ServiceError as error:
            self._say(error)
        await self._read()
        self._show()

    async def _forget(self, account: str, schedule: Schedule) -> None:
        try:
            await self._services.archives.schedules.forget(AccountId(account), schedule.path)
        except ServiceError as error:
            self._say(error)
        self._now.pop(account, None)
        await self._read()
        self._show()

    # --------------------------------------------------------------- restoring

    def _choose(self, then: Callable[[Path], object]) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, "Folder of the backup")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        dialog.fileSelected.connect(lambda path: then(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def choose_restore(self) -> None:
        """Ask which backup shall live on."""
        self._choose(self._on_restore)

    def _on_restore(self, folder: Path) -> None:
        self._scope.restart(self.restore(folder), name="restore")

    async def restore(self, folder: Path) -> None:
        """Begin a move from the archive in *folder*."""
        try:
            manifest = await asyncio.to_thread(read_manifest, folder)
        except ServiceError as error:
            self._say(error)
            return
        self.close()
        self._services.restore(folder, manifest.network)

    # ------------------------------------------------------------ by themselves

    async def watch(self) -> None:
        """Make those that are due, now and from time to time. Runs until it is cancelled."""
        never = asyncio.Event()
        while True:
            try:
                for schedule, trouble in await self._services.archives.back_up_due():
                    log.info("backup of %s: %s", schedule.account, trouble or "done")
            except ServiceError as error:
                log.warning("backups: %s", error.kind)
            await self._read()
            self._show()
            await self._services.clock.wait(never, EVERY)


def _tried(schedule: Schedule) -> datetime:
    return schedule.last_try or schedule.last_good or _LONG_AGO


def _open_folder(path: Path) -> None:
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
