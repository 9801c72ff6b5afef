"""How often to ask where nothing is told: more often while somebody writes. No I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.model import AccountId
from app.services.sync_loop import PERIOD

if TYPE_CHECKING:
    from app.services.live_values import LiveState
    from app.services.steps import Arrived

BRIEFEST, LONGEST = 20.0, 180.0
"""Seconds between two rounds while much, and while nothing, is new."""

QUICKER, SLOWER = 0.6, 1.3

LIVE_PERIOD = 120.0
"""Seconds between two rounds of an account that hears of all but counters at once."""

AFTER_OPENING = 15.0
"""The first of them comes sooner: what happened just while a line was opened."""


def paced(before: float, *, new: bool, briefest: float = BRIEFEST) -> float:
    """The pause after one of *before* seconds: shorter when something was new, else longer."""
    return min(LONGEST, max(briefest, before * (QUICKER if new else SLOWER)))


class Pace:
    """
    The pause between two rounds of an account.

    Args:
        state: How it hears of what is new.
        steady: Whether to ask in a steady beat, whatever comes.
    """

    def __init__(self, state: Callable[[AccountId], LiveState], steady: Callable[[], bool]) -> None:
        self._state, self._steady = state, steady
        self._new: dict[AccountId, int] = {}
        self._pauses: dict[AccountId, float] = {}
        self._were_live: set[AccountId] = set()

    def note(self, arrived: Arrived) -> None:
        """A page was stored."""
        if arrived.source.kind == "home":
            self._new[arrived.account] = self._new.get(arrived.account, 0) + arrived.saved.new

    def forget(self, account: AccountId) -> None:
        """It was removed."""
        self._new.pop(account, None)
        self._pauses.pop(account, None)
        self._were_live.discard(account)

    def pause(self, account: AccountId) -> float:
        """Seconds until its next round; asked once after each."""
        new = self._new.pop(account, 0)
        state = self._state(account)
        if state.is_whole:
            fresh = account not in self._were_live
            self._were_live.add(account)
            return AFTER_OPENING if fresh else LIVE_PERIOD
        self._were_live.discard(account)
        if self._steady():
            self._pauses[account] = PERIOD
            return PERIOD
        before = self._pauses.get(account, PERIOD)
        # Never less often than without being live: quiet must not make it worse.
        self._pauses[account] = min(PERIOD, paced(before, new=bool(new)))
        return self._pauses[account]

    def last(self, account: AccountId) -> float:
        """The pause it has now, seconds."""
        return self._pauses.get(account, PERIOD)
