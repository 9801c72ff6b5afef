"""
A backup of an account of the fediverse into a folder, again and again.

What has not changed costs one question. A run goes on where the one before it ended.
Killed at any byte, the folder holds the archive as it was or as it will be: files are
replaced whole, and the manifest is written last.
"""

from __future__ import annotations

import asyncio
import mimetypes
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from app.model import Account
from app.model.belongings import OwnProfile
from app.model.errors import BadInput, NotFound, RateLimited, ServiceError, StoreError, Unreachable
from app.portability.activitypub.activities import (
    CONTEXT,
    SOURCE,
    Json,
    activity_from_status,
    attachments,
    collection,
    file_name,
    key_of,
    text_of,
)
from app.portability.activitypub.archive_files import (
    ACTOR,
    BOOKMARKS,
    LIKES,
    NETWORK,
    OUTBOX,
    WALK,
    Details,
    details_of,
    read_items,
    read_json,
    written_collection,
)
from app.portability.activitypub.archive_report import finished, report_of
from app.portability.activitypub.exporting import export, put_file
from app.portability.archive_folder import alone_in
from app.portability.archive_kind import Tell
from app.portability.archive_manifest import (
    Absent,
    ArchiveReport,
    Manifest,
    place_of,
    read_manifest,
    write_manifest,
)
from app.portability.disk import Lines, told, written_json
from app.portability.plan import Progress
from app.protocols.owning import OwnsMore

STALE = timedelta(hours=20)
"""Bookmarks, filters… tell of no change: after so long all is looked at again."""

OVERLAP = 40
"""So many of the newest posts are read again, for what was edited meanwhile."""

Fetch = Callable[[str, Path], Any]
"""Fetch the file at an address to a path; awaited. Raises: ServiceError."""


class ApBackup:
    """One run of a backup. Use it once."""

    def __init__(
        self,
        account: Account,
        service: OwnsMore,
        folder: Path,
        fetch: Fetch,
        *,
        media: bool,
        now: Callable[[], datetime],
        tell: Tell = lambda progress: None,
    ) -> None:
        self._account, self._service, self._folder = account, service, folder
        self._fetch, self._media, self._now, self._tell = fetch, media, now, tell

    async def run(self) -> ArchiveReport:
        """
        Bring the archive up to date. See ``ArchiveKind.back_up``.

        Raises:
            BadInput: The folder holds something else.
            RateLimited, Unreachable: Come back: what came is kept.
            ServiceError: It cannot be done; the archive is as it was, or further on.
        """
        began = time.monotonic()
        with alone_in(self._folder):
            manifest = self._begun()
            media = self._media or manifest.media
            profile = await self._service.own_profile()
            details = details_of(manifest)
            if self._is_current(manifest, details, profile, media):
                return report_of(manifest, began, changed=False)
            details = await self._posts(profile, details)
            await self._rest(profile)
            absent = await self._files() if media else ()
            manifest = replace(
                manifest,
                updated_at=self._now(),
                media=media,
                absent=tuple(absent),
                handle=self._account.handle,
                details=msgspec.to_builtins(
                    replace(details, looks=_looks(profile), lists_at=self._now())
                ),
            )
            manifest = await asyncio.to_thread(finished, self._folder, manifest)
            return report_of(manifest, began, changed=True)

    # ------------------------------------------------------ what there is

    def _begun(self) -> Manifest:
        """The archive as it is, or the beginning of one. Raises: BadInput, Malformed."""
        try:
            manifest = read_manifest(self._folder)
        except NotFound:
            now = self._now()
            return write_manifest(
                self._folder,
                Manifest(
                    network=NETWORK,
                    account=self._account.uri,
                    handle=self._account.handle,
                    server=self._account.server,
                    created_at=now,
                    updated_at=now,
                ),
            )
        if manifest.network != NETWORK or manifest.account != self._account.uri:
            raise BadInput(
                f"{self._folder} holds the backup of {manifest.handle},"
                f" not of {self._account.handle}.",
                "Choose a folder of its own for each account.",
            )
        if details_of(manifest).foreign:
            raise BadInput(
                f"{self._folder} holds an archive that a server has made.",
                "Keep it, and back up into another folder.",
            )
        return manifest

    def _is_current(
        self, manifest: Manifest, details: Details, profile: OwnProfile, media: bool
    ) -> bool:
        if not manifest.complete or details.lists_at is None or media != manifest.media:
            return False
        if details.looks != _looks(profile) or self._now() - details.lists_at > STALE:
            return False
        return all((self._folder / file.name).is_file() for file in manifest.files)

    # --------------------------------------------------------------- posts

    async def _posts(self, profile: OwnProfile, details: Details) -> Details:
        """What is new, and what was edited lately; returns where to begin next time."""
        walk = Lines(self._folder / WALK)
        lines = walk.read()
        last = text_of(read_json(lines[-1]), "id") if lines else ""
        try:
            posts = self._service.written(details.overlap, last)
            async for raw in posts:
                lines.append(_one_line(raw))
                walk.append(lines[-1], durable=False)
                self._tell(Progress(done=len(lines), total=max(profile.posts, 0), unit="posts"))
        finally:
            walk.close()
        statuses = [found for line in lines if isinstance(found := read_json(line), dict)]
        if statuses:
            await self._merged(statuses, profile)
        with told(walk.path):
            walk.path.unlink(missing_ok=True)
        names = [name for one in statuses if (name := text_of(one, "id"))]
        if not names:
            return details
        overlap = names[OVERLAP] if len(names) > OVERLAP else details.overlap
        return replace(details, newest=names[0], overlap=overlap)

    async def _merged(self, statuses: list[Json], profile: OwnProfile) -> None:
        """With what was there: the newer form of a post counts, what was deleted stays."""
        parents = {text_of(one, "id"): text_of(one, "uri") for one in statuses}
        unknown = {
            parent
            for one in statuses
            if (parent := text_of(one, "in_reply_to_id")) and parent not in parents
        }
        parents |= await self._service.post_addresses(sorted(unknown))
        followers = f"{profile.uri}/followers"

        def work() -> None:
            known = {key_of(one): one for one in read_items(self._folder, OUTBOX)}
            for status in statuses:
                made = activity_from_status(status, profile.uri, followers, parents)
                if made is not None:
                    known[key_of(made)] = made
            items = sorted(known.values(), key=lambda one: text_of(one, "published"))
            put_file(self._folder / OUTBOX, written_collection(collection(OUTBOX, items)))

        await asyncio.to_thread(work)

    # ------------------------------------------------------------ all else

    async def _rest(self, profile: OwnProfile) -> None:
        """Lists, likes, bookmarks, the profile and its pictures."""
        done = await export(
            self._service,
            self._folder,
            tell=lambda kind, count: self._tell(Progress(done=count, unit=kind)),
        )
        likes = [uri async for uri in self._service.liked()]
        put_file(self._folder / LIKES, written_collection(collection(LIKES, likes)))
        marks = [uri async for uri in self._service.bookmarked()]
        put_file(self._folder / BOOKMARKS, written_collection(collection(BOOKMARKS, marks)))
        actor = read_json(await self._actor_json()) or _actor_from(profile)
        for name, key, url in (
            ("avatar", "icon", profile.avatar),
            ("header", "image", profile.header),
        ):
            actor = await self._pictured(actor, name, key, url)
        actor |= {"outbox": OUTBOX, "likes": LIKES, "bookmarks": BOOKMARKS}
        put_file(self._folder / ACTOR, written_json(actor))
        self._missing = done.missing

    async def _actor_json(self) -> bytes:
        try:
            return await self._service.actor_json()
        except (RateLimited, StoreError):
            raise
        except ServiceError:
            return b""  # it is made from what the server tells its owner

    async def _pictured(self, actor: Json, name: str, key: str, url: str) -> Json:
        """With the picture beside it, under the name that archives give it."""
        if not url:
            return {k: v for k, v in actor.items() if k != key}
        ending = Path(file_name(url)).suffix or ".png"
        try:
            await self._fetch(url, self._folder / f"{name}{ending}")
        except (RateLimited, StoreError):
            raise
        except ServiceError:
            if not (self._folder / f"{name}{ending}").is_file():
                return actor
        kind = mimetypes.guess_type(f"x{ending}")[0] or "image/png"
        picture = {"type": "Image", "mediaType": kind, "url": f"{name}{ending}"}
        return actor | {key: picture}

    async def _files(self) -> list[Absent]:
        """Every file of every post that is not there yet; those that cannot be had are named."""
        wanted: dict[str, tuple[str, str]] = {}
        for activity in await asyncio.to_thread(read_items, self._folder, OUTBOX):
            for one in attachments(activity):
                url = text_of(one, SOURCE) or text_of(one, "url")
                if (name := file_name(url)) and url.startswith(("http://", "https://")):
                    wanted.setdefault(name, (url, key_of(activity)))
        absent: list[Absent] = []
        vain = 0
        for number, (name, (url, where)) in enumerate(wanted.items()):
            path = place_of(self._folder, name)
            if path is None or path.is_file():
                continue
            try:
                await self._fetch(url, path)
                vain = 0
            except (RateLimited, StoreError):
                raise
            except Unreachable as error:
                vain += 1
                if vain >= _IN_A_ROW:
                    raise
                absent.append(Absent(name, where, error.message))
            except ServiceError as error:
                absent.append(Absent(name, where, error.message, isinstance(error, NotFound)))
            self._tell(Progress(done=number + 1, total=len(wanted), unit="files"))
        return absent


