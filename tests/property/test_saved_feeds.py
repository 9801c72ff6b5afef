"""Whatever an account's preferences hold: a feed is pinned, and nothing else is touched."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.model.moderation import SavedFeed
from app.protocols.bluesky.preferences import read_preferences
from app.protocols.bluesky.saved_feeds import with_feed_order, with_saved_feed

NEW, OLD = "app.bsky.actor.defs#savedFeedsPrefV2", "app.bsky.actor.defs#savedFeedsPref"
FEED = SavedFeed(kind="feed", value="at://did:plc:a/app.bsky.feed.generator/b", pinned=True)

scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
junk = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
values = st.sampled_from([FEED.value, "following", "at://x/y/z/w", "", "x"])
items = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["1", "2", "3"]) | junk,
        "type": st.sampled_from(["feed", "list", "timeline", "odd"]) | junk,
        "value": values | junk,
        "pinned": st.booleans() | junk,
        "more": junk,
    },
)
new = st.fixed_dictionaries(
    {"$type": st.just(NEW)}, optional={"items": st.lists(items | junk) | junk}
)
texts = st.lists(values | junk, max_size=4) | junk
old = st.fixed_dictionaries({"$type": st.just(OLD)}, optional={"pinned": texts, "saved": texts})
entries = st.lists(new | old | junk, max_size=5)


def _others(found: list[Any]) -> list[Any]:
    return [one for one in found if not (isinstance(one, dict) and one.get("$type") in (NEW, OLD))]


def _ids() -> Any:
    numbers = count()
    return lambda: f"new{next(numbers)}"


@given(entries)
def test_pinning_holds_and_touches_nothing_else(before: list[Any]) -> None:
    """Twice is once; taken away it is gone; strangers' entries stay in their order."""
    pinned = with_saved_feed(before, FEED, True, _ids())
    assert _others(pinned) == _others(before)
    found = [one for one in read_preferences(pinned).feeds if one.value == FEED.value]
    assert [one.pinned for one in found if one.kind == "feed"] == [True]
    assert with_saved_feed(pinned, FEED, True, _ids()) == pinned
    gone = with_saved_feed(pinned, FEED, False, _ids())
    assert _others(gone) == _others(before)
    assert not [
        one
        for one in read_preferences(gone).feeds
        if (one.kind, one.value) == (FEED.kind, FEED.value)
    ]


@given(entries, st.lists(values, max_size=4))
def test_order_neither_loses_nor_makes_any(before: list[Any], order: list[str]) -> None:
    """The same feeds, in another order; a second time nothing moves."""
    before = with_saved_feed(before, FEED, True, _ids())
    after = with_feed_order(before, order, _ids())
    assert _others(after) == _others(before)

    def saved(found: list[Any]) -> list[str]:
        return sorted(f"{one.kind} {one.value}" for one in read_preferences(found).feeds)

    assert saved(after) == saved(before)
    assert with_feed_order(after, order, _ids()) == after
