"""Muted words and tags: which, where, how long, and how often they hit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.moderation import MutedWord
from app.ui.moderation import words as said
from app.ui.moderation.parts import ButtonLine, ControlRow, choices, layout_of, more_button, row_of
from app.ui.moderation.section import Section
from app.ui.moderation.values import Trouble, WordItem
from app.ui.shell.words import count_text
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Switch
from app.ui.widgets.field import Field
from app.ui.widgets.panel import Glyph
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class MutedSection(Section):
    """The words, with an editor at their foot."""

    save_wanted = Signal(object, str, str)
    """MutedWord, where ("everywhere", "here"), and the word it takes the place of."""
    remove_wanted = Signal(str)
    everywhere_chosen = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__(
            look, "Muted words and tags", icon="speaker-slash", add="Mute a word or tag"
        )
        self._items: tuple[WordItem, ...] | None = None
        self._everywhere: bool | None = None
        self._now: datetime | None = None
        self.add_wanted.connect(lambda: self.edit())

    def show_words(self, items: Sequence[WordItem], everywhere: bool | None, now: datetime) -> None:
        """Show these. *everywhere*: as in ``Shown.words_everywhere``."""
        self._now = now
        if (tuple(items), everywhere) == (self._items, self._everywhere):
            return
        self._items, self._everywhere = tuple(items), everywhere
        self.redraw()

    def redraw(self) -> None:
        items, everywhere = self._items or (), self._everywhere
        self.note_head("on each network for itself" if everywhere is False else "on all accounts")
        rows = self.some(items, self._row)
        if not rows:
            rows.append(self._empty("No words are muted."))
        if everywhere is not None:
            rows.append(self._switch(everywhere))
        self.fill(rows)

    def edit(self, item: WordItem | None = None, *, text: str = "") -> None:
        """Open the editor, for a new word (*text* to begin with) or for that one."""
        editor = WordEditor(self._look, item, synced=self._everywhere is not None)
        editor.cancelled.connect(lambda: self.put_editor(None))
        editor.saved.connect(self._on_saved)
        self.put_editor(editor)
        if text:
            editor.field.input.setText(text)
        editor.field.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_saved(self) -> None:
        """It is kept: the editor closes."""
        self.put_editor(None)

    def show_refused(self, trouble: Trouble) -> None:
        if isinstance(self.editor, WordEditor):
            self.editor.show_trouble(trouble)
        else:
            self.say_trouble(trouble)

    def forget(self) -> None:
        self._items = None

    def _on_saved(self, word: MutedWord, where: str, span: str, before: str) -> None:
        assert self._now is not None
        if span != KEEP:
            end = said.until(span, self._now)
            stamp = end.isoformat(timespec="milliseconds") if end is not None else ""
            word = replace(word, expires_at=stamp.replace("+00:00", "Z"))
        self.save_wanted.emit(word, where, before)

    def _row(self, item: WordItem) -> QWidget:
        entries = [
            ("pencil-simple", "Change…", lambda: self.edit(item)),
            ("trash", "Unmute", lambda: self.remove_wanted.emit(item.word.value)),
        ]
        return _WordRow(self._look, item, more_button(self._look, item.shown, entries))

    def _switch(self, on: bool) -> QWidget:
        switch = Switch(self._look, "Words count on both networks")
        switch.setChecked(on)
        switch.toggled.connect(self.everywhere_chosen)
        tokens = self._look.theme.tokens
        return ControlRow(
            self._look,
            "Words count on both networks",
            "Also those that one network’s server keeps",
            switch,
            least=tokens.boxList.rowTwo,
            pad=tokens.space.m,
        )


class _WordRow(QWidget):
    """Word, scope, expiry, hits, more; in narrow boxes the scope goes below the word."""

    def __init__(self, look: Look, item: WordItem, more: QWidget) -> None:
        super().__init__()
        self._look = look
        tokens = look.theme.tokens
        self.setAccessibleName(f"{item.shown}, {item.scope}, {item.expiry}, {item.hits} hidden")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, tokens.space.xs, 0, tokens.space.xs)
        line = row_of(look, tokens.boxList.row - 2 * tokens.space.xs, gap=tokens.space.s)
        outer.addWidget(line)
        row = layout_of(line)
        self._word = Words(look, item.shown, "metaStrong", weight=600)
        self._word.setToolTip(plain_tip(item.shown))
        self._scope = Words(look, item.scope, "meta", "textSecondary")
        self._scope.setToolTip(item.scope)
        about = f"{item.scope} · {item.expiry}"
        self._below = Words(look, about, "small", "textTertiary", wrap=True)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._word)
        names.addWidget(self._below)
        row.addLayout(names)
        row.addWidget(self._scope, 1)
        self._end = self._expiry(item)
        row.addWidget(self._end)
        self._count, self._is_hit = self._hits(item), bool(item.hits)
        row.addWidget(self._count)
        row.addWidget(more)
        self._row = row
        self._arrange(0)

    def minimumSizeHint(self) -> QSize:
        # Also while it is wide: it must never ask for more width than there is.
        theme, tokens = self._look.theme, self._look.theme.tokens.moderation
        return QSize(theme.length(tokens.word + tokens.hits), super().minimumSizeHint().height())

    def _hits(self, item: WordItem) -> QWidget:
        look = self._look
        cell = QWidget()
        cell.setFixedWidth(look.theme.length(look.theme.tokens.moderation.hits))
        row = QHBoxLayout(cell)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        text = count_text(item.hits) if item.hits else ""
        hits = Words(look, text, "meta", "textTertiary", tabular=True)
        hits.setToolTip("Hidden in the timeline that is open")
        row.addWidget(hits)
        return cell

    def _expiry(self, item: WordItem) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        cell = QWidget()
        cell.setFixedWidth(look.theme.length(tokens.moderation.expiry))
        row = QHBoxLayout(cell)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.xs)
        if item.running:
            row.addWidget(Glyph(look, "timer", tokens.icon.small, "textTertiary"))
        row.addWidget(Words(look, item.expiry, "meta", "textSecondary"), 1)
        return cell

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self.width())

    def _arrange(self, width: int) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens.moderation
        narrow = width < theme.px(tokens.wordBelow)
        self._scope.setVisible(not narrow)
        self._end.setVisible(not narrow)
        self._count.setVisible(self._is_hit or not narrow)
        self._below.setVisible(narrow)
        self._row.setStretch(0, 1 if narrow else 0)
        least = 0 if narrow else theme.length(tokens.word)
        self._word.setMinimumWidth(least)
        self._word.setMaximumWidth(least or self.maximumWidth())


KEEP = "keep"
"""Its end stays as it is."""


class WordEditor(QWidget):
    """A word, where it counts, how long, and who keeps it."""

    saved = Signal(object, str, str, str)
    """MutedWord without its end, where, span, the word before."""
    cancelled = Signal()

    def __init__(self, look: Look, item: WordItem | None, *, synced: bool) -> None:
        super().__init__()
        self._look = look
        self._before = item.word if item is not None else None
        word = self._before or MutedWord(value="")
        space = look.theme.tokens.space
        column = QVBoxLayout(self)
        column.setContentsMargins(space.m, space.m, space.m, space.m)
        column.setSpacing(space.xs)
        title = f"Change “{item.shown}”" if item is not None else "Word, phrase or #tag"
        self.field = Field(look, title, help_line="With # in front it counts in tags only")
        self.field.input.setText(said.shown_word(word))
        self.field.submitted.connect(self._on_save)
        column.addWidget(self.field)
        self._target = choices(look, "Where", [("content", "Text and tags"), ("tag", "Tags only")])
        self._target.choose("content" if "content" in word.targets else "tag")
        spans = [(key, text) for key, text, _ in said.SPANS]
        if word.expires_at and item is not None:
            spans.insert(0, (KEEP, item.expiry.capitalize()))
        self._span = choices(look, "How long", spans)
        self._span.choose(spans[0][0])
        self._spare = Switch(look, "Not from people I follow")
        self._spare.setChecked(word.spare_followed)
        self._where = choices(
            look, "Kept", [("everywhere", "By your servers"), ("here", "Only here")]
        )
        self._where.choose("here" if item is not None and item.here else "everywhere")
        for name, help_line, control in (
            ("Where", "", self._target),
            ("How long", "", self._span),
            ("Not from people I follow", "", self._spare),
            ("Kept", "By your servers: they hold in your other apps, too", self._where),
        ):
            if control is not self._where or synced:
                least = look.theme.tokens.boxList.row
                column.addWidget(ControlRow(look, name, help_line, control, least=least))
        if not synced:
            self._where.setParent(self)
            self._where.hide()
            self._where.choose("here")
        column.addWidget(self._buttons())

    def _buttons(self) -> QWidget:
        self._save = Button(
            self._look, "Save" if self._before is not None else "Mute it", "tonal", size="small"
        )
        self._save.clicked.connect(self._on_save)
        cancel = Button(self._look, "Cancel", "plain", size="small")
        cancel.clicked.connect(self.cancelled)
        return ButtonLine(self._look, self._save, cancel)

    def show_trouble(self, trouble: Trouble) -> None:
        """Below the word."""
        self._save.setEnabled(True)
        self.field.trouble(trouble.message, trouble.next_step)

    def _on_save(self) -> None:
        text = self.field.text().strip()
        if not text.removeprefix("#").strip():
            self.field.trouble("There is nothing to mute.", "Type a word.")
            return
        # A tag is meant as a tag, unless one has said otherwise.
        tag = self._target.key == "tag" or (text.startswith("#") and self._before is None)
        before = self._before or MutedWord(value="")
        word = replace(
            before,
            value=text.removeprefix("#"),
            targets=("tag",) if tag else ("content", "tag"),
            spare_followed=self._spare.isChecked(),
        )
        self._save.setEnabled(False)
        self.saved.emit(word, self._where.key, self._span.key, before.value)
