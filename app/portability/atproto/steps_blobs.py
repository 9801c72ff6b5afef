"""Pictures and videos come along, and what cannot is named."""

from __future__ import annotations

from pathlib import Path

from app.model.errors import ServiceError
from app.portability.atproto import asking
from app.portability.atproto.acts import Act
from app.portability.atproto.blob_copy import BlobSource, copy_missing
from app.portability.atproto.ends import Ends, without_old
from app.portability.atproto.exports import file_facts, files
from app.portability.atproto.missing_files import DEAD, NAMED, lacks_only
from app.portability.step import StepContext, Waiting


class Files(Act):
    """Copy files until the new server lacks none that can be had."""

    id, title = "files", "Copy pictures and videos"
    asks_old = asks_new = True

    async def done(self, context: StepContext) -> bool:
        """It lacks none, or just those that the user was told of."""
        session = await self.ends.new(context)
        return await lacks_only(session, context.kept.get("left_files", ()))

    async def do(self, context: StepContext) -> None:
        """Copy; ask about those that might still be had."""
        left = await bring_files(self.ends, context, await self._source(context))
        brought = max(0, len(file_facts(self.ends, context)) - left)
        context.result(files(brought) + (f", {left} left behind" if left else ""))

    async def _source(self, context: StepContext) -> BlobSource:
        """Raises: Waiting: the old server does not answer, and the user was not asked yet."""
        folders = tuple(blob_folders(context))
        try:
            return BlobSource(await self.ends.source(context), folders)
        except ServiceError as error:
            without_old(self.ends, context, error)
            return BlobSource(None, folders)


async def bring_files(ends: Ends, context: StepContext, source: BlobSource) -> int:
    """
    Copy what is missing; returns how many are left behind, as the user knows.

    Raises:
        Waiting: Some might still be had: the user decides.
        ServiceError: As for ``copy_missing``.
    """
    said = context.answers.get("missing_files", "")
    left = await copy_missing(ends, context, source, anew=said == asking.RETRY)
    known = context.kept.get("left_files", ())
    dead = sum(one.why == DEAD for one in left if one.cid not in known)
    others = sum(one.why != DEAD for one in left if one.cid not in known)
    if dead:
        words = f"Lost already, no server has them any more: {files(dead)}"
        context.say(f"{words}, named in {NAMED}.", "warn")
    if others and said != asking.LEAVE:
        text = f"Could not be brought over: {files(others)}."
        raise Waiting(asking.missing_files(others), text=text)
    context.keep(left_files=[one.cid for one in left])
    return len(left)


def blob_folders(context: StepContext) -> list[Path]:
    """Folders of an archive of the user's that hold files by their CID."""
    named = context.plan.options.get("dir", "")
    if not named:
        return []
    folder = Path(named).expanduser()
    # As goat, and Godwit's own backups, name it.
    return [path for path in sorted(folder.glob("*_blobs")) if path.is_dir()]


class FilesFromArchive(Files):
    """The same out of a backup, where the old server is gone."""

    asks_old = False

    async def _source(self, context: StepContext) -> BlobSource:
        """What the backup has not got may still be had, should the old server live after all."""
        return BlobSource(
            self.ends.public_source(self.ends.old_host), tuple(blob_folders(context)), gone=True
        )
