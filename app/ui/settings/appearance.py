"""Pages of the settings that change how things look and what is fetched."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.media_wishes import MOVES, SAVER
from app.ui.theme.look import Look
from app.ui.widgets.choices import Segment, Steps, Switch
from app.ui.widgets.panel import Hairline
from app.ui.widgets.words import Words

_THEMES = (("system", "System"), ("light", "Light"), ("dark", "Dark"), ("contrast", "Contrast"))


class SettingsPage(QWidget):
    """Rows of name, help and a control, applied at once."""

    def __init__(self, look: Look, title: str) -> None:
        super().__init__()
        self._look = look
        self._rows: list[tuple[QWidget, QBoxLayout]] = []
        tokens = look.theme.tokens
        self._column = QVBoxLayout(self)
        pad = tokens.space.xl
        self._column.setContentsMargins(pad, 0, pad, pad)
        self._column.setSpacing(0)
        self._column.addWidget(Words(look, title, "title"))
        self._column.addSpacing(tokens.space.s)

    def add_head(self, title: str) -> None:
        """What the rows below have in common."""
        self._column.addSpacing(self._look.theme.tokens.space.m)
        self._column.addWidget(Words(self._look, title, "badge", "textTertiary"))

    def add_row(self, name: str, help_line: str, control: QWidget) -> Words | None:
        """One setting. Returns its help, where there is one."""
        tokens = self._look.theme.tokens
        line = QWidget()
        row = QBoxLayout(QBoxLayout.Direction.LeftToRight, line)
        self._rows.append((line, row))
        theme = self._look.theme
        text = theme.line("label") + (theme.line("small") if help_line else 0)
        text = max(text, control.sizeHint().height() if not help_line else 0)
        # Margins instead of stretches: those would share the page's free height.
        margin = max(0, round((theme.px(tokens.settings.row) - text) / 2))
        row.setContentsMargins(0, margin, 0, margin)
        row.setSpacing(tokens.space.l)
        names = QVBoxLayout()
        names.setSpacing(0)
        label = Words(self._look, name, "label")
        label.setBuddy(control)
        names.addWidget(label)
        about: Words | None = None
        if help_line:
            about = Words(self._look, help_line, "small", "textTertiary", wrap=True)
            names.addWidget(about)
            control.setAccessibleDescription(help_line)
        row.addLayout(names, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        self._column.addWidget(line)
        self._column.addWidget(Hairline(self._look))
        return about

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        settings, space = self._look.theme.tokens.settings, self._look.theme.tokens.space
        # Where name and control do not fit side by side, they stand one below the other.
        narrow = self.width() < self._look.theme.px(settings.sideBySide, capped=True)
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if narrow else ways.LeftToRight
        for line, row in self._rows:
            if row.direction() != way:
                row.setDirection(way)
                # Upright it would make the line take the page's free height.
                row.setStretch(0, 0 if narrow else 1)
                row.setSpacing(int(space.s if narrow else space.l))
                # The page still knows how high the line was the other way round.
                line.updateGeometry()

    def end(self) -> None:
        """No more rows."""
        self._column.addStretch()


class ScaleControl(QWidget):
    """Text size: a small A, the slider, a large A, per cent."""

    changed = Signal(float)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._steps: list[float] = list(look.theme.tokens.textScale.steps)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.theme.tokens.space.gap)
        row.addWidget(Words(look, "A", "small"))
        self.slider = Steps(look, "Text size", len(self._steps))
        row.addWidget(self.slider)
        row.addWidget(Words(look, "A", "title", weight=400))
        self._percent = Words(look, "000 %", "meta", "textSecondary", tabular=True)
        self._percent.setMinimumWidth(self._percent.sizeHint().width())
        row.addWidget(self._percent)
        self.setFocusProxy(self.slider)
        self.show_scale(look.theme.scale)
        self.slider.valueChanged.connect(self._on_moved)

    def show_scale(self, scale: float) -> None:
        """Move the knob, without telling."""
        nearest = min(range(len(self._steps)), key=lambda number: abs(self._steps[number] - scale))
        self.slider.blockSignals(True)
        self.slider.setValue(nearest)
        self.slider.blockSignals(False)
        self._say()

    def _on_moved(self, number: int) -> None:
        self._say()
        self.changed.emit(self._steps[number])

    def _say(self) -> None:
        words = f"{round(self._steps[self.slider.value()] * 100)} %"
        self._percent.say(words)
        self.slider.setAccessibleDescription(words)


class AppearancePage(SettingsPage):
    """Theme, text size, motion, links."""

    wished = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Appearance")
        theme = Segment(look, "Theme", _THEMES)
        theme.choose(look.wishes.theme)
        theme.chosen.connect(lambda key: self._wish(theme=key))
        self.add_row("Theme", "High contrast follows the system", theme)
        self._scale = ScaleControl(look)
        self._scale.changed.connect(lambda scale: self._wish(scale=scale))
        self.add_row("Text size", "Also Ctrl++ and Ctrl+−", self._scale)
        self._add_switch("Reduce motion", "Follows the system when off", "reduce_motion")
        self._add_switch("Underline links", "", "underline_links")
        self.end()
        look.changed.connect(self._on_look)

    def _on_look(self) -> None:
        self._scale.show_scale(self._look.theme.scale)

    def _add_switch(self, name: str, help_line: str, wish: str) -> None:
        switch = Switch(self._look, name)
        switch.setChecked(getattr(self._look.wishes, wish))
        switch.toggled.connect(lambda on: self._wish(**{wish: on}))
        self.add_row(name, help_line, switch)

    def _wish(self, **change: object) -> None:
        self.wished.emit(replace(self._look.wishes, **change))


class MediaPage(SettingsPage):
    """Where pictures come from, and how much of them."""

    wished = Signal(object)
    chosen = Signal(str, bool)
    """Name of a setting (``services/media_wishes.py``), and whether it is on."""

    def __init__(self, look: Look, on: Collection[str] = ()) -> None:
        """*on*: names of the settings that are on."""
        super().__init__(look, "Media")
        switch = Switch(look, "Pictures from other servers")
        switch.setChecked(look.wishes.remote_media)
        switch.toggled.connect(self._on_toggled)
        help_line = (
            "Off: only your own servers are asked for pictures; "
            "what lies elsewhere stays a blurred tile until you press it."
        )
        self.add_row("Pictures from other servers", help_line, switch)
        self._add_choice(
            "Save data",
            "Pictures at full size, and films, only when you ask for each; films in a smaller size.",
            SAVER,
            on,
        )
        self._add_choice(
            "Moving pictures start when they are opened",
            "Off: they stand still until you press them, and so they do while motion is reduced.",
            MOVES,
            on,
        )
        self.end()

    def _add_choice(self, name: str, help_line: str, setting: str, on: Collection[str]) -> None:
        switch = Switch(self._look, name)
        switch.setChecked(setting in on)
        switch.toggled.connect(lambda wanted: self.chosen.emit(setting, wanted))
        self.add_row(name, help_line, switch)

    def _on_toggled(self, on: bool) -> None:
        self.wished.emit(replace(self._look.wishes, remote_media=on))
