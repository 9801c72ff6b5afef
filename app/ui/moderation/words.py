"""What was settled, in words. Pure: the clock is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from app.model.moderation import Filter, MutedWord, Setting
from app.model.post import FilterContext
from app.services.moderation_values import Subscription
from app.ui.moderation.values import LabelRow
from app.ui.shell.words import count_text

SETTING_NAMES: dict[Setting, str] = {"ignore": "Ignore", "warn": "Warn", "hide": "Hide"}
SETTING_COLORS = {"warn": "warn", "hide": "danger"}
"""Where a choice withholds something, its word has a colour."""

CONTEXTS: tuple[tuple[FilterContext, str], ...] = (
    ("home", "Home and lists"),
    ("notifications", "Notifications"),
    ("public", "Public timelines"),
    ("thread", "Conversations"),
    ("account", "Profiles"),
)
_SHORT: dict[FilterContext, str] = {
    "home": "home",
    "notifications": "notifications",
    "public": "public",
    "thread": "conversations",
    "account": "profiles",
}
DOES = {"warn": ("Warns", "warn"), "hide": ("Hides", "danger"), "blur": ("Blurs media", "warn")}

SPANS: tuple[tuple[str, str, timedelta | None], ...] = (
    ("", "For good", None),
    ("1", "1 day", timedelta(days=1)),
    ("7", "7 days", timedelta(days=7)),
    ("30", "30 days", timedelta(days=30)),
)
"""How long something is to hold: key, words, time."""

_NEAR = timedelta(days=14)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def until(span: str, now: datetime) -> datetime | None:
    """When a chosen span ends; None: never."""
    length = next(length for key, _, length in SPANS if key == span)
    return now + length if length is not None else None


def isolated(text: str) -> str:
    """A handle, host or address, left to right in any text."""
    return f"\u2066{text}\u2069"


def ending(at: datetime | None, now: datetime) -> str:
    """ "for good", "3 days left", "until 1 Dec", "over"."""
    if at is None:
        return "for good"
    left = at - now
    if left <= timedelta():
        return "over"
    if left < _HOUR:
        return "under an hour left"
    if left < 2 * _DAY:
        hours = round(left / _HOUR)
        return f"{hours} hour left" if hours == 1 else f"{hours} hours left"
    if left < _NEAR:
        return f"{round(left / _DAY)} days left"
    return f"until {day(at, now)}"


def day(moment: datetime, now: datetime) -> str:
    """ "1 Dec", with the year when it is another one."""
    here, today = moment.astimezone(), now.astimezone()
    month = f"{here.day} {here:%b}"
    return month if here.year == today.year else f"{month} {here.year}"


def word_end(word: MutedWord) -> datetime | None:
    """When a muted word ends, aware UTC; None: never, or not to be read."""
    if not word.expires_at:
        return None
    try:
        end = datetime.fromisoformat(word.expires_at)
    except ValueError:
        return None
    return end if end.tzinfo is not None else end.replace(tzinfo=UTC)


def word_scope(word: MutedWord, *, here: bool) -> str:
    """ "Text and tags · from anyone"."""
    parts = ["Text and tags" if "content" in word.targets else "Tags only"]
    if here:
        parts.append("only here")
    parts.append("not from people I follow" if word.spare_followed else "from anyone")
    return " · ".join(parts)


def shown_word(word: MutedWord) -> str:
    """A word that counts in tags only is shown as one."""
    return word.value if "content" in word.targets else f"#{word.value}"


def filter_about(one: Filter, now: datetime) -> str:
    """ "“finale”, “last episode” · home, threads · for good"."""
    words = [word.text for word in one.words]
    if 0 < len(words) <= 2:
        what = ", ".join(f"“{word}”" for word in words)
    else:
        what = _count(len(words), "word") if words else ""
    posts = _count(len(one.posts), "post") if one.posts else ""
    where = ", ".join(_SHORT[key] for key, _ in CONTEXTS if key in one.contexts)
    end = "for good" if one.expires_at is None else f"ends {day(one.expires_at, now)}"
    if one.expires_at is not None and one.expires_at <= now:
        end = "over"
    return " · ".join(part for part in (what, posts, where or "nowhere", end) if part)


def labels_summary(rows: Sequence[LabelRow]) -> str:
    """ "Hide 2, warn 1, ignore 1"."""
    parts: list[str] = []
    for key in ("hide", "warn", "ignore"):
        if number := sum(1 for row in rows if row.setting == key):
            parts.append(f"{key} {number}")
    return ", ".join(parts).capitalize()


def list_about(one: Subscription, now: datetime) -> str:
    """Where a list is from, how many are on it, since when."""
    match one.kind:
        case "people":
            _, _, by = one.title.partition(" (@")
            origin = f"list by {isolated('@' + by.rstrip(')'))}" if by else "list"
            noun = "account"
        case "url":
            host = one.address.partition("://")[2].partition("/")[0]
            origin, noun = f"file from {isolated(host)}", "entry"
        case _:
            origin, noun = "file on this computer", "entry"
    parts = [origin]
    if one.applied_at is not None:
        parts.append(_count(one.entries, noun))
        parts.append(f"applied {day(one.applied_at, now)}")
    if one.effect == "cover":
        parts.append("only covers")
    return " · ".join(parts)


def list_title(one: Subscription) -> str:
    """Without who made it: that is told below."""
    return one.title.partition(" (@")[0] if one.kind == "people" else one.title


def list_status(one: Subscription) -> str:
    """In what state it is."""
    if one.proposed:
        return "Update" if one.applied_at is not None else "Look at it"
    return "in force"


def word_hits(hidden: Iterable[tuple[str, int]]) -> dict[str, int]:
    """How many posts each muted word hides, by the word in lower case."""
    hits: dict[str, int] = {}
    for cause, count in hidden:
        kind, _, rest = cause.partition(": ")
        if kind.lower() == "muted word":
            word = rest.lower().removeprefix("#")
            hits[word] = hits.get(word, 0) + count
    return hits


def lost_words(following: Sequence[str], followers: Sequence[str]) -> str:
    """What blocking a server takes, in one sentence."""
    parts = []
    if following:
        people = "person" if len(following) == 1 else "people"
        parts.append(f"{count_text(len(following))} {people} you follow")
    if followers:
        who = "person who follows" if len(followers) == 1 else "people who follow"
        parts.append(f"{count_text(len(followers))} {who} you")
    if not parts:
        return "Nobody there follows you, and you follow nobody there."
    return f"You lose {' and '.join(parts)}, for good: unblocking does not bring them back."


def bridge_words(bridge: str) -> str:
    """What blocking a server takes that a bridge lives on; "" = it is none."""
    if not bridge:
        return ""
    return (
        f"{bridge} copies people of another network from there: all of them are cut off, "
        "and nobody there sees you through it any more."
    )


def _count(number: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count_text(number)} {noun if number == 1 else plural}"
