"""
What pictures tell beside what is seen in them, taken out without touching the picture.

JPEG: application segments and comments (ITU-T T.81 §B.2.4), and whatever was
hung on behind its end. PNG: chunks of text, time and EXIF (PNG 3rd edition §11.3).
WebP: the EXIF and XMP chunks (RFC 9649 §2.7). Colour profiles stay.
"""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP",
    b"sBIT", b"pHYs", b"bKGD", b"acTL", b"fcTL", b"fdAT",
}  # fmt: skip
_WEBP_GONE = {b"EXIF", b"XMP "}
_EXIF_BIT, _XMP_BIT = 0x08, 0x04


def stripped(data: bytes, mime: str) -> bytes | None:
    """
    *data* without what tells of its maker; itself where there is nothing.

    None: of this kind, or in this state, it has to be painted anew.
    """
    try:
        match mime:
            case "image/jpeg":
                return _jpeg(data)
            case "image/png":
                return _png(data)
            case "image/webp":
                return _webp(data)
    except (ValueError, IndexError, struct.error):
        return None
    return None


def tells_place(data: bytes) -> bool:
    """Somewhere outside of the picture itself stands where it was taken."""
    return b"GPSLatitude" in data or b"exif:GPS" in data or b"GPSCoordinates" in data


def _jpeg(data: bytes) -> bytes:
    if data[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    kept, at = [b"\xff\xd8"], 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker == 0xD9:
            kept.append(b"\xff\xd9")
            return b"".join(kept)
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        after = at + 2 + length
        if after > len(data):
            raise ValueError("cut short")
        segment = data[at:after]
        if marker == 0xDA:
            after = _scan_end(data, after)
            segment = data[at:after]
        if _jpeg_keeps(marker, segment[4:]):
            kept.append(segment)
        at = after


def _jpeg_keeps(marker: int, content: bytes) -> bool:
    if marker == 0xFE:  # comment
        return False
    if 0xE0 <= marker <= 0xEF:
        return (
            (marker == 0xE0 and content.startswith(b"JFIF\0"))
            or (marker == 0xE2 and content.startswith(b"ICC_PROFILE\0"))
            or (marker == 0xEE and content.startswith(b"Adobe"))
        )
    return True


def _scan_end(data: bytes, at: int) -> int:
    """Where the next marker stands that is no restart within the scan."""
    while True:
        at = data.index(b"\xff", at)
        following = data[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


def _png(data: bytes) -> bytes:
    if not data.startswith(_PNG):
        raise ValueError("no PNG")
    kept, at = [_PNG], len(_PNG)
    while True:
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, after = data[at + 4 : at + 8], at + 12 + length
        if after > len(data):
            raise ValueError("cut short")
        if kind in _PNG_KEPT:
            kept.append(data[at:after])
        if kind == b"IEND":
            return b"".join(kept)
        at = after


def _webp(data: bytes) -> bytes:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("no WebP")
    (whole,) = struct.unpack("<I", data[4:8])
    end, at = min(len(data), whole + 8), 12
    kept = []
    while at + 8 <= end:
        kind = data[at : at + 4]
        (length,) = struct.unpack("<I", data[at + 4 : at + 8])
        after = at + 8 + length + (length & 1)
        chunk = data[at : min(after, end)]
        if len(chunk) < 8 + length:
            raise ValueError("cut short")
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~(_EXIF_BIT | _XMP_BIT)]) + chunk[9:]
        if kind not in _WEBP_GONE:
            kept.append(chunk)
        at = after
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body
