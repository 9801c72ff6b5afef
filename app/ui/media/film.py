"""
Films and sound, played: a thin layer over QtMultimedia, which may be missing.

It is given files only (see ``services/films.py``), through an open file and not by name,
so that nothing in them can make it look elsewhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QFile, QIODevice, QObject, QUrl, Signal

from app.services.film_files import MOST_PIXELS

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QMediaPlayer, QVideoFrame

SPEEDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0)


_SHARE = 3
"""One part of the time is for frames, at most: of very large ones some are left out."""
_BEFORE = 0.1
"""Seconds before a mark: from exactly there its first picture would be missed."""
_QUIET = -8
"""AV_LOG_QUIET of FFmpeg's log.h."""


@cache
def hush() -> None:
    """
    Let FFmpeg say nothing on the terminal: it would tell what strangers wrote in their files.

    Qt has no way to ask for that; its FFmpeg lies beside it, and is loaded by now.
    """
    import ctypes

    import PySide6

    home = Path(PySide6.__file__).parent
    for name in ("Qt/lib/libavutil.so.*", "Qt/lib/libavutil.*.dylib", "avutil-*.dll"):
        for path in home.glob(name):
            with suppress(OSError, AttributeError):  # then it talks
                ctypes.CDLL(str(path)).av_log_set_level(_QUIET)


def can_play() -> bool:
    """Whether this computer has what is needed: it is a part of Qt that some leave out."""
    try:
        import PySide6.QtMultimedia  # noqa: F401
    except ImportError:
        return False
    return True


def mark_near(marks: Sequence[float], place: float, wanted: float) -> float:
    """Where to go of *marks* when one stands at *place*: never back when one wants to go on."""
    if not marks:
        return wanted
    at = max(0, bisect_right(marks, wanted) - 1)
    if wanted > place and marks[at] <= place:
        return marks[at + 1] if at + 1 < len(marks) else wanted
    return marks[at]


