"""
A picture painted anew: upright, in sRGB, of a kind and size that a server takes.

Blocking and slow; a decoded picture takes four bytes for each of its points, and
so does each step that is made of it. So it is made small before anything else is
done to it, and no step is kept longer than the next one needs it.
"""

from __future__ import annotations

import io
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from app.model.sending import MediaLimits
from app.services.file_types import reading_picture, turned

if TYPE_CHECKING:  # 40 ms, and only who sends pictures needs it
    from PIL.Image import Image

log = logging.getLogger(__name__)

QUALITIES = (90, 85, 78, 70)
SHRINK = 0.82
"""When no quality is small enough each side becomes this much of itself."""

HOPELESS = 2.0
"""So much too large at one quality, and no other will do: the size has to go down."""

LEAST_SIDE = 64
MOST_PIXELS, MOST_CLEAR_PIXELS = 12_000_000, 8_000_000
"""Of what is painted anew, opaque or not: servers show no more, and memory is 4 bytes for each."""

PIXELS_PER_BYTE = 3
"""No photo is worth more points than this for each byte that is taken of it."""

_SAMPLE = 700
"""Side of the piece from its middle that tells how large a large picture will be, px."""

_LOSSLESS = ("image/png", "image/bmp", "image/gif", "image/tiff")
_TURNS = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE",
          6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90"}  # fmt: skip


def painted(file: Path, mime: str, limits: MediaLimits) -> tuple[bytes, str] | None:
    """
    A version of the picture in *file* that fits, and its kind; None: there is none.

    First the quality goes down, then the size.

    Args:
        mime: What it is: what has no losses keeps none where that fits.
    """
    most = limits.image_bytes
    image = _decoded(file, limits)
    clear = _has_alpha(image)
    # What shines through is laid on white only where it must be.
    kinds = ("image/webp", "image/jpeg") if clear else ("image/jpeg", "image/webp")
    lossy = [kind for kind in kinds if is_taken(kind, limits)]
    if not clear:
        del lossy[1:]
    lossless = is_taken("image/png", limits) and (clear or mime in _LOSSLESS or not lossy)
    while True:
        sizes: list[int] = []
        if lossless:
            data, size = _tried(image, "image/png", 0, most)
            if data:
                return data, "image/png"
            sizes.append(size)
            lossless = not lossy or size < HOPELESS * most
        for kind in lossy:
            for quality in QUALITIES:
                data, size = _tried(image, kind, quality, most)
                if data:
                    return data, kind
                if size > HOPELESS * most:
                    break
            sizes.append(size)
        if not sizes or min(image.size) < LEAST_SIDE:
            return None
        # A little less than would do if bytes went with pixels: then quality can do the rest.
        share = min(SHRINK, max(0.3, 1.25 * (most / min(sizes)) ** 0.5))
        image = _shrunk(image, share)


def is_taken(mime: str, limits: MediaLimits) -> bool:
    """Whether pictures of that kind are."""
    return (not limits.types and mime in STILL) or mime in limits.types


STILL = ("image/jpeg", "image/png", "image/webp")


def _tried(image: Image, kind: str, quality: int, most: int) -> tuple[bytes, int]:
    """Its bytes, if they are no more than *most* (0 = any); else b"". And how many there are."""
    if most and (guessed := _guessed(image, kind, quality)) > HOPELESS * most:
        return b"", guessed
    data = _saved(image, kind, quality)
    return (data if not most or len(data) <= most else b""), len(data)


def _guessed(image: Image, kind: str, quality: int) -> int:
    """About how many bytes it will have, by a piece of it; 0 for what is soon tried."""
    pixels = image.width * image.height
    if pixels < 4 * _SAMPLE * _SAMPLE:
        return 0
    side = min(_SAMPLE, image.width, image.height)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    piece = image.crop((left, top, left + side, top + side))
    return int(len(_saved(piece, kind, quality)) * pixels / (side * side))


def _decoded(file: Path, limits: MediaLimits) -> Image:
    """Its first picture: small enough, upright, in sRGB, with nothing beside it."""
    with reading_picture(file) as opened:
        way = turned(opened)
        most = _most_pixels(opened, limits)
        pixels = opened.width * opened.height
        share = min(1.0, (most / pixels) ** 0.5)
        if share < 1 and opened.format in ("JPEG", "MPO"):
            # Decodes an eighth, a quarter or a half of it: less memory.
            opened.draft("RGB", (int(opened.width * share), int(opened.height * share)))
            share = min(1.0, (most / (opened.width * opened.height)) ** 0.5)
        profile = opened.info.get("icc_profile")
        image = _plain(opened, share)
    if way in _TURNS:
        from PIL.Image import Transpose

        image = image.transpose(Transpose[_TURNS[way]])
    image = _in_srgb(image, profile)
    image.info = {}
    return image


def _most_pixels(image: Image, limits: MediaLimits) -> int:
    most = MOST_CLEAR_PIXELS if _may_be_clear(image) else MOST_PIXELS
    if limits.image_bytes:
        most = min(most, limits.image_bytes * PIXELS_PER_BYTE)
    return min(most, limits.image_pixels or most)


def _plain(image: Image, share: float) -> Image:
    """One value for each point and colour, as small as wanted: in a picture of its own."""
    image.load()
    mode = image.mode
    if mode in ("P", "PA", "1", "I", "F", "I;16", "LA", "YCbCr", "HSV", "LAB"):
        mode = "RGBA" if _may_be_clear(image) else "RGB"
    wanted = image if mode == image.mode else image.convert(mode)
    return _shrunk(wanted, share) if share < 1 else wanted.copy()


def _shrunk(image: Image, share: float) -> Image:
    from PIL.Image import Resampling

    size = (max(1, int(image.width * share)), max(1, int(image.height * share)))
    return image.resize(size, resample=Resampling.LANCZOS)


def _in_srgb(image: Image, profile: object) -> Image:
    """RGB or RGBA, with its colours as sRGB has them."""
    mode = "RGBA" if _has_alpha(image) else "RGB"
    if isinstance(profile, bytes) and image.mode in ("RGB", "RGBA", "CMYK", "L"):
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
                image = done
    return image if image.mode == mode else image.convert(mode)


def _may_be_clear(image: Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _has_alpha(image: Image) -> bool:
    """Something shines through it."""
    if image.mode not in ("RGBA", "LA", "PA"):
        return False
    low, _ = image.getchannel("A").getextrema()
    return int(low) < 255  # type: ignore[arg-type]


def _on_white(image: Image) -> Image:
    from PIL import Image as Pillow

    ground = Pillow.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _saved(image: Image, kind: str, quality: int) -> bytes:
    """Encoded as *kind*."""
    into = io.BytesIO()
    match kind:
        case "image/png":
            image.save(into, "PNG")
        case "image/webp":
            image.save(into, "WEBP", quality=quality, method=3)
        case _:
            bare = _on_white(image) if image.mode == "RGBA" else image
            bare.save(into, "JPEG", quality=quality, optimize=True)
    return into.getvalue()
