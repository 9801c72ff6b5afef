"""The feed switcher: every timeline with one sentence, under the header's name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.model.timeline import TimelineId
from app.ui.shell.items import Place
from app.ui.shell.rows import Row
from app.ui.shell.words import count_text
from app.ui.theme import marks
from app.ui.theme.look import Look
from app.ui.widgets.dialog import Popover


class SwitchRow(Row):
    """Number, name, one sentence, count."""

    def __init__(self, look: Look, place: Place, current: bool) -> None:
        super().__init__(look)
        self.place = place
        self.setChecked(current)
        self.setAccessibleName(f"{place.name}, {place.sentence}")

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(0, theme.length(theme.tokens.boxList.rowTwo))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        painter = QPainter(self)
        self.draw_ground(painter)
        chosen, height = self.isChecked(), float(self.height())
        quiet = "onAccentSoft" if chosen else "textTertiary"
        column = theme.px(side.iconColumn, capped=True)
        start = float(side.rowPadLeft)
        number = str(self.place.number) if self.place.number else ""
        area = QRectF(self.along(start, column), 0, column, height)
        self.draw_text(painter, area, number, "meta", quiet, None)
        start += column + side.gap
        count = count_text(self.place.unread) if self.place.unread else ""
        counted = QFontMetricsF(theme.font("meta", tabular=True)).horizontalAdvance(count)
        room = self.width() - start - side.rowPadRight - counted - side.gap
        line, small = theme.line("label"), theme.line("small")
        top = (height - line - small) / 2
        area = QRectF(self.along(start, room), top, room, line)
        color = "onAccentSoft" if chosen else "text"
        took = self.draw_text(
            painter, area, self.place.name, "label", color, 600 if chosen else None
        )
        if self.place.mark:
            size = theme.px(theme.tokens.icon.markCard, capped=True)
            x = self.along(start + took + side.groupGap, size)
            spot = QRectF(x, top + (line - size) / 2, size, size)
            marks.paint(painter, spot, self.place.mark, theme)
        area = QRectF(self.along(start, room), top + line, room, small)
        self.draw_text(painter, area, self.place.sentence, "small", quiet, None)
        x = self.along(self.width() - side.rowPadRight - counted, counted)
        self.draw_text(painter, QRectF(x, 0, counted, height), count, "meta", quiet, None)
        painter.end()


class Switcher(Popover):
    """Choose with the mouse, ↑ ↓ and Enter, or a number."""

    chosen = Signal(str)

    def __init__(
        self, look: Look, places: Sequence[Place], current: TimelineId, parent: QWidget
    ) -> None:
        super().__init__(look, parent)
        self.setAccessibleName("Switch timeline")
        popover = look.theme.tokens.popover
        edge = popover.shadow + look.theme.tokens.space.s
        self.content.setContentsMargins(edge, edge, edge, edge)
        self._rows = [SwitchRow(look, place, place.id == current) for place in places]
        for row in self._rows:
            row.clicked.connect(lambda _=False, id=row.place.id: self._choose(id))
            self.content.addWidget(row)
        at = next((row for row in self._rows if row.isChecked()), None)
        if at is not None:
            at.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if (at := self._focused()) is not None:
                self._choose(self._rows[at].place.id)
        elif event.text().isdigit():
            number = int(event.text())
            for row in self._rows:
                if row.place.number == number:
                    self._choose(row.place.id)
                    return
        else:
            super().keyPressEvent(event)

    def _focused(self) -> int | None:
        return next((at for at, row in enumerate(self._rows) if row.hasFocus()), None)

    def _step(self, by: int) -> None:
        at = self._focused()
        to = 0 if at is None else (at + by) % len(self._rows)
        self._rows[to].setFocus(Qt.FocusReason.TabFocusReason)

    def _choose(self, timeline: TimelineId) -> None:
        self.close()
        self.chosen.emit(timeline)
