"""
Everything beside the author's own warnings that may be against showing a post. Pure.

One place asks all who decide: people, labels, filters of servers, blocklists, muted
words. ``decide`` makes the verdict of what they say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from app.model import AccountId, Advisory, Post, Profile, ViewerState
from app.model.moderation import Setting
from app.model.post import FilterContext, Standing
from app.moderation import decision
from app.moderation.decide import Preferences, Viewpoint, has_pictures
from app.moderation.decision import Label, Party, Rules, Subject, View
from app.moderation.definitions import Context as Place
from app.moderation.muted_words import MutedWords, words_of
from app.moderation.verdict import Action, Cause, Context, Undo

Found = tuple[Cause, bool]
"""A cause, and whether what it covers stays covered."""

_FILTERS: Final[Mapping[str, Action]] = {"hide": "hide", "blur": "cover_media"}
_FILTER_CONTEXTS: Final[Mapping[Context, FilterContext]] = {
    "home": "home",
    "public": "public",
    "search": "public",
    "account": "account",
    "notifications": "notifications",
    "thread": "thread",
    "opened": "thread",
    "quote": "home",
}
_WHOLE: Final = frozenset({"opened", "quote"})
"""Contexts in which nothing is left out: what would be is covered."""


class _Everyone(dict[str, Mapping[str, Setting]]):
    """Settings of labelers when nothing is known: whoever the server asked counts."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Mapping[str, Setting]:
        return {}


_SIGNED_IN: Final = frozenset({"somebody"})
_DEFAULTS: Final = Rules(me=_SIGNED_IN, labelers=_Everyone())


class Judged(Struct):
    """A post, and how it is looked at. See ``decide``."""

    post: Post
    viewers: Mapping[AccountId, ViewerState]
    preferences: Preferences
    now: datetime | None
    context: Context
    followed: bool

    @property
    def is_mine(self) -> bool:
        """It is a post of one of my own profiles."""
        return self.post.author.uri in self.preferences.own

    @property
    def follows(self) -> bool:
        """I follow who wrote it, as far as is known."""
        if self.followed or any(state.follows for state in self.viewers.values()):
            return True
        author, views = self.post.author.uri, self.preferences.views
        return any(author in views[one].followed for one in self.viewers if one in views)


def causes_of(judged: Judged) -> Iterator[Found]:
    """All causes, some perhaps twice, in no order."""
    preferences = judged.preferences
    for account, view, state in _sides(judged):
        yield from _labelled(judged, account, view, state)
        if not judged.is_mine:
            yield from _filtered(judged, account, view, state)
    if judged.is_mine or not preferences.watchful:
        return
    author, viewers = judged.post.author, judged.viewers or _accounts(judged)
    for cause in people_causes(author, viewers, preferences, follows=judged.follows):
        yield _in_context(cause, judged.context), False
    if judged.context != "notifications":
        yield from _words(judged)


def people_causes(
    who: Profile, viewers: Iterable[AccountId], preferences: Preferences, *, follows: bool
) -> Iterator[Cause]:
    """What speaks against somebody: my mutes, blocks and blocked servers, and blocklists."""
    hosts = hosts_of(who.uri, who.handle)
    for account in viewers:
        view = preferences.views.get(account)
        if view is None:
            continue
        if who.uri in view.muted:
            undo = Undo(act="unmute", target=who.uri, account=account)
            yield _against("muted", f"@{who.handle}", "", 6, undo)
        if who.uri in view.blocked:
            undo = Undo(act="unblock", target=who.uri, account=account)
            yield _against("blocking", f"@{who.handle}", "", 3, undo)
        for host in view.servers.intersection(hosts):
            undo = Undo(act="unblock_server", target=host, account=account)
            yield _against("blocking", host, "", 3, undo)
    if preferences.lists is not None:
        yield from _listed(who, hosts, preferences, follows)


def _against(kind: str, text: str, source: str, priority: int, undo: Undo) -> Cause:
    return Cause(kind, text, source, "hide", priority, True, undo)


def _listed(
    who: Profile, hosts: tuple[str, ...], preferences: Preferences, follows: bool
) -> Iterator[Cause]:
    assert preferences.lists is not None
    found = preferences.lists.find(hosts, (who.uri, who.handle))
    if found is None:
        return
    entry, title = found
    # Who is followed was chosen: they are flagged, and stay.
    action: Action = "hide"
    if title in preferences.covers or entry.severity == "silence":
        action = "cover"
    if follows or entry.severity == "noop":
        action = "show"
    text = f"{entry.name}: {entry.reason}" if entry.reason else entry.name
    undo = Undo(act="except", target=entry.name, by=title)
    yield Cause("blocklist", text, title, action, 6, True, undo)


