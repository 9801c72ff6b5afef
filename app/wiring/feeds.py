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


def feeding(ground: Ground, sync: Sync, people: People, moderation: Moderation) -> Feeds:
    """Nothing is read yet."""
    from app.services.feeds import Feeds

    g = ground
    feeds = Feeds(
        g.store,
        g.accounts,
        sync,
        g.bridging,
        g.timelines,
        g.clock,
        people,
        g.shadows,
        documents,
        offline=g.options.offline,
    )
    moderation.subscribe(lambda change: feeds.moderation_changed())
    return feeds


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
