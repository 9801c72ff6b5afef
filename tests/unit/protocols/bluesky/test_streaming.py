"""A public stream says when to ask; only what the account's own server says is shown."""

from __future__ import annotations

import asyncio
import json

import pytest

from app.model.errors import Malformed, Unreachable, Unsupported
from app.protocols.bluesky import jetstream as module
from app.protocols.bluesky.streaming import PATIENCE
from app.protocols.http import Http
from app.protocols.streaming import Event, Gone, Opened, Recounts, Stirred
from tests.contract import bluesky_server
from tests.contract.streaming import BO, CY, jetstream, service_with
from tests.waiting import until

POST = "app.bsky.feed.post"


def told(did: str, operation: str, rkey: str = "3k1", collection: str = POST) -> str:
    """A message of the stream."""
    commit = {"rev": "1", "operation": operation, "collection": collection, "rkey": rkey}
    return json.dumps({"did": did, "time_us": 1, "kind": "commit", "commit": commit})


async def test_it_asks_for_those_who_are_followed(http: Http) -> None:
    """In a message, since ten thousand do not fit into an address; never for everybody."""
    heard: list[Event] = []
    async with jetstream() as stream, service_with(http, stream, set()) as service:
        task = asyncio.create_task(service.stream(heard.append))
        await stream.say(told(BO, "create"), told(CY, "create", collection=module.REPOST))
        await until(lambda: len(heard) == 3, f"{heard}")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    [hello] = stream.hellos
    assert heard == [Opened("jetstream"), Stirred(), Stirred()]
    assert stream.paths == ["/subscribe?requireHello=true"]
    assert hello["type"] == "options_update"
    assert hello["payload"] == {
        "wantedCollections": [POST, "app.bsky.feed.repost"],
        "wantedDids": sorted([bluesky_server.DID, BO, CY]),
    }


async def test_a_deletion_is_believed_when_the_post_is_gone(http: Http) -> None:
    """The stream is not signed: whoever runs it could say anything."""
    heard: list[Event] = []
    alive = f"at://{BO}/{POST}/alive"
    async with jetstream() as stream, service_with(http, stream, {alive}) as service:
        service._sleep = _at_once  # type: ignore[method-assign]
        task = asyncio.create_task(service.stream(heard.append))
        await stream.say(told(BO, "delete", "alive"), told(BO, "delete", "dead"))
        await until(lambda: any(isinstance(one, Gone) for one in heard), f"{heard}")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    gone = [key for one in heard if isinstance(one, Gone) for key in one.keys]
    assert gone == [f"at://{BO}/{POST}/dead"]


async def test_a_repost_that_is_taken_back_leaves_when_its_record_is_gone(http: Http) -> None:
    """It has no view of its own: the account's own server is asked for the record."""
    heard: list[Event] = []
    alive = f"at://{BO}/{module.REPOST}/alive"
    async with jetstream() as stream, service_with(http, stream, {alive}) as service:
        service._sleep = _at_once  # type: ignore[method-assign]
        task = asyncio.create_task(service.stream(heard.append))
        for key in ("alive", "dead"):
            await stream.say(told(BO, "delete", key, collection=module.REPOST))
        await until(lambda: any(isinstance(one, Gone) for one in heard), f"{heard}")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    gone = [key for one in heard if isinstance(one, Gone) for key in one.keys]
    assert gone == [f"at://{BO}/{module.REPOST}/dead"]


async def _at_once(seconds: float) -> None:
    await asyncio.sleep(0.05)


async def test_junk_is_survived_but_not_for_ever(http: Http) -> None:
    """News of accounts and junk are left out; nothing but junk ends the line."""
    heard: list[Event] = []
    async with jetstream() as stream, service_with(http, stream, set()) as service:
        task = asyncio.create_task(service.stream(heard.append))
        await stream.say(
            "{",
            b"\xff",
            "[]",
            '{"did": "x", "kind": "identity"}',
            '{"commit": 7}',
            told(BO, "update"),
        )
        await until(lambda: heard[1:] == [Stirred()], f"{heard}")
        await stream.say(*["?"] * PATIENCE)
        with pytest.raises(Malformed, match="nothing but junk"):
            await task


async def test_the_end_of_the_line_is_told(http: Http) -> None:
    """So that it is opened again."""
    async with jetstream() as stream, service_with(http, stream, set()) as service:
        task = asyncio.create_task(service.stream(lambda event: None))
        await stream.say()
        assert stream.socket is not None
        await stream.socket.close()
        with pytest.raises(Unreachable):
            await task


async def test_it_needs_consent_and_says_why(http: Http) -> None:
    """It learns whom one follows. Where it cannot know the server, it is not offered."""
    async with jetstream() as stream, service_with(http, stream, set()) as service:
        offer = service.stream_offer()
        service._jetstream = None
        with pytest.raises(Unsupported):
            await service.stream(lambda event: None)
        assert service.stream_offer() is None

    assert offer is not None
    assert offer.name == "Jetstream" and not offer.whole
    assert "whom you follow" in offer.consent


async def test_whom_one_follows_is_told_anew(http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then, without a new line."""
    monkeypatch.setattr(module, "RENEW_AFTER", -1.0)
    async with jetstream() as stream, service_with(http, stream, set()) as service:
        task = asyncio.create_task(service.stream(lambda event: None))
        await stream.say(told(BO, "create"))
        await until(lambda: len(stream.hellos) == 2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert len(stream.paths) == 1


async def test_several_posts_are_counted_at_once(http: Http) -> None:
    """Those that are gone are left out."""
    alive = f"at://{BO}/{POST}/alive"
    async with jetstream() as stream, service_with(http, stream, {alive}) as service:
        assert isinstance(service, Recounts)
        found = await service.recount({alive: "", f"at://{BO}/{POST}/dead": ""})

    assert [entry.post.uri for entry in found] == [alive]
