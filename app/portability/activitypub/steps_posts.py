"""Steps about posts: saved always, put in quietly where the new server can and the user wants."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from app.model.belongings import OldPost
from app.model.draft import Attachment
from app.model.errors import Malformed, NotFound, Refused, Unsupported
from app.model.post import MediaKind
from app.portability.activitypub.activities import (
    PUBLIC,
    Json,
    attachments,
    dict_of,
    dicts_of,
    file_name,
    text_of,
)
from app.portability.activitypub.archive_backup import ApBackup
from app.portability.activitypub.archive_files import OUTBOX, read_items
from app.portability.activitypub.archive_report import verify_archive
from app.portability.activitypub.carried import saved_details
from app.portability.activitypub.ends import Ends
from app.portability.activitypub.steps_carry import ApStep
from app.portability.archive_manifest import place_of, read_manifest
from app.portability.plan import Need, Progress
from app.portability.step import StepContext, Waiting
from app.protocols.mastodon.text import plain_text
from app.protocols.owning import Backdates

POSTS = "posts"
"""The answer whether old posts are put in: "yes" or "no"."""

ARCHIVE = "archive"
_WHY_NOT = {
    "private": "not public",
    "answer": "answers to others",
    "mention": "posts that name others",
    "poll": "polls",
    "boost": "posts of others",
}


class SavePosts(ApStep):
    """An archive of the old account in the move's folder: after the Move it may not be read."""

    id, title = "archive", "Save all posts as an archive"

    def __init__(self, ends: Ends, *, asks: bool = True) -> None:
        super().__init__(ends)
        self._asks = asks

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """Where old posts can be put in: whether that is wanted (pictures are needed then)."""
        answered = not self._asks or context.answers.get(POSTS) in ("yes", "no")
        if answered or not context.kept.get("may_put_back"):
            return ()
        return (posts_need(self.ends.new.account.host),)

    async def done(self, context: StepContext) -> bool:
        """The archive in the folder is whole."""
        if self.needs(context):
            return False
        try:
            manifest = read_manifest(context.folder / ARCHIVE)
        except NotFound:
            return False
        wants_media = context.answers.get(POSTS) == "yes"
        return manifest.complete and (manifest.media or not wants_media)

    async def do(self, context: StepContext) -> None:
        """Read all of it, going on where it was."""
        if "may_put_back" not in context.kept:
            ways = await self.ends.new.move_ways()
            context.keep(may_put_back=ways.backdates and isinstance(self.ends.new, Backdates))
        if needs := self.needs(context):
            raise Waiting(*needs)
        old = self.ends.old
        backup = ApBackup(
            old.account,
            old,
            context.folder / ARCHIVE,
            self._fetch,
            media=context.answers.get(POSTS) == "yes",
            now=context.now,
            tell=context.progress,
        )
        await backup.run()
        report = await asyncio.to_thread(
            verify_archive, context.folder / ARCHIVE, lambda progress: None
        )
        if report.bad:
            raise Malformed(f"The archive is not whole: {report.bad[0].text}", "Run it again.")
        for absent in report.missing[:50]:
            context.say(f"{absent.name} could not be saved: {absent.why}", "warn")
        context.result(f"{report.records} records, {report.blobs} files, verified")

    async def _fetch(self, url: str, path: Path) -> None:
        await self.ends.wires.fetch(url, self.ends.old.account.server, path)


def posts_need(host: str) -> Need:
    """Whether old posts are put in. They stay away unless that is said."""
    return Need(
        key=POSTS,
        kind="choice",
        prompt=f"{host} may take old posts quietly, with their old dates. Put yours in?",
        choices=(
            ("no", "No: they stay at the old server, and in the archive"),
            ("yes", "Yes: public ones that answer nobody else; nobody is told"),
        ),
        help="Copies have other addresses and no likes. Private posts, messages, answers "
        "to others and polls are never put in.",
        when="at the beginning",
    )


