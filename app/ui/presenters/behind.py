"""What stands behind the window's signals: each made when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.accounts import AccountsPresenter
    from app.ui.presenters.late import LatePictures
    from app.ui.presenters.settings import SettingsPresenter
    from app.ui.presenters.timeline import TimelinePresenter
    from app.ui.presenters.writing import Writing
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.view import TimelineView


class Behind:
    """
    Makes the services and their presenters, and keeps them.

    Loading all of it takes as long as an empty window; so who presses something
    before it is there waits for that part alone.

    Attributes:
        scope: The tasks of the window.
    """

    def __init__(
        self,
        look: Look,
        window: Window,
        view: TimelineView,
        pictures: LatePictures,
        furnish: Callable[[], House],
        scope: TaskScope,
    ) -> None:
        """*furnish*: makes what needs no window."""
        self._look, self._window, self._view, self._pictures = look, window, view, pictures
        self._furnish, self.scope = furnish, scope

    def report(self, error: Exception) -> None:
        """A bug."""
        raise NotImplementedError

    def meet_timeline(self, timeline: TimelinePresenter) -> None:
        """It was just made: connect its signals."""
        raise NotImplementedError

    def meet_accounts(self, accounts: AccountsPresenter) -> None:
        """It was just made: connect its signals."""
        raise NotImplementedError

    @cached_property
    def house(self) -> House:
        """Accounts, timelines and all else that needs no window."""
        return self._furnish()

    @cached_property
    def timeline(self) -> TimelinePresenter:
        """What is read."""
        from app.ui.presenters.timeline import TimelinePresenter

        made = TimelinePresenter(self._view, self.house.timelines, self.scope)
        self.meet_timeline(made)
        return made

    @cached_property
    def accounts(self) -> AccountsPresenter:
        """Signing in, and what else one does with an account."""
        from app.ui.presenters.accounts import AccountsPresenter

        house = self.house
        made = AccountsPresenter(
            self._look,
            self._window,
            house.accounts,
            house.registry,
            house.vault,
            self.scope,
            self.report,
            pictures=self._pictures,
        )
        self.meet_accounts(made)
        return made

    @cached_property
    def writing(self) -> Writing:
        """The composer and the outbox."""
        from app.ui.presenters.writing import Writing

        return Writing(self._look, self._window, self.house, self._pictures, self.scope)

    @property
    def is_writing(self) -> bool:
        """Whether anything of it was ever opened."""
        return "writing" in self.__dict__

    @cached_property
    def settings(self) -> SettingsPresenter:
        """What one chooses."""
        from app.ui.presenters.settings import SettingsPresenter

        return SettingsPresenter(self._look, self._window, self.house, self.scope)
