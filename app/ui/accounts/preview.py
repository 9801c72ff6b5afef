"""What stands behind an address: shown in place while one types."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.protocols.base import Fact, Preview
from app.ui.theme.look import Look
from app.ui.widgets.panel import Avatar, Glyph, Hairline, Panel, Spinner
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class PreviewBox(QWidget):
    """Keeps its room, so that nothing below jumps when the answer comes."""

    def __init__(self, look: Look, quiet: str) -> None:
        super().__init__()
        self._look, self._quiet = look, quiet
        self._avatar: Avatar | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setMinimumHeight(look.theme.length(look.theme.tokens.dialog.preview))
        self.show_nothing()

    def show_nothing(self) -> None:
        """Nothing was typed yet."""
        self._put(self._hint(self._quiet))

    def show_looking(self, address: str) -> None:
        """A question is under way."""
        self._put(self._hint(f"Asking {address}…", busy=True))

    def show_preview(self, preview: Preview) -> None:
        """The answer."""
        tokens = self._look.theme.tokens
        box = Panel(self._look, "surface", edge="border", radius=tokens.radius.box)
        column = QVBoxLayout(box)
        column.setContentsMargins(tokens.space.m, tokens.space.m, tokens.space.m, tokens.space.s)
        column.setSpacing(0)
        column.addLayout(self._head(preview))
        if preview.text:
            column.addSpacing(tokens.space.xs)
            # One paragraph: lines of other people's making only cost room here.
            text = " ".join(preview.text.split())
            words = Words(self._look, text, "meta", "textSecondary", wrap=True)
            column.addWidget(words)
        if preview.facts:
            column.addSpacing(tokens.space.s)
            self._add_facts(column, preview)
        if preview.verdict:
            if preview.facts:
                column.addSpacing(tokens.space.xs)
                column.addWidget(Hairline(self._look))
            column.addWidget(self._verdict(preview))
        self._put(box)
        self.setAccessibleName(f"{preview.title}. {preview.subtitle} {preview.verdict}".strip())

    def show_picture(self, picture: QPixmap) -> None:
        """Draw the picture of what is shown."""
        if self._avatar is not None:
            self._avatar.show_picture(picture)

    # ------------------------------------------------------------- private

    def _put(self, widget: QWidget) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.setParent(None)
                old.deleteLater()
        self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        # Now, not when Qt comes to it: a dialog asks at once how high this is.
        widget.show()

    def _hint(self, text: str, *, busy: bool = False) -> QWidget:
        tokens = self._look.theme.tokens
        self._avatar = None
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, tokens.space.xs, 0, 0)
        row.setSpacing(tokens.button.iconGap)
        if busy:
            row.addWidget(Spinner(self._look, tokens.spinner.small), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Words(self._look, text, "small", "textTertiary", wrap=True), 1)
        return box

    def _head(self, preview: Preview) -> QHBoxLayout:
        tokens = self._look.theme.tokens
        row = QHBoxLayout()
        row.setSpacing(tokens.space.gap)
        self._avatar = None
        if preview.picture:
            self._avatar = Avatar(self._look, preview.title, tokens.density.cosy.avatar)
            row.addWidget(self._avatar)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Words(self._look, preview.title, "name"))
        if preview.subtitle:
            names.addWidget(Words(self._look, preview.subtitle, "small", "textTertiary"))
        row.addLayout(names, 1)
        if not preview.verdict:
            answers = QHBoxLayout()
            answers.setSpacing(tokens.space.xs)
            answers.addWidget(Glyph(self._look, "check-circle", tokens.icon.small, "ok"))
            answers.addWidget(Words(self._look, "answers", "small", "ok"))
            row.addLayout(answers)
        return row

    def _add_facts(self, column: QVBoxLayout, preview: Preview) -> None:
        table = any(fact.icon for fact in preview.facts)
        if not table:
            column.addWidget(Words(self._look, "Rules", "badge", "textTertiary"))
        for number, fact in enumerate(preview.facts, start=1):
            if table:
                column.addWidget(Hairline(self._look))
                column.addWidget(self._row(fact))
            else:
                more = preview.more_facts if number == len(preview.facts) else 0
                column.addLayout(self._rule(number, fact, more, len(preview.facts)))

    def _row(self, fact: Fact) -> QWidget:
        tokens = self._look.theme.tokens
        line = QWidget()
        line.setFixedHeight(self._look.theme.length(tokens.dialog.factRow))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        color = "textTertiary" if fact.icon != "check-circle" else "ok" if fact.ok else "warn"
        row.addWidget(Glyph(self._look, fact.icon or "circle", tokens.icon.context, color))
        label = Words(self._look, fact.label, "meta", "textTertiary")
        label.setFixedWidth(self._look.theme.length(tokens.dialog.factLabel))
        row.addWidget(label)
        long = len(fact.value) > _LONG
        value = Words(self._look, _middle(fact.value) if long else fact.value, "meta", mono=long)
        value.setToolTip(plain_tip(fact.value))
        value.setAccessibleName(f"{fact.label}: {fact.value}")
        row.addWidget(value, 1)
        return line

    def _rule(self, number: int, fact: Fact, more: int, shown: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self._look.theme.tokens.space.s)
        count = Words(self._look, str(number), "meta", "textTertiary", tabular=True)
        row.addWidget(count)
        words = Words(self._look, fact.value or fact.label, "meta")
        words.setToolTip(plain_tip(fact.value or fact.label))
        row.addWidget(words, 1)
        if more:
            row.addWidget(Words(self._look, f"and {more} more", "small", "textTertiary"))
        return row

    def _verdict(self, preview: Preview) -> QWidget:
        tokens = self._look.theme.tokens
        color = "ok" if preview.verified else "warn"
        icon = "circle-wavy-check" if preview.verified else "warning"
        line = QWidget()
        line.setMinimumHeight(self._look.theme.length(tokens.dialog.factRow))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        row.addWidget(Glyph(self._look, icon, tokens.icon.context, color))
        row.addWidget(Words(self._look, preview.verdict, "small", color, wrap=True), 1)
        return line


_LONG, _HEAD, _TAIL = 30, 12, 6
"""Values longer than this are cut in the middle; the tooltip has all."""


def _middle(text: str) -> str:
    return f"{text[:_HEAD]}…{text[-_TAIL:]}"
