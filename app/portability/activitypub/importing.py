"""
Bringing rows of a file to an account: looked at first, then one by one, never twice.

What became of each row stands in a ledger, so that whoever is stopped (a limit, a
kill) goes on where they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from app.model.errors import NotFound, Refused, Unreachable, Unsupported
from app.moderation.blocklists import Skipped
from app.portability.activitypub.csv_formats import (
    FORMATS,
    MOST_BYTES,
    MOST_ROWS,
    Kind,
    Row,
    key_of,
)
from app.portability.activitypub.csv_reading import Table, read_csv
from app.portability.activitypub.filters_json import FILE, read_filters
from app.portability.activitypub.shelves import REPLACEABLE, SHELVES, Household, Key, Shelf
from app.portability.disk import told
from app.portability.plan import Progress
from app.portability.step import Ledger
from app.protocols.owning import Pause, no_pause, with_pauses

State = Literal["done", "requested", "already", "failed", "left"]
"""``requested``: they must agree; ``left``: it was not its turn yet."""

FOLLOWS_A_DAY = 400
"""Of people and hashtags together, where servers have this limit (M rate_limiter.rb)."""

MOST_FOLLOWS = 7_500
"""Above it servers want as many followers (M FollowLimitValidator)."""

_IN_A_ROW = 3


class RowResult(Struct, frozen=True):
    """What became of a row. *line*: of its file; *why*: of a failure, for people."""

    line: int
    text: str
    state: State
    why: str = ""


class Preview(Struct, frozen=True, kw_only=True):
    """
    What a file would do. Nothing was done.

    Attributes:
        new: Rows that would be put; ``changed``: are there, in another way.
        already: Rows that are there just so.
        remove: What the file lacks: taken away by overwriting only.
        days: So many the server's own limit makes it last, at least; 0: none.
    """

    file: str
    kind: Kind
    rows: int
    new: int
    changed: int
    already: int
    remove: int
    days: int = 0
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


class FileResult(Struct, frozen=True, kw_only=True):
    """What a file has done."""

    file: str
    kind: Kind
    rows: tuple[RowResult, ...]
    removed: int = 0
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()

    def count(self, *states: State) -> int:
        """Rows in any of these states."""
        return sum(row.state in states for row in self.rows)


class Opened(Struct, frozen=True):
    """A file that was read. *digest* names it and what is in it."""

    name: str
    digest: str
    table: Table


IN_ORDER: tuple[Kind, ...] = (
    "domain_blocking",
    "blocking",
    "muting",
    "filters",
    "tags",
    "following",
    "lists",
    "bookmarks",
)
"""What shuts out comes first; lists need their people (facts C5)."""


def files_in(paths: Iterable[Path]) -> list[Path]:
    """*paths*, where a folder stands for the files in it that an account can take."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            names = [FILE if kind == "filters" else FORMATS[kind].file for kind in IN_ORDER]
            found += [path / name for name in names if (path / name).is_file()]
        else:
            found.append(path)
    return found


def open_file(path: Path, kind: Kind | None = None, *, most: int = MOST_ROWS) -> Opened:
    """
    Read a file from the disk. *most*: rows that are taken.

    Raises:
        BadInput: It cannot be used as a whole.
        NotFound, StoreError: It is not there, or cannot be read.
    """
    import hashlib

    with told(path):
        try:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotFound(f"There is no file {path}.", "Check its name.") from None
    is_json = kind == "filters" or (kind is None and path.suffix.casefold() == ".json")
    table = read_filters(data) if is_json else read_csv(data, path.name, kind, most=most)
    if table.kind not in SHELVES:
        raise Unsupported(
            f"{path.name} says who follows you: nobody can be made to.",
            "It is kept for information; move the account to bring followers along.",
        )
    return Opened(path.name, hashlib.sha256(data).hexdigest(), table)


