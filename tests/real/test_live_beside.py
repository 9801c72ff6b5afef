"""What is open is live: lists, tags, letters; and of whom one is told post by post."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from app.feed.recipe import Recipe, RecipeSource, SourceKind
from app.model import Account, AccountId, Profile, Source
from app.model.acts import Reaction
from app.model.belongings import Followed
from app.model.errors import ServiceError
from app.model.timeline import ALL, Echo
from app.services.feed_live import BRIEFEST
from app.services.house import House
from tests.real.test_live import live, shown
from tests.real.world import account_on, housed, indexed, say, unique
from tests.rigs.run import Rig
from tests.waiting import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
SOON = 20.0


@asynccontextmanager
async def opened(
    house: House, kind: SourceKind, account: AccountId, arg: str
) -> AsyncIterator[Any]:
    """A feed of that source alone, as a window holds it."""
    source = RecipeSource(kind=kind, account=account, arg=arg)
    await house.feeds.save(Recipe(id="beside", name="Beside", sources=(source,)))
    feed = house.feeds.open("beside")
    task = asyncio.create_task(feed.run())
    try:
        yield feed
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await house.feeds.leave(feed)


def kept(house: House, account: AccountId, source: Source) -> list[str]:
    """What of it is in the cache, newest first."""
    return [key for key, _ in house.store.reader.newest_keys(account, source, 40)]


async def test_a_list_and_a_tag_that_are_open_are_told_of(
    tmp_path: Path, mastodon_rig: Rig
) -> None:
    """As it happens, over the one line; nothing on the screen moves, what is new is counted."""
    async with (
        housed(tmp_path / "ana", mastodon_rig, None, "ana") as house,
        housed(tmp_path / "bo", mastodon_rig, None, "bo") as other,
    ):
        mine, theirs = account_on(house, "mastodon").id, account_on(other, "mastodon")
        service: Any = house.accounts.service(mine)
        await service.take_follow(Followed(theirs.handle))
        ref = await house.lists.make(mine, unique("Beside"))
        await house.lists.put_profile(mine, ref, Profile(uri=theirs.uri, handle=theirs.handle))
        tag = unique("tide").replace(" ", "").replace("-", "")
        await say(other, theirs.id, f"Before #{tag}")
        async with live(house, account_on(house, "mastodon")):
            for kind, arg in (("list", ref), ("tag", tag)):
                source = Source(kind, arg)  # type: ignore[arg-type]
                async with opened(house, kind, mine, arg) as feed:  # type: ignore[arg-type]
                    await until(lambda s=source: house.live.tells_of(mine, s), kind, seconds=SOON)  # type: ignore[misc]
                    await until(lambda f=feed: len(f) > 0, "nothing in it", seconds=SOON)  # type: ignore[misc]
                    top = feed.key(0)
                    feed.set_position(top, 7)
                    done = await say(other, theirs.id, unique(f"As it happens #{tag}"))
                    began = time.monotonic()
                    await until(
                        lambda s=source, uri=done.uri: uri in kept(house, mine, s),  # type: ignore[misc]
                        f"{kind}: not there",
                        seconds=SOON,
                    )
                    print(f"{kind}: kept {1000 * (time.monotonic() - began):.0f} ms after")
                    await until(lambda f=feed: f.header.new > 0, "not counted", seconds=SOON)  # type: ignore[misc]
                    assert feed.position == (top, 7) and feed.key(0) == top
                    took: Any = other.accounts.service(theirs.id)
                    await took.delete(done)
                    await until(
                        lambda s=source, uri=done.uri: uri not in kept(house, mine, s),  # type: ignore[misc]
                        f"{kind}: still there",
                        seconds=SOON,
                    )


async def test_a_list_on_the_other_network_is_asked_for(tmp_path: Path, atproto_rig: Rig) -> None:
    """There is nothing to listen to: at its own pace, while it is open."""
    async with (
        housed(tmp_path / "alice", None, atproto_rig, "alice") as house,
        housed(tmp_path / "bob", None, atproto_rig, "bob") as other,
    ):
        mine, theirs = account_on(house, "bluesky").id, account_on(other, "bluesky")
        ref = await house.lists.make(mine, unique("Beside"))
        await house.lists.put_profile(mine, ref, Profile(uri=theirs.uri, handle=theirs.handle))
        service: Any = house.accounts.service(mine)
        for _ in range(100):
            with suppress(ServiceError):
                if (await service.page(Source("list", ref))).items:
                    break
            await asyncio.sleep(0.1)  # not everybody knows the new list yet
        async with opened(house, "list", mine, ref) as feed:
            await until(lambda: len(feed) > 0, "nothing in it", seconds=SOON)
            done = await say(other, theirs.id, unique("Asked for"))
            began = time.monotonic()
            source = Source("list", ref)
            await until(
                lambda: done.uri in kept(house, mine, source), "not there", seconds=BRIEFEST * 4
            )
            print(f"list: kept {time.monotonic() - began:.1f} s after")
            assert not house.live.tells_of(mine, source)


async def test_a_letter_is_there_as_it_is_said(tmp_path: Path, mastodon_rig: Rig) -> None:
    """Counted as unread and not read by that; no page is asked for."""
    async with (
        housed(tmp_path / "ana", mastodon_rig, None, "ana") as house,
        housed(tmp_path / "bo", mastodon_rig, None, "bo") as other,
    ):
        mine, theirs = account_on(house, "mastodon"), account_on(other, "mastodon")
        key = await other.messages.start(theirs.id, [Profile(uri=mine.uri, handle=mine.handle)])
        async with live(house, mine):
            await house.messages.sync()
            told: list[float] = []
            house.messages.subscribe(lambda change: told.append(time.monotonic()))
            words = unique("A letter")
            letter = await other.messages.send(theirs.id, key, words)
            assert await other.messages.flush(letter.id) is None
            sent = time.monotonic()

            async def there() -> bool:
                rows = (await house.messages.inbox([mine.id])).rows
                lasts = [(row.conversation.last, row.unread) for row in rows]
                return any(m and m.said and words in m.said.text.text and n for m, n in lasts)

            async with asyncio.timeout(SOON):
                while not await there():
                    await asyncio.sleep(0.005)
            print(f"letter: there {1000 * (time.monotonic() - sent):.0f} ms after it was sent")


async def test_a_chat_is_looked_at_while_it_is_open(tmp_path: Path, atproto_rig: Rig) -> None:
    """A short question every few seconds; what is new is there after that."""
    async with (
        housed(tmp_path / "alice", None, atproto_rig, "alice") as house,
        housed(tmp_path / "bob", None, atproto_rig, "bob") as other,
    ):
        mine, theirs = account_on(house, "bluesky"), account_on(other, "bluesky")
        one: Any = house.accounts.service(mine.id)
        await house.reactions.relate(theirs.uri, "follow", mine.id)
        await other.reactions.relate(mine.uri, "follow", theirs.id)
        key = await other.messages.start(theirs.id, [Profile(uri=mine.uri, handle=mine.handle)])
        stirred: list[AccountId] = []
        looking = asyncio.create_task(house.messages.attend(stirred.append))
        await until(lambda: stirred, "nobody looks", seconds=SOON)
        stirred.clear()
        words = unique("A letter")
        letter = await other.messages.send(theirs.id, key, words)
        assert await other.messages.flush(letter.id) is None
        sent = time.monotonic()

        async def there() -> bool:
            rows = (await house.messages.inbox([mine.id])).rows
            lasts = [row.conversation.last for row in rows if row.unread]
            return any(last and last.said and words in last.said.text.text for last in lasts)

        try:
            # It may stir for what was there before: until the letter is.
            async with asyncio.timeout(SOON):
                while not (stirred and await there()):
                    await asyncio.sleep(0.01)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
        print(f"letter: there {time.monotonic() - sent:.1f} s after it was sent")
        assert one is house.accounts.service(mine.id)


async def test_a_repost_that_is_taken_back_leaves_at_once(
    tmp_path: Path, mastodon_rig: Rig
) -> None:
    """Also one that had come with a page, before anybody listened."""
    async with (
        housed(tmp_path / "ana", mastodon_rig, None, "ana") as house,
        housed(tmp_path / "bo", mastodon_rig, None, "bo") as other,
        housed(tmp_path / "cleo", mastodon_rig, None, "cleo") as third,
    ):
        mine, theirs = account_on(house, "mastodon"), account_on(other, "mastodon")
        service: Any = house.accounts.service(mine.id)
        await service.take_follow(Followed(theirs.handle))
        cleo, whom = account_on(third, "mastodon").id, account_on(third, "mastodon").uri
        if followed := (await house.reactions.relation(whom, mine.id)).following:
            await house.reactions.relate(whom, "unfollow", mine.id)
        words = unique("Passed on")
        done = await say(third, cleo, words)
        acting: Any = other.accounts.service(theirs.id)
        await acting.react(Reaction(act="repost", uri=done.uri))
        async with live(house, mine):
            await shown(house, words)
            await acting.react(Reaction(act="unrepost", uri=done.uri))
            await shown(house, words, gone=True)
            await acting.react(Reaction(act="repost", uri=done.uri))
            await shown(house, words)
            await acting.react(Reaction(act="unrepost", uri=done.uri))
            await shown(house, words, gone=True)
        if followed:
            await house.reactions.relate(whom, "follow", mine.id)  # others read her there


async def test_so_does_one_on_the_other_network_where_its_stream_is_allowed(
    tmp_path: Path, atproto_rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the account's own server has the record no more."""
    monkeypatch.setenv("GODWIT_JETSTREAM_URL", atproto_rig["control"])
    async with (
        housed(tmp_path / "alice", None, atproto_rig, "alice") as house,
        housed(tmp_path / "bob", None, atproto_rig, "bob") as other,
        housed(tmp_path / "again", None, atproto_rig, "alice") as again,
    ):
        mine, theirs = account_on(house, "bluesky"), account_on(other, "bluesky")
        await house.reactions.relate(theirs.uri, "follow", mine.id)
        words = unique("Passed on")
        done = await say(house, mine.id, words)
        await house.live.consent("bluesky", True)
        acting: Any = other.accounts.service(theirs.id)
        async with live(house, mine):
            for _ in range(50):
                with suppress(ServiceError):
                    await acting.react(Reaction(act="repost", uri=done.uri))
                    break
                await asyncio.sleep(0.1)
            await until(lambda: reposts(house, words), "not there", seconds=SOON)
            await acting.react(Reaction(act="unrepost", uri=done.uri))
            await until(lambda: not reposts(house, words), "still there", seconds=SOON)
            # My own, from another client: the post does not say any more that I did.
            more = unique("Once more")
            done = await say(other, theirs.id, more)
            await shown(house, more)
            elsewhere: Any = again.accounts.service(mine.id)
            await elsewhere.react(Reaction(act="repost", uri=done.uri))
            did = lambda: house.store.reader.viewers(done.uri)[mine.id].reposted  # noqa: E731
            await until(did, "it does not say that I did", seconds=SOON)
            await elsewhere.react(Reaction(act="unrepost", uri=done.uri))
            await until(lambda: not did(), "it still says that I did", seconds=SOON)


