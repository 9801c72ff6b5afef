"""Words in a row, one of them underlined: the parts of a profile; and counts to be pressed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.ring import KeyFocus


class WordTab(KeyFocus, QPushButton):
    """One part."""

    def __init__(self, look: Look, words: str) -> None:
        super().__init__(words)
        self._look = look
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)
        look.changed.connect(self.updateGeometry)

    def nextCheckState(self) -> None:
        # Chosen by whoever holds the tabs.
        pass

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()  # whoever holds the tabs goes on
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        wide = QFontMetricsF(theme.font("label", 600)).horizontalAdvance(self.text())
        tall = theme.length(theme.tokens.people.tab, capped=True)
        return QSize(round(wide) + 2 * theme.tokens.space.gap, tall)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, on = self._look.theme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() and not on:
            painter.fillRect(self.rect(), theme.color("hover"))
        painter.setFont(theme.font("label", 600 if on else 500))
        painter.setPen(theme.color("text" if on else "textSecondary"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if on:
            tall = theme.tokens.people.tabLine * (2 if theme.high_contrast else 1)
            inset = theme.tokens.space.s
            line = QRectF(inset, self.height() - tall, self.width() - 2 * inset, tall)
            painter.fillRect(line, theme.color("accent"))
        painter.end()


class WordTabs(QWidget):
    """← and → go from one to the next. ``chosen``: the key of the one that was pressed."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.tabs: dict[str, WordTab] = {}
        gap = look.theme.tokens.space.gap
        row = QVBoxLayout(self)
        row.setContentsMargins(gap, 0, gap, 0)
        # What does not fit beside the others stands below them.
        self._held = QWidget()
        self._flow = FlowLayout(self._held)
        row.addWidget(self._held)
        self.setAccessibleName("Parts of the profile")

    def show_tabs(self, tabs: Sequence[tuple[str, str]]) -> None:
        """Key and words of each."""
        if [(key, tab.text()) for key, tab in self.tabs.items()] == list(tabs):
            return
        for old in self.tabs.values():
            old.hide()
            old.deleteLater()
        self.tabs = {}
        for key, words in tabs:
            tab = self.tabs[key] = WordTab(self._look, words)
            tab.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._flow.addWidget(tab)

    def mark(self, key: str) -> None:
        """Which one is shown."""
        for name, tab in self.tabs.items():
            tab.setChecked(name == key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            by = -by
        keys = list(self.tabs)
        here = next((at for at, tab in enumerate(self.tabs.values()) if tab.hasFocus()), None)
        if not by or here is None or not 0 <= here + by < len(keys):
            super().keyPressEvent(event)
            return
        self.tabs[keys[here + by]].setFocus(Qt.FocusReason.TabFocusReason)
        self.chosen.emit(keys[here + by])


class Count(KeyFocus, QPushButton):
    """A number for each network, and what is counted: never added up, people overlap."""

    def __init__(self, look: Look, numbers: Sequence[tuple[str, str]], words: str) -> None:
        """*numbers*: as they are shown, with the colour's name."""
        super().__init__()
        self._look = look
        joined = " · ".join(number for number, _ in numbers)
        self.setAccessibleName(f"{joined} {words}")
        self._runs, self._words = self._as_runs(numbers, words), words
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @staticmethod
    def _as_runs(numbers: Sequence[tuple[str, str]], words: str) -> list[tuple[str, str, int]]:
        runs: list[tuple[str, str, int]] = []
        for at, (number, color) in enumerate(numbers):
            if at:
                runs.append((" · ", "textTertiary", 400))
            runs.append((number, color, 600))
        return [*runs, (words, "textSecondary", 400)]

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        wide = sum(
            QFontMetricsF(theme.font("meta", weight, tabular=True)).horizontalAdvance(text)
            for text, _, weight in self._runs
        )
        gap = theme.tokens.space.xs
        return QSize(round(wide) + gap + 2, theme.length(theme.tokens.target.min, capped=True))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        runs = list(reversed(self._runs)) if rtl else self._runs
        x, gap = 2.0 if rtl else 0.0, theme.tokens.space.xs
        for text, color, weight in runs:
            if text == self._words and not rtl:
                x += gap
            font = theme.font("meta", weight, tabular=True)
            if self.underMouse() or (self.by_keys and self.hasFocus()):
                font.setUnderline(weight == 400 and color == "textSecondary")
            metrics = QFontMetricsF(font)
            painter.setFont(font)
            painter.setPen(theme.color(color))
            base = (self.height() - metrics.height()) / 2 + metrics.ascent()
            painter.drawText(QRectF(x, base - metrics.ascent(), 10_000, metrics.height()), text)
            x += metrics.horizontalAdvance(text) + (gap if text == self._words else 0)
        painter.end()
