"""How the accounts hear of what is new: shown, and chosen."""

from __future__ import annotations

import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.model.errors import ServiceError
from app.ui.settings.live import LivePage

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.theme.look import Look

log = logging.getLogger(__name__)


class LiveChoices:
    """Makes the page of the settings, and does what is chosen there."""

    def __init__(self, look: Look, house: House, scope: TaskScope) -> None:
        self._look, self._house, self._scope = look, house, scope
        self._page: LivePage | None = None
        house.live.subscribe(lambda _: self._show())

    def make_page(self) -> QWidget:
        """A new page."""
        live = self._house.live
        page = LivePage(self._look, live.is_on, live.choices(), self._states())
        page.switched.connect(lambda on: self._keep(live.switch(on)))
        page.allowed.connect(lambda network, on: self._keep(live.consent(network, on)))
        self._page = page
        return page

    def _states(self) -> list[tuple[str, str]]:
        live = self._house.live
        mine = self._house.accounts.all()
        return [(f"@{one.handle}", live.state(one.id).words) for one in mine]

    def _show(self) -> None:
        if self._page is not None and isValid(self._page):
            self._page.show_states(self._states())

    def _keep(self, choice: Coroutine[Any, Any, None]) -> None:
        self._scope.start(_kept(choice), name="keep live")


async def _kept(choice: Coroutine[Any, Any, None]) -> None:
    try:
        await choice
    except ServiceError as error:
        log.warning("choice of live updates not kept: %s", error.kind)
