"""The settings: shown, applied at once, kept."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.model.errors import ServiceError
from app.services.conversation_origins import ASK_ORIGINS
from app.ui.asyncqt import TaskScope
from app.ui.presenters.first_frame import WISHES, kept
from app.ui.presenters.warming import SETTLING, warm
from app.ui.shell.shortcuts import groups_in
from app.ui.theme.look import Look, Wishes

if TYPE_CHECKING:
    from app.services.composing import ComposeWishes
    from app.services.house import House
    from app.store import Keeper
    from app.ui.presenters.live_choices import LiveChoices
    from app.ui.presenters.moderation import ModerationPresenter
    from app.ui.presenters.storage import StoragePresenter
    from app.ui.presenters.travel_over import Over
    from app.ui.settings.dialog import PageEntry, SettingsDialog
    from app.ui.settings.lists import HostLine

log = logging.getLogger(__name__)


class SettingsPresenter(QObject):
    """Opens the dialog; a wish is applied first and kept a moment later."""

    changing = Signal()
    """Another page of it is about to be seen, or none."""
    opened = Signal(object)
    """The dialog."""
    wished = Signal(object)
    """Wishes: others may look at what is not about the look (media)."""

    def __init__(
        self,
        look: Look,
        window: QWidget,
        house: House,
        scope: TaskScope,
        moderation: Callable[[], ModerationPresenter],
        own: Callable[[str, str], None] = lambda act, account: None,
        last_good: Callable[[], Awaitable[Mapping[str, str]]] | None = None,
        announcing: Callable[[], QWidget] = QWidget,
        rooms: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """
        Args:
            moderation: Made when its page is first opened.
            own: Backs up, moves or fills an account.
            last_good: When backups were good last, in words, by account.
            announcing: Makes the page of notifications on the desktop.
            rooms: Those one is in, lowest first: their keys are told first.
        """
        super().__init__(window)
        self._moderation, self._own, self._last_good = moderation, own, last_good
        self._announcing, self._rooms = announcing, rooms
        self._backups: Mapping[str, str] = {}
        self._look, self._window = look, window
        self._house, self._scope = house, scope
        self._hosts: tuple[HostLine, ...] = ()
        self._live: LiveChoices | None = None
        self.dialog: SettingsDialog | None = None
        self._met = False
        self._storage: StoragePresenter | None = None

    def open(self, page: str = "appearance") -> None:
        """Show the settings at *page*."""
        self._scope.restart(self._open(page or "appearance"), name="settings")

    def mute_like(self, text: str) -> None:
        """Open the editor of a muted word, with *text* in it."""
        self._scope.restart(self._mute_like(text), name="settings")

    async def _mute_like(self, text: str) -> None:
        await self._open("moderation")
        self._moderation().mute_like(text)

    def step_text(self, by: int) -> None:
        """One step larger or smaller; 0: the size of the system."""
        wishes = self._look.wishes
        if by == 0:
            self.wish(replace(wishes, scale=0.0))
            return
        steps: list[float] = list(self._look.theme.tokens.textScale.steps)
        scale = self._look.theme.scale
        at = min(range(len(steps)), key=lambda number: abs(steps[number] - scale))
        self.wish(replace(wishes, scale=steps[min(max(at + by, 0), len(steps) - 1)]))

    def wish(self, wishes: Wishes) -> None:
        """Apply and keep."""
        self._look.wish(wishes)
        self.wished.emit(wishes)
        self._scope.restart(self._keep(wishes), name="keep wishes")

    async def _open(self, page: str) -> None:
        await self._read_hosts()
        self.changing.emit()
        if self.dialog is not None:
            self.dialog.show_page(page)
            return
        from app.ui.settings.dialog import SettingsDialog  # loaded when it is opened

        dialog = self.dialog = SettingsDialog(self._look, self._entries(), self._window, page=page)
        dialog.finished.connect(self._on_closed)
        dialog.going.connect(self.changing)
        self.opened.emit(dialog)
        dialog.open()
        warm(dialog, SETTLING)

    def as_room(self, window: QWidget) -> Over:
        """For back and forward: each of its pages is a place."""
        from app.ui.presenters.travel import Visit
        from app.ui.presenters.travel_over import Over

        return Over(
            window,
            lambda: self.dialog,
            lambda: Visit(self.dialog.key if self.dialog is not None else ""),
            lambda visit: self.open(str(visit.what)),
            self._close,
        )

    def _on_closed(self) -> None:
        self.changing.emit()
        self._backups = {}
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _entries(self) -> list[PageEntry]:
        from app.ui.settings.dialog import PageEntry

        return [
            PageEntry("appearance", "palette", "Appearance", self._make_appearance),
            self._moderation_entry(PageEntry),
            PageEntry("composing", "pencil-simple", "Composing", self._make_composing),
            PageEntry("media", "image", "Media", self._make_media),
            PageEntry("announcing", "bell", "Notifications", self._announcing),
            PageEntry("live", "lightning", "Live", self._make_live),
            PageEntry("storage", "hard-drives", "Storage", self._make_storage),
            PageEntry("own", "suitcase", "What is yours", self._make_own),
            PageEntry("hosts", "broadcast", "Hosts spoken to", self._make_hosts),
            PageEntry("keyboard", "keyboard", "Keyboard", self._make_keys),
        ]

    def _make_keys(self) -> QWidget:
        from app.ui.settings.lists import KeyboardPage

        return KeyboardPage(self._look, groups_in(self._rooms()))

    def _moderation_entry(self, entry: type[PageEntry]) -> PageEntry:
        width = self._look.theme.tokens.moderation.page
        make = self._make_moderation
        return entry("moderation", "shield-warning", "Moderation", make, width)

    def _make_moderation(self) -> QWidget:
        presenter = self._moderation()
        if not self._met:
            self._met = True
            presenter.left.connect(self._close)
        return presenter.make_page()

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()

    def _make_appearance(self) -> QWidget:
        from app.ui.settings.appearance import AppearancePage

        page = AppearancePage(self._look)
        page.wished.connect(self.wish)
        return page

    def _make_media(self) -> QWidget:
        from app.services.media_wishes import MOVES, SAVER, wants
        from app.ui.settings.appearance import MediaPage

        setting = self._house.store.reader.setting
        page = MediaPage(self._look, {name for name in (SAVER, MOVES) if wants(setting, name)})
        page.wished.connect(self.wish)
        page.chosen.connect(self._on_media)
        return page

    def _on_media(self, name: str, on: bool) -> None:
        async def keep() -> None:
            try:
                await self._house.store.keep(lambda keeper: keeper.set_setting(name, on))
            except ServiceError as error:
                log.warning("settings not kept: %s", error.kind)

        self._scope.start(keep(), name=f"keep {name}")

    def _make_live(self) -> QWidget:
        from app.ui.presenters.live_choices import LiveChoices

        if self._live is None:
            self._live = LiveChoices(self._look, self._house, self._scope)
        return self._live.make_page()

    def _make_composing(self) -> QWidget:
        from app.services.composing import COMPOSING, wishes_from
        from app.ui.composer.values import Who
        from app.ui.settings.composing import ComposingPage

        mine = [
            Who(account=one.id, name=one.name, handle=one.handle)
            for one in self._house.accounts.all()
        ]
        wishes = wishes_from(self._house.store.reader.setting(COMPOSING, {}))
        page = ComposingPage(self._look, wishes, mine)
        page.wished.connect(
            lambda wishes: self._scope.restart(self._keep_composing(wishes), name="keep composing")
        )
        return page

    async def _keep_composing(self, wishes: ComposeWishes) -> None:
        from app.services.composing import COMPOSING, kept

        try:
            await self._house.store.keep(lambda keeper: keeper.set_setting(COMPOSING, kept(wishes)))
        except ServiceError as error:
            log.warning("settings of composing not kept: %s", error.kind)

    def _make_storage(self) -> QWidget:
        from app.ui.presenters.storage import StoragePresenter

        if self._storage is None:
            self._storage = StoragePresenter(self._look, self._house, self._scope, self)
        return self._storage.make_page()

    def _make_own(self) -> QWidget:
        from app.ui.settings.owning import OwningPage

        page = OwningPage(self._look, self._house.accounts.all(), self._backups)
        page.wanted.connect(self._on_own)
        if self._last_good is not None and not self._backups:
            self._scope.restart(self._read_backups(self._last_good), name="read backups")
        return page

    async def _read_backups(self, read: Callable[[], Awaitable[Mapping[str, str]]]) -> None:
        self._backups = await read()
        if self._backups and self.dialog is not None:
            self.dialog.show_page("own")

    def _on_own(self, act: str, account: str) -> None:
        self._close()
        self._own(act, account)

    def _make_hosts(self) -> QWidget:
        from app.ui.settings.lists import HostsPage

        asks = bool(self._house.store.reader.setting(ASK_ORIGINS, True))
        page = HostsPage(self._look, self._hosts, datetime.now(UTC), origins=asks)
        page.origins_wished.connect(
            lambda on: self._scope.restart(self._keep_origins(on), name="keep origins")
        )
        return page

    async def _keep_origins(self, on: bool) -> None:
        try:
            await self._house.store.keep(lambda keeper: keeper.set_setting(ASK_ORIGINS, on))
        except ServiceError as error:
            log.warning("whether origins are asked not kept: %s", error.kind)

    async def _read_hosts(self) -> None:
        from app.ui.settings.lists import HostLine

        try:
            used = await self._house.hosts.all()
        except ServiceError as error:
            log.warning("hosts: %s", error.kind)
            return
        lines = [HostLine(use.host, use.why, use.count, use.last) for use in used]
        self._hosts = tuple(sorted(lines, key=lambda line: line.last, reverse=True))

    async def _keep(self, wishes: Wishes) -> None:
        from app.services.media import REMOTE_MEDIA

        value, remote = kept(wishes), "always" if wishes.remote_media else "never"

        def write(keeper: Keeper) -> None:
            # At once: what is shown as chosen is what is done.
            keeper.set_setting(WISHES, value)
            keeper.set_setting(REMOTE_MEDIA, remote)

        try:
            await self._house.store.keep(write)
        except ServiceError as error:
            log.warning("settings not kept: %s", error.kind)
