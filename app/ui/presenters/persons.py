"""Somebody in the right pane: shown at once with what is known, then as their servers tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from app.model import AccountId, NetworkInfo, Profile
from app.model.acts import PersonAct
from app.model.errors import ServiceError
from app.model.person import Known
from app.model.portrait import Portrait
from app.services.human import Human, Humans, Side
from app.ui.asyncqt import ask
from app.ui.people.pane import PersonPane
from app.ui.presenters.behind import KEEP
from app.ui.presenters.travel import Visit
from app.ui.shell.links import warned_open
from app.ui.timeline.pictures import Form

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.portability.carry_over import CarryOver
    from app.portability.carry_over_values import Match
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures

_TASK = "person"


class Persons(QObject):
    """
    One person at a time.

    Args:
        carry_over: Looks for somebody elsewhere; asked for only when that is wanted.
    """

    def __init__(
        self,
        look: Look,
        window: Window,
        house: House,
        scope: TaskScope,
        pictures: Pictures,
        networks: Callable[[], Mapping[str, NetworkInfo]],
        carry_over: Callable[[], CarryOver],
        open_url: Callable[[str], bool],
    ) -> None:
        super().__init__(window)
        self._look, self._window, self._house, self._scope = look, window, house, scope
        self._pictures, self._networks, self._open_url = pictures, networks, open_url
        self._carry_over = carry_over
        self._humans = Humans(house)
        self.pane: PersonPane | None = None
        self._human: Human | None = None
        self._matches: list[Match] | None = None
        self._trouble = ("", "")
        pictures.arrived.connect(self._draw)

    def open(self, profile: Profile, network: str) -> None:
        """Show somebody: at once what is known, and soon what their servers tell."""
        self._window.room_changing.emit()
        if self.pane is None:
            marks = {id: info.mark for id, info in self._networks().items()}
            pane = self.pane = PersonPane(self._look, marks)
            pane.leaving.connect(self.close)
            pane.acted.connect(self._on_act)
            pane.page_wanted.connect(self._on_page)
            pane.look_wanted.connect(self._on_look)
            pane.same_wanted.connect(self._on_same)
            pane.part_wanted.connect(self._on_part)
        known = Known(network, profile)
        self._human = Human((Side(known=known, portrait=Portrait(profile=profile)),))
        self._matches, self._trouble = None, ("", "")
        self._show()
        self._window.right.show_page(self.pane)
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)
        self._scope.restart(self._load(profile.uri), name=_TASK)

    def close(self) -> None:
        """Put the page away."""
        self._window.room_changing.emit()
        if self.pane is not None:
            pane, self.pane = self.pane, None
            self._scope.stop(_TASK)
            self._window.right.take_page(pane)
            pane.deleteLater()

    # ----------------------------------------------------- back and forward

    @property
    def page(self) -> QWidget | None:
        """The pane, while somebody is in it."""
        return self.pane

    def visit(self) -> Visit:
        """Who is seen, and what was known of them."""
        human, at = self._human, self.pane.area.verticalScrollBar().value() if self.pane else 0
        who = human.sides[0].known if human is not None else None
        return Visit(who.profile.uri if who is not None else "", (human, self._matches, at))

    def revisit(self, visit: Visit) -> None:
        """The same again; their servers are asked as well."""
        human, matches, at = visit.state
        if human is None:
            return
        known = human.sides[0].known
        self.open(known.profile, known.network)
        self._human, self._matches = human, matches
        self._show()
        if self.pane is not None:
            self.pane.area.return_to(at)

    def leave(self) -> None:
        """Put the page away."""
        self.close()

    async def _load(self, uri: str) -> None:
        try:
            self._human = await self._humans.look(uri)
        except ServiceError as error:
            self._trouble = (error.message, error.next_step)
        self._show()

    def _show(self) -> None:
        if self.pane is None or self._human is None:
            return
        names = {id: info.name for id, info in self._networks().items()}
        self.pane.show_human(
            self._human,
            self._matches,
            names=names,
            can_look=bool(self._elsewhere()),
            trouble=self._trouble,
        )
        self._draw()

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

    def _draw(self, _url: str = "") -> None:
        if self.pane is None or self.pane.avatar is None or self._human is None:
            return
        theme = self._look.theme
        side = theme.length(theme.tokens.wizard.placeAvatar, capped=True)
        form = Form(side, side, self.pane.devicePixelRatioF(), side / 2, kind="avatar")
        url = self._human.sides[0].known.profile.avatar
        if url and (picture := self._pictures.request(url, form)) is not None:
            self.pane.avatar.show_picture(picture)

    # ------------------------------------------------------------------ acts

    def _on_page(self, url: str) -> None:
        warned_open(self._look, self._window, url, "", self._open_url)

    def _on_act(self, account: str, uri: str, act: PersonAct) -> None:
        # Not cut off by looking at somebody else meanwhile.
        self._scope.start(self._act(AccountId(account), uri, act), name=f"{KEEP}{act}")

    async def _act(self, account: AccountId, uri: str, act: PersonAct) -> None:
        if act == "block" and not await self._may_block(account, uri):
            return
        trouble = ("", "")
        try:
            outcome = await self._house.reactions.relate(uri, act, account)
            if outcome.why is not None:
                trouble = (outcome.why.message, "It is kept, and done when the server answers.")
        except ServiceError as error:
            trouble = (error.message, error.next_step)
        sides = self._human.sides if self._human is not None else ()
        if any(side.known.profile.uri == uri for side in sides):
            self._trouble = trouble
            await self._again()

    async def _may_block(self, account: AccountId, uri: str) -> bool:
        """Ask: it cannot be undone unseen, and on some networks everybody can look it up."""
        from PySide6.QtWidgets import QDialog

        from app.ui.thread.questions import BlockQuestion

        assert self._human is not None
        profile = next(
            side.known.profile for side in self._human.sides if side.known.profile.uri == uri
        )
        mine = self._house.accounts.find(account)
        public = "public_blocks" in mine.abilities
        question = BlockQuestion(self._look, profile, mine, self._window, public=public)
        return await ask(question) == QDialog.DialogCode.Accepted

    def _on_look(self) -> None:
        self._scope.restart(self._look_elsewhere(), name=_TASK)

    async def _look_elsewhere(self) -> None:
        assert self._human is not None
        found: list[Match] = []
        uri = self._human.sides[0].known.profile.uri
        # On a reader's thread: it takes a while, and somebody may be scrolling.
        library = "app.portability.carry_over"
        await self._house.store.load(lambda _: import_module(library))
        try:
            for source, target in self._elsewhere():
                found += await self._carry_over().suggest(source, target, uri)
        except ServiceError as error:
            self._trouble = (error.message, error.next_step)
        self._matches = found
        self._show()

    def _on_same(self, one: str, other: str) -> None:
        self._scope.start(self._link(one, other), name=f"{KEEP}link")

    async def _link(self, one: str, other: str) -> None:
        match = next(m for m in self._matches or () if m.target.profile.uri == other)
        said = " ".join(why.text for why in match.evidence)
        await self._house.people.confirm(match.source, match.target, f"You said so. {said}")
        await self._again()

    def _on_part(self, uri: str) -> None:
        self._scope.start(self._part(uri), name=f"{KEEP}part")

    async def _part(self, uri: str) -> None:
        await self._house.people.unlink(uri)
        await self._again()

    async def _again(self) -> None:
        assert self._human is not None
        self._matches = None
        await self._load(self._human.sides[0].known.profile.uri)
