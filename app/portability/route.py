"""What the facade asks of a way to move: one per kind of network, injected by the wiring."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from app.model import Account
from app.portability.plan import Plan, Undo
from app.portability.step import Step


class Wish(Struct, frozen=True, kw_only=True):
    """
    What somebody wants to move, and where.

    Attributes:
        id: The plan's id, made by the facade.
        source: A signed-in account; or, where there is none (any more), what was
            typed: a handle, an identifier, the folder of an archive.
        target: As typed: a server's address.
        options: handle, email, invite, dir…: no secrets.
        answers: Secrets that help to read more; may be empty. Never kept.
    """

    id: str
    source: Account | str
    target: str
    options: Mapping[str, str]
    answers: Mapping[str, str]
    now: datetime


class Route(Protocol):
    """One way to move. Keeps nothing between calls; what it needs it gets when it is made."""

    @property
    def names(self) -> tuple[str, ...]:
        """The values of ``Plan.route`` that are its own."""
        ...

    def takes(self, wish: Wish) -> bool:
        """Whether this is a wish for it, as far as can be seen without asking anybody."""
        ...

    async def plan(self, wish: Wish) -> Plan:
        """
        Read both sides, change nothing.

        Raises:
            BadInput: It cannot work, whoever is asked.
            ServiceError: Somebody who must be read could not be.
        """
        ...

    def steps(self, plan: Plan) -> Sequence[Step]:
        """The acts, in order; their ids are those of ``plan.steps``."""
        ...

    def rehearsal(self, plan: Plan) -> Sequence[Step]:
        """Those (or others) that only read: export, verify. Nothing changes on either side."""
        ...

    def undo_state(
        self, plan: Plan, kept: Mapping[str, Any], done: Collection[str], now: datetime
    ) -> Undo:
        """
        Whether and how it can be taken back now. Asks nobody: it is shown all the time.

        Args:
            done: Ids of the steps that were done (or may have been: begun).
        """
        ...
