"""The marker of the home timeline: looked at first, moved forward, followed when another is further."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.model.timeline import Anchor
from app.protocols.mastodon.placing import MARKERS
from app.protocols.placing import KeepsPlace
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import desk, error
from tests.unit.protocols.mastodon.samples import status

GONE = error("Not found", 404)


def home(place: str) -> Answer:
    return Answer({"home": {"last_read_id": place, "version": 3}})


async def test_it_only_goes_forward() -> None:
    """Who has read further elsewhere stays there; nothing is sent then."""
    async with desk() as here:
        here.say("GET", MARKERS, home("100"))
        service = here.service()
        assert isinstance(service, KeepsPlace)
        assert await service.mark_place_read("99") == "100"
        assert not here.sent(MARKERS)


async def test_a_quicker_device_is_followed() -> None:
    """409: two at the same moment."""
    async with desk() as here:
        here.say("GET", MARKERS, Answer({}), home("200"))
        here.say("POST", MARKERS, error("Conflict during update", 409))
        assert await here.service().mark_place_read("150") == "200"


async def test_it_is_told_and_may_be_missing() -> None:
    """Servers without markers keep nothing, and one is not asked twice for it."""
    async with desk() as here:
        here.say("GET", MARKERS, home("3"))
        here.say("POST", MARKERS, home("12"))
        assert await here.service().mark_place_read("12") == "12"
        [sent] = [one for one in here.asked if one.method == "POST"]
        assert b"last_read_id" in (sent.body or b"")
    async with desk() as here:
        here.say("GET", MARKERS, GONE)
        assert await here.service().place_read() == ""


async def test_what_stands_there_is_the_post_or_the_repost() -> None:
    """By the key that the timeline knows it by."""
    async with desk() as here:
        one = status(7)
        here.say("GET", "/api/v1/statuses/7", Answer(one))
        found = await here.service().look_at_place("7")
        assert found is not None
        assert found.key == one["uri"]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("115000000000000000", datetime(2025, 8, 9, 17, 32, 22, tzinfo=UTC)),
        ("12", None),
        ("01JXYZ", None),
        ("9" * 40, None),
    ],
)
async def test_a_deleted_one_is_known_by_the_time_in_its_id(
    place: str, expected: datetime | None
) -> None:
    """Of servers that put it there; other ids say nothing."""
    async with desk() as here:
        here.say("GET", f"/api/v1/statuses/{place}", GONE)
        found = await here.service().look_at_place(place)
        at = found.at.replace(microsecond=0) if found is not None else None
        assert at == expected
        assert found is None or found == Anchor("", found.at)
