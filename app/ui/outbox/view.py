"""The outbox: list at the left, the lanes of one draft at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.draft import DraftId
from app.ui.composer.head import SavedPill
from app.ui.composer.lane_row import LaneRow
from app.ui.composer.paragraphs import Paragraphs
from app.ui.outbox.lane import OutLanePanel
from app.ui.outbox.rows import OutboxList
from app.ui.outbox.values import OutItem, OutLane
from app.ui.outbox.waiting import Waiting
from app.ui.shell.banners import BannerBar
from app.ui.shell.items import Banner
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Glyph, Hairline, Panel, along
from app.ui.widgets.words import Words


class OutLanes(LaneRow[OutLanePanel]):
    """How the lanes of one draft are."""

    acted = Signal(str, str)
    """Account, what is wanted."""

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look)
        self._pictures, self._paragraphs = pictures, Paragraphs(look)
        tokens = look.theme.tokens
        self._row.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, tokens.space.m)
        self._row.setSpacing(tokens.composer.laneGap)

    def show_lanes(self, lanes: Sequence[OutLane]) -> None:
        """Show these, in this order."""
        self._arrange(
            [lane.who.account for lane in lanes],
            lambda place: self._make(lanes[place]),
            lambda place, panel: panel.show_lane(lanes[place]),
        )
        self._fit()

    def clear(self) -> None:
        """None: another draft was chosen."""
        self.show_lanes(())

    def _make(self, lane: OutLane) -> OutLanePanel:
        account = lane.who.account
        panel = OutLanePanel(self._look, lane, self._paragraphs, self._pictures)
        panel.acted.connect(lambda key: self.acted.emit(account, key))
        return panel

    def _fit(self) -> None:
        own = self._share(self._look.theme.tokens.space.l)
        for panel in self.panels.values():
            panel.setFixedWidth(own)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class OutboxView(Panel):
    """Shows values, tells what is wanted."""

    leaving = Signal()
    hold_wanted = Signal(bool)
    chosen = Signal(str)
    item_acted = Signal(str, str)
    lane_acted = Signal(str, str)
    take_back_wanted = Signal()
    banner_pressed = Signal(str)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look, "surface")
        self._held = False
        self._banner: Banner | None = None
        self._bar: BannerBar | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addWidget(Hairline(look))
        self._banner_place = QVBoxLayout()
        column.addLayout(self._banner_place)
        column.addLayout(self._make_body(pictures), 1)
        column.addWidget(Hairline(look))
        column.addWidget(self._make_foot())
        self.setAccessibleName("Outbox")
        look.changed.connect(self._fit)

    def _make_head(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        head = QWidget()
        head.setFixedHeight(look.theme.length(tokens.composer.header, capped=True))
        row = QHBoxLayout(head)
        row.setContentsMargins(*along(tokens.header.padLeft, tokens.header.padRight))
        row.setSpacing(tokens.space.s)
        row.addWidget(Words(look, "Outbox", "title"))
        self.count = SavedPill(look)
        row.addWidget(self.count)
        row.addStretch()
        self.hold = Button(look, "Hold all", icon="pause")
        self.hold.clicked.connect(lambda: self.hold_wanted.emit(not self._held))
        row.addWidget(self.hold)
        close = IconButton(look, "x", "Close (Esc)")
        close.clicked.connect(self.leaving)
        row.addWidget(close)
        return head

    def _make_body(self, pictures: Pictures) -> QHBoxLayout:
        look = self._look
        body = QHBoxLayout()
        body.setSpacing(0)
        self.list = OutboxList(look)
        self.list.chosen.connect(self.chosen)
        self.list.acted.connect(self.item_acted)
        self._left = Panel(look, "surface")
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.list, 1)
        self.waiting = Waiting(look)
        left.addWidget(self.waiting)
        body.addWidget(self._left)
        self._upright = Hairline(look, upright=True)
        body.addWidget(self._upright)
        self._right = Panel(look, "window")
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        self.lanes = OutLanes(look, pictures)
        self.lanes.acted.connect(self.lane_acted)
        right.addWidget(self.lanes)
        self.empty = Words(
            look, "Nothing is under way. What you post stands here until it is there.",
            "meta", "textSecondary", wrap=True, centred=True,
        )  # fmt: skip
        right.addWidget(self.empty)
        body.addWidget(self._right, 1)
        return body

    def _make_foot(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        foot = QWidget()
        foot.setMinimumHeight(look.theme.length(tokens.composer.footer, capped=True))
        row = QHBoxLayout(foot)
        row.setContentsMargins(tokens.space.l, 0, tokens.space.l, 0)
        row.setSpacing(tokens.space.gap)
        row.addWidget(Glyph(look, "archive", tokens.icon.context, "textSecondary"))
        words = (
            "You can close this: the outbox keeps text, pictures and what is known of each lane."
        )
        row.addWidget(Words(look, words, "meta", "textSecondary", wrap=True), 1)
        self.take_back = Button(look, "Take back what is out…", "danger")
        self.take_back.clicked.connect(self.take_back_wanted)
        row.addWidget(self.take_back)
        close = Button(look, "Close")
        close.clicked.connect(self.leaving)
        row.addWidget(close)
        return foot

    # ------------------------------------------------------------- showing

    def show_items(
        self,
        items: Sequence[OutItem],
        current: DraftId | None,
        waiting: int,
        reactions: Sequence[str] = (),
    ) -> None:
        """The list. *reactions*: sentences about those that wait."""
        self.list.show_items(items, current)
        self.waiting.show_lines(reactions)
        self._left.setVisible(bool(items or reactions))
        self._upright.setVisible(bool(items or reactions))
        self.lanes.setVisible(bool(items))
        self.empty.setVisible(not items)
        self.count.say_words(f"{waiting} waiting" if waiting else "")
        self._fit()

    def show_lanes(self, lanes: Sequence[OutLane], *, out: bool) -> None:
        """The lanes of the chosen draft. *out*: one of them can be called back or deleted."""
        self.lanes.show_lanes(lanes)
        self.take_back.setEnabled(out)

    def show_held(self, held: bool) -> None:
        """Whether nothing leaves for now."""
        self._held = held
        self.hold.rename("Go on" if held else "Hold all")

    def show_banner(self, banner: Banner | None) -> None:
        """Trouble with the line; None: there is none."""
        if banner == self._banner:
            return
        self._banner = banner
        if self._bar is not None:
            self._banner_place.removeWidget(self._bar)
            self._bar.hide()
            self._bar.deleteLater()
            self._bar = None
        if banner is not None:
            self._bar = BannerBar(self._look, banner)
            self._bar.pressed.connect(self.banner_pressed)
            self._banner_place.addWidget(self._bar)

    # ------------------------------------------------------------ private

    def _fit(self) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        wanted = theme.length(tokens.composer.outbox, capped=True)
        narrow = self.width() < wanted + theme.length(tokens.composer.laneMin, capped=True)
        self._left.setFixedWidth(min(wanted, self.width() // 2) if narrow else wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leaving.emit()
            return
        super().keyPressEvent(event)
