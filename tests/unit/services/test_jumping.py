"""Jumping to a moment: found by the index, fetched where it is not here, said where nobody has it."""

from __future__ import annotations

from datetime import timedelta

from app.model.errors import Unreachable
from app.model.timeline import ALL
from app.services.jumping import Jumping
from tests.unit.fakes import NOON
from tests.unit.services.conftest import Home
from tests.unit.services.servers import entry


async def _home(home: Home, count: int) -> Jumping:
    home.server.write(*(entry(number) for number in range(count)))
    await home.join()
    await home.sync.run()
    return Jumping(home.store, home.accounts, home.sync)


async def test_the_newest_row_of_a_moment_is_found(home: Home) -> None:
    """At it, or the next one below; above all of them it is the newest."""
    jumping = await _home(home, 50)
    exact = await jumping.find(ALL, entry(20).sort_at)
    between = await jumping.find(ALL, entry(20).sort_at + timedelta(seconds=4))
    above = await jumping.find(ALL, entry(49).sort_at + timedelta(days=1))
    assert exact.is_there
    assert exact.at == between.at == entry(20).sort_at
    assert exact.key == between.key
    assert above.at == entry(49).sort_at


async def test_where_the_cache_ends_it_says_so(home: Home) -> None:
    """How far back it reaches, and that servers may have more."""
    jumping = await _home(home, 600)
    spot = await jumping.find(ALL, entry(3).sort_at)
    assert not spot.is_there
    assert spot.more
    assert spot.reaches is not None
    assert entry(3).sort_at < spot.reaches
    assert spot.at == spot.reaches


async def test_what_is_missing_is_fetched_down_to_there(home: Home) -> None:
    """Page by page, and no further."""
    jumping = await _home(home, 600)
    steps = [spot async for spot in jumping.fetch(ALL, entry(150).sort_at)]
    reached = [spot.reaches for spot in steps[:-1]]
    assert len(steps) > 3
    assert all(one is not None for one in reached)
    assert reached == sorted(reached, reverse=True)  # type: ignore[type-var]
    assert steps[-1].is_there
    assert steps[-1].at == entry(150).sort_at
    low = await jumping.find(ALL, entry(20).sort_at)
    assert not low.is_there


async def test_nobody_has_anything_older(home: Home) -> None:
    """Then the oldest there is is offered, and nothing is asked."""
    jumping = await _home(home, 30)
    before = home.server.asked
    steps = [spot async for spot in jumping.fetch(ALL, NOON - timedelta(days=9))]
    assert [spot.more for spot in steps] == [False]
    assert steps[0].at == entry(0).sort_at
    assert home.server.asked == before


async def test_a_server_that_does_not_answer_ends_it(home: Home) -> None:
    """With its words; what came before stays."""
    jumping = await _home(home, 600)
    home.server.failing.append(Unreachable("a.example does not answer."))
    steps = [spot async for spot in jumping.fetch(ALL, entry(3).sort_at)]
    assert isinstance(steps[-1].trouble, Unreachable)
    assert steps[-1].more


async def test_an_empty_timeline_has_no_moment(home: Home) -> None:
    """Nor an error."""
    await home.join()
    await home.sync.run()
    spot = await Jumping(home.store, home.accounts, home.sync).find(ALL, NOON)
    assert spot.key is None
