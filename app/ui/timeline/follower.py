"""Follows the changes of a source: the view never jumps, and repaints what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QTimer

from app.services.rows import Change, Changed, EdgeState

if TYPE_CHECKING:
    from app.ui.timeline.view import TimelineView


class Follower:
    """Listens to the source on behalf of the view."""

    def __init__(self, view: TimelineView) -> None:
        self._view = view
        # A page that comes in between others tells of forty places: one refresh.
        self._soon = QTimer(view, singleShot=True, interval=0)
        self._soon.timeout.connect(view.refresh_moved)

    def on_change(self, change: Change) -> None:
        """Take one change over."""
        view = self._view
        if isinstance(change, EdgeState):
            view.edges[change.edge] = change
            view.refresh()
            return
        view.shelf.take(change)
        if isinstance(change, Changed):
            self._on_rows(change.indexes)
            return
        view.pointer.rows_moved()
        if view.current is not None and view.shelf.index_of(view.current) is None:
            view.set_current(None)
        self._soon.start()

    def _on_rows(self, indexes: tuple[int, ...]) -> None:
        """Repaint those in sight; all of the view only if a height differs."""
        view = self._view
        column, width = view.shelf.column, view.viewport().width()
        standing = column.standing(view.viewport().height())
        # Three thousand are told of at once, and a dozen of them are in sight.
        told = set(indexes)
        seen = [(index, y) for index, y in standing if index in told]
        grew = False
        for index, y in seen:
            height = view.shelf.measure(index)
            grew = grew or column.heights[index] != height
            view.viewport().update(QRect(0, y, width, height))
        if grew:
            view.refresh()
        elif seen:
            view.settle()
