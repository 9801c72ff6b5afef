"""What could not be had is not asked for again at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from msgspec import Struct

from app.model.errors import RateLimited, ServiceError, StoreError, Unreachable

_FIRST, _LAST, _GONE = 20.0, 3600.0, 6 * 3600.0  # seconds
_KEPT = 2000

Wanted = TypeVar("Wanted", bound=Hashable)


class _Failure(Struct):
    """Why there is none, and when (epoch seconds) it is worth asking again."""

    error: ServiceError
    until: float
    times: int


class Failures(Generic[Wanted]):
    """
    Remembers failures, for longer each time; only the last 2 000.

    Args:
        clock: Epoch seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures: OrderedDict[Wanted, _Failure] = OrderedDict()

    def check(self, wanted: Wanted) -> None:
        """Raise again what was raised for *wanted*, if that is not long ago."""
        failure = self._failures.get(wanted)
        if failure is not None and failure.until > self._clock():
            raise failure.error.with_traceback(None)

    def remember(self, wanted: Wanted, error: ServiceError) -> None:
        """
        It failed: 20 s, 40 s … an hour for what may come back, six hours for
        what is gone or no good, and as long as the server says.
        """
        old = self._failures.pop(wanted, None)
        times = old.times + 1 if old else 1
        now = self._clock()
        match error:
            case RateLimited():
                until = error.until.timestamp()
            case Unreachable() | StoreError():
                until = now + min(_FIRST * 2.0 ** min(times - 1, 20), _LAST)
            case _:
                until = now + _GONE
        self._failures[wanted] = _Failure(error, until, times)
        while len(self._failures) > _KEPT:
            self._failures.popitem(last=False)

    def forget(self, wanted: Wanted) -> None:
        """It worked."""
        self._failures.pop(wanted, None)

    def clear(self) -> None:
        """All is worth asking again."""
        self._failures.clear()
