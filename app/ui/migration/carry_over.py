"""The people one follows, found on the other network: looked through, then followed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.portability.carry_over_values import Findings
from app.portability.plan import Progress
from app.ui.feeds.choice import Choice
from app.ui.migration import carry_over_words as said
from app.ui.migration import words
from app.ui.migration.carry_over_words import Line
from app.ui.migration.frame import PageBody
from app.ui.migration.parts import Bar, Tip, grows_with_words, head, in_line
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Switch
from app.ui.widgets.panel import Avatar, Hairline
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

Phase = Literal["empty", "finding", "ready", "following", "over"]

AT_ONCE = 60
"""Rows of one section that are made at once."""

MISSING = 40
"""People who were not found that are named."""


class MatchRow(QWidget):
    """One person here and there, why, and whether they are to be followed."""

    ticked = Signal(int, bool)

    def __init__(self, look: Look, line: Line, mark: str, *, on: bool, open_: bool) -> None:
        super().__init__()
        tokens = look.theme.tokens
        self.line = line
        row = QHBoxLayout(self)
        row.setContentsMargins(0, tokens.space.s, 0, tokens.space.s)
        row.setSpacing(tokens.space.m)
        profile = line.match.target.profile
        self.avatar = Avatar(look, profile.shown_name, tokens.wizard.placeAvatar, mark=mark)
        row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Words(look, said.who_text(line.match), "metaStrong", weight=600))
        ends = Words(look, said.ends_text(line.match), "meta", "textSecondary", wrap=True)
        column.addWidget(ends)
        runs = [(f"{line.sure}. ", 600), (line.why, None)]
        column.addWidget(Words(look, runs, "small", "textTertiary", wrap=True))
        if line.became:
            column.addWidget(Words(look, line.became, "small", line.tone, wrap=True))
        row.addLayout(column, 1)
        name = f"Follow {profile.shown_name}, {profile.handle}"
        self.switch = Switch(look, name)
        self.switch.setAccessibleDescription(f"{line.sure}. {line.why}")
        self.switch.setChecked(on)
        self.switch.setVisible(open_ and line.section != "already" and not line.became)
        self.switch.toggled.connect(lambda checked: self.ticked.emit(line.key, checked))
        row.addWidget(in_line(look, self.switch), 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(f"{said.ends_text(line.match)}: {line.sure}. {line.why}")
        grows_with_words(self)

    def show_picture(self, picture: QPixmap) -> None:
        """Draw it."""
        self.avatar.show_picture(picture)


class CarryOverPage(PageBody):
    """Between which accounts, what was found, and what came of it."""

    ends_chosen = Signal(str, str)
    ticked = Signal(int, bool)
    more_wanted = Signal(str)
    copy_wanted = Signal()
    save_wanted = Signal()
    stop_wanted = Signal()

    def __init__(
        self,
        look: Look,
        accounts: Sequence[tuple[str, str]],
        source: str,
        target: str,
        marks: dict[str, str],
    ) -> None:
        super().__init__(
            look,
            "The same people, elsewhere",
            "Godwit looks for those whom you follow on your other network, and shows why it "
            "thinks that they are the same. A name alone proves nothing.",
        )
        self._marks = marks
        self.rows: dict[int, MatchRow] = {}
        self._add_ends(accounts, source, target)
        self._add_bridges()
        self.trouble = Tip(look, "danger", "warning-circle", "")
        self.trouble.hide()
        self.column.addWidget(self.trouble)
        self._add_progress()
        held = QWidget()
        self._found = QVBoxLayout(held)
        self._found.setContentsMargins(0, 0, 0, 0)
        self._found.setSpacing(0)
        self.column.addWidget(held)
        self.copying = self.tool("Copy the list", "copy")
        self.copying.clicked.connect(self.copy_wanted)
        self.saving = self.tool("Save as a file…", "file-text")
        self.saving.clicked.connect(self.save_wanted)
        self.back("Close")
        self.stopping = self.button("Stop", icon="x")
        self.stopping.clicked.connect(self.stop_wanted)
        self.main = self.button("Look for them", main=True)

    def _add_ends(self, accounts: Sequence[tuple[str, str]], source: str, target: str) -> None:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.gap)
        row.addWidget(Words(look, "Whom", "meta", "textSecondary"))
        self.source = Choice(look, "Whose follows", accounts)
        row.addWidget(self.source)
        row.addWidget(Words(look, "follows, for", "meta", "textSecondary"))
        self.target = Choice(look, "For which account", accounts)
        row.addWidget(self.target)
        row.addStretch(1)
        self.source.put((source,))
        self.target.put((target,))
        for choice in (self.source, self.target):
            choice.chosen.connect(lambda _: self._on_ends())
        self.column.addWidget(line)
        self.column.addSpacing(tokens.space.m)

    def _add_bridges(self) -> None:
        look, tokens = self._look, self._look.theme.tokens
        title, about = said.BRIDGES
        self.bridging = QWidget()
        row = QHBoxLayout(self.bridging)
        row.setContentsMargins(0, 0, 0, tokens.space.m)
        row.setSpacing(tokens.space.m)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(Words(look, title, "metaStrong", weight=600))
        column.addWidget(Words(look, about, "small", "textTertiary", wrap=True))
        row.addLayout(column, 1)
        self.bridges = Switch(look, title)
        self.bridges.setAccessibleDescription(about)
        row.addWidget(in_line(look, self.bridges), 0, Qt.AlignmentFlag.AlignTop)
        grows_with_words(self.bridging)
        self.column.addWidget(self.bridging)

    def _add_progress(self) -> None:
        look, tokens = self._look, self._look.theme.tokens
        self._doing = QWidget()
        column = QVBoxLayout(self._doing)
        column.setContentsMargins(0, tokens.space.s, 0, tokens.space.m)
        column.setSpacing(tokens.space.xs)
        self._bar = Bar(look)
        column.addWidget(self._bar)
        self._pace = Words(look, "", "small", "textSecondary", tabular=True)
        column.addWidget(self._pace)
        self.column.addWidget(self._doing)

    def _on_ends(self) -> None:
        self.ends_chosen.emit(self.source.key, self.target.key)

    # ------------------------------------------------------------- as it stands

    def show_phase(self, phase: Phase, trouble: tuple[str, str], ticks: int, possible: str) -> None:
        """Which buttons there are. *possible*: why it cannot begin, "" = it can."""
        message, step = trouble
        self.trouble.say([(message, 600), (f" {step}" if step else "", None)] if message else "")
        busy = phase in ("finding", "following")
        for choice in (self.source, self.target):
            choice.setEnabled(not busy)
        self.bridging.setVisible(phase in ("empty", "finding"))
        self.bridges.setEnabled(not busy)
        self._doing.setVisible(busy)
        self.stopping.setVisible(busy)
        for tool in (self.copying, self.saving):
            tool.setVisible(phase in ("ready", "over"))
        self.main.setVisible(not busy and not (phase == "over" and not message))
        if phase == "empty":
            self.main.rename("Look for them")
            self.main.setEnabled(not possible)
            self.main.setToolTip(possible)
        else:
            self.main.rename("Go on" if phase == "over" else said.act(ticks))
            self.main.setEnabled(phase == "over" or ticks > 0)
            self.main.setToolTip("")

    def show_progress(self, progress: Progress, now: datetime) -> None:
        """How far it is."""
        text = " · ".join(
            part for part in (words.counts_text(progress), words.pace_text(progress, now)) if part
        )
        self._pace.say(text or "Reading whom you follow…")
        self._bar.show_share(words.share_of(progress), text)

    def show_found(
        self,
        findings: Findings | None,
        lines: Sequence[Line],
        ticks: frozenset[int],
        shown: dict[str, int],
        *,
        open_: bool,
    ) -> None:
        """What was found. *shown*: how many rows of each section; *open_*: may be ticked."""
        while (item := self._found.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows = {}
        if findings is None:
            return
        tokens = self._look.theme.tokens
        for section, (title, about) in said.TITLES.items():
            mine = [line for line in lines if line.section == section]
            if not mine:
                continue
            self._found.addSpacing(tokens.space.m)
            self._found.addWidget(head(self._look, f"{title} · {len(mine)}"))
            if about:
                self._found.addWidget(Words(self._look, about, "small", "textSecondary", wrap=True))
                self._found.addSpacing(tokens.space.s)
            most = shown.get(section, AT_ONCE)
            for line in mine[:most]:
                self._add_row(line, on=line.key in ticks, open_=open_)
            if len(mine) > most:
                self._add_more(section, len(mine) - most)
        self._add_missing(findings)

    def _add_row(self, line: Line, *, on: bool, open_: bool) -> None:
        mark = self._marks.get(line.match.target.network, "")
        row = MatchRow(self._look, line, mark, on=on, open_=open_)
        row.ticked.connect(self.ticked)
        self.rows[line.key] = row
        self._found.addWidget(Hairline(self._look))
        self._found.addWidget(row)

    def _add_more(self, section: str, left: int) -> None:
        more = Button(self._look, f"Show {min(left, AT_ONCE)} more of {left}", size="small")
        more.clicked.connect(lambda: self.more_wanted.emit(section))
        self._found.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_missing(self, findings: Findings) -> None:
        if not findings.unmatched:
            return
        look, tokens = self._look, self._look.theme.tokens
        self._found.addSpacing(tokens.space.m)
        self._found.addWidget(head(look, f"Not found there · {len(findings.unmatched)}"))
        text = said.missing_text(findings, MISSING)
        self._found.addWidget(Words(look, text, "small", "textSecondary", wrap=True))

    def first_focus(self) -> QWidget | None:
        """Whose follows, before anything was found."""
        return None if self.rows else self.source
