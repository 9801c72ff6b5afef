"""What bytes are, by what they begin with: never by what a server calls them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Format = Literal["png", "jpeg", "webp", "gif"]

_PNG = b"\x89PNG\r\n\x1a\n"
# Frame headers that hold the size; C4, C8 and CC are something else.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


class PictureType(Struct, frozen=True):
    """*format* is also what to tell the decoder; sizes in px, as announced."""

    format: Format
    width: int
    height: int

    @property
    def pixels(self) -> int:
        """How many it would decode to."""
        return self.width * self.height


def picture_type(data: bytes) -> PictureType | None:
    """The type of *data*, or None if it is no picture that we decode."""
    if data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        return _sized("png", _big(data, 16, 4), _big(data, 20, 4))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return _sized("gif", _little(data, 6, 2), _little(data, 8, 2))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    return None


def _sized(format: Format, width: int, height: int) -> PictureType | None:
    return PictureType(format, width, height) if width and height else None


def _big(data: bytes, at: int, count: int) -> int:
    return int.from_bytes(data[at : at + count], "big")


def _little(data: bytes, at: int, count: int) -> int:
    return int.from_bytes(data[at : at + count], "little")


def _webp(data: bytes) -> PictureType | None:
    """RFC 9649: lossy, lossless and extended headers."""
    if len(data) < 30:
        return None
    match data[12:16]:
        case b"VP8 " if data[23:26] == b"\x9d\x01\x2a":
            width, height = _little(data, 26, 2) & 0x3FFF, _little(data, 28, 2) & 0x3FFF
        case b"VP8L" if data[20] == 0x2F:
            bits = _little(data, 21, 4)
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            width, height = _little(data, 24, 3) + 1, _little(data, 27, 3) + 1
        case _:
            return None
    return _sized("webp", width, height)


def _jpeg(data: bytes) -> PictureType | None:
    """ITU T.81: from segment to segment, up to the frame header."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill bytes are allowed
            at += 1
        elif marker in _JPEG_ALONE:
            at += 2
        elif marker in _JPEG_FRAMES:
            return _sized("jpeg", _big(data, at + 7, 2), _big(data, at + 5, 2))
        else:
            length = _big(data, at + 2, 2)
            if length < 2:
                return None
            at += 2 + length
    return None
