"""On which of my lists somebody stands: asked and changed from wherever they are seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.model import AccountId, Profile
from app.model.errors import ServiceError
from app.ui.presenters.behind import KEEP
from app.ui.presenters.shelves_part import words_of
from app.ui.shelves.dialogs import ListPicker, OnList
from app.ui.timeline.menu import add

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from app.feed.rows import Card
    from app.services.house import House
    from app.services.lists import AccountLists
    from app.ui.asyncqt import TaskScope
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.view import TimelineView

ASK = "list picker"


class ListPickerPresenter(QObject):
    """
    Args:
        open_lists: Shows the page of lists.
    """

    def __init__(
        self,
        look: Look,
        window: Window,
        house: House,
        scope: TaskScope,
        open_lists: Callable[[], None],
    ) -> None:
        super().__init__(window)
        self._look, self._window, self._house, self._scope = look, window, house, scope
        self._open_lists = open_lists
        self.dialog: ListPicker | None = None
        self.busy = 0
        self._found: tuple[AccountLists, ...] = ()
        self._on: dict[str, bool] = {}

    def fill(self, menu: QMenu, view: TimelineView, card: Card) -> None:
        """Where some account of mine keeps lists on the author's network."""
        post = card.post
        mine = [one for one in self._house.accounts.all() if one.network == post.network]
        if any("lists" in one.abilities for one in mine) and all(
            one.uri != post.author.uri for one in mine
        ):
            entry = add(menu, view, "list-bullets", "Add the author to a list…")
            entry.triggered.connect(lambda _=False: self.open(post.author, post.network))

    def open(self, profile: Profile, network: str) -> None:
        """Ask the servers of that network for their lists."""
        dialog = self.dialog = ListPicker(self._look, profile.shown_name, self._window)
        dialog.put.connect(lambda key, on: self._on_put(dialog, profile, key, on))
        dialog.new_wanted.connect(self._on_new)
        dialog.finished.connect(self._on_closed)
        dialog.open()
        self._scope.restart(self._load(dialog, profile, network), name=ASK)

    async def _load(self, dialog: ListPicker, profile: Profile, network: str) -> None:
        found = await self._house.lists.all()
        accounts = self._house.accounts
        self._found = tuple(
            one
            for one in found
            if one.account in accounts and accounts.find(one.account).network == network
        )
        self._on = {
            f"{one.account} {kept.ref}": any(
                profile.uri == who.uri or profile.handle == who.handle for who in kept.members
            )
            for one in self._found
            for kept in one.lists
        }
        failed = next((one.trouble for one in self._found if one.trouble is not None), None)
        said = words_of(failed) if failed is not None else ""
        if not said and not self._on:
            said = "You have no lists on this network yet."
        self._show(dialog, said, danger=failed is not None)

    def _show(self, dialog: ListPicker, said: str = "", *, danger: bool = False) -> None:
        if dialog is not self.dialog:
            return
        find = self._house.accounts.find
        dialog.show_lists(
            [
                OnList(
                    key=f"{one.account} {kept.ref}",
                    title=kept.title,
                    about=f"@{find(one.account).handle}",
                    on=self._on[f"{one.account} {kept.ref}"],
                )
                for one in self._found
                for kept in one.lists
            ],
            said,
            danger=danger,
        )

    def _on_put(self, dialog: ListPicker, profile: Profile, key: str, on: bool) -> None:
        account, _, ref = key.partition(" ")
        self.busy += 1
        work = self._put(dialog, profile, AccountId(account), ref, on)
        self._scope.start(work, name=f"{KEEP}list member")

    async def _put(
        self, dialog: ListPicker, profile: Profile, account: AccountId, ref: str, on: bool
    ) -> None:
        try:
            await self._house.lists.put_profile(account, ref, profile, on=on)
            self._on[f"{account} {ref}"] = on
        except ServiceError as error:
            self._show(dialog, words_of(error), danger=True)
        finally:
            self.busy -= 1

    def _on_new(self) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._open_lists()

    def _on_closed(self) -> None:
        if self.dialog is not None:
            self._scope.stop(ASK)
            self.dialog.deleteLater()
            self.dialog = None
