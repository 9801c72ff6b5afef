"""
CIDs as bytes: the names of blocks, as they stand in files and links.

Only one kind names what belongs to a repository: version 1, DAG-CBOR, SHA-256.
Files that records point at have the codec ``raw`` instead.
"""

from __future__ import annotations

import hashlib

from app.protocols.bluesky.dagcbor import DAG_CBOR, RAW, bytes_of_cid, text_of_cid

__all__ = [
    "CID_SIZE",
    "DAG_CBOR",
    "RAW",
    "bytes_of_cid",
    "cid_of_block",
    "cid_size",
    "is_cid",
    "is_cid_of_any_kind",
    "text_of_cid",
    "varint",
]

CID_SIZE = 36


def cid_of_block(data: bytes) -> bytes:
    """The CID that these bytes of DAG-CBOR have."""
    return DAG_CBOR + hashlib.sha256(data).digest()


def is_cid(data: bytes) -> bool:
    """Whether *data* is a CID of the two kinds that the network uses."""
    return len(data) == CID_SIZE and data[:4] in (DAG_CBOR, RAW)


def is_cid_of_any_kind(data: bytes) -> bool:
    """Whether *data* is one CID of version 1, whatever its codec and hash."""
    return cid_size(data) == len(data) > 0


def cid_size(data: bytes, at: int = 0) -> int:
    """How many bytes the CID of version 1 that begins at *at* has; 0 = there is none."""
    begin = at
    if data[at : at + 1] != b"\x01":
        return 0
    numbers = []
    for _ in range(4):  # version, codec, hash, length of the digest
        number, at = varint(data, at)
        numbers.append(number)
        if number < 0:
            return 0
    end = at + numbers[3]
    return end - begin if end <= len(data) and numbers[3] else 0


def varint(data: bytes, at: int) -> tuple[int, int]:
    """
    An unsigned LEB128 number of at most 63 bits, as short as it goes, and where it ends.

    -1 for the number: it is cut off. -2: it is longer than it needs to be, or too large.
    """
    number = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (number if byte or not shift else -2), at
        shift += 7
        if shift > 56:
            return -2, at
    return -1, at
