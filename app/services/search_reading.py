"""What a search reads from the cache, each in one go on a reader's thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.model import Post
from app.model.query import Query
from app.model.timeline import Echo

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.store import Reader
    from app.store.seeking import Looked
    from app.store.values import Found

MOST_KEPT = 2_000
"""Bookmarks or likes that are shown at a time."""


def step(query: Query, below: int | None, scan: int, mine: Sequence[str], reader: Reader) -> Looked:
    """What the next stretch of posts has."""
    from app.store.seeking import Seeker

    return Seeker(reader).look(query, below, scan, mine)


def bookmarked(filed: Sequence[Post], reader: Reader) -> tuple[Found, ...]:
    """What accounts have bookmarked, and what is filed here; newest first."""
    from app.store.seeking import Seeker

    seeker = Seeker(reader)
    return seeker.with_viewers(seeker.with_kept(seeker.marked("bookmarked", MOST_KEPT), filed))


def liked(_filed: Sequence[Post], reader: Reader) -> tuple[Found, ...]:
    """What accounts have liked, newest first."""
    from app.store.seeking import Seeker

    seeker = Seeker(reader)
    return seeker.with_viewers(seeker.marked("liked", MOST_KEPT))


def echoes(found: Sequence[Found], reader: Reader) -> tuple[Echo, ...]:
    """The same as rows."""
    from app.store.seeking import Seeker

    return Seeker(reader).echoes(found)


def echo_at(uri: str, reader: Reader) -> tuple[Echo, ...]:
    """The post with that URI as a row; () = it is not kept."""
    from app.store.seeking import Seeker

    return Seeker(reader).at(uri)


def known(uris: Sequence[str], reader: Reader) -> frozenset[str]:
    """Those of *uris* that have been read."""
    return frozenset(reader.posts(uris))
