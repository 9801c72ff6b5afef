"""
Hostile pictures, the whole way: a server → cache → worker → pixmap.

Whatever comes: a pixmap of the wanted size, or "there is no such picture".
"""

from __future__ import annotations

import asyncio
import random
import struct
import zlib
from collections.abc import Coroutine, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.protocols.http import Http
from app.services.media import Media
from app.store.media_cache import MediaCache
from app.ui.timeline.decode import Undecodable, decode
from app.ui.timeline.media_pictures import MediaPictures
from app.ui.timeline.pictures import Form
from tests.faults.test_hostile import Canary, canary, watched_folder  # noqa: F401  (fixtures)
from tests.ui.conftest import qapp  # noqa: F401  (a fixture)
from tests.unit.protocols.wire import Asked, answer, serving

SQUARE = Form(40, 40)
FORMS = (SQUARE, Form(300, 20, 2.0, 8.0), Form(20, 20, kind="emoji"))


def saved(form: str, width: int = 64, height: int = 48) -> bytes:
    """A good picture with some structure in it."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    painter = QPainter(image)
    painter.drawEllipse(4, 4, width // 2, height // 2)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form)  # type: ignore[call-overload]
    return bytes(data.data())


def chunk(name: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, data: bytes = b"", *between: bytes) -> bytes:
    """A PNG that says it is so large, with these bytes behind."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    end = chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(between) + end


def gif(width: int, height: int, frames: int, frame: tuple[int, int] = (1, 1)) -> bytes:
    """A GIF of so many frames, each of one colour."""
    made = BytesIO()
    made.write(b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\xff\0\0\0\0\xff")
    made.write(b"!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0")
    for _ in range(frames):
        made.write(b"!\xf9\x04\0\x01\0\0\0" + b"," + struct.pack("<HHHHB", 0, 0, *frame, 0))
        made.write(b"\x02\x02\x44\x01\0")
    made.write(b";")
    return made.getvalue()


def hostile_pictures(folder: Path) -> dict[str, bytes]:
    """What a server may send as a picture; none of it is one that can be shown in full."""
    at = f"{folder}/canary.png"
    svg = (
        f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://{at}">]>'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        f'<image href="{at}" width="9" height="9"/><text>&x;</text></svg>'
    ).encode()
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"A" * 50_000_000))
    return {
        "svg": svg,
        "svg in gzip": zlib.compress(svg, wbits=31),
        "pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>",
        "html": b"<!doctype html><img src=canary.png>",
        "xpm": f'/* XPM */ static char*x[]={{"1 1 1 1","a c red","a"}}; /* {at} */'.encode(),
        "tiff": b"II*\0\x08\0\0\0" + b"\0" * 40,
        "bmp": b"BM" + b"\0" * 60,
        "ico": b"\0\0\1\0\1\0" + b"\0" * 40,
        "path": at.encode(),
        "nothing": b"",
        "png of 20 000 × 20 000": png(20_000, 20_000, b"\0" * 100_000),
        "png of 2³¹ × 1": png(2**31 - 1, 1),
        "png without pixels": png(64, 64),
        "png cut": saved("png")[:-30],
        "png and svg": b"\x89PNG\r\n\x1a\n" + svg,
        "png with 50 MB of text": png(64, 64, b"\0", text),
        "gif of 65 535 × 65 535": gif(65_535, 65_535, 1),
        "gif whose frame is larger": gif(1, 1, 1, (65_535, 65_535)),
        "gif of nothing": gif(0, 0, 1),
        "gif without frames": gif(5, 5, 0),
        "webp cut": saved("webp")[:-40],
        "webp head": saved("webp")[:30],
        "webp of nothing": b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0" + b"\0" * 10,
        "webp of 16 M × 1": b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0" + b"\xff" * 3 + b"\0" * 3,
        "jpeg cut": saved("jpeg")[:100],
        "jpeg head": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\xff" * 1_000,
    }


class Scene:
    """The real pictures, over the real service, on the loop of the test."""

    def __init__(self, media: Media) -> None:
        self.tasks: list[asyncio.Task[None]] = []
        self.pictures = MediaPictures(media, self._start)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks.append(asyncio.get_running_loop().create_task(work))

    async def ask(self, url: str, form: Form) -> bool:
        """Ask as a view does, and again when it has come. Returns whether it is there."""
        self.pictures.request(url, form)
        while self.tasks:
            await self.tasks.pop()
        found = self.pictures.request(url, form)
        while self.tasks:
            await self.tasks.pop()
        if found is None:
            assert self.pictures.failed(url)
            return False
        assert found.width() == round(form.width * form.dpr)
        return True


async def test_hostile_pictures_are_no_pictures(
    qapp: QApplication,  # noqa: F811
    canary: Canary,  # noqa: F811
    tmp_path: Path,
) -> None:
    """Named png and announced as one: refused, each asked for once, no file opened."""
    goods = hostile_pictures(canary.folder)
    names = list(goods)

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        body = goods[names[int(asked.target.strip("/").removesuffix(".png"))]]
        writer.write(answer(200, body, Content_Type="image/png"))

    http = Http(user_agent="t")
    shown = []
    async with serving(respond) as wire:
        http.allow_private(wire.origin)
        media = Media(lambda: http, MediaCache(tmp_path / "media"))
        scene = Scene(media)
        for number, name in enumerate(names):
            if await scene.ask(f"{wire.origin}/{number}.png", SQUARE):
                shown.append(name)
        await media.close()
    await http.close()

    # What was cut may be shown as far as it came; a frame is cut to its picture.
    harmless = {"png with 50 MB of text", "gif whose frame is larger"}
    assert {name for name in shown if "cut" not in name} <= harmless
    assert len(wire.asked) == len(names)
    assert not canary.was_opened()
    for path in (tmp_path / "media").rglob("*"):
        assert path.is_dir() or path.read_bytes()[:4] not in (b"<?xm", b"%PDF", b"<!do")


async def test_an_animation_is_one_picture(qapp: QApplication) -> None:  # noqa: F811
    """Ten thousand frames cost as much as the first."""
    image = decode(gif(8, 8, 10_000, (8, 8)), SQUARE)

    assert (image.width(), image.height()) == (40, 40)


def mutations() -> Iterator[tuple[str, int]]:
    """Formats and seeds."""
    for form in ("png", "jpeg", "webp", "gif"):
        for seed in range(400):
            yield form, seed


def test_spoilt_pictures_never_raise_anything_else(qapp: QApplication) -> None:  # noqa: F811
    """Bytes changed, cut, doubled, moved: a picture or ``Undecodable``."""
    good = {form: saved(form) for form in ("png", "jpeg", "webp")} | {"gif": gif(64, 48, 3)}
    outcomes = {True: 0, False: 0}
    for form, seed in mutations():
        chance = random.Random(seed)
        data = bytearray(good[form])
        for _ in range(chance.randrange(1, 8)):
            place = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    del data[place : place + chance.randrange(1, 40)]
                case 2:
                    data[place:place] = data[place : place + chance.randrange(1, 40)]
                case _:
                    data[place : place + 4] = chance.choice(
                        [b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"]
                    )
            data = data or bytearray(b"x")
        for wanted in FORMS:
            try:
                decode(bytes(data), wanted)
            except Undecodable:
                outcomes[False] += 1
            else:
                outcomes[True] += 1

    assert min(outcomes.values()) > 50
