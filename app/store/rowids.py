"""Ids of rows: ``ref * 4 + kind``, where *ref* is the id of an entry, gap or stub."""

from __future__ import annotations

ECHO, GAP, STUB = 0, 1, 2
"""Kinds of rows: the two lowest bits of a row's id."""


def row_id(ref: int, kind: int) -> int:
    """Id of the row of an entry, gap or stub."""
    return ref * 4 + kind
