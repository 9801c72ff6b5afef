"""The foot of a conversation: a reply, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.composer.editor import Editor, FindSpans
from app.ui.theme import icons, marks
from app.ui.theme.look import Look
from app.ui.timeline import words
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Segment
from app.ui.widgets.panel import Avatar, Glyph, Panel, along, tab_through
from app.ui.widgets.ring import KeyFocus
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap


class Capsule(KeyFocus, QPushButton):
    """The marks of the networks that an answer goes to; a press offers others."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._marks: tuple[str, ...] = ()
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_route(self, shown: Sequence[str], words: str) -> None:
        """Draw these marks; *words* say the same."""
        self._marks = tuple(shown)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.updateGeometry()
        self.update()

    def ring_radius(self) -> float:
        return self.height() / 2

    def _caret(self) -> float:
        return self._look.theme.px(self._look.theme.tokens.icon.small, capped=True)

    def sizeHint(self) -> QSize:
        theme, tokens = self._look.theme, self._look.theme.tokens
        inside = marks.capsule_width(theme, len(self._marks)) - 2 * tokens.echo.capsulePad
        wide = inside + tokens.space.xs + self._caret() + 2 * tokens.space.s
        return QSize(round(wide), theme.length(tokens.thread.capsule, capped=True))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hot = self.isEnabled() and self.underMouse()
        line = theme.stroke("control") if theme.high_contrast else theme.stroke("hairline")
        painter.setPen(QPen(theme.color("controlBorder" if hot else "border"), line))
        painter.setBrush(theme.color("hover" if hot else "raised"))
        area = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        size = theme.px(tokens.icon.markEcho, capped=True)
        x = float(tokens.space.s)
        for mark in self._marks:
            left = self.width() - x - size if rtl else x
            box = QRectF(left, (self.height() - size) / 2, size, size)
            marks.paint(painter, box, mark, theme)
            x += size + tokens.echo.markGap
        caret = self._caret()
        left = tokens.space.s if rtl else self.width() - tokens.space.s - caret
        drawn = icons.pixmap(
            theme, "caret-down", caret, "textSecondary", dpr=self.devicePixelRatioF()
        )
        painter.drawPixmap(QPointF(left, (self.height() - caret) / 2), drawn)
        painter.end()


class Box(Panel):
    """The edge around what is written: thicker while one writes in it."""

    def __init__(self, look: Look, editor: Editor) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "surface", edge="controlBorder", radius=tokens.input.radius)
        self._editor = editor
        row = QHBoxLayout(self)
        self._pad = (
            look.theme.length(tokens.input.height) - round(look.theme.line("bodySmall"))
        ) // 2
        row.setContentsMargins(tokens.input.padX, self._pad, tokens.space.s, self._pad)
        row.addWidget(editor)
        editor.document().documentLayout().documentSizeChanged.connect(lambda _: self.fit())
        self.fit()

    def fit(self) -> None:
        """As high as its lines, up to some."""
        theme = self._look.theme
        line = round(theme.line("bodySmall"))
        tokens = theme.tokens
        self._pad = (theme.length(tokens.input.height) - line) // 2
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(tokens.input.padX, self._pad, tokens.space.s, self._pad)
        text = max(line, round(self._editor.document().size().height()))
        most = theme.length(tokens.thread.barMost)
        self.setFixedHeight(min(text + 2 * self._pad, most))
        scrolls = text + 2 * self._pad > most
        policy = Qt.ScrollBarPolicy
        self._editor.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if scrolls else policy.ScrollBarAlwaysOff
        )

    def show_focus(self, focused: bool) -> None:
        """One writes in it."""
        self.recolour("surface", "focus" if focused else "controlBorder")


