"""What the recipe would show: place, how far each has moved, its score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QTextLayout

from app.feed.rows import Card
from app.model import NetworkInfo
from app.ui.feeds.lines import first_lines
from app.ui.shell.rows import Row
from app.ui.theme import icons, marks
from app.ui.theme.look import Look
from app.ui.timeline import words
from app.ui.timeline.pictures import Form, Pictures
from app.ui.timeline.words import isolated
from app.ui.widgets.panel import draw_avatar
from app.ui.widgets.row_keys import step_of
from app.ui.widgets.scrolled import Scrolled


class PreviewItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A row of the preview.

    Attributes:
        place: From 1.
        moved: Places upwards since the feed was opened.
        new: It was not among the first then.
        score: "" where no score orders.
        folded: How many stand folded below it.
    """

    place: int
    card: Card
    moved: int = 0
    new: bool = False
    score: str = ""
    folded: int = 0


def move_words(item: PreviewItem) -> str:
    """ "↑9", "↓4", "new"."""
    if item.new:
        return "new"
    if not item.moved:
        return ""
    return isolated(f"{'↑' if item.moved > 0 else '↓'}{abs(item.moved)}")


def spoken(item: PreviewItem) -> str:
    """The row for screen readers."""
    card = item.card
    moved = ""
    if item.new:
        moved = ", was not here before"
    elif item.moved:
        moved = f", {abs(item.moved)} {'up' if item.moved > 0 else 'down'}"
    score = f", score {item.score}" if item.score else ""
    return f"Place {item.place}{moved}: {card.post.author.shown_name}: {shown_text(card)}{score}"


def shown_text(card: Card) -> str:
    """What may be read of it here: covered posts stay covered."""
    if card.verdict.action == "cover" and card.verdict.causes:
        cause = card.verdict.causes[0]
        return f"Covered: {cause.text}" if cause.text else "Covered"
    text = " ".join(card.post.text.text.split())
    if text:
        return text
    many = len(card.post.media)
    return f"{many} pictures" if many > 1 else "A picture" if many else "No words"


