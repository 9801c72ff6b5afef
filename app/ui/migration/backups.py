"""Backups: one panel for each account, with what is kept, since when, and whether it is whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model import AccountId
from app.portability.archive_manifest import ArchiveReport
from app.portability.archive_schedule import Schedule
from app.portability.plan import Progress
from app.ui.migration import backup_words as said
from app.ui.migration import words
from app.ui.migration.frame import PageBody
from app.ui.migration.parts import Bar, Tip, grows_with_words, head, in_line
from app.ui.moderation.parts import ButtonLine, ControlRow, choices, more_button
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Switch
from app.ui.widgets.panel import Avatar, Glyph, Hairline, Panel
from app.ui.widgets.words import Words

Doing = Literal["", "backing up", "verifying", "opening"]


class Backed(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What is shown of one account.

    Attributes:
        schedule: None: it was never backed up.
        doing: What is under way; *progress* of that.
        report: What the last look into the archive has found; *verified*: of all bytes.
        trouble: What went wrong just now: words and what to do.
        can: Godwit can back this account up; else *trouble* says why not.
    """

    account: AccountId
    handle: str
    name: str
    mark: str = ""
    avatar: str = ""
    schedule: Schedule | None = None
    doing: Doing = ""
    progress: Progress | None = None
    report: ArchiveReport | None = None
    verified: bool = False
    trouble: tuple[str, str] = ("", "")


class BackupPanel(Panel):
    """One account."""

    acted = Signal(str)
    """folder, back up, verify, look, open, stop, forget."""
    media_wanted = Signal(bool)
    often_wanted = Signal(int)

    def __init__(self, look: Look, backed: Backed, now: datetime) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "surface", edge="border", radius=tokens.radius.panel)
        self.backed = backed
        self.setAccessibleName(f"Backup of {backed.handle}")
        self._column = QVBoxLayout(self)
        pad = tokens.space.l
        self._column.setContentsMargins(pad, tokens.space.m, pad, tokens.space.m)
        self._column.setSpacing(tokens.space.s)
        self._column.addLayout(self._make_head(now))
        self._bar: Bar | None = None
        self._pace: Words | None = None
        if backed.doing:
            self._add_progress(now)
        self._add_findings()
        if backed.schedule is not None:
            self._column.addWidget(Hairline(look))
            self._add_wishes(backed.schedule)
        self._column.addWidget(self._make_acts())
        grows_with_words(self)

    def _make_head(self, now: datetime) -> QHBoxLayout:
        look, backed, tokens = self._look, self.backed, self._look.theme.tokens
        row = QHBoxLayout()
        row.setSpacing(tokens.space.m)
        self.avatar = Avatar(
            look, backed.name or backed.handle, tokens.wizard.placeAvatar, mark=backed.mark
        )
        row.addWidget(self.avatar)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Words(look, words.handle_text(backed.handle), "metaStrong", weight=600))
        about = said.about(backed.schedule)
        below = Words(look, about, "small", "textTertiary", wrap=True)
        below.setToolTip(backed.schedule.folder if backed.schedule else "")
        names.addWidget(below)
        row.addLayout(names, 1)
        icon, color, text = said.standing(backed.schedule, now, backed.report)
        state = QHBoxLayout()
        state.setSpacing(tokens.button.iconGap)
        state.addWidget(Glyph(look, icon, tokens.icon.context, color))
        state.addWidget(Words(look, text, "meta", color))
        row.addLayout(state)
        return row

    def show_picture(self, picture: QPixmap) -> None:
        """Of the account."""
        self.avatar.show_picture(picture)

    # ------------------------------------------------------------- under way

    def _add_progress(self, now: datetime) -> None:
        self._bar = Bar(self._look)
        self._column.addWidget(self._bar)
        self._pace = Words(self._look, "", "small", "textSecondary", tabular=True)
        self._column.addWidget(self._pace)
        self.show_progress(self.backed.progress or Progress(), now)

    def show_progress(self, progress: Progress, now: datetime) -> None:
        """How far it is."""
        if self._bar is None or self._pace is None:
            return
        counts, pace = words.counts_text(progress), words.pace_text(progress, now)
        text = " · ".join(part for part in (said.DOING[self.backed.doing], counts, pace) if part)
        self._pace.say(text)
        self._bar.show_share(words.share_of(progress), text)

    def _add_findings(self) -> None:
        look, backed = self._look, self.backed
        message, step = backed.trouble
        if message:
            tip = Tip(look, "danger", "warning-circle", [(message, 600), (f" {step}", None)])
            self._column.addWidget(tip)
            return
        if backed.report is not None:
            for kind, icon, text in said.findings(backed.report, verified=backed.verified):
                self._column.addWidget(Tip(look, kind, icon, text))
        elif backed.schedule is not None and backed.schedule.error and not backed.doing:
            error, step = backed.schedule.error, backed.schedule.next_step
            tip = Tip(look, "warn", "warning", [(error, 600), (f" {step}", None)])
            self._column.addWidget(tip)

    # ----------------------------------------------------------------- wishes

    def _add_wishes(self, schedule: Schedule) -> None:
        look, tokens = self._look, self._look.theme.tokens
        often = choices(look, "By itself", said.OFTEN)
        often.choose(said.nearest(schedule.every_days))
        _told(often, lambda: self.often_wanted.emit(int(often.key)))
        self._column.addWidget(
            ControlRow(
                look,
                "By itself",
                "While Godwit is open, and when it is opened next",
                often,
                least=tokens.boxList.rowTwo,
            )
        )
        media = Switch(look, "With pictures and video")
        media.setChecked(schedule.media)
        media.toggled.connect(self.media_wanted)
        self._column.addWidget(
            ControlRow(
                look,
                "With pictures and video",
                "They are most of the size",
                media,
                least=tokens.boxList.rowTwo,
            )
        )

    # ------------------------------------------------------------------- acts

    def _make_acts(self) -> QWidget:
        look, backed = self._look, self.backed
        buttons: list[QWidget] = []

        def add(text: str, icon: str, key: str, *, tonal: bool = False) -> None:
            button = Button(look, text, "tonal" if tonal else "outline", icon=icon)
            button.setAccessibleName(f"{text}: {backed.handle}")
            button.clicked.connect(lambda: self.acted.emit(key))
            buttons.append(button)

        if backed.doing:
            add("Stop", "x", "stop")
        elif backed.schedule is None:
            add("Choose a folder…", "folder-open", "folder", tonal=True)
        else:
            add("Back up now", "archive", "back up", tonal=True)
            add("Verify now", "shield-check", "verify")
            if backed.schedule.last_good is not None:
                add("Look through", "book-open", "look")
            buttons.append(
                more_button(
                    look,
                    f"the backup of {backed.handle}",
                    (
                        ("folder-open", "Open its folder", lambda: self.acted.emit("open")),
                        ("folder-simple", "Another folder…", lambda: self.acted.emit("folder")),
                        ("trash", "Forget this backup", lambda: self.acted.emit("forget")),
                    ),
                )
            )
        return ButtonLine(look, *buttons)


