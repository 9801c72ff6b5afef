"""The video service when it does not do what one hopes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.model.draft import Attachment
from app.model.errors import Refused, ServiceError, Unreachable, Unsupported
from app.protocols.bluesky.api import BlueskyApi
from app.protocols.bluesky.credentials import Credentials
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.bluesky.service import BlueskyService
from app.protocols.bluesky.sign_in import HeldSecrets
from app.protocols.bluesky.video import VideoService, did_of
from tests.unit.protocols.bluesky.samples import ANA, NOW
from tests.unit.protocols.bluesky.scripted import PDS, ScriptedHttp, reply
from tests.unit.protocols.bluesky.test_api import ACCOUNT, PASSWORD

HOST = "https://video.birds.social"
AUTH = f"{PDS}/xrpc/com.atproto.server.getServiceAuth"
LIMITS, SEND, JOB = (
    f"{HOST}/xrpc/app.bsky.video.{name}"
    for name in ("getUploadLimits", "uploadVideo", "getJobStatus")
)
SENT = f"{SEND}?did={ANA}&name=aaaa.mp4"
DESCRIBE = f"{PDS}/xrpc/com.atproto.server.describeServer"
BLOB = {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "video/mp4", "size": 3}
DONE = {"jobId": "j", "did": ANA, "state": "JOB_STATE_COMPLETED", "blob": BLOB}
BUSY = {"jobId": "j", "did": ANA, "state": "JOB_STATE_ENCODING", "progress": 50}


def answers(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        AUTH: reply(body={"token": "t1"}),
        LIMITS: reply(body={"canUpload": True}),
        SENT: reply(body=BUSY),
        JOB: reply(body={"jobStatus": DONE}),
        DESCRIBE: reply(body={"did": "x"}),
    }
    return made | changes


def service(wire: ScriptedHttp, waits: list[float] | None = None) -> BlueskyService:
    async def sleep(seconds: float) -> None:
        if waits is not None:
            waits.append(seconds)

    api = BlueskyApi(wire.http, ACCOUNT, Credentials(wire.http, ACCOUNT, HeldSecrets(PASSWORD)))
    video = VideoService(wire.http, HOST, sleep=sleep)
    return BlueskyService(api, ACCOUNT, now=lambda: NOW, video=video)


def film(folder: Path, **more: Any) -> tuple[Attachment, Path]:
    file = folder / "film"
    file.write_bytes(b"mp4")
    made = {"id": "aaaa", "kind": "video", "mime": "video/mp4", "size": 3}
    return Attachment(**(made | more)), file


async def test_the_service_acts_for_us_with_a_token_for_our_server(tmp_path: Path) -> None:
    """Half an hour, for one method; another one to ask what is allowed."""
    wire = ScriptedHttp(answers())

    await service(wire).upload(*film(tmp_path))

    asked = [one.params for one in wire.seen("getServiceAuth")]
    now = int(NOW.timestamp())
    assert {
        "aud": "did:web:pds.birds.social",
        "lxm": "com.atproto.repo.uploadBlob",
        "exp": now + 1800,
    } == asked[1]
    assert ("did:web:video.birds.social", "app.bsky.video.getUploadLimits") == (
        asked[0]["aud"],
        asked[0]["lxm"],
    )
    assert "did:web:localhost%3A2583" == did_of("http://localhost:2583")
    sent = next(one for one in wire.asked if one.url == SENT)
    assert ("Bearer t1", "video/mp4") == (
        sent.headers["authorization"],
        sent.headers["content-type"],
    )
    assert not [one for one in wire.asked if "a1" in str(one.headers) and HOST in one.url]


async def test_a_moving_gif_goes_the_same_way(tmp_path: Path) -> None:
    """A still one is a picture."""
    wire = ScriptedHttp(answers() | {SENT.replace("mp4", "gif"): reply(body=DONE)})

    token = await service(wire).upload(*film(tmp_path, kind="gif", mime="image/gif"))

    assert "video/mp4" in token


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({LIMITS: reply(404)}, Unsupported, "takes no videos"),
        ({LIMITS: reply(401, {"error": "x", "message": "Confirm it"})}, Refused, "Confirm it"),
        ({LIMITS: reply(200, {"canUpload": False})}, Refused, "may not upload videos now"),
        (
            {LIMITS: reply(200, {"canUpload": True, "remainingDailyBytes": 2})},
            Refused,
            "more video",
        ),
        ({SENT: reply(403, b"")}, Refused, "no reason"),
        ({SENT: reply(500, b"")}, Unreachable, "problem of its own"),
        ({SENT: reply(200, b"<html>")}, ServiceError, "readable"),
        ({JOB: reply(200, {"jobStatus": BUSY})}, Unreachable, "still preparing"),
        (
            {JOB: reply(200, {"jobStatus": BUSY | {"state": "JOB_STATE_FAILED"}})},
            Refused,
            "no reason",
        ),
        ({JOB: reply(503, b"")}, Unreachable, "problem of its own"),
        ({AUTH: reply(200, {"toktok": "x"})}, ServiceError, "readable"),
    ],
)
async def test_each_failure_has_its_words(
    changes: dict[str, Any], error: type[ServiceError], words: str, tmp_path: Path
) -> None:
    """None of them says that our sign-in is no longer good."""
    waits: list[float] = []

    with pytest.raises(error, match=words):
        await service(ScriptedHttp(answers() | changes), waits).upload(*film(tmp_path))

    assert 1300 > sum(waits)
    assert sorted(waits) == waits


async def test_a_kind_that_it_does_not_take(tmp_path: Path) -> None:
    """Nothing is asked."""
    wire = ScriptedHttp({})

    for more in ({"mime": "video/x-matroska"}, {"mime": "audio/mpeg", "kind": "audio"}):
        with pytest.raises(Unsupported, match="takes no"):
            await service(wire).upload(*film(tmp_path, **more))
    assert [] == wire.asked


@pytest.mark.parametrize(
    ("limits", "takes", "size"),
    [
        (reply(200, {"canUpload": True, "remainingDailyBytes": 7}), True, 7),
        (reply(200, {"canUpload": False}), True, 300_000_000),
        (reply(503), True, 300_000_000),
        (reply(404), False, 0),
    ],
    ids=["left", "not now", "down", "none"],
)
async def test_limits_tell_whether_there_are_videos(limits: Any, takes: bool, size: int) -> None:
    """One that is down for now may be up when it is needed."""
    found = (await service(ScriptedHttp(answers() | {LIMITS: limits})).limits()).media

    assert (takes, size) == ("video/mp4" in found.types, found.video_bytes)


def test_servers_at_home_have_no_video_service_unless_one_is_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The network's own could not reach them. A name that is none is told, and not used."""
    from msgspec import structs

    def has(environment: dict[str, str], server: str) -> bool:
        network = BlueskyNetwork(ScriptedHttp({}).http, environment=environment)
        account = structs.replace(ACCOUNT, server=server)
        service = network.open(account, HeldSecrets(PASSWORD))
        assert isinstance(service, BlueskyService)
        return service._video is not None

    assert has({}, "https://pds.birds.social")
    assert not has({}, "http://localhost:2583")
    assert has({"GODWIT_VIDEO_URL": "http://localhost:9"}, "http://localhost:2583")
    assert not has({"GODWIT_VIDEO_URL": "http://video.example"}, "https://pds.birds.social")
    assert "GODWIT_VIDEO_URL" in caplog.text
