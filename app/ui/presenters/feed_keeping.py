"""What becomes of a recipe in the lab: saved, left, given a key, doubled, removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from app.feed.recipe import Recipe
from app.model.errors import ServiceError
from app.ui.feeds.draft import Draft

if TYPE_CHECKING:
    from app.services.feeds import Feeds
    from app.ui.asyncqt import TaskScope
    from app.ui.feeds.lab import LabPage
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look


class LabKeeping(QObject):
    """
    The lab's dealings with what is kept. ``FeedLab`` shows and changes.

    Attributes:
        page, draft: None while the lab is closed.
    """

    def __init__(
        self,
        look: Look,
        window: Window,
        feeds: Feeds,
        scope: TaskScope,
        go: Callable[[str], None],
        say: Callable[[ServiceError], None],
    ) -> None:
        super().__init__(window)
        self._look, self._window, self._feeds = look, window, feeds
        self._scope, self._go, self._say = scope, go, say
        self.page: LabPage | None = None
        self.draft: Draft | None = None

    def open(self, id: str) -> None:
        """Change the feed *id*."""
        raise NotImplementedError

    def close(self) -> None:
        """Follow nothing any more."""
        raise NotImplementedError

    def _open(self, draft: Draft) -> None:
        raise NotImplementedError

    def _show(self) -> None:
        raise NotImplementedError

    def _recipe(self) -> Recipe:
        assert self.draft is not None
        return self.draft.recipe

    def save(self) -> None:
        """Keep it; what shows it follows at once."""
        draft = self.draft
        if draft is not None and draft.is_edited:
            draft.change(_without_idle)
            self._scope.start(self._keep(draft), name="keep feed")

    async def _keep(self, draft: Draft) -> None:
        await self._save(draft)

    async def _save(self, draft: Draft) -> bool:
        """False: it could not be kept, which was told."""
        recipe = draft.recipe
        try:
            await self._feeds.save(recipe)
        except ServiceError as error:
            if self.page is not None:
                self.page.preview.show_trouble(f"{error.message} {error.next_step}")
            return False
        if draft.recipe == recipe:
            draft.note_saved()
        if self.draft is draft:
            self._show()
        return True

    def leave(self) -> None:
        """Back to the window; changes that are not kept are asked for."""
        draft = self.draft
        if draft is None or not draft.is_edited or draft.recipe == draft.base:
            self._leave()
            return
        from app.ui.feeds.dialogs import AskDialog
        from app.ui.widgets.button import Button

        answers = {
            "drop": Button(self._look, "Leave without", "danger"),
            "keep": Button(self._look, "Save feed", "tonal"),
        }
        text = f"“{draft.recipe.name}” has changes that are not saved."
        dialog = AskDialog(self._look, "Save the feed?", text, self._window, answers)
        dialog.answered.connect(self._on_leave)
        dialog.open_once()

    def _on_leave(self, answer: str) -> None:
        draft = self.draft
        if answer == "keep" and draft is not None:
            self._scope.start(self._save_and_leave(draft), name="keep feed")
        else:
            self._leave()

    async def _save_and_leave(self, draft: Draft) -> None:
        draft.change(_without_idle)
        if await self._save(draft):
            self._leave()

    def _leave(self) -> None:
        self._window.room_changing.emit()
        draft = self.draft
        self.close()
        self._window.uncover()
        if draft is not None and draft.saved is not None:
            self._go(draft.saved.id)

    def _on_key(self) -> None:
        """Which of the keys 1 … 9 leads to it."""
        page = self.page
        if page is None:
            return
        menu = QMenu(page)
        menu.setAccessibleName("Key")
        menu.aboutToHide.connect(menu.deleteLater)
        for number, info in enumerate(self._feeds.list()[:9], 1):
            act = menu.addAction(f"{number}   now {info.name}")
            act.triggered.connect(lambda _=False, number=number: self._put_at(number - 1))
        menu.addAction("No key").triggered.connect(lambda: self._put_at(9))
        key = page.head.key
        menu.popup(key.mapToGlobal(key.rect().bottomLeft()))

    def _put_at(self, place: int) -> None:
        id = self._recipe().id
        ids = [info.id for info in self._feeds.list() if info.id != id]
        ids.insert(place, id)
        self._scope.start(self._order(tuple(ids)), name="keep order")

    async def _order(self, ids: tuple[str, ...]) -> None:
        try:
            await self._feeds.order(ids)
        except ServiceError as error:
            self._say(error)
        self._show()

    def _on_duplicate(self) -> None:
        recipe = self._recipe()
        made = replace(
            recipe, id=self._feeds.book.free_id(recipe.id), name=f"{recipe.name}, my own"
        )
        self._open(Draft(made, saved=False))

    def _on_remove(self) -> None:
        from app.ui.feeds.dialogs import AskDialog
        from app.ui.widgets.button import Button

        recipe = self._recipe()
        reset = self._comes_along(recipe.id)
        word = "Reset" if reset else "Remove"
        text = (
            f"“{recipe.name}” becomes what it was before you changed it."
            if reset
            else f"“{recipe.name}” is forgotten. Share it first if you may want it again."
        )
        answers = {"yes": Button(self._look, f"{word} the feed", "remove")}
        dialog = AskDialog(self._look, f"{word} this feed?", text, self._window, answers)
        dialog.answered.connect(
            lambda _: self._scope.start(self._remove(recipe.id), name="keep removal")
        )
        dialog.open_once()

    async def _remove(self, id: str) -> None:
        try:
            await self._feeds.remove(id)
        except ServiceError as error:
            self._say(error)
            return
        self._window.room_changing.emit()
        self.close()
        self._window.uncover()
        if self._comes_along(id):
            self.open(id)

    def _comes_along(self, id: str) -> bool:
        """It came with Godwit, or is pinned at a server: without a document of mine it is there."""
        return id in self._feeds.book.documents.feeds or self._feeds.pins.pin(id) is not None


def _without_idle(recipe: Recipe) -> Recipe:
    """Scorers that are off are not kept, as long as one is on."""
    terms = tuple(term for term in recipe.rank.terms if term.weight)
    return replace(recipe, rank=replace(recipe.rank, terms=terms)) if terms else recipe
