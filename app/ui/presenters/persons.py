"""Somebody's page: shown at once with what is kept, then as their servers tell; acted upon there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer

from app.model import Account, AccountId, Profile
from app.model.errors import ServiceError
from app.model.person import Known
from app.services.human import Human
from app.services.profiles import Facts, Profiles
from app.ui.people.pane import PersonPane
from app.ui.people.profile import ProfilePage
from app.ui.presenters.persons_acting import TASK, PersonsActing
from app.ui.presenters.persons_menus import PersonDoors, PersonsMenus
from app.ui.presenters.persons_wall import BETWEEN_US, PersonsWall
from app.ui.presenters.travel import Visit
from app.ui.timeline.menu import copy

if TYPE_CHECKING:
    from app.portability.carry_over_values import Match
    from app.ui.presenters.surroundings import Surroundings

_FACTS = "person facts"


class Persons(PersonsActing):
    """One person at a time."""

    def __init__(self, around: Surroundings, doors: PersonDoors) -> None:
        super().__init__(around.window)
        self._look, self._window, self._house, self._scope, self._pictures, self._networks = around
        self._doors = doors
        self._profiles = Profiles(self._house)
        self._page: ProfilePage | None = None
        self._human: Human | None = None
        self._facts: Facts | None = None
        self._matches: list[Match] | None = None
        self._trouble = ("", "")
        self._dressed: tuple[Account, ...] = ()
        self._window.sidebar.place_chosen.connect(lambda _: self.close())

    @property
    def pane(self) -> PersonPane | None:
        """How my accounts stand to them, while somebody is shown."""
        return self._page.book if self._page is not None else None

    def open(self, profile: Profile, network: str) -> None:
        """Show somebody: at once what is known, and soon what their servers tell."""
        self._window.room_changing.emit()
        page = self._page = self._made
        wall = self.wall
        known = Known(network, profile)
        if self._human is None or self._human.sides[0].known.profile.uri != profile.uri:
            self._keep_note()
            self._facts, self._matches = None, None
            wall.begin()
            page.book.note.clear()
        self._trouble = ("", "")
        human = self._profiles.kept(known, self._house.store.reader)
        self._dress(page)
        # Shown first: what is laid out before its place is known is laid out again.
        self._window.right.show_page(page, cover=True)
        self._human = human
        self._show_top()
        self.wall.show_human(human, ask=False)
        # What stands beside it follows in the next turn: the first paint does not wait for it.
        QTimer.singleShot(0, page, self._show)
        page.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scope.restart(self._load(profile.uri), name=TASK)

    def close(self) -> None:
        """Put the page away."""
        if self._page is None:
            return
        self._window.room_changing.emit()
        self._keep_note()
        page, self._page = self._page, None
        self.wall.begin()
        self._human = None
        for name in (TASK, _FACTS):
            self._scope.stop(name)
        self._window.right.take_page(page)

    # ----------------------------------------------------- back and forward

    @property
    def page(self) -> ProfilePage | None:
        """What stands in the window while somebody is shown."""
        return self._page

    def visit(self) -> Visit:
        """Who is seen, and what was known of them."""
        human, page = self._human, self._page
        who = human.sides[0].known.profile.uri if human is not None else ""
        place = page.view.anchor() if page is not None else None
        return Visit(who, (human, self._facts, self._matches, self.wall.part, place))

    def revisit(self, visit: Visit) -> None:
        """The same again; their servers are asked as well."""
        human, facts, matches, part, place = visit.state
        if human is None:
            return
        known = human.sides[0].known
        self.open(known.profile, known.network)
        self._facts, self._matches = facts, matches
        self.wall.begin(part)
        self._take(human, ask=False)
        if place is not None and self._page is not None:
            self._page.view.go_to(place[0], place[2])

    def leave(self) -> None:
        """Put the page away."""
        self.close()

    # ------------------------------------------------------------- showing

    @cached_property
    def wall(self) -> PersonsWall:
        """What they wrote, and who is near them."""
        return PersonsWall(
            self._look,
            self._made,
            self._house,
            self._scope,
            self._profiles,
            self._networks,
            self.open,
        )

    @cached_property
    def _made(self) -> ProfilePage:
        """One page for all: to make one takes longer than to fill it."""
        infos = self._networks()
        marks = {id: info.mark for id, info in infos.items()}
        names = {id: info.name for id, info in infos.items()}
        now = self._house.clock.now
        page = ProfilePage(self._look, self._pictures, marks, names, clock=now)
        self._doors.meet(page.view, self._doors.write, self._doors.open_post)
        menus = PersonsMenus(self._house, page, self._act_as, self._doors, self._on_report)
        page.leaving.connect(self.close)
        page.page_wanted.connect(self._on_page)
        page.search_wanted.connect(self._on_search)
        head, book = page.head, page.book
        head.link_wanted.connect(self._on_page)
        head.gone_wanted.connect(self._on_gone)
        head.follow_wanted.connect(lambda at: menus.follow(self._human, at))
        head.write_wanted.connect(lambda at: menus.write(self._human, at))
        head.more_wanted.connect(lambda at: menus.more(self._human, at))
        book.acted.connect(self._on_act)
        book.mute_wanted.connect(menus.mute)
        book.report_wanted.connect(self._on_report)
        book.copy_wanted.connect(copy)
        book.note_changed.connect(lambda _: self._keep_note())
        book.bridges_wanted.connect(self._on_bridges)
        book.look_wanted.connect(self._on_look)
        book.same_wanted.connect(self._on_same)
        book.part_wanted.connect(self._on_part)
        return page

    def _dress(self, page: ProfilePage) -> None:
        accounts = self._house.accounts.all()
        if accounts == self._dressed:
            return
        self._dressed = accounts
        hosts = {one.id: one.host for one in accounts}
        page.view.set_networks(self._networks(), hosts, {one.id: one.network for one in accounts})

    def _take(self, human: Human, *, ask: bool) -> None:
        self._human = human
        self._show()
        self.wall.show_human(human, ask=ask)

    async def _load(self, uri: str) -> None:
        try:
            human = await self._profiles.look(uri)
        except ServiceError as error:
            self._trouble = (error.message, error.next_step)
            human = self._human  # type: ignore[assignment]
        if self._page is None or human is None:
            return
        self._take(human, ask=True)
        self._scope.restart(self._find_facts(human), name=_FACTS)

    async def _find_facts(self, human: Human) -> None:
        self._facts = await self._profiles.facts(human)
        self._show()

    def _show_top(self) -> None:
        page, human, facts = self._page, self._human, self._facts
        if page is None or human is None:
            return
        known = (facts.known, facts.known_more) if facts is not None else ((), False)
        mine = {account.uri for account in self._house.accounts.all()}
        parts: tuple[str, ...] = self._profiles.parts(human)
        if not any(side.known.profile.uri in mine for side in human.sides):
            parts = (*parts, *BETWEEN_US)
        page.show_human(human, parts, known)

    def _show(self) -> None:
        page, human, facts = self._page, self._human, self._facts
        if page is None or human is None:
            return
        self._show_top()
        names = {id: info.name for id, info in self._networks().items()}
        page.book.show_human(
            human,
            self._matches,
            names=names,
            can_look=bool(self._elsewhere()),
            facts=facts,
            trouble=self._trouble,
        )
        if facts is not None:
            page.book.note.show_note(facts.note)

    def _elsewhere(self) -> list[tuple[AccountId, AccountId]]:
        """From which of my accounts to which they can be looked for."""
        if self._human is None or self._house.options.offline:
            return []
        there = {side.known.network for side in self._human.sides}
        mine = {one.network: one.id for one in reversed(self._house.accounts.all())}
        source = mine.get(self._human.sides[0].known.network)
        if source is None:
            return []
        return [(source, id) for network, id in mine.items() if network not in there]

    async def _again(self) -> None:
        if self._human is None:
            return
        self._matches = None
        await self._load(self._human.sides[0].known.profile.uri)
