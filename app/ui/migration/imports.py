"""Files that come in: what each would do, then what became of every row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.portability.activitypub.importing import FileResult, Preview
from app.portability.plan import Progress
from app.ui.feeds.choice import Choice
from app.ui.migration import import_words as said
from app.ui.migration import words
from app.ui.migration.frame import PageBody
from app.ui.migration.parts import Bar, Tip, grows_with_words, in_line
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph, Hairline, Panel, Spinner
from app.ui.widgets.words import Words

Phase = Literal["empty", "reading", "ready", "bringing", "over"]
MOST = 8
"""Rows of one file that are named; what is copied has all."""


class Incoming(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A file: what it would do, how far it is, what it did."""

    name: str
    preview: Preview | None = None
    result: FileResult | None = None
    progress: Progress | None = None


class FilePanel(Panel):
    """One file."""

    def __init__(self, look: Look, file: Incoming, now: datetime) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "surface", edge="border", radius=tokens.radius.box)
        self.file = file
        column = QVBoxLayout(self)
        pad = tokens.space.m
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(tokens.space.xs)
        row = QHBoxLayout()
        row.setSpacing(tokens.space.s)
        kind = file.preview.kind if file.preview else ""
        sign = Glyph(look, said.icon_of(kind), tokens.icon.action, "textSecondary")
        row.addWidget(in_line(look, sign))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Words(look, said.title_of(kind), "metaStrong", weight=600))
        names.addWidget(Words(look, file.name, "small", "textTertiary"))
        row.addLayout(names, 1)
        column.addLayout(row)
        text = said.outcome(file.result) if file.result else said.foretold(file.preview)
        column.addWidget(Words(look, text, "meta", wrap=True))
        self._bar: Bar | None = None
        if file.progress is not None and file.result is None:
            self._bar = Bar(look)
            column.addWidget(self._bar)
            self._pace = Words(look, "", "small", "textSecondary", tabular=True)
            column.addWidget(self._pace)
            self.show_progress(file.progress, now)
        for note in file.preview.notes if file.preview and not file.result else ():
            column.addWidget(Tip(look, "note", "info", note))
        self._add_rows(column)
        self.setAccessibleName(f"{said.title_of(kind)}: {text}")
        grows_with_words(self)

    def _add_rows(self, column: QVBoxLayout) -> None:
        rows = said.odd_rows(self.file.preview, self.file.result)
        if not rows:
            return
        column.addWidget(Hairline(self._look))
        for line, text, why in rows[:MOST]:
            runs = [(f"Line {line}: {text}", 500), (f"  {why}", None)]
            column.addWidget(Words(self._look, runs, "small", "textSecondary", wrap=True))
        if len(rows) > MOST:
            more = f"And {len(rows) - MOST} more: copy the list to see all."
            column.addWidget(Words(self._look, more, "small", "textTertiary", wrap=True))

    def show_progress(self, progress: Progress, now: datetime) -> None:
        """How far it is."""
        if self._bar is None:
            return
        text = " · ".join(
            part for part in (words.counts_text(progress), words.pace_text(progress, now)) if part
        )
        self._pace.say(text)
        self._bar.show_share(words.share_of(progress), text)


class ImportPage(PageBody):
    """Who takes them, which files, and what comes of it."""

    account_chosen = Signal(str)
    files_wanted = Signal()
    copy_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, look: Look, accounts: Sequence[tuple[str, str]], chosen: str) -> None:
        super().__init__(
            look,
            "Import files",
            "Follows, lists, mutes, blocks and bookmarks, as other servers and programs export "
            "them. Godwit looks first; nothing is taken away.",
        )
        tokens = look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.gap)
        row.addWidget(Words(look, "For", "meta", "textSecondary"))
        self._who = Choice(look, "For which account", accounts)
        self._who.put((chosen,))
        self._who.chosen.connect(lambda keys: self.account_chosen.emit(keys[0]))
        row.addWidget(self._who)
        self.choose = Button(look, "Choose files…", icon="folder-open")
        self.choose.clicked.connect(self.files_wanted)
        row.addWidget(self.choose)
        self._spinner = Spinner(look, tokens.spinner.small)
        self._spinner.hide()
        row.addWidget(self._spinner)
        row.addStretch(1)
        self.column.addWidget(line)
        self.column.addSpacing(tokens.space.m)
        self.trouble = Tip(look, "danger", "warning-circle", "")
        self.trouble.hide()
        self.column.addWidget(self.trouble)
        held = QWidget()
        self._files = QVBoxLayout(held)
        self._files.setContentsMargins(0, tokens.space.s, 0, 0)
        self._files.setSpacing(tokens.space.s)
        self.column.addWidget(held)
        self.panels: dict[str, FilePanel] = {}
        self.copying = self.tool("Copy the list", "copy")
        self.copying.clicked.connect(self.copy_wanted)
        self.back("Close")
        self.stopping = self.button("Stop", icon="x")
        self.stopping.clicked.connect(self.stop_wanted)
        self.main = self.button("Import", main=True)

    def show_files(
        self, files: Sequence[Incoming], phase: Phase, trouble: tuple[str, str], now: datetime
    ) -> None:
        """As they stand."""
        message, step = trouble
        self.trouble.say([(message, 600), (f" {step}" if step else "", None)] if message else "")
        self._spinner.setVisible(phase == "reading")
        self.choose.setEnabled(phase not in ("reading", "bringing"))
        self._who.setEnabled(phase not in ("reading", "bringing"))
        self.stopping.setVisible(phase == "bringing")
        self.copying.setVisible(bool(files) and phase in ("ready", "over"))
        new = sum(one.preview.new + one.preview.changed for one in files if one.preview)
        self.main.setVisible(phase == "ready" or (phase == "over" and bool(message)))
        self.main.setEnabled(new > 0)
        self.main.rename(said.act(new) if phase == "ready" else "Go on")
        if list(self.panels) != [one.name for one in files]:
            self._clear()
        for at, file in enumerate(files):
            self._show(file, at, now)

    def _clear(self) -> None:
        while (item := self._files.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.panels = {}

    def _show(self, file: Incoming, at: int, now: datetime) -> None:
        from msgspec.structs import replace

        before = self.panels.get(file.name)
        if before is not None and before.file == file:
            return
        if before is not None and file.progress is not None and before.file.progress is not None:
            same = replace(before.file, progress=None) == replace(file, progress=None)
            if same:
                before.show_progress(file.progress, now)
                return
        made = FilePanel(self._look, file, now)
        if before is not None:
            self._files.replaceWidget(before, made)
            before.hide()
            before.deleteLater()
        else:
            self._files.insertWidget(at, made)
        self.panels[file.name] = made
        made.show()

    def first_focus(self) -> QWidget | None:
        """Which files."""
        return self.choose
