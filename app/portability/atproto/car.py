"""
CAR files, version 1: a header, then blocks, each under its CID.

The reader takes bytes as they come, in pieces of any size, and gives the blocks
as they stand there: it decodes nothing and trusts no length.

Source: CARv1 specification; atproto spec "repository", CAR file serialization.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from app.portability.atproto.cids import CID_SIZE, DAG_CBOR, cid_size, varint
from app.portability.atproto.dag_cbor import CborFault, Link, read

MAX_BLOCK = 2_000_000
"""Bytes; a record may have 1 000 000, a commit's slice 2 000 000 (atproto spec "sync")."""
_MAX_HEADER = 16_384
_MAX_LENGTH = 4  # bytes of a length that is still thinkable


class CarFault(ValueError):
    """
    The file is broken here; what comes after cannot be read.

    Attributes:
        code: Names the fault.
        at: Offset in the file.
    """

    def __init__(self, code: str, text: str, at: int) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.at = at


class Block(NamedTuple):
    """
    One block.

    Attributes:
        at: Where its length stands in the file.
        cid: The name it claims; nothing is checked yet.
    """

    at: int
    cid: bytes
    data: bytes


class CarReader:
    """
    Takes a CAR file piece by piece.

    Attributes:
        roots: The header's CIDs; () until the header has come.
        at: Offset of the first byte that is not used yet.
    """

    def __init__(self) -> None:
        self.roots: tuple[bytes, ...] = ()
        self.at = 0
        self._parts: list[bytes] = []
        self._size = 0
        self._wanted = 1

    def feed(self, data: bytes) -> Iterator[Block]:
        """
        The blocks that are complete with *data*. To be used up before the next call.

        Raises:
            CarFault: The file is broken.
        """
        data = self._gathered(data)
        if not data:
            return
        used = 0
        if not self.roots:
            used = self._header(data)
            if not used:
                self._keep(data)
                return
        base = self.at - used
        size = len(data)
        try:
            while used < size:
                # Nearly every length has two bytes: read in place.
                length = data[used]
                body = used + 1
                if length >= 0x80:
                    if body < size and 0 < data[body] < 0x80:
                        length = length & 0x7F | data[body] << 7
                        body += 1
                    else:
                        length, body = self._length(data, used, base)
                        if length < 0:
                            return
                end = body + length
                if end > size:
                    self._wanted = end - used
                    return
                if data[body : body + 4] == DAG_CBOR and length >= CID_SIZE:
                    split = body + CID_SIZE
                else:
                    split = body + _foreign_cid(data[body:end], base + used)
                yield Block(base + used, data[body:split], data[split:end])
                used = end
        finally:
            self._keep(data[used:])
            self.at = base + used

    def finish(self) -> None:
        """
        No more will come.

        Raises:
            CarFault: The file ends inside its header or a block.
        """
        if not self.roots:
            raise CarFault("no-header", "The file is no repository archive: it has no header.", 0)
        if self._size:
            raise CarFault("cut-off", "The file ends in the middle of a block.", self.at)

    def _gathered(self, data: bytes) -> bytes:
        """What came so far, once it is enough to go on; b"" before. Small pieces cost nothing."""
        self._parts.append(data)
        self._size += len(data)
        if self._size < self._wanted:
            return b""
        whole = b"".join(self._parts) if len(self._parts) > 1 else data
        self._parts, self._size, self._wanted = [], 0, 1
        return whole

    def _keep(self, rest: bytes) -> None:
        if rest:
            self._parts.append(rest)
            self._size += len(rest)

    def _header(self, data: bytes) -> int:
        """How many bytes the header has; 0 = it is not complete yet."""
        length, body = varint(data, 0)
        if length == -1 and len(data) < _MAX_LENGTH:
            return 0
        if not 0 < length <= _MAX_HEADER:
            raise CarFault("no-header", "The file is no repository archive: it has no header.", 0)
        if body + length > len(data):
            self._wanted = body + length
            return 0
        self.roots = _roots(data[body : body + length], body)
        self.at = body + length
        return self.at

    def _length(self, data: bytes, used: int, base: int) -> tuple[int, int]:
        length, body = varint(data[used : used + _MAX_LENGTH + 1], 0)
        if length == -2:
            raise CarFault(
                "bad-length", "The length of a block is not written as it must be.", base + used
            )
        if length > MAX_BLOCK + CID_SIZE or (length == -1 and len(data) - used > _MAX_LENGTH):
            raise self._too_large(base + used)
        return length, used + body

    @staticmethod
    def _too_large(at: int) -> CarFault:
        return CarFault("block-too-large", "A block claims to be larger than any may be.", at)


def _roots(header: bytes, at: int) -> tuple[bytes, ...]:
    try:
        value = read(header)
    except CborFault as fault:
        raise CarFault(
            "bad-header", f"The header is damaged: {fault.text}", at + fault.at
        ) from fault
    match value:
        case {"version": 1, "roots": [Link(), *_] as roots, **rest} if not rest:
            if all(isinstance(root, Link) for root in roots):
                return tuple(bytes(root) for root in roots)
    raise CarFault("bad-header", "The header is not that of a repository archive.", at)


def _foreign_cid(section: bytes, at: int) -> int:
    """Bytes of a CID that is not of the common kind."""
    size = cid_size(section)
    if not size:
        raise CarFault("bad-cid", "A block has no name (CID) that can be read.", at)
    return size


def car_bytes(root: bytes, blocks: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """A CAR file, piece by piece: header, then each (CID, data)."""
    header = b"\xa2eroots\x81\xd8\x2a\x58\x25\x00" + root + b"gversion\x01"
    yield _varint_bytes(len(header)) + header
    for cid, data in blocks:
        yield _varint_bytes(len(cid) + len(data)) + cid + data


def _varint_bytes(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
