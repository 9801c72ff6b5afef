"""Where a move stands, in words and values, from its plan and its journal. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from app.model.errors import ServiceError
from app.portability.past import Past
from app.portability.plan import (
    MoveState,
    MoveStatus,
    Plan,
    Progress,
    StepState,
    StepView,
    Undo,
)

LINES_LOST = (
    "Part of the journal is lost (cut off, or changed by hand); "
    "each step asks again whether it is done."
)

REHEARSED = "Nothing was changed on either side. The move itself has not begun."

_OVER = frozenset({"done", "skipped", "undone"})


class Listed(Struct, frozen=True):
    """A move of the profile. *plan* is None where it cannot be read: *status* says why."""

    id: str
    plan: Plan | None
    status: MoveStatus


def unreadable(id: str, error: ServiceError) -> Listed:
    """A move that cannot be read, and why."""
    status = MoveStatus(plan=id, state="failed", error=error.message, next_step=error.next_step)
    return Listed(id, None, status)


def status_of(
    plan: Plan,
    past: Past,
    steps: Sequence[StepView],
    *,
    now: datetime,
    worker: str = "",
    undo: Undo | None = None,
    progress: Progress | None = None,
    rehearsed: bool = False,
) -> MoveStatus:
    """
    The status that is shown.

    Args:
        rehearsed: *past* is of a rehearsal: at its end nothing has changed anywhere.
        worker: Who works on it now; "" nobody: then what the journal has as running
            was interrupted.
    """
    state = _state(past, worker)
    views = tuple(_view(view, past, state, progress) for view in steps)
    damaged = past.unreadable and state not in ("done", "undone")
    resumes_at = past.resumes_at if worker and past.state == "waiting" else None
    status = MoveStatus(
        plan=plan.id,
        state=state,
        step=past.step,
        needs=past.needs if state == "waiting" else (),
        steps=views,
        undo=undo,
        error=past.error if state in ("waiting", "failed") else "",
        next_step=past.next_step if state in ("waiting", "failed") else "",
        started_at=past.started_at,
        finished_at=past.finished_at,
        resumes_at=resumes_at,
        worker=worker,
        undoing=past.undoing,
    )
    if damaged and not status.error:
        status = replace(status, error=LINES_LOST)
    if rehearsed and state == "done":
        return replace(status, next=REHEARSED)
    return replace(status, next=_next(plan, status, now))


def _state(past: Past, worker: str) -> MoveState:
    if past.state == "running" and not worker:
        return "waiting"  # killed, or the machine went off
    return past.state


def _view(view: StepView, past: Past, state: MoveState, progress: Progress | None) -> StepView:
    known = past.states.get(view.id, "todo")
    if known == "doing" and state != "running":
        known = "waiting" if state == "waiting" else known
    here = view.id == past.step
    if state == "waiting" and here:
        needs = past.needs
    else:
        later = known == "todo" and state not in ("done", "undone")
        needs = tuple(n for n in view.needs if later and n.key not in past.answers)
    return replace(
        view,
        state=known,
        detail=_detail(view.id, known, past),
        needs=needs,
        progress=progress if here and known not in _OVER else None,
        seconds=past.seconds.get(view.id, 0.0),
    )


def _detail(id: str, state: StepState, past: Past) -> str:
    """What came of it, of what is still so; or why it failed."""
    if state == "failed":
        return past.error
    return past.results.get(id, "") if state in ("done", "skipped") else ""


def _next(plan: Plan, status: MoveStatus, now: datetime) -> str:
    titles = {view.id: view.title for view in status.steps}
    title = titles.get(status.step, "")
    match status.state:
        case "planned":
            first = status.steps[0].title if status.steps else ""
            return f"Nothing has been done yet. It begins with: {first}." if first else ""
        case "running":
            return _then(status, title)
        case "waiting" if status.resumes_at is not None:
            return f"Goes on by itself {_when(status.resumes_at, now)}."
        case "waiting" if status.needs:
            return status.needs[0].prompt
        case "waiting":
            return status.next_step or (
                f"Goes on at “{title}” as soon as it is run again." if title else "Run it again."
            )
        case "failed":
            return status.next_step or "Run it again."
        case "done":
            return _after(plan)
        case "undone":
            return "A new move begins with a new plan."


def _after(plan: Plan) -> str:
    """The move is done: what is left for the user."""
    if plan.target.account is not None:
        return "Nothing more to do."
    server = plan.target.server.removeprefix("https://")
    return f"Sign in at {server} now, here and in your other apps."


def _then(status: MoveStatus, title: str) -> str:
    if status.undoing:
        return f"“{title}” is being taken back." if title else "It is being taken back."
    todo = [view.title for view in status.steps if view.state == "todo"]
    return f"After this: {todo[0]}." if todo else "This is the last step."


def _when(moment: datetime, now: datetime) -> str:
    local, today = moment.astimezone(), now.astimezone()
    if (moment - now).total_seconds() < 90:
        return f"in {max(1, round((moment - now).total_seconds()))} s"
    clock = local.strftime("%H:%M")
    return f"at {clock}" if local.date() == today.date() else f"on {local:%Y-%m-%d} at {clock}"
