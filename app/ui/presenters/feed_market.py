"""The marketplace in the window: found, looked at, pinned, put in order, made a feed of."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from app.feed.recipe import Rank, Recipe, RecipeSource
from app.model.errors import RateLimited, ServiceError
from app.model.offers import Offer
from app.services.market_values import Found, Stall
from app.ui.feeds.market import MarketPage
from app.ui.feeds.market_values import MarketItem, MarketSection
from app.ui.feeds.market_words import ICONS, is_address, item_of, key_of
from app.ui.feeds.preview import PreviewItem
from app.ui.presenters.travel import Visit
from app.ui.presenters.travel_over import Over
from app.ui.timeline.words import isolated

if TYPE_CHECKING:
    from app.ui.presenters.surroundings import Surroundings

PAUSE = 400
"""ms after the last key until servers are asked."""

SLOW = 2_500
"""ms after which a feed that does not answer is said to be slow."""


class Shelf(Struct):
    """One section as it stands. *found*: None = asked for the first time."""

    title: str
    empty: str
    found: Found | None = None
    asking: bool = False
    trouble: str = ""
    waits: bool = False


class FeedMarket(QObject):
    """
    Shows what servers offer.

    Args:
        go: Shows the feed with that id.
        use: Goes on with a recipe in the lab.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        go: Callable[[str], None],
        use: Callable[[Recipe], None],
        say: Callable[[ServiceError], None],
    ) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, self._pictures, self._networks = around
        self._go, self._use, self._say = go, use, say
        self._market = self._house.market
        self.page: MarketPage | None = None
        self._shelves: dict[str, Shelf] = {}
        self._stalls: dict[str, Stall] = {}
        self._chosen = ""
        self._words = self._typed = ""
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.timeout.connect(lambda: self.search(self._typed))
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.timeout.connect(self._on_slow)
        self._leave = self._house.feeds.subscribe(lambda _: self._on_feeds())

    # --------------------------------------------------------------- opened

    def open(self, words: str = "") -> None:
        """Over the whole window; servers are asked at once. *words*: for what they find."""
        page = MarketPage(self._look, self._pictures, self._networks(), self._house.clock.now())
        self.page, self._chosen, self._words = page, "", ""
        self._shelves = {
            "saved": Shelf("Pinned and saved", "Nothing is pinned at your servers yet."),
            "popular": Shelf("Popular", "No server told of any."),
            "sources": Shelf("Lists, tags and trends", "Your accounts have none."),
        }
        page.back.connect(self.leave)
        page.typed.connect(self._on_typed)
        page.searched.connect(self.search)
        page.list.chosen.connect(self.look_at)
        page.list.pressed.connect(lambda: page.show_part("detail"))
        page.list.moved.connect(self.move)
        page.list.again_wanted.connect(self._ask)
        page.list.more_wanted.connect(self._more)
        page.detail.pin_wanted.connect(lambda: self._change("pin"))
        page.detail.unpin_wanted.connect(lambda: self._change("unpin"))
        page.detail.forget_wanted.connect(lambda: self._change("forget"))
        page.detail.again_wanted.connect(lambda: self.look_at(self._chosen))
        page.detail.move_wanted.connect(lambda by: self.move(self._chosen, by))
        page.detail.use_wanted.connect(self._on_use)
        page.detail.open_wanted.connect(self._on_open)
        QShortcut(QKeySequence("Esc"), page).activated.connect(self.leave)
        self._window.cover(page)
        page.search.setText(words)
        self.search(words)
        for key, shelf in self._shelves.items():
            if not shelf.asking:
                self._ask(key)
        page.search.setFocus()

    def as_room(self) -> Over:
        """For back and forward; servers are not asked again for what they have told."""
        return Over(
            self._window,
            lambda: self.page,
            lambda: Visit("market", (self._words, self._chosen, dict(self._shelves))),
            lambda visit: self._reopen(*visit.state),
            self.leave,
        )

    def _reopen(self, words: str, chosen: str, shelves: dict[str, Shelf]) -> None:
        self.open(words)
        page = self.page
        assert page is not None
        for key, shelf in shelves.items():
            if not shelf.asking:
                self._scope.stop(f"market {key}")
                self._shelves[key] = shelf
        self._show()
        if chosen:
            self.look_at(chosen)

    def leave(self) -> None:
        """Back to the window."""
        if self.page is not None:
            self._window.room_changing.emit()
            self._forget()
            self._window.uncover()

    def close(self) -> None:
        """At the end."""
        self._leave()
        self._forget()

    def _forget(self) -> None:
        self._typing.stop()
        self._slow.stop()
        for name in (*(f"market {key}" for key in self._shelves), _SAMPLE):
            self._scope.stop(name)
        self.page = None

    # ---------------------------------------------------------------- found

    def _on_typed(self, words: str) -> None:
        self._typed = words
        self._typing.start(PAUSE if words.strip() else 0)

    def search(self, words: str) -> None:
        """Ask for what *words* find, or for the feed at that address."""
        self._typing.stop()
        words = words.strip()
        if self.page is None or words == self._words:
            return
        self._words = words
        shelf = self._shelves["popular"]
        shelf.title = "Found" if words else "Popular"
        shelf.empty = (
            f"Nobody has made a feed that “{words}” finds." if words else "No server told of any."
        )
        shelf.found = None
        self._ask("popular")

    def _ask(self, key: str) -> None:
        shelf = self._shelves.get(key)
        if shelf is not None:
            shelf.asking, shelf.trouble = True, ""
            self._show()
            self._scope.restart(self._fill(key, shelf), name=f"market {key}")

    async def _fill(self, key: str, shelf: Shelf) -> None:
        market = self._market
        try:
            if key == "saved":
                await market.refresh()
                found = await market.saved()
            elif key == "sources":
                found = await market.sources()
            elif is_address(self._words):
                found = Found(stalls=(await market.find(self._words),))
            else:
                found = await market.search(self._words)
        except ServiceError as error:
            found, shelf.trouble = Found(stalls=()), f"{error.message} {error.next_step}"
            shelf.waits = isinstance(error, RateLimited)
        shelf.found, shelf.asking = found, False
        if found.refusals:
            first = found.refusals[0]
            host = self._house.accounts.find(first.account).host
            words = f"{first.error.message} {first.error.next_step}"
            shelf.trouble = words if host in words else f"{isolated(host)}: {words}"
            shelf.waits = isinstance(first.error, RateLimited)
        self._show()
        if key == "popular" and is_address(self._words) and found.stalls:
            self.look_at(key_of(found.stalls[0]))

    def _more(self, key: str) -> None:
        shelf = self._shelves[key]
        if shelf.found is not None and not shelf.asking:
            shelf.asking = True
            self._show()
            self._scope.restart(self._fill_more(shelf, shelf.found), name=f"market {key}")

    async def _fill_more(self, shelf: Shelf, before: Found) -> None:
        more = await self._market.search(self._words, before.older)
        known = {key_of(one) for one in before.stalls}
        stalls = (*before.stalls, *(one for one in more.stalls if key_of(one) not in known))
        shelf.found = Found(stalls=stalls, refusals=more.refusals, older=more.older)
        shelf.asking = False
        self._show()

    # ---------------------------------------------------------------- shown

    def _show(self) -> None:
        page = self.page
        if page is None:
            return
        self._stalls = {
            key_of(stall): stall
            for shelf in self._shelves.values()
            if shelf.found is not None
            for stall in shelf.found.stalls
        }
        page.list.show_sections([self._section(key) for key in self._shelves])
        chosen = self._stalls.get(self._chosen)
        if chosen is not None:
            page.detail.show_item(self._item(chosen))
            page.list.mark(self._chosen)

    def _section(self, key: str) -> MarketSection:
        shelf = self._shelves[key]
        stalls = shelf.found.stalls if shelf.found is not None else ()
        return MarketSection(
            key=key,
            title=shelf.title,
            items=tuple(self._item(stall) for stall in stalls),
            empty=shelf.empty,
            trouble=shelf.trouble,
            waits=shelf.waits,
            loading=shelf.asking,
            more=bool(shelf.found is not None and shelf.found.older) and not shelf.asking,
        )

    def _item(self, stall: Stall) -> MarketItem:
        account = self._house.accounts.find(stall.account)
        network = self._networks().get(account.network)
        pins = [pin.value for pin in self._market.pins.of(stall.account)]
        return item_of(stall, account, network.mark if network is not None else "", pins)

    def look_at(self, key: str) -> None:
        """Show what it is like, before anything is done with it."""
        stall, page = self._stalls.get(key), self.page
        if stall is None or page is None:
            return
        self._chosen = key
        page.list.mark(key)
        page.detail.show_item(self._item(stall))
        page.detail.show_posts((), "Asking for its first posts…")
        self._slow.start(SLOW)
        self._scope.restart(self._sample(stall), name=_SAMPLE)

    async def _sample(self, stall: Stall) -> None:
        sample = await self._market.sample(stall)
        page = self.page
        if page is None or self._chosen != key_of(stall):
            return
        self._slow.stop()
        if sample.trouble is not None:
            words = f"{sample.trouble.message} {sample.trouble.next_step}"
            page.detail.show_posts((), words, color="danger")
            return
        items = [PreviewItem(place=place, card=card) for place, card in enumerate(sample.cards, 1)]
        words = "" if items else "There is nothing in it now."
        if sample.hidden:
            left_out = "1 post is" if sample.hidden == 1 else f"{sample.hidden} posts are"
            words = f"{words} {left_out} left out by what you do not want to see.".strip()
        page.detail.show_posts(items, words)

    def _on_slow(self) -> None:
        if self.page is not None:
            self.page.detail.show_posts((), "Its server is slow. Still waiting…")

    # --------------------------------------------------------------- changed

    def _change(self, act: Literal["pin", "unpin", "forget"]) -> None:
        stall = self._stalls.get(self._chosen)
        if stall is not None and self.page is not None:
            self.page.detail.show_busy(True)
            self._scope.start(self._pin(stall, act), name="keep pin")

    async def _pin(self, stall: Stall, act: str) -> None:
        try:
            if act == "pin":
                await self._market.pin(stall)
            else:
                forget = act == "forget"
                await self._market.unpin(stall.account, stall.offer.arg, forget=forget)
        except ServiceError as error:
            self._tell(error)
        self._changed()

    def move(self, key: str, by: int) -> None:
        """Put a pinned feed some places further down."""
        stall = self._stalls.get(key)
        if stall is None:
            return
        values = [pin.value for pin in self._market.pins.of(stall.account)]
        if stall.offer.arg not in values:
            return
        at = values.index(stall.offer.arg)
        to = max(0, min(len(values) - 1, at + by))
        if to != at:
            values.insert(to, values.pop(at))
            self._scope.start(self._order(stall, values), name="keep pin order")

    async def _order(self, stall: Stall, values: list[str]) -> None:
        try:
            await self._market.order(stall.account, values)
        except ServiceError as error:
            self._tell(error)
        self._changed()

    def _tell(self, error: ServiceError) -> None:
        if self.page is None:
            self._say(error)
            return
        self.page.detail.show_posts((), f"{error.message} {error.next_step}", color="danger")

    def _changed(self) -> None:
        if self.page is not None:
            self.page.detail.show_busy(False)
            self._ask("saved")

    def _on_feeds(self) -> None:
        self._show()

    def _on_use(self) -> None:
        """A recipe that takes from it, to be gone on with in the lab."""
        stall = self._stalls.get(self._chosen)
        if stall is None:
            return
        offer = stall.offer
        recipe = Recipe(
            id=self._house.feeds.book.free_id("my-feed"),
            name=f"#{offer.name}" if offer.kind == "tag" else offer.name,
            icon=ICONS[offer.kind],
            sources=(RecipeSource(kind=offer.kind, account=stall.account, arg=offer.arg),),
            rank=Rank(mode="source" if offer.kind in ("feed", "trends") else "time"),
        )
        self._scope.start(self._begin(recipe, offer), name="keep source name")

    async def _begin(self, recipe: Recipe, offer: Offer) -> None:
        try:
            if offer.arg:
                await self._house.feeds.note_source_name(offer.arg, offer.name)
        except ServiceError as error:
            self._say(error)
        self.leave()
        self._use(recipe)

    def _on_open(self) -> None:
        stall = self._stalls.get(self._chosen)
        if stall is None:
            return
        pins = self._market.pins.of(stall.account)
        pin = next((one for one in pins if one.value == stall.offer.arg), None)
        if pin is not None:
            self.leave()
            self._go(pin.id)


_SAMPLE = "market sample"
