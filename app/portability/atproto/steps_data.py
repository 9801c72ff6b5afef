"""What the account holds: fetched, verified, brought in, and brought up to date."""

from __future__ import annotations

from app.model.errors import Refused, ServiceError
from app.portability.atproto.acts import Act
from app.portability.atproto.blob_copy import BlobSource
from app.portability.atproto.car import CarFault, CarReader
from app.portability.atproto.cids import cid_of_block, text_of_cid
from app.portability.atproto.commit import read_commit
from app.portability.atproto.dag_cbor import CborFault
from app.portability.atproto.download import CAR, MOST_REPO, RepoSource
from app.portability.atproto.ends import Ends, without_old
from app.portability.atproto.exports import Exported, counted, export, files, kept_export, repo_file
from app.portability.atproto.missing_files import lacks_only
from app.portability.atproto.preferences import PREFERENCES, save_preferences
from app.portability.atproto.session import Session
from app.portability.atproto.steps_blobs import bring_files
from app.portability.plan import Progress
from app.portability.step import Again, StepContext
from app.protocols.net.download import Landing

IMPORT = "com.atproto.repo.importRepo"


class Export(Act):
    """Fetch the repository and verify it, before anything is made anywhere."""

    id, title = "export", "Fetch and verify everything you wrote"
    asks_old = True

    async def done(self, context: StepContext) -> bool:
        """A verified file lies in the move's folder, as it was left."""
        return (
            await kept_export(self.ends, context) is not None
            and (context.folder / PREFERENCES).exists()
        )

    async def do(self, context: StepContext) -> None:
        """Fetch, verify, keep."""
        source = await self.ends.source(context)
        await save_preferences(context, source, shut=(await self.ends.old(context)).is_shut_out)
        exported = await export(self.ends, context, source)
        context.result(told_of(exported))


class Import(Act):
    """Bring the verified repository into the new account."""

    id, title = "import", "Bring in posts, likes, follows and lists"
    asks_new = True

    async def done(self, context: StepContext) -> bool:
        """The new server's repository is, to the byte, the one that was verified."""
        exported = await kept_export(self.ends, context)
        return exported is not None and await has_arrived(self.ends, context, exported)

    async def do(self, context: StepContext) -> None:
        """``importRepo``."""
        exported = await kept_export(self.ends, context)
        if exported is None:
            raise Again(Export.id, "The exported file was changed or removed.")
        await bring_in(self.ends, context, exported)
        context.result(told_of(exported))


class CatchUp(Act):
    """What was written at the old server meanwhile comes along."""

    id, title = "catch-up", "Bring what was written meanwhile"
    asks_old = asks_new = True

    async def done(self, context: StepContext) -> bool:
        """Nothing was written since the export that was brought in."""
        exported = await kept_export(self.ends, context)
        if exported is None:
            return False
        try:
            if (await self.ends.old(context)).is_shut_out:
                return True  # nor could anything be written
            latest = await (await self.ends.source(context)).latest()
        except ServiceError as error:
            return without_old(self.ends, context, error)
        return latest.cid == exported.commit and await _is_all_there(self.ends, context, exported)

    async def do(self, context: StepContext) -> None:
        """Once more: export, import, files."""
        await caught_up(self.ends, context)


async def caught_up(ends: Ends, context: StepContext) -> bool:
    """
    Bring over what was written since the export; True: there was something.

    Raises:
        Waiting: The old server does not answer, and the user was not asked yet.
        ServiceError: It cannot be done now.
    """
    before = await kept_export(ends, context)
    if before is None:
        raise Again(Export.id, "The exported file was changed or removed.")
    exported, source = before, None
    try:
        if not (await ends.old(context)).is_shut_out:
            source = await ends.source(context)
            if (await source.latest()).cid != before.commit:
                exported = await export(ends, context, source)
    except ServiceError as error:
        without_old(ends, context, error)
    # Also where nothing is new: a kill may have come between export, import and files.
    if await _is_all_there(ends, context, exported):
        return False
    if not await has_arrived(ends, context, exported):
        await bring_in(ends, context, exported)
    await bring_files(ends, context, BlobSource(source))
    new = exported.records - before.records
    context.say(f"The old account was written to meanwhile (records: {new:+d}): brought over too.")
    return True


async def _is_all_there(ends: Ends, context: StepContext, exported: Exported) -> bool:
    """The records, and every file but those that the user knows to be left behind."""
    left = context.kept.get("left_files", ())
    there = await has_arrived(ends, context, exported)
    return there and await lacks_only(await ends.new(context), left)


async def keep_late(ends: Ends, context: StepContext, source: RepoSource, known: str) -> None:
    """
    Save what was written at a server that is left, after its repository was exported.

    It cannot be brought over any more without undoing what was written at the other
    since; so it is put into the move's folder, and said.

    Args:
        known: CID of the commit that was exported.

    Raises:
        ServiceError: It cannot be had.
    """
    if not known or (await source.latest()).cid == known:
        return
    path = context.folder / f"late{ends.tag}.car"
    await source.repo(Landing(path, most=MOST_REPO))
    context.say(
        f"Something was written at {ends.old_host.name} after the switch. It is not at the new "
        f"server; all of it is saved in {path.name}.",
        "warn",
    )


async def bring_in(ends: Ends, context: StepContext, exported: Exported) -> None:
    """
    ``importRepo`` of the exported file: makes the new repository the same, whatever it held.

    Raises:
        Refused: It is another account's, or the new server takes no imports.
        ServiceError: It cannot be done now; to do it again harms nothing.
    """
    session = await ends.new(context)
    if not exported.did == session.did == ends.did:
        # The new server does not compare them: it would mix two people's lives.
        raise Refused("The exported file is of another account.", "Nothing was brought in.")

    def moved(part: float) -> None:
        context.progress(
            Progress(bytes_done=int(part * exported.size), bytes_total=exported.size, unit="bytes")
        )

    reply = await session.send(
        IMPORT, repo_file(ends, context), CAR, why="to bring your posts in", progress=moved
    )
    session.body_of(reply)
    context.keep(**{f"imported{ends.tag}": exported.commit})


async def has_arrived(ends: Ends, context: StepContext, exported: Exported) -> bool:
    """
    Whether the new server holds just these records.

    Its commit is the exported one until something is written there; a server that
    signs anew is asked for the root of its tree.
    """
    session = await ends.new(context)
    status = await session.account_status()
    if status.repo_commit == exported.commit:
        return True
    if status.indexed_records != exported.records:
        return False
    return await data_root(session, status.repo_commit) == exported.data


async def data_root(session: Session, commit: str) -> str:
    """The root of the tree that *commit* names; "" = cannot be told. Raises: ServiceError."""
    reply = await session.ask(
        "GET",
        "com.atproto.sync.getBlocks",
        params={"did": session.did, "cids": commit},
        why="whether all has arrived",
    )
    if reply.status != 200:
        return ""
    try:
        for block in CarReader().feed(reply.body):
            if text_of_cid(block.cid) == commit == text_of_cid(cid_of_block(block.data)):
                return text_of_cid(read_commit(block.data).data)
    except (CarFault, CborFault):
        return ""
    return ""


def told_of(exported: Exported) -> str:
    """An export in words."""
    return f"{counted(exported.records, 'record')}, {files(exported.files)}"
