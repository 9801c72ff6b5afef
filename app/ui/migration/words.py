"""A move in words: sizes, times, steps, the plan as text. Pure: the clock is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.portability.plan import (
    Goes,
    JournalLine,
    MoveStatus,
    Need,
    Place,
    Plan,
    Progress,
    StepView,
    Undo,
)
from app.ui.moderation.words import isolated
from app.ui.shell.words import count_text

ICONS = {
    "posts": "article",
    "media": "image-square",
    "people": "users",
    "follows": "users",
    "followers": "users",
    "lists": "list-bullets",
    "preferences": "sliders-horizontal",
    "handle": "at",
    "profile": "identification-card",
    "bookmarks": "bookmark-simple",
    "filters": "funnel-simple",
    "blocks": "prohibit",
    "mutes": "speaker-slash",
    "tags": "hash",
    "notes": "note",
    "likes": "heart",
    "messages": "envelope-simple",
    "passwords": "key",
    "dead_files": "file-x",
    "invite": "ticket",
    "other": "puzzle-piece",
}
_NEED_ICONS = {
    "secret": "key",
    "code": "envelope-simple",
    "page": "browser",
    "file": "file-text",
    "choice": "list-bullets",
    "confirm": "check-circle",
    "text": "pencil-simple",
}
_KB, _MB, _GB = 1_000, 1_000_000, 1_000_000_000
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400

MOST_LINES = 200
"""Of a journal on the screen; what is copied has all of it."""


def icon_of(kind: str) -> str:
    """The icon of what goes or stays."""
    return ICONS.get(kind, "circle")


def need_icon(need: Need) -> str:
    """The icon of what is needed."""
    return "ticket" if "invite" in need.key else _NEED_ICONS[need.kind]


def size_text(size: int) -> str:
    """Bytes for people: "34 MB", "1.2 GB"."""
    if size < _KB:
        return f"{size} B"
    for unit, name in ((_GB, "GB"), (_MB, "MB"), (_KB, "kB")):
        if size >= unit:
            value = size / unit
            return f"{value:.1f} {name}" if value < 10 and unit != _KB else f"{value:.0f} {name}"
    return ""


def span_text(seconds: float) -> str:
    """How long something takes or is away, in the two largest units that say something."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    if whole < _DAY:
        hours, rest = divmod(whole, _HOUR)
        return f"{hours} h {rest // _MINUTE} min" if rest >= _MINUTE else f"{hours} h"
    days, rest = divmod(whole, _DAY)
    word = "day" if days == 1 else "days"
    return f"{days} {word} {rest // _HOUR} h" if rest >= _HOUR else f"{days} {word}"


def guess_text(seconds: float) -> str:
    """A careful guess: never more exact than it is."""
    if seconds <= 0:
        return ""
    if seconds < _MINUTE:
        return "under a minute"
    if seconds < 2 * _HOUR:
        return f"about {max(1, round(seconds / _MINUTE))} min"
    if seconds < 2 * _DAY:
        return f"about {round(seconds / _HOUR)} h"
    return f"about {round(seconds / _DAY)} days"


def clock_text(until: datetime, now: datetime) -> str:
    """How long a clock still runs: to the minute, and to the second in its last one."""
    left = (until - now).total_seconds()
    if left < _MINUTE:
        return f"{max(0, int(left))} s"
    hours, rest = divmod(int(left), _HOUR)
    return f"{hours} h {rest // _MINUTE:02} min" if hours else f"{rest // _MINUTE} min"


def moment_text(at: datetime, now: datetime) -> str:
    """A time of day; with its day when that is another one."""
    there, here = at.astimezone(), now.astimezone()
    if there.date() == here.date():
        return there.strftime("%H:%M")
    rest = "%b, %H:%M" if there.year == here.year else "%b %Y"
    return f"{there.day} {there.strftime(rest)}"  # "%-d" is not known on Windows


def amount_text(goes: Goes) -> str:
    """What stands at the end of its line: bytes, or nothing."""
    return size_text(goes.bytes) if goes.bytes >= 0 else ""


def place_text(place: Place) -> str:
    """A handle, or the server where there is none yet."""
    return handle_text(place.handle) if place.handle else server_text(place.server)


def server_text(server: str) -> str:
    """A server's name: how it is reached is nobody's concern."""
    return isolated(server.removeprefix("https://").removeprefix("http://").rstrip("/"))


