"""A conversation from its author's server: as nobody, from public hosts, never believed about us."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.model import Account, AccountId, Entry
from app.model.errors import Refused, Unsafe, Unsupported
from app.model.post import ViewerState
from app.model.thread import Absent, Elsewhere
from app.protocols.mastodon.origin import STRANGERS
from app.protocols.mastodon.origin_notes import PUBLIC, seconds_of
from app.protocols.mastodon.origin_walk import STEPS
from app.protocols.mastodon.service import MastodonService
from tests.unit.protocols.mastodon.samples import account, status
from tests.unit.protocols.mastodon.server import OneSecret, Server, mastodon, reply

ALL = sorted(PUBLIC)[1]
ME = Account(
    id=AccountId("me@home.example"),
    protocol="mastodon",
    network="mastodon",
    server="https://home.example",
    uri="https://home.example/users/me",
    handle="me@home.example",
)
CONTEXT = "/api/v1/statuses/1/context"


@asynccontextmanager
async def origin() -> AsyncIterator[tuple[Server, MastodonService]]:
    """A server of somebody else, and my account, which is elsewhere."""
    async with mastodon({}) as (server, http):
        http.allow_private(server.origin)
        yield server, MastodonService(ME, OneSecret({"token": "t0ken"}), http)  # type: ignore[arg-type]


def note(server: Server, number: int, **more: Any) -> dict[str, Any]:
    """An object as servers serve it."""
    return {
        "id": f"{server.origin}/notes/{number}",
        "type": "Note",
        "attributedTo": f"{server.origin}/actors/ana",
        "content": f"<p>Note {number}</p>",
        "published": f"2026-11-20T10:{number:02}:00Z",
        "to": [ALL],
        **more,
    }


def actor(server: Server) -> dict[str, Any]:
    """Who wrote it."""
    uri = f"{server.origin}/actors/ana"
    return {"id": uri, "type": "Person", "preferredUsername": "ana", "name": "Ana"}


def document(value: Any) -> bytes:
    """As ActivityPub servers answer."""
    import json

    from tests.unit.protocols.wire import answer

    return answer(200, json.dumps(value).encode(), content_type="application/activity+json")


def lay(server: Server, *objects: dict[str, Any]) -> None:
    """Serve each at its own address."""
    for one in objects:
        server.routes[one["id"].removeprefix(server.origin)] = document(one)


def said(told: Elsewhere) -> list[str]:
    """The texts of its answers."""
    return [one.post.text.text for one in told.replies if isinstance(one, Entry)]


async def test_the_api_of_the_origin_tells_of_answers() -> None:
    """Posts of everybody, with their parents by address, and nothing of my account."""
    async with origin() as (server, service):
        uri = f"{server.origin}/users/ana/statuses/1"
        answers = [
            status(2, uri=f"{server.origin}/users/ana/statuses/2", in_reply_to_id="1", account=account(uri=f"{server.origin}/users/ana"), favourited=True),
            status(3, uri="https://far.example/users/zed/statuses/9", account=account("zed", "far.example"), in_reply_to_id="2"),
        ]  # fmt: skip
        server.routes[CONTEXT] = reply({"ancestors": [], "descendants": answers})
        told = await service.from_origin(uri, domain="ana.example")

        first, second = told.replies
        assert isinstance(first, Entry) and isinstance(second, Entry)
        assert first.post.reply_to is not None and uri == first.post.reply_to.uri
        assert second.post.reply_to is not None and first.post.uri == second.post.reply_to.uri
        assert "ana@ana.example" == first.post.author.handle
        assert ViewerState() == first.viewer
        assert told.complete
        assert told.host == server.host


async def test_no_token_leaves_for_another_server() -> None:
    """What is asked is what anybody could ask."""
    async with origin() as (server, service):
        with pytest.raises(Refused):
            await service.from_origin(f"{server.origin}/users/ana/statuses/1")

        assert server.wire.asked
        for asked in server.wire.asked:
            assert "authorization" not in asked.headers
            assert "t0ken" not in str(asked.headers) + asked.target


async def test_content_cannot_make_us_call_private_hosts() -> None:
    """The post's address is content."""
    async with mastodon({}) as (server, http):
        service = MastodonService(ME, OneSecret({"token": "t"}), http)  # type: ignore[arg-type]
        with pytest.raises(Unsafe):
            await service.from_origin(f"{server.origin}/users/ana/statuses/1")

        assert [] == server.asked


async def test_what_claims_to_be_of_my_server_is_not_believed() -> None:
    """It would have told it itself; nor is what not everybody may see."""
    async with origin() as (server, service):
        forged = status(2, uri="https://home.example/users/me/statuses/2", in_reply_to_id="1")
        words = status(3, account=account("me"), uri=f"{server.origin}/3", in_reply_to_id="1")
        secret = status(
            4, uri=f"{server.origin}/4", account=account("zed", "far.example"), visibility="private"
        )
        server.routes[CONTEXT] = reply(
            {"ancestors": [forged], "descendants": [forged, words, secret]}
        )
        told = await service.from_origin(f"{server.origin}/users/ana/statuses/1")

        assert () == told.replies == told.ancestors


