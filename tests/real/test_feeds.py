"""Feeds on real servers of both networks: found, pinned, mixed, published."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.model.errors import NotFound
from app.model.moderation import SavedFeed, SavedFeedChange
from app.services.house import House
from tests.real.world import account_on, housed
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

STRANGE = {"$type": "app.bsky.actor.defs#ofTomorrow", "what": [1, {"deep": None}]}
ODD = {"id": "odd", "type": "of-tomorrow", "value": "x", "pinned": False}
SAVED = "app.bsky.actor.defs#savedFeedsPrefV2"


@pytest.fixture
async def house(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> AsyncIterator[House]:
    """A reader on each network, whose preferences no other test changes."""
    async with housed(tmp_path / "reader", mastodon_rig, atproto_rig, "ana", "carol") as made:
        yield made


async def _entries(house: House, edit: Any = list) -> list[Any]:
    """The second account's raw preferences, changed as by another client."""
    service: Any = house.accounts.service(account_on(house, "bluesky").id)
    return list(await service.change_preferences(edit))


def _with_strange(entries: list[Any]) -> list[Any]:
    left = [one for one in entries if one.get("$type") not in (SAVED, STRANGE["$type"])]
    return [STRANGE, *left, {"$type": SAVED, "items": [ODD]}]


async def test_feeds_are_found_tried_and_dead_ones_say_why(house: House, atproto_rig: Rig) -> None:
    """Popular, searched for, by address; what is broken or empty hurts nobody."""
    market, feeds = house.market, atproto_rig["feeds"]
    popular = await market.search()
    assert not popular.refusals
    assert feeds["newest"] in [one.offer.arg for one in popular.stalls]
    found = await market.search("Photos")
    assert [one.offer.name for one in found.stalls] == ["Photos"]
    sample = await market.sample(found.stalls[0])
    assert sample.trouble is None
    assert sample.cards
    for name, words in (("broken", "does not answer"), ("empty", "")):
        stall = await market.find(feeds[name])
        sample = await market.sample(stall)
        assert not sample.cards
        assert words in str(sample.trouble and sample.trouble.message)
    with pytest.raises(NotFound):
        await market.find(f"{feeds['newest']}-of-nobody")


async def test_pins_are_in_step_and_what_nobody_knows_stays(house: House, atproto_rig: Rig) -> None:
    """Pinned here and elsewhere, moved, unpinned; unknown entries and kinds are as they were."""
    market, feeds = house.market, atproto_rig["feeds"]
    mine = account_on(house, "bluesky").id
    await _entries(house, _with_strange)
    await market.refresh()
    await market.pin(await market.find(feeds["newest"], mine))
    theirs = SavedFeed(kind="feed", value=feeds["photos"], pinned=True)
    service: Any = house.accounts.service(mine)
    await service.settle([SavedFeedChange(theirs)])
    await market.refresh()
    assert [pin.name for pin in market.pins.of(mine)] == ["Newest", "Photos"]
    assert [info.name for info in house.feeds.list() if info.pinned] == ["Newest", "Photos"]
    await market.order(mine, [feeds["photos"], feeds["newest"]])
    assert [pin.name for pin in market.pins.of(mine)] == ["Photos", "Newest"]
    id = market.pins.of(mine)[1].id
    page, _, troubles = await house.feeds.read(id, limit=5)
    assert page.rows
    assert not troubles
    await market.unpin(mine, feeds["newest"])
    await market.unpin(mine, feeds["photos"], forget=True)
    entries = await _entries(house)
    assert STRANGE in entries
    items = next(one["items"] for one in entries if one.get("$type") == SAVED)
    assert ODD in items
    assert [one["value"] for one in items if one.get("type") == "feed"] == [feeds["newest"]]
    assert market.pins.of(mine) == ()


async def test_a_mix_takes_from_every_kind_of_source_on_both_networks(
    house: House, atproto_rig: Rig
) -> None:
    """Searches, tags, authors, lists, trends and a broken feed, which breaks nothing."""
    listed = next(one for one in (await house.market.sources()).stalls if one.offer.kind == "list")
    sources: list[dict[str, str]] = [
        {"kind": "search", "arg": "the"},
        {"kind": "tags"},
        {"kind": "trends"},
        {"kind": "author", "arg": "@bob.pds-a.test"},
        {"kind": "list", "account": listed.account, "arg": listed.offer.arg},
        {"kind": "feed", "arg": atproto_rig["feeds"]["broken"]},
    ]
    got: dict[str, set[str]] = {}
    for source in sources:
        document = {"format": "godwit-feed", "version": 1, "id": "one", "name": "One"}
        await house.feeds.save(json.dumps({**document, "sources": [source]}))
        page, _, troubles = await house.feeds.read("one", limit=200)
        networks = {one for row in page.rows for one in getattr(row, "networks", ())}
        got[source["kind"]] = networks
        assert bool(troubles) == (source["kind"] == "feed"), troubles
    assert got["search"] == {"mastodon", "bluesky"}
    assert got["author"] == {"bluesky"}
    assert got["trends"] == got["list"] == {"mastodon"}
    assert "mastodon" in got["tags"]
    assert got["feed"] == set()


async def test_a_recipe_is_published_read_by_another_and_taken_back(
    house: House, tmp_path: Path, atproto_rig: Rig
) -> None:
    """Without names of accounts; renewed under the same address; gone is gone."""
    mine = account_on(house, "bluesky").id
    document = {"format": "godwit-feed", "version": 1, "id": "calm", "name": "Calm"}
    home = {"kind": "home", "account": mine}
    await house.feeds.save(json.dumps({**document, "sources": [home], "window": {"hours": 1.5}}))
    uri = await house.publishing.publish("calm", mine)
    async with housed(tmp_path / "other", None, atproto_rig, "dan") as other:
        found = await other.publishing.fetch(uri)
        assert mine not in found.document
        recipe = other.feeds.book.checked(found.document)
        assert (recipe.window.hours, recipe.sources[0].account) == (1.5, "bluesky")
        await house.feeds.save(json.dumps({**document, "name": "Calmer"}))
        assert await house.publishing.publish("calm", mine) == uri
        assert "Calmer" in (await other.publishing.fetch(uri)).document
        await house.publishing.unpublish(uri)
        with pytest.raises(NotFound):
            await other.publishing.fetch(uri)
