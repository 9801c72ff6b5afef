"""Feeds in the window: listed, switched, explained; the way to the lab."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.model.errors import ServiceError
from app.model.timeline import ALL, TimelineId
from app.services.ranked_timeline import RankedTimeline
from app.ui.presenters import first_frame
from app.ui.presenters.feed_whys import FeedWhys
from app.ui.presenters.places import feed_of, feed_timeline, is_feed
from app.ui.shell.items import Banner, Place
from app.ui.theme import icons

if TYPE_CHECKING:
    from app.services.feed_values import FeedInfo, FeedsChanged
    from app.ui.presenters.feed_lab import FeedLab
    from app.ui.presenters.feed_market import FeedMarket
    from app.ui.presenters.feed_states import FeedStates
    from app.ui.presenters.shell import ShellPresenter
    from app.ui.presenters.surroundings import Surroundings
    from app.ui.presenters.timeline import TimelinePresenter
    from app.ui.presenters.travel import Travel
    from app.ui.timeline.view import TimelineView

PATIENCE = 150
"""ms that a feed may be in the making before the window says so: usually it takes 60."""

RANKED, WARM_AFTER = "ui.ranked", 1_500
"""Setting: a feed that is made was read once; ms after the start until it is loaded then."""

SOURCE = "feed source"
"""Key of the banner about a source that gives nothing."""

ACTS = (
    ("find", "magnifying-glass", "Find feeds…"),
    ("new", "plus", "New feed…"),
    ("import", "download-simple", "Import a feed…"),
    ("link", "link-simple", "Import from a link…"),
    ("lab", "flask", "Feed lab"),
    ("date", "calendar-blank", "Go to date…"),
)


class FeedRoom(FeedWhys, QObject):
    """
    What the window does with feeds. The lab is made when it is first opened.

    Args:
        go: Shows a timeline.
        say: Tells of a trouble.
    """

    date_wanted = Signal()

    def __init__(
        self,
        around: Surroundings,
        view: TimelineView,
        shell: ShellPresenter,
        timeline: TimelinePresenter,
        go: Callable[[TimelineId], None],
        say: Callable[[ServiceError], None],
        travel: Travel,
    ) -> None:
        super().__init__(around.window)
        self._around, self._view, self._shell = around, view, shell
        self._look, self._window, self._house, self._scope, _, _ = around
        self._timeline, self._go, self._say, self._travel = timeline, go, say, travel
        self._lab: FeedLab | None = None
        self._market: FeedMarket | None = None
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.timeout.connect(self._on_waited)
        self._waited = True
        self._warmed = False
        self.leave = self._house.feeds.subscribe(self._on_feeds)
        self._window.header.edit_wanted.connect(lambda: self.open_lab())
        self._window.sidebar.place_hovered.connect(self._on_hover)
        view.menu_opening.connect(self._on_menu)

    # ---------------------------------------------------------------- listed

    def show_list(self) -> None:
        """Show the feeds there are, with their keys."""
        try:
            infos = self._house.feeds.list()
        except ServiceError as error:
            self._say(error)
            return
        self._shell.feeds = tuple(map(_place, infos))
        self._shell.refresh()
        reader = self._house.store.reader
        kept = first_frame.kept_feeds(self._shell.feeds)
        if kept != first_frame.kept_feeds(first_frame.read_feeds(reader)):
            self._scope.start(self._keep(first_frame.FEEDS, kept), name="keep feeds")
        if not self._warmed and reader.setting(RANKED, False):
            QTimer.singleShot(WARM_AFTER, self, self.warm)

    async def _keep(self, name: str, value: object) -> None:
        try:
            await self._house.store.keep(lambda keeper: keeper.set_setting(name, value))
        except ServiceError as error:
            self._say(error)

    def warm(self) -> None:
        """
        Load what puts posts in order, on a reader's thread, before it is waited for.

        Only for who has read a feed that is made, or is about to: it takes 20 MB.
        """
        if not self._warmed:
            self._warmed = True
            self._scope.start(self._load(), name="warm feeds")

    def _on_hover(self, timeline: str) -> None:
        """Whoever points at a feed is about to read it."""
        if is_feed(TimelineId(timeline)):
            self.warm()

    async def _load(self) -> None:
        try:
            await self._house.store.load(lambda _: import_module("app.services.feed_why"))
        except ServiceError as error:
            self._say(error)

    def _on_feeds(self, change: FeedsChanged) -> None:
        if change.what == "feeds":
            self.show_list()
            current = self._shell.current
            if is_feed(current) and all(feed.id != current for feed in self._shell.feeds):
                self._go(ALL)

    def _info(self, id: str) -> FeedInfo | None:
        return next((info for info in self._house.feeds.list() if info.id == id), None)

    # --------------------------------------------------------------- switched

    def switch(self) -> None:
        """Open the list of all timelines below the header's name."""
        from app.ui.shell.switcher import Switcher  # loaded when it is opened

        self.warm()
        shell = self._shell
        switcher = Switcher(self._look, shell.all_places(), shell.current, self._window, ACTS)
        switcher.chosen.connect(lambda id: self._go(TimelineId(id)))
        switcher.act_wanted.connect(self._on_act)
        switcher.show_at(self._window.below_title())

    def _on_act(self, act: str) -> None:
        if act == "find":
            self.open_market()
        elif act == "new":
            self.lab.begin()
        elif act == "import":
            self.lab.import_file()
        elif act == "link":
            self.lab.import_link()
        elif act == "date":
            self.date_wanted.emit()
        else:
            self.open_lab()

    def shown(self, timeline: TimelineId) -> None:
        """*timeline* has been opened: dress the header, and wait a little for its rows."""
        self._window.header.show_edit(bool(feed_of(timeline)))
        self._waited = not is_feed(timeline)
        self._waiting.stop()
        if not self._waited:
            self._waiting.start(PATIENCE)
            if not self._house.store.reader.setting(RANKED, False):
                self._scope.start(self._keep(RANKED, True), name="keep ranked")
        self._tell_sources()

    def show_middle(self) -> bool:
        """The rows of a feed, or what stands there without them. False: no feed is open."""
        opened = self._timeline.opened
        if not isinstance(opened, RankedTimeline):
            return False
        self._tell_sources()
        newer = opened.edge("newer")
        if len(opened) or (opened.made is None and not self._waited):
            self._shell.show_state("rows")
        elif newer.state == "failed":
            self._shell.show_state(
                f"failed {newer.message}", lambda: self._states.failed(newer.message)
            )
        elif opened.made is None or newer.state == "loading":
            self._shell.show_state(f"loading {opened.id}", lambda: self._states.loading())
        elif (trouble := self._house.feeds.why_empty(opened.feed)) is not None:
            words = f"{trouble.message} {trouble.next_step}"
            self._shell.show_state(f"failed {words}", lambda: self._states.failed(words))
        else:
            self._shell.show_state(f"empty {opened.id}", lambda: self._states.empty())
        return True

    def _on_waited(self) -> None:
        self._waited = True
        self.show_middle()

    @property
    def _states(self) -> FeedStates:
        from app.ui.presenters.feed_states import FeedStates  # seldom: usually there are rows

        name = self._shell.title() or "This feed"
        return FeedStates(self._look, name, self._timeline.ask_newer, self.open_lab)

    def _tell_sources(self) -> None:
        """Say which source of the open feed gives nothing; the others go on."""
        notice, current = None, self._shell.current
        if is_feed(current):
            try:
                troubles = self._house.feeds.troubles(feed_of(current))
            except ServiceError:
                troubles = ()  # the feed itself cannot be read: that is told where it was opened
            only = self._house.feeds.why_empty(feed_of(current))
            if only is not None and len(self._timeline.opened or ()):
                text = f"{only.message} What was read before is shown."
                notice = Banner(SOURCE, "warn", "rss", f"“{self._shell.title()}”:", text)
            elif troubles and only is None:
                first = troubles[0]
                more = f" And {len(troubles) - 1} more." if len(troubles) > 1 else ""
                text = f"{first.error.message} The rest of the feed goes on without it.{more}"
                notice = Banner(SOURCE, "warn", "rss", f"Source “{first.source}”:", text)
        if notice != self._shell.notice:
            self._shell.notice = notice
            self._shell.refresh_soon()

    # -------------------------------------------------------------------- lab

    @property
    def lab(self) -> FeedLab:
        """Where feeds are made."""
        if self._lab is None:
            from app.ui.presenters.feed_lab import FeedLab  # loaded when it is first opened

            self._lab = FeedLab(
                self._around,
                go=self._go_feed,
                say=self._say,
            )
            self._travel.add("lab", self._lab.as_room())
        return self._lab

    @property
    def market(self) -> FeedMarket:
        """Where feeds are found."""
        if self._market is None:
            from app.ui.presenters.feed_market import FeedMarket  # loaded when it is first opened

            self._market = FeedMarket(
                self._around,
                go=self._go_feed,
                use=lambda recipe: self.lab.use(recipe),
                say=self._say,
            )
            self._travel.add("market", self._market.as_room())
        return self._market

    def open_market(self, words: str = "") -> None:
        """Look what there is to read. *words*: that they find, or the address of one."""
        if not (self._window.is_covered or self._window.in_first_run):
            self.market.open(words)

    def open_lab(self) -> None:
        """Change the feed that is open; elsewhere, newest first."""
        if self._window.is_covered or self._window.in_first_run:
            return
        self.lab.open(feed_of(self._shell.current) or feed_of(ALL))

    def leave_cover(self) -> None:
        """Back from whichever of its pages covers the window."""
        if self._market is not None and self._market.page is not None:
            self._market.leave()
        elif self._lab is not None:
            self._lab.leave()

    def find_in_market(self) -> None:
        """The key of the search, while the market covers the window."""
        if self._market is not None and self._market.page is not None:
            self._market.page.search.setFocus()

    def _go_feed(self, feed: str) -> None:
        info = self._info(feed)
        self._go(feed_timeline(feed, plain=info is None or not info.ranked))

    def close(self) -> None:
        """At the end."""
        self.leave()
        if self._lab is not None:
            self._lab.close()
        if self._market is not None:
            self._market.close()


def _place(info: FeedInfo) -> Place:
    about = info.problem or info.about
    first, _, _ = about.partition(". ")
    sentence = first if first.endswith(".") or not first else f"{first}."
    name = f"{info.name} (cannot be used)" if info.problem else info.name
    # A recipe comes from strangers: not every name is one of an icon.
    icon = info.icon if icons.has(info.icon) else "stack"
    timeline = feed_timeline(info.id, plain=not info.ranked)
    return Place(timeline, name, info.number, sentence=sentence, icon=icon, pinned=info.pinned)
