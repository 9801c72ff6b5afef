"""Where pixmaps come from: what the view asks, and an answer for when there are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.ui.timeline.layout.values import ROUND, Corners

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance
    from PySide6.QtGui import QPixmap


class Form(Struct, frozen=True):
    """
    How a picture is wanted: cropped to this size, its corners clipped once.

    Attributes:
        width: px; the pixmap has *dpr* times as many.
        radius: Of the corners named in *corners*; half the side makes a disc.
        focus: Point of interest, −1 … 1 from the middle, y upwards.
        kind: What it is, for limits of size and the list of hosts.
    """

    width: int
    height: int
    dpr: float = 1.0
    radius: float = 0.0
    corners: Corners = ROUND
    focus: tuple[float, float] = (0.0, 0.0)
    kind: Literal["avatar", "emoji", "preview"] = "preview"


class Pictures(Protocol):
    """
    Pixmaps by address. The view draws what it gets and never loads anything.

    ``arrived`` tells an address whose picture (or rough form) is there now.
    """

    @property
    def arrived(self) -> SignalInstance:
        """Signal(str)."""
        ...

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """
        The picture, else its rough form from *blurhash*, else None.

        Returns at once; what is missing is fetched and announced.
        """
        ...

    def failed(self, url: str) -> bool:
        """It was tried, and there is no such picture (or it is not to be fetched)."""
        ...


class NoPictures(QObject):
    """None ever comes: for text-only reading and tests."""

    arrived = Signal(str)

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """Nothing."""
        return None

    def failed(self, url: str) -> bool:
        """Nothing was tried."""
        return False
