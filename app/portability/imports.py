"""Files that come to an account, as the window sees it: opened, looked at, brought."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from msgspec import Struct

from app.model import AccountId
from app.model.errors import BadInput, ServiceError, Unsupported
from app.portability.activitypub.csv_formats import Kind
from app.portability.activitypub.importing import (
    IN_ORDER,
    FileResult,
    Importing,
    Opened,
    Preview,
    files_in,
    open_file,
)
from app.portability.activitypub.shelves import Household
from app.portability.context import Clock
from app.portability.ledger import FileLedger
from app.portability.patience import patient_pause
from app.portability.plan import Progress
from app.protocols.owning import OwnsMore, Pause, TakesOver
from app.store.database import make_private_folder

Tell = Callable[[str, Progress], None]
"""Name of a file, and how far it is."""


class Brought(Struct, frozen=True):
    """What became of the files; *stopped*: why not all of it is done."""

    results: tuple[FileResult, ...]
    stopped: ServiceError | None = None


def ledger_path(profile: Path, account: AccountId, opened: Opened) -> Path:
    """Where it stands what became of the rows of a file, by account and content."""
    named = f"{account}\n{opened.table.kind}\n{opened.digest}".encode()
    return profile / "imports" / f"{hashlib.sha256(named).hexdigest()[:32]}.jsonl"


class Imports:
    """Brings files. *service*: who speaks for an account; raises NotFound."""

    def __init__(self, profile: Path, service: Callable[[AccountId], Any], clock: Clock) -> None:
        self._profile, self._service, self._clock = profile, service, clock

    async def open(self, paths: Sequence[Path], kind: Kind | None = None) -> tuple[Opened, ...]:
        """
        Read files, or folders of an export, in the order in which they are brought.

        Args:
            kind: What they are, where neither columns nor names tell.

        Raises:
            BadInput, NotFound, Unsupported, StoreError: One of them cannot be used.
        """

        def read() -> tuple[Opened, ...]:
            found = [open_file(path, kind) for path in files_in(paths)]
            if not found:
                raise BadInput("There is no file to import in there.", "Choose another one.")
            if len({(one.table.kind, one.digest) for one in found}) < len(found):
                raise BadInput("A file is named twice.", "Name each file once.")
            return tuple(sorted(found, key=lambda one: IN_ORDER.index(one.table.kind)))

        return await asyncio.to_thread(read)

    async def preview(
        self, account: AccountId, opened: Sequence[Opened], *, pause: Pause | None = None
    ) -> tuple[Preview, ...]:
        """What they would do; nothing is done. Raises: ServiceError."""
        patient = pause or patient_pause(self._clock, lambda progress: None)
        with self._importing(account, opened, patient) as imports:
            return tuple([await one.preview() for one in imports])

    async def bring(
        self,
        account: AccountId,
        opened: Sequence[Opened],
        tell: Tell,
        *,
        pause: Pause | None = None,
        overwrite: bool = False,
    ) -> Brought:
        """
        Bring all of it; waits where the server says so (``Progress.resumes_at``).

        What was done is never done twice, also when it is stopped and run again.

        Args:
            pause: Waits instead, or raises what was told.
            overwrite: Also take away what the files lack (``Preview.remove``).

        Raises:
            Unsupported: The account's network knows no such files.
            StoreError: What becomes of rows cannot be written down.
        """
        name = ""

        def heard(progress: Progress) -> None:
            tell(name, progress)

        removed = dict.fromkeys((file.digest for file in opened), 0)
        with self._importing(
            account, opened, pause or patient_pause(self._clock, heard)
        ) as imports:
            stopped: ServiceError | None = None
            for one, file in zip(imports, opened, strict=True):
                name = file.name
                try:
                    await one.run(heard)
                    if overwrite:
                        removed[file.digest] = await one.overwrite()
                except ServiceError as error:
                    stopped = error
                    break
            results = tuple(map(Importing.result, imports, removed.values()))
        if stopped is None:
            for file in opened:  # it is over: another run looks at everything anew
                ledger_path(self._profile, account, file).unlink(missing_ok=True)
        return Brought(results, stopped)

    @contextmanager
    def _importing(
        self, account: AccountId, opened: Sequence[Opened], pause: Pause
    ) -> Iterator[list[Importing]]:
        service = self._service(account)
        if not (isinstance(service, TakesOver) and isinstance(service, OwnsMore)):
            raise Unsupported(
                f"{account} is on a network that these files mean nothing to.",
                "Choose another account. To find the same people there, see: godwit carry-over",
            )
        make_private_folder(self._profile / "imports")
        ledgers = [FileLedger(ledger_path(self._profile, account, one)) for one in opened]
        try:
            yield [
                Importing(cast(Household, service), one, ledger, pause)
                for one, ledger in zip(opened, ledgers, strict=True)
            ]
        finally:
            for ledger in ledgers:
                ledger.close()
