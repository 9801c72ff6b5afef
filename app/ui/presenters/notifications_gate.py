"""Who gets through, in the right pane: people set aside, then the rules of each account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.model import Account, AccountId
from app.model.errors import ServiceError
from app.ui.notifications.gate import GatePage
from app.ui.presenters.places import info_of

if TYPE_CHECKING:
    from app.ui.presenters.surroundings import Surroundings


class GatePresenter(QObject):
    """Asks servers what they let through, and changes it there."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, self._pictures, self._networks = around
        self.page: GatePage | None = None

    def open(self) -> None:
        """Beside the list; asked again each time."""
        if self.page is None:
            page = self.page = GatePage(self._look, self._pictures)
            page.left.connect(self.close)
            page.rule_chosen.connect(self._on_rule)
            page.let_in.connect(lambda account, id: self._settle(account, id, let_in=True))
            page.turned_away.connect(lambda account, id: self._settle(account, id, let_in=False))
            self._window.right.show_page(page)
        for account in self._house.accounts.all():
            self._scope.restart(self._ask(account), name=f"gate {account.id}")
        self.page.setFocus()

    def close(self) -> None:
        """Put it away. Harmless twice."""
        page, self.page = self.page, None
        if page is not None:
            self._window.right.take_page(page)
            page.deleteLater()

    async def _ask(self, account: Account) -> None:
        notifications = self._house.notifications
        mark = info_of(account.network, self._networks()).mark
        self._show_asking(account, mark)
        try:
            gate = await notifications.gate(account.id)
            waiting = await notifications.set_aside(account.id)
        except ServiceError as error:
            if self.page is not None:
                self.page.show_trouble(account.id, f"{error.message} {error.next_step}".strip())
            return
        if self.page is not None:
            self.page.show_gate(account.id, gate.rules, waiting, gate.notices)

    def _show_asking(self, account: Account, mark: str) -> None:
        if self.page is not None:
            self.page.add_account(account.id, account.host, mark)

    def _on_rule(self, account: str, key: str, choice: str) -> None:
        async def work() -> None:
            id = AccountId(account)
            try:
                gate = await self._house.notifications.change_gate(id, {key: choice})
            except ServiceError as error:
                if self.page is not None:
                    self.page.show_trouble(id, f"{error.message} {error.next_step}".strip())
            else:
                # Not asked again: a network's view may tell for a while what was so before.
                if self.page is not None:
                    self.page.show_rules(id, gate.rules)

        self._scope.start(work(), name="keep gate")

    def _settle(self, account: str, id: str, *, let_in: bool) -> None:
        async def work() -> None:
            whose = AccountId(account)
            notifications = self._house.notifications
            try:
                if let_in:
                    await notifications.let_in(whose, [id])
                    notifications.request(whose, background=False)
                else:
                    await notifications.turn_away(whose, [id])
            except ServiceError as error:
                if self.page is not None:
                    self.page.show_trouble(whose, f"{error.message} {error.next_step}".strip())
                return
            await self._ask(self._house.accounts.find(whose))

        self._scope.start(work(), name="keep gate")
