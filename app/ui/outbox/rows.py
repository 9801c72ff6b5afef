"""The list of the outbox: a row for each draft, under heads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.model.draft import DraftId
from app.ui.outbox.values import GROUPS, Act, OutItem
from app.ui.theme import icons, marks
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.elided import draw_line
from app.ui.widgets.panel import Hairline, Panel, along
from app.ui.widgets.ring import KeyFocus
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class ItemRow(KeyFocus, QPushButton):
    """State, first words, one sentence, networks."""

    ring_inside = True

    def __init__(self, look: Look, item: OutItem) -> None:
        super().__init__()
        self._look, self._item = look, item
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_item(item)
        look.changed.connect(self.updateGeometry)

    def show_item(self, item: OutItem) -> None:
        """Show another state of it."""
        self._item = item
        self.setAccessibleName(f"{item.title}: {item.sentence}")
        self.setToolTip(plain_tip(f"{item.title}\n{item.sentence}"))
        self.update()

    def nextCheckState(self) -> None:
        # Chosen by whoever holds the list.
        pass

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(0, theme.length(theme.tokens.composer.outboxRow))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    @property
    def start(self) -> float:
        """Where the words begin."""
        theme = self._look.theme
        icon = theme.px(theme.tokens.icon.toolbar, capped=True)
        return float(theme.tokens.space.l + icon + theme.tokens.space.m)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, tokens, item = self._look.theme, self._look.theme.tokens, self._item
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, rtl)

        def at(start: float, own: float) -> float:
            return self.width() - start - own if rtl else start

        size = theme.px(tokens.icon.toolbar, capped=True)
        first, second = theme.line("name"), theme.line("small")
        top = (self.height() - first - second) / 2
        drawn = icons.pixmap(theme, item.icon, size, item.color, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(at(tokens.space.l, size), top), drawn)
        room = self.width() - self.start - tokens.space.l
        own = self._marks(painter, at, top, first)
        line = QRectF(at(self.start, room - own), top, room - own, first)
        draw_line(painter, line, item.title, theme, "label", "text", weight=500, rtl=rtl)
        line = QRectF(at(self.start, room), top + first, room, second)
        color = item.sentence_color
        draw_line(painter, line, item.sentence, theme, "small", color, tabular=True, rtl=rtl)
        painter.end()

    def _ground(self, painter: QPainter, rtl: bool) -> None:
        theme = self._look.theme
        if self.isChecked():
            painter.fillRect(self.rect(), theme.color("selected"))
            bar = theme.stroke("selectedBar")
            x = self.width() - bar if rtl else 0
            painter.fillRect(QRectF(x, 0, bar, self.height()), theme.color("accent"))
        elif self.underMouse():
            painter.fillRect(self.rect(), theme.color("hover"))
        if self.hasFocus() and self.by_keys:
            width = theme.stroke("focus")
            painter.setPen(theme.color("focus"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            inset = width / 2 + 1
            painter.drawRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))

    def _marks(self, painter: QPainter, at: object, top: float, height: float) -> float:
        theme, tokens = self._look.theme, self._look.theme.tokens
        names = [mark for mark in self._item.marks if mark]
        if not names:
            return 0.0
        if len(names) == 1:
            own = theme.px(tokens.icon.markCard, capped=True)
            x = at(self.width() - tokens.space.l - own, own)  # type: ignore[operator]
            area = QRectF(x, top + (height - own) / 2, own, own)
            marks.paint(painter, area, names[0], theme)
        else:
            own = marks.capsule_width(theme, len(names))
            high = theme.px(tokens.echo.capsuleHeight, capped=True)
            x = at(self.width() - tokens.space.l - own, own)  # type: ignore[operator]
            area = QRectF(x, top + (height - high) / 2, own, high)
            marks.capsule(painter, area, names, theme)
        return float(own + tokens.space.s)


class Entry(QWidget):
    """A row, and below it what can be done."""

    chosen = Signal()
    acted = Signal(str)

    def __init__(self, look: Look, item: OutItem) -> None:
        super().__init__()
        self._look = look
        self.row = ItemRow(look, item)
        self.row.clicked.connect(self.chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.row)
        if item.acts:
            column.addWidget(self._make_acts(item.acts))
        column.addWidget(Hairline(look))

    def _make_acts(self, acts: Sequence[Act]) -> QWidget:
        tokens = self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(*along(round(self.row.start), tokens.space.s, 0, tokens.space.m))
        row.setSpacing(tokens.button.gap)
        for act in acts:
            button = Button(self._look, act.text, act.kind, size="small")
            button.setEnabled(act.enabled)
            button.clicked.connect(lambda _=False, key=act.key: self.acted.emit(key))
            row.addWidget(button)
        row.addStretch()
        return line


class OutboxList(Panel):
    """All drafts that are under way, in groups."""

    chosen = Signal(str)
    acted = Signal(str, str)
    """Draft; what is to be done."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "surface")
        self._shape: tuple[object, ...] = ()
        self.entries: dict[DraftId, Entry] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._scroll = Scrolled()
        self._scroll.column.setSpacing(0)
        column.addWidget(self._scroll)
        self.setAccessibleName("What is under way")

    def show_items(self, items: Sequence[OutItem], current: DraftId | None) -> None:
        """Show these; rows that stay only change."""
        shape = tuple((item.draft, item.group, item.acts) for item in items)
        if shape != self._shape:
            self._shape = shape
            self._rebuild(items)
        for item in items:
            entry = self.entries[item.draft]
            entry.row.show_item(item)
            entry.row.setChecked(item.draft == current)

    def _rebuild(self, items: Sequence[OutItem]) -> None:
        column = self._scroll.column
        while (taken := column.takeAt(0)) is not None:
            if (widget := taken.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.entries = {}
        group = ""
        for item in items:
            if item.group != group:
                group = item.group
                if GROUPS[item.group]:
                    column.addWidget(self._head(GROUPS[item.group]))
            entry = self.entries[item.draft] = Entry(self._look, item)
            entry.chosen.connect(lambda id=item.draft: self.chosen.emit(id))
            entry.acted.connect(lambda key, id=item.draft: self.acted.emit(id, key))
            column.addWidget(entry)
        column.addStretch(1)

    def _head(self, text: str) -> QWidget:
        tokens = self._look.theme.tokens
        line = QWidget()
        line.setFixedHeight(self._look.theme.length(tokens.composer.outboxHead))
        row = QHBoxLayout(line)
        row.setContentsMargins(tokens.space.l, tokens.space.xs, tokens.space.l, 0)
        row.addWidget(Words(self._look, text, "badge", "textTertiary"))
        return line
