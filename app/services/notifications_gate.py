"""Who gets through: what the server of an account has settled about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.model import AccountId
from app.model.errors import NotFound, Unsupported
from app.model.notification import Gate, SetAside
from app.services.asking import told
from app.services.notifications_values import NoticesChanged

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.notifications_sync import NoticeSync


class Gates:
    """Rules and people set aside, of each account; every method may raise ``ServiceError``."""

    _accounts: Accounts
    _sync: NoticeSync

    async def gate(self, account: AccountId) -> Gate:
        """Its rules as they are now. Raises: Unsupported: its server has none."""
        from app.protocols.notifying import KeepsGate

        service: KeepsGate = self._able(account, KeepsGate)
        return await told(self._accounts, account, service.gate())

    async def change_gate(self, account: AccountId, choices: Mapping[str, str]) -> Gate:
        """Set rules by their keys."""
        from app.protocols.notifying import KeepsGate

        service: KeepsGate = self._able(account, KeepsGate)
        return await told(self._accounts, account, service.change_gate(choices))

    async def set_aside(self, account: AccountId) -> tuple[SetAside, ...]:
        """Who waits; () where the server sets nobody aside."""
        from app.protocols.notifying import SetsAside

        try:
            service: SetsAside = self._able(account, SetsAside)
            return await told(self._accounts, account, service.set_aside())
        except Unsupported:
            return ()

    async def let_in(self, account: AccountId, ids: Sequence[str]) -> None:
        """Show theirs, also from now on."""
        from app.protocols.notifying import SetsAside

        service: SetsAside = self._able(account, SetsAside)
        await told(self._accounts, account, service.let_in(ids))

    async def turn_away(self, account: AccountId, ids: Sequence[str]) -> None:
        """Forget theirs."""
        from app.protocols.notifying import SetsAside

        service: SetsAside = self._able(account, SetsAside)
        await told(self._accounts, account, service.turn_away(ids))

    async def answer_request(self, account: AccountId, profile: str, *, accept: bool) -> None:
        """Let somebody follow, or not. Raises: NotFound: they do not ask."""
        from app.protocols.notifying import AnswersRequests

        service: AnswersRequests = self._able(account, AnswersRequests)
        try:
            await told(self._accounts, account, service.answer_request(profile, accept=accept))
        except NotFound:
            await self._settle(account, profile, accepted=False)  # answered, or taken back
            raise
        await self._settle(account, profile, accepted=accept)

    async def _settle(self, account: AccountId, profile: str, *, accepted: bool) -> None:
        if await self._sync.settle(account, profile, accepted=accepted):
            self._tell(NoticesChanged(account))

    def _tell(self, change: NoticesChanged) -> None:
        raise NotImplementedError

    def _able(self, account: AccountId, kind: Any) -> Any:
        service = self._sync.service(account)
        if not isinstance(service, kind):
            host = self._accounts.find(account).host
            raise Unsupported(f"{host} lets everybody through.", "Nothing to do.")
        return service
