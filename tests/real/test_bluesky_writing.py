"""Publishing on real servers: threads, gates, files, and lines that break."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model import RichText, Span
from app.model.errors import NotFound, OutcomeUnknown, Refused, Unsupported
from app.model.post import LinkCard
from app.model.sending import Outgoing
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.bluesky.sign_in import HeldSecrets
from app.protocols.writing import Ready
from tests.real.bluesky_browser import PlayedBrowser
from tests.real.bluesky_writer import PASSWORD, Writer, ask, line_to, newcomer, picture
from tests.rigs.run import Rig
from tests.unit.protocols.wire import Asked

pytestmark = pytest.mark.real

GATE, POSTGATE = "app.bsky.feed.threadgate", "app.bsky.feed.postgate"


async def test_a_thread_is_one_write_with_right_references(writer: Writer) -> None:
    """Computed before it is sent, the versions are those that the server gives."""
    ready = writer.ready("One 👩🏽‍🔬", "Two", "Three", langs=("en", "nl"))

    published = await writer.service.publish(ready)

    kept = {record["uri"]: record for record in writer.records()}
    assert [p.uri for p in published] == sorted(kept)
    one, two, three = (kept[p.uri] for p in published)
    assert [p.ref.split(" ")[0] for p in published] == [r["cid"] for r in (one, two, three)]
    root = {"uri": one["uri"], "cid": one["cid"]}
    assert "reply" not in one["value"]
    assert {"root": root, "parent": root} == two["value"]["reply"]
    parent = {"uri": two["uri"], "cid": two["cid"]}
    assert {"root": root, "parent": parent} == three["value"]["reply"]
    times = [record["value"]["createdAt"] for record in (one, two, three)]
    assert sorted(set(times)) == times
    thread = (await writer.seen(three["uri"])).post
    assert thread.reply_to is not None
    assert (one["uri"], ("en", "nl")) == (thread.reply_to.root, thread.langs)


async def test_gates_stand_beside_the_post(writer: Writer) -> None:
    """Who may answer, on the first post only; that nobody may quote, on each."""
    ready = writer.ready("A", "B", replies=("mentioned", "following"), quotes="nobody")

    first, second = await writer.service.publish(ready)

    (gate,) = writer.records(GATE)
    assert first.uri.rpartition("/")[2] == gate["uri"].rpartition("/")[2]
    assert ["mentionRule", "followingRule"] == [
        rule["$type"].partition("#")[2] for rule in gate["value"]["allow"]
    ]
    assert {first.uri, second.uri} == {g["value"]["post"] for g in writer.records(POSTGATE)}
    stranger = await newcomer(writer.door, writer.rig)
    await writer.synced()
    with pytest.raises(Refused, match="lets only some people answer"):
        await stranger.service.publish(stranger.ready("Hello", reply_to=first.uri))
    with pytest.raises(Refused, match="does not let others quote"):
        await stranger.service.publish(stranger.ready("Look", quote=first.uri))


async def test_nobody_may_answer(writer: Writer) -> None:
    """An empty gate."""
    await writer.service.publish(writer.ready("Closed", replies=("nobody",)))

    assert [[]] == [gate["value"]["allow"] for gate in writer.records(GATE)]


async def test_the_same_thread_twice_is_there_once(writer: Writer) -> None:
    """A second try finds what the first has made, also after a restart."""
    ready = writer.ready("A", "B")
    assert await writer.service.look(ready) is None

    first = await writer.service.publish(ready)
    second = await writer.service.publish(ready)

    assert first == second == await writer.again().look(ready)
    assert 2 == len(writer.records())


async def test_two_windows_at_the_same_moment_make_one(writer: Writer) -> None:
    """The server takes one of the writes; the other one finds it."""
    ready = writer.ready("A", "B")
    services = [writer.again() for _ in range(4)]

    done = await asyncio.gather(*(service.publish(ready) for service in services))

    assert 1 == len(set(done))
    assert 2 == len(writer.records())


async def test_an_answer_that_is_lost_is_looked_for(writer: Writer) -> None:
    """The post was made; nobody said so; looking finds it, and a second try too."""
    ready = writer.ready("Lost", "and found")

    def meddle(asked: Asked) -> str:
        return "swallow" if "applyWrites" in asked.target else "pass"

    async with line_to(writer.rig["pds"][0], meddle) as line:
        service = writer.through(line.origin)
        with pytest.raises(OutcomeUnknown):
            await service.publish(ready)
        found = await service.look(ready)

    assert 2 == len(writer.records())
    assert found == await writer.service.publish(ready)
    assert 2 == len(writer.records())


async def test_a_request_that_never_came_is_sent_again(writer: Writer) -> None:
    """From here it looks just like a lost answer: only looking tells."""
    ready = writer.ready("Not yet")

    def meddle(asked: Asked) -> str:
        return "drop" if "applyWrites" in asked.target else "pass"

    async with line_to(writer.rig["pds"][0], meddle) as line:
        service = writer.through(line.origin)
        with pytest.raises(OutcomeUnknown):
            await service.publish(ready)
        assert await service.look(ready) is None

    await writer.service.publish(ready)
    assert 1 == len(writer.records())


async def test_a_line_that_cuts_everything_says_that_it_cannot_look(writer: Writer) -> None:
    """Not knowing is an error, never "it is not there"."""
    ready = writer.ready("Hm")

    async with line_to(writer.rig["pds"][0], lambda asked: "drop") as line:
        with pytest.raises(Exception, match="cut the connection"):
            await writer.through(line.origin).look(ready)


async def test_a_token_that_expires_in_between_is_renewed_once(writer: Writer) -> None:
    """The refused write is made again with the new one: it was not done."""
    body = {"did": writer.did, "pds": 0, "expired": True}
    expired = ask(f"{writer.rig['control']}/rig/token", body)["accessJwt"]
    await writer.post("Before")
    writer.held.secret = writer.held.secret | {"access": expired}

    await writer.again().publish(writer.ready("After", "and on"))

    assert 3 == len(writer.records())
    assert expired != writer.held.secret["access"]


async def test_facets_labels_and_a_picture_arrive_as_meant(writer: Writer, tmp_path: Path) -> None:
    """What the AppView shows is what was written."""
    text = "🌊 @alice at tides.example #höhe"
    alice = writer.rig["accounts"][0]["did"]
    spans = (
        Span(2, 8, "mention", alice),
        Span(12, 25, "link", "https://tides.example/a?b=1"),
        Span(26, 31, "tag", "höhe"),
    )
    media = picture(tmp_path, alt="A dune at dusk.")
    done: list[float] = []
    token = await writer.service.upload(media, tmp_path / media.id, progress=done.append)
    post = Outgoing(text=RichText(text, spans), labels=("nudity",), media=(media,))

    (published,) = await writer.service.publish(
        [writer.ready_post(post, uploads={media.id: token})]
    )

    seen = (await writer.seen(published.uri)).post
    assert RichText(text, spans) == seen.text
    assert ["nudity"] == [advisory.text for advisory in seen.advisories]
    (shown,) = seen.media
    assert ("A dune at dusk.", 64, 32) == (shown.alt, shown.width, shown.height)
    assert 1.0 == done[-1]
    assert published.url == seen.url


async def test_five_pictures_are_a_gallery(writer: Writer, tmp_path: Path) -> None:
    """With the alt text of each, in order."""
    media = tuple(picture(tmp_path, f"n{n}", n, alt=f"Number {n}") for n in range(5))
    uploads = {one.id: await writer.service.upload(one, tmp_path / one.id) for one in media}
    post = Outgoing(text=RichText("Five"), media=media)

    (published,) = await writer.service.publish([writer.ready_post(post, uploads=uploads)])

    seen = (await writer.seen(published.uri)).post
    assert [f"Number {n}" for n in range(5)] == [one.alt for one in seen.media]
    assert {(64, 32)} == {(one.width, one.height) for one in seen.media}


async def test_a_quote_beside_a_picture(writer: Writer, tmp_path: Path) -> None:
    """Both are there."""
    quoted = writer.rig["things"]["fourPictures"]
    media = picture(tmp_path, alt="Mine")
    token = await writer.service.upload(media, tmp_path / media.id)
    post = Outgoing(text=RichText("Look"), quote=quoted, media=(media,))

    (published,) = await writer.service.publish(
        [writer.ready_post(post, uploads={media.id: token})]
    )

    seen = (await writer.seen(published.uri)).post
    assert seen.quote is not None
    assert (quoted, ["Mine"]) == (seen.quote.uri, [one.alt for one in seen.media])


async def test_a_card_with_its_picture(writer: Writer, tmp_path: Path) -> None:
    """Title, words and thumbnail."""
    media = picture(tmp_path)
    token = await writer.service.upload(media, tmp_path / media.id)
    card = LinkCard(
        url="https://tides.example/", title="Tides", description="High at noon.", image=media.id
    )
    post = Outgoing(text=RichText("See"), card=card)

    (published,) = await writer.service.publish(
        [writer.ready_post(post, uploads={media.id: token})]
    )

    seen = (await writer.seen(published.uri)).post.card
    assert seen is not None
    assert ("https://tides.example/", "Tides", "High at noon.") == (
        seen.url,
        seen.title,
        seen.description,
    )
    assert seen.image.startswith("http")


async def test_an_answer_belongs_to_its_thread(writer: Writer) -> None:
    """Root and parent are those of the post that is answered."""
    things = writer.rig["things"]

    (published,) = await writer.service.publish(
        writer.ready("Thirteen", reply_to=things["deepestReply"])
    )

    (record,) = writer.records()
    reply = record["value"]["reply"]
    assert (things["threadRoot"], things["deepestReply"]) == (
        reply["root"]["uri"],
        reply["parent"]["uri"],
    )
    assert published.ref.split(" ")[3] == things["threadRoot"]


async def test_a_thread_goes_on_later(writer: Writer) -> None:
    """What was sent before is answered, also when its thread is somebody else's."""
    things = writer.rig["things"]
    # Of a thread that no other test looks at as a whole.
    root = things["fourPictures"]
    (first,) = await writer.service.publish(writer.ready("1", reply_to=root))
    (last,) = writer.ready("2")

    await writer.service.publish(
        [Ready(post=last.post, ticket=last.ticket, parent=first, root=first)]
    )

    newest = writer.records()[0]["value"]["reply"]
    assert (root, first.uri) == (newest["root"]["uri"], newest["parent"]["uri"])


