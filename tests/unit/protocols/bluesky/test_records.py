"""Posts as records: what is in them, and what is refused before it leaves."""

from __future__ import annotations

from typing import Any

import pytest

from app.model import RichText
from app.model.draft import Attachment, PollDraft
from app.model.errors import Refused, Unsupported
from app.model.post import LinkCard
from app.model.sending import Outgoing
from app.protocols.bluesky.records import (
    Ref,
    Reply,
    Uploaded,
    check,
    postgate,
    record_from_outgoing,
    threadgate,
)
from tests.unit.protocols.bluesky.samples import ANA, NOW, WRITTEN, at

BLOB = {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "image/png", "size": 3}
FILM = BLOB | {"mimeType": "video/mp4"}


def media(id: str = "a", kind: str = "image", **more: Any) -> Attachment:
    return Attachment(id=id, kind=kind, mime="image/png", size=3, **more)  # type: ignore[arg-type]


def record(post: Outgoing, uploads: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    return record_from_outgoing(post, uploads or {}, WRITTEN, **more)


def uploads(*ids: str, blob: dict[str, Any] = BLOB, **more: int) -> dict[str, str]:
    return {id: Uploaded(blob, **more).text() for id in ids}


def post(text: str = "Hi", **more: Any) -> Outgoing:
    return Outgoing(text=RichText(text), **more)


def test_the_least_there_can_be() -> None:
    """Nothing that was not asked for."""
    expected = {"$type": "app.bsky.feed.post", "text": "Hi", "createdAt": WRITTEN}

    assert expected == record(post())


def test_languages_labels_and_references() -> None:
    """Three languages at most; self-labels; root and parent."""
    made = record(
        post(langs=("en", "nl", "de", "fr"), labels=("sexual",)),
        reply=Reply(Ref(at(key="r"), "c1"), Ref(at(key="p"), "c2")),
        quote=Ref(at(key="q"), "c3"),
    )

    assert ["en", "nl", "de"] == made["langs"]
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "sexual"}]}
    assert labels == made["labels"]
    assert made["reply"] == {
        "root": {"uri": at(key="r"), "cid": "c1"},
        "parent": {"uri": at(key="p"), "cid": "c2"},
    }
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": at(key="q"), "cid": "c3"}}
    assert embed == made["embed"]


def test_up_to_four_pictures_and_more() -> None:
    """Images, then a gallery, which cannot do without a shape."""
    ids = "abcde"
    four = post(media=tuple(media(id, alt=f"alt {id}") for id in ids[:4]))
    five = post(media=tuple(media(id, width=9, height=9) for id in ids))

    images = record(four, uploads(*ids, width=64, height=32))["embed"]
    gallery = record(five, uploads(*ids))["embed"]

    assert "app.bsky.embed.images" == images["$type"]
    shape = {"width": 64, "height": 32}
    assert {"image": BLOB, "alt": "alt a", "aspectRatio": shape} == images["images"][0]
    assert "app.bsky.embed.gallery" == gallery["$type"]
    assert {
        "$type": "app.bsky.embed.gallery#image",
        "image": BLOB,
        "alt": "",
        "aspectRatio": {"width": 9, "height": 9},
    } == gallery["items"][4]


def test_a_picture_of_unknown_size_has_no_shape_unless_it_must() -> None:
    """A gallery says that it is square."""
    alone = record(post(media=(media(),)), uploads("a"))["embed"]["images"][0]
    many = record(post(media=tuple(media(id) for id in "abcde")), uploads(*"abcde"))["embed"]

    assert "aspectRatio" not in alone
    assert {"width": 1, "height": 1} == many["items"][0]["aspectRatio"]


def test_a_video_and_a_moving_gif() -> None:
    """What it became at the server decides."""
    film = record(post(media=(media(kind="video", alt="Sea"),)), uploads("a", blob=FILM))
    moving = record(post(media=(media(kind="gif"),)), uploads("a", blob=FILM))
    still = record(post(media=(media(kind="gif"),)), uploads("a"))

    assert {"$type": "app.bsky.embed.video", "video": FILM, "alt": "Sea"} == film["embed"]
    assert "gif" == moving["embed"]["presentation"]
    assert "app.bsky.embed.images" == still["embed"]["$type"]
    with pytest.raises(Refused, match="one video"):
        record(
            post(media=(media("a"), media("b", "video"))), uploads("a") | uploads("b", blob=FILM)
        )


