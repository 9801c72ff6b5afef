"""The feed switcher: every timeline with one sentence, under the header's name."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from app.model.timeline import TimelineId
from app.ui.shell.items import Place
from app.ui.shell.rows import Row
from app.ui.shell.words import count_text
from app.ui.theme import icons, marks
from app.ui.theme.look import Look
from app.ui.widgets.dialog import Popover
from app.ui.widgets.panel import Hairline
from app.ui.widgets.scrolled import Scrolled


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
        wide = QFontMetricsF(theme.font("meta", tabular=True)).horizontalAdvance(number)
        area = QRectF(self.along(start + (column - wide) / 2, wide), 0, wide, height)
        self.draw_text(painter, area, number, "meta", quiet, None)
        if not number and not self.place.mark:
            size = theme.px(theme.tokens.icon.small, capped=True)
            drawn = icons.pixmap(
                theme, self.place.icon, size, quiet, dpr=self.devicePixelRatioF(), mirror=self.rtl
            )
            x = self.along(start + (column - size) / 2, size)
            painter.drawPixmap(QPointF(x, (height - size) / 2), drawn)
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


class ActRow(Row):
    """Something else one can do here: an icon and what it is."""

    def __init__(self, look: Look, icon: str, text: str) -> None:
        super().__init__(look)
        self._icon, self._text = icon, text
        self.setCheckable(False)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(0, theme.length(theme.tokens.boxList.row))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        painter = QPainter(self)
        self.draw_ground(painter)
        size = theme.px(theme.tokens.icon.action, capped=True)
        dpr = self.devicePixelRatioF()
        drawn = icons.pixmap(theme, self._icon, size, "textSecondary", dpr=dpr)
        x = self.along(side.rowPadLeft, size)
        painter.drawPixmap(QPointF(x, (self.height() - size) / 2), drawn)
        start = side.rowPadLeft + size + side.gap
        room = self.width() - start - side.rowPadRight
        area = QRectF(self.along(start, room), 0, room, self.height())
        self.draw_text(painter, area, self._text, "label", "text", None)
        painter.end()


class _List(Scrolled):
    """As high as its rows, as long as the screen has room for them."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def sizeHint(self) -> QSize:
        return QSize(0, min(self._most, self.content_height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Switcher(Popover):
    """
    Choose with the mouse, ↑ ↓ and Enter, or a number.

    Below the timelines stand *acts*: key, icon, words; ``act_wanted`` tells the key.
    """

    chosen = Signal(str)
    act_wanted = Signal(str)

    def __init__(
        self,
        look: Look,
        places: Sequence[Place],
        current: TimelineId,
        parent: QWidget,
        acts: Sequence[tuple[str, str, str]] = (),
    ) -> None:
        super().__init__(look, parent)
        self.setAccessibleName("Switch timeline")
        popover = look.theme.tokens.popover
        edge = popover.shadow + look.theme.tokens.space.s
        self.content.setContentsMargins(edge, edge, edge, edge)
        self._rows = [SwitchRow(look, place, place.id == current) for place in places]
        self._acts = [ActRow(look, icon, words) for _, icon, words in acts]
        self._list = _List(self._room(parent))
        self._list.column.setSpacing(0)
        for row in self._rows:
            row.clicked.connect(lambda _=False, id=row.place.id: self._choose(id))
            self._list.column.addWidget(row)
        self.content.addWidget(self._list)
        if self._acts:
            self.content.addSpacing(look.theme.tokens.space.xs)
            self.content.addWidget(Hairline(look))
            self.content.addSpacing(look.theme.tokens.space.xs)
        for act, (key, _, _) in zip(self._acts, acts, strict=True):
            act.clicked.connect(lambda _=False, key=key: self._act(key))
            self.content.addWidget(act)
        at = next((row for row in self._rows if row.isChecked()), None)
        if at is not None:
            at.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if (at := self._focused()) is not None and at < len(self._rows):
            self._list.ensureWidgetVisible(self._rows[at], 0, 0)

    def _room(self, parent: QWidget) -> int:
        """Height that the timelines may take: what the window has below its header."""
        tokens = self.look.theme.tokens
        acts = len(self._acts) * self.look.theme.length(tokens.boxList.row)
        around = tokens.window.header + 2 * (tokens.popover.shadow + tokens.space.xl)
        least = 4 * self.look.theme.length(tokens.boxList.rowTwo)
        return max(least, int(parent.window().height() - around - acts))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if event.key() == Qt.Key.Key_Down else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if (at := self._focused()) is not None:
                self._all[at].click()
        elif event.text().isdigit():
            number = int(event.text())
            for row in self._rows:
                if row.place.number == number:
                    self._choose(row.place.id)
                    return
        else:
            super().keyPressEvent(event)

    @property
    def _all(self) -> list[Row]:
        return [*self._rows, *self._acts]

    def _focused(self) -> int | None:
        return next((at for at, row in enumerate(self._all) if row.hasFocus()), None)

    def _step(self, by: int) -> None:
        rows, at = self._all, self._focused()
        row = rows[0 if at is None else (at + by) % len(rows)]
        row.setFocus(Qt.FocusReason.TabFocusReason)
        if row in self._rows:
            self._list.ensureWidgetVisible(row, 0, 0)

    def _choose(self, timeline: TimelineId) -> None:
        self.close()
        self.chosen.emit(timeline)

    def _act(self, key: str) -> None:
        self.close()
        self.act_wanted.emit(key)
