"""The journal of a move: what was done, to be read along and copied."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextEdit, QVBoxLayout

from app.portability.plan import JournalLine
from app.ui.migration.words import MOST_LINES
from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.panel import Panel, along
from app.ui.widgets.words import Words

_TONES = {"plain": "text", "good": "ok", "warn": "warn", "bad": "danger"}


class JournalPane(Panel):
    """Grows at its end; stays where one has scrolled to."""

    copy_wanted = Signal()

    def __init__(self, look: Look) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "surface", edge="border", radius=tokens.radius.panel)
        self._lines: list[JournalLine] = []
        self._follows = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, tokens.space.s, 0, tokens.space.s)
        column.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(*along(tokens.space.m, tokens.space.s))
        top.addWidget(Words(look, "Journal", "metaStrong", weight=600), 1)
        self.copy = IconButton(
            look,
            "copy",
            "Copy the journal",
            target=tokens.target.min,
            icon_size=tokens.icon.context,
        )
        self.copy.clicked.connect(self.copy_wanted)
        top.addWidget(self.copy)
        column.addLayout(top)
        self.text = QTextEdit()
        self.text.setReadOnly(True)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setAccessibleName("Journal")
        self.text.setUndoRedoEnabled(False)
        self.text.setTabChangesFocus(True)
        self.text.viewport().setAutoFillBackground(False)
        self.text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text.document().setDocumentMargin(0)
        self.text.document().setMaximumBlockCount(MOST_LINES)
        bar = self.text.verticalScrollBar()
        bar.rangeChanged.connect(lambda *_: self._on_range())
        bar.actionTriggered.connect(lambda _: self._on_scrolled(bar.sliderPosition()))
        held = QHBoxLayout()
        held.setContentsMargins(*along(tokens.space.m, tokens.space.xs))
        held.addWidget(self.text)
        column.addLayout(held, 1)
        self.setMinimumHeight(look.theme.length(tokens.wizard.journalLeast))
        look.changed.connect(self._restyle)
        self._restyle()

    @property
    def lines(self) -> Sequence[JournalLine]:
        """All that was written, also what is no longer shown."""
        return self._lines

    def show_lines(self, lines: Sequence[JournalLine]) -> None:
        """All of them anew."""
        self._lines = list(lines)
        self.text.clear()
        for line in self._lines[-MOST_LINES:]:
            self._append(line)
        self._follows = True
        self._on_range()

    def add(self, line: JournalLine) -> None:
        """One more, at the end."""
        self._lines.append(line)
        self._append(line)

    def _on_range(self) -> None:
        """It has grown, or has less room: its end stays in sight."""
        bar = self.text.verticalScrollBar()
        if self._follows:
            bar.setValue(bar.maximum())

    def _on_scrolled(self, value: int) -> None:
        bar = self.text.verticalScrollBar()
        self._follows = value >= bar.maximum() - bar.singleStep()

    def _append(self, line: JournalLine) -> None:
        theme = self._look.theme
        document = self.text.document()
        cursor = QTextCursor(document)
        cursor.movePosition(QTextCursor.MoveOperation.End)
        block = QTextBlockFormat()
        block.setLineHeight(theme.line("small"), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        block.setBottomMargin(theme.tokens.space.s)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            block.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
        if document.isEmpty():
            cursor.setBlockFormat(block)
        else:
            cursor.insertBlock(block)
        when, what = QTextCharFormat(), QTextCharFormat()
        when.setFont(theme.font("small", tabular=True))
        when.setForeground(theme.color("textTertiary"))
        what.setFont(theme.font("small"))
        what.setForeground(theme.color(_TONES.get(line.tone, "text")))
        cursor.insertText(f"{line.at.astimezone():%H:%M:%S}\u2002", when)
        cursor.insertText(line.text, what)

    def _restyle(self) -> None:
        self.text.setStyleSheet("QTextEdit { background: transparent; border: none; padding: 0; }")
        self.show_lines(self._lines)