def test_a_quote_beside_something() -> None:
    """A card, or pictures; pictures before a card."""
    quote = Ref(at(key="q"), "c3")
    card = LinkCard(url="https://a.example/", title="T", description="D", image="t")

    carded = record(post(card=card), uploads("t"), quote=quote)["embed"]
    pictured = record(post(card=card, media=(media(),)), uploads("a", "t"), quote=quote)["embed"]

    external = {"uri": "https://a.example/", "title": "T", "description": "D", "thumb": BLOB}
    assert {"$type": "app.bsky.embed.external", "external": external} == carded["media"]
    assert "app.bsky.embed.recordWithMedia" == carded["$type"]
    assert {"uri": at(key="q"), "cid": "c3"} == carded["record"]["record"]
    assert "app.bsky.embed.images" == pictured["media"]["$type"]


def test_a_card_that_leads_nowhere_is_left_out() -> None:
    """No address but the web's."""
    assert "embed" not in record(post(card=LinkCard(url="file:///etc/passwd")))


@pytest.mark.parametrize("kept", [{}, {"a": "junk"}, {"a": "[]"}])
def test_a_file_that_was_not_uploaded_stops_the_post(kept: dict[str, str]) -> None:
    """Never without it."""
    with pytest.raises(Refused, match="uploa"):
        record(post(media=(media(),)), kept)


def test_gates() -> None:
    """Anyone: none. Nobody: an empty list. Else a rule for each."""
    uri = at()

    assert threadgate(uri, ("anyone",), WRITTEN) is None
    assert threadgate(uri, (), WRITTEN) is None
    nobody = threadgate(uri, ("nobody",), WRITTEN)
    assert nobody is not None
    assert ([], uri, WRITTEN) == (nobody["allow"], nobody["post"], nobody["createdAt"])
    some = threadgate(uri, ("followers", "mentioned"), WRITTEN)
    assert some is not None
    kind = "app.bsky.feed.threadgate#"
    assert [{"$type": f"{kind}followerRule"}, {"$type": f"{kind}mentionRule"}] == some["allow"]
    rule = {"$type": "app.bsky.feed.postgate#disableRule"}
    assert [rule] == postgate(uri, WRITTEN)["embeddingRules"]


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"visibility": "followers"}, Refused, "public"),
        ({"visibility": "quiet"}, Refused, "public"),
        ({"visibility": "direct"}, Refused, "public"),
        ({"poll": PollDraft(options=("a", "b"))}, Unsupported, "polls"),
        ({"send_at": NOW}, Unsupported, "later"),
        ({"warning": "eye contact"}, Unsupported, "warnings"),
        ({"quotes": "followers"}, Refused, "quote"),
        ({"labels": ("sexual", "!hide")}, Refused, "!hide"),
        ({"text": RichText(" \n")}, Refused, "nothing"),
        ({"text": RichText("x" * 301)}, Refused, "301 of 300"),
        ({"text": RichText("👩🏽‍🔬" * 201)}, Refused, "3,015 of 3,000 bytes"),
        ({"media": tuple(media(str(n)) for n in range(11))}, Refused, "10 pictures"),
        ({"media": (media(kind="audio"),)}, Unsupported, "pictures and videos"),
    ],
)
def test_what_cannot_or_must_not_be_sent(
    changes: dict[str, Any], error: type[Exception], words: str
) -> None:
    """A private post above all: nothing here is private."""
    with pytest.raises(error, match=words):
        check(Outgoing(**{"text": RichText("Hi"), **changes}))


def test_what_just_fits_is_sent() -> None:
    """A family is one character, whatever it weighs; a post may be a picture alone."""
    check(post("x" * 300))
    check(post("👩🏽‍🔬" * 200))
    check(post("", media=(media(),)))
    check(post("", quote=at(ANA)))
    check(post("\r\n" * 100 + "é" * 200))
