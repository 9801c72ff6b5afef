"""Preferences: read as the reference client reads them, written without losing a thing."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.moderation import MutedWord, SavedFeed, Settled
from app.protocols.bluesky import preferences as prefs
from tests.outside import OUTSIDE, needs_outside


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file beside the project."""
    if OUTSIDE is None:
        return []
    path = OUTSIDE / "vectors/bsky-moderation" / f"{name}.json"
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["cases"]
    return found


def told(settled: Settled) -> dict[str, Any]:
    """What the reference tells of them, in its names."""
    return {
        "moderationPrefs": {
            "adultContentEnabled": settled.adult,
            "labels": settled.labels,
            "labelers": [{"did": one.uri, "labels": one.labels} for one in settled.labelers],
            "mutedWords": [word_told(word) for word in settled.words],
            "hiddenPosts": list(settled.hidden),
        },
        "home": {
            "hideReplies": settled.hide_replies,
            "hideRepliesByUnfollowed": settled.hide_replies_by_unfollowed,
            "hideReposts": settled.hide_reposts,
            "hideQuotePosts": settled.hide_quotes,
        },
        "sort": settled.thread_order,
        "savedFeeds": [
            {"type": one.kind, "value": one.value, "pinned": one.pinned} for one in settled.feeds
        ],
    }


def word_told(word: MutedWord) -> dict[str, Any]:
    """A muted word in the reference's names."""
    return {
        "value": word.value,
        "targets": list(word.targets),
        "actorTarget": "exclude-following" if word.spare_followed else "all",
    }


@needs_outside
@pytest.mark.parametrize("case", cases("preferences-read"), ids=lambda case: case["name"])
def test_they_are_read_as_the_reference_reads_them(case: dict[str, Any]) -> None:
    """Labels, labelers, words, hidden posts, feeds and the home timeline's settings."""
    settled = prefs.read_preferences(case["input"])
    expected = case["expected"]
    home = dict(expected["feedViewPrefs"]["home"])
    home.pop("hideRepliesByLikeCount")
    assert told(settled) == {
        "moderationPrefs": expected["moderationPrefs"],
        "home": home,
        "sort": expected["threadViewPrefs"]["sort"],
        "savedFeeds": expected["savedFeeds"],
    }
    assert prefs.accept_labelers(settled) == case["acceptLabelersAfter"]


WRITES: dict[str, Any] = {
    "set-global-porn-double-writes-nsfw": lambda e, _: prefs.with_label(e, "porn", "hide"),
    "set-graphic-media-double-writes-gore": lambda e, _: prefs.with_label(
        e, "graphic-media", "warn"
    ),
    "set-nudity-no-legacy": lambda e, _: prefs.with_label(e, "nudity", "warn"),
    "set-labeler-scoped-no-double-write": lambda e, _: prefs.with_label(
        e, "porn", "hide", "did:plc:other"
    ),
    "add-labeler": lambda e, _: prefs.with_labeler(e, "did:plc:other"),
    "add-labeler-twice": lambda e, _: prefs.with_labeler(e, "did:plc:other"),
    "unknown-prefs-preserved": lambda e, _: prefs.with_adult(e, True),
    "hide-post": lambda e, _: prefs.with_hidden(e, "at://did:web:b.test/app.bsky.feed.post/2"),
    "add-muted-word-assigns-ids-to-legacy-items": lambda e, new: prefs.with_word(
        e, MutedWord(value="new", targets=("tag",)), new
    ),
    "saved-feeds-sorted-pinned-first": lambda e, _: prefs.with_feeds(
        e,
        [
            SavedFeed(id="a", kind="feed", value="at://did:plc:a/app.bsky.feed.generator/p"),
            SavedFeed(id="b", kind="timeline", value="following", pinned=True),
        ],
    ),
}


@needs_outside
@pytest.mark.parametrize("case", cases("preferences-write"), ids=lambda case: case["name"])
def test_they_are_written_as_the_reference_writes_them(case: dict[str, Any]) -> None:
    """Old names beside the new, entries in their place, what is unknown untouched."""
    after = WRITES[case["name"]](case["before"], lambda: "<tid>")
    assert after == case["after"]


ENTRY = st.fixed_dictionaries(
    {"$type": st.sampled_from(["com.example#x", "app.bsky.actor.defs#mutedWordsPref",
                               "app.bsky.actor.defs#contentLabelPref",
                               "app.bsky.actor.defs#labelersPref",
                               "app.bsky.actor.defs#hiddenPostsPref"])},
    optional={"items": st.one_of(st.none(), st.lists(st.one_of(st.integers(), st.text()))),
              "label": st.text(max_size=5), "visibility": st.text(max_size=5),
              "labelers": st.lists(st.one_of(st.none(), st.text()))},
)  # fmt: skip


@given(st.lists(st.one_of(ENTRY, st.none(), st.text(max_size=3)), max_size=6))
def test_no_array_is_too_odd(entries: list[Any]) -> None:
    """Whatever a server has kept is read, and what is unknown survives each change."""
    numbers = itertools.count()
    prefs.read_preferences(entries)
    unknown = [one for one in entries if not _is_ours(one)]
    for change in WRITES.values():
        after = change(entries, lambda: str(next(numbers)))
        assert [one for one in after if not _is_ours(one)] == unknown


def _is_ours(entry: Any) -> bool:
    return isinstance(entry, dict) and entry["$type"].startswith("app.bsky.")


def test_a_word_that_is_removed_is_gone() -> None:
    """By its id, or by its value where old clients gave none."""
    entries = prefs.with_word([], MutedWord(value="tide"), lambda: "1")
    assert prefs.read_preferences(entries).words[0].value == "tide"
    assert not prefs.read_preferences(prefs.without_word(entries, MutedWord(value="tide"))).words


def test_a_labeler_can_be_left() -> None:
    """The network's own stays."""
    entries = prefs.with_labeler([], "did:plc:other")
    left = prefs.read_preferences(prefs.without_labeler(entries, "did:plc:other"))
    assert [one.uri for one in left.labelers] == [prefs.OWN_LABELER]