class PreviewRow(Row):
    """One post in its place."""

    def __init__(
        self, look: Look, pictures: Pictures, networks: Mapping[str, NetworkInfo], now: datetime
    ) -> None:
        super().__init__(look)
        self._pictures, self._networks, self._now = pictures, networks, now
        self.item: PreviewItem | None = None
        self._lines: tuple[float, QTextLayout] | None = None
        look.changed.connect(self._forget)

    def show_item(self, item: PreviewItem) -> None:
        """Show this one."""
        if item == self.item:
            return
        same = self.item is not None and self.item.card.post is item.card.post
        self.item = item
        if not same:
            self._lines = None
        self.setAccessibleName(spoken(item))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme, card = self._look.theme, self._look.theme.tokens.density.cosy
        text = theme.line("bodySmall") * self._text(self._text_width()).lineCount()
        head = theme.line("name") * (2 if theme.scale >= theme.tokens.sidebar.wideFrom else 1)
        foot = theme.line("meta") + theme.tokens.space.xs
        folded = theme.line("small") if self.item is not None and self.item.folded else 0
        height = card.padTop + head + text + foot + folded + theme.tokens.space.s
        return QSize(0, round(height))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.updateGeometry()

    # ------------------------------------------------------------- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        item, theme = self.item, self._look.theme
        if item is None:
            return
        painter = QPainter(self)
        self._ground(painter)
        card = theme.tokens.density.cosy
        top = float(card.padTop)
        self._place(painter, item, top)
        size = theme.px(theme.tokens.lab.avatar, capped=True)
        self._avatar(painter, item.card, QRectF(self.along(self._column(), size), top, size, size))
        left, width = self._left(), self._text_width()
        top = self._head(painter, item.card, left, top, width)
        text = self._text(width)
        painter.setPen(theme.color("text"))
        for number in range(text.lineCount()):
            line = text.lineAt(number)
            x = self.along(left, width)
            rtl = text.textOption().textDirection() == Qt.LayoutDirection.RightToLeft
            spare = width - line.naturalTextWidth() if rtl or self.rtl else 0
            pitch = theme.line("bodySmall")
            line.draw(painter, QPointF(x + spare, top + (pitch - line.height()) / 2))
            top += pitch
        self._foot(painter, item, left, top + theme.tokens.space.xs, width)
        painter.end()

    def _ground(self, painter: QPainter) -> None:
        theme = self._look.theme
        name = "selected" if self.isChecked() else "hover" if self.underMouse() else "surface"
        painter.fillRect(self.rect(), theme.color(name))
        line = theme.stroke("hairline")
        area = QRectF(0, self.height() - line, self.width(), line)
        painter.fillRect(area, theme.color("hairline"))
        if self.isChecked():
            bar = theme.stroke("selectedBar")
            area = QRectF(self.along(0, bar), 0, bar, self.height())
            painter.fillRect(area, theme.color("accent"))
        if self.by_keys and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            width = theme.stroke("focus")
            pen = painter.pen()
            pen.setColor(theme.color("focus"))
            pen.setWidthF(width)
            painter.setPen(pen)
            inset = width / 2 + 1
            painter.drawRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))

    def _place(self, painter: QPainter, item: PreviewItem, top: float) -> None:
        theme = self._look.theme
        column = theme.px(theme.tokens.lab.place, capped=True)
        x = self.along(0, column)
        painter.setFont(theme.font("metaStrong", tabular=True))
        painter.setPen(theme.color("textSecondary"))
        line = theme.line("meta")
        centre = Qt.AlignmentFlag.AlignCenter
        painter.drawText(QRectF(x, top, column, line), centre, str(item.place))
        moved = move_words(item)
        if moved:
            up = item.new or item.moved > 0
            painter.setFont(theme.font("small", 600 if up else None, tabular=True))
            painter.setPen(theme.color("accent" if up else "textTertiary"))
            painter.drawText(QRectF(x, top + line, column, theme.line("small")), centre, moved)

    def _avatar(self, painter: QPainter, card: Card, area: QRectF) -> None:
        author = card.post.author
        side = round(area.width())
        form = Form(side, side, self.devicePixelRatioF(), side / 2, kind="avatar")
        seen = bool(author.avatar) and not card.verdict.covers("avatar")
        picture = self._pictures.request(author.avatar, form) if seen else None
        draw_avatar(painter, area, picture, author.shown_name, self._look.theme)

    def _head(self, painter: QPainter, card: Card, left: float, top: float, width: float) -> float:
        """Name, handle, time, marks. Returns where the text begins."""
        theme, tokens = self._look.theme, self._look.theme.tokens
        line, gap = theme.line("name"), tokens.timeline.nameGap
        size = theme.px(tokens.icon.markEcho, capped=True)
        names = [self._networks[one].mark for one in card.networks if one in self._networks]
        end = left + width
        for mark in reversed(names):
            end -= size
            spot = QRectF(self.along(end, size), top + (line - size) / 2, size, size)
            marks.paint(painter, spot, mark, theme)
            end -= tokens.echo.markGap
        time = words.relative_time(card.post.created_at, self._now)
        wide = QFontMetricsF(theme.font("meta", tabular=True)).horizontalAdvance(time)
        end -= wide + gap
        spot = QRectF(self.along(end, wide), top, wide, line)
        self.draw_text(painter, spot, time, "meta", "textTertiary", None)
        room = end - left - tokens.timeline.timeGap
        area = QRectF(self.along(left, room), top, room, line)
        took = self.draw_text(painter, area, card.post.author.shown_name, "name", "text", 600)
        rest = room - took - gap
        handle = words.handle_text(card.post.author.handle)
        if theme.scale >= tokens.sidebar.wideFrom:
            top += line
            area = QRectF(self.along(left, width), top, width, line)
            self.draw_text(painter, area, handle, "meta", "textTertiary", None)
        elif rest > tokens.card.handleMinWidth:
            area = QRectF(self.along(left + took + gap, rest), top, rest, line)
            self.draw_text(painter, area, handle, "meta", "textTertiary", None)
        return top + line

    def _foot(
        self, painter: QPainter, item: PreviewItem, left: float, top: float, width: float
    ) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        counts, x, line = item.card.post.counts, left, theme.line("meta")
        size = theme.px(tokens.icon.small, capped=True)
        for icon, count in (
            ("arrow-bend-up-left", counts.replies),
            ("repeat", counts.reposts),
            ("heart", counts.likes),
        ):
            self._icon(painter, icon, "textTertiary", x, top + (line - size) / 2, size)
            text = words.short_count(count) if count else ""
            area = QRectF(self.along(x + size + 6, tokens.space.page), top, tokens.space.page, line)
            self.draw_text(painter, area, text, "meta", "textTertiary", None)
            x += theme.px(tokens.thread.pitch, capped=True)
        if item.score:
            font = theme.font("metaStrong", 600, tabular=True)
            wide = QFontMetricsF(font).horizontalAdvance(item.score)
            end = left + width - wide
            area = QRectF(self.along(end, wide), top, wide, line)
            self.draw_text(painter, area, item.score, "metaStrong", "link", 600)
            end -= size + tokens.timeline.nameGap
            self._icon(painter, "path", "link", end, top + (line - size) / 2, size)
        if item.folded:
            text = f"{item.folded} more folded below"
            area = QRectF(self.along(left, width), top + line, width, theme.line("small"))
            self.draw_text(painter, area, text, "small", "textTertiary", None)

    def _icon(
        self, painter: QPainter, name: str, color: str, x: float, y: float, size: float
    ) -> None:
        dpr = self.devicePixelRatioF()
        drawn = icons.pixmap(
            self._look.theme, name, size, color, dpr=dpr, mirror=self.rtl and name != "repeat"
        )
        painter.drawPixmap(QPointF(self.along(x, size), y), drawn)

    # ------------------------------------------------------------ measuring

    def _column(self) -> float:
        theme = self._look.theme
        return float(theme.px(theme.tokens.lab.place, capped=True))

    def _left(self) -> float:
        theme = self._look.theme
        avatar = theme.px(theme.tokens.lab.avatar, capped=True)
        return float(self._column() + avatar + theme.tokens.card.gutter)

    def _text_width(self) -> float:
        return max(1.0, self.width() - self._left() - self._look.theme.tokens.card.padRight)

    def _text(self, width: float) -> QTextLayout:
        if self._lines is None or self._lines[0] != width:
            self._lines = width, self._lay(width)
        return self._lines[1]

    def _lay(self, width: float) -> QTextLayout:
        text = shown_text(self.item.card) if self.item is not None else ""
        return first_lines(text, self._look.theme, width)

    def _forget(self) -> None:
        self._lines = None


