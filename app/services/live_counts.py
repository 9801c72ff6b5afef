"""
Counters of what is in sight: no network streams them, so they are asked for now and then.

Likes, reposts, answers and votes of the posts on the screen, twenty of an account at once;
and what I did to them, or took back, on another device.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.feed.acts import confirmed
from app.feed.rows import Card
from app.model import AccountId, Entry, Post, ViewerState
from app.model.errors import ServiceError, Unsupported

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.reactions import ReactionChanged, Reactions
    from app.services.timelines import Timelines
    from app.store import Store

log = logging.getLogger(__name__)

PERIOD = 60.0
"""Seconds between two looks."""

SETTLED = timedelta(minutes=2)
"""So long after I have done something here a server's view of it may lag behind."""

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
        self._reactions: Reactions | None = None
        self._acted: dict[tuple[AccountId, str], datetime] = {}

    def mind(self, reactions: Reactions) -> None:
        """What is done here goes before what servers still say."""
        self._reactions = reactions
        reactions.subscribe(self._on_act)

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
        before = await self._store.load(
            lambda reader: {uri: reader.viewers(uri).get(account) for uri in posts}
        )
        for entry in await service.recount(posts):
            uri = entry.post.uri
            if uri not in posts or account not in self._accounts:
                continue
            settled = self._is_settled(account, uri)
            change = _counted(entry, before.get(uri) if settled else None)
            saved = await self._store.amend(uri, account, change)
            if saved.changed:
                self._timelines.note_saved(saved)

    # ------------------------------------------------------------- private

    def _is_settled(self, account: AccountId, uri: str) -> bool:
        """Nothing that was done here waits, or was done just now."""
        kept = self._reactions.kept() if self._reactions is not None else ()
        waits = any((one.account, one.target) == (account, uri) for one in kept)
        return not waits and (account, uri) not in _fresh(self._acted, self._clock.now())

    def _on_act(self, change: ReactionChanged) -> None:
        now = self._clock.now()
        self._acted = _fresh(self._acted, now)
        self._acted[change.wish.account, change.wish.target] = now


_Acted = Mapping[tuple[AccountId, str], datetime]


def _fresh(acted: _Acted, now: datetime) -> dict[tuple[AccountId, str], datetime]:
    # A clock that was set back makes nothing fresh for ever.
    return {key: at for key, at in acted.items() if abs(now - at) < SETTLED}


def _counted(
    entry: Entry, before: ViewerState | None
) -> Callable[[Post, ViewerState], tuple[Post, ViewerState]]:
    """
    What was written stays as it is.

    Args:
        before: How I stood to it when its server was asked: where that is still so, its
            server knows better what I have done. None: it does not.
    """
    counts, poll, told = entry.post.counts, entry.post.poll, entry.viewer
    reactions = entry.post.reactions

    def change(post: Post, viewer: ViewerState) -> tuple[Post, ViewerState]:
        if before is not None and viewer == before:
            post, viewer = confirmed(post, viewer, replace(told, pinned=viewer.pinned))
            post = replace(post, reactions=reactions)
        return replace(post, counts=counts, poll=poll if post.poll else None), viewer

    return change
