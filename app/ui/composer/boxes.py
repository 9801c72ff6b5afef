"""Boxes in a lane: what its network cannot carry, and what one should know."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.compose.plan import Loss
from app.ui.theme.look import Look
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.panel import Glyph, Panel
from app.ui.widgets.ring import KeyFocus
from app.ui.widgets.words import Words


class LinkWords(KeyFocus, QPushButton):
    """Words that can be pressed, underlined, in a colour of the box they stand in."""

    def __init__(self, look: Look, text: str, color: str = "link", role: str = "small") -> None:
        super().__init__(text)
        self._look, self._color, self._role = look, color, role
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        width = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        # As high as a target, although it looks like a word of the line.
        return QSize(int(width + 1.999), round(theme.line(self._role) + theme.tokens.space.s))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = QFont(self._font())
        font.setUnderline(True)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        color = self._color if self.isEnabled() else "textDisabled"
        painter.setPen(self._look.theme.color(color))
        base = (self.height() - metrics.height()) / 2 + metrics.ascent()
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() + 1)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = self.width() - metrics.horizontalAdvance(text) if rtl else 0.0
        painter.drawText(QPointF(x, base), text)
        painter.end()

    def _font(self) -> QFont:
        return self._look.theme.font(self._role, 600)


class NoteBox(Panel):
    """An icon, a title if wanted, some words, and things to press below them."""

    def __init__(
        self,
        look: Look,
        kind: str,
        icon: str,
        text: str,
        *,
        title: str = "",
        acts: Sequence[QWidget] = (),
    ) -> None:
        """*kind*: ``warn``, ``danger``, ``ok``, or ``note`` (the accent's soft ground)."""
        note = kind == "note"
        ground = "accentSoft" if note else f"{kind}Soft"
        color = "onAccentSoft" if note else kind
        tokens = look.theme.tokens
        edge = "accent" if note and look.theme.high_contrast else ""
        edged = edge or ("" if note or not (title or look.theme.high_contrast) else f"{kind}Border")
        super().__init__(look, ground, edge=edged, radius=tokens.radius.row)
        row = QHBoxLayout(self)
        pad = tokens.composer.boxPad
        row.setContentsMargins(pad, pad - 2, pad, pad - 2)
        row.setSpacing(tokens.space.s)
        size = tokens.icon.toolbar if title else tokens.icon.context
        row.addWidget(Glyph(look, icon, size, color), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(tokens.space.half)
        row.addLayout(column, 1)
        if title:
            column.addWidget(Words(look, title, "metaStrong", color, weight=600, wrap=True))
        shade = "textSecondary" if title else color
        self.words = Words(look, text, "small", shade, wrap=True)
        column.addWidget(self.words)
        if acts:
            column.addSpacing(tokens.space.xs if title else 0)
            line = QWidget()
            flow = FlowLayout(line, gap=tokens.space.m, line_gap=tokens.space.half)
            for act in acts:
                flow.addWidget(act)
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            line.setSizePolicy(policy)
            column.addWidget(line)
        self.setAccessibleName(f"{title} {text}".strip())
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)


class Boxes(QWidget):
    """The losses of a lane with their choices, then its facts."""

    chosen = Signal(str, str)
    """Kind of the loss, id of the choice."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[object, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.theme.tokens.space.s)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self._again)
        self.hide()

    def show_boxes(self, losses: Sequence[Loss], facts: Sequence[str]) -> None:
        """Show these; the same ones stay as they are (and keep the focus)."""
        wanted = (tuple(losses), tuple(facts))
        if wanted == self._shown:
            return
        focused = self._focused_name()
        self._shown = wanted
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for loss in losses:
            self._column.addWidget(self._loss(loss))
        for fact in facts:
            self._column.addWidget(NoteBox(self._look, "note", "info", fact))
        self.setVisible(bool(losses or facts))
        self._focus_again(focused)

    def _loss(self, loss: Loss) -> NoteBox:
        acts = []
        for choice in loss.choices:
            if choice.id == loss.chosen:
                continue
            link = LinkWords(self._look, choice.text, "danger" if loss.stops else "warn")
            link.setAccessibleDescription(loss.text)
            link.clicked.connect(lambda _=False, at=choice.id: self.chosen.emit(loss.kind, at))
            acts.append(link)
        kind = "danger" if loss.stops and not loss.choices else "warn"
        return NoteBox(self._look, kind, "warning", loss.text, acts=acts)

    def _again(self) -> None:
        losses, facts = self._shown or ((), ())
        self._shown = ()
        self.show_boxes(losses, facts)  # type: ignore[arg-type]

    def _focused_name(self) -> str:
        focused = self.focusWidget()
        inside = focused is not None and focused.hasFocus() and self.isAncestorOf(focused)
        return focused.accessibleName() if inside and focused is not None else ""

    def _focus_again(self, name: str) -> None:
        if not name:
            return
        links = self.findChildren(LinkWords)
        for link in [one for one in links if one.accessibleName() == name] or links[:1]:
            link.setFocus(Qt.FocusReason.OtherFocusReason)
            return
