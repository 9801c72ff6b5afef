"""Writing on a running Mastodon-API server; with an odd one beside it, where there is one."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from PIL import Image

from app.model import Entry
from app.model.acts import Reaction
from app.model.draft import Attachment, PollDraft
from app.model.errors import OutcomeUnknown, RateLimited, Refused
from app.model.sending import Outgoing, Published
from app.model.text import RichText
from app.model.thread import Thread
from app.protocols.base import SignedIn
from app.protocols.http import Http
from app.protocols.mastodon import network
from app.protocols.mastodon.service import MastodonService
from app.protocols.writing import Ready
from tests.rigs.run import Rig
from tests.unit.protocols.mastodon.server import OneSecret
from tests.unit.protocols.wire import reset

pytestmark = pytest.mark.real


@pytest.fixture(params=["mastodon", "odd"])
def rig(request: pytest.FixtureRequest) -> Rig:
    """The server of the rig, and one that deviates (see tests/rigs/mastodon)."""
    if request.param == "mastodon":
        return dict(request.getfixturevalue("mastodon_rig"))
    path = os.environ.get("GODWIT_RIG_SNAC")
    if not path:
        pytest.skip("GODWIT_RIG_SNAC names no running odd server (start-snac.sh)")
    return dict(json.loads(Path(path).read_text("utf-8")))


async def sign_in(rig: Rig, http: Http, who: str) -> SignedIn:
    """*who* of the rig."""
    token = next(one["token"] for one in rig["accounts"] if one["acct"] == who)
    return await network(http).sign_in_secret(rig["base_url"], token)


async def open_as(rig: Rig, http: Http, who: str) -> MastodonService:
    """A service for *who*."""
    done = await sign_in(rig, http, who)
    return MastodonService(done.account, OneSecret(done.secret), http)


def says(text: str, **more: Any) -> Outgoing:
    """A post of plain words."""
    return Outgoing(text=RichText(text), **more)


def ready(service: MastodonService, post: Outgoing, **more: Any) -> Ready:
    """*post* with its ticket."""
    return Ready(post=post, ticket=service.ticket(post, datetime.now(UTC)), **more)


async def publish(service: MastodonService, post: Outgoing, **more: Any) -> Published:
    """Publish one."""
    (done,) = await service.publish([ready(service, post, **more)])
    return done


async def count(service: MastodonService, text: str) -> int:
    """How many of one's own posts say *text*."""
    page = await service.own_posts()
    return sum(isinstance(item, Entry) and item.post.text.text == text for item in page.items)


