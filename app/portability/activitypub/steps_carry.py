"""Steps that save all the old account owns, and bring it to the new one. Nothing is public."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from app.model.belongings import OwnProfile
from app.model.errors import NotFound, Refused, ServiceError, StoreError, Unsupported
from app.portability.activitypub.carried import (
    PROFILE,
    Carry,
    folder_of,
    saved_details,
    saved_profile,
    saved_rows,
)
from app.portability.activitypub.csv_formats import Kind, Mute
from app.portability.activitypub.ends import Ends
from app.portability.activitypub.exporting import export, put_file
from app.portability.activitypub.importing import UNITS
from app.portability.disk import told, written_json
from app.portability.plan import Need, Progress
from app.portability.step import StepContext, Waiting


class ApStep:
    """What the steps have in common."""

    id = title = ""
    public = False

    def __init__(self, ends: Ends) -> None:
        self.ends = ends

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """Nothing, mostly."""
        return ()

    async def undo(self, context: StepContext) -> None:
        """What was brought along stays: it is at the new account only, and harms nobody."""


class Harvest(ApStep):
    """Everything is read before anything is changed: after the Move nobody may any more."""

    id, title = "harvest", "Save all that the old account owns"

    async def done(self, context: StepContext) -> bool:
        """All was written down, and is still there."""
        folder = folder_of(context)
        return bool(context.kept.get("harvested")) and (folder / PROFILE).is_file()

    async def do(self, context: StepContext) -> None:
        """Read all of it into the move's folder."""
        folder, old = folder_of(context), self.ends.old
        done = await export(
            old,
            folder,
            tell=lambda kind, count: context.progress(Progress(done=count, unit=kind)),
        )
        profile = await old.own_profile()
        put_file(folder / PROFILE, written_json(profile))
        for name, url in (("avatar", profile.avatar), ("header", profile.header)):
            await self._save_picture(context, name, url)
        for missing in done.missing:
            context.say(f"{old.account.host} does not tell your {_unit(missing.text)}.")
        counts = {one.kind: one.count for one in done.files}
        # Some servers say 0 of everybody: whoever was seen counts, too.
        followers = max(profile.followers, counts.get("followers", 0))
        context.keep(
            harvested=True, harvested_at=context.now().isoformat(), followers_before=followers
        )
        context.result(
            f"{counts.get('following', 0)} follows, {counts.get('followers', 0)} followers, "
            f"{counts.get('bookmarks', 0)} bookmarks and the rest are saved"
        )

    async def _save_picture(self, context: StepContext, name: str, url: str) -> None:
        if not url:
            return
        part = folder_of(context) / f"{name}.new"
        try:
            kind = await self.ends.wires.fetch(url, self.ends.old.account.server, part)
        except StoreError:
            raise
        except ServiceError as error:
            context.say(f"The {name} picture could not be saved: {error.message}", "warn")
            return
        ending = mimetypes.guess_extension(kind.partition(";")[0].strip()) or ".img"
        with told(part):
            part.replace(part.with_suffix(ending))


