"""Keys of the timeline: j and k, Tab within a row, x, o, Ctrl+C."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.model.timeline import RowKey

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from app.ui.timeline.view import TimelineView

REACTIONS = {
    Qt.Key.Key_R: "reply",
    Qt.Key.Key_Q: "quote",
    Qt.Key.Key_B: "repost",
    Qt.Key.Key_F: "like",
    Qt.Key.Key_S: "bookmark",
}


class Keyboard:
    """What each key does; the view hands its key events here."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        self._keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_J: lambda: self.step(1),
            Qt.Key.Key_Down: lambda: self.step(1),
            Qt.Key.Key_K: lambda: self.step(-1),
            Qt.Key.Key_Up: lambda: self.step(-1),
            Qt.Key.Key_Home: self._home,
            Qt.Key.Key_G: self._home,
            Qt.Key.Key_Period: self._home,
            Qt.Key.Key_End: self._end,
            Qt.Key.Key_PageDown: lambda: self._page(1),
            Qt.Key.Key_PageUp: lambda: self._page(-1),
            Qt.Key.Key_O: self._open,
            Qt.Key.Key_Return: self._open,
            Qt.Key.Key_Enter: self._open,
            Qt.Key.Key_X: self._cover,
            Qt.Key.Key_V: self._media,
            Qt.Key.Key_Menu: self._menu,
        }

    def press(self, event: QKeyEvent) -> bool:
        """Was it a key of ours?"""
        from PySide6.QtGui import QKeySequence  # a hundred names: not before the first key

        if event.matches(QKeySequence.StandardKey.Copy):
            self._view.pointer.copy()
            return True
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shift = modifiers == Qt.KeyboardModifier.ShiftModifier
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space and (shift or not modifiers):
            self._page(-1 if shift else 1)
            return True
        if modifiers:
            return False
        if key in REACTIONS:
            card = self._view.card(self._view.standing)
            if card is not None:
                self._view.react.emit(card, REACTIONS[key])
            return card is not None
        act = self._keys.get(key)
        if act is None:
            return False
        act()
        return True

    def step(self, by: int) -> None:
        """To the next row, or the one before."""
        shelf = self._view.shelf
        if not len(shelf):
            return
        index = shelf.index_of(self._view.standing)
        rows = self._view.visible_rows()
        seen = {index for index, _ in rows}
        if index is None or (index not in seen and index + by not in seen):
            index = self._first_seen(rows)
        else:
            index = min(max(index + by, 0), len(shelf) - 1)
        self.stand_on(index)

    def stand_on(self, index: int) -> None:
        """Bring a row into sight, and stand there."""
        self._show(index)
        self._view.focus_row(self._view.shelf.key(index))

    def _first_seen(self, rows: list[tuple[int, int]]) -> int:
        """First row whose head is in sight."""
        for index, y in rows:
            if y >= 0:
                return index
        return rows[0][0] if rows else 0

    def _show(self, index: int) -> None:
        """Bring a row into sight; its head before its end."""
        view = self._view
        height = view.viewport().height()
        for seen, y in view.visible_rows():
            if seen == index:
                bottom = y + view.shelf.measure(index)
                if y < 0:
                    view.scroll_by(y)
                elif bottom > height:
                    view.scroll_by(min(bottom - height, y))
                return
        first = view.visible_rows()[0][0]
        view.shelf.column.go(index, 0)
        if index > first:
            view.shelf.column.move(view.shelf.measure(index) - height, view.shelf.measure)
        view.scroll_by(0)

    def _home(self) -> None:
        self._view.newest_wanted.emit()
        self._view.go_top()
        self._stand(0)

    def _end(self) -> None:
        self._view.go_end()
        self._stand(len(self._view.shelf) - 1)

    def _stand(self, index: int) -> None:
        if len(self._view.shelf):
            self._view.focus_row(self._view.shelf.key(index))

    def _page(self, by: int) -> None:
        view = self._view
        view.scroll_by(by * round(view.viewport().height() * 0.9))
        rows = view.visible_rows()
        if rows and view.standing is not None:
            self._stand(self._first_seen(rows))

    def _open(self) -> None:
        card = self._view.card(self._view.standing)
        if card is not None:
            self._view.card_activated.emit(card)

    def _cover(self) -> None:
        if self._view.standing is not None:
            self._view.intents.toggle_cover(self._view.standing)

    def _media(self) -> None:
        card = self._view.card(self._view.standing)
        if card is not None and card.post.media:
            self._view.open_media.emit(card, 0)

    def _menu(self) -> None:
        view = self._view
        card = view.card(view.standing)
        place = view.place_of(view.standing) if view.standing is not None else None
        if card is None or place is None:
            return
        for part in place[0].parts:
            if part.intent.kind == "menu":
                view.pointer.open_menu(card, view.intents.below(card.key, part))

    # ------------------------------------------------------------ Tab

    def enter(self) -> None:
        """Tab came in: stand on the row that was read."""
        view = self._view
        rows = view.visible_rows()
        if not rows:
            return
        keys = [view.shelf.key(index) for index, _ in rows]
        key: RowKey = (
            view.standing
            if view.standing in keys and view.standing is not None
            else view.shelf.key(self._first_seen(rows))
        )
        view.focus_row(key)

    def tab(self, forward: bool) -> bool:
        """Next or previous part of the row; False never: at the ends Tab leaves the view."""
        view = self._view
        key = view.standing
        place = view.place_of(key) if key is not None else None
        if key is None or place is None or not view.hasFocusInside():
            return self._leave(forward)
        part = view.focus_part + (1 if forward else -1)
        if -1 <= part < len(place[0].parts):
            view.focus_row(key, part)
            return True
        return self._leave(forward)

    def _leave(self, forward: bool) -> bool:
        """To the next widget outside. True when there is one."""
        view = self._view
        widget: QWidget = view
        for _ in range(10_000):
            found = widget.nextInFocusChain() if forward else widget.previousInFocusChain()
            if found is None or found is view:
                return False
            widget = found
            outside = not view.isAncestorOf(widget)
            takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            usable = widget.isVisibleTo(view.window()) and widget.isEnabled()
            if outside and takes and usable and widget.window() is view.window():
                reason = (
                    Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
                )
                widget.setFocus(reason)
                return True
        return False
