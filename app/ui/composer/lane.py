"""A lane: one account, and exactly what it will send."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.model import AccountId
from app.model.draft import Target
from app.ui.composer.boxes import Boxes
from app.ui.composer.editor import Editor, FindSpans
from app.ui.composer.gauge import Gauge
from app.ui.composer.paragraphs import Paragraphs
from app.ui.composer.preview import Preview
from app.ui.composer.setting_row import SettingRows
from app.ui.composer.values import LaneShown, StateLine, Who
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import IconButton
from app.ui.widgets.choices import Segment
from app.ui.widgets.panel import Avatar, Glyph, Hairline, Panel, Spinner
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

FOLLOWS, OWN = "follows", "own"


class LaneHead(QWidget):
    """Who it is, and a way to leave the lane out."""

    removed = Signal()

    def __init__(self, look: Look, who: Who, *, close: str = "Remove this lane") -> None:
        super().__init__()
        tokens = look.theme.tokens
        self.setFixedHeight(look.theme.length(tokens.composer.who))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.gap)
        self.avatar = Avatar(look, who.name, tokens.composer.avatar, mark=who.mark, ground="raised")
        row.addWidget(self.avatar)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addStretch()
        name = Words(look, f"\u2068{who.name}\u2069", "metaStrong", weight=600)
        name.setToolTip(plain_tip(who.name))
        handle = Words(look, f"\u2066@{who.handle}\u2069", "small", "textTertiary")
        handle.setToolTip(f"@{who.handle}, {who.network}")
        names.addWidget(name)
        names.addWidget(handle)
        names.addStretch()
        row.addLayout(names, 1)
        self.close_button = IconButton(
            look, "x", f"{close}: @{who.handle}", icon_size=tokens.icon.context
        )
        self.close_button.clicked.connect(self.removed)
        row.addWidget(self.close_button)

    def show_picture(self, picture: QPixmap | None) -> None:
        """The account's picture has come."""
        self.avatar.show_picture(picture)