class PutBack(ApStep):
    """Old posts of one's own, oldest first, as far as they concern nobody else."""

    id, title = "posts", "Put old posts in quietly"

    async def done(self, context: StepContext) -> bool:
        """Not wanted, or of each it is known what became of it."""
        if context.answers.get(POSTS) != "yes" or context.kept.get("no_backdating"):
            return True
        ledger = context.ledger("posts")
        there = all(text_of(note, "id") in ledger for _, note in self._posts(context))
        return there and not self._unpinned(context)

    async def do(self, context: StepContext) -> None:
        """One by one; threads of one's own stay together."""
        new: Any = self.ends.new
        assert isinstance(new, Backdates)
        ledger = context.ledger("posts")
        try:
            await new.check_backdating()
        except Unsupported as error:
            context.say(f"{error.message} None was put in.", "warn")
            context.keep(no_backdating=True)
            return
        there = await self._dates(new)
        posts = list(self._posts(context))
        for number, (activity, note) in enumerate(posts):
            key = text_of(note, "id")
            if key not in ledger:
                ledger.put(key, await self._put(context, new, activity, note, there))
            self._tell(context, number + 1, len(posts))
        for uri, ref in self._unpinned(context):
            context.ledger("pins").put(uri, await self._pin(context, new, uri, ref))
        self._say(context)

    def _unpinned(self, context: StepContext) -> list[tuple[str, str]]:
        """Pinned posts that were put in and are not pinned yet, the oldest pin first."""
        put, pins = context.ledger("posts"), context.ledger("pins")
        wanted = reversed(saved_details(context).pinned)
        found = [(uri, put.get(uri)) for uri in wanted if uri not in pins]
        return [(uri, ref) for uri, ref in found if isinstance(ref, str)]

    async def _pin(self, context: StepContext, new: Any, uri: str, ref: str) -> Any:
        """What became of it."""
        try:
            await new.pin_back(ref)
        except (Refused, NotFound) as error:
            context.say(f"{uri} was not pinned: {error.message}", "warn")
            return {"left": error.message}
        return "ok"

    async def _put(
        self, context: StepContext, new: Any, activity: Json, note: Json, there: dict[str, str]
    ) -> Any:
        """What the new server calls it, or why it was left out."""
        ledger = context.ledger("posts")
        when = _moment(note)
        if when is None:
            return {"left": "no date"}
        parent = text_of(note, "inReplyTo")
        before = ledger.get(parent) if parent else ""
        if parent and not isinstance(before, str):
            return {"left": "answer"}
        if (known := there.get(_second(when))) is not None:
            return known  # it was put in before this could be written down
        try:
            media = [await self._upload(context, new, one) for one in attachments(activity)]
            return await new.put_back(
                OldPost(
                    text=plain_text(text_of(note, "content")),
                    written_at=when,
                    warning=text_of(note, "summary"),
                    sensitive=note.get("sensitive") is True,
                    lang=next(iter(dict_of(note, "contentMap")), ""),
                    quiet=PUBLIC not in activity.get("to", ()),
                    media=tuple(name for name in media if name),
                    reply_to=before or "",
                )
            )
        except Refused as error:
            context.say(f"{text_of(note, 'url')} was not put in: {error.message}", "warn")
            return {"left": error.message}

    async def _upload(self, context: StepContext, new: Any, one: Json) -> str:
        path = place_of(context.folder / ARCHIVE, file_name(text_of(one, "url")))
        if path is None or not path.is_file():
            return ""
        mime = text_of(one, "mediaType") or "application/octet-stream"
        kind: MediaKind = "video" if mime.startswith("video") else "image"
        media = Attachment(
            id=path.name,
            kind=kind,
            mime=mime,
            size=path.stat().st_size,
            name=path.name,
            alt=text_of(one, "name"),
        )
        return str(await new.upload(media, path))

    async def _dates(self, new: Any) -> dict[str, str]:
        """Posts that are there already, by the second in which they were written."""
        found: dict[str, str] = {}
        async for raw in new.written():
            try:
                value = msgspec.json.decode(raw)
            except ValueError:
                continue
            when = _moment({"published": text_of(value, "created_at")})
            if when is not None:
                found[_second(when)] = text_of(value, "id")
        return found

    def _posts(self, context: StepContext) -> Iterator[tuple[Json, Json]]:
        """Those that concern nobody else, oldest first."""
        for activity in read_items(context.folder / ARCHIVE, OUTBOX):
            if isinstance(activity, dict) and not why_not(activity):
                yield activity, dict_of(activity, "object")

    def _say(self, context: StepContext) -> None:
        left: dict[str, int] = {}
        for activity in read_items(context.folder / ARCHIVE, OUTBOX):
            if isinstance(activity, dict) and (why := why_not(activity)):
                left[why] = left.get(why, 0) + 1
        put = sum(isinstance(value, str) for _, value in context.ledger("posts").items())
        words = ", ".join(f"{count} {_WHY_NOT[why]}" for why, count in sorted(left.items()))
        context.result(f"{put} posts" + (f"; left out: {words}" if words else ""))

    def _tell(self, context: StepContext, done: int, total: int) -> None:
        context.progress(Progress(done=done, total=total, unit="posts"))


def why_not(activity: Json) -> str:
    """Why a post must not be put in; "" if it may."""
    note = activity.get("object")
    if not isinstance(note, dict):
        return "boost"
    if PUBLIC not in _names(activity, "to") + _names(activity, "cc"):
        return "private"
    if text_of(note, "type") == "Question" or dicts_of(note, "oneOf") or dicts_of(note, "anyOf"):
        return "poll"
    if any(one.get("type") == "Mention" for one in dicts_of(note, "tag")):
        return "mention"
    parent, mine = text_of(note, "inReplyTo"), text_of(note, "attributedTo")
    if parent and not (mine and parent.startswith(f"{mine}/")):
        return "answer"
    return ""


def _names(value: Json, key: str) -> list[Any]:
    found = value.get(key)
    return found if isinstance(found, list) else [found]


def _moment(note: Json) -> datetime | None:
    try:
        found = datetime.fromisoformat(text_of(note, "published").replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _second(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
