"""Filters that a server keeps: they hold in every app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.moderation import Filter, FilterWord
from app.ui.moderation import words as said
from app.ui.moderation.muted import KEEP
from app.ui.moderation.parts import (
    ButtonLine,
    ControlRow,
    choices,
    layout_of,
    more_button,
    names,
    row_of,
)
from app.ui.moderation.section import Section
from app.ui.moderation.values import FilterGroup, FilterItem, Trouble
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Chip, Switch
from app.ui.widgets.field import Field, Input
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.words import Words

_DOES = (("warn", "Warn"), ("hide", "Hide"), ("blur", "Blur media"))


class FilterSection(Section):
    """The filters of one account."""

    save_wanted = Signal(object)
    """Filter; without an id it is a new one."""
    delete_wanted = Signal(object)

    def __init__(self, look: Look, group: FilterGroup, now: datetime) -> None:
        super().__init__(
            look,
            f"Filters on {said.isolated(group.host)}",
            mark=group.mark,
            add=f"Add a filter on {group.host}",
        )
        self._group: FilterGroup | None = None
        self._now = now
        self.note("Kept by the server: they hold in your other apps, too.")
        self.add_wanted.connect(lambda: self.edit())
        self.show_group(group, now)

    def show_group(self, group: FilterGroup, now: datetime) -> None:
        """Show other values."""
        self._now = now
        if group == self._group:
            return
        self._group = group
        self.fill([self._row(one) for one in group.filters], none="The server keeps no filters.")

    def edit(self, item: FilterItem | None = None) -> None:
        """Open the editor, for a new filter or that one."""
        editor = FilterEditor(self._look, item, self._now)
        editor.saved.connect(self.save_wanted)
        editor.cancelled.connect(lambda: self.put_editor(None))
        self.put_editor(editor)
        editor.title.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def edit_first(self) -> None:
        """Open the editor for the first, if there is one."""
        if self._group is not None and self._group.filters:
            self.edit(self._group.filters[0])

    def show_saved(self) -> None:
        """The server has it: the editor closes."""
        self.put_editor(None)

    def forget(self) -> None:
        self._group = None

    def show_refused(self, trouble: Trouble) -> None:
        if isinstance(self.editor, FilterEditor):
            self.editor.show_trouble(trouble)
        else:
            self.say_trouble(trouble)

    def _row(self, item: FilterItem) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = row_of(look, tokens.boxList.rowTwo, gap=tokens.space.m)
        row = layout_of(line)
        row.addLayout(names(look, item.title, item.about), 1)
        row.addWidget(Words(look, item.does, "small", item.color))
        entries = [
            ("pencil-simple", "Change…", lambda: self.edit(item)),
            ("trash", "Delete on the server…", lambda: self.delete_wanted.emit(item.filter)),
        ]
        row.addWidget(more_button(look, item.title, entries))
        line.setAccessibleName(f"{item.title}, {item.about}, {item.does}")
        return line


class FilterEditor(QWidget):
    """Title, words, where, how long, and what it does."""

    saved = Signal(object)
    cancelled = Signal()

    def __init__(self, look: Look, item: FilterItem | None, now: datetime) -> None:
        super().__init__()
        self._look, self._now = look, now
        self._before = item.filter if item is not None else None
        usual = frozenset({"home", "public", "thread"})
        self._filter = self._before or Filter(id="", title="", contexts=usual)  # type: ignore[arg-type]
        space = look.theme.tokens.space
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(space.m, space.m, space.m, space.m)
        self._column.setSpacing(space.s)
        self.title = Field(look, "Name of the filter")
        self.title.input.setText(self._filter.title)
        self._column.addWidget(self.title)
        self._add_words()
        self._add_contexts()
        self._add_rest(item)
        self._column.addWidget(self._buttons())

    # ---------------------------------------------------------------- words

    def _add_words(self) -> None:
        look = self._look
        self._column.addWidget(Words(look, "Words and phrases", "metaStrong"))
        self._words = QVBoxLayout()
        self._words.setSpacing(look.theme.tokens.space.xs)
        self._column.addLayout(self._words)
        self._lines: list[tuple[QWidget, Input, FilterWord]] = []
        for word in self._filter.words or (FilterWord(""),):
            self._add_line(word)
        more = Button(look, "Another word", "link", icon="plus", size="small")
        more.clicked.connect(lambda: self._add_line(FilterWord("")).setFocus())
        self._column.addWidget(more)

    def _add_line(self, word: FilterWord) -> Input:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.xs)
        typed = Input(look)
        typed.setText(word.text)
        typed.setAccessibleName("Word or phrase")
        typed.returnPressed.connect(self._on_save)
        row.addWidget(typed, 1)
        away = IconButton(
            look, "x", f"Remove {word.text or 'this word'}", icon_size=tokens.icon.context
        )
        row.addWidget(away)
        entry = (line, typed, word)
        away.clicked.connect(lambda: self._drop_line(entry))
        self._lines.append(entry)
        self._words.addWidget(line)
        return typed

    def _drop_line(self, entry: tuple[QWidget, Input, FilterWord]) -> None:
        self._lines.remove(entry)
        entry[0].hide()
        entry[0].deleteLater()
        if self._lines:
            self._lines[-1][1].setFocus(Qt.FocusReason.OtherFocusReason)

    # ----------------------------------------------------------- the others

    def _add_contexts(self) -> None:
        look = self._look
        self._column.addWidget(Words(look, "Where", "metaStrong"))
        held = QWidget()
        gap = look.theme.tokens.space.s
        flow = FlowLayout(held, gap=gap, line_gap=gap)
        self._contexts: dict[str, Chip] = {}
        for key, name in said.CONTEXTS:
            chip = self._contexts[key] = Chip(look, name)
            chip.setChecked(key in self._filter.contexts)
            flow.addWidget(chip)
        self._column.addWidget(held)

    def _add_rest(self, item: FilterItem | None) -> None:
        look, least = self._look, self._look.theme.tokens.boxList.row
        self._whole = Switch(look, "Whole words only")
        self._whole.setChecked(all(word.whole for word in self._filter.words))
        self._whole_before = self._whole.isChecked()
        spans = [(key, text) for key, text, _ in said.SPANS]
        if self._filter.expires_at is not None:
            end = said.ending(self._filter.expires_at, self._now)
            spans.insert(0, (KEEP, end.capitalize()))
        self._span = choices(look, "How long", spans)
        self._span.choose(spans[0][0])
        self._does = choices(look, "What it does", _DOES, colors=said.SETTING_COLORS)
        self._does.choose(self._filter.action)
        for name, control in (
            ("Whole words only", self._whole),
            ("How long", self._span),
            ("What it does", self._does),
        ):
            self._column.addWidget(ControlRow(look, name, "", control, least=least))

    def _buttons(self) -> QWidget:
        self._save = Button(self._look, "Save on the server", "tonal", size="small")
        self._save.clicked.connect(self._on_save)
        cancel = Button(self._look, "Cancel", "plain", size="small")
        cancel.clicked.connect(self.cancelled)
        return ButtonLine(self._look, self._save, cancel)

    def show_trouble(self, trouble: Trouble) -> None:
        """Below the name."""
        self._save.setEnabled(True)
        self.title.trouble(trouble.message, trouble.next_step)

    def _on_save(self) -> None:
        words = self._typed()
        title = self.title.text().strip() or (words[0].text if words else "")
        contexts = frozenset(key for key, chip in self._contexts.items() if chip.isChecked())
        if not title:
            self.title.trouble("It has no name and no words.", "Type one of them.")
            return
        if not contexts:
            self.title.trouble("It would hold nowhere.", "Choose where.")
            return
        end = self._filter.expires_at
        if self._span.key != KEEP:
            end = said.until(self._span.key, self._now)
        made = replace(
            self._filter,
            title=title,
            contexts=contexts,
            action=self._does.key,
            words=tuple(words),
            expires_at=end,
        )
        self._save.setEnabled(False)
        self.saved.emit(made)

    def _typed(self) -> Sequence[FilterWord]:
        """Words as they are now; what the server knows them by goes along."""
        turned = self._whole.isChecked() != self._whole_before
        found = []
        for _, typed, word in self._lines:
            if text := typed.text().strip():
                whole = self._whole.isChecked() if turned or not word.text else word.whole
                found.append(replace(word, text=text, whole=whole))
        return found
