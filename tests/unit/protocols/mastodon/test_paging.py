"""Lists that come in pages are read to their end, also where a server never comes to one."""

from __future__ import annotations

import itertools

import pytest

from app.protocols.mastodon.paging import all_items
from tests.contract.server import Answer, Asking
from tests.unit.protocols.mastodon.desk import desk

PATH = "/api/v1/mutes"


@pytest.mark.parametrize(
    ("fresh", "most", "pages", "items"),
    [(False, 1_000, 2, 3), (True, 10, 4, 12)],
    ids=["the same page under new cursors", "ever new items"],
)
async def test_a_list_without_an_end_ends(fresh: bool, most: int, pages: int, items: int) -> None:
    """The same page again is the end, whatever its cursor says; what is ever new has a limit."""
    number = itertools.count(1)

    def endless(asking: Asking) -> Answer | None:
        if asking.path != PATH:
            return None
        page = next(number)
        some = [f"{page if fresh else 0}-{item}" for item in range(3)]
        link = f'<{here.written.origin}{PATH}?max_id={page}>; rel="next"'
        return Answer(some, 200, {"link": link})

    async with desk() as here:
        here.instead.append(endless)
        api = await here.service()._api()
        found = [raw async for raw in all_items(api, PATH, 40, why="t", most=most)]

    assert next(number) == pages + 1
    assert len(found) == items
