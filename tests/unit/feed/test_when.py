"""Times as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feed.when import NoTime, moment_of

ZONE = timezone(timedelta(hours=1))
NOW = datetime(2026, 11, 26, 10, 30, tzinfo=ZONE)  # a Thursday


def local(naive: datetime) -> datetime:
    return naive.replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yesterday", "2026-11-25 23:59"),
        ("Yesterday 14:30", "2026-11-25 14:30"),
        ("today", "2026-11-26 10:30"),
        ("3 days ago", "2026-11-23 23:59"),
        ("2 hours ago", "2026-11-26 08:30"),
        ("90 min ago", "2026-11-26 09:00"),
        ("an hour ago", "2026-11-26 09:30"),
        ("last week", "2026-11-19 23:59"),
        ("a week ago", "2026-11-19 23:59"),
        ("last month", "2026-10-27 23:59"),
        ("monday", "2026-11-23 23:59"),
        ("last friday", "2026-11-20 23:59"),
        ("thursday", "2026-11-19 23:59"),
        ("Tues 8:15", "2026-11-24 08:15"),
        ("2026-11-02", "2026-11-02 23:59"),
        ("2026-11-02 7:05", "2026-11-02 07:05"),
        ("2026-11-02T07:05", "2026-11-02 07:05"),
        ("2026-10", "2026-10-31 23:59"),
        ("20 Nov", "2026-11-20 23:59"),
        ("20. November", "2026-11-20 23:59"),
        ("nov 20th 2025", "2025-11-20 23:59"),
        ("Dec 24", "2025-12-24 23:59"),
        ("december", "2025-12-31 23:59"),
        ("20.11.", "2026-11-20 23:59"),
        ("20.11.2025", "2025-11-20 23:59"),
        ("09:00", "2026-11-26 09:00"),
        ("23:15", "2026-11-25 23:15"),
    ],
)
def test_it_is_when_people_mean(text: str, expected: str) -> None:
    """On the reader's own clock; a day alone is its end."""
    assert f"{moment_of(text, NOW, local):%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "25:00", "31.2.", "2027-01-01", "1e9 days ago", "9999 years ago", "0000-00-00",
     "yesterday 99:99", "month", "may be"],
)  # fmt: skip
def test_what_is_no_time_is_said(text: str) -> None:
    """In words for people."""
    with pytest.raises(NoTime) as caught:
        moment_of(text, NOW, local)
    assert str(caught.value).endswith(".")


@given(st.text(max_size=40))
def test_nothing_else_is_raised(text: str) -> None:
    """Whatever is typed; and it is never in the future."""
    try:
        found = moment_of(text, NOW, local)
    except NoTime:
        return
    assert found.astimezone(UTC) <= NOW
