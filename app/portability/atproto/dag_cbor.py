"""
DAG-CBOR read strictly: every value has one form, and any other is refused by name.

Two readers. :func:`read_block` is fast and for blocks as they come: it decodes,
writes the value again and compares; what comes out different has not been in
the one form. :func:`read` is slow, and says what is wrong and where.

Sources: RFC 8949 §3 and §4.2; DAG-CBOR specification; atproto spec "data model".
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable
from typing import Any

from app.portability.atproto.cids import is_cid, is_cid_of_any_kind, text_of_cid

MAX_DEPTH = 32
"""How deep values may stand in each other."""
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_LINK_TAG = 42


class Link(bytes):
    """A CID that a value points with, told apart from bytes that only look like one."""


class CborFault(ValueError):
    """
    A value not in the one form that it may have.

    Attributes:
        code: Names the fault.
        at: Offset in the block.
    """

    def __init__(self, code: str, text: str, at: int = 0) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.at = at


def read_block(data: bytes) -> Any:
    """
    The value of a block. Links are ``bytes`` of 36 bytes, or :class:`Link`.

    Raises:
        CborFault: It is not canonical DAG-CBOR, or holds what a record cannot hold.
    """
    value = canonical(data)
    if value is None or not is_plain(value):
        return read(data)
    return value


def canonical(data: bytes) -> Any:
    """
    The value of a block; None = it is not in the one form, or cannot be told from here.

    Bytes that happen to look like a CID would be written as a link: then only the
    slow reader can tell. That is one signature in a thousand.
    """
    decoded, encoded = _fast()
    try:
        value = decoded(data)
        return value if encoded(value) == data else None
    except (ValueError, RecursionError, OverflowError):
        return None


def decode(data: bytes) -> Any:
    """
    The value of a block whose one form is proven elsewhere. Links are ``bytes``.

    Raises:
        CborFault: It is no DAG-CBOR.
    """
    try:
        return _fast()[0](data)
    except (ValueError, RecursionError, OverflowError):
        return read(data)


def is_plain(value: Any, depth: int = MAX_DEPTH) -> bool:
    """Whether a decoded value is free of floats, huge numbers and absurd depth."""
    kind = type(value)
    if kind is dict:
        value = value.values()
    elif kind is not list:
        return _is_plain_leaf(value)
    if depth == 0:
        return False
    for item in value:
        kind = type(item)
        if kind is str or kind is bool or item is None:
            continue
        if kind is dict or kind is list:
            if not is_plain(item, depth - 1):
                return False
        elif not _is_plain_leaf(item):
            return False
    return True


def _is_plain_leaf(value: Any) -> bool:
    if type(value) is int:
        return _SMALLEST <= value <= _LARGEST
    # Only the slow reader tells strange links from bytes.
    return type(value) is not float and (type(value) is not bytes or is_cid(value))


_pair: tuple[Callable[[bytes], Any], Callable[[Any], bytes]] | None = None


def _fast() -> tuple[Callable[[bytes], Any], Callable[[Any], bytes]]:
    """The decoder and encoder in native code, loaded when first needed."""
    global _pair
    if _pair is None:
        import libipld

        _pair = (libipld.decode_dag_cbor, libipld.encode_dag_cbor)
    return _pair


def json_form(value: Any) -> Any:
    """*value*, as :func:`read` gives it, in JSON's form: ``{"$link": …}``, ``{"$bytes": …}``."""
    if isinstance(value, Link):
        return {"$link": text_of_cid(value)}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).rstrip(b"=").decode()}
    if isinstance(value, list):
        return [json_form(item) for item in value]
    if isinstance(value, dict):
        return {key: json_form(item) for key, item in value.items()}
    return value


def read(data: bytes) -> Any:
    """
    The value of *data*, byte for byte.

    Raises:
        CborFault: It is not canonical DAG-CBOR, or holds what a record cannot
            hold; the first fault.
    """
    reader = _Reader(data)
    value = reader.value(MAX_DEPTH)
    if reader.at != len(data):
        raise reader.fault("trailing-bytes", "Something follows after the end of the value.")
    return value


