"""
What a record may hold, looked at in JSON's form, where DAG-CBOR cannot say it.

Source: atproto spec "data model".
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from app.portability.atproto.syntax import is_cid_text


class BadRecord(ValueError):
    """A record that is none: the text says what, and where in it."""


def check_record(value: Any) -> None:
    """
    See that *value* is a record's, in JSON's form.

    Raises:
        BadRecord: It is not.
    """
    if not isinstance(value, dict):
        raise BadRecord("a record is a map of fields")
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        where, item = waiting.pop()
        if isinstance(item, list):
            waiting += [(f"{where}/{number}", part) for number, part in enumerate(item)]
        elif isinstance(item, dict):
            if not _is_special(item, where):
                waiting += [(f"{where}/{key}", part) for key, part in item.items()]
        elif isinstance(item, float) and not item.is_integer():
            raise BadRecord(f"{where}: a number with a fraction")


def is_link(value: Any) -> bool:
    """Whether this is a link in JSON's form."""
    match value:
        case {"$link": str(cid), **rest} if not rest:
            return is_cid_text(cid)
    return False


def bytes_in(value: Any) -> bytes | None:
    """The bytes that this is in JSON's form; None = it is none."""
    match value:
        case {"$bytes": str(text), **rest} if not rest:
            try:
                return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
            except binascii.Error:
                return None
    return None


def is_blob(value: Any) -> bool:
    """Whether this points at a file, in JSON's form."""
    match value:
        case {"$type": "blob", "ref": ref, "mimeType": str(), "size": int(size), **rest} if (
            not rest
        ):
            return is_link(ref) and size >= 0
    return False


def _is_special(item: dict[str, Any], where: str) -> bool:
    """Whether it is a link, bytes or a file. Raises: BadRecord: It says so and is none."""
    if "$link" in item or "$bytes" in item:
        if not is_link(item) and bytes_in(item) is None:
            raise BadRecord(f"{where}: a link or bytes that are written wrongly")
        return True
    if "$type" in item:
        kind = item["$type"]
        if not isinstance(kind, str) or not kind:
            raise BadRecord(f"{where}: a $type that names nothing")
        if kind == "blob":
            if not is_blob(item):
                raise BadRecord(f"{where}: a file that is written wrongly")
            return True
    return False
