"""
The signed head of a repository: whose it is, which tree, which revision.

The signature is over the commit's own bytes without ``sig``.

Source: atproto spec "repository", commit objects, version 3.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from app.portability.atproto.cids import cid_of_block, text_of_cid
from app.portability.atproto.dag_cbor import CborFault, Link, json_form, read
from app.portability.atproto.keys import PrivateKey, public_key
from app.protocols.bluesky.dagcbor import encoded
from app.protocols.bluesky.tids import is_tid, microseconds_of

VERSION = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Commit(Struct, frozen=True):
    """
    A commit that was read.

    Attributes:
        data: CID of the tree's root.
        unsigned: What the signature is over.
    """

    did: str
    rev: str
    data: bytes
    signature: bytes
    unsigned: bytes

    @property
    def at(self) -> datetime:
        """When it was made, as its revision says."""
        return _EPOCH + timedelta(microseconds=microseconds_of(self.rev))

    def signer(self, keys: Sequence[str]) -> int | None:
        """Which of *keys* (``did:key``) has signed it: its place; None = none of them."""
        for place, text in enumerate(keys):
            try:
                key = public_key(text)
            except ValueError:
                continue  # a key of a kind that cannot sign a repository
            if key.verifies(self.unsigned, self.signature):
                return place
        return None


def read_commit(block: bytes) -> Commit:
    """
    The commit in *block*.

    Raises:
        CborFault: It is none, or of a version that the network left years ago.
    """
    value = read(block)
    match value:
        case {
            "did": str(did),
            "version": version,
            "data": Link() as data,
            "rev": str(rev),
            "sig": bytes(signature),
        }:
            pass
        case _:
            raise CborFault("bad-commit", "The head of the repository is no commit.")
    if version != VERSION:
        raise CborFault("commit-version", f"The repository is written in version {version}, not 3.")
    if not is_tid(rev):
        raise CborFault("bad-rev", "The revision of the repository is no revision.")
    unsigned = {name: part for name, part in value.items() if name != "sig"}
    return Commit(did, rev, bytes(data), signature, encoded(json_form(unsigned)))


def commit_block(*, did: str, rev: str, data: bytes, key: PrivateKey) -> tuple[bytes, bytes]:
    """CID and bytes of a commit to the tree whose root is *data*, signed with *key*."""
    fields: dict[str, Any] = {
        "did": did,
        "version": VERSION,
        "data": {"$link": text_of_cid(data)},
        "rev": rev,
        "prev": None,
    }
    signature = key.sign(encoded(fields))
    block = encoded(fields | {"sig": {"$bytes": base64.b64encode(signature).decode()}})
    return cid_of_block(block), block
