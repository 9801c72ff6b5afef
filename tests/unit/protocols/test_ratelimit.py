"""Rate limits: what servers say of them, whose turn it is, and dead hosts."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import RateLimited, Unreachable
from app.protocols.net.waits import CAP, moment, seen_in, wait_until
from app.protocols.ratelimit import RateLimits

NOW = 1_800_000_000.0
HOST = "example.social"


def date(offset: float) -> str:
    """An HTTP date *offset* seconds from now."""
    return format_datetime(datetime.fromtimestamp(NOW + offset, UTC), usegmt=True)


def iso(offset: float) -> str:
    """An ISO time as one server writes it."""
    return moment(NOW + offset).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = NOW
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def time() -> Time:
    """Starts at ``NOW``."""
    return Time()


@pytest.fixture
def limits(time: Time) -> RateLimits:
    """With that clock, and chance at its largest."""
    return RateLimits(clock=time, sleep=time.sleep, chance=lambda: 0.5)


def told(limit: int, remaining: int, reset: float) -> dict[str, str]:
    """The headers of an answer."""
    return {
        "x-ratelimit-limit": str(limit),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": iso(reset),
    }


async def call(
    limits: RateLimits,
    headers: dict[str, str] | None = None,
    *,
    status: int = 200,
    background: bool = False,
    bucket: str = "me",
) -> None:
    """One whole call that is answered so."""
    turn = await limits.turn(HOST, bucket, background=background)
    turn.answered(status, headers or {})
    turn.close()


async def fail(limits: RateLimits, *, background: bool = False) -> None:
    """One whole call without an answer."""
    turn = await limits.turn(HOST, background=background)
    turn.failed()
    turn.close()


# -- headers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, 60),
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 2.5 "}, 2.5),
        ({"retry-after": "0"}, 0),
        ({"retry-after": date(90)}, 90),
        ({"retry-after": "999999999999"}, CAP),
        ({"retry-after": date(86_400)}, CAP),
        ({"retry-after": date(-90)}, 60),
        ({"retry-after": "-5"}, 60),
        ({"retry-after": "soon"}, 60),
        ({"retry-after": "nan"}, 60),
        ({"retry-after": "1e9"}, 60),
        ({"retry-after": "٣"}, 60),
        ({"retry-after": "soon"} | told(300, 0, 30), 30),
        ({"retry-after": "5"} | told(300, 0, 30), 5),
        # The server's clock is an hour ahead: its own date says so.
        ({"retry-after": date(3690), "date": date(3600)}, 90),
    ],
)
def test_a_refusal_says_when_to_come_back(headers: dict[str, str], wait: float) -> None:
    """Seconds or a date, capped at 15 minutes; nonsense counts as no word at all."""
    assert wait_until(headers, NOW) - NOW == pytest.approx(wait, abs=0.01)


@pytest.mark.parametrize(
    ("reset", "wait"),
    [
        (iso(120), 120),
        (moment(NOW + 120).isoformat(), 120),
        (moment(NOW + 120).replace(tzinfo=None).isoformat(), 120),
        (str(int(NOW + 120)), 120),
        (str(int(NOW + 120) * 1000), 120),
        ("120", 120),
        (iso(100_000), CAP),
    ],
)
@pytest.mark.parametrize("prefix", ["x-ratelimit-", "ratelimit-"])
def test_a_limit_is_learned_in_every_spelling(prefix: str, reset: str, wait: float) -> None:
    """ISO time, epoch seconds or milliseconds, or seconds from now."""
    headers = {f"{prefix}limit": "300, 300;w=300", f"{prefix}remaining": "299"}
    headers[f"{prefix}reset"] = reset

    seen = seen_in(headers, NOW)

    assert seen is not None
    assert (300, 299) == (seen.limit, seen.remaining)
    assert seen.reset - NOW == pytest.approx(wait, abs=0.01)


@pytest.mark.parametrize(
    "wrong",
    [
        {"x-ratelimit-limit": "many"},
        {"x-ratelimit-limit": "0"},
        {"x-ratelimit-remaining": "-1"},
        {"x-ratelimit-reset": ""},
        {"x-ratelimit-reset": iso(-10)},
        {"x-ratelimit-reset": "0001-01-01T00:00:00"},
        {"x-ratelimit-reset": "inf"},
        {"x-ratelimit-reset": "9" * 400},
    ],
)
def test_a_limit_that_makes_no_sense_is_not_learned(wrong: dict[str, str]) -> None:
    """Junk never blocks anything."""
    assert seen_in(told(300, 10, 60) | wrong, NOW) is None


@given(
    st.dictionaries(
        st.sampled_from(
            ["retry-after", "date"]
            + [f"{p}ratelimit-{n}" for p in ("x-", "") for n in ("limit", "remaining", "reset")]
        ),
        st.text(max_size=60)
        | st.from_regex(r"[0-9T:.Z+-]{1,30}", fullmatch=True)
        | st.integers(-(10**20), 10**20).map(str),
    )
)
def test_no_headers_ever_raise_or_block_beyond_the_cap(headers: dict[str, str]) -> None:
    """Whatever a server writes, we come back within 15 minutes."""
    assert NOW <= wait_until(headers, NOW) <= NOW + CAP
    seen = seen_in(headers, NOW)
    assert seen is None or (NOW < seen.reset <= NOW + CAP and 0 <= seen.remaining <= seen.limit)


# -- turns ---------------------------------------------------------------------


async def test_nothing_is_slowed_down_that_was_never_limited(
    limits: RateLimits, time: Time
) -> None:
    """Without a word from the server there is no wait."""
    for _ in range(1000):
        await call(limits, background=True)

    assert time.slept == []


async def test_background_leaves_a_fifth_to_the_user(limits: RateLimits, time: Time) -> None:
    """At 20 % left, background work stops while the user goes on at once."""
    await call(limits, told(300, 61, 10))
    await call(limits, told(300, 60, 10), background=True)

    waiting = asyncio.create_task(limits.turn(HOST, "me", background=True))
    await call(limits, told(300, 59, 10))
    assert time.slept == []

    await waiting
    assert sum(time.slept) == pytest.approx(10, abs=0.1)


async def test_a_long_wait_is_told_instead_of_sat_out(limits: RateLimits, time: Time) -> None:
    """The caller learns until when, and can show it."""
    await call(limits, told(300, 10, 200))

    with pytest.raises(RateLimited) as caught:
        await limits.turn(HOST, "me", background=True)

    assert caught.value.until == moment(NOW + 200)
    assert time.slept == []
    await call(limits)  # the user still may


async def test_when_nothing_is_left_the_user_waits_too(limits: RateLimits, time: Time) -> None:
    """A short wait is sat out, a long one told."""
    await call(limits, told(300, 0, 3))
    await call(limits, told(300, 0, 60))
    assert sum(time.slept) == pytest.approx(3, abs=0.1)

    with pytest.raises(RateLimited):
        await limits.turn(HOST, "me")


async def test_calls_under_way_count(limits: RateLimits) -> None:
    """Ten at once cannot all use the same last five."""
    await call(limits, told(10, 5, 100))
    turns = [await limits.turn(HOST, "me") for _ in range(5)]

    with pytest.raises(RateLimited):
        await limits.turn(HOST, "me")
    for turn in turns:
        turn.close()
    await limits.turn(HOST, "me")


async def test_late_answers_do_not_give_back_what_is_spent(limits: RateLimits) -> None:
    """Answers overtake each other; within one window only the lowest counts."""
    await call(limits, told(10, 0, 100.0))
    limits.learn(HOST, "me", 200, told(10, 4, 100.4))

    with pytest.raises(RateLimited):
        await limits.turn(HOST, "me")


async def test_buckets_and_hosts_are_apart(limits: RateLimits) -> None:
    """What one account has used up, another still has."""
    await call(limits, told(300, 0, 100), bucket="me")

    await limits.turn(HOST, "somebody else", background=True)
    await limits.turn("other.host", "me", background=True)


async def test_a_new_window_starts_full(limits: RateLimits, time: Time) -> None:
    """After the reset everybody may go again."""
    await call(limits, told(300, 0, 100))
    time.now += 101

    await call(limits, background=True)
    assert time.slept == []


@pytest.mark.parametrize("background", [True, False])
async def test_after_a_refusal_the_bucket_rests(
    limits: RateLimits, time: Time, background: bool
) -> None:
    """429 with a time is obeyed, by the user's own calls too."""
    await call(limits, {"retry-after": "100"}, status=429)
    with pytest.raises(RateLimited) as caught:
        await limits.turn(HOST, "me", background=background)
    assert NOW + 100 <= caught.value.until.timestamp() <= NOW + 101

    time.now += 101
    await call(limits, background=background)


