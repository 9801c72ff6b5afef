"""The feeds of a profile, and the documents that come with them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.feed_book import Documents
    from app.services.feeds import Feeds
    from app.services.moderation import Moderation
    from app.services.people import People
    from app.services.sync import Sync
    from app.wiring.writing import Ground


class FeedRoom:
    """The feeds, made when they are first asked for; whoever reads newest first never does."""

    def __init__(self, ground: Ground, sync: Sync, people: People, moderation: Moderation) -> None:
        self._ground, self._sync = ground, sync
        self._people, self._moderation = people, moderation
        self._feeds: Feeds | None = None

    def __call__(self) -> Feeds:
        """Nothing is read yet."""
        if self._feeds is None:
            from app.services.feeds import Feeds

            g = self._ground
            feeds = self._feeds = Feeds(
                g.store,
                g.accounts,
                self._sync,
                g.bridging,
                g.timelines,
                g.clock,
                self._people,
                g.shadows,
                documents,
                offline=g.options.offline,
            )
            self._moderation.subscribe(lambda change: feeds.moderation_changed())
        return self._feeds

    async def close(self) -> None:
        """Keep what they have to keep. Raises: StoreError."""
        if self._feeds is not None:
            await self._feeds.close()


@cache
def documents() -> Documents:
    """The built-in feeds and lists of words."""
    from msgspec import json

    from app.resources import resource
    from app.services.feed_book import Documents

    order = json.decode(resource("feeds", "order.json").read_bytes(), type=tuple[str, ...])
    return Documents(
        order=order,
        feeds={id: resource("feeds", f"{id}.json").read_bytes() for id in order},
        topics=resource("feeds", "topics.json").read_bytes(),
    )
