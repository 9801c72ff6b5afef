"""
One verdict for one post: the strongest of all that warns about it.

Pure. Order and rules: facts B1 and B2 (labels), C1 (filters of a server), C4
(the composed decision).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from app.model import Advisory, Post, ViewerState
from app.moderation.labels import LABELS, Setting
from app.moderation.verdict import SHOW, Action, Cause, Verdict

_STRENGTH: dict[Action, int] = {"show": 0, "cover_media": 1, "cover": 2, "hide": 3}
_FILTERS: dict[str, Action] = {"hide": "hide", "blur": "cover_media"}


class Preferences(Struct, frozen=True):
    """
    What the user has settled.

    Attributes:
        labels: Setting per label value, over the table's defaults.
        names: Names for people of those who label: source → name.
        own: URIs of my own profiles.
    """

    labels: Mapping[str, Setting] = {}
    names: Mapping[str, str] = {}
    own: frozenset[str] = frozenset()


class _Finding(Struct, frozen=True):
    action: Action
    cause: Cause
    fixed: bool = False


def decide(
    post: Post, viewers: Iterable[ViewerState] = (), preferences: Preferences = Preferences()
) -> Verdict:
    """
    What to do with *post*, seen by accounts with the states *viewers*.

    My own posts keep the warnings that I gave them; filters and labels of
    others neither hide them nor fix their cover.
    """
    if not post.advisories and not any(state.filtered for state in viewers):
        return SHOW
    own = post.author.uri in preferences.own
    advisories = [*post.advisories]
    for state in viewers:
        advisories += state.filtered
    findings = [
        finding
        for advisory in advisories
        if (finding := _finding(post, advisory, preferences, own)) is not None
    ]
    return _verdict(findings)


def strongest(verdicts: Iterable[Verdict]) -> Verdict:
    """
    One verdict for several copies of one thought.

    Each network judges its own copy; what one of them hides stays hidden.
    """
    found = list(verdicts)
    if len(found) == 1:
        return found[0]
    top = max(found, key=lambda verdict: _STRENGTH[verdict.action], default=SHOW)
    causes: dict[Cause, None] = {}
    for verdict in sorted(found, key=lambda one: -_STRENGTH[one.action]):
        causes.update(dict.fromkeys(verdict.causes))
    fixed = any(one.fixed and one.action == top.action for one in found)
    return Verdict(top.action, tuple(causes), fixed)


def _verdict(findings: list[_Finding]) -> Verdict:
    return strongest(
        Verdict(finding.action, (finding.cause,), finding.fixed) for finding in findings
    )


def _finding(
    post: Post, advisory: Advisory, preferences: Preferences, own: bool
) -> _Finding | None:
    source = _name(advisory.source, post, preferences)
    match advisory.kind:
        case "warning":
            return _Finding("cover", Cause("warning", advisory.text, source))
        case "sensitive":
            if not has_pictures(post):
                return None
            return _Finding("cover_media", Cause("sensitive", advisory.text, source))
        case "filter":
            if own:
                return None
            action = _FILTERS.get(advisory.action, "cover")
            if action == "cover_media" and not has_pictures(post):
                return None
            return _Finding(action, Cause("filter", advisory.text, source))
        case "label":
            return _label(post, advisory, preferences, own)


def _label(post: Post, advisory: Advisory, preferences: Preferences, own: bool) -> _Finding | None:
    label = LABELS.get(advisory.text)
    by_author = advisory.source in ("", post.author.uri)
    if label is None or label.for_strangers or (by_author and not label.by_author):
        return None
    setting = label.default
    if not label.fixed:
        setting = preferences.labels.get(advisory.text, setting)
    if setting == "ignore":
        return None

    cause = Cause("label", label.name, _name(advisory.source, post, preferences))
    if setting == "hide" and not own and not (by_author and advisory.scope == "author"):
        return _Finding("hide", cause, fixed=not label.lift)
    if label.covers == "post":
        return _Finding("cover", cause)
    if advisory.scope == "author" and not (
        label.softened and advisory.text not in preferences.labels
    ):
        return None  # it is about their avatar
    return _Finding("cover_media", cause) if has_pictures(post) else None


def has_pictures(post: Post) -> bool:
    """Is there anything that a cover over media would cover?"""
    return bool(post.media) or (post.card is not None and bool(post.card.image))


def _name(source: str, post: Post, preferences: Preferences) -> str:
    """Who decided, for people; "" for the author."""
    if source in ("", post.author.uri):
        return ""
    known = preferences.names.get(source)
    return known or source.removeprefix("https://").split("/")[0]
