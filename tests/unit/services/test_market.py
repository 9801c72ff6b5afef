"""The marketplace on the demo's two networks: in step with servers, offline, troubles apart."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.feed.recipe import Condition, Group, Recipe, RecipeSource
from app.feed.sharing import for_others, private_parts
from app.model.errors import BadInput, NotFound, Unreachable, Unsupported
from app.model.moderation import FeedOrderChange, SavedFeed, SavedFeedChange
from app.protocols import demo
from app.protocols.demo.offering import FEEDS
from app.services import market as marketplace
from app.services.house import House
from app.services.options import Options
from app.services.pins import Pin
from app.wiring import Wiring
from tests.waiting import until

BOATS, LOVED, SEA, CRANES = FEEDS[:4]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo's house, nothing fetched."""
    async with Wiring().house(Options(demo=True)) as made:
        yield made


def _names(house: House) -> list[str]:
    return [pin.name for pin in house.market.pins.all()]


async def test_what_was_pinned_elsewhere_is_among_the_feeds(house: House) -> None:
    """With its name and its maker; changes made elsewhere follow when servers are asked."""
    assert not await house.market.refresh()
    (info,) = [one for one in house.feeds.list() if one.pinned]
    assert (info.name, info.icon, info.built_in) == (BOATS.name, "rss", False)
    assert BOATS.by in info.about
    service: Any = house.accounts.service(demo.SKY)
    elsewhere = SavedFeed(kind="feed", value=SEA.arg, pinned=True)
    await service.settle([SavedFeedChange(elsewhere), FeedOrderChange((SEA.arg, BOATS.arg))])
    await house.market.refresh()
    assert _names(house) == [SEA.name, BOATS.name]
    await service.settle([SavedFeedChange(elsewhere, on=False)])
    await house.market.refresh()
    assert _names(house) == [BOATS.name]


async def test_names_that_come_late_come_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key store that takes long to open leaves no feed under its address for good."""
    monkeypatch.setattr(marketplace, "NAMED_WITHIN", 1e-9)
    service: Any = house.accounts.service(demo.SKY)
    answer = service.offers_named
    opened = asyncio.Event()

    async def late(uris: Sequence[str]) -> Any:
        await opened.wait()
        return await answer(uris)

    service.offers_named = late
    await house.market.refresh()
    assert _names(house) == [""]
    house.market.start()
    opened.set()
    await until(lambda: _names(house) == [BOATS.name])


async def test_a_pinned_feed_is_read_in_its_own_order_and_page_by_page(house: House) -> None:
    """What its server put first stands first; the end of a page is not the end."""
    await house.market.pin(await house.market.find(LOVED.arg))
    id = next(one.id for one in house.feeds.list() if one.name == LOVED.name)
    page, made, troubles = await house.feeds.read(id, limit=60)
    assert not troubles
    likes = [row.post.counts.likes for row in page.rows]  # type: ignore[union-attr]
    assert likes == sorted(likes, reverse=True)
    assert len(likes) > 40
    plan = made.plan
    if house.feeds.plans.goes_on(plan):
        await house.feeds.plans.deepen(plan)
    more, _, _ = await house.feeds.read(id, limit=100, fetch=False)
    assert len(more.rows) >= len(page.rows)


async def test_unpinned_is_saved_and_forgotten_is_gone(house: House) -> None:
    """What is not saved cannot be unpinned; a feed in use gives way to newest first."""
    market = house.market
    await market.refresh()
    id = market.pins.all()[0].id
    await house.feeds.use(id)
    with pytest.raises(BadInput, match="pinned at its server"):
        await house.feeds.remove(id)
    await market.unpin(demo.SKY, BOATS.arg)
    assert house.feeds.chosen == "newest"
    saved = {one.offer.name: one.pinned for one in (await market.saved()).stalls}
    assert saved == {BOATS.name: False, CRANES.name: False}
    await market.unpin(demo.SKY, BOATS.arg, forget=True)
    with pytest.raises(NotFound):
        await market.unpin(demo.SKY, BOATS.arg)


async def test_a_server_that_keeps_no_pins_says_so(house: House) -> None:
    """Lists of the first network become feeds instead."""
    stalls = (await house.market.sources()).stalls
    shore = next(one for one in stalls if one.offer.name == "Shore watch")
    assert not shore.can_pin
    with pytest.raises(Unsupported):
        await house.market.pin(shore)
    sample = await house.market.sample(shore)
    assert sample.cards and sample.trouble is None


async def test_who_does_not_answer_hides_nobody(house: House) -> None:
    """The others' offers are there; the refusal names the account."""
    network = house.registry().network(demo.ID)
    assert isinstance(network, demo.DemoNetwork)
    network.faults[demo.JUNO].down = True
    found = await house.market.sources()
    assert [one.account for one in found.refusals] == [demo.JUNO]
    assert {one.account for one in found.stalls} == {demo.KIEL, demo.SKY}
    network.faults[demo.SKY].offline = True
    nothing = await house.market.search("boats")
    assert not nothing.stalls
    assert isinstance(nothing.refusals[0].error, Unreachable)


