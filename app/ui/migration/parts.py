"""What the pages are made of: heads, lines of a table, places, boxes of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.portability.plan import Goes, Need, Place
from app.ui.migration import words
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import UNBOUND, Avatar, Glyph, Hairline, Panel, along
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Run, Words


def grows_with_words(widget: QWidget) -> None:
    """As high as its words make it at the width it has."""
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)


def in_line(look: Look, widget: QWidget, role: str = "meta") -> QWidget:
    """*widget* in the middle of a line of *role*: beside text that may go on below."""
    held = QWidget()
    row = QHBoxLayout(held)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
    held.setFixedHeight(max(round(look.theme.line(role)), widget.sizeHint().height()))
    return held


def row_pad(look: Look, least: float, role: str = "meta") -> int:
    """Above and below the first line of a row that is at least *least* high (px at 100 %)."""
    spare = look.theme.length(least) - round(look.theme.line(role))
    return int(max(look.theme.tokens.space.xs, spare // 2))


def head(look: Look, title: str, end: str = "") -> QWidget:
    """A section's title, and what stands at the end of its line."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, look.theme.tokens.space.xs)
    row.setSpacing(look.theme.tokens.space.s)
    row.addWidget(Words(look, title, "metaStrong", weight=600, wrap=True), 1)
    if end:
        row.addWidget(Words(look, end, "meta", "textTertiary"))
    return line


class Tip(Panel):
    """An icon and words on a soft ground: what one should know before one goes on."""

    def __init__(self, look: Look, kind: str, icon: str, said: str | Sequence[Run]) -> None:
        """*kind*: ``ok``, ``warn``, ``danger`` or ``note``."""
        tokens = look.theme.tokens
        note = kind == "note"
        edge = ""
        if look.theme.high_contrast:
            edge = "border" if note else f"{kind}Border"
        super().__init__(
            look, "sunken" if note else f"{kind}Soft", edge=edge, radius=tokens.radius.box
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(*[tokens.space.m] * 4)
        row.setSpacing(tokens.space.s)
        color = "textSecondary" if note else kind
        self._sign = Glyph(look, icon, tokens.icon.context, color)
        row.addWidget(in_line(look, self._sign), 0, Qt.AlignmentFlag.AlignTop)
        self.words = Words(look, said, "meta", color, wrap=True)
        row.addWidget(self.words, 1)
        grows_with_words(self)
        self.setAccessibleName(self.words.text())

    def turn(self, kind: str, icon: str) -> None:
        """Another kind of news."""
        color = "textSecondary" if kind == "note" else kind
        edged = self._look.theme.high_contrast
        edge = ("border" if kind == "note" else f"{kind}Border") if edged else ""
        self.recolour("sunken" if kind == "note" else f"{kind}Soft", edge)
        self._sign.show_icon(icon, color)
        self.words.tint(color)

    def say(self, said: str | Sequence[Run]) -> None:
        """Other words."""
        self.words.say(said)
        self.setAccessibleName(self.words.text())
        self.setVisible(bool(self.words.text()))


def first_strong(text: str) -> list[Run]:
    """The first sentence in bold, the rest as usual."""
    first, dot, rest = text.partition(". ")
    return [(first + dot.strip(), 600), (f" {rest}" if rest else "", None)]


class PlaceCard(Panel):
    """One end of a move: a picture, a handle, a server."""

    def __init__(self, look: Look, place: Place, mark: str, about: str) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "surface", edge="border", radius=tokens.radius.box)
        self.place = place
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.m, tokens.space.gap, tokens.space.m, tokens.space.gap)
        row.setSpacing(tokens.space.m)
        self.setMinimumHeight(look.theme.length(tokens.wizard.place))
        self.avatar = Avatar(look, place.name or place.handle, tokens.wizard.placeAvatar, mark=mark)
        row.addWidget(self.avatar)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch()
        title = Words(look, words.place_text(place), "metaStrong", weight=600)
        title.setToolTip(plain_tip(place.handle))
        column.addWidget(title)
        below = Words(look, about, "small", "textTertiary")
        below.setToolTip(plain_tip(about))
        column.addWidget(below)
        column.addStretch()
        row.addLayout(column, 1)
        self.setAccessibleName(f"{place.handle or place.server}, {about}")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_picture(self, picture: QPixmap) -> None:
        """Draw it."""
        self.avatar.show_picture(picture)


