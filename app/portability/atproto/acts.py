"""What every step of this network has in common."""

from __future__ import annotations

from app.portability.atproto import asking
from app.portability.atproto.ends import Ends, is_without_old
from app.portability.plan import Need
from app.portability.step import StepContext


class Act:
    """
    One step between the two ends. See ``Step``.

    Class attributes of the kinds: *asks_old*, *asks_new*: signs in there.
    """

    id = title = ""
    public = False
    asks_old = asks_new = False

    def __init__(self, ends: Ends) -> None:
        self.ends = ends

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """The passwords, where it signs in."""
        plan = context.plan
        wanted = []
        if self.asks_old and not is_without_old(context):
            wanted.append(asking.old_password(plan))
        if self.asks_new:
            wanted.append(asking.new_password(plan, exists=bool(context.kept.get("arrived"))))
        return asking.unanswered(context, *wanted)

    async def done(self, context: StepContext) -> bool:
        """See ``Step.done``."""
        raise NotImplementedError

    async def do(self, context: StepContext) -> None:
        """See ``Step.do``."""
        raise NotImplementedError

    async def undo(self, context: StepContext) -> None:
        """Nothing public was changed."""
        return
