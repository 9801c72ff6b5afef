"""Counts, states and settings of lanes in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.compose.notes import NUMBERS
from app.compose.plan import LanePlan, Measure
from app.model import AccountState
from app.model.errors import RateLimited, ServiceError
from app.model.sending import Limits
from app.ui.composer.values import Count, StateLine
from app.ui.shell.words import clock_text, count_text, left_text

_PLUS = "\u00a0+\u00a0"
_MOST_SUMMED = 3
"""So many lengths of posts are told one by one."""
WARN_FROM = 0.9
"""From here on the ring warns (look.md §8)."""

SPLITS = {
    "break": "split where you said",
    "paragraph": "split after a paragraph",
    "sentence": "split after a sentence",
    "word": "split after a word",
}


def number_word(number: int) -> str:
    """Small numbers as people say them."""
    return NUMBERS[number] if number < len(NUMBERS) else count_text(number)


def count_of(plan: LanePlan) -> Count:
    """The ring and its words: "373 of 300: two posts, 256 + 115"."""
    measures = plan.measures
    limit = measures[0].limit
    worst = next((measure for measure in measures if not measure.fits), None)
    length = plan.whole if len(measures) > 1 else measures[0].length
    words = f"{count_text(length)} of {count_text(limit)}"
    share = length / limit if limit else 1.0
    if worst is not None:
        return Count(1.0, "danger", f"{words}: {_too_long(worst, len(measures))}")
    if len(measures) > 1:
        lengths = [measure.length for measure in measures]
        posts = f"{number_word(len(measures))} posts"
        told = f", {_PLUS.join(map(count_text, lengths))}" if len(lengths) <= _MOST_SUMMED else ""
        return Count(1.0, "warn", f"{words}: {posts}{told}")
    return Count(min(share, 1.0), "warn" if share >= WARN_FROM else "accent", words)


def _too_long(measure: Measure, posts: int) -> str:
    over = measure.length - measure.limit
    if over > 0:
        what = f"{count_text(over)} too many"
        return what if posts == 1 else f"a post has {what}"
    heavy = measure.bytes - measure.bytes_limit
    return f"{count_text(heavy)} bytes too many"


def state_of(
    plan: LanePlan,
    account: AccountState,
    now: datetime,
    *,
    empty: bool = False,
    send_at: datetime | None = None,
    keeps: bool = False,
    asked: bool = True,
) -> StateLine:
    """
    Whether a lane can leave, and when.

    Args:
        empty: Nothing was written at all.
        keeps: The server keeps a post until its time.
        asked: The server has said what it takes; else the usual is taken for it.
    """
    if empty:
        return StateLine("circle", "textTertiary", "Nothing written yet")
    if plan.problems:
        return StateLine("warning-circle", "danger", plan.problems[0])
    if any(not measure.fits for measure in plan.measures):
        return StateLine("warning-circle", "danger", "Too long to be sent")
    stopping = next((loss for loss in plan.losses if loss.stops), None)
    if stopping is not None:
        return StateLine("warning", "warn", "Waits for your choice above")
    held = held_back(account, now)
    if held is not None:
        return held
    if send_at is not None:
        by = "kept by the server" if keeps else "this computer must be on"
        return StateLine("calendar-blank", "textSecondary", f"{moment(send_at, now)}, {by}")
    posts = len(plan.posts)
    what = "one post" if posts == 1 else f"thread of {number_word(posts)}"
    if not asked:
        return StateLine("hourglass-medium", "warn", f"Ready, {what}: by what is usual there")
    return StateLine("check-circle", "ok", f"Ready, {what}")


def held_back(account: AccountState, now: datetime) -> StateLine | None:
    """Why a lane leaves later, or not at all; None: it leaves at once."""
    match account.kind:
        case "signed_out":
            return StateLine("sign-in", "danger", "Signed out: sign in again to post")
        case "suspended":
            return StateLine("prohibit", "danger", "This account is suspended")
        case "locked":
            return StateLine("lock-key", "warn", "Keys are locked: leaves when they are not")
        case "offline":
            return StateLine("wifi-slash", "warn", "Not reachable: leaves when it is")
        case "waiting":
            left = left_text(account.until, now)
            when = f"in {left}" if left else "soon"
            return StateLine("hourglass-medium", "warn", f"Server busy, sends {when}")
    return None


ASKING = StateLine("hourglass-medium", "textSecondary", "Asking what this server takes", busy=True)


def unknown_limits(error: ServiceError) -> StateLine:
    """The server has never said what it takes, and does not now."""
    message = error.message.rstrip(".")
    if isinstance(error, RateLimited):
        words = f"{message}, until {clock_text(error.until)}"
        return StateLine("hourglass-medium", "warn", words)
    return StateLine("cloud-slash", "danger", message)


def moment(at: datetime, now: datetime) -> str:
    """A time where the user is, as short as is clear: "Tomorrow 07:30", "28 Nov 07:30"."""
    local, today = at.astimezone(), now.astimezone().date()
    clock = clock_text(at)
    if local.date() == today:
        return f"Today {clock}"
    if local.date() == today + timedelta(days=1):
        return f"Tomorrow {clock}"
    if local.date() == today - timedelta(days=1):
        return f"Yesterday {clock}"
    year = f" {local.year}" if local.year != today.year else ""
    return f"{local.day} {local.strftime('%b')}{year} {clock}"


def post_button(lanes: int, *, later: bool = False) -> str:
    """The one filled button, named by its act."""
    if not lanes:
        return "Post"
    verb = "Schedule for" if later else "Post to"
    if lanes == 1:
        return f"{verb} one account"
    return f"{verb} {count_text(lanes)} accounts"


def undo_sentence(seconds: float, send_at: datetime | None, now: datetime) -> str:
    """What stands beside the button."""
    if send_at is not None:
        return f"Leaves {moment(send_at, now)}; until then you can take it back."
    if seconds <= 0:
        return "Leaves at once."
    return f"Leaves after {count_text(round(seconds))} seconds; until then you can take it back."


def why_not(shown: Sequence[tuple[str, LanePlan | None]], *, empty: bool) -> str:
    """Why the button is off; "" when it is on. *shown*: (handle, plan) of each lane."""
    if not shown:
        return "Add a lane first: nobody would see it."
    if empty:
        return "Nothing written yet."
    for handle, plan in shown:
        if plan is None:
            return f"Waiting for what {handle} takes."
        if not plan.can_send:
            reason = plan.problems[0] if plan.problems else "it waits for your choice"
            return f"{handle}: {reason[:1].lower()}{reason[1:].rstrip('.')}."
    return ""


def alt_limit(limits: Sequence[Limits]) -> int:
    """The longest description that every lane takes; 0 = no limit that is known."""
    known = [one.media.alt_length for one in limits if one.media.alt_length]
    return min(known, default=0)
