"""Cards that were found, as rows: more may come below, and each may have a new value."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.feed.rows import Card
from app.model.timeline import RowKey
from app.services.rows import Change, Changed, EdgeState, Inserted, Removed, Reset
from app.ui.thread.source import differences


class FoundSource:
    """
    Implements ``RowSource`` over a list.

    Args:
        more: Told when the reader comes near the end and there is more.
    """

    def __init__(self, more: Callable[[], None] = lambda: None) -> None:
        self._more = more
        self._cards: list[Card] = []
        self._places: dict[RowKey, int] = {}
        self._names: dict[str, int] = {}
        self._listeners: list[Callable[[Change], None]] = []
        self._edge = EdgeState("older", "end")

    @property
    def cards(self) -> tuple[Card, ...]:
        """What stands there now."""
        return tuple(self._cards)

    def show(self, cards: Sequence[Card]) -> None:
        """These, in this order; what stays, stays where it is read."""
        old = [self._id(card) for card in self._cards]
        self._cards = list(cards)
        new = [self._id(card) for card in self._cards]
        self._places = {self.key(index): index for index in range(len(self._cards))}
        changes = differences(old, new)
        if changes is None:
            self._tell(Reset())
            return
        for change in changes:
            self._tell(change)
        if new:
            self._tell(Changed(tuple(range(len(new)))))

    def renew(self, make: Callable[[Card], Card]) -> None:
        """Each card as *make* makes it; only those that differ are told."""
        changed = []
        for index, card in enumerate(self._cards):
            made = make(card)
            if made is not card:
                self._cards[index] = made
                changed.append(index)
        if changed:
            self._tell(Changed(tuple(changed)))

    def say(self, edge: EdgeState) -> None:
        """What stands below the last row."""
        self._edge = edge
        self._tell(edge)

    # ------------------------------------------------------------ RowSource

    def __len__(self) -> int:
        return len(self._cards)

    def key(self, index: int) -> RowKey:
        """Identity of a row."""
        return RowKey(0, self._id(self._cards[index]))

    def row(self, index: int) -> Card | None:
        """The card."""
        return self._cards[index]

    def index_of(self, key: RowKey) -> int | None:
        """Where it stands now."""
        return self._places.get(key)

    def want_older(self) -> None:
        """The reader comes near the end."""
        if self._edge.state == "more":
            self._more()

    def want_newer(self) -> None:
        """There is nothing above."""

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # ------------------------------------------------------------ private

    def _id(self, card: Card) -> int:
        return self._names.setdefault(card.post.uri, len(self._names))

    def _tell(self, change: Inserted | Removed | Changed | Reset | EdgeState) -> None:
        for listener in tuple(self._listeners):
            listener(change)
