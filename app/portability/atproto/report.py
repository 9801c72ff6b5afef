"""What a repository is made of, and whether it is whole: the result of verifying it."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from app.portability.atproto.cids import is_cid, text_of_cid
from app.portability.atproto.findings import Finding

Signature = Literal["valid", "valid with a former key", "invalid", "no key known"]


class BlobRef(Struct, frozen=True, gc=False):
    """
    A file that a record points at.

    Attributes:
        size: Bytes, as the record says; -1 = an old record, which does not say.
        mime: As the record says.
        record: ``at://`` address of the record.
    """

    cid: str
    size: int
    mime: str
    record: str


class RepoReport(Struct, frozen=True, kw_only=True):
    """
    What was found in a repository's file.

    Attributes:
        did, rev: As the commit says; "" = there is no commit to read.
        commit: The commit's CID.
        data: CID of the tree's root. Equal trees hold equal records.
        records: How many there are, by collection.
        blobs: In the order of the records; one file may be named twice.
        bytes, blocks, nodes: How much was looked at.
        bad: What must not be: with any of it the file is not to be trusted. The
            first 200.
        notes: What is odd and harms nothing: blocks that nothing points at, blocks
            that are there twice.
        more: How many findings and notes are not listed.
    """

    did: str
    rev: str
    commit: str
    data: str
    signature: Signature
    records: dict[str, int]
    blobs: tuple[BlobRef, ...]
    bytes: int
    blocks: int
    nodes: int
    duplicates: int
    unrelated: int
    bad: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    more: int

    @property
    def ok(self) -> bool:
        """Whether all is there, unchanged, and signed by a key that was given."""
        return not self.bad and self.signature in ("valid", "valid with a former key")

    @property
    def record_count(self) -> int:
        """All records."""
        return sum(self.records.values())


def blobs_of(value: Any) -> list[tuple[str, int, str]]:
    """CID, size and kind of each file that a record's value points at, as decoded."""
    found: list[tuple[str, int, str]] = []
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if type(item) is list:
            waiting.extend(reversed(item))
        elif type(item) is dict:
            blob = _blob(item)
            if blob is None:
                waiting.extend(reversed(item.values()))
            else:
                found.append(blob)
    return found


def _blob(item: dict[str, Any]) -> tuple[str, int, str] | None:
    match item:
        case {"$type": "blob", "ref": bytes(ref), "mimeType": str(mime), "size": int(size)}:
            return (text_of_cid(ref), size, mime) if is_cid(ref) else None
        case {"cid": str(cid), "mimeType": str(mime), **rest} if not rest:
            return cid, -1, mime  # as records of 2022 wrote it
    return None
