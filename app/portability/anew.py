"""What a new process must be told to go on with a move: all of it at once."""

from __future__ import annotations

from collections.abc import Sequence

from app.portability.answers import Answers
from app.portability.context import Clock, Context
from app.portability.journal import Journal
from app.portability.plan import Need, Plan
from app.portability.step import Step


def asked_anew(
    plan: Plan, steps: Sequence[Step], journal: Journal, clock: Clock, said: Answers
) -> tuple[Need, ...]:
    """
    What the move waits for, and what its step then asks of somebody who has said nothing yet.

    Secrets are in one process's memory alone: whoever comes back with the code that is
    asked for must bring the passwords too, and one whose code was not used yet must bring
    it again.

    Args:
        said: What this process was told.
    """
    past = journal.past
    wanted = list(past.needs)
    step = next((one for one in steps if one.id == past.step), None)
    if step is not None and not past.undoing:
        wanted += step.needs(Context(plan, journal, Answers(), clock))
    unused = [key for key in said.secrets() if past.asked_at.get(key) == past.step]
    wanted += [past.asked[key] for key in unused]
    return tuple({need.key: need for need in reversed(wanted)}.values())[::-1]