class FilmPlayer(QObject):
    """
    Plays one file. Make it only where ``can_play``.

    ``framed`` has a QImage; ``changed``: place, length, or whether it plays; ``failed``
    says why in words.
    """

    framed = Signal(object)
    changed = Signal()
    failed = Signal(str)
    ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # Not before somebody plays something: it loads the decoders.
        from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoSink

        self._player = QMediaPlayer(self)
        hush()
        self._sound = QAudioOutput(self)
        self._sink = QVideoSink(self)
        self._file: QFile | None = None
        self._broken = False
        self._loops = False
        self._marks: tuple[float, ...] = ()
        self._rest_until = 0.0
        self._player.setAudioOutput(self._sound)
        self._player.setVideoSink(self._sink)
        self._states = QMediaPlayer.PlaybackState
        self._stands = QMediaPlayer.MediaStatus
        self._sink.videoFrameChanged.connect(self._on_frame)
        self._player.positionChanged.connect(lambda _: self.changed.emit())
        self._player.durationChanged.connect(lambda _: self.changed.emit())
        self._player.playbackStateChanged.connect(lambda _: self.changed.emit())
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.errorOccurred.connect(self._on_error)

    # ------------------------------------------------------------- what is played

    def open(
        self, path: Path, *, muted: bool, loops: bool = False, marks: Sequence[float] = ()
    ) -> None:
        """
        Make ready to play *path* from its beginning; it stands still until ``play``.

        Args:
            marks: Of a transport stream: seconds at which its pieces begin. Only there
                a picture comes at once; elsewhere it would stand still until the next.
        """
        self.close()
        file = QFile(str(path), self)
        if not file.open(QIODevice.OpenModeFlag.ReadOnly):
            self.failed.emit("The file of the film is gone.")
            return
        self._file, self._broken, self._loops = file, False, loops
        self._marks = tuple(marks)
        self._sound.setMuted(muted)
        self._player.setPlaybackRate(1.0)
        self._player.setSourceDevice(file)
        endless = loops and not self._marks
        self._player.setLoops(self._player.Loops.Infinite if endless else self._player.Loops.Once)

    def close(self) -> None:
        """Play nothing, and let go of the file."""
        self._player.stop()
        self._player.setSource(QUrl())
        if self._file is not None:
            self._file.close()
            self._file.deleteLater()
            self._file = None

    @property
    def is_open(self) -> bool:
        """There is something to play."""
        return self._file is not None and not self._broken

    # ------------------------------------------------------------- how it plays

    def play(self) -> None:
        """Go on; at the end, from the beginning."""
        if not self.is_open:
            return
        if self._player.mediaStatus() == self._stands.EndOfMedia:
            self._go(0.0)
        self._player.play()

    def pause(self) -> None:
        """Stand still."""
        self._player.pause()

    def toggle(self) -> None:
        """The other of the two."""
        self.pause() if self.is_playing else self.play()

    @property
    def is_playing(self) -> bool:
        """It runs."""
        return self._player.playbackState() == self._states.PlayingState

    @property
    def place(self) -> float:
        """Seconds from the beginning."""
        return self._player.position() / 1000

    @property
    def length(self) -> float:
        """Seconds, as measured, whatever anybody said; 0 = not known yet."""
        return max(0, self._player.duration()) / 1000

    def seek(self, seconds: float) -> None:
        """Go there."""
        if self.is_open:
            wanted = min(max(seconds, 0.0), self.length)
            self._go(mark_near(self._marks, self.place, wanted))
            self.changed.emit()

    def _go(self, seconds: float) -> None:
        if not self._marks:
            self._player.setPosition(round(seconds * 1000))
        elif seconds > 0:
            self._player.setPosition(round(max(0.0, seconds - _BEFORE) * 1000))
        else:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """To the very beginning of a stream leads no way but this."""
        assert self._file is not None
        playing, speed = self.is_playing, self.speed
        self._player.stop()
        self._player.setSource(QUrl())  # else it would take the same file for read
        self._file.seek(0)
        self._player.setSourceDevice(self._file)
        self._player.setPlaybackRate(speed)
        if playing:
            self._player.play()

    @property
    def muted(self) -> bool:
        """No sound."""
        return self._sound.isMuted()

    def mute(self, on: bool) -> None:
        """Sound off, or on again."""
        self._sound.setMuted(on)
        self.changed.emit()

    @property
    def volume(self) -> float:
        """0 … 1, as one hears it."""
        return self._sound.volume() ** (1 / 3)

    def set_volume(self, volume: float) -> None:
        """Louder is heard by ratios, not by differences: 0 … 1."""
        self._sound.setVolume(min(max(volume, 0.0), 1.0) ** 3)
        self.changed.emit()

    @property
    def has_sound(self) -> bool:
        """Something is to be heard."""
        return self._player.hasAudio()

    @property
    def speed(self) -> float:
        """1 = as it was recorded."""
        return self._player.playbackRate()

    def set_speed(self, speed: float) -> None:
        """Faster or slower."""
        self._player.setPlaybackRate(speed)
        self.changed.emit()

    # ------------------------------------------------------------- what Qt tells

    def _on_frame(self, frame: QVideoFrame) -> None:
        if frame.width() * frame.height() > MOST_PIXELS:
            self._fail()  # whatever the file's header says
            self._player.stop()
            return
        start = monotonic()
        if start < self._rest_until and self.is_playing:
            return
        image = frame.toImage()
        # A frame of 1080 lines takes 4 ms of the window's thread, one of 4K four times that.
        self._rest_until = start + _SHARE * (monotonic() - start)
        if not image.isNull():
            self.framed.emit(image)

    def _on_status(self, status: QMediaPlayer.MediaStatus) -> None:
        if status == self._stands.EndOfMedia and self._loops:
            self.play()  # of a stream; others go round by themselves
        elif status == self._stands.EndOfMedia:
            self.ended.emit()
        elif status == self._stands.InvalidMedia:
            self._fail()
        elif status == self._stands.LoadedMedia and not self.is_playing:
            # So that its first frame is there to be seen.
            self._player.pause()
        self.changed.emit()

    def _on_error(self, _error: object, _text: str = "") -> None:
        self._fail()

    def _fail(self) -> None:
        if self._broken:
            return
        self._broken = True
        # Qt's own words are for programmers, and some name files.
        self.failed.emit(
            "It cannot be played here: damaged, or of a kind that this computer lacks."
        )
