"""What was saved of the old account in a move's folder, and the way of its rows to the new one."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from app.model.belongings import OwnProfile
from app.model.errors import Malformed
from app.portability.activitypub.csv_formats import FORMATS, Kind, Row, key_of
from app.portability.activitypub.exporting import DETAILS, Details
from app.portability.activitypub.filters_json import FILE
from app.portability.activitypub.importing import UNITS, Importing, Opened, open_file
from app.portability.activitypub.shelves import Household
from app.portability.disk import told
from app.portability.plan import Progress
from app.portability.step import Ledger, StepContext

OLD, PROFILE = "old", "profile.json"
T = TypeVar("T", bound=msgspec.Struct)

_MOST_OWN = 1_000_000


def folder_of(context: StepContext) -> Path:
    """Where what was saved is."""
    return context.folder / OLD


def file_of(context: StepContext, kind: Kind) -> Path:
    """The file with all rows of *kind*."""
    return folder_of(context) / (FILE if kind == "filters" else FORMATS[kind].file)


def saved_rows(context: StepContext, kind: Kind) -> Opened | None:
    """Rows that were saved; None: there were none. Raises: NotFound, StoreError."""
    path = file_of(context, kind)
    with told(path):
        if not path.exists():
            return None  # the old server keeps no such thing
        data = path.read_bytes().strip()
    if not data or not context.kept.get("counts", {}).get(kind, 1):
        return None
    # It is our own file: whoever follows more than servers import at once loses nobody.
    opened = open_file(path, kind, most=_MOST_OWN)
    return opened if opened.table.rows else None


def only(opened: Opened, rows: list[Row]) -> Opened:
    """The same with these of its rows."""
    lines = dict(zip(opened.table.rows, opened.table.lines, strict=True))
    table = replace(
        opened.table, rows=tuple(rows), lines=tuple(lines[row] for row in rows), skipped=()
    )
    return replace(opened, table=table)


def saved_details(context: StepContext) -> Details:
    """What files of others have no place for. Raises: Malformed, StoreError."""
    return _read(folder_of(context) / DETAILS, Details)


def saved_profile(context: StepContext) -> OwnProfile:
    """The profile as it was. Raises: Malformed, StoreError."""
    return _read(folder_of(context) / PROFILE, OwnProfile)


def _read(path: Path, kind: type[T]) -> T:
    with told(path):
        data = path.read_bytes()
    try:
        return msgspec.json.decode(data, type=kind)
    except (ValueError, RecursionError):
        raise Malformed(
            f"{path.name} in the folder of this move cannot be read.",
            "Make a new plan: the old account still has all of it.",
        ) from None


def is_bridge_bot(acct: str) -> bool:
    """
    Whether following them would open a second bridge before the first has moved.

    A bridge keeps the bridged account of who Moves; whoever follows its bot from the
    new account before that gets another one (facts D1).
    """
    user, _, host = acct.casefold().partition("@")
    return (host == "brid.gy" or host.endswith(".brid.gy")) and user == host


class Carry:
    """
    Rows of one kind on their way, with the move's own ledger.

    Raises (all of it): ServiceError: it goes on from there.
    """

    def __init__(
        self,
        context: StepContext,
        account: Household,
        opened: Opened,
        ledger: Ledger | None = None,
    ) -> None:
        self._context, self._opened = context, opened
        self.kind = opened.table.kind
        self._ledger = ledger if ledger is not None else context.ledger(self.kind.replace("_", "-"))
        self._importing = Importing(account, opened, self._ledger)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Those on their way."""
        return self._opened.table.rows

    def give_up(self, why: str) -> None:
        """The server has no such thing: so it is with all that are left."""
        for row in self.rows:
            name = "\t".join(key_of(row))
            if name not in self._ledger:
                self._ledger.put(name, {"failed": why})

    @property
    def is_through(self) -> bool:
        """Of every row it is written down what became of it. Asks nobody."""
        return self._importing.result().count("left") == 0

    async def bring(self, before: int = 0, total: int = 0) -> None:
        """Put what is not there. *before*, *total*: of the step, where it has several kinds."""

        def tell(progress: Progress) -> None:
            self._context.progress(
                replace(
                    progress,
                    done=before + progress.done,
                    total=total or progress.total,
                    unit=progress.unit if not total else "entries",
                )
            )

        await self._importing.run(tell)

    async def missing(self) -> int:
        """How many rows are not there by now, as the server tells. Changes nothing."""
        preview = await self._importing.preview()
        return preview.new

    def words(self) -> str:
        """What became of them: "212 follows, 3 asked, 5 could not be found"."""
        result = self._importing.result()
        count = result.count("done", "already")
        unit = UNITS[self.kind]
        words = [f"{count} {unit.removesuffix('s') if count == 1 else unit}"]
        if asked := result.count("requested"):
            words.append(f"{asked} must agree first")
        if failed := result.count("failed"):
            words.append(f"{failed} could not be brought")
        return ", ".join(words)

    def say_failures(self) -> None:
        """Each row that could not be brought, into the journal (the first hundred)."""
        failed = [row for row in self._importing.result().rows if row.state == "failed"]
        for row in failed[:100]:
            self._context.say(f"{row.text}: {row.why}", "warn")
        if len(failed) > 100:
            self._context.say(f"… and {len(failed) - 100} more; the ledger has all.", "warn")
