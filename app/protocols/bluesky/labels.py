"""
Labels become advisories: what they say, who says it, what they cover.

What to do about them is decided by ``moderation``; here only what can never
apply is left out: withdrawn and expired labels, those for people who are not
signed in, and self-labels that nobody may give to himself (facts: labels).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from app.model import Advisory
from app.protocols.bluesky.times import moment
from app.protocols.bluesky.wire import Label, SelfLabels

# Values that cover pictures, not words (labels.json, "blurs: media").
MEDIA_VALUES = frozenset({"porn", "sexual", "nudity", "graphic-media", "gore"})

# "!no-unauthenticated" is for viewers without an account: never us. "bot" is
# a fact about the profile, not a warning.
_NOT_FOR_US = frozenset({"!no-unauthenticated", "bot"})
_PROFILE = "/app.bsky.actor.profile/self"
_MOST = 50


def advisories_from_labels(
    labels: Sequence[Label],
    own: SelfLabels | None,
    author_labels: Sequence[Label],
    author: str,
    now: datetime,
) -> tuple[Advisory, ...]:
    """
    All that is said about a post and its author, each once.

    Args:
        labels: Of the post's view (labelers' and the author's).
        own: Self-labels in the record itself, for views without them.
        author_labels: Of the author's account and profile (facts: labels, targets).
        author: DID of the author, whose own labels have no source.
    """
    if not labels and own is None and not author_labels:
        return ()

    said: dict[Advisory, None] = {}
    for label in _in_force(labels, now):
        _say(said, label, "", author)
    if own is not None:
        for label in own.values[:_MOST]:
            _say(said, Label(val=label.val, src=author), "", author)
    for label in _in_force(author_labels, now):
        # One on the profile speaks of its picture and words, never of its posts.
        scope = "profile" if label.uri.endswith(_PROFILE) else "author"
        _say(said, label, scope, author)
    return tuple(said)


def from_labelers(advisories: tuple[Advisory, ...]) -> tuple[Advisory, ...]:
    """Those that came because the account asks these labelers; authors tell everybody."""
    if not advisories:
        return ()
    return tuple(one for one in advisories if one.source)


def is_bot(labels: Iterable[Label], author: str) -> bool:
    """The account calls itself automated."""
    return any(label.val == "bot" and label.src == author and not label.neg for label in labels)


def _say(said: dict[Advisory, None], label: Label, scope: str, author: str) -> None:
    value = label.val
    own = label.src == author
    if value in _NOT_FOR_US or not 0 < len(value) <= 128 or not value.isprintable():
        return
    if own and value.startswith("!"):
        return  # Only labelers may hide and warn (flag "no-self").

    covers = scope if scope else "media" if value in MEDIA_VALUES else "post"
    source = "" if own else label.src
    until = moment(label.exp) if label.exp else None
    said[Advisory("label", value, source, covers, expires_at=until)] = None  # type: ignore[arg-type]


def _in_force(labels: Sequence[Label], now: datetime) -> list[Label]:
    """Without the expired, the withdrawn, and the withdrawals themselves."""
    if not labels:
        return []

    kept: dict[tuple[str, str, str], Label] = {}
    for label in sorted(labels[:_MOST], key=_made_at):
        key = (label.src, label.uri, label.val)
        if label.neg or _expired(label, now):
            kept.pop(key, None)
        else:
            kept[key] = label
    return list(kept.values())


def _made_at(label: Label) -> str:
    return label.cts


def _expired(label: Label, now: datetime) -> bool:
    if not label.exp:
        return False
    until = moment(label.exp)
    return until is not None and until <= now
