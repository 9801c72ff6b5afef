"""Where in a JSON text a value stands, so that an error can name its line. Pure."""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

Path = tuple[str | int, ...]

MOST_DEPTH = 60

_BLANK = re.compile(r"[ \t\n\r]*")
_PARTS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
"""Strings whole, and brackets. Linear in a text whose strings all end."""

_skip = json.JSONDecoder().raw_decode


class BadJson(ValueError):
    """It is not JSON, or nested too deeply. *line* counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_json(text: str) -> Any:
    """The value of *text*. Raises: BadJson."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadJson(error.msg, error.lineno) from None
    except RecursionError:
        # Up to there it is JSON, so its strings end.
        _check_depth(text)
        raise BadJson("This is nested too deeply", 1) from None
    except ValueError:
        raise BadJson("This is not JSON", 1) from None
    _check_depth(text)
    return value


def line_of(text: str, path: Path) -> int:
    """The line (from 1) of the value at *path*, or of what of it there is."""
    at = place = _blank(text, 0)
    for step in path:
        found = _member(text, at, step)
        if found is None:
            break
        place, at = found
    return text.count("\n", 0, place) + 1


def _check_depth(text: str) -> None:
    """Refuse what is nested more deeply than any recipe. Raises: BadJson."""
    depth = 0
    for found in _PARTS.finditer(text):
        char = found[0]
        if char in "[{":
            depth += 1
            if depth > MOST_DEPTH:
                line = text.count("\n", 0, found.start()) + 1
                raise BadJson("This is nested too deeply", line)
        elif char in "]}":
            depth -= 1


def _member(text: str, at: int, step: str | int) -> tuple[int, int] | None:
    """
    Where a member of the object or list at *at* begins (its key), and its value.

    All others are passed over by the decoder itself: what is large costs little. Of
    several members of one name the last counts, as for who reads it.
    """
    begin, last, number = text[at : at + 1], None, 0
    if begin not in ("{", "["):
        return None
    at = _blank(text, at + 1)
    while at < len(text) and text[at] not in "}]":
        name: str | int = number
        place = at
        if begin == "{":
            name, at = scanstring(text, at + 1, True)
            at = _blank(text, _blank(text, at) + 1)
        if name == step:
            last = place, at
            if begin == "[":
                return last
        _, at = _skip(text, at)
        at = _blank(text, at)
        if text[at : at + 1] == ",":
            at = _blank(text, at + 1)
        number += 1
    return last


def _blank(text: str, at: int) -> int:
    """Where something stands, from *at*."""
    found = _BLANK.match(text, at)
    return found.end() if found else at
