"""
A picture of 12 megapixels in the viewer, from the disk: until it is on the screen, and how long the
window's thread stands still for it; then closer, pulled, and a film's frames.

``python -m tests.bench.bench_viewer``. Budgets (issue "Reading in depth"):
on screen <= 1.2 x the bare decode of the same file; no stall > 8 ms. The reference is
``QImageReader.read`` of the whole file, measured beside it.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# First, as in the program: else PySide6 makes every import slower (app/ui/lean_qt.py).
# isort: off
import app.ui  # noqa: F401

# isort: on
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage, QImageReader, QLinearGradient, QPainter

from app.feed.rows import Card
from app.model import Media
from app.resources import resource
from app.services.house import House
from app.ui.presenters.media import MediaRoom
from app.ui.timeline.shelf import card_of
from tests.bench.fill import copied
from tests.bench.measure import percentile, say
from tests.bench.pulse import Pulse, Turn
from tests.bench.real_window import RealWindow, in_window

SIDES = (4000, 3000)
RUNS = 9
FORMS = ("jpeg", "png", "webp")
TICK, PATIENCE = 0.001, 20.0
CALM = 200.0
"""ms without work until a film is begun."""


def main() -> None:
    """One table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copied(1_000, folder / "profile")
        paths = {form: draw(folder / f"large.{form}") for form in FORMS}

        async def work(window: RealWindow) -> None:
            for form, path in paths.items():
                await measure(window, form, path)
            await film(window)

        in_window(folder / "profile", work)


def draw(path: Path) -> Path:
    """As a photograph might be: a sweep with much in it."""
    dice = random.Random(12)
    image = QImage(*SIDES, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    sweep = QLinearGradient(0, 0, *SIDES)
    sweep.setColorAt(0, QColor("#8FB0B8"))
    sweep.setColorAt(1, QColor("#B5533B"))
    painter.fillRect(image.rect(), sweep)
    for _ in range(1200):
        color = QColor(dice.randrange(256), dice.randrange(256), dice.randrange(256))
        painter.fillRect(dice.randrange(SIDES[0]), dice.randrange(SIDES[1]), 170, 90, color)
    painter.end()
    form = path.suffix[1:]
    # Of this one a higher quality is a larger file with the same in it.
    image.save(str(path), form.upper(), -1 if form == "png" else 90)  # type: ignore[call-overload]
    return path


def bare(path: Path) -> float:
    """ms to decode it, and nothing else."""
    start = time.perf_counter()
    reader = QImageReader(str(path), path.suffix[1:].encode())
    assert not reader.read().isNull()
    return (time.perf_counter() - start) * 1e3


def card_of_window(window: RealWindow, media: Media) -> Card:
    """Some card, with this to look at."""
    source = window.view.shelf.source
    assert source is not None
    rows = (card_of(source.row(index)) for index in range(len(source)))
    card = next(row for row in rows if row is not None)
    return replace(card, post=replace(card.post, media=(media,), langs=()))


def local_house(house: House, path: Path) -> None:
    """The picture lies in the cache."""
    house.media._local = lambda url: path


async def until(seen: Callable[[], bool]) -> None:
    """On the loop."""
    start = time.perf_counter()
    while not seen():
        assert time.perf_counter() - start < PATIENCE, "it never came"
        await asyncio.sleep(TICK)  # no busier: the decoder wants the processor, too


async def measure(window: RealWindow, form: str, path: Path) -> None:
    """All lines of one format."""
    room = window.live.media_room
    local_house(window.house, path)
    media = Media(kind="image", url=f"x:{form}", width=SIDES[0], height=SIDES[1])
    card = card_of_window(window, media)
    bares, took, stalls = [], [], []
    for _ in range(RUNS + 1):
        bares.append(await asyncio.to_thread(bare, path))
        pulse = Pulse()
        room.open(window.view, card, 0)
        viewer = room.viewer
        assert viewer is not None
        viewer.repaint()
        room.pictures.leave()
        viewer.stage.clear(SIDES)
        pulse.start()
        start = time.perf_counter()
        room.pictures.show(room._slides[0], asked=True)
        await until(lambda: viewer.stage.has_picture)
        viewer.stage.repaint()
        took.append((time.perf_counter() - start) * 1e3)
        stalls.append(pulse.stop())
        room.close()
    middle, reference = (percentile(sorted(one[1:]), 0.5) for one in (took, bares))
    say(f"12 Mpx {form} on screen", middle, "ms", reference, "<= 1.2 x", middle <= 1.2 * reference)
    tell_stalls("while it comes", stalls[1:])
    await closer(window, room, card)


def tell_stalls(when: str, stalls: list[Turn]) -> None:
    """Median of the longest of each run, as it was and of our own work."""
    own = percentile(sorted(one.own for one in stalls), 0.5)
    say(f"  window stands still {when}", percentile(sorted(one.wall for one in stalls), 0.5), "ms")
    say("    of that our own work", own, "ms", 0, "<= 8", own <= 8)


async def closer(window: RealWindow, room: MediaRoom, card: Card) -> None:
    """At its own size: how long until it is sharp, and each step of pulling it."""
    room.open(window.view, card, 0)
    viewer = room.viewer
    assert viewer is not None
    await until(lambda: viewer.stage.has_picture)
    pulse = Pulse()
    pulse.start()
    start = time.perf_counter()
    viewer.stage.natural()
    await until(lambda: room.pictures._shown is not None and room.pictures._shown.whole)
    viewer.stage.repaint()
    say("  sharp at 100 %", (time.perf_counter() - start) * 1e3, "ms")
    tell_stalls("meanwhile", [pulse.stop()])
    steps = []
    for _ in range(60):
        start = time.perf_counter()
        viewer.stage.move_by(-17, -11)
        viewer.stage.repaint()
        steps.append((time.perf_counter() - start) * 1e3)
    say("  one step of pulling it, p95", percentile(sorted(steps), 0.95), "ms")
    room.close()


async def film(window: RealWindow) -> None:
    """The demo's film: from the press to its first frame, and what a frame costs this thread."""
    path = resource("demo", "boat.mp4")
    window.house.media.films._local = lambda url: path
    media = Media(kind="video", url="x:film", width=720, height=480)
    room = window.live.media_room
    pulse = Pulse()
    for again in ("first", "second"):
        # What begins with the window, and what is loaded beforehand, is not the film's.
        pulse.start()
        await until(lambda: pulse.calm > CALM)
        start = time.perf_counter()
        pulse.start()
        room.open(window.view, card_of_window(window, media), 0)
        viewer = room.viewer
        assert viewer is not None
        viewer.repaint()
        say(f"viewer opens for a film, {again}: own work", pulse.stop().own, "ms")
        pulse.start()
        await until(lambda: viewer.stage.has_picture)
        say(f"film, press to first frame, {again}", (time.perf_counter() - start) * 1e3, "ms")
        tell_stalls("meanwhile", [pulse.stop()])
        room.close()


if __name__ == "__main__":
    main()
