"""What the window does with what one owns: moving house and backups, made when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.model.errors import ServiceError

if TYPE_CHECKING:
    from app.model import NetworkInfo
    from app.portability.belongings import Belongings
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.accounts import AccountsPresenter
    from app.ui.presenters.late import LatePictures
    from app.ui.presenters.moving import MovingRoom
    from app.ui.presenters.moving_backups import BackupRoom
    from app.ui.presenters.moving_carry_over import CarryOverRoom
    from app.ui.presenters.moving_imports import ImportRoom
    from app.ui.presenters.surroundings import Surroundings
    from app.ui.presenters.travel import Travel
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look

LIBRARY = (
    "app.portability.moves",
    "app.portability.archives",
    "app.portability.imports",
    "app.portability.carry_over",
)

MOVES = "moves"
"""Folder of the profile that has moves."""

WAITING_AFTER, BACKUPS_AFTER = 1_500, 60_000
"""ms after the start until moves that wait are told, and backups that are due are made."""


class Owning(QObject):
    """A part of ``Behind``."""

    _look: Look
    _window: Window
    _pictures: LatePictures
    scope: TaskScope
    travel: Travel
    _belongings: Callable[[House], Belongings] | None = None

    @property
    def house(self) -> House:
        """Accounts, timelines and all else that needs no window."""
        raise NotImplementedError

    @property
    def accounts(self) -> AccountsPresenter:
        """Signing in, and what else one does with an account."""
        raise NotImplementedError

    def networks(self) -> Mapping[str, NetworkInfo]:
        """Names and marks of all networks."""
        raise NotImplementedError

    def tell(self, error: ServiceError) -> None:
        """Of a trouble that has no place of its own."""
        raise NotImplementedError

    def show_moving(self, banner: object) -> None:
        """Tell of a move while its page is closed; None: there is nothing to tell."""
        raise NotImplementedError

    def clear_window(self) -> bool:
        """Put away what covers the window. False: it asks first, and is still there."""
        raise NotImplementedError

    def is_made(self, room: str) -> bool:
        """Whether anything of it was ever opened."""
        return room in self.__dict__

    @cached_property
    def surroundings(self) -> Surroundings:
        """What every room is made with."""
        from app.ui.presenters.surroundings import Surroundings

        return Surroundings(
            self._look, self._window, self.house, self.scope, self._pictures, self.networks
        )

    @cached_property
    def belongings(self) -> Belongings:
        """What can be done with what the user owns."""
        assert self._belongings is not None
        return self._belongings(self.house)

    @cached_property
    def moving(self) -> MovingRoom:
        """Moving house."""
        from app.ui.presenters.moving import MovingRoom, MovingServices

        house, own = self.house, self.belongings
        services = MovingServices(
            moves=own.moves,
            accounts=house.accounts.all,
            networks=self.networks,
            preview=own.homes.look,
            now=house.clock.now,
            add_account=lambda protocol, where: self.accounts.add(protocol, where),
        )
        made = MovingRoom(self._look, self._window, services, self.scope, self._pictures, self.tell)
        self.travel.add("moving", made.as_room())
        made.banner_changed.connect(self.show_moving)
        return made

    @cached_property
    def backups(self) -> BackupRoom:
        """Backups."""
        from app.ui.presenters.moving_backups import BackupRoom, BackupServices

        house = self.house
        services = BackupServices(
            archives=self.belongings.archives,
            accounts=house.accounts.all,
            networks=self.networks,
            clock=house.clock,
            restore=lambda folder, network: self.moving.restore(folder, network),
        )
        made = BackupRoom(self._look, self._window, services, self.scope, self._pictures, self.tell)
        self.travel.add("backups", made.as_room())
        return made

    @cached_property
    def imports(self) -> ImportRoom:
        """Files that come to an account."""
        from app.ui.presenters.moving_imports import ImportRoom

        house = self.house
        made = ImportRoom(
            self._look,
            self._window,
            self.belongings.imports,
            house.accounts.all,
            house.clock,
            self.scope,
        )
        self.travel.add("imports", made.as_room())
        return made

    @cached_property
    def carry_over(self) -> CarryOverRoom:
        """The same people on the other network."""
        from app.ui.presenters.moving_carry_over import CarryOverRoom

        house = self.house
        made = CarryOverRoom(
            self._look,
            self._window,
            self.belongings.carry_over,
            house.accounts.all,
            self.networks,
            house.clock,
            self.scope,
            self._pictures,
        )
        self.travel.add("carry over", made.as_room())
        return made

    def own(self, act: str, account: str) -> None:
        """
        ``backup``, ``move`` or ``import`` an account; ``restore`` one from its backup;
        ``people``: find those whom it follows elsewhere.
        """
        self.scope.restart(self._own(act, account), name="what one owns")

    async def _own(self, act: str, account: str) -> None:
        if not self.clear_window():
            return
        await self._load()
        if act == "restore":
            self.backups.choose_restore()
            return
        room = {
            "backup": "backups",
            "move": "moving",
            "import": "imports",
            "people": "carry_over",
        }
        getattr(self, room[act]).open(account)

    async def _load(self) -> None:
        """Load the library on a reader's thread: 100 ms, and somebody may be scrolling."""
        await self.house.store.load(lambda _: [import_module(name) for name in LIBRARY])

    async def last_good(self) -> Mapping[str, str]:
        """When the backup of each account was good last, in words."""
        if self._belongings is None:
            return {}
        from app.ui.migration.backup_words import standing

        try:
            known = await self.belongings.archives.schedules.all()
        except ServiceError as error:
            self.tell(error)
            return {}
        now = self.house.clock.now()
        return {one.account: f"Backup: {standing(one, now)[2]}" for one in known}

    def watch_belongings(self) -> None:
        """From now on: moves that wait are told, backups that are due are made."""
        if self._belongings is None:
            return
        if (self.house.profile / MOVES).is_dir():
            QTimer.singleShot(WAITING_AFTER, self, self._watch_moves)
        if not self.house.options.offline:
            QTimer.singleShot(BACKUPS_AFTER, self, self._watch_backups)

    def _watch_moves(self) -> None:
        self.scope.start(self._tell_of_moves(), name="moves that wait")

    async def _tell_of_moves(self) -> None:
        await self._load()
        self.moving.show_waiting()

    def _watch_backups(self) -> None:
        self.scope.start(self._make_backups(), name="backups that are due")

    async def _make_backups(self) -> None:
        await self._load()
        await self.backups.watch()

    def leave_belongings(self) -> bool:
        """Put the page away that covers the window, if it is one of these."""
        if self.is_made("moving") and self.moving.wizard is not None:
            self.moving.close()
            return True
        if self.is_made("backups") and self.backups.frame is not None:
            self.backups.close()
            return True
        if self.is_made("imports") and self.imports.frame is not None:
            self.imports.close()
            return True
        if self.is_made("carry_over") and self.carry_over.frame is not None:
            self.carry_over.close()
            return True
        return False
