"""The window as a whole: what it shows of accounts and timelines, from its first frame on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from app.model import Account, AccountId, AccountState, NetworkInfo
from app.model.timeline import ALL, TimelineId
from app.ui.presenters.places import EVERYTHING, account_items, name_of, numbered, places
from app.ui.presenters.troubles import banners
from app.ui.shell.items import AccountItem, Banner, NetworkItem, Place
from app.ui.shell.words import ago
from app.ui.theme.look import Look

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.ui.shell.states import Act
    from app.ui.shell.window import Window
    from app.ui.timeline.view import TimelineView


_AT_MOST_EVERY = 100
"""ms. While pages come in, accounts are busy and ready again fifty times a second."""

UP_TO_DATE = (
    "You are up to date",
    "Nobody you follow has written anything yet. As soon as somebody does, it stands here.",
)


class ShellPresenter(QObject):
    """
    Draws the shell from plain values. Knows no service, and needs no event loop.

    ``live`` (presenters/live.py) feeds it once everything is loaded.
    """

    place_chosen = Signal(str)

    def __init__(
        self,
        look: Look,
        window: Window,
        view: TimelineView,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(window)
        self._clock = clock
        self._look, self._window, self._view = look, window, view
        self.accounts: tuple[Account, ...] = ()
        self.networks: dict[str, NetworkInfo] = {}
        self.state: Callable[[AccountId], AccountState] = lambda _: AccountState()
        self.hears: Callable[[AccountId], str] = lambda _: ""
        self.current: TimelineId = ALL
        self.places: tuple[Place, ...] = ()
        self.feeds: tuple[Place, ...] = ()
        self.items: tuple[AccountItem, ...] = ()
        self.unread: dict[TimelineId, int] = {}
        self.offline = False
        self.recovered = ""
        self.problem = ""
        self.notice: Banner | None = None
        self.moving: Banner | None = None
        self.offers: dict[str, Banner] = {}
        self.last_sync: Callable[[], datetime | None] = lambda: None
        self._first_run: Callable[[], QWidget] | None = None
        self._middle: object = None
        self._drawn = 0.0
        self._pending = QTimer(self)
        self._pending.setSingleShot(True)
        self._pending.timeout.connect(self.refresh)
        window.sidebar.place_chosen.connect(self._on_place)
        look.changed.connect(lambda: view.set_theme(look.theme))

    # ------------------------------------------------------------- showing

    def refresh_soon(self) -> None:
        """Draw anew after everything that happens now has happened, ten times a second at most."""
        if not self._pending.isActive():
            since = int((monotonic() - self._drawn) * 1000)
            self._pending.start(max(0, _AT_MOST_EVERY - since))

    def refresh(self) -> None:
        """Draw accounts, places, banners and header from what is known now."""
        self._drawn = monotonic()
        self.places = places(self.accounts, self.networks, self.unread, self.feeds)
        first = sum(not place.pinned or bool(place.number) for place in self.places) + 1
        self.items = account_items(
            self.accounts, self.networks, self.state, first, self._clock(), self.unread
        )
        self.items = tuple(replace(item, live=self.hears(item.id)) for item in self.items)
        if self.title() is None:
            self.current = ALL
        sidebar, window = self._window.sidebar, self._window
        sidebar.show_places(self.places)
        sidebar.show_accounts(self.items)
        sidebar.show_current(self.current)
        self._say_sync()
        window.header.title.say(self.title() or "Godwit")
        said = banners(
            self.items, offline=self.offline, recovered=self.recovered, problem=self.problem
        )
        told = tuple(one for one in (self.moving, self.notice) if one is not None)
        window.banners.show_banners((*said, *told, *self.offers.values()))
        self._dress_view()

    def offer(self, key: str, banner: Banner | None) -> None:
        """Something that one may want, in a line above the list; None: no more."""
        before = self.offers.pop(key, None)
        if banner is not None:
            self.offers[key] = banner
        if before != banner:
            self.refresh_soon()

    def show_networks(self, networks: Mapping[str, NetworkInfo]) -> None:
        """Names and marks are known (again)."""
        self.networks = dict(networks)
        self.refresh()

    def show_header(self, new: int, *, many: bool, hidden: int, out: int = 0) -> None:
        """What stands above the list. *out*: what a feed leaves out by itself."""
        self._window.header.pill.count(new, many=many)
        self._window.header.show_hidden(hidden, out)
        self.unread[self.current] = new

    def title(self) -> str | None:
        """What the header calls the present timeline; None: there is no such one (any more)."""
        # Everything is always there, also when the feed called so was made another one.
        known = (*self.places, *self.feeds, EVERYTHING)
        return name_of(self.current, known, self.items)

    def all_places(self) -> tuple[Place, ...]:
        """Feeds, places and accounts in one list: for the switcher."""
        mine = tuple(
            Place(item.timeline, item.name, item.number, item.mark, f"Home of {item.host}")
            for item in self.items
        )
        shown = {place.id for place in self.places}
        others = tuple(feed for feed in self.feeds if feed.id not in shown)
        count = sum(feed.id in shown for feed in self.feeds) or 1
        return (*self.places[:count], *others, *self.places[count:], *mine)

    def place_of(self, number: int) -> TimelineId | None:
        """Which timeline the key *number* goes to."""
        return numbered(self.places, self.items).get(number)

    def item(self, account: AccountId) -> AccountItem | None:
        """How that account is shown."""
        return next((item for item in self.items if item.id == account), None)

    # ------------------------------------------------- what is in the middle

    def show_middle(
        self, rows: int, *, loading: bool, failed: str, retry: Callable[[], None]
    ) -> None:
        """The timeline, or what stands there while it has no rows."""
        key = self._middle_key(rows, loading, failed)
        self.show_state(key, lambda: self._make_middle(key, failed, retry))

    def show_state(self, key: str, make: Callable[[], QWidget] | None = None) -> None:
        """The timeline (*key* ``rows``), or what *make* makes, unless that stands there."""
        if key == self._middle:
            return
        self._middle = key
        shown = self._view if make is None else make()
        self._window.show_middle(shown, keep=self._view)

    def _middle_key(self, rows: int, loading: bool, failed: str) -> str:
        if rows or not self.accounts:
            return "rows"
        if failed:
            return f"failed {failed}"
        return f"loading {len(self.accounts)}" if loading else f"empty {self.current}"

    def _make_middle(self, key: str, failed: str, retry: Callable[[], None]) -> QWidget:
        if key == "rows":
            return self._view
        from app.ui.shell.states import Loading, State  # not while there are rows

        if key.startswith("loading"):
            count = len(self.accounts)
            whose = "your account" if count == 1 else f"{count} accounts"
            return Loading(self._look, f"Fetching posts from {whose}…")
        again: Act = ("Try again", "outline", retry)
        if failed:
            title = "No posts could be fetched"
            return State(self._look, title, failed, icon="cloud-slash", acts=[again])
        return State(self._look, *UP_TO_DATE, acts=[again])

    # ------------------------------------------------------------ first run

    def show_first_run(self, make: Callable[[], QWidget]) -> None:
        """Welcome, while there is no account."""
        self._window.show_first_run(make())

    def leave_first_run(self) -> None:
        """There is an account."""
        self._window.leave_first_run()

    # ------------------------------------------------------------- private

    def _on_place(self, timeline: str) -> None:
        self._window.put_menu_away()
        self.place_chosen.emit(timeline)

    def _say_sync(self) -> None:
        sync = self._window.sidebar.sync
        if any(item.state.kind == "busy" for item in self.items):
            sync.say("Fetching…", "arrows-clockwise")
        elif self.offline:
            sync.say("Offline", "wifi-slash")
        elif (last := self.last_sync()) is None:
            sync.say("Not fetched yet", "clock")
        else:
            sync.say(f"Synced {ago(last, self._clock())}")

    def _dress_view(self) -> None:
        hosts = {account.id: account.host for account in self.accounts}
        whose = {account.id: account.network for account in self.accounts}
        wanted = (tuple(self.networks.items()), tuple(hosts.items()), tuple(whose.items()))
        if wanted != getattr(self, "_dressed", None):
            self._dressed = wanted
            self._view.set_networks(self.networks, hosts, whose)


def network_items(networks: Sequence[object]) -> tuple[NetworkItem, ...]:
    """What first run offers, from protocols' front doors (``protocols.base.Network``)."""
    return tuple(
        NetworkItem(network.id, info.name, info.mark, info.also, network.form.hint)  # type: ignore[attr-defined]
        for network in networks
        for info in network.networks  # type: ignore[attr-defined]
    )
