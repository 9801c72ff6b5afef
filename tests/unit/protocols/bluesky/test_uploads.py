"""Files on their way, and what a server takes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from app.model.draft import Attachment
from app.model.errors import Malformed, OutcomeUnknown, Refused, Unreachable
from app.protocols.bluesky.dagcbor import cid_of_bytes
from app.protocols.bluesky.records import Uploaded
from app.protocols.http import Reply
from tests.unit.protocols.bluesky.scripted import PDS, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import UPLOAD, lost, raising, service


def attached(folder: Path, data: bytes, **more: Any) -> tuple[Attachment, Path]:
    file = folder / "file"
    file.write_bytes(data)
    made = {"id": "a", "kind": "image", "mime": "image/png", "size": len(data), **more}
    return Attachment(**made), file


def blob(data: bytes, **changes: Any) -> Reply:
    ref = {"$link": cid_of_bytes(hashlib.sha256(data).digest())}
    made = {"$type": "blob", "ref": ref, "mimeType": "image/png", "size": len(data)}
    return reply(body={"blob": made | changes})


async def test_a_file_is_kept_as_the_server_names_it(tmp_path: Path) -> None:
    """Its type goes as the header; its size is read where it was not known."""
    from PIL import Image

    Image.new("RGB", (6, 4)).save(tmp_path / "p.png")
    data = (tmp_path / "p.png").read_bytes()
    wire = ScriptedHttp({UPLOAD: blob(data)})
    done: list[float] = []

    token = await service(wire).upload(*attached(tmp_path, data), progress=done.append)

    (asked,) = wire.asked
    assert (data, "image/png") == (asked.json, asked.headers["content-type"])
    kept = Uploaded.from_text(token)
    assert (6, 4, len(data)) == (kept.width, kept.height, kept.blob["size"])
    assert [1.0] == done


async def test_a_file_that_is_no_picture_has_no_size(tmp_path: Path) -> None:
    """The server decides whether it takes it."""
    wire = ScriptedHttp({UPLOAD: blob(b"junk")})

    token = await service(wire).upload(*attached(tmp_path, b"junk"))

    assert 0 == Uploaded.from_text(token).width


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (blob(b"junk", size=3), Malformed),
        (blob(b"other"), Malformed),
        (blob(b"junk", ref=None), Malformed),
        (reply(200, b"<html>"), Unreachable),
        (reply(413, {"error": "PayloadTooLarge"}), Refused),
        (raising(lost()), Unreachable),
        (reply(500, {"error": "InternalServerError"}), Unreachable),
    ],
    ids=["cut", "another", "nameless", "junk", "too large", "lost", "500"],
)
async def test_a_file_that_did_not_arrive_is_sent_again(
    answer: Any, error: type[Exception], tmp_path: Path
) -> None:
    """Nobody sees what the server may have: never an unknown outcome."""
    wire = ScriptedHttp({UPLOAD: answer})

    with pytest.raises(error) as caught:
        await service(wire).upload(*attached(tmp_path, b"junk"))
    assert not isinstance(caught.value, OutcomeUnknown)


async def test_limits_are_the_lexicons_and_the_servers() -> None:
    """An old server tells none."""
    describe = f"{PDS}/xrpc/com.atproto.server.describeServer"
    small = await service(
        ScriptedHttp({describe: reply(body={"did": "x", "blobUploadLimit": 500_000})})
    ).limits()
    old = await service(ScriptedHttp({describe: reply(body={"did": "x"})})).limits()

    assert (500_000, 500_000) == (small.media.image_bytes, small.card_image_bytes)
    assert (2_000_000, 1_000_000) == (old.media.image_bytes, old.card_image_bytes)
    assert (300, 3000, 3, True) == (old.length, old.bytes, old.langs, old.threads_at_once)
    assert "video/mp4" not in old.media.types
