"""Pages, and who we are."""

from __future__ import annotations

from typing import Any

import pytest

from app.model import HOME, Cursor, Entry, Source, Stub
from app.model.errors import Malformed, Suspended, Unreachable, Unsupported
from app.protocols.base import FindsOrigin
from app.protocols.bluesky.api import BlueskyApi
from app.protocols.bluesky.credentials import Credentials
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.sign_in import HeldSecrets
from app.protocols.http import Reply
from tests.unit.protocols.bluesky.samples import (
    ANA,
    BEN,
    NOW,
    at,
    feed_item,
    post_of,
    view,
)
from tests.unit.protocols.bluesky.scripted import PDS, PLC, ScriptedHttp, document, reply
from tests.unit.protocols.bluesky.test_api import ACCOUNT, PASSWORD, oauth_secret
from tests.unit.protocols.bluesky.test_oauth import AUTH

XRPC = f"{PDS}/xrpc/"
HOME_URL = f"{XRPC}app.bsky.feed.getTimeline"


def service(wire: ScriptedHttp, secret: dict[str, str] = PASSWORD) -> BlueskyService:
    api = BlueskyApi(wire.http, ACCOUNT, Credentials(wire.http, ACCOUNT, HeldSecrets(secret)))
    return BlueskyService(api, ACCOUNT, now=lambda: NOW)


def feed(*keys: str, cursor: str = "") -> Reply:
    items = [feed_item(view(uri=at(key=key))) for key in keys]
    return reply(body={"feed": items, **({"cursor": cursor} if cursor else {})})


async def test_pages_follow_the_cursor_to_the_end() -> None:
    """The cursor comes back as it was given; without one it is the end."""
    wire = ScriptedHttp({HOME_URL: [feed("3k1", cursor="c1"), feed("3k0")]})
    reader = service(wire)

    first = await reader.page(HOME, limit=1000)
    last = await reader.page(HOME, first.older, background=True)

    assert (["3k1", "c1"], ["3k0", None]) == (
        [first.items[0].key[-3:], first.older],
        [last.items[0].key[-3:], last.older],
    )
    assert [{"limit": 100}, {"limit": 40, "cursor": "c1"}] == [a.params for a in wire.asked]
    assert [False, True] == [asked.background for asked in wire.asked]


async def test_an_empty_page_is_not_the_end() -> None:
    """The server does not refill what it filters out."""
    wire = ScriptedHttp(
        {HOME_URL: [feed(cursor="c1"), feed(cursor="c2"), feed("3k1", cursor="c3")]}
    )

    page = await service(wire).page(HOME)

    assert (1, "c3") == (len(page.items), page.older)


async def test_after_five_empty_pages_the_next_call_goes_on() -> None:
    """One call must not ask for ever."""
    counter = iter(range(100))
    wire = ScriptedHttp({HOME_URL: lambda asked: feed(cursor=f"c{next(counter)}")})

    page = await service(wire).page(HOME)

    assert ((), "c4") == (page.items, page.older)
    assert 5 == len(wire.asked)


async def test_a_cursor_that_comes_back_unchanged_is_the_end() -> None:
    """Some feeds echo it: it would go round for ever."""
    wire = ScriptedHttp({HOME_URL: feed("3k1", cursor="same")})

    page = await service(wire).page(HOME, Cursor("same"))

    assert page.older is None


async def test_more_than_was_asked_for_is_cut() -> None:
    """Old feed services send what they have."""
    wire = ScriptedHttp({f"{XRPC}app.bsky.feed.getFeed": feed("3k1", "3k2", "3k3")})

    assert 2 == len((await service(wire).page(Source("feed", at()), limit=2)).items)


@pytest.mark.parametrize(
    ("source", "method", "parameter"),
    [
        (Source("feed", "at://x"), "app.bsky.feed.getFeed", {"feed": "at://x"}),
        (Source("list", "at://x"), "app.bsky.feed.getListFeed", {"list": "at://x"}),
        (Source("author", BEN), "app.bsky.feed.getAuthorFeed", {"actor": BEN}),
    ],
)
async def test_each_source_has_its_question(
    source: Source, method: str, parameter: dict[str, str]
) -> None:
    """With the argument that the source names."""
    wire = ScriptedHttp({XRPC + method: feed("3k1")})

    page = await service(wire).page(source)

    assert [at()] == [item.key for item in page.items]
    assert {"limit": 40, **parameter} == wire.asked[0].params


async def test_search_tags_and_bookmarks_have_lists_of_their_own() -> None:
    """Posts bare, or wrapped."""
    wire = ScriptedHttp(
        {
            f"{XRPC}app.bsky.feed.searchPosts": reply(body={"posts": [view()]}),
            f"{XRPC}app.bsky.bookmark.getBookmarks": reply(body={"bookmarks": [{"item": view()}]}),
        }
    )
    reader = service(wire)

    for source in (Source("search", "heron"), Source("tag", "birds"), Source("bookmarks")):
        assert 1 == len((await reader.page(source)).items)
    assert ["heron", "#birds", None] == [asked.params.get("q") for asked in wire.asked]


async def test_a_source_that_is_unknown_is_unsupported() -> None:
    """Not an empty page."""
    with pytest.raises(Unsupported):
        await service(ScriptedHttp({})).page(Source("notifications"))