async def test_strangers_get_so_many_and_no_more() -> None:
    """Then it says that there is more."""
    async with origin() as (server, service):
        answers = [
            status(n, uri=f"https://far.example/{n}", account=account("zed", "far.example"), in_reply_to_id="1")
            for n in range(2, 2 + STRANGERS)
        ]  # fmt: skip
        server.routes[CONTEXT] = reply({"ancestors": [], "descendants": answers})
        told = await service.from_origin(f"{server.origin}/users/ana/statuses/1")

        assert STRANGERS == len(told.replies)
        assert not told.complete


async def test_another_hosts_answer_is_not_taken_for_its_own() -> None:
    """Who is sent on is not told."""
    async with origin() as (server, service), origin() as (other, _):
        other.routes[CONTEXT] = reply({"ancestors": [], "descendants": [status(2)]})
        http = service._http
        http.allow_private(other.origin)
        server.routes[CONTEXT] = reply({}, 302, location=f"{other.origin}{CONTEXT}")
        with pytest.raises(Refused):
            await service.from_origin(f"{server.origin}/users/ana/statuses/1")


async def test_without_an_api_the_objects_themselves_are_walked() -> None:
    """Pages of a collection, embedded or named; answers to answers; counted where elsewhere."""
    async with origin() as (server, service):
        root = note(server, 1, replies={
            "type": "Collection",
            "first": {"items": [f"{server.origin}/notes/2", "https://far.example/n/1"], "next": f"{server.origin}/notes/1/replies?page=2"},
        })  # fmt: skip
        server.routes["/notes/1/replies"] = document({"items": [
            note(server, 3, inReplyTo=root["id"]), {"id": "https://far.example/n/2", "type": "Note"},
        ]})  # fmt: skip
        second = note(
            server, 2, inReplyTo=root["id"], replies={"items": [f"{server.origin}/notes/4"]}
        )
        fourth = note(server, 4, inReplyTo=f"{server.origin}/notes/2")
        lay(server, root, second, fourth, actor(server))
        told = await service.from_origin(root["id"], domain="ana.example")

        assert ["Note 2", "Note 3", "Note 4"] == sorted(said(told))
        assert Absent(parent=root["id"], state="not_loaded", count=2) in told.replies
        deep = next(o for o in told.replies if isinstance(o, Entry) and o.post.uri == fourth["id"])
        assert deep.post.reply_to is not None and deep.post.reply_to.uri == second["id"]
        assert "ana@ana.example" == deep.post.author.handle


async def test_a_walk_goes_up_too() -> None:
    """What it answers comes first."""
    async with origin() as (server, service):
        top, middle = note(server, 1), note(server, 2, inReplyTo=f"{server.origin}/notes/1")
        last = note(server, 3, inReplyTo=f"{server.origin}/notes/2")
        lay(server, top, middle, last, actor(server))
        told = await service.from_origin(last["id"])

        assert ["Note 1", "Note 2"] == [one.post.text.text for one in told.ancestors]
        assert () == told.replies


async def test_circles_and_floods_end() -> None:
    """Collections that name themselves, answers without end, objects that are another's."""
    async with origin() as (server, service):
        around = f"{server.origin}/notes/1/replies"
        root = note(server, 1, replies=around, inReplyTo=f"{server.origin}/notes/1")
        many = [f"{server.origin}/notes/{n}" for n in range(2, 500)]
        server.routes["/notes/1/replies"] = document(
            {"id": around, "first": around, "items": many, "next": around}
        )
        false = note(server, 2, id="https://far.example/n/1")
        server.routes["/notes/2"] = document(false)
        lay(
            server,
            root,
            actor(server),
            *(note(server, n, inReplyTo=root["id"], replies=around) for n in range(3, 90)),
        )
        told = await service.from_origin(root["id"])

        assert STEPS >= len(server.asked)
        assert not told.complete
        assert all(
            isinstance(one, Absent) or one.post.uri.startswith(server.origin)
            for one in told.replies
        )


@pytest.mark.parametrize(
    "junk", [b"", b"[]", b"{", b'{"id": 1}', b'{"type": "Note"}', b"\xff\xfe", b"[" * 5000]
)
async def test_junk_is_refused_in_words(junk: bytes) -> None:
    """Whatever a server serves."""
    from tests.unit.protocols.wire import answer

    async with origin() as (server, service):
        server.routes["/notes/1"] = answer(200, junk, content_type="application/activity+json")
        with pytest.raises(Refused, match="nobody who is not signed in"):
            await service.from_origin(f"{server.origin}/notes/1")


