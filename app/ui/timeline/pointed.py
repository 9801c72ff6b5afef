"""What the pointer has marked: plain values, painted from the first frame on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtCore import QPointF

    from app.model.timeline import RowKey
    from app.ui.timeline.selection import Selection


class Pointed:
    """
    Changed by the pointer, read by whoever paints.

    Attributes:
        key: Row under the pointer.
        part: Its part under the pointer, -1 = none.
        footer_part: The same of the end of the list.
        pressed: A part that is held down.
        down: Where the mouse went down.
    """

    def __init__(self) -> None:
        self.key: RowKey | None = None
        self.part = -1
        self.footer_part = -1
        self.pressed: tuple[RowKey, int] | None = None
        self.down: QPointF | None = None
        self.selection: Selection | None = None

    def forget(self) -> None:
        """Other rows are shown."""
        self.key, self.part, self.selection = None, -1, None
        self.pressed = self.down = None
