"""What the three parts of the page of lists, tags and trends have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from PySide6.QtCore import QObject

from app.feed.recipe import Rank, Recipe, RecipeSource, SourceKind
from app.model import Account, AccountId, Profile
from app.model.errors import RateLimited, ServiceError
from app.ui.feeds.market_values import MarketSection
from app.ui.feeds.market_words import ICONS
from app.ui.shelves.values import DetailItem, ListItem
from app.ui.timeline.words import clock_time, isolated

if TYPE_CHECKING:
    from app.ui.presenters.surroundings import Surroundings


class ShelfDoors(NamedTuple):
    """
    Where one goes from here.

    Attributes:
        use: Goes on with a recipe in the lab.
        open_person: Shows somebody of a network.
        open_search: Looks for words.
        open_url: Opens a web page.
        leave: Puts the page away.
    """

    use: Callable[[Recipe], None]
    open_person: Callable[[Profile, str], bool]
    open_search: Callable[[str], None]
    open_url: Callable[[str], object]
    leave: Callable[[], None]


class ShelfPart(QObject):
    """
    One of ``PARTS``. *changed* is called when something is to be shown anew.

    Attributes:
        key: Which row is looked at; "" = none.
    """

    _said, _danger = "", False
    """What is told beside that row, and whether something went wrong."""

    def __init__(
        self,
        around: Surroundings,
        doors: ShelfDoors,
        changed: Callable[[], None],
    ) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, _, self._networks = around
        self._doors, self._changed = doors, changed
        self.key = ""

    def begin(self) -> None:
        """Ask the servers."""
        raise NotImplementedError

    def stop(self) -> None:
        """Nobody looks any more."""
        raise NotImplementedError

    def sections(self) -> Sequence[MarketSection]:
        """What there is."""
        raise NotImplementedError

    def item(self) -> ListItem | DetailItem | None:
        """What is looked at."""
        raise NotImplementedError

    def nothing(self) -> tuple[str, str, str]:
        """What is said while nothing is looked at: title, sentence, icon."""
        raise NotImplementedError

    def choose(self, key: str) -> None:
        """Look at that one. What was said of another is no longer true."""
        if key != self.key:
            self._said = ""
        self.key = key
        self._changed()

    # --------------------------------------------------------------- helpers

    def _account(self, account: AccountId) -> Account:
        return self._house.accounts.find(account)

    def _mark(self, account: AccountId) -> str:
        info = self._networks().get(self._account(account).network)
        return info.mark if info is not None else ""

    def _trouble(self, account: AccountId, error: ServiceError | None) -> str:
        if error is None:
            return ""
        if waits(error):
            return f"Waits until {clock_time(error.until)}, as its server asks."
        host, words = self._account(account).host, words_of(error)
        return words if host in words else f"{isolated(host)}: {words}"

    def _show_as_feed(self, kind: SourceKind, account: str, arg: str, name: str) -> None:
        """Go on in the lab with a feed that takes from it; it is kept when that is said there."""
        recipe = Recipe(
            id=self._house.feeds.book.free_id("my-feed"),
            name=name[:40],
            icon=ICONS.get(kind, "hash"),
            sources=(RecipeSource(kind=kind, account=account, arg=arg),),
            rank=Rank(mode="source" if kind == "trends" else "time"),
        )
        self._scope.start(self._use(recipe, arg, name), name="keep source name")

    async def _use(self, recipe: Recipe, arg: str, name: str) -> None:
        if arg:
            await self._house.feeds.note_source_name(arg, name)
        self._doors.leave()
        self._doors.use(recipe)


def waits(error: ServiceError | None) -> TypeGuard[RateLimited]:
    """It is no failure: the server asks for a pause."""
    return isinstance(error, RateLimited)


def words_of(error: ServiceError) -> str:
    """What went wrong and what to do: nothing here is tried again by itself."""
    if isinstance(error, RateLimited):
        return f"{error.message} It can be tried again at {clock_time(error.until)}."
    return f"{error.message} {error.next_step}".strip()