async def test_my_own_server_is_not_asked_as_a_stranger() -> None:
    """Nor what is no web address."""
    async with origin() as (_, service):
        for uri in (
            "https://home.example/users/a/statuses/1",
            "at://did:plc:x/y",
            "",
            "file:///etc/passwd",
        ):
            assert "" == service.origin_of(uri)
            with pytest.raises(Unsupported):
                await service.from_origin(uri)


async def test_titles_events_and_films_become_posts(clock_of: Callable[[str], None]) -> None:
    """Each with its title first, when and where, and what is played."""
    clock_of("UTC0")
    async with origin() as (server, service):
        root = note(server, 1, replies={"items": [
            note(server, 2, type="Event", name="Wader count", startTime="2026-12-12T08:00:00Z",
                 endTime="2026-12-12T11:30:00Z", content="<p>Bring a scope.</p>",
                 location={"type": "Place", "name": "Old harbour", "address": {"addressLocality": "Kiel"}}),
            note(server, 3, type="Video", name="Dusk <b>flight</b>", content="<p>At low tide</p>", duration="PT1H2M3S",
                 url=[{"type": "Link", "mediaType": "text/html", "href": f"{server.origin}/w/3"},
                      {"type": "Link", "mediaType": "application/x-mpegURL", "href": f"{server.origin}/3.m3u8",
                       "tag": [{"type": "Link", "mediaType": "video/mp4", "height": 1080, "href": f"{server.origin}/3-1080.mp4"},
                               {"type": "Link", "mediaType": "video/mp4", "height": 480, "href": f"{server.origin}/3-480.mp4"}]}],
                 icon=[{"type": "Image", "url": f"{server.origin}/small.jpg"}, {"type": "Image", "url": f"{server.origin}/large.jpg"}],
                 attributedTo=[{"type": "Group", "id": f"{server.origin}/channels/1"}, {"type": "Person", "id": f"{server.origin}/actors/ana"}]),
            note(server, 4, type="Article", name="Why waders wait", summary="How it begins", content="<h2>One</h2><p>Long.</p>"),
            note(server, 5, summary="Spiders", sensitive=True),
            note(server, 6, to=[f"{server.origin}/actors/ana/followers"]),
        ]})  # fmt: skip
        lay(server, root, actor(server))
        told = await service.from_origin(root["id"])
        posts = {
            one.post.uri.rpartition("/")[2]: one.post
            for one in told.replies
            if isinstance(one, Entry)
        }

        assert (
            posts["2"].text.text
            == "Wader count\n\n🗓 12 Dec 2026, 08:00 – 11:30 UTC\n\n📍 Old harbour, Kiel\n\nBring a scope."
        )
        assert posts["2"].text.spans[0].kind == "bold"
        assert posts["3"].text.text == "Dusk flight\n\nAt low tide"
        [film] = posts["3"].media
        assert (film.kind, film.url, film.preview, film.duration) == (
            "video", f"{server.origin}/3-480.mp4", f"{server.origin}/large.jpg", 3723.0,
        )  # fmt: skip
        assert posts["3"].url == f"{server.origin}/w/3"
        assert posts["4"].text.text == "Why waders wait\n\nOne\n\nLong."
        assert () == posts["4"].advisories
        assert "Spiders" == posts["5"].advisories[0].text
        assert "6" not in posts


async def test_an_article_comes_whole_and_a_note_does_not() -> None:
    """With its own pictures; of a note my server has everything."""
    async with origin() as (server, service):
        picture = f'<p>Long.</p><img src="{server.origin}/hide.jpg" alt="A hide">'
        article = note(server, 1, type="Article", name="Why waders wait", content=picture)
        plain = note(server, 2)
        lay(server, article, plain, actor(server))
        told = await service.from_origin(article["id"])
        short = await service.from_origin(plain["id"])

        assert told.whole is not None
        assert told.whole.text.text == "Why waders wait\n\nLong."
        assert [one.alt for one in told.whole.media] == ["A hide"]
        assert (told.ancestors, told.replies, short.whole) == ((), (), None)


@pytest.mark.parametrize(
    ("told", "seconds"), [("PT0S", 0), ("P1DT1S", 86401), ("PT1.5S", 1), ("5", 0), ("P" * 99, 0)]
)
def test_durations_are_read(told: str, seconds: float) -> None:
    """As ISO 8601 has them; others are not told."""
    assert seconds == seconds_of(told)


async def test_names_that_lead_nowhere_are_no_names() -> None:
    """An address that nobody can read must not cost the conversation."""
    async with origin() as (server, service):
        root = note(server, 1, replies={"items": [f"{server.origin}/notes/2"]})
        bad = {"type": "Mention", "href": "https://[oops", "name": "@bo"}
        lay(server, root, note(server, 2, inReplyTo=root["id"], tag=[bad]), actor(server))
        told = await service.from_origin(root["id"])

        assert ["Note 2"] == said(told)
