"""Backups in words: how they stand, what was found in them. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from app.portability.archive_manifest import ArchiveReport
from app.portability.archive_schedule import Schedule
from app.ui.migration.words import moment_text, size_text, span_text
from app.ui.moderation.words import isolated
from app.ui.shell.words import count_text

OFTEN = (("0", "Off"), ("1", "Every day"), ("7", "Every week"), ("30", "Every month"))
"""Days between two backups, and what they are called."""

DOING = {
    "": "",
    "backing up": "Backing up",
    "verifying": "Looking at every byte",
    "opening": "Looking through it for the first time",
}
OLD = timedelta(days=60)
"""From then on a backup that nobody makes by itself is worth a word."""
MOST = 5
"""Findings of one kind that are named."""

Found = tuple[str, str, str]
"""Kind of tip, icon, words."""


def nearest(days: int) -> str:
    """The choice that is meant by *days*."""
    return min((key for key, _ in OFTEN), key=lambda key: abs(int(key) - days))


def about(schedule: Schedule | None) -> str:
    """What is in it, and where."""
    if schedule is None:
        return "Choose a folder: on a stick, or where your other backups are."
    parts = []
    if schedule.records:
        parts.append(f"{count_text(schedule.records)} records")
    if schedule.blobs:
        parts.append(f"{count_text(schedule.blobs)} files")
    if schedule.bytes:
        parts.append(size_text(schedule.bytes))
    parts.append(isolated(short_path(schedule.path)))
    return " · ".join(parts)


def short_path(path: Path) -> str:
    """The end of a path: what tells it from others."""
    parts = path.parts
    return str(path) if len(parts) <= _PARTS + 1 else str(Path("…", *parts[-_PARTS:]))


_PARTS = 2


def standing(
    schedule: Schedule | None, now: datetime, report: ArchiveReport | None = None
) -> Found:
    """Icon, colour and words: when it was good last. *report*: what was found just now."""
    if schedule is None or schedule.last_good is None:
        return "warning", "warn", "Never yet"
    when = f"Last good {moment_text(schedule.last_good, now)}"
    if schedule.error or (report is not None and not report.ok):
        return "warning", "warn", when
    late = schedule.due_at is not None and schedule.due_at < now - timedelta(days=1)
    old = not schedule.every_days and now - schedule.last_good > OLD
    if late or old:
        days = span_text((now - schedule.last_good).total_seconds()).partition(" day")[0]
        return "warning", "warn", f"{when}, {days} days ago"
    return "check-circle-fill", "ok", when


def findings(report: ArchiveReport, *, verified: bool) -> list[Found]:
    """What a look into it has found, worst first."""
    found: list[Found] = []
    for bad in report.bad[:MOST]:
        where = f" ({isolated(bad.where)})" if bad.where else ""
        found.append(("danger", "warning-circle", f"{bad.text}{where}"))
    if len(report.bad) > MOST:
        more = count_text(len(report.bad) - MOST)
        found.append(("danger", "warning-circle", f"And {more} more like this."))
    lost = [one for one in report.missing if not one.dead]
    if lost:
        names = ", ".join(isolated(one.name) for one in lost[:MOST])
        more = f" and {count_text(len(lost) - MOST)} more" if len(lost) > MOST else ""
        found.append(("warn", "warning", f"Not there: {names}{more}. {lost[0].why}".strip()))
    if report.signature == "invalid":
        found.append(("danger", "warning-circle", "The signature is not that of the account."))
    elif report.signature == "no key known":
        found.append(("warn", "warning", "The signature could not be checked: no key is known."))
    if report.ok:
        found.append(("ok", "check-circle", _all_well(report, verified)))
    dead = [one for one in report.missing if one.dead]
    if dead:
        many = "One file is" if len(dead) == 1 else f"{count_text(len(dead))} files are"
        found.append(
            ("note", "info", f"{many} gone from the server too; no backup can bring them back.")
        )
    if report.extra:
        many = "One file" if len(report.extra) == 1 else f"{count_text(len(report.extra))} files"
        found.append(("note", "info", f"{many} in the folder do not belong to it."))
    return found


def _all_well(report: ArchiveReport, verified: bool) -> str:
    what = f"{count_text(report.records)} records"
    if report.blobs:
        what += f", {count_text(report.blobs)} files"
    if not verified:
        return f"All of it is there: {what}."
    signed = ""
    if report.signature == "valid":
        signed = " The signature is good."
    elif report.signature == "valid with a former key":
        signed = " The signature is good, with the key of its time."
    return f"Every byte is as it was saved: {what}.{signed}"
