"""The theme's numbers: ``resources/theme/tokens.json``, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from app.resources import resource


class Section:
    """A part of the tokens, read by attribute: ``tokens.card.padLeft``."""

    def __init__(self, values: dict[str, Any], name: str = "tokens") -> None:
        self._name = name
        self._values = {
            key: Section(value, f"{name}.{key}") if isinstance(value, dict) else value
            for key, value in values.items()
        }
        # As attributes of its own, which Python finds by itself: a frame reads hundreds.
        vars(self).update(self._values)

    def __getattr__(self, key: str) -> Any:
        raise AttributeError(f"{self._name} has no {key!r}")

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)


Tokens = Section


@cache
def load_tokens() -> Tokens:
    """
    Read the tokens, once per process.

    Raises:
        FileNotFoundError: The installation is broken.
    """
    return Section(msgspec.json.decode(resource("theme", "tokens.json").read_bytes()))
