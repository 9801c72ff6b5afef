"""Whatever servers do: no post is missing that is not inside a known gap."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.model import HOME
from app.services.steps import PAGE
from tests.unit.fakes import MemoryVault
from tests.unit.services.conftest import Home, home_at
from tests.unit.services.servers import ANA, Server, entry

absences = st.lists(
    st.fixed_dictionaries(
        {
            "written": st.integers(0, 450),
            "deleted": st.lists(st.integers(0, 400), max_size=4),
            "short": st.integers(0, 39),
            "repeats": st.integers(0, 6),
            "strays": st.integers(0, 2),
            "blanks": st.sampled_from([0, 0, 2, 3]),
        }
    ),
    min_size=2,
    max_size=4,
)


def number_of(cursor: str) -> int:
    """The post that a page ended with."""
    return int(cursor.rstrip("+").rsplit("/", 1)[1])


def known_numbers(home: Home) -> set[int]:
    return {number_of(k) for k, _ in home.store.reader.newest_keys(ANA, HOME, 9_999)}


def missing_outside_gaps(home: Home) -> list[int]:
    """Posts above the bottom, and below the newest known, that no gap accounts for."""
    known = known_numbers(home)
    gaps = home.store.reader.gaps(ANA)
    bottom = home.store.reader.bottom(ANA, HOME)
    end = number_of(bottom) if isinstance(bottom, str) else -10
    missing = []
    for post in home.server.entries:
        number = number_of(post.key)
        if number in known or not max(end, min(known)) < number < max(known):
            continue
        covered = any(
            gap.older_at is not None
            and gap.older_at <= post.sort_at
            and (number < number_of(gap.cursor) if gap.cursor else post.sort_at <= gap.newer_at)
            for gap in gaps
        )
        if not covered:
            missing.append(number)
    return missing


async def live(home: Home, periods: list[dict]) -> None:
    """Be away again and again, come back, and look each time."""
    await home.join()
    server, written = home.server, 0
    server.write(*(entry(n - 5) for n in range(5)))
    await home.sync.run()
    for period in periods:
        server.short, server.repeats = period["short"], period["repeats"]
        server.blanks, server.strays = period["blanks"], period["strays"]
        server.write(*(entry(written + n) for n in range(period["written"])))
        written += period["written"]
        for place in sorted(period["deleted"], reverse=True):
            if place < len(server.entries):
                del server.entries[place]
        await home.sync.run()
        if known_numbers(home):
            assert missing_outside_gaps(home) == []

    server.short = server.repeats = server.blanks = server.strays = 0
    requests, most = len(server.requests), 4 * len(server.entries) // PAGE + 60
    while gaps := await home.sync.open_gaps(ANA):
        before = gaps[0]
        step = await home.sync.fill(ANA, before.id)
        assert step.gap is None or step.gap.newer_at <= before.newer_at
        assert len(server.requests) - requests <= most
    while (await home.sync.older(ANA)).more:
        assert len(server.requests) - requests <= most
    alive = {number_of(e.key) for e in server.entries}
    assert alive - known_numbers(home) == set()


def away(written: int, strays: int = 0) -> dict:
    """One absence from a server that is well-behaved otherwise."""
    return {
        "written": written,
        "deleted": [],
        "short": 0,
        "repeats": 0,
        "strays": strays,
        "blanks": 0,
    }


@settings(max_examples=40, deadline=None)
@given(absences)
@example([away(100), away(60, strays=2)])
@example([away(300), away(450, strays=2), away(60, strays=2)])
def test_nothing_is_missing_outside_a_gap(periods: list[dict]) -> None:
    """
    Short, empty and repeating pages, deletions and long absences.

    After each sync what is missing lies in a gap; gaps only shrink; when they
    are filled everything that the server has is here, in a bounded number of
    requests.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = home_at(Path(folder), {ANA: Server()}, MemoryVault())
        try:
            asyncio.run(live(home, periods))
        finally:
            home.store.close()


async def test_a_server_that_ignores_cursors_ends(home: Home) -> None:
    """A server that always answers with its first page is not asked for ever."""
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    await home.sync.run()
    home.server.circles = True
    home.server.write(*(entry(n) for n in range(100, 300)))
    await home.sync.run()
    for _ in range(5):
        await home.sync.run()

    assert await home.sync.open_gaps() == ()
    assert len(home.server.requests) < 30


async def test_a_hole_that_the_server_cannot_fill_stays_visible(home: Home) -> None:
    """A server that keeps 80 items cannot reach down to what is known: a gap without a way on."""
    home.server.write(*(entry(n) for n in range(100)))
    await home.join()
    await home.sync.run()
    home.server.write(*(entry(n) for n in range(100, 400)))
    home.server.most = 80
    await home.sync.run()

    [gap] = home.store.reader.gaps(ANA)
    assert gap.cursor == ""
    assert await home.sync.open_gaps() == ()
