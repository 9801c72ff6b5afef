"""
An account's preferences: one array of records, of which we know some. Pure.

Reading merges them as the reference client does; writing changes what is meant
and leaves every entry that we do not know as it was. Source: facts A6 and B4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from msgspec.structs import replace

from app.model.moderation import LabelerSettings, MutedWord, SavedFeed, Setting, Settled

Json = dict[str, Any]
Entries = Sequence[Any]

OWN_LABELER: Final = "did:plc:ar7c4by46qjdydhdevvrndac"
"""The network's own moderation service: always subscribed to."""

MOST_LABELERS = 20

_TYPE = "app.bsky.actor.defs#"
_SETTINGS: Mapping[str, Setting] = {
    "show": "ignore",
    "ignore": "ignore",
    "warn": "warn",
    "hide": "hide",
}
_DEFAULTS: Mapping[str, Setting] = {
    "porn": "hide",
    "sexual": "warn",
    "nudity": "ignore",
    "graphic-media": "warn",
}
_OLD_NAMES = {"nsfw": "porn", "gore": "graphic-media", "suggestive": "sexual"}
_NEW_NAMES = {new: old for old, new in _OLD_NAMES.items()}
_COLLECTIONS = {"app.bsky.feed.generator": "feed", "app.bsky.graph.list": "list"}


# -------------------------------------------------------------------- reading


def read_preferences(entries: Entries) -> Settled:
    """What the array says; entries of a wrong shape say nothing."""
    settled = Settled(
        adult=bool(_last(entries, "adultContentPref").get("enabled")),
        labels=_labels(entries),
        labelers=_labelers(entries),
        words=tuple(_words(entries)),
        hidden=tuple(
            uri for uri in _list(_last(entries, "hiddenPostsPref"), "items") if isinstance(uri, str)
        ),
        feeds=_feeds(entries),
        thread_order=_text(_last(entries, "threadViewPref"), "sort") or "hotness",
    )
    home = next((one for one in _all(entries, "feedViewPref") if one.get("feed") == "home"), {})
    return replace(
        settled,
        hide_replies=bool(home.get("hideReplies")),
        hide_replies_by_unfollowed=bool(home.get("hideRepliesByUnfollowed", True)),
        hide_reposts=bool(home.get("hideReposts")),
        hide_quotes=bool(home.get("hideQuotePosts")),
    )


def accept_labelers(settled: Settled) -> str:
    """The header that asks for the labels of these labelers, and of no others."""
    named = [labeler.uri for labeler in settled.labelers][:MOST_LABELERS]
    return ", ".join(f"{did};redact" if did == OWN_LABELER else did for did in named)


def _labels(entries: Entries) -> dict[str, Setting]:
    labels = dict(_DEFAULTS)
    found = [one for one in _all(entries, "contentLabelPref") if not one.get("labelerDid")]
    for one in found:
        if (setting := _SETTINGS.get(_text(one, "visibility"))) and (name := _text(one, "label")):
            labels[name] = setting
    for old, new in _OLD_NAMES.items():
        if old in labels:
            labels[new] = labels[old]
    return labels


def _labelers(entries: Entries) -> tuple[LabelerSettings, ...]:
    scoped: dict[str, dict[str, Setting]] = {OWN_LABELER: {}}
    for one in _list(_last(entries, "labelersPref"), "labelers"):
        if isinstance(one, dict) and (did := _text(one, "did")):
            scoped.setdefault(did, {})
    for one in _all(entries, "contentLabelPref"):
        setting, did = _SETTINGS.get(_text(one, "visibility")), _text(one, "labelerDid")
        if setting and did in scoped and (name := _text(one, "label")):
            scoped[did][name] = setting
    return tuple(LabelerSettings(uri=did, labels=labels) for did, labels in scoped.items())


def _words(entries: Entries) -> list[MutedWord]:
    words = []
    for one in _list(_last(entries, "mutedWordsPref"), "items"):
        if isinstance(one, dict) and (value := _text(one, "value")):
            targets = [t for t in _list(one, "targets") if t in ("content", "tag")]
            words.append(
                MutedWord(
                    value=value,
                    targets=tuple(targets),
                    spare_followed=one.get("actorTarget") == "exclude-following",
                    expires_at=_text(one, "expiresAt"),
                    id=_text(one, "id"),
                )
            )
    return words


def _feeds(entries: Entries) -> tuple[SavedFeed, ...]:
    following = SavedFeed(kind="timeline", value="following", pinned=True)
    if new := _last(entries, "savedFeedsPrefV2"):
        feeds = [
            SavedFeed(
                kind=one["type"],
                value=_text(one, "value"),
                pinned=bool(one.get("pinned")),
                id=_text(one, "id"),
            )
            for one in _list(new, "items")
            if isinstance(one, dict) and one.get("type") in ("timeline", "feed", "list")
        ]
        return tuple(feeds)
    old = _last(entries, "savedFeedsPref")
    pinned = _list(old, "pinned")
    feeds = [following]
    for uri in dict.fromkeys([*pinned, *_list(old, "saved")]):
        parts = uri.split("/") if isinstance(uri, str) else []
        kind = _COLLECTIONS.get(parts[3]) if len(parts) > 4 else None
        if kind is not None:
            feeds.append(SavedFeed(kind=cast(Any, kind), value=uri, pinned=uri in pinned))
    return tuple(feeds)


