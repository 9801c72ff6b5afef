"""What became of each of many items: one short line each, so that ten thousand are cheap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from app.portability.disk import UNREADABLE, Lines

_decode = msgspec.json.Decoder(tuple[str, Any]).decode
_encode = msgspec.json.Encoder().encode


class FileLedger:
    """
    A ``Ledger`` in a file of ``["key", value]`` lines.

    A line that cannot be read is left out: that item is looked at again.

    Raises:
        StoreError: The file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._lines = Lines(path)
        self._known: dict[str, Any] = {}
        for line in self._lines.read():
            try:
                key, value = _decode(line)
            except UNREADABLE:
                continue
            self._known[key] = value

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: str) -> Any:
        """What was written last for *key*; None: nothing."""
        return self._known.get(key)

    def put(self, key: str, value: Any = "ok") -> None:
        """Write it down: survives a kill at once. Raises: StoreError."""
        self._lines.append(_encode((key, value)), durable=False)
        self._known[key] = value

    def items(self) -> Iterator[tuple[str, Any]]:
        """Every key with its last value, in the order of first mention."""
        return iter(tuple(self._known.items()))

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()
