"""How far up each timeline was ever read, across starts: what is above that is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.model.timeline import RowKey, TimelineId

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.store import Keeper, Reader

_TOP = 2**62
"""Above every row of its moment: rows' numbers do not outlive the cache."""


def read_seen(reader: Reader, timeline: TimelineId) -> RowKey | None:
    """
    The highest row that ever stood at the top of the view, or was passed.

    Never below the reading position. None: nobody has read there yet.

    Raises:
        StoreError: The profile cannot be read.
    """
    anchor = reader.anchor(timeline)
    place = reader.row_of(timeline, anchor) if anchor is not None else None
    at = reader.setting(_name(timeline))
    seen = RowKey(at, _TOP) if isinstance(at, int) else None
    return max((key for key in (place, seen) if key is not None), default=None)


def keep_seen(keeper: Keeper, timeline: TimelineId, key: RowKey) -> None:
    """Remember it."""
    keeper.set_setting(_name(timeline), key.at)


def _name(timeline: TimelineId) -> str:
    return f"seen:{timeline}"
