"""The list of the marketplace: sections with rows, reached by arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.feeds.market_values import MarketItem, MarketSection, spoken
from app.ui.shell.rows import Row
from app.ui.theme import icons, marks
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Spinner, draw_avatar
from app.ui.widgets.row_keys import step_of
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class OfferRow(Row):
    """A picture or icon, a name, one line, and whether it is pinned."""

    def __init__(self, look: Look, pictures: Pictures, item: MarketItem) -> None:
        super().__init__(look)
        self._pictures, self.item = pictures, item
        self.show_item(item)

    def show_item(self, item: MarketItem) -> None:
        """Show this one."""
        self.item = item
        self.setAccessibleName(spoken(item))
        self.setToolTip(plain_tip("\n".join(part for part in (item.name, item.line) if part)))
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(0, theme.length(theme.tokens.boxList.rowTwo))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, space = self._look.theme, self._look.theme.tokens.space
        painter = QPainter(self)
        self.draw_ground(painter)
        size = theme.px(theme.tokens.moderation.avatar, capped=True)
        start, height = float(space.s), float(self.height())
        self._sign(painter, QRectF(self.along(start, size), (height - size) / 2, size, size))
        start += size + space.gap
        end = self._end(painter, height)
        room = self.width() - start - end
        chosen = self.isChecked()
        line, small = theme.line("label"), theme.line("small")
        top = (height - line - small) / 2 if self.item.line else (height - line) / 2
        color = "onAccentSoft" if chosen else "text"
        area = QRectF(self.along(start, room), top, room, line)
        self.draw_text(painter, area, self.item.name, "label", color, 600 if chosen else 500)
        quiet = "onAccentSoft" if chosen else "textTertiary"
        area = QRectF(self.along(start, room), top + line, room, small)
        self.draw_text(painter, area, self.item.line, "small", quiet, None)
        painter.end()

    def _sign(self, painter: QPainter, area: QRectF) -> None:
        item, theme = self.item, self._look.theme
        if item.picture and not item.warning:
            side = round(area.width())
            form = Form(side, side, self.devicePixelRatioF(), side / 2, kind="avatar")
            picture = self._pictures.request(item.picture, form)
            draw_avatar(painter, area, picture, item.name, theme)
            return
        size = theme.px(theme.tokens.icon.action, capped=True)
        color = "onAccentSoft" if self.isChecked() else "textSecondary"
        name = "shield-warning" if item.warning else item.icon
        drawn = icons.pixmap(
            theme, name, size, color, dpr=self.devicePixelRatioF(), mirror=self.rtl
        )
        middle = area.center()
        painter.drawPixmap(QPointF(middle.x() - size / 2, middle.y() - size / 2), drawn)

    def _end(self, painter: QPainter, height: float) -> float:
        """The network, and a pin. Returns what they take of the row's end."""
        theme, item = self._look.theme, self.item
        end = float(theme.tokens.space.s)
        if item.mark:
            size = theme.px(theme.tokens.icon.markCard, capped=True)
            x = self.along(self.width() - end - size, size)
            marks.paint(painter, QRectF(x, (height - size) / 2, size, size), item.mark, theme)
            end += size + theme.tokens.space.s
        if item.pinned or item.saved:
            size = theme.px(theme.tokens.icon.context, capped=True)
            weight = "fill" if item.pinned else "regular"
            color = "accent" if item.pinned else "textTertiary"
            dpr = self.devicePixelRatioF()
            drawn = icons.pixmap(theme, "push-pin", size, color, weight=weight, dpr=dpr)  # type: ignore[arg-type]
            x = self.along(self.width() - end - size, size)
            painter.drawPixmap(QPointF(x, (height - size) / 2), drawn)
            end += size + theme.tokens.space.s
        return end


