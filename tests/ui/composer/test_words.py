"""Counts, states and buttons in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.compose.notes import amount
from app.compose.plan import LanePlan, Measure
from app.model import AccountState
from app.model.sending import Limits, MediaLimits
from app.ui.composer import words
from tests.ui.composer.samples import NOW, over_plan, salt_plan, sky_plan


def plan_of(*lengths: int, limit: int = 300) -> LanePlan:
    """A plan of posts so long."""
    base = salt_plan()
    measures = tuple(Measure(length=one, limit=limit, unit="graphemes") for one in lengths)
    posts = base.posts * len(lengths)
    return replace(base, posts=posts, measures=measures, whole=sum(lengths))


def test_one_post_tells_length_and_limit() -> None:
    """The ring's share and colour go with the words."""
    count = words.count_of(salt_plan())

    assert ("378 of 500", "accent", 378 / 500) == (count.text, count.color, count.share)


def test_from_nine_tenths_the_ring_warns() -> None:
    """It turns before the limit, not at it."""
    assert words.count_of(plan_of(269)).color == "accent"
    assert words.count_of(plan_of(270)).color == "warn"


def test_a_thread_tells_its_posts() -> None:
    """Up to three are told one by one; more are counted."""
    three, five = words.count_of(plan_of(256, 200, 115)), words.count_of(plan_of(*[250] * 5))

    plain = three.text.replace("\u00a0", " ")
    assert plain == "571 of 300: three posts, 256 + 200 + 115"
    assert five.text.endswith("of 300: five posts")
    assert "warn" == three.color


def test_what_is_too_long_says_by_how_much() -> None:
    """Danger only when it cannot be sent."""
    count = words.count_of(over_plan())

    assert ("373 of 300: 73 too many", "danger") == (count.text, count.color)


def test_too_many_bytes_are_told_as_bytes() -> None:
    """Signs may fit while their bytes do not."""
    base = salt_plan()
    heavy = Measure(length=200, limit=300, unit="graphemes", bytes=3500, bytes_limit=3000)

    assert words.count_of(replace(base, measures=(heavy,))).text.endswith("500 bytes too many")


def test_a_lane_says_how_it_is() -> None:
    """Each reason in its own words, the gravest first."""
    well = AccountState()

    def said(plan: LanePlan, state: AccountState = well, **more: object) -> str:
        return words.state_of(plan, state, NOW, **more).text  # type: ignore[arg-type]

    assert said(salt_plan()) == "Ready, one post"
    assert said(sky_plan()) == "Ready, thread of two"
    assert said(salt_plan(), empty=True) == "Nothing written yet"
    assert "73 too many" in said(over_plan())
    assert said(salt_plan(), AccountState("signed_out")).startswith("Signed out")
    assert said(salt_plan(), AccountState("offline")).startswith("Not reachable")
    busy = AccountState("waiting", until=NOW + timedelta(minutes=4))
    assert said(salt_plan(), busy) == "Server busy, sends in 4 min"


def test_a_loss_that_stops_asks_for_a_choice() -> None:
    """What waits for a choice is a warning, not an error."""
    plan = replace(over_plan(), problems=(), measures=salt_plan().measures)

    assert words.state_of(plan, AccountState(), NOW).text == "Waits for your choice above"


@pytest.mark.parametrize(
    ("keeps", "who"), [(True, "kept by the server"), (False, "this computer must be on")]
)
def test_a_chosen_time_says_who_keeps_it(keeps: bool, who: str) -> None:
    """Only a server that keeps it lets the computer be off."""
    at = NOW + timedelta(days=1)

    assert words.state_of(salt_plan(), AccountState(), NOW, send_at=at, keeps=keeps).text.endswith(
        who
    )


def test_the_button_says_its_act() -> None:
    """How many accounts, now or later."""
    assert words.post_button(3) == "Post to 3 accounts"
    assert words.post_button(1) == "Post to one account"
    assert words.post_button(2, later=True) == "Schedule for 2 accounts"
    assert words.post_button(0) == "Post"


def test_a_button_that_is_off_says_why() -> None:
    """The first reason, with whose it is."""
    ready = ("@a", salt_plan())

    assert words.why_not([ready], empty=False) == ""
    assert "lane" in words.why_not([], empty=False)
    assert words.why_not([ready], empty=True) == "Nothing written yet."
    assert words.why_not([ready, ("@b", None)], empty=False) == "Waiting for what @b takes."
    assert words.why_not([("@b", over_plan())], empty=False).startswith("@b: 73 too many")


def test_descriptions_are_held_to_the_strictest_lane() -> None:
    """The shortest limit that is known."""
    known = [Limits(length=1, media=MediaLimits(alt_length=length)) for length in (2000, 1500, 0)]

    assert words.alt_limit(known) == 1500
    assert words.alt_limit([]) == 0


def test_undo_is_said_in_seconds() -> None:
    """Also that there is none."""
    assert "10 seconds" in words.undo_sentence(10, None, NOW)
    assert words.undo_sentence(0, None, NOW) == "Leaves at once."
    assert "Tomorrow" in words.undo_sentence(10, NOW + timedelta(days=1), NOW)


def test_sizes_read_well() -> None:
    """MB from a tenth of one on."""
    assert [amount(size) for size in (2_000_000, 900_000, 42_000, 10)] == [
        "2 MB",
        "0.9 MB",
        "42 kB",
        "1 kB",
    ]
