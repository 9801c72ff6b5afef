"""
Make a file fit what a server takes, and tell nothing that is not seen in it.

The file itself is never touched: what had to change is a copy beside it. Blocking
and slow (a picture is decoded): always in a thread.
"""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path
from typing import NamedTuple

from app.model.errors import Refused, StoreError
from app.model.sending import MediaLimits
from app.services.file_types import FileType, probe, reading_picture, turned
from app.services.picture_metadata import stripped, tells_place
from app.services.picture_painting import is_taken, painted

MB = 1_000_000


class Fitted(NamedTuple):
    """
    What can be sent. *note*: what was done, for people; "" = nothing.

    *file* is the one that was given where nothing had to be done.
    """

    file: Path
    mime: str
    note: str
    type: FileType


def fit(file: Path, mime: str, limits: MediaLimits, folder: Path | None = None) -> Fitted:
    """
    *file*, or a copy of it that fits *limits* and says nothing of its maker.

    Args:
        mime: What it was taken for when it was attached; its bytes decide.
        folder: Where copies go; beside the file, in ``fit``, by itself. The
            same call finds the copy of the last one there.

    Raises:
        Refused: It cannot be made to fit; says why.
        StoreError: There is no room for the copy.
    """
    found = probe(file)
    folder = folder or file.parent / "fit"
    try:
        if found.kind == "video" or found.mime == "audio/mp4":
            return _container(file, found, limits, folder)
        if found.kind == "audio":
            return _sound(file, found, limits)
        return _picture(file, found, limits, folder)
    except OSError as error:
        raise StoreError(
            f"There is no room to prepare {file.name}: {error.strerror or error}.",
            "Free some space, then try again.",
        ) from error


# ------------------------------------------------------------ video and sound


def _container(file: Path, found: FileType, limits: MediaLimits, folder: Path) -> Fitted:
    sound = found.kind == "audio"
    _check(file, found, limits, limits.audio_bytes if sound else limits.video_bytes)
    if found.mime not in ("video/mp4", "video/quicktime", "audio/mp4"):
        return Fitted(file, found.mime, "", found)
    # Only who sends a video needs it.
    from app.services.video_privacy import clean_copy, look

    try:
        telling = look(file)
    except (ValueError, struct.error) as error:
        raise Refused("The video is damaged.", "Export it again, then attach it.") from error
    if telling.stuck:
        raise Refused(
            "The video has a track of data, which may say where it was taken, in a form from "
            "which Godwit cannot take it out.",
            "Export it again as an ordinary MP4, then attach it.",
        )
    if not telling.spans:
        return Fitted(file, found.mime, "", found)
    copy = _place(folder, file, "clean", Path(file.name).suffix or ".mp4")
    if not copy.exists():
        making = copy.with_name(copy.name + ".new")
        clean_copy(file, making, telling)
        making.replace(copy)
    gone = "location removed" if telling.place else "details of its making removed"
    return Fitted(copy, found.mime, _note(gone), found)


def _sound(file: Path, found: FileType, limits: MediaLimits) -> Fitted:
    _check(file, found, limits, limits.audio_bytes)
    return Fitted(file, found.mime, "", found)


def _check(file: Path, found: FileType, limits: MediaLimits, most: int) -> None:
    """Raises: Refused: what cannot be made smaller here is too large, long or of a wrong kind."""
    what = "video" if found.kind == "video" else "sound"
    if limits.types and found.mime not in limits.types:
        raise Refused(
            f"This server takes no {what} of the kind {found.mime}.",
            "Export it as MP4." if what == "video" else "Export it as MP3.",
        )
    size = file.stat().st_size
    if most and size > most:
        raise Refused(
            f"The {what} has {megabytes(size)}; this server takes {megabytes(most)}.",
            "Make it shorter or smaller, then attach it again.",
        )
    if what == "video" and limits.video_seconds and found.duration > limits.video_seconds + 0.5:
        raise Refused(
            f"The video runs {found.duration:.0f} s; this server takes {limits.video_seconds} s.",
            "Make it shorter, then attach it again.",
        )


# ------------------------------------------------------------------- pictures


def _picture(file: Path, found: FileType, limits: MediaLimits, folder: Path) -> Fitted:
    size = file.stat().st_size
    taken = is_taken(found.mime, limits)
    small = not limits.image_bytes or size <= limits.image_bytes
    if found.moving and found.mime == "image/gif" and taken and small:
        return Fitted(file, found.mime, "", found)
    wanted = f"{limits.image_bytes}-{limits.image_pixels}-{sorted(limits.types)}"
    data = file.read_bytes()
    place = tells_place(data) or _has_gps(file)
    pixels = not limits.image_pixels or found.width * found.height <= limits.image_pixels
    clean = stripped(data, found.mime) if taken and pixels and _is_upright(file) else None
    if clean is not None and (not limits.image_bytes or len(clean) <= limits.image_bytes):
        if clean == data:
            return Fitted(file, found.mime, "", found)
        copy = _place(folder, file, wanted, _SUFFIXES[found.mime])
        _write(copy, clean)
        return Fitted(copy, found.mime, _note(_gone(place)), found)
    del data
    for suffix in _SUFFIXES.values():
        made = _place(folder, file, wanted, suffix)
        if made.exists():
            return _told(made, found, size, place)
    return _told(_painted(file, found, limits, folder, wanted), found, size, place)


def _painted(file: Path, found: FileType, limits: MediaLimits, folder: Path, wanted: str) -> Path:
    """A copy painted anew. Raises: Refused: none can be made."""
    if (made := painted(file, found.mime, limits)) is not None:
        data, mime = made
        copy = _place(folder, file, wanted, _SUFFIXES[mime])
        _write(copy, data)
        return copy
    if limits.image_bytes:
        words = f"The picture cannot be made as small as {megabytes(limits.image_bytes)}."
    else:
        words = "This server takes no picture of a kind that Godwit can make."
    raise Refused(words, "Leave it out, or attach another.")


def _is_upright(file: Path) -> bool:
    with reading_picture(file) as image:
        return turned(image) == 1


def _has_gps(file: Path) -> bool:
    with reading_picture(file) as image:
        return bool(image.getexif().get_ifd(0x8825))


# -------------------------------------------------------------- files and words

_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_NAMES = {".jpg": "JPEG", ".png": "PNG", ".webp": "WebP"}


def _told(made: Path, found: FileType, before: int, place: bool) -> Fitted:
    """A copy that was painted, with what was done to it."""
    now = probe(made)
    size = made.stat().st_size
    said = [_gone(place)] if place else []
    if found.moving:
        said.append("only its first picture")
    if size < before:
        said.append(f"shrunk to {megabytes(size)}")
    if now.mime != found.mime:
        said.append(f"as {_NAMES[made.suffix]}")
    return Fitted(made, now.mime, _note(*said), now)


def _gone(place: bool) -> str:
    return "location removed" if place else "details of its making removed"


def _note(*parts: str) -> str:
    text = " · ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def megabytes(size: int) -> str:
    """*size* bytes for people."""
    if size < 100_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / MB:.1f} MB"


def _place(folder: Path, file: Path, wanted: str, suffix: str) -> Path:
    """Where the copy of *file* for these limits is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = file.stat()
    about = f"{file.name}\n{seen.st_size}\n{seen.st_mtime_ns}\n{wanted}"
    mark = hashlib.sha256(about.encode()).hexdigest()[:24]
    return folder / f"{mark}{suffix}"


def _write(copy: Path, data: bytes) -> None:
    """All of it or nothing, for nobody else to read."""
    making = copy.with_name(copy.name + ".new")
    with os.fdopen(os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    making.replace(copy)
