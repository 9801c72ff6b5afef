"""What the demo says of its pictures is true."""

from __future__ import annotations

import struct

import pytest

from app.protocols import demo
from app.protocols.demo.markup import MEDIA
from app.protocols.demo.pictures import PICTURES


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height, read from the head of a PNG, WebP (lossy) or JPEG file."""
    if data.startswith(b"\x89PNG"):
        return struct.unpack(">II", data[16:24])
    if data[8:16] == b"WEBPVP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    assert data.startswith(b"\xff\xd8")
    at = 2
    while data[at + 1] not in (0xC0, 0xC2):
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    height, width = struct.unpack(">HH", data[at + 5 : at + 9])
    return width, height


@pytest.mark.parametrize("name", PICTURES)
def test_the_stated_size_is_the_size(name: str) -> None:
    """Space is reserved from it: a lie would make the timeline jump."""
    path = demo.media_file(MEDIA + name)
    assert path is not None
    width, height, blurhash = PICTURES[name]

    assert size_of(path.read_bytes()) == (width, height)
    assert len(blurhash) == 28