def reposts(house: House, words: str) -> bool:
    """Somebody has passed that on, as the timeline has it."""
    rows = house.store.reader.rows(ALL, limit=20)
    entries = [s.entry for row in rows if isinstance(row, Echo) for s in row.sightings]
    return any(one.repost and words in one.post.text.text for one in entries)


async def heard_of(house: House, account: Account, words: str) -> bool:
    """A notification says that somebody has posted that."""
    service: Any = house.accounts.service(account.id)
    page = await service.notices(None)
    posts = {entry.post.uri: entry.post.text.text for entry in page.posts}
    return any(one.kind == "post" and words in posts.get(one.about, "") for one in page.notices)


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
async def test_one_is_told_of_every_post_of_somebody(
    tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig, network: str
) -> None:
    """As the server says afterwards; and of none when that was taken back."""
    rigs = (mastodon_rig, None) if network == "mastodon" else (None, atproto_rig)
    names = ("ana", "bo") if network == "mastodon" else ("alice", "bob")
    async with (
        housed(tmp_path / "one", *rigs, names[0]) as house,
        housed(tmp_path / "other", *rigs, names[1]) as other,
    ):
        mine, theirs = account_on(house, network), account_on(other, network)
        relate, relation = house.reactions.relate, house.reactions.relation
        await relate(theirs.uri, "follow", mine.id)
        outcome = await relate(theirs.uri, "notify", mine.id)
        assert outcome.relation is not None and outcome.relation.notifying
        await indexed(mine)
        for _ in range(50):
            if (await relation(theirs.uri, mine.id)).notifying:
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError("its server does not say so")
        words = unique("Hear")
        await say(other, theirs.id, words)
        for _ in range(100):
            # The second network's own server makes no such notifications outside of its makers' house.
            if network == "bluesky" or await heard_of(house, mine, words):
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError("nobody tells of it")
        await relate(theirs.uri, "unnotify", mine.id)
        await indexed(mine)
        if network == "mastodon":
            assert (await relate(theirs.uri, "hide_reposts", mine.id)).relation.reposts is False  # type: ignore[union-attr]
            await relate(theirs.uri, "show_reposts", mine.id)
        else:
            with pytest.raises(ServiceError):
                await relate(theirs.uri, "hide_reposts", mine.id)
        assert not (await relation(theirs.uri, mine.id)).notifying