# -------------------------------------------------------------------- writing


def with_adult(entries: Entries, enabled: bool) -> list[Any]:
    """Adult content on or off."""
    return _put(entries, "adultContentPref", {"enabled": enabled})


def with_label(entries: Entries, label: str, setting: Setting, labeler: str = "") -> list[Any]:
    """A setting for a label; global ones are also written under their old name."""
    names = [label]
    if not labeler and label in _NEW_NAMES:
        names.append(_NEW_NAMES[label])
    values: list[Any] = list(entries)
    for name in names:
        new: Json = {"$type": f"{_TYPE}contentLabelPref", "label": name, "visibility": setting}
        if labeler:
            new = {**new, "labelerDid": labeler}
        values = _replace(values, _is_setting(name, labeler), new)
    return values


def _is_setting(label: str, labeler: str) -> Callable[[Json], bool]:
    def is_it(one: Json) -> bool:
        return (
            one.get("$type") == f"{_TYPE}contentLabelPref"
            and one.get("label") == label
            and (one.get("labelerDid") or "") == labeler
        )

    return is_it


def with_labeler(entries: Entries, did: str) -> list[Any]:
    """Subscribed to a labeler."""
    listed = [*_list(_last(entries, "labelersPref"), "labelers")]
    if not any(isinstance(one, dict) and one.get("did") == did for one in listed):
        listed.append({"did": did})
    return _put(entries, "labelersPref", {"labelers": listed})


def without_labeler(entries: Entries, did: str) -> list[Any]:
    """No longer subscribed; its settings stay, should one come back."""
    listed = [
        one
        for one in _list(_last(entries, "labelersPref"), "labelers")
        if not (isinstance(one, dict) and one.get("did") == did)
    ]
    return _put(entries, "labelersPref", {"labelers": listed})


def with_hidden(entries: Entries, uri: str, hidden: bool = True) -> list[Any]:
    """One post hidden, or shown again."""
    items = [one for one in _list(_last(entries, "hiddenPostsPref"), "items") if one != uri]
    return _put(entries, "hiddenPostsPref", {"items": [*items, uri] if hidden else items})


def with_word(entries: Entries, word: MutedWord, new_id: Callable[[], str]) -> list[Any]:
    """
    A muted word added, or changed where one has its id (else its value).

    Entries without an id, of old clients, get one.
    """
    items: list[Any] = []
    replaced = False
    raw = _word(word, word.id or new_id())
    for one in _list(_last(entries, "mutedWordsPref"), "items"):
        if not isinstance(one, dict):
            items.append(one)
        elif (word.id and one.get("id") == word.id) or one.get("value") == word.value:
            items.append({**one, **raw, "id": one.get("id") or raw["id"]})
            replaced = True
        else:
            items.append(one if one.get("id") else {**one, "id": new_id()})
    if not replaced:
        items.append(raw)
    return _put(entries, "mutedWordsPref", {"items": items})


def without_word(entries: Entries, word: MutedWord) -> list[Any]:
    """A muted word removed: by its id, else by its value."""

    def is_it(one: Any) -> bool:
        if not isinstance(one, dict):
            return False
        if word.id and one.get("id"):
            return bool(one["id"] == word.id)
        return bool(one.get("value") == word.value)

    items = _list(_last(entries, "mutedWordsPref"), "items")
    return _put(entries, "mutedWordsPref", {"items": [one for one in items if not is_it(one)]})


def with_feeds(entries: Entries, feeds: Sequence[SavedFeed]) -> list[Any]:
    """The saved feeds, pinned ones first, each once."""
    once = {feed.id or feed.value: feed for feed in feeds}.values()
    ordered = sorted(once, key=lambda feed: not feed.pinned)
    items = [
        {"id": feed.id, "type": feed.kind, "value": feed.value, "pinned": feed.pinned}
        for feed in ordered
    ]
    return _put(entries, "savedFeedsPrefV2", {"items": items})


def _word(word: MutedWord, id: str) -> Json:
    raw: Json = {
        "id": id,
        "value": word.value,
        "targets": list(word.targets),
        "actorTarget": "exclude-following" if word.spare_followed else "all",
    }
    return {**raw, "expiresAt": word.expires_at} if word.expires_at else raw


# -------------------------------------------------------------------- private


def _all(entries: Entries, name: str) -> list[Json]:
    kind = _TYPE + name
    return [one for one in entries if isinstance(one, dict) and one.get("$type") == kind]


def _last(entries: Entries, name: str) -> Json:
    found = _all(entries, name)
    return found[-1] if found else {}


def _list(holder: Json, key: str) -> list[Any]:
    value = holder.get(key)
    return value if isinstance(value, list) else []


def _text(holder: Json, key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _put(entries: Entries, name: str, content: Json) -> list[Any]:
    """The last entry of that kind with other content, in its place; else a new one at the end."""
    kind = _TYPE + name
    new = {**_last(entries, name), "$type": kind, **content}
    return _replace(entries, lambda one: one.get("$type") == kind, new)


def _replace(entries: Entries, is_it: Callable[[Json], bool], new: Json) -> list[Any]:
    values: list[Any] = []
    done = False
    for one in entries:
        if not (isinstance(one, dict) and is_it(one)):
            values.append(one)
        elif not done:
            values.append(new)
            done = True
    return values if done else [*values, new]
