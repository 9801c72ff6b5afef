"""What the sections of the page are made of: heads, boxes, rows, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Chip, Segment
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.panel import Glyph, Panel, along
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class Notice(Panel):
    """A box inside a section: something to know before one goes on."""

    pressed = Signal()

    def __init__(self, look: Look, *, kind: str = "warn", icon: str = "warning") -> None:
        tokens = look.theme.tokens
        super().__init__(look, f"{kind}Soft", radius=tokens.radius.button)
        if look.theme.high_contrast:
            self.recolour("raised", f"{kind}Border")
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.m, tokens.space.s, tokens.space.s, tokens.space.s)
        row.setSpacing(tokens.space.s)
        row.addWidget(Glyph(look, icon, tokens.icon.context, kind), 0, Qt.AlignmentFlag.AlignTop)
        self.words = Words(look, "", "small", kind, wrap=True)
        row.addWidget(self.words, 1)
        self._button = Button(look, "", "plain", size="inline")
        self._button.clicked.connect(self.pressed)
        row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignTop)
        self._button.hide()

    def say(self, strong: str, rest: str = "", button: str = "") -> None:
        """Show these words; *button*: what can be done."""
        self.words.say([(strong, 600), (f" {rest}" if rest else "", None)])
        self.setAccessibleName(f"{strong} {rest}".strip())
        self._button.rename(button)
        self._button.setVisible(bool(button))


class Head(QWidget):
    """A row that opens and closes what stands below it, with the whole row or its caret."""

    pressed = Signal()

    def __init__(self, look: Look, name: str, *, opened: bool) -> None:
        super().__init__()
        tokens = look.theme.tokens
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(*along(tokens.space.m, tokens.space.s))
        self.row.setSpacing(tokens.space.m)
        self.setMinimumHeight(look.theme.length(tokens.boxList.rowTwo))
        what = f"Close {name}" if opened else f"Open {name}"
        self.caret = IconButton(
            look,
            "caret-up" if opened else "caret-down",
            what,
            target=tokens.target.min,
            icon_size=tokens.icon.context,
        )
        self.caret.clicked.connect(self.pressed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

        self._look = look
        self._aside: QWidget | None = None

    def add_aside(self, aside: QWidget) -> None:
        """What is left out where there is hardly room for the name."""
        self._aside = aside
        self.row.addWidget(aside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._aside is not None:
            theme = self._look.theme
            self._aside.setVisible(self.width() >= theme.px(theme.tokens.moderation.asideFrom))

    def mouseReleaseEvent(self, event: object) -> None:
        self.pressed.emit()

    def end(self) -> None:
        """The caret comes last."""
        self.row.addWidget(self.caret)


class Fold(QWidget):
    """A row that may be opened; while it is, it stands on a ground of its own."""

    def __init__(self, look: Look, *, opened: bool, first: bool, last: bool) -> None:
        """*first*, *last*: of the box, whose corners are round."""
        super().__init__()
        self._look, self._opened, self._ends = look, opened, (first, last)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._opened:
            return
        theme = self._look.theme
        radius = theme.tokens.radius.box - theme.stroke("hairline")
        first, last = self._ends
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        # Where it does not end the box, its corners lie outside.
        area = QRectF(self.rect()).adjusted(0, 0 if first else -radius, 0, 0 if last else radius)
        painter.drawRoundedRect(area, radius, radius)
        painter.end()


class ButtonLine(QWidget):
    """Buttons in reading order; those that do not fit go below."""

    def __init__(self, look: Look, *buttons: QWidget) -> None:
        super().__init__()
        gap = look.theme.tokens.button.gap
        flow = FlowLayout(self, gap=gap, line_gap=gap)
        for button in buttons:
            flow.addWidget(button)


class ControlRow(QWidget):
    """A name, its help and a control: side by side, or one below the other where it is narrow."""

    def __init__(
        self, look: Look, name: str, help_line: str, control: QWidget, *, least: float, pad: int = 0
    ) -> None:
        super().__init__()
        self._look, self._control = look, control
        theme, tokens = look.theme, look.theme.tokens
        self.setMinimumHeight(theme.length(least))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(pad, tokens.space.xs, pad, tokens.space.xs)
        self._row.setSpacing(tokens.space.m)
        names = QVBoxLayout()
        names.setSpacing(0)
        label = Words(look, name, "metaStrong", wrap=True)
        label.setBuddy(control)
        # Spare height goes around both, not between them.
        names.addStretch()
        names.addWidget(label)
        self._help = Words(look, help_line, "small", "textTertiary", wrap=True)
        control.setAccessibleDescription(help_line)
        names.addWidget(self._help)
        names.addStretch()
        self._row.addLayout(names, 1)
        self._help.setVisible(bool(help_line))
        self._row.addWidget(
            control, 0, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme = self._look.theme
        room = self._control.sizeHint().width() + theme.px(theme.tokens.moderation.word)
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if self.width() < room else ways.LeftToRight
        if self._row.direction() != way:
            narrow = way == ways.TopToBottom
            self._row.setDirection(way)
            self._row.setStretch(0, 0 if narrow else 1)
            self._row.setSpacing(theme.tokens.space.xs if narrow else theme.tokens.space.m)
            self.updateGeometry()


class Bar(QWidget):
    """A number as a bar, as a part of the largest."""

    def __init__(self, look: Look, share: float) -> None:
        super().__init__()
        self._look, self._share = look, share

    def sizeHint(self) -> QSize:
        theme, tokens = self._look.theme, self._look.theme.tokens.moderation
        return QSize(theme.length(tokens.barWidth, capped=True), theme.length(tokens.hiddenRow))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        thick = theme.tokens.moderation.bar
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, (self.height() - thick) / 2, self.width(), thick)
        painter.setBrush(theme.color("border" if theme.high_contrast else "hairline"))
        painter.drawRoundedRect(track, thick / 2, thick / 2)
        done = QRectF(track)
        done.setWidth(max(thick, track.width() * self._share))
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            done.moveRight(track.right())
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(done, thick / 2, thick / 2)
        painter.end()


_MOST_IN_ROW = 4


class Pills(QWidget):
    """As a segment, over several lines: for large text."""

    def __init__(self, look: Look, name: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        gap = look.theme.tokens.space.xs
        flow = FlowLayout(self, gap=gap, line_gap=gap)
        self._group = QButtonGroup(self)
        self._keys = [key for key, _ in choices]
        for number, (_, text) in enumerate(choices):
            chip = Chip(look, text)
            self._group.addButton(chip, number)
            flow.addWidget(chip)

    def choose(self, key: str) -> None:
        """Show *key* as chosen."""
        self._group.button(self._keys.index(key)).setChecked(True)

    @property
    def key(self) -> str:
        """What is chosen."""
        return self._keys[self._group.checkedId()]


def choices(
    look: Look,
    name: str,
    found: Sequence[tuple[str, str]],
    *,
    colors: Mapping[str, str] = {},
) -> Segment | Pills:
    """Equal choices in one row, or over several where they are many or the text is large."""
    theme = look.theme
    if len(found) > _MOST_IN_ROW or theme.scale >= theme.tokens.sidebar.wideFrom:
        return Pills(look, name, found)
    return Segment(look, name, found, colors=colors)


# ------------------------------------------------------------------- rows


def row_of(look: Look, least: float, *, gap: int | None = None) -> QWidget:
    """An empty row of a box, at least so high."""
    tokens = look.theme.tokens
    line = QWidget()
    line.setMinimumHeight(look.theme.length(least))
    row = QHBoxLayout(line)
    row.setContentsMargins(*along(tokens.space.m, tokens.space.s))
    row.setSpacing(tokens.space.s if gap is None else gap)
    return line


def layout_of(line: QWidget) -> QHBoxLayout:
    """What a row puts its parts in."""
    row = line.layout()
    assert isinstance(row, QHBoxLayout)
    return row


def names(look: Look, name: str, about: str, *, color: str = "textTertiary") -> QVBoxLayout:
    """A name, and below it what else is known, each on one line."""
    column = QVBoxLayout()
    column.setSpacing(0)
    column.setContentsMargins(0, 0, 0, 0)
    head = Words(look, name, "metaStrong", weight=600)
    head.setToolTip(plain_tip(name))
    column.addStretch()
    column.addWidget(head)
    if about:
        below = Words(look, about, "small", color)
        below.setToolTip(plain_tip(about))
        column.addWidget(below)
    column.addStretch()
    return column


def more_button(
    look: Look, name: str, entries: Sequence[tuple[str, str, Callable[[], object]]]
) -> IconButton:
    """Three dots that open a menu. *entries*: icon, words, act."""
    tokens = look.theme.tokens
    button = IconButton(
        look,
        "dots-three",
        f"More about {name}",
        target=tokens.target.min,
        icon_size=tokens.icon.context,
        weight="bold",
    )

    def show() -> None:
        menu = QMenu(button)
        menu.aboutToHide.connect(menu.deleteLater)
        for icon, text, act in entries:
            shown = icons.icon(
                look.theme,
                icon,
                tokens.icon.context,
                "textSecondary",
                dpr=button.devicePixelRatioF(),
            )
            # Later: what it does may take the button away.
            menu.addAction(shown, text).triggered.connect(lambda _=False, act=act: act())
        corner = button.mapToGlobal(QPoint(button.width(), button.height()))
        if button.layoutDirection() == Qt.LayoutDirection.LeftToRight:
            corner -= QPoint(menu.sizeHint().width(), 0)
        menu.popup(corner)

    button.clicked.connect(show)
    return button
