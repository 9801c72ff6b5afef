"""How long what failed is left alone."""

from __future__ import annotations

import pytest

from app.model.errors import NotFound, RateLimited, ServiceError, Unreachable
from app.protocols.net.waits import moment
from app.services.failures import Failures


class Time:
    """A clock that stands still until it is moved."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def rest(failures: Failures[str], time: Time) -> float:
    """Seconds until "x" is worth asking again."""
    begun = time.now
    while True:
        try:
            failures.check("x")
        except ServiceError:
            time.now += 1
        else:
            return time.now - begun


def test_what_may_come_back_rests_longer_each_time() -> None:
    """Doubling, up to an hour; a success starts afresh."""
    time = Time()
    failures = Failures[str](time)
    waits = []
    for _ in range(10):
        failures.remember("x", Unreachable("down"))
        waits.append(rest(failures, time))

    assert [20, 40, 80, 160] == waits[:4]
    assert waits[-1] == 3600
    failures.forget("x")
    failures.remember("x", Unreachable("down"))
    assert rest(failures, time) == 20


def test_what_is_gone_rests_for_hours_and_a_limit_as_long_as_it_says() -> None:
    """Nobody puts a deleted picture back within minutes."""
    time = Time()
    failures = Failures[str](time)
    failures.remember("x", NotFound("gone"))
    assert rest(failures, time) == 6 * 3600

    failures.remember("x", RateLimited("slow down", moment(time.now + 77)))
    assert rest(failures, time) == 77


def test_the_oldest_are_forgotten() -> None:
    """Memory stays flat, whatever is scrolled past."""
    failures = Failures[int](Time())
    for i in range(5000):
        failures.remember(i, NotFound("gone"))

    failures.check(2999)
    with pytest.raises(NotFound):
        failures.check(3000)
