"""Steps after the Move: followers arrive, what had to wait is done, the old sign-in goes."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.model.errors import Refused
from app.portability.activitypub.carried import (
    Carry,
    is_bridge_bot,
    only,
    saved_details,
    saved_profile,
    saved_rows,
)
from app.portability.activitypub.csv_formats import Follow
from app.portability.activitypub.steps_carry import ApStep
from app.portability.activitypub.steps_move import host_of
from app.portability.plan import Need, Progress
from app.portability.step import StepContext, Waiting

_LOOK = timedelta(seconds=30)
STILL = timedelta(minutes=10)
"""When nobody has come for so long, those who come later are not waited for."""

ENOUGH = 0.98


class WatchFollowers(ApStep):
    """Followers come by themselves, server by server: it is only looked at."""

    id, title = "followers", "Watch the followers arrive"

    async def done(self, context: StepContext) -> bool:
        """Nearly all have come, or nobody has come for a while."""
        return bool(context.kept.get("followers_counted"))

    async def do(self, context: StepContext) -> None:
        """Count, and come again."""
        before = max(0, int(context.kept.get("followers_before", 0)))
        came = max(0, (await self.ends.new.own_profile()).followers)
        now = context.now()
        seen = context.kept.get("followers_seen")
        if seen is None or seen["count"] != came:
            seen = {"count": came, "at": now.isoformat()}
            context.keep(followers_seen=seen)
        context.progress(Progress(done=came, total=before, unit="followers"))
        still = now - datetime.fromisoformat(seen["at"]) >= STILL
        if came < before * ENOUGH and not still:
            raise Waiting(
                until=now + _LOOK,
                text=f"{came} of {before} followers have come so far.",
            )
        context.keep(followers_counted=True)
        words = f"{came} of {before} followers have come" if before else f"{came} followers"
        context.result(words)
        if came < before:
            context.say(
                f"{words}. Others may follow within days; some servers do not know the Move, "
                "and who has left their account does not come.",
                "warn",
            )


class Recheck(ApStep):
    """What had to wait: bots of bridges, people who had not agreed yet, lists with them."""

    id, title = "recheck", "Look again at what had to wait"

    async def done(self, context: StepContext) -> bool:
        """It was looked at once more, after the Move."""
        return bool(context.kept.get("rechecked"))

    async def do(self, context: StepContext) -> None:
        """Once more, each that was not done; what fails now is told and left."""
        again = context.ledger("again")
        opened = saved_rows(context, "following")
        rows = [row for row in opened.table.rows if isinstance(row, Follow)] if opened else []
        first = context.ledger("following")
        waiting = [
            row
            for row in rows
            if is_bridge_bot(row.acct) or isinstance(first.get(row.acct.casefold()), dict)
        ]
        if opened is not None and waiting:
            carry = Carry(context, self.ends.new, only(opened, list(waiting)), again)
            await carry.bring()
            context.result(carry.words())
        await self._lists(context)
        await self._check_profile(context)
        context.keep(rechecked=True)

    async def _lists(self, context: StepContext) -> None:
        """Those who could not be put on a list before they were followed."""
        ledger, lists = context.ledger("lists"), saved_details(context).lists
        refs: dict[str, str] = {}
        for one in lists:
            for who in one.members:
                key = f"member\t{one.title}\t{who.handle}"
                if not isinstance(ledger.get(key), dict):
                    continue
                if one.title not in refs:
                    refs[one.title] = await self.ends.new.take_list(one)
                try:
                    ledger.put(key, await self.ends.new.take_member(refs[one.title], who.handle))
                except Refused as error:
                    context.say(f"{who.handle} is not on “{one.title}”: {error.message}", "warn")

    async def _check_profile(self, context: StepContext) -> None:
        if saved_profile(context).locked:
            context.say(
                "Your old profile approved followers by hand. The new one is open: you can lock "
                "it again now.",
                "warn",
            )


class ForgetOld(ApStep):
    """The old account's sign-in is of no use any more: it is wiped."""

    id, title = "forget", "Forget the old sign-in"
    KEEP = "old-sign-in"

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """Whether it may."""
        if context.answers.get(self.KEEP) in ("forget", "keep"):
            return ()
        host = host_of(self.ends.plan.source)
        return (
            Need(
                key=self.KEEP,
                kind="choice",
                prompt=f"The old account at {host} can only be looked at now. Forget its sign-in?",
                choices=(
                    ("forget", "Forget it: the token is revoked and wiped"),
                    ("keep", "Keep it for now"),
                ),
            ),
        )

    async def done(self, context: StepContext) -> bool:
        """It was decided and done."""
        return bool(context.kept.get("old_sign_in"))

    async def do(self, context: StepContext) -> None:
        """Revoke and wipe, if so answered."""
        said = context.answers[self.KEEP]
        id = self.ends.plan.source.account
        if said == "forget" and id is not None:
            await self.ends.wires.forget(id)
            context.result("the old token is revoked and wiped")
        context.keep(old_sign_in=said)