class ReplyBar(Panel):
    """Who answers, what, whom, and where it goes. Shows values, sends intents."""

    edited = Signal()
    left = Signal()
    began = Signal()
    """Somebody is about to write."""
    send_wanted = Signal()
    grow_wanted = Signal()
    route_wanted = Signal(QPoint)
    side_chosen = Signal(str)
    target_removed = Signal()
    undo_wanted = Signal()

    def __init__(self, look: Look, find_spans: FindSpans) -> None:
        super().__init__(look, "surface")
        self.editor = Editor(look, "Reply", find_spans, role="bodySmall", placeholder="Reply…")
        self.editor.captures = self._take_key
        self.editor.edited.connect(self._on_edited)
        self.editor.left.connect(self._on_left)
        self.editor.focused.connect(self._on_focused)
        self.editor.send_wanted.connect(self.send_wanted)
        self.box = Box(look, self.editor)
        self._asked: Segment | None = None
        self._lay_out()
        look.changed.connect(self._restyle)
        self._arrange()

    def _on_last_line(self, widget: QWidget) -> QVBoxLayout:
        """In the middle of the last line of what is written."""
        theme = self._look.theme
        line = theme.length(theme.tokens.input.height)
        held = QVBoxLayout()
        held.setContentsMargins(0, 0, 0, max(0, (line - widget.sizeHint().height()) // 2))
        held.addStretch(1)
        held.addWidget(widget)
        return held

    def _lay_out(self) -> None:
        look, tokens = self._look, self._look.theme.tokens
        pad = look.theme.length(tokens.card.padLeft, capped=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*along(pad, pad, tokens.space.m, tokens.space.m))
        self._column.setSpacing(tokens.space.s)
        self.to = self._line()
        self._to_words = Words(look, "", "small", "textSecondary")
        close = self._first_instead = IconButton(
            look, "x", "Answer the first post instead", target=tokens.target.min, icon_size=14
        )
        close.clicked.connect(self.target_removed)
        self._fill(
            self.to, Glyph(look, "arrow-bend-down-right", 14, "textTertiary"), self._to_words, close
        )
        row = QHBoxLayout()
        row.setSpacing(tokens.space.s)
        self.avatar = Avatar(look, "", tokens.thread.barAvatar)
        row.addLayout(self._on_last_line(self.avatar))
        row.addWidget(self.box, 1)
        self.capsule = Capsule(look)
        self.capsule.clicked.connect(lambda: self.route_wanted.emit(self._over(self.capsule)))
        row.addLayout(self._on_last_line(self.capsule))
        self._asking = QVBoxLayout()
        self._column.addLayout(self._asking)
        self._column.addLayout(row)
        self.foot = self._line()
        self.route = Words(look, "", "small", "textSecondary")
        self.count = Words(look, "", "small", "textTertiary", tabular=True)
        self.grow = IconButton(
            look, "corners-out", "Go on in the composer", target=tokens.target.min, icon_size=16
        )
        self.grow.clicked.connect(self.grow_wanted)
        self.send = Button(look, "Reply", "tonal", size="small")
        self.send.clicked.connect(self.send_wanted)
        self._fill(self.foot, self.route, self.count, self.grow, self.send)
        self.trouble = Words(look, "", "small", "danger", wrap=True)
        self.trouble.hide()
        self._column.addWidget(self.trouble)
        self._told = self._line()
        self._told_words = Words(look, "", "small", "textSecondary", tabular=True)
        self._take_back = Button(look, "Undo", "plain", size="small")
        self._take_back.clicked.connect(self.undo_wanted)
        self._fill(
            self._told,
            Glyph(look, "paper-plane-right", 14, "accent"),
            self._told_words,
            self._take_back,
        )
        self._told.hide()

    def _line(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._look.theme.tokens.space.s)
        self._column.addWidget(made)
        return made

    def _fill(self, line: QWidget, *widgets: QWidget) -> None:
        row = line.layout()
        assert isinstance(row, QHBoxLayout)
        for widget in widgets:
            stretches = isinstance(widget, Words) and widget is not getattr(self, "count", None)
            row.addWidget(widget, 1 if stretches else 0)

    # ------------------------------------------------------------- showing

    @property
    def is_active(self) -> bool:
        """Somebody writes, or has written."""
        return self.editor.hasFocus() or bool(self.editor.text().strip())

    def show_target(self, name: str, *, other: bool) -> None:
        """Whom it answers; *other*: not the post that the conversation is about."""
        self.editor.setPlaceholderText(words.isolated(f"Reply to {words.isolated(name)}…"))
        self.editor.setAccessibleName(f"Reply to {name}")
        self._to_words.say([("Replying to ", None), (f"\u2068{name}\u2069", 600)])
        self.to.setVisible(other)
        self._arrange()

    def show_route(self, shown: Sequence[str], words: str) -> None:
        """Where it goes: marks in the capsule, and the same in words."""
        self.capsule.show_route(shown, words)
        self.route.say(words)

    def show_who(self, name: str, picture: QPixmap | None) -> None:
        """Who answers."""
        self.avatar.show_picture(picture, name)
        self.avatar.setAccessibleName(f"As {name}")

    def ask_side(self, sides: Sequence[tuple[str, str]]) -> None:
        """Ask where an echo is answered; no *sides*: there is nothing to ask."""
        while (item := self._asking.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._asked = None
        if not sides:
            return
        look = self._look
        question = "It was written on both networks. Where do you answer?"
        self._asking.addWidget(Words(look, question, "small", "warn", wrap=True))
        segment = self._asked = Segment(look, question, list(sides))
        segment.spread()
        segment.chosen.connect(self.side_chosen)
        self._asking.addWidget(segment)
        segment.show()  # now: the next key may be for it
        # It stands above the words, and comes before them for keys, too.
        tab_through(self._first_instead, *segment.buttons, self.editor)

    def lead_to_sides(self) -> None:
        """The keys are those of the question where an echo is answered."""
        if self._asked is not None:
            self._asked.setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def asks(self) -> bool:
        """It asks where an echo is answered."""
        return self._asked is not None

    def show_count(self, words: str, color: str) -> None:
        """How much was written of what may be."""
        self.count.tint(color)
        self.count.say(words)

    def show_trouble(self, text: str, color: str = "danger") -> None:
        """Why it cannot be sent, or what to think of; "" = nothing."""
        self.trouble.tint(color)
        self.trouble.say(text)
        self.trouble.setVisible(bool(text))

    def show_sendable(self, on: bool, words: str = "Reply") -> None:
        """Whether it can leave."""
        self.send.setEnabled(on)
        if self.send.text() != words:
            self.send.rename(words)

    def show_sent(self, words: str, *, undo: bool) -> None:
        """What became of the last one; "" = nothing to say."""
        self._told_words.say(words)
        self._told.setVisible(bool(words))
        self._take_back.setVisible(undo)

    def write(self) -> None:
        """Put the cursor into it."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # ------------------------------------------------------------ private

    def _take_key(self, event: QKeyEvent) -> bool:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not enter or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        self.send_wanted.emit()
        return True

    def _on_edited(self) -> None:
        self._arrange()
        self.edited.emit()

    def _on_focused(self) -> None:
        self.box.show_focus(True)
        self._arrange()
        self.began.emit()

    def _on_left(self) -> None:
        self.box.show_focus(False)
        self._arrange()
        self.left.emit()

    def _arrange(self) -> None:
        """One row while nobody writes; what it takes to send it from then on."""
        self.foot.setVisible(self.is_active)

    def _over(self, widget: QWidget) -> QPoint:
        return widget.mapToGlobal(widget.rect().topLeft())

    def _restyle(self) -> None:
        self.box.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme, tokens = self._look.theme, self._look.theme.tokens
        pad = theme.length(tokens.card.padLeft, capped=True)
        # No wider than what it answers.
        over = max(0, self.width() - 2 * pad - theme.length(tokens.card.maxContent))
        self._column.setContentsMargins(*along(pad, pad + over, tokens.space.m, tokens.space.m))
        self.box.fit()
