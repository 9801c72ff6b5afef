"""
Reads CSV files as Mastodon's importer does, and says of every row it cannot use why.

Files come from other people and other programs: nothing in one may raise anything
but ``BadInput`` for the whole, and what is odd in one row costs that row.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from app.model.errors import BadInput
from app.moderation.blocklists import Skipped
from app.portability.activitypub.csv_cells import BadCell, row_from_cells
from app.portability.activitypub.csv_formats import (
    ADDRESS,
    BOOSTS,
    DOMAIN,
    FORMATS,
    HEADS,
    HIDE,
    LANGUAGES,
    LIST,
    MOST_BYTES,
    MOST_ROWS,
    NOTIFY,
    TAG,
    URI,
    Format,
    Kind,
    Row,
    format_of_name,
    key_of,
)

_FIRST = (ADDRESS, DOMAIN, URI, LIST, TAG)
"""What the first cell of a header row is; anything else is a row already."""

_SHOWN = 120
_LINES_A_ROW = 10
"""Blank ones are skipped, and cost all the same."""


class Table(Struct, frozen=True, kw_only=True):
    """
    What a file says.

    Attributes:
        rows: In order, each once, with the line it stands on.
        skipped: Lines that cannot be used, each with its reason.
        notes: What is odd about the file itself, one sentence each.
    """

    kind: Kind
    rows: tuple[Row, ...] = ()
    lines: tuple[int, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


def read_csv(
    data: bytes, name: str = "", kind: Kind | None = None, *, most: int = MOST_ROWS
) -> Table:
    """
    Read a file.

    Args:
        name: Of the file, without folders: it tells what is in it.
        kind: Said by the user; else it is told by the columns, then the name.
        most: Rows that are taken.

    Raises:
        BadInput: Too large, empty, or nobody can say what it is.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(
            f"{name or 'The file'} is larger than {MOST_BYTES // 1_000_000} MB.",
            "Servers take no such file either: split it.",
        )
    if max(data.count(b"\n"), data.count(b"\r")) > most * _LINES_A_ROW:
        raise BadInput(
            f"{name or 'The file'} has more than {most * _LINES_A_ROW} lines.",
            f"Servers take {most} rows: split it.",
        )
    text, notes = _decoded(data)
    skipped: list[Skipped] = []
    records = _records(text, skipped, most)
    first = next(records, None)
    if first is None:
        broken = " that can be read" if skipped else ""
        raise BadInput(f"{name or 'The file'} has no rows{broken}.", "Choose another file.")
    head = _head(first[1])
    known = FORMATS[kind] if kind else _guessed(head, name, first[1])
    if kind:
        notes += _mismatch(known, head, name)
    places = _places(head or known.columns)
    if known.columns[0] not in places:
        raise BadInput(
            f"{name or 'The file'} has no column “{known.columns[0]}”.",
            "Say what it is with --as.",
        )
    rows = records if head else _again(first, records)
    return _table(known, places, rows, skipped, notes, most)


def _table(
    known: Format,
    places: Mapping[str, int],
    records: Iterator[tuple[int, list[str]]],
    skipped: list[Skipped],
    notes: list[str],
    most: int,
) -> Table:
    rows: dict[tuple[str, ...], tuple[int, Row]] = {}
    for line, cells in records:
        if len(rows) + len(skipped) >= most:
            notes.append(f"Only the first {most} rows are taken, as servers do.")
            break
        try:
            row = row_from_cells(known.kind, _by_name(places, cells))
        except BadCell as error:
            skipped.append(Skipped(line, _shown(cells), str(error)))
            continue
        if (key := key_of(row)) in rows:
            skipped.append(Skipped(line, _shown(cells), "It stands in the file already."))
            continue
        rows[key] = (line, row)
    return Table(
        kind=known.kind,
        rows=tuple(row for _, row in rows.values()),
        lines=tuple(line for line, _ in rows.values()),
        skipped=tuple(sorted(skipped, key=lambda one: one.line)),
        notes=tuple(notes),
    )


