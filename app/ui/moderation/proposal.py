"""An update of a blocklist that waits: what it would change, and who is on it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.moderation.parts import ButtonLine, Notice, layout_of
from app.ui.moderation.values import ListEntry, ProposalShown
from app.ui.shell.words import count_text
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Switch
from app.ui.widgets.panel import Avatar
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class ProposalView(QWidget):
    """Nothing of it counts until Apply is pressed."""

    apply_wanted = Signal(object)
    """Names that are to be left out."""
    put_off = Signal()

    def __init__(self, look: Look, proposal: ProposalShown) -> None:
        super().__init__()
        self._look, self._proposal = look, proposal
        self._keeps: dict[str, Switch] = {}
        space = look.theme.tokens.space
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(space.m, space.s, space.m, space.m)
        self._column.setSpacing(space.s)
        self._column.addWidget(self._head())
        self._all: QWidget | None = None
        self._add_followed()
        self._add_notes()
        self._column.addWidget(self._buttons())
        self._count()

    def _head(self) -> QWidget:
        look, shown = self._look, self._proposal
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.theme.tokens.space.s)
        row.addWidget(Words(look, shown.title, "metaStrong", weight=600))
        for number, sign, color, noun in (
            (shown.added, "+", "danger", "added"),
            (shown.removed, "\u2212", "ok", "removed"),
            (shown.changed, "±", "warn", "changed"),
        ):
            if number:
                words = Words(look, f"{sign}{count_text(number)}", "metaStrong", color, weight=600)
                words.setAccessibleName(f"{number} {noun}")
                row.addWidget(words)
        row.addStretch(1)
        self._more = Button(look, "", "plain", size="small")
        self._more.clicked.connect(self._on_more)
        self._more.setVisible(bool(shown.entries))
        row.addWidget(self._more)
        self._name_more(opened=False)
        return line

    def _name_more(self, *, opened: bool) -> None:
        total = count_text(self._proposal.total)
        self._more.rename("Show fewer" if opened else f"Show all {total}")

    def _add_followed(self) -> None:
        followed = self._proposal.followed
        if not followed:
            return
        look = self._look
        notice = Notice(look)
        self._column.addWidget(notice)
        one = len(followed) == 1
        people = "1 person you follow is" if one else f"{len(followed)} people you follow are"
        notice.say(f"{people} on it.", "Left out unless you say so.")
        for entry in followed:
            self._column.addWidget(self._person(entry))
        note = "Switched off, it counts for them once you do not follow them any more."
        self._column.addWidget(Words(look, note, "small", "textTertiary", wrap=True))

    def _person(self, entry: ListEntry) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        row.addWidget(Avatar(look, entry.shown.strip("\u2066\u2069@"), tokens.quote.avatar))
        name = Words(look, entry.shown, "meta")
        name.setToolTip(plain_tip(f"{entry.name} {entry.reason}".strip()))
        row.addWidget(name, 1)
        row.addWidget(Words(look, "keep following", "small", "textTertiary"))
        switch = self._keeps[entry.name] = Switch(look, f"Keep following {entry.shown}")
        switch.setChecked(True)
        switch.toggled.connect(lambda _: self._count())
        row.addWidget(switch)
        return line

    def _add_notes(self) -> None:
        shown = self._proposal
        notes = []
        if shown.kept_out:
            notes.append(f"{count_text(shown.kept_out)} kept out by your exceptions.")
        if shown.skipped:
            lines = "line" if shown.skipped == 1 else "lines"
            notes.append(f"{count_text(shown.skipped)} {lines} cannot be used.")
        if notes:
            words = Words(self._look, " ".join(notes), "small", "textTertiary", wrap=True)
            words.setToolTip(plain_tip("\n".join(shown.examples)))
            self._column.addWidget(words)

    def _buttons(self) -> QWidget:
        self._apply = Button(self._look, "", "tonal", size="small")
        self._apply.clicked.connect(self._on_apply)
        later = Button(self._look, "Not this time", "plain", size="small")
        later.clicked.connect(self.put_off)
        return ButtonLine(self._look, self._apply, later)

    def _left_out(self) -> tuple[str, ...]:
        return tuple(name for name, switch in self._keeps.items() if switch.isChecked())

    def _count(self) -> None:
        total, out = self._proposal.total, len(self._left_out()) + self._proposal.kept_out
        if not total:
            self._apply.rename("Apply")
        elif out:
            self._apply.rename(f"Apply {count_text(max(0, total - out))} of {count_text(total)}")
        else:
            self._apply.rename(f"Apply all {count_text(total)}" if total > 1 else "Apply it")

    def _on_apply(self) -> None:
        self._apply.setEnabled(False)
        self.apply_wanted.emit(self._left_out())

    def _on_more(self) -> None:
        if self._all is not None:
            self._all.hide()
            self._all.deleteLater()
            self._all = None
        else:
            self._all = self._entries()
            self._column.insertWidget(1, self._all)
        self._name_more(opened=self._all is not None)
        self.updateGeometry()

    def _entries(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        colors = {"+": "danger", "\u2212": "ok"}
        for entry in self._proposal.entries[: tokens.moderation.most]:
            line = QWidget()
            QHBoxLayout(line).setContentsMargins(0, 0, 0, 0)
            row = layout_of(line)
            row.setSpacing(tokens.space.s)
            color = colors.get(entry.sign, "warn")
            row.addWidget(Words(look, entry.sign, "small", color, weight=600))
            name = Words(look, entry.shown, "small")
            name.setToolTip(plain_tip(f"{entry.shown} {entry.reason}".strip()))
            row.addWidget(name)
            row.addWidget(Words(look, entry.reason, "small", "textTertiary"), 1)
            column.addWidget(line)
        left = self._proposal.total - min(len(self._proposal.entries), tokens.moderation.most)
        if left > 0:
            column.addWidget(Words(look, f"and {count_text(left)} more", "small", "textTertiary"))
        return held
