"""The ``stage`` fixture: one test, every implementation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from app.protocols import bluesky, mastodon
from app.protocols.base import SignedIn
from tests.contract.stages import (
    Stage,
    bluesky_stage,
    demo_stage,
    http,
    mastodon_stage,
    real_stage,
)
from tests.contract.synced import SyncedHttp, newcomer
from tests.outside import needs_outside
from tests.rigs import run

_REAL = (pytest.mark.real, pytest.mark.timeout(300))
_WRITING = ("test_writing", "test_lists")
STAGES = [
    pytest.param("demo"),
    pytest.param("mastodon"),
    pytest.param("mastodon-recorded", marks=needs_outside),
    pytest.param("mastodon-real", marks=_REAL),
    pytest.param("bluesky"),
    pytest.param("bluesky-recorded", marks=needs_outside),
    pytest.param("bluesky-real", marks=_REAL),
]


@pytest.fixture(scope="session")
def mastodon_rig() -> Iterator[run.Rig]:
    """A running Mastodon-API server."""
    with run.mastodon() as rig:
        yield rig


@pytest.fixture(scope="session")
def atproto_rig() -> Iterator[run.Rig]:
    """A running AT Protocol network."""
    with run.atproto() as rig:
        yield rig


@pytest.fixture(scope="session")
def signed_in() -> dict[str, SignedIn]:
    """Sign-ins that are used again: asking who we are costs requests."""
    return {}


@pytest.fixture(params=STAGES)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """One account of each implementation in turn."""
    async with stage_of(request) as ready:
        yield ready


@asynccontextmanager
async def stage_of(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """That which the parameter of a fixture names."""
    recorded = request.param.endswith("recorded")
    match request.param:
        case "demo":
            made = demo_stage()
        case "demo-second":
            made = demo_stage(1)
        case "mastodon" | "mastodon-recorded":
            made = mastodon_stage(recorded=recorded)
        case "bluesky" | "bluesky-recorded":
            made = bluesky_stage(recorded=recorded)
        case "mastodon-real":
            # Each account has its own limit of requests, and writing takes many.
            who = "emi" if request.path.stem in _WRITING else "ana"
            made = _on_mastodon(
                request.getfixturevalue("mastodon_rig"), request.getfixturevalue("signed_in"), who
            )
        case _:
            rig = request.getfixturevalue("atproto_rig")
            writes = request.path.stem in (*_WRITING, "test_messaging")
            made = _writing_on_atproto(rig) if writes else _on_atproto(rig)
    async with made as ready:
        yield ready


@asynccontextmanager
async def _on_mastodon(
    rig: run.Rig, signed_in: dict[str, SignedIn], who: str
) -> AsyncIterator[Stage]:
    token = next(account["token"] for account in rig["accounts"] if account["acct"] == who)
    async with http() as door:
        network = mastodon.network(door)
        if token not in signed_in:
            signed_in[token] = await network.sign_in_secret(rig["base_url"], token)
        stage = real_stage(network, signed_in[token])
        stage.own_session = False
        stage.writable = True
        stage.other, stage.other_handle = (
            f"{rig['base_url']}/users/cleo",
            f"cleo@{stage.account.host}",
        )
        yield stage


@asynccontextmanager
async def _on_atproto(rig: run.Rig) -> AsyncIterator[Stage]:
    options = {"plc": rig["plc"], "pds": rig["pds"][0]}
    handle = rig["accounts"][0]["handle"]
    async with http() as door:
        network = bluesky.network(door)
        done = await network.sign_in_secret(handle, "rig-password", options=options)
        stage = real_stage(network, done)
        stage.tokens_live_on = True
        stage.exact = False
        yield stage


@asynccontextmanager
async def _writing_on_atproto(rig: run.Rig) -> AsyncIterator[Stage]:
    """As somebody who has just come: what is written disturbs nobody's timeline."""
    door = SyncedHttp(rig["control"])
    try:
        network = bluesky.network(door)
        stage = real_stage(network, await newcomer(door, network, rig))
        stage.writable = True
        other = rig["accounts"][1]
        stage.other, stage.other_handle = other["did"], other["handle"]
        stage.more = tuple(one["did"] for one in rig["accounts"][2:4])
        yield stage
    finally:
        await door.close()
