"""The lanes beside each other, scrolling sideways when they do not fit; or one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent

from app.model import AccountId
from app.model.draft import Target
from app.ui.composer.editor import FindSpans
from app.ui.composer.lane import LanePanel
from app.ui.composer.lane_row import LaneRow
from app.ui.composer.paragraphs import Paragraphs
from app.ui.composer.values import LaneShown
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.panel import UNBOUND
from app.ui.widgets.words import Words


class Lanes(LaneRow[LanePanel]):
    """Where lanes are written."""

    removed = Signal(str)
    own_wanted = Signal(str, bool)
    own_edited = Signal(str, str)
    choice_made = Signal(str, str, str)
    setting_chosen = Signal(str, str, list)

    def __init__(
        self, look: Look, paragraphs: Paragraphs, pictures: Pictures, find_spans: FindSpans
    ) -> None:
        super().__init__(look)
        self._paragraphs, self._pictures, self._find_spans = paragraphs, pictures, find_spans
        self._only: AccountId | None = None
        self._alone = False
        self.empty = Words(
            look,
            "No lane yet. Add one for each account that is to post this.",
            "meta",
            "textSecondary",
            wrap=True,
            centred=True,
            parent=self.viewport(),
        )
        self.empty.hide()
        self.setAccessibleName("Lanes")
        look.changed.connect(self._fit)
        self._fit()

    def show_lanes(self, lanes: Sequence[LaneShown], quoted: Target | None = None) -> None:
        """Show these, in this order."""
        moved = self._arrange(
            [lane.who.account for lane in lanes],
            lambda place: self._make(lanes[place]),
            lambda place, panel: panel.show_lane(lanes[place], quoted),
        )
        if moved:
            self._fit()
        self._show_only()
        self.empty.setVisible(not lanes)
        self._place_empty()

    def _place_empty(self) -> None:
        area, pad = self.viewport().rect(), self._look.theme.tokens.space.l
        height = self.empty.heightForWidth(area.width() - 2 * pad)
        top = (area.height() - height) // 2
        self.empty.setGeometry(pad, top, area.width() - 2 * pad, height)

    def show_only(self, account: AccountId | None, *, alone: bool) -> None:
        """*alone*: one lane at a time (narrow windows), that of *account*."""
        changed = alone != self._alone
        self._only, self._alone = account, alone
        if changed:
            self._fit()
        self._show_only()

    def _make(self, lane: LaneShown) -> LanePanel:
        account = lane.who.account
        panel = LanePanel(self._look, lane, self._paragraphs, self._pictures, self._find_spans)
        panel.removed.connect(lambda: self.removed.emit(account))
        panel.own_wanted.connect(lambda on: self.own_wanted.emit(account, on))
        panel.own_edited.connect(lambda text: self.own_edited.emit(account, text))
        panel.choice_made.connect(lambda kind, id: self.choice_made.emit(account, kind, id))
        panel.setting_chosen.connect(lambda key, ids: self.setting_chosen.emit(account, key, ids))
        return panel

    def _show_only(self) -> None:
        for account, panel in self.panels.items():
            panel.setVisible(not self._alone or account == self._only)

    def _fit(self) -> None:
        """A share of the width each, between the least and the most of a lane."""
        tokens = self._look.theme.tokens
        pad = 0 if self._alone else tokens.space.l
        low = 0 if self._alone else tokens.space.m
        self._row.setContentsMargins(pad, low, pad, low)
        self._row.setSpacing(tokens.composer.laneGap)
        if self._alone:
            for panel in self.panels.values():
                panel.setMinimumWidth(0)
                panel.setMaximumWidth(UNBOUND)
                self._row.setStretchFactor(panel, 1)
                panel.lie_flat(True)
            self._row.setStretch(self._row.count() - 1, 0)
            return
        own = self._share(pad)
        for panel in self.panels.values():
            panel.setFixedWidth(own)
            self._row.setStretchFactor(panel, 0)
            panel.lie_flat(False)
        self._row.setStretch(self._row.count() - 1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)
