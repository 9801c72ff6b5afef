"""
Make a file fit what a server takes, and tell nothing that is not seen in it.

The file itself is never touched: what had to change is a copy beside it. Blocking
and slow (a picture is decoded): always in a thread.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from app.model.errors import Refused, StoreError
from app.model.sending import MediaLimits
from app.services.file_types import FileType, probe, reading_picture, turned
from app.services.picture_metadata import stripped, tells_place

if TYPE_CHECKING:  # 40 ms, and only who sends pictures needs it
    from PIL.Image import Image

log = logging.getLogger(__name__)

QUALITIES = (90, 85, 78, 70)
SHRINK = 0.82
"""When no quality is small enough each side becomes this much of itself."""

HOPELESS = 2.0
"""So much too large at one quality, and no other will do: the size has to go down."""

LEAST_SIDE = 64
MB = 1_000_000
_STILL = ("image/jpeg", "image/png", "image/webp")
_LOSSLESS = ("image/png", "image/bmp", "image/gif", "image/tiff")


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
    except ValueError as error:
        raise Refused("The video is damaged.", "Export it again, then attach it.") from error
    left = "its track of data stays" if telling.track else ""
    if not telling.spans:
        return Fitted(file, found.mime, _note(left), found)
    copy = _place(folder, file, "clean", Path(file.name).suffix or ".mp4")
    if not copy.exists():
        making = copy.with_name(copy.name + ".new")
        clean_copy(file, making, telling)
        making.replace(copy)
    gone = "location removed" if telling.place else "details of its making removed"
    return Fitted(copy, found.mime, _note(gone, left), found)


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
    taken = _taken(found.mime, limits)
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
    """A copy painted anew: upright, in sRGB, of a kind and size that are taken."""
    with reading_picture(file) as opened:
        image = _upright(opened, limits.image_pixels)
    if (made := _made(image, found.mime, limits)) is not None:
        data, mime = made
        copy = _place(folder, file, wanted, _SUFFIXES[mime])
        _write(copy, data)
        return copy
    if limits.image_bytes:
        words = f"The picture cannot be made as small as {megabytes(limits.image_bytes)}."
    else:
        words = "This server takes no picture of a kind that Godwit can make."
    raise Refused(words, "Leave it out, or attach another.")


def _made(image: Image, mime: str, limits: MediaLimits) -> tuple[bytes, str] | None:
    """A version that fits: first the quality goes down, then the size. None: there is none."""
    most = limits.image_bytes
    clear = _has_alpha(image)
    # What shines through is laid on white only where it must be.
    kinds = ("image/webp", "image/jpeg") if clear else ("image/jpeg", "image/webp")
    lossy = [kind for kind in kinds if _taken(kind, limits)]
    if not clear:
        del lossy[1:]
    lossless = _taken("image/png", limits) and (clear or mime in _LOSSLESS or not lossy)
    while True:
        sizes = []
        if lossless:
            data = _saved(image, "image/png", 0)
            if not most or len(data) <= most:
                return data, "image/png"
            sizes.append(len(data))
            lossless = not lossy or len(data) < HOPELESS * most
        for kind in lossy:
            for quality in QUALITIES:
                data = _saved(image, kind, quality)
                if not most or len(data) <= most:
                    return data, kind
                if len(data) > HOPELESS * most:
                    break
            sizes.append(len(data))
        if not sizes or min(image.size) < LEAST_SIDE:
            return None
        # A little less than would do if bytes went with pixels: then quality can do the rest.
        share = min(SHRINK, max(0.3, 1.25 * (most / min(sizes)) ** 0.5))
        size = (int(image.width * share), int(image.height * share))
        image = image.resize((max(1, size[0]), max(1, size[1])), resample=_lanczos())


def _upright(image: Image, most_pixels: int) -> Image:
    """Decoded, turned as its EXIF says, in sRGB, within *most_pixels*; the first frame of several."""
    from PIL import ImageOps

    pixels = image.width * image.height
    target = min(most_pixels or pixels, 60_000_000)
    if pixels > target:
        share = (target / pixels) ** 0.5
        wanted = (max(1, int(image.width * share)), max(1, int(image.height * share)))
        if image.format in ("JPEG", "MPO"):
            # Decodes an eighth, a quarter or a half of it: less memory.
            image.draft("RGB", wanted)
    turned = ImageOps.exif_transpose(image)
    plain = _in_srgb(turned)
    if plain.width * plain.height > target:
        share = (target / (plain.width * plain.height)) ** 0.5
        smaller = (max(1, int(plain.width * share)), max(1, int(plain.height * share)))
        plain = plain.resize(smaller, resample=_lanczos())
    return plain


def _in_srgb(image: Image) -> Image:
    """RGB or RGBA, with its colours as sRGB has them."""
    mode = "RGBA" if _has_alpha(image) else "RGB"
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "RGBA", "CMYK", "L"):
        from PIL import ImageCms

        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            done = ImageCms.profileToProfile(
                image,
                source,
                ImageCms.createProfile("sRGB"),
                outputMode=mode if image.mode != "CMYK" else "RGB",
            )
        except (ImageCms.PyCMSError, OSError, ValueError) as error:
            log.info("colour profile not understood: %s", type(error).__name__)
        else:
            if done is not None:
                return done.convert(mode)
    return image.convert(mode)


def _has_alpha(image: Image) -> bool:
    """Something shines through it."""
    if image.mode == "P" and "transparency" in image.info:
        return True
    if image.mode not in ("RGBA", "LA", "PA"):
        return False
    low, _ = image.getchannel("A").getextrema()
    return int(low) < 255  # type: ignore[arg-type]


def _on_white(image: Image) -> Image:
    from PIL import Image as Pillow

    ground = Pillow.new("RGB", image.size, "white")
    ground.paste(image, mask=image.convert("RGBA").getchannel("A"))
    return ground


def _saved(image: Image, kind: str, quality: int) -> bytes:
    """Encoded as *kind*, with nothing beside the picture."""
    into = io.BytesIO()
    if kind == "image/jpeg":
        bare = _on_white(image) if _has_alpha(image) else image.convert("RGB")
    else:
        bare = image.copy()
    bare.info = {}
    match kind:
        case "image/png":
            bare.save(into, "PNG")
        case "image/webp":
            bare.save(into, "WEBP", quality=quality, method=3)
        case _:
            bare.save(into, "JPEG", quality=quality, optimize=True)
    return into.getvalue()


def _lanczos() -> int:
    from PIL.Image import Resampling

    return Resampling.LANCZOS


def _is_upright(file: Path) -> bool:
    with reading_picture(file) as image:
        return turned(image) == 1


def _has_gps(file: Path) -> bool:
    with reading_picture(file) as image:
        return bool(image.getexif().get_ifd(0x8825))


# -------------------------------------------------------------- files and words

_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
_NAMES = {".jpg": "JPEG", ".png": "PNG", ".webp": "WebP"}


def _taken(mime: str, limits: MediaLimits) -> bool:
    return (not limits.types and mime in _STILL) or mime in limits.types


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