@lru_cache(maxsize=4096)
def hosts_of(uri: str, handle: str) -> tuple[str, ...]:
    """Servers that somebody is on: of their address, and behind the "@" of their handle."""
    found = []
    if "://" in uri:
        found.append(uri.split("://", 1)[1].partition("/")[0].partition(":")[0].lower())
    if "@" in handle:
        found.append(handle.rpartition("@")[2].partition(":")[0].lower())
    return tuple(dict.fromkeys(host for host in found if host))


# ------------------------------------------------------------------ accounts


def _accounts(judged: Judged) -> list[AccountId]:
    """Of mine on the network of the post, where nobody is said to see it."""
    network = judged.post.network
    return [view.account for view in judged.preferences.views.values() if view.network == network]


def _sides(judged: Judged) -> Iterator[tuple[AccountId, Viewpoint | None, ViewerState]]:
    views = judged.preferences.views
    if judged.viewers:
        for account, state in judged.viewers.items():
            yield account, views.get(account), state
        return
    accounts = _accounts(judged)
    for account in accounts:
        yield account, views[account], ViewerState()
    if not accounts:
        yield AccountId(""), None, ViewerState()


# -------------------------------------------------------------------- labels


def _labelled(
    judged: Judged, account: AccountId, view: Viewpoint | None, state: ViewerState
) -> Iterator[Found]:
    """Labels, hidden posts, and how the account stands to the author."""
    post = judged.post
    rules = view.rules if view is not None and view.rules is not None else _DEFAULTS
    labels = _labels(post, state, judged.now)
    standing = state.standing
    quoted = post.quote.post if post.quote is not None else None
    if not (labels or standing is not None or rules.hidden or (quoted and quoted.advisories)):
        return
    subject = Subject(
        uri=post.uri,
        author=_party(post.author.uri, labels, standing),
        labels=_on(labels, "content"),
        hideable=judged.context != "notifications",
        quoted=_quoted(quoted, judged.now) if quoted is not None else None,
    )
    decided = decision.decide_subject(subject, rules)
    if judged.is_mine:
        decided = replace(decided, mine=True)
    place: Place = "content_view" if judged.context == "opened" else "content_list"
    teller = _Teller(judged, account)
    yield from teller.tell(decided.view(place), decided.view("content_media"))


def _labels(post: Post, state: ViewerState, now: datetime | None) -> dict[Label, None]:
    labels: dict[Label, None] = {}
    for advisory in (*post.advisories, *state.labels):
        if advisory.kind == "label" and not _is_over(advisory.expires_at, now):
            target = "account" if advisory.scope == "author" else "content"
            source = advisory.source or post.author.uri
            labels[Label(value=advisory.text, source=source, target=target)] = None  # type: ignore[arg-type]
    return labels


def _on(labels: Iterable[Label], target: str) -> tuple[Label, ...]:
    return tuple(label for label in labels if label.target == target)


def _party(uri: str, labels: Iterable[Label], standing: Standing | None) -> Party:
    return Party(uri=uri, labels=_on(labels, "account"), standing=standing or Standing())


def _quoted(post: Post, now: datetime | None) -> Subject:
    labels = _labels(post, ViewerState(), now)
    return Subject(
        uri=post.uri,
        author=_party(post.author.uri, labels, None),
        labels=_on(labels, "content"),
    )


