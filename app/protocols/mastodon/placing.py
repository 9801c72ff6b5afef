"""
How far the home timeline was read, as servers keep it for all devices.

Source: methods/markers (docs.joinmastodon.org). The server takes whatever it is
told, also a step back, and answers 409 when two devices tell it at the same
moment: so we look first, and follow who was quicker.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from app.model.errors import NotFound, Unsupported
from app.model.timeline import Anchor
from app.protocols.mastodon import wire
from app.protocols.mastodon.convert import Neighbours, entry_from_status, time_of
from app.protocols.mastodon.session import Session, status_path
from app.protocols.mastodon.wire_server import read_object

MARKERS = "/api/v1/markers"
_WHY = "what you have read"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_TIMED = 10**16
"""Ids from here on hold the time: milliseconds since 1970, 16 bits further up."""


class Marker(Struct, gc=False):
    last_read_id: str | int | None = None


class Markers(Struct):
    home: Marker | None = None


class Placing(Session):
    """Reads and moves the marker of the home timeline; see ``KeepsPlace``."""

    async def place_read(self) -> str:
        """Its id; "": the server has none (yet)."""
        api = await self._api()
        try:
            found = await api.fetch(MARKERS, Markers, {"timeline[]": "home"}, why=_WHY)
        except (NotFound, Unsupported):
            return ""
        return _place(found)

    async def look_at_place(self, place: str) -> Anchor | None:
        """The post there; if it was deleted, the time that its id holds."""
        api = await self._api()
        try:
            reply = await api.get(status_path(place), why=_WHY)
        except NotFound:
            return self._time_in(place)
        status = wire.read_status(reply.body)
        entry = entry_from_status(
            status, Neighbours(self._viewpoint()), time_of(status) or self._clock()
        )
        return Anchor(entry.key, entry.sort_at)

    async def mark_place_read(self, ref: str) -> str:
        """Move the marker on, unless it is further already."""
        there = await self.place_read()
        if not self.is_further(ref, there):
            return there
        api = await self._api()
        form = {"home[last_read_id]": ref}
        reply = await api.ask("POST", MARKERS, form=form, why=_WHY)
        if reply.status == 409:
            return await self.place_read()  # another device was quicker: it is followed
        try:
            await api.checked(reply, MARKERS)
        except (NotFound, Unsupported):
            return there
        return _place(read_object(reply.body, Markers, api.host)) or ref

    def is_further(self, place: str, than: str) -> bool:
        """Ids are numbers, or of one length and rising."""
        return (len(place), place) > (len(than), than)

    def _time_in(self, place: str) -> Anchor | None:
        if not (place.isascii() and place.isdecimal() and _FIRST_TIMED <= int(place) < 1 << 63):
            return None
        at = _EPOCH + timedelta(milliseconds=int(place) >> 16)
        return Anchor("", at) if at <= self._clock() else None


def _place(found: Markers) -> str:
    marker = found.home
    return str(marker.last_read_id) if marker is not None and marker.last_read_id else ""
