"""From a post: never this one again, nor words like these; or what covers it, no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.feed.rows import Card
from app.model import AccountId
from app.model.errors import ServiceError
from app.model.moderation import HiddenChange
from app.ui.asyncqt import TaskScope
from app.ui.presenters.behind import KEEP
from app.ui.timeline.menu import add

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from app.moderation.verdict import Undo
    from app.services.house import House
    from app.ui.presenters.reactions import ReactionsPresenter
    from app.ui.timeline.view import TimelineView


class AvertingMenu:
    """
    Adds its entries to a menu.

    Args:
        mute_like: Opens the editor of a muted word, with a text in it.
        open_rules: Opens the page where everything can be changed.
    """

    def __init__(
        self,
        house: House,
        scope: TaskScope,
        reactions: Callable[[], ReactionsPresenter],
        mute_like: Callable[[str], None],
        open_rules: Callable[[], None],
    ) -> None:
        self._house, self._scope = house, scope
        self._reactions, self._mute_like, self._open_rules = reactions, mute_like, open_rules

    def fill(self, menu: QMenu, view: TimelineView, card: Card) -> None:
        """At the end of what is in it already."""
        menu.addSeparator()
        places = self._places(card)
        if places:
            hide = add(menu, view, "eye-slash", "Hide this post")
            hide.triggered.connect(lambda _=False: self._hide(view, places))
        tag = f"#{card.post.tags[0]}" if card.post.tags else ""
        mute = add(menu, view, "speaker-slash", "Mute words like this…")
        mute.triggered.connect(lambda _=False: self._mute_like(tag))

    def undo(self, view: TimelineView, undo: Undo) -> None:
        """End what covers a post; what is for the user to edit is opened."""
        if undo.act == "edit_filter":
            self._open_rules()
            return

        async def work() -> None:
            say = self._reactions().say
            try:
                await self._house.moderation.undo(undo)
            except ServiceError as error:
                words = f"Not changed. {error.message} {error.next_step}".strip()
                say(view, words, icon="warning-circle", color="danger")
                return
            say(view, "Changed. It counts for all posts from now on.")

        self._scope.start(work(), name=f"{KEEP}undo")

    def _places(self, card: Card) -> list[tuple[AccountId, str]]:
        """Accounts whose server remembers hidden posts, each with its copy of this one."""
        known = self._house.moderation.settled
        return [
            (account.id, copy.post.uri)
            for copy in card.copies
            for account in self._house.accounts.all()
            if account.network == copy.post.network
            and account.uri != copy.post.author.uri
            and known(account.id) is not None
        ]

    def _hide(self, view: TimelineView, places: list[tuple[AccountId, str]]) -> None:
        async def work() -> None:
            say = self._reactions().say
            try:
                for account, uri in places:
                    await self._house.moderation.settle(account, HiddenChange(uri))
            except ServiceError as error:
                words = f"Not hidden. {error.message} {error.next_step}".strip()
                say(view, words, icon="warning-circle", color="danger")
                return
            say(view, "Hidden. “Why?” above shows it again.", icon="eye-slash")

        self._scope.start(work(), name=f"{KEEP}hidden post")
