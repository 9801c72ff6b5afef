"""What the server takes: asked, put together, and remembered for an hour."""

from __future__ import annotations

import asyncio

import msgspec

from app.model.errors import Malformed, Refused, SignedOut, Unreachable
from app.model.sending import Limits
from app.protocols.mastodon import probe, wire
from app.protocols.mastodon.api import INSTANCE_V1, SCHEDULED, VERIFY, Api
from app.protocols.mastodon.limits import limits_from_instance
from app.protocols.mastodon.session import Session, accounts_path, status_path
from app.protocols.mastodon.wire_server import Credentials, Instance
from app.protocols.mastodon.wire_write import Preferences

_WHY = "what this server takes"
_GOOD_FOR = 3600.0
"""Seconds."""


class Measuring(Session):
    """Knows the limits of one account's server."""

    async def limits(self) -> Limits:
        """
        What the server takes, with what it does not say filled in as is usual.

        Raises:
            ServiceError: The server cannot be reached or refuses us.
        """
        if self._limits is None or self._monotonic() - self._limits_at > _GOOD_FOR:
            self._limits = await self._measured(await self._api())
            self._limits_at = self._monotonic()
        if self._limits.schedules and not self._waits:
            self._limits = msgspec.structs.replace(self._limits, schedules=False)
        return self._limits

    async def _measured(self, api: Api) -> Limits:
        mine, instance, preferences, schedules = await asyncio.gather(
            api.fetch(VERIFY, Credentials, why="who you are"),
            _whole_instance(api),
            _preferences(api),
            _has(api, SCHEDULED, unsure=False),
        )
        self._own_id = mine.id or self._own_id
        return limits_from_instance(
            instance,
            mine.source,
            preferences,
            schedules=schedules,
            edits=await self._edits(api),
        )

    async def _edits(self, api: Api) -> bool:
        """Whether posts can be changed: there is a way to get at what was typed (3.5)."""
        try:
            path = accounts_path(self._own_id, "/statuses")
            reply = await api.get(path, {"limit": 1, "exclude_reblogs": "true"}, why=_WHY)
            newest = [wire.read_status(raw) for raw in wire.split_page(reply.body, api.host)]
        except (Refused, Malformed):
            return True
        own = [one.id for one in newest if one.id and one.reblog is None]
        return await _has(api, status_path(own[0], "/source"), unsure=True) if own else True


async def _whole_instance(api: Api) -> Instance:
    """What the server says of itself; the second answer fills what the first lacks."""
    instance = await probe.fetch_instance(api)
    if instance.configuration is not None and instance.configuration.statuses is not None:
        return instance
    try:
        older = await api.fetch(INSTANCE_V1, Instance, why=_WHY)
    except (Refused, Malformed, SignedOut):
        return instance
    for name in Instance.__struct_fields__:
        if getattr(instance, name) is None:
            setattr(instance, name, getattr(older, name))
    if older.configuration is not None and older.configuration.statuses is not None:
        instance.configuration = older.configuration
    return instance


async def _preferences(api: Api) -> Preferences | None:
    try:
        return await api.fetch("/api/v1/preferences", Preferences, why=_WHY)
    except (Refused, Malformed):
        return None


async def _has(api: Api, path: str, *, unsure: bool) -> bool:
    """Whether there is such a thing here; *unsure*: when it breaks at the question."""
    try:
        await api.get(path, why=_WHY)
    except (Refused, Malformed):
        return False
    except Unreachable as error:
        if not error.sent:
            raise
        return unsure
    return True
