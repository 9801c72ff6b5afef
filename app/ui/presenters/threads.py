"""Conversations in the window: one in the right pane, others in windows of their own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut

from app.compose.spans import find_spans
from app.feed.rows import Card
from app.model import Post
from app.model.draft import Draft, DraftId, PostAddress
from app.model.errors import ServiceError
from app.ui.presenters.behind import KEEP
from app.ui.presenters.thread import ThreadPresenter, addresses_of
from app.ui.presenters.thread import Visit as Conversed
from app.ui.presenters.travel import Visit
from app.ui.shell.way_back import came_by_keys
from app.ui.thread.pane import ThreadPane, ThreadWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.services.accounts import AccountsChanged
    from app.ui.presenters.cards import CardPresenter
    from app.ui.presenters.surroundings import Surroundings
    from app.ui.presenters.travel import Travel
    from app.ui.timeline.view import TimelineView

WIDTH = "ui.right.width"
"""Setting: px of the right pane at text size 100 %; 0: as usual."""

Meets = Callable[
    ["TimelineView", Callable[[Card, str], None], Callable[[Card | Post], None]], "CardPresenter"
]
"""Answers what a view tells of single cards: how to answer or quote, how to open a post."""


class Threads(QObject):
    """
    Opens conversations.

    Args:
        meet: Makes what answers a view's signals about cards.
        compose: Goes on with a draft in the composer.
        quote: Quotes a card in the composer.
        elsewhere: That draft is open in a composer.
        travel: Back and forward in the pane are the window's.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        meet: Meets,
        compose: Callable[[Draft, tuple[tuple[str, str], ...]], None],
        quote: Callable[[Card], None],
        travel: Travel,
        elsewhere: Callable[[DraftId], bool] = lambda draft: False,
    ) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, self._pictures, self._networks = around
        self._meet, self._compose, self._quote = meet, compose, quote
        self._elsewhere, self._travel = elsewhere, travel
        self.current: ThreadPresenter | None = None
        self._alone: dict[ThreadPresenter, ThreadWindow] = {}
        self._window.right.covering_changed.connect(self._on_covering)
        self._window.sidebar.place_chosen.connect(self._on_place)
        self._leave = self._house.accounts.subscribe(self._on_accounts)
        self._window.widen_right(self._house.store.reader.setting(WIDTH, 0))
        self._window.right_widened.connect(self._on_widened)
        self._house.retention.conversations = self.addresses  # they stay in the cache while open

    # ------------------------------------------------------------- opening

    def open(self, post: Card | Post) -> None:
        """Show the conversation around a card, or around a post that is quoted."""
        self._window.room_changing.emit()
        card = post if isinstance(post, Card) else None
        if isinstance(post, Card):
            addresses: Sequence[PostAddress] = addresses_of(post)
        else:
            addresses = (PostAddress(post.network, post.uri, post.url),)
        self._come_to_pane().show(addresses, card)

    def _come_to_pane(self) -> ThreadPresenter:
        if self.current is None:
            self.current = self._make(alone=False)
        if self._window.right.page is not self.current.pane:
            self.current.pane.view.by_keyboard = came_by_keys(self._window.focusWidget())
            # Also when the composer lies over it: one has asked to read.
            self._window.right.show_page(self.current.pane)
        self.current.cover(self._window.right.covering)
        return self.current

    def addresses(self) -> list[str]:
        """URIs of the posts at which the conversations that are open were opened."""
        visits = [one.visit for one in (*self._alone, self.current) if one is not None]
        return [address.uri for visit in visits if visit for address in visit.addresses]

    def note_deleted(self, uri: str) -> None:
        """A post of mine is gone: look again where it stands."""
        for presenter in (*self._alone, self.current):
            if presenter is not None and presenter.shows(uri):
                presenter.reload()

    # ----------------------------------------------------- back and forward

    @property
    def page(self) -> QWidget | None:
        """The pane, while there is a conversation in it."""
        return self.current.pane if self.current is not None else None

    def visit(self) -> Visit:
        """Which conversation, and where in it."""
        seen = self.current.remember() if self.current is not None else None
        return Visit(seen.addresses if seen is not None else None, seen)

    def revisit(self, visit: Visit) -> None:
        """Show it again, at its place."""
        if isinstance(visit.state, Conversed):
            self._come_to_pane().return_to(visit.state)

    def leave(self) -> None:
        """Put the pane away."""
        if self.current is not None:
            self._put_away(self.current)

    async def close(self) -> None:
        """Keep every answer that is being written."""
        self._leave()
        for presenter in (*self._alone, self.current):
            if presenter is not None:
                presenter.close()
        for window in self._alone.values():
            window.hide()
            window.deleteLater()
        self._alone.clear()

    # ------------------------------------------------------------- panes

    def _make(self, *, alone: bool) -> ThreadPresenter:
        look = self._look
        pane = ThreadPane(
            look, self._pictures, find_spans, clock=self._house.clock.now, alone=alone
        )
        made = ThreadPresenter(
            look,
            pane,
            self._house,
            self._scope,
            self._pictures,
            self._networks,
            elsewhere=self._elsewhere,
        )
        self._dress(pane)

        def write(card: Card, what: str) -> None:
            if what == "quote":
                self._quote(card)
            else:
                made.reply.answer(card)

        self._meet(pane.view, write, lambda post: self._open_in(made, post))
        made.reply.grown.connect(self._compose)
        made.left.connect(lambda: self._put_away(made))
        pane.back_wanted.connect(made.go_back if alone else self._travel.back)
        pane.forward_wanted.connect(made.go_forward if alone else self._travel.forward)
        if not alone:
            made.going.connect(self._window.room_changing)
        pane.head.pop_out_wanted.connect(self._pop_out)
        return made

    def _open_in(self, presenter: ThreadPresenter, post: Card | Post) -> None:
        """Cards of the conversation itself are the presenter's own."""
        if isinstance(post, Post):
            presenter.show((PostAddress(post.network, post.uri, post.url),))

    def _put_away(self, presenter: ThreadPresenter) -> None:
        self._window.room_changing.emit()
        presenter.close()
        window = self._alone.pop(presenter, None)
        if window is not None:
            window.hide()
            window.deleteLater()
            return
        if presenter is self.current:
            self.current = None
        self._window.right.take_page(presenter.pane)
        presenter.pane.deleteLater()

    def _pop_out(self) -> None:
        """The conversation of the pane goes on in a window of its own."""
        old = self.current
        visit = old.visit if old is not None else None
        if old is None or visit is None:
            return
        card = old.focus
        self._put_away(old)
        made = self._make(alone=True)
        title = f"Conversation with {card.post.author.shown_name}" if card else "Conversation"
        window = self._alone[made] = ThreadWindow(self._look, made.pane, title)
        window.closing.connect(lambda: self._put_away(made))
        back = QShortcut(QKeySequence("Alt+Left"), window)
        back.activated.connect(made.go_back)
        forward = QShortcut(QKeySequence("Alt+Right"), window)
        forward.activated.connect(made.go_forward)
        window.show()
        made.show(visit.addresses, card)

    # ------------------------------------------------------------- following

    def _on_covering(self, covering: bool) -> None:
        if self.current is not None:
            self.current.cover(covering)

    def _on_place(self, _timeline: str) -> None:
        """A timeline was chosen: it is to be seen, also where the pane lies over it."""
        current = self.current
        if current is not None and current.pane.isVisible() and self._window.right.covering:
            self._put_away(current)

    def _on_widened(self, width: int) -> None:
        async def keep() -> None:
            with contextlib.suppress(ServiceError):
                await self._house.store.keep(lambda keeper: keeper.set_setting(WIDTH, width))

        self._scope.restart(keep(), name=f"{KEEP}width of the right pane")

    def _on_accounts(self, change: AccountsChanged) -> None:
        if change.what == "state":
            return
        for presenter in (*self._alone, self.current):
            if presenter is not None:
                self._dress(presenter.pane)

    def _dress(self, pane: ThreadPane) -> None:
        accounts = self._house.accounts.all()
        hosts = {account.id: account.host for account in accounts}
        whose = {account.id: account.network for account in accounts}
        pane.view.set_networks(self._networks(), hosts, whose)
