"""One row of notifications: who did what, about which post, and what one can do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.notifications.faces import Faces
from app.ui.notifications.values import Act, GapItem, NoticeItem
from app.ui.shell.rows import Row
from app.ui.theme import icons, marks
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.timeline.words import FSI, PDI, isolated
from app.ui.widgets.button import Button
from app.ui.widgets.ring import draw_inside
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

Runs = tuple[tuple[str, bool], ...]

LEAST_NAME = 6
"""Characters of a name that are shown, however little room there is."""


class Marks(QWidget):
    """The networks it came from."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._marks: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_marks(self, shown: tuple[str, ...]) -> None:
        """Show these."""
        self._marks = shown
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        if len(self._marks) > 1:
            tall = theme.length(theme.tokens.echo.capsuleHeight, capped=True)
            return QSize(round(marks.capsule_width(theme, len(self._marks))), tall)
        side = theme.length(theme.tokens.icon.markCard, capped=True)
        return QSize(side if self._marks else 0, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        if len(self._marks) > 1:
            marks.capsule(painter, area, self._marks, self._look.theme)
        elif self._marks:
            marks.paint(painter, area, self._marks[0], self._look.theme)
        painter.end()


class PollBar(QWidget):
    """The winner of a poll that is over."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._bar: tuple[str, float, bool] = ("", 0.0, False)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(look.theme.length(look.theme.tokens.notice.bar, capped=True))

    def show_bar(self, bar: tuple[str, float, bool]) -> None:
        """Show this one."""
        self._bar = bar
        name, share, mine = bar
        self.setAccessibleName(f"{name}, {share:.0%}" + (", your vote" if mine else ""))
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(theme.length(theme.tokens.notice.bar), theme.length(theme.tokens.poll.option))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, radius = self._look.theme, self._look.theme.tokens.radius.button
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        name, share, mine = self._bar
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area = QRectF(self.rect())
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(area, radius, radius)
        filled = QRectF(area)
        filled.setWidth(area.width() * min(1.0, share))
        if rtl:
            filled.moveRight(area.right())
        painter.setBrush(theme.color("accentSoft"))
        painter.drawRoundedRect(filled, radius, radius)
        if theme.high_contrast:  # there grounds are all alike
            line = theme.stroke("hairline")
            painter.setPen(QPen(theme.color("border"), line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            edge = area.adjusted(line / 2, line / 2, -line / 2, -line / 2)
            painter.drawRoundedRect(edge, radius, radius)
        pad = float(theme.tokens.poll.pad)
        font = theme.font("label", 600, tabular=True)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        inner = area.adjusted(pad, 0, -pad, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        # The painter turns them round where one reads from the right.
        start, end = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        metrics = QFontMetricsF(font)
        room = inner.width() - metrics.horizontalAdvance("100 %") - 2 * pad
        words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, middle | start, words)
        painter.drawText(inner, middle | end, f"{share * 100:.0f} %")
        if mine:
            size = theme.px(theme.tokens.icon.context, capped=True)
            x = metrics.horizontalAdvance(words) + theme.tokens.space.s
            drawn = icons.pixmap(
                theme, "check-circle", size, "accent", weight="fill", dpr=self.devicePixelRatioF()
            )
            left = inner.right() - x - size if rtl else inner.left() + x
            painter.drawPixmap(QPointF(left, area.center().y() - size / 2), drawn)
        painter.end()


class NoticeRow(Row):
    """A row; pressed it opens the conversation. Its acts are buttons."""

    act_wanted = Signal(str)

    def __init__(self, look: Look, pictures: Pictures, item: NoticeItem) -> None:
        super().__init__(look)
        self.item = item
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._build(look, pictures)
        self._acts: tuple[Act, ...] = ()
        look.changed.connect(self._space)
        self._space()
        self.show_item(item)

    def _build(self, look: Look, pictures: Pictures) -> None:
        space = look.theme.tokens.space
        self._column = QVBoxLayout(self)
        self._column.setSpacing(space.xs)
        head = QHBoxLayout()
        head.setSpacing(space.s)
        head.addStrut(look.theme.length(look.theme.tokens.notice.avatar, capped=True))
        self.faces = Faces(look, pictures)
        head.addWidget(self.faces)
        self._words = Words(look, "", "bodySmall")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        head.addWidget(self._words, 1)
        self._when = Words(look, "", "meta", "textTertiary", tabular=True)
        head.addWidget(self._when)
        self._marks = Marks(look)
        head.addWidget(self._marks)
        self._column.addLayout(head)
        self._line = Words(look, "", "bodySmall", "textSecondary")
        self._line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._text = Words(look, "", "bodySmall", "text", wrap=True)
        self._pair = Words(look, "", "small", "textSecondary", tabular=True)
        self._bar = PollBar(look)
        for part in (self._line, self._text, self._pair, self._bar):
            self._column.addWidget(part)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(space.s)
        self._note = Words(look, "", "meta", "textSecondary", wrap=True)
        self._column.addWidget(self._note)
        self._column.addLayout(self._buttons)

    def show_item(self, item: NoticeItem) -> None:
        """Show this one; the focus stays where it is."""
        self.item = item
        self.faces.show_item(item)
        self._words.setToolTip(plain_tip(item.sentence))
        told = f"For {item.whose}" if item.whose else ""
        self._when.setToolTip(plain_tip("\n".join(filter(None, (told, item.full_when)))))
        self._marks.show_marks(item.marks)
        self._fit_words()
        _say(self._line, item.cover or ("" if item.whole else item.excerpt))
        _say(self._text, item.excerpt if item.whole and not item.cover else "")
        _say(self._pair, item.pair)
        _say(self._note, item.note)
        self._note.tint("danger" if item.trouble else "textSecondary")
        self._bar.setVisible(item.bar is not None)
        if item.bar is not None:
            self._bar.show_bar(item.bar)
        self._show_acts(item.acts)
        parts = ("Unread" if item.unread else "", item.sentence, told, item.excerpt, item.when)
        self.setAccessibleName(". ".join(part for part in parts if part))
        self.setAccessibleDescription(item.note)
        cursor = Qt.CursorShape.PointingHandCursor if item.opens else Qt.CursorShape.ArrowCursor
        self.setCursor(cursor)
        self.updateGeometry()
        self.update()

    def _fit_words(self) -> None:
        """
        Two are named where there is room for it, and whom it is for: what they did must be
        read as well.
        """
        item, runs = self.item, self.item.runs
        ways = (runs, item.short or runs)
        for whose in dict.fromkeys((item.whose, "")):
            self._when.say(f"{whose} · {item.when}" if whose else item.when)
            room = self._room()
            if any(self._say(way) <= room for way in ways):
                return
        if self._say(self._with_less_name(ways[1], self._say(ways[1]) - room)) > room:
            self._say(ways[1])  # in vain: rather the end is cut than two places

    def _room(self) -> int:
        """For the sentence, in px."""
        margins = self._column.contentsMargins()
        ends = [part.sizeHint().width() for part in (self._when, self._marks)]
        if self.item.faces:
            ends.append(self.faces.sizeHint().width())
        spaces = self._look.theme.tokens.space.s * len(ends)
        return self.width() - margins.left() - margins.right() - sum(ends) - spaces

    def _say(self, runs: Runs) -> int:
        """Returns how many px wide it is."""
        self._words.say([(words, 600 if strong else None) for words, strong in runs])
        return self._words.sizeHint().width()

    def _with_less_name(self, runs: Runs, over: float) -> Runs:
        """The longest name gives way to what they did: *over* px of it."""
        metrics = QFontMetricsF(self._look.theme.font("bodySmall", 600))
        wide, at = max(
            (metrics.horizontalAdvance(words) * strong, n) for n, (words, strong) in enumerate(runs)
        )
        if not wide:
            return runs
        name, strong = runs[at]
        bare = name.strip(FSI + PDI)
        room = max(wide - over - 1, metrics.averageCharWidth() * LEAST_NAME)
        words = metrics.elidedText(bare, Qt.TextElideMode.ElideRight, room)
        cut = words if bare == name else isolated(words)
        return (*runs[:at], (cut, strong), *runs[at + 1 :])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_words()
            self._column.activate()  # else other words are painted once in the old ones' places

    def _show_acts(self, acts: tuple[Act, ...]) -> None:
        if acts == self._acts:
            return
        focused = next((n for n, one in enumerate(self.buttons) if one.hasFocus()), None)
        self._acts = acts
        _clear(self._buttons)
        for act in acts:
            button = Button(
                self._look,
                act.text,
                act.kind,
                icon=act.icon,
                icon_weight="fill" if act.on else "regular",
                size="small",
            )
            button.setToolTip(act.hint)
            button.clicked.connect(lambda _=False, key=act.key: self.act_wanted.emit(key))
            self._buttons.addWidget(button)
        if acts:
            self._buttons.addStretch(1)
        if focused is not None:
            (self.buttons[min(focused, len(self.buttons) - 1)] if acts else self).setFocus()

    @property
    def buttons(self) -> list[Button]:
        """Its acts, in order."""
        return [one for one in widgets_of(self._buttons) if isinstance(one, Button)]

    def _space(self) -> None:
        theme, card, notice = (
            self._look.theme,
            self._look.theme.tokens.card,
            self._look.theme.tokens.notice,
        )
        start = theme.length(card.padLeft + card.avatar + card.gutter, capped=True)
        rtl = self.rtl
        end = int(card.padRight)
        left, right = (end, start) if rtl else (start, end)
        self._column.setContentsMargins(left, notice.pad, right, notice.pad)

    def changeEvent(self, event: object) -> None:
        super().changeEvent(event)  # type: ignore[arg-type]
        if hasattr(self, "_column"):
            self._space()

    def sizeHint(self) -> QSize:
        return QSize(0, self._column.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._column.minimumSize().height())

    def hasHeightForWidth(self) -> bool:
        # Its place asks the layout then, which has none where nothing wraps.
        return self._column.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return self._column.heightForWidth(width)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, card = self._look.theme, self._look.theme.tokens.card
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = "selected" if self.hasFocus() else "hover" if self.underMouse() else ""
        if ground and self.item.opens:
            painter.fillRect(self.rect(), theme.color(ground))
        line = theme.stroke("hairline")
        painter.fillRect(
            QRectF(0, self.height() - line, self.width(), line), theme.color("hairline")
        )
        size = theme.px(theme.tokens.icon.toolbar, capped=True)
        side = theme.px(theme.tokens.notice.avatar, capped=True)
        top = theme.tokens.notice.pad + (side - size) / 2
        x = theme.px(card.padLeft + card.avatar, capped=True) - size
        drawn = icons.pixmap(
            theme, self.item.icon, size, self.item.color,
            weight="fill" if self.item.color == "like" else "regular",
            dpr=self.devicePixelRatioF(), mirror=self.rtl,
        )  # fmt: skip
        painter.drawPixmap(QPointF(self.along(x, size), top), drawn)
        if self.item.unread:
            dot = theme.tokens.sidebar.dot
            at = self.along(theme.tokens.notice.dotX, dot)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("unread"))
            painter.drawEllipse(QRectF(at, top + (size - dot) / 2, dot, dot))
        if self.by_keys and self.hasFocus():
            draw_inside(painter, self, self._look)
        painter.end()


class GapRow(QWidget):
    """A place where a server has more."""

    wanted = Signal(int)

    def __init__(self, look: Look, item: GapItem) -> None:
        super().__init__()
        self.item = item
        self._look = look
        card, space = look.theme.tokens.card, look.theme.tokens.space
        row = QHBoxLayout(self)
        row.setContentsMargins(card.padLeft, space.s, card.padRight, space.s)
        self._words = Words(look, item.words, "meta", "textSecondary", wrap=True)
        row.addWidget(self._words, 1)
        self.button = Button(look, "Fetch", "outline", size="small")
        self.button.setAccessibleName(f"Fetch: {item.words}")
        self.button.clicked.connect(lambda: self.wanted.emit(self.item.id))
        row.addWidget(self.button)
        self.show_item(item)

    def show_item(self, item: GapItem) -> None:
        """Show this one."""
        self.item = item
        self._words.say(item.words)
        self.button.setEnabled(not item.busy)
        self.button.rename("Fetching…" if item.busy else "Fetch")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.color("window"))
        painter.end()


def widgets_of(layout: QLayout) -> list[QWidget]:
    """What stands in it, in order."""
    items = [layout.itemAt(at) for at in range(layout.count())]
    found = [item.widget() for item in items if item is not None]
    return [widget for widget in found if widget is not None]


def _say(words: Words, text: str) -> None:
    words.say(text)
    words.setVisible(bool(text))


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
