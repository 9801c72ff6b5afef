"""Private messages behind the window: made when they are first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from app.ui.presenters.shelves_rooms import Shelving

if TYPE_CHECKING:
    from app.ui.presenters.media import MediaRoom
    from app.ui.presenters.messages import MessagesPresenter
    from app.ui.presenters.notifications import NoticesPresenter
    from app.ui.presenters.threads import Threads

ROOM, KEY = "messages", "M"


class Corresponding(Shelving):
    """A part of ``Behind``."""

    @property
    def notices(self) -> NoticesPresenter:
        """What others did that concerns me."""
        raise NotImplementedError

    @property
    def threads(self) -> Threads:
        """Conversations."""
        raise NotImplementedError

    @property
    def media_room(self) -> MediaRoom:
        """Pictures and films over the whole window."""
        raise NotImplementedError

    def leave_notices(self) -> bool:
        """Leave what stands in the place of the timeline."""
        raise NotImplementedError

    def meet_rooms(self) -> None:
        """From now on the sidebar and a key open them."""
        super().meet_rooms()
        shortcut = QShortcut(QKeySequence(KEY), self._window)
        shortcut.activated.connect(lambda: self.open_room(ROOM))

    def open_room(self, name: str) -> None:
        """What the sidebar names so."""
        if name != ROOM:
            super().open_room(name)
        elif self.house.accounts.all() and not self._window.is_covered:
            self.travel.uncover()
            if self.messages.page is None:
                self.leave_notices()
            self.messages.open()

    @cached_property
    def messages(self) -> MessagesPresenter:
        """Private messages of all accounts."""
        from app.ui.presenters.messages import MessagesPresenter

        made = MessagesPresenter(
            self.surroundings,
            open_person=self.open_person,
            open_post=lambda post: self.threads.open(post),
            look_at=lambda card, index, page: self.media_room.open_lone(card, page, index),
        )
        self.travel.add("messages", made)
        self._window.room_changing.connect(
            lambda: QTimer.singleShot(0, made, self._on_room_changed)
        )
        return made

    def watch_rooms(self) -> list[Callable[[], None]]:
        """Keep counts beside their names. Returns the ways out."""
        return [self.notices.watch(), self.messages.watch()]

    def leave_messages(self) -> bool:
        """Back to the timeline. False: they were not open."""
        return self.is_made("messages") and self.messages.leave()

    def _on_room_changed(self) -> None:
        """Another room stands in their place: these have gone from the window."""
        page = self.messages.page
        if page is not None and page not in self._window.pages:
            self.messages.leave()
