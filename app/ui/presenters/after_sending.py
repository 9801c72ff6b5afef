"""What is said of the post that was sent last: the seconds to take it back, then how it went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.model.draft import Draft, DraftId
from app.model.errors import ServiceError
from app.model.sending import Delivery
from app.ui.asyncqt import TaskScope
from app.ui.composer.words import number_word
from app.ui.outbox.toast import Toast
from app.ui.presenters.keeping import KEEP
from app.ui.theme.look import Look


class Sends(Protocol):
    """See ``services.outbox.Outbox``: the part that is needed here."""

    def deliveries(self, draft: DraftId | None = None) -> tuple[Delivery, ...]: ...
    def subscribe(self, listener: Callable[..., None]) -> Callable[[], None]: ...
    async def take_back(self, draft: DraftId) -> Draft | None: ...


class AfterSending(QObject):
    """Shows the toast of a window; ``taken_back`` hands the draft over."""

    taken_back = Signal(object)

    def __init__(
        self,
        look: Look,
        window: QWidget,
        outbox: Sends,
        now: Callable[[], datetime],
        scope: TaskScope,
    ) -> None:
        super().__init__(window)
        self._outbox, self._now, self._scope = outbox, now, scope
        self._draft: DraftId | None = None
        self.toast = Toast(look, window)
        self.toast.undo_wanted.connect(self._undo)
        self.leave = outbox.subscribe(self._on_outbox)

    def tell(self, draft: DraftId) -> None:
        """That one was sent just now."""
        self._draft = draft
        self.toast.count_down(self._countdown)
        self._on_outbox()

    def _countdown(self) -> str:
        lanes = self._outbox.deliveries(self._draft) if self._draft else ()
        ends = [lane.not_before for lane in lanes if lane.state == "queued" and lane.not_before]
        begun = any(lane.attempts or lane.send_at is not None for lane in lanes)
        if not ends or begun:
            return ""
        left = (max(ends) - self._now()).total_seconds()
        return f"Posting to {_where(lanes)} in {round(-(-left // 1))} s" if left > 0 else ""

    def _on_outbox(self, _change: object = None) -> None:
        lanes = self._outbox.deliveries(self._draft) if self._draft is not None else ()
        if not lanes:
            return
        if all(lane.send_at is not None and lane.state == "queued" for lane in lanes):
            self._end("calendar-blank", "textSecondary", "It leaves later", show=True)
        elif not any(lane.state in ("queued", "sending", "unknown") for lane in lanes):
            self._tell_end(lanes)

    def _tell_end(self, lanes: Sequence[Delivery]) -> None:
        failed = sum(lane.state == "failed" for lane in lanes)
        if failed:
            were = "was" if failed == 1 else "were"
            words = f"{number_word(failed).capitalize()} of {number_word(len(lanes))} lanes"
            self._end("warning-circle", "danger", f"{words} {were} not posted", show=True)
        elif all(lane.state == "scheduled" for lane in lanes):
            self._end("calendar-blank", "textSecondary", "The server keeps it", show=True)
        elif all(lane.state in ("delivered", "scheduled") for lane in lanes):
            self._end("check-circle", "ok", f"Posted to {_where(lanes)}")
        else:
            self._draft = None

    def _end(self, icon: str, color: str, words: str, *, show: bool = False) -> None:
        self._draft = None
        self.toast.say(icon, color, words, show=show)

    def _undo(self) -> None:
        if self._draft is not None:
            self._scope.start(self._take_back(self._draft), name=f"{KEEP}take back")

    async def _take_back(self, id: DraftId) -> None:
        self._draft = None
        try:
            draft = await self._outbox.take_back(id)
        except ServiceError as error:
            words = f"{error.message} {error.next_step}".strip()
            self._end("warning-circle", "danger", words, show=True)
            return
        if draft is None:
            words = "It has left already; it can only be deleted"
            self._end("warning-circle", "warn", words, show=True)
            return
        self.taken_back.emit(draft)


def _where(lanes: Sequence[Delivery]) -> str:
    return "one account" if len(lanes) == 1 else f"{number_word(len(lanes))} accounts"
