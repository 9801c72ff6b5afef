"""The two rigs, started once for the whole run and stopped at its end; doors to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.http import Http
from tests.real.bluesky_writer import Writer, newcomer
from tests.rigs import run


@pytest.fixture(scope="session")
def mastodon_rig() -> Iterator[run.Rig]:
    """A running Mastodon-API server's JSON line."""
    with run.mastodon() as rig:
        yield rig


@pytest.fixture(scope="session")
def atproto_rig() -> Iterator[run.Rig]:
    """A running AT Protocol network's JSON line."""
    with run.atproto() as rig:
        yield rig


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    """A client of one's own."""
    made = Http(user_agent="Godwit (tests)")
    yield made
    await made.close()


@pytest.fixture
async def door(http: Http) -> BlueskyNetwork:
    """The second network's front door."""
    return BlueskyNetwork(http, environment={})


@pytest.fixture
async def writer(door: BlueskyNetwork, atproto_rig: run.Rig) -> Writer:
    """Somebody who has just signed up there."""
    return await newcomer(door, atproto_rig)
