"""The header of a timeline: its name, what is new, what was hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QSpacerItem

from app.ui.shell.words import count_text
from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Glyph, Panel, along
from app.ui.widgets.ring import KeyFocus
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent


class TitleButton(KeyFocus, QPushButton):
    """The timeline's name; a press opens the switcher."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def say(self, text: str) -> None:
        """Show another name."""
        self.setText(text)
        self.setAccessibleName(f"{text}: switch timeline")
        self.setToolTip(plain_tip(text))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        text = QFontMetricsF(theme.font("title")).horizontalAdvance(self.text())
        return QSize(round(text + self._caret()) + 1, theme.length(theme.tokens.target.action))

    def minimumSizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(
            round(self._caret() + theme.px(theme.tokens.header.titleLeast)),
            self.sizeHint().height(),
        )

    def _caret(self) -> float:
        theme = self._look.theme
        return float(theme.px(theme.tokens.header.caret, capped=True) + theme.tokens.space.s)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        font = theme.font("title")
        metrics = QFontMetricsF(font)
        size = theme.px(theme.tokens.header.caret, capped=True)
        room = self.width() - self._caret()
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room + 1)
        width = metrics.horizontalAdvance(text)
        base = (self.height() - metrics.height()) / 2 + metrics.ascent()
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        painter.drawText(QPointF(self.width() - width if rtl else 0, base), text)
        x = self.width() - width - self._caret() if rtl else width + theme.tokens.space.s
        color = "text" if self.underMouse() else "textTertiary"
        drawn = icons.pixmap(theme, "caret-down", size, color, dpr=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(x, (self.height() - size) / 2 + 1), drawn)
        painter.end()


