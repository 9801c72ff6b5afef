"""``Pictures`` over the media service: asked for, decoded in workers, kept bounded."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from app.model.errors import Cancelled, ServiceError
from app.ui.thrift import be_thrifty
from app.ui.timeline.decode import Undecodable, decode, rough
from app.ui.timeline.pictures import Form
from app.ui.timeline.turns import Turns

MOST_BYTES = 14 * 1024 * 1024
"""A dozen large pictures: those in sight, and a screen on either side."""
AT_ONCE = 2
"""Decoders at work: more would take the processor from painting."""
MOST_WAITING = 100
"""For a decoder: more than is in sight."""
RETRY = 30.0
"""Seconds until a picture that failed is asked for again (the service knows better when)."""

Start = Callable[[Coroutine[Any, Any, None]], object]


class MediaService(Protocol):
    """The part of ``services.media.Media`` that is used here."""

    async def get(
        self, url: str, kind: Literal["avatar", "emoji", "preview", "full"], why: str = ""
    ) -> Path | bytes:
        """Bytes of a picture, or the file that holds them."""
        ...

    async def reject(self, url: str) -> None:
        """It cannot be decoded."""
        ...


class MediaPictures(QObject):
    """
    Pixmaps for the timeline.

    Args:
        start: Runs a coroutine to its end (``TaskScope.start`` of the window).
    """

    arrived = Signal(str)

    def __init__(
        self,
        media: MediaService,
        start: Start,
        parent: QObject | None = None,
        *,
        most_bytes: int = MOST_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._media, self._start, self._clock = media, start, clock
        self._most = most_bytes
        self._size = 0
        self._kept: OrderedDict[tuple[str, Form], QPixmap] = OrderedDict()
        self._asked: set[tuple[str, Form]] = set()
        self._failed: dict[str, float] = {}
        self._turns = Turns(AT_ONCE, MOST_WAITING)
        be_thrifty()

    @property
    def bytes_kept(self) -> int:
        """Memory of all pixmaps."""
        return self._size

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """See ``Pictures.request``."""
        found = self._find((url, form)) if url else None
        if found is not None:
            return found
        if url and not self.failed(url):
            self._ask((url, form), self._load(url, form))
        if not blurhash:
            return None
        vague = ("blur:" + blurhash, form)
        found = self._find(vague)
        if found is None and vague[0] not in self._failed:
            self._ask(vague, self._guess(blurhash, form))
        return found

    def failed(self, url: str) -> bool:
        """See ``Pictures.failed``."""
        until = self._failed.get(url)
        if until is None:
            return False
        if until > self._clock():
            return True
        del self._failed[url]
        return False

    def _find(self, wanted: tuple[str, Form]) -> QPixmap | None:
        found = self._kept.get(wanted)
        if found is not None:
            self._kept.move_to_end(wanted)
        return found

    def _ask(self, wanted: tuple[str, Form], work: Coroutine[Any, Any, None]) -> None:
        if wanted in self._asked:
            work.close()
            return
        self._asked.add(wanted)
        self._start(work)

    async def _load(self, url: str, form: Form) -> None:
        try:
            source = await self._media.get(url, form.kind)
            async with self._turns.turn():
                image = await asyncio.to_thread(decode, source, form)
        except Cancelled:
            # Its turn never came: the next time it is in sight it is asked for again.
            return
        except (ServiceError, OSError):
            self._fail(url)
        except Undecodable:
            await self._media.reject(url)
            self._fail(url)
        else:
            self._keep((url, form), image)
            self.arrived.emit(url)
        finally:
            self._asked.discard((url, form))

    async def _guess(self, blurhash: str, form: Form) -> None:
        name = "blur:" + blurhash
        try:
            async with self._turns.turn():
                image = await asyncio.to_thread(rough, blurhash, form)
        except Cancelled:
            return
        finally:
            self._asked.discard((name, form))
        if image is None:
            self._failed[name] = float("inf")
            return
        self._keep((name, form), image)
        self.arrived.emit(name)

    def _fail(self, url: str) -> None:
        self._failed[url] = self._clock() + RETRY
        self.arrived.emit(url)

    def _keep(self, wanted: tuple[str, Form], image: QImage) -> None:
        old = self._kept.pop(wanted, None)
        if old is not None:
            self._size -= _bytes(old)
        pixmap = QPixmap.fromImage(image)
        self._kept[wanted] = pixmap
        self._size += _bytes(pixmap)
        while self._size > self._most and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._size -= _bytes(gone)


def _bytes(pixmap: QPixmap) -> int:
    return pixmap.width() * pixmap.height() * 4
