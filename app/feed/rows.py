"""What a timeline shows, row by row: the last value before anything is drawn."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from app.model import AccountId, Post, Repost, ViewerState
from app.model.timeline import GapRow, RowKey, StubRow
from app.moderation.verdict import SHOW, Verdict


class Reason(Struct, frozen=True, omit_defaults=True):
    """Why a row is where it is. *kind* is stable, *text* is for people."""

    kind: str
    text: str
    weight: float = 0.0


class Copy(Struct, frozen=True, omit_defaults=True):
    """
    One post of an echo.

    *evidence*: why it is the same thought, a sentence; "" for the shown copy.
    """

    post: Post
    accounts: tuple[AccountId, ...]
    evidence: str = ""


class Card(Struct, frozen=True, kw_only=True):
    """
    A post as it is shown: one thought, however many copies and reposts.

    Attributes:
        post: The copy that is drawn.
        copies: All copies, *post* first; at most one per network counts in
            the action row, in this order.
        reposts: Newest first; empty when it stands here for itself.
        viewers: Per account, what it did with the copy it sees.
    """

    key: RowKey
    entry_key: str
    sort_at: datetime
    post: Post
    copies: tuple[Copy, ...]
    reposts: tuple[Repost, ...] = ()
    viewers: dict[AccountId, ViewerState] = {}
    verdict: Verdict = SHOW
    quote_verdict: Verdict = SHOW
    reasons: tuple[Reason, ...] = ()

    @property
    def networks(self) -> tuple[str, ...]:
        """Networks of its copies, in a fixed order."""
        return tuple(sorted({copy.post.network for copy in self.copies}, reverse=True))


Row = Card | GapRow | StubRow


class FoldRow(Struct, frozen=True, kw_only=True):
    """
    What is folded below a card of a feed: one row for all of it.

    Attributes:
        head: Of the card above.
        text: How many, and of whom or about what.
        opened: They stand below it now.
    """

    key: RowKey
    head: RowKey
    text: str
    opened: bool = False


Shown = Row | FoldRow
"""What a timeline on the screen is made of."""

KEPT_CLOSE = {
    "direct": "It is for those it mentions: it cannot be reposted",
    "followers": "It is for its author’s followers: only its author may repost it",
}
"""Why a post of that visibility is not passed on."""
