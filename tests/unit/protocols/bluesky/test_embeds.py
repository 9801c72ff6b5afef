"""Pictures, videos, cards and quotes."""

from __future__ import annotations

from typing import Any

import pytest

from app.model import LinkCard, Media
from tests.unit.protocols.bluesky.samples import (
    ANA,
    BEN,
    LABELER,
    at,
    author,
    external,
    images,
    post_of,
    quoted,
    record,
)


def test_pictures_keep_their_descriptions_and_shape() -> None:
    """Full size, thumbnail, alt text, aspect."""
    first, second = post_of(embed=images("A heron", "")).media

    assert (
        Media(
            kind="image",
            url="https://cdn.example/full/0",
            preview="https://cdn.example/thumb/0",
            alt="A heron",
            width=300,
            height=200,
        )
        == first
    )
    assert "" == second.alt


def test_a_gallery_is_pictures_too() -> None:
    """Its thumbnails have another name; items of kinds to come are left out."""
    gallery = {
        "$type": "app.bsky.embed.gallery#view",
        "items": [
            {
                "$type": "app.bsky.embed.gallery#viewImage",
                "thumbnail": "https://cdn.example/t",
                "fullsize": "https://cdn.example/f",
                "alt": "One",
                "aspectRatio": {"width": 1, "height": 2},
            },
            {"$type": "app.bsky.embed.gallery#viewHologram", "model": "x"},
        ],
    }

    (picture,) = post_of(embed=gallery).media

    assert ("https://cdn.example/f", "https://cdn.example/t", "One") == (
        picture.url,
        picture.preview,
        picture.alt,
    )


@pytest.mark.parametrize(
    ("presentation", "kind"), [(None, "video"), ("gif", "gif"), ("?", "video")]
)
def test_a_video_is_its_playlist_and_poster(presentation: str | None, kind: str) -> None:
    """The hint says whether it wants to be looked at like a GIF."""
    video = {
        "$type": "app.bsky.embed.video#view",
        "cid": "bafyvideo",
        "playlist": "https://video.example/playlist.m3u8",
        "thumbnail": "https://video.example/poster.jpg",
        "alt": "Waves",
        "aspectRatio": {"width": 16, "height": 9},
        "presentation": presentation,
    }

    (media,) = post_of(embed=video).media

    assert (kind, "https://video.example/playlist.m3u8") == (media.kind, media.url)
    assert ("https://video.example/poster.jpg", "Waves", 16, 9) == (
        media.preview,
        media.alt,
        media.width,
        media.height,
    )


def test_a_link_card_is_what_the_server_says() -> None:
    """Titles on one line, cleaned."""
    card = post_of(
        embed=external(
            "https://example.com/a", title=" A\n  page\u202e ", thumb="https://cdn.example/t"
        )
    ).card

    assert (
        LinkCard(
            url="https://example.com/a",
            title="A page",
            description="About it",
            image="https://cdn.example/t",
        )
        == card
    )


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "data:text/html,x", "at://x/y/z", ""])
def test_a_card_that_leads_nowhere_safe_is_left_out(uri: str) -> None:
    """The text remains."""
    post = post_of(embed=external(uri))

    assert post.card is None
    assert "Hello" == post.text.text


def test_a_gif_of_a_gif_host_is_a_gif() -> None:
    """With the size in its query and the description its poster gave it."""
    post = post_of(
        embed=external(
            "https://media.tenor.com/abc/heron.gif?hh=240&ww=320", description="Alt: A heron lands"
        )
    )

    (gif,) = post.media
    assert ("gif", 320, 240, "A heron lands") == (gif.kind, gif.width, gif.height, gif.alt)
    assert post.card is None


@pytest.mark.parametrize(
    "uri",
    [
        "https://tenor.com/view/heron",
        "https://media.tenor.com/abc/heron.gif",
        "https://evil.example/media.tenor.com/heron.gif?hh=240&ww=320",
        "https://media.tenor.com/abc/heron.gif?hh=²&ww=3",
    ],
)
def test_other_links_stay_cards(uri: str) -> None:
    """Only what is clearly a GIF is fetched as one."""
    post = post_of(embed=external(uri))

    assert () == post.media
    assert post.card is not None


# ------------------------------------------------------------------ quotes


def test_a_quote_is_a_post_with_its_own_pictures() -> None:
    """One level deep."""
    quote = post_of(embed=quoted(embeds=[images("Theirs")], likeCount=9)).quote

    assert quote is not None
    assert quote.post is not None
    assert ("shown", at(BEN, "3k2"), "Quoted", 9) == (
        quote.state,
        quote.uri,
        quote.post.text.text,
        quote.post.counts.likes,
    )
    assert "Theirs" == quote.post.media[0].alt
    assert BEN == quote.post.author.uri


