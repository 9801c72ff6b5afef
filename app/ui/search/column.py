"""One half of the search: a head, people and tags, and the posts below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from app.ui.feeds.market_rows import OfferRow
from app.ui.feeds.market_values import MarketItem
from app.ui.search.values import ServerLine, Show
from app.ui.search.view import FoundView
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.instead import Instead
from app.ui.widgets.panel import Hairline, Mark, Panel, Spinner
from app.ui.widgets.words import Words
from app.ui.widgets.yielding import Yielding

MOST_ROWS, MOST_OF_EACH = 3, 2
"""Rows above posts: of people or feeds; of each where there are both."""

LONG = 36
"""Characters from which on an answer has a line of its own."""


class FoundColumn(Panel):
    """
    Decides nothing.

    ``person_chosen``: the key of somebody; ``tag_chosen``: a tag; ``feed_chosen``: a feed's key.
    """

    person_chosen = Signal(str)
    tag_chosen = Signal(str)
    feed_chosen = Signal(str)

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        title: str,
        *,
        clock: Callable[[], datetime],
        acts: Sequence[QWidget] = (),
    ) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName(title)
        self._pictures = pictures
        self._show: Show = "all"
        self._rows: dict[QWidget, list[QWidget]] = {}
        self._people_told: tuple[MarketItem, ...] = ()
        self._feeds_told: tuple[MarketItem, ...] = ()
        self._tags_told: tuple[tuple[str, int], ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head(title, acts))
        column.addWidget(Hairline(look))
        above = Yielding()
        self._lines = _box(look, above.column)
        self._people = _box(look, above.column)
        self._feeds = _box(look, above.column)
        self._tags = _box(look, above.column)
        column.addWidget(above)
        self._posts_head, self._posts_note = self._heading("Posts")
        column.addWidget(self._posts_head)
        self.view = FoundView(look.theme, pictures, clock=clock)
        self.view.setAccessibleName(f"Posts: {title}")
        self.view.set_density("cosy")
        self._holder = Instead(self.view)
        column.addWidget(self._holder, 1)
        self._said = ""
        look.changed.connect(self._on_look)
        self._arrange()

    # --------------------------------------------------------------- showing

    def say(self, note: str) -> None:
        """Beside the title."""
        self._note.say(note)

    def count_posts(self, note: str) -> None:
        """Beside "Posts"; "" takes the line away."""
        self._posts_note.say(note)
        self._said = note
        self._arrange()

    def show_only(self, show: Show) -> None:
        """All parts, or one of them."""
        self._show = show
        self._arrange()

    def show_lines(self, lines: Sequence[ServerLine]) -> None:
        """How each server has answered."""
        layout = _emptied(self._lines)
        for line in lines:
            layout.addWidget(self._server_row(line))
        self._lines.setVisible(bool(lines))

    def show_people(self, people: Sequence[MarketItem]) -> None:
        """Who is called like that."""
        if self._people_told == (told := tuple(people)):
            return  # the same again, while more and more posts are looked through
        self._people_told = told
        self._fill(self._people, "People", told, self.person_chosen.emit)

    def show_feeds(self, feeds: Sequence[MarketItem]) -> None:
        """Feeds that people have made of it."""
        if self._feeds_told == (told := tuple(feeds)):
            return
        self._feeds_told = told
        self._fill(self._feeds, "Feeds", told, self.feed_chosen.emit)

    def show_tags(self, tags: Sequence[tuple[str, int]]) -> None:
        """Tags that begin so, with how many posts have them."""
        if self._tags_told == (told := tuple(tags)):
            return
        self._tags_told = told
        layout = _emptied(self._tags)
        if tags:
            head, note = self._heading("Tags")
            note.say(str(len(tags)))
            layout.addWidget(head)
            space = self._look.theme.tokens.space
            chips = QWidget()
            flow = FlowLayout(chips, gap=space.s, line_gap=space.xs)
            for name, count in tags:
                words = f"#{name}  {count}" if count else f"#{name}"
                chip = Button(self._look, words, size="small")
                chip.clicked.connect(lambda _=False, name=name: self.tag_chosen.emit(name))
                flow.addWidget(chip)
            layout.addWidget(_padded(chips, space.l, bottom=space.s))
        self._arrange()

    def clear(self) -> None:
        """Neither people nor feeds nor tags were found, and no posts."""
        self.show_people(())
        self.show_feeds(())
        self.show_tags(())
        self.count_posts("")

    def show_state(self, state: QWidget | None) -> None:
        """Something in place of the posts; None: the posts."""
        self._holder.show_state(state)

    @property
    def state(self) -> QWidget | None:
        """What stands in place of the posts."""
        return self._holder.state

    def enter(self) -> None:
        """The keys are the list's; the first row is the present one."""
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.view.current is None and len(self.view.shelf):
            self.view.focus_row(self.view.shelf.key(0))

    # --------------------------------------------------------------- private

    def _on_look(self) -> None:
        self.view.set_theme(self._look.theme)

    def _fill(
        self,
        box: QWidget,
        title: str,
        items: Sequence[MarketItem],
        chosen: Callable[[str], None],
    ) -> None:
        """*items* as rows below *title*."""
        layout = _emptied(box)
        rows = self._rows[box] = []
        if items:
            head, note = self._heading(title)
            note.say(str(len(items)))
            layout.addWidget(head)
        for item in items:
            row = OfferRow(self._look, self._pictures, item)
            row.clicked.connect(lambda _=False, key=item.key: chosen(key))
            rows.append(_padded(row, self._look.theme.tokens.space.s))
            layout.addWidget(rows[-1])
        self._arrange()

    def _arrange(self) -> None:
        show = self._show
        self._feeds.setVisible(bool(self._feeds_told) and show in ("all", "feeds"))
        self._people.setVisible(bool(self._people_told) and show in ("all", "people"))
        # Posts below want their room, too; where one wants nothing else, all of it stands there.
        most = MOST_OF_EACH if self._people_told and self._feeds_told else MOST_ROWS
        for rows in self._rows.values():
            for place, row in enumerate(rows):
                row.setVisible(show != "all" or place < most)
        self._tags.setVisible(bool(self._tags_told) and show in ("all", "tags"))
        posts = show in ("all", "posts")
        self._posts_head.setVisible(posts and bool(self._said))
        # Where posts are not wanted, what is there stays at the top.
        self._holder.setVisible(posts)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.setAlignment(Qt.AlignmentFlag(0) if posts else Qt.AlignmentFlag.AlignTop)

    def _make_head(self, title: str, acts: Sequence[QWidget]) -> Panel:
        tokens = self._look.theme.tokens
        head = Panel(self._look, "window")
        head.setFixedHeight(self._look.theme.length(tokens.boxList.rowTwo))
        row = QHBoxLayout(head)
        row.setContentsMargins(tokens.space.l, 0, tokens.space.l, 0)
        row.setSpacing(tokens.space.gap)
        row.addWidget(Words(self._look, title, "metaStrong"))
        self._note = Words(self._look, "", "small", "textTertiary")
        row.addWidget(self._note, 1)
        for act in acts:
            row.addWidget(act)
        return head

    def _heading(self, title: str) -> tuple[QWidget, Words]:
        tokens = self._look.theme.tokens
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(tokens.space.l, tokens.space.s, tokens.space.l, tokens.space.xs)
        row.setSpacing(tokens.space.s)
        row.addWidget(Words(self._look, title, "metaStrong"))
        note = Words(self._look, "", "small", "textTertiary")
        row.addWidget(note, 1)
        return head, note

    def _server_row(self, line: ServerLine) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        held = QWidget()
        held.setMinimumHeight(look.theme.length(tokens.sidebar.row))
        row = QHBoxLayout(held)
        row.setContentsMargins(tokens.space.l, 0, tokens.space.l, 0)
        row.setSpacing(tokens.space.s)
        row.addWidget(Mark(look, line.mark, tokens.icon.markCard))
        row.addWidget(Words(look, line.host, "meta"))
        row.addStretch(1)
        if line.asking:
            row.addWidget(Spinner(look, tokens.spinner.small))
        held.setAccessibleName(f"{line.host}: {line.words}")
        long = len(line.words) > LONG
        said = Words(look, line.words, "small", line.tone, wrap=long)
        if not long:
            row.addWidget(said)
            return held
        both = QWidget()
        lines = QVBoxLayout(both)
        lines.setContentsMargins(0, 0, 0, tokens.space.s)
        lines.setSpacing(0)
        lines.addWidget(held)
        lines.addWidget(_padded(said, tokens.space.l))
        return both


def _padded(widget: QWidget, side: int, *, bottom: int = 0) -> QWidget:
    held = QWidget()
    layout = QVBoxLayout(held)
    layout.setContentsMargins(side, 0, side, bottom)
    layout.addWidget(widget)
    return held


def _box(look: Look, column: QVBoxLayout) -> QWidget:
    """A part with a line below it, that is only there when it has something."""
    box = QWidget()
    layout = QVBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    inner = QWidget()
    rows = QVBoxLayout(inner)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    layout.addWidget(inner)
    layout.addWidget(Hairline(look))
    column.addWidget(box)
    box.hide()
    return box


def _emptied(box: QWidget) -> QLayout:
    """Where its rows go, without those of before."""
    outer = box.layout()
    item = outer.itemAt(0) if outer is not None else None
    inner = item.widget() if item is not None else None
    layout = inner.layout() if inner is not None else None
    assert layout is not None
    while (old := layout.takeAt(0)) is not None:
        if (widget := old.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    return layout
