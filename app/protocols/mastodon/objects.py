"""Parts of ActivityStreams objects, which may be there in any form. Pure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]


def text_of(value: Any, key: str) -> str:
    """What stands at *key*, "" where that is no text (or *value* no object)."""
    if not isinstance(value, dict):
        return ""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def dict_of(value: Json, key: str) -> Json:
    """The object at *key*, {} where there is none."""
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def dicts_of(value: Json, key: str) -> list[Json]:
    """The objects in the list at *key*."""
    found = value.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def many_of(value: Any, key: str) -> list[Any]:
    """What stands at *key*, one or several; nothing where *value* is no object."""
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, list):
        return found
    return [] if found is None else [found]


def name_of(value: Any) -> str:
    """The address of something that is named, or there in whole."""
    return value if isinstance(value, str) else text_of(value, "id")


def host_of(address: str) -> str:
    """Host and port of *address*, "" where it is none that can be read."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""
