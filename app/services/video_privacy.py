"""
Where a video was taken is written into its boxes: a copy has nothing there.

ISO/IEC 14496-12 §8.10 (``udta``, ``meta``), QuickTime's ``©xyz`` and
``com.apple.quicktime.location.ISO6709``, 3GPP TS 26.244 ``loci``; and into tracks of
data (``video_tracks``). A box that goes becomes ``free`` of the same size, so that
nothing else moves.
"""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from app.services.containers import boxes
from app.services.video_tracks import data_track

_TELLING = {b"udta", b"meta", b"uuid", b"XMP_"}
_PLACES = (b"\xa9xyz", b"loci", b"location")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_BLOCK = 1 << 20


class Found(Struct, frozen=True, kw_only=True):
    """
    What tells of its maker.

    Attributes:
        spans: (where a box begins, where its content begins, where it ends).
        samples: (begins, ends) of what tracks of data have in the file.
        place: Something says where it was taken.
        stuck: There is a track of data that cannot be taken out: its samples
            lie in fragments (§8.8).
    """

    spans: tuple[tuple[int, int, int], ...] = ()
    samples: tuple[tuple[int, int], ...] = ()
    place: bool = False
    stuck: bool = False


def look(file: Path) -> Found:
    """What is in *file*. Raises: ValueError, OSError: it is damaged."""
    spans: list[tuple[int, int, int]] = []
    samples: list[tuple[int, int]] = []
    place = track = fragments = False
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
                elif kind == b"trak" and (data := data_track(source, inner, after)) is not None:
                    # All of it goes: what it says, second by second, is where and how.
                    track = place = True
                    samples += data
                    spans.append(
                        (inner - (16 if _is_long(source, inner, after) else 8), inner, after)
                    )
                elif kind in (b"moov", b"trak", b"mdia") and depth < 8:
                    todo.append((inner, after, depth + 1))
                fragments = fragments or kind == b"moof"
    if any(not 0 <= start <= end <= size for start, end in samples):
        raise ValueError("a sample lies outside of the file")
    return Found(spans=tuple(spans), samples=tuple(samples), place=place, stuck=track and fragments)


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
            _empty(target, inner, after)
        for start, end in found.samples:
            _empty(target, start, end)
        target.flush()
        os.fsync(target.fileno())


def _empty(file: BinaryIO, start: int, end: int) -> None:
    file.seek(start)
    left = end - start
    while left > 0:
        left -= file.write(bytes(min(left, _BLOCK)))


def _is_long(file: BinaryIO, inner: int, after: int) -> bool:
    """Its size stands in eight bytes behind its name."""
    if inner < 16:
        return False
    file.seek(inner - 16)
    length, _, real = struct.unpack(">I4sQ", file.read(16))
    return bool(length == 1 and real == after - (inner - 16))
