"""Where one is in the wizard, for its rail. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from app.portability.plan import MoveStatus, Plan
from app.ui.migration import words
from app.ui.migration.key import HAVE, MAKE, SKIP
from app.ui.migration.rail import Stop, StopState
from app.ui.shell.words import clock_text

Stage = Literal["home", "key", "plan", "rehearse", "move", "report"]
OWN_KEY, OWN_KEY_FILE, OWN_KEY_STEP = "own_key", "own_key_file", "own-key"
"""Answers, and the step, of a recovery key of one's own."""

CLOSING = "You can close this window at any time. The move waits."


def asks_for_key(plan: Plan) -> bool:
    """Whether a recovery key of one's own is a matter of this move."""
    return any(step.id == OWN_KEY_STEP for step in plan.steps)


def stops(
    stage: Stage,
    plan: Plan | None,
    status: MoveStatus | None,
    chosen: dict[str, str],
    *,
    rehearsed: bool,
    runs: bool,
) -> tuple[Stop, ...]:
    """
    The rail.

    Args:
        chosen: What was decided: address, own_key, own_key_file.
    """
    stages: list[tuple[Stage, str]] = [("home", "Choose a new home")]
    if plan is None or asks_for_key(plan):
        stages.append(("key", "Own recovery key"))
    stages += [
        ("plan", "Plan"),
        ("rehearse", "Rehearse"),
        ("move", "Move"),
        ("report", "Report"),
    ]
    here = [name for name, _ in stages].index(stage)
    notes = _notes(stage, plan, status, chosen, rehearsed)
    made = []
    for at, (name, title) in enumerate(stages):
        state: StopState = "done" if at < here else "todo"
        if at == here:
            state = _here(stage, status, runs)
        note = notes.get(name, "") if at <= here else ""
        made.append(Stop(key=name, title=title, state=state, note=note))
    return tuple(made)


def _here(stage: Stage, status: MoveStatus | None, runs: bool) -> StopState:
    if stage not in ("move", "rehearse") or status is None:
        return "now"
    if status.state == "failed":
        return "trouble"
    return "busy" if runs and not status.needs else "now"


def _notes(
    stage: Stage,
    plan: Plan | None,
    status: MoveStatus | None,
    chosen: dict[str, str],
    rehearsed: bool,
) -> dict[str, str]:
    notes = {
        "home": words.server_text(plan.target.server) if plan else chosen.get("address", ""),
        "plan": "Nothing is changed yet" if stage == "plan" else "",
        "rehearse": "No problems found" if rehearsed else "",
    }
    if plan is not None:
        notes["key"] = _key_note(status.steps if status else (), chosen, plan.options)
    if stage == "rehearse":
        notes["rehearse"] = "Done" if rehearsed else "Nothing is changed"
    elif not rehearsed and stage in ("move", "report"):
        notes["rehearse"] = "Left out"
    if status is not None:
        number = words.step_number(status.steps, status.step)
        if stage == "move" and number:
            notes["move"] = f"Step {number} of {len(status.steps)}"
        elif stage == "report":
            notes["move"] = "Taken back" if status.state == "undone" else "Done"
    return notes


def _key_note(steps: Sequence[object], chosen: dict[str, str], options: dict[str, str]) -> str:
    state = next((one.state for one in steps if getattr(one, "id", "") == OWN_KEY_STEP), "")  # type: ignore[attr-defined]
    said = chosen.get(OWN_KEY) or options.get(OWN_KEY, "")
    if said == SKIP:
        return "Without one"
    if state == "done":
        return "Saved and read back"
    name = Path(chosen.get(OWN_KEY_FILE) or options.get(OWN_KEY_FILE, "")).name
    if said == MAKE:
        return f"To be kept in {name}" if name else "To be made"
    return f"From {name}" if said == HAVE and name else ""


def foot(status: MoveStatus | None, now: datetime, *, runs: bool) -> str:
    """The line at the foot of the rail."""
    if status is None or status.started_at is None:
        return CLOSING
    if status.state in ("done", "undone"):
        return ""
    started = status.started_at
    spent = words.span_text((now - started).total_seconds()).rpartition(" min ")[0]
    if now.astimezone().date() != started.astimezone().date():
        return f"Started {words.moment_text(started, now)}"
    took = f" · {spent} min" if spent else ""
    return f"Started {clock_text(started)}{took}" if runs else CLOSING
