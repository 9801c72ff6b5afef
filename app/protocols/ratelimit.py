"""
Whose turn it is: servers' rate limits obeyed, the user's own actions first.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping

from app.model.errors import RateLimited, Unreachable
from app.protocols.net.waits import CAP, Seen, asked_to_wait, moment, seen_in, wait_until

Clock = Callable[[], float]
"""Epoch seconds."""

RESERVE = 0.2
"""The share of a limit that background work leaves for the user."""

PATIENCE = 5.0
BACKGROUND_PATIENCE = 30.0
_STEP = 1.0  # less is only the clock being put right
_POLL = 5.0  # a long wait looks again this often: things may have changed


class _Window:
    """What is left of one limit. Unknown until a server tells."""

    def __init__(self) -> None:
        self.limit = 0
        self.remaining = 0
        self.reset = 0.0
        self.blocked_until = 0.0
        self.refusals = 0
        self.in_flight = 0
        self.users_waiting = 0

    def free_at(self, now: float, *, background: bool) -> float:
        """When the next call may go; *now* or earlier means at once."""
        if self.blocked_until > now:
            return self.blocked_until
        if not self.limit or self.reset <= now:
            return now
        kept = math.ceil(self.limit * RESERVE) if background else 0
        return now if self.remaining - self.in_flight > kept else self.reset

    def learn(self, seen: Seen) -> None:
        # Answers overtake each other: within one window only less is true.
        same = self.limit == seen.limit and abs(self.reset - seen.reset) < 2
        left = min(self.remaining, seen.remaining) if same else seen.remaining
        self.limit, self.remaining, self.reset = seen.limit, left, seen.reset


class _Circuit:
    """A host that does not answer is left alone for longer and longer."""

    def __init__(self) -> None:
        self.failures = 0
        self.failed_at = 0.0
        self.open_until = 0.0
        self.probing = False


class Turn:
    """The permission for one call. Tell it how that went; then ``close``."""

    def __init__(self, limits: RateLimits, host: str, bucket: str, probe: bool) -> None:
        self._limits, self._host, self._bucket = limits, host, bucket
        self._probe = probe

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """The server spoke."""
        self._limits.learn(self._host, self._bucket, status, headers)

    def failed(self, *, here: bool = False) -> None:
        """No answer came. *here*: it was our own connection that failed."""
        self._limits.fail(self._host, here=here)

    def close(self) -> None:
        """It is over, in whichever way."""
        self._limits.release(self._host, self._bucket, self._probe)


class RateLimits:
    """
    One token bucket per (host, bucket), one circuit breaker per host.

    Calls that a server counts apart (uploads, deletions) should use a bucket
    of their own, else their small limit is taken for that of everything.

    Args:
        clock: Epoch seconds.
        sleep: Waits so many seconds, perhaps less; may be cancelled.
        chance: A number in [0, 1).
    """

    FAILURES = 3
    BACKOFF_BASE = 1.0
    BACKOFF_CAP = 300.0
    BACKOFF_CAP_HERE = 20.0  # a cable is put back in sooner than a server is

    def __init__(
        self,
        *,
        clock: Clock = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._clock, self._sleep, self._chance = clock, sleep, chance
        self._windows: dict[tuple[str, str], _Window] = {}
        self._circuits: dict[str, _Circuit] = {}
        self._last = 0.0

    async def turn(self, host: str, bucket: str = "", *, background: bool = False) -> Turn:
        """
        Wait for the turn of one call.

        Raises:
            RateLimited: It would take longer than is reasonable to sit and
                wait (5 s for the user, 30 s in the background).
            Unreachable: The host failed several times and is left alone.
        """
        probe = self._pass_circuit(host, background)
        window = self._windows.setdefault((host, bucket), _Window())
        if not background:
            window.users_waiting += 1
        try:
            await self._wait(window, host, background)
        except BaseException:
            self._drop_probe(host, probe)
            raise
        finally:
            if not background:
                window.users_waiting -= 1
        window.in_flight += 1
        return Turn(self, host, bucket, probe)

    def retry_now(self) -> None:
        """The network is back: forget which hosts did not answer."""
        self._circuits.clear()

    async def _wait(self, window: _Window, host: str, background: bool) -> None:
        patience = BACKGROUND_PATIENCE if background else PATIENCE
        give_up = self._now() + patience
        while True:
            now = self._now()
            free = window.free_at(now, background=background)
            if free <= now and not (background and window.users_waiting):
                return
            free = max(free, now + 0.05)
            if free > give_up:
                raise RateLimited(f"{host} allows no more requests just now.", moment(free))
            await self._sleep(min(free - now, _POLL))

    def _now(self) -> float:
        """Epoch seconds. When the clock was set back, all that is waited for steps with it."""
        now = self._clock()
        back, self._last = self._last - now, now
        if back > _STEP:
            for window in self._windows.values():
                window.reset -= back
                window.blocked_until -= back
            for circuit in self._circuits.values():
                circuit.failed_at -= back
                circuit.open_until -= back
        return now

    # -- what the calls report -----------------------------------------------

    def learn(self, host: str, bucket: str, status: int, headers: Mapping[str, str]) -> None:
        """An answer came."""
        now = self._now()
        window = self._windows.setdefault((host, bucket), _Window())
        if seen := seen_in(headers, now):
            window.learn(seen)
        if status == 429:
            window.refusals += 1
            # Refused again: what it told us (or our guess) was too short.
            longer = 2.0 ** min(window.refusals - 1, 10)
            wait = (wait_until(headers, now) - now) * longer
            window.blocked_until = now + min(wait + self._chance(), CAP)
        elif status < 400:
            window.refusals = 0
        if status == 503:
            self.fail(host, asked_to_wait(headers, now))
        else:
            self._circuits.pop(host, None)

    def fail(self, host: str, until: float | None = None, *, here: bool = False) -> None:
        """
        No answer came, or the host said that it is down *until* then.

        Args:
            here: Our own connection failed: ask again sooner.
        """
        now = self._now()
        circuit = self._circuits.setdefault(host, _Circuit())
        circuit.failures += 1
        circuit.failed_at = now
        if until is not None:
            circuit.failures = max(circuit.failures, self.FAILURES)
            circuit.open_until = until
        elif circuit.failures >= self.FAILURES:
            longest = self.BACKOFF_BASE * 2.0 ** min(circuit.failures, 20)
            cap = self.BACKOFF_CAP_HERE if here else self.BACKOFF_CAP
            circuit.open_until = now + self._chance() * min(cap, longest)

    def release(self, host: str, bucket: str, probe: bool) -> None:
        """A call is over; drops what would otherwise pile up for ever."""
        self._drop_probe(host, probe)
        window = self._windows[host, bucket]
        window.in_flight -= 1
        known = window.limit or window.blocked_until > self._now()
        if not (known or window.in_flight or window.users_waiting):
            self._windows.pop((host, bucket))

    # -- circuit breaker -----------------------------------------------------

    def _pass_circuit(self, host: str, background: bool) -> bool:
        """Let the call through, True if it is the one that tries a dead host."""
        circuit = self._circuits.get(host)
        if circuit is None or circuit.failures < self.FAILURES:
            return False
        now = self._now()
        # A user who presses "try again" is worth a try at once, but a key
        # held down is not a reason to hammer a server.
        rested = now >= circuit.open_until or (not background and now >= circuit.failed_at + 1.0)
        if rested and not circuit.probing:
            circuit.probing = True
            return True
        wait = max(1, math.ceil(circuit.open_until - now))
        raise Unreachable(
            f"{host} has not answered {circuit.failures} times in a row.",
            f"Nothing to do: Godwit tries again by itself in {wait} seconds or later.",
        )

    def _drop_probe(self, host: str, probe: bool) -> None:
        if probe and (circuit := self._circuits.get(host)):
            circuit.probing = False
