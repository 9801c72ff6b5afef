"""Search and bookmarks on real servers of both networks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.model import Account
from app.model.errors import NotFound
from app.services.house import House
from app.services.search_values import Seen
from tests.real.world import account_on, housed, indexed
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
async def house(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> AsyncIterator[House]:
    """A reader on each network, with their home timelines."""
    async with housed(tmp_path / "reader", mastodon_rig, atproto_rig, "ana", "alice") as made:
        await made.sync.run()
        yield made


async def _look(house: House, text: str) -> Seen:
    pages = house.search.seen(house.search.query(text))
    return [one async for one in pages][-1]


async def test_both_networks_are_found_in_what_was_read_and_at_their_servers(house: House) -> None:
    """Words, and conditions that are sifted here; nothing that does not fit."""
    seen = await _look(house, "picture ")
    assert {network for card in seen.cards for network in card.networks} == {"mastodon", "bluesky"}
    query = house.search.query("picture has:image ")
    for account in house.search.asked():
        answer = await house.search.ask(account.id, query)
        assert answer.state == "ready", answer.trouble
        assert all(card.post.media for card in answer.cards)
    people = await house.search.ask(account_on(house, "bluesky").id, house.search.query("bob "))
    assert any(one.handle.startswith("bob") for one in people.people)


async def test_servers_tell_of_tags_and_feeds_and_feeds_are_opened(
    house: House, atproto_rig: Rig
) -> None:
    """Each network has one of the two; a feed by its address, and by its page on the web."""
    tags = await house.search.ask(account_on(house, "mastodon").id, house.search.query("heron "))
    assert "heron" in [one.name for one in tags.tags]
    feeds = await house.search.ask(account_on(house, "bluesky").id, house.search.query("newest "))
    [feed] = [one for one in feeds.feeds if one.arg == atproto_rig["feeds"]["newest"]]
    for address in (feed.arg, f"https://bsky.app/profile/{feed.by}/feed/newest"):
        opened = await house.search.open(address)
        assert opened.offer is not None
        assert opened.offer.arg == feed.arg


async def test_addresses_of_both_networks_open(house: House) -> None:
    """The page, the URI, who wrote it; what is nowhere is told in words."""
    for network in ("mastodon", "bluesky"):
        cards = (await _look(house, f"net:{network} the ")).cards
        post = next(card.post for card in cards if card.post.url)
        for address in (post.uri, post.url):
            opened = await house.search.open(address)
            assert post.uri in [one.uri for one in opened.posts]
        somebody = await house.search.open(f"@{post.author.handle}")
        assert somebody.profile is not None
        assert somebody.profile.uri == post.author.uri
    with pytest.raises(NotFound):
        await house.search.open(
            "at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3aaaaaaaaaa2a"
        )


async def test_bookmarks_of_both_come_together(house: House) -> None:
    """Bookmarked at its server, fetched again, put into a folder here."""
    wanted = []
    for network in ("mastodon", "bluesky"):
        card = (await _look(house, f"net:{network} the ")).cards[0]
        account, post = house.reactions.choose(card, "bookmark")
        await house.reactions.react(post, "bookmark", account)
        wanted.append(post)
        await indexed(account_on(house, network))
    fetched = await house.bookmarks.fetch()
    assert not [one.trouble for one in fetched if one.trouble is not None]
    uris = {copy.post.uri for one in await house.bookmarks.all() for copy in one.card.copies}
    assert {post.uri for post in wanted} <= uris
    await house.bookmarks.file(wanted[1], folder="Rig", note="seen on a rig")
    found = await _look(house, "folder:rig seen ")
    assert [card.post.uri for card in found.cards] == [wanted[1].uri]
    for post in wanted:
        account = account_on(house, post.network).id
        await house.reactions.react(post, "unbookmark", account)


async def test_lists_are_made_filled_renamed_and_deleted_on_both(house: House) -> None:
    """What the server says afterwards is what was wanted; nothing of others is touched."""
    for network, who in (("mastodon", "@bo"), ("bluesky", "bob")):
        account = account_on(house, network)
        host = account.handle.partition("@")[2]
        handle = f"{who}@{host}" if host else f"{who}.{account.handle.partition('.')[2]}"
        ref = await house.lists.make(account.id, "Made on a rig")
        assert await house.lists.put(account.id, ref, handle) == handle.removeprefix("@")
        await _until_listed(house, account, ref, "Made on a rig", 1)
        await house.lists.put(account.id, ref, handle, on=False)
        await house.lists.rename(account.id, ref, "Renamed on a rig")
        await _until_listed(house, account, ref, "Renamed on a rig", 0)
        await house.lists.delete(account.id, ref)


async def _until_listed(house: House, account: Account, ref: str, title: str, people: int) -> None:
    """Views of a network may take a moment to show what was written."""

    async def is_so() -> bool:
        found = next(one for one in await house.lists.all() if one.account == account.id)
        return any((k.ref, k.title, len(k.members)) == (ref, title, people) for k in found.lists)

    async with asyncio.timeout(15):
        while not await is_so():
            await house.clock.wait(asyncio.Event(), 1.0)