@asynccontextmanager
async def losing(origin: str) -> AsyncIterator[tuple[str, dict[str, int]]]:
    """
    A line to *origin* that loses answers on order.

    Yields where it begins, and what it shall do: ``lose`` so many answers to
    what was passed on, or ``drop`` so many requests on their way there.
    """
    orders = {"lose": 0, "drop": 0}
    target = urlsplit(origin)
    tasks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").lower().split("\r\n")
            size = next((int(line[15:]) for line in lines if line.startswith("content-length:")), 0)
            body = await reader.readexactly(size)
            changes = not head.startswith(b"GET")
            if changes and orders["drop"]:
                orders["drop"] -= 1
                await reset(None, writer)  # type: ignore[arg-type]
                return
            there, back = await asyncio.open_connection(target.hostname, target.port)
            back.write(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1) + body)
            answer = await there.read(-1)
            back.close()
            if changes and orders["lose"]:
                orders["lose"] -= 1
                await reset(None, writer)  # type: ignore[arg-type]
                return
            writer.write(answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            return  # the client is done
        finally:
            writer.close()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(talk(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", orders
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_whole_post_goes_out_is_changed_and_deleted(
    rig: Rig, http: Http, tmp_path: Path
) -> None:
    """Picture with its words, warning, mention and link; found again by another service."""
    ana = await open_as(rig, http, "ana")
    file = tmp_path / "bay.jpg"
    Image.new("RGB", (640, 360), (30, 90, 120)).save(file)
    bay = Attachment(
        id="bay",
        kind="image",
        mime="image/jpeg",
        size=file.stat().st_size,
        name="bay.jpg",
        alt="The bay at low water.",
    )
    told: list[float] = []
    token = await ana.upload(bay, file, progress=told.append)
    post = says(
        "Low water, @bo: https://almanac.example/tides/the/whole/long/table?day=1 #Tide",
        warning="Mud",
        sensitive=True,
        langs=("en",),
        media=(bay,),
    )
    one = ready(ana, post, uploads={"bay": token})
    (done,) = await ana.publish([one])
    shown = (await (await open_as(rig, http, "ana")).find(done.uri)).post

    assert told[-1] == 1.0
    assert [media.alt for media in shown.media] == ["The bay at low water."]
    assert [advisory.text for advisory in shown.advisories] == ["Mud"]
    assert {"link", "mention"} <= {span.kind for span in shown.text.spans}
    assert [span.target for span in shown.text.spans if span.kind == "link"][:1] == [
        "https://almanac.example/tides/the/whole/long/table?day=1"
    ]
    found = await (await open_as(rig, http, "ana")).look([one])
    assert found is not None
    assert found[0].uri == done.uri

    changed = msgspec.structs.replace(post, text=RichText("High water"), warning="Deep")
    await ana.edit(done, changed, {"bay": token})
    shown = (await ana.find(done.uri)).post
    assert (shown.text.text, len(shown.media)) == ("High water", 1)

    await ana.delete(done)
    await ana.delete(done)
    assert await (await open_as(rig, http, "ana")).look([one]) is None


async def test_lost_answers_double_and_lose_nothing(rig: Rig, http: Http) -> None:
    """Twenty posts over a bad line: each is there once, also where keys are not known."""
    done = await sign_in(rig, http, "ana")
    base = f"Over a bad line {datetime.now(UTC):%f}"
    async with losing(rig["base_url"]) as (origin, orders):
        account = msgspec.structs.replace(done.account, server=origin)

        def restarted() -> MastodonService:
            return MastodonService(account, OneSecret(done.secret), http)

        service = restarted()
        await service.limits()
        published: list[Published] = []
        for number in range(20):
            orders["lose"], orders["drop"] = number % 2, number % 3 == 2
            visibility = ("public", "followers")[number % 5 == 4]
            one = ready(service, says(f"{base} {number}", visibility=visibility))
            found: tuple[Published, ...] | None = None
            while found is None:
                try:
                    found = await service.publish([one])
                except OutcomeUnknown:
                    service = restarted()
                    found = await service.look([one])
            published += found
        orders.update(lose=0, drop=0)

        assert len({one.uri for one in published}) == 20
        walked = [await service.find(one.uri) for one in published]
        assert [item.post.text.text for item in walked] == [f"{base} {n}" for n in range(20)]
        assert [await count(service, f"{base} {n}") for n in (0, 1, 2, 3)] == [1, 1, 1, 1]
        for one in published:
            await service.delete(one)


async def test_a_conversation_of_two_is_one(rig: Rig, http: Http) -> None:
    """In order, each below its parent, seen from the middle by both."""
    ana, bo = await open_as(rig, http, "ana"), await open_as(rig, http, "bo")
    root = await publish(ana, says("Who knows the tide?"))
    first = await publish(bo, says("@ana I do"), parent=root)
    second = await publish(ana, says("@bo Tell"), parent=first)
    third = await publish(bo, says("@ana No"), parent=second)
    threads: list[Thread] = [await ana.thread(second.uri), await ana.thread(root.uri)]
    middle, top = threads

    assert [item.key for item in middle.ancestors if isinstance(item, Entry)] == [
        root.uri,
        first.uri,
    ]
    assert middle.focus == second.uri
    parents = {
        item.key: item.post.reply_to.uri
        for item in top.replies
        if isinstance(item, Entry) and item.post.reply_to
    }
    wanted = {first.uri: root.uri, second.uri: first.uri, third.uri: second.uri}
    assert parents.items() <= wanted.items()
    assert first.uri in parents
    for author, post in ((ana, root), (bo, first), (ana, second), (bo, third)):
        await author.delete(post)


async def test_clicks_count_once(rig: Rig, http: Http) -> None:
    """Three clicks at once, then another client's; and back."""
    ana = await open_as(rig, http, "ana")
    bo = await open_as(rig, http, "bo")
    done = await publish(ana, says("Click me"))
    seen = await publish(bo, says("@ana I see it"), parent=done)
    for act, field in (("like", "likes"), ("repost", "reposts")):
        reaction = Reaction(act=act, uri=done.uri, ref=done.ref)  # type: ignore[arg-type]
        await asyncio.gather(*(bo.react(reaction) for _ in range(3)))
        await (await open_as(rig, http, "bo")).react(reaction)
        assert getattr((await ana.find(done.uri)).post.counts, field) == 1

        undo = Reaction(act=f"un{act}", uri=done.uri, ref=done.ref)  # type: ignore[arg-type]
        await asyncio.gather(*(bo.react(undo) for _ in range(3)))
        assert getattr((await ana.find(done.uri)).post.counts, field) == 0
    await bo.delete(seen)
    await ana.delete(done)


async def test_a_post_for_tomorrow_is_not_there_today(rig: Rig, http: Http) -> None:
    """Kept by the server; or taken back at once, to be kept by us."""
    ana = await open_as(rig, http, "ana")
    at = datetime.now(UTC) + timedelta(days=1)
    one = ready(ana, says("Tomorrow's tide", send_at=at))
    try:
        (done,) = await ana.publish([one])
    except RateLimited as error:
        assert error.until == at
        assert not (await ana.limits()).schedules
    else:
        assert not done.uri
        assert await (await open_as(rig, http, "ana")).look([one]) == (done,)
        await ana.delete(done)

    assert await count(ana, "Tomorrow's tide") == 0
    assert await ana.look([one]) is None


async def test_a_poll_takes_one_vote_of_each(mastodon_rig: Rig, http: Http) -> None:
    """And survives a change of the words around it."""
    ana, bo = await open_as(mastodon_rig, http, "ana"), await open_as(mastodon_rig, http, "bo")
    done = await publish(ana, says("Which?", poll=PollDraft(options=("ebb", "flood"))))
    vote = Reaction(act="vote", uri=done.uri, votes=(1,))
    assert (await bo.react(vote)).own_votes == (1,)
    assert (await bo.react(vote)).own_votes == (1,)
    with pytest.raises(Refused):
        await bo.react(Reaction(act="vote", uri=done.uri, votes=(0,)))
    await ana.edit(done, says("Which one?"), {})
    poll = (await bo.find(done.uri)).post.poll

    assert poll is not None
    assert [option.votes for option in poll.options] == [0, 1]
    await ana.delete(done)


async def test_a_quote_quotes(mastodon_rig: Rig, http: Http) -> None:
    """With the post in it; nothing is left out."""
    ana, bo = await open_as(mastodon_rig, http, "ana"), await open_as(mastodon_rig, http, "bo")
    quoted = await publish(ana, says("Worth a quote"))
    done = await publish(bo, says("Look at this", quote=quoted.uri))
    quote = (await bo.find(done.uri)).post.quote

    assert not done.note
    assert quote is not None
    assert quote.post is not None
    assert quote.post.uri == quoted.uri
    await bo.delete(done)
    await ana.delete(quoted)