class StateRow(QWidget):
    """How the lane is, at its foot."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._state: StateLine | None = None
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.iconGap)
        self._glyph = Glyph(look, "circle", tokens.icon.context, "textTertiary")
        self._spinner = Spinner(look, tokens.spinner.small)
        self.words = Words(look, "", "metaStrong", "textTertiary", wrap=True)
        row.addWidget(self._glyph)
        row.addWidget(self._spinner)
        row.addWidget(self.words, 1)
        self._spinner.hide()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._fit()
        look.changed.connect(self._fit)

    def show_state(self, state: StateLine) -> None:
        """Say it; the same again costs nothing."""
        if state == self._state:
            return
        self._state = state
        self._glyph.show_icon(state.icon, state.color)
        self._glyph.setVisible(not state.busy)
        self._spinner.setVisible(state.busy)
        self.words.say(state.text)
        self.words.tint(state.color)
        self.setAccessibleName(state.text)

    def _fit(self) -> None:
        theme = self._look.theme
        self.setMinimumHeight(theme.length(theme.tokens.composer.state))


class OwnBox(QWidget):
    """The editor of a lane's own text: an input with several lines."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._look, self.editor = look, editor
        column = QVBoxLayout(self)
        pad = look.theme.tokens.input.padX
        column.setContentsMargins(pad, pad - 2, pad - 4, pad - 2)
        column.addWidget(editor)
        editor.left.connect(self.update)
        editor.cursorPositionChanged.connect(self.update)
        self.setMinimumHeight(look.theme.length(look.theme.tokens.composer.ownLeast))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        margins = self.contentsMargins()
        height = self.editor.document().size().height() + 2 * theme.tokens.input.padX
        least = theme.px(theme.tokens.composer.ownLeast)
        most = theme.px(theme.tokens.composer.ownLeast) * 3
        return QSize(margins.left(), round(min(max(height, least), most)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.editor.hasFocus()
        line = theme.stroke("focus" if focused else "control")
        painter.setPen(QPen(theme.color("focus" if focused else "controlBorder"), line))
        painter.setBrush(theme.color("surface"))
        half = line / 2
        radius = theme.tokens.input.radius
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(half, half, -half, -half), radius, radius
        )
        painter.end()


class LanePanel(Panel):
    """Shows a lane, and tells what is wanted of it."""

    removed = Signal()
    own_wanted = Signal(bool)
    own_edited = Signal(str)
    choice_made = Signal(str, str)
    setting_chosen = Signal(str, list)

    def __init__(
        self,
        look: Look,
        shown: LaneShown,
        paragraphs: Paragraphs,
        pictures: Pictures,
        find_spans: FindSpans,
    ) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "raised", edge="border", radius=tokens.radius.panel)
        self._find_spans = find_spans
        self._shown: LaneShown | None = None
        self.account: AccountId = shown.who.account
        self.own_box: OwnBox | None = None
        column = QVBoxLayout(self)
        pad = tokens.composer.lanePad
        column.setContentsMargins(pad, tokens.space.s, pad, tokens.space.xs)
        column.setSpacing(0)
        self.head = LaneHead(look, shown.who)
        self.head.removed.connect(self.removed)
        column.addWidget(self.head)
        self.segment = self._make_segment(shown.who)
        column.addSpacing(tokens.space.half)
        column.addWidget(self.segment)
        column.addSpacing(tokens.space.m)
        self.preview = Preview(look, paragraphs, pictures)
        self.gauge = Gauge(look)
        self.boxes = Boxes(look)
        self.boxes.chosen.connect(self.choice_made)
        column.addWidget(self._make_scroll(), 1)
        self._line = Hairline(look)
        column.addWidget(self._line)
        self.settings = SettingRows(look)
        self.settings.chosen.connect(self.setting_chosen)
        self._foot = QVBoxLayout()
        self._foot.setContentsMargins(0, tokens.space.xs, 0, tokens.space.xs)
        self._foot.addWidget(self.settings)
        self._low = False
        column.addLayout(self._foot)
        column.addWidget(Hairline(look))
        self.state = StateRow(look)
        column.addWidget(self.state)
        self.setAccessibleName(f"Lane of {shown.who.name}, @{shown.who.handle}")
        self.show_lane(shown)

    def _make_segment(self, who: Who) -> Segment:
        segment = Segment(
            self._look,
            f"Text of @{who.handle}",
            ((FOLLOWS, "Follows the draft"), (OWN, "Own text")),
        )
        segment.spread()
        segment.chosen.connect(lambda key: self.own_wanted.emit(key == OWN))
        return segment

    def _make_scroll(self) -> Scrolled:
        tokens = self._look.theme.tokens
        scroll = self._scroll = Scrolled()
        self._inner = scroll.column
        self._inner.setContentsMargins(0, 0, 0, tokens.space.s)
        self._inner.setSpacing(tokens.space.s)
        for widget in (self.preview, self.gauge, self.boxes):
            self._inner.addWidget(widget)
        self._inner.addStretch(1)
        return scroll

    # ------------------------------------------------------------- showing

    def show_lane(self, shown: LaneShown, quoted: Target | None = None) -> None:
        """Show this; what is as before is not touched."""
        before, self._shown = self._shown, shown
        self._show_own(shown.own)
        plan = shown.plan
        if plan is not None:
            self.preview.show_posts(plan.posts, plan.measures, quoted)
            self.boxes.show_boxes(plan.losses, plan.facts)
        elif before is None or before.plan is not None:
            self.preview.show_posts(())
            self.boxes.show_boxes((), ())
        self.gauge.show_count(shown.count)
        self.settings.show_rows(shown.settings)
        self._line.setVisible(bool(shown.settings) and not self._low)
        self.state.show_state(shown.state)

    def _show_own(self, own: str | None) -> None:
        self.segment.choose(FOLLOWS if own is None else OWN)
        if own is None:
            if self.own_box is not None:
                self.own_box.hide()
            self.preview.show_text(True)
            return
        box = self.own_box
        if box is None:
            box = self.own_box = self._make_own()
        if box.isHidden():
            box.show()
        self.preview.show_text(False)
        box.editor.show_text(own)

    def _make_own(self) -> OwnBox:
        editor = Editor(
            self._look, "Own text of this lane", self._find_spans, role="meta",
            placeholder="What this account says",
        )  # fmt: skip
        box = OwnBox(self._look, editor)
        editor.edited.connect(lambda: self.own_edited.emit(editor.text()))
        editor.document().documentLayout().documentSizeChanged.connect(
            lambda _: box.updateGeometry()
        )
        self._inner.insertWidget(0, box)
        return box

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        theme = self._look.theme
        low = self.height() < theme.length(theme.tokens.composer.laneLow)
        if low != self._low:
            # Where there is little height, the settings scroll with the text.
            self._low = low
            if low:
                self._inner.insertWidget(self._inner.count() - 1, self.settings)
            else:
                self._foot.addWidget(self.settings)
            self._line.setVisible(not low)

    def minimumSizeHint(self) -> QSize:
        # Of the low form, which it takes when it must.
        theme, composer = self._look.theme, self._look.theme.tokens.composer
        heights = composer.who + composer.segment + composer.state + composer.strip
        return QSize(0, theme.length(heights) + 2 * theme.tokens.space.l)

    def hasHeightForWidth(self) -> bool:
        # As high as the place it has: its content scrolls within.
        return False

    def lie_flat(self, on: bool) -> None:
        """Without an edge: it is all there is."""
        self._radius = 0.0 if on else self._look.theme.tokens.radius.panel
        self.preview.ground = "surface" if on else "raised"
        self.preview.update()
        self.recolour("surface" if on else "raised", "" if on else "border")

    def focus_text(self) -> None:
        """To the lane's own text, where it has one."""
        if self.own_box is not None and not self.own_box.isHidden():
            self.own_box.editor.setFocus(Qt.FocusReason.OtherFocusReason)
