"""
A repository verified from its bytes alone, in one pass, while they come.

Every block is hashed and compared with its name; records are read strictly; the
tree that the commit signed is proven to be the one that the records make; the
signature is checked. No byte of the file can change unnoticed: each lies in a
length, a name or a block, and a changed one no longer fits the others.

Not more is held than a hash for each record, and the tree's nodes (on disk when
they are many).

Sources: atproto spec "repository"; CARv1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from app.model.errors import StoreError
from app.portability.atproto.car import Block, CarFault, CarReader
from app.portability.atproto.cids import DAG_CBOR, is_cid, text_of_cid
from app.portability.atproto.commit import Commit, read_commit
from app.portability.atproto.dag_cbor import CborFault, read_block
from app.portability.atproto.findings import Findings
from app.portability.atproto.keys import KeySpan
from app.portability.atproto.proof import proven_level
from app.portability.atproto.report import BlobRef, RepoReport, Signature, blobs_of
from app.portability.atproto.tree_check import Contents, Fault, TreeCheck
from app.portability.atproto.walk import NODE

__all__ = ["BlobRef", "RepoReport", "RepoVerifier", "verify_repo"]

_PIECE = 1 << 20
_MAX_RECORD = 1_000_000
_SKEW = timedelta(hours=1)  # of clocks
_sha256 = hashlib.sha256

Key = str | KeySpan


class RepoVerifier:
    """
    Takes a repository's CAR file piece by piece, and says at the end what it is.

    Args:
        did: Whose it must be; "" = whoever the commit names.
        keys: What may have signed it, the key of today first: ``did:key``s, or with
            the time in which each held.
        after: It must not be older than this revision; "" = any will do.
        now: The time, aware; None = a revision may lie in the future unnoticed.
        anew: Build the whole tree anew at the end, too. What is found is the same; it
            takes a third longer, and nobody has to believe ``proof.py``.
    """

    def __init__(
        self,
        *,
        did: str = "",
        keys: Sequence[Key] = (),
        after: str = "",
        now: datetime | None = None,
        anew: bool = False,
    ) -> None:
        self._did = did
        self._spans = [key if isinstance(key, KeySpan) else KeySpan(key) for key in keys]
        self._after = after
        self._now = now
        self._anew = anew
        self._car = CarReader()
        self._found = Findings()
        self._contents = Contents()
        self._head = b""
        self._broken = False
        self._blocks = 0
        self._bytes = 0

    def feed(self, data: bytes) -> None:
        """
        The next bytes of the file, as many as there are. Costs some 20 ms a megabyte.

        Raises:
            StoreError: There is no room for what must be laid aside.
        """
        self._bytes += len(data)
        if self._broken:
            return
        try:
            for block in self._car.feed(data):
                self._take(block)
        except CarFault as fault:
            self._break(fault)

    def finish(self) -> RepoReport:
        """No more will come: compare the tree, check the signature. To be called once."""
        if not self._broken:
            try:
                self._car.finish()
            except CarFault as fault:
                self._break(fault)
        if len(self._car.roots) > 1:
            self._found.note("more-roots", "The header names more than one head; the first counts.")
        try:
            return self._report(self._commit())
        finally:
            self._contents.nodes.close()

    def _break(self, fault: CarFault) -> None:
        self._broken = True
        self._found.fault(fault.code, fault.text, f"byte {fault.at}")

    # ------------------------------------------------------------------ blocks

    def _take(self, block: Block) -> None:
        at, cid, data = block
        self._blocks += 1
        if not is_cid(cid):
            text = "A block has a name that cannot be checked."
            self._found.fault("unknown-hash", text, f"byte {at}")
            return
        if _sha256(data).digest() != cid[4:]:
            text = "The bytes of a block are not those that its name stands for."
            self._found.fault("block-changed", text, f"byte {at}, {text_of_cid(cid)}")
            return
        if cid == self._car.roots[0]:
            self._contents.duplicates += bool(self._head)
            self._head = data
        elif data[:3] == NODE:
            new = self._contents.nodes.put(hash(cid), data, proven_level(data))
            self._contents.duplicates += not new
        else:
            self._take_record(at, cid, data)

    def _take_record(self, at: int, cid: bytes, data: bytes) -> None:
        name = hash(cid)
        contents = self._contents
        contents.names.append(name)
        contents.places.append(at)
        if cid[:4] != DAG_CBOR:
            return
        try:
            value = read_block(data)
        except CborFault as fault:
            contents.faults[name] = Fault(fault.code, f"A record is damaged: {fault.text}")
            return
        if type(value) is not dict:
            contents.faults[name] = Fault("no-record", "A record is no map of fields.")
        elif len(data) > _MAX_RECORD:
            text = "A record is so large that a server may refuse it."
            contents.faults[name] = Fault("record-too-large", text, harmless=True)
        if b"mimeType" in data:
            blobs = blobs_of(value)
            if blobs:
                contents.blobs[name] = blobs

    # ------------------------------------------------------------------ verdict

    def _commit(self) -> Commit | None:
        """The head, when it can be read and is whose it must be."""
        if not self._car.roots:
            return None
        if not self._head:
            text = "The head of the repository is missing, or its bytes were changed."
            self._found.fault("commit-missing", text, text_of_cid(self._car.roots[0]))
            return None
        try:
            commit = read_commit(self._head)
        except CborFault as fault:
            self._found.fault(fault.code, f"The head of the repository is damaged: {fault.text}")
            return None
        if self._did and commit.did != self._did:
            self._found.fault(
                "another-account", "This is the repository of somebody else.", commit.did
            )
        if self._after and commit.rev < self._after:
            text = "This is an older state than the one that is already kept."
            self._found.fault("older", text, f"{commit.rev} < {self._after}")
        if self._now is not None and commit.at > self._now + _SKEW:
            self._found.note("in-the-future", "Its revision lies in the future.", commit.rev)
        return commit

    def _signature(self, commit: Commit) -> Signature:
        if not self._spans:
            return "no key known"
        place = commit.signer([span.key for span in self._spans])
        if place is None:
            text = "The signature is by none of the account's keys, or the head was changed."
            self._found.fault("bad-signature", text)
            return "invalid"
        if not any(s.holds(commit.at) for s in self._spans if s.key == self._spans[place].key):
            text = "It is signed with a key that was not the account's at that time."
            self._found.note("key-not-of-its-time", text, commit.rev)
        return "valid with a former key" if place else "valid"

    def _report(self, commit: Commit | None) -> RepoReport:
        tree = TreeCheck(self._contents, commit.did if commit else self._did, self._found)
        if commit is not None:
            tree.run(commit.data, anew=self._anew)
        signature = self._signature(commit) if commit else "no key known"
        if self._contents.duplicates:
            text = f"{self._contents.duplicates} blocks are there more than once."
            self._found.note("duplicates", text)
        return RepoReport(
            did=commit.did if commit else "",
            rev=commit.rev if commit else "",
            commit=text_of_cid(self._car.roots[0]) if commit else "",
            data=text_of_cid(commit.data) if commit else "",
            signature=signature,
            records=tree.records,
            blobs=tuple(tree.blobs),
            bytes=self._bytes,
            blocks=self._blocks,
            nodes=tree.nodes,
            duplicates=self._contents.duplicates,
            unrelated=tree.unrelated,
            bad=tuple(self._found.bad),
            notes=tuple(self._found.notes),
            more=self._found.more,
        )


def verify_repo(
    source: Path | bytes,
    *,
    did: str = "",
    keys: Sequence[Key] = (),
    after: str = "",
    now: datetime | None = None,
) -> RepoReport:
    """
    Verify a repository that has come already, its tree built anew. See :class:`RepoVerifier`.

    Whatever the bytes are, this returns; what is wrong stands in the report.

    Raises:
        StoreError: The file cannot be read, or there is no room to lay its tree aside.
    """
    verifier = RepoVerifier(did=did, keys=keys, after=after, now=now, anew=True)
    if isinstance(source, bytes):
        for begin in range(0, len(source), _PIECE):
            verifier.feed(source[begin : begin + _PIECE])
        return verifier.finish()
    try:
        with source.open("rb") as file:
            while piece := file.read(_PIECE):
                verifier.feed(piece)
    except OSError as error:
        raise StoreError(
            f"The file {source.name} cannot be read.", "Check the file and its disk."
        ) from error
    return verifier.finish()
