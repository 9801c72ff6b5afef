"""One line carries what is wanted: lists, tags and letters beside home, as they come and go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app.model.timeline import Source
from app.protocols.http import Http
from app.protocols.mastodon.channels import MOST, channel_of
from app.protocols.mastodon.service import MastodonService
from app.protocols.streaming import Beside, Event, Gone, Items, StreamsMore, Talked
from tests.contract.mastodon_server import timeline
from tests.contract.streaming import StreamingServer, service_at, streaming_server
from tests.waiting import until

STATUS = timeline("http://a.example", 20)
LIST, TAG = Source("list", "12"), Source("tag", "Cats")


def message(event: str, payload: Any, *stream: str) -> str:
    """As a streaming server puts it."""
    told = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"stream": list(stream), "event": event, "payload": told})


@asynccontextmanager
async def heard(http: Http) -> AsyncIterator[tuple[StreamingServer, MastodonService, list[Event]]]:
    async with streaming_server() as server:
        service = service_at(http, server.origin)
        told: list[Event] = []
        task = asyncio.create_task(service.stream(told.append))
        await until(lambda: told and server.asked, "it does not listen")
        yield server, service, told
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def beside(told: list[Event]) -> list[Beside]:
    return [one for one in told if isinstance(one, Beside)]


async def test_what_is_wanted_is_subscribed_to_and_left(http: Http) -> None:
    """Letters always; each list and tag as it is opened and left, over the line that is open."""
    async with heard(http) as (server, service, told):
        assert isinstance(service, StreamsMore)
        assert server.asked == [{"type": "subscribe", "stream": "direct"}]
        service.tell_of([LIST, TAG, Source("bookmarks")])
        await until(lambda: beside(told), "nobody says that it is told of")
        assert beside(told) == [Beside((LIST, TAG))]
        service.tell_of([TAG])
        await until(lambda: len(beside(told)) == 2)

    assert server.asked[1:] == [
        {"type": "subscribe", "stream": "list", "list": "12"},
        {"type": "subscribe", "stream": "hashtag", "tag": "Cats"},
        {"type": "unsubscribe", "stream": "list", "list": "12"},
    ]
    assert beside(told)[1] == Beside((TAG,))


async def test_a_later_line_is_asked_for_the_same(http: Http) -> None:
    """The one before was cut."""
    async with streaming_server() as server:
        service = service_at(http, server.origin)
        service.tell_of([LIST])
        for _ in range(2):
            server.asked.clear()
            told: list[Event] = []
            task = asyncio.create_task(service.stream(told.append))
            await until(lambda told=told: beside(told), "not told of")  # type: ignore[misc]
            await until(lambda: len(server.asked) == 2)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def test_each_event_stands_where_it_belongs(http: Http) -> None:
    """Tags are the same however they are written; what nobody asked for is left out."""
    async with heard(http) as (server, service, told):
        service.tell_of([LIST, TAG])
        await until(lambda: beside(told))
        await server.say(
            message("update", STATUS[0], "list", "12"),
            message("update", STATUS[1], "hashtag", "cats"),
            message("update", STATUS[2], "list", "13"),
            message("update", STATUS[2], "direct"),
            message("delete", STATUS[0]["id"], "list", "12"),
            message("update", STATUS[2], "user"),
        )
        await until(lambda: len([one for one in told if isinstance(one, Items)]) == 3, f"{told}")

    items = [one for one in told if isinstance(one, Items)]
    assert [one.source for one in items] == [LIST, TAG, Source("home")]
    assert [one.keys for one in told if isinstance(one, Gone)] == [(STATUS[0]["uri"],)]


async def test_what_a_server_refuses_is_not_said_to_be_told_of(http: Http) -> None:
    """It does not name what it refuses: what was heard of already stays."""
    async with heard(http) as (server, service, told):
        service.tell_of([LIST])
        await until(lambda: beside(told))
        await server.say(message("update", STATUS[0], "list", "12"))
        await until(lambda: any(isinstance(one, Items) for one in told))
        service.tell_of([LIST, TAG])
        await until(lambda: len(beside(told)) == 2)
        await server.say(json.dumps({"error": "No such tag", "status": 400}))
        await until(lambda: len(beside(told)) == 3, f"{told}")

    assert beside(told)[2] == Beside((LIST,))


async def test_letters_are_conversations_as_they_are_now(http: Http) -> None:
    """Who is in it, what was said last, and that nobody has read it; junk costs itself alone."""
    thread = {"id": "7", "unread": True, "accounts": [STATUS[0]["account"]]}
    async with heard(http) as (server, _, told):
        await server.say(
            message("conversation", "{", "direct"),
            message("conversation", {"id": "8"}, "direct"),
            message("conversation", thread | {"last_status": STATUS[0]}, "direct"),
        )
        await until(lambda: any(isinstance(one, Talked) for one in told), f"{told}")

    [talked] = [one for one in told if isinstance(one, Talked)]
    assert talked.conversation.unread == 1
    assert talked.conversation.last is not None
    assert talked.conversation.refs == (f"7 {STATUS[0]['id']}",)


async def test_a_letter_that_names_nobody_is_of_its_author(http: Http) -> None:
    """Not one of mine with myself; and where others may be in it, it waits for the next look."""
    named = {"id": "1", "username": "ana", "acct": "ana", "url": "https://here.example/@ana"}
    both = {"visibility": "direct", "mentions": [named, named | {"id": "2", "acct": "bo"}]}
    alone = STATUS[0] | {"visibility": "direct", "mentions": [named]}
    async with heard(http) as (server, _, told):
        for number, status in enumerate((STATUS[0] | both, alone)):
            thread = {"id": str(number), "unread": True, "accounts": [], "last_status": status}
            await server.say(message("conversation", thread, "direct"))
        await until(lambda: any(isinstance(one, Talked) for one in told), f"{told}")

    [talked] = [one for one in told if isinstance(one, Talked)]
    assert talked.conversation.refs == (f"1 {STATUS[0]['id']}",)
    assert talked.conversation.last is not None and talked.conversation.last.said is not None
    assert talked.conversation.people == (talked.conversation.last.said.author,)


async def test_nobody_subscribes_to_everything(http: Http) -> None:
    """A line carries so many; the others are asked for. Names that are none are no streams."""
    async with heard(http) as (_, service, told):
        service.tell_of([Source("tag", f"t{number}") for number in range(100)])
        await until(lambda: beside(told))
    assert len(beside(told)[0].sources) == MOST
    assert channel_of(Source("tag", "#sea")) == ("hashtag", "sea")
    assert [channel_of(Source("list")), channel_of(Source("tag", "x" * 300))] == [None, None]
