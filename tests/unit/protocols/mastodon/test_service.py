"""Reading as one account: paging, circles, and what refusals mean."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from app.model import HOME, AccountId, Cursor, Entry, Source
from app.model.errors import (
    Malformed,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
    Unsupported,
)
from app.protocols.mastodon.api import next_cursor
from app.protocols.mastodon.service import MastodonService
from app.protocols.mastodon.walks import Walk
from tests.unit.protocols.mastodon.samples import NOW, page, status
from tests.unit.protocols.mastodon.server import (
    CREDENTIALS,
    Answer,
    OneSecret,
    Server,
    known,
    mastodon,
    me,
    missing,
    reply,
)
from tests.unit.protocols.wire import answer

HOME_PATH = "/api/v1/timelines/home"
TOKEN = "canary-token-9f8e7d"


@asynccontextmanager
async def service(
    routes: dict[str, Answer | list[Answer]],
) -> AsyncIterator[tuple[MastodonService, Server, OneSecret]]:
    async with mastodon(routes) as (server, http):
        vault = OneSecret({"token": TOKEN, "client_id": "c", "client_secret": "s"})
        yield MastodonService(known(server), vault, http, lambda: NOW), server, vault


def link(max_id: str) -> str:
    return f'<http://elsewhere.example/x?limit=40&max_id={max_id}>; rel="next", <http://x/?min_id=9>; rel="prev"'


async def keys(speaker: MastodonService, source: Source = HOME, most: int = 20) -> list[list[str]]:
    """Follow a source to its end; keys page by page."""
    pages, cursor = [], None
    for _ in range(most):
        found = await speaker.page(source, cursor)
        pages.append([item.key.rsplit("/", 1)[-1] for item in found.items])
        cursor = found.older
        if cursor is None:
            return pages
    pytest.fail("this source has no end")


async def test_pages_follow_the_link_header_on_the_same_server() -> None:
    """Only its ``max_id`` is taken: the address in it may be anybody's."""
    routes: dict[str, Any] = {
        HOME_PATH: [
            reply([status(9), status(8)], link=link("8a")),
            reply([status(7)], link=link("7a")),
            reply([]),
        ]
    }
    async with service(routes) as (speaker, server, _):
        assert await keys(speaker) == [["9", "8"], ["7"], []]

        assert [one.get("max_id") for one in server.params(HOME_PATH)] == [None, "8a", "7a"]
        assert server.params(HOME_PATH)[0]["limit"] == "40"
        assert {one.headers["authorization"] for one in server.wire.asked} == {f"Bearer {TOKEN}"}


async def test_without_a_link_the_last_id_leads_on() -> None:
    """Short pages come without one; only an empty page is the end."""
    routes: dict[str, Any] = {
        HOME_PATH: [reply([status(9), status(8)]), reply([status(7)]), reply([])]
    }
    async with service(routes) as (speaker, server, _):
        assert await keys(speaker) == [["9", "8"], ["7"], []]

        assert [one.get("max_id") for one in server.params(HOME_PATH)] == [None, "8", "7"]


async def test_a_server_that_goes_in_circles_is_left() -> None:
    """Two pages in a row with nothing unseen are the end."""
    same = reply([status(9), status(8)], link=link("8"))
    async with service({HOME_PATH: [same]}) as (speaker, _, _vault):
        assert len(await keys(speaker)) == 3


async def test_an_empty_page_that_names_a_next_one_is_not_the_end() -> None:
    """What a filter took out on the server still counts as a page."""
    routes: dict[str, Any] = {
        HOME_PATH: [
            reply([status(9)], link=link("9")),
            reply([], link=link("5")),
            reply([status(4)]),
            reply([]),
        ]
    }
    async with service(routes) as (speaker, _, _vault):
        assert await keys(speaker) == [["9"], [], ["4"], []]


def test_one_idle_page_is_forgiven() -> None:
    """Pages overlap on some servers."""
    walk, ones, twos = Walk(), page(status(1)), page(status(2))

    assert [walk.goes_on(items) for items in (ones, ones, twos, ones, twos)] == [
        True,
        True,
        True,
        True,
        False,
    ]


def test_long_walks_do_not_fill_the_memory() -> None:
    """What was seen long ago may be forgotten."""
    walk = Walk()

    assert all(
        walk.goes_on(page(*(status(n + m) for m in range(2000)))) for n in range(0, 30_000, 2000)
    )
    assert len(walk._seen) <= 22_000


