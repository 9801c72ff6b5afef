"""The feeds of a profile, and the documents that come with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.services.feed_book import Documents
    from app.services.feeds import Feeds
    from app.services.live import Live
    from app.services.market import Market
    from app.services.moderation import Moderation
    from app.services.people import People
    from app.services.pins import Pins
    from app.services.publishing import Publishing
    from app.services.sync import Sync
    from app.wiring.writing import Ground


class FeedRoom:
    """The feeds, made when they are first asked for; whoever reads newest first never does."""

    def __init__(
        self, ground: Ground, sync: Sync, people: People, moderation: Moderation, live: Live
    ) -> None:
        self._ground, self._sync, self._live = ground, sync, live
        self._people, self._moderation = people, moderation
        self._feeds: Feeds | None = None
        self._market: Market | None = None

    def __call__(self) -> Feeds:
        """Nothing is read yet."""
        if self._feeds is None:
            from app.services.feeds import Feeds
            from app.services.pins import Pins

            g = self._ground
            pins = Pins(g.store, g.accounts)
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
                pins=pins,
                live=self._live,
                offline=g.options.offline,
            )
            self._moderation.subscribe(lambda change: feeds.moderation_changed())
            self._market = self._make_market(feeds, pins)
            self._market.start()
        return self._feeds

    def market(self) -> Market:
        """What there is to read and pin; it keeps the pins among the feeds in step."""
        self()
        assert self._market is not None
        return self._market

    def publishing(self) -> Publishing:
        """Recipes that are published."""
        from app.services.publishing import Publishing

        g = self._ground
        return Publishing(g.accounts, self().recipe, offline=g.options.offline)

    @property
    def doors(self) -> dict[str, Callable[[], Any]]:
        """As the house has them."""
        return {
            "make_feeds": self,
            "make_market": self.market,
            "make_publishing": self.publishing,
        }

    def _make_market(self, feeds: Feeds, pins: Pins) -> Market:
        from app.services.market import Market

        g = self._ground
        return Market(
            g.accounts,
            pins,
            self._moderation,
            feeds.look,
            feeds.note_listed,
            offline=g.options.offline,
        )

    async def close(self) -> None:
        """Keep what they have to keep. Raises: StoreError."""
        if self._market is not None:
            await self._market.close()
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
