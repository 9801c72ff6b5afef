"""Somebody in the right pane: what they say, how my accounts stand to them, and why it is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from app.model import AccountId
from app.model.acts import Relation
from app.ui.migration.parts import Tip, grows_with_words, head
from app.ui.migration.words import handle_text
from app.ui.people import words as said
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Avatar, Glyph, Hairline, Panel, along
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from app.portability.carry_over_values import Match
    from app.services.human import Human, Side


class PersonPane(Panel):
    """Shows; decides nothing. ``leaving`` is a wish."""

    leaving = Signal()
    acted = Signal(str, str, str)
    """An account of mine, the profile's URI, the act."""
    page_wanted = Signal(str)
    look_wanted = Signal()
    """Look for them on my other networks."""
    same_wanted = Signal(str, str)
    part_wanted = Signal(str)

    def __init__(self, look: Look, marks: Mapping[str, str]) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName("Person")
        self._marks = marks
        self.human: Human | None = None
        self.avatar: Avatar | None = None
        self.buttons: dict[tuple[str, str], Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addWidget(Hairline(look))
        self.area = Scrolled()
        column.addWidget(self.area, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _make_head(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        bar = QWidget()
        tall = look.theme.length(tokens.header.tall)
        bar.setFixedHeight(max(int(tokens.window.header), tall))
        row = QHBoxLayout(bar)
        row.setContentsMargins(*along(tokens.header.padLeft, tokens.header.padRight))
        row.setSpacing(tokens.space.xs)
        self.title = Words(look, "", "title")
        row.addWidget(self.title, 1)
        self.out = IconButton(look, "arrow-square-out", "Open the page of this person")
        self.out.clicked.connect(self._on_out)
        row.addWidget(self.out)
        close = IconButton(look, "x", "Close (Esc)")
        close.clicked.connect(self.leaving)
        row.addWidget(close)
        return bar

    def _on_out(self) -> None:
        if self.human is not None:
            profile = self.human.sides[0].known.profile
            self.page_wanted.emit(profile.url or profile.uri)

    # ------------------------------------------------------------- as it stands

    def show_human(
        self,
        human: Human,
        matches: Sequence[Match] | None = None,
        *,
        names: Mapping[str, str],
        can_look: bool,
        trouble: tuple[str, str] = ("", ""),
    ) -> None:
        """
        All of it anew.

        Args:
            matches: Who it may be elsewhere; None: nobody has looked.
            names: Of networks.
        """
        self.human, self.buttons = human, {}
        tokens = self._look.theme.tokens
        self.title.say(human.sides[0].known.profile.shown_name)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, tokens.space.l)
        column.setSpacing(tokens.space.s)
        self._add_face(column, human)
        if trouble[0]:
            runs = [(trouble[0], 600), (f" {trouble[1]}" if trouble[1] else "", None)]
            column.addWidget(Tip(self._look, "danger", "warning-circle", runs))
        column.addWidget(head(self._look, said.title_of(human)))
        for side in human.sides:
            column.addWidget(self._block(side, names))
        self._add_reasons(column, human)
        if can_look:
            self._add_elsewhere(column, human, matches)
        column.addStretch(1)
        self._put(body)

    def _put(self, body: QWidget) -> None:
        while (item := self.area.column.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.area.column.addWidget(body)
        body.show()  # now, not when Qt comes round to it

    def _add_face(self, column: QVBoxLayout, human: Human) -> None:
        look, tokens = self._look, self._look.theme.tokens
        known = human.sides[0].known
        profile, mark = known.profile, self._marks.get(known.network, "")
        line = QHBoxLayout()
        line.setSpacing(tokens.space.m)
        self.avatar = Avatar(look, profile.shown_name, tokens.wizard.placeAvatar, mark=mark)
        line.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Words(look, profile.shown_name, "headline", wrap=True))
        names.addWidget(Words(look, said.handles_of(human), "meta", "textSecondary", wrap=True))
        line.addLayout(names, 1)
        column.addLayout(line)
        portrait = next((s.portrait for s in human.sides if s.portrait.text), None)
        if portrait is not None:
            column.addWidget(Words(look, portrait.text, "bodySmall", wrap=True))
        for side in human.sides:
            for field in side.portrait.fields:
                column.addWidget(self._pair(field.name, field.value, proven=field.checked))

    def _pair(self, name: str, value: str, *, proven: bool = False) -> QWidget:
        """A name, and what stands behind it."""
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        key = Words(look, name, "small", "textTertiary")
        key.setFixedWidth(look.theme.length(tokens.people.key, capped=True))
        row.addWidget(key, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Words(look, value, "small", wrap=True), 1)
        if proven:
            sign = Glyph(look, "circle-wavy-check", tokens.icon.small, "ok")
            sign.setToolTip("The page links back: it is theirs.")
            row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        line.setAccessibleName(f"{name}: {value}{', proven' if proven else ''}")
        grows_with_words(line)
        return line

    # ------------------------------------------------------------- one account

    def _block(self, side: Side, names: Mapping[str, str]) -> Panel:
        look, tokens = self._look, self._look.theme.tokens
        box = Panel(look, "surface", edge="border", radius=tokens.radius.box)
        column = QVBoxLayout(box)
        pad = tokens.space.m
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(tokens.space.xs)
        network = names.get(side.known.network, side.known.network)
        column.addWidget(Words(look, handle_text(side.known.profile.handle), "metaStrong"))
        counts = said.counts_text(side.portrait)
        about = f"{network} · {counts}" if counts else network
        column.addWidget(Words(look, about, "small", "textSecondary", wrap=True))
        for text in said.warnings(side):
            column.addWidget(Words(look, text, "small", "warn", wrap=True))
        for account, relation in side.relations.items():
            self._add_relation(column, side, account, relation)
        grows_with_words(box)
        return box

    def _add_relation(
        self, column: QVBoxLayout, side: Side, account: AccountId, relation: Relation
    ) -> None:
        look, tokens = self._look, self._look.theme.tokens
        column.addSpacing(tokens.space.xs)
        column.addWidget(self._pair("Seen from", handle_text(account)))
        column.addWidget(self._pair("You two", said.between(relation)))
        if text := said.averted(relation):
            column.addWidget(self._pair("Now", text))
        row = QHBoxLayout()
        row.setSpacing(tokens.space.xs)
        word, act = said.follow_act(relation)
        acts = [(word, act, "outline" if act == "unfollow" else "tonal")]
        acts.append(("Unmute", "unmute", "quiet") if relation.muted else ("Mute", "mute", "quiet"))
        if relation.blocked:
            acts.append(("Unblock", "unblock", "quiet"))
        else:
            acts.append(("Block", "block", "danger"))
        for text, name, kind in acts:
            button = Button(look, text, kind, size="small")  # type: ignore[arg-type]
            button.setAccessibleName(f"{text} {side.known.profile.handle} as {account}")
            button.clicked.connect(
                lambda _=False, name=name: self.acted.emit(account, side.known.profile.uri, name)
            )
            self.buttons[account, name] = button
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

    # ------------------------------------------------------------- one human

    def _add_reasons(self, column: QVBoxLayout, human: Human) -> None:
        if not human.links:
            return
        look, tokens = self._look, self._look.theme.tokens
        column.addWidget(head(look, "Why Godwit thinks so"))
        for link in human.links:
            column.addLayout(self._evidence(link.evidence, "ok"))
        part = Button(look, "Not the same person", icon="x", size="small")
        uri = human.sides[0].known.profile.uri
        part.clicked.connect(lambda: self.part_wanted.emit(uri))
        self.buttons["", "part"] = part
        column.addWidget(part, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(tokens.space.s)

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
        column.addWidget(head(look, "On your other network"))
        if matches is None:
            find = Button(look, "Look for them there", icon="magnifying-glass", size="small")
            find.clicked.connect(self.look_wanted)
            self.buttons["", "look"] = find
            column.addWidget(find, 0, Qt.AlignmentFlag.AlignLeft)
            return
        if not matches:
            text = "Nobody was found who it could be."
            column.addWidget(Words(look, text, "small", "textSecondary", wrap=True))
        from app.ui.migration.carry_over_words import sure_text  # somebody has looked: it is there

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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leaving.emit()
            return
        super().keyPressEvent(event)
