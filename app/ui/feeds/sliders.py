"""Sliders of the lab: a name, its value in words, and a track over the whole width."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.feed.recipe import Feature
from app.ui.feeds.words import weight_words
from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.choices import Steps
from app.ui.widgets.words import Words

STEPS_PER_ONE = 20
"""A weight moves by a twentieth."""

USUAL_MOST = 2.0


class WideSteps(Steps):
    """As wide as there is room; tells of Delete."""

    remove_wanted = Signal()

    def __init__(self, look: Look, name: str, count: int) -> None:
        super().__init__(look, name, count)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.theme.tokens.lab.knob * 3, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
            return
        super().keyPressEvent(event)

    def _shown(self) -> float:
        share = (self.value() - self.minimum()) / max(1, self.maximum() - self.minimum())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return 1 - share if rtl else share

    def _go_to(self, x: float) -> None:
        knob = self._look.theme.tokens.lab.knob
        share = min(max((x - knob / 2) / max(1, self.width() - knob), 0.0), 1.0)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            share = 1 - share
        self.setValue(self.minimum() + round(share * (self.maximum() - self.minimum())))


class SliderRow(QWidget):
    """Name at the left, value in words at the right, the slider below."""

    moved = Signal()
    remove_wanted = Signal()

    def __init__(
        self,
        look: Look,
        name: str,
        count: int,
        words: Callable[[int], str],
        *,
        help_line: str = "",
        removable: bool = False,
    ) -> None:
        super().__init__()
        self._name, self._words = name, words
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(look.theme.tokens.space.xs)
        title = Words(look, name, "meta")
        title.setToolTip(help_line or name)
        head.addWidget(title, 1)
        self._value = Words(look, "", "meta", "textSecondary", tabular=True)
        head.addWidget(self._value)
        if removable:
            remove = IconButton(
                look,
                "x",
                f"Take “{name}” out",
                target=look.theme.tokens.lab.badge,
                icon_size=look.theme.tokens.icon.small,
                color="textTertiary",
            )
            remove.clicked.connect(self.remove_wanted)
            head.addWidget(remove)
        column.addLayout(head)
        self.slider = WideSteps(look, name, count)
        self.slider.setAccessibleDescription(help_line)
        self.slider.valueChanged.connect(self._on_value)
        if removable:
            self.slider.remove_wanted.connect(self.remove_wanted)
        column.addWidget(self.slider)
        self._say()

    def put(self, step: int) -> None:
        """Show *step* without telling."""
        self.slider.blockSignals(True)
        self.slider.setValue(step)
        self.slider.blockSignals(False)
        self.slider.update()
        self._say()

    def _on_value(self) -> None:
        self._say()
        self.moved.emit()

    def _say(self) -> None:
        words = self._words(self.slider.value())
        self._value.say(words)
        self.slider.setAccessibleName(f"{self._name}: {words}")


class WeightRow(SliderRow):
    """How much a scorer counts."""

    def __init__(
        self, look: Look, feature: Feature, name: str, weight: float, help_line: str
    ) -> None:
        self.feature = feature
        super().__init__(
            look,
            name,
            1,
            lambda step: weight_words(step / STEPS_PER_ONE),
            help_line=help_line,
            removable=True,
        )
        self.show_weight(weight)

    def show_weight(self, weight: float) -> None:
        """Show *weight* without telling; one that is out of the usual widens the track."""
        step = round(weight * STEPS_PER_ONE)
        most = round(USUAL_MOST * STEPS_PER_ONE)
        self.slider.blockSignals(True)
        self.slider.setRange(min(self.slider.minimum(), step, 0), max(most, step))
        self.slider.blockSignals(False)
        self.put(step)

    @property
    def weight(self) -> float:
        """What is shown."""
        return self.slider.value() / STEPS_PER_ONE


class ChoiceRow(SliderRow):
    """One of a few values, in order."""

    def __init__(
        self,
        look: Look,
        name: str,
        values: Sequence[float],
        words: Callable[[float], str],
        *,
        help_line: str = "",
    ) -> None:
        self._values = [*values]
        super().__init__(
            look,
            name,
            len(values),
            lambda step: words(self._values[min(step, len(self._values) - 1)]),
            help_line=help_line,
        )

    def show_choice(self, value: float) -> None:
        """Show *value* without telling; one that is not among them is put in."""
        if value not in self._values:
            falling = self._values[0] > self._values[-1]
            self._values = sorted([*self._values, value], reverse=falling)
            self.slider.blockSignals(True)
            self.slider.setMaximum(len(self._values) - 1)
            self.slider.blockSignals(False)
        self.put(self._values.index(value))

    @property
    def choice(self) -> float:
        """What is shown."""
        return self._values[self.slider.value()]
