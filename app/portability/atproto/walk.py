"""
A stored tree walked in order, by somebody who trusts none of it.

Each node is handed out once: a tree that points back into itself ends. Depth is
bounded by what a hash can ask for. Whether keys, levels and compression are
right is proven elsewhere (``proof.py``, ``tree_check.py``).

Source: atproto spec "repository", MST structure.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any

from app.model.errors import StoreError
from app.portability.atproto.cids import CID_SIZE, DAG_CBOR, text_of_cid
from app.portability.atproto.dag_cbor import CborFault, decode
from app.portability.atproto.findings import Findings
from app.portability.atproto.mst import MAX_LEVEL

NODE = b"\xa2ae"
"""How a node in its one form begins: a map of two, the first key is "e"."""
_IN_MEMORY = 32_000_000
_MAX_KEY = 1024  # bytes of a name; without it a node of 2 MB is many gigabytes of names
_SIZE = 4  # bytes before each node on the shelf: its level, and its length in three
_LENGTH = 0xFFFFFF

EMPTY, NO_RECORD, UNPROVEN = 253, 254, 255
"""Instead of a level: a node with nothing in it, with no record of its own, of unknown worth."""

_NO_ROOM = "Make room in the folder for temporary files, then try again."


class NodeShelf:
    """
    Keeps the tree's nodes until they are asked for, each once.

    In memory while they are small (a third of the file, that is), on disk then.
    They are found by Python's own keyed hash of the CID: eight bytes, and nobody
    can prepare two CIDs that are mistaken for each other.
    """

    def __init__(self) -> None:
        # It lives as long as this object, and is closed by ``close``.
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._places: dict[int, int] = {}
        self._end = 1  # 0 cannot be told from its negative
        self.taken = 0

    def __len__(self) -> int:
        return len(self._places)

    def put(self, name: int, data: bytes, level: int = UNPROVEN) -> bool:
        """
        Keep *data*, and what is known of it; whether it was not there before.

        Raises:
            StoreError: There is no room for it.
        """
        if name in self._places:
            return False
        self._places[name] = self._end
        try:
            self._file.write((level << 24 | len(data)).to_bytes(_SIZE, "big") + data)
        except OSError as error:
            raise StoreError(
                "There is no room to lay a part of the repository aside.", _NO_ROOM
            ) from error
        self._end += _SIZE + len(data)
        return True

    def take(self, name: int) -> bytes | None:
        """The node, for the first time; None = it is not there, or was taken."""
        return self.take_proven(name)[1] or None

    def take_proven(self, name: int) -> tuple[int, bytes]:
        """The node with its level, for the first time; (UNPROVEN, b"") = there is none."""
        place = self._places.get(name, 0)
        if place <= 0:
            return UNPROVEN, b""
        self._places[name] = -place
        self.taken += 1
        return self._at(place)

    def holds(self, name: int) -> bool:
        """Whether it is there, taken or not."""
        return name in self._places

    def was_taken(self, name: int) -> bool:
        """Whether it is there, and was handed out."""
        return self._places.get(name, 0) < 0

    def put_back(self) -> None:
        """Every node may be taken again."""
        self._places = {name: abs(place) for name, place in self._places.items()}
        self.taken = 0

    def untaken(self) -> Iterator[tuple[int, bytes]]:
        """What nobody asked for."""
        for name, place in self._places.items():
            if place > 0:
                yield name, self._at(place)[1]

    def close(self) -> None:
        """Let the room go."""
        self._file.close()

    def _at(self, place: int) -> tuple[int, bytes]:
        self._file.seek(place - 1)
        head = int.from_bytes(self._file.read(_SIZE), "big")
        return head >> 24, self._file.read(head & _LENGTH)


class Walk:
    """
    One way through a tree, from its first key to its last.

    Args:
        found: Is told of what is missing or broken; the walk then goes on
            without that branch.
    """

    def __init__(self, shelf: NodeShelf, found: Findings) -> None:
        self._shelf = shelf
        self._found = found

    def records(self, root: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Key and CID of each record, in the order in which they stand."""
        stack = [self._steps(root)]
        while stack:
            for step in stack[-1]:
                if type(step) is tuple:
                    yield step
                elif len(stack) > MAX_LEVEL:
                    self._found.fault("tree-too-deep", "The tree is deeper than any can be.")
                else:
                    stack.append(self._steps(step))
                    break
            else:
                stack.pop()

    def _steps(self, cid: bytes) -> Iterator[Any]:
        """What stands in a node from left to right: (key, CID), or the CID of a node below."""
        node = self._node(cid)
        if node is None:
            return
        last = b""
        try:
            if node["l"] is not None:
                yield node["l"]
            for entry in node["e"]:
                last = last[: entry["p"]] + entry["k"]
                if len(last) > _MAX_KEY:
                    raise TypeError("a name longer than any may be")
                value = entry["v"]
                if isinstance(value, bytes) and value[:4] == DAG_CBOR and len(value) == CID_SIZE:
                    yield last, value
                else:
                    text = "A record is named by no CID that a record can have."
                    self._found.fault("bad-link", text, text_of_cid(cid))
                if entry["t"] is not None:
                    yield entry["t"]
        except (KeyError, TypeError):
            self._broken(cid)

    def _node(self, cid: object) -> dict[str, Any] | None:
        if not isinstance(cid, bytes) or cid[:4] != DAG_CBOR:
            self._found.fault("bad-node", "A node points below with something that is no link.")
            return None
        name = hash(cid)
        data = self._shelf.take(name)
        if data is None:
            self._missing(name, cid)
            return None
        try:
            node = decode(data)
        except CborFault as fault:
            self._found.fault(
                "bad-node", f"A node of the tree is damaged: {fault.text}", text_of_cid(cid)
            )
            return None
        if not isinstance(node, dict):
            self._broken(cid)
            return None
        return node

    def _missing(self, name: int, cid: bytes) -> None:
        if self._shelf.was_taken(name):
            text = "The tree points at one node twice, or back into itself."
            self._found.fault("tree-cycle", text, text_of_cid(cid))
        else:
            text = "A node of the tree is missing, and all records below it with it."
            self._found.fault("node-missing", text, text_of_cid(cid))

    def _broken(self, cid: bytes) -> None:
        text = "A node of the tree is not written as a node is."
        self._found.fault("bad-node", text, text_of_cid(cid))
