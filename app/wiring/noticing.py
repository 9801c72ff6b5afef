"""Notifications, given what they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.moderation import Moderation
    from app.services.notifications import Notifications
    from app.services.sync_loop import SyncLoop
    from app.wiring.writing import Ground


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
