"""
The tree of a repository against what came with it: order, shape, and nothing missing.

Source: atproto spec "repository"; facts on names of records: specs "nsid", "record key".
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from typing import NamedTuple

from app.portability.atproto.cids import cid_of_block, text_of_cid
from app.portability.atproto.dag_cbor import CborFault, read_block
from app.portability.atproto.findings import Findings
from app.portability.atproto.mst import TreeBuilder
from app.portability.atproto.report import BlobRef, blobs_of
from app.portability.atproto.tree_faults import faults_of_nodes
from app.portability.atproto.walk import NodeShelf, Walk

Blob = tuple[str, int, str]

_NAME = re.compile(
    rb"(?=[^/]{3,317}/)((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){2,}[A-Za-z][A-Za-z0-9]{0,62})"
    rb"/(?!\.\.?\Z)[A-Za-z0-9_~.:-]{1,512}"
)
_NAMED = 100
"""How many missing records and unrelated blocks are named."""


class Fault(NamedTuple):
    """What is wrong inside a record."""

    code: str
    text: str
    harmless: bool = False


class Contents:
    """
    What came, apart from the commit.

    Attributes:
        nodes: Blocks that may be nodes of the tree.
        names: Of all other blocks: the hash of their CID, in the order of the file.
        places: Their offsets.
        blobs: Files that a record points at, by the record's hash.
        faults: What is wrong inside a record, by its hash.
    """

    def __init__(self) -> None:
        self.nodes = NodeShelf()
        self.names = array("q")
        self.places = array("Q")
        self.blobs: dict[int, list[Blob]] = {}
        self.faults: dict[int, Fault] = {}
        self.duplicates = 0


class TreeCheck:
    """
    Goes through the tree once.

    Attributes:
        records: How many, by collection.
        blobs: The files they point at.
        nodes: How many nodes the tree has.
        unrelated: Blocks that it does not hold.
    """

    def __init__(self, contents: Contents, did: str, found: Findings) -> None:
        self._contents = contents
        self._did = did
        self._found = found
        self.records: dict[str, int] = {}
        self.blobs: list[BlobRef] = []
        self.nodes = 0
        self.unrelated = 0

    def run(self, root: bytes) -> None:
        """Walk the tree under *root*; what is not as it must be goes to the findings."""
        faults_before = len(self._found.bad)
        walk = Walk(self._contents.nodes, self._found)
        reached, rebuilt = self._walked(walk.records(root))
        self.nodes = walk.nodes
        self._compare(root, reached)
        if rebuilt != root and len(self._found.bad) == faults_before:
            self._name_faults(root)
        # Pointed at by nothing, but nodes nevertheless.
        for _, data in self._contents.nodes.untaken():
            self._unrelated(data)

    def _walked(self, records: Iterator[tuple[bytes, bytes]]) -> tuple[array[int], bytes]:
        """Hashes of all records that the tree names, and the root they make; b"" = none."""
        builder = TreeBuilder()
        reached = array("q")
        counts: dict[bytes, int] = {}
        last = b""
        in_order = True
        blobs, faults = self._contents.blobs, self._contents.faults
        for key, cid in records:
            match = _NAME.fullmatch(key)
            if match is None:
                self._found.fault(
                    "bad-name", "A record has a name that none may have.", self._address(key)
                )
            else:
                collection = match[1]
                counts[collection] = counts.get(collection, 0) + 1
            if key > last and in_order:
                builder.add(key, cid)
            elif key <= last:
                in_order = False
                self._found.fault("key-order", "The records are not in order.", self._address(key))
            last = key
            name = hash(cid)
            reached.append(name)
            if name in blobs:
                self._point(key, blobs[name])
            if name in faults:
                self._tell(key, faults[name])
        self.records = {name.decode(): count for name, count in sorted(counts.items())}
        return reached, builder.finish() if in_order else b""

    def _tell(self, key: bytes, fault: Fault) -> None:
        tell = self._found.note if fault.harmless else self._found.fault
        tell(fault.code, fault.text, self._address(key))

    def _point(self, key: bytes, blobs: list[Blob]) -> None:
        address = self._address(key)
        self.blobs += [BlobRef(cid, size, mime, address) for cid, size, mime in blobs]

    def _address(self, key: bytes) -> str:
        return f"at://{self._did}/{key.decode('utf-8', 'backslashreplace')}"

    # ------------------------------------------------------------- what is there

    def _compare(self, root: bytes, reached: array[int]) -> None:
        """Records that the tree names and nobody sent, and blocks that nothing names."""
        contents = self._contents
        whole = not self._found.bad
        have, want = array("q", sorted(contents.names)), array("q", sorted(reached))
        extra, missing, doubles = _differences(have, want)
        contents.duplicates += doubles
        # A record may look like a node; then it lies with them.
        odd = {name for name in missing if contents.nodes.holds(name)}
        if missing - odd:
            self._name_missing(root, missing - odd)
        for name in odd:
            self._check_odd(contents.nodes.take(name))
        self.unrelated += len(extra)
        if whole and extra:
            self._name_unrelated(extra)

    def _name_missing(self, root: bytes, missing: set[int]) -> None:
        self._contents.nodes.put_back()
        for key, cid in Walk(self._contents.nodes, Findings()).records(root):
            if hash(cid) in missing:
                text = "A record is missing, or its bytes were changed."
                self._found.fault("record-missing", text, self._address(key))

    def _check_odd(self, data: bytes | None) -> None:
        try:
            blobs_of(read_block(data or b""))
        except CborFault as fault:
            self._found.fault(fault.code, f"A record is damaged: {fault.text}")

    def _name_unrelated(self, extra: set[int]) -> None:
        left = _NAMED
        for name, place in zip(self._contents.names, self._contents.places, strict=True):
            if name in extra:
                self._note_unrelated(f"byte {place}")
                left -= 1
                if not left:
                    return

    def _unrelated(self, data: bytes) -> None:
        self.unrelated += 1
        if not self._found.bad and self.unrelated <= _NAMED:
            self._note_unrelated(text_of_cid(cid_of_block(data)))

    def _note_unrelated(self, where: str) -> None:
        self._found.note("unrelated-block", "A block that belongs to nothing here.", where)

    def _name_faults(self, root: bytes) -> None:
        """The root is not the one that these records make: why?"""
        self._contents.nodes.put_back()
        before = len(self._found.bad)
        for finding in faults_of_nodes(self._contents.nodes, root):
            self._found.fault(finding.code, finding.text, finding.where)
        if len(self._found.bad) == before:
            text = "The tree is not the one that its records make."
            self._found.fault("tree-differs", text, text_of_cid(root))


def _differences(have: array[int], want: array[int]) -> tuple[set[int], set[int], int]:
    """
    Of two that are sorted: only in the first, only in the second, doubles in the first.

    What both have is not put into sets: it may be millions.
    """
    extra: set[int] = set()
    missing: set[int] = set()
    wanted = iter(want)
    sought = next(wanted, None)
    doubles = 0
    last = None
    for name in have:
        if name == last:
            doubles += 1
            continue
        last = name
        while sought is not None and sought < name:
            missing.add(sought)
            sought = next(wanted, None)
        if sought != name:
            extra.add(name)
        while sought == name:
            sought = next(wanted, None)
    while sought is not None:
        missing.add(sought)
        sought = next(wanted, None)
    return extra, missing, doubles