class _Teller:
    """Says in our words what the reference's decision comes to."""

    def __init__(self, judged: Judged, account: AccountId) -> None:
        self._judged, self._account = judged, account

    def tell(self, whole: View, media: View) -> Iterator[Found]:
        """*whole*: of the post in its place; *media*: of its pictures."""
        context = self._judged.context
        left_out: set[int] = set()
        if context not in _WHOLE:
            left_out.update(map(id, whole.filters))
            for cause in whole.filters:
                yield self._found(cause, "hide")
        for cause in whole.blurs:
            if id(cause) not in left_out:
                yield self._found(cause, "cover")
        if has_pictures(self._judged.post):
            for cause in media.blurs:
                if id(cause) not in left_out:
                    yield self._found(cause, "cover_media")
        for cause in (*whole.alerts, *whole.informs):
            if id(cause) not in left_out:
                yield self._found(cause, "show")

    def _found(self, cause: decision.Cause, action: Action) -> Found:
        told = Cause(
            cause.kind,
            self._text(cause),
            self._source(cause),
            action,
            cause.priority,
            cause.kind not in ("label", "hidden") or cause.target != "content",
            self._undo(cause),
        )
        told = _in_context(told, self._judged.context)
        return told, cause.locked and action != "show" and not self._judged.is_mine

    def _text(self, cause: decision.Cause) -> str:
        if cause.kind == "label" and cause.definition is not None:
            return cause.definition.name or cause.definition.value
        if cause.kind == "hidden":
            return "You hid this post"
        return f"@{self._judged.post.author.handle}"

    def _source(self, cause: decision.Cause) -> str:
        if not cause.source:
            return ""
        known = self._judged.preferences.names.get(cause.source)
        return known or cause.source.removeprefix("https://").split("/")[0]

    def _undo(self, cause: decision.Cause) -> Undo | None:
        post, account = self._judged.post, self._account
        match cause.kind:
            case "label" if cause.definition is not None:
                value, fixed = cause.definition.value, cause.definition.fixed
                if fixed:
                    return None
                if cause.definition.adult and cause.locked:
                    return Undo(act="allow_adult", target=value, account=account)
                return Undo(act="set_label", target=value, by=cause.source, account=account)
            case "hidden":
                return Undo(act="show_again", target=post.uri, account=account)
            case "muted" | "blocking":
                act = "unmute" if cause.kind == "muted" else "unblock"
                if cause.source:
                    return Undo(act=f"{act}_list", target=cause.source, account=account)  # type: ignore[arg-type]
                return Undo(act=act, target=post.author.uri, account=account)  # type: ignore[arg-type]
        return None


# ------------------------------------------------------------------- filters


def _filtered(
    judged: Judged, account: AccountId, view: Viewpoint | None, state: ViewerState
) -> Iterator[Found]:
    known = view.filters if view is not None else None
    context = _FILTER_CONTEXTS[judged.context]
    said = [one for one in (*state.filtered, *judged.post.advisories) if one.kind == "filter"]
    caught: dict[str, Advisory] = {}
    for advisory in said:
        current = known.still(advisory, state.ref) if known is not None else advisory
        if current is not None:
            caught.setdefault(current.ref or current.text, current)
    if known:
        server = view.account if view is not None else ""
        for found in known.advisories(judged.post, state.ref, server.rpartition("@")[2]):
            caught.setdefault(found.ref, found)
    for one in caught.values():
        if (one.contexts and context not in one.contexts) or _is_over(one.expires_at, judged.now):
            continue
        action = _FILTERS.get(one.action, "cover")
        if action == "cover_media" and not has_pictures(judged.post):
            continue
        undo = Undo(act="edit_filter", target=one.ref, account=account) if one.ref else None
        yield (
            _in_context(
                Cause("filter", one.text, one.source, action, 5, False, undo), judged.context
            ),
            False,
        )


# --------------------------------------------------------------------- words


def _words(judged: Judged) -> Iterator[Found]:
    preferences = judged.preferences
    if preferences.words:
        yield from _matched(judged, preferences.words, AccountId(""))
    for account in judged.viewers or _accounts(judged) if preferences.private else ():
        if account in preferences.private:
            yield from _matched(judged, preferences.private[account], account)


def _matched(judged: Judged, words: MutedWords, account: AccountId) -> Iterator[Found]:
    now = _written(judged.now) if judged.now is not None else ""
    for text in words_of(judged.post):
        hits = [word.value for word, _ in words.matches(text, followed=judged.follows, now=now)]
        for value in hits:
            undo = Undo(act="remove_word", target=value, account=account)
            cause = Cause("muted_word", value, "", "hide", 6, False, undo)
            yield _in_context(cause, judged.context), False
        if hits:
            return  # the first text that has some is enough


@lru_cache(maxsize=4)
def _written(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# ------------------------------------------------------------------- context


def _in_context(cause: Cause, context: Context) -> Cause:
    """
    Where nothing is left out, what would be is covered; on somebody's own page that
    goes for what is about them.
    """
    if cause.action != "hide":
        return cause
    if context in _WHOLE or (context == "account" and cause.about_author):
        return replace(cause, action="cover")
    return cause


def _is_over(end: datetime | None, now: datetime | None) -> bool:
    return end is not None and now is not None and end <= now