async def test_refusals_without_a_word_make_the_wait_grow(limits: RateLimits, time: Time) -> None:
    """429 without headers: a minute, then two, then four, up to 15 minutes."""
    waits = []
    for _ in range(7):
        await call(limits, status=429)
        with pytest.raises(RateLimited) as caught:
            await limits.turn(HOST, "me")
        waits.append(round(caught.value.until.timestamp() - time.now - 0.5))
        time.now = caught.value.until.timestamp()

    assert [60, 120, 240, 480] == waits[:4]
    assert max(waits) <= CAP
    await call(limits)
    await call(limits, status=429)
    with pytest.raises(RateLimited) as caught:
        await limits.turn(HOST, "me")
    assert caught.value.until.timestamp() - time.now == pytest.approx(60.5, abs=0.1)


async def test_a_waiting_call_can_be_stopped(time: Time) -> None:
    """Cancelling takes it out of the queue and blocks nobody."""
    asleep = asyncio.Event()

    async def sleep(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    limits = RateLimits(clock=time, sleep=sleep)
    await call(limits, told(300, 0, 4))
    task = asyncio.create_task(limits.turn(HOST, "me"))
    await asleep.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    time.now += 5
    turn = await limits.turn(HOST, "me", background=True)
    turn.close()


async def test_the_user_goes_before_background_when_both_waited(time: Time) -> None:
    """At the reset the user is first, whoever came first."""
    reset = asyncio.Event()

    async def sleep(_: float) -> None:
        await reset.wait()
        await asyncio.sleep(0)

    limits = RateLimits(clock=time, sleep=sleep)
    await call(limits, told(300, 0, 4))
    order: list[str] = []

    async def go(name: str, background: bool) -> None:
        turn = await limits.turn(HOST, "me", background=background)
        order.append(name)
        turn.close()

    async with asyncio.TaskGroup() as group:
        group.create_task(go("sync", True))
        await asyncio.sleep(0)
        group.create_task(go("user", False))
        await asyncio.sleep(0)
        time.now += 5
        reset.set()

    assert ["user", "sync"] == order


# -- hosts that do not answer --------------------------------------------------


async def test_a_dead_host_is_left_alone_by_background_work(limits: RateLimits, time: Time) -> None:
    """After three failures it rests, for longer each time; the words say so."""
    for _ in range(3):
        await fail(limits)
    with pytest.raises(Unreachable, match="3 times in a row") as caught:
        await limits.turn(HOST, background=True)
    assert "4 seconds" in caught.value.next_step

    time.now += 4
    await fail(limits, background=True)
    with pytest.raises(Unreachable, match="4 times in a row"):
        await limits.turn(HOST, background=True)


async def test_the_wait_has_full_jitter_and_a_cap(time: Time) -> None:
    """A random part of twice the last wait, five minutes at most."""
    limits = RateLimits(clock=time, sleep=time.sleep, chance=lambda: 0.999999)
    for i in range(40):
        limits.fail(HOST)
        with pytest.raises(Unreachable) if i >= 2 else nullcontext():
            await limits.turn(HOST, background=True)
    time.now += 301
    await fail(limits, background=True)

    at_once = RateLimits(clock=time, chance=lambda: 0.0)
    for _ in range(9):
        at_once.fail(HOST)
    await at_once.turn(HOST, background=True)


async def test_when_our_own_connection_fails_the_wait_stays_short(
    limits: RateLimits, time: Time
) -> None:
    """Twenty seconds at most: the network comes back sooner than a server does."""
    for _ in range(30):
        limits.fail(HOST, here=True)
    with pytest.raises(Unreachable):
        await limits.turn(HOST, background=True)

    time.now += 10  # chance is one half here
    await limits.turn(HOST, background=True)


async def test_only_one_call_tries_whether_a_host_is_back(limits: RateLimits, time: Time) -> None:
    """The others wait for its result instead of piling up."""
    for _ in range(3):
        await fail(limits)
    time.now += 10

    probe = await limits.turn(HOST, background=True)
    with pytest.raises(Unreachable):
        await limits.turn(HOST, background=True)
    probe.answered(200, {})
    probe.close()

    await limits.turn(HOST, background=True)
    await limits.turn(HOST, background=True)


async def test_the_user_may_try_a_dead_host_but_not_hammer_it(
    limits: RateLimits, time: Time
) -> None:
    """“Try again” tries at once; a key held down does not."""
    for _ in range(5):
        limits.fail(HOST)
    with pytest.raises(Unreachable):
        await limits.turn(HOST)

    time.now += 1.1
    await fail(limits)


async def test_a_stopped_probe_lets_the_next_one_try(limits: RateLimits, time: Time) -> None:
    """Cancelling the one call that tries does not leave the host dead for ever."""
    for _ in range(3):
        limits.fail(HOST)
    time.now += 10
    probe = await limits.turn(HOST, background=True)
    probe.close()

    await limits.turn(HOST, background=True)


async def test_when_the_network_is_back_all_hosts_are_asked_again(limits: RateLimits) -> None:
    """``retry_now`` forgets failures."""
    for _ in range(9):
        limits.fail(HOST)
    limits.retry_now()

    await limits.turn(HOST, background=True)


async def test_an_overloaded_server_says_how_long(limits: RateLimits, time: Time) -> None:
    """503 with Retry-After closes the host for background work until then."""
    await call(limits, {"retry-after": "50"}, status=503)
    time.now += 49
    with pytest.raises(Unreachable):
        await limits.turn(HOST, background=True)

    time.now += 2
    await call(limits, background=True)


async def test_one_bad_gateway_does_not_close_a_host(limits: RateLimits) -> None:
    """502 is often one broken feed behind a server that is well."""
    for _ in range(9):
        await call(limits, status=502, background=True)

    await limits.turn(HOST, background=True)


async def test_nothing_piles_up_for_hosts_that_are_well(limits: RateLimits) -> None:
    """A thousand picture servers leave no trace in memory."""
    for i in range(1000):
        turn = await limits.turn(f"{i}.example", background=True)
        turn.answered(200, {})
        turn.close()

    assert limits._windows == {}
    assert limits._circuits == {}


@pytest.mark.parametrize("back", [3_600.0, 365 * 86_400.0])
async def test_a_clock_that_is_set_back_holds_nobody_up(
    limits: RateLimits, time: Time, back: float
) -> None:
    """What was to be waited for is waited for, and not a year longer."""
    (await limits.turn(HOST)).answered(200, told(300, 0, 4))
    for _ in range(RateLimits.FAILURES):
        limits.fail("dead.example")
    time.now -= back

    (await limits.turn(HOST)).close()
    assert time.now < NOW - back + 5
    time.now += RateLimits.BACKOFF_CAP
    (await limits.turn("dead.example", background=True)).close()
