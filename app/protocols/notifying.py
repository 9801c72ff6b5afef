"""
The contract of a protocol, continued: notifications, and who gets through.

An ``AccountService`` offers what it can by being one of these too (``isinstance``).
Every method may raise ``ServiceError``. What is done twice is done once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from app.model import Cursor
from app.model.notification import Gate, NoticePage, ReadMark, SetAside


@runtime_checkable
class Notifies(Protocol):
    """The server tells what others did that concerns the account."""

    async def notices(
        self, cursor: Cursor | None = None, *, limit: int = 40, background: bool = False
    ) -> NoticePage:
        """
        One page, newest first. What cannot be read is counted, the page goes on.

        *background*: as for ``AccountService.page``.
        """
        ...

    async def notices_read(self) -> ReadMark | None:
        """How far they were read, also elsewhere; None: the server does not keep it."""
        ...

    async def mark_notices_read(self, mark: ReadMark) -> ReadMark | None:
        """
        They were read up to there. Never back: who has read further elsewhere stays there.

        Returns how far they were read now, as the server has it.
        """
        ...


@runtime_checkable
class AnswersRequests(Protocol):
    """People ask to follow the account, and it answers."""

    async def answer_request(self, profile: str, *, accept: bool) -> None:
        """Let the profile with that URI follow, or not. Raises: NotFound: it does not ask."""
        ...


@runtime_checkable
class KeepsGate(Protocol):
    """The server has rules about whose notifications come through."""

    async def gate(self) -> Gate:
        """As they are now. Raises: Unsupported: this server has none."""
        ...

    async def change_gate(self, choices: Mapping[str, str]) -> Gate:
        """Set rules by their keys; all others stay as they are."""
        ...


@runtime_checkable
class SetsAside(Protocol):
    """What does not come through is set aside, by person."""

    async def set_aside(self) -> tuple[SetAside, ...]:
        """Who waits, the newest first. Raises: Unsupported."""
        ...

    async def let_in(self, ids: Sequence[str]) -> None:
        """Show theirs, also from now on."""
        ...

    async def turn_away(self, ids: Sequence[str]) -> None:
        """Forget theirs; those that come later are set aside again."""
        ...
