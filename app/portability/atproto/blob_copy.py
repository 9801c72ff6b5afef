"""
Pictures and videos, brought over one by one until none is missing.

What is missing only the new server knows (``listMissingBlobs``); what became of
each file is written down at once, so that an interruption repeats at most those
that were on their way. A file that no server has any more is named, not hidden.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from app.model.errors import (
    Malformed,
    RateLimited,
    Refused,
    ServiceError,
    StoreError,
    Suspended,
    Unreachable,
)
from app.portability.atproto.blobs import is_whole
from app.portability.atproto.download import MOST_BLOB, Gone, RepoSource
from app.portability.atproto.ends import Ends
from app.portability.atproto.exports import FileFacts, file_facts
from app.portability.atproto.host import answer
from app.portability.atproto.missing_files import (
    DEAD,
    FAILED,
    NAMED,
    OK,
    REFUSED,
    TOO_LARGE,
    Left,
    MissingBlob,
    missing_blobs,
    name_them,
)
from app.portability.atproto.refusals import error_from_host
from app.portability.atproto.session import Session
from app.portability.disk import told
from app.portability.plan import Progress
from app.portability.step import Ledger, StepContext
from app.protocols.bluesky.dagcbor import cid_of_bytes
from app.protocols.bluesky.wire import Wire
from app.protocols.http import Reply
from app.protocols.net.download import Landing

T = TypeVar("T")

UPLOAD = "com.atproto.repo.uploadBlob"
LEDGER = "blobs"
AT_ONCE = 6
"""Files on their way at a time."""
_TRIES = 3
_TROUBLES = 10  # in a row: then it is the server
_LONG_TO_HASH = 1_000_000  # bytes: a few ms
_UNKNOWN = "application/octet-stream"
_SMALL = 4_000_000  # bytes; larger ones go over the disk


class _Ref(Wire, frozen=True, rename={"link": "$link"}):
    link: str


class _Blob(Wire, frozen=True):
    ref: _Ref


class _Uploaded(Wire, frozen=True):
    blob: _Blob


class BlobSource:
    """
    Where files come from: a folder that has them already, then the old server.

    Args:
        repo: The old server; None: it is gone.
        folders: Files named by their CID.
        gone: What the old server does not hand out is lost: it need not even answer.
    """

    def __init__(
        self, repo: RepoSource | None, folders: tuple[Path, ...] = (), *, gone: bool = False
    ) -> None:
        self.repo, self.folders, self.gone = repo, folders, gone

    def on_disk(self, cid: str) -> Path | None:
        """The file in one of the folders, whole; None = in none."""
        for folder in self.folders:
            path = folder / cid
            with suppress(StoreError):  # what cannot be read is looked for elsewhere
                if path.is_file() and is_whole(path, cid):
                    return path
        return None


async def copy_missing(
    ends: Ends, context: StepContext, source: BlobSource, *, anew: bool = False
) -> list[Left]:
    """
    Bring over what the new server has not got; returns what cannot be.

    Args:
        anew: Try again what was given up, but for what is lost.

    Raises:
        RateLimited: The new server takes no more for now (some: 1 000 a day).
        ServiceError: A server does not answer; what is there already stays.
    """
    session = await ends.new(context)
    copying = _Copying(ends, context, session, source, anew)
    while True:
        missing = [blob async for blob in missing_blobs(session)]
        copying.count(missing)
        todo = [blob for blob in missing if copying.is_worth_trying(blob.cid)]
        if not todo:
            break
        await copying.copy(todo)  # each is tried a few times at most, so this ends
    left = [Left(b.cid, b.record_uri, copying.verdict(b.cid)) for b in missing]
    name_them(context.folder / NAMED, left)
    return left


class _Copying:
    """One pass after another over what is missing."""

    def __init__(
        self, ends: Ends, context: StepContext, session: Session, source: BlobSource, anew: bool
    ) -> None:
        self._ends, self._context = ends, context
        self._session, self._source, self._anew = session, source, anew
        self._ledger: Ledger = context.ledger(LEDGER + ends.tag)
        self._facts = file_facts(ends, context)
        self._bytes_total = sum(facts.size for facts in self._facts.values())
        self._folder = context.folder / "on-the-way"
        self._total = self._done = self._bytes = 0
        self._tried: dict[str, int] = {}
        self._troubles = 0

    def count(self, missing: list[MissingBlob]) -> None:
        """What is still to do."""
        self._total = max(self._total, len(self._facts), len(missing))
        self._done = self._total - len(missing)
        absent = {blob.cid for blob in missing}
        self._bytes = sum(f.size for cid, f in self._facts.items() if cid not in absent)
        self._tell()

    def is_worth_trying(self, cid: str) -> bool:
        """Neither dead nor refused, nor tried in vain too often."""
        so_far, tried = self._ledger.get(cid), self._tried.get(cid, 0)
        if self._anew and not tried:
            return bool(so_far != DEAD)
        return so_far in (None, OK, FAILED) and tried < _TRIES

    def verdict(self, cid: str) -> str:
        """Why a file did not come."""
        value = self._ledger.get(cid)
        # It was sent, and the new server still does not show it: it did not take it.
        return REFUSED if value in (None, OK) else str(value)

    async def copy(self, todo: list[MissingBlob]) -> None:
        """All of *todo*, several at a time; the first trouble that is not a file's ends it."""
        queue = iter(todo)

        async def work() -> None:
            for blob in queue:
                await self._one(blob.cid)

        workers = [asyncio.ensure_future(work()) for _ in range(min(AT_ONCE, len(todo)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _one(self, cid: str) -> None:
        self._tried[cid] = self._tried.get(cid, 0) + 1
        try:
            size = await self._carry(cid)
        except _Given as given:
            self._ledger.put(cid, given.why)
            return
        except Unreachable as error:
            self._bear(cid, error)
            return
        self._ledger.put(cid, OK)
        self._troubles = 0
        self._done += 1
        self._bytes += size
        self._tell()

    def _bear(self, cid: str, error: Unreachable) -> None:
        """
        One file that a server stumbles over must not hold up all others.

        Raises:
            Unreachable: It is the server that is in trouble, not this file.
        """
        self._troubles += 1
        if not error.sent or self._troubles >= _TROUBLES:
            raise error
        if self._tried[cid] >= _TRIES:
            self._ledger.put(cid, FAILED)

    async def _carry(self, cid: str) -> int:
        """Returns the bytes. Raises: _Given: this file will not come. ServiceError."""
        facts = self._facts.get(cid, FileFacts())
        path = None
        if self._source.folders:
            path = await asyncio.to_thread(self._source.on_disk, cid)
        if path is not None:
            return await self._send_file(cid, path, facts.mime or _UNKNOWN)
        if self._source.repo is None:
            raise _Given(DEAD)
        if 0 < facts.size <= _SMALL and (small := await self._from_old(self._small(cid))):
            content, mime = small
            reply = await self._session.send_bytes(
                UPLOAD, content, mime, why="your files", bucket=f"{self._ends.did} files"
            )
            self._check(reply, cid)
            return len(content)
        return await self._over_disk(cid)

    async def _from_old(self, fetching: Awaitable[T]) -> T:
        """Raises: _Given: the old server is gone, and this with it."""
        try:
            return await fetching
        except (Unreachable, Suspended) as error:
            if self._source.gone:
                raise _Given(DEAD) from error
            raise

    async def _small(self, cid: str) -> tuple[bytes, str] | None:
        """A small file, in memory; None: it has to be asked for in another way."""
        try:
            reply = await self._ends.old_host.ask(
                "GET",
                "com.atproto.sync.getBlob",
                params={"did": self._ends.did, "cid": cid},
                why="your files",
                max_bytes=_SMALL + 65_536,
            )
        except Malformed:
            return None  # larger than its record says
        if reply.status != 200:
            return None
        if await _cid_of(reply.body) != cid:
            raise _damaged()
        return reply.body, self._mime(cid, reply.headers.get("content-type", ""))

    async def _over_disk(self, cid: str) -> int:
        assert self._source.repo is not None
        with told(self._folder):
            self._folder.mkdir(mode=0o700, exist_ok=True)
        landing = Landing(self._folder / cid, most=MOST_BLOB)
        try:
            await self._from_old(self._source.repo.blob(cid, landing))
            if cid_of_bytes(landing.sha256) != cid:
                raise _damaged()
            return await self._send_file(cid, landing.path, self._mime(cid, landing.mime))
        except Gone as gone:
            raise _Given(DEAD) from gone
        finally:
            landing.path.unlink(missing_ok=True)

    def _mime(self, cid: str, told: str) -> str:
        """As the record says: the new server compares it with that. Else as it was handed out."""
        facts = self._facts.get(cid)
        wanted = facts.mime if facts is not None and "*" not in facts.mime else ""
        return wanted or told.partition(";")[0].strip() or _UNKNOWN

    async def _send_file(self, cid: str, path: Path, mime: str) -> int:
        reply = await self._session.send(
            UPLOAD, path, mime, why="your files", bucket=f"{self._ends.did} files"
        )
        self._check(reply, cid)
        return path.stat().st_size

    def _check(self, reply: Reply, cid: str) -> None:
        """Raises: _Given: the new server does not take it. ServiceError."""
        if reply.status == 200:
            if answer(reply.body, _Uploaded).blob.ref.link != cid:
                raise Malformed(f"{self._session.host.name} has kept another file than was sent.")
            return
        error = error_from_host(reply, self._session.host.origin)
        if isinstance(error, RateLimited) or not isinstance(error, Refused):
            raise error
        raise _Given(TOO_LARGE if _is_too_large(reply, error) else REFUSED)

    def _tell(self) -> None:
        self._context.progress(
            Progress(
                done=self._done,
                total=self._total,
                unit="files",
                bytes_done=self._bytes,
                bytes_total=self._bytes_total,
            )
        )


class _Given(Exception):
    """A file is given up, and why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def _is_too_large(reply: Reply, error: ServiceError) -> bool:
    return reply.status == 413 or "too large" in error.message.lower() or b"TooLarge" in reply.body


async def _cid_of(content: bytes) -> str:
    """How these bytes are called; of some megabytes on a thread, beside whoever scrolls."""
    if len(content) < _LONG_TO_HASH:
        return cid_of_bytes(hashlib.sha256(content).digest())
    digest = await asyncio.to_thread(hashlib.sha256, content)
    return cid_of_bytes(digest.digest())


def _damaged() -> Unreachable:
    """What came is not what its name says."""
    error = Unreachable("A file came damaged.", "Nothing to do: it is fetched again.")
    error.sent = True
    return error
