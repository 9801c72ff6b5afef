"""What a server takes, and handing over files (``com.atproto.repo.uploadBlob``)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Raw

from app.model.draft import Attachment
from app.model.errors import Malformed, OutcomeUnknown, ServiceError, Unreachable, Unsupported
from app.model.sending import Limits, MediaLimits
from app.protocols.bluesky.api import BlueskyApi, File, answer
from app.protocols.bluesky.dagcbor import cid_of_bytes
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.records import (
    AUDIENCES,
    BYTES,
    GALLERY,
    LANGS,
    LENGTH,
    SELF_LABELS,
    Json,
    Uploaded,
)
from app.protocols.bluesky.refusals import error_from_write
from app.protocols.bluesky.video import ENDINGS, UploadLimits, VideoService
from app.protocols.bluesky.wire import ABSENT, Wire

_IMAGE_BYTES, _THUMB_BYTES = 2_000_000, 1_000_000  # of the lexicons
VIDEO_BYTES = 300_000_000
"""Of the lexicon."""
_IMAGE_PIXELS = 100_000_000  # the AppView does not scale larger ones
_VIDEO_SECONDS = 180  # of the video service
_ALT_LENGTH = 2000  # of the network's own client; the lexicon has none
_IMAGES = frozenset({"image/jpeg", "image/png", "image/webp"})


class _Server(Wire, frozen=True):
    """``com.atproto.server.describeServer``."""

    blob_upload_limit: int | None = None


class _BlobReply(Wire, frozen=True):
    blob: Raw = ABSENT


class _Ref(Wire, frozen=True, rename={"link": "$link"}):
    link: str


class _Blob(Wire, frozen=True):
    ref: _Ref
    size: int


async def limits_of(api: BlueskyApi, video: VideoService | None, now: datetime) -> Limits:
    """
    What the lexicons allow, and the server.

    Raises:
        ServiceError: The server cannot be asked.
    """
    body = await api.get("com.atproto.server.describeServer", why="what may be posted")
    most = answer(body, _Server).blob_upload_limit or VIDEO_BYTES
    return usual_limits(most, await _video_limits(api, video, now))


def usual_limits(most: int, videos: UploadLimits | None) -> Limits:
    """
    What the lexicons allow.

    Args:
        most: Bytes of a file that its server takes.
        videos: What its video service takes; None: there is none.
    """
    types = _IMAGES if videos is None else _IMAGES | ENDINGS.keys()
    left = videos.remaining_daily_bytes if videos is not None else None
    return Limits(
        once=True,
        length=LENGTH,
        unit="graphemes",
        bytes=BYTES,
        labels=SELF_LABELS,
        media=MediaLimits(
            count=GALLERY,
            types=types,
            image_bytes=min(_IMAGE_BYTES, most),
            image_pixels=_IMAGE_PIXELS,
            # Of nothing at all the service says so itself, with the reason.
            video_bytes=min(VIDEO_BYTES, left or VIDEO_BYTES) if videos is not None else 0,
            video_seconds=_VIDEO_SECONDS if videos is not None else 0,
            alt_length=_ALT_LENGTH,
        ),
        hidden_links=True,
        cards=True,
        card_image_bytes=min(_THUMB_BYTES, most),
        threads_at_once=True,
        replies=AUDIENCES,
        quotes=("anyone", "nobody"),
        can_quote=True,
        langs=LANGS,
        handles="domain",
        mixes=frozenset({"media+quote"}),
    )


async def _video_limits(
    api: BlueskyApi, video: VideoService | None, now: datetime
) -> UploadLimits | None:
    """None: no videos here. When the service cannot be asked, what is usual."""
    if video is None:
        return None
    try:
        return await video.limits(api, now)
    except Unsupported:
        return None
    except ServiceError:
        return UploadLimits(can_upload=True)


async def uploaded(
    api: BlueskyApi,
    video: VideoService | None,
    did: str,
    media: Attachment,
    file: Path,
    progress: Callable[[float], None],
    now: datetime,
) -> str:
    """
    Hand over *file*; returns what ``records.Uploaded`` reads.

    Raises:
        Unsupported: A video, where there is no service for them.
        Unreachable: The server does not answer; nobody sees what it may have.
        Refused: The file is too large, or of no use.
    """
    width, height = media.width, media.height
    body = File(file, media.mime, progress)
    if not media.mime.startswith("image/") or (media.kind, media.mime) == ("gif", "image/gif"):
        blob = await _video_blob(api, video, did, media, body, now)
        return Uploaded(blob, width, height).text()
    if not (width and height):
        width, height = await asyncio.to_thread(_size_of, file)
    blob = await _blob(api, body)
    return Uploaded(blob, width, height).text()


async def _blob(api: BlueskyApi, file: File) -> Json:
    try:
        body = await api.upload(
            "com.atproto.repo.uploadBlob", file, why="a picture", error=error_from_write
        )
    except OutcomeUnknown as error:
        raise Unreachable("A picture did not arrive whole.", "Try again.") from error
    raw = answer(body, _BlobReply).blob
    try:
        kept = read(raw, _Blob)
        blob: Json = read(raw, dict)
    except Unreadable as error:
        raise Malformed("The server does not say where it keeps the picture.") from error
    size, digest = await asyncio.to_thread(_digest, file.path)
    if (kept.size, kept.ref.link) != (size, cid_of_bytes(digest)):
        raise Malformed("The server has kept another file than was sent.", "Try again.")
    return blob


async def _video_blob(
    api: BlueskyApi,
    video: VideoService | None,
    did: str,
    media: Attachment,
    file: File,
    now: datetime,
) -> Json:
    if video is None:
        raise Unsupported(
            "There is no video service here.", "Leave the video out, or link to it instead."
        )
    if media.mime not in ENDINGS:
        raise Unsupported(f"Bluesky takes no {media.mime} files.", "Make it an MP4 video.")
    name = f"{media.id[:32]}.{ENDINGS[media.mime]}"
    return await video.upload(api, did, file, name, now)


def _digest(file: Path) -> tuple[int, bytes]:
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").digest()
        return data.tell(), digest


def _size_of(file: Path) -> tuple[int, int]:
    """Width and height in px as it will be shown; 0, 0 if that cannot be read."""
    from PIL import Image, ImageOps  # lazy: only for pictures of unknown size

    try:
        with Image.open(file) as image:
            return ImageOps.exif_transpose(image).size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0, 0
