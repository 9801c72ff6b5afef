"""Somebody as their own server tells of them, where the AppView has nothing."""

from __future__ import annotations

from typing import Any

import pytest

from app.model import Cursor, Entry
from app.model.errors import Malformed, NotFound
from app.protocols.bluesky.identity import Resolver
from app.protocols.bluesky.strangers import Strangers
from tests.unit.protocols.bluesky.scripted import PDS, PLC, Asked, ScriptedHttp, reply

DID = "did:plc:bobobobobobobobobobobobo"
GET = f"{PDS}/xrpc/com.atproto.repo.getRecord"
LIST = f"{PDS}/xrpc/com.atproto.repo.listRecords"
POSTS = f"at://{DID}/app.bsky.feed.post"


def record(number: int, **more: Any) -> dict[str, Any]:
    """A post as it lies in the repo."""
    value = {
        "$type": "app.bsky.feed.post",
        "text": f"Post {number}",
        "createdAt": f"2026-11-20T10:{number:02}:00Z",
        **more,
    }
    return {"uri": f"{POSTS}/3k{number:011}", "cid": "bafyx", "value": value}


def pages(asked: Asked) -> Any:
    """Two of them."""
    if asked.params.get("cursor"):
        return reply(body={"records": [record(1)]})
    image = {"$type": "blob", "ref": {"$link": "bafkreiabc"}, "mimeType": "image/png", "size": 1}
    pictured = {"$type": "app.bsky.embed.images", "images": [{"alt": "A boat", "image": image}]}
    other = {"uri": "at://did:plc:x/app.bsky.feed.post/1", "cid": "x", "value": {}}
    return reply(body={"records": [record(3, embed=pictured), other, 7, record(2)], "cursor": "c"})


def server(**more: Any) -> ScriptedHttp:
    """Directory and PDS."""
    document = {
        "id": DID,
        "alsoKnownAs": ["at://bo.birds.social"],
        "service": [
            {
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": PDS,
            }
        ],
    }
    avatar = {"$type": "blob", "ref": {"$link": "bafkreiface"}}
    told = {"displayName": "Bo", "description": "Boats https://bo.example.", "avatar": avatar}
    return ScriptedHttp(
        {
            f"{PLC}/{DID}": reply(body=document),
            GET: reply(body={"uri": "x", "value": told}),
            LIST: pages,
            "https://bo.birds.social/.well-known/atproto-did": reply(body=DID.encode()),
            **more,
        }
    )


def strangers(http: ScriptedHttp) -> Strangers:
    """Asked over that network."""

    async def txt(name: str) -> tuple[str, ...]:
        return ()

    return Strangers(http.http, lambda: Resolver(http.http, txt=txt))  # type: ignore[arg-type]


async def test_somebody_is_found_with_their_posts_and_pictures() -> None:
    """By handle or DID; pages join; pictures come from their own server; no token is sent."""
    http = server()
    who = strangers(http)
    bo = await who.stranger("@bo.birds.social")
    first = await who.posts_of(bo, bo.begin)
    assert first.older is not None
    last = await who.posts_of(bo, first.older)
    entries = [one for one in (*first.items, *last.items) if isinstance(one, Entry)]

    assert (bo.host, bo.portrait.profile.name) == ("pds.birds.social", "Bo")
    assert bo.portrait.profile.handle == "bo.birds.social" and bo.portrait.own_handle
    assert bo.portrait.profile.avatar.startswith(f"{PDS}/xrpc/com.atproto.sync.getBlob?")
    assert [span.target for span in bo.portrait.spans] == ["https://bo.example"]
    assert [one.post.text.text for one in entries] == ["Post 3", "Post 2", "Post 1"]
    assert entries[0].post.media[0].alt == "A boat" and last.older is None
    assert not any(asked.headers.get("authorization") for asked in http.asked)


async def test_a_server_that_shows_nothing_is_said() -> None:
    """And another host's cursor is not followed."""
    http = server(**{GET: reply(400, {"error": "RepoNotFound"})})
    with pytest.raises(NotFound):
        await strangers(http).stranger(DID)
    bo = await strangers(server()).stranger(DID)
    with pytest.raises(Malformed):
        await strangers(server()).posts_of(bo, Cursor("https://evil.example/xrpc/x"))


async def test_what_is_no_address_here_is_not_asked_for() -> None:
    """Handles of the other network, words."""
    http = server()
    who = strangers(http)

    assert (
        who.is_address("bo.birds.social") and who.is_address(DID) and who.is_address(f"at://{DID}")
    )
    assert not who.is_address("bo@far.example") and not who.is_address("bo")
    with pytest.raises(NotFound):
        await who.stranger("bo@far.example")
    assert http.asked == []
