"""Pictures: decoded in workers, by named format, bounded; nothing is loaded twice."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter

from app.model.errors import Unreachable
from app.ui.timeline.blurhash import decode_blurhash
from app.ui.timeline.decode import Undecodable, decode, rough
from app.ui.timeline.media_pictures import MediaPictures
from app.ui.timeline.pictures import Form

BLUR = "LEHV6nWB2yk8pyo0adR*.7kCMdnj"
SQUARE = Form(40, 40)


def encoded(width: int = 80, height: int = 40, form: str = "png") -> bytes:
    """A picture: left half red, right half blue."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    painter = QPainter(image)
    painter.fillRect(width // 2, 0, width, height, QColor("blue"))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form)  # type: ignore[call-overload]
    return bytes(data.data())


class Shop:
    """Hands out bytes, and remembers what was asked and rejected."""

    def __init__(self, goods: dict[str, bytes | Exception]) -> None:
        self.goods = goods
        self.asked: list[tuple[str, str]] = []
        self.rejected: list[str] = []

    async def get(self, url: str, kind: str, why: str = "") -> Path | bytes:
        """The goods, or their error."""
        self.asked.append((url, kind))
        found = self.goods[url]
        if isinstance(found, Exception):
            raise found
        return found

    async def reject(self, url: str) -> None:
        """Not a picture."""
        self.rejected.append(url)


class Bench:
    """Runs what the pictures start, to its end."""

    def __init__(self, shop: Shop, **more: Any) -> None:
        self.tasks: list[asyncio.Task[None]] = []
        self.said: list[str] = []
        self.now = 0.0
        self.pictures = MediaPictures(shop, self._start, clock=lambda: self.now, **more)  # type: ignore[arg-type]
        self.pictures.arrived.connect(self.said.append)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.get_running_loop().create_task(work))

    async def done(self) -> None:
        """Wait for all of it."""
        while self.tasks:
            await self.tasks.pop()


async def test_a_picture_comes_after_it_was_asked_for(qapp: object) -> None:
    """First None, then the pixmap of exactly that form; asked for once."""
    shop = Shop({"u": encoded()})
    bench = Bench(shop)
    form = Form(40, 20, 2.0, 6.0)

    assert bench.pictures.request("u", form) is None
    assert bench.pictures.request("u", form) is None
    await bench.done()
    found = bench.pictures.request("u", form)

    assert found is not None
    assert (found.width(), found.height(), found.devicePixelRatio()) == (80, 40, 2.0)
    assert shop.asked == [("u", "preview")]
    assert bench.said == ["u"]


async def test_a_rough_form_stands_in(qapp: object) -> None:
    """A blurhash is there before (or instead of) the picture."""
    bench = Bench(Shop({"u": Unreachable("gone")}))

    bench.pictures.request("u", SQUARE, BLUR)
    await bench.done()

    assert bench.pictures.request("u", SQUARE, BLUR) is not None
    assert bench.pictures.failed("u")


async def test_what_failed_is_asked_for_again_later(qapp: object) -> None:
    """Not at every frame; after a while."""
    shop = Shop({"u": Unreachable("gone")})
    bench = Bench(shop)
    for _ in range(3):
        bench.pictures.request("u", SQUARE)
        await bench.done()
    assert len(shop.asked) == 1

    bench.now = 31.0
    bench.pictures.request("u", SQUARE)
    await bench.done()

    assert len(shop.asked) == 2


async def test_junk_is_rejected(qapp: object) -> None:
    """The service hears of it, so that the file goes."""
    shop = Shop({"u": b"<svg xmlns='http://www.w3.org/2000/svg'/>"})
    bench = Bench(shop)

    bench.pictures.request("u", SQUARE)
    await bench.done()

    assert shop.rejected == ["u"]
    assert bench.pictures.failed("u")


async def test_memory_is_bounded(qapp: object) -> None:
    """The least recently used go first."""
    shop = Shop({str(n): encoded() for n in range(20)})
    bench = Bench(shop, most_bytes=5 * 40 * 40 * 4)
    for n in range(20):
        bench.pictures.request(str(n), SQUARE)
        await bench.done()

    assert bench.pictures.bytes_kept <= 5 * 40 * 40 * 4
    assert bench.pictures.request("19", SQUARE) is not None
    assert bench.pictures.request("0", SQUARE) is None
    await bench.done()


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_formats_are_decoded_and_cropped_to_the_focus(qapp: object, form: str) -> None:
    """A square of a wide picture: around the point of interest."""
    data = encoded(form=form)

    left = decode(data, Form(20, 20, focus=(-1, 0)))
    right = decode(data, Form(20, 20, focus=(1, 0)))

    assert left.pixelColor(10, 10).red() > 200
    assert right.pixelColor(10, 10).blue() > 200


def test_corners_are_cut_once(qapp: object) -> None:
    """An avatar is a disc with nothing in its corners."""
    made = decode(encoded(), Form(40, 40, 1.0, 20.0, kind="avatar"))

    assert made.pixelColor(0, 0).alpha() == 0
    assert made.pixelColor(20, 20).alpha() == 255


def test_a_picture_that_says_it_is_huge_is_refused(qapp: object) -> None:
    """Before anything is decoded: 48 kB may claim 20 000 × 20 000."""
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + head
    bomb = b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + head))

    with pytest.raises(Undecodable):
        decode(bomb, SQUARE)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"\xff\xd8\xff\xe0" + b"x" * 50,
        b"%PDF-1.4",
        encoded()[:60],
        b"<?xml version='1.0'?><svg/>",
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\0" * 40,
    ],
)
def test_broken_and_foreign_bytes_are_refused(qapp: object, data: bytes) -> None:
    """No crash, no guess at another format."""
    with pytest.raises(Undecodable):
        decode(data, SQUARE)


def test_a_file_is_read_by_what_it_holds(qapp: object, tmp_path: Path) -> None:
    """Its suffix does not matter."""
    path = tmp_path / "x.svg"
    path.write_bytes(encoded())

    assert decode(path, SQUARE).width() == 40


def test_blurhash_has_the_colours_of_its_picture(qapp: object) -> None:
    """The example of the format's own page: 32 × 32, its mean colour as published."""
    data = decode_blurhash(BLUR, 32, 32)

    assert data is not None
    assert len(data) == 32 * 32 * 3
    mean = [sum(data[channel::3]) / (32 * 32) for channel in range(3)]
    assert all(100 < value < 180 for value in mean)
    assert rough(BLUR, Form(30, 20)) is not None


@pytest.mark.parametrize("text", ["", "x", "LEHV6nWB2yk8pyo0adR*.7kCMdn", "é" * 28, "L" * 5000])
def test_what_is_no_blurhash_gives_none(text: str) -> None:
    """Whatever servers send."""
    assert decode_blurhash(text) is None
