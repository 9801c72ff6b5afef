"""What one leafs through: the media of a post, then of the posts above and below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, Protocol

from app.feed.rows import Card
from app.model.timeline import RowKey
from app.ui.media.values import Slide
from app.ui.timeline import words
from app.ui.timeline.layout.card import is_covered
from app.ui.timeline.layout.frame import PLAIN, RowState
from app.ui.timeline.shelf import card_of

if TYPE_CHECKING:
    from app.ui.timeline.view import TimelineView

FARTHEST = 400
"""Rows without media that are passed over on the way to the next."""


Beside = Card | Literal["reading"] | None
"""The next post with media; ``reading``: that is not known yet, and will be told."""


class Album(Protocol):
    """Posts in a row. *acts*: one can like them from here, and so on."""

    @property
    def acts(self) -> bool: ...

    def card(self, key: RowKey) -> Card | None:
        """As it is now."""
        ...

    def slides(self, card: Card) -> tuple[Slide, ...]:
        """What there is to look at in a post."""
        ...

    def beside(self, key: RowKey, by: int) -> Beside:
        """The next post with media (*by* 1), or the one before (−1); None: there is none."""
        ...

    def reveal(self, key: RowKey) -> None:
        """Lift what covers it, there too."""
        ...

    def act(self, card: Card, what: str) -> None:
        """Like it, and so on."""
        ...

    def stand_on(self, key: RowKey) -> None:
        """This post is looked at now: that is where one comes back to."""
        ...

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Tell of changes. Returns the way out."""
        ...


def slides_of(card: Card, state: RowState) -> tuple[Slide, ...]:
    """The media of a post, covered as it is in its row."""
    covered, whose, fixed = cover_of(card, state)
    media = card.post.media
    return tuple(
        Slide(
            card=card,
            media=one,
            number=number,
            count=len(media),
            covered=covered,
            whose=whose,
            fixed=fixed,
        )
        for number, one in enumerate(media, 1)
    )


def cover_of(card: Card, state: RowState) -> tuple[str, str, bool]:
    """What is said over the media of a post, who decided that, and whether for good."""
    verdict = card.verdict
    if verdict.action == "show":
        return "", "", False
    lifted = {
        "cover_media": state.open_media and not verdict.fixed,
        "cover": not is_covered(card, state),
        "hide": state.revealed,
    }[verdict.action]
    if lifted:
        return "", "", False
    cause = verdict.causes[0] if verdict.causes else None
    said = words.cause_text(cause) if cause is not None else "Sensitive media"
    whose = words.cause_source(cause) if cause is not None else "Marked by the author"
    return said, whose, verdict.fixed


class ViewAlbum:
    """The posts of a timeline, conversation or list."""

    acts = True

    def __init__(self, view: TimelineView) -> None:
        self._view = view

    def card(self, key: RowKey) -> Card | None:
        return self._view.card(key)

    def slides(self, card: Card) -> tuple[Slide, ...]:
        return slides_of(card, self._view.shelf.state(card.key))

    def beside(self, key: RowKey, by: int) -> Beside:
        shelf = self._view.shelf
        start = shelf.index_of(key)
        if start is None:
            return None
        for index in range(start + by, start + by * FARTHEST, by):
            if not 0 <= index < len(shelf):
                return self._beyond(index)
            row = shelf.row(index)
            if row is None:
                return "reading"
            card = card_of(row)
            if card is not None and card.post.media and not self._is_hidden(card):
                return card
        return None

    def _beyond(self, index: int) -> Beside:
        """At the lower end there may be more, which then comes."""
        source, edge = self._view.shelf.source, self._view.edges.get("older")
        if index < 0 or source is None or (edge is not None and edge.state in ("end", "failed")):
            return None
        source.want_older()
        return "reading"

    def _is_hidden(self, card: Card) -> bool:
        return card.verdict.action == "hide" and not self._view.shelf.state(card.key).revealed

    def reveal(self, key: RowKey) -> None:
        self._view.toggle_cover(key)

    def act(self, card: Card, what: str) -> None:
        if what == "thread":
            self._view.card_activated.emit(card)
        else:
            self._view.react.emit(card, what)

    def stand_on(self, key: RowKey) -> None:
        index = self._view.shelf.index_of(key)
        if index is not None:
            self._view.keyboard.stand_on(index)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        source = self._view.shelf.source
        return source.subscribe(lambda _: changed()) if source is not None else lambda: None


class LoneAlbum:
    """One post that stands in no timeline: where it stands one acts on it."""

    acts = False

    def __init__(self, card: Card) -> None:
        self._card, self._state = card, PLAIN

    def card(self, key: RowKey) -> Card | None:
        return self._card

    def slides(self, card: Card) -> tuple[Slide, ...]:
        return slides_of(card, self._state)

    def beside(self, key: RowKey, by: int) -> Beside:
        return None

    def reveal(self, key: RowKey) -> None:
        opened = not self._card.verdict.opened
        self._state = RowState(open=opened, open_media=True, revealed=True)

    def act(self, card: Card, what: str) -> None:
        return

    def stand_on(self, key: RowKey) -> None:
        return

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        return lambda: None