_IN_A_ROW = 5


_KEPT = frozenset({
    "id", "uri", "url", "created_at", "edited_at", "content", "spoiler_text", "visibility",
    "language", "sensitive", "poll", "media_attachments", "mentions", "tags", "emojis", "quote",
    "reblog", "in_reply_to_id", "favourites_count", "reblogs_count",
})  # fmt: skip
"""What an activity is made from; the author, cards… of 100 000 posts would fill the memory."""


def _one_line(raw: bytes) -> bytes:
    """What is needed of a post, without line breaks."""
    value = read_json(raw)
    if not isinstance(value, dict):
        return b"null"
    kept = {key: value[key] for key in value if key in _KEPT}
    if isinstance(inner := kept.get("reblog"), dict):
        kept["reblog"] = {key: inner[key] for key in ("uri", "url") if key in inner}
    return msgspec.json.encode(kept)


def _looks(profile: OwnProfile) -> str:
    """What changes when something is written, followed or edited."""
    counts = (profile.posts, profile.followers, profile.following, profile.wrote_at)
    words = (profile.name, profile.text, profile.avatar, profile.header, profile.fields)
    return msgspec.json.encode((counts, words)).decode()


def _actor_from(profile: OwnProfile) -> Json:
    """The profile, where the server does not show it to strangers."""
    return {
        "@context": CONTEXT,
        "id": profile.uri,
        "type": "Person",
        "preferredUsername": profile.handle.partition("@")[0],
        "name": profile.name,
        "summary": profile.text,
        "url": profile.uri,
        "manuallyApprovesFollowers": profile.locked,
        "alsoKnownAs": list(profile.aliases),
        "attachment": [
            {"type": "PropertyValue", "name": line.name, "value": line.value}
            for line in profile.fields
        ],
    }
