"""
Reactions that are on their way, laid over what is shown.

A reaction shows in the frame of the click, whatever the disk is doing; what
comes from the store meanwhile gets it laid over, too.
"""

from __future__ import annotations

from collections.abc import Callable

from app.feed.acts import card_after
from app.feed.rows import Card, Row
from app.model.acts import Wish

Listener = Callable[[str, bool], None]
"""(URI of the post, laid or lifted)."""


class Shadows:
    """Wishes about posts, by the post's URI."""

    def __init__(self) -> None:
        self._wishes: dict[str, tuple[Wish, ...]] = {}
        self._listeners: list[Listener] = []

    def lay(self, wish: Wish) -> None:
        """From now on rows show it, in place of the one before."""
        self._put(wish, wish)
        self._tell(wish.target, laid=True)

    def lift(self, wish: Wish) -> None:
        """From now on rows show what the store has, unless a contrary wish lies there."""
        if any(one.on == wish.on for one in self.of(wish.target) if _is_about(one, wish)):
            self._put(wish, None)
        self._tell(wish.target, laid=False)

    def over(self, row: Row) -> Row:
        """*row* as it is when the wishes about it are fulfilled."""
        if not self._wishes or not isinstance(row, Card):
            return row
        for copy in row.copies:
            for wish in self._wishes.get(copy.post.uri, ()):
                row = card_after(row, wish)
        return row

    @property
    def is_clear(self) -> bool:
        """Nothing lies over any post."""
        return not self._wishes

    def of(self, post_uri: str) -> tuple[Wish, ...]:
        """What lies over that post."""
        return self._wishes.get(post_uri, ())

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _put(self, wish: Wish, instead: Wish | None) -> None:
        there = self._wishes.pop(wish.target, ())
        left = [one for one in there if not _is_about(one, wish)]
        if instead is not None:
            left.append(instead)
        if left:
            self._wishes[wish.target] = tuple(left)

    def _tell(self, uri: str, *, laid: bool) -> None:
        for listener in tuple(self._listeners):
            listener(uri, laid)


def _is_about(one: Wish, other: Wish) -> bool:
    return (one.account, one.subject) == (other.account, other.subject)
