"""Lists of servers that others keep: taken, looked through, applied."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.ui.moderation.question import Question
from app.ui.presenters.moderation_shown import proposal_shown

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog

    from app.ui.moderation.lists import ListSection
    from app.ui.moderation.page import ModerationPage
    from app.ui.moderation.section import Section
    from app.ui.presenters.moderation import ModerationServices
    from app.ui.theme.look import Look


class ListActs(QObject):
    """A part of ``ModerationPresenter``."""

    _look: Look
    _services: ModerationServices
    _listing: asyncio.Lock

    @property
    def page(self) -> ModerationPage | None:
        """The page, while it is open."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Show what counts now."""
        raise NotImplementedError

    def _do(
        self, section: Section, work: Awaitable[object], done: Callable[[], None] = lambda: None
    ) -> None:
        raise NotImplementedError

    def _after_question(self, question: QDialog, act: Callable[[], None]) -> None:
        raise NotImplementedError

    def _meet_lists(self, lists: ListSection) -> None:
        lists.subscribe_wanted.connect(self._on_subscribe)
        lists.look_wanted.connect(self._on_look)
        lists.update_wanted.connect(self._on_update)
        lists.apply_wanted.connect(self._on_apply)
        lists.remove_wanted.connect(self._on_remove_list)
        lists.effect_chosen.connect(
            lambda id, effect: self._on_list(self._services.blocklists.set_effect(id, effect))
        )
        lists.exception_wanted.connect(
            lambda name, on: self._on_list(self._services.blocklists.set_exception(name, on))
        )

    def _on_list(self, work: Awaitable[object]) -> None:
        page = self.page
        assert page is not None

        async def one_at_a_time() -> None:
            # What is removed while it is applied must not come back.
            async with self._listing:
                await work

        self._do(page.lists, one_at_a_time())

    def _on_subscribe(self, address: str) -> None:
        async def work() -> None:
            self._propose(await self._services.blocklists.add(address), added=True)

        self._on_list(work())

    def _on_look(self, id: str) -> None:
        async def work() -> None:
            self._propose(await self._services.blocklists.proposal(id))

        self._on_list(work())

    def _on_update(self, id: str) -> None:
        async def work() -> None:
            proposal = await self._services.blocklists.update(id)
            if proposal.difference:
                self._propose(proposal)

        self._on_list(work())

    def _propose(self, proposal: Any, *, added: bool = False) -> None:
        page = self.page
        if page is None:
            return
        if added:
            page.lists.show_added()
        self.refresh()
        page.lists.show_proposal(proposal_shown(proposal, self._services.now()))

    def _on_apply(self, id: str, left_out: tuple[str, ...]) -> None:
        async def work() -> None:
            # Before: nobody is to be out of sight for a moment.
            for name in left_out:
                await self._services.blocklists.set_exception(name)
            await self._services.blocklists.apply(id)

        self._on_list(work())

    def _on_remove_list(self, id: str) -> None:
        page = self.page
        assert page is not None
        words = "What it hides is to be seen again. You can add it anew at any time."
        self._after_question(
            Question(self._look, "Remove this list?", words, "Remove it", page.window()),
            lambda: self._on_list(self._services.blocklists.remove(id)),
        )
