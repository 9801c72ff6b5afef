"""Times, counts and sentences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from app.model import Emoji, Poll, PollOption, Profile, Repost
from app.moderation.verdict import Cause, Verdict
from app.ui.timeline import words
from tests.ui.timeline import samples

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENGLISH = QLocale("en_GB")


@pytest.mark.parametrize(
    "age", [-500, 0, 59, 60, 3_599, 3_600, 3_601, 86_399, 86_400, 200_000, 604_799]
)
def test_a_relative_time_holds_until_its_next_change(age: int) -> None:
    """So it need not be worked out for every frame."""
    then = NOW - timedelta(seconds=age)
    until = words.next_change(then, NOW)
    before = words.relative_time(then, until - timedelta(microseconds=1), ENGLISH)
    assert NOW < until
    assert before == words.relative_time(then, NOW, ENGLISH)
    assert before != words.relative_time(then, until, ENGLISH)


def test_a_time_far_in_the_future_is_asked_again() -> None:
    """The last moment that there is has nothing behind it."""
    then = datetime.max.replace(tzinfo=UTC)
    until = words.next_change(then, NOW)
    assert NOW < until
    assert words.relative_time(then, NOW) == words.relative_time(then, until) == "now"


@pytest.mark.parametrize(
    ("age", "text"),
    [
        (timedelta(seconds=-40), "now"),
        (timedelta(seconds=59), "now"),
        (timedelta(minutes=6, seconds=50), "6 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=3, minutes=59), "3 h"),
        (timedelta(days=2, hours=5), "2 d"),
        (timedelta(days=6, hours=23), "6 d"),
        (timedelta(days=8), "14 Nov"),
        (timedelta(days=400), "18 Oct 2025"),
    ],
)
def test_relative_time_is_short_then_a_date(age: timedelta, text: str) -> None:
    """Up to seven days an age, afterwards the date; the year only when it is another."""
    assert words.relative_time(NOW - age, NOW, ENGLISH) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, ""),
        (7, "7"),
        (999, "999"),
        (1000, "1\u202fk"),
        (1234, "1.2\u202fk"),
        (9_999, "9.9\u202fk"),
        (34_567, "34\u202fk"),
        (2_150_000, "2.1\u202fM"),
        (-3, ""),
    ],
)
def test_short_counts_fit_beside_an_icon(number: int, text: str) -> None:
    """Thousands and millions with one place, never rounded up, zero is blank."""
    assert words.short_count(number, ENGLISH) == text


def test_counts_follow_the_language() -> None:
    """German writes a comma."""
    assert words.short_count(1234, QLocale("de_DE")) == "1,2\u202fk"


def test_length_of_media() -> None:
    """Minutes and seconds, hours when there are some."""
    assert [words.length_text(s) for s in (5, 161, 3723)] == ["0:05", "2:41", "1:02:03"]


def test_reposters_are_named_once() -> None:
    """One name, two names, then a number; the same person counts once."""

    def by(*names: str) -> str:
        reposts = tuple(Repost(Profile(f"p:{n}", n, n), NOW) for n in names)
        card = samples.card(samples.post(samples.TEUN), 1, reposts=reposts)
        return words.repost_text(card).replace("\u2068", "").replace("\u2069", "")

    assert by() == ""
    assert by("Ada") == "Ada reposted"
    assert by("Ada", "Bo") == "Ada and Bo reposted"
    assert by("Ada", "Bo", "Cy", "Ada") == "Ada and 2 others reposted"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (":crab: Ana :crab:", "Ana"),
        ("Ana :crab: Rig", "Ana Rig"),
        (":crab:", "ana@rig.example"),
        ("Ana :whale:", "Ana :whale:"),
    ],
)
def test_a_sentence_has_no_codes_of_custom_emoji(name: str, shown: str) -> None:
    """Only the header of a card draws them; what is no emoji of that person stays."""
    crab = (Emoji("crab", "https://rig.example/crab.png"),)
    ana = Profile("p:ana", "ana@rig.example", name, emojis=crab)
    card = samples.card(samples.post(samples.TEUN), 1, reposts=(Repost(ana, NOW),))

    assert words.repost_text(card) == f"\u2068{shown}\u2069 reposted"
    assert ana.drawn_name == name


def test_poll_foot_says_votes_and_time() -> None:
    """Votes and what is left; a poll whose time is over is closed whoever says otherwise."""
    poll = Poll(options=(PollOption("a", 1),), votes=412, expires_at=NOW + timedelta(hours=5))
    over = Poll(options=(), votes=1, expires_at=NOW - timedelta(hours=5))

    assert words.poll_foot(poll, NOW) == "412 votes · 5 h left"
    assert words.poll_foot(over, NOW) == "1 vote · closed"
    many = Poll(options=(), votes=118, voters=96, closed=True)
    assert words.poll_foot(many, NOW) == "118 votes from 96 people · closed"
    assert words.poll_foot(many, NOW, short=True) == "118 votes · closed"


def test_hidden_rows_say_which_rule() -> None:
    """The rule and its words."""
    verdict = Verdict("hide", (Cause("filter", "spoilers", "saltmarsh.example"),))

    assert words.hidden_text(verdict) == "Hidden: your filter “spoilers”"