class BringProfile(ApStep):
    """Name, text, lines, pictures and defaults of the profile."""

    id, title = "profile", "Bring the profile"
    FILLED_IN = "profile"

    def _choice(self) -> Need:
        return Need(
            key=self.FILLED_IN,
            kind="choice",
            prompt=f"The new profile at {self.ends.new.account.host} is filled in already. "
            "Replace it by the old one?",
            choices=(("replace", "Replace it"), ("keep", "Keep the new one as it is")),
        )

    async def done(self, context: StepContext) -> bool:
        """It reads the same, but for what the new server did not take."""
        if not context.kept.get("profile_brought"):
            return False
        wanted, there = saved_profile(context), await self.ends.new.own_profile()
        return bool(context.kept.get("profile_cut")) or wanted.name in ("", there.name)

    async def do(self, context: StepContext) -> None:
        """Write it."""
        folder = folder_of(context)
        wanted = saved_profile(context)
        own = await self.ends.new.own_profile()
        if _is_filled_in(own) and not context.kept.get("profile_begun"):
            # Somebody has written that: it is not replaced without a word.
            said = context.answers.get(self.FILLED_IN, "")
            if said not in ("replace", "keep"):
                raise Waiting(self._choice())
            if said == "keep":
                context.keep(profile_brought=True, profile_cut=True)
                context.result("the new profile stays as it is")
                return
        context.keep(profile_begun=True)  # what stands there from now on is of our own
        # A locked door would turn followers from elsewhere into requests (facts C1).
        unlocked = replace(wanted, locked=False)
        if not wanted.name and not wanted.text and not wanted.fields:
            unlocked = replace(unlocked, name=own.name, text=own.text, fields=own.fields)
        lost = await self.ends.new.take_profile(
            unlocked, avatar=_picture(folder, "avatar"), header=_picture(folder, "header")
        )
        for words in lost:
            context.say(words, "warn")
        if wanted.locked:
            context.say(
                "The new profile stays open until your followers have come; lock it then.", "warn"
            )
        context.keep(profile_brought=True, profile_cut=bool(lost))
        context.result(_said_of(wanted))


class BringRows(ApStep):
    """Rows of some kinds, one by one, what is there already left alone."""

    kinds: Sequence[Kind] = ()

    def __init__(self, ends: Ends, id: str, title: str, kinds: Sequence[Kind]) -> None:
        super().__init__(ends)
        self.id, self.title, self.kinds = id, title, kinds

    async def done(self, context: StepContext) -> bool:
        """Of every row it is known what became of it."""
        return bool(context.kept.get("harvested")) and all(
            one.is_through for one in self.carries(context)
        )

    async def do(self, context: StepContext) -> None:
        """Bring them."""
        carries = self.carries(context)
        if "muting" in self.kinds:
            await self._timed_mutes(context)
        sizes = [len(one.rows) for one in carries]
        for number, one in enumerate(carries):
            try:
                await one.bring(sum(sizes[:number]), sum(sizes) if len(sizes) > 1 else 0)
            except (NotFound, Unsupported) as error:
                context.say(f"Your {_unit(one.kind)}: {error.message}", "warn")
                one.give_up(error.message)
        for one in carries:
            one.say_failures()
        context.result(", ".join(one.words() for one in carries) or "nothing to bring")

    def carries(self, context: StepContext) -> list[Carry]:
        """Each kind that there is something of."""
        found = [saved_rows(context, kind) for kind in self.kinds]
        return [Carry(context, self.ends.new, one) for one in found if one is not None]

    async def _timed_mutes(self, context: StepContext) -> None:
        """Mutes that end by themselves: for as long as is left of them."""
        opened = saved_rows(context, "muting")
        if opened is None:
            return
        ledger = context.ledger("muting")
        rows = {row.acct: row for row in opened.table.rows if isinstance(row, Mute)}
        for mute in saved_details(context).mutes:
            key = mute.handle.casefold()
            if mute.until is None or key in ledger or mute.handle not in rows:
                continue
            left = (mute.until - context.now()).total_seconds()
            if left < 60:
                ledger.put(key, {"failed": "The mute has ended by itself."})
                continue
            try:
                await self.ends.new.take_mute(mute, seconds=round(left))
            except Refused as error:
                ledger.put(key, {"failed": error.message})
                continue
            ledger.put(key, "done")


def _unit(kind: str) -> str:
    return next((words for known, words in UNITS.items() if known == kind), kind)


def _is_filled_in(own: OwnProfile) -> bool:
    """Whether somebody has written something there, but for a name like the handle."""
    names = ("", own.handle.partition("@")[0].casefold())
    return bool(own.text.strip() or own.fields) or own.name.strip().casefold() not in names


def _picture(folder: Path, name: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"{name}.*"))), None)


def _said_of(profile: OwnProfile) -> str:
    lines = f", {len(profile.fields)} lines" if profile.fields else ""
    return f"name, text, pictures{lines}"
