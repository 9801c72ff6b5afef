"""Rules of the lab: a sentence with tokens each, a handle to draw it, a switch."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.feeds.draft import LabRule
from app.ui.feeds.lines import starts_rtl
from app.ui.feeds.words import EFFECTS, Run, rule_runs, rule_sentence
from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.widgets.choices import Switch
from app.ui.widgets.panel import Panel
from app.ui.widgets.ring import KeyFocus
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

Piece = tuple[str, bool, float]
"""Words that stay together, whether a token, their width."""


class Sentence(KeyFocus, QPushButton):
    """Words and tokens in lines; a press changes the rule."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._runs: tuple[Run, ...] = ()
        self._on = True
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self.updateGeometry)

    def say(self, runs: tuple[Run, ...], *, on: bool) -> None:
        """Show these; paler when the rule is off."""
        self._runs, self._on = runs, on
        self.setToolTip(plain_tip(" ".join(text for text, _ in runs)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, self.heightForWidth(max(1, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, round(self._pitch()))

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._pitch() * max(1, len(self._lines(width))))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        turned = starts_rtl(" ".join(text for text, _ in self._runs))
        lines, pitch, gap = self._lines(self.width()), self._pitch(), self._gap()
        top = (self.height() - pitch * len(lines)) / 2
        for line in lines:
            # Words run as their own script does; the line stands at the layout's side.
            taken = sum(width for _, _, width in line) + gap * (len(line) - 1)
            x = self.width() - taken if rtl else 0.0
            for text, token, width in reversed(line) if turned else line:
                self._piece(painter, QRectF(x, top, width, pitch), text, token=token)
                x += width + gap
            top += pitch
        painter.end()

    def _piece(self, painter: QPainter, area: QRectF, text: str, *, token: bool) -> None:
        theme = self._look.theme
        pad = theme.tokens.space.half * 3 if token else 0
        font = theme.font("meta")
        metrics = QFontMetricsF(font)
        color = "text" if self._on else "textTertiary"
        if token:
            chip = QRectF(area.x(), area.y() + 1, area.width(), area.height() - 2)
            edge = theme.stroke("hairline")
            outlined = theme.high_contrast or not self._on
            painter.setPen(QPen(theme.color("border"), edge) if outlined else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accentSoft" if self._on else "sunken"))
            radius = theme.tokens.radius.chip
            painter.drawRoundedRect(chip, radius, radius)
            color = "onAccentSoft" if self._on else "textTertiary"
        painter.setFont(font)
        painter.setPen(theme.color(color))
        room = area.width() - 2 * pad
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room + 1)
        base = area.y() + (area.height() - metrics.height()) / 2 + metrics.ascent()
        painter.drawText(QPointF(area.x() + pad, base), shown)

    def _lines(self, width: float) -> list[list[Piece]]:
        theme = self._look.theme
        metrics, gap = QFontMetricsF(theme.font("meta")), self._gap()
        pad = theme.tokens.space.half * 3
        pieces: list[Piece] = []
        for text, token in self._runs:
            if token:
                wide = min(metrics.horizontalAdvance(text) + 2 * pad, max(width, 1.0))
                pieces.append((text, True, wide))
            else:
                words = text.split()
                pieces += [(word, False, metrics.horizontalAdvance(word)) for word in words]
        lines: list[list[Piece]] = [[]]
        x = 0.0
        for piece in pieces:
            if x and x + piece[2] > width:
                lines.append([])
                x = 0.0
            lines[-1].append(piece)
            x += piece[2] + gap
        return lines

    def _pitch(self) -> float:
        theme = self._look.theme
        return float(theme.line("meta") + theme.tokens.space.half)

    def _gap(self) -> float:
        return QFontMetricsF(self._look.theme.font("meta")).horizontalAdvance(" ")


class Handle(KeyFocus, QPushButton):
    """Draws a rule up and down; Alt+↑ and Alt+↓ do the same."""

    drawn = Signal(float)
    """px from where it was taken, on the screen."""
    stepped = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._from: float | None = None
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.SizeVerCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Move this rule (Alt+Up, Alt+Down)")
        self.setToolTip("Draw to move; or Alt+↑, Alt+↓")

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(theme.tokens.lab.handle, theme.length(theme.tokens.target.min, capped=True))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._from = event.globalPosition().y()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is not None:
            self.drawn.emit(event.globalPosition().y() - self._from)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._from = None

    def again(self) -> None:
        """It has been moved: from here on it is drawn anew."""
        if self._from is not None:
            self._from = float(self.cursor().pos().y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        by = steps.get(Qt.Key(event.key()), 0)
        if by and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.stepped.emit(by)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        size = theme.px(theme.tokens.icon.context, capped=True)
        dpr = self.devicePixelRatioF()
        drawn = icons.pixmap(theme, "dots-six-vertical", size, "textTertiary", dpr=dpr)
        painter = QPainter(self)
        painter.drawPixmap(QPointF((self.width() - size) / 2, (self.height() - size) / 2), drawn)
        painter.end()


class RuleRow(Panel):
    """One rule."""

    edit_wanted = Signal()
    remove_wanted = Signal()
    switched = Signal(bool)
    stepped = Signal(int)

    def __init__(self, look: Look, rule: LabRule) -> None:
        super().__init__(look, "raised", edge="border", radius=look.theme.tokens.radius.box)
        self.rule = rule
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.s, tokens.space.s, tokens.space.gap, tokens.space.s)
        row.setSpacing(tokens.space.s)
        self.handle = Handle(look)
        self.handle.drawn.connect(self._on_drawn)
        self.handle.stepped.connect(self.stepped)
        row.addWidget(self.handle)
        self._effect = Words(look, "", "metaStrong", weight=600)
        self._effect.setMinimumWidth(look.theme.length(tokens.lab.effect))
        row.addWidget(self._effect)
        self.sentence = Sentence(look)
        self.sentence.clicked.connect(self.edit_wanted)
        row.addWidget(self.sentence, 1)
        self.switch = Switch(look, "")
        self.switch.clicked.connect(self.switched)
        row.addWidget(self.switch)
        self.show_rule(rule)

    def show_rule(self, rule: LabRule) -> None:
        """Show this one."""
        self.rule = rule
        word, color = EFFECTS[rule.effect]
        self._effect.say(word)
        self._effect.tint(color if rule.on else "textTertiary")
        said = rule_sentence(rule)
        self.sentence.say(rule_runs(rule), on=rule.on)
        self.sentence.setAccessibleName(f"{said}: change this rule")
        self.switch.setAccessibleName(said)
        self.switch.setChecked(rule.on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.remove_wanted.emit()
            return
        super().keyPressEvent(event)

    def _on_drawn(self, by: float) -> None:
        if abs(by) > self.height() / 2:
            self.stepped.emit(1 if by > 0 else -1)
            self.handle.again()


class RuleList(QWidget):
    """All rules in order; tells of the whole list when it changes."""

    changed = Signal(tuple)
    edit_wanted = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows: list[RuleRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.theme.tokens.space.half * 3)

    def show_rules(self, rules: Sequence[LabRule]) -> None:
        """Show these; rows that are there only change."""
        while len(self.rows) > len(rules):
            row = self.rows.pop()
            row.hide()
            self._column.removeWidget(row)
            row.deleteLater()
        for row, rule in zip(self.rows, rules, strict=False):
            row.show_rule(rule)
        for rule in rules[len(self.rows) :]:
            self._add(rule)

    def _add(self, rule: LabRule) -> None:
        row = RuleRow(self._look, rule)
        row.edit_wanted.connect(lambda: self.edit_wanted.emit(self.rows.index(row)))
        row.remove_wanted.connect(lambda: self._remove(row))
        row.switched.connect(lambda on: self._switch(row, on))
        row.stepped.connect(lambda by: self._step(row, by))
        self.rows.append(row)
        self._column.addWidget(row)

    def _rules(self) -> list[LabRule]:
        return [row.rule for row in self.rows]

    def _remove(self, row: RuleRow) -> None:
        at = self.rows.index(row)
        rules = self._rules()
        del rules[at]
        self.changed.emit(tuple(rules))
        if self.rows:
            self.rows[min(at, len(self.rows) - 1)].sentence.setFocus()

    def _switch(self, row: RuleRow, on: bool) -> None:
        from msgspec.structs import replace

        rules = self._rules()
        rules[self.rows.index(row)] = replace(row.rule, on=on)
        self.changed.emit(tuple(rules))

    def _step(self, row: RuleRow, by: int) -> None:
        at = self.rows.index(row)
        to = at + by
        if not 0 <= to < len(self.rows):
            return
        # The rows themselves change places, so that the one that is drawn stays in the hand.
        self.rows[at], self.rows[to] = self.rows[to], self.rows[at]
        self._column.removeWidget(row)
        self._column.insertWidget(to, row)
        self.changed.emit(tuple(self._rules()))
