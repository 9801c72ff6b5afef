"""The feeds of a profile as a list: kept, chosen, put in order, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.feed.recipe import Recipe
from app.feed.recipe_reading import recipe_to_json
from app.feed.wording import recipe_in_words
from app.services.feed_book import FeedBook
from app.services.feed_moments import Moments
from app.services.feed_values import FeedInfo, FeedsChanged

if TYPE_CHECKING:
    from app.services.pins import Pins
    from app.services.ranked_timeline import RankedTimeline


class FeedListing:
    """The part of ``Feeds`` that keeps the list, and tells who listens."""

    def __init__(self, book: FeedBook, moments: Moments, pins: Pins) -> None:
        self.book, self.pins, self._moments = book, pins, moments
        self._opened: list[RankedTimeline] = []
        self._listeners: list[Callable[[FeedsChanged], None]] = []

    def list(self) -> tuple[FeedInfo, ...]:
        """All feeds, in the order of their keys. Raises: StoreError."""
        return self.book.infos()

    @property
    def chosen(self) -> str:
        """Id of the feed in use. Raises: StoreError."""
        return self.book.chosen

    def recipe(self, id: str) -> Recipe:
        """Raises: NotFound, BadInput (with line and key), StoreError."""
        return self.book.recipe(id)

    def export(self, id: str) -> str:
        """The document of a feed, to be shared: no personal data but what its rules name."""
        return recipe_to_json(self.book.recipe(id))

    def in_words(self, recipe: Recipe) -> tuple[str, ...]:
        """What it does, a line each. Raises: StoreError."""
        return recipe_in_words(recipe, self.source_names())

    def source_names(self) -> dict[str, str]:
        """What feeds and lists are called, by their addresses. Raises: StoreError."""
        pinned = {pin.value: pin.name for pin in self.pins.all() if pin.name}
        return {**self.book.source_names(), **pinned}

    async def note_source_name(self, arg: str, name: str) -> None:
        """What a list or feed that is about to be a source is called. Raises: StoreError."""
        await self.book.note_source_name(arg, name)

    async def use(self, id: str) -> None:
        """It is the feed in use from now on. Raises: NotFound, BadInput, StoreError."""
        await self.book.use(id)
        self._tell(FeedsChanged("chosen", id))

    async def save(self, what: Recipe | str | bytes) -> FeedInfo:
        """
        Keep a recipe; one of the same id is replaced, and what shows it follows at once.

        Raises:
            BadInput: It cannot be used: with line and key. Nothing was changed.
        """
        recipe = self.book.checked(what)
        await self.book.save(recipe)
        for opened in self._opened:
            opened.remake()
        self._tell(FeedsChanged("feeds", recipe.id))
        return next(info for info in self.book.infos() if info.id == recipe.id)

    async def remove(self, id: str) -> None:
        """Forget a feed of the user's. Raises: NotFound, BadInput, StoreError."""
        await self.book.remove(id)
        self._tell(FeedsChanged("feeds", id))

    async def order(self, ids: tuple[str, ...]) -> None:
        """List them in this order: the first nine have keys. Raises: NotFound, StoreError."""
        await self.book.order(ids)
        self._tell(FeedsChanged("feeds"))

    def people_list(self, name: str) -> frozenset[str]:
        """A list of people, as the user keeps it: URIs of profiles. Raises: StoreError."""
        return self._moments.lists().get(name, frozenset())

    def note_listed(self) -> None:
        """Feeds have come or gone that are not kept here."""
        self._tell(FeedsChanged("feeds"))

    async def set_people_list(self, name: str, profiles: frozenset[str]) -> None:
        """Keep it; an empty one is forgotten. Raises: StoreError."""
        await self._moments.set_list(name, profiles)
        for opened in self._opened:
            opened.remake()

    def subscribe(self, listener: Callable[[FeedsChanged], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self, change: FeedsChanged) -> None:
        for listener in tuple(self._listeners):
            listener(change)
