"""Pages of a source: together they are the source, whatever their size."""

from __future__ import annotations

import pickle

import pytest

from app.model import HOME
from app.model.errors import Unsupported
from tests.contract.stages import MISSING, Stage
from tests.contract.walking import joined, keys, walk


async def test_pages_of_any_size_join_to_the_same_timeline(stage: Stage) -> None:
    """None is lost, none comes twice, the order is one."""
    small = keys(await walk(stage.service(), limit=7))
    large = keys(await walk(stage.service(), limit=40))

    assert len(large) > 12
    if not stage.exact:
        assert len(set(small) ^ set(large)) <= len(large) / 20
        return
    assert small == large
    if stage.records is not None:
        assert len(large) == stage.records


async def test_the_end_is_said(stage: Stage) -> None:
    """The last page, and only the last, has nothing older."""
    pages = await walk(stage.service(), limit=20)

    assert pages[-1].older is None
    assert all(page.older for page in pages[:-1])


async def test_a_page_is_not_longer_than_asked_for(stage: Stage) -> None:
    """The limit is a limit; a huge one is cut, not refused."""
    service = stage.service()

    assert 0 < len((await service.page(HOME, limit=5)).items) <= 5
    assert 0 < len((await service.page(HOME, limit=10_000)).items)


async def test_time_never_rises(stage: Stage) -> None:
    """Newest first, over all pages."""
    times = [item.sort_at for item in joined(await walk(stage.service()))]

    assert times == sorted(times, reverse=True)


async def test_a_cursor_outlives_the_process(stage: Stage) -> None:
    """It is text: pickled and handed to another service it leads to the same page."""
    first = await stage.service().page(HOME, limit=7)
    cursor = pickle.loads(pickle.dumps(first.older))
    here = await stage.service().page(HOME, first.older, limit=7)
    there = await stage.service().page(HOME, cursor, limit=7)

    assert isinstance(cursor, str)
    assert [item.key for item in here.items] == [item.key for item in there.items]


async def test_the_background_sees_the_same(stage: Stage) -> None:
    """Waiting behind the user changes when, not what."""
    service = stage.service()
    asked = await service.page(HOME, limit=9)
    quiet = await service.page(HOME, limit=9, background=True)

    assert [item.key for item in asked.items] == [item.key for item in quiet.items]


async def test_what_a_server_does_not_have_is_said(stage: Stage) -> None:
    """Unsupported, not an empty page."""
    with pytest.raises(Unsupported):
        await stage.service().page(MISSING)