# ------------------------------------------------------------------- bytes


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """Text, where every byte that is no UTF-8 stands as a lone surrogate."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = data.decode("utf-16", "replace").replace("\ufffd", "\udc80")
        return text, ["The file is in UTF-16, not in UTF-8; it was read all the same."]
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    if _broken(text):
        return text, ["Some of the file is not in UTF-8: those rows are left out."]
    return text, []


def _broken(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _records(text: str, skipped: list[Skipped], most: int) -> Iterator[tuple[int, list[str]]]:
    """
    The records with the line each begins on; blank ones are left out.

    What the reader refuses costs the one line it began on: reading goes on with the next.
    """
    import csv  # files of this kind are rare

    lines = list(io.StringIO(text, newline=""))
    at = 0
    while at < len(lines) and len(skipped) < most:
        # By index: a copy of the rest at each fault would take minutes in a hostile file.
        reader = csv.reader((lines[n] for n in range(at, len(lines))), strict=True)
        begun = 0
        try:
            for cells in reader:
                line, begun = at + begun + 1, reader.line_num
                if any(cell.strip() for cell in cells):
                    yield line, cells
            return
        except csv.Error as error:
            line = at + begun + 1
            skipped.append(Skipped(line, _shown([lines[line - 1]]), _why(str(error))))
            at = line


def _why(said: str) -> str:
    if "larger than" in said:
        return "A cell is longer than anything that belongs there."
    return "Its quotes do not match."


def _again(
    first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


# ------------------------------------------------------------------- kinds


def _head(cells: Sequence[str]) -> tuple[str, ...]:
    """The columns, if this is a header row; else nothing."""
    first = HEADS.get(cells[0].strip().casefold())
    if first not in _FIRST:
        return ()
    return tuple(HEADS.get(cell.strip().casefold(), cell.strip()) for cell in cells)


def _places(columns: Sequence[str]) -> dict[str, int]:
    """Where each column stands; of two with one name the first."""
    places: dict[str, int] = {}
    for at, name in enumerate(columns):
        places.setdefault(name, at)
    return places


def _by_name(places: Mapping[str, int], cells: Sequence[str]) -> dict[str, str]:
    return {name: cells[at] for name, at in places.items() if at < len(cells)}


def _told(head: Sequence[str]) -> Format | None:
    """By its columns, as far as they tell it."""
    if HIDE in head:
        return FORMATS["muting"]
    if {BOOSTS, NOTIFY, LANGUAGES} & {*head}:
        return FORMATS["following"]
    by_first: dict[str, Kind] = {
        DOMAIN: "domain_blocking",
        URI: "bookmarks",
        LIST: "lists",
        TAG: "tags",
    }
    return FORMATS[by_first[head[0]]] if head and head[0] in by_first else None


_WEB = re.compile(r"\s*https?://\S+\s*")


def _guessed(head: Sequence[str], name: str, first: Sequence[str]) -> Format:
    """
    What the file is. Never guessed from addresses alone: whom one follows
    and whom one blocks look the same.

    Raises:
        BadInput: Nothing tells.
    """
    found = _told(head) or format_of_name(name)
    if found is None and not head and len(first) == 1 and _WEB.fullmatch(first[0]):
        found = FORMATS["bookmarks"]
    if found is None:
        raise BadInput(
            f"Nothing tells what {name or 'the file'} is: follows, blocks, mutes…",
            "Say it with --as, or give the file its usual name.",
        )
    return found


def _mismatch(known: Format, head: Sequence[str], name: str) -> list[str]:
    looks = _told(head) or format_of_name(name)
    if looks is None or looks.kind == known.kind:
        return []
    return [f"It looks like {looks.file}; it is read as {known.file}, as you said."]


def _shown(cells: Sequence[str]) -> str:
    text = ",".join(cells)[:_SHOWN]
    return "".join(char if char.isprintable() else "\ufffd" for char in text).strip()
