"""The right pane: a conversation, or what is being written; beside the timeline or over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from app.ui.shell.way_back import WayBack
from app.ui.widgets.panel import Hairline, Panel

if TYPE_CHECKING:
    from app.ui.theme.look import Look


class RightPane(Panel):
    """
    Holds pages one over the other; the last that came is seen.

    A page has a header of its own, with its close and pop out. It stays its
    maker's: after ``take_page`` it is shown again or deleted, which is not done here.
    """

    changing = Signal()
    """Another page is about to be seen, or none."""
    changed = Signal()
    """Another page is seen, or none."""
    covering_changed = Signal(bool)
    """It covers the timeline from now on (pages show Back), or no more."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "surface")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._seam = Hairline(look, upright=True)
        row.addWidget(self._seam)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        row.addWidget(holder, 1)
        self.covering = False
        self._wide: set[QWidget] = set()
        self._way_back = WayBack()
        self.hide()

    @property
    def page(self) -> QWidget | None:
        """What is seen."""
        return self._stack.currentWidget()

    @property
    def pages(self) -> tuple[QWidget, ...]:
        """All of them, seen or not, lowest first."""
        return tuple(page for at in range(self._stack.count()) if (page := self._stack.widget(at)))

    def holds(self, page: QWidget) -> bool:
        """It is one of the pages, seen or not."""
        return self._stack.indexOf(page) >= 0

    def is_wide(self, page: QWidget) -> bool:
        """It takes the timeline's place when it is seen."""
        return page in self._wide

    @property
    def wants_all(self) -> bool:
        """What is seen takes the timeline's place, however wide the window is."""
        return self.page is not None and self.page in self._wide

    def show_page(self, page: QWidget, *, cover: bool = False) -> None:
        """Show *page* over all others. *cover*: over the timeline, too."""
        self.changing.emit()
        self._way_back.note(page, self.window().focusWidget())
        if cover:
            self._wide.add(page)
        if self.holds(page):
            self._stack.removeWidget(page)
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        self.changed.emit()

    def take_page(self, page: QWidget) -> None:
        """Take *page* away; the one under it is seen, and the keys are where they were."""
        if not self.holds(page):
            return
        self.changing.emit()
        self._wide.discard(page)
        had_focus = page.isAncestorOf(self.window().focusWidget() or self)
        self._stack.removeWidget(page)
        # In no layout, and still our child: a parent less, and Qt polishes all of it anew (8 ms).
        page.hide()
        if self._stack.count():
            self._stack.setCurrentIndex(self._stack.count() - 1)
        self.changed.emit()
        if not had_focus:
            self._way_back.forget(page)
        elif not self._way_back.lead(page) and self.page is not None:
            self.page.setFocus(Qt.FocusReason.OtherFocusReason)

    def stand(self, timeline: QWidget, *, covering: bool) -> None:
        """Show what there is, over the *timeline* or beside it."""
        self.cover(covering)
        shown = self.page is not None
        # Who goes, goes first: the other is laid out once, for all the room it will have.
        for part, there in sorted(
            ((self, shown), (timeline, not (shown and covering))), key=lambda one: one[1]
        ):
            part.setVisible(there)

    def cover(self, covering: bool) -> None:
        """Stand over the timeline, or beside it."""
        self._seam.setVisible(not covering)
        if covering != self.covering:
            self.covering = covering
            self.covering_changed.emit(covering)
