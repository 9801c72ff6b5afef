"""
Follow those whom the user has confirmed, and nobody else.

May be killed at any moment and run again: what was done is not done twice. Whoever
is followed comes into the people book as the same human.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from msgspec import Struct

from app.model.errors import (
    BadInput,
    Malformed,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServiceError,
    Unsupported,
)
from app.portability.carry_over_search import People
from app.portability.carry_over_values import Row, known_of
from app.portability.ledger import FileLedger
from app.portability.plan import Progress
from app.protocols.owning import Pause
from app.protocols.portraying import Portrays
from app.protocols.writing import Reacts

Became = Literal["done", "already", "requested", "failed"]
_OF_ONE = (NotFound, Refused, Malformed, BadInput, Unsupported)
"""What one person's server or profile is the cause of: the others are followed all the same."""


class Outcome(Struct, frozen=True):
    """What became of one person. *why*: of one that failed."""

    row: Row
    state: Became
    why: str = ""


class Applied(Struct, frozen=True):
    """What became of all; *stopped*: why not all of it is done."""

    outcomes: tuple[Outcome, ...]
    left: int = 0
    stopped: ServiceError | None = None


async def follow_confirmed(
    rows: Sequence[Row],
    service: Any,
    people: People,
    ledger: FileLedger,
    pause: Pause,
    tell: Callable[[Progress], None],
) -> Applied:
    """
    Follow everybody whose row says so.

    Raises:
        Unsupported: The server lets nobody follow.
        StoreError: What becomes of them cannot be written down.
    """
    if not (isinstance(service, Reacts) and isinstance(service, Portrays)):
        raise Unsupported("This account cannot follow anybody.")
    wanted = [row for row in rows if row.follow]
    outcomes: list[Outcome] = []
    for number, row in enumerate(wanted):
        tell(Progress(done=number, total=len(wanted), unit="people"))
        if row.target.uri in ledger:
            outcomes.append(Outcome(row, "already"))
            continue
        try:
            outcome = await _patiently(row, service, pause)
        except ServiceError as error:
            return Applied(tuple(outcomes), len(wanted) - number, error)
        if outcome.state != "failed":
            ledger.put(row.target.uri, outcome.state)
            await people.confirm(known_of(row.source), known_of(row.target), _evidence(row))
        outcomes.append(outcome)
    tell(Progress(done=len(wanted), total=len(wanted), unit="people"))
    return Applied(tuple(outcomes))


async def _patiently(row: Row, service: Any, pause: Pause) -> Outcome:
    again = True
    while True:
        try:
            return await _followed(row, service)
        except RateLimited as error:
            await pause(error)
        except OutcomeUnknown:
            # It may have been done: whoever looks again finds out, and does not do it twice.
            if not again:
                raise
            again = False
        except _OF_ONE as error:
            return Outcome(row, "failed", error.message)


async def _followed(row: Row, service: Any) -> Outcome:
    now = (await service.portrait(row.target.uri)).profile
    if now.handle.lower() != row.target.handle.lower().removeprefix("@"):
        why = f"At that address is @{now.handle}, not @{row.target.handle}: look again."
        return Outcome(row, "failed", why)
    relation = await service.relation(now.uri)
    if relation.blocked or relation.blocked_by:
        return Outcome(row, "failed", f"You and @{now.handle} have blocked one another.")
    if relation.following or relation.requested:
        return Outcome(row, "already")
    after = await service.relate("follow", now.uri)
    return Outcome(row, "requested" if after.requested else "done")


def _evidence(row: Row) -> str:
    said = " ".join(why.text for why in row.evidence)
    return f"You confirmed it. {said}".strip()
