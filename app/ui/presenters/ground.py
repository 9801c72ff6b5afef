"""The timeline under all rooms, as back and forward see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.model.timeline import RowKey, TimelineId
    from app.ui.presenters.shell import ShellPresenter
    from app.ui.presenters.timeline import TimelinePresenter
    from app.ui.timeline.view import TimelineView


class TimelineGround:
    """
    Implements ``travel.Ground``.

    Args:
        go: Shows a timeline at its place, and leaves rooms as they are.
    """

    def __init__(
        self,
        view: TimelineView,
        shell: ShellPresenter,
        timeline: Callable[[], TimelinePresenter],
        go: Callable[[TimelineId], None],
    ) -> None:
        self._view, self._shell, self._timeline, self._go = view, shell, timeline, go

    def visit(self) -> tuple[TimelineId, tuple[RowKey, int] | None]:
        """Which timeline is read, and the row at the top edge."""
        anchor = self._view.anchor()
        return self._shell.current, (anchor[0], anchor[2]) if anchor is not None else None

    def revisit(self, timeline: TimelineId, place: tuple[RowKey, int] | None) -> None:
        """Read it there again."""
        if timeline != self._shell.current:
            self._go(timeline)
        if place is not None:
            self._timeline().return_to(*place)

    def focus(self) -> None:
        """The keys are the timeline's."""
        self._view.setFocus()
