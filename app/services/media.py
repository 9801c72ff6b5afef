"""
Pictures for what is on the screen: from disk, else from their server.

What was asked for last comes first, since that is where the reader is now.
Bytes are told by what they begin with; only png, jpeg, webp and gif get in.
Decoding is the window's work.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.model.errors import Cancelled, Malformed, ServiceError, StoreError, Unsafe
from app.protocols.safety import parse_link, split_registrable
from app.services.failures import Failures
from app.services.picture_types import picture_type

if TYPE_CHECKING:
    from app.protocols.http import Http
    from app.services.films import Films
    from app.store.media_cache import MediaCache

log = logging.getLogger(__name__)

MediaKind = Literal["avatar", "emoji", "preview", "full"]
RemoteMedia = Literal["always", "never"]

REMOTE_MEDIA = "media.remote"
"""Setting: whether media of servers that are not mine are fetched (``RemoteMedia``)."""

MAX_BYTES: dict[MediaKind, int] = {
    "avatar": 4_000_000,
    "emoji": 1_000_000,
    "preview": 10_000_000,
    "full": 20_000_000,
}
MAX_PIXELS = 64_000_000
AT_ONCE = 4
QUEUE = 400

_WHY: dict[MediaKind, str] = {
    "avatar": "profile pictures",
    "emoji": "custom emoji",
    "preview": "pictures in posts",
    "full": "pictures in posts",
}
# Storage services call everything octet-stream; what it is, its bytes tell.
_ACCEPT = (
    "image/webp",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/jpg",
    "application/octet-stream",
    "binary/octet-stream",
)
_Wanted = tuple[str, MediaKind]


class _Job:
    """One fetch that any number of callers wait for."""

    def __init__(self, url: str, kind: MediaKind, why: str) -> None:
        self.url, self.kind, self.why = url, kind, why
        self.result: asyncio.Future[Path | bytes] = asyncio.get_running_loop().create_future()
        self.waiting = 0
        self.task: asyncio.Task[None] | None = None


class Media:
    """
    Fetches and keeps pictures. Belongs to one event loop.

    Args:
        http: The door to the network, made when first needed.
        cache: Files on disk.
        remote: The setting; read at each call.
        own_hosts: Hosts that are ours to ask even if it says "never": those
            of our accounts and of their networks' picture servers. Names
            with the same owner count too.
        local: Pictures that come with the program (the demo's).
        clock: Epoch seconds.
        make_films: Makes what fetches films, when somebody looks at one.
    """

    def __init__(
        self,
        http: Callable[[], Http],
        cache: MediaCache,
        *,
        make_films: Callable[[], Films] | None = None,
        remote: Callable[[], RemoteMedia] = lambda: "always",
        own_hosts: Callable[[], Collection[str]] = tuple,
        local: Callable[[str], Path | None] = lambda url: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._http, self._cache = http, cache
        self._remote, self._own_hosts, self._local = remote, own_hosts, local
        self._jobs: dict[_Wanted, _Job] = {}
        self._queue: OrderedDict[_Wanted, _Job] = OrderedDict()
        self._running = 0
        self._failures: Failures[_Wanted] = Failures(clock)
        self._make_films = make_films
        self._films: Films | None = None

    @property
    def films(self) -> Films:
        """Films and sound."""
        if self._films is None:
            assert self._make_films is not None, "this one has pictures only"
            self._films = self._make_films()
        return self._films

    async def kept(self, url: str) -> Path | None:
        """The picture at *url*, if it is here already."""
        return self._local(url) or await asyncio.to_thread(self._cache.find, url)

    async def get(
        self, url: str, kind: MediaKind, why: str = "", *, asked: bool = False
    ) -> Path | bytes:
        """
        The picture at *url*: a file whose suffix is its true format.

        Bytes only when the disk is full. Many may ask for the same at once;
        when all of them are cancelled, so is the fetch.

        Args:
            why: For the list of hosts spoken to; by *kind* when "".
            asked: The user has asked for just this one, wherever it lies.

        Raises:
            Unsafe: Content must not make us ask that address, or the user
                does not want us to.
            NotFound, Unreachable, RateLimited: As the server says. Asking
                again soon gives the same without asking the server.
            Malformed: Not a picture, or too large.
            Cancelled: So much was asked for since that its turn never came.
        """
        if (here := self._local(url)) is not None:
            return here
        found = await asyncio.to_thread(self._cache.find, url)
        if found is not None:
            return found
        self._check(url, kind, asked=asked)
        return await self._wait(self._job(url, kind, why))

    async def reject(self, url: str) -> None:
        """What was got for *url* cannot be decoded: forget it, and do not ask again soon."""
        await asyncio.to_thread(self._cache.remove, url)
        error = Malformed("The picture is damaged.")
        for kind in MAX_BYTES:
            self._failures.remember((url, kind), error)

    def retry_now(self) -> None:
        """The network is back, or the user asks: forget what failed."""
        self._failures.clear()

    async def close(self) -> None:
        """Stop all fetches, and delete films."""
        if self._films is not None:
            await self._films.close()
        jobs = list(self._jobs.values())
        for job in jobs:
            self._drop(job, Cancelled("The pictures were not loaded to the end."))
        tasks = [job.task for job in jobs if job.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- may we, and have we tried -----------------------------------------------

    def _check(self, url: str, kind: MediaKind, *, asked: bool) -> None:
        link = parse_link(url)
        if link is None:
            raise Unsafe("The picture's address is not a web address.")
        if not asked and self._remote() == "never" and not self._is_own(link.netloc):
            raise Unsafe(
                f"The picture on {link.netloc} was not fetched: you load none from other servers.",
                "Change that in the settings under Media.",
            )
        self._failures.check((url, kind))

    def _is_own(self, host: str) -> bool:
        owners = {split_registrable(own)[1] for own in self._own_hosts()}
        return split_registrable(host)[1] in owners

    # -- queue ---------------------------------------------------------------------

    def _job(self, url: str, kind: MediaKind, why: str) -> _Job:
        """The job for *url*, next in the queue if it has not begun."""
        wanted = (url, kind)
        job = self._jobs.get(wanted)
        if job is None:
            job = self._jobs[wanted] = _Job(url, kind, why or _WHY[kind])
            self._queue[wanted] = job
            if len(self._queue) > QUEUE:
                _, oldest = self._queue.popitem(last=False)
                self._drop(oldest, Cancelled("Too many other pictures were wanted since."))
        elif wanted in self._queue:
            self._queue.move_to_end(wanted)
        self._begin()
        return job

    async def _wait(self, job: _Job) -> Path | bytes:
        job.waiting += 1
        try:
            return await asyncio.shield(job.result)
        finally:
            job.waiting -= 1
            if not job.waiting and not job.result.done():
                self._drop(job, None)

    def _begin(self) -> None:
        while self._queue and self._running < AT_ONCE:
            _, job = self._queue.popitem()
            self._running += 1
            job.task = asyncio.get_running_loop().create_task(self._run(job))

    def _drop(self, job: _Job, error: ServiceError | None) -> None:
        """Nobody waits for it any more, or nobody shall."""
        wanted = (job.url, job.kind)
        self._queue.pop(wanted, None)
        if self._jobs.get(wanted) is job:
            del self._jobs[wanted]
        if job.task is not None:
            job.task.cancel()
        if job.result.done():
            return
        if error is None:
            job.result.cancel()
        else:
            job.result.set_exception(error)
            job.result.exception()  # it may be that nobody looks

    async def _run(self, job: _Job) -> None:
        wanted = (job.url, job.kind)
        try:
            got = await self._fetch(job)
        except ServiceError as error:
            self._failures.remember(wanted, error)
            if not job.result.done():
                job.result.set_exception(error)
                job.result.exception()
        except Exception as bug:
            # Ours: whoever waits must get it, and not wait for ever.
            if job.result.done():
                raise
            job.result.set_exception(bug)
        else:
            self._failures.forget(wanted)
            if not job.result.done():
                job.result.set_result(got)
        finally:
            self._running -= 1
            if self._jobs.get(wanted) is job:
                del self._jobs[wanted]
            self._begin()

    # -- fetch ---------------------------------------------------------------------

    async def _fetch(self, job: _Job) -> Path | bytes:
        reply = await self._http().fetch_public(
            job.url,
            max_bytes=MAX_BYTES[job.kind],
            accept=_ACCEPT,
            why=job.why,
            background=job.kind != "full",
        )
        if reply.status != 200:
            # Loaded already: a reply has come through that door.
            from app.protocols.http import error_from_reply, host_of

            raise error_from_reply(reply, host_of(reply.url))
        kind = picture_type(reply.body)
        if kind is None:
            raise Malformed("It is not a picture of a kind that is safe to show.")
        if kind.pixels > MAX_PIXELS:
            raise Malformed(f"The picture is too large: {kind.width} × {kind.height} pixels.")
        try:
            return await asyncio.to_thread(self._cache.put, job.url, f".{kind.format}", reply.body)
        except StoreError as error:
            log.warning("%s", error.message)
            return reply.body