def _told(often: QWidget, tell: object) -> None:
    """A segment tells by its own signal, pills by those of their buttons."""
    chosen = getattr(often, "chosen", None)
    if chosen is not None:
        chosen.connect(lambda _: tell())  # type: ignore[operator]
        return
    from PySide6.QtWidgets import QAbstractButton

    for button in often.findChildren(QAbstractButton):
        button.clicked.connect(lambda _=False: tell())  # type: ignore[operator]


class BackupsPage(PageBody):
    """All of them, and where to go when a server is gone."""

    acted = Signal(str, str)
    """Account and act."""
    media_wanted = Signal(str, bool)
    often_wanted = Signal(str, int)
    restore_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(
            look,
            "Backups",
            "All that is yours, in folders that anybody can read without Godwit.",
        )
        space = look.theme.tokens.space
        self.panels: dict[str, BackupPanel] = {}
        held = QWidget()
        self._panels = QVBoxLayout(held)
        self._panels.setContentsMargins(0, 0, 0, 0)
        self._panels.setSpacing(space.m)
        self.column.addWidget(held)
        self.column.addSpacing(space.xl)
        self._restoring = self._make_restoring()
        self.column.addWidget(self._restoring)
        self.note("A backup holds no password and no key.")
        self.main = self.button("Done", main=True)

    def _make_restoring(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space.s)
        column.addWidget(head(look, "When a server is gone"))
        line = QHBoxLayout()
        line.setSpacing(tokens.space.s)
        sign = Glyph(look, "house", tokens.icon.context, "textSecondary")
        line.addWidget(in_line(look, sign))
        text = (
            "With a backup and your own recovery key, or the domain that is its identity, the "
            "account can live on at another server, also when the old one is gone or refuses."
        )
        line.addWidget(Words(look, text, "meta", "textSecondary", wrap=True), 1)
        column.addLayout(line)
        button = Button(look, "Restore from a folder…", icon="folder-open")
        button.clicked.connect(self.restore_wanted)
        column.addWidget(ButtonLine(look, button))
        return held

    def show_all(self, all: Sequence[Backed], now: datetime, *, restorable: bool) -> None:
        """As they stand. *restorable*: one of them is of a network where that works."""
        self._restoring.setVisible(restorable)
        wanted = [backed.account for backed in all]
        if list(self.panels) != wanted:
            while (item := self._panels.takeAt(0)) is not None:
                if (old := item.widget()) is not None:
                    old.hide()
                    old.deleteLater()
            self.panels = {}
        for at, backed in enumerate(all):
            self._show(backed, at, now)

    def _show(self, backed: Backed, at: int, now: datetime) -> None:
        before = self.panels.get(backed.account)
        if before is not None and before.backed == backed:
            return
        if (
            before is not None
            and backed.progress is not None
            and _but_progress(before.backed) == _but_progress(backed)
        ):
            before.show_progress(backed.progress, now)
            return
        focused = _focused_name(before)
        made = BackupPanel(self._look, backed, now)
        id = backed.account
        made.acted.connect(lambda act: self.acted.emit(id, act))
        made.media_wanted.connect(lambda on: self.media_wanted.emit(id, on))
        made.often_wanted.connect(lambda days: self.often_wanted.emit(id, days))
        if before is not None:
            self._panels.replaceWidget(before, made)
            before.hide()
            before.deleteLater()
        else:
            self._panels.insertWidget(at, made)
        self.panels[id] = made
        made.show()
        _focus_named(made, focused)

    def first_focus(self) -> QWidget | None:
        """The first thing that can be done."""
        panel = next(iter(self.panels.values()), None)
        buttons = panel.findChildren(Button) if panel is not None else []
        return buttons[0] if buttons else None


def _but_progress(backed: Backed) -> Backed:
    from msgspec.structs import replace

    return replace(backed, progress=None)


def _focused_name(panel: BackupPanel | None) -> str:
    if panel is None:
        return ""
    focused = panel.window().focusWidget()
    inside = focused is not None and panel.isAncestorOf(focused)
    return focused.accessibleName() if inside and focused is not None else ""


def _focus_named(panel: BackupPanel, name: str) -> None:
    if not name:
        return
    from app.ui.moderation.section import focus_named

    focus_named(panel, name)
    if not _focused_name(panel):
        buttons = panel.findChildren(Button)
        if buttons:
            buttons[0].setFocus()
