"""The furnished house of the demo: what is said in one room is heard in the others."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.feed.rows import Card
from app.model.draft import Lane
from app.model.timeline import ALL
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.protocols.demo.sketch import address
from app.services.answering import target_of
from app.services.house import House
from app.services.options import Options
from app.wiring import Wiring
from tests.waiting import until

GODWITS = address(PEOPLE["ottilie"], "godwits")[0]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo's, as for a command."""
    async with Wiring().house(Options(demo=True)) as made:
        await made.sync.run()
        yield made


async def test_an_answer_to_an_echo_goes_out_and_shows_in_its_conversation(house: House) -> None:
    """On both networks, each below the copy that is there; then it is deleted everywhere."""
    conversation = await house.conversations.open(await house.conversations.addresses(GODWITS))
    await conversation.load()
    assert conversation.tree is not None
    assert conversation.tree.focus.card is not None
    target = target_of(conversation.tree.focus.card)
    lanes = [Lane(account=demo.JUNO), Lane(account=demo.SKY)]
    draft = house.drafts.new(lanes=lanes, reply_to=target, text="Toast well earned.")

    await house.outbox.send(draft, await house.planning.plans(draft), undo=0)
    lanes_after = await house.outbox.flush(draft.id)

    def answers() -> list[Card]:
        assert conversation.tree is not None
        cards = [line.card for line in conversation.tree.below if line.card is not None]
        return [card for card in cards if "Toast well earned." in card.post.text.text]

    assert {lane.state for lane in lanes_after} == {"delivered"}
    await until(lambda: len({copy.post.network for c in answers() for copy in c.copies}) == 2)

    await house.outbox.delete(answers()[0].post.uri)
    await conversation.load()
    assert answers() == []


async def test_a_deleted_post_leaves_the_open_timeline(house: House) -> None:
    """Without waiting for a sync."""
    import asyncio

    draft = house.drafts.new(lanes=[Lane(account=demo.JUNO)], text="Soon gone.")
    await house.outbox.send(draft, await house.planning.plans(draft), undo=0)
    [lane] = await house.outbox.flush(draft.id)
    await house.sync.run()
    opened = house.timelines.open(ALL)
    running = asyncio.create_task(opened.run())

    def shown() -> bool:
        rows = [opened.row(index) for index in range(min(len(opened), 10))]
        return any(isinstance(r, Card) and r.post.text.text == "Soon gone." for r in rows)

    await until(shown)
    assert lane.parts[0].done is not None
    await house.outbox.delete(lane.parts[0].done.uri)
    await until(lambda: not shown())

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_links_get_cards_in_the_demo(house: House) -> None:
    """With a picture; pages that do not exist have none."""
    card = await house.link_cards.card("https://almanac.example/tides")

    assert card is not None
    assert card.title == "The tide almanac"
    assert house.drafts.file_of(card.image).stat().st_size > 0
    assert await house.link_cards.card("https://nowhere.example/") is None
