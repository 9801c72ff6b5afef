"""A conversation in the window: read as it is seen, written in, acted upon in place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.model import AccountId, Post, Profile
from app.model.errors import NotFound, ServiceError
from app.services.messages_values import Talk
from app.ui.presenters.behind import KEEP
from app.ui.presenters.messages_acts import TalkActs
from app.ui.presenters.messages_said import pane_state

if TYPE_CHECKING:
    from app.feed.rows import Card
    from app.ui.messages.pane import TalkPane
    from app.ui.presenters.surroundings import Surroundings

SEEN_MS = 1_000
"""So long it is in sight, in an active window, until it was read."""

DRAFT_MS = 600
"""After the last key what was typed is kept."""

STEP = 60
"""Messages more, each time somebody goes further up."""


class TalkPresenter(TalkActs, QObject):
    """
    The conversation that is open, if one is.

    Args:
        open_person, open_post: Show somebody of a network, and a post, here.
        look_at: Shows one of the media of a card over the window; the focus comes back.
        gone: It was left; nothing is open any more.
        show_other: Opens the conversation with that key.
    """

    def __init__(
        self,
        around: Surroundings,
        pane: TalkPane,
        *,
        open_person: Callable[[Profile, str], bool],
        open_post: Callable[[Post], object],
        look_at: Callable[[Card, int, QWidget], bool],
        gone: Callable[[], None],
        show_other: Callable[[str], None],
    ) -> None:
        super().__init__(pane)
        self._look, self._window, self._house, self._scope, _, self._networks = around
        self._pane, self._open_person, self._gone = pane, open_person, gone
        self._around, self._show_other, self.group = around, show_other, None
        self._open_post, self._look_at = open_post, look_at
        self.account, self.key = AccountId(""), ""
        self.talk: Talk | None = None
        self._most = STEP
        self._new_from = self._trouble = ""
        self._uncovered: set[str] = set()
        self._notes: dict[str, str] = {}
        self._loading = self._fetching = False
        self._typed: str | None = None
        self._keeping = QTimer(self)
        self._keeping.setSingleShot(True)
        self._keeping.timeout.connect(self._keep_draft)
        self._seeing = QTimer(self)
        self._seeing.timeout.connect(self._see)
        pane.bar.send_wanted.connect(self._on_send)
        pane.bar.edited.connect(self._on_edited)
        pane.bar.emoji_wanted.connect(self._on_emoji)
        pane.bar.chosen.connect(self._on_chosen)
        pane.older_wanted.connect(self._on_older)
        pane.message_menu.connect(self._on_menu)
        pane.reacted.connect(self._on_react)
        pane.acted.connect(self._on_act)
        pane.uncovered.connect(self._on_uncover)
        pane.link_pressed.connect(self._on_link)
        pane.media_pressed.connect(self._on_media)
        pane.post_pressed.connect(self._on_post)
        pane.person_wanted.connect(self._on_person)
        pane.mute_wanted.connect(self._on_mute)
        pane.more_menu.connect(self.open_menu)
        pane.explained.connect(self._on_explain)
        pane.accepted.connect(lambda: self._do(self._house.messages.accept(*self.place)))
        pane.declined.connect(self._on_leave)

    # --------------------------------------------------------------- opened

    def show(self, account: AccountId, key: str) -> None:
        """Open that one; "" = none."""
        self._keep_draft()
        self.account, self.key = account, key
        self.talk, self._most, self._typed = None, STEP, None
        self._new_from = self._trouble = ""
        self._uncovered.clear()
        self._notes.clear()
        self._seeing.stop()
        self._pane.bar.show_text("")  # what was typed elsewhere must not leave from here
        self._pane.bar.show_trouble("")
        if not key:
            return
        self._loading = True
        self._scope.restart(self._begin(), name="conversation of messages")

    def close(self) -> None:
        """Keep what was typed."""
        self._keep_draft()
        self._seeing.stop()
        self._scope.stop("conversation of messages")
        self.key = ""

    async def _begin(self) -> None:
        await self.load()
        place = self.place
        if self.talk is not None:
            self._pane.bar.show_text(self.talk.row.desk.draft)
            self._pane.show_end()
            if not self.talk.row.request and not self.talk.row.conversation.closed:
                self._pane.bar.write()
        await self._fetch()
        if place == self.place:
            self._loading = False
            self._note_new()
            self._draw()
            self._seeing.start(SEEN_MS)

    def refresh(self) -> None:
        """Ask its server what is new."""
        if self.key and not self._fetching:
            self._scope.start(self._fetch(), name="messages of a conversation")

    async def _fetch(self) -> None:
        if not self.key or self._house.options.offline:
            return
        self._fetching, place = True, self.place
        try:
            await self._house.messages.open(*place)
            self._trouble = ""
        except NotFound:
            self._trouble = ""  # it has not begun there, or was left: the cache knows
        except ServiceError as error:
            if place == self.place:
                self._trouble = f"{error.message} {error.next_step}".strip()
        finally:
            self._fetching = False
        await self.load()

    async def load(self) -> None:
        """From the cache."""
        if not self.key:
            return
        place = self.place
        try:
            talk = await self._house.messages.talk(*place, self._most)
        except NotFound:
            if place == self.place:
                self._on_vanished()
            return
        except ServiceError as error:
            self._trouble = error.message
            return
        if place != self.place:
            return
        self.talk = talk
        self._note_new()
        self._draw()

    def _on_vanished(self) -> None:
        """It was left, perhaps elsewhere: what is being typed is kept, should it begin anew."""
        self.close()
        self._gone()

    def _note_new(self) -> None:
        """Where the new begins, as long as it is open."""
        talk = self.talk
        if talk is None or self._new_from or not talk.row.unread:
            return
        own = self._own()
        theirs = [m for m in talk.messages if m.said is not None and m.said.author.uri != own]
        fresh = theirs[-min(talk.row.unread, len(theirs)) :] if theirs else []
        self._new_from = fresh[0].id if fresh else ""

    def _draw(self) -> None:
        talk = self.talk
        if talk is None or not self.key or self.account not in self._house.accounts:
            return
        mine = self._house.accounts.find(self.account)
        self._pane.show_state(
            pane_state(
                talk,
                self._networks(),
                self._house.clock.now(),
                own=mine.uri,
                account=f"{mine.name or mine.handle}, {mine.host}",
                new_from=self._new_from,
                uncovered=self._uncovered,
                notes=self._notes,
                loading=self._loading,
                trouble=self._trouble,
            )
        )

    def _own(self) -> str:
        accounts = self._house.accounts
        return accounts.find(self.account).uri if self.account in accounts else ""

    def _see(self) -> None:
        """In sight for a second, in an active window: it was read."""
        talk = self.talk
        if talk is None or not talk.row.unread or talk.row.request:
            return
        if self._pane.isVisible() and self._pane.isActiveWindow():
            self._do(self._house.messages.mark_read(*self.place))

    def _on_older(self) -> None:
        if self.talk is None or not self.talk.more or self._fetching:
            return
        self._most += STEP
        self._scope.restart(self._go_up(), name="older messages")

    async def _go_up(self) -> None:
        talk = self.talk
        if talk is not None and len(talk.messages) >= self._most - STEP:
            await self.load()
        if self.talk is not None and len(self.talk.messages) < self._most:
            try:
                await self._house.messages.older(*self.place)
            except ServiceError as error:
                self._trouble = f"{error.message} {error.next_step}".strip()
        await self.load()

    # ---------------------------------------------------------------- writing

    def _on_edited(self, text: str) -> None:
        self._typed = text
        self._keeping.start(DRAFT_MS)

    def _keep_draft(self) -> None:
        self._keeping.stop()
        text, self._typed = self._typed, None
        if text is not None and self.key:
            self._do(self._house.messages.keep_draft(*self.place, text), f"{KEEP}draft")

    def _on_send(self, text: str) -> None:
        if self.talk is None or not self.key:
            return  # nobody sees yet to whom it would go
        self._keeping.stop()
        self._typed = None
        self._pane.bar.send.setEnabled(False)
        self._scope.start(self._send(self.place, text), name=f"{KEEP}send message")

    async def _send(self, place: tuple[AccountId, str], text: str) -> None:
        bar = self._pane.bar
        try:
            await self._house.messages.send(*place, text)
        except ServiceError as error:
            if place == self.place:
                bar.show_trouble(f"{error.message} {error.next_step}".strip())
                bar.show_text(bar.editor.text())
                self._on_edited(bar.editor.text())
            else:
                # It stands in its own conversation, not in the one that is open now.
                self._do(self._house.messages.put_back(*place, text), f"{KEEP}draft")
            return
        if place == self.place:
            if bar.editor.text().strip() == text:
                bar.show_text("")
            bar.show_trouble("")
            self._new_from = ""
            self._pane.show_end()

    def _on_emoji(self, button: QWidget) -> None:
        from app.ui.composer.emoji import EmojiPopover

        popover = EmojiPopover(self._look, self._pane)
        popover.chosen.connect(self._pane.bar.editor.insert)
        popover.show_at(button.mapToGlobal(button.rect().topLeft()))

    def _on_chosen(self, uri: str, on: bool) -> None:
        if self.talk is None:
            return
        out = set(self.talk.row.desk.left_out)
        (out.discard if on else out.add)(uri)
        self._do(self._house.messages.leave_out(*self.place, sorted(out)), f"{KEEP}left out")

    # ------------------------------------------------------------- private

    def _do(self, work: Awaitable[object], name: str = "", about: str = "") -> None:
        self._scope.start(self._tried(work, about), name=name or f"{KEEP}message")

    async def _tried(self, work: Awaitable[object], about: str) -> None:
        """What goes wrong stands under the message it is *about*, or at the foot."""
        try:
            await work
        except ServiceError as error:
            words = f"{error.message} {error.next_step}".strip()
            if about:
                self._notes[about] = words
            else:
                self._trouble = words
            self._draw()
            return
        self._notes.pop(about, None)
        self._trouble = ""
        await self.load()
