"""One person who says the same on both networks is one card, once the user has joined the two."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.feed.rows import Card
from app.model.timeline import ALL
from app.services.house import House
from tests.real.world import account_on, housed, say, unique
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
WORDS = "All nine hundred godwits left the estuary at dusk and nobody but us saw them go"


async def cards(house: House, text: str) -> list[Card]:
    """Those that say it, once both servers have told of it."""
    for _ in range(60):
        await house.sync.run()
        page = await house.timelines.read(ALL, fetch=False)
        found = [row for row in page.rows if isinstance(row, Card) and text in row.post.text.text]
        if len({copy.post.uri for card in found for copy in card.copies}) == 2:
            return found
        await asyncio.sleep(0.2)
    raise AssertionError("one of the two never came")


async def test_the_people_book_joins_and_parts_them(
    tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig
) -> None:
    """At once, with counts of both; parted again when the user takes it back."""
    rigs = (mastodon_rig, atproto_rig)
    async with (
        housed(tmp_path / "speaker", *rigs, "bo", "bob") as speaker,
        housed(tmp_path / "reader", *rigs, "ana", "alice") as reader,
    ):
        authors = [account_on(speaker, name) for name in ("mastodon", "bluesky")]
        for author in authors:
            mine = account_on(reader, author.network)
            await reader.reactions.relate(author.uri, "follow", mine.id)
        text = unique(WORDS)
        for author in authors:
            await say(speaker, author.id, text)
        assert 2 == len(await cards(reader, text))

        await reader.people.link(authors[0].handle, authors[1].handle)
        [joined] = await cards(reader, text)
        assert {"mastodon", "bluesky"} == set(joined.networks)
        assert "people book" in joined.copies[1].evidence
        await reader.people.unlink(authors[0].handle)

        assert 2 == len(await cards(reader, text))
