"""The two rigs, started once for the whole run and stopped at its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
