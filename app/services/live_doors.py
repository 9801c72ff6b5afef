"""What a live line leads to: the store, the timelines, notifications, filters."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import HOME, AccountId, Source
from app.model.timeline import Entry, Stub
from app.services.live_intake import Doors
from app.services.notifications_sync import SOURCE
from app.services.sync import PAGES

if TYPE_CHECKING:
    from app.model.message import Conversation
    from app.model.post import Post, ViewerState
    from app.protocols.streaming import Gone
    from app.services.accounts import Accounts
    from app.services.moderation import Moderation
    from app.services.notifications import Notifications
    from app.services.sync import Sync
    from app.services.timelines import Timelines
    from app.store import Store


Letters = Callable[[AccountId, "tuple[Conversation, ...]"], Awaitable[None]]


class LiveDoors(Doors):
    """The real ones."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        sync: Sync,
        timelines: Timelines,
        notifications: Notifications,
        moderation: Moderation,
    ) -> None:
        self._store, self._accounts = store, accounts
        self._sync, self._timelines = sync, timelines
        self._notifications, self._moderation = notifications, moderation
        self._also: list[Callable[[AccountId], None]] = []
        self._letters: Letters | None = None

    def accompany(self, also: Callable[[AccountId], None]) -> None:
        """Call *also* with an account after a look at its notifications."""
        self._also.append(also)

    def deliver(self, letters: Letters) -> None:
        """Hand what is said in private to *letters* from now on."""
        self._letters = letters

    async def catch_up(self, account: AccountId, source: Source = HOME) -> None:
        """As a round does. Raises: ServiceError."""
        pages = PAGES if source == HOME else 1
        [report] = await self._sync.run([account], source, background=True, pages=pages)
        if report.error is not None:
            raise report.error

    async def take(
        self, account: AccountId, items: tuple[Entry | Stub, ...], source: Source = HOME
    ) -> None:
        """As a page does."""
        await self._sync.take(account, items, source)

    async def take_letters(
        self, account: AccountId, conversations: tuple[Conversation, ...]
    ) -> None:
        """Nobody has read them by that."""
        if self._letters is not None:
            await self._letters(account, conversations)

    async def renew(self, account: AccountId, entries: tuple[Entry, ...]) -> None:
        """Those that are known; the others would stand where nothing around them is known."""
        uris = [entry.post.uri for entry in entries]
        known = await self._store.load(lambda reader: reader.posts(uris).keys())
        mine = tuple(entry for entry in entries if entry.post.uri in known)
        if mine:
            await self._sync.take(account, mine, SOURCE, self._timelines.note_saved)

    async def take_back(self, account: AccountId, gone: Iterable[Gone]) -> None:
        """Wherever they stand."""
        from app.store.taken_back import reposted_by, take_back

        me = self._accounts.find(account).uri
        for one in gone:
            keys, ref = one.keys, one.ref
            mine = await self._store.change_cache(
                lambda db, keys=keys: reposted_by(db, me, keys)  # type: ignore[misc]
            )
            saved = await self._store.change_cache(
                lambda db, keys=keys, ref=ref: take_back(db, account, keys, ref)  # type: ignore[misc]
            )
            if saved.changed:
                self._timelines.note_saved(saved)
            for uri in mine:
                # Taken back elsewhere: it is not passed on by me any more.
                self._timelines.note_saved(await self._store.amend(uri, account, _not_reposted))

    async def look_at_notices(self, account: AccountId) -> None:
        """Newest first, down to what is known."""
        await self._notifications.sync([account], background=True)
        for also in self._also:
            also(account)

    async def renew_filters(self, account: AccountId) -> None:
        """And what is on the screen is judged anew."""
        await self._moderation.refresh(account, force=True, soon=True)


def _not_reposted(post: Post, viewer: ViewerState) -> tuple[Post, ViewerState]:
    return post, replace(viewer, reposted=False)
