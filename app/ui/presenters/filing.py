"""From a post: into a folder of this computer, with a note."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from shiboken6 import isValid

from app.feed.rows import Card
from app.model.errors import ServiceError
from app.ui.asyncqt import TaskScope
from app.ui.presenters.behind import KEEP
from app.ui.timeline.menu import add

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from app.services.house import House
    from app.ui.presenters.reactions import ReactionsPresenter
    from app.ui.search.filing import FilingDialog
    from app.ui.theme.look import Look
    from app.ui.timeline.view import TimelineView


class FilingMenu:
    """Adds its entry to a menu."""

    def __init__(
        self,
        look: Look,
        house: House,
        scope: TaskScope,
        reactions: Callable[[], ReactionsPresenter],
    ) -> None:
        self._look, self._house, self._scope = look, house, scope
        self._reactions = reactions
        self.dialog: FilingDialog | None = None

    def fill(self, menu: QMenu, view: TimelineView, card: Card) -> None:
        """At the end of what is in it already."""
        entry = add(menu, view, "bookmark-simple", "Keep in a folder…")
        entry.triggered.connect(lambda _=False: self.open(view, card))

    def open(self, view: TimelineView, card: Card) -> None:
        """Ask for folder and note."""
        from app.ui.search.filing import FilingDialog  # loaded when it is first wanted

        bookmarks = self._house.bookmarks
        try:
            filed = bookmarks.of([copy.post.uri for copy in card.copies])
            folders = [name for name, _ in bookmarks.folders()]
        except ServiceError as error:
            self._say(view, error)
            return
        dialog = self.dialog = FilingDialog(
            self._look,
            view.window(),
            folders,
            filed.folder if filed is not None else "",
            filed.note if filed is not None else "",
            known=filed is not None,
        )
        post = filed.post if filed is not None else card.post

        def close() -> None:
            if isValid(dialog):
                dialog.accept()

        def on_trouble(error: ServiceError) -> None:
            # Who has put it away meanwhile is told where they are.
            if isValid(dialog):
                dialog.show_trouble(error.message, error.next_step)
            else:
                self._say(view, error)

        async def keep(folder: str, note: str) -> None:
            try:
                made = await bookmarks.file(post, folder=folder, note=note)
            except ServiceError as error:
                on_trouble(error)
                return
            close()
            where = f"Kept in “{made.folder}”." if made.folder else "Kept among your bookmarks."
            self._reactions().say(view, where, icon="bookmark-simple")

        async def forget() -> None:
            try:
                await bookmarks.unfile([copy.post.uri for copy in card.copies])
            except ServiceError as error:
                on_trouble(error)
                return
            close()
            self._reactions().say(view, "Its folder and note are forgotten.")

        dialog.filed.connect(
            lambda folder, note: self._scope.start(keep(folder, note), name=f"{KEEP}bookmark")
        )
        dialog.forgotten.connect(lambda: self._scope.start(forget(), name=f"{KEEP}bookmark"))
        dialog.open_once()

    def _say(self, view: TimelineView, error: ServiceError) -> None:
        words = f"{error.message} {error.next_step}".strip()
        self._reactions().say(view, words, icon="warning-circle", color="danger")
