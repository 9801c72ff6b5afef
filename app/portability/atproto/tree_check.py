"""
The tree of a repository against what came with it: order, shape, and nothing missing.

Source: atproto spec "repository"; facts on names of records: specs "nsid", "record key".
"""

from __future__ import annotations

from array import array
from typing import NamedTuple

from app.portability.atproto.cids import cid_of_block, text_of_cid
from app.portability.atproto.dag_cbor import CborFault, read_block
from app.portability.atproto.findings import Findings
from app.portability.atproto.mst import TreeBuilder
from app.portability.atproto.proof import NAME, Doubt, Run, proven_records
from app.portability.atproto.report import BlobRef, blobs_of
from app.portability.atproto.tree_faults import faults_of_nodes
from app.portability.atproto.walk import NodeShelf, Walk

Blob = tuple[str, int, str]

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


class Reached:
    """
    What the tree names, gathered on the way through it.

    Attributes:
        names: Hashes of the records' CIDs.
        counts: How many records, by collection.
        blobs: The files they point at.
        faults: What is wrong inside of them: address, fault.
    """

    def __init__(self, contents: Contents, did: str) -> None:
        self._contents = contents
        self._did = did
        self.names = array("q")
        self.counts: dict[bytes, int] = {}
        self.blobs: list[BlobRef] = []
        self.faults: list[tuple[str, Fault]] = []

    def add(self, run: Run) -> None:
        """Records that follow each other, with names that records may have."""
        collection = run[0][0].partition(b"/")[0]
        if run[-1][0].startswith(collection + b"/"):  # then so do all between
            self.counts[collection] = self.counts.get(collection, 0) + len(run)
        else:
            for key, _ in run:
                collection = key.partition(b"/")[0]
                self.counts[collection] = self.counts.get(collection, 0) + 1
        blobs, faults = self._contents.blobs, self._contents.faults
        for key, cid in run:
            name = hash(cid)
            self.names.append(name)
            if name in blobs:
                address = address_of(self._did, key)
                self.blobs += [
                    BlobRef(file, size, mime, address) for file, size, mime in blobs[name]
                ]
            if name in faults:
                self.faults.append((address_of(self._did, key), faults[name]))


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

    def run(self, root: bytes, *, anew: bool = False) -> None:
        """
        Walk the tree under *root*; what is not as it must be goes to the findings.

        Args:
            anew: Build the tree anew even where nothing is in doubt.
        """
        nodes, before = self._contents.nodes, len(self._found.bad)
        reached, rebuilt = Reached(self._contents, self._did), root
        try:
            if anew:
                raise Doubt
            for run in proven_records(nodes, root):
                reached.add(run)
        except Doubt:
            nodes.put_back()
            reached = Reached(self._contents, self._did)
            rebuilt = self._rebuilt(root, reached)
        self.nodes = nodes.taken
        self.blobs = reached.blobs
        self.records = {name.decode(): count for name, count in sorted(reached.counts.items())}
        for address, fault in reached.faults:
            tell = self._found.note if fault.harmless else self._found.fault
            tell(fault.code, fault.text, address)
        self._compare(root, reached.names)
        if rebuilt != root and len(self._found.bad) == before:
            self._name_faults(root)
        # Pointed at by nothing, but nodes nevertheless.
        for _, data in nodes.untaken():
            self._unrelated(data)

    def _rebuilt(self, root: bytes, reached: Reached) -> bytes:
        """The slow way: build the tree anew and name what is in the way; the root, b"" = none."""
        builder = TreeBuilder()
        last = b""
        in_order = True
        for key, cid in Walk(self._contents.nodes, self._found).records(root):
            if NAME.fullmatch(key) is None:
                text = "A record has a name that none may have."
                self._found.fault("bad-name", text, self._address(key))
                reached.names.append(hash(cid))
            else:
                reached.add([(key, cid)])
            if key <= last:
                in_order = False
                self._found.fault("key-order", "The records are not in order.", self._address(key))
            elif in_order:
                builder.add(key, cid)
            last = key
        return builder.finish() if in_order else b""

    def _address(self, key: bytes) -> str:
        return address_of(self._did, key)

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


def address_of(did: str, key: bytes) -> str:
    """The ``at://`` address of a record, whatever its name is."""
    return f"at://{did}/{key.decode('utf-8', 'backslashreplace')}"


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
