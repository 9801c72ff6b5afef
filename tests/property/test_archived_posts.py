"""Records of an archive are free text of strangers: nothing in them raises anything but Unreadable."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.model import Post
from app.portability.atproto.cids import RAW
from app.portability.atproto.posts import PostReader, words_of_record
from app.protocols.bluesky.decode import Unreadable

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
NOW = datetime(2026, 11, 26, tzinfo=UTC)

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(max_size=20)
    | st.binary(max_size=40)
    | st.just(RAW + bytes(32)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["$type", "ref", "cid", "uri", "alt", "image", "text"])
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
kinds = st.sampled_from(["images", "gallery", "video", "external", "record", "recordWithMedia"])


@st.composite
def embeds(draw: st.DrawFn) -> dict[str, Any]:
    """Something like an embed, with anything in its parts."""
    parts = ("images", "items", "video", "external", "record", "media", "alt", "aspectRatio")
    found = {name: draw(junk) for name in parts if draw(st.booleans())}
    if draw(st.booleans()):
        blob = {"$type": "blob", "ref": RAW + bytes(32), "mimeType": "x", "size": 1}
        image = {"image": blob, "alt": draw(junk), "aspectRatio": draw(junk)}
        found["images"] = found["items"] = [image, draw(junk)]
    return found | {"$type": f"app.bsky.embed.{draw(kinds)}"}


@given(
    record=st.fixed_dictionaries(
        {"$type": st.just("app.bsky.feed.post")},
        optional={
            "text": st.text(max_size=60) | junk,
            "createdAt": st.just("2026-11-22T13:13:52.210Z") | st.text(max_size=30) | junk,
            "embed": embeds() | junk,
            "facets": junk,
            "langs": junk,
            "labels": junk,
            "reply": junk,
        },
    ),
    profile=st.dictionaries(st.sampled_from(["displayName", "avatar"]), junk),
)
def test_whatever_a_record_holds_it_is_a_post_or_unreadable(
    record: dict[str, Any], profile: dict[str, Any]
) -> None:
    """And it can be looked for; its pictures are where we say, never where it says."""
    reader = PostReader(DID, "ana.example", profile, lambda cid: f"here:{cid}", NOW)

    assert isinstance(words_of_record(record), str)
    try:
        post = reader.post("3l3qo2vutsw2b", record)
    except Unreadable:
        return
    assert isinstance(post, Post)
    assert post.sort_at <= NOW
    for media in post.media:
        assert media.url.startswith(("here:", "https://", "http://"))
        assert "files.invalid" not in media.url + media.preview