class Importing:
    """
    One file on its way to one account.

    Args:
        ledger: What became of its rows before.
        pause: Waits when the server wants that.
    """

    def __init__(
        self, account: Household, opened: Opened, ledger: Ledger, pause: Pause = no_pause
    ) -> None:
        self._opened, self._ledger, self._pause = opened, ledger, pause
        self._shelf: Shelf[Any] = SHELVES[opened.table.kind](account)
        self._there: dict[Key, Any] | None = None

    async def preview(self) -> Preview:
        """What would be done. Raises: ServiceError."""
        there, table = await self._found(), self._opened.table
        states = [self._state(row, there) for row in table.rows]
        new = states.count("new")
        keys = {key_of(row) for row in table.rows}
        replaceable = table.kind in REPLACEABLE
        notes = [*table.notes, *_limits(table.kind, new, len(there))]
        return Preview(
            file=self._opened.name,
            kind=table.kind,
            rows=len(table.rows),
            new=new,
            changed=states.count("changed"),
            already=states.count("already"),
            remove=sum(key not in keys for key in there) if replaceable else 0,
            days=_days(table.kind, new),
            skipped=table.skipped,
            notes=tuple(notes),
        )

    async def run(self, tell: Callable[[Progress], None] = lambda progress: None) -> FileResult:
        """
        Put every row that is not there.

        Raises:
            RateLimited, Unreachable, SignedOut, StoreError: It goes on from there
                when it is run again; ``result`` tells how far it came.
        """
        there, rows = await self._found(), self._opened.table.rows
        vain = 0
        for number, row in enumerate(rows):
            name = _name(row)
            if name not in self._ledger:
                if self._state(row, there) == "already":
                    self._ledger.put(name, "already")
                else:
                    try:
                        self._ledger.put(name, await self._put(row))
                        vain = 0
                    except Unreachable as error:
                        # One that cannot be looked up costs itself; a dead server all.
                        vain += 1
                        if vain >= _IN_A_ROW:
                            raise
                        self._ledger.put(name, {"failed": error.message})
            tell(Progress(done=number + 1, total=len(rows), unit=UNITS[self._opened.table.kind]))
        return self.result()

    async def overwrite(self) -> int:
        """Take away what the file lacks; how many. Raises: Unsupported, ServiceError."""
        if self._opened.table.kind not in REPLACEABLE:
            raise Unsupported(
                f"{self._opened.name}: nothing is taken away for a file of this kind."
            )
        there = await self._found()
        keys = {key_of(row) for row in self._opened.table.rows}
        gone = [key for key in there if key not in keys]
        for key in gone:
            await self._shelf.take_away(key, there.pop(key))
        return len(gone)

    def result(self, removed: int = 0) -> FileResult:
        """How far it has come."""
        table = self._opened.table
        return FileResult(
            file=self._opened.name,
            kind=table.kind,
            rows=tuple(
                _told(line, row, self._ledger.get(_name(row)))
                for line, row in zip(table.lines, table.rows, strict=True)
            ),
            removed=removed,
            skipped=table.skipped,
            notes=table.notes,
        )

    # ------------------------------------------------------------- private

    async def _found(self) -> dict[Key, Any]:
        if self._there is None:
            self._there = await self._shelf.there(self._pause)
        return self._there

    def _state(self, row: Row, there: dict[Key, Any]) -> Literal["new", "changed", "already"]:
        key = key_of(row)
        if key not in there:
            return "new"
        return "already" if self._shelf.is_same(row, there[key]) else "changed"

    async def _put(self, row: Row) -> Any:
        try:
            return await with_pauses(lambda: self._shelf.put(row), self._pause)
        except (Refused, Unsupported) as error:
            return {"failed": error.message}


UNITS: dict[Kind, str] = {
    "following": "follows",
    "lists": "list entries",
    "muting": "mutes",
    "blocking": "blocks",
    "domain_blocking": "blocked servers",
    "bookmarks": "bookmarks",
    "tags": "hashtags",
    "followers": "followers",
    "filters": "filters",
}


def _name(row: Row) -> str:
    return "\t".join(key_of(row))


def _told(line: int, row: Row, said: Any) -> RowResult:
    text = " ".join(part for part in _name(row).split("\t"))
    if isinstance(said, dict):
        return RowResult(line, text, "failed", str(said.get("failed", "")))
    return RowResult(line, text, said if said in ("done", "requested", "already") else "left")


def _days(kind: Kind, new: int) -> int:
    limited = kind in ("following", "tags", "lists")
    return -(-new // FOLLOWS_A_DAY) if limited and new > FOLLOWS_A_DAY else 0


def _limits(kind: Kind, new: int, there: int) -> Iterable[str]:
    if days := _days(kind, new):
        yield (
            f"Servers allow {FOLLOWS_A_DAY} follows a day: this takes {days} days. "
            "It goes on where it was, whenever it is run again."
        )
    if kind == "following" and there + new > MOST_FOLLOWS:
        yield (f"Servers allow {MOST_FOLLOWS} follows, and more only to who has as many followers.")
    if kind == "lists" and new:
        yield "Who is on a list is followed, too: servers want it so."
