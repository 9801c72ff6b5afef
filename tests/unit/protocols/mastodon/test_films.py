"""What PeerTube tells of a film: files that have all in one, and captions."""

from __future__ import annotations

import json

import pytest

from app.protocols.mastodon.films import film_page, is_film_address
from tests.unit.protocols.mastodon.samples import post

ID = "https://tube.example/videos/watch/9c9de5e8-0a1e-484a-b099-e80766180a6d"


def link(href: str, height: object, mime: str = "video/mp4", **more: object) -> dict[str, object]:
    """One address of a ``Video``."""
    return {"type": "Link", "mediaType": mime, "href": href, "height": height, **more}


VIDEO = {
    "type": "Video",
    "url": [
        link("https://tube.example/w/abc", None, "text/html"),
        link("https://tube.example/f-720.mp4", 720),
        link("https://tube.example/f-720.torrent", 720, "application/x-bittorrent"),
        {
            "type": "Link",
            "mediaType": "application/x-mpegURL",
            "href": "https://tube.example/master.m3u8",
            "tag": [
                link("https://tube.example/h-480.mp4", 480),
                link(
                    "https://tube.example/only-picture.mp4", 1080, attachment=[{"name": "video"}]
                ),
                {"type": "Infohash", "name": "x"},
            ],
        },
    ],
    "subtitleLanguage": [
        {"identifier": "en", "name": "English", "url": "https://tube.example/en.vtt"},
        {
            "identifier": "fr",
            "name": "Français",
            "url": [
                {"type": "Link", "mediaType": "application/x-mpegURL", "href": "https://t.example/fr"},
                {"type": "Link", "mediaType": "text/vtt", "href": "https://tube.example/fr.vtt"},
            ],
        },
        {"identifier": "xx", "name": "bad", "url": "file:///etc/passwd"},
    ],
}  # fmt: skip


def test_files_and_captions_are_found() -> None:
    """Also those in a playlist's tags; parts without sound, torrents and pages are none."""
    page = film_page(json.dumps(VIDEO).encode())

    assert page is not None
    assert page.files == (
        (720, "https://tube.example/f-720.mp4"),
        (480, "https://tube.example/h-480.mp4"),
    )
    assert [(one.lang, one.url) for one in page.captions] == [
        ("en", "https://tube.example/en.vtt"),
        ("fr", "https://tube.example/fr.vtt"),
    ]


def test_the_size_that_is_enough_is_taken() -> None:
    """The largest that is no higher; else the smallest there is."""
    page = film_page(json.dumps(VIDEO).encode())

    assert page is not None
    assert [page.best(height)[-7:] for height in (1080, 600, 100)] == [
        "720.mp4", "480.mp4", "480.mp4",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{" * 90_000,
        b'{"type":"Note","url":"x"}',
        b'{"type":"Video"}',
        b'{"type":"Video","url":[{"type":"Link","mediaType":"video/mp4","href":"javascript:1","height":9}]}',
        b'{"type":"Video","url":[{"type":"Link","mediaType":"video/mp4","href":7,"height":"720"}]}',
        b'{"type":"Video","url":[[[]],{"tag":{"tag":{}}},null],"subtitleLanguage":7}',
    ],
)
def test_what_is_no_film_is_none(body: bytes) -> None:
    """Junk and other objects do no harm."""
    assert film_page(body) is None


def test_addresses_of_films_are_known_by_their_form() -> None:
    """Only ids as PeerTube makes them."""
    assert is_film_address(ID)
    for other in (ID + "/x", ID.replace("https", "http"), ID[:-1], "https://t.example/w/abc", ""):
        assert not is_film_address(other)


def test_a_film_that_arrives_through_another_server_is_there_to_be_played() -> None:
    """Only its address came along: that is what is asked, when somebody wants to see it."""
    card = {"url": "https://tube.example/w/abc", "image": "https://home.example/card.png"}
    found = post(uri=ID, card=card, media_attachments=[])

    assert [(one.kind, one.url, one.preview) for one in found.media] == [
        ("video", ID, "https://home.example/card.png")
    ]
    assert post(uri="https://blog.example/videos/watch/1", media_attachments=[]).media == ()
