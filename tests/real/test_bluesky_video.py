"""Videos: a service on loopback that prepares nothing, and a real server that keeps them."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import pytest_asyncio

from app.model import RichText
from app.model.draft import Attachment
from app.model.errors import Refused
from app.model.sending import Outgoing
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.http import Http
from tests.real.bluesky_writer import Writer, newcomer
from tests.rigs.run import Rig
from tests.unit.protocols.wire import Asked, Wire, answer, serving

pytestmark = pytest.mark.real

FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40


class VideoHost:
    """What the video service does, without the preparing."""

    def __init__(self, pds: str) -> None:
        self.pds = pds
        self.can_upload = True
        self.fails = ""
        self.looks = 0
        self.names: list[str] = []
        self.blob: Any = None

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        """One request."""
        parts = urlsplit(asked.target)
        method = parts.path.rpartition(".")[2]
        status, body = await getattr(self, method)(asked, parse_qs(parts.query))
        writer.write(answer(status, json.dumps(body).encode(), content_type="application/json"))

    async def getUploadLimits(self, asked: Asked, query: Any) -> tuple[int, Any]:
        """Whoever shows a token."""
        assert asked.headers["authorization"].startswith("Bearer ey")
        return 200, {
            "canUpload": self.can_upload,
            "remainingDailyBytes": 1_000_000,
            "message": "" if self.can_upload else "Confirm your e-mail first",
        }

    async def uploadVideo(self, asked: Asked, query: Any) -> tuple[int, Any]:
        """Puts it into the repo, with the uploader's token; a real server checks it."""
        self.names += query["name"]
        job = {"jobId": "j1", "did": query["did"][0], "state": "JOB_STATE_CREATED"}
        if self.blob is not None:
            return 409, job | {"error": "already_exists", "state": "JOB_STATE_COMPLETED"}
        request = urllib.request.Request(
            f"{self.pds}/xrpc/com.atproto.repo.uploadBlob",
            asked.body,
            {"content-type": "video/mp4", "authorization": asked.headers["authorization"]},
        )

        def put() -> Any:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return json.load(reply)["blob"]

        self.blob = await asyncio.to_thread(put)
        return 200, job

    async def getJobStatus(self, asked: Asked, query: Any) -> tuple[int, Any]:
        """Ready at the third look."""
        self.looks += 1
        job: dict[str, Any] = {"jobId": query["jobId"][0], "did": "did:plc:x", "progress": 50}
        if self.fails:
            job |= {"state": "JOB_STATE_FAILED", "error": "X", "message": self.fails}
        elif self.looks >= 3:
            job |= {"state": "JOB_STATE_COMPLETED", "blob": self.blob}
        else:
            job |= {"state": "JOB_STATE_ENCODING"}
        return 200, {"jobStatus": job}


@asynccontextmanager
async def video_host(pds: str) -> AsyncIterator[tuple[VideoHost, Wire]]:
    host = VideoHost(pds)
    async with serving(host.respond) as wire:
        yield host, wire


@pytest_asyncio.fixture
async def host(atproto_rig: Rig) -> AsyncIterator[tuple[VideoHost, Wire]]:
    async with video_host(atproto_rig["pds"][0]) as made:
        yield made


@pytest_asyncio.fixture
async def writer(host: tuple[VideoHost, Wire], atproto_rig: Rig) -> AsyncIterator[Writer]:
    http = Http(user_agent="Godwit (tests)")
    door = BlueskyNetwork(
        http, environment={"GODWIT_VIDEO_URL": f"http://localhost:{host[1].port}"}
    )
    writer = await newcomer(door, atproto_rig)

    async def at_once(seconds: float) -> None:
        assert seconds > 0

    writer.service._video._sleep = at_once  # type: ignore[union-attr]
    yield writer
    await http.close()


def film(folder: Path) -> tuple[Attachment, Path]:
    file = folder / "film.mp4"
    file.write_bytes(FILM)
    media = Attachment(
        id="f" * 64, kind="video", mime="video/mp4", size=len(FILM), width=16, height=9, alt="Sea"
    )
    return media, file


async def test_a_video_is_prepared_and_posted(
    writer: Writer, host: tuple[VideoHost, Wire], tmp_path: Path
) -> None:
    """The service acts with a token that the real server accepts; progress only grows."""
    media, file = film(tmp_path)
    done: list[float] = []

    token = await writer.service.upload(media, file, progress=done.append)
    again = await writer.service.upload(media, file)
    post = Outgoing(text=RichText("A film"), media=(media,))
    (published,) = await writer.service.publish(
        [writer.ready_post(post, uploads={media.id: token})]
    )

    assert token == again
    assert (sorted(done), 1.0) == (done, done[-1])
    (seen,) = (await writer.seen(published.uri)).post.media
    assert ("video", "Sea", 16, 9) == (seen.kind, seen.alt, seen.width, seen.height)
    assert [f"{'f' * 32}.mp4"] * 2 == host[0].names
    limits = await writer.service.limits()
    assert ("video/mp4" in limits.media.types, 1_000_000) == (True, limits.media.video_bytes)


async def test_who_may_not_upload_is_told_why(
    writer: Writer, host: tuple[VideoHost, Wire], tmp_path: Path
) -> None:
    """In the service's words, before the file is sent."""
    host[0].can_upload = False

    with pytest.raises(Refused, match="Confirm your e-mail first"):
        await writer.service.upload(*film(tmp_path))

    assert [] == host[0].names


async def test_a_video_that_cannot_be_prepared_is_refused(
    writer: Writer, host: tuple[VideoHost, Wire], tmp_path: Path
) -> None:
    """With the reason."""
    host[0].fails = "codec not known"

    with pytest.raises(Refused, match="codec not known"):
        await writer.service.upload(*film(tmp_path))
