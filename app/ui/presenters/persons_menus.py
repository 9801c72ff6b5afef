"""What one can do to somebody, as each of one's accounts: menus of their page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from app.model import AccountId, Profile
from app.model.acts import PersonAct
from app.ui.migration.words import handle_text
from app.ui.people.words import follow_act, hearing_acts
from app.ui.presenters.reaction_menu import MUTES
from app.ui.timeline.menu import add, copy

if TYPE_CHECKING:
    from app.feed.rows import Card
    from app.model import Post
    from app.portability.carry_over import CarryOver
    from app.services.house import House
    from app.services.human import Human
    from app.ui.people.profile import ProfilePage
    from app.ui.presenters.threads import Meets


class PersonDoors(Struct, frozen=True):
    """
    What a page of somebody leads to.

    Attributes:
        carry_over: Looks for somebody elsewhere; asked for only when that is wanted.
        meet: Makes what answers a view's signals about cards.
        write: Answers or quotes a card. open_post: Opens a conversation.
        mention: A new draft to somebody, as one of my accounts.
        search: Looks for words.
        lists: On which of my lists somebody stands, of that network.
        message: Opens what was written in private, to go on there.
    """

    carry_over: Callable[[], CarryOver]
    meet: Meets
    write: Callable[[Card, str], None]
    open_post: Callable[[Card | Post], None]
    mention: Callable[[str, AccountId], None]
    search: Callable[[str], None]
    open_url: Callable[[str], bool]
    lists: Callable[[Profile, str], None]
    message: Callable[[Profile, AccountId], None]


class PersonsMenus:
    """
    Args:
        act: Does it: account, URI, what, seconds of a mute.
        report: Reports a URI, as an account.
    """

    def __init__(
        self,
        house: House,
        page: ProfilePage,
        act: Callable[[AccountId, str, PersonAct, int], None],
        doors: PersonDoors,
        report: Callable[[str, str], None],
    ) -> None:
        self._house, self._page, self._act = house, page, act
        self._mention, self._report = doors.mention, report
        self._lists, self._message = doors.lists, doors.message

    def follow(self, human: Human | None, at: QWidget) -> None:
        """Follow, or not any more: at once where there is one way to."""
        ways = [
            (account, side.known.profile, relation)
            for side in (human.sides if human is not None else ())
            for account, relation in side.relations.items()
        ]
        if len(ways) == 1 and not (ways[0][2].following or ways[0][2].requested):
            account, profile, _ = ways[0]
            self._act(account, profile.uri, "follow", 0)
            return
        menu = self._menu()
        for account, profile, relation in ways:
            word, act = follow_act(relation)
            icon = "user-plus" if act == "follow" else "user-circle"
            text = f"{word} {handle_text(profile.handle)} as {handle_text(account)}"
            does = partial(self._act, account, profile.uri, act, 0)  # type: ignore[arg-type]
            self._add(menu, icon, text, does)
            for icon, text, act in hearing_acts(relation, handle_text(profile.handle)):
                self._add(menu, icon, text, partial(self._act, account, profile.uri, act, 0))
        _show(menu, at)

    def write(self, human: Human | None, at: QWidget) -> None:
        """A post to them, or a private message: on which network, and as whom."""
        menu = self._menu()
        for side in human.sides if human is not None else ():
            profile = side.known.profile
            for account in list(side.relations)[:1]:
                whom = f"{handle_text(profile.handle)}, as {handle_text(account)}"
                post = partial(self._mention, profile.handle, account)
                self._add(menu, "pencil-simple", f"Post to {whom}", post)
                private = partial(self._message, profile, account)
                self._add(menu, "envelope-simple", f"Private message to {whom}", private)
        _show(menu, at)

    def more(self, human: Human | None, at: QWidget) -> None:
        """Copying, opening elsewhere, and lists."""
        menu = self._menu()
        for side in human.sides if human is not None else ():
            profile = side.known.profile
            handle = handle_text(profile.handle)
            self._add(menu, "copy", f"Copy {handle}", partial(copy, handle))
            if profile.url:
                self._add(menu, "share-network", "Copy link", partial(copy, profile.url))
                out = partial(self._page.page_wanted.emit, profile.url)
                self._add(menu, "arrow-square-out", f"Open {handle} in the browser", out)
            if self._keeps_lists(side.known.network):
                words = f"Add {handle} to a list…"
                self._add(
                    menu, "list-bullets", words, partial(self._lists, profile, side.known.network)
                )
            menu.addSeparator()
        _show(menu, at)

    def _keeps_lists(self, network: str) -> bool:
        mine = self._house.accounts.all()
        return any(one.network == network and "lists" in one.abilities for one in mine)

    def mute(self, account: str, uri: str, at: QWidget) -> None:
        """For how long, where the network knows an end."""
        mine = AccountId(account)
        if "filters" not in self._house.accounts.find(mine).abilities:
            self._act(mine, uri, "mute", 0)  # what keeps filters knows mutes that end
            return
        menu = self._menu()
        for text, seconds in MUTES:
            self._add(menu, "timer", text, partial(self._act, mine, uri, "mute", seconds))
        _show(menu, at)

    # ------------------------------------------------------------- private

    def _menu(self) -> QMenu:
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add(self, menu: QMenu, icon: str, text: str, does: Callable[[], object]) -> None:
        add(menu, self._page.view, icon, text).triggered.connect(lambda _=False: does())


def _show(menu: QMenu, at: QWidget) -> None:
    menu.popup(at.mapToGlobal(QPoint(0, at.height())))
