"""From a post: its tags, to be looked for and followed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from app.feed.rows import Card
from app.model import AccountId
from app.model.errors import ServiceError
from app.ui.presenters.behind import KEEP
from app.ui.presenters.shelves_part import words_of
from app.ui.timeline.menu import add

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.reactions import ReactionsPresenter
    from app.ui.timeline.view import TimelineView

MOST = 8
"""Tags of one post that are offered."""


class TagMenu:
    """
    Adds its entries to a menu.

    Args:
        search: Looks for words.
    """

    def __init__(
        self,
        house: House,
        scope: TaskScope,
        reactions: Callable[[], ReactionsPresenter],
        search: Callable[[str], None],
    ) -> None:
        self._house, self._scope = house, scope
        self._reactions, self._search = reactions, search

    def fill(self, menu: QMenu, view: TimelineView, card: Card) -> None:
        """Nothing where the post has no tags."""
        found = {tag.casefold(): tag for copy in card.copies for tag in copy.post.tags}
        for tag in list(found.values())[:MOST]:
            sub = QMenu(menu)
            add(menu, view, "hash", tag).setMenu(sub)
            # What is followed is read only when somebody looks.
            sub.aboutToShow.connect(partial(self._open, sub, view, tag))

    def _open(self, sub: QMenu, view: TimelineView, tag: str) -> None:
        sub.clear()
        find = add(sub, view, "magnifying-glass", "Search posts")
        find.triggered.connect(lambda _=False: self._search(f"#{tag} "))
        try:
            followed = {
                one.account
                for one in self._house.feeds.tags.all()
                if tag.casefold() in (name.casefold() for name in one.tags)
            }
        except ServiceError:
            return  # the cache says so itself
        for account in self._house.accounts.all():
            on = account.id not in followed
            words = f"Follow as @{account.handle}" if on else f"Follow no more as @{account.handle}"
            act = add(sub, view, "plus" if on else "x", words)
            act.triggered.connect(partial(self._on_follow, view, account.id, tag, on))

    def _on_follow(
        self, view: TimelineView, account: AccountId, tag: str, on: bool, _checked: bool = False
    ) -> None:
        async def work() -> None:
            say = self._reactions().say
            try:
                await self._house.feeds.tags.follow(account, tag, on)
            except ServiceError as error:
                say(view, words_of(error), icon="warning-circle", color="danger")
                return
            said = f"You follow #{tag}" if on else f"You do not follow #{tag} any more"
            say(view, said, icon="hash")

        self._scope.start(work(), name=f"{KEEP}tag")
