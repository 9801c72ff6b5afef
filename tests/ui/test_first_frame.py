"""The first frame shows what the timeline that takes over from it shows."""

from __future__ import annotations

from app.feed.rows import Card
from app.model.moderation import Averted
from app.model.timeline import ALL
from app.store.moderation import save_part
from app.ui.presenters import first_frame
from tests.unit.services.conftest import Home, home
from tests.unit.services.servers import SAM, Server, entry
from tests.unit.services.test_open_timeline import opened
from tests.waiting import until

__all__ = ["home"]


async def test_the_first_frame_goes_no_deeper_than_is_certain(home: Home) -> None:
    """Where one account ends, the other's older posts would vanish a moment later."""
    home.server.write(*(entry(n) for n in range(500)))
    home.servers[SAM] = Server([entry(n, seconds=100 * n, host="b.example") for n in range(50)])
    await home.join()
    await home.join(SAM, "second")
    await home.sync.run()
    async with opened(home) as source:
        last = len(source) - 1
        await until(lambda: source.row(last - 3) is not None)
        source.set_position(source.key(last - 3), 4)

    rows, offset = first_frame.read_rows(home.store.reader, ALL, ("first", "second"))

    assert [rows.key(i) for i in range(len(rows))] == [
        source.key(i) for i in range(last - 3, last + 1)
    ]
    assert offset == 4


async def test_the_first_frame_hides_what_the_timeline_hides(home: Home) -> None:
    """What is settled decides before anything is loaded: nobody sees for a moment who is muted."""
    home.server.write(*(entry(n) for n in range(30)))
    await home.join()
    await home.sync.run()
    shown, _ = first_frame.read_rows(home.store.reader, ALL, ("first", "second"))
    first = shown.row(0)
    assert isinstance(first, Card)
    muted = Averted(muted={first.post.author.uri: ""})
    account = home.accounts.all()[0].id
    await home.store.keep(lambda keeper: save_part(keeper, account, "averted", muted, 1))

    left, _ = first_frame.read_rows(home.store.reader, ALL, ("first", "second"))

    rows = [left.row(index) for index in range(len(left))]
    assert not any(
        isinstance(row, Card) and row.post.author.uri == first.post.author.uri for row in rows
    )
