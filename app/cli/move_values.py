"""What ``godwit move`` prints: plans and states as JSON (cli.md) and as text for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from app.cli.items import moment
from app.cli.output import Output
from app.cli.rows import clock_time
from app.portability.answers import is_secret
from app.portability.plan import (
    JournalLine,
    MoveStatus,
    Need,
    Place,
    Plan,
    Progress,
    StepView,
    Undo,
)
from app.portability.standing import Listed

ANSWER = "GODWIT_ANSWER_"
"""With the key of a need after it: a variable that holds the answer."""

_MARKS = {"done": "✓", "skipped": "✓", "failed": "✗", "undone": "↩", "doing": "→", "waiting": "…"}
_SIZES = ("B", "kB", "MB", "GB", "TB")


def variable(key: str) -> str:
    """The variable of the environment that may hold the answer to *key*."""
    return ANSWER + "".join(c if c.isalnum() else "_" for c in key).upper()


def need_object(need: Need) -> dict[str, Any]:
    """One question."""
    return {
        **msgspec.to_builtins(need),
        "secret": is_secret(need),
        "kind": need.kind,
        "variable": variable(need.key),
    }


def step_object(view: StepView) -> dict[str, Any]:
    """One step."""
    return {
        **msgspec.to_builtins(view),
        "state": view.state,
        "needs": [need_object(need) for need in view.needs],
    }


def plan_object(plan: Plan) -> dict[str, Any]:
    """What ``move plan`` answers."""
    return {
        "plan": plan.id,
        "route": plan.route,
        "source": msgspec.to_builtins(plan.source),
        "target": msgspec.to_builtins(plan.target),
        "created_at": moment(plan.created_at),
        "steps": [step_object(view) for view in plan.steps],
        "goes": [msgspec.to_builtins(one) | {"how": one.how} for one in plan.goes],
        "needs": [need_object(need) for need in plan.needs],
        "cannot": list(plan.cannot),
        "warnings": list(plan.warnings),
        "seconds": plan.seconds,
        "options": plan.options,
    }


def status_object(status: MoveStatus) -> dict[str, Any]:
    """What ``move run``, ``status``, ``undo`` and ``rehearse`` answer."""
    error = {"kind": status.state, "message": status.error, "try": status.next_step}
    return {
        "plan": status.plan,
        "state": status.state,
        "step": status.step,
        "needs": [need_object(need) for need in status.needs],
        "steps": [step_object(view) for view in status.steps],
        "next": status.next,
        "undo": msgspec.to_builtins(status.undo) if status.undo else None,
        "error": error if status.error else None,
        "started_at": moment(status.started_at) if status.started_at else None,
        "finished_at": moment(status.finished_at) if status.finished_at else None,
        "resumes_at": moment(status.resumes_at) if status.resumes_at else None,
        "worker": status.worker,
        "undoing": status.undoing,
    }


def listed_object(one: Listed) -> dict[str, Any]:
    """One move of the profile."""
    shown: dict[str, Any] = {
        "plan": one.id,
        "state": one.status.state,
        "step": one.status.step,
        "next": one.status.next,
        "error": one.status.error,
    }
    if one.plan is not None:
        shown["created_at"] = moment(one.plan.created_at)
        shown["source"] = msgspec.to_builtins(one.plan.source)
        shown["target"] = msgspec.to_builtins(one.plan.target)
    return shown


def event_object(step: str, what: Progress | JournalLine) -> dict[str, Any]:
    """A line of progress on stderr."""
    return {"step": step, **msgspec.to_builtins(what)}


# ------------------------------------------------------------------ as text


def place_words(place: Place) -> str:
    """One end of a move."""
    who = place.handle or place.name or place.did
    server = place.server.removeprefix("https://")
    return f"{who} on {server}" if who else server


def print_plan(plan: Plan, out: Output) -> None:
    """For people."""
    out.line(f"Plan {plan.id}: {place_words(plan.source)} → {place_words(plan.target)}")
    _print("What will be done", (f"  {view.title}" + _public(view) for view in plan.steps), out)
    goes = (f"  {one.title}: {one.detail}" for one in plan.goes if one.how != "stays")
    _print("What goes along", goes, out)
    _print("What cannot", (f"  {words}" for words in plan.cannot), out)
    _print("What will be asked", (f"  {need.prompt}" for need in plan.needs), out)
    _print("Warnings", (f"  ! {warning}" for warning in plan.warnings), out)
    if plan.seconds:
        out.line(f"It takes about {duration(plan.seconds)}.")
    out.line(f"Nothing has been changed. Begin: godwit move run {plan.id}")


def print_status(status: MoveStatus, out: Output) -> None:
    """For people."""
    for view in status.steps:
        detail = f"  ({view.detail})" if view.detail else ""
        out.line(f"  {_MARKS.get(view.state, '·')} {view.title}{detail}")
    out.line(f"{status.state}: {status.next}" if status.next else status.state)
    if status.undo is not None:
        print_undo(status.undo, out)


def print_undo(undo: Undo, out: Output) -> None:
    """Whether it can be taken back, and until when."""
    until = f" (until {clock_time(undo.until)})" if undo.until else ""
    out.line(f"Taking it back: {undo.text}{until}")


def print_need(need: Need, out: Output, *, watched: bool = False) -> None:
    """What the user must do, beside the result. *watched*: it is looked for meanwhile."""
    out.note(f"needs: {need.prompt}")
    if need.help:
        out.note(f"  {need.help}")
    if need.url:
        out.note(f"  open: {need.url}")
    if need.copy:
        out.note(f"  paste: {need.copy}")
    for value, label in need.choices:
        out.note(f"  {value}: {label}")
    if need.kind == "page":
        out.note("  it looks by itself" if watched else "  then run it again: it looks by itself")
    elif is_secret(need):
        out.note(f"  answer with {variable(need.key)}, or on a terminal")
    else:
        out.note(f"  answer with --answer {need.key}=… or {variable(need.key)}")


def progress_words(title: str, progress: Progress) -> str:
    """``Copy files: 120 of 1204 files, 3.2 MB/s, 40 s left``; ``Export: 12.0 MB, 3.2 MB/s``."""
    of = f" of {progress.total}" if progress.total else ""
    parts = [f"{progress.done}{of} {progress.unit}".strip()]
    in_bytes = progress.unit == "bytes"
    if in_bytes:
        whole = f" of {size(progress.bytes_total)}" if progress.bytes_total else ""
        parts = [f"{size(progress.bytes_done)}{whole}"]
    if progress.rate:
        amount = size(progress.rate) if progress.bytes_total or in_bytes else f"{progress.rate:.1f}"
        parts.append(f"{amount}/s")
    if progress.seconds_left is not None:
        parts.append(f"{duration(progress.seconds_left)} left")
    return f"{title}: {', '.join(parts)}"


def size(bytes: float) -> str:
    """``3.2 MB``, in powers of a thousand."""
    for unit in _SIZES:
        if bytes < 1000 or unit == _SIZES[-1]:
            return f"{bytes:.0f} {unit}" if unit == "B" else f"{bytes:.1f} {unit}"
        bytes /= 1000
    raise AssertionError


def duration(seconds: float) -> str:
    """``40 s``, ``12 min``, ``3 h``, ``2 days``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 36 * 3600:
        return f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:.0f} days"


def _print(title: str, lines: Iterable[str], out: Output) -> None:
    shown = list(lines)
    if shown:
        out.line(f"{title}:")
        for line in shown:
            out.line(line)


def _public(view: StepView) -> str:
    return "  (others see it)" if view.public else ""
