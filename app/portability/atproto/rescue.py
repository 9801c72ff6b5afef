"""
Moving in from an archive, when the old server is gone or will not help.

The own recovery key stands in for the old server: it names, for a moment, a key that
Godwit makes up as the account's, with which the new server can be asked in; then it
names the new server's own key (facts on migration A4). Everything else comes from
the folder of a backup.
"""

from __future__ import annotations

from pathlib import Path

from app.model.errors import BadInput, NotFound, Refused
from app.portability.atproto import asking
from app.portability.atproto.acts import Act
from app.portability.atproto.archive import AtArchive
from app.portability.atproto.exports import (
    checked_repo,
    exported_from_report,
    kept_export,
    put_in_place,
)
from app.portability.atproto.found import find_archive
from app.portability.atproto.guest import the_key
from app.portability.atproto.next_identity import Recommended, checked, moved_in
from app.portability.atproto.plc import PlcData, operation_from_data, signed
from app.portability.atproto.plc_client import plc_data
from app.portability.atproto.preferences import PREFERENCES
from app.portability.atproto.recovery_key import OwnKey
from app.portability.atproto.steps_account import NewAccount
from app.portability.atproto.steps_data import told_of
from app.portability.atproto.steps_prepare import key_path, own_key, save_identity
from app.portability.disk import told
from app.portability.plan import Need
from app.portability.step import StepContext, Waiting
from app.store.vault_file import write_atomically


class FromArchive(Act):
    """Verify the repository in the archive, and use it as if it had just been fetched."""

    id, title = "export", "Verify the backup"

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """Nothing: the folder is named in the plan."""
        return ()

    async def done(self, context: StepContext) -> bool:
        """It was verified, and lies in the move's folder."""
        there = (context.folder / PREFERENCES).exists()
        return there and await kept_export(self.ends, context) is not None

    async def do(self, context: StepContext) -> None:
        """Verify, copy."""
        archive = archive_of(context)
        if archive.did != self.ends.did:
            raise Refused("The backup is of another account.", "Name the right folder.")
        part = context.folder / "repo.part"
        with told(part):
            _copy(archive.car, part)
        report = await checked_repo(self.ends, context, part)
        exported = await exported_from_report(report, part)
        saved = archive.preferences
        with told(context.folder):
            content = saved.read_bytes() if saved is not None else b"[]"
            write_atomically(context.folder / PREFERENCES, content)
        put_in_place(self.ends, context, part, report, exported)
        context.result(told_of(exported))


class ReadKey(Act):
    """The own recovery key, read from its file: nothing goes without it."""

    id, title = "own-key", "Read your recovery key"

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """Where it is."""
        return asking.unanswered(context, asking.own_key_file(exists=True))

    async def done(self, context: StepContext) -> bool:
        """It is there, and the identity knows it."""
        key = own_key(context)
        if key is None or not context.kept.get("own_key"):
            return False
        head = await self.ends.plc.head(self.ends.did)
        return key.public in head.data.rotation_keys

    async def do(self, context: StepContext) -> None:
        """See that it may sign; keep what the identity says now."""
        key = the_key(context)
        head = await self.ends.plc.head(self.ends.did)
        if key.public not in head.data.rotation_keys:
            raise Waiting(
                asking.own_key_file(exists=True),
                text="The identity does not know this key: it cannot move the account.",
            )
        if head.data.rotation_keys[0] != key.public:
            context.say(
                "Other keys stand above yours: whoever has them can overrule you for 72 hours.",
                "warn",
            )
        await save_identity(self.ends, context)
        context.keep(own_key=key.public, own_key_file=str(key_path(context)))
        context.result("it may sign")


class MoveIn(NewAccount):
    """Make the account at the new server, let in by a key that only lives for it."""

    public = True
    asks_old = False

    async def permission(self, context: StepContext, audience: str) -> str:
        """Nobody else's word is to be had."""
        return await self.guest.permission(context, audience)


class SwitchByKey(Act):
    """The own key names the new server for good."""

    id, title, public = "switch", "Change the address", True
    asks_new = True

    async def done(self, context: StepContext) -> bool:
        """The directory names the new server, and the key that it uses."""
        ends = self.ends
        head = await ends.plc.head(ends.did)
        host = await ends.recommended(await ends.new(context))
        return (head.data.pds, head.data.signing_key) == (ends.new_host.origin, host.signing_key)

    async def do(self, context: StepContext) -> None:
        """Signed and sent in one go: should it be sent twice, it is the same."""
        ends, key = self.ends, the_key(context)
        host = await ends.recommended(await ends.new(context))
        head = await ends.plc.head(ends.did)
        kept = context.kept.get("before")
        before = plc_data(kept) if kept is not None else head.data
        wanted = checked(rescued(head.data, before, host, key))
        await ends.plc.submit(ends.did, signed(operation_from_data(wanted, head.cid), key.key))
        after = await ends.plc.head(ends.did)
        context.keep(switched=after.cid, switched_at=after.at.isoformat())
        context.result(f"everybody finds it at {ends.new_host.name} now")


def archive_of(context: StepContext) -> AtArchive:
    """The backup that the plan names. Raises: NotFound, Malformed, StoreError."""
    named = context.plan.options.get("dir", "")
    if not named:
        raise NotFound("No backup was named.", "Make a new plan with --dir FOLDER.")
    return find_archive(Path(named).expanduser())


def rescued(now: PlcData, before: PlcData, host: Recommended, key: OwnKey) -> PlcData:
    """*now*, at home at *host*, with the own key and the host's, and no other."""
    foreign = [
        other for other in (*now.rotation_keys, *before.rotation_keys) if other != key.public
    ]
    return moved_in(now, host, leaving=foreign)


def _copy(source: Path, target: Path) -> None:
    import shutil

    if not source.is_file():
        raise BadInput(f"{source.name} is not in the backup any more.", "Name another folder.")
    shutil.copyfile(source, target)
    target.chmod(0o600)
