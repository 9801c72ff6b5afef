"""Who somebody is: pictures, names, what they say, how many, and whom you both know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.model import Profile
from app.model.portrait import Field
from app.model.text import Span
from app.ui.migration.parts import Tip
from app.ui.migration.words import handle_text
from app.ui.notifications.faces import Faces
from app.ui.notifications.values import Face
from app.ui.people import words as said
from app.ui.people.banner import Banner
from app.ui.people.prose import Prose
from app.ui.people.tabs import Count
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.panel import Glyph, Hairline, Mark, Panel
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from app.services.human import Human, Side
    from app.ui.timeline.pictures import Pictures

TWO_COLUMNS_FROM = 480
"""px at text size 100 % from which on fields stand in two columns."""


class ProfileHead(Panel):
    """Shows; decides nothing."""

    link_wanted = Signal(str)
    near_wanted = Signal(str)
    """``followers``, ``following`` or ``known``."""
    gone_wanted = Signal(str)
    """Go to where they have moved: an address."""
    follow_wanted = Signal(QWidget)
    write_wanted = Signal(QWidget)
    more_wanted = Signal(QWidget)

    def __init__(
        self, look: Look, pictures: Pictures, marks: Mapping[str, str], names: Mapping[str, str]
    ) -> None:
        super().__init__(look, "surface")
        self._pictures, self._marks, self._names = pictures, marks, names
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.banner = Banner(look, pictures)
        self.write = Button(look, "Write", icon="pencil-simple")
        self.write.clicked.connect(lambda: self.write_wanted.emit(self.write))
        self.follow = Button(look, "Follow", "tonal", icon="user-plus")
        self.follow.clicked.connect(lambda: self.follow_wanted.emit(self.follow))
        self.more = Button(look, "", icon="dots-three")
        self.more.setAccessibleName("More")
        self.more.setToolTip("More")
        self.more.clicked.connect(lambda: self.more_wanted.emit(self.more))
        for button in (self.more, self.write, self.follow):
            self.banner.acts.addWidget(button)
        column.addWidget(self.banner)
        self._body: QWidget | None = None
        self._column = column
        self._known: QHBoxLayout | None = None
        self._faces: Faces | None = None
        self._shown: object = None
        pictures.arrived.connect(self.repaint_faces)

    # ------------------------------------------------------------- showing

    def show_human(self, human: Human, known: tuple[Sequence[Profile], bool] = ((), False)) -> None:
        """All of it anew. *known*: whom you both know; True: there are more."""
        first = human.sides[0].known.profile
        wide = next((s.portrait.header for s in human.sides if s.portrait.header), "")
        face = next((s.known.profile.avatar for s in human.sides if s.known.profile.avatar), "")
        self.banner.show_person(first.shown_name, face, wide)
        self._show_acts(human)
        if (human, known) == self._shown:
            return
        self._shown = (human, known)
        self._faces = None
        old, self._body = self._body, self._make_body(human, known)
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._column.addWidget(self._body)

    def _show_acts(self, human: Human) -> None:
        words, kind, icon = said.follow_button(human)
        self.follow.setVisible(bool(words))
        self.follow.rename(words)
        self.follow.restyle(kind, icon)
        self.write.setVisible(any(side.relations for side in human.sides))

    def _make_body(self, human: Human, known: tuple[Sequence[Profile], bool]) -> QWidget:
        tokens = self._look.theme.tokens
        body = QWidget()
        column = QVBoxLayout(body)
        pad, space = tokens.card.padLeft, tokens.space
        column.setContentsMargins(pad, space.xs, pad, space.s)
        column.setSpacing(space.s)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._names_line(human))
        names.addWidget(self._handles(human))
        column.addLayout(names)
        for side in human.sides:
            self._add_warnings(column, side)
        told = next((s.portrait for s in human.sides if s.portrait.text), None)
        if told is not None:
            column.addWidget(self._prose(told.text, told.spans))
        if fields := said.fields_of(human):
            column.addWidget(self._fields(fields))
        column.addWidget(self._counts(human))
        if known[0]:
            column.addWidget(self._known_line(*known))
        return body

    def _names_line(self, human: Human) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = FlowLayout(line, gap=tokens.space.s, line_gap=0)
        profile = human.sides[0].known.profile
        row.addWidget(Words(look, profile.shown_name, "headline"))
        for text in said.pills(human):
            row.addWidget(_Pill(look, text))
        return line

    def _handles(self, human: Human) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        flow = FlowLayout(line, gap=tokens.space.l, line_gap=0)
        for side in human.sides:
            one = QWidget()
            row = QHBoxLayout(one)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(tokens.space.s)
            row.addWidget(Mark(look, self._marks.get(side.known.network, ""), tokens.icon.small))
            handle = Words(look, handle_text(side.known.profile.handle), "meta", "textSecondary")
            handle.setToolTip(self._names.get(side.known.network, side.known.network))
            row.addWidget(handle)
            if side.known.profile.locked:
                row.addWidget(Glyph(look, "lock-simple", tokens.icon.small, "textTertiary"))
            flow.addWidget(one)
        return line

    def _add_warnings(self, column: QVBoxLayout, side: Side) -> None:
        look = self._look
        for text in said.warnings(side):
            kind = "danger" if side.portrait.impostor else "warn"
            tip = Tip(look, kind, "warning", text)
            if side.portrait.moved_to and side.portrait.moved_to in text:
                go = Button(look, "Go there", size="small")
                go.clicked.connect(
                    lambda _=False, to=side.portrait.moved_to: self.gone_wanted.emit(to)
                )
                layout = tip.layout()
                assert layout is not None
                layout.addWidget(go)
            column.addWidget(tip)
        if text := said.origin_text(side):
            column.addWidget(Tip(look, "note", "info", text))

    def _prose(self, text: str, spans: Sequence[Span]) -> Prose:
        made = Prose(self._look, "bodySmall", text, spans)
        made.linkActivated.connect(self.link_wanted)
        return made

    def _fields(self, fields: Sequence[Field]) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        held = QWidget()
        grid = QGridLayout(held)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(tokens.space.xl)
        grid.setVerticalSpacing(0)
        wide = self.width() >= look.theme.px(TWO_COLUMNS_FROM, capped=True)
        columns = 2 if wide else 1
        for at, field in enumerate(fields):
            grid.addWidget(self._field(field), at // columns, at % columns)
        for at in range(columns):
            grid.setColumnStretch(at, 1)
        return held

    def _field(self, field: Field) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Hairline(look))
        line = QWidget()
        line.setMinimumHeight(look.theme.length(tokens.people.field))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, tokens.space.xs, 0, tokens.space.xs)
        row.setSpacing(tokens.space.s)
        key = Words(look, field.name, "meta", "textTertiary")
        key.setToolTip(field.name)
        key.setFixedWidth(look.theme.length(tokens.people.fieldKey, capped=True))
        row.addWidget(key)
        spans = [Span(0, len(field.value), "link", field.link)] if field.link else []
        row.addWidget(self._linked(field.value, spans), 1)
        if field.checked:
            sign = Glyph(look, "circle-wavy-check", tokens.icon.context, "ok")
            sign.setToolTip("The page links back: it is theirs.")
            row.addWidget(sign)
        held.setAccessibleName(f"{field.name}: {field.value}{', proven' if field.checked else ''}")
        column.addWidget(line)
        return held

    def _linked(self, text: str, spans: Sequence[Span]) -> Prose:
        made = Prose(self._look, "meta", text, spans)
        made.linkActivated.connect(self.link_wanted)
        return made

    def _counts(self, human: Human) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        flow = FlowLayout(line, gap=tokens.space.l, line_gap=0)
        for key, numbers, words in said.counts_per_network(human):
            shown = [
                (number, self._marks.get(network, "") if len(numbers) > 1 else "text")
                for number, network in numbers
            ]
            count = Count(look, shown, words)
            if key == "posts":
                count.setEnabled(False)
            else:
                count.clicked.connect(lambda _=False, key=key: self.near_wanted.emit(key))
            flow.addWidget(count)
        return line

    def _known_line(self, known: Sequence[Profile], more: bool) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        row = FlowLayout(line, gap=tokens.space.s)
        faces = Faces(look, self._pictures)
        self._faces = faces
        row.addWidget(faces)  # first: shown without a parent it would be a window
        faces.show_faces(tuple(Face(one.shown_name, one.avatar) for one in known))
        words = Button(look, said.known_text(known, more), "link", size="small")
        words.clicked.connect(lambda: self.near_wanted.emit("known"))
        row.addWidget(words)
        return line

    def repaint_faces(self, _url: str = "") -> None:
        """A picture has come."""
        if self._faces is not None:
            self._faces.update()


class _Pill(Panel):
    """A few words on a soft ground."""

    def __init__(self, look: Look, text: str) -> None:
        tokens = look.theme.tokens
        tall = look.theme.length(tokens.sidebar.sectionHeader - tokens.space.xs, capped=True)
        super().__init__(look, "accentSoft", radius=tokens.radius.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.s, 0, tokens.space.s, 0)
        row.addWidget(Words(look, text, "small", "onAccentSoft", weight=500))
        self.setFixedHeight(tall)
