"""Values of a document that strangers wrote: what each must be, or what is wrong with it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from app.feed.json_places import Path

MOST_TEXT = 200


class Wrong(Exception):
    """What stands at *path* is wrong; the words are for people."""

    def __init__(self, path: Path, message: str) -> None:
        self.path, self.message = path, message


def an_object(raw: Any, path: Path) -> Mapping[str, Any]:
    """An object."""
    if not isinstance(raw, dict):
        raise Wrong(path, "This should be an object: { … }.")
    return raw


def no_others(holder: Mapping[str, Any], known: set[str], path: Path) -> None:
    """Nothing but *known* keys, and those beginning with ``x-``."""
    for key in holder:
        if key not in known and not key.startswith("x-"):
            raise Wrong((*path, key), f"“{key[:60]}” means nothing here.")


def is_list(raw: Any) -> bool:
    """Whether it is a list."""
    return isinstance(raw, list)


def a_list(raw: Any, path: Path, most: int) -> list[Any]:
    """A list of at most *most*."""
    if not isinstance(raw, list):
        raise Wrong(path, "This should be a list: [ … ].")
    if len(raw) > most:
        raise Wrong(path, f"There are more than {most} of these.")
    return raw


def a_pair(raw: Any, path: Path) -> list[Any]:
    """A list of two."""
    if not isinstance(raw, list) or len(raw) != 2:
        raise Wrong(path, "This should be a list of two.")
    return raw


def a_text(raw: Any, path: Path, most: int = MOST_TEXT) -> str:
    """A text of at most *most* characters."""
    if not isinstance(raw, str):
        raise Wrong(path, "This should be a text: “…”.")
    if len(raw) > most:
        raise Wrong(path, f"This is longer than {most} characters.")
    return raw


def a_name(document: Mapping[str, Any], key: str) -> str:
    """A text that is not empty, under *key*."""
    text = a_text(document.get(key), (key,))
    if not text.strip():
        raise Wrong((key,), "This is empty.")
    return text


def a_number(raw: Any, path: Path, low: float = -1e12, high: float = 1e12) -> float:
    """A finite number between *low* and *high*."""
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise Wrong(path, "This should be a number.")
    if not low <= raw <= high:
        raise Wrong(path, f"This should be between {low:g} and {high:g}.")
    return float(raw)


def a_flag(raw: Any, path: Path) -> bool:
    """true or false."""
    if not isinstance(raw, bool):
        raise Wrong(path, "This should be true or false.")
    return raw


def one_of(raw: Any, known: tuple[Any, ...], path: Path) -> Any:
    """One of *known*."""
    if not isinstance(raw, str) or raw not in known:
        allowed = ", ".join(str(one) or "“”" for one in known)
        raise Wrong(path, f"This should be one of: {allowed}.")
    return raw
