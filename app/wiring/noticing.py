"""What others do, given what it stands on: notifications, and what happens as it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.services.live import Live
    from app.services.markers import Markers
    from app.services.moderation import Moderation
    from app.services.notifications import Notifications
    from app.services.sync import Sync
    from app.services.sync_loop import SyncLoop
    from app.wiring.writing import Ground, Writing


class Closes(Protocol):
    """A room that has something to do at the end."""

    def close(self) -> Awaitable[None]:
        """Do it."""
        ...


def ends_of(*rooms: Closes) -> tuple[Callable[[], Awaitable[None]], ...]:
    """What each does at the end, in order."""
    return tuple(room.close for room in rooms)


class Told(NamedTuple):
    """These rooms, as a house names them."""

    notifications: Notifications
    live: Live
    markers: Markers


def noticing(
    ground: Ground, moderation: Moderation, loop: SyncLoop, sync: Sync, said: Writing
) -> Told:
    """Nothing is read or asked yet: they come along with every round of an account."""
    from app.services.live import Live
    from app.services.markers import Markers
    from app.services.notifications import Notifications

    g = ground
    notifications = Notifications(
        g.store,
        g.accounts,
        g.bridging,
        moderation,
        g.clock,
        note_saved=g.timelines.note_saved,
        offline=g.options.offline,
    )
    loop.accompany(notifications.request)
    live = Live(
        g.store,
        g.accounts,
        sync,
        g.timelines,
        notifications,
        moderation,
        g.clock,
        request=loop.request,
    )
    live.counts.mind(said.reactions)
    loop.pause = live.pace.pause
    return Told(notifications, live, Markers(g.store, g.accounts, offline=g.options.offline))
