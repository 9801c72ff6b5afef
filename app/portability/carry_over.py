"""The same people on the other network: looked for, looked through, then followed."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.model import Account, AccountId
from app.portability.carry_over_applying import Applied, follow_confirmed
from app.portability.carry_over_search import People, Searching, Tell
from app.portability.carry_over_values import (
    Document,
    Findings,
    Match,
    Memory,
    document_of,
    read_document,
    write_document,
)
from app.portability.context import Clock
from app.portability.ledger import FileLedger
from app.portability.meter import Meter
from app.portability.patience import patient_pause
from app.protocols.owning import Pause
from app.store.database import make_private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator


class CarryOver:
    """
    Between two accounts of one profile.

    Args:
        account: The account of an id; *service*: who speaks for it. Both raise NotFound.
    """

    def __init__(
        self,
        profile: Path,
        account: Callable[[AccountId], Account],
        service: Callable[[AccountId], Any],
        people: People,
        clock: Clock,
    ) -> None:
        self._profile, self._account, self._service = profile, account, service
        self._people, self._clock = people, clock

    async def find(
        self,
        source: AccountId,
        target: AccountId,
        tell: Tell,
        *,
        ask_bridges: bool = False,
        pause: Pause | None = None,
        most: int | None = None,
    ) -> Findings:
        """
        Look for everybody whom *source* follows, on the network of *target*.

        Nobody is followed. Interrupted, it goes on where it was.

        Args:
            ask_bridges: The user agrees that bridges learn these names.
            most: Only so many, the newest; None: all.

        Raises:
            BadInput: Both are on one network.
            ServiceError: A server cannot be reached.
        """
        with self._searching(source, target, ask_bridges, pause, tell) as searching:
            return await searching.run(Meter(tell, time.monotonic).take, most)

    async def suggest(
        self, source: AccountId, target: AccountId, who: str, *, ask_bridges: bool = False
    ) -> tuple[Match, ...]:
        """
        Who somebody on the network of *source* may be on that of *target*, the surest first.

        Raises: NotFound, BadInput, ServiceError.
        """
        with self._searching(source, target, ask_bridges, None, lambda _: None) as searching:
            return tuple(await searching.about(await searching.named(who)))

    @contextmanager
    def _searching(
        self,
        source: AccountId,
        target: AccountId,
        ask_bridges: bool,
        pause: Pause | None,
        tell: Tell,
    ) -> Iterator[Searching]:
        with self._ledger("found", source, target) as ledger:
            yield Searching(
                (self._account(source), self._service(source)),
                (self._account(target), self._service(target)),
                self._people,
                self._clock,
                Memory(ledger),
                pause or patient_pause(self._clock, tell),
                bridges=ask_bridges,
            )

    async def apply(self, document: Document, tell: Tell, *, pause: Pause | None = None) -> Applied:
        """
        Follow those whom *document* confirms; they come into the people book.

        Raises:
            Unsupported: Nobody can be followed from there.
            StoreError: What becomes of them cannot be written down.
        """
        service = self._service(document.target)
        with self._ledger("followed", document.source, document.target) as ledger:
            done = await follow_confirmed(
                document.matches,
                service,
                self._people,
                ledger,
                pause or patient_pause(self._clock, tell),
                Meter(tell, time.monotonic).take,
            )
        if done.stopped is None:  # it is over: another run looks at everything anew
            self._path("followed", document.source, document.target).unlink(missing_ok=True)
        return done

    async def read(self, path: Path, source: AccountId, target: AccountId) -> Document:
        """The file that was looked through. Raises: BadInput, StoreError."""
        ends = self._account(source), self._account(target)
        return await asyncio.to_thread(read_document, path, *ends)

    async def write(self, findings: Findings, path: Path) -> Document:
        """A new file to look through. Raises: BadInput: it is there already; StoreError."""
        document = document_of(findings)
        await asyncio.to_thread(write_document, document, path)
        return document

    # ------------------------------------------------------------- private

    def _path(self, what: str, source: AccountId, target: AccountId) -> Path:
        named = hashlib.sha256(f"{source}\n{target}".encode()).hexdigest()[:24]
        return self._profile / "carry-over" / f"{what}-{named}.jsonl"

    @contextmanager
    def _ledger(self, what: str, source: AccountId, target: AccountId) -> Iterator[FileLedger]:
        make_private_folder(self._profile / "carry-over")
        ledger = FileLedger(self._path(what, source, target))
        try:
            yield ledger
        finally:
            ledger.close()
