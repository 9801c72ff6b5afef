"""What the sections of the page are made of: heads, boxes, rows, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.ui.moderation.values import Trouble
from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Glyph, Hairline, Mark, Panel, Spinner, along
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


class Section(QWidget):
    """A head, a box of rows, an editor in it when one writes, a note below."""

    add_wanted = Signal()

    def __init__(
        self, look: Look, title: str, *, icon: str = "", mark: str = "", add: str = ""
    ) -> None:
        """*add*: what the button of the head does, for screen readers; "" = no button."""
        super().__init__()
        self._look = look
        self.setAccessibleName(title)
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head(title, icon, mark, add))
        self._box = Panel(look, "surface", edge="border", radius=tokens.radius.box)
        inner = QVBoxLayout(self._box)
        edge = look.theme.stroke("hairline")
        inner.setContentsMargins(edge, edge, edge, edge)
        inner.setSpacing(0)
        self._rows, self._foot = QVBoxLayout(), QVBoxLayout()
        for part in (self._rows, self._foot):
            part.setSpacing(0)
            inner.addLayout(part)
        column.addWidget(self._box)
        self._trouble = Notice(look, kind="danger", icon="warning-circle")
        self._trouble.hide()
        column.addWidget(self._trouble)
        self._note = Words(look, "", "small", "textTertiary", wrap=True)
        self._note.setContentsMargins(0, 0, 0, 0)
        self._note.hide()
        column.addSpacing(tokens.space.xs)
        column.addWidget(self._note)
        self._held: list[QWidget] = []
        self._editor: QWidget | None = None
        self._box.hide()

    def _make_head(self, title: str, icon: str, mark: str, add: str) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        head = QWidget()
        head.setMinimumHeight(look.theme.length(tokens.boxList.row))
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        if mark:
            row.addWidget(Mark(look, mark, tokens.icon.context))
        elif icon:
            row.addWidget(Glyph(look, icon, tokens.icon.context, "text"))
        row.addWidget(Words(look, title, "name"))
        self._head_note = Words(look, "", "meta", "textTertiary")
        row.addWidget(self._head_note, 1)
        self._spinner = Spinner(look, tokens.spinner.small)
        self._spinner.hide()
        row.addWidget(self._spinner)
        self.add_button = Button(look, "Add", "plain", icon="plus", size="small")
        self.add_button.setAccessibleName(add)
        self.add_button.setToolTip(add)
        self.add_button.clicked.connect(self.add_wanted)
        self.add_button.setVisible(bool(add))
        row.addWidget(self.add_button)
        return head

    def note_head(self, text: str) -> None:
        """What stands beside the title."""
        self._head_note.say(text)

    def note(self, text: str) -> None:
        """What stands below the box."""
        self._note.say(text)
        self._note.setVisible(bool(text))

    def fill(self, rows: Sequence[QWidget], *, none: str = "") -> None:
        """Show other rows; *none*: what is said when there are none."""
        name = focus_name(self)
        for old in self._held:
            # Hidden first: the layout must not count it until it is deleted.
            old.hide()
            self._rows.removeWidget(old)
            old.deleteLater()
        self._held = []
        if not rows and none:
            rows = [self._empty(none)]
        for number, row in enumerate(rows):
            for widget in [Hairline(self._look), row] if number else [row]:
                self._rows.addWidget(widget)
                self._held.append(widget)
        self._box.setVisible(bool(rows) or self._editor is not None)
        self._settle()
        focus_named(self, name)

    def _empty(self, words: str) -> QWidget:
        line = row_of(self._look, self._look.theme.tokens.boxList.rowTwo)
        text = Words(self._look, words, "meta", "textSecondary", wrap=True)
        layout_of(line).addWidget(text, 1)
        return line

    @property
    def editor(self) -> QWidget | None:
        """What is open for writing."""
        return self._editor

    def put_editor(self, editor: QWidget | None) -> None:
        """Show *editor* at the foot of the box, or close it; the focus goes along."""
        old, self._editor = self._editor, editor
        if old is not None:
            inside = old.isAncestorOf(self.window().focusWidget() or self)
            self._clear_foot()
            if editor is None and inside:
                self.add_button.setFocus(Qt.FocusReason.OtherFocusReason)
        if editor is not None:
            if self._held:
                self._foot.addWidget(Hairline(self._look))
            self._foot.addWidget(editor)
        self._box.setVisible(bool(self._held) or editor is not None)
        self._settle()

    def _clear_foot(self) -> None:
        while (item := self._foot.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def busy(self, on: bool) -> None:
        """Something of it is being asked or changed."""
        self._spinner.setVisible(on)

    def say_trouble(self, trouble: Trouble | None) -> None:
        """Say what did not work, or nothing any more."""
        if trouble is not None:
            self._trouble.say(trouble.message, trouble.next_step)
        self._trouble.setVisible(trouble is not None)
        self._settle()

    def show_refused(self, trouble: Trouble) -> None:
        """Say what was not done, and why; what was typed stays."""
        self.say_trouble(trouble)

    def forget(self) -> None:
        """Draw anew the next time, whatever is shown then."""

    def _settle(self) -> None:
        self.updateGeometry()


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

    def mouseReleaseEvent(self, event: object) -> None:
        self.pressed.emit()

    def end(self) -> None:
        """The caret comes last."""
        self.row.addWidget(self.caret)


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
        self._help.setVisible(bool(help_line))
        control.setAccessibleDescription(help_line)
        names.addWidget(self._help)
        names.addStretch()
        self._row.addLayout(names, 1)
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
        return QSize(self.sizeHint().width() // 3, self.sizeHint().height())

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
    head.setToolTip(name)
    column.addStretch()
    column.addWidget(head)
    if about:
        below = Words(look, about, "small", color)
        below.setToolTip(about)
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


def focus_name(root: QWidget) -> str:
    """The name of what has the focus in *root*; "" = nothing has."""
    focused = root.window().focusWidget()
    return focused.accessibleName() if focused is not None and root.isAncestorOf(focused) else ""


def focus_named(root: QWidget, name: str) -> None:
    """Give the focus back to what is called so."""
    if not name or focus_name(root):
        return
    for widget in root.findChildren(QWidget):
        if widget.accessibleName() == name and widget.focusPolicy() and widget.isVisibleTo(root):
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            return
