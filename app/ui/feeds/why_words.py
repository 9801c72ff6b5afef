"""Why a post stands where it stands, as numbers that add up and words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from msgspec import Struct

from app.feed.rows import Card
from app.services.feed_values import Explanation
from app.ui.feeds.words import short_name

LEAST_DIGITS, MOST_DIGITS = 2, 5
ISOLATE, END = "\u2066", "\u2069"
"""A number with its sign must not be turned round in RTL text."""


class Bar(Struct, frozen=True):
    """One scorer: *share* of the bar (0 … 1, the largest part is whole), its *number*."""

    name: str
    number: str
    share: float
    negative: bool = False


class WhyValue(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What the panel shows.

    Attributes:
        factors: Words and "× 0.50".
        score: "" where no score orders.
        notes: The rule that kept it, the source, and the like, a line each.
        can_mark: More and less like this are offered.
    """

    title: str
    sentence: str
    bars: tuple[Bar, ...] = ()
    factors: tuple[tuple[str, str], ...] = ()
    score: str = ""
    notes: tuple[str, ...] = ()
    can_mark: bool = True


def why_value(card: Card | None, told: Explanation, of: int = 0) -> WhyValue:
    """
    Everything about one post.

    Args:
        card: As it is shown; None: it is not.
        of: How many posts the feed shows, 0 = not known.
    """
    parts = told.parts
    digits = digits_that_add_up(told)
    largest = max((abs(part.amount) for part in parts), default=0.0) or 1.0
    amounts = _amounts(told, digits)
    bars = tuple(
        Bar(
            short_name(part.feature, part.name),
            _signed(amount, digits),
            abs(part.amount) / largest,
            amount < 0,
        )
        for part, amount in zip(parts, amounts, strict=True)
    )
    return WhyValue(
        title="Why is this here?" if told.shown else "Why is this not here?",
        sentence=_sentence(told, of),
        bars=bars,
        factors=tuple((name, f"× {value:.{digits}f}") for name, value in _factors(told)),
        score=f"{told.score:.2f}" if parts else "",
        notes=tuple(_notes(card, told)),
        can_mark=told.step != "unknown",
    )


def digits_that_add_up(told: Explanation) -> int:
    """With how many decimals what is shown comes to the score that is shown."""
    for digits in range(LEAST_DIGITS, MOST_DIGITS):
        shown = sum(round(part.amount, digits) for part in told.parts)
        shown *= prod(round(value, digits) for _, value in _factors(told))
        if f"{shown:.2f}" == f"{told.score:.2f}":
            return digits
    return MOST_DIGITS


def _amounts(told: Explanation, digits: int) -> Sequence[float]:
    return [round(part.amount, digits) for part in told.parts]


def _factors(told: Explanation) -> list[tuple[str, float]]:
    """What the sum is multiplied with, where it changes anything."""
    if not told.parts:
        return []
    found = []
    if told.decay < 1:
        found.append((f"Its age: {_share(told.decay)}", told.decay))
    if told.author_factor < 1:
        found.append(("Others of its author stand above", told.author_factor))
    return found


def _share(value: float) -> str:
    for least, words in ((0.9, "nearly all is left"), (0.6, "most is left"), (0.4, "about half")):
        if value >= least:
            return words
    return "a quarter or so" if value >= 0.2 else "little is left"


def _signed(amount: float, digits: int) -> str:
    return f"{ISOLATE}{amount:.{digits}f}{END}".replace("-", "−")


def _sentence(told: Explanation, of: int) -> str:
    if not told.shown:
        reason = told.reasons[0].text if told.reasons else "No step let it through."
        return f"{_STEPS.get(told.step, '')} {reason}".strip()
    place = f"Place {told.position} of {of}." if of else f"Place {told.position}."
    strongest = sorted(
        (part for part in told.parts if part.amount > 0), key=lambda part: -part.amount
    )
    if strongest:
        most = strongest[0]
        why = _WORDS.get(most.feature, f"Most of it: {most.name}.")
        second = strongest[1] if len(strongest) > 1 else None
        if second is not None and second.amount >= most.amount / 3:
            why += " " + _WORDS.get(second.feature, f"Then: {second.name}.")
        return f"{place} {why}"
    if told.parts:
        return f"{place} None of what this feed looks for lifts it; newer ones are first."
    order = next((one.text for one in told.reasons if one.kind in ("time", "order")), "")
    return f"{place} {order}.".replace("..", ".") if order else place


def _notes(card: Card | None, told: Explanation) -> list[str]:
    notes = []
    if told.shown:
        notes.append(
            f"Kept because {told.rule}." if told.rule else "No rule of this feed drops it."
        )
    elif told.rule and told.rule not in (told.reasons[0].text if told.reasons else ""):
        notes.append(f"The rule: {told.rule}.")
    notes += [f"{one.text}." for one in told.reasons if one.kind in ("folded", "learned")]
    if told.shown and told.parts:
        notes += [f"{one.text}." for one in told.reasons if one.kind == "order"]
    if card is not None:
        through = [one.text for one in card.reasons if one.kind == "account"]
        notes += [f"{text}." for text in through[:1]]
        if len(through) > 1:
            notes[-1] = f"{through[0]}, and {len(through) - 1} more."
    return [note.replace("..", ".") for note in notes]


_STEPS = {
    "unknown": "Godwit does not have it.",
    "source": "It does not come through this feed.",
    "window": "It is outside what this feed looks at.",
    "moderation": "It was left out before any rule:",
    "rule": "A rule drops it:",
    "top": "Others are better placed.",
    "author": "Its author is shown often enough.",
    "folded": "It is folded.",
    "limit": "Others are better placed.",
}

_WORDS = {
    "newest": "It is new.",
    "likes": "It is liked more than others of its age.",
    "reposts": "It is reposted more than others of its age.",
    "replies": "It is answered more than others of its age.",
    "engagement": "It has more likes, reposts and answers than others of its age.",
    "conversation": "People you follow talk about it.",
    "affinity": "You often answer, like or repost its author.",
    "mutual": "You follow each other.",
    "quiet": "Its author posts rarely.",
    "followed_tags": "It has tags that you follow.",
    "media": "It has pictures or videos.",
    "pictures": "It has pictures.",
    "links": "It links to a page.",
    "length": "It is long.",
    "thread": "It is part of a thread by its author.",
    "reposted_by_many": "Several people here reposted it.",
    "learned": "It is like what you asked for more of.",
    "bridging": "People from different corners of those around you like it.",
    "calm": "It is calm in tone.",
    "own_network": "It is from a network that is seldom here.",
    "random": "By chance.",
}
