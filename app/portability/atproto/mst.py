"""
The Merkle search tree: a repository's records by name, in the one shape they can have.

Which node a key stands in follows from the key's own hash, so the same keys and
values always make the same tree and the same root. That is why a tree can be checked
by building it anew: equal roots prove order, depth and compression at once.

Source: atproto spec "repository", MST structure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from app.portability.atproto.cids import cid_of_block

MAX_LEVEL = 128
"""A level is half the leading zero bits of a SHA-256."""

_LINK = b"\xd8\x2a\x58\x25\x00"  # tag 42, 37 bytes, of which the first says "binary"
_NULL = b"\xf6"
_NO_RIGHT = b"at\xf6av"  # "t": null, then the key of "v"
_SHORT = [bytes((number,)) for number in range(256)]
_sha256 = hashlib.sha256


def level_of(key: bytes) -> int:
    """On which level of the tree *key* stands; leaves are 0."""
    return (256 - int.from_bytes(_sha256(key).digest(), "big").bit_length()) >> 1


def common_prefix(left: bytes, right: bytes) -> int:
    """How many bytes *left* and *right* begin with alike."""
    size = min(len(left), len(right))
    differ = int.from_bytes(left[:size], "big") ^ int.from_bytes(right[:size], "big")
    return size - (differ.bit_length() + 7 >> 3)


class TreeBuilder:
    """
    Builds the tree of keys that come in ascending order, holding only its right edge.

    Args:
        nodes: Each finished node's CID and bytes are appended here, children
            before parents; None = only the root is wanted.
    """

    def __init__(self, nodes: list[tuple[bytes, bytes]] | None = None) -> None:
        self._nodes = nodes
        self._edge: list[_Node] = [_Node()]

    def add(self, key: bytes, value: bytes) -> None:
        """
        One more record.

        Args:
            key: ``collection/rkey``, greater than all before it.
            value: The CID of the record, 36 bytes.
        """
        level = level_of(key)
        edge = self._edge
        while len(edge) <= level:
            edge.append(_Node())
        below = self._closed(level) if level else None
        edge[level].add(key, value, below)

    def finish(self) -> bytes:
        """The root's CID. The builder is used up."""
        top = len(self._edge) - 1
        below = self._closed(top) if top else None
        return self._stored(self._edge[top], below)

    def _closed(self, level: int) -> bytes | None:
        """End all nodes under *level*; the CID of what hangs there, None = nothing."""
        below: bytes | None = None
        edge = self._edge
        for number in range(level):
            node = edge[number]
            if node.count or below is not None:
                below = self._stored(node, below)
                edge[number] = _Node()
        return below

    def _stored(self, node: _Node, below: bytes | None) -> bytes:
        data = node.encoded(below)
        cid = cid_of_block(data)
        if self._nodes is not None:
            self._nodes.append((cid, data))
        return cid


class _Node:
    """A node that may still grow to the right."""

    __slots__ = ("count", "last", "left", "open", "parts", "value")

    def __init__(self) -> None:
        self.count = 0
        self.last = b""
        self.left = _NULL
        self.open = b""
        self.value = b""
        self.parts: list[bytes] = []

    def add(self, key: bytes, value: bytes, below: bytes | None) -> None:
        """*below* hangs between what is there and *key*."""
        self._close(below)
        shared = common_prefix(self.last, key) if self.count else 0
        suffix = key[shared:]
        self.open = b"\xa4ak" + _head(0x40, len(suffix)) + suffix + b"ap" + _head(0x00, shared)
        self.value = value
        self.last = key
        self.count += 1

    def encoded(self, below: bytes | None) -> bytes:
        """The bytes of the finished node."""
        self._close(below)
        head = b"\xa2ae" + _head(0x80, self.count)
        return b"".join((head, *self.parts, b"al", self.left))

    def _close(self, below: bytes | None) -> None:
        if not self.open:
            self.left = _NULL if below is None else _LINK + below
            return
        right = _NO_RIGHT if below is None else b"at" + _LINK + below + b"av"
        self.parts.append(self.open + right + _LINK + self.value)
        self.open = b""


def _head(kind: int, number: int) -> bytes:
    """CBOR's head: *kind* in the upper three bits, *number* as short as it goes."""
    if number < 24:
        return _SHORT[kind | number]
    if number < 0x100:
        return bytes((kind | 24, number))
    if number < 0x10000:
        return bytes((kind | 25,)) + number.to_bytes(2, "big")
    return bytes((kind | 26,)) + number.to_bytes(4, "big")


def tree_root(records: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The root's CID of the tree of these (key, CID), in any order, no key twice."""
    builder = TreeBuilder()
    for key, value in sorted(records):
        builder.add(key, value)
    return builder.finish()
