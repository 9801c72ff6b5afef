"""The tabs of a narrow composer: the draft, and a lane each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.model import AccountId
from app.ui.composer.gauge import draw_ring
from app.ui.composer.values import Count, LaneShown
from app.ui.theme import marks
from app.ui.theme.look import Look
from app.ui.widgets.elided import draw_line
from app.ui.widgets.ring import KeyFocus

DRAFT = AccountId("")


class Tab(KeyFocus, QPushButton):
    """Mark, name, and how full it is."""

    def __init__(self, look: Look, name: str, mark: str = "") -> None:
        super().__init__()
        self._look, self._name, self._mark = look, name, mark
        self._count: Count | None = None
        self._lost = False
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        # What the draft does not need is the lanes': their names are longer.
        wide = QSizePolicy.Policy.Maximum if not mark else QSizePolicy.Policy.Ignored
        self.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        self._say()
        look.changed.connect(self.updateGeometry)

    def show_count(self, count: Count | None, *, lost: bool = False) -> None:
        """Fill the ring so far; *lost*: something is not carried there, or to be chosen."""
        if (count, lost) != (self._count, self._lost):
            self._count, self._lost = count, lost
            self._say()
            self.update()

    def _say(self) -> None:
        words = f"{self._name}: {self._count.text}" if self._count else self._name
        if self._lost:
            words += "; not everything goes there"
        self.setAccessibleName(words)
        self.setToolTip(words)

    def nextCheckState(self) -> None:
        # Chosen by whoever holds the tabs.
        pass

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        text = QFontMetricsF(theme.font("metaStrong", 600)).horizontalAdvance(self._name)
        return QSize(
            round(text) + 2 * theme.tokens.space.m, theme.length(theme.tokens.composer.tabs)
        )

    def minimumSizeHint(self) -> QSize:
        least = self.sizeHint().width() if not self._mark else self._look.theme.tokens.target.min
        return QSize(least, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, on = self._look.theme, self.isChecked()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and not on:
            painter.fillRect(self.rect(), theme.color("hover"))
        gap = theme.tokens.button.iconGap
        mark = theme.px(theme.tokens.icon.markCard, capped=True) if self._mark else 0.0
        ring = theme.px(theme.tokens.composer.ring, capped=True) if self._count else 0.0
        weight = 600 if on else 500
        text = QFontMetricsF(theme.font("metaStrong", weight)).horizontalAdvance(self._name) + 1
        spare = self.width() - 2 * theme.tokens.space.s - text
        spare -= (mark + gap if mark else 0) + (ring + gap if ring else 0)
        if spare < 0:
            text = max(0.0, text + spare)
        own = text + (mark + gap if mark else 0) + (ring + gap if ring else 0)
        x = (self.width() - own) / 2

        def along(start: float, wide: float) -> float:
            return self.width() - start - wide if rtl else start

        if mark:
            area = QRectF(along(x, mark), (self.height() - mark) / 2, mark, mark)
            marks.paint(painter, area, self._mark, theme)
            x += mark + gap
        area = QRectF(along(x, text), 0, text, self.height())
        color = "text" if on else "textSecondary"
        draw_line(
            painter, area, self._name, theme, "metaStrong", color, weight=weight, rtl=rtl
        )  # fmt: skip
        x += text + gap
        if self._count is not None:
            area = QRectF(along(x, ring), (self.height() - ring) / 2, ring, ring)
            draw_ring(painter, area, self._count, theme)
            if self._lost:
                self._draw_lost(painter, area)
        if on:
            line = theme.tokens.composer.tabLine
            bar = QRectF(0, self.height() - line, self.width(), line)
            painter.fillRect(bar, theme.color("accent"))
        painter.end()

    def _draw_lost(self, painter: QPainter, ring: QRectF) -> None:
        """An exclamation within the ring: a shape, not a colour alone."""
        theme = self._look.theme
        painter.setFont(theme.font("badge"))
        painter.setPen(theme.color("warn"))
        painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, "!")


class Tabs(QWidget):
    """Which part of the composer is shown."""

    chosen = Signal(str)
    """Account of the lane; "" is the draft."""
    made = Signal()
    """There are other tabs."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._tabs: dict[AccountId, Tab] = {}
        self._current = DRAFT
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.setAccessibleName("Draft and lanes")

    @property
    def buttons(self) -> tuple[Tab, ...]:
        """The draft's, then one for each lane."""
        return tuple(self._tabs.values())

    @property
    def current(self) -> AccountId:
        """What is shown."""
        return self._current

    def show_lanes(self, lanes: Sequence[LaneShown]) -> None:
        """One tab each."""
        if [DRAFT, *(lane.who.account for lane in lanes)] != list(self._tabs):
            self._make(lanes)
        for lane in lanes:
            lost = lane.plan is not None and bool(lane.plan.losses or lane.plan.problems)
            self._tabs[lane.who.account].show_count(lane.count, lost=lost)

    def choose(self, account: AccountId) -> None:
        """Mark that one."""
        self._current = account if account in self._tabs else DRAFT
        for key, tab in self._tabs.items():
            tab.setChecked(key == self._current)

    def _make(self, lanes: Sequence[LaneShown]) -> None:
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._tabs = {DRAFT: Tab(self._look, "Draft")}
        for lane in lanes:
            self._tabs[lane.who.account] = Tab(self._look, lane.who.name, lane.who.mark)
        for account, tab in self._tabs.items():
            tab.clicked.connect(lambda _=False, at=account: self.chosen.emit(at))
            self._row.addWidget(tab)
        self.choose(self._current)
        self.made.emit()
