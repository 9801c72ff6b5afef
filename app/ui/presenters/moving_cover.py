"""A page of its own over the window: opened, drawn while work goes on, put away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QPixmap

from app.ui.migration.frame import PageBody, WizardFrame
from app.ui.timeline.pictures import Form

if TYPE_CHECKING:
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures

_SOON = 100
"""ms between two drawings of how far it is."""


class CoverRoom(QObject):
    """
    A frame and its page, while there is one; work outlives both.

    Attributes:
        page: What the frame shows; None: put away, or something else is shown in it.
    """

    page: PageBody | None

    def __init__(self, look: Look, window: Window, title: str, redraw: Callable[[], None]) -> None:
        super().__init__(window)
        self._look, self._window, self._title = look, window, title
        self.frame: WizardFrame | None = None
        self.page = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(redraw)

    def _cover(self) -> WizardFrame:
        """A new frame, not yet shown: ``Window.cover`` does that when its page is in it."""
        frame = self.frame = WizardFrame(self._look, self._title)
        frame.close_wanted.connect(self.close)
        frame.show_stops(())
        return frame

    def close(self) -> None:
        """Put the page away."""
        if self.frame is not None:
            self._window.room_changing.emit()
            self.frame = self.page = None
            self._window.uncover()

    def _redraw_soon(self) -> None:
        """However often this is called, it is drawn ten times a second."""
        if not self._soon.isActive():
            self._soon.start(_SOON)


def place_picture(look: Look, pictures: Pictures, url: str, ratio: float) -> QPixmap | None:
    """The picture of an account or person as the wizard shows it. *ratio*: pixels a point."""
    theme = look.theme
    side = theme.length(theme.tokens.wizard.placeAvatar, capped=True)
    return pictures.request(url, Form(side, side, ratio, side / 2, kind="avatar")) if url else None
