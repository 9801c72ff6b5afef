"""
``godwit tour``: the main screens, from the demo, as PNG files. Needs no screen.

The clock stands still and nothing is fetched, so the same program gives the
same pictures.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.ui import (
    tour_cards,
    tour_composer,
    tour_feeds,
    tour_media,
    tour_messages,
    tour_moderation,
    tour_moving,
    tour_notifications,
    tour_people,
    tour_place,
    tour_search,
    tour_sheets,
    tour_shelves,
    tour_thread,
)
from app.ui.qtlog import listen_to_qt
from app.ui.theme import Scheme, pinned_fonts
from app.ui.theme.look import Look, Wishes

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.presenters.live import Live
    from app.ui.start import Front, Site

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
MORNING = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)
SETTLED, PATIENCE = 0.15, 8.0
"""Seconds without a change until a picture is taken; at most."""


class StillClock:
    """Always the same moment; waits only for events."""

    def now(self) -> datetime:
        """The morning of the pictures."""
        return MORNING

    def passed(self) -> float:
        """Nothing."""
        return 0.0

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Until *event* is set: no time passes."""
        await event.wait()
        return True


class MakesSites(Protocol):
    """Opens a fresh demo that goes by that clock."""

    def __call__(self, clock: StillClock) -> Site: ...


class Room(Protocol):
    """A module that takes pictures of one room of the window."""

    @property
    def NAMES(self) -> tuple[str, ...]:
        """What they are called."""
        ...

    @property
    def pictures(self) -> Callable[[Front, Live, Settle], AsyncIterator[tuple[str, QImage]]]:
        """Takes them."""
        ...


class Shot(Struct, frozen=True, kw_only=True):
    """One picture of the window."""

    name: str
    scheme: Scheme = "light"
    scale: float = 1.0
    size: tuple[int, int] = (1280, 800)
    rtl: bool = False
    down: int = 0


WINDOWS = (
    Shot(name="timeline-light"),
    Shot(name="timeline-dark", scheme="dark"),
    Shot(name="timeline-contrast-dark", scheme="hcDark"),
    Shot(name="timeline-contrast-light", scheme="hcLight"),
    Shot(name="narrow-light", size=(520, 800)),
    Shot(name="narrow-rtl-light", size=(520, 800), rtl=True),
    Shot(name="rail-light", size=(1000, 700)),
    Shot(name="rtl-light", rtl=True),
    Shot(name="text-125-dark", scheme="dark", scale=1.25),
    Shot(name="text-200-light", scale=2.0),
)


DOWN = (
    Shot(name="timeline-down-light", down=1500),
    Shot(name="timeline-down-dark", scheme="dark", down=1500),
)
"""Last, since the reading position is kept from then on."""


SCHEMES: tuple[Scheme, ...] = ("light", "dark")


def render_tour(folder: Path, make_site: MakesSites, only: Collection[str] = ()) -> list[Path]:
    """
    Write the pictures to *folder* and return their paths.

    Args:
        only: Names of pictures; empty: all.

    Raises:
        OSError: The folder cannot be written.
    """
    if QApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    listen_to_qt()
    app = QApplication.instance() or QApplication(["godwit"])
    assert isinstance(app, QApplication)
    folder.mkdir(parents=True, exist_ok=True)
    from app.ui import asyncqt

    tour = _Tour(app, folder, pinned_fonts(), only)
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    try:
        asyncqt.run(tour.run(make_site), app)
    finally:
        QLocale.setDefault(before)
        app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    return tour.written


