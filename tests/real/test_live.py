"""Two clients on real servers: what one writes, the other sees without asking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.feed.rows import Card
from app.model import Account
from app.model.acts import Reaction
from app.model.sending import Outgoing
from app.model.text import RichText
from app.model.timeline import ALL
from app.services.house import House
from tests.real.world import account_on, housed, say, unique
from tests.rigs import run
from tests.waiting import until

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
SOON = 20.0


@asynccontextmanager
async def live(house: House, account: Account) -> AsyncIterator[None]:
    """Its lines are open inside, and no rounds are made."""
    task = asyncio.create_task(house.live.run())
    try:
        await until(
            lambda: house.live.state(account.id).kind == "live" or task.done(),
            f"{house.live.state(account.id)}",
            seconds=SOON,
        )
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def texts(house: House) -> list[str]:
    """What stands at the top."""
    rows = house.store.reader.rows(ALL, limit=20)
    return [_text(row) for row in rows]


def _text(row: Any) -> str:
    return row.sightings[0].entry.post.text.text if hasattr(row, "sightings") else ""


def _likes(house: House, words: str) -> int:
    """Of the post that says so."""
    rows = house.store.reader.rows(ALL, limit=20)
    row: Any = next(row for row in rows if words in _text(row))
    likes: int = row.sightings[0].entry.post.counts.likes
    return likes


async def shown(house: House, words: str, *, gone: bool = False) -> None:
    """It stands there (no more)."""
    what = f"{words}: {texts(house)[:3]}"
    await until(lambda: any(words in text for text in texts(house)) != gone, what, seconds=SOON)


async def test_a_post_comes_changes_and_goes(tmp_path: Path, mastodon_rig: run.Rig) -> None:
    """New, edited, deleted; a notification; and again after the line was cut."""
    async with (
        housed(tmp_path / "ana", mastodon_rig, None, "ana") as house,
        housed(tmp_path / "bo", mastodon_rig, None, "bo") as other,
    ):
        mine, theirs = account_on(house, "mastodon"), account_on(other, "mastodon")
        service: Any = other.accounts.service(theirs.id)
        await house.notifications.sync()
        told: list[int] = []
        house.notifications.subscribe(lambda change: told.append(change.new))
        async with live(house, mine):
            words = unique("as it happens")
            done = await say(other, theirs.id, words)
            await shown(house, words)
            await service.react(Reaction(act="like", uri=done.uri))
            page = await house.timelines.read(ALL, limit=5, fetch=False)
            cards = [row for row in page.rows if isinstance(row, Card)]
            house.live.counts.in_sight = lambda: cards
            await house.live.counts.look()
            assert _likes(house, words) == 1
            better = unique("as it was meant")
            await service.edit(done, Outgoing(text=RichText(better)), {})
            await shown(house, better)
            await service.delete(done)
            await shown(house, better, gone=True)
            await say(other, theirs.id, f"@{mine.handle.partition('@')[0]} {unique('hear')}")
            await until(lambda: sum(told) > 0, "no notification", seconds=SOON)

            house.live.begin_again()
            after = unique("after the line was cut")
            await say(other, theirs.id, after)
            await shown(house, after)


async def test_a_public_stream_says_when_to_ask(
    tmp_path: Path, atproto_rig: run.Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only when it was allowed; what is shown, and what is gone, the own server has said."""
    monkeypatch.setenv("GODWIT_JETSTREAM_URL", atproto_rig["control"])
    async with (
        housed(tmp_path / "alice", None, atproto_rig, "alice") as house,
        housed(tmp_path / "bob", None, atproto_rig, "bob") as other,
    ):
        mine, theirs = account_on(house, "bluesky"), account_on(other, "bluesky")
        service: Any = other.accounts.service(theirs.id)
        [choice] = house.live.choices()
        assert not choice.on and "whom you follow" in choice.about
        await house.live.consent("bluesky", True)
        async with live(house, mine):
            words = unique("from another client")
            done = await say(other, theirs.id, words)
            await shown(house, words)
            await service.delete(done)
            await shown(house, words, gone=True)
