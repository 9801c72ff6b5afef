"""Panels of lanes beside each other, scrolling sideways when they do not fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from app.model import AccountId
from app.ui.theme.look import Look

PanelT = TypeVar("PanelT", bound=QWidget)


class LaneRow(QScrollArea, Generic[PanelT]):
    """
    Holds a panel for each lane. A lane that stays keeps its panel, its focus
    and its place, whatever happens to the others.
    """

    made = Signal(object)
    """A panel is new: it wants its picture."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.panels: dict[AccountId, PanelT] = {}
        self.setViewport(QWidget())
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._row = QHBoxLayout(inner)
        self._row.addStretch(1)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)

    def _arrange(
        self,
        accounts: Sequence[AccountId],
        make: Callable[[int], PanelT],
        show: Callable[[int, PanelT], None],
    ) -> bool:
        """
        One panel for each of *accounts*, in this order; whether any came, went or moved.

        Args:
            make: A new panel, by place.
            show: Shows a panel that stays what it is about now.
        """
        gone = [account for account in self.panels if account not in accounts]
        for account in gone:
            panel = self.panels.pop(account)
            self._row.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
        moved = bool(gone)
        for place, account in enumerate(accounts):
            if account in self.panels:
                show(place, self.panels[account])
            else:
                self.panels[account] = make(place)
                self.made.emit(self.panels[account])
            if self._row.indexOf(self.panels[account]) != place:
                self._row.insertWidget(place, self.panels[account])
                moved = True
        return moved

    def _share(self, pad: int) -> int:
        """Width of each, px: an equal one, between the least and the most of a lane."""
        theme, tokens = self._look.theme, self._look.theme.tokens
        count = max(1, len(self.panels))
        room = self.width() - 2 * pad - (count - 1) * tokens.composer.laneGap
        least = theme.length(tokens.composer.laneMin, capped=True)
        most = theme.length(tokens.composer.laneMax, capped=True)
        return max(least, min(most, room // count))

    def _fit(self) -> None:
        """Lay the panels out anew at the present width."""
        raise NotImplementedError

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
