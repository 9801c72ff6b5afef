"""Notifications in the window: shown from the cache, read as they are seen, acted upon in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from app.feed.notices import Group, NoticeFilter
from app.model import AccountId
from app.model.errors import ServiceError
from app.services.notifications_rows import card_of
from app.services.notifications_values import NoticeList, NoticeRow
from app.ui.presenters.behind import KEEP
from app.ui.presenters.notifications_acts import NoticeActs
from app.ui.presenters.notifications_items import chip_counts, foot_of, gap_item, item_of
from app.ui.presenters.travel import Visit

if TYPE_CHECKING:
    from app.feed.rows import Card
    from app.model import Post
    from app.ui.notifications.page import NoticesPage
    from app.ui.notifications.values import GapItem, NoticeItem
    from app.ui.presenters.notifications_gate import GatePresenter
    from app.ui.presenters.surroundings import Surroundings

SHOWN = 40
"""Rows at first, and each time somebody wants more."""

SOON_MS = 200
"""Between a change and the list that shows it: a storm is drawn five times a second."""

KINDS: Mapping[str, frozenset[str]] = {
    "mentions": frozenset({"mention", "reply"}),
    "quotes": frozenset({"quote", "repost"}),
    "likes": frozenset({"like"}),
    "follows": frozenset({"follow", "follow_request"}),
}
"""What stands behind each chip; the others leave no kind out."""

EMPTY = {
    "all": (
        "All quiet",
        "Nobody has liked, answered or followed yet. It stands here when they do.",
    ),
    "unanswered": (
        "Nothing could be fetched",
        "No server of yours has answered. What is new stands here when one does.",
    ),
    "followed": ("Nothing of theirs", "Nobody you follow has done anything that concerns you."),
}


class NoticesPresenter(NoticeActs, QObject):
    """
    One page in the place of the timeline, and the count beside its name.

    Args:
        write: Answers or quotes a card.
        open_post: Opens a conversation.
        uncover: Puts away what covers the place of the timeline.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        write: Callable[[Card, str], None],
        open_post: Callable[[Card | Post], None],
        uncover: Callable[[], object],
    ) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, self._pictures, self._networks = around
        self._around = around
        self._write, self._open_post, self._uncover = write, open_post, uncover
        self.page: NoticesPage | None = None
        self.gate: GatePresenter | None = None
        self._list = NoticeList()
        self._rows: dict[str, NoticeRow] = {}
        self._notes: dict[str, tuple[str, bool]] = {}
        self._answered: dict[str, str] = {}
        self._order: list[str] = []
        self._most = SHOWN
        self._chip, self._account = "all", AccountId("")
        self._filling: set[int] = set()
        self._loading = self._afresh = False
        self._trouble = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._look_again)
        self._window.sidebar.notices_wanted.connect(self.open)
        QShortcut(QKeySequence("0"), self._window).activated.connect(self.open)

    def watch(self) -> Callable[[], None]:
        """Keep the count of unread rows beside the name from now on. Returns the way out."""
        self._look_again()
        return self._house.notifications.subscribe(lambda _: self._note_change())

    # --------------------------------------------------------------- opened

    @property
    def is_open(self) -> bool:
        """Whether it stands in the place of the timeline."""
        return self.page is not None

    def open(self) -> None:
        """From the cache at once; servers are asked as well."""
        if self._window.in_first_run or self._window.is_covered:
            return
        self._window.put_menu_away()
        self._uncover()
        if self.page is not None:
            self.page.focus_first()
            return
        from app.ui.notifications.page import NoticesPage  # not before somebody wants it

        page = self.page = NoticesPage(self._look, self._pictures)
        self._most, self._loading, self._afresh = SHOWN, True, True
        self._chip, self._account = "all", AccountId("")
        self._notes.clear()
        self._answered.clear()
        self._connect(page)
        self._window.show_room(page)
        self._window.sidebar.show_in_notices(True)
        page.setFocus()
        self._scope.restart(self._load(), name="notices")
        for account in self._house.accounts.all():
            self._house.notifications.request(account.id, background=False)

    def _connect(self, page: NoticesPage) -> None:
        header = self._window.header
        page.resized.connect(lambda: page.show_menu(not header.menu.isHidden()))
        page.left.connect(self.leave)
        page.menu_wanted.connect(self._window.draw_menu)
        page.chosen.connect(self._on_chip)
        page.accounts_wanted.connect(self._on_accounts)
        page.gate_wanted.connect(self.open_gate)
        page.all_read.connect(self._on_all_read)
        page.newest_wanted.connect(self.show_new)
        page.more_wanted.connect(self._on_more)
        page.gap_wanted.connect(self._on_gap)
        page.seen.connect(self._on_seen)
        page.opened.connect(self._on_opened)
        page.act_wanted.connect(self._on_act)

    def leave(self) -> bool:
        """Back to the timeline. False: it was not open."""
        self._window.room_changing.emit()
        page, self.page = self.page, None
        if page is None:
            return False
        if self.gate is not None:
            self.gate.close()
        self._window.show_room(None)
        self._window.sidebar.show_in_notices(False)
        page.deleteLater()
        return True

    def visit(self) -> Visit:
        """What is shown, how far down, and where."""
        at = self.page.list.verticalScrollBar().value() if self.page is not None else 0
        return Visit(None, (self._chip, self._account, self._most, at))

    def revisit(self, visit: Visit) -> None:
        """As it was; what has come since stands on top."""
        self.open()
        if self.page is None:
            return
        chip, account, self._most, at = visit.state
        self._chip = chip
        self.page.show_chip(chip)
        if account in self._house.accounts:
            self._account = account
            self.page.name_accounts(f"@{self._house.accounts.find(account).handle}")
        self._look_again()
        self.page.list.return_to(at)

    def open_gate(self) -> None:
        """Who gets through, beside the list."""
        from app.ui.presenters.notifications_gate import GatePresenter

        if self.gate is None:
            self.gate = GatePresenter(self._around)
        self.gate.open()

    # ---------------------------------------------------------------- loading

    def _note_change(self) -> None:
        if not self._soon.isActive():
            self._soon.start(SOON_MS)

    def _look_again(self) -> None:
        self._scope.restart(self._load(), name="notices")

    async def _load(self) -> None:
        notifications = self._house.notifications
        try:
            if self.page is None:
                self._window.sidebar.notices.show_unread(await notifications.unread())
                return
            wanted = await self._wanted()
            found = await notifications.list(wanted)
            groups = self._settle(found)
            rows = await notifications.rows(groups)
        except ServiceError as error:
            self._say(error)
            return
        self._list, self._rows = found, rows
        if found.groups or not notifications.is_asking:
            self._loading = False
        self._window.sidebar.notices.show_unread(found.unread)
        self._draw()

    def _settle(self, found: NoticeList) -> list[Group]:
        """
        Which rows stand where: those that are shown stay in their places while they grow;
        what is new waits above, for who asks for it.
        """
        groups = {group.key: group for group in found.groups}
        self._carry_on(groups)
        known = [key for key in self._order if key in groups]
        if self._afresh or not known:
            self._order = list(groups)
            self._afresh = False
        else:
            new = self._new_keys(found)
            below = [key for key in groups if key not in self._order and key not in new]
            self._order = [*known, *below]
        return [groups[key] for key in self._order[: self._most] if key in groups]

    def _new_keys(self, found: NoticeList) -> set[str]:
        """Rows that are newer than all that are shown."""
        if not self._order:
            return set()
        known = set(self._order)
        top = max((one.at for one in found.groups if one.key in known), default=0)
        return {one.key for one in found.groups if one.key not in known and one.at > top}

    def show_new(self) -> None:
        """What has come stands on top now, and one is there."""
        self._afresh = True
        self._look_again()
        if self.page is not None:
            self.page.go_top()

    async def _wanted(self) -> NoticeFilter:
        followed = None
        if self._chip == "followed":
            followed = await self._house.notifications.followed()
        return NoticeFilter(
            kinds=KINDS.get(self._chip, frozenset()),
            accounts=frozenset({self._account} if self._account else ()),
            followed=followed,
        )

    # ---------------------------------------------------------------- showing

    def _draw(self) -> None:
        page = self.page
        if page is None:
            return
        from app.ui.notifications.values import PageState

        kept = self._list
        page.show_state(
            PageState(
                items=tuple(self._items()),
                counts=chip_counts(kept.counts, KINDS),
                unread=kept.unread,
                new=len(self._new_keys(kept)),
                more=max(0, len(self._order) - self._most),
                foot=foot_of(kept, self._house.notifications.troubles, self._trouble),
                empty=self._empty(),
                loading=self._loading,
            )
        )

    def _empty(self) -> tuple[str, str]:
        chip = "unanswered" if self._house.notifications.is_unanswered else self._chip
        return EMPTY.get(chip, ("Nothing here", "Nothing of this kind has come."))

    def _items(self) -> list[NoticeItem | GapItem]:
        now, networks = self._house.clock.now(), self._networks()
        items: list[NoticeItem | GapItem] = []
        gaps = sorted(self._list.gaps, key=lambda gap: gap.newer_at, reverse=True)
        keys = self._order[: self._most]
        whole = len(keys) == len(self._order)
        for key in keys:
            row = self._rows.get(key)
            if row is None:
                continue
            while gaps and gaps[0].newer_at > row.at:
                items.append(self._gap(gaps.pop(0)))
            items.append(
                item_of(
                    row,
                    networks,
                    now,
                    mine=self._house.accounts.all(),
                    note=self._notes.get(key, ("", False)),
                    answered=self._answered.get(key, ""),
                )
            )
        if whole:
            items += [self._gap(gap) for gap in gaps]
        return items

    def _gap(self, gap: object) -> GapItem:
        return gap_item(gap, self._house.accounts, self._filling)  # type: ignore[arg-type]

    # ---------------------------------------------------------------- wanted

    def _on_chip(self, chip: str) -> None:
        self._chip, self._most, self._afresh = chip, SHOWN, True
        self._look_again()

    def _on_accounts(self, at: QPoint) -> None:
        page = self.page
        if page is None:
            return
        from PySide6.QtWidgets import QMenu

        menu = QMenu(page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choices = [(AccountId(""), "All accounts")]
        choices += [(one.id, f"@{one.handle}") for one in self._house.accounts.all()]
        for id, words in choices:
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(id == self._account)
            action.triggered.connect(partial(self._choose_account, id, words))
        menu.popup(at)

    def _choose_account(self, id: AccountId, words: str, _checked: bool = False) -> None:
        self._account, self._most, self._afresh = id, SHOWN, True
        if self.page is not None:
            self.page.name_accounts(words)
        self._look_again()

    def _on_more(self) -> None:
        if self._most < len(self._order):
            self._most += SHOWN
            self._look_again()

    def _on_gap(self, gap: int) -> None:
        if gap not in self._filling:
            self._filling.add(gap)
            self._draw()
            self._scope.start(self._fill(gap), name="notices gap")

    async def _fill(self, gap: int) -> None:
        try:
            await self._house.notifications.fill(gap)
        except ServiceError as error:
            self._say(error)
        finally:
            self._filling.discard(gap)
        self._look_again()

    def _on_seen(self, keys: list[str]) -> None:
        groups = [self._rows[key].group for key in keys if key in self._rows]
        self._scope.start(self._mark(groups), name=f"{KEEP}notices read")

    async def _mark(self, groups: list[Group]) -> None:
        try:
            await self._house.notifications.mark_read(groups)
        except ServiceError as error:
            self._say(error)

    def _on_all_read(self) -> None:
        async def work() -> None:
            try:
                accounts = [self._account] if self._account else []
                await self._house.notifications.mark_all_read(accounts)
            except ServiceError as error:
                self._say(error)

        self._scope.start(work(), name=f"{KEEP}notices read")

    def _on_opened(self, key: str) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        card = card_of(row)
        if card is not None:
            self._open_post(card)
        elif len(row.actors) == 1 and row.actors[0].url:
            from app.ui.shell.links import warned_open

            warned_open(self._look, self._window, row.actors[0].url, "")

    def _say(self, error: ServiceError) -> None:
        """Where no row is to blame: at the foot."""
        self._trouble = f"{error.message} {error.next_step}".strip()
        self._draw()
