"""Feeds and lists to choose from, when servers and makers do as they like; dead feeds in words."""

from __future__ import annotations

from typing import Any

import pytest

from app.model import Source
from app.model.errors import Malformed, NotFound, RateLimited, Refused, Unreachable, Unsupported
from app.protocols.bluesky.offering import Offering
from app.protocols.offering import HasSources, KeepsRecipes, OffersFeeds
from tests.unit.protocols.bluesky.samples import ANA, BEN, at
from tests.unit.protocols.bluesky.scripted import PDS, Asked, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import service

XRPC = f"{PDS}/xrpc/"
POPULAR = XRPC + "app.bsky.unspecced.getPopularFeedGenerators"
SUGGESTED = XRPC + "app.bsky.feed.getSuggestedFeeds"
ONE, MANY = XRPC + "app.bsky.feed.getFeedGenerator", XRPC + "app.bsky.feed.getFeedGenerators"
LISTS, LIST, FEED = (
    XRPC + name
    for name in ("app.bsky.graph.getLists", "app.bsky.graph.getList", "app.bsky.feed.getFeed")
)
BIRDS = at(BEN, "birds", "app.bsky.feed.generator")
FRIENDS = at(ANA, "friends", "app.bsky.graph.list")
BEN_IS = {"did": BEN, "handle": "ben.example"}
NONE = reply(501, {"error": "MethodNotImplemented", "message": "no"})


def _view(uri: str = BIRDS, **more: Any) -> dict[str, Any]:
    return {
        "uri": uri,
        "cid": "bafy",
        "did": "did:web:feeds.example",
        "creator": BEN_IS,
        "displayName": "Birds\u202e",
        "description": "All of\nthem",
        "likeCount": 4,
        **more,
    }


def _offering(**answers: Any) -> tuple[Offering, ScriptedHttp]:
    wire = ScriptedHttp({globals()[name]: answer for name, answer in answers.items()})
    return service(wire), wire


def test_it_offers_what_the_network_has() -> None:
    """As the contract says."""
    one = service(ScriptedHttp({}))
    for capability in (OffersFeeds, HasSources, KeepsRecipes):
        assert isinstance(one, capability)


async def test_popular_feeds_are_found_each_once_and_unreadable_ones_left_out() -> None:
    """Names are cleaned; a host that is told is told; pages go on until they go round."""
    feeds = [_view(), 17, _view(uri=FRIENDS), {"uri": BIRDS}, _view()]
    offering, wire = _offering(POPULAR=reply(body={"feeds": feeds, "cursor": "next"}))
    page = await offering.offers(" birds ")
    (offer,) = page.offers
    assert (offer.kind, offer.arg, offer.name, offer.by) == ("feed", BIRDS, "Birds", "ben.example")
    assert (offer.host, offer.likes, offer.about) == ("feeds.example", 4, "All of\nthem")
    assert page.older == "next"
    assert wire.asked[-1].params["query"] == "birds"
    assert (await offering.offers("birds", page.older)).older is None


async def test_without_that_method_what_is_suggested_will_do() -> None:
    """But it cannot search: that is said."""
    offering, _ = _offering(POPULAR=NONE, SUGGESTED=reply(body={"feeds": [_view()]}))
    assert len((await offering.offers()).offers) == 1
    with pytest.raises(Unsupported):
        await offering.offers("birds")


async def test_a_feed_is_found_by_its_page_and_its_address() -> None:
    """Whoever's page it is; what is neither feed nor list is nothing to look for."""
    answer = reply(body={"view": _view(), "isOnline": True, "isValid": True})
    offering, wire = _offering(ONE=answer)
    page = f"https://bsky.app/profile/{BEN}/feed/birds"
    assert (await offering.find_offer(page)).arg == BIRDS
    assert wire.asked[-1].params["feed"] == BIRDS
    for address in ("https://bsky.app/profile/ben.example", at(BEN, "p"), "birds"):
        with pytest.raises(NotFound):
            await offering.find_offer(address)
    gone, _ = _offering(
        ONE=reply(400, {"error": "InvalidRequest", "message": "could not find feed"})
    )
    with pytest.raises(NotFound, match="deleted"):
        await gone.find_offer(BIRDS)


