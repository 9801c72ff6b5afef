"""Notifications, given what they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from app.services.moderation import Moderation
    from app.services.notifications import Notifications
    from app.services.sync_loop import SyncLoop
    from app.wiring.writing import Ground


class Closes(Protocol):
    """A room that has something to do at the end."""

    def close(self) -> Awaitable[None]:
        """Do it."""
        ...


def ends_of(*rooms: Closes) -> tuple[Callable[[], Awaitable[None]], ...]:
    """What each does at the end, in order."""
    return tuple(room.close for room in rooms)


def noticing(ground: Ground, moderation: Moderation, loop: SyncLoop) -> Notifications:
    """Nothing is read or asked yet: they come along with every round of an account."""
    from app.services.notifications import Notifications

    g = ground
    made = Notifications(
        g.store,
        g.accounts,
        g.bridging,
        moderation,
        g.clock,
        note_saved=g.timelines.note_saved,
        offline=g.options.offline,
    )
    loop.accompany(made.request)
    return made
