"""Search in the window: the cache answers while one types, servers when they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, QTimer

from app.feed.query import server_words
from app.feed.recipe import Rank, Recipe, RecipeSource
from app.feed.rows import Card
from app.model import Post, Profile
from app.model.errors import ServiceError
from app.model.query import Query
from app.services.rows import EdgeState
from app.services.search_links import is_address
from app.services.search_values import Seen
from app.ui.presenters.search_kept import KeptFetching, kept_of
from app.ui.presenters.search_recent import RecentSearches
from app.ui.presenters.search_saying import did_not_work, nothing_found
from app.ui.presenters.search_servers import ServersAsked, once, person_item
from app.ui.presenters.search_typing import SearchTyping
from app.ui.presenters.search_visits import Searched, go_back_in, place_in
from app.ui.presenters.travel import Visit
from app.ui.search.page import SearchPage
from app.ui.search.source import FoundSource
from app.ui.shell.states import Loading, State

if TYPE_CHECKING:
    from app.ui.presenters.surroundings import Surroundings
    from app.ui.presenters.threads import Meets

SOON = 80
"""ms after the last key until the cache is looked through."""

SEEN, OPEN, COUNT = "search seen", "search open", "search count"


class SearchPresenter(QObject):
    """
    One page, made when it is first opened.

    Args:
        meet: Makes what answers a view's signals about cards.
        write: Answers or quotes a card.
        open_post: Opens a conversation.
        use: Goes on with a recipe in the lab.
        open_person: Shows somebody of a network; False: what they wrote is looked for.
        open_feed: Shows the feed or list with an address among those of others.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        meet: Meets,
        write: Callable[[Card, str], None],
        open_post: Callable[[Card | Post], None],
        use: Callable[[Recipe], None],
        open_person: Callable[[Profile, str], bool] = lambda profile, network: False,
        open_feed: Callable[[str], None] = lambda address: None,
    ) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, self._pictures, self._networks = around
        self._meet, self._write, self._open_post, self._use = meet, write, open_post, use
        self._open_person, self._open_feed = open_person, open_feed
        self.hold: Callable[[], None] = lambda: None  # nothing is painted before the next turn
        self._people: dict[str, tuple[Profile, str]] = {}
        self.page: SearchPage | None = None
        self._query = Query()
        self._is_address = False  # what is typed is opened, not looked for
        self._to_list = False  # one wants to read what is found, and has typed nothing
        self._seen = self._first = Seen()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_typed)
        self._leave: Callable[[], None] = lambda: None
        self._typing = SearchTyping(self._house.search, self._scope)
        self._recent = RecentSearches(self._look, self._house.store, self._scope, self._begin)
        self._kept = KeptFetching(
            self._house, self._scope, lambda: self._query, self._look_again, lambda: self.page
        )
        self._window.sidebar.place_chosen.connect(lambda _: self.leave())

    # --------------------------------------------------------------- opened

    def open(self, text: str = "") -> None:
        """Over the timeline; *text* is looked for at once."""
        self._window.room_changing.emit()
        if self.page is None:
            self._make()
        page = self.page
        assert page is not None
        self._window.right.show_page(page, cover=True)
        room = self._kept.begin(text)
        self._window.sidebar.show_in_room(room)
        self._to_list = room == "bookmarks"
        if text:
            page.field.setText(text)
        page.field.setFocus()
        if not text:
            page.field.selectAll()

    def visit(self) -> Visit:
        """What is looked for, what was found, and where in it one is."""
        page = self.page
        if page is None:
            return Visit()
        places = tuple(place_in(column.view) for column in (page.left, page.right))
        found = (self._first, self._seen, self.found.cards, self.servers.keep())
        return Visit(page.field.text(), Searched(page.side, *found, places))

    def revisit(self, visit: Visit) -> None:
        """As it was found; nobody is asked again."""
        self.open(str(visit.what))
        page, was = self.page, visit.state
        if page is None or not isinstance(was, Searched):
            return
        self._timer.stop()
        self._on_typed()
        if self._query:
            self._scope.stop(SEEN)
            self._show_beside(was.first)
            self._show_posts(was.first)
            if was.seen is not was.first:
                self._show_posts(was.seen, was.cards)
            self.servers.restore(was.asked)
        page.show_side(was.side)
        for column, place in zip((page.left, page.right), was.places, strict=True):
            go_back_in(column.view, place)

    def _make(self) -> None:
        page = self.page = SearchPage(self._look, self._pictures, clock=self._house.clock.now)
        self.found = FoundSource(self._more)
        self.servers = ServersAsked(
            self._look, page.right, self._house, self._scope, self._networks
        )
        for column, source in ((page.left, self.found), (page.right, self.servers.found)):
            column.view.set_source(source)
            self._dress(column.view)
            self._meet(column.view, self._write, self._open_post)
            column.view.tag_activated.connect(lambda tag, _: self.open(f"#{tag} "))
            column.person_chosen.connect(self._on_person)
            column.feed_chosen.connect(self._open_feed)
            column.tag_chosen.connect(lambda tag: self.open(f"#{tag} "))
        self._typing.meet(page.field)
        page.typed.connect(lambda _: self._timer.start(SOON))
        page.field.textEdited.connect(self._on_edited)
        page.asked.connect(self._on_asked)
        page.leaving.connect(self.leave)
        page.again_wanted.connect(lambda: self._on_asked(page.field.text()))
        page.hide_seen.connect(self.servers.hide_seen)
        self.servers.asked.connect(lambda: page.show_side("right"))
        page.again.setEnabled(not self._house.options.offline)
        page.feed_wanted.connect(self._on_feed)
        page.kept_wanted.connect(lambda kept: self.open(f"in:{kept} "))
        self._leave = self._house.search.on_reaction(self._on_reaction)
        self._begin()
        self._scope.restart(self._count(), name=COUNT)

    def _on_edited(self, _text: str) -> None:
        self._to_list = False

    def _on_person(self, handle: str) -> None:
        known = {**self._people, **(self.servers.people if self.page is not None else {})}
        if handle not in known or not self._open_person(*known[handle]):
            self.open(f"from:{handle} ")

    def leave(self) -> None:
        """Back to the timeline. What was found is forgotten."""
        self._window.room_changing.emit()
        page, self.page = self.page, None
        if page is None:
            return
        if self.found.cards and not self._is_address:
            self._recent.note(page.field.text(), self._query)
        self._timer.stop()
        for name in (SEEN, OPEN, COUNT):
            self._scope.stop(name)
        self._kept.stop()
        self.servers.begin()
        self._leave()
        self._query, self._is_address, self._to_list = Query(), False, False
        self._window.sidebar.show_in_room("search", "bookmarks", inside=False)
        self._window.right.take_page(page)
        page.deleteLater()

    def _dress(self, view: object) -> None:
        accounts = self._house.accounts.all()
        hosts = {account.id: account.host for account in accounts}
        whose = {account.id: account.network for account in accounts}
        view.set_networks(self._networks(), hosts, whose)  # type: ignore[attr-defined]

    def _begin(self) -> None:
        """Nothing is looked for."""
        page = self.page
        assert page is not None
        self._query, self._is_address = Query(), False
        self._seen = self._first = Seen()
        self.found.show(())
        page.left.clear()
        page.feed.setEnabled(False)
        page.stand_alone("")
        page.left.show_state(self._recent.make_start(page))
        page.show_side("left")
        self.servers.begin()

    # ------------------------------------------------------------- the cache

    def _on_typed(self) -> None:
        page = self.page
        if page is None:
            return
        text = page.field.text()
        if is_address(text):
            self._is_address = True
            self._scope.stop(SEEN)  # what comes of older words would cover what is said here
            page.say_trouble("")
            self.found.show(())
            page.left.clear()  # nor does what came of them answer this
            page.left.show_state(
                State(self._look, "Press Enter to open it", text.strip(), icon="link")
            )
            return
        query = self._typing.understand(page.field)
        page.say_trouble(self._typing.trouble)
        if query == self._query and not self._is_address:
            return
        self._is_address = False
        if not query:
            self._scope.stop(SEEN)
            self._begin()
            return
        self._query, self._seen = query, Seen()
        page.left.view.look_for(query)
        page.feed.setEnabled(bool(server_words(query)))
        page.stand_alone(kept_of(query))
        self.servers.begin()
        self._scope.restart(self._look_through(query), name=SEEN)

    async def _look_through(self, query: Query) -> None:
        try:
            async for seen in self._house.search.seen(query):
                if query != self._query or self.page is None:
                    return
                # In turns: what stands beside posts, posts, and the picture of both.
                self.hold()
                self._show_beside(seen)
                await asyncio.sleep(0)
                if query == self._query and self.page is not None:
                    self.hold()
                    self._show_posts(seen)
        except ServiceError as error:
            self._fail(error)

    def _look_again(self) -> None:
        self._scope.restart(self._look_through(self._query), name=SEEN)

    async def _count(self) -> None:
        try:
            count = await self._house.search.count()
        except ServiceError:
            return  # the search itself will say so
        if self.page is not None:
            shown = QLocale().toString(count)
            self.page.left.say(f"{shown} {'post' if count == 1 else 'posts'}")

    def _show_beside(self, seen: Seen) -> None:
        page = self.page
        assert page is not None
        self._first = seen
        networks = {card.post.author.uri: card.post.network for card in seen.cards}
        self._people = {one.handle: (one, networks[one.uri]) for one in seen.people}
        page.left.show_people([person_item(one) for one in seen.people])
        page.left.show_tags(seen.tags)

    def _show_posts(self, seen: Seen, before: Sequence[Card] = ()) -> None:
        page = self.page
        assert page is not None
        self._seen = seen
        cards = once([*before, *seen.cards])
        self.found.show(cards)
        more = "+" if seen.below is not None else ""
        hidden = f", {seen.hidden} hidden" if seen.hidden else ""
        page.left.count_posts(f"{len(cards)}{more}{hidden}" if cards else "")
        if cards:
            page.left.show_state(None)
            if self._to_list and page.field.hasFocus():
                page.left.view.setFocus()
            self._to_list = False
            is_more = seen.below is not None or self._kept.goes_on(self._query, seen.looked_at)
            self.found.say(EdgeState("older", "more" if is_more else "end"))
        elif seen.done:
            page.left.show_state(nothing_found(self._look, self._query, seen, self._more))

    def _more(self) -> None:
        """The next stretch below what is shown."""
        below = self._seen.below
        if below is None and self._seen.done and self._kept.goes_on(self._query):
            self.found.say(EdgeState("older", "loading", "Asking for older ones…"))
            self._kept.fetch_older()
            return
        if below is None or not self._seen.done or self._is_address:
            return
        self.found.say(EdgeState("older", "loading", "Looking further back…"))
        self._scope.restart(self._go_on(self._query, below), name=SEEN)

    async def _go_on(self, query: Query, below: int) -> None:
        before = self.found.cards
        try:
            async for seen in self._house.search.seen(query, below):
                if query == self._query and self.page is not None:
                    self._show_posts(seen, before)
        except ServiceError as error:
            self._fail(error)

    def _fail(self, error: ServiceError) -> None:
        if self.page is not None:
            self.page.left.show_state(did_not_work(self._look, error))

    # ------------------------------------------------------------ what one wants

    def _on_asked(self, text: str) -> None:
        """Enter: open an address, or ask the servers."""
        self._timer.stop()
        self._on_typed()
        page = self.page
        if page is None:
            return
        if is_address(text):
            self._scope.restart(self._open(text), name=OPEN)
        elif self._query:
            self._recent.note(text, self._query)
            if not self._house.options.offline:
                self.servers.ask(self._query)

    async def _open(self, address: str) -> None:
        page = self.page
        assert page is not None
        page.left.show_state(Loading(self._look, "Opening it…"))
        try:
            opened = await self._house.search.open(address)
        except ServiceError as error:
            if self.page is page:
                words = f"{error.message} {error.next_step}".strip()
                state = State(self._look, "It could not be opened", words, icon="warning-circle")
                page.left.show_state(state)
            return
        if self.page is not page:
            return
        if opened.card is not None:
            self.found.show((opened.card,))
            page.left.show_state(None)
            self._open_post(opened.card)
        elif opened.offer is not None:
            page.left.show_state(
                State(self._look, opened.offer.name, opened.offer.about, icon="rss")
            )
            self._open_feed(opened.offer.arg)
        elif opened.profile is not None:
            profile = opened.profile
            self._people[profile.handle] = (profile, opened.network)
            page.left.show_people([person_item(profile)])
            if self._open_person(profile, opened.network):
                page.left.show_state(None)
                return
            title, words = opened.profile.shown_name, f"@{opened.profile.handle}"
            page.left.show_state(State(self._look, title, words, icon="user"))

    def _on_feed(self) -> None:
        words = server_words(self._query)
        if not words:
            return
        recipe = Recipe(
            id=self._house.feeds.book.free_id("my-feed"),
            name=words[:40],
            icon="magnifying-glass",
            sources=(RecipeSource(kind="search", arg=words),),
            rank=Rank(mode="time"),
        )
        self.leave()
        self._use(recipe)

    def _on_reaction(self, uri: str, laid: bool) -> None:
        """A reaction shows at once; when it is settled, what the cache has."""
        if laid:
            for source in (self.found, self.servers.found):
                source.renew(self._house.search.over)
            return
        self._scope.start(self._renew(uri), name=f"search card {uri}")

    async def _renew(self, uri: str) -> None:
        card = await self._house.search.card(uri)
        if card is None or self.page is None:
            return
        uris = {copy.post.uri for copy in card.copies}
        for source in (self.found, self.servers.found):
            source.renew(lambda one: card if one.post.uri in uris else one)