class _Tour:
    """Takes the pictures one after the other."""

    def __init__(self, app: QApplication, folder: Path, family: str, only: Collection[str]) -> None:
        self._app, self._folder, self._family, self._only = app, folder, family, only
        self.written: list[Path] = []

    async def run(self, make_site: MakesSites) -> None:
        """All of them."""
        site = make_site(StillClock())
        house = site.furnish()
        try:
            await self._first_run(site, house)
            await house.start()
            await house.sync.run()
            for shot in WINDOWS:
                await self._window(site, house, shot)
            for scheme in ("light", "dark"):
                await self._sheets(site, house, scheme)
            await self._writing(site, house, "light")
            await self._writing(site, house, "dark")
            for room in (tour_thread, tour_feeds, tour_search, tour_media):
                for scheme in SCHEMES:
                    await self._room(site, house, scheme, room)
            await self._shelves(site, house, "light")
            await self._shelves(site, house, "dark")
            for scheme in SCHEMES:
                await self._people(site, house, scheme)
            await self._notices(site, house, "light")
            await self._notices(site, house, "dark")
            await self._messages(site, house, "light")
            await self._messages(site, house, "dark")
            await self._moderation(site, house, "light")
            await self._moderation(site, house, "dark")
            await self._moving(site, house, "light")
            await self._moving(site, house, "dark")
            for scheme in SCHEMES:
                await self._place(site, house, scheme)
            for shot in DOWN:
                await self._window(site, house, shot)
        finally:
            await house.close()

    def _keep(self, name: str, image: QImage) -> None:
        path = self._folder / f"{name}.png"
        if not image.save(str(path)):
            raise OSError(f"{path} cannot be written")
        self.written.append(path)

    def _look(self, scheme: Scheme, scale: float = 1.0) -> Look:
        wishes = Wishes(scale=scale, reduce_motion=True)
        return Look(self._app, wishes, family=self._family, scheme=scheme)

    async def _first_run(self, site: Site, house: House) -> None:
        for scheme in ("light", "dark"):
            if not self._wants(f"first-run-{scheme}"):
                continue
            look = self._look(scheme)
            self._keep(f"first-run-{scheme}", tour_sheets.first_run(look, house.registry()))

    def _wants(self, name: str) -> bool:
        return not self._only or name in self._only

    async def _window(self, site: Site, house: House, shot: Shot) -> None:
        if not self._wants(shot.name):
            return
        direction = Qt.LayoutDirection.RightToLeft if shot.rtl else Qt.LayoutDirection.LeftToRight
        self._app.setLayoutDirection(direction)
        front, end = await self._open(site, house, self._look(shot.scheme, shot.scale), shot.size)
        if shot.down:
            front.view.scroll_by(shot.down)
            await settle(lambda: grab(front))
        self._keep(shot.name, grab(front))
        await end()
        self._app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    async def _sheets(self, site: Site, house: House, scheme: Scheme) -> None:
        sheets: Sequence[tuple[str, Callable[[Look, Front, House], QImage]]] = (
            ("cards", tour_cards.cards),
            ("accounts", tour_sheets.accounts),
            ("states", tour_sheets.states),
            ("settings", tour_sheets.settings),
        )
        sheets = [sheet for sheet in sheets if self._wants(f"{sheet[0]}-{scheme}")]
        if not sheets:
            return
        look = self._look(scheme)
        front, end = await self._open(site, house, look, (1280, 800))
        for name, make in sheets:
            if name == "cards":
                # The first asks for pictures that were not in sight before.
                await settle(lambda: tour_cards.cards(look, front, house))
            self._keep(f"{name}-{scheme}", make(look, front, house))
        await end()

    async def _writing(self, site: Site, house: House, scheme: Scheme) -> None:
        names = [f"{name}-{scheme}" for name in ("composer", "composer-pane", "outbox")]
        if not any(map(self._wants, names)):
            return
        front, end, live = await self._live(site, house, self._look(scheme), (1280, 800))
        async for name, image in tour_composer.pictures(front, live, house, settle):
            if self._wants(f"{name}-{scheme}"):
                self._keep(f"{name}-{scheme}", image)
        await end()

    async def _shelves(self, site: Site, house: House, scheme: Scheme) -> None:
        if not any(self._wants(f"{name}-{scheme}") for name in tour_shelves.NAMES):
            return
        front, end, live = await self._live(site, house, self._look(scheme), (1280, 800))
        async for name, image in tour_shelves.pictures(front, live, house, settle):
            if self._wants(f"{name}-{scheme}"):
                self._keep(f"{name}-{scheme}", image)
        await end()

    async def _room(self, site: Site, house: House, scheme: Scheme, room: Room) -> None:
        if not any(self._wants(f"{name}-{scheme}") for name in room.NAMES):
            return
        front, end, live = await self._live(site, house, self._look(scheme), (1280, 800))
        async for name, image in room.pictures(front, live, settle):
            if self._wants(f"{name}-{scheme}"):
                self._keep(f"{name}-{scheme}", image)
        await end()

    async def _moderation(self, site: Site, house: House, scheme: Scheme) -> None:
        if not any(self._wants(f"{name}-{scheme}") for name in tour_moderation.NAMES):
            return
        front, end, live = await self._live(site, house, self._look(scheme), (1280, 800))
        async for name, image in tour_moderation.pictures(front, live, house, settle):
            if self._wants(f"{name}-{scheme}"):
                self._keep(f"{name}-{scheme}", image)
        await end()

    async def _notices(self, site: Site, house: House, scheme: Scheme) -> None:
        if not any(self._wants(f"{name}-{scheme}") for name in tour_notifications.NAMES):
            return
        front, end, live = await self._live(site, house, self._look(scheme), (1280, 800))
        async for name, image in tour_notifications.pictures(front, live, house, settle):
            if self._wants(f"{name}-{scheme}"):
                self._keep(f"{name}-{scheme}", image)
        await end()

    async def _people(self, site: Site, house: House, scheme: Scheme) -> None:
        if not any(self._wants(f"{name}-{scheme}") for name in tour_people.NAMES):
            return
        front, end, live = await self._live(site, house, self._look(scheme), (1280, 800))
        async for name, image in tour_people.pictures(front, live, house, settle):
            if self._wants(f"{name}-{scheme}"):
                self._keep(f"{name}-{scheme}", image)
        await end()

    async def _place(self, site: Site, house: House, scheme: Scheme) -> None:
        if not any(self._wants(f"{name}-{scheme}") for name in tour_place.NAMES):
            return
        front, end, live = await self._live(site, house, self._look(scheme), (1280, 800))
        async for name, image in tour_place.pictures(front, live, house, settle):
            if self._wants(f"{name}-{scheme}"):
                self._keep(f"{name}-{scheme}", image)
        await end()

    async def _messages(self, site: Site, house: House, scheme: Scheme) -> None:
        if not any(self._wants(f"{name}-{scheme}") for name in tour_messages.NAMES):
            return
        front, end, live = await self._live(site, house, self._look(scheme), (1280, 800))
        async for name, image in tour_messages.pictures(front, live, house, settle):
            if self._wants(f"{name}-{scheme}"):
                self._keep(f"{name}-{scheme}", image)
        await end()

    async def _moving(self, site: Site, house: House, scheme: Scheme) -> None:
        if not any(self._wants(f"{name}-{scheme}") for name in tour_moving.NAMES):
            return
        front, end, live = await self._live(site, house, self._look(scheme), (1280, 800))
        async for name, image in tour_moving.pictures(front, live, house, settle):
            if self._wants(f"{name}-{scheme}"):
                self._keep(f"{name}-{scheme}", image)
        await end()

    async def _open(
        self, site: Site, house: House, look: Look, size: tuple[int, int]
    ) -> tuple[Front, Callable[[], Awaitable[None]]]:
        """The window on the demo, with everything in place."""
        front, end, _ = await self._live(site, house, look, size)
        return front, end

    async def _live(
        self, site: Site, house: House, look: Look, size: tuple[int, int]
    ) -> tuple[Front, Callable[[], Awaitable[None]], Live]:
        from app.ui.presenters.live import Live
        from app.ui.start import Front

        front = Front(self._app, site, look)
        live = Live(
            front,
            lambda: house,
            belongings=site.belongings,
        )
        front.window.resize(*size)
        front.window.show()
        await live.begin(furnished=True)
        await settle(lambda: grab(front))

        async def end() -> None:
            await live.end()
            front.window.deleteLater()
            look.deleteLater()

        return front, end, live


async def settle(look_at: Callable[[], QImage]) -> None:
    """Wait until values and pictures have come and nothing changes any more."""
    last = None
    waited = 0.0
    while waited < PATIENCE:
        await asyncio.sleep(SETTLED)
        waited += SETTLED
        image = look_at()
        if image == last:
            return
        last = image


def grab(front: Front) -> QImage:
    """What the window shows."""
    return front.window.grab().toImage()
