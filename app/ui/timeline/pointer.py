"""The mouse over the timeline: hovering, pressing, selecting, the menu."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.feed.rows import Card
from app.model.timeline import RowKey
from app.ui.timeline import words
from app.ui.timeline.layout.values import Flow, Part, RowLayout
from app.ui.timeline.selection import Selection, place_at, selected_text, word_at

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QMouseEvent

    from app.ui.timeline.view import TimelineView

MOST_TIP = 600
LONG = 500
"""ms that a button of the action row is held down until it offers more."""


class Pointer(QObject):
    """Turns what the mouse does into marks, menus and signals of the view."""

    _events: Mapping[QEvent.Type, Callable[..., None]] = {}
    """Empty on the class: at the end Python may empty the object before Qt lets go of it."""

    def __init__(self, view: TimelineView) -> None:
        super().__init__(view)
        self._view, self._mark = view, view.pointed
        self._dragging = False
        self._on_row: RowKey | None = None
        self._held = QTimer(self, singleShot=True, interval=LONG)
        self._held.timeout.connect(self._on_held)
        self._events = {
            QEvent.Type.MouseMove: self._on_move,
            QEvent.Type.MouseButtonPress: self._on_press,
            QEvent.Type.MouseButtonRelease: self._on_release,
            QEvent.Type.MouseButtonDblClick: self._on_double,
            QEvent.Type.Leave: self._on_leave,
            QEvent.Type.ToolTip: self._on_tip,
            QEvent.Type.ContextMenu: self._on_menu,
        }
        view.viewport().installEventFilter(self)

    @property
    def selection(self) -> Selection | None:
        """What is selected."""
        return self._mark.selection

    @selection.setter
    def selection(self, selection: Selection | None) -> None:
        self._mark.selection = selection

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        act = self._events.get(event.type())
        if act is None:
            return False
        act(event)
        return True

    def rows_moved(self) -> None:
        """What is under a still pointer may be another row."""
        self._hover(None, -1, None)

    def copy(self) -> None:
        """The selected text, else the whole text of the current post."""
        text = self.copied_text(self._view.card(self._view.current))
        if text:
            QGuiApplication.clipboard().setText(text)

    def copied_text(self, card: Card | None) -> str:
        """What copying would give."""
        selection = self.selection
        if selection is not None and not selection.is_empty:
            place = self._view.place_of(selection.key)
            if place is not None and place[0].flow is not None:
                return selected_text(place[0].flow, selection)
        return card.post.text.text if card is not None else ""

    def open_menu(self, card: Card, at: QPoint, link: Part | None = None) -> None:
        """The menu of a post; whoever listens may add to it."""
        from PySide6.QtWidgets import QMenu

        from app.ui.timeline.menu import fill_menu

        menu = QMenu(self._view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_menu(menu, self._view, card, link)
        self._view.menu_opening.emit(menu, card)
        menu.popup(at)

    # ------------------------------------------------------------ where

    def _find(self, at: QPointF) -> tuple[RowKey, RowLayout, int] | None:
        """Row at a place of the viewport, and its y."""
        for index, y in self._view.visible_rows():
            layout = self._view.shelf.layout(index)
            if y <= at.y() < y + layout.height:
                return self._view.shelf.key(index), layout, y
        return None

    def _footer_at(self, at: QPointF) -> int:
        """Part of the end of the list at a place, -1 = none."""
        view = self._view
        rows = view.shelf.column.standing(view.viewport().height())
        if view.footer is None or not rows:
            return -1
        last, top = rows[-1]
        return view.footer.part_at(at.x(), at.y() - top - view.shelf.column.heights[last])

    def _flow_at(self, layout: RowLayout, x: float, y: float) -> Flow | None:
        flow = layout.flow
        return flow if flow is not None and flow.box.holds(x, y) else None

    def _hover(self, key: RowKey | None, part: int, layout: RowLayout | None) -> None:
        if (key, part) == (self._mark.key, self._mark.part):
            return
        changed = (key, part) != (self._mark.key, self._mark.part)
        self._mark.key, self._mark.part = key, part
        self._view.viewport().update()
        if changed:
            hot = layout.parts[part] if layout is not None and part >= 0 else None
            self._view.status_text.emit(_target(hot) if hot is not None else "")

    # ------------------------------------------------------------ events

    def _on_move(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._mark.down is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(at)
            if self._dragging:
                return
        found = self._find(at)
        if found is None:
            self._hover(None, -1, None)
            self._mark.footer_part = self._footer_at(at)
            hand = self._mark.footer_part >= 0
            self._cursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
            return
        key, layout, y = found
        part = layout.part_at(at.x(), at.y() - y)
        self._hover(key, part, layout)
        if part >= 0:
            self._cursor(Qt.CursorShape.PointingHandCursor)
        elif self._flow_at(layout, at.x(), at.y() - y) is not None:
            self._cursor(Qt.CursorShape.IBeamCursor)
        else:
            self._cursor(Qt.CursorShape.ArrowCursor)

    def _cursor(self, shape: Qt.CursorShape) -> None:
        if self._view.viewport().cursor().shape() != shape:
            self._view.viewport().setCursor(shape)

    def _drag(self, at: QPointF) -> None:
        """Select, from where the mouse went down."""
        assert self._mark.down is not None
        if not self._dragging:
            far = (at - self._mark.down).manhattanLength() >= QApplication.startDragDistance()
            found = self._find(self._mark.down)
            if not far or found is None:
                return
            key, layout, y = found
            flow = self._flow_at(layout, self._mark.down.x(), self._mark.down.y() - y)
            if flow is None:
                return
            start = place_at(flow, self._mark.down.x(), self._mark.down.y() - y)
            self.selection = Selection(key, start, start)
            self._dragging, self._mark.pressed = True, None
        assert self.selection is not None
        place = self._view.place_of(self.selection.key)
        if place is not None and place[0].flow is not None:
            end = place_at(place[0].flow, at.x(), at.y() - place[1])
            self.selection = Selection(self.selection.key, self.selection.start, end)
            self._view.viewport().update()

    def _on_press(self, event: QMouseEvent) -> None:
        view = self._view
        view.by_keyboard = False
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()  # some are the window's: back and forward
            return
        view.setFocus(Qt.FocusReason.MouseFocusReason)
        self.selection = None
        at = event.position()
        self._mark.down, self._dragging = at, False
        found = self._find(at)
        if found is None:
            if self._footer_at(at) >= 0 and view.shelf.source is not None:
                view.shelf.source.want_older()
            return
        key, layout, y = found
        view.set_current(key)
        part = layout.part_at(at.x(), at.y() - y)
        self._mark.pressed = (key, part) if part >= 0 else None
        self._on_row = key if part < 0 else None
        if part >= 0 and layout.parts[part].intent.kind == "react":
            self._held.start()
        view.viewport().update()

    def _on_held(self) -> None:
        """A button was held down: it offers more instead of acting."""
        pressed, view = self._mark.pressed, self._view
        place = view.place_of(pressed[0]) if pressed is not None else None
        if pressed is None or place is None or pressed[1] >= len(place[0].parts):
            return
        part, card = place[0].parts[pressed[1]], view.card(pressed[0])
        if card is not None and self._dragging is False:
            self._mark.pressed = None
            view.viewport().update()
            view.react_menu.emit(card, part.intent.arg, view.intents.below(pressed[0], part))

    def _on_release(self, event: QMouseEvent) -> None:
        pressed, self._mark.pressed = self._mark.pressed, None
        dragged, self._dragging, self._mark.down = self._dragging, False, None
        on_row, self._on_row = self._on_row, None
        self._held.stop()
        self._view.viewport().update()
        if event.button() != Qt.MouseButton.LeftButton or dragged:
            return
        found = self._find(event.position())
        if found is None:
            return
        key, layout, y = found
        part = layout.part_at(event.position().x(), event.position().y() - y)
        if pressed is not None and (key, part) == pressed:
            self._view.press_part(key, part)
        elif part < 0 and key == on_row and (card := self._view.card(key)) is not None:
            self._view.card_activated.emit(card)

    def _on_double(self, event: QMouseEvent) -> None:
        """A word in the text; the first click of the two has opened the post."""
        found = self._find(event.position())
        if found is None or event.button() != Qt.MouseButton.LeftButton:
            return
        key, layout, y = found
        x, inside = event.position().x(), event.position().y() - y
        if layout.part_at(x, inside) >= 0:
            self._on_press(event)
            return
        flow = self._flow_at(layout, x, inside)
        if flow is not None and flow.paragraphs:
            start, end = word_at(flow, place_at(flow, x, inside))
            self.selection = Selection(key, start, end)
            self._view.viewport().update()

    def _on_leave(self, event: QEvent) -> None:
        self._hover(None, -1, None)
        self._mark.footer_part = -1

    def _on_tip(self, event: QHelpEvent) -> None:
        # Slow to load, and asked for by a pointer that rests.
        from html import escape

        from PySide6.QtWidgets import QToolTip

        found = self._find(QPointF(event.pos()))
        if found is not None:
            _, layout, y = found
            part = layout.part_at(event.pos().x(), event.pos().y() - y)
            if part >= 0:
                text = (layout.parts[part].hint or layout.parts[part].name)[:MOST_TIP]
                # Escaped: Qt would take foreign words for markup.
                QToolTip.showText(
                    event.globalPos(), f"<span>{escape(text)}</span>", self._view.viewport()
                )
                return
        QToolTip.hideText()

    def _on_menu(self, event: QContextMenuEvent) -> None:
        found = self._find(QPointF(event.pos()))
        card = self._view.card(found[0]) if found is not None else None
        if found is None or card is None:
            return
        key, layout, y = found
        self._view.set_current(key)
        part = layout.part_at(event.pos().x(), event.pos().y() - y)
        link = layout.parts[part] if part >= 0 else None
        self.open_menu(card, event.globalPos(), link)


def _target(part: Part) -> str:
    """Where a part leads, for the status line."""
    if part.intent.kind == "link":
        return part.intent.arg
    return words.isolated(part.hint or part.name)
