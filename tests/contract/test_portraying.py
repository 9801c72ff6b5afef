"""What people say of themselves, on every network."""

from __future__ import annotations

import pytest

from app.model.errors import NotFound
from app.protocols.portraying import Portrays
from tests.contract.stages import Stage


async def test_every_network_tells_what_people_say(stage: Stage) -> None:
    """Somebody by URI and by handle is the same; nobody is not found."""
    service = stage.service()
    assert isinstance(service, Portrays)
    if not stage.other or not stage.writable:
        pytest.skip("nobody else is there")
    by_uri = await service.portrait(stage.other)
    by_handle = await service.portrait(f"@{stage.other_handle}")

    assert by_uri == by_handle
    assert by_uri.profile.uri == stage.other
    with pytest.raises(NotFound):
        await service.portrait("@nobody-there.example")
