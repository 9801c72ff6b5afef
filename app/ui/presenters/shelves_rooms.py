"""Rooms beside what is read: what is told of a post; lists, tags and trends; made when needed."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

from app.ui.presenters.moving_rooms import Owning

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from app.feed.rows import Card
    from app.model import Profile
    from app.ui.presenters.about_posts import AboutPosts, EditsRoom, TranslationRoom
    from app.ui.presenters.averting import AvertingMenu
    from app.ui.presenters.feeds import FeedRoom
    from app.ui.presenters.filing import FilingMenu
    from app.ui.presenters.list_picker import ListPickerPresenter
    from app.ui.presenters.reacted import ReactedPresenter
    from app.ui.presenters.reactions import ReactionsPresenter
    from app.ui.presenters.shelves import ShelvesPresenter
    from app.ui.presenters.tag_menu import TagMenu
    from app.ui.presenters.threads import Threads
    from app.ui.presenters.travel import Travel
    from app.ui.timeline.view import TimelineView


KEPT = {"bookmarks": "in:bookmarks ", "likes": "in:likes "}
"""Rooms of the sidebar that the search shows."""


ROOM_KEYS = {"likes": "Ctrl+Shift+L", "shelves": "Ctrl+L"}


class Shelving(Owning):
    """A part of ``Behind``."""

    travel: Travel

    @property
    def reactions(self) -> ReactionsPresenter:
        """Likes, reposts and what else one does to posts and people."""
        raise NotImplementedError

    @property
    def averting(self) -> AvertingMenu:
        """What one can do against a post."""
        raise NotImplementedError

    @property
    def feeds(self) -> FeedRoom:
        """Feeds: their list, why, and the lab."""
        raise NotImplementedError

    @property
    def threads(self) -> Threads:
        """Conversations."""
        raise NotImplementedError

    def open_person(self, profile: Profile, network: str) -> bool:
        """Show somebody in the right pane. False: there is none."""
        raise NotImplementedError

    def open_search(self, text: str = "") -> None:
        """Over the timeline; *text*: look for it at once."""
        raise NotImplementedError

    def meet_rooms(self) -> None:
        """From now on the sidebar and keys open rooms."""
        self._window.sidebar.room_wanted.connect(self.open_room)
        for name, keys in ROOM_KEYS.items():
            shortcut = QShortcut(QKeySequence(keys), self._window)
            shortcut.activated.connect(partial(self.open_room, name))

    def open_room(self, name: str) -> None:
        """What the sidebar names so."""
        if name != "shelves":
            self.open_search(KEPT.get(name, ""))
        elif self.house.accounts.all() and not self._window.is_covered:
            self._window.put_menu_away()
            self.shelves.open()

    @cached_property
    def shelves(self) -> ShelvesPresenter:
        """Lists, tags and trends."""
        from app.ui.presenters.shelves import ShelvesPresenter
        from app.ui.presenters.shelves_part import ShelfDoors
        from app.ui.shell.links import warned_open

        doors = ShelfDoors(
            lambda recipe: self.feeds.lab.use(recipe),
            self.open_person,
            self.open_search,
            lambda url: warned_open(self._look, self._window, url, ""),
            lambda: None,
        )
        made = ShelvesPresenter(self.surroundings, doors)
        self.travel.add("shelves", made)
        return made

    def fill_menu(self, menu: QMenu, view: TimelineView, card: Card) -> None:
        """What one can do with a post, beside what everybody does."""
        self.about_posts.fill(menu, view, card)
        self.filing.fill(menu, view, card)
        self.list_picker.fill(menu, view, card)
        self.tag_menu.fill(menu, view, card)
        self.averting.fill(menu, view, card)

    @cached_property
    def filing(self) -> FilingMenu:
        """Folders and notes of bookmarks."""
        from app.ui.presenters.filing import FilingMenu

        return FilingMenu(self._look, self.house, self.scope, lambda: self.reactions)

    @cached_property
    def tag_menu(self) -> TagMenu:
        """Tags of a post."""
        from app.ui.presenters.tag_menu import TagMenu

        return TagMenu(self.house, self.scope, lambda: self.reactions, self.open_search)

    @cached_property
    def list_picker(self) -> ListPickerPresenter:
        """On which of my lists somebody stands."""
        from app.ui.presenters.list_picker import ListPickerPresenter

        return ListPickerPresenter(
            self._look, self._window, self.house, self.scope, lambda: self.shelves.open()
        )

    @cached_property
    def about_posts(self) -> AboutPosts:
        """What menus offer to know of a post."""
        from app.ui.presenters.about_posts import AboutPosts

        return AboutPosts(
            self.house, lambda: self.reacted, lambda: self.edits, lambda: self.translation
        )

    @cached_property
    def reacted(self) -> ReactedPresenter:
        """Who liked, passed on, quoted."""
        from app.ui.presenters.reacted import ReactedPresenter

        made = ReactedPresenter(
            self.surroundings, self.open_person, lambda post: self.threads.open(post)
        )
        self.travel.add("reacted", made)
        return made

    @cached_property
    def edits(self) -> EditsRoom:
        """How a post was before."""
        from app.ui.presenters.about_posts import EditsRoom

        made = EditsRoom(self._look, self._window, self.house, self.scope)
        self.travel.add("edits", made)
        return made

    @cached_property
    def translation(self) -> TranslationRoom:
        """A post in another language."""
        from app.ui.presenters.about_posts import TranslationRoom

        made = TranslationRoom(self._look, self._window, self.house, self.scope)
        self.travel.add("translation", made)
        return made
