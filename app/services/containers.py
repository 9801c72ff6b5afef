"""
What videos and sound say about themselves in their headers.

ISO base media (ISO/IEC 14496-12: mp4, mov, m4a), Matroska (RFC 9559: webm), Ogg
(RFC 3533), MPEG audio (ISO/IEC 11172-3), WAVE and FLAC (RFC 9639). Hostile files
raise ``ValueError`` at most, and are never read whole.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.services.file_types import FileType

_MOST_BOXES = 10_000
_DEEP = {b"moov", b"trak", b"mdia"}


def container_type(path: Path, head: bytes) -> FileType | None:
    """What *path*, which begins with *head*, is; None: no container known here."""
    with path.open("rb") as file:
        size = path.stat().st_size
        if head[4:8] == b"ftyp":
            # AVIF pictures use the same boxes; Pillow reads them.
            return None if head[8:12] in (b"avif", b"avis") else _iso(file, size, head[8:12])
        if head.startswith(b"\x1a\x45\xdf\xa3"):
            return _matroska(head, file, size)
        if head.startswith(b"OggS"):
            return _ogg(file, head, size)
        if head.startswith(b"fLaC"):
            return _flac(head)
        if head.startswith(b"RIFF") and head[8:12] == b"WAVE":
            return _wave(head, size)
        if head.startswith(b"ID3") or (head[0] == 0xFF and head[1:2] and head[1] & 0xE6 == 0xE2):
            return _mpeg_audio(file, head, size)
    return None


# ---------------------------------------------------------------- ISO media


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """
    (type, where its content begins, where it ends) of the boxes in a range.

    Raises: ValueError, on one that does not fit.
    """
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        header = file.read(16)
        if len(header) < 8:
            raise ValueError("cut short")
        length, kind = struct.unpack(">I4s", header[:8])
        content = start + 8
        if length == 1:
            if len(header) < 16:
                raise ValueError("cut short")
            (length,) = struct.unpack(">Q", header[8:16])
            content += 8
        elif length == 0:
            length = end - start
        if length < content - start or start + length > end:
            raise ValueError("a box does not fit")
        yield kind, content, start + length
        start += length
    raise ValueError("too many boxes")


def _iso(file: BinaryIO, size: int, brand: bytes) -> FileType:
    seconds, width, height = 0.0, 0, 0
    handlers: set[bytes] = set()
    for kind, start, end in _walk(file, 0, size):
        file.seek(start)
        data = file.read(min(end - start, 120))
        if kind == b"mvhd":
            seconds = _duration(data)
        elif kind == b"tkhd":
            found = struct.unpack(">II", _exactly(data[(96 if data[0] else 84) - 8 :][:8], 8))
            width, height = max(width, found[0] >> 16), max(height, found[1] >> 16)
        elif kind == b"hdlr":
            handlers.add(data[8:12])
    if b"vide" in handlers:
        mime = "video/quicktime" if brand == b"qt  " else "video/mp4"
        return FileType(kind="video", mime=mime, width=width, height=height, duration=seconds)
    if b"soun" in handlers:
        return FileType(kind="audio", mime="audio/mp4", duration=seconds)
    raise ValueError("neither video nor sound in it")


def _walk(file: BinaryIO, start: int, end: int, depth: int = 0) -> Iterator[tuple[bytes, int, int]]:
    _not_too_deep(depth)
    for kind, inner, after in boxes(file, start, end):
        if kind in _DEEP:
            yield from _walk(file, inner, after, depth + 1)
        else:
            yield kind, inner, after


def _duration(data: bytes) -> float:
    """Of a movie header box, in seconds (§8.2.2)."""
    form = ">IQ" if data[:1] == b"\x01" else ">II"
    at = 20 if data[:1] == b"\x01" else 12
    scale, length = struct.unpack(
        form, _exactly(data[at : at + struct.calcsize(form)], struct.calcsize(form))
    )
    return round(length / scale, 3) if scale else 0.0


def _not_too_deep(depth: int) -> None:
    if depth > 16:
        raise ValueError("boxes within boxes")


def _exactly(data: bytes, count: int) -> bytes:
    if len(data) != count:
        raise ValueError("cut short")
    return data


# ----------------------------------------------------------------- Matroska

_SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO = 0x18538067, 0x1549A966, 0x1654AE6B, 0xAE, 0xE0
_DOCTYPE, _EBML, _SCALE, _DURATION = 0x4282, 0x1A45DFA3, 0x2AD7B1, 0x4489
_WIDTH, _HEIGHT, _CLUSTER = 0xB0, 0xBA, 0x1F43B675
_INSIDE = {_EBML, _SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO}


def _matroska(head: bytes, file: BinaryIO, size: int) -> FileType:
    file.seek(0)
    data = file.read(min(size, 262_144))
    found = {_SCALE: 1_000_000.0}
    doctype, has_tracks = b"", False
    for id, value in _elements(data, 0, len(data)):
        if id == _DOCTYPE:
            doctype = value
        elif id == _DURATION:
            found[id] = struct.unpack(">f" if len(value) == 4 else ">d", value)[0]
        elif id in (_SCALE, _WIDTH, _HEIGHT):
            found[id] = int.from_bytes(value, "big")
        has_tracks = has_tracks or id == _TRACK
    length = found.get(_DURATION, 0.0) * found[_SCALE] / 1e9
    seconds = round(length, 3) if 0 < length < 1e7 else 0.0
    width, height = int(found.get(_WIDTH, 0)), int(found.get(_HEIGHT, 0))
    family = "webm" if doctype.rstrip(b"\0") == b"webm" else "x-matroska"
    if width and height:
        return FileType(
            kind="video", mime=f"video/{family}", width=width, height=height, duration=seconds
        )
    if has_tracks:
        return FileType(kind="audio", mime=f"audio/{family}", duration=seconds)
    raise ValueError("no tracks")


def _elements(data: bytes, at: int, end: int, depth: int = 0) -> Iterator[tuple[int, bytes]]:
    """(id, content) of what stands before the first cluster, containers gone into (RFC 8794)."""
    _not_too_deep(depth)
    while at < end:
        id, at = _vint(data, at, keep_mark=True)
        length, at = _vint(data, at, keep_mark=False)
        if id == _CLUSTER:
            return
        after = end if length < 0 else min(end, at + length)
        if id in _INSIDE:
            yield id, b""
            yield from _elements(data, at, after, depth + 1)
        else:
            yield id, data[at:after]
        at = after


def _vint(data: bytes, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """A number of variable length; -1 = not known (all ones)."""
    if at >= len(data) or data[at] == 0:
        raise ValueError("no number here")
    width = 9 - data[at].bit_length()
    value = int.from_bytes(_exactly(data[at : at + width], width), "big")
    if not keep_mark:
        value &= (1 << (7 * width)) - 1
        if value == (1 << (7 * width)) - 1:
            value = -1
    return value, at + width


# -------------------------------------------------------------------- sound


def _ogg(file: BinaryIO, head: bytes, size: int) -> FileType:
    opus, vorbis = head.find(b"OpusHead", 0, 200), head.find(b"\x01vorbis", 0, 200)
    if b"\x80theora" in head[:400]:
        return FileType(kind="video", mime="video/ogg")
    if opus >= 0:
        rate = 48_000
    elif vorbis >= 0:
        (rate,) = struct.unpack("<I", _exactly(head[vorbis + 12 : vorbis + 16], 4))
    else:
        raise ValueError("no sound that is known")
    file.seek(max(0, size - 65_536))
    tail = file.read()
    last = tail.rfind(b"OggS")
    samples = 0
    if last >= 0:
        (samples,) = struct.unpack("<q", _exactly(tail[last + 6 : last + 14], 8))
    return FileType(kind="audio", mime="audio/ogg", duration=_length(samples, rate))


def _flac(head: bytes) -> FileType:
    info = int.from_bytes(_exactly(head[18:26], 8), "big")
    return FileType(
        kind="audio", mime="audio/flac", duration=_length(info & (1 << 36) - 1, info >> 44)
    )


def _wave(head: bytes, size: int) -> FileType:
    (pace,) = struct.unpack("<I", _exactly(head[28:32], 4))
    return FileType(kind="audio", mime="audio/wav", duration=_length(max(0, size - 44), pace))


_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_KBITS = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _mpeg_audio(file: BinaryIO, head: bytes, size: int) -> FileType | None:
    start = 0
    if head.startswith(b"ID3"):
        a, b, c, d = _exactly(head[6:10], 4)
        start = 10 + (a << 21 | b << 14 | c << 7 | d)
    file.seek(start)
    frame = file.read(200)
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0:
        raise ValueError("no sound after the tags")
    version, layer = frame[1] >> 3 & 3, frame[1] >> 1 & 3
    rate_at, kbits_at = frame[2] >> 2 & 3, frame[2] >> 4
    if version not in _RATES or layer != 1 or rate_at == 3 or kbits_at in (0, 15):
        raise ValueError("not MP3")
    rate, kbits = _RATES[version][rate_at], _KBITS[version == 3][kbits_at]
    for mark in (b"Xing", b"Info"):
        at = frame.find(mark)
        if at > 0 and frame[at + 7 : at + 8] and frame[at + 7] & 1:
            (frames,) = struct.unpack(">I", _exactly(frame[at + 8 : at + 12], 4))
            return _mp3(_length(frames * (1152 if version == 3 else 576), rate))
    return _mp3(_length(size - start, kbits * 125))


def _mp3(seconds: float) -> FileType:
    return FileType(kind="audio", mime="audio/mpeg", duration=seconds)


def _length(count: int, per_second: int) -> float:
    """Seconds; 0 where the file does not say."""
    return round(count / per_second, 3) if per_second > 0 and count > 0 else 0.0
