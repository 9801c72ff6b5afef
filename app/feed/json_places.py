"""Where in a JSON text a value stands, so that an error can name its line. Pure."""

from __future__ import annotations

import json
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

Path = tuple[str | int, ...]

MOST_DEPTH = 60
_BLANK = " \t\n\r"


class BadJson(ValueError):
    """It is not JSON, or nested too deeply. *line* counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def read_json(text: str) -> Any:
    """The value of *text*. Raises: BadJson."""
    try:
        _Walk(text).check()
        return json.loads(text)
    except BadJson:
        raise
    except json.JSONDecodeError as error:
        raise BadJson(error.msg, error.lineno) from None
    except (ValueError, IndexError):
        raise BadJson("This is not JSON", 1) from None


def line_of(text: str, path: Path) -> int:
    """The line (from 1) of the value at *path*, or of what of it there is."""
    found = _Walk(text).places()
    while path and path not in found:
        path = path[:-1]
    return text.count("\n", 0, found.get(path, 0)) + 1


class _Walk:
    """Goes once through a text, iteratively: depth cannot exhaust anything."""

    def __init__(self, text: str) -> None:
        self._text = text

    def check(self) -> None:
        """Refuse what is nested more deeply than any recipe. Raises: BadJson."""
        depth, at, text = 0, 0, self._text
        while at < len(text):
            char = text[at]
            if char == '"':
                _, at = scanstring(text, at + 1, True)
                continue
            if char in "[{":
                depth += 1
                if depth > MOST_DEPTH:
                    line = text.count("\n", 0, at) + 1
                    raise BadJson("This is nested too deeply", line)
            elif char in "]}":
                depth -= 1
            at += 1

    def places(self) -> dict[Path, int]:
        """Offset of every value (of a member of an object: of its key)."""
        places: dict[Path, int] = {(): 0}
        stack: list[list[Any]] = []  # [is object, current key or index]
        text, at, pending = self._text, 0, 0
        while at < len(text):
            char = text[at]
            if char in _BLANK or char in ":,":
                at += 1
                if char == "," and stack and not stack[-1][0]:
                    stack[-1][1] += 1
            elif char in "[{":
                self._note(places, stack, at)
                stack.append([char == "{", "" if char == "{" else 0])
                at += 1
            elif char in "]}":
                if stack:
                    stack.pop()
                at += 1
            elif char == '"':
                pending = at
                value, at = scanstring(text, at + 1, True)
                if stack and stack[-1][0] and self._is_key(at):
                    stack[-1][1] = value
                    places[tuple(level[1] for level in stack)] = pending
                else:
                    self._note(places, stack, pending)
            else:
                self._note(places, stack, at)
                while at < len(text) and text[at] not in _BLANK and text[at] not in ",]}":
                    at += 1
        return places

    def _is_key(self, at: int) -> bool:
        while at < len(self._text) and self._text[at] in _BLANK:
            at += 1
        return at < len(self._text) and self._text[at] == ":"

    def _note(self, places: dict[Path, int], stack: list[list[Any]], at: int) -> None:
        if stack and not stack[-1][0]:
            places[tuple(level[1] for level in stack)] = at
