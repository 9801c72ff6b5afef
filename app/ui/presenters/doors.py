"""Timelines and feeds behind one door: whoever shows them need not know which is which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.presenters.places import feed_of, is_feed

if TYPE_CHECKING:
    from app.model.timeline import TimelineId
    from app.services.feeds import Feeds
    from app.services.gap_filling import GapFilling
    from app.services.open_timeline import OpenTimeline
    from app.services.ranked_timeline import RankedTimeline
    from app.services.timelines import Timelines


class Doors:
    """What ``TimelinePresenter`` opens (its ``OpensTimelines``)."""

    def __init__(self, timelines: Timelines, feeds: Feeds) -> None:
        self._timelines, self._feeds = timelines, feeds

    @property
    def gaps(self) -> GapFilling:
        """Filling gaps."""
        return self._timelines.gaps

    def open(self, timeline: TimelineId) -> OpenTimeline | RankedTimeline:
        """Raises: NotFound, BadInput (a broken recipe), StoreError."""
        if is_feed(timeline):
            return self._feeds.open(feed_of(timeline))
        return self._timelines.open(timeline)

    async def leave(self, opened: OpenTimeline | RankedTimeline) -> None:
        """Keep its reading position. Raises: StoreError."""
        await self._feeds.leave(opened)

    async def show_apart(self, post_uri: str) -> None:
        """Raises: StoreError."""
        await self._timelines.show_apart(post_uri)

    async def join_again(self, post_uri: str) -> None:
        """Raises: StoreError."""
        await self._timelines.join_again(post_uri)

    def is_apart(self, post_uri: str) -> bool:
        """Raises: StoreError."""
        return self._timelines.is_apart(post_uri)
