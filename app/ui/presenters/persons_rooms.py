"""Somebody's page and the people book, made when they are first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence, QShortcut

from app.model.errors import ServiceError
from app.ui.presenters.shelves_rooms import Shelving

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.feed.rows import Card
    from app.model import AccountId, Post, Profile
    from app.ui.presenters.cards import CardPresenter
    from app.ui.presenters.messages import MessagesPresenter
    from app.ui.presenters.people_room import PeopleRoom
    from app.ui.presenters.persons import Persons
    from app.ui.presenters.writing import Writing
    from app.ui.timeline.view import TimelineView

ROOM, KEY = "people", "Ctrl+P"


class Peopling(Shelving):
    """A part of ``Behind``."""

    @property
    def messages(self) -> MessagesPresenter:
        """Private messages of all accounts."""
        raise NotImplementedError

    @property
    def writing(self) -> Writing:
        """The composer and the outbox."""
        raise NotImplementedError

    def write(self, card: Card, what: str) -> None:
        """Answer a post in the composer, or quote it."""
        raise NotImplementedError

    def meet_cards(
        self,
        view: TimelineView,
        write: Callable[[Card, str], None],
        open_post: Callable[[Card | Post], None],
    ) -> CardPresenter:
        """Answer what *view* tells of single cards."""
        raise NotImplementedError

    def meet_rooms(self) -> None:
        """From now on the sidebar and keys open rooms."""
        super().meet_rooms()
        shortcut = QShortcut(QKeySequence(KEY), self._window)
        shortcut.activated.connect(lambda: self.open_room(ROOM))

    def open_room(self, name: str) -> None:
        """What the sidebar names so."""
        if name != ROOM:
            super().open_room(name)
        elif self.house.accounts.all() and not self._window.is_covered:
            self._window.put_menu_away()
            self.people_room.open()

    @cached_property
    def persons(self) -> Persons:
        """Somebody over all their accounts."""
        from app.ui.presenters.persons import Persons
        from app.ui.presenters.persons_menus import PersonDoors
        from app.ui.shell.links import open_in_browser

        doors = PersonDoors(
            lambda: self.belongings.carry_over,
            self.meet_cards,
            self.write,
            lambda post: self.threads.open(post),
            lambda handle, account: self.writing.mention(handle, account),
            self.open_search,
            open_in_browser,
            lambda profile, network: self.list_picker.open(profile, network),
            self._correspond,
        )
        made = Persons(self.surroundings, doors)
        self.travel.add("person", made)
        return made

    def _correspond(self, profile: Profile, account: AccountId) -> None:
        """Private messages with somebody; why not, where they cannot be written to."""
        from app.ui.presenters.messages_items import key_of

        async def work() -> None:
            try:
                key = await self.house.messages.start(account, [profile])
            except ServiceError as error:
                self.tell(error)
                return
            self.open_room("messages")
            self.messages.open(key_of(account, key))

        self.scope.restart(work(), name="correspond")

    @cached_property
    def people_room(self) -> PeopleRoom:
        """Who is one human, and who may be."""
        from app.ui.presenters.people_room import PeopleRoom

        made = PeopleRoom(self.surroundings, lambda: self.belongings.carry_over, self.open_person)
        self.travel.add(ROOM, made)
        return made
