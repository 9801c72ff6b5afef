"""
What feeds say of themselves, to the command line and the window. Values only.

``services/feeds.Feeds`` offers all of this::

    feeds.list() -> tuple[FeedInfo, ...]            # in the order of the keys 1…9
    feeds.chosen -> str                             # id of the feed in use
    await feeds.use(id)                             # chosen from now on
    feeds.recipe(id) -> Recipe                      # Raises: NotFound, BadInput (a broken one)
    await feeds.save(recipe or JSON text) -> FeedInfo   # Raises: BadInput with line and key
    await feeds.remove(id) / feeds.export(id) -> str
    await feeds.preview(recipe or JSON text) -> Preview  # nothing is kept
    feeds.open(id) -> RankedTimeline                # a RowSource; run() it, leave() it
    await feeds.read(id, …) -> TimelinePage         # a page for the command line
    await feeds.why(uri, id="") -> Explanation      # why it is there, or why not
    await feeds.why_in(recipe, uri) -> Explanation  # the same in one that is not kept
    await feeds.mark(uri, "more"|"less", topic="")  # learning, only from this
    await feeds.unmark(uri) / await feeds.forget_marks()
    feeds.subscribe(listener) -> way out            # FeedsChanged
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.feed.rows import Card, Reason
from app.model import AccountId, Source
from app.model.errors import ServiceError
from app.moderation.verdict import SHOW, Verdict


class FeedInfo(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A feed in the switcher.

    Attributes:
        about: What it does and its formula, in words.
        number: The key that switches to it, 1…9; 0 = none.
        built_in: It comes with Godwit; a user's feed of the same id hides it.
        pinned: It stands here because an account has pinned it at its server.
        ranked: Not simply newest first.
        problem: "" or why the kept document cannot be used (line, key).
    """

    id: str
    name: str
    about: str = ""
    icon: str = ""
    number: int = 0
    built_in: bool = True
    pinned: bool = False
    chosen: bool = False
    ranked: bool = False
    experimental: bool = False
    problem: str = ""


class SourceTrouble(Struct, frozen=True):
    """A source of a feed that gave nothing, and why; the others go on. *at*: which."""

    source: str
    account: AccountId
    error: ServiceError
    at: Source | None = None


class Preview(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A dry run on the cache: "keeps 212 of 1 940 posts of the last 24 h, 14 authors removed".

    Attributes:
        words: That sentence.
        in_words: What the recipe does, a line each.
        rows: The first of what it would show, in its order.
        scores: Of *rows*; empty where no score orders.
        folded: Of *rows*, how many are folded below each.
        dropped: By rule, how many it removes.
        hidden: By cause, how many moderation leaves out before.
    """

    kept: int
    of: int
    hours: float
    authors_removed: int
    words: str
    in_words: tuple[str, ...] = ()
    rows: tuple[Card, ...] = ()
    scores: tuple[float, ...] = ()
    folded: tuple[int, ...] = ()
    dropped: dict[str, int] = {}
    hidden: dict[str, int] = {}


class ScorePart(Struct, frozen=True):
    """One term of a score: ``value × weight``. *name* in words."""

    feature: str
    name: str
    value: float
    weight: float
    amount: float


Step = Literal[
    "", "unknown", "source", "window", "moderation", "rule", "top", "author", "folded", "limit"
]


class Explanation(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Why a post is where it is in a feed, or why not.

    ``sum(part.amount) × decay × author_factor == score`` for ranked feeds.

    Attributes:
        position: From 1; 0 = it is not shown.
        step: Which step removed it; "" = none, it is shown.
        rule: The rule that kept it, or dropped it.
        reasons: All of it in words, the strongest first.
        uncertain: The post was judged alone: what is shown now may be older.
    """

    uri: str
    feed: str
    shown: bool
    position: int = 0
    step: Step = ""
    rule: str = ""
    score: float = 0.0
    parts: tuple[ScorePart, ...] = ()
    decay: float = 1.0
    author_factor: float = 1.0
    reasons: tuple[Reason, ...] = ()
    verdict: Verdict = SHOW


class FeedsChanged(Struct, frozen=True):
    """Feeds were added, changed, removed, chosen; or marks were made (*what* = marks)."""

    what: Literal["feeds", "chosen", "marks"]
    id: str = ""
