"""Private messages, made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.model import AccountId
    from app.services.live import Live
    from app.services.messages import Messages
    from app.services.moderation import Moderation
    from app.services.sync_loop import SyncLoop
    from app.wiring.writing import Ground, Writing


class MailRoom:
    """Nothing is read or asked yet: they come along with every round of an account, and what is heard of it."""

    def __init__(
        self, loop: SyncLoop, live: Live, ground: Ground, said: Writing, moderation: Moderation
    ) -> None:
        self._ground, self._said, self._moderation = ground, said, moderation
        self._messages: Messages | None = None
        loop.accompany(self._request)
        self._live = live
        live.accompany(self._request)
        live.deliver(lambda account, letters: self.messages().take(account, letters))

    def messages(self) -> Messages:
        """Of all accounts, once."""
        if self._messages is None:
            from app.services.messages import Messages

            g = self._ground
            self._messages = Messages(
                g.store,
                g.accounts,
                self._moderation,
                self._said.people,
                g.clock,
                prepare=g.late.prepare,
                offline=g.options.offline,
                is_told=lambda account: self._live.state(account).is_whole,
            )
        return self._messages

    @property
    def doors(self) -> dict[str, Callable[[], Any]]:
        """What the house asks for them with."""
        return {"make_messages": self.messages}

    async def close(self) -> None:
        """End what is under way."""
        if self._messages is not None:
            await self._messages.close()

    def _request(self, account: AccountId) -> None:
        self.messages().request(account)
