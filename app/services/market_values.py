"""What the marketplace says of itself, to the command line and the window. Values only."""

from __future__ import annotations

from msgspec import Struct

from app.feed.rows import Card
from app.model import AccountId, Cursor, Source
from app.model.errors import ServiceError
from app.model.moderation import SavedFeed
from app.model.offers import Offer


class Stall(Struct, frozen=True, kw_only=True):
    """
    An offer, and who found it.

    Attributes:
        account: Whose server offers it; it is read as that account.
        can_pin: Its server keeps such pins.
        pinned, saved: Whether that account has.
    """

    account: AccountId
    offer: Offer
    can_pin: bool = False
    pinned: bool = False
    saved: bool = False

    @property
    def source(self) -> Source:
        """Where its posts come from."""
        return Source(self.offer.kind, self.offer.arg)


class Refusal(Struct, frozen=True):
    """An account whose server did not answer, and why; the others did."""

    account: AccountId
    error: ServiceError


class Found(Struct, frozen=True, kw_only=True):
    """What was found, and where one could not look. *older*: how it goes on, per account."""

    stalls: tuple[Stall, ...]
    refusals: tuple[Refusal, ...] = ()
    older: tuple[tuple[AccountId, Cursor], ...] = ()


class Sample(Struct, frozen=True, kw_only=True):
    """
    What a feed is like: its first posts, in its order, judged as everything is.

    Attributes:
        hidden: So many were left out.
        trouble: Why there are none.
    """

    cards: tuple[Card, ...] = ()
    hidden: int = 0
    trouble: ServiceError | None = None


def gone_offer(feed: SavedFeed) -> Offer:
    """What is saved, and nobody knows any more."""
    return Offer(
        kind="feed" if feed.kind == "feed" else "list",
        arg=feed.value,
        name=feed.value.rpartition("/")[2][:80],
        about="It may have been deleted.",
    )
