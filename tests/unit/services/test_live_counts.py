"""What I did on another device is seen here, and never goes before what I have just done here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.feed.rows import Card
from app.model import Counts, Entry, ViewerState
from app.protocols import demo
from app.services.live_counts import SETTLED
from app.services.live_counts import Counts as Counters
from tests.unit.services.shore import Shore

SKY = demo.SKY
BOTH = ViewerState(liked=True, reposted=True, bookmarked=True)


class Counting(Shore):
    """A card in sight, and what its server says of it."""

    async def begin(self) -> None:
        """Somebody looks."""
        await self.settle()
        self.shown = next(
            row
            for row in self._cards()
            if isinstance(row, Card)
            and len(row.copies) == 1
            and row.viewers.get(SKY) == ViewerState()
        )
        self.says = self.viewer()
        self.meanwhile: Any = None
        self.counters = Counters(self.store, self.accounts, self.timelines, self.clock)
        self.counters.mind(self.reactions)
        self.counters.in_sight = lambda: [self.shown]
        service: Any = self.accounts.service(SKY)
        service.recount = self.recount

    async def recount(self, posts: Mapping[str, str]) -> tuple[Entry, ...]:
        """As its server sees it."""
        if self.meanwhile is not None:
            await self.meanwhile()
        post = replace(self.shown.post, counts=Counts(likes=7, reposts=5))
        return tuple(
            Entry(key=uri, post=post, sort_at=post.sort_at, viewer=self.says) for uri in posts
        )

    def viewer(self) -> ViewerState:
        """How I stand to it, as the cache has it."""
        return self.store.reader.viewers(self.shown.post.uri).get(SKY, ViewerState())

    async def act(self, act: Any) -> None:
        """I do that here."""
        await self.reactions.react(self.shown.post, act, SKY, ref=self.viewer().ref)


@pytest.fixture
async def shore(tmp_path: Path) -> Any:
    made = Counting(tmp_path / "profile")
    await made.begin()
    yield made
    await made.reactions.close()
    made.store.close()


async def test_what_was_done_or_taken_back_elsewhere_is_seen(shore: Counting) -> None:
    """With the counters of its server, counted once; what it does not tell stays."""
    shore.says = BOTH
    await shore.counters.look()
    seen = shore.viewer()
    assert (seen.liked, seen.reposted, seen.bookmarked) == (True, True, True)
    shore.says = ViewerState()
    await shore.counters.look()
    seen = shore.viewer()
    assert (seen.liked, seen.reposted, seen.bookmarked) == (False, False, False)
    [post] = shore.store.reader.posts([shore.shown.post.uri]).values()
    assert (post.counts.likes, post.counts.reposts) == (7, 5)


async def test_a_view_that_lags_takes_back_nothing_that_was_just_done(shore: Counting) -> None:
    """Some minutes later its server is believed."""
    await shore.act("like")
    assert shore.viewer().liked
    shore.says = ViewerState()
    await shore.counters.look()
    assert shore.viewer().liked
    shore.clock.pass_time((SETTLED + timedelta(seconds=1)).total_seconds())
    await shore.counters.look()
    assert not shore.viewer().liked


async def test_what_waits_for_its_server_stays_wished(shore: Counting) -> None:
    """However long that takes."""
    shore.faults(SKY).offline = True
    await shore.act("like")
    assert shore.reactions.kept()
    shore.clock.pass_time(2 * SETTLED.total_seconds())
    shore.says = ViewerState()
    await shore.counters.look()
    assert shore.viewer().liked


async def test_what_is_done_while_the_server_answers_goes_before_its_answer(
    shore: Counting,
) -> None:
    """It was asked before; even if nobody knew of the act."""

    async def bookmark() -> None:
        await shore.store.amend(
            shore.shown.post.uri, SKY, lambda post, seen: (post, replace(seen, bookmarked=True))
        )

    shore.meanwhile = bookmark
    shore.says = ViewerState(liked=True)
    await shore.counters.look()
    assert shore.viewer().bookmarked
    await asyncio.sleep(0)
    shore.meanwhile = None
    await shore.counters.look()
    assert (shore.viewer().liked, shore.viewer().bookmarked) == (True, False)
