"""Likes, trends, and what servers tell about single posts, made when first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from app.wiring.rooms import languages

if TYPE_CHECKING:
    from app.services.histories import Histories
    from app.services.likes import Likes
    from app.services.translating import Translating
    from app.services.trends import Trends
    from app.services.who_reacted import WhoReacted
    from app.wiring.writing import Ground


class ShelvesRoom:
    """Each once."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._offline = ground.options.offline
        self.likes = cache(self._likes)
        self.trends = cache(self._trends)
        self.who_reacted = cache(self._who_reacted)
        self.histories = cache(self._histories)
        self.translating = cache(self._translating)

    def _likes(self) -> Likes:
        from app.services.likes import Likes

        g = self._ground
        return Likes(g.store, g.accounts, g.timelines, offline=self._offline)

    def _trends(self) -> Trends:
        from app.services.trends import Trends

        return Trends(self._ground.accounts, offline=self._offline)

    def _who_reacted(self) -> WhoReacted:
        from app.services.who_reacted import WhoReacted

        return WhoReacted(self._ground.accounts, offline=self._offline)

    def _histories(self) -> Histories:
        from app.services.histories import Histories

        return Histories(self._ground.accounts, offline=self._offline)

    def _translating(self) -> Translating:
        from app.services.translating import Translating

        return Translating(self._ground.accounts, languages, offline=self._offline)
