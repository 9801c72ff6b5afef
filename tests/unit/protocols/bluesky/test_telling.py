"""Who liked or reposted a post, and what is talked about, as AppViews tell it or do not."""

from __future__ import annotations

from typing import Any

import pytest

from app.model import Source
from app.model.errors import NotFound, RateLimited
from app.protocols.about import KeepsHistory, TellsTrends, TellsWho, Translates
from app.protocols.bluesky.telling import Telling
from tests.unit.protocols.bluesky.samples import ANA, BEN, at
from tests.unit.protocols.bluesky.scripted import PDS, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import service

XRPC = f"{PDS}/xrpc/app.bsky."
LIKES, REPOSTS = XRPC + "feed.getLikes", XRPC + "feed.getRepostedBy"
TOPICS = XRPC + "unspecced.getTrendingTopics"
POST = at(BEN, "3k2aaaaaaaa22")
BEN_IS = {"did": BEN, "handle": "ben.example", "displayName": "Ben"}
ANA_IS = {"did": ANA, "handle": "ana.example"}


def _telling(**answers: Any) -> tuple[Telling, ScriptedHttp]:
    wire = ScriptedHttp({globals()[name]: answer for name, answer in answers.items()})
    return service(wire), wire


def test_it_offers_what_the_network_has() -> None:
    """Posts have no history there, and nobody translates."""
    one = service(ScriptedHttp({}))
    assert isinstance(one, TellsWho)
    assert isinstance(one, TellsTrends)
    assert not isinstance(one, KeepsHistory | Translates)


async def test_who_liked_comes_in_pages_and_an_empty_one_is_not_the_end() -> None:
    """Who is blocked is left out by the server, and the page not filled up."""
    pages = [
        reply(body={"likes": [], "cursor": "2"}),
        reply(body={"likes": [{"actor": BEN_IS}, {"actor": {}}, 4], "cursor": "2"}),
    ]
    telling, wire = _telling(LIKES=pages)
    page = await telling.who(POST, "like")
    assert [one.handle for one in page.people] == ["ben.example"]
    assert page.older is None
    assert [asked.params.get("cursor") for asked in wire.asked] == [None, "2"]


async def test_who_reposted_is_told() -> None:
    """And how it goes on."""
    telling, _ = _telling(REPOSTS=reply(body={"repostedBy": [ANA_IS], "cursor": "n"}))
    page = await telling.who(POST, "repost")
    assert ([one.uri for one in page.people], page.older) == ([ANA], "n")


async def test_what_is_no_post_there_is_not_asked_for() -> None:
    """Nor is one that is gone a refusal without words."""
    telling, wire = _telling(
        LIKES=reply(400, {"error": "InvalidRequest", "message": "Post not found"})
    )
    with pytest.raises(NotFound):
        await telling.who("https://a.example/1", "like")
    assert not wire.asked
    with pytest.raises(NotFound, match="gone"):
        await telling.who(POST, "like")


async def test_topics_are_told_where_there_are_any() -> None:
    """Their links lead to the network's own site only; AppViews without them tell none."""
    topics = [
        {"topic": "rye", "displayName": "Rye\u202e", "link": "/topic/rye", "description": "Bread"},
        {"topic": "evil", "link": "//evil.example/x"},
        7,
        {},
    ]
    none = reply(501, {"error": "MethodNotImplemented"})
    limit = reply(429, {"error": "RateLimitExceeded"})
    telling, _ = _telling(TOPICS=[reply(body={"topics": topics}), none, limit])
    found = await telling.trends()
    assert [(one.name, one.url) for one in found] == [
        ("Rye", "https://bsky.app/topic/rye"),
        ("evil", ""),
    ]
    assert await telling.trends() == ()
    with pytest.raises(RateLimited):
        await telling.trends()


async def test_only_own_likes_are_asked_for_and_quotes_by_the_post() -> None:
    """As sources of their own."""
    view = {"feed": [], "posts": []}
    wire = ScriptedHttp(
        {XRPC + "feed.getActorLikes": reply(body=view), XRPC + "feed.getQuotes": reply(body=view)}
    )
    one = service(wire)
    await one.page(Source("likes"))
    await one.page(Source("quotes", POST))
    assert wire.asked[0].params["actor"] == one.account.uri
    assert wire.asked[1].params["uri"] == POST
    with pytest.raises(NotFound):
        await one.page(Source("quotes", "https://a.example/1"))
