"""
Conversations: from the cache at once, then from the servers of both networks.

What comes is kept like every page that is read: it can be reacted to, searched,
and read again without a network.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.feed.echoes import canonical
from app.feed.half_open import hardly_heard
from app.feed.rows import Copy
from app.model import Account, AccountId, Entry, Post
from app.model.draft import PostAddress
from app.model.errors import NotFound, ServiceError, Unsupported
from app.services.asking import known_nowhere, nobody_to_ask, told
from app.services.conversation import Conversation, Talk
from app.services.offline import not_asked
from app.services.shadows import Shadows

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.protocols.writing import Converses
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.clock import Clock
    from app.services.timelines import Timelines
    from app.store import Reader, Store

log = logging.getLogger(__name__)


PAUSES = (0.0, 1.0, 3.0, 8.0)
"""Seconds before each look for an own answer that does not show yet."""


class Conversations:
    """
    All conversations that are open.

    Args:
        offline: Ask no server: what the cache has is shown.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        bridging: Bridging,
        timelines: Timelines,
        shadows: Shadows,
        clock: Clock,
        *,
        offline: bool = False,
    ) -> None:
        self._accounts, self._store, self._offline = accounts, store, offline
        self._clock = clock
        self._talk = Talk(
            store=store,
            accounts=accounts,
            bridging=bridging,
            timelines=timelines,
            shadows=shadows,
            clock=clock,
            service=self.service,
            unheard=lambda account, uri: hardly_heard(uri),
        )
        self._opened: list[Conversation] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, addresses: Sequence[PostAddress]) -> Conversation:
        """
        The conversation around a post, as far as the cache has it.

        ``Conversation.load`` asks the servers. Close it with ``leave``.

        Args:
            addresses: The post's copies, the one that is shown first.

        Raises:
            StoreError: The cache cannot be read.
        """
        opened = Conversation(self._talk, addresses)
        await opened.open()
        self._opened.append(opened)
        return opened

    def warn_with(self, unheard: Callable[[AccountId, str], str]) -> None:
        """Who says why an account would not be heard by the server of a post."""

        def say(account: AccountId, uri: str) -> str:
            return unheard(account, uri) or hardly_heard(uri)

        self._talk = replace(self._talk, unheard=say)

    def unheard(self, account: AccountId, uri: str) -> str:
        """Why what *account* answers to that post may not be seen, in a sentence; "" = it is."""
        return self._talk.unheard(account, uri)

    def leave(self, opened: Conversation) -> None:
        """Forget it. Harmless when it is forgotten."""
        if opened in self._opened:
            self._opened.remove(opened)
            opened.close()

    async def copies(self, address: str) -> tuple[Copy, ...]:
        """
        All copies of the post with this URI or web address, itself first, with who saw them.

        From the cache, else from whichever of my accounts finds it.

        Raises:
            NotFound: No server of mine knows it.
        """
        address = address.strip()
        found = await self._cached(address)
        if not found:
            account, entry = await self._found(address, self._accounts.all())
            found = await self._cached(entry.post.uri)
            found = found or (Copy(entry.post, (account,)),)
        return found

    async def addresses(self, address: str) -> tuple[PostAddress, ...]:
        """Where the copies of a post are, as ``copies``. Raises: NotFound."""
        return tuple(address_of(copy.post) for copy in await self.copies(address))

    async def find(self, address: str, account: AccountId | None = None) -> Entry:
        """
        The post with this address, as *account* (None: the first that finds it) sees it.

        Raises:
            NotFound: No server of mine knows it.
        """
        mine = self._accounts.all() if account is None else (self._accounts.find(account),)
        return (await self._found(address, mine))[1]

    def service(self, account: AccountId) -> Converses:
        """
        Who speaks for *account*.

        Raises:
            Unsupported: Its server shows no conversations.
            Unreachable: No server is to be asked.
        """
        from app.protocols.writing import Converses

        if self._offline:
            raise not_asked("What has been read before is shown.")
        service = self._accounts.service(account)
        if not isinstance(service, Converses):
            host = self._accounts.find(account).host
            raise Unsupported(f"{host} shows no conversations.")
        return service

    async def _found(self, address: str, mine: Sequence[Account]) -> tuple[AccountId, Entry]:
        problem: ServiceError | None = None
        for known in mine:
            try:
                service = self.service(known.id)
                found = await told(self._accounts, known.id, service.find(address))
            except ServiceError as error:
                # That one server cannot be reached says more than that others know nothing.
                if problem is None or isinstance(problem, NotFound | Unsupported):
                    problem = error
            else:
                return known.id, found
        if isinstance(problem, NotFound) and len({one.network for one in mine}) > 1:
            problem = known_nowhere(address)
        raise problem or nobody_to_ask(address)

    async def _cached(self, address: str) -> tuple[Copy, ...]:
        def read(reader: Reader) -> tuple[Copy, ...]:
            posts = reader.echo(address) or reader.echo(canonical(address))
            return tuple(Copy(post, tuple(reader.viewers(post.uri))) for post in posts)

        return await self._store.load(read)

    async def note_sent(self, own: str, answered: str) -> None:
        """
        A post of mine was sent: conversations that show what it answers look again.

        More than once, where a network takes a moment to show what it has.
        """
        for pause in PAUSES:
            stale = [c for c in self._opened if c.shows([answered]) and not c.shows([own])]
            if not stale:
                return
            if pause:
                await self._clock.wait(asyncio.Event(), pause)
            for opened in stale:
                await opened.load()

    def sent(self, own: str, answered: str) -> None:
        """The same, from where nothing can be waited for."""
        if not any(opened.shows([answered]) for opened in self._opened):
            return
        task = asyncio.create_task(self.note_sent(own, answered), name="own answer")
        self._tasks.add(task)
        task.add_done_callback(self._on_looked)

    def _on_looked(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("looking for an own answer failed", exc_info=error)

    async def refresh(self) -> None:
        """What decides has changed: what is open is judged anew."""
        for opened in tuple(self._opened):
            await opened.redraw()

    async def close(self) -> None:
        """Forget all."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for opened in tuple(self._opened):
            self.leave(opened)


def address_of(post: Post) -> PostAddress:
    """Where that copy is."""
    return PostAddress(post.network, post.uri, post.url)
