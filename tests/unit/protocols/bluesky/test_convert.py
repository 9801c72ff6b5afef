"""Feed items become entries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.model import Counts, Entry, Stub
from app.protocols.bluesky.convert import (
    entries_from_feed,
    entries_from_posts,
    reading_bookmarks,
)
from app.protocols.net.turns import at_once
from tests.unit.protocols.bluesky.samples import (
    ANA,
    BEN,
    INDEXED,
    NOW,
    at,
    author,
    entry_of,
    feed_item,
    post_of,
    raw,
    record,
    view,
)


def test_a_post_has_its_identity_page_people_and_counts() -> None:
    """Who, where, what and how many."""
    post = post_of(
        record=record(langs=["en", "not a tag!", "pt-BR"], tags=["birds", "#birds", "sea"]),
        likeCount=3,
        repostCount=2,
        replyCount=1,
        quoteCount=4,
    )

    assert at() == post.uri
    assert "bluesky" == post.network
    assert "https://bsky.app/profile/ana.example/post/3k1" == post.url
    assert (ANA, "ana.example", "Ana") == (post.author.uri, post.author.handle, post.author.name)
    assert "https://bsky.app/profile/ana.example" == post.author.url
    assert Counts(1, 2, 3, 4) == post.counts
    assert ("en", "pt-BR") == post.langs
    assert ("birds", "sea") == post.tags
    assert "public" == post.visibility


def test_tags_in_the_text_count_as_tags() -> None:
    """A rule on tags must find both kinds."""
    features = [{"$type": "app.bsky.richtext.facet#tag", "tag": "sea"}]
    facets = [{"index": {"byteStart": 0, "byteEnd": 4}, "features": features}]

    assert ("birds", "sea") == post_of(record=record("#sea", facets=facets, tags=["birds"])).tags


@pytest.mark.parametrize(
    "handle", ["handle.invalid", "", "no dots", "evil.example/../x", "ＡＮＡ.com"]
)
def test_a_handle_that_is_none_is_shown_as_invalid(handle: str) -> None:
    """The page is then found by the DID."""
    post = post_of(author=author(handle=handle))

    assert "handle.invalid" == post.author.handle
    assert f"https://bsky.app/profile/{ANA}/post/3k1" == post.url


def test_names_are_cleaned() -> None:
    """No check marks, no bidi tricks."""
    assert "Ana" == post_of(author=author(displayName="\u202eAna ✅")).author.name


def test_a_self_declared_bot_is_one() -> None:
    """The label is a fact about the profile, no warning."""
    post = post_of(author=author(labels=[{"val": "bot", "src": ANA, "uri": ANA}]))

    assert post.author.bot
    assert () == post.advisories


# ------------------------------------------------------------------- times


def test_a_post_stands_where_it_was_first_seen() -> None:
    """A post that claims to be from tomorrow is sorted by when it was indexed."""
    post = post_of(record=record(createdAt="2031-01-01T00:00:00Z"))

    assert datetime(2026, 11, 1, 10, 0, 5, tzinfo=UTC) == post.sort_at
    assert datetime(2031, 1, 1, tzinfo=UTC) == post.created_at


def test_an_old_post_stands_where_it_was_written() -> None:
    """Imported posts belong to their own time."""
    post = post_of(record=record(createdAt="2012-05-01T08:00:00.5+02:00"))

    assert datetime(2012, 5, 1, 6, 0, 0, 500_000, tzinfo=UTC) == post.sort_at == post.created_at


def test_nothing_is_sorted_into_the_future() -> None:
    """Not even when the server's clock is wrong."""
    later = (NOW + timedelta(days=3)).isoformat()
    post = post_of(record=record(createdAt=later), indexedAt=later)

    assert NOW == post.sort_at


@pytest.mark.parametrize(
    "created",
    [
        "",
        "yesterday",
        "2026-13-45T99:99:99Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "1969-07-20T20:17:40Z",
    ],
)
def test_a_time_that_is_none_gives_way_to_the_servers(created: str) -> None:
    """Clients write what they like."""
    seen = datetime(2026, 11, 1, 10, 0, 5, tzinfo=UTC)
    post = post_of(record=record(createdAt=created))

    assert (seen, seen) == (post.created_at, post.sort_at)


