"""The settings' page of what is on disk."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.model.errors import ServiceError
from app.portability.archive_schedule import Schedules
from app.services.retention import PAUSE, STORAGE, Budget, budget_from
from app.services.storage_words import PICTURES_COME_BACK, STAYS, bytes_text
from app.ui.asyncqt import TaskScope, ask
from app.ui.settings.storage import StoragePage
from app.ui.theme.look import Look

if TYPE_CHECKING:
    from app.services.house import House

log = logging.getLogger(__name__)


class StoragePresenter(QObject):
    """Counts, keeps budgets, and clears when it is meant."""

    def __init__(self, look: Look, house: House, scope: TaskScope, parent: QObject) -> None:
        super().__init__(parent)
        self._look, self._house, self._scope = look, house, scope
        self._page: StoragePage | None = None
        self._clearing = ""

    def make_page(self) -> QWidget:
        """A new page; it counts at once."""
        kept = self._house.store.reader.setting(STORAGE)
        page = self._page = StoragePage(self._look, budget_from(kept))
        page.wished.connect(self._on_wished)
        page.clear_wanted.connect(self._on_clear)
        if self._clearing:
            page.show_clearing(self._clearing, "Clearing…")
        self._count()
        return page

    def _on_wished(self, budget: Budget) -> None:
        self._scope.restart(self._keep(budget), name="keep storage")

    def _on_clear(self, what: str) -> None:
        if not self._clearing:
            self._scope.start(self._clear(what), name="clear the cache")

    def _count(self) -> None:
        self._scope.restart(self._show(), name="count storage")

    async def _show(self) -> None:
        try:
            usage = await self._house.retention.usage()
            backups = await Schedules(self._house.store).all()
        except ServiceError as error:
            log.warning("storage not counted: %s", error.kind)
            return
        if (page := self._shown) is not None:
            page.show_usage(usage, sum(one.bytes for one in backups))

    @property
    def _shown(self) -> StoragePage | None:
        """The page, while it is there."""
        return self._page if self._page is not None and isValid(self._page) else None

    async def _keep(self, budget: Budget) -> None:
        try:
            await self._house.retention.set_budget(budget)
            self._count()
            if await self._house.retention.keep_to_budget(pause=PAUSE):
                self._count()
        except ServiceError as error:
            log.warning("budget not kept: %s", error.kind)

    async def _clear(self, what: str) -> None:
        from app.ui.moderation.question import Question

        page = self._shown
        if page is None:
            return
        words = STAYS if what == "posts" else PICTURES_COME_BACK
        question = Question(self._look, f"Clear the {what}?", words, "Clear", page.window())
        if not await ask(question):
            return
        self._clearing = what
        try:
            if what == "pictures":
                await self._house.retention.clear_pictures()
            else:
                await self._house.retention.clear_posts(self._on_progress, pause=PAUSE)
        except ServiceError as error:
            log.warning("cache not cleared: %s", error.kind)
        finally:
            self._clearing = ""
            if (page := self._shown) is not None:
                page.show_clearing(what, "")
                self._count()

    def _on_progress(self, left: int) -> None:
        if (page := self._shown) is not None:
            page.show_clearing("posts", f"Clearing: {bytes_text(left)} left")
