"""Steps that save all the old account owns, and bring it to the new one. Nothing is public."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from app.model.belongings import Followed, OwnList, OwnProfile
from app.model.errors import NotFound, Refused, ServiceError, StoreError, Unsupported
from app.portability.activitypub.carried import (
    PROFILE,
    Carry,
    folder_of,
    is_bridge_bot,
    only,
    saved_details,
    saved_profile,
    saved_rows,
)
from app.portability.activitypub.csv_formats import Follow, Kind, Mute
from app.portability.activitypub.ends import Ends
from app.portability.activitypub.exporting import export, put_file
from app.portability.activitypub.importing import UNITS
from app.portability.disk import told
from app.portability.plan import Need, Progress
from app.portability.step import StepContext, Waiting

BY_CALL = 300
"""So many follows are made one by one; of more the server's own import is offered (facts C3)."""

_LOOK = timedelta(seconds=30)
_STILL = timedelta(minutes=10)


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
        put_file(folder / PROFILE, msgspec.json.format(msgspec.json.encode(profile)) + b"\n")
        for name, url in (("avatar", profile.avatar), ("header", profile.header)):
            await self._save_picture(context, name, url)
        for missing in done.missing:
            context.say(f"{old.account.host} does not tell your {_unit(missing.text)}.")
        counts = {one.kind: one.count for one in done.files}
        # Some servers say 0 of everybody: whoever was seen counts, too.
        followers = max(profile.followers, counts.get("followers", 0))
        context.keep(harvested=True, followers_before=followers)
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
            await self._watch_upload(context, carry)
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

    async def _watch_upload(self, context: StepContext, carry: Carry) -> None:
        """Until the file has done what it can. What it could not is followed one by one."""
        total = int(context.kept["follows_to_make"])
        missing = await carry.missing()
        before = context.kept.get("upload_seen", {"missing": total, "at": ""})
        now = context.now()
        if missing != before["missing"]:
            before = {"missing": missing, "at": now.isoformat()}
            context.keep(upload_seen=before)
        context.progress(Progress(done=total - missing, total=total, unit="follows"))
        begun = missing < total
        still = bool(before["at"]) and now.isoformat() >= _later(before["at"], _STILL)
        if missing == 0 or (begun and missing <= BY_CALL and still):
            return
        ways = await self.ends.new.move_ways()
        path = folder_of(context) / "following_accounts.csv"
        raise Waiting(
            Need(
                key="upload-follows",
                kind="page",
                prompt=f"Upload following_accounts.csv on the import page of {self._server} "
                "as “Following list”, merge; Godwit watches and goes on by itself.",
                url=ways.import_page,
                copy=str(path),
                help="The path to choose in the file dialog is copied.",
            ),
            until=now + _LOOK,
            text=f"{total - missing} of {total} are followed by now.",
        )

    @property
    def _server(self) -> str:
        return self.ends.plan.target.server.split("://")[-1]


class BringLists(ApStep):
    """Lists with how they show answers, then notes, and what the profile shows."""

    id, title = "lists", "Bring lists, notes and featured people"

    def __init__(self, ends: Ends) -> None:
        super().__init__(ends)
        self._refs: dict[str, str] = {}

    async def done(self, context: StepContext) -> bool:
        """Of everything it is known what became of it."""
        if not context.kept.get("harvested"):
            return False
        ledger = context.ledger("lists")
        return all(key in ledger for key, _ in self._acts(context))

    async def do(self, context: StepContext) -> None:
        """Bring them. Making a list is not safe to repeat: it is looked for first."""
        acts, ledger = self._acts(context), context.ledger("lists")
        for number, (key, act) in enumerate(acts):
            if key not in ledger:
                try:
                    ledger.put(key, await self._act(act))
                except (Refused, Unsupported) as error:
                    ledger.put(key, {"failed": error.message})
                    context.say(f"{_words(act)}: {error.message}", "warn")
            context.progress(Progress(done=number + 1, total=len(acts), unit="entries"))
        brought = sum(not isinstance(value, dict) for _, value in ledger.items())
        context.result(f"{brought} of {len(acts)} entries")

    def _acts(self, context: StepContext) -> list[tuple[str, _Act]]:
        details = saved_details(context)
        acts: list[_Act] = []
        for one in details.lists:
            acts.append(("list", one, ""))
            acts += [("member", one, who.handle) for who in one.members]
        acts += [("note", one, one.handle) for one in details.follows]
        acts += [("endorse", None, who.handle) for who in details.endorsed]
        acts += [("feature", None, tag) for tag in details.featured_tags]
        return [(f"{kind}\t{_title(what)}\t{who}", (kind, what, who)) for kind, what, who in acts]

    async def _act(self, act: _Act) -> str:
        new = self.ends.new
        match act:
            case ("list", OwnList() as one, _):
                await self._ref(one)
                return "done"
            case ("member", OwnList() as one, handle):
                return await new.take_member(await self._ref(one), handle)
            case ("note", Followed() as one, handle):
                return await new.take_note(handle, one.note)
            case ("endorse", _, handle):
                return await new.take_endorsement(handle)
            case (_, _, tag):
                return await new.take_featured_tag(tag)

    async def _ref(self, one: OwnList) -> str:
        if one.title not in self._refs:
            self._refs[one.title] = await self.ends.new.take_list(one)
        return self._refs[one.title]


_Act = tuple[str, OwnList | Followed | None, str]


def _title(what: OwnList | Followed | None) -> str:
    return what.title if isinstance(what, OwnList) else ""


def _words(act: _Act) -> str:
    kind, what, who = act
    return " ".join(part for part in (kind, _title(what), who) if part)


def _unit(kind: str) -> str:
    return next((words for known, words in UNITS.items() if known == kind), kind)


def _later(moment: str, span: timedelta) -> str:
    return (datetime.fromisoformat(moment) + span).isoformat()


def _picture(folder: Path, name: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"{name}.*"))), None)


def _said_of(profile: OwnProfile) -> str:
    lines = f", {len(profile.fields)} lines" if profile.fields else ""
    return f"name, text, pictures{lines}"
