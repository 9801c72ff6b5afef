"""
Writes what an account owns as files that other servers, and other programs, read.

Mastodon's files where the server keeps what stands in them; for accounts of another
kind files of our own that say so, since no server would read their addresses.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import Struct

from app.model.belongings import Followed, Muted, OwnList, Who
from app.model.errors import NotFound, Refused, Unsupported
from app.model.moderation import Filter
from app.moderation.blocklists import Skipped
from app.portability.activitypub.csv_formats import (
    FORMATS,
    Block,
    Bookmark,
    Domain,
    Follow,
    Follower,
    Hashtag,
    Kind,
    Member,
    Mute,
    Row,
)
from app.portability.activitypub.csv_writing import (
    csv_from_rows,
    csv_line,
    csv_line_from_row,
    harmless,
)
from app.portability.activitypub.filters_json import FILE, json_from_filters
from app.portability.disk import told, written_json
from app.protocols.owning import OwnsMore, OwnsPeople, Pause, no_pause

DETAILS, README = "details.json", "README.txt"
Tell = Callable[[str, int], None]
"""Told the kind that is read now, and how many were found so far."""


class Exported(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A file that was written. *left_out*: what it cannot hold, with the reason."""

    file: str
    kind: str
    count: int
    left_out: tuple[Skipped, ...] = ()


class Export(Struct, frozen=True, kw_only=True):
    """*missing*: kinds that the server does not tell, with its reason."""

    files: tuple[Exported, ...]
    missing: tuple[Skipped, ...] = ()


class Details(Struct, omit_defaults=True, kw_only=True):
    """
    What the files of others have no place for: when mutes end, how lists show
    answers, private notes, what the profile shows. Ours alone reads it.
    """

    mutes: list[Muted] = []
    lists: list[OwnList] = []
    follows: list[Followed] = []
    """Those of whom something is noted, whether they are followed or not."""
    endorsed: list[Who] = []
    featured_tags: list[str] = []
    notifications: dict[str, str] = {}
    pinned: list[str] = []
    """URIs of own posts, the newest pin first."""


