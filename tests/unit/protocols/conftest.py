"""What tests of protocols share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.protocols.http import Http


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    """A door as the program has it."""
    door = Http(user_agent="Godwit/0.0 (test)")
    yield door
    await door.close()
