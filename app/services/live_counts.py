"""
Counters of what is in sight: no network streams them, so they are asked for now and then.

Likes, reposts, answers and votes of the posts on the screen, twenty of an account at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.feed.rows import Card
from app.model import AccountId, Entry, Post, ViewerState
from app.model.errors import ServiceError, Unsupported

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.timelines import Timelines
    from app.store import Store

log = logging.getLogger(__name__)

PERIOD = 60.0
"""Seconds between two looks."""

MOST = 20
"""Posts that are asked for at once, of one account."""


class Counts:
    """
    Keeps the counters on the screen true.

    Attributes:
        in_sight: The cards that somebody may be looking at now.
    """

    def __init__(
        self, store: Store, accounts: Accounts, timelines: Timelines, clock: Clock
    ) -> None:
        self._store, self._accounts = store, accounts
        self._timelines, self._clock = timelines, clock
        self._unable: set[AccountId] = set()
        self.in_sight: Callable[[], Iterable[Card]] = tuple

    async def run(self) -> None:
        """Until cancelled."""
        never = asyncio.Event()
        while True:
            await self._clock.wait(never, PERIOD)
            await self.look()

    async def look(self) -> None:
        """Once. What cannot be asked stays as it was."""
        for account, posts in self._wanted().items():
            try:
                await self._recount(account, posts)
            except Unsupported:
                self._unable.add(account)
            except ServiceError as error:
                log.info("counters of %s: %s", account, error.kind)

    def _wanted(self) -> dict[AccountId, dict[str, str]]:
        """Account → its posts in sight, by URI, each with the server's own name for it."""
        found: dict[AccountId, dict[str, str]] = {}
        for card in self.in_sight():
            for copy in card.copies:
                who = next(filter(self._may_ask, copy.accounts), None)
                if who is None:
                    continue
                posts = found.setdefault(who, {})
                if len(posts) < MOST:
                    posts[copy.post.uri] = card.viewers.get(who, ViewerState()).ref
        return found

    def _may_ask(self, account: AccountId) -> bool:
        known = account in self._accounts and account not in self._unable
        return known and self._accounts.state(account).kind in ("ready", "busy")

    async def _recount(self, account: AccountId, posts: dict[str, str]) -> None:
        from app.protocols.streaming import Recounts

        service = self._accounts.service(account)
        if not isinstance(service, Recounts):
            raise Unsupported("It tells of no posts by their address.")
        for entry in await service.recount(posts):
            if entry.post.uri not in posts or account not in self._accounts:
                continue
            saved = await self._store.amend(entry.post.uri, account, _counted(entry))
            if saved.changed:
                self._timelines.note_saved(saved)


def _counted(entry: Entry) -> Callable[[Post, ViewerState], tuple[Post, ViewerState]]:
    """What was written and what I did stay as they are."""
    counts, poll = entry.post.counts, entry.post.poll

    def change(post: Post, viewer: ViewerState) -> tuple[Post, ViewerState]:
        return replace(post, counts=counts, poll=poll if post.poll else None), viewer

    return change