async def export(
    account: OwnsPeople,
    folder: Path,
    *,
    pause: Pause = no_pause,
    tell: Tell = lambda kind, count: None,
) -> Export:
    """
    Write all of it into *folder* (made, private). Files are replaced whole.

    Raises:
        StoreError: The disk refuses.
        ServiceError: The server cannot be read.
    """
    with told(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if isinstance(account, OwnsMore):
        return await _Mastodonlike(account, folder, pause, tell).export()
    return await _Plain(account, folder, pause, tell).export()


class _Writer:
    """What both have in common."""

    def __init__(self, folder: Path, pause: Pause, tell: Tell) -> None:
        self._folder, self._pause, self._tell = folder, pause, tell
        self._files: list[Exported] = []
        self._missing: list[Skipped] = []

    async def _all(self, kind: str, items: AsyncIterator[Any]) -> list[Any]:
        found: list[Any] = []
        async for item in items:
            found.append(item)
            self._tell(kind, len(found))
        return found

    async def _grow(
        self,
        name: str,
        kind: str,
        head: Sequence[str],
        items: AsyncIterator[Any],
        line: Callable[[Any], str],
        left_out: Callable[[], tuple[Skipped, ...]] = tuple,
    ) -> None:
        """
        A file whose lines are written as they are read: half a million people are none in memory.

        *left_out*: asked in the end.

        Raises: ServiceError: the server was not read to the end; an old file is left as it was.
        """
        count = 0
        with growing(self._folder / name) as file:
            if head:
                file.write(csv_line(head).encode())
            async for item in items:
                count += 1
                file.write(line(item).encode())
                self._tell(kind, count)
            await asyncio.to_thread(file.keep)  # takes as long as the disk does
        self._files.append(Exported(file=name, kind=kind, count=count, left_out=left_out()))

    async def _told(self, kind: str, read: Awaitable[Any]) -> Any:
        """What the server tells; None where it has no such thing."""
        try:
            return await read
        except (NotFound, Unsupported, Refused) as error:
            self._missing.append(Skipped(0, kind, error.message))
            return None

    def _write(self, name: str, data: bytes) -> None:
        put_file(self._folder / name, data)

    def _done(self, readme: str) -> Export:
        self._write(README, readme.encode())
        return Export(files=tuple(self._files), missing=tuple(self._missing))


class _Mastodonlike(_Writer):
    """Mastodon's own files, and one of ours for what they have no place for."""

    def __init__(self, account: OwnsMore, folder: Path, pause: Pause, tell: Tell) -> None:
        super().__init__(folder, pause, tell)
        self._account = account
        self._details = Details()

    async def export(self) -> Export:
        """In the order of what is missed most."""
        account, pause, details = self._account, self._pause, self._details
        await self._rows(
            "following", self._noting(account.following(pause, details=True)), follow_row
        )
        await self._rows("followers", account.followers(pause), lambda w: Follower(w.handle))
        self._lists(await self._told("lists", account.own_lists(pause)))
        muted = self._rows(
            "muting",
            self._ending(account.muted(pause)),
            lambda m: Mute(m.handle, m.notifications),
            lambda: _ends(details.mutes),
        )
        await self._told("muting", muted)
        blocked = self._rows("blocking", account.blocked(pause), lambda w: Block(w.handle))
        await self._told("blocking", blocked)
        self._csv(
            "domain_blocking",
            await self._told("domain_blocking", account.blocked_servers()),
            Domain,
        )
        posts = self._all("bookmarks", account.bookmarked(pause))
        self._csv("bookmarks", await self._told("bookmarks", posts), Bookmark)
        self._csv("tags", await account.followed_tags(), Hashtag)
        self._filters(await self._told("filters", account.filters()))
        noted = await self._told("notes", self._all("notes", account.noted(pause))) or ()
        known = {one.handle for one in self._details.follows}
        self._details.follows += [one for one in noted if one.handle not in known]
        self._details.endorsed = list(await account.endorsed())
        self._details.featured_tags = list(await account.featured_tags())
        self._details.notifications = await account.notification_policy()
        self._details.pinned = list(await self._told("pinned posts", account.pinned()) or ())
        self._write(DETAILS, written_json(self._details))
        return self._done(_README)

    async def _rows(
        self,
        kind: Kind,
        items: AsyncIterator[Any],
        row: Callable[[Any], Row],
        left_out: Callable[[], tuple[Skipped, ...]] = tuple,
    ) -> None:
        """A file of Mastodon's, written as it is read."""
        known = FORMATS[kind]
        head = known.columns if known.header else ()
        await self._grow(
            known.file, kind, head, items, lambda item: csv_line_from_row(row(item)), left_out
        )

    async def _noting(self, follows: AsyncIterator[Followed]) -> AsyncIterator[Followed]:
        """What is noted of them has no place in the file."""
        async for one in follows:
            if one.note:
                self._details.follows.append(one)
            yield one

    async def _ending(self, mutes: AsyncIterator[Muted]) -> AsyncIterator[Muted]:
        """Nor has it when a mute ends."""
        async for one in mutes:
            if one.until:
                self._details.mutes.append(one)
            yield one

    def _csv(
        self,
        kind: Kind,
        items: Sequence[Any] | None,
        row: Callable[[Any], Row],
        left_out: tuple[Skipped, ...] = (),
    ) -> None:
        """A file; none where the server does not tell: an empty one would say "nobody"."""
        if items is None:
            return
        name, rows = FORMATS[kind].file, [row(item) for item in items]
        self._write(name, csv_from_rows(kind, rows))
        self._files.append(Exported(file=name, kind=kind, count=len(rows), left_out=left_out))

    def _lists(self, lists: tuple[OwnList, ...] | None) -> None:
        if lists is None:
            return
        rows: list[Row] = [Member(one.title, w.handle) for one in lists for w in one.members]
        empty = [one.title for one in lists if not one.members]
        self._details.lists = list(lists)
        why = "A list without members has no row; it is in details.json."
        left = tuple(Skipped(0, title, why) for title in empty)
        self._csv("lists", rows, lambda row: row, left)

    def _filters(self, filters: tuple[Filter, ...] | None) -> None:
        if filters is None:
            return
        self._write(FILE, json_from_filters(filters))
        why = "Single posts that it catches are known to this server only."
        left = tuple(Skipped(0, one.title, why) for one in filters if one.posts)
        self._files.append(Exported(file=FILE, kind="filters", count=len(filters), left_out=left))


class _Plain(_Writer):
    """People of a network whose addresses Mastodon's files have no place for."""

    def __init__(self, account: OwnsPeople, folder: Path, pause: Pause, tell: Tell) -> None:
        super().__init__(folder, pause, tell)
        self._account = account

    async def export(self) -> Export:
        """Handles change and identities stay: both stand in every row."""
        account, pause = self._account, self._pause
        for kind, items in (
            ("following", account.following(pause)),
            ("followers", account.followers(pause)),
            ("muting", account.muted(pause)),
            ("blocking", account.blocked(pause)),
        ):
            name = f"{kind}.people.csv"
            await self._told(kind, self._grow(name, kind, ("Handle", "Identity"), items, _person))
        lists = await self._told("lists", account.own_lists(pause)) or ()
        head = csv_line(("List name", "Handle", "Identity"))
        rows = [
            csv_line(map(harmless, (one.title, who.handle, who.uri)))
            for one in lists
            for who in one.members
        ]
        self._write("lists.people.csv", "".join([head, *rows]).encode())
        self._files.append(Exported(file="lists.people.csv", kind="lists", count=len(rows)))
        self._write("lists.json", written_json(lists))
        return self._done(_README_PLAIN)


def _person(who: Followed | Muted | Who) -> str:
    """A line of a file that people open."""
    return csv_line((harmless(who.handle), harmless(who.uri)))


def put_file(path: Path, data: bytes) -> None:
    """
    Replace a file (0600) as a whole. Raises: StoreError.

    A kill leaves at most ``….part``, which the next writing takes over and no archive
    counts as its own. The rights of the folder, which the user chose, are left alone.
    """
    with growing(path) as file:
        file.write(data)
        file.keep()


class Growing:
    """A file that is written bit by bit. Every method raises: StoreError: the disk refuses."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file

    def write(self, data: bytes) -> None:
        """What comes next in it."""
        with told(self._path):
            self._file.write(data)

    def keep(self) -> None:
        """All that was written is on the disk."""
        with told(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())


@contextmanager
def growing(path: Path) -> Iterator[Growing]:
    """
    As ``put_file``, bit by bit: it takes the old file's place at the end, not before.

    Whatever is raised inside, the old file stays as it was. Raises: StoreError.
    """
    part = path.with_name(f"{path.name}.part")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    with told(path):
        file = os.fdopen(os.open(part, flags, 0o600), "wb")
    try:
        yield Growing(path, file)
        with told(path):
            file.close()
            part.replace(path)
    except BaseException:
        for undo in (file.close, part.unlink):
            with suppress(OSError):  # what it still waits to write is not wanted
                undo()
        raise


def follow_row(one: Followed) -> Follow:
    """A row of the file."""
    return Follow(one.handle, one.reposts, one.notify, one.languages)


def _ends(mutes: Sequence[Muted]) -> tuple[Skipped, ...]:
    why = "The file cannot say that this mute ends; details.json does."
    return tuple(Skipped(0, one.handle, why) for one in mutes if one.until)


_README = """\
What this account owns, as files.

The .csv files and custom_filters.json are exactly those of Mastodon: any Mastodon server
takes them at Preferences > Import and export > Import, and "godwit import" takes them
everywhere else. followers.csv is for information (nobody can be made to follow), and
followed_tags.csv is read by Godwit alone. details.json holds what those files have no
place for: when mutes end, how lists show answers, private notes, what the profile shows.
"""

_README_PLAIN = """\
Whom this account follows, mutes and blocks, and its lists, as files.

Each row has a handle and an identity. Handles can change, identities cannot: use the
second column. Servers of the fediverse do not read these files, and their addresses mean
nothing there. To find the same people there, see: godwit carry-over
"""
