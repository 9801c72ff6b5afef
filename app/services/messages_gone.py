"""Conversations that a server lists no more: they were left, or deleted, on another device."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from app.model import AccountId, Cursor
from app.model.errors import ServiceError
from app.model.message import Conversation, ConversationPage
from app.services.asking import told

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.protocols.messaging import Messages
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.store import Reader, Store

log = logging.getLogger(__name__)

PAGE, WHOLE = 40, 25
"""Conversations of a page; pages at most of a walk to the end."""

FRESH = timedelta(minutes=2)
"""So long a server may take to list a conversation into which I have just written."""

LEFT = "You have left this conversation, on another device or in another app."


class Walk:
    """What pages of a server have listed, by whether they wait for consent."""

    def __init__(self, *, asks: bool) -> None:
        self.asks = asks
        self.seen: set[str] = set()
        self.is_sure = True
        self._floors: dict[bool, int] = {}

    def note(self, page: ConversationPage, *, requests: bool) -> None:
        """One more page of that list; in order."""
        from app.feed.times import micros

        self.seen.update(page.silent, (one.id for one in page.conversations))
        self.is_sure = self.is_sure and page.unreadable <= len(page.silent)
        lowest = min((micros(one.at) for one in page.conversations), default=None)
        if page.older is None:
            self._floors[requests] = 0
        elif lowest is not None:
            self._floors[requests] = min(lowest, self._floors.get(requests, lowest))

    def missing(self, kept: Mapping[str, tuple[int, bool]]) -> set[str]:
        """Of those that are *kept* (µs, a request): should have been on these pages, and were not."""
        found = set()
        for key, (at, request) in kept.items():
            floor = self._floors.get(request and self.asks)
            if key not in self.seen and floor is not None and at >= floor:
                found.add(key)
        return found

    def below(self, kept: Mapping[str, tuple[int, bool]], *, requests: bool) -> bool:
        """Some of those *kept* in that list have not been met."""
        return any(
            key not in self.seen and (request and self.asks) == requests
            for key, (_, request) in kept.items()
        )


class Vanishing:
    """
    Takes out of the cache what its server has taken out of its lists.

    A page may miss one that moves meanwhile: so what seems to be gone is looked for once
    more, down to the end, and what cannot be known stays. What was typed or is on its way
    keeps its conversation here.
    """

    def __init__(self, store: Store, accounts: Accounts, clock: Clock) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self._settled: dict[tuple[AccountId, str], int] = {}
        self._away: dict[AccountId, set[str]] = {}
        self._walked: set[AccountId] = set()

    async def kept(self, account: AccountId) -> dict[str, tuple[int, bool]]:
        """What is known of it before a walk: µs, and whether it is a request."""
        return await self._store.load(lambda reader: reader.messages.listed(account))

    def is_first(self, account: AccountId) -> bool:
        """Nobody has walked down to the end since the start."""
        return account not in self._walked

    async def after(
        self,
        account: AccountId,
        service: Messages,
        walk: Walk,
        kept: Mapping[str, tuple[int, bool]],
    ) -> None:
        """
        What a walk did not meet is taken out, once that is certain.

        Args:
            kept: What was known before it began.
        """
        self._walked.add(account)
        away = self._away.setdefault(account, set())
        away -= walk.seen
        open_ones = {
            key: kept[key][0]
            for key in walk.missing(kept) - away
            if self._settled.get((account, key)) != kept[key][0]
        }
        if open_ones and walk.is_sure:
            open_ones = await self._could_go(account, open_ones)
            away |= await self._absent(account, service, open_ones)
        if away:
            await self.take_out(account, away, writable=service.messaging.names)

    async def take_out(
        self, account: AccountId, keys: Iterable[str], *, writable: bool = False
    ) -> set[str]:
        """
        These were left. What was typed there, or is on its way, keeps one in the list.

        Args:
            writable: What is written there begins it anew.

        Returns: Those that are out. Raises: StoreError.
        """
        from app.store.messages import change_conversation, drop_conversation

        def held(reader: Reader) -> set[str]:
            desks = reader.letters.desks().items()
            typed = {key for (whose, key), desk in desks if whose == account and desk.draft}
            letters = reader.letters.letters()
            return typed | {one.conversation for one in letters if one.account == account}

        keeps, out = await self._store.load(held), set()
        for key in tuple(keys):
            if key not in keeps:
                await self._store.change_cache(
                    lambda db, key=key: drop_conversation(db, account, key)  # type: ignore[misc]
                )
                self._away.get(account, set()).discard(key)
                out.add(key)
                continue
            self._away.setdefault(account, set()).add(key)
            if not writable:
                await self._store.change_cache(
                    lambda db, key=key: change_conversation(db, account, key, closed=LEFT)  # type: ignore[misc]
                )
        return out

    def note_there(self, account: AccountId, key: str) -> None:
        """It was told of again, or begun anew: that it once was gone says nothing any more."""
        self._away.get(account, set()).discard(key)

    async def look(self, account: AccountId, service: Messages, key: str) -> None:
        """Its server knows nothing of it: if it lists it no more, it goes as well."""
        kept = await self.kept(account)
        if key in kept:
            chosen = await self._could_go(account, {key: kept[key][0]})
            gone = await self._absent(account, service, chosen)
            await self.take_out(account, gone, writable=service.messaging.names)

    # ------------------------------------------------------------- private

    async def _could_go(self, account: AccountId, keys: Mapping[str, int]) -> dict[str, int]:
        """Without those that no list has had yet: nothing was said, or I just have."""

        def read(reader: Reader) -> list[Conversation]:
            kept = (reader.messages.conversation(account, key) for key in keys)
            return [one.conversation for one in kept if one is not None]

        mine, fresh = self._accounts.find(account).uri, self._clock.now() - FRESH
        found = {}
        for one in await self._store.load(read):
            last = one.last
            if last is None:
                continue
            by_me = last.said is not None and last.said.author.uri == mine
            if not (by_me and last.at > fresh):
                found[one.id] = keys[one.id]
        return found

    async def _absent(
        self, account: AccountId, service: Messages, keys: Mapping[str, int]
    ) -> set[str]:
        """Those of *keys* that are nowhere in its lists."""
        if not keys:
            return set()
        try:
            walk = await self._whole(account, service)
        except ServiceError as error:
            log.info("conversations of %s not walked: %s", account, error.kind)
            return set()
        gone = set(keys) - walk.seen if walk.is_sure else set()
        for key in set(keys) - gone:
            self._settled[account, key] = keys[key]
        return gone

    async def _whole(self, account: AccountId, service: Messages) -> Walk:
        """All lists to their end; then their tops again, for what has moved up meanwhile."""
        walk = Walk(asks=service.messaging.asks)
        lists = (False, True) if walk.asks else (False,)
        for most in (WHOLE, 1):
            for requests in lists:
                cursor: Cursor | None = None
                for _ in range(most):
                    call = service.conversations(
                        cursor, requests=requests, limit=PAGE, background=True
                    )
                    page = await told(self._accounts, account, call)
                    walk.note(page, requests=requests)
                    cursor = page.older
                    if cursor is None:
                        break
                if cursor is not None and most > 1:
                    walk.is_sure = False  # there are more than anybody looks through
        return walk
