"""Feeds on a real store, and posts to make them of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from app.model import HOME, Counts, Entry, Post, Profile, RichText, ViewerState
from app.services.feeds import Feeds
from app.services.people import People
from app.services.ranked_folds import is_fold
from app.services.ranked_timeline import RankedTimeline
from app.services.shadows import Shadows
from app.store import Batch
from app.wiring.feeds import documents
from tests.unit.fakes import NOON
from tests.unit.services.conftest import Home
from tests.unit.services.servers import ANA
from tests.waiting import until


def document(id: str, **parts: Any) -> str:
    """A recipe as people share it."""
    return json.dumps({"format": "godwit-feed", "version": 1, "id": id, "name": "N", **parts})


def feeds_of(home: Home, *, offline: bool = True) -> Feeds:
    """All feeds of that profile, as the program makes them."""
    people = People(home.store, home.accounts, lambda: (), home.clock, offline=True)
    return Feeds(
        home.store,
        home.accounts,
        home.sync,
        home.sync._steps._bridging,
        home.timelines,
        home.clock,
        people,
        Shadows(),
        documents,
        offline=offline,
    )


def who(name: str) -> Profile:
    """Somebody on a's server."""
    return Profile(uri=f"https://a.example/users/{name}", handle=f"{name}@a.example")


def wrote(
    number: int,
    by: str = "bo",
    *,
    text: str = "",
    hours: float = 1.0,
    likes: int = 0,
    viewer: ViewerState = ViewerState(),
    **more: Any,
) -> Entry:
    """A post of that person, so many hours old."""
    at = NOON - timedelta(hours=hours)
    uri = f"https://a.example/posts/{number}"
    post = Post(
        uri=uri,
        network="first",
        author=who(by),
        created_at=at,
        sort_at=at,
        text=RichText(text or f"Post {number}"),
        counts=Counts(likes=likes),
        **more,
    )
    return Entry(key=uri, sort_at=at, post=post, viewer=viewer)


def uri(number: int) -> str:
    """Of post *number*."""
    return f"https://a.example/posts/{number}"


async def came(home: Home, entries: Iterable[Entry], **more: Any) -> None:
    """They have come into the home timeline."""
    more.setdefault("source", HOME)
    await home.store.save(Batch(account=ANA, items=tuple(entries), **more))


@asynccontextmanager
async def shown(feeds: Feeds, id: str) -> AsyncIterator[RankedTimeline]:
    """A feed on the screen, made."""
    opened = feeds.open(id)
    assert isinstance(opened, RankedTimeline)
    task = asyncio.create_task(opened.run())
    try:
        await until(lambda: opened.made is not None)
        yield opened
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await feeds.leave(opened)


def numbers(opened: RankedTimeline) -> list[int]:
    """Which posts stand there, in order; rows of folds are passed over."""
    made = opened.made
    assert made is not None
    by_key = {one.key: one.uri for one in made.kept.candidates}
    keys = [opened.key(index) for index in range(len(opened))]
    keys = [key for key in keys if not is_fold(key)]
    return [int(by_key[key].rsplit("/", 1)[1]) for key in keys]
