"""
Videos go through a service of their own, which prepares them and puts them into the repo.

It acts for us with a token that our server signs for it (facts: video upload;
lexicons ``app.bsky.video.*``, ``com.atproto.server.getServiceAuth``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Raw

from app.model.errors import Malformed, Refused, ServiceError, Unreachable, Unsupported
from app.protocols.bluesky.api import BlueskyApi, File, answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.refusals import said
from app.protocols.bluesky.wire import ABSENT, Wire
from app.protocols.http import Http, Reply, error_from_reply, host_of
from app.protocols.safety import clean_text

PUBLIC_SERVICE = "https://video.bsky.app"
ENDINGS: Mapping[str, str] = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/mpeg": "mpeg",
    "image/gif": "gif",
}
"""What it takes, and what such a file is called there."""

_HALF_AN_HOUR = timedelta(minutes=30)
_A_MINUTE = timedelta(minutes=1)
_FIRST_WAIT, _LONGEST_WAIT, _MOST_LOOKS = 1.0, 10.0, 120
_SENDING = 0.7  # of the whole progress; the rest is preparing
_DONE, _FAILED = "JOB_STATE_COMPLETED", "JOB_STATE_FAILED"


class UploadLimits(Wire, frozen=True):
    """``app.bsky.video.getUploadLimits``."""

    can_upload: bool
    remaining_daily_videos: int | None = None
    remaining_daily_bytes: int | None = None
    message: str = ""


class Job(Wire, frozen=True):
    """``app.bsky.video.defs#jobStatus``; also what says that it is there already."""

    job_id: str
    state: str = ""
    progress: int = 0
    blob: Raw = ABSENT
    error: str = ""
    message: str = ""


class _JobReply(Wire, frozen=True):
    job_status: Job


class _Token(Wire, frozen=True):
    token: str

    def __repr__(self) -> str:
        return "_Token(…)"


class VideoService:
    """
    The service at *origin*.

    Args:
        sleep: Waits some seconds, between two looks at a job.
    """

    def __init__(
        self,
        http: Http,
        origin: str = PUBLIC_SERVICE,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._origin = origin
        self._sleep = sleep

    async def limits(self, api: BlueskyApi, now: datetime) -> UploadLimits:
        """
        What this account may upload today.

        Raises:
            Unsupported: There is no such service (any more).
            ServiceError: It cannot be asked.
        """
        method = "app.bsky.video.getUploadLimits"
        token = await _token(api, did_of(self._origin), method, now + _A_MINUTE)
        reply = await self._get(method, {}, token, why="what videos may be")
        if reply.status in (404, 501):
            raise Unsupported(f"{host_of(self._origin)} takes no videos.")
        if reply.status != 200:
            raise self._error(reply)
        return answer(reply.body, UploadLimits)

    async def upload(
        self, api: BlueskyApi, did: str, file: File, name: str, now: datetime
    ) -> dict[str, Any]:
        """
        Upload a video, wait until it is prepared, and return its blob.

        The same file again is not prepared again.

        Args:
            did: Whose it is.
            name: What the file is called there.

        Raises:
            Refused: It may not be uploaded, or could not be prepared.
            ServiceError: The service does not answer.
        """
        await self._check(api, file.path, now)
        lxm = "com.atproto.repo.uploadBlob"
        token = await _token(api, did_of(api.server), lxm, now + _HALF_AN_HOUR)
        job = await self._sent(file, {"did": did, "name": name}, token)
        return await self._prepared(job, file.progress)

    async def _check(self, api: BlueskyApi, file: Path, now: datetime) -> None:
        limits = await self.limits(api, now)
        size = await asyncio.to_thread(lambda: file.stat().st_size)
        left = limits.remaining_daily_bytes
        if not limits.can_upload:
            words = _clean(limits.message) or "Your account may not upload videos now"
            raise Refused(f"{words}.", "Bluesky asks for a confirmed e-mail address first.")
        if left is not None and size > left:
            raise Refused("That is more video than Bluesky takes today.", "Try it tomorrow.")

    async def _sent(self, file: File, params: Mapping[str, str], token: str) -> Job:
        query = "&".join(f"{key}={value}" for key, value in params.items())
        reply = await self._http.upload(
            "POST",
            f"{self._origin}/xrpc/app.bsky.video.uploadVideo?{query}",
            file=file.path,
            mime=file.mime,
            headers={"authorization": f"Bearer {token}"},
            progress=lambda done: file.progress(done * _SENDING),
            why="a video",
            public=True,
        )
        if reply.status not in (200, 409):  # 409: it has that video already
            raise self._error(reply)
        return _job(reply)

    async def _prepared(self, job: Job, progress: Callable[[float], None]) -> dict[str, Any]:
        wait = _FIRST_WAIT
        for _ in range(_MOST_LOOKS):
            if job.state == _FAILED:
                words = _clean(job.message or job.error) or "it gives no reason"
                raise Refused(f"The video could not be prepared: {words}.", "Try another file.")
            if bytes(job.blob) and job.state in (_DONE, ""):
                progress(1.0)
                return _blob(job.blob)
            progress(_SENDING + (1 - _SENDING) * max(0, min(job.progress, 99)) / 100)
            await self._sleep(wait)
            wait = min(wait * 1.5, _LONGEST_WAIT)
            job = await self._looked(job.job_id)
        raise Unreachable(
            f"{host_of(self._origin)} is still preparing the video.", "Try again in a few minutes."
        )

    async def _looked(self, job_id: str) -> Job:
        reply = await self._get(
            "app.bsky.video.getJobStatus", {"jobId": job_id}, "", why="whether a video is ready"
        )
        if reply.status != 200:
            raise self._error(reply)
        return _job(reply)

    async def _get(self, method: str, params: Mapping[str, str], token: str, *, why: str) -> Reply:
        return await self._http.request(
            "GET",
            f"{self._origin}/xrpc/{method}",
            params=params,
            headers={"authorization": f"Bearer {token}"} if token else {},
            why=why,
            max_bytes=256_000,
            public=True,
        )

    def _error(self, reply: Reply) -> ServiceError:
        if reply.status in (401, 403):  # it says nothing about our sign-in
            words = _clean(said(reply).message) or "no reason was given"
            return Refused(f"{host_of(self._origin)} did not take the video: {words}.")
        return error_from_reply(reply, self._origin)


def did_of(origin: str) -> str:
    """The ``did:web`` of the service at *origin*."""
    return f"did:web:{host_of(origin).replace(':', '%3A')}"


async def _token(api: BlueskyApi, aud: str, lxm: str, until: datetime) -> str:
    params: dict[str, str | int | bool] = {"aud": aud, "lxm": lxm, "exp": int(until.timestamp())}
    body = await api.get("com.atproto.server.getServiceAuth", params, why="to send a video")
    return answer(body, _Token).token


def _job(reply: Reply) -> Job:
    """Answers wrap it, or do not."""
    try:
        return read(reply.body, _JobReply).job_status
    except Unreadable:
        return answer(reply.body, Job)


def _blob(raw: Raw) -> dict[str, Any]:
    try:
        return read(raw, dict[str, Any])
    except Unreadable as error:
        raise Malformed("The video service's answer is not readable.") from error


def _clean(words: str) -> str:
    return " ".join(clean_text(words[:300]).split()).rstrip(".")
