"""How my accounts stand to somebody, why several are one, and what I have noted of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from app.model import AccountId
from app.model.acts import Relation
from app.ui.migration.parts import Tip, grows_with_words, head, row_pad
from app.ui.migration.words import handle_text
from app.ui.people import words as said
from app.ui.people.note import NoteField
from app.ui.people.sure import sure_text
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Glyph, Mark, Panel, along
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from app.portability.carry_over_values import Match
    from app.services.human import Human, Side
    from app.services.profiles import Facts


class PersonPane(Panel):
    """Shows; decides nothing. ``leaving`` is a wish."""

    acted = Signal(str, str, str)
    """An account of mine, the profile's URI, the act."""
    mute_wanted = Signal(str, str, QWidget)
    """The same two, and the button: for how long?"""
    report_wanted = Signal(str, str)
    copy_wanted = Signal(str)
    note_changed = Signal(str)
    bridges_wanted = Signal()
    """Ask the bridges what they have of them."""
    look_wanted = Signal()
    """Look for them on my other networks."""
    same_wanted = Signal(str, str)
    part_wanted = Signal(str)

    def __init__(self, look: Look, marks: Mapping[str, str]) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName("You and them")
        self._marks = marks
        self.human: Human | None = None
        self.buttons: dict[tuple[str, str], Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.note = NoteField(look)
        self.note.left.connect(lambda: self.note_changed.emit(self.note.toPlainText()))
        self.area = Scrolled()
        column.addWidget(self.area, 1)
        # Tab passes by: one would not see that the keys are here.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    # ------------------------------------------------------------- as it stands

    def show_human(
        self,
        human: Human,
        matches: Sequence[Match] | None = None,
        *,
        names: Mapping[str, str],
        can_look: bool,
        facts: Facts | None = None,
        trouble: tuple[str, str] = ("", ""),
    ) -> None:
        """
        All of it anew, but a note that is being written.

        Args:
            matches: Who it may be elsewhere; None: nobody has looked.
            names: Of networks.
            facts: What was found out beside it; None: not yet.
        """
        self.human, self.buttons = human, {}
        tokens = self._look.theme.tokens
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, tokens.space.l)
        column.setSpacing(tokens.space.s)
        if trouble[0]:
            runs = [(trouble[0], 600), (f" {trouble[1]}" if trouble[1] else "", None)]
            column.addWidget(Tip(self._look, "danger", "warning-circle", runs))
        self._title(column, said.title_of(human))
        for side in human.sides:
            column.addWidget(self._block(side, names, facts))
        self._add_reasons(column, human)
        if can_look:
            self._add_elsewhere(column, human, matches)
        if facts is not None and facts.bridges:
            self._title(column, "Bridge")
            for text, proved in facts.bridges:
                column.addLayout(self._evidence(text, "ok" if proved else "textTertiary"))
            if facts.can_ask_bridges:
                ask = Button(self._look, "Ask the bridges", size="small")
                ask.setToolTip("They learn whom you ask about.")
                ask.clicked.connect(self.bridges_wanted)
                self.buttons["", "bridges"] = ask
                column.addWidget(ask, 0, Qt.AlignmentFlag.AlignLeft)
        self._add_note(column, human, facts)
        column.addStretch(1)
        self._put(body)

    def _put(self, body: QWidget) -> None:
        while (item := self.area.column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                if self.note.parentWidget() is not None and old.isAncestorOf(self.note):
                    self.note.setParent(None)
                old.deleteLater()
        self.area.column.addWidget(body)
        body.show()  # now, not when Qt comes round to it

    def _add_note(self, column: QVBoxLayout, human: Human, facts: Facts | None) -> None:
        """What I have noted of them. The field itself stays: somebody may be typing."""
        if not human.sides or facts is None:
            return
        self._title(column, "Your note", facts.note_kept)
        self.note.setParent(None)
        column.addWidget(self.note)
        self.note.show()

    def _title(self, column: QVBoxLayout, title: str, end: str = "") -> None:
        """Begin a section: nearer to what it holds than to what stands above."""
        if column.count():
            column.addSpacing(self._look.theme.tokens.space.m)
        column.addWidget(head(self._look, title, end))

    def _pair(self, name: str, value: str, *, copied: str = "") -> QWidget:
        """A name, and what stands behind it; *copied*: what its button puts into the clipboard."""
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        # Every row is as high as one with a button; more lines go on below.
        pad = row_pad(look, tokens.target.min, "small")
        top = Qt.AlignmentFlag.AlignTop
        key = Words(look, name, "small", "textTertiary")
        key.setFixedWidth(look.theme.length(tokens.people.key, capped=True))
        for words, stretch in ((key, 0), (Words(look, value, "small", wrap=True), 1)):
            held = QVBoxLayout()
            held.setContentsMargins(0, pad, 0, pad)
            held.addWidget(words)
            if not stretch:
                held.addStretch(1)
            row.addLayout(held, stretch)
        if copied:
            row.addWidget(self._copier(copied), 0, top)
        line.setAccessibleName(f"{name}: {value}")
        grows_with_words(line)
        return line

    # ------------------------------------------------------------- one account

    def _block(self, side: Side, names: Mapping[str, str], facts: Facts | None) -> Panel:
        look, tokens = self._look, self._look.theme.tokens
        box = Panel(look, "surface", edge="border", radius=tokens.radius.box)
        column = QVBoxLayout(box)
        pad = tokens.space.m
        column.setContentsMargins(*along(pad, tokens.space.s, tokens.space.s, pad))
        column.setSpacing(0)
        network = names.get(side.known.network, side.known.network)
        column.addLayout(self._handle_line(side, network))
        for text in said.warnings(side):
            column.addWidget(Words(look, text, "small", "warn", wrap=True))
        if text := said.origin_text(side):
            column.addWidget(Words(look, text, "small", "textSecondary", wrap=True))
        where = facts.where.get(side.known.profile.uri) if facts is not None else None
        if where is not None:
            column.addWidget(self._pair("Kept at", where.host, copied=where.host))
            if not where.identity.startswith("http"):
                column.addWidget(self._pair("Identity", where.identity, copied=where.identity))
        if facts is not None and (labels := facts.labels.get(side.known.profile.uri, ())):
            column.addWidget(self._pair("Labels", ", ".join(labels)))
        for account, relation in side.relations.items():
            self._add_relation(column, side, account, relation)
        grows_with_words(box)
        return box

    def _add_relation(
        self, column: QVBoxLayout, side: Side, account: AccountId, relation: Relation
    ) -> None:
        look, tokens = self._look, self._look.theme.tokens
        column.addWidget(self._pair("Seen from", handle_text(account)))
        column.addWidget(self._pair("You two", said.standing(relation)))
        if text := said.averted(relation):
            column.addWidget(self._pair("Now", text))
        row = QHBoxLayout()
        row.setSpacing(tokens.space.xs)
        word, act = said.follow_act(relation)
        acts = [(word, act, "outline" if act == "unfollow" else "tonal")]
        acts.append(("Unmute", "unmute", "quiet") if relation.muted else ("Mute…", "mute", "quiet"))
        if relation.blocked:
            acts.append(("Unblock", "unblock", "quiet"))
        else:
            acts.append(("Block…", "block", "danger"))
        acts.append(("Report…", "report", "quiet"))
        uri = side.known.profile.uri
        for text, name, kind in acts:
            button = Button(look, text, kind, size="small")  # type: ignore[arg-type]
            button.setAccessibleName(f"{text} {side.known.profile.handle} as {account}")
            button.clicked.connect(
                lambda _=False, name=name, button=button: self._press(account, uri, name, button)
            )
            self.buttons[account, name] = button
            row.addWidget(button)
        row.addStretch(1)
        column.addSpacing(tokens.space.xs)
        column.addLayout(row)

    def _press(self, account: str, uri: str, act: str, button: QWidget) -> None:
        if act == "mute":
            self.mute_wanted.emit(account, uri, button)
        elif act == "report":
            self.report_wanted.emit(account, uri)
        else:
            self.acted.emit(account, uri, act)

    def _handle_line(self, side: Side, network: str) -> QHBoxLayout:
        look, tokens = self._look, self._look.theme.tokens
        row = QHBoxLayout()
        row.setSpacing(tokens.space.s)
        mark = Mark(look, self._marks.get(side.known.network, ""), tokens.icon.small)
        mark.setToolTip(network)
        row.addWidget(mark)
        handle = handle_text(side.known.profile.handle)
        row.addWidget(Words(look, handle, "metaStrong"), 1)
        row.addWidget(self._copier(handle))
        return row

    def _copier(self, text: str) -> IconButton:
        tokens = self._look.theme.tokens
        copy = IconButton(
            self._look,
            "copy",
            f"Copy {text}",
            target=tokens.target.min,
            icon_size=tokens.icon.small,
        )
        copy.clicked.connect(lambda: self.copy_wanted.emit(text))
        return copy

    # ------------------------------------------------------------- one human

    def _add_reasons(self, column: QVBoxLayout, human: Human) -> None:
        if not human.links:
            return
        look = self._look
        self._title(column, "Why Godwit thinks so")
        for link in human.links:
            column.addLayout(self._evidence(link.evidence, "ok"))
        part = Button(look, "Not the same person", icon="x", size="small")
        uri = human.sides[0].known.profile.uri
        part.clicked.connect(lambda: self.part_wanted.emit(uri))
        self.buttons["", "part"] = part
        column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)

    def _evidence(self, text: str, color: str) -> QLayout:
        look, tokens = self._look, self._look.theme.tokens
        row = QHBoxLayout()
        row.setSpacing(tokens.space.s)
        sign = Glyph(look, "link", tokens.icon.small, color)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Words(look, text, "small", wrap=True), 1)
        return row

    def _add_elsewhere(
        self, column: QVBoxLayout, human: Human, matches: Sequence[Match] | None
    ) -> None:
        look = self._look
        self._title(column, "On your other network")
        if matches is None:
            find = Button(look, "Look for them there", icon="magnifying-glass", size="small")
            find.clicked.connect(self.look_wanted)
            self.buttons["", "look"] = find
            column.addWidget(find, 0, Qt.AlignmentFlag.AlignLeft)
            return
        if not matches:
            text = "Nobody was found who it could be."
            column.addWidget(Words(look, text, "small", "textSecondary", wrap=True))
        mine = human.sides[0].known.profile.uri
        for match in matches:
            profile = match.target.profile
            column.addWidget(Words(look, handle_text(profile.handle), "metaStrong", wrap=True))
            color = "ok" if match.confidence >= 0.95 else "textTertiary"
            for why in match.evidence:
                column.addLayout(self._evidence(why.text, color))
            same = Button(look, f"{sure_text(match.confidence)}: same person", size="small")
            same.setAccessibleName(f"{profile.handle} is the same person")
            same.clicked.connect(
                lambda _=False, there=profile.uri: self.same_wanted.emit(mine, there)
            )
            self.buttons[profile.uri, "same"] = same
            column.addWidget(same, 0, Qt.AlignmentFlag.AlignLeft)
