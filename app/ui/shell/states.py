"""What stands where the timeline would: nothing yet, nothing new, an error, loading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.resources import resource
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, Kind
from app.ui.widgets.panel import Glyph, Panel, Spinner
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

Act = tuple[str, Kind, Callable[[], None]]
"""A button: its word, its kind, what it does."""


class Bird(QWidget):
    """The godwit in one colour: only for "up to date" and first run."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("")

    def sizeHint(self) -> QSize:
        side = self._look.theme.length(self._look.theme.tokens.empty.bird, capped=True)
        return QSize(side, side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        dpr = self.devicePixelRatioF()
        drawn = QPixmap(self.size() * dpr)
        drawn.setDevicePixelRatio(dpr)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        _bird().render(painter, QRectF(0, 0, self.width(), self.height()))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(self.rect(), self._look.theme.color("textTertiary"))
        painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, drawn)
        painter.end()


@cache
def _bird():  # type: ignore[no-untyped-def]
    # Only here: QtSvg is not needed for the first frame.
    from PySide6.QtSvg import QSvgRenderer

    return QSvgRenderer(str(resource("godwit-mono.svg")))


class State(Panel):
    """Icon or bird, title, one sentence, at most two buttons, in the middle."""

    def __init__(
        self,
        look: Look,
        title: str,
        sentence: str,
        *,
        icon: str = "",
        acts: Sequence[Act] = (),
    ) -> None:
        super().__init__(look, "surface")
        tokens = look.theme.tokens
        self.setAccessibleName(f"{title}. {sentence}")
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(*[tokens.space.xl] * 4)
        column.setSpacing(0)
        column.addStretch(2)
        self._sign = Glyph(look, icon, tokens.icon.hero, "textTertiary") if icon else Bird(look)
        column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(tokens.empty.gap)
        column.addWidget(Words(look, title, "title", wrap=True, centred=True))
        column.addSpacing(tokens.space.xs)
        words = Words(look, sentence, "bodySmall", "textSecondary", wrap=True, centred=True)
        words.setMaximumWidth(look.theme.length(tokens.empty.textWidth, capped=True))
        held = QHBoxLayout()
        held.addStretch(1)
        held.addWidget(words, 1000)
        held.addStretch(1)
        column.addLayout(held)
        if acts:
            column.addSpacing(tokens.empty.gap)
            row = QHBoxLayout()
            row.setSpacing(tokens.button.gap)
            row.addStretch()
            for text, kind, act in acts:
                button = Button(look, text, kind)
                button.clicked.connect(lambda _=False, act=act: act())
                row.addWidget(button)
            row.addStretch()
            column.addLayout(row)
        column.addStretch(3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Words before pictures, where there is not room for both.
        space, sign = self._look.theme.tokens.space, self._sign.sizeHint().height()
        given = self._column.contentsMargins().top() + self._column.contentsMargins().bottom()
        wanted = self._column.heightForWidth(self.width()) - given
        wanted += 2 * space.xl + (sign if self._sign.isHidden() else 0)
        low = wanted > self.height()
        self._sign.setHidden(low)
        ends = space.s if low else space.xl
        self._column.setContentsMargins(space.xl, ends, space.xl, ends)


class Loading(Panel):
    """Rows that will be: a disc and three bars each, without shimmer."""

    def __init__(self, look: Look, sentence: str) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName(sentence)
        column = QVBoxLayout(self)
        column.addStretch()
        row = QHBoxLayout()
        row.setSpacing(look.theme.tokens.button.iconGap)
        row.addStretch()
        row.addWidget(Spinner(look, look.theme.tokens.spinner.small))
        row.addWidget(Words(look, sentence, "meta", "textSecondary"))
        row.addStretch()
        column.addLayout(row)
        column.addSpacing(look.theme.tokens.space.xl)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = self._look.theme
        card, bars = theme.tokens.card, theme.tokens.skeleton
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hairline"))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        avatar = theme.px(card.avatar, capped=True)
        line, thick = theme.line("body"), theme.px(bars.thick)
        pitch = 2 * card.padTop + 4 * line
        top = 0.0
        while top + pitch < self.height() - pitch / 2:
            self._mirrored(painter, QRectF(card.padLeft, top + card.padTop, avatar, avatar), rtl)
            start = card.padLeft + avatar + card.gutter
            room = min(card.maxText, self.width() - start - card.padRight)
            for number, share in enumerate(bars.shares):
                y = top + card.padTop + number * line + (line - thick) / 2
                bar = QRectF(start, y, room * share, thick)
                self._mirrored(painter, bar, rtl, thick / 2)
            top += pitch
            painter.fillRect(QRectF(0, top, self.width(), 1), theme.color("hairline"))
        painter.end()

    def _mirrored(self, painter: QPainter, area: QRectF, rtl: bool, radius: float = 0) -> None:
        if rtl:
            area.moveLeft(self.width() - area.right())
        if radius:
            painter.drawRoundedRect(area, radius, radius)
        else:
            painter.drawEllipse(area)
