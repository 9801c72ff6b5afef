"""
The first frame: accounts and rows straight from the store, before anything else loads.

Services, event loop and protocols take longer to import than the window takes
to paint; they take over from here, at the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from app.feed.pipeline import Settings, row_from_stored
from app.feed.rows import Card, Row
from app.feed.times import micros
from app.model import AccountId, AccountState, NetworkInfo
from app.model.timeline import RowKey, TimelineId
from app.services.moderation_kept import preferences_from, read_kept
from app.services.rows import Change
from app.services.sources import Depth, accounts_of
from app.services.states import SIGNED_OUT
from app.ui.shell.items import Place
from app.ui.theme.look import Wishes

if TYPE_CHECKING:
    from app.store import Reader

ROWS = 24
"""More than any window shows at once."""

NETWORKS, WISHES, PLACE, FEEDS = "ui.networks", "ui.wishes", "ui.timeline", "ui.feeds"
"""Settings: what networks and feeds looked like last time, what was chosen, where we were."""


class FirstRows:
    """A ``RowSource`` that stands still."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = tuple(rows)

    def __len__(self) -> int:
        return len(self._rows)

    def key(self, index: int) -> RowKey:
        """Identity of the row."""
        return self._rows[index].key

    def row(self, index: int) -> Row | None:
        """The value."""
        return self._rows[index]

    def index_of(self, key: RowKey) -> int | None:
        """Where the row stands."""
        return next((at for at, row in enumerate(self._rows) if row.key == key), None)

    def want_older(self) -> None:
        """Nothing more yet."""

    def want_newer(self) -> None:
        """Nothing more yet."""

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Nothing changes."""
        return lambda: None


def read_rows(
    reader: Reader, timeline: TimelineId, order: tuple[str, ...] = ()
) -> tuple[FirstRows, int]:
    """
    What the window shows first, and how far its first row is cut (px at 100 %).

    Raises:
        StoreError: The cache cannot be read.
    """
    anchor = reader.anchor(timeline)
    start = reader.row_of(timeline, anchor) if anchor is not None else None
    same = anchor is not None and start is not None and start.at == micros(anchor.at)
    offset = anchor.offset if anchor is not None and same else 0
    # Keyset paging gives what is *below* a key: the row itself is one above.
    before = RowKey(start.at, start.id + 1) if start is not None else None
    accounts = reader.accounts()
    mine = {account.id: f"@{account.handle}" for account in accounts}
    preferences = preferences_from(read_kept(reader), accounts)
    settings = Settings(preferences=preferences, accounts=mine, order=order)
    now = datetime.now(UTC)
    # As the timeline that takes over: not deeper than is certain.
    floor = Depth.read(reader, [a.id for a in accounts_of(timeline, accounts)]).certain_above()
    rows = [
        row_from_stored(stored, now=now, settings=settings)
        for stored in reader.rows(timeline, before, ROWS)
        if floor is None or stored.key >= floor or stored.key == start
    ]
    shown = [row for row in rows if not (isinstance(row, Card) and row.verdict.action == "hide")]
    return FirstRows(shown), offset


def read_states(reader: Reader) -> Callable[[AccountId], AccountState]:
    """How accounts are, as far as the disk knows: only being signed out outlives a run."""
    out = {
        account.id: words
        for account in reader.accounts()
        if (words := reader.setting(SIGNED_OUT + account.id, ""))
    }
    return lambda account: (
        AccountState("signed_out", out[account]) if account in out else AccountState()
    )


def read_last_sync(reader: Reader) -> Callable[[], datetime | None]:
    """When an account was brought up to date, the latest of all."""
    times = [reader.sync_state(account.id).at for account in reader.accounts()]
    last = max((at for at in times if at is not None), default=None)
    return lambda: last


def read_networks(reader: Reader) -> dict[str, NetworkInfo]:
    """The networks of last time."""
    kept = _converted(reader.setting(NETWORKS, []), list[NetworkInfo], [])
    return {info.id: info for info in kept}


def read_feeds(reader: Reader) -> tuple[Place, ...]:
    """The feeds of last time: their recipes are read later."""
    kept: list[Place] = _converted(reader.setting(FEEDS, []), list[Place], [])
    return tuple(kept)


def kept_feeds(feeds: Sequence[Place]) -> Any:
    """The same as a setting."""
    return msgspec.to_builtins(feeds)


def read_wishes(reader: Reader) -> Wishes:
    """What the user chose; the defaults if it cannot be read."""
    wishes: Wishes = _converted(reader.setting(WISHES, {}), Wishes, Wishes())
    return wishes


def kept(value: Wishes | Mapping[str, NetworkInfo]) -> Any:
    """The same as a setting."""
    if isinstance(value, Wishes):
        return msgspec.to_builtins(value)
    return msgspec.to_builtins(list(value.values()))


def _converted(value: Any, type: Any, default: Any) -> Any:
    try:
        return msgspec.convert(value, type)
    except msgspec.ValidationError:
        # Written by another version: a look is not worth a failed start.
        return default
