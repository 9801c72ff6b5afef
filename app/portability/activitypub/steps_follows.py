"""The step that follows the same people: one by one, or by the new server's own import."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.portability.activitypub.carried import (
    Carry,
    folder_of,
    is_bridge_bot,
    only,
    saved_rows,
)
from app.portability.activitypub.csv_formats import Follow
from app.portability.activitypub.steps_carry import ApStep
from app.portability.plan import Need, Progress
from app.portability.step import StepContext, Waiting

BY_CALL = 300
"""So many follows are made one by one; of more the server's own import is offered (facts C3)."""

_LOOK = timedelta(seconds=30)
_STILL = timedelta(minutes=10)


class BringFollows(ApStep):
    """
    Follows: one by one, or by the server's own import where there are many.

    Bots of bridges wait until after the Move.
    """

    id, title = "follows", "Follow the same people"
    WAY = "follows"

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """Where there are many: which way."""
        if not self._may_choose(context) or context.answers.get(self.WAY) in ("file", "slowly"):
            return ()
        many = int(context.kept.get("follows_to_make", 0))
        days = -(-many // 400)
        prompt = f"{many} people are to be followed from {self._server}. Which way?"
        return (
            Need(
                key=self.WAY,
                prompt=prompt,
                kind="choice",
                help="Servers allow 400 follows a day, but no such limit to a file that you upload.",
                choices=(
                    ("file", "I upload a file on the server's page: minutes"),
                    ("slowly", f"Godwit follows them one by one: about {days} days"),
                ),
            ),
        )

    async def done(self, context: StepContext) -> bool:
        """Of everybody it is known whether they are followed."""
        if not context.kept.get("harvested"):
            return False
        carry = self.carry(context)
        return carry is None or carry.is_through

    async def do(self, context: StepContext) -> None:
        """Follow them."""
        carry = self.carry(context)
        if carry is None:
            context.result("nobody to follow")
            return
        if "follows_to_make" not in context.kept:
            context.keep(
                follows_to_make=await carry.missing(),
                by_page=(await self.ends.new.move_ways()).alias == "page",
            )
        if needs := self.needs(context):
            raise Waiting(*needs)
        if self._may_choose(context) and context.answers.get(self.WAY) == "file":
            await self._watch_upload(context)
        await carry.bring()
        carry.say_failures()
        context.result(carry.words())

    def carry(self, context: StepContext) -> Carry | None:
        """Everybody but the bots of bridges."""
        opened = saved_rows(context, "following")
        if opened is None:
            return None
        rows = [
            row
            for row in opened.table.rows
            if isinstance(row, Follow) and not is_bridge_bot(row.acct)
        ]
        return Carry(context, self.ends.new, only(opened, list(rows))) if rows else None

    def _may_choose(self, context: StepContext) -> bool:
        many = int(context.kept.get("follows_to_make", 0))
        return many > BY_CALL and bool(context.kept.get("by_page"))

    async def _watch_upload(self, context: StepContext) -> None:
        """
        Until the file has done what it can: all are there, or no more have come for a while.

        Looks at the server's own count only: whom it is about is compared once, at the end.
        """
        total, now = int(context.kept["follows_to_make"]), context.now()
        count = (await self.ends.new.own_profile()).following
        if "follows_at_first" not in context.kept:
            context.keep(follows_at_first=count)
        came = count - int(context.kept["follows_at_first"])
        seen = context.kept.get("upload_seen")
        if seen is None or seen["came"] != came:
            seen = {"came": came, "at": now.isoformat()}
            context.keep(upload_seen=seen)
        context.progress(Progress(done=max(0, came), total=total, unit="follows"))
        still = now - datetime.fromisoformat(seen["at"]) >= _STILL
        if came >= total or (came > 0 and still):
            return
        ways = await self.ends.new.move_ways()
        raise Waiting(
            Need(
                key="upload-follows",
                kind="page",
                prompt=f"Upload following_accounts.csv on the import page of {self._server} "
                "as “Following list”, merge; Godwit watches and goes on by itself.",
                url=ways.import_page,
                copy=str(folder_of(context) / "following_accounts.csv"),
                help="The path to choose in the file dialog is copied.",
            ),
            until=now + _LOOK,
            text=f"{max(0, came)} of {total} are followed by now.",
        )

    @property
    def _server(self) -> str:
        return self.ends.plan.target.server.split("://")[-1]