async def test_only_the_last_walks_are_remembered() -> None:
    """Each tag read once leaves one behind."""
    routes: dict[str, Any] = {f"/api/v1/timelines/tag/t{n}": reply([status(n)]) for n in range(30)}
    async with service(routes) as (speaker, _, _vault):
        for n in range(30):
            await speaker.page(Source("tag", f"t{n}"))

        assert len(speaker._walks) == 16


def test_bookmarks_have_no_next_page_without_a_link() -> None:
    """They are paged by ids that no status carries."""
    assert next_cursor({}, Source("bookmarks"), "7") is None
    assert next_cursor({"link": link("3")}, Source("bookmarks"), "7") == "max_id=3"
    assert next_cursor({"link": "<x>; rel=prev"}, HOME, "7") == "max_id=7"
    assert (
        next_cursor({"link": "<http://x/?offset=40>; rel=next"}, Source("tag", "a"), "7")
        == "offset=40"
    )


async def test_cursors_outlive_the_service() -> None:
    """They are plain text; another service goes on where this one was."""
    routes: dict[str, Any] = {HOME_PATH: [reply([status(9)], link=link("9")), reply([status(8)])]}
    async with service(routes) as (speaker, server, vault):
        cursor = (await speaker.page(HOME)).older
        kept = json.loads(json.dumps(cursor))
        other = MastodonService(known(server), vault, speaker._http, lambda: NOW)

        (item,) = (await other.page(HOME, Cursor(kept))).items

        assert item.key.endswith("/8")


@pytest.mark.parametrize(
    ("source", "path"),
    [
        (Source("list", "4"), "/api/v1/timelines/list/4"),
        (Source("tag", "käse"), "/api/v1/timelines/tag/k%C3%A4se"),
        (Source("tag", "a/../b?c"), "/api/v1/timelines/tag/a%2F..%2Fb%3Fc"),
        (Source("bookmarks"), "/api/v1/bookmarks"),
    ],
)
async def test_sources_have_their_paths(source: Source, path: str) -> None:
    """Arguments cannot leave their place in the path."""
    async with service({path: reply([status(1)])}) as (speaker, _, _vault):
        assert len((await speaker.page(source)).items) == 1


async def test_authors_are_looked_up_by_their_uri() -> None:
    """Once; the server's own id stays inside."""
    found = reply(
        {
            "accounts": [
                {"id": "x", "uri": "https://other"},
                {"id": "44", "uri": "https://far/users/rita"},
            ]
        }
    )
    routes: dict[str, Any] = {
        "/api/v2/search": found,
        "/api/v1/accounts/44/statuses": reply([status(1)]),
    }
    async with service(routes) as (speaker, server, _):
        for _again in range(2):
            assert len((await speaker.page(Source("author", "https://far/users/rita"))).items) == 1
        with pytest.raises(NotFound):
            await speaker.page(Source("author", "https://far/users/nobody"))

        assert len(server.params("/api/v2/search")) == 2


async def test_a_source_that_is_none_is_unsupported() -> None:
    """Custom feeds exist elsewhere; a list needs its id."""
    async with service({}) as (speaker, _, _vault):
        for source in (Source("feed", "x"), Source("list"), Source("notifications")):
            with pytest.raises(Unsupported):
                await speaker.page(source)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (reply({"error": "The access token was revoked"}, 401), SignedOut),
        (answer(401), SignedOut),
        (missing(), NotFound),
        (answer(404, b"<html>nothing here", content_type="text/html"), NotFound),
        (reply({"error": "This action is not allowed"}, 403), Refused),
        (reply({"error": "Validation failed"}, 422), Refused),
        (answer(405, b"method not allowed"), Refused),
        (reply({"error": "Too many requests"}, 429, retry_after="30"), RateLimited),
        (answer(502, b"<html>bad gateway"), Unreachable),
        (answer(200, b"<!doctype html><title>Sign in"), Malformed),
        (answer(200, b'[{"id": "1'), Malformed),
        (answer(200, b"[" * 300_000), Malformed),
    ],
)
async def test_refusals_are_told_apart(data: bytes, error: type[ServiceError]) -> None:
    """Each has its words and a next step, and no token in either."""
    async with service({HOME_PATH: data}) as (speaker, _, _vault):
        with pytest.raises(error) as caught:
            await speaker.page(HOME)

        assert type(caught.value) is error
        assert caught.value.next_step
        assert TOKEN not in caught.value.message + caught.value.next_step + repr(speaker)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        (reply({"error": "Your login is currently disabled"}, 403), Suspended),
        (reply({"id": "1", "suspended": True}), Suspended),
        (reply({"id": "1"}), Refused),
        (reply({"error": "no"}, 401), SignedOut),
    ],
)
async def test_who_is_suspended_is_asked_for(who: bytes, error: type[ServiceError]) -> None:
    """The words may speak of us or of somebody else; ``verify_credentials`` knows."""
    routes: dict[str, Any] = {
        HOME_PATH: reply({"error": "Account is suspended"}, 403),
        CREDENTIALS: who,
    }
    async with service(routes) as (speaker, _, _vault):
        with pytest.raises(error) as caught:
            await speaker.page(HOME)

        assert type(caught.value) is error


