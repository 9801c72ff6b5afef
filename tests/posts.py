"""Small posts and rows for tests, with everything that does not matter left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.feed.times import micros
from app.model import AccountId, Entry, Post, Profile, Repost, RichText, ViewerState
from app.model.timeline import Echo, RowKey, Sighting

NOW = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)
ANA = AccountId("ana@north.example")
CY = AccountId("cy.example")


def person(name: str) -> Profile:
    """Somebody called *name*."""
    return Profile(f"https://{name}.example/users/{name}", f"{name}@{name}.example", name.title())


def post(
    uri: str = "https://north.example/1", *, ago: float = 10, by: str = "teun", **more: Any
) -> Post:
    """A post, *ago* minutes before ``NOW``."""
    at = NOW - timedelta(minutes=ago)
    if isinstance(text := more.pop("text", "Low water."), str):
        text = RichText(text)
    more.setdefault("network", "south" if uri.startswith("at:") else "north")
    return Post(uri=uri, author=person(by), created_at=at, sort_at=at, text=text, **more)


def seen(
    what: Post,
    *accounts: AccountId,
    state: ViewerState = ViewerState(),
    repost_by: str = "",
    ago: float = 0,
) -> Sighting:
    """*what* (or a repost of it, *ago* minutes old) as *accounts* see it."""
    viewers = dict.fromkeys(accounts or (ANA,), state)
    if not repost_by:
        return Sighting(Entry(key=what.uri, sort_at=what.sort_at, post=what), viewers)
    at, by = NOW - timedelta(minutes=ago), person(repost_by)
    key = f"repost:{by.uri}:{what.uri}"
    entry = Entry(key=key, sort_at=at, post=what, repost=Repost(by, at))
    return Sighting(entry, viewers)


def echo(*sightings: Sighting, number: int = 1) -> Echo:
    """A row of *sightings*, standing where the oldest of them stands."""
    ordered = sorted(sightings, key=lambda one: (one.entry.sort_at, one.entry.key))
    key = RowKey(micros(ordered[0].entry.sort_at), number)
    return Echo(key=key, sightings=tuple(ordered))
