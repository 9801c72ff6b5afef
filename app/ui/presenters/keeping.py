"""A draft is kept as it is typed: two seconds at most are only in memory."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.model.draft import Draft
from app.model.errors import ServiceError
from app.ui.asyncqt import TaskScope
from app.ui.composer.head import Head
from app.ui.presenters.compose_services import Drafts

log = logging.getLogger(__name__)

SAVE_MS = 1_000
"""After the first change it is kept within this, however one goes on typing."""
KEEP = "keep "
"""Tasks called so are waited for at the end (``presenters.live``)."""


class Keeping(QObject):
    """
    Keeps one draft, and says in the composer's header whether it is kept.

    Args:
        draft: Gives it as it is now.
    """

    def __init__(
        self, drafts: Drafts, scope: TaskScope, head: Head, draft: Callable[[], Draft]
    ) -> None:
        super().__init__(head)
        self._drafts, self._scope, self._head, self._draft = drafts, scope, head, draft
        self._changed = self._over = False
        self._saving: asyncio.Task[None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.now)

    def soon(self) -> None:
        """It has changed (or may be kept nowhere else)."""
        self._changed = True
        if not self._over and not self._timer.isActive():
            self._head.saved.say("writing")
            self._timer.start()

    def now(self) -> None:
        """Keep it, unless nothing has changed."""
        if not self._over:
            self._timer.stop()
        if self._changed and (self._saving is None or self._saving.done()):
            self._saving = self._scope.start(self._save(), name=f"{KEEP}draft {self._draft().id}")

    def forget(self) -> None:
        """It lies in the outbox: nothing is to be kept here any more."""
        if not self._over:
            self._timer.stop()
        self._changed = False

    def end(self) -> None:
        """The header goes: nothing is said any more, whatever still comes."""
        self._over = True
        self._timer.stop()

    async def close(self) -> None:
        """
        Keep what is there, or forget a draft that nobody would miss.

        Raises: StoreError: it is not kept; do not let it go.
        """
        if not self._over:
            self._timer.stop()
        if self._saving is not None and not self._saving.done():
            await asyncio.wait([self._saving])
        draft = self._draft()
        try:
            if draft.is_empty and draft.send_at is None:
                await self._drafts.drop(draft.id)
            elif self._changed:
                self._changed = False
                await self._drafts.save(draft)
        except ServiceError as error:
            self._changed = True
            log.warning("draft not kept: %s", error.kind)
            self._say("failed", error)
            raise

    async def count(self) -> None:
        """How many earlier states there are to go back to."""
        try:
            versions = await self._drafts.versions(self._draft().id)
        except ServiceError:
            return
        if not self._over:
            self._head.show_versions(max(0, len(versions) - 1))

    async def _save(self) -> None:
        try:
            while self._changed:
                self._changed = False
                await self._drafts.save(self._draft())
        except ServiceError as error:
            self._changed = True
            self._say("failed", error)
            # Nothing is given up: a disk may have room again.
            if not self._over:
                self._timer.start()
            return
        self._say("saved")
        await self.count()

    def _say(self, state: str, error: ServiceError | None = None) -> None:
        if not self._over:
            why = f"{error.message} {error.next_step}".strip() if error is not None else ""
            self._head.saved.say(state, why)