async def test_after_signing_out_the_vault_is_asked_again() -> None:
    """Signing in again brings another token, with no restart."""
    routes: dict[str, Any] = {HOME_PATH: [answer(401), reply([status(1)])]}
    async with service(routes) as (speaker, server, vault):
        with pytest.raises(SignedOut):
            await speaker.page(HOME)
        vault.secret = {"token": "new"}

        await speaker.page(HOME)

        assert server.wire.asked[-1].headers["authorization"] == "Bearer new"
        assert vault.loads == 2


async def test_verifying_renews_the_account() -> None:
    """The id stays, the rest is as the server says now; abilities are what answered."""
    routes: dict[str, Any] = {
        "/api/v2/instance": reply(
            {
                "domain": "home.example",
                "title": "Home",
                "configuration": {"polls": {"max_options": 4}, "urls": {"streaming": "wss://x"}},
                "api_versions": {"mastodon": 2},
            }
        ),
        HOME_PATH: reply([]),
        "/api/v1/lists": answer(405, b"no"),
        "/api/v2/filters": answer(500),
    }
    async with service(routes) as (speaker, server, _):
        routes[CREDENTIALS] = reply(me(server, display_name="Ana B", source={}))

        made = await speaker.verify()

        assert made is speaker.account
        assert (made.id, made.name, made.handle) == (
            f"ana@{server.host}",
            "Ana B",
            "ana@home.example",
        )
        written = {"write", "react", "media", "report"}  # the token does not say what it allows
        assert made.abilities == {"home", "polls", "streaming", "threads", "web"} | written


async def test_what_cannot_be_asked_now_stays_true() -> None:
    """A server in trouble does not lose its abilities."""
    routes: dict[str, Any] = {
        "/api/v1/instance": reply(
            {"uri": "home.example", "title": "Old", "urls": {"streaming_api": ""}}
        ),
        HOME_PATH: answer(503),
        "/api/v1/bookmarks": answer(503),
        "/api/v1/lists": reply([]),
    }
    async with service(routes) as (speaker, server, vault):
        routes[CREDENTIALS] = reply(me(server, source=None))
        able = msgspec.structs.replace(speaker.account, abilities=frozenset({"home", "filters"}))
        speaker = MastodonService(able, vault, speaker._http)

        abilities = (await speaker.verify()).abilities

        assert {"home", "lists"} <= abilities
        assert not abilities & {"filters", "bookmarks", "streaming", "quotes"}


async def test_signing_out_revokes_the_token() -> None:
    """With the registration it was made for."""
    async with service({"/oauth/revoke": reply({})}) as (speaker, server, _):
        await speaker.sign_out()

        assert server.params("/oauth/revoke") == [
            {"client_id": "c", "client_secret": "s", "token": TOKEN}
        ]


async def test_local_handles_get_the_servers_domain() -> None:
    """It may differ from the host that answers."""
    local = status(1)
    local["account"]["acct"] = "bo"
    async with service({HOME_PATH: reply([local])}) as (speaker, _, _vault):
        (item,) = (await speaker.page(HOME)).items

        assert isinstance(item, Entry)
        assert item.post.author.handle == "bo@home.example"


async def test_an_account_without_a_token_is_signed_out() -> None:
    """An empty secret is no secret."""
    async with service({}) as (speaker, _, vault):
        vault.secret = {}
        with pytest.raises(SignedOut):
            await speaker.page(HOME)

        assert speaker.account.id == AccountId(f"ana@{speaker.account.host}")
