"""What the timeline says, in one place: times, counts, sentences. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDateTime, QLocale

from app.feed.rows import Card
from app.model import Media, Poll, Quote
from app.moderation.verdict import Cause, Verdict

NARROW_SPACE = "\u202f"
FSI, LRI, PDI = "\u2068", "\u2066", "\u2069"

VISIBILITY = {
    "public": "Public",
    "quiet": "Quiet public",
    "followers": "Followers only",
    "direct": "Only those mentioned",
}
MISSING_QUOTE = {
    "pending": "The quote waits for its author's consent",
    "deleted": "The quoted post was deleted",
    "detached": "Its author detached this quote",
    "blocked": "Blocked between you and its author",
    "muted": "You mute the quoted account",
    "unavailable": "The quoted post cannot be shown",
}
MEDIA_KIND = {
    "image": "Picture",
    "video": "Video",
    "gif": "GIF",
    "audio": "Audio",
    "unknown": "File",
}


def isolated(text: str) -> str:
    """*text* that does not turn the direction of what stands around it."""
    return f"{FSI}{text}{PDI}"


def handle_text(handle: str) -> str:
    """A handle with its "@", always read from left to right."""
    return f"{LRI}@{handle}{PDI}"


def relative_time(then: datetime, now: datetime, locale: QLocale | None = None) -> str:
    """
    "now", "6 min", "3 h", "2 d" up to seven days, then the date.

    Times to come (a wrong clock somewhere) count as now.
    """
    age = now - then
    if age < timedelta(minutes=1):
        return "now"
    if age < timedelta(hours=1):
        return f"{age // timedelta(minutes=1)} min"
    if age < timedelta(days=1):
        return f"{age // timedelta(hours=1)} h"
    if age < timedelta(days=7):
        return f"{age.days} d"
    locale = locale or QLocale()
    pattern = "d MMM" if then.year == now.year else "d MMM yyyy"
    return locale.toString(_local(then), pattern)


def next_change(then: datetime, now: datetime) -> datetime:
    """Until when ``relative_time`` says the same as now."""
    age = now - then
    if age < -timedelta(hours=1):
        return now + timedelta(hours=1)  # a clock that is wrong, or a year 9999: asked again
    for step, most in (
        (timedelta(minutes=1), timedelta(hours=1)),
        (timedelta(hours=1), timedelta(days=1)),
        (timedelta(days=1), timedelta(days=7)),
    ):
        if age < most:
            return then + (max(timedelta(), age) // step + 1) * step
    return now + timedelta(hours=1)  # a date; another day may begin a year


def full_time(then: datetime, locale: QLocale | None = None) -> str:
    """Date and time, for tooltips and screen readers."""
    return (locale or QLocale()).toString(_local(then), "d MMM yyyy, HH:mm")


def clock_time(then: datetime, locale: QLocale | None = None) -> str:
    """Hours and minutes."""
    return (locale or QLocale()).toString(_local(then), "HH:mm")


def _local(then: datetime) -> QDateTime:
    return QDateTime.fromSecsSinceEpoch(int(then.timestamp()))


def short_count(number: int, locale: QLocale | None = None) -> str:
    """A count as it fits beside an icon: blank, "96", "1.2 k", "34 k", "2.1 M"."""
    if number <= 0:
        return ""
    if number < 1000:
        return str(number)
    point = (locale or QLocale()).decimalPoint()
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            tenths = number * 10 // size
            shown = str(tenths // 10) if tenths >= 100 or not tenths % 10 else f"{tenths / 10:.1f}"
            return shown.replace(".", point) + NARROW_SPACE + unit
    raise AssertionError(number)


def full_count(number: int, locale: QLocale | None = None) -> str:
    """A count with its thousands set apart."""
    return (locale or QLocale()).toString(number)


def counted(number: int, one: str, many: str) -> str:
    """ "1 like", "4 210 likes"."""
    return f"{full_count(number)} {one if number == 1 else many}"


def length_text(seconds: float) -> str:
    """Playing time: "2:41", "1:02:03"."""
    whole = max(0, round(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def span_text(span: timedelta) -> str:
    """A stretch of time in one unit: "20 min", "3 h", "2 days"."""
    minutes = max(1, span // timedelta(minutes=1))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    return f"{minutes // 1440} days"


def repost_text(card: Card) -> str:
    """ "Pim Koster and 3 others reposted", or ""."""
    names: dict[str, str] = {}
    for repost in card.reposts:
        names.setdefault(repost.by.uri, repost.by.shown_name)
    if not names:
        return ""
    first, *others = names.values()
    if not others:
        return f"{isolated(first)} reposted"
    if len(others) == 1:
        return f"{isolated(first)} and {isolated(others[0])} reposted"
    return f"{isolated(first)} and {len(others)} others reposted"


def cover_head(cause: Cause) -> str:
    """The small line over a cover's own text."""
    return {
        "warning": "Content warning",
        "sensitive": "Content warning",
        "label": "Label",
        "filter": "Your filter",
    }.get(cause.kind, "Covered")


def cause_text(cause: Cause) -> str:
    """What a cover says, whoever made it."""
    return cause.text or ("Sensitive media" if cause.kind == "sensitive" else "Covered")


def cause_source(cause: Cause) -> str:
    """Who decided, as a sentence."""
    if cause.kind == "label" and cause.source:
        return f"Labelled by {isolated(cause.source)}"
    if cause.kind == "filter":
        return f"Filtered by {isolated(cause.source or 'your server')}"
    return "Marked by the author"


def hidden_text(verdict: Verdict) -> str:
    """Why a row is hidden."""
    if not verdict.causes:
        return "Hidden"
    cause = verdict.causes[0]
    kinds = {"filter": "your filter", "label": "label", "warning": "content warning"}
    kind = kinds.get(cause.kind, "")
    return f"Hidden: {kind} “{cause.text}”" if kind else f"Hidden: {cause.text or cause.kind}"


def quote_state_text(quote: Quote) -> str:
    """Why a quoted post is not there."""
    return MISSING_QUOTE.get(quote.state, MISSING_QUOTE["unavailable"])


def poll_foot(poll: Poll, now: datetime, *, short: bool = False) -> str:
    """ "412 votes · 5 h left"; *short*: not from how many people."""
    said = [counted(poll.votes, "vote", "votes")]
    if poll.voters is not None and poll.voters != poll.votes and not short:
        said[0] += f" from {counted(poll.voters, 'person', 'people')}"
    if poll.closed or (poll.expires_at is not None and poll.expires_at <= now):
        said.append("closed")
    elif poll.expires_at is not None:
        said.append(f"{span_text(poll.expires_at - now)} left")
    return " · ".join(said)


def media_name(media: Media, number: int, total: int) -> str:
    """A tile's name for screen readers."""
    kind = MEDIA_KIND[media.kind]
    place = f" {number} of {total}" if total > 1 else ""
    length = f", {length_text(media.duration)}" if media.duration else ""
    return f"{kind}{place}{length}: {media.alt or 'no description'}"
