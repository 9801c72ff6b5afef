"""
The only place where concrete classes meet.

``Wiring.build`` makes a ``House`` for a profile without touching the network
and without loading what the first frame does not need. ``Wiring`` is also what
the command line gets as its doors.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.model.errors import ServiceError
from app.services.options import Options
from app.wiring.profile import leave, profile_of

if TYPE_CHECKING:
    from app.portability.belongings import Belongings
    from app.services.clock import Clock
    from app.services.hosts import Hosts
    from app.services.house import House
    from app.store import Store
    from app.wiring.writing import Ground

__all__ = ["WindowSite", "Wiring", "profile_of"]

_PAUSE = 0.04
"""Behind a window: two frames are painted between two pages that were fetched."""


class Wiring:
    """Builds houses, and opens what stands in front of them."""

    def build(self, options: Options) -> House:
        """
        Everything for one profile.

        Raises:
            StoreError: The profile cannot be opened.
        """
        from app.store import Store

        profile = profile_of(options)
        return self.furnish(options, profile, Store.open(profile))

    def furnish(
        self,
        options: Options,
        profile: Path,
        store: Store,
        clock: Clock | None = None,
        *,
        pause: float = 0.0,
    ) -> House:
        """Around a store that is open already. *pause*: s between two large answers."""
        from app.services.clock import SystemClock
        from app.services.hosts import Hosts
        from app.services.logs import start_logging
        from app.services.shadows import Shadows
        from app.services.sync_loop import SyncLoop
        from app.wiring.feeds import FeedRoom
        from app.wiring.finding import finding_of
        from app.wiring.late import Late, in_turn
        from app.wiring.messaging import MailRoom
        from app.wiring.moderating import moderating
        from app.wiring.noticing import ends_of, noticing
        from app.wiring.rooms import keeping, pictures, reading
        from app.wiring.writing import Ground, writing

        start_logging(profile, verbose=options.verbose)
        clock = clock or SystemClock()
        late = Late(profile, options, clock, pause)
        shadows = Shadows()
        read = reading(store, late, clock, shadows, options.offline)
        accounts, bridging, sync, timelines, moderation = read
        hosts = Hosts(store, late.known_hosts, clock)
        media, cache = pictures(late, profile, options, store, accounts)
        retry_now = in_turn(late.retry_now, media.retry_now)
        loop = SyncLoop(sync, accounts, clock, retry_now=retry_now)
        ground = Ground(
            profile, options, store, late, clock, accounts, bridging, timelines, shadows
        )
        said = writing(ground, loop.expect)
        told = noticing(ground, moderation, loop, sync, said)
        feeds = FeedRoom(ground, sync, said.people, moderation, told.live)
        mail = MailRoom(loop, told.live, ground, said, moderation)
        return _housed(
            ground,
            (*said.ends, *ends_of(told.notifications, mail, moderation, feeds, timelines, media)),
            hosts=hosts,
            sync=sync,
            loop=loop,
            **feeds.doors,
            **finding_of(ground, said),
            **mail.doors,
            **keeping(ground, cache, hosts),
            media=media,
            moderation=moderation,
            **told._asdict(),
            blocklists=moderating(ground, moderation, said),
            **vars(said),
        )

    def belongings(self, house: House, who: str) -> Belongings:
        """What can be done there with what a user owns. *who*: works on it, in words."""
        from app.wiring.owning import belongings

        return belongings(house, who)

    def window(self, options: Options) -> int:
        """Open the window; returns the exit status when it is closed."""
        import gc

        # Until the loop runs everything that is made stays; looking for
        # garbage in it costs a tenth of the start.
        gc.disable()
        from app.ui.start import open_window

        profile = profile_of(options)
        return open_window(lambda: WindowSite(self, options, profile), profile)

    def tour(self, folder: Path) -> list[Path]:
        """Render the main screens of the demo to PNG files in *folder*."""
        from app.ui.tour import render_tour

        options = Options(demo=True)

        def make_site(clock: Clock) -> WindowSite:
            return WindowSite(self, options, profile_of(options), clock)

        return render_tour(folder, make_site)

    @asynccontextmanager
    async def house(self, options: Options) -> AsyncIterator[House]:
        """A started house for one command, closed at its end."""
        house = self.build(options)
        try:
            await house.start()
            if options.demo:
                from app.wiring.rooms import calm_demo

                calm_demo(house.registry())
            yield house
        finally:
            await house.close()


class WindowSite:
    """What a window is opened on: the store at once, everything else later."""

    def __init__(
        self, wiring: Wiring, options: Options, profile: Path, clock: Clock | None = None
    ) -> None:
        from app.store import Store
        from app.wiring.late import NETWORK_ORDER

        self._wiring, self._options, self._clock = wiring, options, clock
        self.profile = profile
        self.store = Store.open(profile)
        self.offline = options.offline
        self.order = NETWORK_ORDER

    def now(self) -> datetime:
        """Aware UTC."""
        return self._clock.now() if self._clock else datetime.now(UTC)

    def belongings(self, house: House) -> Belongings:
        """What can be done with what its user owns: moves, archives."""
        from app.wiring.owning import THE_WINDOW

        return self._wiring.belongings(house, THE_WINDOW)

    def furnish(self) -> House:
        """Everything else: loads what is slow to load."""
        return self._wiring.furnish(
            self._options, self.profile, self.store, self._clock, pause=_PAUSE
        )


def _housed(
    ground: Ground, ends: Sequence[Callable[[], Awaitable[None]]], *, hosts: Hosts, **rooms: Any
) -> House:
    """The house around its rooms. *ends*: what each room does at the end."""
    from app.services.house import House
    from app.wiring.rooms import start

    g, late = ground, ground.late
    return House(
        profile=g.profile,
        options=g.options,
        clock=g.clock,
        store=g.store,
        vault=late.vault,
        registry=late.registry,
        http=late.http,
        hosts=hosts,
        accounts=g.accounts,
        timelines=g.timelines,
        **rooms,
        start=partial(start, g.options, g.accounts),
        close=partial(_close, (*ends, late.close, hosts.keep), g),
    )


async def _close(ends: Sequence[Callable[[], Awaitable[None]]], ground: Ground) -> None:
    """All in order; the store last, and the demo's folder."""
    try:
        await _end_all(*ends)
    finally:
        ground.store.close()
        leave(ground.profile, ground.options)


async def _end_all(*ends: Callable[[], Awaitable[None]]) -> None:
    """Each of them, whatever becomes of the others: a full disk must not keep a file open."""
    import logging  # not loaded before the first frame

    log = logging.getLogger(__name__)
    for end in ends:
        try:
            await end()
        except ServiceError as error:
            log.warning("at the end: %s", error.kind)
        except Exception:
            log.exception("bug at the end")