class PreviewList(Scrolled):
    """The first posts, each a row that keeps its widget while the order changes."""

    chosen = Signal(str)
    """URI of the post whose why is wanted."""

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        networks: Mapping[str, NetworkInfo],
        now: datetime,
    ) -> None:
        super().__init__()
        self._look, self._pictures = look, pictures
        self._networks, self._now = networks, now
        self.rows: list[PreviewRow] = []
        self.setAccessibleName("Preview")
        self.column.setSpacing(0)
        self.column.addStretch(1)
        # A bound method: it is left when the list goes.
        pictures.arrived.connect(self._repaint)

    def show_items(self, items: Sequence[PreviewItem]) -> None:
        """Show these."""
        while len(self.rows) < len(items):
            row = PreviewRow(self._look, self._pictures, self._networks, self._now)
            row.clicked.connect(lambda _=False, row=row: self._on_row(row))
            row.installEventFilter(self)
            self.column.insertWidget(len(self.rows), row)
            self.rows.append(row)
        for row, item in zip(self.rows, items, strict=False):
            row.show_item(item)
            row.show()
        for row in self.rows[len(items) :]:
            row.hide()

    def mark(self, uri: str) -> None:
        """Show which one is explained."""
        for row in self.rows:
            row.setChecked(row.item is not None and row.item.card.post.uri == uri)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            by = step_of(event)
            if by is not None and isinstance(watched, PreviewRow):
                self._step(watched, by)
                return True
        return super().eventFilter(watched, event)

    def _step(self, row: PreviewRow, by: int) -> None:
        shown = [one for one in self.rows if one.isVisibleTo(self)]
        to = shown.index(row) + by
        if 0 <= to < len(shown):
            shown[to].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(shown[to], 0, 0)

    def _on_row(self, row: PreviewRow) -> None:
        if row.item is not None:
            self.mark(row.item.card.post.uri)
            self.chosen.emit(row.item.card.post.uri)

    def _repaint(self, _url: str) -> None:
        for row in self.rows:
            row.update()
