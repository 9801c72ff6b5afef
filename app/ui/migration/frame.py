"""The wizard's frame: rail at the left, one page, and the foot with what one can do."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.ui.migration.rail import Rail, Stop
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Hairline, Panel, along
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class PageBody(QWidget):
    """
    What a page is made of: a headline, one sentence, and below it whatever it needs.

    Not wider than look.md §8 lets text be; scrolls when it is higher than its place.
    """

    back_wanted = Signal()
    go_wanted = Signal()
    """The one filled button."""

    def __init__(self, look: Look, headline: str, sentence: str = "") -> None:
        super().__init__()
        self._look = look
        self.setAccessibleName(headline)
        wizard, space = look.theme.tokens.wizard, look.theme.tokens.space
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self.area = Scrolled()
        self._outer.addWidget(self.area, 1)
        self._pinned: QWidget | None = None
        self._held = QWidget()
        self.column = QVBoxLayout(self._held)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.area.column.addWidget(self._held, 0, Qt.AlignmentFlag.AlignTop)
        self.area.column.addStretch(1)
        self.headline = Words(look, headline, "headline", wrap=True)
        self.column.addWidget(self.headline)
        self.column.addSpacing(space.half)
        self.sentence = Words(look, sentence, "bodySmall", "textSecondary", wrap=True)
        self.column.addWidget(self.sentence)
        self.sentence.setVisible(bool(sentence))
        self.column.addSpacing(space.l)
        self.left: list[QWidget] = []
        self.right: list[QWidget] = []
        self._pads = (wizard.padX, wizard.padTop)

    def say(self, headline: str, sentence: str) -> None:
        """Other words above."""
        self.headline.say(headline)
        self.setAccessibleName(headline)
        self.sentence.say(sentence)
        self.sentence.setVisible(bool(sentence))

    def pin(self, widget: QWidget) -> None:
        """Keep *widget* in sight below what scrolls, and right below it where there is room."""
        self._pinned = widget
        layout = widget.layout()
        assert layout is not None
        self._pin_layout = layout
        self._outer.addWidget(widget)
        self._outer.addStretch(0)
        self._held.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._hug()
        return super().eventFilter(watched, event)

    def _hug(self) -> None:
        """No higher than its content: what is pinned stands right below it."""
        if self._pinned is not None:
            wanted = self.area.content_height()
            if wanted != self.area.maximumHeight():
                self.area.setMaximumHeight(wanted)

    def first_focus(self) -> QWidget | None:
        """Where one begins on this page; None: on its filled button."""
        return None

    def reveal(self, widget: QWidget) -> None:
        """Scroll to *widget*, once it has its place."""

        def scroll() -> None:
            if isValid(widget) and self.area.isAncestorOf(widget):
                self.area.ensureWidgetVisible(widget)

        QTimer.singleShot(0, self, scroll)

    def note(self, text: str) -> Words:
        """Words at the left of the foot."""
        words = Words(self._look, text, "meta", "textSecondary")
        words.setToolTip(plain_tip(text))
        self.left.append(words)
        return words

    def tool(self, text: str, icon: str) -> Button:
        """A quiet button at the left of the foot: a way to take something along."""
        button = Button(self._look, text, "quiet", icon=icon)
        self.left.append(button)
        return button

    def button(self, text: str, *, main: bool = False, icon: str = "") -> Button:
        """A button at the right of the foot; *main*: the filled one."""
        button = Button(
            self._look,
            text,
            "primary" if main else "outline",
            icon=icon,
            size="primary" if main else "normal",
        )
        self.right.append(button)
        if main:
            button.clicked.connect(self.go_wanted)
        return button

    def back(self, text: str = "Back") -> Button:
        """The way back, left of the filled button."""
        button = self.button(text)
        button.clicked.connect(self.back_wanted)
        return button

    def room(self) -> int:
        """px that the content has across."""
        return self._held.width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        theme = self._look.theme
        x, top = self._pads
        narrow = self.width() < theme.px(theme.tokens.wizard.leastLeft, capped=True) + 2 * x
        x = theme.tokens.space.l if narrow else x
        self.area.column.setContentsMargins(x, top, x, 0 if self._pinned else top)
        if self._pinned is not None:
            self._pin_layout.setContentsMargins(x, 0, x, self._look.theme.tokens.space.m)
        most = theme.length(theme.tokens.wizard.maxBody, capped=True)
        wide = max(0, min(self.width() - 2 * x, most))
        self._held.setFixedWidth(wide)
        self.arrange(wide)
        self._hug()

    def arrange(self, width: int) -> None:
        """Side by side or one below the other, at *width*."""


class WizardFrame(Panel):
    """Over the whole window; holds one page at a time."""

    close_wanted = Signal()

    def __init__(self, look: Look, title: str) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName(title)
        self._name, self._bare = title, True
        self.page: PageBody | None = None
        self.closing = IconButton(look, "x", "Close; nothing is lost (Esc)", parent=self)
        self.closing.clicked.connect(self.close_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.rail = Rail(look)
        self._divider = Hairline(look, upright=True)
        row.addWidget(self.rail)
        row.addWidget(self._divider)
        column = QVBoxLayout()
        column.setSpacing(0)
        row.addLayout(column, 1)
        column.addWidget(self._make_top())
        self._held = QVBoxLayout()
        self._held.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._held, 1)
        column.addWidget(Hairline(look))
        self._foot = QWidget()
        ways = QBoxLayout.Direction
        self._foot_box = QBoxLayout(ways.LeftToRight, self._foot)
        self._foot_left, self._foot_right = QHBoxLayout(), QBoxLayout(ways.LeftToRight)
        for box in (self._foot_box, self._foot_left, self._foot_right):
            box.setSpacing(look.theme.tokens.button.gap)
        self._foot_box.addLayout(self._foot_left, 1)
        self._foot_box.addLayout(self._foot_right)
        column.addWidget(self._foot)
        look.changed.connect(self._arrange)
        self._arrange()

    def _make_top(self) -> QWidget:
        """Where there is no rail: the stage in words."""
        tokens = self._look.theme.tokens
        self._top = QWidget()
        row = QHBoxLayout(self._top)
        end = self.closing.sizeHint().width() + tokens.space.m
        row.setContentsMargins(*along(tokens.space.l, end, tokens.space.s))
        self._where = Words(self._look, "", "metaStrong", "textSecondary")
        row.addWidget(self._where, 1)
        self._top.setMinimumHeight(self.closing.sizeHint().height() + tokens.space.s)
        return self._top

    # ------------------------------------------------------------- showing

    def show_stops(self, stops: Sequence[Stop], foot: str = "") -> None:
        """Where one is."""
        self.rail.show_stops(self._name, stops, foot)
        self._bare = not stops
        here = [at for at, stop in enumerate(stops, 1) if stop.state in ("now", "busy", "trouble")]
        words = ""
        if here:
            words = f"{here[0]} of {len(stops)}: {stops[here[0] - 1].title}"
        self._where.say(f"{self._name} · {words}" if words else self._name)
        self._arrange()

    def show_page(self, page: PageBody, *, focus: bool = True) -> None:
        """Show *page*; what was there goes, with all that was typed in it."""
        old, self.page = self.page, page
        if old is not None:
            self._held.removeWidget(old)
        self._held.addWidget(page)
        page.show()
        self._show_foot(page)
        if old is not None:
            old.hide()
            old.deleteLater()
        if focus:
            self.focus_page()

    def refresh_foot(self) -> None:
        """The page has other buttons now."""
        if self.page is not None:
            self._show_foot(self.page)

    def focus_page(self) -> None:
        """Give the focus to where one begins."""
        page = self.page
        if page is None:
            return
        buttons = [one for one in page.right if one.isEnabled() and not _put_away(one)]
        first = page.first_focus() or (buttons[-1] if buttons else self.closing)
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        page.reveal(first)

    def _show_foot(self, page: PageBody) -> None:
        for box in (self._foot_left, self._foot_right):
            while (item := box.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None and widget not in (*page.left, *page.right):
                    widget.hide()
                    widget.deleteLater()
        for widget in page.left:
            self._foot_left.addWidget(widget, 1 if isinstance(widget, Words) else 0)
        if not any(isinstance(widget, Words) for widget in page.left):
            self._foot_left.addStretch(1)
        for widget in page.right:
            self._foot_right.addWidget(widget, 0, Qt.AlignmentFlag.AlignTrailing)
        shown = [one for one in (*page.left, *page.right) if not _put_away(one)]
        self._foot.setVisible(bool(shown))
        for widget in shown:
            # Now, not when Qt comes to it: one of them is to have the focus.
            widget.show()
        self._arrange()

    # --------------------------------------------------------------- shape

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        least = theme.length(tokens.wizard.leastLeft, capped=True) + 2 * tokens.wizard.padX
        room = max(tokens.wizard.railBelow, self.rail.wanted_width() + least)
        roomy = self.width() >= room
        wide = roomy and not self._bare
        self.rail.setVisible(wide)
        self._divider.setVisible(wide)
        self._top.setVisible(not wide and not self._bare)
        self._pad_foot(tokens.wizard.padX if roomy else tokens.space.l)
        # In the corner, beside the headline: it is the last that one comes to.
        inset = tokens.space.s
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = self.closing.sizeHint()
        x = inset if rtl else self.width() - side.width() - inset
        self.closing.setGeometry(x, inset, side.width(), side.height())
        self.closing.raise_()
        self._foot.setMinimumHeight(theme.length(tokens.wizard.footer))

    def _pad_foot(self, pad: int) -> None:
        page, theme = self.page, self._look.theme
        left = page.left if page is not None else []
        # A quiet button has no edge: its words stand on the line of the text.
        inset = theme.tokens.button.padX if left and isinstance(left[0], Button) else 0
        gap, room = theme.tokens.button.gap, self._foot.width() - 2 * pad
        buttons = [one.sizeHint().width() for one in page.right] if page is not None else []
        tools = [one.sizeHint().width() for one in left if not isinstance(one, Words)]
        right = sum(buttons) + gap * max(0, len(buttons) - 1)
        ways = QBoxLayout.Direction
        stacked = right + sum(tools) + gap > room
        self._foot_box.setDirection(ways.TopToBottom if stacked else ways.LeftToRight)
        self._foot_right.setDirection(ways.TopToBottom if right > room else ways.LeftToRight)
        above = theme.tokens.space.m if stacked else 0
        self._foot_box.setContentsMargins(*along(pad - inset, pad, above, above))

    # ----------------------------------------------------------------- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape leaves; Enter presses the button that has the focus."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_wanted.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._arrange()


def _put_away(widget: QWidget) -> bool:
    """Whether somebody has hidden it: what was never shown is hidden, too, for Qt."""
    told = widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
    return told and widget.isHidden()
