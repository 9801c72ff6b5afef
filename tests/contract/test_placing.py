"""How far home was read, wherever a server keeps that: forward only, and found again."""

from __future__ import annotations

import pytest

from app.model import HOME, Entry
from app.protocols.placing import KeepsPlace
from tests.contract.stages import Stage


async def entries(stage: Stage) -> list[Entry]:
    """The newest of the home timeline, in the order of their places."""
    service = stage.service()
    if not isinstance(service, KeepsPlace):
        pytest.skip("this network keeps no place")
    if not stage.own_session:
        pytest.skip("somebody else reads with this account")
    page = await service.page(HOME, limit=20)  # type: ignore[attr-defined]
    found = [item for item in page.items if isinstance(item, Entry) and item.viewer.ref]
    plain = [one for one in found if one.repost is None]
    places = {one.viewer.ref: one for one in plain}
    assert len(places) > 3
    return sorted(places.values(), key=lambda one: (len(one.viewer.ref), one.viewer.ref))


def keeper(stage: Stage) -> KeepsPlace:
    """Another device."""
    service = stage.service()
    assert isinstance(service, KeepsPlace)
    return service


async def test_a_place_goes_forward_only(stage: Stage) -> None:
    """Each device is told where it is by now, also the one that is behind."""
    older, *_, newest = await entries(stage)
    first, second = keeper(stage), keeper(stage)

    at_first = await first.mark_place_read(older.viewer.ref)
    assert first.is_further(at_first, "")
    place = await first.mark_place_read(newest.viewer.ref)
    assert first.is_further(place, at_first)

    assert await second.mark_place_read(older.viewer.ref) == place
    assert await second.place_read() == place
    assert not second.is_further(at_first, place)
    assert not second.is_further(place, place)


async def test_what_stands_at_a_place_is_found(stage: Stage) -> None:
    """The same entry as in the timeline, on a device that has not seen it."""
    newest = (await entries(stage))[-1]
    place = await keeper(stage).mark_place_read(newest.viewer.ref)

    anchor = await keeper(stage).look_at_place(place)

    assert anchor is not None
    assert anchor.key == newest.key
