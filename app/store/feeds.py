"""Feeds of the user, and what was marked "more" or "less like this". In ``keep.db``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from app.store.keep import Keeper
    from app.store.reader import Reader


class KeptFeed(Struct, frozen=True):
    """A feed as it was saved: its document, read anew by every version of the program."""

    id: str
    recipe: str


class KeptMark(Struct, frozen=True, kw_only=True):
    """
    "More like this" or "less": of one post, in general or about a topic.

    Attributes:
        at: µs since 1970.
        words: The post's words, so that it can be learned from when it has left the cache.
    """

    uri: str
    more: bool
    at: int
    author: str
    words: str
    topic: str = ""


def kept_feeds(reader: Reader) -> tuple[KeptFeed, ...]:
    """In the user's order. Raises: StoreError."""
    found = reader._keep.all("SELECT id, recipe FROM feed ORDER BY place, id")
    return tuple(KeptFeed(*row) for row in found)


def save_feed(keeper: Keeper, feed: KeptFeed) -> None:
    """Add it at the end, or renew it in its place."""
    keeper._db.run(
        """INSERT INTO feed (id, place, recipe)
           VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM feed), ?)
           ON CONFLICT (id) DO UPDATE SET recipe=excluded.recipe""",
        (feed.id, feed.recipe),
    )


def drop_feed(keeper: Keeper, id: str) -> None:
    """Forget it, and where it was read. Harmless when there is none."""
    keeper._db.run("DELETE FROM feed WHERE id=?", (id,))
    keeper._db.run("DELETE FROM anchor WHERE timeline=?", (f"feed:{id}",))


def kept_marks(reader: Reader) -> tuple[KeptMark, ...]:
    """The oldest first. Raises: StoreError."""
    found = reader._keep.all(
        "SELECT uri, topic, more, at, author, words FROM feed_mark ORDER BY at, uri, topic"
    )
    return tuple(
        KeptMark(uri=uri, topic=topic, more=bool(more), at=at, author=author, words=words)
        for uri, topic, more, at, author, words in found
    )


def save_mark(keeper: Keeper, mark: KeptMark) -> None:
    """Remember it, in place of the one before."""
    keeper._db.run(
        """INSERT OR REPLACE INTO feed_mark (uri, topic, more, at, author, words)
           VALUES (?, ?, ?, ?, ?, ?)""",
        (mark.uri, mark.topic, int(mark.more), mark.at, mark.author, mark.words),
    )


def drop_marks(keeper: Keeper, uri: str | None = None) -> None:
    """Forget all marks, or those of one post."""
    if uri is None:
        keeper._db.run("DELETE FROM feed_mark")
    else:
        keeper._db.run("DELETE FROM feed_mark WHERE uri=?", (uri,))
