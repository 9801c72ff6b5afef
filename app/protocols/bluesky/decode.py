"""
Reading JSON without trust: by type, and where a part is wrong, part by part.

Three depths of trouble, each met where it is: a page that the JSON reader
cannot take whole is split by its brackets; an item with a wrong part loses
that part; an item that lacks what it cannot do without is ``Unreadable``.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Raw, Struct

from app.model.errors import Malformed
from app.protocols.bluesky.wire import FeedPage
from app.protocols.net.turns import Turns, at_once

T = TypeVar("T")

READ_ERRORS = (ValueError, RecursionError)
"""What msgspec raises on junk: its own errors, bad UTF-8, too deep nesting."""


class Unreadable(Exception):
    """A part of an answer has not the shape its lexicon promises."""


def read_page(body: bytes, name: str = "feed") -> tuple[list[Raw], str]:
    """
    Split an answer into its items, none of them read yet, and its cursor.

    Args:
        name: Which list the items are in: ``feed``, ``posts``, ``bookmarks``.

    Raises:
        Malformed: It is not JSON, was cut off, or has no such list: to take
            that for an empty page would be to call it the end.
    """
    return at_once(reading_page(body, name))


def reading_page(body: bytes, name: str = "feed") -> Turns[tuple[list[Raw], str]]:
    """``read_page`` in turns: megabytes with half an emoji in them take a second."""
    page: FeedPage
    try:
        page = _decoder(FeedPage).decode(body)
    except READ_ERRORS:
        page = yield from _rescuing_page(body)

    items: list[Raw] | None = getattr(page, name)
    if items is None:
        raise Malformed("The server's answer has no list of posts.")
    return items, page.cursor or ""


def read(raw: bytes | Raw, kind: type[T]) -> T:
    """
    Read *raw* as *kind*; optional parts that are wrong become their default.

    Raises:
        Unreadable: A part that *kind* cannot do without is missing or wrong.
    """
    value: T
    try:
        value = _decoder(kind).decode(raw)
    except READ_ERRORS:
        value = _read_by_parts(raw, kind)
    return value


_decoder: Callable[[Any], msgspec.json.Decoder[Any]] = cache(msgspec.json.Decoder)


def _read_by_parts(raw: bytes | Raw, kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _read_struct(raw, kind)
    if get_origin(kind) is list:
        return _read_list(raw, get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return read(raw, next(k for k in get_args(kind) if k is not type(None)))
    raise Unreadable(f"not a {getattr(kind, '__name__', 'value')}")


def _read_struct(raw: bytes | Raw, kind: type[Struct]) -> Any:
    try:
        parts = _decoder(dict[str, Raw]).decode(raw)
    except READ_ERRORS as error:
        raise Unreadable("not an object") from error

    known: dict[str, Any] = {}
    for part in msgspec.structs.fields(kind):
        if part.encode_name not in parts:
            if part.required:
                raise Unreadable(f"no {part.encode_name}")
            continue
        try:
            known[part.name] = read(parts[part.encode_name], part.type)
        except Unreadable as error:
            if part.required:
                raise Unreadable(f"{part.encode_name}: {error}") from error
    return kind(**known)


def _read_list(raw: bytes | Raw, kind: Any) -> list[Any]:
    try:
        items = _decoder(list[Raw]).decode(raw)
    except READ_ERRORS as error:
        raise Unreadable("not a list") from error

    values = []
    for item in items:
        try:
            values.append(read(item, kind))
        except Unreadable:
            continue  # The others may be fine; a list has no required item.
    return values


# ------------------------------------------------- one bad item in a page

_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{},]', re.DOTALL)


_AT_ONCE = 1_000
"""Of these that are looked at in one turn."""


def _rescuing_page(body: bytes) -> Turns[FeedPage]:
    """
    Split a page in which some string or nesting makes the JSON reader give up.

    Brackets are counted without recursion and strings are not decoded, so
    that only the item that is bad will fail, later and alone.
    """
    lists: dict[str, list[Raw]] = {}
    cursor = None
    for part in (yield from _splitting(body, b"{", b"}")):
        said, _, rest = part.partition(b":")
        name = said.strip().strip(b'"').decode("utf-8", "replace")
        if name == "cursor":
            cursor = _cursor(rest.strip())
        elif name in ("feed", "posts", "bookmarks"):
            parts = yield from _splitting(rest, b"[", b"]")
            lists[name] = [Raw(one) for one in parts]
    return FeedPage(**lists, cursor=cursor)


def _cursor(value: bytes) -> str | None:
    try:
        cursor: str | None = _decoder(str | None).decode(value)
    except READ_ERRORS as error:
        raise Malformed("The server's answer cannot be continued.") from error
    return cursor


def _splitting(text: bytes, opening: bytes, closing: bytes) -> Turns[list[bytes]]:
    """The members of one object or array: what stands between its commas."""
    text = text.strip()
    if not (text.startswith(opening) and text.endswith(closing)):
        raise Malformed("The server's answer is not readable.")

    text = text[1:-1]
    depth = start = 0
    found: list[bytes] = []
    for count, token in enumerate(_TOKENS.finditer(text)):
        if count % _AT_ONCE == 0:
            yield
        mark = token.group()
        if mark == b"," and depth == 0:
            found.append(text[start : token.start()].strip())
            start = token.end()
        elif mark in b"[{":
            depth += 1
        elif mark in b"]}":
            depth -= 1
    if depth != 0:
        raise Malformed("The server's answer was cut off.")
    if rest := text[start:].strip():
        found.append(rest)
    return found
