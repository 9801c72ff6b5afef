"""Deliveries in words. Pure: the clock is an argument."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from app.model import AccountId
from app.model.draft import DraftId
from app.model.sending import Delivery, Trouble
from app.services.outbox_schedule import LOOKS, USER_KINDS, WAITING_KINDS
from app.ui.composer.values import StateLine
from app.ui.composer.words import moment
from app.ui.outbox.values import Act, Group, OutBox, OutItem, Upload
from app.ui.shell.words import clock_text

Progress = Callable[[DraftId, AccountId], tuple[int, int, float] | None]

_TITLE = 80
_MISSED = ("missed", "stale")
"""Troubles of what was not sent because its time had passed."""


def by_draft(deliveries: Sequence[Delivery]) -> dict[DraftId, list[Delivery]]:
    """Lanes of each draft, in order of sending; what was taken back is not there."""
    found: dict[DraftId, list[Delivery]] = {}
    for one in sorted(deliveries, key=lambda lane: lane.queued_at):
        if one.state != "cancelled":
            found.setdefault(one.draft, []).append(one)
    return found


def waiting(deliveries: Sequence[Delivery]) -> int:
    """How many drafts are not over."""
    return sum(
        1
        for lanes in by_draft(deliveries).values()
        if any(lane.state != "delivered" for lane in lanes)
    )


def needing(deliveries: Sequence[Delivery]) -> int:
    """How many drafts wait for their writer."""
    return sum(1 for lanes in by_draft(deliveries).values() if any(map(needs_you, lanes)))


def needs_you(lane: Delivery) -> bool:
    """Nothing more happens to it by itself."""
    if lane.state == "failed":
        return True
    if lane.state == "unknown":
        return lane.looks >= len(LOOKS)
    return lane.state == "queued" and lane.trouble is not None and lane.trouble.kind in USER_KINDS


def is_later(lane: Delivery, now: datetime) -> bool:
    """It leaves at a time that was chosen."""
    if lane.state == "scheduled":
        return True
    chosen = lane.send_at or lane.parts[0].post.send_at
    return lane.state == "queued" and chosen is not None and chosen > now


def group_of(lanes: Sequence[Delivery], now: datetime) -> Group:
    """Where a draft stands in the list."""
    if any(map(needs_you, lanes)):
        return "needs"
    open_lanes = [lane for lane in lanes if lane.state != "delivered"]
    if not open_lanes:
        return "done"
    if all(is_later(lane, now) for lane in open_lanes):
        return "later"
    if all(_waits(lane) for lane in open_lanes):
        return "waiting"
    return "now"


def _waits(lane: Delivery) -> bool:
    kind = lane.trouble.kind if lane.trouble is not None else ""
    return lane.state == "queued" and kind in WAITING_KINDS


def item_of(
    lanes: Sequence[Delivery],
    now: datetime,
    progress: Progress,
    marks: Mapping[str, str],
) -> OutItem:
    """The row of a draft."""
    group = group_of(lanes, now)
    icon, color = _SIGNS[group]
    missed = [lane for lane in lanes if lane.trouble and lane.trouble.kind in _MISSED]
    gone = [lane for lane in lanes if lane.trouble and lane.trouble.kind == "not_found"]
    if missed and group == "needs":
        icon = "timer"
    elif gone and group == "needs":
        icon = "link-break"
    busy = group == "now" and any(lane.state == "sending" for lane in lanes)
    return OutItem(
        draft=lanes[0].draft,
        group=group,
        icon=icon,
        color=color,
        busy=busy,
        title=title_of(lanes[0]),
        sentence=_sentence(lanes, group, now, progress),
        sentence_color="warn" if group == "needs" else "textSecondary",
        marks=tuple(marks.get(lane.network, "") for lane in lanes),
        acts=_acts(group, bool(missed)),
    )


_SIGNS: dict[Group, tuple[str, str]] = {
    "now": ("paper-plane-right", "accent"),
    "waiting": ("hourglass-medium", "textSecondary"),
    "needs": ("warning-circle", "warn"),
    "later": ("calendar-blank", "textSecondary"),
    "done": ("check-circle", "ok"),
}


def title_of(lane: Delivery) -> str:
    """First words of what was written."""
    post = lane.parts[0].post
    words = " ".join(post.text.text.split())[:_TITLE]
    if post.reply_to and words:
        return f"Reply: {words}"
    return words or ("A poll" if post.poll else "Pictures" if post.media else "No text")


def _acts(group: Group, missed: bool) -> tuple[Act, ...]:
    if group == "needs" and missed:
        return (
            Act("now", "Post now", "tonal"),
            Act("time", "Another time…", "outline"),
            Act("draft", "Back to draft"),
        )
    if group == "later":
        return (Act("time", "Another time…", "outline"), Act("draft", "Back to draft"))
    return ()


def _sentence(lanes: Sequence[Delivery], group: Group, now: datetime, progress: Progress) -> str:
    if group == "later":
        at = min(lane.send_at or lane.not_before or now for lane in lanes)
        kept = all(lane.state == "scheduled" for lane in lanes)
        by = "kept by the server" if kept else "this computer must be on"
        return f"{moment(at, now)} · {by}"
    if group == "done":
        at = max((lane.journal[-1].at for lane in lanes if lane.journal), default=now)
        return f"Posted {clock_text(at)}"
    if len(lanes) == 1 or group == "waiting":
        lane = lanes[0]
        if group == "needs" and lane.trouble is not None:
            return lane.trouble.message
        return state_of(lane, now, progress(lane.draft, lane.account)).text
    told = {state_of(lane, now, progress(lane.draft, lane.account)).text for lane in lanes}
    if len(told) == 1 and group != "needs":
        return told.pop()
    words = Counter(_word(lane, now, progress) for lane in lanes)
    return " · ".join(f"{count} {word}" for word, count in words.items())


def _word(lane: Delivery, now: datetime, progress: Progress) -> str:
    match lane.state:
        case "sending":
            return "uploading" if progress(lane.draft, lane.account) else "posting"
        case "delivered":
            return "posted"
        case "failed":
            return "refused"
        case "unknown":
            return "being looked up" if lane.looks < len(LOOKS) else "not known"
        case "scheduled":
            return "kept by the server"
    return "later" if is_later(lane, now) else "waiting"


def state_of(
    lane: Delivery, now: datetime, progress: tuple[int, int, float] | None = None
) -> StateLine:
    """How a lane is."""
    trouble = lane.trouble
    match lane.state:
        case "sending":
            words = "Uploading, then posting" if progress else "Posting"
            return StateLine("spinner", "accent", words, busy=True)
        case "delivered":
            return StateLine("check-circle", "ok", "Posted")
        case "failed":
            return StateLine("warning-circle", "danger", "Not posted")
        case "unknown":
            return StateLine("question", "warn", _looking(lane, now))
        case "scheduled":
            at = lane.parts[0].post.send_at or lane.not_before or now
            return StateLine(
                "calendar-blank", "textSecondary", f"{moment(at, now)}, kept by the server"
            )
        case "cancelled":
            return StateLine("x-circle", "textTertiary", "Taken back")
    if trouble is not None:
        if trouble.kind in USER_KINDS:
            return StateLine("sign-in", "warn", trouble.message)
        return StateLine("hourglass-medium", "warn", _waits_for(lane, now))
    if is_later(lane, now):
        at = lane.send_at or lane.not_before or now
        return StateLine(
            "calendar-blank", "textSecondary", f"{moment(at, now)}, this computer must be on"
        )
    left = (lane.not_before - now) if lane.not_before is not None else timedelta()
    if left > timedelta():
        seconds = -(-left.total_seconds() // 1)
        return StateLine("timer", "textSecondary", f"Leaves in {round(seconds)} s")
    return StateLine("hourglass-medium", "textSecondary", "Next in line")


def _looking(lane: Delivery, now: datetime) -> str:
    """How far Godwit is with finding out, and when it looks again."""
    if lane.looks >= len(LOOKS):
        return "Not found: you decide"
    at, which = lane.not_before, f"look {lane.looks + 1} of {len(LOOKS)}"
    if at is None or at <= now:
        return f"Is it there? Now {which}"
    return f"Is it there? {which.capitalize()} in {-(-(at - now).total_seconds() // 1):.0f} s"


def _waits_for(lane: Delivery, now: datetime) -> str:
    assert lane.trouble is not None
    message = lane.trouble.message.rstrip(".")
    if lane.not_before is not None and lane.not_before > now:
        return f"{message}. Again at {clock_text(lane.not_before)}"
    return f"{message}. Again soon"


def box_of(lane: Delivery, network: str) -> OutBox | None:
    """What is to be said about a lane that needs its writer, or is being looked for."""
    trouble = lane.trouble
    if lane.state == "unknown":
        found_out = lane.looks >= len(LOOKS)
        text = (
            "The answer never came. Godwit looks whether it is there, five times within two "
            "minutes; until then nothing is sent again, so that nothing appears twice."
        )
        if found_out:
            text = (
                "The answer never came, and Godwit has looked five times: it is not there. Look "
                "yourself. If you see it, say so; if not, try again."
            )
        acts = (
            Act("retry", "Try again", "outline", enabled=found_out),
            Act("look", "Look once more" if found_out else "Look now"),
            Act("seen", "I see it there"),
        )
        return OutBox(kind="warn", icon="question", title="Posted, or not?", text=text, acts=acts)
    if lane.state != "failed" or trouble is None:
        return None
    if trouble.kind in _MISSED:
        late = (Act("retry", "Post now", "outline"), Act("edit", "Back to draft"))
        return OutBox(
            kind="warn", icon="timer", title="Its time has passed", text=trouble.message, acts=late
        )
    retry = {"shrink": "Shrink, try again"}.get(trouble.repair, "Try again")
    step = f" {trouble.next_step}" if trouble.next_step else ""
    part = _how_far(lane)
    if trouble.repair == "alone":
        alone = (Act("alone", "Post on its own", "outline"), Act("edit", "Back to draft"))
        return OutBox(
            kind="danger",
            icon="link-break",
            title="It answers a post that is gone",
            text=f"{trouble.message} {part}",
            acts=alone,
        )
    repairs = (
        Act("retry", retry, "outline"),
        Act("edit", "Edit text"),
        Act("cancel", "Leave out"),
    )
    return OutBox(
        kind="danger",
        icon="warning-circle",
        title=_refused_title(trouble, network),
        text=f"{trouble.message}{step} {part}".strip(),
        acts=repairs,
    )


def _refused_title(trouble: Trouble, network: str) -> str:
    if trouble.kind == "no_account":
        return "Nobody is signed in there"
    return f"{network} refused it" if network else "It was refused"


def _how_far(lane: Delivery) -> str:
    done = sum(part.done is not None for part in lane.parts)
    if not done:
        return "Nothing was posted here; the other lanes go on."
    return f"{done} of {len(lane.parts)} posts are there; the rest is not."


def upload_of(lane: Delivery, progress: tuple[int, int, float] | None) -> Upload | None:
    """The file that is on its way."""
    if lane.state != "sending" or progress is None:
        return None
    number, total, share = progress
    media = [one for part in lane.parts for one in part.post.media]
    words = ""
    if 0 < number <= len(media):
        size = media[number - 1].size
        words = f"{share * size / 1e6:.1f} of {size / 1e6:.1f} MB"
    return Upload(number=number, total=total, share=share, words=words)


def journal_of(lane: Delivery) -> tuple[tuple[str, str], ...]:
    """What happened, with times of day where the user is."""
    return tuple(
        (note.at.astimezone().strftime("%H:%M:%S"), note.text) for note in lane.journal[-12:]
    )
