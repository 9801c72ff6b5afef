"""Dark in every theme: what is looked at stands before a dark ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.ui.theme import style
from app.ui.theme.look import Look
from app.ui.theme.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class Night(Look):
    """The dark side of a look; changes with it, and dresses one widget instead of the program."""

    def __init__(self, look: Look, dressed: QWidget) -> None:
        QObject.__init__(self, dressed)  # the program keeps its own look
        self._day, self._dressed = look, dressed
        self._wishes = look.wishes
        self.theme = self._make()
        self._dress()
        look.changed.connect(self._follow)

    def _follow(self, *_: object) -> None:
        self._wishes = self._day.wishes
        self.theme = self._make()
        self._dress()
        self.changed.emit()

    def _make(self) -> Theme:
        day = self._day.theme
        return Theme(
            "hcDark" if day.high_contrast else "dark",
            day.scale,
            family=day.family,
            underline_links=day.underline_links,
            reduced_motion=day.reduced_motion,
        )

    def _dress(self) -> None:
        self._dressed.setPalette(style.palette(self.theme))
        self._dressed.setStyleSheet(style.stylesheet(self.theme))
