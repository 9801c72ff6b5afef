"""The lanes beside each other, scrolling sideways when they do not fit; or one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from app.model import AccountId
from app.model.draft import Target
from app.ui.composer.editor import FindSpans
from app.ui.composer.lane import LanePanel
from app.ui.composer.paragraphs import Paragraphs
from app.ui.composer.values import LaneShown
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.words import Words


class Lanes(QScrollArea):
    """
    Holds a panel for each lane. A lane that stays keeps its panel, its focus
    and its place, whatever happens to the others.
    """

    removed = Signal(str)
    own_wanted = Signal(str, bool)
    own_edited = Signal(str, str)
    choice_made = Signal(str, str, str)
    setting_chosen = Signal(str, str, list)
    made = Signal(object)
    """A panel is new: it wants its picture."""

    def __init__(
        self, look: Look, paragraphs: Paragraphs, pictures: Pictures, find_spans: FindSpans
    ) -> None:
        super().__init__()
        self._look, self._paragraphs, self._pictures = look, paragraphs, pictures
        self._find_spans = find_spans
        self._only: AccountId | None = None
        self._alone = False
        self.panels: dict[AccountId, LanePanel] = {}
        self.setViewport(QWidget())
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._row = QHBoxLayout(inner)
        self._row.addStretch()
        self.setWidget(inner)
        inner.setAutoFillBackground(False)
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
        wanted = [lane.who.account for lane in lanes]
        for account in [one for one in self.panels if one not in wanted]:
            panel = self.panels.pop(account)
            self._row.removeWidget(panel)
            panel.hide()
            panel.deleteLater()
        moved = False
        for place, lane in enumerate(lanes):
            panel = self.panels.get(lane.who.account)  # type: ignore[assignment]
            if panel is None:
                panel = self._make(lane)
                moved = True
            else:
                panel.show_lane(lane, quoted)
            if self._row.indexOf(panel) != place:
                self._row.insertWidget(place, panel)
                moved = True
        if moved or len(wanted) != self._row.count() - 1:
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
        self.panels[account] = panel
        self.made.emit(panel)
        return panel

    def _show_only(self) -> None:
        for account, panel in self.panels.items():
            panel.setVisible(not self._alone or account == self._only)

    def _fit(self) -> None:
        """A share of the width each, between the least and the most of a lane."""
        theme, tokens = self._look.theme, self._look.theme.tokens
        pad = 0 if self._alone else tokens.space.l
        low = 0 if self._alone else tokens.space.m
        self._row.setContentsMargins(pad, low, pad, low)
        self._row.setSpacing(tokens.composer.laneGap)
        count = max(1, len(self.panels))
        if self._alone:
            for panel in self.panels.values():
                panel.setMinimumWidth(0)
                panel.setMaximumWidth(_ANY)
                self._row.setStretchFactor(panel, 1)
                panel.lie_flat(True)
            self._row.setStretch(self._row.count() - 1, 0)
            return
        room = self.width() - 2 * pad - (count - 1) * tokens.composer.laneGap
        least = theme.length(tokens.composer.laneMin, capped=True)
        most = theme.length(tokens.composer.laneMax, capped=True)
        own = max(least, min(most, room // count))
        for panel in self.panels.values():
            panel.setFixedWidth(own)
            self._row.setStretchFactor(panel, 0)
            panel.lie_flat(False)
        self._row.setStretch(self._row.count() - 1, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._place_empty()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


_ANY = 16_777_215
