"""What the steps of a plan will ask, before anything is done. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from app.portability.plan import StepView
from app.portability.step import Step, StepContext


def views_of(steps: Sequence[Step]) -> tuple[StepView, ...]:
    """How they are shown."""
    return tuple(StepView(id=one.id, title=one.title, public=one.public) for one in steps)


def foreseen(
    views: Sequence[StepView], steps: Sequence[Step], context: StepContext
) -> tuple[StepView, ...]:
    """
    *views* with what each of *steps* will ask, as far as can be seen now.

    Of many steps that ask the same, the first has it.
    """
    asked: set[str] = set()
    told = []
    for view, step in zip(views, steps, strict=True):
        fresh = tuple(need for need in step.needs(context) if need.key not in asked)
        asked.update(need.key for need in fresh)
        told.append(replace(view, needs=fresh))
    return tuple(told)