def test_without_any_time_it_is_now() -> None:
    """Better on top than nowhere."""
    post = post_of(record=record(createdAt=None), indexedAt="")

    assert (NOW, NOW) == (post.created_at, post.sort_at)


# ----------------------------------------------------------------- reposts

REPOST = "app.bsky.feed.defs#reasonRepost"


def test_a_repost_is_an_entry_of_its_own() -> None:
    """It stands at the time of the repost, under the repost's URI."""
    reason = {
        "$type": REPOST,
        "by": author(BEN, "ben.example"),
        "uri": at(BEN, "3kr", "app.bsky.feed.repost"),
        "indexedAt": "2026-11-01T11:00:00Z",
    }

    entry = entry_of(feed_item(reason=reason))

    assert at(BEN, "3kr", "app.bsky.feed.repost") == entry.key
    assert datetime(2026, 11, 1, 11, tzinfo=UTC) == entry.sort_at
    assert entry.repost is not None
    assert (BEN, entry.key) == (entry.repost.by.uri, entry.repost.uri)
    assert at() == entry.post.uri


def test_a_repost_without_a_uri_is_known_by_who_and_what() -> None:
    """The same for every account that sees it."""
    reason = {"$type": REPOST, "by": author(BEN, "ben.example"), "indexedAt": INDEXED}

    assert f"repost:{BEN}:{at()}" == entry_of(feed_item(reason=reason)).key


def test_an_unknown_reason_is_no_obstacle() -> None:
    """The post is there for whatever reason."""
    entry = entry_of(feed_item(reason={"$type": "app.bsky.feed.defs#reasonMoonPhase"}))

    assert at() == entry.key
    assert entry.repost is None


def test_pinned_posts_are_left_out() -> None:
    """They stand out of order, and come again where they belong."""
    pinned = feed_item(reason={"$type": "app.bsky.feed.defs#reasonPin"})

    assert () == entries_from_feed([raw(pinned)], NOW)


# ----------------------------------------------------------------- replies

REPLY = {
    "root": {"uri": at(BEN, "3k0"), "cid": "bafyroot"},
    "parent": {"uri": at(BEN, "3k9"), "cid": "bafyparent"},
}


def test_a_reply_names_the_person_it_answers() -> None:
    """With what the feed tells about the parent."""
    parent = view(uri=at(BEN, "3k9"), author=author(BEN, "ben.example", displayName="Ben"))
    parent["$type"] = "app.bsky.feed.defs#postView"
    item = feed_item(view(record=record(reply=REPLY)), reply={"parent": parent, "root": parent})

    answered = entry_of(item).post.reply_to

    assert answered is not None
    assert (at(BEN, "3k9"), at(BEN, "3k0"), "shown") == (
        answered.uri,
        answered.root,
        answered.state,
    )
    assert answered.author is not None
    assert "Ben" == answered.author.name


@pytest.mark.parametrize(
    ("kind", "state"), [("notFoundPost", "deleted"), ("blockedPost", "blocked")]
)
def test_a_reply_says_why_its_parent_is_not_there(kind: str, state: str) -> None:
    """Deleted, or somebody blocks somebody."""
    parent = {
        "$type": f"app.bsky.feed.defs#{kind}",
        "uri": at(BEN, "3k9"),
        "author": {"did": BEN},
    }
    item = feed_item(view(record=record(reply=REPLY)), reply={"parent": parent, "root": parent})

    answered = entry_of(item).post.reply_to

    assert answered is not None
    assert (at(BEN, "3k9"), state, None) == (answered.uri, answered.state, answered.author)


def test_without_the_feeds_word_the_record_tells_what_it_answers() -> None:
    """As in search results."""
    answered = post_of(record=record(reply=REPLY)).reply_to

    assert answered is not None
    assert (at(BEN, "3k9"), at(BEN, "3k0"), None) == (
        answered.uri,
        answered.root,
        answered.author,
    )


# ------------------------------------------------------------------ viewer


def test_what_i_did_and_may_do_is_the_viewers() -> None:
    """Likes, reposts, bookmarks, mutes and gates."""
    entry = entry_of(
        feed_item(
            view(
                viewer={
                    "like": at(BEN, "3kl", "app.bsky.feed.like"),
                    "repost": at(BEN, "3kr", "app.bsky.feed.repost"),
                    "bookmarked": True,
                    "threadMuted": True,
                    "replyDisabled": True,
                    "embeddingDisabled": True,
                },
                record=record(reply=REPLY),
            )
        )
    )

    viewer = entry.viewer
    assert (True, True, True, True) == (
        viewer.liked,
        viewer.reposted,
        viewer.bookmarked,
        viewer.muted,
    )
    assert (False, False) == (viewer.can_reply, viewer.can_quote)
    assert f"bafyana 3kl 3kr {at(BEN, '3k0')} bafyroot" == viewer.ref


