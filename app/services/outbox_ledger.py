"""What is known of every delivery: the disk's word, and a copy of it at hand."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import Draft, DraftId
from app.model.errors import ServiceError, StoreError
from app.model.sending import Delivery, Note, Published, Trouble
from app.services.enqueue import AGAIN

if TYPE_CHECKING:
    from datetime import datetime

    from app.store import Keeper, Store
    from app.store.outbox import Kept

log = logging.getLogger(__name__)

Key = tuple[DraftId, AccountId]

MOST_NOTES = 60
"""Lines of a journal; the oldest but the first go."""


class OutboxChanged(Struct, frozen=True):
    """Something of *draft* is otherwise; *account*: only that lane, None: more than one."""

    draft: DraftId
    account: AccountId | None = None


class Overtaken(Exception):
    """
    Somebody else has changed the delivery meanwhile; nothing was written.

    Never leaves the outbox: who meets it looks again.
    """


class Unwritten(Exception):
    """A server's answer could not be written down: it is kept in memory until it can."""


class Ledger:
    """
    Reads once, when it is first asked; then follows its own changes, and those
    of other processes when ``refresh`` is called.

    A change that cannot be written because the disk is full stays ``unsaved``:
    it is shown, and written as soon as there is room.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[Key, Kept] | None = None
        self._seen = 0
        self._listeners: list[Callable[[OutboxChanged], None]] = []
        self.unsaved: dict[Key, Delivery] = {}

    # --------------------------------------------------------------- reading

    def all(self) -> tuple[Delivery, ...]:
        """Of every draft of which something has not arrived, or arrived since the start."""
        return tuple(self._shown(kept) for kept in self._known().values())

    def of(self, draft: DraftId) -> tuple[Delivery, ...]:
        """Those of one draft, also when all has arrived long ago."""
        found = [kept for kept in self._known().values() if kept.delivery.draft == draft]
        if not found:
            found = list(self._store.reader.written.deliveries(draft))
        return tuple(self._shown(kept) for kept in found)

    def find(self, draft: DraftId, account: AccountId) -> Delivery | None:
        """One of them."""
        kept = self._known().get((draft, account))
        if kept is None:
            kept = self._store.reader.written.delivery(draft, account)
        return None if kept is None else self._shown(kept)

    async def load(self, draft: DraftId, account: AccountId) -> Kept | None:
        """One of them as the disk has it now."""
        kept = await self._store.load(lambda reader: reader.written.delivery(draft, account))
        if kept is not None:
            self._take(kept)
        else:
            # Gone, or not to be read any more: nothing is done with what we remember of it.
            self._known().pop((draft, account), None)
        return kept

    async def refresh(self) -> None:
        """Take over what other processes have changed. Cheap."""
        self._known()
        seen = self._seen
        for kept in await self._store.load(lambda reader: reader.written.changed(seen)):
            self._take(kept)

    # -------------------------------------------------------------- changing

    async def put(self, kept: Kept, delivery: Delivery, *gone: Published) -> Kept:
        """
        Write *delivery* in place of *kept*; durable when this returns.

        Args:
            gone: Posts that were deleted again, in the same transaction.

        Raises:
            Overtaken: *kept* is not what the disk has any more.
            StoreError: Nothing was written.
        """

        def write(keeper: Keeper) -> int:
            rev = keeper.written.put(delivery, kept.rev)
            if rev:
                for post in gone:
                    keeper.written.forget_post(post)
            return rev

        rev = await self._store.keep(write)
        if not rev:
            await self.load(delivery.draft, delivery.account)
            raise Overtaken
        made = replace(kept, rev=rev, delivery=delivery)
        self.unsaved.pop((delivery.draft, delivery.account), None)
        self._take(made)
        return made

    async def put_answer(self, kept: Kept, delivery: Delivery) -> Kept:
        """
        The same for what a server has answered: it is not forgotten on a full disk.

        Raises: Overtaken, Unwritten.
        """
        try:
            return await self.put(kept, delivery)
        except StoreError as error:
            log.warning("an answer cannot be written down yet: %s", error.kind)
            self.unsaved[delivery.draft, delivery.account] = delivery
            self.tell(delivery.draft, delivery.account)
            raise Unwritten from error

    async def save_unsaved(self) -> None:
        """Write what could not be written before, if there is room now."""
        for (draft, account), delivery in list(self.unsaved.items()):
            kept = self._known().get((draft, account))
            if kept is None:
                del self.unsaved[draft, account]
                continue
            try:
                await self.put(kept, delivery)
            except Overtaken:
                del self.unsaved[draft, account]
            except StoreError:
                return

    async def enqueue(
        self, draft: Draft, deliveries: Sequence[Delivery], last_at: str
    ) -> tuple[Delivery, ...]:
        """
        Write a draft and its deliveries in one transaction.

        A lane that is there already and has not failed stays as it is: the same
        draft sent twice leaves once. Returns what is there now.
        """

        def write(keeper: Keeper) -> list[Kept]:
            keeper.written.save_draft(draft, sent=True)
            keeper.set_setting(LAST_AT, last_at)
            found = []
            for delivery in deliveries:
                there = keeper.written.delivery(draft.id, delivery.account)
                again = there is None or there.delivery.state in AGAIN
                if again and delivery.state == "queued":
                    keeper.written.put(delivery, there.rev if there else 0)
                kept = keeper.written.delivery(draft.id, delivery.account)
                assert kept is not None
                found.append(kept)
            return found

        found = await self._store.keep(write)
        for kept in found:
            self._take(kept)
        return tuple(kept.delivery for kept in found)

    def move(self, key: Key, delivery: Delivery) -> None:
        """Show *delivery* from now on, without writing it: the disk's word is no other."""
        kept = self._known()[key]
        self._known()[key] = replace(kept, delivery=delivery)

    # -------------------------------------------------------------- listening

    def subscribe(self, listener: Callable[[OutboxChanged], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, draft: DraftId, account: AccountId | None = None) -> None:
        """Something is otherwise."""
        for listener in tuple(self._listeners):
            listener(OutboxChanged(draft, account))

    # --------------------------------------------------------------- private

    def _known(self) -> dict[Key, Kept]:
        if self._kept is None:
            written = self._store.reader.written
            self._seen = written.newest()
            self._kept = {
                (kept.delivery.draft, kept.delivery.account): kept for kept in written.waiting()
            }
        return self._kept

    def _take(self, kept: Kept) -> None:
        key = (kept.delivery.draft, kept.delivery.account)
        before = self._known().get(key)
        if before is not None and before.rev > kept.rev:
            return  # read before our own last change
        self._known()[key] = kept
        self._seen = max(self._seen, kept.rev)
        if before is None or before.rev != kept.rev:
            self.tell(*key)

    def _shown(self, kept: Kept) -> Delivery:
        key = (kept.delivery.draft, kept.delivery.account)
        return self.unsaved.get(key, kept.delivery)


LAST_AT = "outbox.last_at"
"""Setting: the latest time a ticket was made for; the next is later, whatever the clock says."""


def noted(delivery: Delivery, at: datetime, text: str, **changes: object) -> Delivery:
    """*delivery* with *changes*, and a line of its journal about them."""
    journal = (*delivery.journal, Note(at, text))
    if len(journal) > MOST_NOTES:
        journal = (journal[0], *journal[-(MOST_NOTES - 1) :])
    return replace(delivery, journal=journal, **changes)


def trouble_from(error: ServiceError, repair: str = "") -> Trouble:
    """An error as it is kept with a delivery."""
    return Trouble(error.kind, error.message, error.next_step, repair)
