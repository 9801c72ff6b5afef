"""Somebody's posts by kind, and who is near them, as the AppView is asked for them."""

from __future__ import annotations

from typing import Any

import pytest

from app.model.errors import NotFound, Unsupported
from app.protocols.portraying import ShowsPeople, TellsApart
from tests.unit.protocols.bluesky.scripted import PDS, Asked, ScriptedHttp, reply
from tests.unit.protocols.bluesky.test_portraying import told
from tests.unit.protocols.bluesky.writer import service

FEED, GRAPH = f"{PDS}/xrpc/app.bsky.feed.", f"{PDS}/xrpc/app.bsky.graph."
ACTOR = f"{PDS}/xrpc/app.bsky.actor."
DID = "did:plc:bobobobobobobobobobobobo"
BO = {**told("bo"), "did": DID}


def view(number: int) -> dict[str, Any]:
    """A post of theirs."""
    at = f"2026-11-20T10:{number:02}:00Z"
    return {
        "uri": f"at://{DID}/app.bsky.feed.post/3k{number:011}",
        "cid": "bafyx",
        "author": BO,
        "record": {"$type": "app.bsky.feed.post", "text": f"Post {number}", "createdAt": at},
        "indexedAt": at,
    }


async def test_each_part_is_asked_for_as_the_network_names_it() -> None:
    """Empty pages are gone over; of others' likes nothing is told."""

    def feed(asked: Asked) -> Any:
        if asked.params.get("cursor") == "on":
            return reply(body={"feed": [{"post": view(1)}]})
        return reply(body={"feed": [], "cursor": "on"})

    pinned = {"uri": view(9)["uri"], "cid": "bafyx"}
    http = ScriptedHttp(
        {
            FEED + "getAuthorFeed": feed,
            FEED + "getActorLikes": reply(body={"feed": [{"post": view(2)}], "cursor": "more"}),
            FEED + "getPosts": reply(body={"posts": [view(9)]}),
            ACTOR + "getProfile": [reply(body=BO), reply(body={**BO, "pinnedPost": pinned})],
        }
    )
    one = service(http)
    assert isinstance(one, ShowsPeople)
    for part in ("posts", "replies", "media"):
        page = await one.wrote(DID, part)  # type: ignore[arg-type]
        assert len(page.items) == 1 and page.older is None
    nothing, something = await one.wrote(DID, "pinned"), await one.wrote(DID, "pinned")
    liked = await one.wrote(one.account.uri, "likes")

    filters = [asked.params["filter"] for asked in http.seen("getAuthorFeed")]
    assert filters[::2] == ["posts_no_replies", "posts_with_replies", "posts_with_media"]
    assert (len(nothing.items), len(something.items)) == (0, 1)
    assert len(liked.items) == 1 and liked.older == "more"
    with pytest.raises(Unsupported):
        await one.wrote(DID, "likes")
    with pytest.raises(NotFound):
        await one.wrote("https://far.example/users/bo", "posts")


async def test_people_come_in_pages() -> None:
    """Whoever cannot be read is left out; a cursor that leads nowhere is the end."""
    http = ScriptedHttp(
        {
            GRAPH + "getFollowers": reply(
                body={"followers": [told("a"), {"odd": 1}], "cursor": "on"}
            ),
            GRAPH + "getFollows": reply(body={"follows": [told("b")]}),
            GRAPH + "getKnownFollowers": reply(body={"followers": [told("c")]}),
        }
    )
    one = service(http)
    first = await one.near(DID, "followers")
    again = await one.near(DID, "followers", first.older)

    assert [who.uri for who in first.people] == ["did:plc:a"]
    assert first.older == "on" and again.older is None
    assert [who.uri for who in (await one.near(DID, "following")).people] == ["did:plc:b"]
    assert [who.uri for who in (await one.near(DID, "known")).people] == ["did:plc:c"]
    with pytest.raises(NotFound):
        await one.near("https://far.example/users/bo", "followers")


async def test_those_of_whose_every_post_one_hears_are_listed() -> None:
    """Page by page, as long as the server leads on; who cannot be read is left out."""

    def page(asked: Asked) -> Any:
        if asked.params.get("cursor") == "on":
            return reply(body={"subscriptions": [told("dee")], "cursor": "on"})
        return reply(body={"subscriptions": [told("cy"), {"odd": 1}, None], "cursor": "on"})

    method = f"{PDS}/xrpc/app.bsky.notification.listActivitySubscriptions"
    one = service(ScriptedHttp({method: page}))
    assert isinstance(one, TellsApart)
    first = await one.set_apart()
    assert first.older is not None
    last = await one.set_apart(first.older)

    assert [(who.profile.handle, who.told, who.hidden) for who in first.people] == [
        (told("cy")["handle"], True, False)
    ]
    assert len(last.people) == 1 and last.older is None
