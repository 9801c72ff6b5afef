"""Times as people say them: “yesterday”, “last week”, “3 days ago”, “20 Nov 14:30”. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = {
    name: at
    for at, names in enumerate(
        ("mon monday", "tue tues tuesday", "wed weds wednesday", "thu thur thurs thursday",
         "fri friday", "sat saturday", "sun sunday")
    )
    for name in names.split()
}  # fmt: skip
_SPANS = {
    "minute": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "h": timedelta(hours=1),
    "day": timedelta(days=1),
    "d": timedelta(days=1),
    "week": timedelta(days=7),
    "w": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_AGO = re.compile(r"(\d{1,4}|an?|one|last|a few) ?([a-z]+?)s?(?: ago)?")
_CLOCK = re.compile(r"(?:^|[ t])(?:at )?(\d{1,2})[:.](\d{2})$")
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_NAMED = re.compile(
    r"(?:(\d{1,2})\.? )?([a-z]{3,9})\.?(?: (\d{1,2})(?:st|nd|rd|th)?(?!\d))?,?(?: (\d{4}))?"
)
_COUNTS = {"a": 1, "an": 1, "one": 1, "last": 1, "a few": 3}


class NoTime(ValueError):
    """Nobody knows when that is; the message says so, for people."""


def moment_of(
    text: str, now: datetime, local: Callable[[datetime], datetime] = datetime.astimezone
) -> datetime:
    """
    What *text* means. A day without a time is its end: what was written on it lies below.

    Args:
        now: Aware, in the reader's own time zone.
        local: Makes a time of the reader's clock an aware one.

    Raises:
        NoTime: It says no time, or one that is still to come.
    """
    words = " ".join(text.casefold().replace(",", " ").split())
    if (ago := _ago(words)) is not None:
        return now - ago
    clock = _CLOCK.search(words)
    hour = _hour(clock) if clock is not None else None
    rest = words[: clock.start()].strip() if clock is not None else words
    day = _day(rest, now.date()) if rest or hour is None else now.date()
    if day is None:
        raise NoTime(f"“{text.strip()}” is no time. Try “yesterday”, “3 days ago” or “20 Nov”.")
    try:
        if hour is None:
            found = local(datetime.combine(day + timedelta(days=1), time())) - timedelta(
                microseconds=1
            )
            return min(found, now) if day == now.date() else _past(found, text, now)
        found = local(datetime.combine(day, hour))
        if not rest and found > now:  # of that hour today nothing is there yet
            found = local(datetime.combine(day - timedelta(days=1), hour))
    except (ValueError, OverflowError, OSError):
        raise NoTime(f"“{text.strip()}” is no time.") from None
    return _past(found, text, now)


def _past(found: datetime, text: str, now: datetime) -> datetime:
    if found > now:
        raise NoTime(f"“{text.strip()}” has not come yet.")
    return found


def _ago(words: str) -> timedelta | None:
    """“3 hours ago”, “2h”: to the minute. Days and longer are days, and end with them."""
    found = _AGO.fullmatch(words)
    if found is None or found[2] not in ("minute", "min", "hour", "h"):
        return None
    return _count(found[1]) * _SPANS[found[2]]


def _count(word: str) -> int:
    return _COUNTS.get(word) or int(word)


def _hour(found: re.Match[str]) -> time:
    try:
        return time(int(found[1]), int(found[2]))
    except ValueError:
        raise NoTime(f"{found[1]}:{found[2]} is no time of day.") from None


def _day(words: str, today: date) -> date | None:
    if words in ("today", "yesterday"):
        return today - timedelta(days=words == "yesterday")
    if words == "the day before yesterday":
        return today - timedelta(days=2)
    name = words.removeprefix("last ").removeprefix("on ")
    if name in _DAYS:
        back = (today.weekday() - _DAYS[name]) % 7
        return today - timedelta(days=back or 7)
    ago = _AGO.fullmatch(words)
    try:
        if ago is not None and ago[2] in _SPANS:
            return today - _count(ago[1]) * _SPANS[ago[2]]
        return _date(words.removeprefix("on "), today)
    except (ValueError, OverflowError):
        return None


def _date(words: str, today: date) -> date | None:
    """Raises: ValueError: there is no such day."""
    if (found := _ISO.fullmatch(words)) is not None:
        if found[3] is None:
            return _last_of(int(found[1]), int(found[2]), today)
        return date(int(found[1]), int(found[2]), int(found[3]))
    if (found := _DOTTED.fullmatch(words)) is not None:
        return _in_year(int(found[2]), int(found[1]), found[3], today)
    found = _NAMED.fullmatch(words)
    if found is None or found[2][:3] not in _MONTHS:
        return None
    month, number = _MONTHS.index(found[2][:3]) + 1, found[1] or found[3]
    if number is None:
        year = int(found[4]) if found[4] else today.year - (month > today.month)
        return _last_of(year, month, today)
    return _in_year(month, int(number), found[4], today)


def _last_of(year: int, month: int, today: date) -> date:
    """The last day of a month, as far as it has come."""
    following = date(year + month // 12, month % 12 + 1, 1)
    last = following - timedelta(days=1)
    return min(last, today) if (year, month) == (today.year, today.month) else last


def _in_year(month: int, day: int, year: str | None, today: date) -> date:
    """Without a year: the last one that there was."""
    if year:
        return date(int(year), month, day)
    this = date(today.year, month, day)
    return this if this <= today else date(today.year - 1, month, day)
