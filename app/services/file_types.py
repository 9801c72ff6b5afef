"""
What a file is, told by what it begins with and never by its name.

Pictures are read by Pillow; of videos and sound only the few bytes of their
headers are (``containers.py``). Blocking: not for the loop.
"""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from app.model.errors import Refused
from app.model.post import MediaKind

if TYPE_CHECKING:  # 40 ms, and only who attaches something needs it
    from PIL.Image import Image

HEAD = 4_096
MAX_PIXELS = 120_000_000
"""Width × height that is decoded whole: half a gigabyte, for a moment."""

MAX_JPEG_PIXELS = 400_000_000
"""JPEG can be decoded smaller than it is."""

_PICTURES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "AVIF": "image/avif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
}

TRY = "Attach a picture (PNG, JPEG, WebP, GIF), a video (MP4, WebM) or sound (MP3, OGG)."


class FileType(Struct, frozen=True, kw_only=True):
    """
    What is in a file. Sizes in px as it is looked at, duration in seconds.

    *moving*: a picture with more than one frame.
    """

    kind: MediaKind
    mime: str
    width: int = 0
    height: int = 0
    duration: float = 0.0
    moving: bool = False


def probe(path: Path) -> FileType:
    """
    What *path* is.

    Raises:
        Refused: Nothing that could be attached, or it is damaged; says why.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise Refused(
            f"{path.name} cannot be read: {error.strerror}.", "Check the file."
        ) from error
    if not head:
        raise Refused("The file is empty.", TRY)
    if (words := _unwanted(head)) is not None:
        raise Refused(words, TRY)
    # Only who attaches a file needs it.
    from app.services.containers import container_type

    try:
        found = container_type(path, head)
    except (ValueError, OSError, struct.error, IndexError, OverflowError) as error:
        raise Refused(
            "The video or sound is damaged.", "Export it again, then attach it."
        ) from error
    return found or _picture(path)


def open_picture(path: Path) -> Image:
    """
    Open a picture; nothing is decoded yet. The caller closes it.

    Raises:
        Refused: It is none, damaged, or so large that decoding it is not safe.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            # We look at the size ourselves, below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path, formats=[*_PICTURES.keys() - {"MPO"}])
    except UnidentifiedImageError:
        raise Refused("The file is no picture, video or sound that Godwit knows.", TRY) from None
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("The picture is damaged, or far too large.", "Export it again.") from error
    most = MAX_JPEG_PIXELS if image.format in ("JPEG", "MPO") else MAX_PIXELS
    if image.width * image.height > most:
        size = f"{image.width} × {image.height}"
        image.close()
        raise Refused(
            f"The picture is too large to be opened safely: {size} pixels.", "Make it smaller."
        )
    return image


@contextmanager
def reading_picture(path: Path) -> Iterator[Image]:
    """As ``open_picture``, closed afterwards; damage met inside is refused in words, too."""
    from PIL.Image import DecompressionBombError

    with open_picture(path) as image:
        try:
            yield image
        except (OSError, ValueError, SyntaxError, MemoryError, DecompressionBombError) as error:
            raise Refused("The picture is damaged.", "Export it again, then attach it.") from error


def turned(image: Image) -> int:
    """How it was held: EXIF 2.3 §4.6.4 tag 0x0112; 1 = upright, 5 to 8 = on its side."""
    return int(image.getexif().get(0x0112, 1) or 1)


def _picture(path: Path) -> FileType:
    with reading_picture(path) as image:
        moving = int(getattr(image, "n_frames", 1)) > 1 and image.format != "MPO"
        width, height = image.size
        if turned(image) in (5, 6, 7, 8):
            width, height = height, width
        return FileType(
            kind="gif" if moving and image.format == "GIF" else "image",
            mime=_PICTURES[image.format or ""],
            width=width,
            height=height,
            duration=_seconds(image) if moving else 0.0,
            moving=moving,
        )


def _seconds(image: Image) -> float:
    """How long a moving picture runs, by its first frames' pace."""
    first = float(image.info.get("duration", 100) or 100)
    return round(int(getattr(image, "n_frames", 1)) * first / 1000, 2)


def _unwanted(head: bytes) -> str | None:
    """Kinds that people try, in words; None: look on."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    if start.startswith((b"<svg", b"<?xml")) or b"<svg" in start:
        return "SVG drawings cannot be attached: no network takes them."
    if start.startswith((b"<!doctype html", b"<html")):
        return "This is a web page, not a picture."
    if start.startswith(b"%pdf"):
        return "PDF files cannot be attached: no network takes them."
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        return "HEIC pictures cannot be read here: export it as JPEG."
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        return "Archives cannot be attached: unpack it first."
    if head.startswith((b"MZ", b"\x7fELF", b"#!")):
        return "Programs cannot be attached."
    return None
