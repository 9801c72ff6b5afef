"""What a film is steered with: play, place, sound, captions, speed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from app.ui.media.film import SPEEDS
from app.ui.timeline.words import length_text
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Steps
from app.ui.widgets.panel import Panel
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QResizeEvent
    from PySide6.QtWidgets import QMenu

    from app.ui.theme.look import Look

_TICKS = 10
"""Steps of the course in a second."""
_MOST = 1_000_000.0
"""Seconds of a film; one that says it lasts longer lies, and no slider holds that."""
_LOUD = 10
_LONG = 240
"""px of the course below which the slider of the volume is left out."""


class Course(Steps):
    """Where in the film it is; a click or the arrow keys go elsewhere."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Place in the film", 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSingleStep(5 * _TICKS)
        self.setPageStep(30 * _TICKS)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            event.ignore()
            return
        super().keyPressEvent(event)


class Controls(Panel):
    """Shows what it is told; says what is wanted."""

    toggled = Signal()
    sought = Signal(float)
    mute_wanted = Signal()
    volume_wanted = Signal(float)
    captions_wanted = Signal(int)
    """Which language, −1 = none."""
    speed_wanted = Signal(float)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "raised", radius=look.theme.tokens.radius.panel)
        tokens = look.theme.tokens
        self._length, self._track = 0.0, -1
        self._tracks: tuple[str, ...] = ()
        self._speed = 1.0
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.s, 0, tokens.space.s, 0)
        row.setSpacing(tokens.space.s)
        self.play = IconButton(look, "play", "Play (Space)", color="text", weight="fill")
        self.play.clicked.connect(self.toggled)
        self._now = Words(look, "0:00", "metaStrong", tabular=True)
        self.course = Course(look)
        self.course.valueChanged.connect(lambda tick: self.sought.emit(tick / _TICKS))
        self._end = Words(look, "0:00", "metaStrong", tabular=True)
        self.sound = IconButton(look, "speaker-x", "Sound on (M)", color="text")
        self.sound.clicked.connect(self.mute_wanted)
        self.loud = Steps(look, "Volume", _LOUD + 1)
        self.loud.setFixedWidth(2 * tokens.space.page)
        self.loud.valueChanged.connect(lambda step: self.volume_wanted.emit(step / _LOUD))
        self.captions = Button(look, "Captions", "quiet", icon="closed-captioning", size="small")
        self.captions.clicked.connect(self._on_captions)
        self.speed = Button(look, "1×", "quiet", size="small")
        self.speed.setToolTip("How fast (< and >)")
        self.speed.clicked.connect(self._on_speed)
        for part in (self.play, self._now, self.course, self._end, self.sound, self.loud):
            row.addWidget(part, 1 if part is self.course else 0)
        row.addWidget(self.captions)
        row.addWidget(self.speed)
        self.setFixedHeight(look.theme.length(tokens.viewer.controls, capped=True))
        self.setAccessibleName("Player")
        # Films run from left to right everywhere.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def show_place(self, seconds: float, length: float) -> None:
        """Where it is, and how long all of it is."""
        self._length = length = min(length, _MOST)
        seconds = min(seconds, length)
        self.course.blockSignals(True)
        self.course.setRange(0, max(1, round(length * _TICKS)))
        if not self.course.isSliderDown():
            self.course.setValue(round(seconds * _TICKS))
        self.course.blockSignals(False)
        for words, at in ((self._now, seconds), (self._end, length)):
            words.say(length_text(at))
            words.setMinimumWidth(words.sizeHint().width())
        self.course.setAccessibleDescription(f"{length_text(seconds)} of {length_text(length)}")

    def show_playing(self, on: bool) -> None:
        """It runs, or stands."""
        self.play.draw("pause" if on else "play")
        self.play.name("Pause (Space)" if on else "Play (Space)")

    def show_sound(self, *, there: bool, muted: bool, volume: float) -> None:
        """Whether there is any, and how loud."""
        self.sound.setVisible(there)
        self.loud.setVisible(there and self.width() > 2 * _LONG)
        self.sound.draw("speaker-x" if muted else "speaker-high")
        self.sound.name("Sound on (M)" if muted else "Sound off (M)")
        self.loud.blockSignals(True)
        self.loud.setValue(0 if muted else round(volume * _LOUD))
        self.loud.blockSignals(False)

    def show_tracks(self, names: Sequence[str], current: int) -> None:
        """Languages of the captions, and which is shown; −1 = none."""
        self._tracks, self._track = tuple(names), current
        self.captions.setVisible(bool(names))
        self.captions.rename(names[current] if current >= 0 else "Captions off")
        self.captions.setAccessibleName(f"Captions: {names[current] if current >= 0 else 'off'}")
        self.captions.setToolTip("Captions (C)")

    def show_speed(self, speed: float) -> None:
        """How fast it runs."""
        if speed != self._speed:
            self._speed = speed
            self.speed.rename(f"{speed:g}×")
            self.speed.setAccessibleName(f"Speed: {speed:g} times")

    def _on_captions(self) -> None:
        menu = self._menu(self.captions)
        for number, name in enumerate(("Off", *self._tracks), -1):
            act = menu.addAction(name.replace("&", "&&"))
            act.setCheckable(True)
            act.setChecked(number == self._track)
            act.triggered.connect(lambda _=False, number=number: self.captions_wanted.emit(number))
        self._pop(menu, self.captions)

    def _on_speed(self) -> None:
        menu = self._menu(self.speed)
        for speed in SPEEDS:
            act = menu.addAction(f"{speed:g}×")
            act.setCheckable(True)
            act.setChecked(speed == self._speed)
            act.triggered.connect(lambda _=False, speed=speed: self.speed_wanted.emit(speed))
        self._pop(menu, self.speed)

    def _menu(self, button: Button) -> QMenu:
        from PySide6.QtWidgets import QMenu  # not before somebody wants it

        menu = QMenu(button)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _pop(self, menu: QMenu, button: Button) -> None:
        above = QPoint(0, -menu.sizeHint().height())
        menu.popup(button.mapToGlobal(above))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = self.width() > 2 * _LONG
        self.loud.setVisible(wide and not self.sound.isHidden())
        self._now.setVisible(self.width() > _LONG)
        self._end.setVisible(self.width() > _LONG)
