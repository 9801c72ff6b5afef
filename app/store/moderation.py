"""What somebody has settled about what they see, and blocklists. In ``keep.db``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, json

if TYPE_CHECKING:
    from app.store.keep import Keeper
    from app.store.reader import Reader


class KeptPart(Struct, frozen=True):
    """One kind of thing that an account ("" = Godwit itself) has settled. *at*: µs since 1970."""

    account: str
    kind: str
    at: int
    body: bytes


class KeptLabeler(Struct, frozen=True):
    """What a labeler said of itself at that time (µs)."""

    uri: str
    at: int
    body: bytes


class KeptList(Struct, frozen=True, kw_only=True):
    """
    A blocklist.

    Attributes:
        body: About it.
        entries: What is in force; None: nothing yet.
        proposed: What an update would put in force instead; None: there is none.
    """

    id: str
    body: bytes
    entries: bytes | None = None
    proposed: bytes | None = None


def kept_parts(reader: Reader) -> tuple[KeptPart, ...]:
    """Everything settled. Raises: StoreError."""
    found = reader._keep.all("SELECT account, kind, at, body FROM settled")
    return tuple(KeptPart(*row) for row in found)


def kept_labelers(reader: Reader) -> tuple[KeptLabeler, ...]:
    """All labelers that were ever asked. Raises: StoreError."""
    found = reader._keep.all("SELECT uri, at, body FROM labeler")
    return tuple(KeptLabeler(*row) for row in found)


def kept_lists(reader: Reader, *, proposals: bool = False) -> tuple[KeptList, ...]:
    """All blocklists, in the order they were added; with what is proposed. Raises: StoreError."""
    proposed = "proposed" if proposals else "NULL"
    found = reader._keep.all(
        f"SELECT id, body, entries, {proposed} FROM blocklist ORDER BY place"  # noqa: S608 (ours)
    )
    return tuple(
        KeptList(id=id, body=body, entries=entries, proposed=new)
        for id, body, entries, new in found
    )


def kept_about(reader: Reader) -> tuple[KeptList, ...]:
    """What blocklists there are, without what is in them. Raises: StoreError."""
    found = reader._keep.all("SELECT id, body FROM blocklist ORDER BY place")
    return tuple(KeptList(id=id, body=body) for id, body in found)


def stamp(reader: Reader) -> tuple[tuple[Any, ...], ...]:
    """Changes whenever something of all this does. Cheap. Raises: StoreError."""
    return (
        *reader._keep.all("SELECT account, kind, at FROM settled ORDER BY account, kind"),
        *reader._keep.all("SELECT uri, at FROM labeler ORDER BY uri"),
        *reader._keep.all("SELECT id, body FROM blocklist ORDER BY place"),
    )


def save_part(keeper: Keeper, account: str, kind: str, value: Any, at: int) -> None:
    """Keep it in place of what was there."""
    keeper._db.run(
        "INSERT OR REPLACE INTO settled (account, kind, at, body) VALUES (?, ?, ?, ?)",
        (account, kind, at, json.encode(value)),
    )


def save_labeler(keeper: Keeper, uri: str, value: Any, at: int) -> None:
    """Keep what it says of itself now."""
    keeper._db.run(
        "INSERT OR REPLACE INTO labeler (uri, at, body) VALUES (?, ?, ?)",
        (uri, at, json.encode(value)),
    )


def save_list(keeper: Keeper, kept: KeptList) -> None:
    """Add a blocklist at the end, or renew it in its place."""
    keeper._db.run(
        """INSERT INTO blocklist (id, place, body, entries, proposed)
           VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM blocklist), ?, ?, ?)
           ON CONFLICT (id) DO UPDATE
           SET body=excluded.body, entries=excluded.entries, proposed=excluded.proposed""",
        (kept.id, kept.body, kept.entries, kept.proposed),
    )


def drop_list(keeper: Keeper, id: str) -> None:
    """Forget it. Harmless when there is none."""
    keeper._db.run("DELETE FROM blocklist WHERE id=?", (id,))
