"""Record keys: they only rise, and name their moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocols.bluesky.tids import (
    Ticket,
    TidClock,
    is_tid,
    microseconds_of,
    ticket_from_text,
    tid,
    times_of_writing,
)
from app.protocols.bluesky.times import moment

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def test_a_tid_is_written_as_everybody_writes_it() -> None:
    """The network's own example of zero, and one that a real server made."""
    assert "2222222222222" == tid(0, 0)
    made = microseconds_of("3n2wapqbzic2z")
    assert "3n2wapqbzic2z" == tid(made, 31)
    assert datetime(2026, 11, 22, 18, 30, tzinfo=UTC) < datetime.fromtimestamp(made / 1e6, UTC)


@given(st.integers(0, 2**53 - 1), st.integers(0, 1023))
def test_a_tid_gives_its_moment_back(microseconds: int, clock: int) -> None:
    """For 285 years."""
    key = tid(microseconds, clock)

    assert is_tid(key)
    assert microseconds == microseconds_of(key)


@given(
    st.lists(st.timedeltas(timedelta(days=-900), timedelta(days=900)), max_size=30),
    st.timedeltas(timedelta(days=-3), timedelta(days=400)),
)
def test_keys_only_rise(steps: list[timedelta], later: timedelta) -> None:
    """Whatever the clock does, and for whenever the post is meant."""
    clock = TidClock(7)
    tickets = [clock.ticket(NOON + step + later, NOON + step) for step in [timedelta(), *steps]]

    keys = [ticket.key for ticket in tickets]
    assert sorted(set(keys)) == keys
    assert [str(t) for t in tickets] == sorted(str(t) for t in tickets)


def test_a_thread_is_written_in_its_order() -> None:
    """A millisecond apart: servers sort by it."""
    clock = TidClock()

    times = [clock.ticket(NOON, NOON).created_at for _ in range(3)]

    assert [f"2026-11-26T12:00:00.00{n}Z" for n in range(3)] == times
    after = clock.ticket(NOON + timedelta(seconds=5), NOON).created_at
    assert "2026-11-26T12:00:05.000Z" == after


def test_a_post_for_later_does_not_take_the_keys_along() -> None:
    """Its own time is told; what is written meanwhile has keys of today."""
    clock = TidClock(0)

    later = clock.ticket(NOON + timedelta(days=30), NOON)
    now = clock.ticket(NOON, NOON + timedelta(seconds=1))

    assert "2026-12-26T12:00:00.000Z" == later.created_at
    assert "2026-11-26T12:00:00.000Z" == now.created_at
    assert tid(int((NOON.timestamp() + 1) * 1_000_000), 0) > now.key > later.key


def test_keys_stay_above_those_of_an_earlier_run() -> None:
    """The clock was wrong then, or is wrong now."""
    earlier = TidClock(1).ticket(NOON, NOON)
    clock = TidClock(1)
    clock.saw(earlier.key)

    assert clock.ticket(NOON, NOON - timedelta(days=700)).key > earlier.key


@pytest.mark.parametrize("zone", [0, 5])
def test_what_has_waited_is_written_when_it_leaves(zone: int) -> None:
    """Offline, or for its time; a thread keeps its order. What leaves at once keeps its own."""
    clock = TidClock()
    tickets = [clock.ticket(NOON, NOON) for _ in range(2)]
    away = timezone(timedelta(hours=zone))

    soon = times_of_writing(tickets, (NOON + timedelta(seconds=90)).astimezone(away))
    later = times_of_writing(tickets, (NOON + timedelta(hours=5)).astimezone(away))

    assert [ticket.created_at for ticket in tickets] == soon
    assert ["2026-11-26T17:00:00.000Z", "2026-11-26T17:00:00.001Z"] == later
    assert soon == times_of_writing(tickets, NOON - timedelta(days=1))


def test_two_processes_make_two_keys() -> None:
    """In the same microsecond."""
    keys = {TidClock(number).ticket(NOON, NOON).key for number in (3, 4)}

    assert 2 == len(keys)
    assert len({TidClock().ticket(NOON, NOON).key for _ in range(40)}) > 30


def test_a_ticket_is_read_as_it_was_kept() -> None:
    """In another time zone it is the same moment."""
    zone = datetime.fromisoformat("2026-11-26T13:30:00.123456+01:30")
    ticket = TidClock().ticket(zone, NOON)

    assert ticket == ticket_from_text(str(ticket))
    assert moment(ticket.created_at) == NOON + timedelta(milliseconds=123)


@pytest.mark.parametrize(
    "text", ["", "abc", "3n2wapqbzic2z", "3n2wapqbzic2z yesterday", "z222222222222 2026-01-01"]
)
def test_what_is_no_ticket_is_refused(text: str) -> None:
    """Nothing is sent with it."""
    with pytest.raises(ValueError):
        ticket_from_text(text)
    assert "3n2wapqbzic2z x" == str(Ticket("3n2wapqbzic2z", "x"))
