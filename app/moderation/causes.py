"""
Everything beside the author's own warnings that may be against showing a post. Pure.

One place asks all who decide: people, labels, filters of servers, blocklists, muted
words. ``decide`` makes the verdict of what they say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from app.model import AccountId, Advisory, Post, Profile, ViewerState
from app.model.post import FilterContext
from app.moderation.decide import Preferences, Viewpoint, has_pictures
from app.moderation.verdict import Action, Cause, Context, Undo, in_context, is_over

if TYPE_CHECKING:
    from app.moderation.muted_words import MutedWords

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
}


class Judged(Struct):
    """A post, and how it is looked at. See ``decide``."""

    post: Post
    viewers: Mapping[AccountId, ViewerState]
    preferences: Preferences
    now: datetime | None
    context: Context
    within: Context
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
        if _may_be_labelled(judged, view, state):
            from app.moderation.labelled import labelled

            yield from labelled(judged, account, view, state)
        if not judged.is_mine:
            yield from _filtered(judged, account, view, state)
    if judged.is_mine or not preferences.watchful:
        return
    author, viewers = judged.post.author, judged.viewers or _accounts(judged)
    for cause in people_causes(author, viewers, preferences, follows=judged.follows):
        yield in_context(cause, judged.context), False
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


def _may_be_labelled(judged: Judged, view: Viewpoint | None, state: ViewerState) -> bool:
    """Is there anything that labels, or a standing to the author, could be about?"""
    post = judged.post
    quoted = post.quote.post if post.quote is not None else None
    return bool(
        state.labels
        or state.standing is not None
        or (view is not None and view.hidden)
        or any(advisory.kind == "label" for advisory in post.advisories)
        or (quoted is not None and quoted.advisories)
    )


# ------------------------------------------------------------------- filters


def _filtered(
    judged: Judged, account: AccountId, view: Viewpoint | None, state: ViewerState
) -> Iterator[Found]:
    known = view.filters if view is not None else None
    known = known() if callable(known) else known
    place = judged.within if judged.context == "quote" else judged.context
    context = _FILTER_CONTEXTS.get(place, "home")
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
        if (one.contexts and context not in one.contexts) or is_over(one.expires_at, judged.now):
            continue
        action = _FILTERS.get(one.action, "cover")
        if action == "cover_media" and not has_pictures(judged.post):
            continue
        undo = Undo(act="edit_filter", target=one.ref, account=account) if one.ref else None
        yield (
            in_context(
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
    from app.moderation.muted_words import words_of

    now = _written(judged.now) if judged.now is not None else ""
    for text in words_of(judged.post):
        hits = [word.value for word, _ in words.matches(text, followed=judged.follows, now=now)]
        for value in hits:
            undo = Undo(act="remove_word", target=value, account=account)
            cause = Cause("muted_word", value, "", "hide", 6, False, undo)
            yield in_context(cause, judged.context), False
        if hits:
            return  # the first text that has some is enough


@lru_cache(maxsize=4)
def _written(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