class NewPill(KeyFocus, QPushButton):
    """ "↑ 12 new": goes up when pressed, never by itself."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown = (0, False)
        self.setAutoDefault(False)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)
        self.hide()

    def count(self, new: int, *, many: bool = False) -> None:
        """Show how many (*many*: at least so many); gone at 0. The same again costs nothing."""
        if (new, many) == self._shown:
            return
        self._shown, before = (new, many), self.sizeHint()
        self.setText(f"{count_text(new)}{'+' if many else ''} new")
        self.setAccessibleName(f"{new} new posts: go to the top")
        self.setToolTip("Go to the newest (Home); Alt+Left comes back")
        if self.sizeHint() != before:
            # Lays out the whole header.
            self.updateGeometry()
        self.update()
        self.setVisible(new > 0)

    def ring_radius(self) -> float:
        return self.height() / 2

    def sizeHint(self) -> QSize:
        theme, header = self._look.theme, self._look.theme.tokens.header
        text = QFontMetricsF(theme.font("metaStrong", 600, tabular=True))
        width = text.horizontalAdvance(self.text()) + 2 * header.pillPadX + self._icon()
        return QSize(round(width), theme.length(header.pillHeight))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _icon(self) -> float:
        theme = self._look.theme
        return float(theme.px(theme.tokens.icon.small, capped=True) + theme.tokens.space.xs)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, header = self._look.theme, self._look.theme.tokens.header
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.stroke("control") if theme.high_contrast else 0
        painter.setPen(QPen(theme.color("accentSoft"), edge) if edge else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(theme.color("pressed" if self.underMouse() else "accentSoft"))
        painter.drawRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        size = theme.px(theme.tokens.icon.small, capped=True)
        x = self.width() - header.pillPadX - size if rtl else header.pillPadX
        drawn = icons.pixmap(
            theme, "arrow-up", size, "onAccentSoft", weight="bold", dpr=self.devicePixelRatioF()
        )
        painter.drawPixmap(QPointF(x, (self.height() - size) / 2), drawn)
        font = theme.font("metaStrong", 600, tabular=True)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(font)
        painter.setPen(theme.color("onAccentSoft"))
        metrics = QFontMetricsF(font)
        base = (self.height() - metrics.height()) / 2 + metrics.ascent()
        width = metrics.horizontalAdvance(self.text())
        x = header.pillPadX + self._icon()
        painter.drawText(QPointF(self.width() - x - width if rtl else x, base), self.text())
        painter.end()


class Header(Panel):
    """One bar over the timeline."""

    menu_wanted = Signal()
    post_wanted = Signal()
    switch_wanted = Signal()
    newest_wanted = Signal()
    why_wanted = Signal()
    edit_wanted = Signal()
    back_wanted = Signal()
    forward_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, "surface")
        header = look.theme.tokens.header
        self._hidden = self._out = 0
        self.ways: tuple[IconButton, ...] = ()
        """Back and forward, once there is somewhere to go."""
        row = QHBoxLayout(self)
        row.setContentsMargins(*along(header.padLeft, header.padRight))
        row.setSpacing(0)
        self.menu = IconButton(look, "list", "Timelines and accounts (F9)")
        self.menu.clicked.connect(self.menu_wanted)
        row.addWidget(self.menu)
        self._after_menu = QSpacerItem(0, 0)
        row.addSpacerItem(self._after_menu)
        self.title = TitleButton(look)
        self.title.clicked.connect(self.switch_wanted)
        row.addWidget(self.title)
        row.addSpacing(header.pillGap)
        self.pill = NewPill(look)
        self.pill.clicked.connect(self.newest_wanted)
        row.addWidget(self.pill)
        row.addStretch(1)
        self._funnel = Glyph(look, "funnel-simple", look.theme.tokens.icon.context, "textTertiary")
        row.addWidget(self._funnel)
        self.small_why = IconButton(look, "funnel-simple", "")
        self.small_why.clicked.connect(self.why_wanted)
        row.addWidget(self.small_why)
        self._before_count = QSpacerItem(0, 0)
        row.addSpacerItem(self._before_count)
        self._count = Words(look, "", "meta", "textSecondary", tabular=True)
        row.addWidget(self._count)
        self.why = Button(look, "Why?", "plain", size="small")
        self.why.clicked.connect(self.why_wanted)
        row.addWidget(self.why)
        self.edit = IconButton(look, "sliders-horizontal", "Change this feed (Ctrl+E)")
        self.edit.clicked.connect(self.edit_wanted)
        self.edit.hide()
        self._editable = False
        row.addWidget(self.edit)
        self._before_post = QSpacerItem(0, 0)
        row.addSpacerItem(self._before_post)
        self.post = Button(look, "", "primary", icon="pencil-simple")
        self.post.setAccessibleName("New post")
        self.post.setToolTip("New post (N)")
        self.post.clicked.connect(self.post_wanted)
        self.post.hide()
        row.addWidget(self.post)
        look.changed.connect(self._reshape)
        self.menu.hide()
        self._reshape()
        self.show_hidden(0)

    def show_menu(self, on: bool) -> None:
        """Offer the sidebar's button (narrow windows)."""
        self.menu.setVisible(on)
        self.post.setVisible(on)
        self._before_post.changeSize(self._look.theme.tokens.space.s if on else 0, 0)
        self._after_menu.changeSize(self._look.theme.tokens.space.s if on else 0, 0)
        self._arrange()

    def show_ways(self, back: bool, forward: bool) -> None:
        """Offer to go back, and forward; nothing before one has gone anywhere."""
        if not self.ways:
            if not (back or forward):
                return
            self.ways = (
                IconButton(self._look, "arrow-left", "Back to where you were (Alt+Left)"),
                IconButton(self._look, "arrow-right", "Forward again (Alt+Right)"),
            )
            row = self.layout()
            assert isinstance(row, QHBoxLayout)
            signals = (self.back_wanted, self.forward_wanted)
            for at, (way, signal) in enumerate(zip(self.ways, signals, strict=True), 2):
                way.clicked.connect(signal)
                row.insertWidget(at, way)
        for way, on in zip(self.ways, (back, forward), strict=True):
            way.setEnabled(on)
        self._arrange()

    def show_hidden(self, count: int, out: int = 0) -> None:
        """Say how many posts were hidden, or that a feed leaves some out; nothing at 0."""
        self._hidden, self._out = count, out
        words = f"{count_text(count)} hidden" if count else f"{count_text(out)} left out"
        self.why.setAccessibleName(f"{words}: why?")
        self.small_why.name(f"{words}: why?")
        self._arrange()

    def show_edit(self, on: bool) -> None:
        """Offer to change what is shown: it is made by a recipe."""
        self._editable = on
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The counter in words, at large text as icon and number, in narrow windows as icon."""
        theme, tokens = self._look.theme, self._look.theme.tokens
        some = bool(self._hidden or self._out)
        narrow = self.width() < theme.px(tokens.header.counterBelow, capped=True)
        large = theme.scale >= tokens.sidebar.wideFrom
        number = count_text(self._hidden)
        words = f"{number} hidden" if self._hidden else "Some left out"
        self._count.say((number if self._hidden else "") if large else words)
        self._count.setVisible(some and not narrow)
        for widget in (self._funnel, self.why):
            widget.setVisible(some and not narrow and not large)
        self.small_why.setVisible(some and (narrow or large))
        self._before_count.changeSize(0 if large or narrow else int(tokens.button.iconGap), 0)
        for way in self.ways:
            way.setVisible(not narrow)
        # In the narrowest windows the switcher leads there as well.
        edit = self._editable and self.width() >= tokens.header.editFrom
        self.edit.setVisible(edit)
        self._pad(words_last=some and not narrow and not edit)

    def _pad(self, *, words_last: bool) -> None:
        """Begin and end where rows do: a button's own padding reaches into the margin."""
        theme, tokens = self._look.theme, self._look.theme.tokens
        edge = theme.length(tokens.header.padLeft, capped=True)
        buttons = not self.menu.isHidden() or any(not way.isHidden() for way in self.ways)
        start = int(tokens.space.s) if buttons else edge
        end = int(tokens.header.padRight)
        if words_last:
            end = edge - (0 if self.why.isHidden() else int(tokens.button.padXSmall))
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(*along(start, end))
        layout.invalidate()

    def _reshape(self) -> None:
        theme = self._look.theme
        self._arrange()
        tall = theme.length(theme.tokens.header.tall)
        self.setFixedHeight(max(int(theme.tokens.window.header), tall))
