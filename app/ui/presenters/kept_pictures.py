"""Pictures of drafts, straight from the profile's own copies; all others as ever."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPixmap

from app.model.errors import ServiceError
from app.ui.composer.blocks import KEPT
from app.ui.timeline.pictures import Form, Pictures

log = logging.getLogger(__name__)

_MOST = 48
"""Pixmaps that are kept: a few lanes of a few pictures."""


class KeptPictures(QObject):
    """
    ``Pictures`` for addresses that begin with ``kept:``.

    Args:
        file_of: Finds the copy; raises ServiceError.
        start: Runs a coroutine (``TaskScope.start``).
        others: Everything that is not kept (avatars).
    """

    arrived = Signal(str)

    def __init__(
        self,
        file_of: Callable[[str], Path],
        start: Callable[[Coroutine[Any, Any, None]], object],
        others: Pictures,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._file_of, self._start, self._others = file_of, start, others
        self._kept: dict[tuple[str, Form], QPixmap] = {}
        self._asked: set[tuple[str, Form]] = set()
        self._failed: set[str] = set()
        others.arrived.connect(self.arrived)

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """See ``Pictures.request``."""
        if not url.startswith(KEPT):
            return self._others.request(url, form, blurhash)
        wanted = (url, form)
        found = self._kept.get(wanted)
        if found is None and url not in self._failed and wanted not in self._asked:
            self._asked.add(wanted)
            self._start(self._load(wanted))
        return found

    def failed(self, url: str) -> bool:
        """See ``Pictures.failed``."""
        return url in self._failed if url.startswith(KEPT) else self._others.failed(url)

    async def _load(self, wanted: tuple[str, Form]) -> None:
        from app.ui.timeline.decode import Undecodable, decode  # loaded with the first picture

        url, form = wanted
        try:
            path = self._file_of(url.removeprefix(KEPT))
            image = await asyncio.to_thread(decode, path, form)
        except (ServiceError, OSError, Undecodable) as error:
            log.info("a kept picture is not shown: %s", type(error).__name__)
            self._failed.add(url)
        else:
            while len(self._kept) >= _MOST:
                self._kept.pop(next(iter(self._kept)))
            self._kept[wanted] = QPixmap.fromImage(image)
        finally:
            self._asked.discard(wanted)
        self.arrived.emit(url)
