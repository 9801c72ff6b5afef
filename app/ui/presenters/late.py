"""Pictures that come later: the first frame is painted without what fetches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from app.ui.timeline.pictures import Form, Pictures


class LatePictures(QObject):
    """Implements ``Pictures``: none until ``use``, then those."""

    arrived = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: Pictures | None = None

    def use(self, pictures: Pictures) -> None:
        """From now on ask these; what was asked in vain is asked again when painted."""
        self._pictures = pictures
        pictures.arrived.connect(self.arrived)
        self.arrived.emit("")

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """See ``Pictures.request``."""
        return self._pictures.request(url, form, blurhash) if self._pictures else None

    def failed(self, url: str) -> bool:
        """See ``Pictures.failed``."""
        return self._pictures.failed(url) if self._pictures else False
