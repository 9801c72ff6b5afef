"""
Draw the demo's moving pictures into ``resources/demo``: a film, a sound, a picture that moves.

``QT_QPA_PLATFORM=offscreen python -m tests.demo_pictures.films``. Slow on purpose: a frame
every two seconds, so that they stay small.
"""

from __future__ import annotations

import math
import random
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from PySide6.QtCore import QByteArray, QPoint, QRect, QTimer, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtMultimedia import (
    QAudioBuffer,
    QAudioBufferInput,
    QAudioFormat,
    QMediaCaptureSession,
    QMediaFormat,
    QMediaRecorder,
    QVideoFrame,
    QVideoFrameInput,
)

from tests.demo_pictures.__main__ import PLACE

SECONDS, EVERY = 161, 2
SIZE = (720, 480)
RATE, LONG = 8_000, 73
LAMPS, WALL = 26, 44
RIM = 66
"""Of the bowl, px from above."""


def lamps() -> Iterator[QImage]:
    """Dusk comes over the harbour; one after the other the lamps go on."""
    harbour = QImage(str(PLACE / "boat.jpg")).scaled(*SIZE)
    dice = random.Random(4)
    places: list[QRect] = []
    while len(places) < LAMPS:
        place = QRect(dice.randrange(20, 700), dice.randrange(150, 300), 7, 8)
        if all(harbour.pixelColor(corner).lightness() < WALL for corner in corners(place)):
            places.append(place)
    count = SECONDS // EVERY
    for number in range(count):
        image = harbour.convertToFormat(QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.fillRect(image.rect(), QColor(8, 14, 40, number * 110 // count))
        for place in places[: number * LAMPS // count]:
            painter.fillRect(place, QColor("#FFD88A"))
        painter.end()
        yield image


def corners(place: QRect) -> tuple[QPoint, ...]:
    """Of a lamp, and a little beyond."""
    beyond = place.adjusted(-4, -4, 4, 4)
    return beyond.topLeft(), beyond.topRight(), beyond.bottomLeft(), beyond.bottomRight()


def bell() -> bytes:
    """A buoy's bell, every nine seconds; 16 bits, one channel."""
    found = []
    for tick in range(RATE * LONG):
        since = tick % (9 * RATE) / RATE
        loud = math.exp(-3.5 * since) if since < 2 else 0.0
        tone = sum(math.sin(2 * math.pi * hertz * since) for hertz in (523, 784, 1046)) / 3
        found.append(round(12_000 * loud * tone))
    return struct.pack(f"<{len(found)}h", *found)


def record(app: QGuiApplication, path: Path, form: QMediaFormat, feed: object) -> None:
    """Run the recorder until all that *feed* gives is written."""
    session, recorder = QMediaCaptureSession(), QMediaRecorder()
    session.setRecorder(recorder)
    if isinstance(feed, QVideoFrameInput):
        session.setVideoFrameInput(feed)
        recorder.setVideoResolution(*SIZE)
        recorder.setVideoFrameRate(1)
    else:
        assert isinstance(feed, QAudioBufferInput)
        session.setAudioBufferInput(feed)
    recorder.setMediaFormat(form)
    recorder.setOutputLocation(QUrl.fromLocalFile(str(path)))
    recorder.setQuality(QMediaRecorder.Quality.HighQuality)
    recorder.setAutoStop(True)
    stopped = QMediaRecorder.RecorderState.StoppedState
    recorder.recorderStateChanged.connect(lambda state: app.quit() if state == stopped else None)
    path.unlink(missing_ok=True)
    recorder.record()
    QTimer.singleShot(60_000, app.quit)
    app.exec()
    if not path.exists():
        raise SystemExit(f"{path.name}: {recorder.errorString()}")


def film(app: QGuiApplication) -> None:
    """``boat.mp4``."""
    frames = []
    for number, image in enumerate(lamps()):
        frame = QVideoFrame(image)
        frame.setStartTime(number * EVERY * 1_000_000)
        frame.setEndTime((number + 1) * EVERY * 1_000_000)
        frames.append(frame)
    source = QVideoFrameInput()
    source.readyToSendVideoFrame.connect(
        lambda: hand_over(source.sendVideoFrame, frames, QVideoFrame())
    )
    form = QMediaFormat(QMediaFormat.FileFormat.MPEG4)
    form.setVideoCodec(QMediaFormat.VideoCodec.MPEG4)
    record(app, PLACE / "boat.mp4", form, source)


def sound(app: QGuiApplication) -> None:
    """``chart.flac``."""
    format = QAudioFormat()
    format.setSampleRate(RATE)
    format.setChannelCount(1)
    format.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    data = bell()
    pieces = [
        QAudioBuffer(QByteArray(data[at : at + 2 * RATE]), format)
        for at in range(0, len(data), 2 * RATE)
    ]
    source = QAudioBufferInput(format)
    source.readyToSendAudioBuffer.connect(
        lambda: hand_over(source.sendAudioBuffer, pieces, QAudioBuffer())
    )
    form = QMediaFormat(QMediaFormat.FileFormat.FLAC)
    form.setAudioCodec(QMediaFormat.AudioCodec.FLAC)
    record(app, PLACE / "chart.flac", form, source)


def hand_over(send: Callable[[Any], bool], parts: list[Any], end: object) -> None:
    """As many as are taken now; what is refused waits. *end*: there are no more."""
    while parts and send(parts[0]):
        del parts[0]
    if not parts:
        send(end)


def dough() -> None:
    """``bowl.gif``: what is in the bowl rises."""
    bowl = Image.open(PLACE / "bowl.jpg").convert("RGB").resize((300, 200))
    frames = []
    for number in range(16):
        high = round(26 * number / 15)
        image = bowl.copy()
        round_ = Image.new("RGB", (124, 44), "#F2DFC2")
        mask = Image.new("L", (124, 44), 0)
        ImageDraw.Draw(mask).ellipse((0, 0, 123, 43), fill=255)
        image.paste(round_, (88, 70 - high), mask)
        image.paste(bowl.crop((0, RIM, 300, 200)), (0, RIM))
        frames.append(image.convert("P", palette=Image.Palette.ADAPTIVE, colors=48))
    frames[0].save(
        PLACE / "bowl.gif", save_all=True, append_images=frames[1:], duration=250, loop=0
    )


def main() -> None:
    """All of them."""
    app = QGuiApplication(sys.argv)
    dough()
    film(app)
    sound(app)


if __name__ == "__main__":
    main()
