"""
What composing ends in: for each lane the posts that will leave, and what is lost.

``plan_lane`` (in ``lanes.py``) makes these values; composer, ``post --dry-run``
and outbox show or send them. Pure: the same draft gives the same plan.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.model import AccountId, Profile
from app.model.sending import Outgoing

POLL_OF_DRAFT = "#poll-of-this-draft"
"""
How an address ends that is not known yet: that of the copy which has the poll.

The outbox puts it in, when that copy is there.
"""

SplitWhy = Literal["break", "paragraph", "sentence", "word"]


class Choice(Struct, frozen=True):
    """One way to deal with a loss. *text* reads after the loss's own sentence."""

    id: str
    text: str


class Loss(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Something this network cannot carry.

    Attributes:
        kind: ``poll``, ``warning``, ``visibility``, ``replies``, ``quotes``,
            ``quote``, ``reply``, ``media``, ``media_type``, ``media_size``,
            ``markup``, ``mention``, ``langs``, ``focus``, ``emoji``, ``sensitive``,
            ``poll_media``, ``gif``.
        text: One sentence for people, with what happens to it.
        choices: What may be chosen instead; *chosen* is one of their ids.
        stops: It cannot be sent before something was chosen or changed.
    """

    kind: str
    text: str
    choices: tuple[Choice, ...] = ()
    chosen: str = ""
    stops: bool = False


class Measure(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How long a post is, as its network counts.

    *why_next*: where the text was cut after it; "" for the last post.
    """

    length: int
    limit: int
    unit: Literal["characters", "graphemes"]
    bytes: int = 0
    bytes_limit: int = 0
    why_next: SplitWhy | Literal[""] = ""

    @property
    def fits(self) -> bool:
        """Whether the network takes it."""
        return self.length <= self.limit and not 0 < self.bytes_limit < self.bytes


class Mapped(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A mention of the draft, and who it is in this lane.

    Attributes:
        typed: As it stands in the draft, with "@".
        profile: Who is mentioned here; None: written without "@", pings nobody.
        evidence: Why it is the same person; "" when it was typed like this.
    """

    typed: str
    profile: Profile | None = None
    evidence: str = ""


class LanePlan(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What would leave for one account.

    Attributes:
        posts: At least one, in order.
        measures: One for each post.
        whole: Length of the text before it was split, as ``Measure`` counts.
        losses: What is not carried, with what may be done about it.
        facts: What one should know, without anything to choose.
        problems: Why it cannot be sent; empty: it can.
    """

    account: AccountId
    network: str
    posts: tuple[Outgoing, ...]
    measures: tuple[Measure, ...]
    whole: int
    mentions: tuple[Mapped, ...] = ()
    losses: tuple[Loss, ...] = ()
    facts: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def can_send(self) -> bool:
        """Nothing stands in the way."""
        return not self.problems and not any(loss.stops for loss in self.losses)


class Acquaintance(Struct, frozen=True, kw_only=True):
    """
    A profile, and the profiles on other networks that are the same person.

    Made from the people book and from proven bridge links.
    """

    profile: Profile
    network: str
    same: tuple[tuple[str, Profile, str], ...] = ()
    """(network, profile there, evidence)"""