class Arrow(QWidget):
    """From here to there; in the reading direction, or down."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._down = look, False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def point(self, *, down: bool) -> None:
        """Which way."""
        self._down = down
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        tokens = self._look.theme.tokens
        side = self._look.theme.length(tokens.icon.action, capped=True)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        from app.ui.theme import icons

        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        name = "arrow-down" if self._down else "arrow-left" if rtl else "arrow-right"
        painter = QPainter(self)
        dpr = self.devicePixelRatioF()
        theme = self._look.theme
        drawn = icons.pixmap(theme, name, self.width(), "textTertiary", dpr=dpr)
        painter.drawPixmap(0, 0, drawn)
        painter.end()


class Ends(QWidget):
    """Both ends of a move, side by side where there is room."""

    def __init__(self, look: Look, source: PlaceCard, target: PlaceCard) -> None:
        super().__init__()
        self._look = look
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(look.theme.tokens.space.m)
        self._arrow = Arrow(look)
        self._row.addWidget(source, 1)
        self._row.addWidget(self._arrow, 0, Qt.AlignmentFlag.AlignCenter)
        self._row.addWidget(target, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme = self._look.theme
        down = self.width() < theme.px(theme.tokens.wizard.leastLeft, capped=True)
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if down else ways.LeftToRight
        if self._row.direction() != way:
            self._row.setDirection(way)
            self._arrow.point(down=down)


class GoesRow(QWidget):
    """Icon, what, how much of it, and whether it goes along."""

    _ENDS = {
        "moves": ("check", "ok", "goes along"),
        "guided": ("user-circle", "accent", "with your help"),
        "stays": ("minus", "warn", "stays behind"),
    }

    def __init__(self, look: Look, goes: Goes) -> None:
        super().__init__()
        self._look = look
        tokens = look.theme.tokens
        wizard = tokens.wizard
        row = QHBoxLayout(self)
        pad = row_pad(look, wizard.planRow)
        row.setContentsMargins(0, pad, tokens.space.half, pad)
        row.setSpacing(tokens.space.m)
        glyph = Glyph(look, words.icon_of(goes.kind), tokens.icon.action, "textSecondary")
        row.addWidget(in_line(look, glyph), 0, Qt.AlignmentFlag.AlignTop)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(tokens.space.m)
        # Of a width of its own: the column of names is the same in every row.
        self._name = QWidget()
        name = QVBoxLayout(self._name)
        name.setContentsMargins(0, 0, 0, 0)
        name.addWidget(Words(look, goes.title, "metaStrong", wrap=True))
        self._both.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        self._both.addWidget(Words(look, goes.detail, "meta", "textSecondary", wrap=True), 1)
        row.addLayout(self._both, 1)
        amount = words.amount_text(goes)
        if amount:
            size = Words(look, amount, "meta", "textTertiary", tabular=True)
            row.addWidget(size, 0, Qt.AlignmentFlag.AlignTop)
        icon, color, said = self._ENDS[goes.how]
        end = Glyph(look, icon, tokens.icon.action, color)
        end.setAccessibleName(said)
        row.addWidget(in_line(look, end), 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{goes.title}: {goes.detail}. {amount} {said}".replace("  ", " "))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme = self._look.theme
        wide = self.width() >= theme.px(theme.tokens.wizard.nameFrom, capped=True)
        ways = QBoxLayout.Direction
        way = ways.LeftToRight if wide else ways.TopToBottom
        if self._both.direction() != way:
            self._both.setDirection(way)
            self._both.setSpacing(theme.tokens.space.m if wide else 0)
        width = theme.length(theme.tokens.wizard.name, capped=True)
        self._name.setMinimumWidth(width if wide else 0)
        self._name.setMaximumWidth(width if wide else UNBOUND)


def goes_table(look: Look, rows: Sequence[Goes]) -> QWidget:
    """Lines between hairlines."""
    held = QWidget()
    column = QVBoxLayout(held)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for goes in rows:
        column.addWidget(Hairline(look))
        column.addWidget(GoesRow(look, goes))
    column.addWidget(Hairline(look))
    return held


def needs_box(look: Look, needs: Sequence[Need]) -> Panel:
    """What one should have at hand, and when it is asked."""
    tokens = look.theme.tokens
    box = Panel(look, "surface", edge="border", radius=tokens.radius.box)
    column = QVBoxLayout(box)
    pad = tokens.space.m
    column.setContentsMargins(pad, tokens.space.xs, pad, tokens.space.xs)
    column.setSpacing(0)
    for number, need in enumerate(needs):
        if number:
            column.addWidget(Hairline(look))
        line = QWidget()
        row = QHBoxLayout(line)
        above = row_pad(look, tokens.wizard.planRow)
        row.setContentsMargins(0, above, 0, above)
        row.setSpacing(tokens.space.s)
        sign = Glyph(look, words.need_icon(need), tokens.icon.context, "textSecondary")
        row.addWidget(in_line(look, sign), 0, Qt.AlignmentFlag.AlignTop)
        both = QVBoxLayout()
        both.setSpacing(0)
        both.addWidget(Words(look, need.prompt, "meta", wrap=True))
        row.addLayout(both, 1)
        beside = len(need.when) <= _BESIDE
        when = Words(look, need.when, "small", "textTertiary", wrap=not beside)
        if beside:
            row.addWidget(in_line(look, when), 0, Qt.AlignmentFlag.AlignTop)
        else:
            both.addWidget(when)
        line.setAccessibleName(f"{need.prompt}, {need.when}")
        line.setToolTip(plain_tip(need.help))
        column.addWidget(line)
    return box


class Bar(QWidget):
    """How much of something is done; a stripe that stands still where nobody knows."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._share = look, -1.0
        self.setFixedHeight(look.theme.tokens.wizard.progress)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float, said: str) -> None:
        """*share*: 0 … 1, −1 = not known; *said* is for who hears it."""
        self._share = share
        self.setAccessibleName(f"{round(share * 100)} percent. {said}" if share >= 0 else said)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        thick = self.height()
        whole = QRectF(self.rect())
        painter.setBrush(theme.color("controlBorder" if theme.high_contrast else "border"))
        painter.drawRoundedRect(whole, thick / 2, thick / 2)
        if self._share > 0:
            done = QRectF(whole)
            done.setWidth(max(thick, whole.width() * self._share))
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                done.moveRight(whole.right())
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(done, thick / 2, thick / 2)
        painter.end()