async def test_pins_outlive_the_program_and_are_there_offline(tmp_path: Path) -> None:
    """As they were; nothing is asked, and what needs a server says so."""
    async with Wiring().house(Options(profile=tmp_path)) as house:
        house.vault().keep_for_session()
        for account in demo.ACCOUNTS:
            await house.accounts.add(demo.signed_in(account))
        pin = Pin(account=demo.SKY, kind="feed", value=BOATS.arg, name="Boats")
        saved = {demo.SKY: [SavedFeed(kind="feed", value=BOATS.arg, pinned=True)]}
        await house.feeds.pins.follow(saved, {BOATS.arg: BOATS})
        assert house.feeds.pins.all()[0].id == pin.id
    async with Wiring().house(Options(profile=tmp_path, offline=True)) as house:
        assert [one.name for one in house.feeds.list() if one.pinned] == [BOATS.name]
        found = await house.market.search()
        assert [type(one.error) for one in found.refusals] in ([], [Unreachable])
        await house.accounts.remove(demo.SKY)
        await until(lambda: not [one for one in house.feeds.list() if one.pinned])


async def test_a_recipe_goes_out_without_its_owner(house: House) -> None:
    """Networks stand for accounts, own notes stay here; what others lack is told."""
    recipe = Recipe(
        id="mine",
        name="Mine",
        sources=(
            RecipeSource(kind="home", account=demo.JUNO),
            RecipeSource(kind="list", account=demo.JUNO, arg="7"),
            RecipeSource(kind="bookmarks"),
            RecipeSource(kind="recipe", arg="friends"),
        ),
        where=Group(none=(Group(any=(Condition(field="list", op="in", value=("foes",)),)),)),
        extra={"x-off": ["secret"]},
    )
    await house.feeds.save(recipe)
    form = house.publishing.public_form("mine")
    assert demo.JUNO not in form.document
    assert "secret" not in form.document
    assert json.loads(form.document)["sources"][0]["account"] == "mastodon"
    assert len(form.lost) == 5
    assert for_others(recipe, {}).sources == recipe.sources
    assert private_parts(Recipe(id="a", name="A"), {}) == ()


async def test_a_published_recipe_is_found_and_taken_back(house: House) -> None:
    """Under the same address however often; by nobody else."""
    uri = await house.publishing.publish("friends")
    assert await house.publishing.publish("friends", demo.SKY) == uri
    found = await house.publishing.fetch(uri)
    assert house.feeds.book.checked(found.document).name == "Friends first"
    with pytest.raises(Unsupported):
        await house.publishing.publish("friends", demo.JUNO)
    with pytest.raises(NotFound):
        await house.publishing.unpublish(f"{uri}-2")
    await house.publishing.unpublish(uri)
    with pytest.raises(NotFound):
        await house.publishing.fetch(uri)


async def test_followed_tags_are_looked_for_on_every_network(house: House) -> None:
    """Asked of the servers that keep them; feeds weigh them, and may take from them."""
    await house.feeds.save(Recipe(id="tags", name="Tags", sources=(RecipeSource(kind="tags"),)))
    page, made, troubles = await house.feeds.read("tags", limit=200)
    assert not troubles
    assert made.known.knowledge.followed_tags == {"Waders", "Tide"}
    networks = {row.post.network for row in page.rows}  # type: ignore[union-attr]
    assert networks == {"mastodon", "bluesky"}
    for row in page.rows:
        tags = {tag.casefold() for tag in row.post.tags}  # type: ignore[union-attr]
        assert tags & {"waders", "tide"}
    assert len(house.feeds.plans.plan(made.plan.recipe, 0).places) == 6


async def test_a_source_that_one_account_can_read_is_in_no_trouble(house: House) -> None:
    """A feed is looked for by every account; a dead one is told once for each that tried."""
    for offer, count in ((LOVED, 0), (CRANES, 1)):
        source = RecipeSource(kind="feed", arg=offer.arg)
        await house.feeds.save(Recipe(id="one", name="One", sources=(source,)))
        _, _, troubles = await house.feeds.read("one", limit=5)
        assert len(troubles) == count
        assert (house.feeds.why_empty("one") is not None) == bool(count)
