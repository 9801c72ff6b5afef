"""What becomes of an answer that was just sent: the seconds to take it back, then how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.model.draft import DraftId
from app.model.errors import ServiceError
from app.ui.asyncqt import TaskScope
from app.ui.presenters.behind import KEEP
from app.ui.thread import words
from app.ui.thread.bar import ReplyBar

if TYPE_CHECKING:
    from app.services.house import House

TICK_MS, SAID_MS = 250, 4_000
"""ms between two looks at the seconds that are left; how long good news stay."""


class SentWatch(QObject):
    """Tells in the bar of one draft; ``taken_back``: it is a draft again."""

    taken_back = Signal(object)

    def __init__(self, bar: ReplyBar, house: House, scope: TaskScope) -> None:
        super().__init__(bar)
        self._bar, self._house, self._scope = bar, house, scope
        self.draft: DraftId | None = None
        self._tick = QTimer(self, singleShot=True, interval=TICK_MS)
        self._tick.timeout.connect(self._tell)
        self._told = QTimer(self, singleShot=True, interval=SAID_MS)
        self._told.timeout.connect(self._forget)
        self._leave = house.outbox.subscribe(lambda change: self._tell())
        bar.undo_wanted.connect(self._on_undo)

    def watch(self, draft: DraftId) -> None:
        """Tell of this one from now on."""
        self._told.stop()
        self.draft = draft
        self._tell()

    def close(self) -> None:
        """Tell of nothing any more."""
        self._tick.stop()
        self._told.stop()
        self._leave()
        self._leave = lambda: None

    def _tell(self) -> None:
        if self.draft is None:
            return
        lanes = self._house.outbox.deliveries(self.draft)
        text, undo, over = words.sent_text(lanes, self._house.clock.now())
        self._bar.show_sent(text, undo=undo)
        if over:
            self._tick.stop()
            self._told.start()
        else:
            self._tick.start()

    def _forget(self) -> None:
        self.draft = None
        self._bar.show_sent("", undo=False)

    def _on_undo(self) -> None:
        if self.draft is not None:
            self._scope.start(self._undo(self.draft), name=f"{KEEP}take back")

    async def _undo(self, id: DraftId) -> None:
        self._tick.stop()
        try:
            draft = await self._house.outbox.take_back(id)
        except ServiceError as error:
            self._bar.show_trouble(f"{error.message} {error.next_step}".strip())
            return
        self._forget()
        if draft is None:
            self._bar.show_trouble("It has left already; it can only be deleted.", "warn")
        else:
            self.taken_back.emit(draft)
