"""
What labels, mutes, blocks and muted words decide, wherever a thing is shown. Pure.

The algorithm of the reference client (facts B2), over values of any network: the
same cases give the same causes. ``decide.py`` makes the timeline's verdict of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from app.model.moderation import Setting
from app.model.post import Standing
from app.moderation.definitions import (
    GLOBAL,
    Behaviours,
    Context,
    Definition,
    Target,
)
from app.moderation.muted_words import MutedWords, Words

CauseKind = Literal[
    "blocking", "blocked_by", "blocks_other", "muted", "muted_word", "hidden", "label"
]

__all__ = [
    "Cause",
    "Decision",
    "Label",
    "Party",
    "Rules",
    "Standing",
    "Subject",
    "View",
    "decide_party",
    "decide_subject",
]

_CUSTOM = re.compile("[a-z-]+")
_LISTS: frozenset[Context] = frozenset({"profile_list", "content_list"})
_BLOCK: Behaviours = {
    "profile_list": "blur",
    "profile_view": "alert",
    "avatar": "blur",
    "banner": "blur",
    "content_list": "blur",
    "content_view": "blur",
}
_MUTE: Behaviours = {
    "profile_list": "inform",
    "profile_view": "alert",
    "content_list": "blur",
    "content_view": "inform",
}
_COVER: Behaviours = {"content_list": "blur", "content_view": "blur"}


class Label(Struct, frozen=True, kw_only=True):
    """A label in force. *source*: URI of who gives it; *target*: what of the subject it is on."""

    value: str
    source: str
    target: Target = "content"


class Party(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody whose thing is judged: labels of the account and of the profile."""

    uri: str
    labels: tuple[Label, ...] = ()
    standing: Standing = Standing()


