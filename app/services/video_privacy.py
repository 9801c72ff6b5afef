"""
Where a video was taken is written into its boxes: a copy has nothing there.

ISO/IEC 14496-12 §8.10 (``udta``, ``meta``), QuickTime's ``©xyz`` and
``com.apple.quicktime.location.ISO6709``, 3GPP TS 26.244 ``loci``. A box that goes
becomes ``free`` of the same size, so that nothing else moves.
"""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from app.services.containers import boxes

_TELLING = {b"udta", b"meta", b"uuid", b"XMP_"}
_PLACES = (b"\xa9xyz", b"loci", b"location")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_BLOCK = 1 << 20


class Found(Struct, frozen=True, kw_only=True):
    """
    What tells of its maker.

    Attributes:
        spans: (where a box begins, where its content begins, where it ends).
        place: One of them says where it was taken.
        track: It has a track of data beside picture and sound; that stays.
    """

    spans: tuple[tuple[int, int, int], ...] = ()
    place: bool = False
    track: bool = False


def look(file: Path) -> Found:
    """What is in *file*. Raises: ValueError, OSError: it is damaged."""
    spans: list[tuple[int, int, int]] = []
    place = track = False
    with file.open("rb") as source:
        size = file.stat().st_size
        todo = [(0, size, 0)]
        while todo:
            start, end, depth = todo.pop()
            for kind, inner, after in boxes(source, start, end):
                if kind in _TELLING:
                    source.seek(inner)
                    content = source.read(min(after - inner, _BLOCK))
                    here = any(mark in content for mark in _PLACES)
                    if kind == b"uuid" and not (here or content.startswith(_XMP)):
                        continue  # how a stream is cut up, for instance
                    place = place or here
                    header = 16 if _is_long(source, inner, after) else 8
                    spans.append((inner - header, inner, after))
                elif kind in (b"moov", b"trak", b"mdia") and depth < 8:
                    todo.append((inner, after, depth + 1))
                elif kind == b"hdlr" and depth == 3:
                    source.seek(inner + 8)
                    track = track or source.read(4) in (b"meta", b"mett")
    return Found(spans=tuple(spans), place=place, track=track)


def clean_copy(file: Path, copy: Path, found: Found) -> None:
    """
    Write *file* to *copy*, with nothing in the boxes that were found.

    Raises: OSError.
    """
    copy.touch(0o600)
    shutil.copyfile(file, copy)
    with copy.open("r+b") as target:
        for start, inner, after in found.spans:
            target.seek(start + 4)
            target.write(b"free")
            target.seek(inner)
            left = after - inner
            while left > 0:
                left -= target.write(bytes(min(left, _BLOCK)))
        target.flush()
        os.fsync(target.fileno())


def _is_long(file: BinaryIO, inner: int, after: int) -> bool:
    """Its size stands in eight bytes behind its name."""
    if inner < 16:
        return False
    file.seek(inner - 16)
    length, _, real = struct.unpack(">I4sQ", file.read(16))
    return bool(length == 1 and real == after - (inner - 16))