def handle_text(handle: str) -> str:
    """A handle as its network writes it."""
    return isolated(f"@{handle}" if "@" in handle else handle)


# ------------------------------------------------------------------ progress


def share_of(progress: Progress) -> float:
    """Part that is done, 0 … 1; −1 = nobody knows how much there is."""
    if progress.bytes_total > 0:
        return min(1.0, progress.bytes_done / progress.bytes_total)
    if progress.total > 0:
        return min(1.0, progress.done / progress.total)
    return -1.0


def counts_text(progress: Progress) -> str:
    """ "2 481 of 3 962 files · 742 MB of 1.2 GB"."""
    parts = []
    unit = f" {progress.unit}" if progress.unit else ""
    if progress.total > 0:
        parts.append(f"{count_text(progress.done)} of {count_text(progress.total)}{unit}")
    elif progress.done:
        parts.append(f"{count_text(progress.done)}{unit}")
    if progress.bytes_total > 0:
        parts.append(f"{size_text(progress.bytes_done)} of {size_text(progress.bytes_total)}")
    elif progress.bytes_done:
        parts.append(size_text(progress.bytes_done))
    return " · ".join(parts)


def pace_text(progress: Progress, now: datetime) -> str:
    """ "3.1 MB/s · 2 min 30 s left", or when it goes on."""
    if progress.resumes_at is not None and progress.resumes_at > now:
        wait = span_text((progress.resumes_at - now).total_seconds())
        return f"goes on at {moment_text(progress.resumes_at, now)}, in {wait}"
    parts = []
    if progress.rate > 0:
        in_bytes = progress.bytes_total > 0 or progress.bytes_done > 0
        pace = size_text(round(progress.rate)) if in_bytes else count_text(round(progress.rate))
        if in_bytes or progress.rate >= 1:
            parts.append(f"{pace}/s")
    if progress.seconds_left is not None:
        parts.append(f"{span_text(progress.seconds_left)} left")
    return " · ".join(parts)


# --------------------------------------------------------------------- steps

SIGNS: dict[str, tuple[str, str, str]] = {
    "todo": ("circle", "textTertiary", "to do"),
    "doing": ("spinner", "accent", "under way"),
    "waiting": ("user-circle", "accent", "needs you"),
    "done": ("check-circle-fill", "ok", "done"),
    "failed": ("warning-circle", "danger", "failed"),
    "skipped": ("minus-circle", "textTertiary", "not needed"),
    "undone": ("arrow-counter-clockwise", "textTertiary", "taken back"),
}
"""By state: icon, colour, and what it says."""


def sign_of(step: StepView) -> tuple[str, str, str]:
    """Icon, colour and word of a step; one that will ask for something says so beforehand."""
    if step.state == "todo" and step.needs:
        return "user-circle", "textTertiary", "needs you"
    if step.state == "waiting" and not step.needs:
        return "hourglass-medium", "warn", "waits"
    return SIGNS[step.state]


def note_of(step: StepView) -> str:
    """What stands behind its title."""
    if step.detail:
        return step.detail
    return "needs you" if step.needs and step.state in ("todo", "waiting") else ""


def step_number(steps: Sequence[StepView], id: str) -> int:
    """Its place, from 1; 0 = it is none of them."""
    return next((at for at, step in enumerate(steps, 1) if step.id == id), 0)


def first_public(steps: Sequence[StepView]) -> int:
    """Number of the first step that the world sees; 0 = none."""
    return next((at for at, step in enumerate(steps, 1) if step.public), 0)


def clock_note(steps: Sequence[StepView], undo: Undo | None) -> str:
    """What will come of the clock, while it does not run yet."""
    number = first_public(steps)
    if undo is None or undo.until is not None or undo.public or not number:
        return ""
    return f"Nothing that others see changes before step {number}."


# ---------------------------------------------------------------------- text


