"""The step that follows the same people: one by one, or by the new server's own import."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from app.model.errors import Refused, Unsupported
from app.portability.activitypub.carried import (
    Carry,
    folder_of,
    is_bridge_bot,
    only,
    saved_rows,
)
from app.portability.activitypub.csv_formats import FORMATS, Follow
from app.portability.activitypub.csv_writing import csv_from_rows
from app.portability.activitypub.exporting import put_file
from app.portability.activitypub.steps_carry import ApStep
from app.portability.disk import told
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
                by_page=(ways := await self.ends.new.move_ways()).alias == "page",
                takes_file="following" in ways.takes,
            )
        if needs := self.needs(context):
            raise Waiting(*needs)
        if self._may_choose(context) and context.answers.get(self.WAY) == "file":
            await self._watch_upload(context, carry)
        elif await self._is_sent(context, carry):
            await self._watch_server(context)
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

    async def _is_sent(self, context: StepContext, carry: Carry) -> bool:
        """The server has the file, where it takes one and there are many."""
        many = int(context.kept.get("follows_to_make", 0)) > BY_CALL
        if not many or not context.kept.get("takes_file"):
            return False
        if not context.kept.get("file_sent"):
            await self._first(context)
            try:
                await self.ends.new.take_file("following", _written(context, carry))
            except (Refused, Unsupported) as error:
                context.say(f"{error.message} Each is followed by itself.", "warn")
                context.keep(takes_file=False)
                return False
            context.keep(file_sent=True)
            context.say(f"{self._server} has the list, and works through it.")
        return True

    async def _first(self, context: StepContext) -> int:
        """How many more are followed than when it was first looked at."""
        count = (await self.ends.new.own_profile()).following
        if "follows_at_first" not in context.kept:
            context.keep(follows_at_first=count)
        return count - int(context.kept["follows_at_first"])

    async def _watch_server(self, context: StepContext) -> None:
        """Until it has done what it can; who is left then is followed one by one."""
        came, over = await self._came(context)
        if not over:
            total = int(context.kept["follows_to_make"])
            raise Waiting(
                until=context.now() + _LOOK, text=f"{came} of {total} are followed by now."
            )

    async def _came(self, context: StepContext) -> tuple[int, bool]:
        """
        How many have come by a file, and whether it has done what it can: all are there,
        or no more have come for a while.

        Looks at the server's own count only: whom it is about is compared once, at the end.
        """
        total, now = int(context.kept["follows_to_make"]), context.now()
        came = await self._first(context)
        seen = context.kept.get("upload_seen")
        if seen is None or seen["came"] != came:
            seen = {"came": came, "at": now.isoformat()}
            context.keep(upload_seen=seen)
        context.progress(Progress(done=max(0, came), total=total, unit="follows"))
        still = now - datetime.fromisoformat(seen["at"]) >= _STILL
        # A server that was sent a file and does nothing with it is not waited for for ever.
        begun = came > 0 or bool(context.kept.get("file_sent"))
        return max(0, came), came >= total or (begun and still)

    async def _watch_upload(self, context: StepContext, carry: Carry) -> None:
        """Until the file that the user uploads has done what it can."""
        came, over = await self._came(context)
        if over:
            return
        total, ways = int(context.kept["follows_to_make"]), await self.ends.new.move_ways()
        raise Waiting(
            Need(
                key="upload-follows",
                kind="page",
                prompt=f"Upload following_accounts.csv on the import page of {self._server} "
                "as “Following list”, merge; Godwit watches and goes on by itself.",
                url=ways.import_page,
                copy=str(_written(context, carry)),
                help="The path to choose in the file dialog is copied.",
            ),
            until=context.now() + _LOOK,
            text=f"{came} of {total} are followed by now.",
        )

    @property
    def _server(self) -> str:
        return self.ends.plan.target.server.split("://")[-1]


def _written(context: StepContext, carry: Carry) -> Path:
    """The file to be sent: everybody but the bots of bridges. Raises: StoreError."""
    folder = folder_of(context) / "to-send"
    with told(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / FORMATS["following"].file
    put_file(path, csv_from_rows("following", carry.rows))
    return path
