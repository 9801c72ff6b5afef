"""A move that is being worked on in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Self

from app.portability.context import Context
from app.portability.journal import Journal
from app.portability.plan import MoveStatus
from app.portability.runner import Runner


class Work:
    """
    One run: holds the locks and the files, and lets go of them at the end of ``with``.

    Args:
        over: Called at the end.
    """

    def __init__(
        self,
        journal: Journal,
        context: Context,
        runner: Runner,
        locks: ExitStack,
        status: Callable[[], MoveStatus],
        over: Callable[[], None],
    ) -> None:
        self.journal, self.context, self.runner = journal, context, runner
        self.status = status
        self._locks, self._over = locks, over
        self._task: asyncio.Future[None] | None = None
        self._paused = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over()
        self.context.close()
        self.journal.close()
        self._locks.close()

    async def go(self, act: Callable[[], Awaitable[None]]) -> None:
        """
        Do *act*, until it returns or somebody pauses it.

        Raises:
            CancelledError: It was not ``pause`` that ended it: the program ends.
        """
        self._task = asyncio.ensure_future(act())
        try:
            await self._task
        except asyncio.CancelledError:
            self.runner.pause()
            if not self._paused:
                raise

    def pause(self) -> None:
        """Stop as soon as possible: what is on its way is cut off, as by a kill."""
        if self._task is not None:
            self._paused = True
            self._task.cancel()
