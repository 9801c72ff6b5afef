"""A group in its dialog, and joining one by a link."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog

from app.model import AccountId, Profile
from app.model.errors import ServiceError
from app.ui.asyncqt import ask
from app.ui.messages.group import GroupDialog, GroupShown, JoinQuestion
from app.ui.messages.values import TalkItem
from app.ui.presenters.behind import KEEP
from app.ui.presenters.messages_items import key_of
from app.ui.timeline.words import handle_text, isolated

if TYPE_CHECKING:
    from app.model.message import Conversation, Invitation
    from app.services.house import House
    from app.ui.presenters.surroundings import Surroundings

TYPED_MS = 250
"""After the last key until people are looked for."""

LOAD, FIND = "a group", "people for a group"


class GroupPresenter(QObject):
    """
    One dialog about one group; what is done there is done at once.

    Args:
        open_person: Shows somebody of a network.
        say: What went wrong after it was closed.
    """

    def __init__(
        self,
        around: Surroundings,
        place: tuple[AccountId, str],
        network: str,
        open_person: Callable[[Profile, str], bool],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(around.window)
        self._house, self._scope, self._place = around.house, around.scope, place
        self._network, self._open_person, self._say = network, open_person, say
        self._is_open, self._turn = True, asyncio.Lock()
        self._known: dict[str, Profile] = {}
        dialog = self.dialog = GroupDialog(around.look, around.window, around.pictures, "")
        messages, at = around.house.messages, place
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_typed)
        dialog.typed.connect(lambda _: self._timer.start(TYPED_MS))
        dialog.renamed.connect(lambda name: self._do(messages.rename_group(*at, name)))
        dialog.added.connect(
            lambda uri: self._do(messages.add_people(*at, [self._known[uri]]), clear=True)
        )
        dialog.removed.connect(
            lambda uri: self._do(messages.remove_people(*at, [self._known[uri]]))
        )
        dialog.let_in.connect(
            lambda uri, on: self._do(messages.let_in(*at, self._known[uri], on=on))
        )
        dialog.link_wanted.connect(
            lambda asks, followed: self._do(messages.open_link(*at, asks=asks, followed=followed))
        )
        dialog.link_closed.connect(lambda: self._do(messages.close_link(*at)))
        dialog.link_copied.connect(self._copy)
        dialog.locked.connect(lambda on: self._do(messages.lock_group(*at, on=on)))
        dialog.opened.connect(self._on_opened)
        dialog.finished.connect(self._on_finished)

    def open(self, group: Conversation) -> None:
        """What is known of it at once; its people are asked for."""
        self._show(group, None, ())
        self.dialog.open()
        self._scope.restart(self._load(), name=LOAD)

    async def _load(self) -> None:
        messages = self._house.messages
        try:
            group = (await messages.talk(*self._place, 1)).row.conversation
            self._show(group, None, ())
            people = await messages.group_people(*self._place)
            mine = group.state is not None and group.state.mine
            waiting = await messages.asking_in(*self._place) if mine else ()
        except ServiceError as error:
            self.dialog.say(f"{error.message} {error.next_step}".strip())
            return
        owners = {one.profile.uri for one in people if one.owner}
        self._show(group, [one.profile for one in people], waiting, owners)

    def _show(
        self,
        group: Conversation,
        people: list[Profile] | None,
        waiting: tuple[Profile, ...],
        owners: set[str] | None = None,
    ) -> None:
        state = group.state
        before = self.dialog.shown
        if people is None and before is not None:
            shown, asking, fixed = before.people, before.waiting, before.fixed
        else:
            known = people if people is not None else list(group.people)
            self._known |= {one.uri: one for one in (*known, *waiting)}
            fixed = frozenset(owners or ())
            shown = tuple(self._item(one, owner=one.uri in fixed) for one in known)
            asking = tuple(self._item(one) for one in waiting)
        many = state.count if state is not None and state.count else len(shown)
        link = state.link if state is not None else None
        self.dialog.show_group(
            GroupShown(
                name=group.group,
                mine=state is not None and state.mine,
                count="1 person" if many == 1 else f"{many} people",
                people=shown,
                waiting=asking,
                fixed=fixed,
                url=link.url if link is not None and link.works else "",
                asks=link.asks if link is not None else True,
                followed=link is not None and link.followed,
                locked=state is not None and state.locked,
            )
        )

    def _item(self, one: Profile, note: str = "", *, owner: bool = False) -> TalkItem:
        handle = handle_text(one.handle)
        return TalkItem(
            key=one.uri,
            title=isolated(one.shown_name),
            preview=f"{handle} · owner" if owner else handle,
            picture=one.avatar,
            note=note,
        )

    # ------------------------------------------------------------- acting

    def _do(self, work: Awaitable[object], *, clear: bool = False) -> None:
        self._scope.start(self._tried(work, clear), name=f"{KEEP}group")

    async def _tried(self, work: Awaitable[object], clear: bool) -> None:
        try:
            async with self._turn:  # the last switch that was pressed is the last that is heard
                await work
        except ServiceError as error:
            say = self.dialog.say if self._is_open else self._say
            say(f"{error.message} {error.next_step}".strip())
            return
        if not self._is_open:
            return
        self.dialog.say("")
        if clear:
            self.dialog.search.input.clear()
            self.dialog.show_found(())
        self._scope.restart(self._load(), name=LOAD)

    def _on_typed(self) -> None:
        self._scope.restart(self._find(self.dialog.search.text().strip()), name=FIND)

    async def _find(self, words: str) -> None:
        found: list[TalkItem] = []
        if words:
            try:
                all_ = await self._house.messages.reachable(words)
            except ServiceError as error:
                self.dialog.say(f"{error.message} {error.next_step}".strip())
                return
            shown = self.dialog.shown
            inside = {one.key for one in shown.people} if shown is not None else set()
            for one in all_:
                if one.network == self._network and one.profile.uri not in inside:
                    self._known[one.profile.uri] = one.profile
                    found.append(self._item(one.profile, one.why))
        self.dialog.show_found(found)

    def _copy(self) -> None:
        if self.dialog.shown is not None:
            QGuiApplication.clipboard().setText(self.dialog.shown.url)

    def _on_opened(self, uri: str) -> None:
        who = self._known.get(uri)
        if who is not None and self._open_person(who, self._network):
            self.dialog.accept()

    def _on_finished(self) -> None:
        self._timer.stop()
        self._is_open = False
        for name in (LOAD, FIND):
            self._scope.stop(name)
        self.dialog.deleteLater()
        self.deleteLater()


async def join_by_link(
    around: Surroundings, account: AccountId, link: str, say: Callable[[str], None]
) -> str:
    """
    Ask, and join; the key of the conversation that is open then, "" = none is.

    Args:
        say: Why it cannot be, or that its owner was asked.
    """
    messages = around.house.messages
    try:
        found = await messages.invitation(account, link)
        if found.is_in:
            await messages.find(account, found.conversation)
            return key_of(account, found.conversation)
        question = JoinQuestion(
            around.look,
            around.window,
            isolated(found.name),
            found.closed or _about(found),
            "" if found.closed else f"{_then(found)}{_as_whom(around.house, account)}",
            can=not found.closed and not found.asked,
        )
        if await ask(question) != QDialog.DialogCode.Accepted:
            return ""
        key = await messages.join_group(account, found)
    except ServiceError as error:
        say(f"{error.message} {error.next_step}".strip())
        return ""
    say("" if key else f"The owner of “{isolated(found.name)}” was asked to let you in.")
    return key_of(account, key) if key else ""


def _as_whom(house: House, account: AccountId) -> str:
    """Which account of mine it is about, where several could join."""
    able = [one for one in house.accounts.all() if house.messages.joins(one.id)]
    mine = handle_text(house.accounts.find(account).handle)
    return f" This is for your account {mine}." if len(able) > 1 else ""


def _about(found: Invitation) -> str:
    many = "1 person is" if found.count == 1 else f"{found.count} people are"
    by = f" It belongs to {isolated(found.owner.shown_name)}." if found.owner is not None else ""
    return f"{many} in it.{by}"


def _then(found: Invitation) -> str:
    if found.asked:
        return "You have asked to be let in; its owner has not answered yet."
    if found.link.followed:
        return "Only people whom its owner follows can join."
    if found.link.asks:
        return "Its owner is asked first, and sees who you are."
    return "They see that you have joined, and everything that you write."