async def test_own_news_can_be_answered_before_it_is_indexed(writer: Writer) -> None:
    """From the own repo."""
    (first,) = await writer.service.publish(writer.ready("Fresh"))

    await writer.service.publish(writer.ready("And more", reply_to=first.uri))

    assert first.uri == writer.records()[0]["value"]["reply"]["root"]["uri"]


async def test_what_is_gone_cannot_be_answered(writer: Writer) -> None:
    """Nothing was sent."""
    with pytest.raises(NotFound, match="gone"):
        await writer.service.publish(
            writer.ready("Hello?", reply_to=writer.rig["things"]["deletedPost"])
        )

    assert [] == writer.records()


async def test_deleting_takes_the_gates_along(writer: Writer) -> None:
    """Twice is once; the other posts stay."""
    (post,) = await writer.service.publish(
        writer.ready("Short-lived", replies=("nobody",), quotes="nobody")
    )
    other = await writer.post("Stays")

    await writer.service.delete(post)
    await writer.service.delete(post)

    assert [other.uri] == [record["uri"] for record in writer.records()]
    assert [] == writer.records(GATE) + writer.records(POSTGATE)
    with pytest.raises(Refused):
        await writer.service.delete(
            type(post)(writer.rig["things"]["threadRoot"])  # somebody else's
        )


