"""An input with its label above and its help or trouble below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph
from app.ui.widgets.words import Words


class Input(QLineEdit):
    """A line edit whose placeholder is never brighter than the text grid allows."""

    def __init__(self, look: Look, *, mono: bool = False) -> None:
        super().__init__()
        self._look, self._mono = look, mono
        self._restyle()
        look.changed.connect(self._restyle)

    def mark_trouble(self, on: bool) -> None:
        """Give it the edge of a field with trouble, or take it away."""
        if bool(self.property("trouble")) != on:
            self.setProperty("trouble", on)
            self.style().unpolish(self)
            self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Escape closes the dialog, also from here: it must not be eaten.
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _restyle(self) -> None:
        theme = self._look.theme
        if self._mono:
            self.setStyleSheet(
                f"font-family: '{theme.font('lead', mono=True).family()}';"
                f"font-size: {theme.font('lead').pixelSize()}px;"
            )


class Field(QWidget):
    """Label, input, and one line below that is help or trouble, never both."""

    changed = Signal(str)
    submitted = Signal()
    mended = Signal()
    """The button at the end of the trouble line was pressed."""

    def __init__(
        self,
        look: Look,
        label: str,
        *,
        note: str = "",
        help_line: str = "",
        mono: bool = False,
        wrap: bool = False,
    ) -> None:
        """*wrap*: the label is a sentence, and may take several lines."""
        super().__init__()
        self._look, self._help_line = look, help_line
        dialog = look.theme.tokens.dialog
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(dialog.labelGap)
        head = QHBoxLayout()
        self._label = Words(look, label, "metaStrong", wrap=wrap)
        head.addWidget(self._label, 1 if wrap else 0)
        if not wrap:
            head.addStretch()
        if note:
            head.addWidget(Words(look, note, "small", "textTertiary"))
        column.addLayout(head)
        self.input = Input(look, mono=mono)
        self.input.setAccessibleName(label)
        self._label.setBuddy(self.input)
        column.addWidget(self.input)
        column.addWidget(self._make_below(dialog))
        self.input.textEdited.connect(self._on_edited)
        self.input.returnPressed.connect(self.submitted)
        self.calm()

    def _make_below(self, dialog: object) -> QWidget:
        theme = self._look.theme
        below = QWidget()
        row = QHBoxLayout(below)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.tokens.button.iconGap)
        self._sign = Glyph(self._look, "warning-circle", theme.tokens.dialog.troubleIcon, "danger")
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._below = Words(self._look, "", "small", "textTertiary", wrap=True)
        row.addWidget(self._below, 1, Qt.AlignmentFlag.AlignTop)
        self._mend = Button(self._look, "", "plain", size="inline")
        self._mend.clicked.connect(self.mended)
        row.addWidget(self._mend, 0, Qt.AlignmentFlag.AlignTop)
        return below

    def text(self) -> str:
        """What was typed."""
        return self.input.text()

    def trouble(self, message: str, next_step: str = "", *, button: str = "") -> None:
        """Say what is wrong; what was typed stays."""
        self._sign.show()
        self._below.tint("danger")
        step = [(f" {next_step}", 600)] if next_step else []
        self._below.say([(message, None), *step])
        self._below.show()
        self._mend.setVisible(bool(button))
        self._mend.rename(button)
        self.input.mark_trouble(True)
        self.input.setAccessibleDescription(f"{message} {next_step}".strip())

    def calm(self) -> None:
        """Show the help line again."""
        self._sign.hide()
        self._mend.hide()
        self._below.tint("textTertiary")
        self._below.say(self._help_line)
        self._below.setVisible(bool(self._help_line))
        self.input.mark_trouble(False)
        self.input.setAccessibleDescription(self._help_line)

    def _on_edited(self, text: str) -> None:
        self.calm()
        self.changed.emit(text)


class CodeInput(Input):
    """
    A code of letters and figures: uppercase, a dash in the middle set by us.

    Pasted blanks and dashes are taken away first.
    """

    def __init__(self, look: Look, length: int) -> None:
        super().__init__(look, mono=True)
        self._length = length
        self.textEdited.connect(self._tidy)

    def code(self) -> str:
        """As the server wants it: with the dash."""
        return self.text().strip()

    def complete(self) -> bool:
        """Whether every character is there (any, if the length is not known)."""
        signs = self._signs(self.text())
        return len(signs) == self._length if self._length else bool(signs)

    def _signs(self, text: str) -> str:
        if not self._length:
            return text.strip()
        return "".join(sign for sign in text.upper() if sign.isalnum())[: self._length]

    def _tidy(self, text: str) -> None:
        if not self._length:
            return
        before = len(self._signs(text[: self.cursorPosition()]))
        # Long codes are printed in two halves with a dash; short ones are not.
        half = self._length // 2 if self._length >= _TWO_HALVES else self._length
        signs = self._signs(text)
        shaped = signs if len(signs) <= half else f"{signs[:half]}-{signs[half:]}"
        if shaped != text:
            self.setText(shaped)
            self.setCursorPosition(before + (before > half))


class Meter(QWidget):
    """How strong a passphrase is: a bar and a word."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._share, self._word = look, 0.0, ""
        self.setFixedHeight(look.theme.length(look.theme.tokens.type.small.line))

    def rate(self, share: float, word: str) -> None:
        """Show *share* (0 … 1) and say it in *word*."""
        self._share, self._word = share, word
        self.setAccessibleName(word)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = theme.font("small", tabular=True)
        text = QFontMetricsF(font).horizontalAdvance(self._word)
        thick, gap = theme.tokens.dialog.strength, theme.tokens.space.s
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        width = self.width() - text - gap
        left = text + gap if rtl else 0.0
        bar = QRectF(left, (self.height() - thick) / 2, width, thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accentSoft"))
        painter.drawRoundedRect(bar, thick / 2, thick / 2)
        done = QRectF(bar)
        done.setWidth(width * self._share)
        if rtl:
            done.moveRight(bar.right())
        painter.setBrush(theme.color("accent" if self._share >= _GOOD else "warn"))
        painter.drawRoundedRect(done, thick / 2, thick / 2)
        painter.setFont(font)
        painter.setPen(theme.color("textSecondary"))
        metrics = QFontMetricsF(font)
        base = (self.height() - metrics.height()) / 2 + metrics.ascent()
        painter.drawText(QPointF(0 if rtl else self.width() - text, base), self._word)
        painter.end()


_TWO_HALVES = 8

_GOOD = 0.5
"""From here on a passphrase is fit for use."""
