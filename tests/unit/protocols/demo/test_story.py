"""The demo's newest hour, synced and read as the window does it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.feed.rows import Card
from app.model import Source
from app.model.timeline import ALL, GapRow
from app.protocols import demo
from app.services.house import House, Options
from app.wiring import Wiring


async def network_of(house: House) -> demo.DemoNetwork:
    """The demo behind *house*, with the third account waiting as in the pictures."""
    network = house.registry().network(demo.ID)
    assert isinstance(network, demo.DemoNetwork)
    network.faults[demo.KIEL].wait = timedelta(minutes=4)
    return network


async def test_a_gap_lies_where_the_server_broke_down() -> None:
    """Doze, sync, wake, sync, mend: the timeline is that of the pictures."""
    async with Wiring().house(Options(demo=True)) as house:
        network = await network_of(house)
        network.doze()
        await house.sync.run()
        network.wake()
        await house.sync.run()
        network.mend()
        await house.sync.run([demo.JUNO], Source("bookmarks"))
        rows = (await house.timelines.read(ALL, limit=6, fetch=False)).rows

        shown = [row.post.author.name if isinstance(row, Card) else row for row in rows]
        assert shown[:2] == ["Teun Haverkate", "Ottilie Brandvold"]
        assert isinstance(rows[2], GapRow)
        assert rows[2].gap.account == demo.JUNO
        assert shown[3:5] == ["Sela Marchetti-Oyelaran 🌿", "潮騒あかり"]
        assert isinstance(rows[0], Card) and len(rows[0].reposts) == 4
        assert isinstance(rows[1], Card) and rows[1].networks == ("mastodon", "bluesky")
        states = [house.accounts.state(account.id).kind for account in demo.ACCOUNTS]
        assert states == ["ready", "ready", "waiting"]

        await house.sync.fill(demo.JUNO, rows[2].gap.id, pages=3)
        filled = (await house.timelines.read(ALL, limit=6, fetch=False)).rows
        assert not any(isinstance(row, GapRow) for row in filled)
        assert [row.post.author.handle for row in filled if isinstance(row, Card)][2:4] == [
            "noura@barid.example",
            "bo@fjord.example",
        ]


async def test_what_is_written_later_comes_on_top() -> None:
    """Twelve new posts on both networks, none in the future."""
    async with Wiring().house(Options(demo=True)) as house:
        network = await network_of(house)
        await house.sync.run()
        before = (await house.timelines.read(ALL, limit=3, fetch=False)).rows
        network.world.advance(12)
        await house.sync.run()
        after = (await house.timelines.read(ALL, limit=40, fetch=False)).rows

        place = [row.key for row in after].index(before[0].key)
        assert place == 12
        assert all(
            row.sort_at <= datetime.now(UTC) for row in after[:place] if isinstance(row, Card)
        )