def plan_as_text(plan: Plan, undo: Undo | None = None) -> str:
    """The plan to take along."""
    lines = [
        f"Plan {plan.id}, made {plan.created_at.astimezone():%Y-%m-%d %H:%M}",
        f"From {plan.source.handle or plan.source.did} on {plan.source.server}",
        f"To   {plan.target.handle or '(no handle yet)'} on {plan.target.server}",
    ]
    for how, title in HOW:
        found = [goes for goes in plan.goes if goes.how == how]
        if found:
            lines += ["", title]
            lines += [f"- {g.title}: {g.detail}{_in_brackets(amount_text(g))}" for g in found]
    if plan.needs:
        lines += ["", "You will need"]
        lines += [f"- {need.prompt}{_in_brackets(need.when)}" for need in plan.needs]
    lines += ["", f"Steps{_in_brackets(guess_text(plan.seconds))}"]
    for number, step in enumerate(plan.steps, 1):
        public = " (seen by others)" if step.public else ""
        lines.append(f"{number}. {step.title}{public}")
    if undo is not None:
        lines += ["", undo.text]
    if plan.warnings:
        lines += ["", "Know this", *(f"- {one}" for one in plan.warnings)]
    return "\n".join(lines) + "\n"


HOW = (
    ("moves", "What goes with you"),
    ("guided", "What you take along yourself, with help"),
    ("stays", "What cannot go"),
)


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


def journal_as_text(lines: Sequence[JournalLine]) -> str:
    """The journal to take along."""
    return "".join(f"{line.at.astimezone():%Y-%m-%d %H:%M:%S}  {line.text}\n" for line in lines)


def step_as_said(step: StepView, number: int) -> str:
    """One step for somebody who hears it."""
    _, _, word = sign_of(step)
    parts = [f"Step {number}: {step.title}", word]
    if step.detail:
        parts.append(step.detail)
    if step.seconds >= 1:
        parts.append(span_text(step.seconds))
    return ", ".join(parts)


def next_text(status: MoveStatus, now: datetime, *, runs: bool) -> str:
    """The sentence below the headline: what happens next."""
    if status.state == "waiting" and status.needs:
        number = step_number(status.steps, status.step)
        after = status.steps[number].title if 0 < number < len(status.steps) else ""
        return f"It needs you. After that: {after}." if after else "It needs you."
    if status.resumes_at is not None and status.resumes_at > now:
        when = moment_text(status.resumes_at, now)
        wait = span_text((status.resumes_at - now).total_seconds())
        tail = "It goes on by itself" if runs else "It could go on"
        return f"{tail} at {when}, in {wait}."
    if status.state == "waiting" and not runs:
        return "It stands still. " + status.next if status.next else "It stands still."
    return status.next


def trouble_kind(status: MoveStatus) -> tuple[str, str]:
    """Colour and icon of what is wrong: what passes by itself is no alarm."""
    if status.state == "failed":
        return "danger", "warning-circle"
    return "warn", "hourglass-medium"


# --------------------------------------------------------------------- moves


def move_sign(status: MoveStatus) -> tuple[str, str]:
    """Icon and colour of a move in a list."""
    match status.state:
        case "done":
            return "check-circle-fill", "ok"
        case "undone":
            return "arrow-counter-clockwise", "textTertiary"
        case "failed":
            return "warning-circle", "danger"
        case "running":
            return "record-fill", "accent"
        case "planned":
            return "circle", "textTertiary"
        case "waiting":
            return ("user-circle", "accent") if status.needs else ("hourglass-medium", "warn")


def move_title(plan: Plan | None, id: str) -> str:
    """Who moves where."""
    if plan is None:
        return id
    return f"{place_text(plan.source)} to {server_text(plan.target.server)}"


def move_about(plan: Plan | None, status: MoveStatus, now: datetime) -> str:
    """How it stands, in one line."""
    if status.worker:
        return f"Worked on by {status.worker}."
    steps, number = len(status.steps), step_number(status.steps, status.step)
    at = f" at step {number} of {steps}" if number and steps else ""
    match status.state:
        case "planned":
            made = f" {moment_text(plan.created_at, now)}" if plan else ""
            return f"Planned{made}. Nothing is changed yet."
        case "waiting":
            return f"Waits{at}. {status.error or 'Nothing is lost.'}"
        case "failed":
            return f"Stopped{at}. {status.error} {status.next_step}".strip()
        case "running":
            return f"Under way{at}."
        case "done":
            done = f" {moment_text(status.finished_at, now)}" if status.finished_at else ""
            return f"Done{done}."
        case "undone":
            return "Taken back. All is as it was."


def move_act(status: MoveStatus) -> str:
    """What one can do with it."""
    if status.worker:
        return "Look"
    return {
        "planned": "See the plan",
        "done": "See the report",
        "undone": "See the report",
        "failed": "Look",
    }.get(status.state, "Go on")
