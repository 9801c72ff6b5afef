"""The sidebar's row of the outbox, without loading what shows the outbox itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.ui.presenters.warming import warm

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.shell.sidebar import Sidebar

OPEN_DRAFT = "ui.composer.draft"
"""Setting: the draft that is open, to go on after a crash."""


def watch(house: House, sidebar: Sidebar) -> Callable[[], None]:
    """Keep the row's numbers right from now on. Returns the way out."""

    def count(_change: object = None) -> None:
        from app.ui.outbox.words import needing, waiting  # after the first frame

        deliveries = house.outbox.deliveries()
        if deliveries:
            sidebar.show_outbox(waiting(deliveries), needing(deliveries))
        else:
            sidebar.show_outbox(0, 0)

    count()
    # The first composer then opens as fast as the second.
    sidebar.new_post.approached.connect(lambda: warm(sidebar))
    return house.outbox.subscribe(count)


def has_open_draft(house: House) -> bool:
    """Whether a draft was being written when the last run ended."""
    return bool(house.store.reader.setting(OPEN_DRAFT, ""))
