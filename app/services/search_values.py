"""What a search says of itself, to the command line and the window. Values only."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.feed.rows import Card
from app.model import AccountId, Cursor, Profile
from app.model.draft import PostAddress
from app.model.errors import ServiceError
from app.model.offers import Offer

Order = Literal["newest", "relevance"]


class Seen(Struct, frozen=True, kw_only=True):
    """
    What the cache has, as far as it was looked through.

    Attributes:
        cards: What fits, in order.
        hidden: So many fit, and moderation hides them.
        people: Who wrote what was found and is called like the words.
        tags: Tags that begin like a word, with how many of the found posts have them.
        below: Hand it back to go on; None: that was all.
        back_to: How far back it was looked, when there may be more.
        looked_at: Posts that had the words.
        done: This stretch is looked through; False: more of it comes at once.
    """

    cards: tuple[Card, ...] = ()
    hidden: int = 0
    people: tuple[Profile, ...] = ()
    tags: tuple[tuple[str, int], ...] = ()
    below: int | None = None
    back_to: datetime | None = None
    looked_at: int = 0
    done: bool = False


class Answer(Struct, frozen=True, kw_only=True):
    """
    What one account's server has found.

    Attributes:
        state: ``unable``: its server searches no posts (it may still find people).
        cards: Posts, in the server's order; what does not fit was sifted out here.
        seen: URIs of those that had been read before.
        people, tags, feeds: Whom and what it knows by those words.
        sifted: Operators that the server was not asked about.
        older: How it goes on.
        trouble: Why there is nothing, or not all.
    """

    account: AccountId
    state: Literal["asking", "ready", "unable", "failed"]
    cards: tuple[Card, ...] = ()
    seen: frozenset[str] = frozenset()
    people: tuple[Profile, ...] = ()
    tags: tuple[Offer, ...] = ()
    feeds: tuple[Offer, ...] = ()
    hidden: int = 0
    sifted: tuple[str, ...] = ()
    older: Cursor | None = None
    trouble: ServiceError | None = None


class Opened(Struct, frozen=True, kw_only=True):
    """What an address leads to: a post (its copies, with a card), somebody, or a feed or list."""

    posts: tuple[PostAddress, ...] = ()
    card: Card | None = None
    profile: Profile | None = None
    offer: Offer | None = None
    network: str = ""
