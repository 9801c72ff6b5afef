"""Asking accounts for what is new: side by side, and in the background one at a time each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from app.model import AccountId
from app.model.errors import ServiceError, Unsupported
from app.services.sync import AccountReport
from app.services.together import together

if TYPE_CHECKING:
    from app.services.accounts import Accounts

log = logging.getLogger(__name__)


class Rounds:
    """
    Of one kind of what is new.

    Args:
        what: What is fetched, for the log.
        one: Fetches that of one account (and: in the background). Raises: ServiceError.
        tell: Told of each account when it was asked, whether that went well or not.

    Attributes:
        troubles: Why the last fetch of an account went wrong.
        asking: Accounts that are asked now: not all that they have is known yet.
    """

    def __init__(
        self,
        what: str,
        accounts: Accounts,
        one: Callable[[AccountReport, bool], Coroutine[Any, Any, None]],
        *,
        tell: Callable[[AccountReport], None] = lambda report: None,
        offline: bool,
    ) -> None:
        self._what, self._accounts, self._one, self._offline = what, accounts, one, offline
        self._tell = tell
        self.troubles: dict[AccountId, ServiceError] = {}
        self.asking: set[AccountId] = set()
        self._tasks: dict[AccountId, asyncio.Task[object]] = {}

    async def run(
        self, accounts: Iterable[AccountId] | None, *, background: bool
    ) -> tuple[AccountReport, ...]:
        """
        For accounts (None: all), side by side.

        Raises: NotFound: One of *accounts* does not exist.
        """
        mine = self._accounts
        chosen = mine.all() if accounts is None else [mine.find(one) for one in accounts]
        reports = tuple(AccountReport(account=one.id) for one in chosen)
        async with together() as group:
            for report in reports:
                group.create_task(self._ask(report, background))
        return reports

    async def _ask(self, report: AccountReport, background: bool) -> None:
        account = report.account
        self.asking.add(account)
        try:
            await self._one(report, background)
            self.troubles.pop(account, None)
        except ServiceError as error:
            log.info("%s of %s: %s", self._what, account, error.kind)
            report.error = error
            if not isinstance(error, Unsupported):
                self.troubles[account] = error
        finally:
            self.asking.discard(account)
        self._tell(report)

    def request(self, account: AccountId, *, background: bool) -> None:
        """The same for one, from where nothing can be waited for; one at a time."""
        if account in self._tasks or self._offline:
            return
        self.asking.add(account)
        task: asyncio.Task[object] = asyncio.create_task(
            self.run([account], background=background), name=self._what
        )
        self._tasks[account] = task
        task.add_done_callback(lambda done: self._on_done(account, done))

    @property
    def all_failed(self) -> bool:
        """The last fetch of each account went wrong."""
        mine = self._accounts.all()
        return bool(mine) and all(one.id in self.troubles for one in mine)

    async def close(self) -> None:
        """Ask no more."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _on_done(self, account: AccountId, task: asyncio.Task[object]) -> None:
        self._tasks.pop(account, None)
        self.asking.discard(account)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("fetching %s failed", self._what, exc_info=error)


class InRounds:
    """A part of what asks accounts for what is new."""

    _rounds: Rounds

    @property
    def troubles(self) -> dict[AccountId, ServiceError]:
        """Why the last fetch of an account went wrong."""
        return self._rounds.troubles

    @property
    def is_asking(self) -> bool:
        """Some server has not answered yet."""
        return bool(self._rounds.asking)

    @property
    def is_unanswered(self) -> bool:
        """No server of mine could tell anything: that there is nothing is not known."""
        return self._rounds.all_failed

    async def sync(
        self, accounts: Iterable[AccountId] | None = None, *, background: bool = False
    ) -> tuple[AccountReport, ...]:
        """
        Fetch what is new for accounts (None: all), side by side; errors are in the reports.

        Raises: NotFound: One of *accounts* does not exist.
        """
        return await self._rounds.run(accounts, background=background)

    def request(self, account: AccountId, *, background: bool = True) -> None:
        """The same for one, from where nothing can be waited for; one at a time."""
        self._rounds.request(account, background=background)