class CopyLine(QWidget):
    """Words to be pasted elsewhere, and the button that copies them."""

    copied = Signal()

    def __init__(self, look: Look, text: str, name: str) -> None:
        super().__init__()
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.gap)
        box = Panel(look, "sunken", edge="border", radius=tokens.radius.button)
        inner = QVBoxLayout(box)
        pad = tokens.space.s
        inner.setContentsMargins(tokens.space.m, pad, tokens.space.m, pad)
        inner.setSpacing(0)
        for line in text.split("\n"):
            inner.addWidget(Words(look, line or " ", "meta", wrap=True, mono=True))
        grows_with_words(box)
        row.addWidget(box, 1)
        self.button = Button(look, "Copy", icon="copy")
        self.button.setAccessibleName(f"Copy {name}")
        self.button.clicked.connect(self._copy)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self._text = text
        self.setAccessibleName(f"{name}: {text}")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self.button.rename("Copied")
        self.copied.emit()


class Choices(QWidget):
    """Buttons in one line, a stretch behind them."""

    def __init__(self, look: Look, acts: Sequence[tuple[str, str, Callable[[], None]]]) -> None:
        """*acts*: words, icon, what it does."""
        super().__init__()
        from app.ui.widgets.flow import FlowLayout

        gap = look.theme.tokens.button.gap
        flow = FlowLayout(self, gap=gap, line_gap=gap)
        for text, icon, act in acts:
            button = Button(look, text, icon=icon)
            button.clicked.connect(lambda _=False, act=act: act())
            flow.addWidget(button)
        grows_with_words(self)


def beside(look: Look, *widgets: QWidget, gap: int = 0) -> QWidget:
    """Widgets in one line; the first has what is left."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(*along(0, 0))
    row.setSpacing(gap or look.theme.tokens.space.s)
    for number, widget in enumerate(widgets):
        row.addWidget(widget, 0 if number else 1)
    return line


_BESIDE = 12
"""Signs of a "when" that leaves its sentence the room it needs."""
