"""Lists, followed tags, trends, and whom one follows otherwise: one page (``travel.Room``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.ui.presenters.shelves_apart import ApartPart
from app.ui.presenters.shelves_lists import ListsPart
from app.ui.presenters.shelves_part import ShelfDoors, ShelfPart
from app.ui.presenters.shelves_tags import TagsPart
from app.ui.presenters.shelves_trends import TrendsPart
from app.ui.presenters.travel import Visit
from app.ui.shell.states import State
from app.ui.shelves.page import ShelvesPage

if TYPE_CHECKING:
    from app.ui.presenters.surroundings import Surroundings


class ShelvesPresenter(QObject):
    """Made when it is first opened; each part asks when it is first shown."""

    def __init__(self, around: Surroundings, doors: ShelfDoors) -> None:
        super().__init__(around.window)
        self._look, self._window, self._pictures = around.look, around.window, around.pictures
        doors = doors._replace(leave=self.leave)
        shared = (around, doors, self._show)
        self.lists, self.tags = ListsPart(*shared), TagsPart(*shared)
        self.trends, self.apart = TrendsPart(*shared), ApartPart(*shared)
        self._parts: dict[str, ShelfPart] = {
            "lists": self.lists,
            "tags": self.tags,
            "trends": self.trends,
            "apart": self.apart,
        }
        self.page: ShelvesPage | None = None
        self.part = "lists"
        self._window.sidebar.place_chosen.connect(lambda _: self.leave())

    def open(self, part: str = "lists") -> None:
        """Over the timeline; servers are asked."""
        self._window.room_changing.emit()
        if self.page is None:
            self._make()
        assert self.page is not None
        self._window.right.show_page(self.page, cover=True)
        self._window.sidebar.show_in_room("shelves")
        self.choose_part(part)
        self.page.parts.setFocus()

    def _make(self) -> None:
        page = self.page = ShelvesPage(self._look, self._pictures)
        page.leaving.connect(self.leave)
        page.part_wanted.connect(self.choose_part)
        page.chosen.connect(lambda key: self._parts[self.part].choose(key))
        page.again_wanted.connect(lambda _: self._parts[self.part].begin())
        page.list_wanted.connect(self.lists.make)
        page.tag_typed.connect(self.tags.typed)
        page.more_wanted.connect(self.apart.more)
        page.detail.act_wanted.connect(self._on_act)
        self.lists.meet(page.lists)
        self.tags.page = page

    def choose_part(self, part: str) -> None:
        """One of ``PARTS``."""
        self.part = part
        if self.page is not None:
            self.page.show_part(part)
            self._parts[part].begin()

    def visit(self) -> Visit:
        """What is looked at."""
        return Visit(self.part, self._parts[self.part].key)

    def revisit(self, visit: Visit) -> None:
        """Look at it again."""
        part = str(visit.what)
        self._parts[part].key = visit.state
        self.open(part)

    def leave(self) -> None:
        """Back to the timeline."""
        if self.page is None:
            return
        self._window.room_changing.emit()
        page, self.page = self.page, None
        for part in self._parts.values():
            part.stop()
        self._window.sidebar.show_in_room("shelves", inside=False)
        self._window.right.take_page(page)
        page.deleteLater()

    def _on_act(self, act: str) -> None:
        if self.part == "apart":
            self.apart.act(act)
        else:
            (self.trends if self.part == "trends" else self.tags).act(act)

    def _show(self) -> None:
        page, part = self.page, self._parts[self.part]
        if page is None:
            return
        page.show_sections(part.sections(), part.key)
        item = part.item()
        if item is None:
            title, words, icon = part.nothing()
            page.holder.show_state(State(self._look, title, words, icon=icon))
        else:
            page.show_detail(item)
