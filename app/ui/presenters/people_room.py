"""The people book in the window: looked through, searched, answered."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from app.model import Profile
from app.model.errors import RateLimited, ServiceError
from app.model.person import Person
from app.people.suggesting import Suggested
from app.services.people_book import PeopleBook
from app.ui.people.book import BookPage
from app.ui.people.sure import sure_text
from app.ui.presenters.behind import KEEP
from app.ui.presenters.travel import Visit
from app.ui.shell.words import clock_text

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from app.model import AccountId
    from app.portability.carry_over import CarryOver
    from app.ui.presenters.surroundings import Surroundings

LOOK = "people look"


class PeopleRoom(QObject):
    """
    One page, over the timeline.

    Args:
        carry_over: Looks for somebody elsewhere; asked for only when that is wanted.
        open_person: Shows somebody.
    """

    def __init__(
        self,
        around: Surroundings,
        carry_over: Callable[[], CarryOver],
        open_person: Callable[[Profile, str], object],
    ) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, self._pictures, self._networks = around
        self._carry_over, self._open_person = carry_over, open_person
        house = around.house
        self.book = PeopleBook(
            house.store, house.accounts, house.people, house.options, self._looked_for
        )
        self.page: BookPage | None = None
        self._trouble = ("", "")
        self._looking = False
        self._window.sidebar.place_chosen.connect(lambda _: self.leave())

    def open(self) -> None:
        """Over the timeline."""
        if self.page is None:
            marks = {id: info.mark for id, info in self._networks().items()}
            page = self.page = BookPage(self._look, self._pictures, marks)
            page.leaving.connect(self.leave)
            page.typed.connect(lambda _: self._show())
            page.look_wanted.connect(self._on_look)
            page.opened.connect(self._on_open)
            page.parted.connect(lambda one: self._keep(self.book.part(one), "part"))
            page.answered.connect(self._on_answer)
            page.look.setEnabled(self.book.can_look)
        self._window.right.show_page(self.page, cover=True)
        self._window.sidebar.show_in_room("people")
        self._show()
        self.page.setFocus(Qt.FocusReason.OtherFocusReason)

    # ----------------------------------------------------- back and forward

    def visit(self) -> Visit:
        """What is looked for, and where one is."""
        page = self.page
        assert page is not None
        return Visit("people", (page.field.text(), page.list.verticalScrollBar().value()))

    def revisit(self, visit: Visit) -> None:
        """The same again, as the book is now."""
        self.open()
        page, (words, at) = self.page, visit.state
        assert page is not None
        page.field.setText(words)
        page.list.return_to(at)

    def leave(self) -> None:
        """Put the page away."""
        if self.page is None:
            return
        self._window.room_changing.emit()
        page, self.page = self.page, None
        self._scope.stop(LOOK)
        self._looking = False
        self._window.sidebar.show_in_room("people", inside=False)
        self._window.right.take_page(page)
        page.deleteLater()

    # ------------------------------------------------------------- private

    def _show(self) -> None:
        page = self.page
        if page is None:
            return
        words = page.field.text().strip()
        suggestions = [(one, sure_text(one.confidence)) for one in self.book.suggestions(words)]
        page.show_book(
            self.book.people(words), suggestions, searching=bool(words), trouble=self._trouble
        )

    def _on_open(self, person: Person) -> None:
        known = person.profiles[0]
        self._open_person(known.profile, known.network)

    def _on_answer(self, suggested: Suggested, same: bool) -> None:
        if same:
            self._keep(self.book.same(suggested), "same")
        else:
            one, other = suggested.key
            self._keep(self.book.reject(one, other), "reject")

    def _keep(self, work: object, name: str) -> None:
        async def keep() -> None:
            self._trouble = ("", "")
            try:
                await work  # type: ignore[misc]
            except ServiceError as error:
                self._trouble = (error.message, error.next_step)
            self._show()
            if self.page is not None:
                self.page.focus_first()

        self._scope.start(keep(), name=f"{KEEP}{name}")

    def _on_look(self) -> None:
        if self._looking:
            self._scope.stop(LOOK)
            self._looking = False
            if self.page is not None:
                self.page.say_progress("", busy=False)
            return
        self._looking = True
        self._scope.restart(self._look_around(), name=LOOK)

    async def _look_around(self) -> None:
        page = self.page
        assert page is not None
        page.say_progress("", busy=True)
        self._trouble = ("", "")

        def tell(done: int, total: int) -> None:
            if self.page is page:
                page.say_progress(f"{done} of {total}" if total else "", busy=True)

        found = 0
        # On a reader's thread: it takes a while, and somebody may be scrolling.
        await self._house.store.load(lambda _: import_module("app.portability.people_looking"))
        try:
            found = await self.book.look(tell)
        except RateLimited as error:  # this search has ended: it does not go on by itself
            self._trouble = (error.message, f"Find more after {clock_text(error.until)}.")
        except ServiceError as error:
            self._trouble = (error.message, error.next_step)
        self._looking = False
        if self.page is page:
            words = f"{found} new" if found else "Nobody new"
            words = f"{words} {self.book.among}".strip()
            page.say_progress("" if self._trouble[0] else words, busy=False)
            self._show()

    def _looked_for(
        self, source: AccountId, target: AccountId
    ) -> AsyncIterator[Suggested | tuple[int, int]]:
        from app.portability.people_looking import looked_for

        return looked_for(self._carry_over(), source, target)
