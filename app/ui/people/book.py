"""The people book: who is in it, and who may belong together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.person import Known, Person
from app.people.book import PROVES
from app.ui.migration.parts import Tip, grows_with_words, head
from app.ui.migration.words import handle_text
from app.ui.shell.rows import Row
from app.ui.shell.states import Act, State
from app.ui.theme import marks
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.instead import Instead
from app.ui.widgets.pagehead import PageHead, SearchInput, line_below
from app.ui.widgets.panel import Glyph, Mark, Panel, Spinner, along, draw_avatar
from app.ui.widgets.row_keys import step_of
from app.ui.widgets.scrolled import Scrolled, scroll_by_key
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from app.people.suggesting import Suggested

EMPTY = (
    "Nobody is in the people book yet",
    "Here stands who is one human on several networks. Godwit suggests it with its reasons; "
    "only you decide. Whoever is in it has one page, and can be mentioned on each network.",
)
NOBODY = ("Nobody is called like that", "Look for another name.")


class PersonRow(Row):
    """Faces, a name, handles under their marks. Del parts them."""

    def __init__(
        self, look: Look, pictures: Pictures, marks: Mapping[str, str], person: Person
    ) -> None:
        super().__init__(look)
        self.person, self._pictures, self._marks = person, pictures, marks
        profile = person.profiles[0].profile
        handles = ", ".join(handle_text(one.profile.handle) for one in person.profiles)
        self.setAccessibleName(f"{profile.shown_name}: {handles}")
        why = "\n".join(link.evidence for link in person.links)
        self.setToolTip(plain_tip(f"{profile.shown_name}\n{why}"))
        self.setAccessibleDescription(f"{why} Enter opens, Delete parts.")

    def sizeHint(self) -> QSize:
        return QSize(0, self._look.theme.length(self._look.theme.tokens.people.bookRow))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, space = self._look.theme, self._look.theme.tokens.space
        painter = QPainter(self)
        self.draw_ground(painter)
        side = theme.px(theme.tokens.sidebar.accountRow - theme.tokens.space.xs, capped=True)
        start, tall = float(space.s), float(self.height())
        profile = self.person.profiles[0].profile
        area = QRectF(self.along(start, side), (tall - side) / 2, side, side)
        face = next((one.profile.avatar for one in self.person.profiles if one.profile.avatar), "")
        form = Form(round(side), round(side), self.devicePixelRatioF(), side / 2, kind="avatar")
        picture = self._pictures.request(face, form) if face else None
        draw_avatar(painter, area, picture, profile.shown_name, theme)
        start += side + space.m
        room = self.width() - start - space.s
        line, small = theme.line("label"), theme.line("small")
        top = (tall - line - small) / 2
        area = QRectF(self.along(start, room), top, room, line)
        self.draw_text(painter, area, profile.shown_name, "label", "text", 600)
        self._draw_handles(painter, start, top + line, small)
        painter.end()

    def _draw_handles(self, painter: QPainter, start: float, top: float, tall: float) -> None:
        theme, space = self._look.theme, self._look.theme.tokens.space
        size = theme.px(theme.tokens.icon.markBadge, capped=True)
        end = self.width() - space.s
        for known in self.person.profiles:
            if start + size >= end:
                break
            mark = self._marks.get(known.network, "")
            if mark:
                x = self.along(start, size)
                marks.paint(painter, QRectF(x, top + (tall - size) / 2, size, size), mark, theme)
                start += size + space.xs
            area = QRectF(self.along(start, end - start), top, end - start, tall)
            text = handle_text(known.profile.handle)
            start += self.draw_text(painter, area, text, "small", "textTertiary", None) + space.m


class SuggestionBox(Panel):
    """Two profiles, why they may be one, and the two answers."""

    def __init__(
        self, look: Look, marks: Mapping[str, str], suggested: Suggested, sure: str
    ) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "surface", edge="border", radius=tokens.radius.box)
        self.suggested = suggested
        column = QVBoxLayout(self)
        pad = tokens.space.m
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(tokens.space.xs)
        top = QHBoxLayout()
        name = suggested.one.profile.shown_name
        top.addWidget(Words(look, name, "metaStrong", weight=600), 1)
        proved = suggested.confidence >= PROVES
        top.addWidget(Words(look, sure, "small", "ok" if proved else "textTertiary", weight=500))
        column.addLayout(top)
        for known in (suggested.one, suggested.other):
            column.addLayout(self._side(known, marks))
        for why in suggested.evidence:
            row = QHBoxLayout()
            row.setSpacing(tokens.space.s)
            color = "ok" if why.confidence >= PROVES else "textTertiary"
            row.addWidget(
                Glyph(look, "link", tokens.icon.small, color), 0, Qt.AlignmentFlag.AlignTop
            )
            row.addWidget(Words(look, why.text, "small", wrap=True), 1)
            column.addLayout(row)
        acts = QHBoxLayout()
        acts.setSpacing(tokens.space.s)
        self.same = Button(look, "Same person", "tonal", size="small")
        self.other = Button(look, "Not the same", "quiet", size="small")
        handles = f"{suggested.one.profile.handle} and {suggested.other.profile.handle}"
        self.same.setAccessibleName(f"{handles} are the same person")
        self.other.setAccessibleName(f"{handles} are not the same person")
        acts.addWidget(self.same)
        acts.addWidget(self.other)
        acts.addStretch(1)
        column.addSpacing(tokens.space.xs)
        column.addLayout(acts)
        grows_with_words(self)
        self.setAccessibleName(f"{name}: {sure}. {handles}")

    def _side(self, known: Known, marks: Mapping[str, str]) -> QHBoxLayout:
        look, tokens = self._look, self._look.theme.tokens
        row = QHBoxLayout()
        row.setSpacing(tokens.space.s)
        row.addWidget(Mark(look, marks.get(known.network, ""), tokens.icon.small))
        row.addWidget(Words(look, handle_text(known.profile.handle), "meta", "textSecondary"), 1)
        return row


class BookPage(Panel):
    """Shows; decides nothing. ``leaving`` is a wish."""

    leaving = Signal()
    typed = Signal(str)
    look_wanted = Signal()
    opened = Signal(object)
    """Person."""
    parted = Signal(object)
    answered = Signal(object, bool)
    """Suggested; they are the same person, or not."""

    def __init__(self, look: Look, pictures: Pictures, marks: Mapping[str, str]) -> None:
        super().__init__(look, "surface")
        self._pictures, self._marks = pictures, marks
        self.setAccessibleName("People")
        self.rows: list[PersonRow] = []
        self.boxes: list[SuggestionBox] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        self.under_head = line_below(look, column)
        self.list = Scrolled()
        space = look.theme.tokens.space
        self.list.column.setContentsMargins(space.l, space.m, space.l, space.l)
        self.list.column.setSpacing(space.s)
        self._holder = Instead(self.list)
        column.addWidget(self._holder, 1)
        pictures.arrived.connect(self._repaint)

    def _make_head(self) -> PageHead:
        look = self._look
        bar = PageHead(look, look.theme.tokens.space.s)
        bar.back.connect(self.leaving)
        bar.row.addWidget(Words(look, "People", "title"))
        self.field = SearchInput(look)
        self.field.setAccessibleName("Search the people book")
        self.field.setPlaceholderText("Search the people book")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.typed)
        self.field.down.connect(self.focus_first)
        bar.row.addWidget(self.field, 1)
        self._busy = Spinner(look, look.theme.tokens.spinner.small)
        self._busy.hide()
        bar.row.addWidget(self._busy)
        self._progress = Words(look, "", "small", "textSecondary", tabular=True)
        bar.row.addWidget(self._progress)
        self.look = Button(look, "Find more", icon="magnifying-glass")
        self.look.setToolTip("Look for those whom you follow on your other networks")
        self.look.clicked.connect(self.look_wanted)
        bar.row.addWidget(self.look)
        return bar

    # ------------------------------------------------------------- showing

    def show_book(
        self,
        people: Sequence[Person],
        suggestions: Sequence[tuple[Suggested, str]],
        *,
        searching: bool,
        trouble: tuple[str, str] = ("", ""),
    ) -> None:
        """*suggestions*: each with how sure it is, in a word."""
        at = self.list.verticalScrollBar().value()
        self._clear()
        column, look = self.list.column, self._look
        if trouble[0]:
            runs = [(trouble[0], 600), (f" {trouble[1]}" if trouble[1] else "", None)]
            column.addWidget(Tip(look, "warn", "warning", runs))
        if suggestions:
            self._begin("May be the same person", len(suggestions))
        for suggested, sure in suggestions:
            box = SuggestionBox(look, self._marks, suggested, sure)
            box.same.clicked.connect(lambda _=False, one=suggested: self.answered.emit(one, True))
            box.other.clicked.connect(lambda _=False, one=suggested: self.answered.emit(one, False))
            self.boxes.append(box)
            column.addWidget(box)
        if people:
            self._begin("One human, several accounts", len(people))
        tokens = look.theme.tokens
        book = Panel(look, "surface", edge="border", radius=tokens.radius.box)
        rows = QVBoxLayout(book)
        rows.setContentsMargins(*[tokens.space.xs] * 4)
        rows.setSpacing(0)
        column.addWidget(book)
        book.setVisible(bool(people))
        for person in people:
            row = PersonRow(look, self._pictures, self._marks, person)
            row.clicked.connect(lambda _=False, one=person: self.opened.emit(one))
            row.installEventFilter(self)
            self.rows.append(row)
            rows.addWidget(row)
        column.addStretch(1)
        nothing = not people and not suggestions and not trouble[0]
        said = NOBODY if searching else EMPTY
        acts: list[Act] = []
        if not searching and self.look.isEnabled():
            acts.append(("Find more", "tonal", self.look_wanted.emit))
        self._holder.show_state(State(look, *said, icon="users", acts=acts) if nothing else None)
        self.list.return_to(at)

    def _begin(self, title: str, many: int) -> None:
        """A section: nearer to what it holds than to what stands above."""
        column = self.list.column
        if column.count():
            column.addSpacing(self._look.theme.tokens.space.m)
        column.addWidget(head(self._look, title, str(many)))

    def say_progress(self, words: str, *, busy: bool) -> None:
        """How far the search is."""
        self._progress.say(words)
        self._busy.setVisible(busy)
        self.look.rename("Stop" if busy else "Find more")
        self.look.restyle("outline", "x" if busy else "magnifying-glass")

    def focus_first(self) -> None:
        """The first thing that can be answered or opened."""
        first: list[QWidget] = [*(box.same for box in self.boxes), *self.rows]
        if first:
            first[0].setFocus(Qt.FocusReason.TabFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not as its proxy: Tab would pass by what stands before the field.
        self.field.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        space = self._look.theme.tokens.space
        most = self._look.theme.length(self._look.theme.tokens.people.bookMost)
        spare = max(space.l, self.width() - most - space.l)
        self.list.column.setContentsMargins(*along(space.l, spare, space.m, space.l))

    # ------------------------------------------------------------- private

    def _clear(self) -> None:
        self.rows, self.boxes = [], []
        while (item := self.list.column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _repaint(self, _url: str) -> None:
        for row in self.rows:
            row.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and isinstance(watched, PersonRow)
        ):
            key = Qt.Key(event.key())
            if by := step_of(event):
                self._step(watched, by)
                return True
            if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.parted.emit(watched.person)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_O):
                self.opened.emit(watched.person)
                return True
        return super().eventFilter(watched, event)

    def _step(self, row: PersonRow, by: int) -> None:
        to = self.rows.index(row) + by
        if 0 <= to < len(self.rows):
            self.rows[to].setFocus(Qt.FocusReason.TabFocusReason)
            self.list.ensureWidgetVisible(self.rows[to], 0, 0)
        elif to < 0:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leaving.emit()
            return
        if not scroll_by_key(self.list, event):
            super().keyPressEvent(event)