@pytest.mark.parametrize(
    ("viewer", "muted"),
    [
        ({}, False),
        ({"muted": False, "mutedByList": None}, False),
        ({"muted": True}, True),
        ({"mutedByList": {"uri": at(BEN, "3kl", "app.bsky.graph.list"), "name": "Noise"}}, True),
    ],
)
def test_muted_authors_are_muted_by_hand_or_by_list(viewer: Any, muted: bool) -> None:
    """Either way."""
    assert muted is entry_of(feed_item(view(author=author(viewer=viewer)))).viewer.muted


# ----------------------------------------------------------------- bridges


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("https://Example.Social/@ben/1#top", "https://example.social/@ben/1"),
        ("http://example.social/n/1?utm_source=x&id=5", "https://example.social/n/1?id=5"),
        ("https://example.social/n/1?a=&b=2", "https://example.social/n/1?a=&b=2"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_original_of_a_bridged_post_is_kept_in_one_form(claimed: str, kept: str) -> None:
    """https, host in lower case, without fragment and tracking: to be compared."""
    assert kept == post_of(record=record(bridgyOriginalUrl=claimed)).bridged_from


# ------------------------------------------------------------------- stubs


def test_an_unreadable_item_becomes_a_stub_in_its_place() -> None:
    """The posts around it are not touched."""
    bad = view(uri=at(key="3bad"), author=5)

    first, stub, last = entries_from_feed(
        [raw(feed_item()), raw(feed_item(bad)), raw(feed_item(view(uri=at(key="3k0"))))], NOW
    )

    assert isinstance(first, Entry)
    assert isinstance(last, Entry)
    assert isinstance(stub, Stub)
    assert f"unreadable:{at(key='3bad')}" == stub.key
    assert datetime(2026, 11, 1, 10, 0, 5, tzinfo=UTC) == stub.sort_at
    assert "author" in stub.reason
    assert "Hello" == stub.excerpt


def test_a_stub_without_any_place_stands_below_its_neighbour() -> None:
    """And is the same stub when it is fetched again."""
    above, stub = entries_from_feed([raw(feed_item()), raw({"nothing": 1})], NOW)
    again = entries_from_feed([raw({"nothing": 1})], NOW)[0]

    assert isinstance(stub, Stub)
    assert above.sort_at == stub.sort_at
    assert again.key == stub.key
    assert "" == stub.excerpt


@pytest.mark.parametrize(
    "uri",
    [
        "at://ana.example/app.bsky.feed.post/3k1",
        "https://example.com",
        "at://" + ANA,
        at(BEN),
        "",
        at() + "/../x",
    ],
)
def test_a_post_that_is_not_its_authors_is_not_shown_as_theirs(uri: str) -> None:
    """Identity is the DID in the URI, and it must be the author's."""
    (stub,) = entries_from_feed([raw(feed_item(view(uri=uri)))], NOW)

    assert isinstance(stub, Stub)


def test_a_reposter_without_identity_makes_a_stub() -> None:
    """Who passed it on is part of the entry."""
    reason = {"$type": REPOST, "by": {"did": "nobody"}, "indexedAt": INDEXED}
    (stub,) = entries_from_feed([raw(feed_item(reason=reason))], NOW)

    assert isinstance(stub, Stub)


# ------------------------------------------------------------ other pages


def test_search_results_and_bookmarks_are_posts_too() -> None:
    """Bare, or wrapped; a bookmark of a deleted post is a stub."""
    gone = {"$type": "app.bsky.feed.defs#notFoundPost", "uri": at(key="3gone"), "notFound": True}

    found = entries_from_posts([raw(view())], NOW)
    kept = at_once(reading_bookmarks([raw({"item": view()}), raw({"item": gone})], NOW))

    assert [at()] == [entry.key for entry in found]
    assert [at(), f"unreadable:{at(key='3gone')}"] == [entry.key for entry in kept]
