"""Popovers of the header: earlier versions of this draft, and other drafts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.ui.composer.values import VersionShown
from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.dialog import Popover
from app.ui.widgets.elided import draw_line
from app.ui.widgets.ring import KeyFocus
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

_MOST_SEEN = 7
"""Rows that are seen without scrolling."""


class _Row(KeyFocus, QPushButton):
    """First words; when, and how much."""

    ring_inside = True

    def __init__(self, look: Look, shown: VersionShown) -> None:
        super().__init__()
        self._look, self._shown = look, shown
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{shown.when}: {shown.excerpt}")
        self.setToolTip(plain_tip(shown.excerpt))

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(0, theme.length(theme.tokens.boxList.rowTwo))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, space = self._look.theme, self._look.theme.tokens.space
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.isDown() or (self.hasFocus() and self.by_keys):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("pressed" if self.isDown() else "hover"))
            radius = theme.tokens.radius.row
            painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self.hasFocus() and self.by_keys:
            width = theme.stroke("focus")
            painter.setPen(theme.color("focus"))
            inset = width / 2
            painter.setBrush(Qt.BrushStyle.NoBrush)
            radius = theme.tokens.radius.row
            area = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
            painter.drawRoundedRect(area, radius, radius)
        first, second = theme.line("label"), theme.line("small")
        top = (self.height() - first - second) / 2
        room = self.width() - 2 * space.s
        line = QRectF(space.s, top, room, first)
        words = self._shown.excerpt or "No text"
        color = "text" if self._shown.excerpt else "textTertiary"
        draw_line(painter, line, words, theme, "label", color, rtl=rtl)
        line = QRectF(space.s, top + first, room, second)
        detail = f" · {self._shown.detail}" if self._shown.detail else ""
        draw_line(
            painter,
            line,
            f"{self._shown.when}{detail}",
            theme,
            "small",
            "textTertiary",
            tabular=True,
            rtl=rtl,
        )
        painter.end()


class HistoryPopover(Popover):
    """A list to go back to, or to go on with. *dropped*: only where it can be thrown away."""

    chosen = Signal(str)
    dropped = Signal(str)

    def __init__(
        self,
        look: Look,
        title: str,
        note: str,
        rows: Sequence[VersionShown],
        parent: QWidget,
        *,
        droppable: bool = False,
    ) -> None:
        super().__init__(look, parent, width=look.theme.tokens.composer.versions)
        self.setAccessibleName(title)
        self.content.addWidget(Words(look, title, "name"))
        self.content.addWidget(Words(look, note, "small", "textSecondary", wrap=True))
        self.content.addSpacing(look.theme.tokens.space.s)
        scroll = Scrolled()
        scroll.column.setSpacing(0)
        self._rows: list[_Row] = []
        for shown in rows:
            scroll.column.addWidget(self._line(shown, droppable))
        scroll.column.addStretch(1)
        high = look.theme.length(look.theme.tokens.boxList.rowTwo)
        scroll.setFixedHeight(high * min(len(rows), _MOST_SEEN))
        self.content.addWidget(scroll)
        if self._rows:
            self._rows[0].setFocus(Qt.FocusReason.PopupFocusReason)

    def _line(self, shown: VersionShown, droppable: bool) -> QWidget:
        row = _Row(self.look, shown)
        row.clicked.connect(lambda: self._choose(self.chosen, shown.key))
        self._rows.append(row)
        if not droppable:
            return row
        line = QWidget()
        beside = QHBoxLayout(line)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(self.look.theme.tokens.space.xs)
        beside.addWidget(row, 1)
        drop = IconButton(self.look, "trash", f"Throw away: {shown.excerpt or shown.when}")
        drop.clicked.connect(lambda: self._choose(self.dropped, shown.key))
        beside.addWidget(drop)
        return line

    def _choose(self, signal: object, key: str) -> None:
        self.close()
        signal.emit(key)  # type: ignore[attr-defined]
