"""The window with everything behind it: from the first frame to the last."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from app.model import Account, NetworkInfo
from app.model.errors import ServiceError
from app.model.timeline import ALL, TimelineId
from app.ui.asyncqt import TaskScope
from app.ui.presenters import first_frame
from app.ui.presenters.behind import KEEP
from app.ui.presenters.clockwork import Clockwork
from app.ui.presenters.ground import TimelineGround
from app.ui.presenters.outbox_watch import has_open_draft, watch
from app.ui.presenters.places import is_feed
from app.ui.presenters.shell import network_items
from app.ui.presenters.telling import Telling
from app.ui.presenters.travel import Travel
from app.ui.shell.shortcuts import install, install_numbers
from app.ui.timeline.pictures import Form

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from app.feed.rows import Card
    from app.portability.belongings import Belongings
    from app.services.house import House
    from app.services.timeline_header import Header
    from app.ui.presenters.accounts import AccountsPresenter
    from app.ui.presenters.feeds import FeedRoom
    from app.ui.presenters.timeline import TimelinePresenter
    from app.ui.shell.firstrun import FirstRun
    from app.ui.start import Front

log = logging.getLogger(__name__)

HURRY, KEEPING = 8.0, 10.0
"""Seconds at the end: for posts that could still be taken back, and for what is being written down."""


class Live(Telling):
    """Everything the window does while it lives."""

    def __init__(
        self,
        front: Front,
        furnish: Callable[[], House],
        *,
        belongings: Callable[[House], Belongings] | None = None,
        start_demo: Callable[[], bool] = lambda: False,
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        """
        Args:
            front: The window, and what is drawn in it.
            furnish: Makes what is behind the window.
            belongings: Makes what works on what the user owns; None: nothing does.
            ready: Input is answered from now on.
        """
        look, window, view, shell = front.look, front.window, front.view, front.shell
        super().__init__(look, window, view, front.pictures, furnish, TaskScope(self.report))
        self._belongings = belongings
        self._shell = shell
        self.travel = Travel(window, TimelineGround(view, shell, lambda: self.timeline, self._show))
        self._clockwork = Clockwork(self, self.scope, shell, lambda: self.house)
        self._start_demo, self._ready = start_demo, ready
        self.closed = asyncio.Event()
        self.cards = self.meet_cards(
            view,
            self.write,
            lambda post: self.threads.open(post),
            lambda card, at: self.feeds.why(card, at),
        )
        self._header: Header | None = None
        self._unsubscribe: list[Callable[[], None]] = []

    # --------------------------------------------------------------- living

    async def run(self) -> None:
        """Until the window is closed. Keeps what must be kept, in any case."""
        try:
            await self.begin()
            await self._until_closed()
        finally:
            await self.end()

    async def end(self) -> None:
        """Stop, and keep the reading position."""
        self._window.hide()
        for leave in self._unsubscribe:
            leave()
        self._unsubscribe.clear()
        # A full disk must not keep the program from ending.
        with contextlib.suppress(ServiceError):
            await self.timeline.close()
        self._clockwork.stop()
        self._leave_reader()
        if self.is_made("feeds"):
            self.feeds.close()
        await self.close_rooms()
        await self.scope.finish(KEEP, KEEPING)
        await self.scope.close()

    async def _until_closed(self) -> None:
        """A bug in the loop ends the program with a report; the user ends it in peace."""
        async with asyncio.TaskGroup() as group:
            house = self.house
            loops = (house.loop, house.live, house.outbox, house.reactions, house.retention)
            tasks = [] if self._shell.offline else [group.create_task(one.run()) for one in loops]
            await self.closed.wait()
            self._window.hide()
            # Who has pressed Post and leaves has not taken it back.
            await self.scope.finish(f"{KEEP}send", HURRY)
            await house.outbox.hurry(HURRY if tasks else 0)
            for task in tasks:
                task.cancel()

    async def begin(self, *, furnished: bool = False) -> None:
        """Take over from the first frame. *furnished*: the house was started before."""
        self._connect()
        here = self._view.anchor()
        # Who has pressed something while we were loading is answered first.
        await asyncio.sleep(0)
        self._ready()
        there = self._view.anchor()
        house, shell = self.house, self._shell
        if not furnished:
            await house.start()
        from app.ui.timeline.media_pictures import MediaPictures  # the loop is up first

        self._pictures.use(MediaPictures(house.media, self._start_picture, self._window))
        shell.state = house.accounts.state
        shell.hears = lambda account: house.live.state(account).words
        house.live.counts.in_sight = self._in_sight
        shell.last_sync = lambda: house.sync.last
        shell.accounts = house.accounts.all()
        if not (shell.offline and shell.networks):
            # Offline the protocols need not be loaded: what they serve was kept.
            shell.show_networks(house.registry().infos)
            self._keep_networks()
        self._unsubscribe.append(house.accounts.subscribe(self._on_accounts))
        self._unsubscribe.append(house.sync.subscribe(lambda _: shell.refresh_soon()))
        self._unsubscribe.append(house.live.subscribe(lambda _: shell.refresh_soon()))
        self._meet_accounts()
        self._unsubscribe += [watch(house, self._window.sidebar), *self.watch_rooms()]
        self.feeds.show_list()
        self._go(shell.current)
        if has_open_draft(house) and shell.accounts:
            self.writing.restore()
        if there is not None and there != here:
            self._view.go_to(there[0], there[2])  # one has scrolled already
        self._clockwork.start()
        self._follow_reader()
        self.watch_belongings()
        self.announcing.start()

    def _in_sight(self) -> tuple[Card, ...]:
        from app.ui.presenters.in_sight import cards_in_sight

        return cards_in_sight(self._window, self._view, self.timeline)

    def _on_closing(self) -> None:
        self.closed.set()

    def _start_picture(self, work: Any) -> None:
        self.scope.start(work, name="picture")

    def networks(self) -> Mapping[str, NetworkInfo]:
        """Names and marks of all networks."""
        return self._shell.networks

    def report(self, error: Exception) -> None:
        """A bug: written down with its trace, and said."""
        log.error("in the window", exc_info=error)
        self._shell.problem = f"Godwit made a mistake ({type(error).__name__}); it is in the log."
        self._shell.refresh_soon()

    # ------------------------------------------------------------ connecting

    def _connect(self) -> None:
        window, shell = self._window, self._shell
        window.closing.connect(self._on_closing)
        shell.place_chosen.connect(lambda id: self._go(TimelineId(id)))
        sidebar, header = window.sidebar, window.header
        sidebar.add_account.connect(self._on_add)
        sidebar.account_menu.connect(lambda account, at: self.accounts.show_menu(account, at))
        sidebar.sync_wanted.connect(self._sync)
        sidebar.settings_wanted.connect(lambda: self.settings.open())
        for signal in (sidebar.post_wanted, header.post_wanted):
            signal.connect(self._on_post)
        sidebar.outbox_wanted.connect(lambda: self.writing.show_outbox())
        header.switch_wanted.connect(lambda: self.feeds.switch())
        header.newest_wanted.connect(lambda: self.timeline.go_newest())
        header.why_wanted.connect(self._on_why)
        header.back_wanted.connect(self._on_back)
        header.forward_wanted.connect(self._on_forward)
        self.travel.moved.connect(header.show_ways)
        window.banners.pressed.connect(self._on_banner)
        window.banners.closed.connect(self._on_banner_closed)
        self._pictures.arrived.connect(lambda _: self._draw_avatars())
        install(
            window,
            {
                "sync": self._sync,
                "back": self._on_back,
                "forward": self._on_forward,
                "date": lambda: self.dates.open(),
                "add_account": self._on_add,
                "post": self._on_post,
                "edit_feed": lambda: self.feeds.open_lab(),
                "search": self.open_search,
                "bookmarks": lambda: self.open_search("in:bookmarks "),
                "settings": lambda: self.settings.open(),
                "larger": lambda: self.settings.step_text(1),
                "smaller": lambda: self.settings.step_text(-1),
                "usual": lambda: self.settings.step_text(0),
                "menu": window.draw_menu,
                "keys": lambda: self.settings.open("keyboard"),
                "quit": self._on_closing,
            },
        )
        install_numbers(window, self._on_number)
        self._view.awaken()

    def meet_timeline(self, timeline: TimelinePresenter) -> None:
        timeline.jumping.connect(lambda: self.travel.note(jump=True))
        timeline.header_changed.connect(self._on_header)
        timeline.rows_changed.connect(self._show_middle)
        timeline.troubled.connect(self._on_trouble)

    def meet_accounts(self, accounts: AccountsPresenter) -> None:
        accounts.added.connect(self._on_added)
        accounts.unlocked.connect(self._sync)
        accounts.sync_wanted.connect(self._sync)
        accounts.problem.connect(self._say)
        accounts.own_wanted.connect(self.own)

    # ------------------------------------------------------------- accounts

    def _on_accounts(self, change: Any) -> None:
        shell = self._shell
        shell.accounts = self.house.accounts.all()
        if change.what in ("added", "removed"):
            self._meet_accounts()
            if change.what == "removed" and shell.current == f"account:{change.account}":
                self._go(TimelineId("all"))
        shell.refresh_soon()
        QTimer.singleShot(0, self._window, self._show_middle)

    def _meet_accounts(self) -> None:
        """First run while there is nobody; the timeline from then on."""
        shell = self._shell
        if shell.accounts:
            shell.leave_first_run()
        else:
            shell.show_first_run(self._make_first_run)
        shell.refresh()
        self._draw_avatars()

    def _make_first_run(self) -> FirstRun:
        from app.ui.shell.firstrun import FirstRun

        networks = network_items(self.house.registry().networks)
        page = FirstRun(self._look, networks)
        page.network_chosen.connect(lambda network: self.accounts.add(network))
        page.demo_wanted.connect(self._on_demo)
        page.settings_wanted.connect(lambda: self.settings.open())
        page.backup_wanted.connect(lambda: self.backups.choose_look())
        return page

    def _on_demo(self) -> None:
        if not self._start_demo():
            self._say("The demo could not be started. Try: godwit --demo")

    def _on_add(self) -> None:
        sidebar = self._window.sidebar
        self.accounts.choose_network(sidebar.plus_corner())

    def _on_post(self) -> None:
        if self._shell.accounts and not self._window.is_covered:
            self._window.put_menu_away()
            self.writing.new()

    def _on_added(self, account: Account) -> None:
        self._go(TimelineId("all"))

    def _draw_avatars(self) -> None:
        theme = self._look.theme
        side = theme.length(theme.tokens.sidebar.accountAvatar, capped=True)
        form = Form(side, side, self._window.devicePixelRatioF(), side / 2)
        for item in self._shell.items:
            row = self._window.sidebar.account_row(item.id)
            if row is None or not item.picture:
                continue
            picture: QPixmap | None = self._pictures.request(item.picture, form)
            row.show_picture(picture)

    # ------------------------------------------------------------- timelines

    @cached_property
    def feeds(self) -> FeedRoom:
        """Feeds: their list, why, and the lab."""
        made = self.make_feeds(self._shell, self._go, self._on_trouble)
        made.date_wanted.connect(lambda: self.dates.open())
        return made

    def _go(self, timeline: TimelineId) -> None:
        self._window.room_changing.emit()
        self._show(timeline)
        if self.leave_notices() or not self._window.in_first_run:
            self._view.setFocus()

    def _show(self, timeline: TimelineId) -> None:
        shell = self._shell
        shell.current = timeline
        shell.refresh()
        if self.timeline.show(timeline):
            self.feeds.shown(timeline)
            self._show_middle()
            self._keep_setting(first_frame.PLACE, timeline)
            self._read_on(timeline)
        elif is_feed(timeline):
            self._show(ALL)  # its recipe is gone or broken, which was told

    def _on_number(self, number: int) -> None:
        timeline = self._shell.place_of(number)
        if timeline is not None and not self._window.is_covered:
            self._go(timeline)

    def _on_header(self, header: Header) -> None:
        self._header = header
        self._shell.show_header(
            header.new, many=header.many, hidden=header.hidden.count, out=header.left_out
        )
        self._shell.refresh_soon()

    def _on_why(self) -> None:
        if self._header is not None:
            self.feeds.why_hidden(self._header, lambda: self.settings.open("moderation"))

    def _show_middle(self) -> None:
        opened = self.timeline.opened
        if opened is None or self.feeds.show_middle():
            return
        edge = opened.edge("older")
        states = [self.house.accounts.state(account.id).kind for account in self._shell.accounts]
        never = self.house.sync.last is None and not self._shell.offline
        waiting = any(kind in ("busy", "ready") for kind in states)
        failed = edge.message if edge.state == "failed" else ""
        if not waiting and not failed and states:
            failed = "None of your accounts can be asked now; the messages above say why."
        self._shell.show_middle(
            len(opened),
            loading=edge.state == "loading" or "busy" in states or (never and waiting),
            failed=failed,
            retry=self._sync,
        )

    def _on_back(self) -> None:
        if self.is_made("media_room") and self.media_room.viewer is not None:
            self.media_room.close()  # it lies over all of them
            return
        covered = self._window.is_covered
        if not self.travel.back() and covered and not self.leave_belongings():
            self.feeds.leave_cover()

    def _on_forward(self) -> None:
        self.travel.forward()
