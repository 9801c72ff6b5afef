"""
What labels, hidden posts, mutes and blocks say about a post, in our words. Pure.

``decision`` decides as the reference client does; here its causes become ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from app.model import AccountId, Post, ViewerState
from app.model.moderation import Setting
from app.model.post import Standing
from app.moderation import decision
from app.moderation.decide import Viewpoint, has_pictures
from app.moderation.decision import Label, Party, Rules, Subject, View
from app.moderation.definitions import Context as Place
from app.moderation.definitions import Target
from app.moderation.verdict import WHOLE, Action, AuthorPart, Cause, Undo, in_context, is_over

if TYPE_CHECKING:
    from app.moderation.causes import Found, Judged


_TARGETS: Mapping[str, Target] = {"author": "account", "profile": "profile"}


class _Everyone(dict[str, Mapping[str, Setting]]):
    """Settings of labelers when nothing is known: whoever the server asked counts."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Mapping[str, Setting]:
        return {}


_SIGNED_IN: Final = frozenset({"somebody"})
_DEFAULTS: Final = Rules(me=_SIGNED_IN, labelers=_Everyone())


def labelled(
    judged: Judged, account: AccountId, view: Viewpoint | None, state: ViewerState
) -> Iterator[Found]:
    """Labels, hidden posts, and how the account stands to the author."""
    post = judged.post
    rules = _DEFAULTS
    if view is not None and view.rules is not None:
        rules = view.rules() if callable(view.rules) else view.rules
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
    yield from teller.tell_of_author(decided.view("avatar"), decided.view("display_name"))


def _labels(post: Post, state: ViewerState, now: datetime | None) -> dict[Label, None]:
    labels: dict[Label, None] = {}
    for advisory in (*post.advisories, *state.labels):
        if advisory.kind == "label" and not is_over(advisory.expires_at, now):
            target = _TARGETS.get(advisory.scope, "content")
            source = advisory.source or post.author.uri
            labels[Label(value=advisory.text, source=source, target=target)] = None
    return labels


def _on(labels: Iterable[Label], target: str) -> tuple[Label, ...]:
    return tuple(label for label in labels if label.target == target)


def _party(uri: str, labels: Iterable[Label], standing: Standing | None) -> Party:
    found = tuple(label for label in labels if label.target != "content")
    return Party(uri=uri, labels=found, standing=standing or Standing())


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
        if context not in WHOLE:
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

    def tell_of_author(self, avatar: View, name: View) -> Iterator[Found]:
        """What labels cover of who wrote it, wherever their picture stands."""
        named = {id(cause) for cause in name.blurs}
        for cause in avatar.blurs:
            if cause.kind == "label":
                told, fixed = self._found(cause, "show")
                covers: tuple[AuthorPart, ...] = ("avatar",)
                if id(cause) in named:
                    covers = ("avatar", "name")
                yield replace(told, covers=covers, about_author=True), fixed

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
        told = in_context(told, self._judged.context)
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
