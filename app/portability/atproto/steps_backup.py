"""A backup of everything first, where the user names a folder for it."""

from __future__ import annotations

from pathlib import Path

from app.model.errors import ServiceError
from app.portability.atproto.acts import Act
from app.portability.atproto.backup import Backup
from app.portability.atproto.ends import without_old
from app.portability.atproto.exports import counted, files
from app.portability.pace import Pace
from app.portability.step import StepContext


class SaveBackup(Act):
    """
    Save records and files into the folder, before anything is made anywhere.

    The files are then brought over from there: nothing is fetched twice, and should the
    old server die on the way, all is there.
    """

    id, title = "backup", "Save a backup of everything"
    asks_old = True

    async def done(self, context: StepContext) -> bool:
        """It was made by this move: what comes later brings what is new itself."""
        return bool(context.kept.get("backed_up"))

    async def do(self, context: StepContext) -> None:
        """Make it, or bring one that is there up to date."""
        plan = context.plan
        try:
            if (await self.ends.old(context)).is_shut_out:
                context.say("A server that shuts you out is left without a backup.", "warn")
                context.keep(backed_up=True)
                return
            source = await self.ends.source(context)
            report = await Backup(
                source,
                _folder(context),
                plan.source.handle,
                media=True,
                now=context.now,
                tell=context.progress,
                pace=Pace(gentle=True),
            ).run()
        except ServiceError as error:
            without_old(self.ends, context, error)
        else:
            for finding in report.bad[:10]:
                context.say(f"In the backup: {finding.text}", "warn")
            context.result(f"{counted(report.records, 'record')}, {files(report.blobs)}")
        context.keep(backed_up=True)


def _folder(context: StepContext) -> Path:
    return Path(context.plan.options["dir"]).expanduser()
