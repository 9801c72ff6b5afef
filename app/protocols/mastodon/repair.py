"""
Reading what strict readers refuse: one broken field must not cost a post,
one broken post must not cost a page. Slow, and only for what is broken.
"""

from __future__ import annotations

import json
import re
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from app.model.errors import Malformed
from app.protocols.net.turns import Turns

T = TypeVar("T", bound=Struct)

MAX_DEPTH = 100
"""Nesting of one item; real ones have about ten."""

MAX_ITEMS = 10_000

_AT_ONCE = 1_000
"""Brackets, commas and strings that are looked at in one turn."""

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*(?:"|\Z)|[\[\]{},]', re.DOTALL)
_HALF = re.compile(r"[\ud800-\udfff]")
_MISSING: Any = object()


def splitting_items(body: bytes) -> Turns[list[bytes | msgspec.Raw] | None]:
    """
    Cut a JSON list at its top level commas. None: it is no whole list.

    In turns: of a page of megabytes it takes a tenth of a second.
    """
    body = body.strip()
    if body[:1] != b"[" or body[-1:] != b"]":
        return None
    items: list[bytes | msgspec.Raw] = []
    depth, start = 0, 1
    for count, token in enumerate(_TOKEN.finditer(body)):
        mark = token[0]
        if count % _AT_ONCE == 0:
            yield
        if mark in (b"[", b"{"):
            depth += 1
        elif mark in (b"]", b"}"):
            depth -= 1
            if depth == 0 and token.end() != len(body):
                return None
        elif mark == b"," and depth == 1:
            items.append(body[start : token.start()])
            start = token.end()
            if len(items) > MAX_ITEMS:
                return None
    if depth:
        return None
    last = body[start:-1]
    if last.strip():
        items.append(last)
    return items


def read_broken(item: bytes, kind: type[T]) -> T:
    """
    Build a *kind* from whatever of *item* can be read.

    Raises:
        Malformed: It is no JSON object, or nested beyond reason.
    """
    try:
        value = json.loads(
            item.decode("utf-8", "replace"), parse_int=_whole, parse_constant=lambda _: None
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("This record is no proper JSON.") from error
    if not isinstance(value, dict):
        raise Malformed("This record is no object.")
    read = _struct(value, kind, 0)
    assert isinstance(read, kind)
    return read


def _whole(digits: str) -> int | None:
    """Numbers of thousands of digits are an attack, not a count."""
    return int(digits) if len(digits) < 20 else None


@cache
def _hints(kind: type[Struct]) -> dict[str, Any]:
    return get_type_hints(kind)


def _struct(value: dict[str, Any], kind: type[Struct], depth: int) -> Struct:
    hints = _hints(kind)
    fields: dict[str, Any] = {}
    for name in kind.__struct_fields__:
        if value.get(name) is not None:
            read = _value(value[name], hints[name], depth + 1)
            if read is not _MISSING:
                fields[name] = read
    return kind(**fields)


def _value(value: Any, hint: Any, depth: int) -> Any:
    """*value* as one of the types of *hint*, or ``_MISSING``."""
    if depth > MAX_DEPTH:
        return _MISSING
    for kind in get_args(hint) if isinstance(hint, UnionType) else (hint,):
        if get_origin(kind) is list:
            if isinstance(value, list):
                (part,) = get_args(kind)
                read = [_value(one, part, depth + 1) for one in value]
                return [one for one in read if one is not _MISSING]
        elif isinstance(kind, type) and issubclass(kind, Struct):
            if isinstance(value, dict):
                return _struct(value, kind, depth)
        elif kind is not type(None):
            read = _plain(value, kind)
            if read is not _MISSING:
                return read
    return _MISSING


def _plain(value: Any, kind: type) -> Any:
    """A text, number, truth or time; texts without halves of characters."""
    if isinstance(value, str):
        value = _HALF.sub("\ufffd", value)
    elif kind is str and isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # ids are numbers on some servers
    try:
        return msgspec.convert(value, kind, strict=False)
    except (msgspec.MsgspecError, OverflowError, ValueError):
        return _MISSING
