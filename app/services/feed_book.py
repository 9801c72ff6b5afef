"""The feeds there are: those that come with Godwit, and the user's own documents."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.recipe import Recipe
from app.feed.recipe_reading import BadRecipe, recipe_from_json, recipe_to_json
from app.model.errors import BadInput, NotFound
from app.services.feed_values import FeedInfo

if TYPE_CHECKING:
    from app.store import Keeper, Reader, Store
    from app.store.feeds import KeptFeed

log = logging.getLogger(__name__)

DEFAULT = "newest"
CHOSEN, ORDER, NAMES = "feeds.chosen", "feeds.order", "feeds.names"
KEYS = 9


class Documents(Struct, frozen=True, kw_only=True):
    """
    What comes with the program.

    Attributes:
        order: Ids of the built-in feeds, as they are listed.
        feeds: Their documents.
        topics: Lists of words (``feed/topics.py``).
    """

    order: tuple[str, ...]
    feeds: Mapping[str, bytes]
    topics: bytes


class FeedBook:
    """
    Every feed by its id. Documents are read when they are asked for.

    A user's feed with the id of a built-in one stands in its place until it is removed.

    Args:
        pinned: Feeds that are pinned at servers, by id.
    """

    def __init__(
        self,
        store: Store,
        documents: Callable[[], Documents],
        pinned: Callable[[], Mapping[str, Recipe]] = dict,
    ) -> None:
        self._store, self._documents, self._pinned = store, documents, pinned
        self._own: dict[str, str] | None = None
        self._read: dict[str, Recipe] = {}

    @property
    def documents(self) -> Documents:
        """What comes with the program."""
        return self._documents()

    def ids(self) -> list[str]:
        """In the user's order, then as they come. Raises: StoreError."""
        known = dict.fromkeys([*self.documents.order, *self._kept(), *self._pinned()])
        first = [one for one in self._store.reader.setting(ORDER, []) if one in known]
        return list(dict.fromkeys([*first, *known]))

    def infos(self) -> tuple[FeedInfo, ...]:
        """All feeds. A broken one says what is wrong with it. Raises: StoreError."""
        chosen = self.chosen
        found = []
        for number, id in enumerate(self.ids(), 1):
            key = number if number <= KEYS else 0
            found.append(self._info(id, key, chosen=id == chosen))
        return tuple(found)

    @property
    def chosen(self) -> str:
        """The feed in use. Raises: StoreError."""
        id = self._store.reader.setting(CHOSEN, DEFAULT)
        return id if id in self else DEFAULT

    def __contains__(self, id: str) -> bool:
        return id in self.documents.feeds or id in self._kept() or id in self._pinned()

    def is_own(self, id: str) -> bool:
        """The user has a document of that id. Raises: StoreError."""
        return id in self._kept()

    def free_id(self, wish: str) -> str:
        """*wish*, or with a number behind it while there is a feed of that id."""
        base = re.sub(r"-\d+$", "", wish) or "feed"
        found, number = wish, 2
        while found in self:
            found, number = f"{base}-{number}", number + 1
        return found

    def named(self, name: str) -> str:
        """
        The id of the feed that people call *name*: its id, its name, or its key.

        Raises:
            NotFound: There is none, or several are called so.
        """
        if name in self:
            return name
        infos = self.infos()
        if name.isdigit():
            found = [info.id for info in infos if info.number == int(name)]
        else:
            found = [info.id for info in infos if info.name.casefold() == name.casefold()]
        if len(found) != 1:
            raise NotFound(f"There is no feed “{name}”.", "godwit feed list names them.")
        return found[0]

    def recipe(self, id: str) -> Recipe:
        """
        What the feed does.

        Raises:
            NotFound: There is none.
            BadInput: Its document cannot be used; with line and key.
        """
        if id not in self._kept() and (pinned := self._pinned().get(id)) is not None:
            return pinned  # what it is called may change at its server
        found = self._read.get(id)
        if found is None:
            found = self._read[id] = read_recipe(self.document(id))
        return found

    def document(self, id: str) -> str | bytes:
        """As it is kept, or comes with the program. Raises: NotFound, StoreError."""
        kept = self._kept().get(id)
        if kept is not None:
            return kept
        if (pinned := self._pinned().get(id)) is not None:
            return recipe_to_json(pinned)
        built_in = self.documents.feeds.get(id)
        if built_in is None:
            raise NotFound(f"There is no feed “{id}”.", "godwit feed list names them.")
        return built_in

    def checked(self, what: Recipe | str | bytes) -> Recipe:
        """
        A recipe that may be kept: it can be read, its feeds exist, there is no cycle.

        Raises:
            BadInput: With line and key, where there is a document.
        """
        # A recipe made in the window is read again as well: sliders, too, have limits.
        recipe = read_recipe(recipe_to_json(what) if isinstance(what, Recipe) else what)
        self._follow(recipe, recipe.id, [recipe.id])
        return recipe

    async def save(self, recipe: Recipe) -> None:
        """Keep it, in place of the one before. Raises: StoreError."""
        from app.store.feeds import KeptFeed, save_feed

        feed = KeptFeed(recipe.id, recipe_to_json(recipe))
        await self._store.keep(lambda keeper: save_feed(keeper, feed))
        self._own = None
        self._read.pop(recipe.id, None)

    async def remove(self, id: str) -> None:
        """
        Forget the user's feed.

        Raises:
            NotFound: There is none.
            BadInput: It comes with Godwit, or another feed takes from it.
        """
        from app.store.feeds import drop_feed

        if id not in self._kept():
            self.document(id)
            if id in self._pinned():
                words = f"“{self.recipe(id).name}” is pinned at its server."
                raise BadInput(words, "Unpin it instead.")
            raise BadInput(f"The feed “{id}” comes with Godwit.", "Leave it unused.")
        stays = id in self.documents.feeds or id in self._pinned()
        if not stays:
            self._must_be_unused(id)
        chosen = self.chosen == id and not stays

        def write(keeper: Keeper) -> None:
            drop_feed(keeper, id)
            if chosen:
                keeper.remove_setting(CHOSEN)

        await self._store.keep(write)
        self._own = None
        self._read.pop(id, None)

    async def use(self, id: str) -> None:
        """It is the feed in use from now on. Raises: NotFound, BadInput, StoreError."""
        self.recipe(id)
        await self._store.keep(lambda keeper: keeper.set_setting(CHOSEN, id))

    async def order(self, ids: tuple[str, ...]) -> None:
        """List them in this order: the first nine have keys. Raises: NotFound, StoreError."""
        for id in ids:
            self.document(id)
        await self._store.keep(lambda keeper: keeper.set_setting(ORDER, list(ids)))

    def source_names(self) -> dict[str, str]:
        """What lists and feeds that are sources are called, by their addresses."""
        kept = self._store.reader.setting(NAMES, {})
        return dict(kept) if isinstance(kept, dict) else {}

    async def note_source_name(self, arg: str, name: str) -> None:
        """Keep it; the oldest are forgotten. Raises: StoreError."""
        names = {**self.source_names(), arg: name}
        kept = dict(list(names.items())[-_MOST_NAMES:])
        await self._store.keep(lambda keeper: keeper.set_setting(NAMES, kept))

    # ------------------------------------------------------------- private

    def _kept(self) -> dict[str, str]:
        if self._own is None:
            from app.store.feeds import kept_feeds

            found: tuple[KeptFeed, ...] = kept_feeds(self._reader)
            self._own = {feed.id: feed.recipe for feed in found}
        return self._own

    @property
    def _reader(self) -> Reader:
        return self._store.reader

    def _info(self, id: str, number: int, *, chosen: bool) -> FeedInfo:
        own, pinned = id in self._kept(), id in self._pinned()
        try:
            recipe = self.recipe(id)
        except BadInput as error:
            problem = error.message
            return FeedInfo(
                id=id, name=id, number=number, built_in=not own, chosen=chosen, problem=problem
            )
        return FeedInfo(
            id=id,
            name=recipe.name,
            about=recipe.about,
            icon=recipe.icon,
            number=number,
            built_in=not own and not pinned,
            pinned=pinned,
            chosen=chosen,
            ranked=not is_plain(recipe),
            experimental=recipe.experimental,
        )

    def _follow(self, recipe: Recipe, root: str, path: list[str]) -> None:
        for source in recipe.sources:
            if source.kind != "recipe":
                continue
            if source.arg in path:
                way = " → ".join([*path, source.arg])
                raise BadInput(f"This feed would take from itself: {way}.", "Take another source.")
            try:
                inner = self.recipe(source.arg)
            except NotFound as error:
                raise BadInput(
                    f"It takes from a feed that there is not: “{source.arg}”.", error.next_step
                ) from None
            if len(path) > _MOST_NESTED:
                raise BadInput("Feeds take from feeds too deeply.", "Take fewer steps.")
            self._follow(inner, root, [*path, source.arg])

    def _must_be_unused(self, id: str) -> None:
        for other in self._kept():
            try:
                sources = self.recipe(other).sources
            except BadInput:
                continue
            if any(source.kind == "recipe" and source.arg == id for source in sources):
                raise BadInput(
                    f"The feed “{other}” takes from it.", f"Change or remove “{other}” first."
                )


_MOST_NESTED = 8
_MOST_NAMES = 500


def read_recipe(document: str | bytes) -> Recipe:
    """The recipe of a document. Raises: BadInput, in words, with line and key."""
    try:
        return recipe_from_json(document)
    except BadRecipe as error:
        raise BadInput(str(error), "Correct it and try again; nothing was changed.") from None


def is_plain(recipe: Recipe) -> bool:
    """It is the home timelines, newest first, with nothing done to them."""
    plain = all(source.kind == "home" and source.account == "all" for source in recipe.sources)
    untouched = recipe.where is None and recipe.rank.mode == "time" and not recipe.fold.by
    spread = recipe.spread
    still = not (spread.max_run or spread.max_per_author or spread.quotas)
    whole = not (recipe.window.hours or recipe.window.since_left)
    return plain and untouched and still and whole and not recipe.rank.oldest_first
