"""What answers pointer, keys and screen readers: the first frame is painted without it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from app.ui.timeline.signals import TimelineSignals

if TYPE_CHECKING:
    from app.ui.timeline.intents import Intents
    from app.ui.timeline.keyboard import Keyboard
    from app.ui.timeline.pointer import Pointer
    from app.ui.timeline.proxies import Proxies
    from app.ui.timeline.view import TimelineView


class Hands(TimelineSignals):
    """Of a ``TimelineView``; each is loaded when it is first needed."""

    def listen(self) -> None:
        """Answer the pointer from now on."""
        _ = self.pointer  # it listens once it is there

    @cached_property
    def pointer(self) -> Pointer:
        """Answers the mouse."""
        from app.ui.timeline.pointer import Pointer

        return Pointer(self._whole)

    @cached_property
    def keyboard(self) -> Keyboard:
        """Answers keys."""
        from app.ui.timeline.keyboard import Keyboard

        return Keyboard(self._whole)

    @cached_property
    def intents(self) -> Intents:
        """Does what a part of a row is for."""
        from app.ui.timeline.intents import Intents

        return Intents(self._whole)

    @cached_property
    def proxies(self) -> Proxies:
        """Stand for the rows in sight, for focus and screen readers."""
        from app.ui.timeline.proxies import Proxies

        return Proxies(self.viewport(), self._whole)

    @property
    def _whole(self) -> TimelineView:
        from app.ui.timeline.view import TimelineView

        assert isinstance(self, TimelineView)
        return self
