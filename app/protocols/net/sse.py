"""Server-sent events, taken apart as their bytes come (WHATWG HTML, section 9.2). Pure."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from app.model.errors import Malformed

MOST = 1_000_000
"""Bytes of one event; more is no news, but an attack or a mistake."""


class ServerEvent(Struct, frozen=True):
    """One event: its name, and its data as it came."""

    name: str
    data: str


class EventReader:
    """
    Bytes in, events out. Comments (``:thump``) are what keeps a line alive, and no events.

    Args:
        host: For the words when it is junk.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._rest = b""
        self._name = ""
        self._data: list[str] = []
        self._size = 0

    def take(self, piece: bytes) -> Iterator[ServerEvent]:
        """
        The events that *piece* makes whole.

        Raises:
            Malformed: One of them is too long.
        """
        # A lone CR is allowed by the standard; no server of our kind writes it.
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > MOST:
            raise self._too_long()
        for line in lines:
            event = self._line(line.removesuffix(b"\r"))
            if event is not None:
                yield event

    def _line(self, line: bytes) -> ServerEvent | None:
        if not line:
            return self._end()
        field, _, value = line.partition(b":")
        text = value.removeprefix(b" ").decode("utf-8", "replace")
        if field == b"event":
            self._name = text
        elif field == b"data":
            self._size += len(value) + 1  # empty ones take room, too
            if self._size > MOST:
                raise self._too_long()
            self._data.append(text)
        return None

    def _end(self) -> ServerEvent | None:
        name, data = self._name, self._data
        self._name, self._data, self._size = "", [], 0
        return ServerEvent(name or "message", "\n".join(data)) if name or data else None

    def _too_long(self) -> Malformed:
        return Malformed(f"{self._host} sent an event that is too long.")
