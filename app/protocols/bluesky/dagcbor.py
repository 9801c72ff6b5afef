"""
DAG-CBOR and CIDs: what a record's bytes are, and the name that follows from them.

A PDS stores a record as canonical CBOR and names it by its SHA-256. Computed
here, the second post of a thread can name the first before either exists.

Sources: atproto specs "data model" and "repository"; RFC 8949 §3, §4.2.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

DAG_CBOR = b"\x01\x71\x12\x20"
"""How the CID of a record, or block, begins: version 1, codec dag-cbor, SHA-256, 32 bytes."""
RAW = b"\x01\x55\x12\x20"
"""The same of codec raw: files."""

_LINK = b"\xd8\x2a"  # CBOR tag 42: the bytes that follow are a CID
_LARGEST = 2**64 - 1


def cid_of_record(record: Mapping[str, Any]) -> str:
    """
    The CID under which a PDS stores *record*.

    Args:
        record: As JSON writes it: ``{"$link": …}`` and ``{"$bytes": …}`` are
            what they stand for.

    Raises:
        ValueError: It holds something that a record cannot hold.
    """
    return text_of_cid(DAG_CBOR + hashlib.sha256(encoded(record)).digest())


def cid_of_bytes(digest: bytes) -> str:
    """The CID of a file with this SHA-256 digest, as ``uploadBlob`` names it."""
    return text_of_cid(RAW + digest)


def encoded(value: Any) -> bytes:
    """
    *value*, in JSON's form, as canonical DAG-CBOR.

    Raises:
        ValueError: A part of it has no such form: a float, a foreign type.
    """
    out = bytearray()
    _write(value, out)
    return bytes(out)


def _write(value: Any, out: bytearray) -> None:
    match value:
        case None:
            out.append(0xF6)
        case bool():
            out.append(0xF5 if value else 0xF4)
        case int():
            _write_int(value, out)
        case str():
            data = value.encode()
            _write_head(3, len(data), out)
            out += data
        case {"$link": str(cid), **rest} if not rest:
            _write_link(cid, out)
        case {"$bytes": str(text), **rest} if not rest:
            data = _decoded_bytes(text)
            _write_head(2, len(data), out)
            out += data
        case dict():
            _write_map(value, out)
        case list() | tuple():
            _write_head(4, len(value), out)
            for item in value:
                _write(item, out)
        case _:
            raise ValueError(f"a record cannot hold a {type(value).__name__}")


def _write_int(value: int, out: bytearray) -> None:
    if value < 0:
        _write_head(1, -1 - value, out)
    else:
        _write_head(0, value, out)


def _write_map(value: Mapping[Any, Any], out: bytearray) -> None:
    keys: Iterable[tuple[bytes, Any]] = ((str(key).encode(), item) for key, item in value.items())
    _write_head(5, len(value), out)
    # Canonical order of DAG-CBOR: short keys first, then by their bytes.
    for key, item in sorted(keys, key=lambda pair: (len(pair[0]), pair[0])):
        _write_head(3, len(key), out)
        out += key
        _write(item, out)


def _write_link(cid: str, out: bytearray) -> None:
    data = b"\x00" + bytes_of_cid(cid)  # the zero says "binary", for history's sake
    out += _LINK
    _write_head(2, len(data), out)
    out += data


def _write_head(kind: int, number: int, out: bytearray) -> None:
    """Major type and number, the number as short as it goes."""
    if number > _LARGEST:
        raise ValueError("a record cannot hold so large a number")
    if number < 24:
        out.append(kind << 5 | number)
        return
    size = next(power for power in range(4) if number < 1 << (8 << power))
    out.append(kind << 5 | 24 + size)
    out += number.to_bytes(1 << size, "big")


# -------------------------------------------------------------------- text


def text_of_cid(cid: bytes) -> str:
    """A CID as it is written: base 32, lower case."""
    return "b" + base64.b32encode(cid).decode().rstrip("=").lower()


def bytes_of_cid(cid: str) -> bytes:
    """
    The CID that is written *cid*.

    Raises:
        ValueError: It is not written in base 32, or not of version 1 with SHA-256's length.
    """
    if not cid.startswith("b"):
        raise ValueError("a link that is no CID in base 32")
    body = cid[1:].upper()
    try:
        data = base64.b32decode(body + "=" * (-len(body) % 8))
    except binascii.Error as error:
        raise ValueError("a link that is no CID in base 32") from error
    if len(data) != 36 or data[0] != 1:
        raise ValueError("a link that is no CID of version 1")
    return data


def _decoded_bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("bytes that are not in base 64") from error
