"""Whatever is clicked, and whatever the network does: in the end cache and server agree."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from app.model.errors import ServiceError
from app.protocols import demo
from app.protocols.demo.faults import Faults
from tests.unit.services.shore import Shore, restarted

TROUBLES = ("", "", "loses", "swallows", "crashes", "limits", "refuses", "offline")


def story(seed: int) -> list[tuple[list[str], str]]:
    """Clicks that come together, and what goes wrong meanwhile."""
    dice = random.Random(seed)
    return [
        (
            [dice.choice(("like", "unlike")) for _ in range(dice.randint(1, 3))],
            dice.choice(TROUBLES),
        )
        for _ in range(dice.randint(1, 6))
    ]


def be_well(faults: Faults) -> None:
    """Nothing goes wrong any more."""
    for name in Faults.__struct_fields__:
        setattr(faults, name, getattr(Faults(), name))


@pytest.mark.parametrize("seed", range(24))
async def test_cache_and_server_agree_in_the_end(tmp_path: Path, seed: int) -> None:
    """Nothing waits any more, the count is right, and what was wished last holds."""
    shore = Shore(tmp_path)
    await shore.settle()
    try:
        shore = await played(shore, story(seed), restarts=bool(seed % 2))
    finally:
        await shore.reactions.close()
        shore.store.close()


async def played(shore: Shore, steps: list[tuple[list[str], str]], *, restarts: bool) -> Shore:
    """Play it, let all be well again, and look."""
    card = shore.card("bo")
    base = card.post.counts.likes
    refused = False
    for clicks, trouble in steps:
        faults = shore.faults(demo.JUNO)
        be_well(faults)
        if trouble:
            setattr(faults, trouble, 1)
        results = await asyncio.gather(
            *(shore.reactions.react(card.post, act, demo.JUNO) for act in clicks),  # type: ignore[arg-type]
            return_exceptions=True,
        )
        assert [
            r for r in results if isinstance(r, Exception) and not isinstance(r, ServiceError)
        ] == []
        refused = any(isinstance(r, ServiceError) for r in results)
    wished = steps[-1][0][-1] == "like"
    if restarts:
        shore = restarted(shore)
    be_well(shore.faults(demo.JUNO))
    await shore.reactions.flush()

    server = shore.world.viewer(demo.JUNO, card.post.uri).liked
    assert await shore.reactions.waiting() == ()
    assert shore.shadows.of(card.post.uri) == ()
    assert shore.card("bo").viewers[demo.JUNO].liked == server
    assert shore.card("bo").post.counts.likes == base + server
    assert shore.world.post(card.post.uri).counts.likes == base + server
    assert server == wished or refused
    return shore
