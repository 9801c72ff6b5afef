"""Choosing an emoji for a post: signs of Unicode at once, those of the server when it tells."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from shiboken6 import isValid

from app.model.errors import ServiceError
from app.services.wishing import emoji_turn
from app.ui.composer.emoji import EmojiPopover

if TYPE_CHECKING:
    from app.feed.rows import Card
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.theme.look import Look
    from app.ui.timeline.view import TimelineView

log = logging.getLogger(__name__)


def choose_emoji(
    look: Look,
    house: House,
    scope: TaskScope,
    view: TimelineView,
    at: QPoint,
    card: Card,
    then: Callable[[str], None],
) -> None:
    """
    Open it at *at*.

    Args:
        card: What it is for: the server that would put it there is asked what it has.
        then: Told what was chosen.
    """
    popover = EmojiPopover(look, view.window())
    popover.chosen.connect(then)
    popover.show_at(at)

    async def load() -> None:
        try:
            account = emoji_turn(card, house.accounts.all(), "")[0]
            own = await house.reactions.emoji_of(account)
        except ServiceError as error:
            log.info("emoji of a server: %s", error.kind)  # those of Unicode are there
            return
        if own and isValid(popover) and isValid(view):
            popover.offer(own, view.pictures)

    scope.restart(load(), name="emoji of a server")
