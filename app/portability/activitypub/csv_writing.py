"""Writes CSV files exactly as Mastodon does: UTF-8, commas, "\\n", RFC 4180 quotes, no BOM."""

from __future__ import annotations

from collections.abc import Iterable

from app.portability.activitypub.csv_formats import (
    FORMATS,
    Block,
    Bookmark,
    Domain,
    Follow,
    Follower,
    Hashtag,
    Kind,
    Member,
    Mute,
    Row,
)


def csv_from_rows(kind: Kind, rows: Iterable[Row]) -> bytes:
    """
    A whole file, the rows in their order.

    Cells stand as they are, also those that a spreadsheet would take for a
    formula: the file is for servers, and a changed address is another one's.
    """
    known = FORMATS[kind]
    lines = [csv_line(known.columns)] if known.header else []
    lines += map(csv_line_from_row, rows)
    return "".join(lines).encode()


def csv_line_from_row(row: Row) -> str:
    """One line of such a file."""
    return csv_line(_cells(row))


def _cells(row: Row) -> tuple[str, ...]:
    match row:
        case Follow(acct, boosts, notify, languages):
            # Mastodon writes both flags always; not said is what it does by itself.
            said = (_flag(boosts is not False), _flag(bool(notify)))
            return (acct, *said, ", ".join(languages))
        case Mute(acct, hide):
            return (acct, _flag(hide is not False))
        case Member(title, acct):
            return (title, acct)
        case Follower(value) | Block(value) | Domain(value) | Bookmark(value) | Hashtag(value):
            return (value,)
        case _:
            raise TypeError(row)


def _flag(on: bool) -> str:
    return "true" if on else "false"


def csv_line(cells: Iterable[str]) -> str:
    """One line, with its end."""
    return ",".join(_quoted(cell) for cell in cells) + "\n"


def _quoted(cell: str) -> str:
    plain = not any(char in cell for char in ',"\r\n') and cell == cell.strip()
    return cell if plain else '"' + cell.replace('"', '""') + '"'


def harmless(cell: str) -> str:
    """
    *cell* so that no spreadsheet takes it for a formula (OWASP, CWE-1236). For files that
    people open, never for those that servers read: there a changed cell is another one.
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
