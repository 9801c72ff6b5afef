"""Whom to write to: looked for on all networks, asked whether they can be written to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QDialog

from app.model import AccountId, NetworkInfo
from app.model.errors import ServiceError
from app.services.messages_values import Reachable
from app.ui.messages.picker import Picker
from app.ui.messages.values import TalkItem
from app.ui.presenters.messages_items import key_of
from app.ui.presenters.places import info_of
from app.ui.timeline.words import handle_text, isolated

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures

TYPED_MS = 250
"""After the last key until people are looked for."""

FIND, ASK, BEGIN = "find people", "ask about somebody", "begin a conversation"

_NAME = 50
"""Characters of a name that every server takes."""

ONE_NETWORK = "A conversation stays on one network."


class PickerPresenter(QObject):
    """
    One dialog. ``begun``: the key of the conversation that is open now; ``linked``: an account,
    and a link to a group that it could join.
    """

    begun = Signal(str)
    linked = Signal(str, str)

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        house: House,
        scope: TaskScope,
        pictures: Pictures,
        networks: Callable[[], Mapping[str, NetworkInfo]],
    ) -> None:
        super().__init__(parent)
        self._house, self._scope, self._networks = house, scope, networks
        self._found: dict[str, Reachable] = {}
        self._chosen: dict[str, Reachable] = {}
        self._link = ("", "")
        self.dialog = Picker(look, parent, pictures)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self.dialog.typed.connect(lambda _: self._timer.start(TYPED_MS))
        self.dialog.added.connect(self._on_added)
        self.dialog.removed.connect(self._on_removed)
        self.dialog.begun.connect(lambda: self._scope.restart(self._begin(), name=BEGIN))
        self.dialog.finished.connect(self._on_finished)

    def open(self) -> None:
        """Ask."""
        self.dialog.open()

    def _on_finished(self, code: int) -> None:
        """What is on its way would come to a dialog that is gone."""
        self._timer.stop()
        begun = code == QDialog.DialogCode.Accepted
        for name in (FIND, ASK) if begun else (FIND, ASK, BEGIN):
            self._scope.stop(name)
        self.dialog.deleteLater()
        self.deleteLater()  # the page of messages may stay for long, and ask often

    def _look(self) -> None:
        self._scope.restart(self._find(self.dialog.field.text().strip()), name=FIND)

    async def _find(self, words: str) -> None:
        if not words:
            self.dialog.show_found(())
            return
        account, link = self._linked(words)
        if link:
            self._found, self._link = {}, (account, link)
            shown = TalkItem(key=link, title="A link to a group", preview="Look where it leads")
            self.dialog.say("")
            self.dialog.show_found([shown])
            return
        try:
            found = await self._house.messages.reachable(words)
        except ServiceError as error:
            self.dialog.say(f"{error.message} {error.next_step}".strip())
            return
        self._found = {one.profile.uri: one for one in found}
        self.dialog.say("" if found else "Nobody was found who is called so.")
        self.dialog.show_found([self._item(one) for one in found])

    def _linked(self, words: str) -> tuple[str, str]:
        """Whose network has the group that such a link leads to, and the link."""
        link = words if "://" in words else f"https://{words}"
        for account in self._house.accounts.all():
            joins = self._house.messages.joins(account.id)
            if joins and link.startswith(joins) and link != joins:
                return account.id, link
        return "", ""

    def _item(self, one: Reachable) -> TalkItem:
        info = info_of(one.network, self._networks())
        elsewhere = {other.network for other in self._chosen.values()} - {one.network}
        return TalkItem(
            key=one.profile.uri,
            title=isolated(one.profile.shown_name),
            preview=f"{handle_text(one.profile.handle)} · {info.name}",
            picture=one.profile.avatar,
            mark=info.mark,
            note=ONE_NETWORK if elsewhere else one.why,
        )

    def _on_added(self, uri: str) -> None:
        if uri == self._link[1]:
            self.dialog.reject()
            self.linked.emit(*self._link)
            return
        one = self._found.get(uri)
        if one is not None:
            self._scope.restart(self._add(one), name=ASK)

    async def _add(self, one: Reachable) -> None:
        """Whether they can be written to is known before anything is written."""
        wanted = {**self._chosen, one.profile.uri: one}
        account = next(iter(wanted.values())).account
        try:
            await self._house.messages.check(account, [each.profile for each in wanted.values()])
        except ServiceError as error:
            self.dialog.say(f"{error.message} {error.next_step}".strip())
            return
        self._chosen = wanted
        self.dialog.say("")
        self._show_chosen()

    def _on_removed(self, uri: str) -> None:
        self._chosen.pop(uri, None)
        self._show_chosen()

    def _show_chosen(self) -> None:
        self.dialog.show_found(())
        names = [(uri, one.profile.shown_name) for uri, one in self._chosen.items()]
        self.dialog.show_chosen(names, self._usual_name() if self._is_group() else "")

    def _is_group(self) -> bool:
        account = next((one.account for one in self._chosen.values()), None)
        if account is None or len(self._chosen) < 2:
            return False
        return self._house.messages.messaging(account).groups

    def _usual_name(self) -> str:
        """Of a group that nobody named: who is in it."""
        names = ", ".join(one.profile.shown_name.split(" ")[0] for one in self._chosen.values())
        return names[:_NAME].rstrip(", ")

    async def _begin(self) -> None:
        if not self._chosen:
            return
        account = AccountId(next(iter(self._chosen.values())).account)
        people = [one.profile for one in self._chosen.values()]
        messages = self._house.messages
        try:
            if self._is_group():
                name = self.dialog.name.text().strip() or self._usual_name()
                key = await messages.make_group(account, name, people)
            else:
                key = await messages.start(account, people)
        except ServiceError as error:
            self.dialog.say(f"{error.message} {error.next_step}".strip())
            return
        self.dialog.accept()
        self.begun.emit(key_of(account, key))
