"""A delivery that is being worked on: what the disk has of it, and how it changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model.sending import Delivery, Limits, Part, Published
from app.protocols.writing import Ready
from app.services.outbox_ledger import Ledger, noted

if TYPE_CHECKING:
    from app.services.clock import Clock
    from app.store.outbox import Kept


SENT = "Sent"
"""How the line of a journal begins that says that something leaves."""


class Lane:
    """
    One delivery in the hands of whoever holds its account's lock.

    Attributes:
        kept: As the disk has it.
        is_rushed: Its chosen time has come only because the clock was set forward.
    """

    def __init__(
        self, kept: Kept, ledger: Ledger, clock: Clock, *, is_rushed: bool = False
    ) -> None:
        self.kept = kept
        self.is_rushed = is_rushed
        self._ledger = ledger
        self._clock = clock

    @property
    def delivery(self) -> Delivery:
        """As the disk has it."""
        return self.kept.delivery

    @property
    def siblings(self) -> tuple[Delivery, ...]:
        """All lanes of its draft."""
        return self._ledger.of(self.delivery.draft)

    async def put(self, text: str, *gone: Published, **changes: object) -> None:
        """
        Write it down with *changes* and a line about them ("" = none).

        Raises: Overtaken, StoreError (nothing was written).
        """
        self.kept = await self._ledger.put(self.kept, self._changed(text, changes), *gone)

    async def put_answer(self, text: str, **changes: object) -> None:
        """The same for what a server has answered. Raises: Overtaken, Unwritten."""
        self.kept = await self._ledger.put_answer(self.kept, self._changed(text, changes))

    def _changed(self, text: str, changes: dict[str, object]) -> Delivery:
        if text:
            return noted(self.delivery, self._clock.now(), text, **changes)
        return replace(self.delivery, **changes)


def sent_at(delivery: Delivery) -> datetime:
    """When something of it left for the last time, by its journal."""
    notes = (note.at for note in reversed(delivery.journal) if note.text.startswith(SENT))
    return next(notes, delivery.queued_at)


def batch_of(delivery: Delivery, limits: Limits) -> list[int]:
    """Which parts go out next: all that are missing where a thread is one act, else one."""
    missing = [n for n, part in enumerate(delivery.parts) if part.done is None]
    return missing if limits.threads_at_once else missing[:1]


def ready_of(delivery: Delivery, batch: Sequence[int]) -> list[Ready]:
    """Those parts as a protocol takes them."""
    first = batch[0]
    before = delivery.parts[first - 1].done if first else None
    root = delivery.parts[0].done if first else None
    return [
        Ready(
            post=delivery.parts[n].post,
            ticket=delivery.parts[n].ticket,
            uploads=delivery.parts[n].uploads,
            parent=before if n == first else None,
            root=root if n == first else None,
        )
        for n in batch
    ]


def with_done(
    delivery: Delivery, batch: Sequence[int], published: Sequence[Published]
) -> tuple[Part, ...]:
    """Its parts, with those of *batch* done."""
    done = dict(zip(batch, published, strict=True))
    return tuple(
        replace(part, done=done[n]) if n in done else part for n, part in enumerate(delivery.parts)
    )


def what_of(delivery: Delivery, batch: Sequence[int]) -> str:
    """Those parts for people: "", or which posts of how many."""
    of = len(delivery.parts)
    if of == 1:
        return ""
    if len(batch) == 1:
        return f"post {batch[0] + 1} of {of}"
    return f"posts {batch[0] + 1} to {batch[-1] + 1} of {of}"
