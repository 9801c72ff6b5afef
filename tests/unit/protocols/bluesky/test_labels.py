"""Labels become advisories."""

from __future__ import annotations

from typing import Any

from app.model import Advisory
from tests.unit.protocols.bluesky.samples import ANA, LABELER, at, author, post_of, record


def label(val: str, **more: Any) -> dict[str, Any]:
    return {"src": LABELER, "uri": at(), "val": val, "cts": "2026-11-01T00:00:00Z", **more}


def test_a_label_says_what_by_whom_and_about_what() -> None:
    """Pictures for the values that are about pictures, else the post."""
    post = post_of(labels=[label("porn"), label("graphic-media"), label("rude"), label("!warn")])

    assert (
        Advisory("label", "porn", LABELER, "media"),
        Advisory("label", "graphic-media", LABELER, "media"),
        Advisory("label", "rude", LABELER, "post"),
        Advisory("label", "!warn", LABELER, "post"),
    ) == post.advisories


def test_labels_on_the_profile_are_told_from_those_on_the_account() -> None:
    """What is said of a profile covers its picture, never what it writes."""
    on_account = label("spam", uri=ANA)
    on_profile = label("porn", uri=at(key="self", collection="app.bsky.actor.profile"))

    post = post_of(author=author(labels=[on_account, on_profile]))

    assert post.advisories == (
        Advisory("label", "spam", LABELER, "author"),
        Advisory("label", "porn", LABELER, "profile"),
    )


def test_the_authors_own_labels_have_no_source() -> None:
    """Whether the view tells them or only the record; never twice."""
    values = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "nudity"}]}
    own = Advisory("label", "nudity", "", "media")

    assert (own,) == post_of(record=record(labels=values)).advisories
    both = post_of(record=record(labels=values), labels=[label("nudity", src=ANA)])
    assert (own,) == both.advisories


def test_nobody_hides_or_warns_by_labelling_himself() -> None:
    """Values with "!" are for labelers only."""
    values = {"values": [{"val": "!hide"}, {"val": "!warn"}]}

    assert () == post_of(record=record(labels=values), labels=[label("!hide", src=ANA)]).advisories


def test_what_is_withdrawn_or_expired_does_not_count() -> None:
    """``neg`` takes back what was said before it, not after."""
    labels = [
        label("rude"),
        label("rude", neg=True, cts="2026-11-01T01:00:00Z"),
        label("spam", exp="2026-11-01T11:59:59Z"),
        label("late", exp="2026-11-01T12:00:01Z"),
        label("again", neg=True, cts="2026-10-01T00:00:00Z"),
        label("again"),
        label("kept", neg=True, src=ANA),
        label("kept"),
    ]

    assert {"late", "again", "kept"} == {said.text for said in post_of(labels=labels).advisories}


def test_labels_for_people_without_account_are_not_for_us() -> None:
    """Who reads here is signed in."""
    labels = [label("!no-unauthenticated", src=ANA, uri=ANA)]

    assert () == post_of(author=author(labels=labels)).advisories


def test_values_that_are_no_words_are_ignored() -> None:
    """Empty, endless, or with line breaks."""
    assert () == post_of(labels=[label(""), label("x" * 200), label("a\nb")]).advisories
