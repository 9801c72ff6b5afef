"""
Tracks of a video beside picture and sound: cameras write there where it was, by the second.

ISO/IEC 14496-12: handlers §8.4.3, where samples lie §8.6–8.7 (``stsz``, ``stsc``,
``stco``, ``co64``). GoPro, phones and drones use handlers ``meta`` and ``mett``;
some write the place into subtitles (``text``, ``sbtl``, ``subt``).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from app.services.containers import boxes

_DATA = frozenset({b"meta", b"mett", b"data", b"camm", b"gpmd"})
_WORDS = frozenset({b"text", b"sbtl", b"subt", b"clcp"})
_PLACES = (b"GPS", b"gps", b"latitude", b"Latitude", b"[lat")
_MOST_SAMPLES = 2_000_000
_LOOKED_AT = 200
"""Samples of subtitles in which a place is looked for, from the first on."""

Range = tuple[int, int]


def data_track(file: BinaryIO, start: int, end: int) -> list[Range] | None:
    """
    Where the samples of a track lie, if it tells more than picture, sound and words.

    Args:
        start, end: Of the content of its ``trak`` box.

    Raises: ValueError, struct.error: it is damaged.
    """
    found = _tables(file, start, end)
    handler = found.get(b"hdlr", bytes(12))[8:12]
    if handler in _DATA:
        return list(_samples(found))
    if handler in _WORDS:
        samples = list(_samples(found))
        return samples if _has_place(file, samples[:_LOOKED_AT]) else None
    return None


def _tables(file: BinaryIO, start: int, end: int) -> dict[bytes, bytes]:
    """Content of the boxes of a track that say what it is and where it lies."""
    found: dict[bytes, bytes] = {}
    todo = [(start, end)]
    while todo:
        for kind, inner, after in boxes(file, *todo.pop()):
            if kind in (b"mdia", b"minf", b"stbl"):
                todo.append((inner, after))
            elif kind in (b"hdlr", b"stsz", b"stsc", b"stco", b"co64"):
                file.seek(inner)
                found.setdefault(kind, file.read(after - inner))
    return found


def _samples(found: dict[bytes, bytes]) -> Iterator[Range]:
    """(begins, ends) of each sample, in order."""
    sizes, runs = _sizes(found.get(b"stsz", b"")), _runs(found.get(b"stsc", b""))
    number = 0
    for chunk, at in enumerate(_chunks(found), 1):
        while len(runs) > 1 and runs[1][0] <= chunk:
            runs.pop(0)
        for _ in range(runs[0][1] if runs else 0):
            if number >= len(sizes):
                return
            yield at, at + sizes[number]
            at += sizes[number]
            number += 1


def _sizes(table: bytes) -> list[int]:
    if not table:
        return []
    one, count = struct.unpack_from(">II", table, 4)
    if count > _MOST_SAMPLES:
        raise ValueError("too many samples")
    return [one] * count if one else list(struct.unpack_from(f">{count}I", table, 12))


def _runs(table: bytes) -> list[tuple[int, int]]:
    """(first chunk, samples in each chunk from there on)."""
    if not table:
        return []
    (count,) = struct.unpack_from(">I", table, 4)
    numbers = struct.unpack_from(f">{3 * min(count, _MOST_SAMPLES)}I", table, 8)
    return list(zip(numbers[::3], numbers[1::3], strict=True))


def _chunks(found: dict[bytes, bytes]) -> tuple[int, ...]:
    form = "I" if b"stco" in found else "Q"
    table = found.get(b"stco") or found.get(b"co64")
    if table is None:
        return ()
    (count,) = struct.unpack_from(">I", table, 4)
    return struct.unpack_from(f">{min(count, _MOST_SAMPLES)}{form}", table, 8)


def _has_place(file: BinaryIO, samples: list[Range]) -> bool:
    for start, end in samples:
        file.seek(start)
        text = file.read(min(end - start, 4_096))
        if any(mark in text for mark in _PLACES):
            return True
    return False
