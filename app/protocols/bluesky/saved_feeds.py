"""
The saved feeds among an account's preferences, changed one by one. Pure.

What is there is edited as it lies there: entries of kinds that we do not know, keys that others
have added and the order of what is not meant stay as they are. Source: facts A6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.model.moderation import SavedFeed

Json = dict[str, Any]
Entries = Sequence[Any]

_TYPE = "app.bsky.actor.defs#"
_NEW, _OLD = f"{_TYPE}savedFeedsPrefV2", f"{_TYPE}savedFeedsPref"
_COLLECTIONS = {"app.bsky.feed.generator": "feed", "app.bsky.graph.list": "list"}
FOLLOWING = ("timeline", "following")


def with_saved_feed(
    entries: Entries, feed: SavedFeed, on: bool, new_id: Callable[[], str]
) -> list[Any]:
    """*feed* saved as it says, pinned or not, in its place or at the end; or taken away."""
    items = _items(entries, new_id)
    if not on:
        return _written(entries, [one for one in items if not _is(one, feed)], feed, on=False)
    found = False
    after: list[Any] = []
    for one in items:
        if _is(one, feed):
            if not found:
                after.append({**one, "pinned": feed.pinned})
            found = True
        else:
            after.append(one)
    if not found:
        new = {"id": feed.id or new_id(), "type": feed.kind, "value": feed.value}
        after.append({**new, "pinned": feed.pinned})
    return _written(entries, after, feed, on=feed.pinned)


def with_feed_order(
    entries: Entries, values: Sequence[str], new_id: Callable[[], str]
) -> list[Any]:
    """
    Those of *values* in that order, in the places that they hold among them.

    What somebody has added meanwhile stays where it is.
    """
    items = _items(entries, new_id)
    wanted = {value: place for place, value in enumerate(dict.fromkeys(values))}
    places = [at for at, one in enumerate(items) if _value(one) in wanted]
    meant = sorted((items[at] for at in places), key=lambda one: wanted[_value(one)])
    for at, one in zip(places, meant, strict=True):
        items[at] = one
    return _written(entries, items)


def _items(entries: Entries, new_id: Callable[[], str]) -> list[Any]:
    """What is saved, raw; from the old entry where there is no other."""
    new = _entry(entries, _NEW)
    if new is not None:
        found = new.get("items")
        return list(found) if isinstance(found, list) else []
    old = _entry(entries, _OLD) or {}
    kind, value = FOLLOWING
    items: list[Any] = [{"id": new_id(), "type": kind, "value": value, "pinned": True}]
    pinned = _texts(old.get("pinned"))
    for uri in dict.fromkeys([*pinned, *_texts(old.get("saved"))]):
        parts = uri.split("/")
        known = _COLLECTIONS.get(parts[3]) if len(parts) > 4 else None
        if known is not None:
            items.append({"id": new_id(), "type": known, "value": uri, "pinned": uri in pinned})
    return items


def _written(
    entries: Entries, items: list[Any], meant: SavedFeed | None = None, *, on: bool = False
) -> list[Any]:
    """With these items, pinned ones first; the old entry, where there is one, follows."""
    once: list[Any] = []
    seen: set[str] = set()
    for one in items:
        id = one.get("id") if isinstance(one, dict) else None
        if isinstance(id, str) and id in seen:
            continue
        if isinstance(id, str) and id:
            seen.add(id)
        once.append(one)
    once.sort(key=lambda one: not (isinstance(one, dict) and one.get("pinned") is True))
    before = _entry(entries, _NEW) or {}
    after = _put(entries, _NEW, {**before, "$type": _NEW, "items": once})
    old = _entry(entries, _OLD)
    if old is not None and meant is not None and meant.kind != "timeline":
        after = _put(after, _OLD, _with_old(old, meant, on=on, kept=_saved(once, meant)))
    return after


def _saved(items: list[Any], meant: SavedFeed) -> bool:
    return any(_is(one, meant) for one in items)


def _with_old(old: Json, meant: SavedFeed, *, on: bool, kept: bool) -> Json:
    """What old clients read, told of the same change."""
    pinned = [uri for uri in _texts(old.get("pinned")) if uri != meant.value]
    saved = [uri for uri in _texts(old.get("saved")) if uri != meant.value]
    return {
        **old,
        "pinned": [*pinned, meant.value] if on else pinned,
        "saved": [*saved, meant.value] if kept else saved,
    }


def _is(one: Any, feed: SavedFeed) -> bool:
    return isinstance(one, dict) and (one.get("type"), _value(one)) == (feed.kind, feed.value)


def _value(one: Any) -> str:
    value = one.get("value") if isinstance(one, dict) else None
    return value if isinstance(value, str) else ""


def _texts(values: Any) -> list[str]:
    return [one for one in values if isinstance(one, str)] if isinstance(values, list) else []


def _entry(entries: Entries, kind: str) -> Json | None:
    found = [one for one in entries if isinstance(one, dict) and one.get("$type") == kind]
    return found[-1] if found else None


def _put(entries: Entries, kind: str, new: Json) -> list[Any]:
    """The first of that kind is *new*, others of it go; or it comes last."""
    values: list[Any] = []
    done = False
    for one in entries:
        if not (isinstance(one, dict) and one.get("$type") == kind):
            values.append(one)
        elif not done:
            values.append(new)
            done = True
    return values if done else [*values, new]