async def test_one_bad_post_does_not_cost_the_page() -> None:
    """It is a stub among the others."""
    items = [feed_item(), {"post": {"uri": 5}}, feed_item(view(uri=at(key="3k0")))]
    wire = ScriptedHttp({HOME_URL: reply(body={"feed": items})})

    page = await service(wire).page(HOME)

    assert [Entry, Stub, Entry] == [type(item) for item in page.items]


@pytest.mark.parametrize("body", [b"<html>", b'{"feed": [{"post"', b"{}"])
async def test_junk_is_malformed_not_the_end(body: bytes) -> None:
    """HTML, a cut answer, another shape."""
    with pytest.raises(Malformed):
        await service(ScriptedHttp({HOME_URL: reply(body=body)})).page(HOME)


# --------------------------------------------------------------- who we are


def known(**changes: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {
        f"{XRPC}com.atproto.server.getSession": reply(
            body={"did": ANA, "handle": "New.Ana.Example", "active": True}
        ),
        f"{XRPC}app.bsky.actor.getProfile": reply(
            body={"did": ANA, "displayName": "Ana ✅", "avatar": "https://cdn.example/a"}
        ),
        HOME_URL: feed(),
        f"{XRPC}app.bsky.feed.getSuggestedFeeds": reply(body={"feeds": []}),
        f"{XRPC}app.bsky.graph.getLists": reply(body={"lists": []}),
        f"{XRPC}app.bsky.bookmark.getBookmarks": reply(501, {"error": "MethodNotImplemented"}),
        f"{XRPC}app.bsky.feed.searchPosts": reply(403, {"error": "InvalidRequest"}),
    }
    return answers | changes


async def test_verifying_renews_name_handle_picture_and_abilities() -> None:
    """What the server was seen to do, not what one expects of it."""
    reader = service(ScriptedHttp(known()))

    account = await reader.verify()

    assert ("new.ana.example", "Ana", "https://cdn.example/a") == (
        account.handle,
        account.name,
        account.avatar,
    )
    writes = {"write", "media", "react", "threads", "report", "public_blocks"}
    assert {"home", "quotes", "feeds", "lists"} | writes == account.abilities
    assert account == reader.account
    assert ACCOUNT.id == account.id


async def test_a_server_without_an_appview_reads_nothing() -> None:
    """It keeps the repo; the account is there, its sources are not."""
    no = reply(501, {"error": "MethodNotImplemented"})
    answers = {key: no if "app.bsky" in key else value for key, value in known().items()}

    account = await service(ScriptedHttp(answers)).verify()

    assert {"write", "media", "public_blocks"} == account.abilities
    assert "" == account.name


async def test_a_home_that_cannot_be_asked_is_no_answer() -> None:
    """To take it for "has none" would hide the account's timeline for ever."""
    with pytest.raises(Unreachable):
        await service(ScriptedHttp(known(**{HOME_URL: reply(502)}))).verify()


async def test_an_account_that_sleeps_says_so() -> None:
    """The session is good, the account is not."""
    body = {"did": ANA, "handle": "ana.example", "active": False, "status": "deactivated"}
    wire = ScriptedHttp(known(**{f"{XRPC}com.atproto.server.getSession": reply(body=body)}))

    with pytest.raises(Suspended, match=r"ana\.example is deactivated"):
        await service(wire).verify()


# ----------------------------------------------------------------- sign out


async def test_signing_out_ends_the_session_at_the_server() -> None:
    """A password session by its refresh token; one already gone is fine."""
    url = f"{XRPC}com.atproto.server.deleteSession"
    for answer in (reply(body=b""), reply(400, {"error": "ExpiredToken"})):
        wire = ScriptedHttp({url: answer})
        await service(wire).sign_out()
        assert "Bearer r1" == wire.asked[0].headers["authorization"]

    with pytest.raises(Unreachable):
        await service(ScriptedHttp({url: reply(503)})).sign_out()


async def test_signing_out_of_oauth_revokes_the_refresh_token() -> None:
    """At the issuer."""
    wire = ScriptedHttp({f"{AUTH}/revoke": reply(body={})})

    await service(wire, oauth_secret()).sign_out()

    assert "r1" == wire.asked[0].form["token"]


# ------------------------------------------------------------------ origins


async def test_the_origin_of_a_post_is_its_authors_server() -> None:
    """What the proof of a bridged copy rests on; asked for once."""
    bridge = "https://atproto.brid.gy"
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example", bridge))})
    reader = service(wire)

    assert isinstance(reader, FindsOrigin)
    assert [bridge, bridge] == [await reader.origin_server(post_of()) for _ in range(2)]
    assert 1 == len(wire.asked)


@pytest.mark.parametrize(
    "answer",
    [
        reply(404),
        reply(body=b"junk"),
        reply(body={"id": ANA}),
        reply(body=document(ANA, "ana.example", "http://127.0.0.1")),
    ],
)
async def test_an_author_without_a_server_has_no_origin(answer: Reply) -> None:
    """Asking again would not change that; a directory that is down would."""
    assert "" == await service(ScriptedHttp({f"{PLC}/{ANA}": answer})).origin_server(post_of())
    with pytest.raises(Unreachable):
        await service(ScriptedHttp({f"{PLC}/{ANA}": reply(503)})).origin_server(post_of())