async def test_a_file_that_the_server_no_longer_has_is_told(writer: Writer, tmp_path: Path) -> None:
    """Nothing is sent without its picture."""
    media = picture(tmp_path)
    token = await writer.service.upload(media, tmp_path / media.id)
    stranger = await newcomer(writer.door, writer.rig)
    post = Outgoing(text=RichText("Not mine"), media=(media,))

    with pytest.raises(Refused, match="no longer has the files"):
        await stranger.service.publish([stranger.ready_post(post, uploads={media.id: token})])

    assert [] == stranger.records()


async def test_too_large_a_file_is_refused_in_words(writer: Writer, tmp_path: Path) -> None:
    """The limit is the one that the server tells."""
    limits = await writer.service.limits()
    media = picture(tmp_path)
    (tmp_path / media.id).write_bytes(secrets.token_bytes(5 * 1024 * 1024 + 1))

    with pytest.raises(Refused, match="so large a file"):
        await writer.service.upload(media, tmp_path / media.id)

    assert (2_000_000, 1_000_000) == (limits.media.image_bytes, limits.card_image_bytes)


async def test_without_a_video_service_a_video_is_refused(writer: Writer, tmp_path: Path) -> None:
    """In words, before a byte has left."""
    media = picture(tmp_path)
    limits = await writer.service.limits()

    with pytest.raises(Unsupported, match="no video service"):
        await writer.service.upload(
            type(media)(id=media.id, kind="video", mime="video/mp4", size=9), tmp_path / media.id
        )

    assert "video/mp4" not in limits.media.types


async def test_a_browser_sign_in_writes_too(door: BlueskyNetwork, atproto_rig: Rig) -> None:
    """OAuth's proofs hold for writes, files and deletions."""
    made = await newcomer(door, atproto_rig)
    sign_in = await door.sign_in_browser(
        made.account.handle, {"pds": atproto_rig["pds"][0], "plc": atproto_rig["plc"]}
    )
    finishing = asyncio.create_task(sign_in.finish())
    browser = PlayedBrowser(sign_in.url)
    await asyncio.to_thread(browser.agree, made.account.handle, PASSWORD)
    done = await finishing
    writer = Writer(door, atproto_rig, done.account, HeldSecrets(done.secret))

    (post, last) = await writer.service.publish(writer.ready("By proof", "and again"))
    await writer.service.delete(post)

    assert [last.uri] == [record["uri"] for record in writer.records()]


async def test_tickets_survive_a_restart_in_the_past(writer: Writer) -> None:
    """A clock that steps back makes no key that was given out before."""
    ready = writer.ready("A")
    service = writer.again()
    await service.look(ready)

    later = service.ticket(ready[0].post, datetime(2020, 1, 1, tzinfo=UTC))

    assert later > ready[0].ticket
