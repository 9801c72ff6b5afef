"""
What is wrong with a tree whose root is not the one that its records make.

Slow and only for that case: every node is looked at by itself, against the level
on which it stands.

Source: atproto spec "repository", MST structure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.portability.atproto.cids import text_of_cid
from app.portability.atproto.dag_cbor import CborFault, Link, read
from app.portability.atproto.findings import Finding
from app.portability.atproto.mst import common_prefix, level_of
from app.portability.atproto.walk import NodeShelf


def faults_of_nodes(shelf: NodeShelf, root: bytes) -> Iterator[Finding]:
    """Each fault of each node below *root*. Takes the nodes from the shelf."""
    waiting: list[tuple[bytes, int | None]] = [(root, None)]
    while waiting:
        cid, level = waiting.pop()
        data = shelf.take(hash(cid))
        if data is None:
            continue  # the walk has named it
        where = text_of_cid(cid)
        try:
            node = _Node(read(data))
        except CborFault as fault:
            yield Finding("bad-node", f"A node of the tree is damaged: {fault.text}", where)
            continue
        own = node.level if level is None else level
        for code, text in node.faults(own, is_root=cid == root):
            yield Finding(code, text, where)
        below = None if own is None else own - 1
        waiting += [(child, below) for child in node.below]


class _Node:
    """A node, read strictly."""

    def __init__(self, value: Any) -> None:
        """
        Raises:
            CborFault: It is no node.
        """
        match value:
            case {"e": list(entries), "l": None | Link() as left, **rest} if not rest:
                self._left: Link | None = left
            case _:
                raise CborFault("bad-node", "it is not written as a node is.")
        self._entries = [_entry(entry) for entry in entries]
        first = self._entries[0][1] if self._entries else None
        self.level = None if first is None else level_of(first)

    @property
    def below(self) -> list[bytes]:
        """CIDs of the nodes under this one."""
        links = [self._left, *(right for _, _, right in self._entries)]
        return [bytes(link) for link in links if link is not None]

    def faults(self, level: int | None, *, is_root: bool) -> Iterator[tuple[str, str]]:
        """What is wrong with it, when it stands on *level*."""
        if not self._entries and (is_root or self._left is None) and self.below:
            yield "empty-node", "The top of the tree holds no record."
        if not self._entries and not is_root and self._left is None:
            yield "empty-node", "A node of the tree holds nothing."
        last = b""
        for shared, suffix, _ in self._entries:
            key = last[:shared] + suffix
            if key <= last:
                yield "key-order", "The records of the tree are not in order."
            if shared != common_prefix(last, key):
                yield "key-prefix", "A name in the tree is not shortened as it must be."
            if level is not None and level_of(key) != level:
                yield (
                    "key-depth",
                    "A record stands on a level of the tree where it does not belong.",
                )
            last = key


def _entry(value: Any) -> tuple[int, bytes, Link | None]:
    match value:
        case {
            "k": bytes(suffix),
            "p": int(shared),
            "t": None | Link() as right,
            "v": Link(),
            **rest,
        }:
            if not rest and shared >= 0:
                return shared, suffix, right
    raise CborFault("bad-node", "one of its entries is not written as one is.")
