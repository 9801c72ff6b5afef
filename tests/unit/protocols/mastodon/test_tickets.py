"""What a ticket tells: that it rises, and from when on the post may be there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.protocols.mastodon.server_time import ServerTime
from app.protocols.mastodon.tickets import Tickets, not_before
from tests.unit.protocols.mastodon.desk import says

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
POST = says("Tide")


class Clocks:
    """Ours on the wall, the one that only ticks, and the server's."""

    def __init__(self) -> None:
        self.wall, self.ticks, self.server = NOON, 100.0, NOON + timedelta(minutes=7)
        self.times = ServerTime(lambda: self.wall, lambda: self.ticks)

    def hear(self) -> None:
        self.times.hear(self.server.strftime("%a, %d %b %Y %H:%M:%S GMT"))

    def go_on(self, seconds: float, *, step: float = 0.0) -> None:
        self.wall += timedelta(seconds=seconds + step)
        self.server += timedelta(seconds=seconds)
        self.ticks += seconds


def test_the_servers_clock_is_known_once_it_was_heard() -> None:
    """Until then it is taken for ours; junk is not heard."""
    clocks = Clocks()
    for junk in ("", "yesterday", "Thu, 99 Nov 2026 12:00:00 GMT", "Thu, 26 Nov 2026 12:00:00"):
        clocks.times.hear(junk)
        assert not clocks.times.is_known
    assert clocks.times.now() == NOON

    clocks.hear()
    clocks.go_on(60)
    assert clocks.times.is_known
    assert clocks.times.now() == clocks.server


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
def test_a_step_of_our_clock_never_makes_it_later(step: float) -> None:
    """Too early finds the post all the same; too late would send it again."""
    clocks = Clocks()
    clocks.hear()
    clocks.go_on(10, step=step)

    assert clocks.times.now() <= clocks.server


def test_tickets_rise_whatever_the_clock_does() -> None:
    """And each is another, for the same post at the same time."""
    clocks, tickets = Clocks(), Tickets()
    made = [
        tickets.new(POST, NOON + timedelta(seconds=s), clocks.times) for s in (0, 0, -7200, 5, 4)
    ]

    assert made == sorted(made)
    assert len(set(made)) == 5


def test_a_ticket_is_a_header() -> None:
    """Short, printable, and without anything of the text in it."""
    ticket = Tickets().new(says("secret words"), NOON, Clocks().times)

    assert len(ticket) < 100
    assert ticket.isascii()
    assert ticket.isprintable()
    assert "secret" not in ticket


def test_the_time_is_the_servers_and_a_little_before() -> None:
    """Its headers tell whole seconds only."""
    clocks = Clocks()
    clocks.hear()
    ticket = Tickets().new(POST, NOON, clocks.times)
    clocks.go_on(3600)
    clocks.hear()

    made = NOON + timedelta(minutes=7)
    assert made - timedelta(seconds=5) <= not_before(ticket, clocks.times) < made


def test_rising_does_not_bend_the_time() -> None:
    """A ticket from a clock that was ahead must not push the next ones ahead."""
    clocks, tickets = Clocks(), Tickets()
    clocks.hear()
    tickets.new(POST, NOON + timedelta(hours=5), clocks.times)
    ticket = tickets.new(POST, NOON, clocks.times)

    assert not_before(ticket, clocks.times) < clocks.server


def test_a_ticket_of_our_own_clock_reaches_wider() -> None:
    """The server was not heard yet when it was made."""
    clocks = Clocks()
    ticket = Tickets().new(POST, NOON, clocks.times)
    clocks.hear()

    assert not_before(ticket, clocks.times) < clocks.server - timedelta(seconds=60)


def test_a_ticket_from_the_future_says_nothing() -> None:
    """Then the last hour counts."""
    clocks = Clocks()
    clocks.hear()
    ticket = Tickets().new(POST, NOON + timedelta(days=9), clocks.times)

    assert not_before(ticket, clocks.times) == clocks.times.now() - timedelta(hours=1)


def test_what_is_no_ticket_is_our_bug() -> None:
    """Nobody else makes them."""
    with pytest.raises(ValueError, match="unpack"):
        not_before("nonsense", Clocks().times)