async def test_those_that_are_gone_are_left_out() -> None:
    """Twenty-five at once; lists one by one."""
    many = [at(BEN, f"f{n}", "app.bsky.feed.generator") for n in range(30)]

    def answer(asked: Asked) -> Any:
        uris = asked.params["feeds"]
        return reply(body={"feeds": [_view(uri=uri) for uri in uris if not uri.endswith("f3")]})

    missing = reply(400, {"error": "InvalidRequest", "message": "List not found"})
    offering, wire = _offering(MANY=answer, LIST=missing)
    found = await offering.offers_named([*many, many[0], FRIENDS, at(BEN, "p")])
    assert len(found) == 29
    assert len(wire.seen("getFeedGenerators")) == 2


async def test_own_lists_are_those_to_read() -> None:
    """Not those made for moderation."""
    kinds = ("curatelist", "modlist")
    lists = [
        {
            "uri": FRIENDS,
            "creator": {"did": ANA},
            "name": kind,
            "purpose": f"app.bsky.graph.defs#{kind}",
        }
        for kind in kinds
    ]
    offering, _ = _offering(LISTS=reply(body={"lists": lists}))
    (offer,) = await offering.own_sources()
    assert (offer.kind, offer.name, offer.arg) == ("list", "curatelist", FRIENDS)


@pytest.mark.parametrize(
    ("status", "error", "message", "kind", "words"),
    [
        (400, "UnknownFeed", "no", NotFound, "may have been deleted"),
        (400, "InvalidRequest", "could not find feed", NotFound, "may have been deleted"),
        (502, "UpstreamFailure", "feed unavailable", Unreachable, "seems to be offline"),
        (400, "InvalidRequest", "could not resolve did document", Refused, "set up wrongly"),
        (
            400,
            "InvalidRequest",
            "invalid feed generator service details in did document",
            Refused,
            "set up wrongly",
        ),
        (502, "InvalidFeedResponse", "what", Malformed, "bad answer"),
        (502, "InternalServerError", "x", Unreachable, "does not answer"),
        (429, "RateLimitExceeded", "slow down", RateLimited, "Many people"),
    ],
)
async def test_a_dead_feed_says_what_is_wrong(
    status: int, error: str, message: str, kind: type[Exception], words: str
) -> None:
    """As the network's own app tells it."""
    wire = ScriptedHttp({FEED: reply(status, {"error": error, "message": message})})
    with pytest.raises(kind, match=words):
        await service(wire).page(Source("feed", BIRDS))


async def test_addresses_of_other_networks_are_not_asked_for() -> None:
    """Nothing goes over the wire."""
    wire = ScriptedHttp({})
    for source in (Source("author", "https://a.example/users/bo"), Source("list", "17")):
        with pytest.raises(NotFound):
            await service(wire).page(source)
    assert not wire.asked


async def test_what_a_maker_writes_cannot_pretend_to_be_something_else() -> None:
    """Handle, host and labels stand beside ours: nothing in them turns text round or ends a line."""
    odd = _view(
        did="did:web:feeds\u202e.example\x07",
        creator={"did": BEN, "handle": "ben\u202ekcatta\n.example"},
        labels=[
            {"src": BEN, "uri": BIRDS, "val": value, "cts": "2026-01-01T00:00:00Z"}
            for value in ("spam", "spam\u202e", "x" * 1000)
        ],
        likeCount=10**30,
    )
    offering, _ = _offering(POPULAR=reply(body={"feeds": [odd]}))
    (offer,) = (await offering.offers()).offers
    assert (offer.by, offer.host, offer.labels) == ("handle.invalid", "", ("spam",))
    assert offer.likes < 2**63
    ported = _view(did="did:web:feeds.example%3A8443")
    offering, _ = _offering(POPULAR=reply(body={"feeds": [ported]}))
    assert (await offering.offers()).offers[0].host == "feeds.example:8443"
