"""The list of a conversation: the timeline's view over rows of another kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.model import AccountId
from app.model.timeline import RowKey, StubRow
from app.ui.theme import Theme
from app.ui.thread.frames import ThreadFrame
from app.ui.thread.layout import lay_thread_row
from app.ui.thread.rows import ThreadRow
from app.ui.thread.source import ThreadSource
from app.ui.timeline.intents import Intents
from app.ui.timeline.layout.values import Part
from app.ui.timeline.pictures import Pictures
from app.ui.timeline.view import TimelineView


class ThreadIntents(Intents):
    """What parts of a conversation's rows are for, beside those of cards."""

    def __init__(self, view: ThreadView) -> None:
        super().__init__(view)
        self._thread = view

    def press(self, key: RowKey, part: Part) -> None:
        """Do what *part* of a row is for."""
        view, intent = self._thread, part.intent
        row = view.thread_row(key)
        if intent.kind == "continue":
            view.continue_wanted.emit(intent.arg)
        elif intent.kind == "fold":
            view.fold(intent.arg)
        elif intent.kind == "page":
            view.link_activated.emit(intent.arg, "")
        elif intent.kind == "hidden":
            view.hidden_asked.emit(self.below(key, part))
        elif intent.kind == "details" and row is not None and row.line and row.line.stub:
            view.stub_details.emit(StubRow(key=key, stub=row.line.stub, account=AccountId("")))
        else:
            super().press(key, part)


class ThreadView(TimelineView):
    """Shows a ``ThreadSource``."""

    continue_wanted = Signal(str)
    """URI of a post whose answers are a conversation of their own."""
    hidden_asked = Signal(QPoint)
    """Global place: what was left out, and why."""

    _frame_kind = ThreadFrame

    def __init__(
        self,
        theme: Theme,
        pictures: Pictures,
        parent: QWidget | None = None,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(theme, pictures, parent, clock=clock, lay=lay_thread_row)
        self.setAccessibleName("Conversation")

    @cached_property
    def intents(self) -> ThreadIntents:
        """Does what a part of a row is for."""
        return ThreadIntents(self)

    def fold(self, uri: str) -> None:
        """Fold away what hangs below that answer, or bring it back."""
        if isinstance(self.shelf.source, ThreadSource):
            self.shelf.source.fold(uri)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left folds a branch, then goes to what it answers; right brings it back."""
        back = Qt.Key.Key_Right if self.isRightToLeft() else Qt.Key.Key_Left
        sideways = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        if not sideways or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        row = self.thread_row(self.standing)
        if row is None or row.line is None or row.place != "answer":
            return
        foldable = row.opens and not row.line.folded
        if event.key() == back and not foldable:
            self._go_to_parent(row.line.parent)
        elif (event.key() == back and foldable) or row.line.folded:
            self.fold(row.line.uri)
            self._stand_on(row.key)

    def _go_to_parent(self, uri: str) -> None:
        source = self.shelf.source
        self._stand_on(source.key_of(uri) if isinstance(source, ThreadSource) else None)

    def _stand_on(self, key: RowKey | None) -> None:
        index = self.shelf.index_of(key)
        if index is not None:
            self.keyboard.stand_on(index)

    def thread_row(self, key: RowKey | None) -> ThreadRow | None:
        """The row with this key."""
        row = self.shelf.row_of(key)
        return row if isinstance(row, ThreadRow) else None

    @property
    def standing(self) -> RowKey | None:
        """Where nobody stands: the post it is all about."""
        source = self.shelf.source
        focus = source.focus if isinstance(source, ThreadSource) else None
        return self.current if self.current is not None else focus
