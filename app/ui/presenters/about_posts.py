"""What a post's menu offers to know of it: who reacted, how it was before, a translation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.feed.rows import Card
from app.model import ViewerState
from app.model.errors import ServiceError
from app.services.sides import Side
from app.services.translating import ELSEWHERE
from app.services.wishing import acting
from app.ui.presenters.shelves_part import words_of
from app.ui.presenters.travel import Visit
from app.ui.shell.states import Loading, State
from app.ui.timeline.menu import add

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from app.services.house import House
    from app.ui.about.edits import EditsPage
    from app.ui.about.side import SidePage
    from app.ui.about.translated import TranslatedPage
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.reacted import ReactedPresenter
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.view import TimelineView


class AskedRoom(QObject):
    """
    A page of the right pane that a server is asked for (``travel.Room``).

    Attributes:
        side: What it is about; None: nothing yet.
    """

    task = ""
    asking = ""

    def __init__(self, look: Look, window: Window, house: House, scope: TaskScope) -> None:
        super().__init__(window)
        self._look, self._window, self._house, self._scope = look, window, house, scope
        self.side: Side | None = None

    @property
    def page(self) -> SidePage | None:
        """What stands in the right pane."""
        raise NotImplementedError

    def visit(self) -> Visit:
        """What is seen now."""
        return Visit(self.side.post.uri if self.side is not None else None, self.side)

    def leave(self) -> None:
        """Put the page away."""
        page = self.page
        if page is None:
            return
        self._window.room_changing.emit()
        self._forget()
        self._scope.stop(self.task)
        self._window.right.take_page(page)
        page.deleteLater()

    def _forget(self) -> None:
        """There is no page any more."""
        raise NotImplementedError

    def _ask(
        self, page: SidePage, work: Callable[[], Awaitable[None]], again: Callable[[], None]
    ) -> None:
        """Show that it is asked for; *again*: what is tried when it is refused."""
        page.holder.show_state(Loading(self._look, self.asking))
        self._window.right.show_page(page)
        page.setFocus()
        self._scope.restart(self._guarded(page, work, again), name=self.task)

    async def _guarded(
        self, page: SidePage, work: Callable[[], Awaitable[None]], again: Callable[[], None]
    ) -> None:
        try:
            await work()
        except ServiceError as error:
            words = words_of(error)
            state = State(
                self._look,
                "It could not be had",
                words,
                icon="cloud-slash",
                acts=[("Try again", "outline", again)],
            )
            page.holder.show_state(state)


class EditsRoom(AskedRoom):
    """How a post was before."""

    task, asking = "post edits", "Asking how it was before…"
    _page: EditsPage | None = None

    @property
    def page(self) -> EditsPage | None:
        """What stands in the right pane."""
        return self._page

    def open(self, side: Side) -> None:
        """Ask its server."""
        from app.ui.about.edits import EditsPage  # not before somebody wants it

        self._window.room_changing.emit()
        self.side = side
        if self._page is None:
            self._page = EditsPage(self._look)
            self._page.leaving.connect(self.leave)
        page = self._page
        self._ask(page, lambda: self._load(page, side), lambda: self.open(side))

    def revisit(self, visit: Visit) -> None:
        """Show it again."""
        self.open(visit.state)

    async def _load(self, page: EditsPage, side: Side) -> None:
        edits = await self._house.histories.edits(side)
        page.show_edits(edits)

    def _forget(self) -> None:
        self._page = None


class TranslationRoom(AskedRoom):
    """A post in another language."""

    task, asking = "post translation", "Your server is translating…"
    _page: TranslatedPage | None = None
    _to = ""

    @property
    def page(self) -> TranslatedPage | None:
        """What stands in the right pane."""
        return self._page

    def open(self, side: Side, to: str = "") -> None:
        """In the reader's first language, or in *to*."""
        from app.ui.about.translated import TranslatedPage  # not before somebody wants it

        self._window.room_changing.emit()
        languages = self._house.translating.languages()
        self.side, self._to = side, to or languages[0]
        if self._page is None:
            self._page = TranslatedPage(self._look, languages)
            self._page.leaving.connect(self.leave)
            self._page.to_wanted.connect(self._on_language)
        self._page.begin(self._to)
        page = self._page
        self._ask(page, lambda: self._load(page), lambda: self.open(side, self._to))

    def revisit(self, visit: Visit) -> None:
        """Show it again."""
        self.open(visit.state)

    def _on_language(self, code: str) -> None:
        if self.side is not None:
            self.open(self.side, code)

    async def _load(self, page: TranslatedPage) -> None:
        side = self.side
        assert side is not None
        made = await self._house.translating.translate(side, self._to)
        page.show_translation(side.post, made)

    def _forget(self) -> None:
        self._page = None


class AboutPosts:
    """Fills menus: only with what some server of mine can tell."""

    def __init__(
        self,
        house: House,
        reacted: Callable[[], ReactedPresenter],
        edits: Callable[[], EditsRoom],
        translation: Callable[[], TranslationRoom],
    ) -> None:
        self._house = house
        self._reacted, self._edits, self._translation = reacted, edits, translation

    def fill(self, menu: QMenu, view: TimelineView, card: Card) -> None:
        """At the end of what is in it already."""
        house = self._house
        if house.options.offline:
            return  # no server can be asked
        self._own_pages(menu, view, card)
        menu.addSeparator()
        if house.who_reacted.sides(card.copies):
            who = add(menu, view, "users", "Who liked, reposted, quoted…")
            who.triggered.connect(lambda _=False: self._reacted().open(card))
        edited = house.histories.sides(card.copies)
        if edited:
            how = add(menu, view, "clock-counter-clockwise", "Edit history…")
            how.triggered.connect(lambda _=False: self._edits().open(edited[0]))
        foreign = house.translating.sides(card.copies)
        if foreign:
            words = add(menu, view, "translate", "Translate")
            words.triggered.connect(lambda _=False: self._translation().open(foreign[0]))
        elif url := house.translating.elsewhere(card.copies):
            words = add(menu, view, "translate", f"Translate at {ELSEWHERE}")
            words.triggered.connect(partial(_open, view, url))

    def _own_pages(self, menu: QMenu, view: TimelineView, card: Card) -> None:
        """Where my own servers show it, with me signed in there perhaps."""
        from app.protocols.about import ShowsOnWeb

        accounts = self._house.accounts
        known = {copy.post.url for copy in card.copies}
        for account, post in acting(card.copies, accounts.all()):
            service = accounts.service(account)
            if not isinstance(service, ShowsOnWeb):
                continue
            url = service.web_address(post, card.viewers.get(account, ViewerState()).ref)
            if url and url not in known:
                known.add(url)
                text = f"Open at {accounts.find(account).host}, your server"
                act = add(menu, view, "arrow-square-out", text)
                act.triggered.connect(partial(_open, view, url))


def _open(view: TimelineView, url: str, _checked: bool = False) -> None:
    view.link_activated.emit(url, "")
