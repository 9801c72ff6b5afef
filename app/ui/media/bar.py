"""What stands over the stage: which of how many, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app.ui.media.stage import Dark
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Hairline
from app.ui.widgets.words import Words

TOOLS: tuple[tuple[str, str, str], ...] = (
    ("smaller", "magnifying-glass-minus", "Smaller (−)"),
    ("fit", "", ""),
    ("larger", "magnifying-glass-plus", "Larger (+)"),
    ("", "", ""),
    ("text", "text-align-left", "Description (D)"),
    ("copy", "copy", "Copy the picture (Ctrl+C)"),
    ("save", "download-simple", "Save (Ctrl+S)"),
    ("open", "arrow-square-out", "Open in the browser (Ctrl+Enter)"),
    ("full", "corners-out", "Full screen (F11)"),
    ("close", "x", "Close (Esc)"),
)
"""Name, icon, and what it is called; the one without an icon says how large all is."""


class Bar(Dark):
    """A row of tools."""

    wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.l, 0, tokens.space.s, 0)
        row.setSpacing(0)
        self._place = Words(look, "", "metaStrong", tabular=True)
        row.addWidget(self._place)
        row.addStretch(1)
        self.tools: dict[str, Button | IconButton] = {}
        for name, icon, words in TOOLS:
            if not name:
                self._line = Hairline(look, upright=True)
                self._line.setFixedHeight(tokens.space.xl)
                row.addSpacing(tokens.space.s)
                row.addWidget(self._line)
                row.addSpacing(tokens.space.s)
                continue
            tool = self._make(look, name, icon, words)
            tool.clicked.connect(lambda _=False, name=name: self.wanted.emit(name))
            row.addWidget(tool)
            self.tools[name] = tool
        self._size()
        look.changed.connect(self._size)

    def _make(self, look: Look, name: str, icon: str, words: str) -> Button | IconButton:
        if not icon:
            fit = Button(look, "Fit", "quiet", size="small")
            fit.setToolTip("All of it in sight (0)")
            return fit
        tokens = look.theme.tokens
        return IconButton(
            look,
            icon,
            words,
            target=tokens.viewer.tool,
            icon_size=tokens.icon.toolbar,
            color="text",
        )

    def _size(self) -> None:
        theme = self._look.theme
        self.setFixedHeight(theme.length(theme.tokens.viewer.bar, capped=True))

    def say_place(self, number: int, count: int) -> None:
        """ "2 of 3"; nothing where there is one."""
        self._place.say([(str(number), 600), (f" of {count}", 400)] if count > 1 else "")

    def say_size(self, percent: int, *, fitted: bool) -> None:
        """How large it is shown."""
        fit = self.tools["fit"]
        assert isinstance(fit, Button)
        words = "Fit" if fitted else f"{percent} %"
        if fit.text() != words:
            fit.rename(words)
        fit.setAccessibleName(f"Fit; it is shown at {percent} %")

    def offer(self, **can: bool) -> None:
        """Which tools make sense now; the others are not there."""
        for name, makes_sense in can.items():
            self.tools[name].setVisible(makes_sense)
        self._line.setVisible(not self.tools["fit"].isHidden())

    def rename(self, names: Mapping[str, str]) -> None:
        """What some of the tools are called now."""
        for name, words in names.items():
            tool = self.tools[name]
            assert isinstance(tool, IconButton)
            tool.name(words)
