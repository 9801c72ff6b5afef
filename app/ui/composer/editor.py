"""Where the draft is written: plain text on the type grid, its parts coloured as one types."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QPalette,
    QSyntaxHighlighter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QFrame, QTextEdit

from app.model.text import Span
from app.ui.theme.look import Look

FindSpans = Callable[[str], Sequence[Span]]

_NAME = re.compile(r"(?:^|(?<=[\s(\[{\"'«„“‚‘]))@([\w.@-]{0,80})$")
"""The beginning of a name, right before the cursor."""
_PLAIN = (("\u2029", "\n"), ("\u2028", "\n"), ("\ufffc", ""))


class Highlighter(QSyntaxHighlighter):
    """Gives links, mentions and tags their colour; looks at changed paragraphs only."""

    def __init__(self, look: Look, document: QTextDocument, find_spans: FindSpans) -> None:
        super().__init__(document)
        self._look, self._find = look, find_spans
        self._format = self._make()

    def restyle(self) -> None:
        """The theme is another one."""
        self._format = self._make()
        self.rehighlight()

    def _make(self) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(self._look.theme.color("link"))
        made.setFontUnderline(self._look.theme.underline_links)
        return made

    def highlightBlock(self, text: str) -> None:
        wide = not text.isascii() and max(text) > "\uffff"
        for span in self._find(text):
            start, end = span.start, span.end
            if wide:
                # Qt counts UTF-16 units.
                start, end = _units(text, start), _units(text, end)
            self.setFormat(start, end - start, self._format)


def _units(text: str, at: int) -> int:
    return at + sum(1 for letter in text[:at] if letter > "\uffff")


class Editor(QTextEdit):
    """
    Writes plain text. Pictures that are pasted or dropped are told, not inserted.

    ``completing`` tells the letters after an "@" that is being written; "@"
    alone when nothing stands behind it yet, "" when there is none.
    """

    edited = Signal()
    completing = Signal(str)
    files_given = Signal(list)
    picture_given = Signal(QImage)
    send_wanted = Signal()
    left = Signal()
    focused = Signal()

    def __init__(
        self,
        look: Look,
        name: str,
        find_spans: FindSpans,
        *,
        role: str = "body",
        placeholder: str = "",
    ) -> None:
        super().__init__()
        self._look, self._role = look, role
        self.captures: Callable[[QKeyEvent], bool] = lambda event: False
        """May take a key first (the list of names that is open)."""
        self.setAccessibleName(name)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setPlaceholderText(placeholder)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self._highlighter = Highlighter(look, self.document(), find_spans)
        self._filling = False
        self._restyle()
        self.textChanged.connect(self._on_changed)
        self.cursorPositionChanged.connect(self._on_cursor)
        look.changed.connect(self._restyle)

    # -------------------------------------------------------------- content

    def text(self) -> str:
        """What was typed, exactly (Qt's plain text makes spaces of no-break ones)."""
        text = self.document().toRawText()
        for sign, instead in _PLAIN:
            text = text.replace(sign, instead)
        return text

    def show_text(self, text: str) -> None:
        """Another text, without telling; the cursor goes to its end."""
        if text == self.text():
            return
        self._filling = True
        try:
            self.setPlainText(text)
            self._set_pitch()
            self.moveCursor(QTextCursor.MoveOperation.End)
        finally:
            self._filling = False

    def insert(self, text: str) -> None:
        """At the cursor, as if typed."""
        self.textCursor().insertText(text)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def insert_line(self, line: str) -> None:
        """A line of its own at the cursor (a split by hand)."""
        cursor = self.textCursor()
        before = "" if cursor.atBlockStart() else "\n"
        after = "" if cursor.atBlockEnd() and not cursor.atEnd() else "\n"
        self.insert(f"{before}{line}{after}")

    def complete(self, handle: str) -> None:
        """Put *handle* in the place of the name that is being written."""
        cursor = self.textCursor()
        begun = self.begun()
        if not begun:
            return
        cursor.movePosition(
            QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, len(begun)
        )
        cursor.insertText(f"@{handle} ")
        self.setTextCursor(cursor)

    def begun(self) -> str:
        """The name right before the cursor, with its "@"; "" when there is none."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            return ""
        before = cursor.block().text()[: cursor.positionInBlock()]
        found = _NAME.search(before[-90:])
        return f"@{found.group(1)}" if found else ""

    # ------------------------------------------------------- Qt overrides

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.captures(event):
            return
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if enter and held == Qt.KeyboardModifier.ControlModifier:
            self.send_wanted.emit()
            return
        if event.key() == Qt.Key.Key_Escape:
            # The composer closes (and keeps the draft).
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(source.hasImage() or files_of(source) or source.hasText())

    def insertFromMimeData(self, source: QMimeData) -> None:
        # A spreadsheet offers its cells as a picture too: words go first.
        files = files_of(source)
        if files:
            self.files_given.emit(files)
        elif source.hasImage() and not source.hasText():
            image = source.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self.picture_given.emit(image)
        elif source.hasText():
            self.insertPlainText(source.text())

    # ------------------------------------------------------------ private

    def _on_changed(self) -> None:
        if not self._filling:
            self.edited.emit()

    def _on_cursor(self) -> None:
        if not self._filling:
            self.completing.emit(self.begun())

    def _restyle(self) -> None:
        theme = self._look.theme
        font = theme.font(self._role)
        self.setFont(font)
        # What stands there before anything is written is drawn in the viewport's own.
        self.viewport().setFont(font)
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, Qt.GlobalColor.transparent)
        for token, role in (
            ("text", QPalette.ColorRole.Text),
            ("textTertiary", QPalette.ColorRole.PlaceholderText),
            ("selectionBg", QPalette.ColorRole.Highlight),
            ("selectionText", QPalette.ColorRole.HighlightedText),
        ):
            palette.setColor(role, theme.color(token))
        self.setPalette(palette)
        width = max(1, theme.stroke("control"))
        self.setCursorWidth(width)
        self._filling = True
        try:
            self._set_pitch()
            self._highlighter.restyle()
        finally:
            self._filling = False

    def _set_pitch(self) -> None:
        """Lines of the grid's pitch, in every script."""
        pitch = max(self._look.theme.line(self._role), QFontMetricsF(self.font()).height())
        form = QTextBlockFormat()
        form.setLineHeight(pitch, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        undo = self.document().isUndoRedoEnabled()
        # Not a step of undoing: nothing was typed.
        self.document().setUndoRedoEnabled(False)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)
        self.document().setUndoRedoEnabled(undo)


def files_of(source: QMimeData) -> list[Path]:
    """The local files of what was dropped or pasted."""
    return [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
