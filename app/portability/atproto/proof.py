"""
The tree proven piece by piece, while its nodes come: what is left for the end is small.

A tree is the one that its records make when each node is written in the one form,
holds names of one level, in order and shortened as far as they can be; when each node
stands one level under the one that points at it; and when names rise from end to end. All
but the last two can be seen in a node alone.

Whoever doubts raises :class:`Doubt`, and says nothing else: naming faults is the work of
slower hands (``tree_check.py``).

Source: atproto spec "repository", MST structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from app.portability.atproto.cids import CID_SIZE, DAG_CBOR
from app.portability.atproto.dag_cbor import CborFault, canonical, decode
from app.portability.atproto.mst import level_of
from app.portability.atproto.walk import EMPTY, NO_RECORD, UNPROVEN, NodeShelf

NAME = re.compile(
    rb"(?=[^/]{3,317}/)([A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    rb"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+\.[A-Za-z][A-Za-z0-9]{0,62})"
    rb"/(?!\.\.?\Z)[A-Za-z0-9_~.:-]{1,512}"
)
"""``collection/rkey``, as records are named in the tree."""

Run = list[tuple[bytes, bytes]]


class Doubt(Exception):
    """Something is not proven; it need not be wrong."""


def proven_level(data: bytes) -> int:
    """The level on which a node stands, when all that it says alone is right; or UNPROVEN."""
    node = canonical(data)
    try:
        entries, left = node["e"], node["l"]
        if len(node) != 2 or not (left is None or _is_link(left)):
            return UNPROVEN
        if not entries:
            return EMPTY if left is None else NO_RECORD
        return _level_of_entries(entries)
    except (KeyError, TypeError, IndexError):
        return UNPROVEN


def _level_of_entries(entries: list[dict[str, Any]]) -> int:
    last = b""
    level = -1
    for entry in entries:
        shared, suffix, right = entry["p"], entry["k"], entry["t"]
        if len(entry) != 4 or type(shared) is not int or not 0 <= shared <= len(last):
            return UNPROVEN
        # Shortened as far as it goes, and greater than the name before, in one look.
        if not suffix or (shared < len(last) and suffix[0] <= last[shared]):
            return UNPROVEN
        last = last[:shared] + suffix
        own = level_of(last)
        if NAME.fullmatch(last) is None or level not in (own, -1):
            return UNPROVEN
        if not _is_link(entry["v"]) or not (right is None or _is_link(right)):
            return UNPROVEN
        level = own
    return level


def _is_link(value: Any) -> bool:
    return type(value) is bytes and len(value) == CID_SIZE and value[:4] == DAG_CBOR


def proven_records(shelf: NodeShelf, root: bytes) -> Iterator[Run]:
    """
    Names and CIDs of all records under *root*, in order, some at a time.

    Raises:
        Doubt: A node is missing, unproven, there twice, or on another level.
    """
    last = b""
    for run in _runs(shelf, root, None):
        if run[0][0] <= last:
            raise Doubt
        last = run[-1][0]
        yield run


def _runs(shelf: NodeShelf, cid: bytes, level: int | None) -> Iterator[Run]:
    own, data = shelf.take_proven(hash(cid))
    if own == EMPTY and level is None:
        return  # a repository without a record
    if own == NO_RECORD:
        if level is None or level <= 0:
            raise Doubt
        own = level
    if own >= EMPTY or level not in (None, own):
        raise Doubt
    try:
        node = decode(data)
    except CborFault as fault:
        raise Doubt from fault
    if node["l"] is not None:
        yield from _runs(shelf, node["l"], own - 1)
    run: Run = []
    last = b""
    for entry in node["e"]:
        last = last[: entry["p"]] + entry["k"]
        run.append((last, entry["v"]))
        if entry["t"] is not None:
            yield run
            run = []
            yield from _runs(shelf, entry["t"], own - 1)
    if run:
        yield run