def test_a_quote_in_a_quote_is_not_followed() -> None:
    """Else a chain of quotes would nest for ever."""
    quote = post_of(embed=quoted(embeds=[quoted()])).quote

    assert quote is not None
    assert quote.post is not None
    assert quote.post.quote is None


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("viewNotFound", "deleted"),
        ("viewBlocked", "blocked"),
        ("viewDetached", "detached"),
        ("viewFromTheFuture", "unavailable"),
    ],
)
def test_a_quote_says_why_it_is_not_there(kind: str, state: str) -> None:
    """And what it would have been."""
    gone = {
        "$type": "app.bsky.embed.record#view",
        "record": {"$type": f"app.bsky.embed.record#{kind}", "uri": at(BEN, "3k2")},
    }

    quote = post_of(embed=gone).quote

    assert quote is not None
    assert (state, at(BEN, "3k2"), None) == (quote.state, quote.uri, quote.post)


@pytest.mark.parametrize(
    "change",
    [
        {"author": None},
        {"value": {"$type": "com.example.recipe", "text": "Soup"}},
        {"value": 5},
        {"uri": at(ANA)},
    ],
)
def test_a_quote_that_cannot_be_read_is_unavailable(change: dict[str, Any]) -> None:
    """The quoting post is there all the same."""
    post = post_of(embed=quoted(**change))

    assert post.quote is not None
    assert ("unavailable", None) == (post.quote.state, post.quote.post)
    assert "Hello" == post.text.text


def test_a_quote_beside_pictures_gives_both() -> None:
    """``recordWithMedia``."""
    both = {
        "$type": "app.bsky.embed.recordWithMedia#view",
        "media": images("Mine"),
        "record": quoted(),
    }

    post = post_of(embed=both)

    assert ["Mine"] == [media.alt for media in post.media]
    assert post.quote is not None
    assert "shown" == post.quote.state


def test_of_a_quote_beside_broken_media_the_quote_stays() -> None:
    """Each part fails alone."""
    for media, pair in (({"$type": 5}, quoted()), (images("Mine"), 17)):
        both = {"$type": "app.bsky.embed.recordWithMedia#view", "media": media, "record": pair}
        post = post_of(embed=both)
        assert (post.quote is not None) != bool(post.media)


@pytest.mark.parametrize(
    ("view", "url", "title", "by"),
    [
        (
            {"uri": at(BEN, "birds", "app.bsky.feed.generator"), "displayName": "Birds"},
            f"https://bsky.app/profile/{BEN}/feed/birds",
            "Birds",
            "Feed by @ben.example",
        ),
        (
            {"uri": at(BEN, "3kl", "app.bsky.graph.list"), "name": "Friends"},
            f"https://bsky.app/profile/{BEN}/lists/3kl",
            "Friends",
            "List by @ben.example",
        ),
        (
            {
                "uri": at(BEN, "3ks", "app.bsky.graph.starterpack"),
                "record": {"name": "Start here"},
            },
            f"https://bsky.app/starter-pack/{BEN}/3ks",
            "Start here",
            "Starter pack by @ben.example",
        ),
        (
            {"uri": at(LABELER, "self", "app.bsky.labeler.service")},
            f"https://bsky.app/profile/{LABELER}",
            "Ben",
            "Labeler by @ben.example",
        ),
    ],
)
def test_feeds_lists_packs_and_labelers_are_cards(
    view: dict[str, Any], url: str, title: str, by: str
) -> None:
    """They are quoted like posts, but lead to a page."""
    creator = author(BEN, "ben.example", displayName="Ben")
    embed = {
        "$type": "app.bsky.embed.record#view",
        "record": {"$type": "app.bsky.x#view", "creator": creator, **view},
    }

    post = post_of(embed=embed)

    assert post.quote is None
    assert post.card is not None
    assert (url, title, by) == (post.card.url, post.card.title, post.card.author)


@pytest.mark.parametrize(
    "embed",
    [
        None,
        5,
        [],
        {"$type": "app.bsky.embed.hologram#view", "model": 1},
        {"$type": "app.bsky.embed.images#view", "images": "none"},
        {"$type": "app.bsky.embed.images#view", "images": [{"fullsize": "file:///etc/passwd"}]},
        {"$type": "app.bsky.embed.video#view", "playlist": "rtsp://x"},
        {"$type": "app.bsky.embed.external#view"},
        {"$type": "app.bsky.embed.record#view", "record": None},
    ],
)
def test_an_embed_that_cannot_be_read_leaves_the_text(embed: Any) -> None:
    """No picture is no reason for no post."""
    post = post_of(embed=embed, record=record("Still here"))

    assert ("Still here", (), None) == (post.text.text, post.media, post.card)