class _Reader:
    """A place in a block, and what can be read there."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def fault(self, code: str, text: str, at: int | None = None) -> CborFault:
        return CborFault(code, text, self.at if at is None else at)

    def value(self, depth: int) -> Any:
        began = self.at
        head = self._take(1)[0]
        kind, low = head >> 5, head & 31
        if kind == 7:
            return self._simple(low, began)
        number = self._number(low, began)
        if kind <= 1:
            return self._integer(kind, number, began)
        if kind == 2:
            return self._take(number)
        if kind == 3:
            return self._text(number, began)
        if kind == 6:
            return self._link(number, began)
        if depth == 0:
            raise self.fault(
                "too-deep", f"Values stand more than {MAX_DEPTH} deep in each other.", began
            )
        # Each item has a byte at least: a longer claim is a lie, and costs nothing.
        if number > len(self._data) - self.at:
            raise self.fault("cut-off", "The value claims more than is there.", began)
        if kind == 4:
            return [self.value(depth - 1) for _ in range(number)]
        return self._map(number, depth - 1)

    def _take(self, size: int) -> bytes:
        end = self.at + size
        if end > len(self._data):
            raise self.fault("cut-off", "The value ends before it is complete.")
        part = self._data[self.at : end]
        self.at = end
        return part

    def _number(self, low: int, began: int) -> int:
        if low < 24:
            return low
        if low == 31:
            raise self.fault("indefinite-length", "A length is left open.", began)
        if low > 27:
            raise self.fault("reserved-form", "A number has a form that does not exist.", began)
        size = 1 << (low - 24)
        number = int.from_bytes(self._take(size), "big")
        if number < (24 if size == 1 else 1 << (size * 4)):
            raise self.fault(
                "long-number", "A number is written longer than it needs to be.", began
            )
        return number

    def _integer(self, kind: int, number: int, began: int) -> int:
        if number > _LARGEST:
            raise self.fault(
                "huge-number", "A number is larger than 64 bits with sign allow.", began
            )
        return -1 - number if kind else number

    def _simple(self, low: int, began: int) -> bool | None:
        if low in (20, 21):
            return low == 21
        if low == 22:
            return None
        if low in (25, 26, 27):
            raise self._float(low, began)
        if low == 31:
            raise self.fault("indefinite-length", "A length is left open.", began)
        raise self.fault("unknown-simple", "A value of a kind that records do not have.", began)

    def _float(self, low: int, began: int) -> CborFault:
        size = 1 << (low - 24)
        number = struct.unpack({2: ">e", 4: ">f", 8: ">d"}[size], self._take(size))[0]
        if number != number or number in (float("inf"), float("-inf")):
            return self.fault("not-a-number", "Infinity, or a value that is no number.", began)
        return self.fault(
            "float", "A number with a fraction; records have whole numbers only.", began
        )

    def _text(self, size: int, began: int) -> str:
        try:
            return self._take(size).decode()
        except UnicodeDecodeError as error:
            raise self.fault("bad-text", "A text that is not UTF-8.", began) from error

    def _link(self, tag: int, began: int) -> Link:
        if tag != _LINK_TAG:
            raise self.fault("unknown-tag", f"A value has tag {tag}; only links have one.", began)
        head = self._take(1)[0]
        data = self._take(self._number(head & 31, began)) if head >> 5 == 2 else b""
        if data[:1] != b"\0" or not is_cid_of_any_kind(data[1:]):
            raise self.fault("bad-link", "A link that is no CID of version 1.", began)
        return Link(data[1:])

    def _map(self, size: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        last = (-1, b"")
        for _ in range(size):
            began = self.at
            head = self._take(1)[0]
            if head >> 5 != 3:
                raise self.fault("key-not-text", "A key of a map is not text.", began)
            start = self._number(head & 31, began)
            key = self._text(start, began)
            order = (start, key.encode())
            if order == last:
                raise self.fault("double-key", "A map has one key twice.", began)
            if order < last:
                raise self.fault("key-order", "The keys of a map are not in order.", began)
            last = order
            found[key] = self.value(depth)
        return found
