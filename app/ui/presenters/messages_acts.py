"""What one does with a message, and with a conversation as a whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from app.feed.rows import Card, Copy
from app.model import AccountId, Post, Profile
from app.model.errors import ServiceError
from app.model.message import LetterId, Message
from app.model.timeline import RowKey
from app.services.messages_values import Talk
from app.ui.asyncqt import ask
from app.ui.presenters.behind import KEEP
from app.ui.shell.links import warned_open
from app.ui.timeline.menu import copy
from app.ui.timeline.words import isolated

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.messages.pane import TalkPane
    from app.ui.presenters.messages_group import GroupPresenter
    from app.ui.presenters.surroundings import Surroundings
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look

QUICK = ("👍", "❤️", "😂", "😮", "😢", "🙏")
"""Reactions that are offered at once."""

_LOOK = {"image": "Look at the picture", "gif": "Look at the picture", "video": "Play the film",
         "audio": "Play the recording"}  # fmt: skip


class TalkActs:
    """The part of the presenter that acts; what went wrong stands where it happened."""

    _look: Look
    _window: Window
    _pane: TalkPane
    _house: House
    _scope: TaskScope
    _open_person: Callable[[Profile, str], bool]
    _open_post: Callable[[Post], object]
    _look_at: Callable[[Card, int, QWidget], bool]
    _gone: Callable[[], None]
    _show_other: Callable[[str], None]
    _around: Surroundings
    group: GroupPresenter | None
    _uncovered: set[str]
    _trouble: str
    account: AccountId
    key: str
    talk: Talk | None

    @property
    def place(self) -> tuple[AccountId, str]:
        """Whose it is, and which."""
        return self.account, self.key

    def _draw(self) -> None:
        raise NotImplementedError

    def _own(self) -> str:
        raise NotImplementedError

    def _on_edited(self, text: str) -> None:
        raise NotImplementedError

    def _do(self, work: Awaitable[object], name: str = "", about: str = "") -> None:
        raise NotImplementedError

    async def _tried(self, work: Awaitable[object], about: str) -> None:
        raise NotImplementedError

    # ------------------------------------------------------------ one message

    def _on_menu(self, id: str, at: QPoint) -> None:
        one = self._message(id)
        if one is None or one.said is None or self.talk is None:
            return
        menu = QMenu(self._pane)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.talk.messaging.reactions:
            mine = {r.value for r in one.reactions if r.by == self._own()}
            for value in QUICK:
                entry = menu.addAction(f"{value}  Take it away" if value in mine else value)
                entry.triggered.connect(
                    lambda _=False, value=value: self._on_react(id, value, value not in mine)
                )
            other = menu.addAction("Another emoji…")
            other.triggered.connect(lambda _=False: self._choose_reaction(id, at))
            menu.addSeparator()
        self._offer_boxes(menu, id, one.said)
        text = one.said.text.text
        menu.addAction("Copy text").triggered.connect(lambda _=False: copy(text))
        for span in one.said.text.spans:
            if span.kind == "link":
                shown = text[span.start : span.end]
                entry = menu.addAction(f"Open {shown[:60]}")
                entry.triggered.connect(
                    lambda _=False, url=span.target, label=shown: self._on_link(url, label)
                )
        if self.talk.messaging.asks or one.said.author.uri == self._own():
            words = "Delete for me" if self.talk.messaging.asks else "Delete for everybody"
            menu.addAction(words).triggered.connect(
                lambda _=False: self._do(self._house.messages.delete(*self.place, id))
            )
        menu.popup(at)

    def _offer_boxes(self, menu: QMenu, id: str, said: Post) -> None:
        """What came with the words, for who uses keys."""
        for at, media in enumerate(said.media[:4]):
            verb = _LOOK.get(media.kind, "Open what came with it")
            which = f" {at + 1}" if len(said.media) > 1 else ""
            entry = menu.addAction(f"{verb}{which}")
            entry.triggered.connect(lambda _=False, at=at: self._on_media(id, at))
        if said.quote is not None and said.quote.post is not None:
            name = said.quote.post.author.shown_name
            menu.addAction(f"Open the post by {isolated(name)}").triggered.connect(
                lambda: self._on_post(id)
            )

    def _on_media(self, id: str, index: int) -> None:
        """Look at it over the whole window, as at those of posts."""
        one = self._message(id)
        if one is None or one.said is None or self.talk is None:
            return
        said = one.said
        card = Card(
            key=RowKey(int(one.at.timestamp() * 1_000_000), 0),
            entry_key=said.uri,
            sort_at=one.at,
            post=said,
            copies=(Copy(said, (self.account,)),),
        )
        self._look_at(card, index, self._pane)

    def _on_post(self, id: str) -> None:
        one = self._message(id)
        quote = one.said.quote if one is not None and one.said is not None else None
        if quote is not None and quote.post is not None:
            self._open_post(quote.post)

    def _choose_reaction(self, id: str, at: QPoint) -> None:
        from app.ui.composer.emoji import EmojiPopover

        popover = EmojiPopover(self._look, self._pane)
        popover.chosen.connect(lambda value: self._on_react(id, value, True))
        popover.show_at(at)

    def _on_react(self, id: str, value: str, on: bool) -> None:
        self._do(self._house.messages.react(*self.place, id, value, on=on), about=id)

    def _on_act(self, id: str, act: str) -> None:
        letter = LetterId(id.removeprefix("letter "))
        messages = self._house.messages
        self._do(messages.retry(letter) if act == "retry" else self._drop(letter, self.place))

    async def _drop(self, letter: LetterId, place: tuple[AccountId, str]) -> None:
        text = await self._house.messages.drop(letter)
        bar = self._pane.bar
        if place != self.place:
            await self._house.messages.put_back(*place, text)
        elif not bar.editor.text().strip():
            bar.show_text(text)  # nothing that was typed is lost
            self._on_edited(text)

    def _on_uncover(self, id: str) -> None:
        self._uncovered.add(id)
        self._draw()

    def _on_link(self, url: str, label: str) -> None:
        joins = self.talk.messaging.joins if self.talk is not None else ""
        if joins and url.startswith(joins):
            self._scope.restart(self._join(self.account, url), name="joining a group")
            return
        warned_open(self._look, self._window, url, label)

    async def _join(self, account: AccountId, link: str) -> None:
        from app.ui.presenters.messages_group import join_by_link

        key = await join_by_link(self._around, account, link, self._tell)
        if key:
            self._show_other(key)

    def _tell(self, words: str) -> None:
        self._trouble = words
        self._draw()

    def _message(self, id: str) -> Message | None:
        messages = self.talk.messages if self.talk is not None else ()
        return next((one for one in messages if one.id == id), None)

    # ------------------------------------------------------- the conversation

    def open_menu(self, at: QPoint) -> None:
        """What one can do with the whole of it."""
        talk = self.talk
        if talk is None:
            return
        menu = QMenu(self._pane)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        one = talk.row.conversation
        if talk.messaging.mutes:
            words = "Unmute" if one.muted else "Mute"
            menu.addAction(words).triggered.connect(lambda _=False: self._on_mute())
        if one.state is not None and not talk.row.request:
            words = "The group: name, people, link…" if one.state.mine else "Who is in the group…"
            menu.addAction(words).triggered.connect(lambda _=False: self.show_group())
        leave = "Turn the request away" if talk.row.request else "Leave this conversation…"
        menu.addAction(leave).triggered.connect(lambda _=False: self._on_leave())
        if len(one.people) == 1:
            who = one.people[0]
            menu.addAction(f"Block {who.shown_name}…").triggered.connect(
                lambda _=False: self._scope.start(self._block(who), name=f"{KEEP}block")
            )
        menu.popup(at)

    def show_group(self) -> None:
        """Who is in the group, and what its owner can do with it."""
        from app.ui.presenters.messages_group import GroupPresenter

        talk = self.talk
        if talk is not None and talk.row.conversation.state is not None:
            self.group = GroupPresenter(
                self._around, self.place, talk.row.network, self._open_person, self._tell
            )
            self.group.open(talk.row.conversation)

    def _on_mute(self) -> None:
        if self.talk is not None:
            on = not self.talk.row.conversation.muted
            self._do(self._house.messages.mute(*self.place, on=on))

    def _on_leave(self) -> None:
        self._scope.start(self._leave(), name=f"{KEEP}leave")

    async def _leave(self) -> None:
        from PySide6.QtWidgets import QDialog

        from app.ui.messages.questions import LeaveQuestion

        talk, place = self.talk, self.place
        if talk is None:
            return
        if not talk.row.request:
            question = LeaveQuestion(self._look, self._window, talk)
            if await ask(question) != QDialog.DialogCode.Accepted:
                return
        await self._go(place)

    async def _block(self, who: Profile) -> None:
        from PySide6.QtWidgets import QDialog

        from app.ui.thread.questions import BlockQuestion

        place = self.place
        mine = self._house.accounts.find(self.account)
        public = "public_blocks" in mine.abilities
        question = BlockQuestion(self._look, who, mine, self._window, public=public)
        if await ask(question) != QDialog.DialogCode.Accepted:
            return
        try:
            await self._house.reactions.relate(who.uri, "block", mine.id)
        except ServiceError as error:
            self._trouble = f"{error.message} {error.next_step}".strip()
            self._draw()
            return
        await self._go(place)

    async def _go(self, place: tuple[AccountId, str]) -> None:
        """Leave it; then nothing is open."""
        try:
            await self._house.messages.leave(*place)
        except ServiceError as error:
            self._trouble = f"{error.message} {error.next_step}".strip()
            self._draw()
            return
        if place == self.place:
            self.key = ""
            self._gone()

    def _on_person(self) -> None:
        if self.talk is not None and self.talk.row.conversation.state is not None:
            self.show_group()
        elif self.talk is not None and self.talk.row.conversation.people:
            self._open_person(self.talk.row.conversation.people[0], self.talk.row.network)

    def _on_explain(self) -> None:
        from app.ui.messages.questions import Explained

        if self.talk is not None:
            Explained(self._look, self._window, self.talk.messaging.readers).open()