class SectionBox(QWidget):
    """A head, the rows, and what is missing."""

    more_wanted = Signal()
    again_wanted = Signal()

    def __init__(self, look: Look, title: str) -> None:
        super().__init__()
        tokens = look.theme.tokens
        self.rows: list[OfferRow] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, tokens.space.m)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(tokens.space.s, 0, tokens.space.s, 0)
        self._title = Words(look, title, "metaStrong", weight=600)
        head.addWidget(self._title)
        self._note = Words(look, "", "small", "textTertiary")
        head.addWidget(self._note, 1)
        self._busy = Spinner(look, tokens.spinner.small)
        head.addWidget(self._busy)
        held = QWidget()
        held.setLayout(head)
        held.setMinimumHeight(look.theme.length(tokens.boxList.row))
        column.addWidget(held)
        self.list = QVBoxLayout()
        self.list.setSpacing(0)
        column.addLayout(self.list)
        self._said = Words(look, "", "meta", "textTertiary", wrap=True)
        self._said.setContentsMargins(tokens.space.s, 0, tokens.space.s, tokens.space.xs)
        column.addWidget(self._padded(self._said, tokens.space.s))
        line = QHBoxLayout()
        line.setContentsMargins(tokens.space.s, 0, tokens.space.s, 0)
        line.setSpacing(tokens.space.l)
        self._more = Button(look, "More", "link", size="small")
        self._more.clicked.connect(self.more_wanted)
        self._again = Button(look, "Try again", "link", size="small")
        self._again.clicked.connect(self.again_wanted)
        line.addWidget(self._more)
        line.addWidget(self._again)
        line.addStretch(1)
        column.addLayout(line)

    def show_section(self, section: MarketSection) -> None:
        """All but the rows."""
        self._title.say(section.title)
        self._note.say(section.note)
        self._busy.setVisible(section.loading)
        words = section.trouble
        if not words and not section.items and not section.loading:
            words = section.empty
        failed = section.trouble and not section.waits
        self._said.tint("danger" if failed else "textTertiary")
        self._said.say(words)
        self._said.setVisible(bool(words))
        self._more.setVisible(section.more)
        self._again.setVisible(bool(section.trouble))
        self.setVisible(bool(section.items or words or section.loading))

    def _padded(self, words: Words, pad: int) -> QWidget:
        held = QWidget()
        box = QVBoxLayout(held)
        box.setContentsMargins(pad, 0, pad, 0)
        box.addWidget(words)
        policy = held.sizePolicy()
        policy.setHeightForWidth(True)
        held.setSizePolicy(policy)
        return held


class OfferList(Scrolled):
    """All sections; ↑ ↓ go through the rows of all of them, Alt moves what is pinned."""

    chosen = Signal(str)
    pressed = Signal()
    """With the mouse, or Enter: it is to be seen now."""
    moved = Signal(str, int)
    """Key, and how many places down."""
    more_wanted = Signal(str)
    again_wanted = Signal(str)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self._look, self._pictures = look, pictures
        self._boxes: dict[str, SectionBox] = {}
        self._order: list[str] = []
        self._key = ""
        self.setAccessibleName("What there is to read")
        space = look.theme.tokens.space
        self.column.setContentsMargins(space.s, space.xs, space.s, space.l)
        self.column.setSpacing(0)
        self.column.addStretch(1)
        # A bound method: it is left when the list goes.
        pictures.arrived.connect(self._repaint)

    def show_sections(self, sections: Sequence[MarketSection]) -> None:
        """Show these, in this order; rows keep their widgets and the focus."""
        for key in self._boxes.keys() - {one.key for one in sections}:
            box = self._boxes.pop(key)
            box.hide()
            box.deleteLater()
        self._order = [section.key for section in sections]
        for at, section in enumerate(sections):
            box = self._boxes.get(section.key) or self._box(section)
            self.column.insertWidget(at, box)
            self._fill(box, section)
        self.mark(self._key)

    @property
    def rows(self) -> list[OfferRow]:
        """All of them, from the top."""
        return [row for key in self._order for row in self._boxes[key].rows]

    def mark(self, key: str) -> None:
        """Show which one is looked at."""
        self._key = key
        for row in self.rows:
            row.setChecked(row.item.key == key)

    def focus_first(self) -> None:
        """The row that is looked at, else the first."""
        rows = self.rows
        found = next((row for row in rows if row.isChecked()), rows[0] if rows else None)
        if found is not None:
            found.setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.KeyPress
            and isinstance(watched, OfferRow)
        ):
            by = step_of(event)
            if by is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                self.moved.emit(watched.item.key, by)
                return True
            if by is not None:
                self._step(watched, by)
                return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------- private

    def _box(self, section: MarketSection) -> SectionBox:
        box = self._boxes[section.key] = SectionBox(self._look, section.title)
        box.more_wanted.connect(lambda key=section.key: self.more_wanted.emit(key))
        box.again_wanted.connect(lambda key=section.key: self.again_wanted.emit(key))
        return box

    def _fill(self, box: SectionBox, section: MarketSection) -> None:
        while len(box.rows) > len(section.items):
            row = box.rows.pop()
            row.hide()
            row.deleteLater()
        for row, item in zip(box.rows, section.items, strict=False):
            row.show_item(item)
        for item in section.items[len(box.rows) :]:
            row = OfferRow(self._look, self._pictures, item)
            row.clicked.connect(lambda _=False, row=row: self._press(row))
            row.installEventFilter(self)
            box.list.addWidget(row)
            box.rows.append(row)
        box.show_section(section)

    def _choose(self, row: OfferRow) -> None:
        self.mark(row.item.key)
        self.chosen.emit(row.item.key)

    def _press(self, row: OfferRow) -> None:
        self._choose(row)
        self.pressed.emit()

    def _step(self, row: OfferRow, by: int) -> None:
        rows = [one for one in self.rows if one.isVisibleTo(self)]
        to = rows.index(row) + by
        if 0 <= to < len(rows):
            rows[to].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(rows[to], 0, 0)
            self._choose(rows[to])

    def _repaint(self, _url: str) -> None:
        for row in self.rows:
            row.update()
