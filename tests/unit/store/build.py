"""Small values for tests of the store."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from app.model import HOME, Account, AccountId, Entry, Post, Profile, Repost, RichText, ViewerState
from app.model.errors import StoreError
from app.model.timeline import ALL, Anchor
from app.store import Batch, Saved, Store

T = TypeVar("T")
ANA = AccountId("ana@one.example")
BO = AccountId("bo@two.example")
CY = AccountId("cy.sky.example")
NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def run(work: Coroutine[Any, Any, T]) -> T:
    """Await *work* in a loop of its own."""
    return asyncio.run(work)


def at(minutes: float) -> datetime:
    """*minutes* after noon."""
    return NOON + timedelta(minutes=minutes)


def account(id: AccountId = ANA, network: str = "fedi") -> Account:
    """One of my accounts."""
    return Account(
        id=id,
        protocol=network,
        network=network,
        server=f"https://{id.rsplit('@', 1)[-1]}",
        uri=f"https://{id}/actor",
        handle=id,
    )


def profile(name: str) -> Profile:
    """Somebody."""
    return Profile(f"https://one.example/users/{name}", f"{name}@one.example", name.title())


def post(n: int | str, minutes: float = 0, *, text: str = "", **more: Any) -> Post:
    """Post *n*."""
    more.setdefault("network", "fedi")
    return Post(
        uri=f"https://one.example/posts/{n}",
        author=profile("ana"),
        created_at=at(minutes),
        sort_at=at(minutes),
        text=RichText(text or f"post {n}"),
        **more,
    )


def entry(post: Post, viewer: ViewerState = ViewerState()) -> Entry:
    """The post itself in a timeline."""
    return Entry(key=post.uri, sort_at=post.sort_at, post=post, viewer=viewer)


def repost(post: Post, by: str, minutes: float, viewer: ViewerState = ViewerState()) -> Entry:
    """Somebody's repost of *post*."""
    key = f"https://one.example/reposts/{by}/{post.uri.rsplit('/', 1)[-1]}"
    return Entry(
        key=key,
        sort_at=at(minutes),
        post=post,
        viewer=viewer,
        repost=Repost(profile(by), at(minutes), key),
    )


def page(*items: Any, of: AccountId = ANA, **more: Any) -> Batch:
    """A page of the home timeline."""
    more.setdefault("source", HOME)
    return Batch(account=of, items=items, **more)


def save(store: Store, *items: Any, of: AccountId = ANA, **more: Any) -> Saved:
    """Save a page and wait."""
    return run(store.save(page(*items, of=of, **more)))


def is_told(error: StoreError, words: str) -> bool:
    """One sentence that names *words*, and what to do."""
    assert words in error.message
    assert error.next_step.endswith((".", ")"))
    return True


def raw(profile: Path, name: str = "cache.db") -> sqlite3.Connection:
    """The file without the store."""
    return sqlite3.connect(profile / name, isolation_level=None)


def furnished(profile: Path, posts: int = 300) -> None:
    """A closed profile with accounts, a setting, a position, a split, and posts."""
    store = Store.open(profile)

    def add(keeper: object) -> None:
        for id, network in ((ANA, "fedi"), (BO, "fedi"), (CY, "sky")):
            keeper.save_account(account(id, network))  # type: ignore[attr-defined]
        keeper.set_setting("scheme", "dark")  # type: ignore[attr-defined]
        keeper.save_anchor(ALL, Anchor(post(7).uri, at(7), 12))  # type: ignore[attr-defined]
        keeper.split("https://one.example/posts/split")  # type: ignore[attr-defined]

    run(store.keep(add))
    for first in range(0, posts, 50):
        save(store, *(entry(post(n, n, text=f"post {n} " * 20)) for n in range(first, first + 50)))
    store.close()
