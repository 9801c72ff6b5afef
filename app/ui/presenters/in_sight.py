"""The cards that somebody may be looking at now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.feed.rows import Card

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.ui.presenters.timeline import TimelinePresenter
    from app.ui.timeline.view import TimelineView


def cards_in_sight(
    window: QWidget, view: TimelineView, timeline: TimelinePresenter
) -> tuple[Card, ...]:
    """Nobody looks at a window that is hidden, or behind others."""
    opened = timeline.opened
    if opened is None or not (window.isActiveWindow() and view.isVisible()):
        return ()
    rows = [opened.row(index) for index, _ in view.visible_rows() if index < len(opened)]
    return tuple(row for row in rows if isinstance(row, Card))
