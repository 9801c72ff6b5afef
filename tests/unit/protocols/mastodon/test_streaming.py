"""What a streaming server tells becomes events; the token goes in a header, and junk is survived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from app.model.errors import Malformed, ServiceError, SignedOut, Unreachable, Unsupported
from app.protocols.http import Http
from app.protocols.mastodon.service import MastodonService
from app.protocols.mastodon.streaming import PATIENCE, origin_of_stream
from app.protocols.mastodon.wire_server import Urls
from app.protocols.streaming import (
    Edited,
    Event,
    FiltersChanged,
    Gone,
    Items,
    Noticed,
    Opened,
    Recounts,
)
from tests.contract.mastodon_server import TOKEN, timeline
from tests.contract.streaming import service_at, streaming_server
from tests.unit.protocols.wire import Asked, answer, serving
from tests.waiting import until

STATUS = timeline("http://a.example", 20)


def message(event: str, payload: Any = None) -> str:
    """As a streaming server puts it."""
    told = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"stream": ["user"], "event": event, "payload": told})


@asynccontextmanager
async def listening(service: MastodonService) -> AsyncIterator[list[Event]]:
    told: list[Event] = []
    task = asyncio.create_task(service.stream(told.append))
    try:
        yield told
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_everything_that_is_told_arrives(http: Http) -> None:
    """New posts, edits, what was taken back, notifications, filters; unknown news are left out."""
    async with streaming_server() as server, listening(service_at(http, server.origin)) as told:
        await server.say(
            message("update", STATUS[0]),
            message("update", STATUS[3]),
            message("status.update", STATUS[0] | {"content": "<p>Better</p>"}),
            message("notification", {"id": "1", "type": "mention"}),
            message("notifications_merged", "1"),
            message("filters_changed"),
            message("announcement", {}),
            message("delete", STATUS[0]["id"]),
            message("delete", STATUS[3]["id"]),
            message("delete", "unheard-of"),
        )
        await until(lambda: len(told) == 10, f"{told}")

    post, repost, edit = told[1:4]
    assert told[0] == Opened("websocket")
    assert isinstance(post, Items) and isinstance(repost, Items) and isinstance(edit, Edited)
    assert post.items[0].key == STATUS[0]["uri"] == edit.entry.key
    assert edit.entry.post.text.text == "Better"
    assert told[4:7] == [Noticed(), Noticed(), FiltersChanged()]
    assert told[7] == Gone(keys=(STATUS[0]["uri"],), ref=STATUS[0]["id"])
    assert told[8] == Gone(keys=(repost.items[0].key,))
    assert told[9] == Gone(ref="unheard-of")
    assert server.heard == ["/api/v1/streaming?stream=user"]
    assert server.token == f"Bearer {TOKEN}"


async def test_junk_costs_itself_alone(http: Http) -> None:
    """What cannot be read is left out, or stands as a stub; the line goes on."""
    async with streaming_server() as server, listening(service_at(http, server.origin)) as told:
        await server.say(
            "{",
            b"\xff\xfe",
            "[]",
            '{"event": 7}',
            message("update", "{"),
            message("update", "[[[[[[[["),
            "[" * 5_000 + "]" * 5_000,
            '{"x":' * 5_000 + "1" + "}" * 5_000,
            '{"event": "update", "payload": ' + "[" * 5_000 + "]" * 5_000 + "}",
            message("update", "[" * 5_000 + "]" * 5_000),
            message("update", {"id": "5", "account": None}),
            message("delete", "x" * 5000),
            message("update", STATUS[1]),
            json.dumps({"event": "update", "payload": STATUS[2], "stream": "odd"}),
        )
        await until(lambda: len(told) == 4, f"{told}")

    assert isinstance(told[1], Items) and told[1].items[0].key.startswith("stub:")
    assert isinstance(told[2], Items) and told[2].items[0].key == STATUS[1]["uri"]
    assert isinstance(told[3], Items) and told[3].items[0].key == STATUS[2]["uri"]


async def test_nothing_but_junk_ends_the_line(http: Http) -> None:
    """Nobody there speaks our language."""
    async with streaming_server() as server:
        task = asyncio.create_task(service_at(http, server.origin).stream(lambda event: None))
        await server.say(*["?"] * PATIENCE)
        with pytest.raises(Malformed, match="nothing but junk"):
            await task


async def test_the_streaming_server_may_be_another(http: Http) -> None:
    """As its instance says; what is not public there is not called."""
    async with streaming_server() as server:
        server.instance["configuration"] = {"urls": {"streaming": "wss://10.0.0.1"}}
        with pytest.raises(ServiceError, match=r"10\.0\.0\.1"):
            await service_at(http, server.origin).stream(lambda event: None)
    async with streaming_server() as near, streaming_server() as far:
        near.instance["configuration"] = {"urls": {"streaming": far.origin.replace("http", "ws")}}
        http.allow_private(far.origin)
        async with listening(service_at(http, near.origin)) as told:
            await until(lambda: told)

    assert far.heard and not near.heard


@pytest.mark.parametrize(
    ("streaming", "origin"),
    [
        ("wss://s.example", "https://s.example"),
        ("wss://s.example/x?y", "https://s.example"),
        ("wss://a.example:3000", "http://a.example:3000"),
        ("ws://a.example:3000", "http://a.example:3000"),
        ("ftp://s.example", ""),
        ("wss://u:p@s.example", ""),
        ("", ""),
        ("wss://", ""),
    ],
)
def test_its_address_is_read_with_care(streaming: str, origin: str) -> None:
    """Its own server may say wss: where it speaks no TLS."""
    assert origin_of_stream(Urls(streaming=streaming), "http://a.example:3000") == origin
    assert origin_of_stream(Urls(streaming_api=streaming), "http://a.example:3000") == origin
    assert origin_of_stream(None, "http://a.example:3000") == ""


async def test_events_come_where_sockets_do_not(http: Http) -> None:
    """Some servers, and proxies before them, let no WebSocket through."""

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.target == "/api/v1/streaming/user":
            heard.append(asked.headers["authorization"])
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:thump\n\n")
            writer.write(f"event: update\ndata: {json.dumps(STATUS[0])}\n\n".encode())
            await writer.drain()
            await asyncio.Event().wait()
        writer.write(answer(404, b"{}"))

    heard: list[str] = []
    async with serving(respond) as wire, listening(service_at(http, wire.origin)) as told:
        await until(lambda: len(told) == 2, f"{told}")

    assert told[0] == Opened("server-sent events")
    assert isinstance(told[1], Items)
    assert heard == [f"Bearer {TOKEN}"]


@pytest.mark.parametrize(
    ("status", "kind"), [(404, Unsupported), (401, SignedOut), (503, Unreachable)]
)
async def test_a_server_that_does_not_stream_says_so(
    http: Http, status: int, kind: type[Exception]
) -> None:
    """Some announce a stream and have none."""

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer(404 if "instance" in asked.target else status, b"{}"))

    async with serving(respond) as wire:
        with pytest.raises(kind):
            await service_at(http, wire.origin).stream(lambda event: None)
        assert all(TOKEN not in asked.target for asked in wire.asked)


async def test_only_who_told_of_a_stream_offers_one(http: Http) -> None:
    """Asked when signing in; without it nothing is tried."""
    service = service_at(http, "http://127.0.0.1:1")
    assert service.stream_offer() is not None
    service._account = replace(service.account, abilities=frozenset())
    assert service.stream_offer() is None


async def test_several_posts_are_counted_at_once(http: Http) -> None:
    """By the server's own names; where it tells of single posts only, it is not asked one by one."""
    told = {"status": 200}

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        body = json.dumps([STATUS[0], {"id": "x", "account": None}, STATUS[1]]).encode()
        writer.write(answer(told["status"], body, Content_Type="application/json"))

    async with serving(respond) as wire:
        service = service_at(http, wire.origin)
        assert isinstance(service, Recounts)
        found = await service.recount({"u:1": "10 7", "u:2": "1008", "u:3": ""})
        nothing = await service.recount({"u:3": ""})
        told["status"] = 405
        with pytest.raises(Unsupported):
            await service.recount({"u:1": "1007"})

    assert [entry.post.uri for entry in found] == [STATUS[0]["uri"], STATUS[1]["uri"]]
    assert nothing == ()
    assert [asked.target for asked in wire.asked] == [
        "/api/v1/statuses?id[]=10%207&id[]=1008",
        "/api/v1/statuses?id[]=1007",
    ]