class Subject(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A post, feed, list or notification.

    Attributes:
        words: What muted words search, in order; empty where they do not count.
        hideable: The user's hidden posts count (not for notifications).
        quoted: What it quotes; of it only what hides counts.
    """

    uri: str
    author: Party
    labels: tuple[Label, ...] = ()
    words: tuple[Words, ...] = ()
    hideable: bool = True
    quoted: Subject | None = None


class Rules(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What the viewer has settled.

    Attributes:
        me: URIs of the viewer's own profiles; empty: nobody is signed in.
        labels: Setting per value; *labelers*: the same for one labeler, by its
            URI. Labels of others than these mean nothing.
        definitions: What labelers define themselves, by labeler and value.
        now: RFC 3339 with milliseconds and "Z", for words that expire.
    """

    me: frozenset[str] = frozenset()
    adult: bool = False
    labels: Mapping[str, Setting] = {}
    labelers: Mapping[str, Mapping[str, Setting]] = {}
    definitions: Mapping[str, Mapping[str, Definition]] = {}
    words: MutedWords = MutedWords(())
    hidden: frozenset[str] = frozenset()
    now: str = ""


class Cause(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One reason, and what it does in which context.

    Attributes:
        source: URI of the labeler or of the list; "" = the subject itself or the user.
        filters: Contexts in which it leaves the subject out.
        priority: 1 (strongest) to 8.
        locked: What it blurs stays covered.
        downgraded: It comes from what is quoted: only its filters count.
        matches: Muted words and what they matched.
    """

    kind: CauseKind
    priority: int
    behaviours: Behaviours = {}
    filters: frozenset[Context] = frozenset()
    source: str = ""
    definition: Definition | None = None
    target: Target = "content"
    setting: Setting = "warn"
    locked: bool = False
    downgraded: bool = False
    matches: tuple[tuple[str, str], ...] = ()


class View(Struct, frozen=True, omit_defaults=True):
    """What the causes come to in one context; *filters* and *blurs* strongest first."""

    filters: tuple[Cause, ...] = ()
    blurs: tuple[Cause, ...] = ()
    alerts: tuple[Cause, ...] = ()
    informs: tuple[Cause, ...] = ()
    locked: bool = False


class Decision(Struct, frozen=True, omit_defaults=True):
    """All causes for a subject, in the order they were found. *mine*: it is the viewer's own."""

    causes: tuple[Cause, ...] = ()
    mine: bool = False

    def view(self, context: Context) -> View:
        """What is to be done where the subject is shown like that."""
        by: dict[str, list[Cause]] = {"filter": [], "blur": [], "alert": [], "inform": []}
        locked = False
        for cause in self.causes:
            if self.mine and cause.kind not in ("label", "hidden"):
                continue
            if context in cause.filters and not (self.mine and cause.kind == "label"):
                by["filter"].append(cause)
            behaviour = None if cause.downgraded else cause.behaviours.get(context)
            if behaviour is not None:
                by[behaviour].append(cause)
                locked = locked or (behaviour == "blur" and cause.locked and not self.mine)
        for strongest_first in (by["filter"], by["blur"]):
            strongest_first.sort(key=lambda cause: cause.priority)
        return View(
            filters=tuple(by["filter"]),
            blurs=tuple(by["blur"]),
            alerts=tuple(by["alert"]),
            informs=tuple(by["inform"]),
            locked=locked,
        )


def decide_party(party: Party, rules: Rules) -> Decision:
    """About somebody's profile."""
    return Decision(tuple(_party(party, rules)), party.uri in rules.me)


def decide_subject(subject: Subject, rules: Rules) -> Decision:
    """About a post, feed, list or notification."""
    causes = list(_own(subject, rules))
    if subject.quoted is not None:
        quoted = subject.quoted
        of_quote = (*_labels(quoted.labels, quoted.author, rules), *_party(quoted.author, rules))
        causes += (replace(cause, downgraded=True) for cause in of_quote)
    causes += _party(subject.author, rules)
    return Decision(tuple(causes), subject.author.uri in rules.me)


def _own(subject: Subject, rules: Rules) -> Iterator[Cause]:
    yield from _labels(subject.labels, subject.author, rules)
    addresses = {subject.uri} | ({subject.quoted.uri} if subject.quoted is not None else set())
    if subject.hideable and not rules.hidden.isdisjoint(addresses):
        yield Cause(kind="hidden", priority=6, behaviours=_COVER, filters=_LISTS)
    if rules.words and subject.author.uri not in rules.me:
        yield from _words(subject, rules)


def _words(subject: Subject, rules: Rules) -> Iterator[Cause]:
    followed = subject.author.standing.followed
    for words in subject.words:
        if found := tuple(rules.words.matches(words, followed=followed, now=rules.now)):
            yield Cause(
                kind="muted_word",
                priority=6,
                behaviours=_COVER,
                filters=frozenset({"content_list"}),
                matches=tuple((word.value, predicate) for word, predicate in found),
            )
            return  # the first text that has some is enough


def _party(party: Party, rules: Rules) -> Iterator[Cause]:
    standing = party.standing
    if standing.muted or standing.muted_list:
        yield Cause(
            kind="muted", priority=6, behaviours=_MUTE, filters=_LISTS, source=standing.muted_list
        )
    for kind, holds, source, priority in (
        ("blocking", standing.blocking, standing.blocking_list, 3),
        ("blocked_by", standing.blocked_by, "", 4),
        ("blocks_other", standing.blocks_other, "", 4),
    ):
        if holds or source:
            yield Cause(
                kind=kind,  # type: ignore[arg-type]
                priority=priority,
                behaviours=_BLOCK,
                filters=_LISTS,
                source=source,
                locked=True,
            )
    yield from _labels(party.labels, party, rules)


def _labels(labels: Iterable[Label], author: Party, rules: Rules) -> Iterator[Cause]:
    for label in labels:
        cause = _label(label, author, rules)
        if cause is not None:
            yield cause


def _label(label: Label, author: Party, rules: Rules) -> Cause | None:
    definition = _definition(label, rules)
    by_author = label.source in ("", author.uri)
    if definition is None or (by_author and not definition.by_author):
        return None
    if not by_author and label.source not in rules.labelers:
        return None
    setting = _setting(definition, label, by_author, rules)
    if setting == "ignore" or (definition.strangers and rules.me):
        return None

    off = definition.adult and not rules.adult
    behaviours = definition.behaviours.get(label.target, {})
    filters: frozenset[Context] = frozenset()
    if setting == "hide" and label.target != "profile":
        filters = _LISTS if label.target == "account" else frozenset({"content_list"})
    return Cause(
        kind="label",
        priority=_priority(definition.locked or off, setting, behaviours),
        behaviours=behaviours,
        filters=filters,
        source="" if by_author else label.source,
        definition=definition,
        target=label.target,
        setting=setting,
        locked=definition.locked or off,
    )


def _definition(label: Label, rules: Rules) -> Definition | None:
    """The labeler's own, where the value may be defined by one; else what everybody knows."""
    own = rules.definitions.get(label.source, {}).get(label.value)
    if own is not None and _CUSTOM.fullmatch(label.value):
        return own
    return GLOBAL.get(label.value)


def _setting(definition: Definition, label: Label, by_author: bool, rules: Rules) -> Setting:
    if definition.fixed:
        return definition.default
    if definition.adult and not rules.adult:
        return "hide"
    if not by_author:
        scoped = rules.labelers[label.source].get(label.value)
        if scoped is not None:
            return scoped
    return rules.labels.get(label.value, definition.default)


def _priority(locked: bool, setting: Setting, behaviours: Behaviours) -> int:
    if locked:
        return 1
    if setting == "hide":
        return 2
    if "blur" in (behaviours.get("profile_view"), behaviours.get("content_view")):
        return 5
    if "blur" in (behaviours.get("content_list"), behaviours.get("content_media")):
        return 7
    return 8
