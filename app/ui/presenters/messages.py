"""Private messages in the window: the inbox from the cache, a conversation beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer

from app.model import AccountId, Post, Profile
from app.model.errors import ServiceError
from app.services.messages_values import Inbox
from app.ui.presenters.behind import KEEP
from app.ui.presenters.messages_items import key_of, list_state
from app.ui.presenters.travel import Visit

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.feed.rows import Card
    from app.services.messages_values import TalkRow
    from app.ui.messages.page import MessagesPage
    from app.ui.presenters.messages_picker import PickerPresenter
    from app.ui.presenters.messages_talk import TalkPresenter
    from app.ui.presenters.surroundings import Surroundings

SOON_MS = 150
"""Between two looks at what has changed; the first is at once."""

LIST, LOOKS, JOIN = "messages", "looks at messages", "joining a group"


class MessagesPresenter(QObject):
    """
    One page in the place of the timeline, and the count beside its name.

    Args:
        open_person, open_post: Show somebody of a network, and a post.
        look_at: Shows one of the media of a card over the window.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        open_person: Callable[[Profile, str], bool],
        open_post: Callable[[Post], object],
        look_at: Callable[[Card, int, QWidget], bool],
    ) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, self._pictures, self._networks = around
        self._around = around
        self._open_person, self._open_post, self._look_at = open_person, open_post, look_at
        self.page: MessagesPage | None = None
        self.talk: TalkPresenter | None = None
        self.picker: PickerPresenter | None = None
        self.inbox = Inbox()
        self._network = self._sought = self._trouble = ""
        self._all_requests = self._loading = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._on_soon)
        self._changed = False

    def watch(self) -> Callable[[], None]:
        """Keep the count of unread ones beside the name from now on. Returns the way out."""
        self._scope.start(self._resume(), name=f"{KEEP}letters")
        self._look_again()
        return self._house.messages.subscribe(self._on_change)

    async def _resume(self) -> None:
        try:
            await self._house.messages.resume()
        except ServiceError as error:
            self._say(error)

    # --------------------------------------------------------------- opened

    def open(self, key: str = "") -> None:
        """From the cache at once; servers are asked as well. *key*: that conversation."""
        if self._window.in_first_run or self._window.is_covered:
            return
        self._window.put_menu_away()
        if self.page is None:
            self._make()
        assert self.page is not None
        if key:
            self.show(key)
        else:
            self.page.focus_first()

    def _make(self) -> None:
        from app.ui.messages.page import MessagesPage  # not before somebody wants it
        from app.ui.presenters.messages_talk import TalkPresenter

        page = self.page = MessagesPage(self._look, self._pictures)
        self._loading = True
        self.talk = TalkPresenter(
            self._around,
            page.pane,
            open_person=self._open_person,
            open_post=self._open_post,
            look_at=self._look_at,
            gone=self._on_gone,
            show_other=self._on_begun,
        )
        page.resized.connect(lambda: page.show_menu(not self._window.header.menu.isHidden()))
        page.menu_wanted.connect(self._window.draw_menu)
        page.left.connect(self.leave)
        page.chosen.connect(self._on_network)
        page.opened.connect(self.show)
        page.new_wanted.connect(self.write)
        page.searched.connect(self._on_search)
        page.accepted.connect(self._on_accept)
        page.declined.connect(self._on_decline)
        page.all_requests.connect(self._on_all_requests)
        page.row_menu.connect(self._on_row_menu)
        self._window.show_room(page)
        self._window.sidebar.show_in_room("messages")
        page.setFocus()
        self._look_again()
        self._ask_servers()
        self._scope.restart(self._house.messages.attend(self._on_stirred), name=LOOKS)

    def leave(self) -> bool:
        """Back to the timeline. False: it was not open."""
        page = self.page
        if page is None:
            return False
        self._window.room_changing.emit()
        if self.talk is not None:
            self.talk.close()
        self.page, self.talk = None, None
        self._scope.stop(LOOKS)
        self._network = self._sought = ""
        self._all_requests = False
        self._window.sidebar.show_in_room("messages", inside=False)
        if page in self._window.pages:
            self._window.show_room(None)
        page.deleteLater()
        return True

    def show(self, key: str) -> None:
        """Open a conversation; "" = close the one that is open."""
        page, talk = self.page, self.talk
        if page is None or talk is None or page.open_key == key:
            return
        self._window.room_changing.emit()
        account, _, conversation = key.partition(" ")
        page.show_open(key)
        talk.show(AccountId(account), conversation)
        self._draw()

    def write(self) -> None:
        """To somebody new."""
        from app.ui.presenters.messages_picker import PickerPresenter

        if self.page is None:
            self.open()
        if self.page is not None:
            self.picker = PickerPresenter(
                self._look, self.page, self._house, self._scope, self._pictures, self._networks
            )
            self.picker.begun.connect(self._on_begun)
            self.picker.linked.connect(
                lambda account, link: self._scope.restart(self._join(account, link), name=JOIN)
            )
            self.picker.open()

    async def _join(self, account: str, link: str) -> None:
        from app.ui.presenters.messages_group import join_by_link

        key = await join_by_link(self._around, AccountId(account), link, self._note)
        if key:
            self._on_begun(key)

    def _note(self, words: str) -> None:
        self._trouble = words
        self._draw()

    def _on_begun(self, key: str) -> None:
        self._look_again()
        self.show(key)
        if self.page is not None:
            self.page.pane.bar.write()

    # ----------------------------------------------------- back and forward

    def visit(self) -> Visit:
        """Which conversation is open."""
        return Visit(self.page.open_key if self.page is not None else "")

    def revisit(self, visit: Visit) -> None:
        """The same again."""
        self.open()
        self.show(str(visit.what))

    # ---------------------------------------------------------------- showing

    def _on_change(self, change: object) -> None:
        if self._soon.isActive():
            self._changed = True
            return
        self._soon.start(SOON_MS)
        self._look_again()

    def _on_soon(self) -> None:
        if self._changed:
            self._changed = False
            self._on_change(None)

    def _on_stirred(self, account: AccountId) -> None:
        """Something may have happened in the conversation that is open, too."""
        if self.talk is not None and self.talk.account == account:
            self.talk.refresh()

    def _look_again(self) -> None:
        self._scope.restart(self._load(), name=LIST)

    def _ask_servers(self) -> None:
        """New ones in all accounts, and in the conversation that is open."""
        if not self._window.isVisible():
            return
        for account in self._house.accounts.all():
            self._house.messages.request(account.id, background=not self._loading)
        if self.talk is not None:
            self.talk.refresh()

    async def _load(self) -> None:
        messages = self._house.messages
        try:
            if self.page is None:
                self._window.sidebar.show_unread("messages", await messages.unread())
                return
            self.inbox = await messages.inbox(words=self._sought)
        except ServiceError as error:
            self._say(error)
            return
        if self.inbox.rows or self.inbox.requests or not messages.is_asking:
            self._loading = False
        self._window.sidebar.show_unread("messages", self.inbox.unread)
        self._draw()
        if self.talk is not None:
            await self.talk.load()

    def _draw(self) -> None:
        page = self.page
        if page is None:
            return
        accounts = self._house.accounts.all()
        page.show_list(
            list_state(
                self.inbox,
                self._networks(),
                self._house.clock.now(),
                chosen=page.open_key,
                network=self._network,
                named=self._named(),
                all_requests=self._all_requests,
                foot=self._foot(),
                loading=self._loading,
                sought=self._sought,
                unanswered=self._house.messages.is_unanswered,
                own={one.id: one.uri for one in accounts},
            )
        )

    def _named(self) -> dict[str, str]:
        """What messages are called on each network that has them."""
        found: dict[str, str] = {}
        for account in self._house.accounts.all():
            try:
                found[account.network] = self._house.messages.messaging(account.id).name
            except ServiceError:
                continue  # it has none
        return found

    def _foot(self) -> str:
        said = [self._trouble] if self._trouble else []
        troubles = self._house.messages.troubles
        said += [f"{account}: {error.message}" for account, error in troubles.items()]
        if self._house.options.offline:
            said.append("You are offline: what you write waits here.")
        return " ".join(said)

    # ----------------------------------------------------------------- wanted

    def _on_network(self, network: str) -> None:
        self._network = network
        self._draw()

    def _on_search(self, words: str) -> None:
        self._sought = words
        self._look_again()

    def _on_all_requests(self) -> None:
        self._all_requests = not self._all_requests
        self._draw()

    def _on_accept(self, key: str) -> None:
        row = self._row(key)
        if row is not None:
            work = self._house.messages.accept(row.account, row.conversation.id)
            self._scope.start(self._tried(work, key), name=f"{KEEP}accept")

    def _on_decline(self, key: str) -> None:
        row = self._row(key)
        if row is not None:
            work = self._house.messages.leave(row.account, row.conversation.id)
            self._scope.start(self._tried(work), name=f"{KEEP}decline")

    async def _tried(self, work: object, then: str = "") -> None:
        try:
            await work  # type: ignore[misc]
        except ServiceError as error:
            self._say(error)
            return
        self._trouble = ""
        await self._load()
        if then:
            self.show(then)

    def _on_row_menu(self, key: str, at: QPoint) -> None:
        self.show(key)
        if self.talk is not None:
            self.talk.open_menu(at)

    def _on_gone(self) -> None:
        """The conversation that was open was left."""
        if self.page is not None:
            self.page.show_open("")
        self._look_again()

    def _row(self, key: str) -> TalkRow | None:
        for row in (*self.inbox.rows, *self.inbox.requests):
            if key_of(row.account, row.conversation.id) == key:
                return row
        return None

    def _say(self, error: ServiceError) -> None:
        """Where no conversation is to blame: at the foot."""
        self._note(f"{error.message} {error.next_step}".strip())
