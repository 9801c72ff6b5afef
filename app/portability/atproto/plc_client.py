"""
The directory of ``did:plc`` identities: read and appended to.

Source: did:plc specification, "REST API"; facts on migration A3.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from app.model.errors import Malformed, NotFound, RateLimited, Refused
from app.portability.atproto.plc import (
    Operation,
    PlcData,
    cid_of,
    data_from_operation,
)
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.identity import PLC
from app.protocols.bluesky.wire import Wire
from app.protocols.http import Http, Reply, error_from_reply, host_of
from app.protocols.net.reply import words_of

_MAX_LOG = 4_000_000


class LogEntry(Wire, frozen=True):
    """One entry of an audit log, as the directory writes it."""

    did: str
    operation: dict[str, Any]
    cid: str
    nullified: bool
    created_at: str

    @property
    def at(self) -> datetime:
        """When the directory took it, aware UTC. Raises: Malformed."""
        try:
            when = datetime.fromisoformat(self.created_at)
        except ValueError as error:
            raise Malformed("The directory's log has a time that is none.") from error
        return when if when.tzinfo else when.replace(tzinfo=UTC)


class Head(Struct, frozen=True):
    """The newest operation that counts, and what the identity says after it."""

    cid: str
    operation: Operation
    data: PlcData
    at: datetime


class PlcClient:
    """
    One directory.

    Args:
        origin: Where it is; the network's own if "".
    """

    def __init__(self, http: Http, origin: str = "") -> None:
        self._http = http
        self.origin = origin or PLC
        if origin:
            http.allow_private(origin)

    @property
    def name(self) -> str:
        """Its host, for people."""
        return host_of(self.origin)

    async def log(self, did: str) -> tuple[LogEntry, ...]:
        """
        Every operation of *did*, oldest first, those that were overruled too.

        Raises:
            NotFound: Nobody has that identity.
            ServiceError: The directory cannot be asked.
        """
        body = await self.log_bytes(did)
        try:
            entries = tuple(read(body, list[LogEntry]))
        except Unreadable as error:
            raise Malformed(f"{self.name} sent a log that cannot be read.") from error
        if not entries or any(entry.did != did for entry in entries):
            raise Malformed(f"{self.name} sent the log of another identity.")
        return entries

    async def log_bytes(self, did: str) -> bytes:
        """The audit log exactly as it is sent. Raises: as ``log``."""
        reply = await self._get(f"/{did}/log/audit")
        if reply.status == 404:
            raise NotFound(f"Nobody has the identity {did}.")
        if reply.status != 200:
            raise self._error(reply)
        return reply.body

    async def head(self, did: str) -> Head:
        """
        Where the identity stands now.

        Raises:
            Refused: It was ended for ever.
            ServiceError: As for ``log``.
        """
        return head_of(await self.log(did))

    async def submit(self, did: str, operation: Operation) -> None:
        """
        Append a signed operation.

        Raises:
            Refused: The directory does not take it.
            ServiceError: It cannot be asked; look at ``head`` before asking again.
        """
        reply = await self._http.request(
            "POST",
            f"{self.origin}/{did}",
            json=dict(operation),
            why="to change where an account lives",
            public=True,
        )
        if reply.status != 200:
            raise self._error(reply)

    async def _get(self, path: str) -> Reply:
        return await self._http.request(
            "GET",
            f"{self.origin}{path}",
            why="where an account lives",
            max_bytes=_MAX_LOG,
            public=True,
        )

    def _error(self, reply: Reply) -> Exception:
        error = error_from_reply(reply, self.origin)
        if isinstance(error, RateLimited) or reply.status >= 500 or reply.status == 404:
            return error
        return Refused(
            f"The directory of identities did not take the change{words_of(reply)}.",
            "Nothing was changed. Run it again; if it stays, copy the log and ask for help.",
        )


def head_of(log: tuple[LogEntry, ...]) -> Head:
    """
    The newest entry of *log* that counts.

    Raises:
        Refused: The identity was ended.
        Malformed: It is no log.
    """
    valid = [entry for entry in log if not entry.nullified]
    if not valid:
        raise Malformed("The directory's log has no entry that counts.")
    last = valid[-1]
    try:
        named = cid_of(last.operation)
    except ValueError as error:
        raise Malformed("An entry of the directory's log cannot be read.") from error
    if named != last.cid:
        raise Malformed("An entry of the directory's log is not what its name says.")
    data = data_from_operation(last.operation)
    if data is None:
        raise Refused("This identity was ended for ever.", "It cannot be moved.")
    return Head(last.cid, last.operation, data, last.at)


def plc_data(operation: Mapping[str, Any]) -> PlcData:
    """What an identity says after a kept operation. Raises: Malformed."""
    data = data_from_operation(operation)
    if data is None:
        raise Malformed("The kept entry ends the identity.")
    return data
