"""What one does on somebody's page: follow, mute, block, report, note, look for them elsewhere."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject

from app.model import AccountId, Profile
from app.model.acts import PersonAct
from app.model.errors import ServiceError
from app.ui.asyncqt import ask
from app.ui.presenters.behind import KEEP
from app.ui.shell.links import warned_open

if TYPE_CHECKING:
    from app.portability.carry_over_values import Match
    from app.services.house import House
    from app.services.human import Human
    from app.services.profiles import Facts, Profiles
    from app.ui.asyncqt import TaskScope
    from app.ui.people.profile import ProfilePage
    from app.ui.presenters.persons_menus import PersonDoors
    from app.ui.shell.window import Window
    from app.ui.theme.look import Look

TASK = "person"
"""Asking servers about whoever is shown; one at a time."""


class PersonsActing(QObject):
    """A part of ``Persons``."""

    _look: Look
    _window: Window
    _house: House
    _scope: TaskScope
    _profiles: Profiles
    _doors: PersonDoors
    _page: ProfilePage | None
    _human: Human | None
    _facts: Facts | None
    _matches: list[Match] | None
    _trouble: tuple[str, str]

    def open(self, profile: Profile, network: str) -> None:
        """Show somebody."""
        raise NotImplementedError

    def _show(self) -> None:
        """What is known now."""
        raise NotImplementedError

    def _elsewhere(self) -> list[tuple[AccountId, AccountId]]:
        """From which of my accounts to which they can be looked for."""
        raise NotImplementedError

    async def _again(self) -> None:
        """Ask their servers once more."""
        raise NotImplementedError

    # ------------------------------------------------------------------ acts

    def _on_page(self, url: str) -> None:
        warned_open(self._look, self._window, url, "", self._doors.open_url)

    def _on_search(self) -> None:
        if self._human is not None:
            self._doors.search(f"from:{self._human.sides[0].known.profile.handle} ")

    def _on_gone(self, address: str) -> None:
        """To where they have moved, here."""

        async def work() -> None:
            try:
                known = await self._house.people.find(address)
            except ServiceError as error:
                self._trouble = (error.message, error.next_step)
                self._show()
                return
            self.open(known.profile, known.network)

        self._scope.restart(work(), name=TASK)

    def _on_act(self, account: str, uri: str, act: PersonAct) -> None:
        self._act_as(AccountId(account), uri, act, 0)

    def _act_as(self, account: AccountId, uri: str, act: PersonAct, seconds: int) -> None:
        # Not cut off by looking at somebody else meanwhile.
        self._scope.start(self._act(account, uri, act, seconds), name=f"{KEEP}{act}")

    async def _act(self, account: AccountId, uri: str, act: PersonAct, seconds: int) -> None:
        if act == "block" and not await self._may_block(account, uri):
            return
        trouble = ("", "")
        try:
            outcome = await self._house.reactions.relate(uri, act, account, seconds=seconds)
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

        mine, profile = self._house.accounts.find(account), self._profile(uri)
        public = "public_blocks" in mine.abilities
        bridge = self._house.people.doors.leaves(profile.handle)
        question = BlockQuestion(
            self._look, profile, mine, self._window, public=public, bridge=bridge
        )
        return await ask(question) == QDialog.DialogCode.Accepted

    def _profile(self, uri: str) -> Profile:
        assert self._human is not None
        return next(
            side.known.profile for side in self._human.sides if side.known.profile.uri == uri
        )

    def _on_report(self, account: str, uri: str) -> None:
        from app.ui.presenters.persons_report import report

        mine = self._house.accounts.find(AccountId(account))

        async def work() -> None:
            self._trouble = await report(
                self._look, self._window, self._house, self._profile(uri), mine
            )
            self._show()

        self._scope.start(work(), name=f"{KEEP}report")

    def _keep_note(self) -> None:
        page, human, facts = self._page, self._human, self._facts
        if page is None or human is None or facts is None:
            return
        text = page.book.note.toPlainText()
        if text.strip() == facts.note:
            return
        self._facts = replace(facts, note=text.strip())

        async def work() -> None:
            try:
                await self._profiles.set_note(human.sides[0], text)
            except ServiceError as error:
                self._trouble = (f"Your note is not kept. {error.message}", error.next_step)
                self._show()

        self._scope.start(work(), name=f"{KEEP}note")

    # ------------------------------------------------------- elsewhere, too

    def _on_look(self) -> None:
        self._scope.restart(self._look_elsewhere(), name=TASK)

    async def _look_elsewhere(self) -> None:
        assert self._human is not None
        found: list[Match] = []
        uri = self._human.sides[0].known.profile.uri
        # On a reader's thread: it takes a while, and somebody may be scrolling.
        library = "app.portability.carry_over"
        await self._house.store.load(lambda _: import_module(library))
        try:
            for source, target in self._elsewhere():
                found += await self._doors.carry_over().suggest(source, target, uri)
        except ServiceError as error:
            self._trouble = (error.message, error.next_step)
        self._matches = found
        self._show()

    def _on_bridges(self) -> None:
        self._scope.restart(self._ask_bridges(), name=TASK)

    async def _ask_bridges(self) -> None:
        human = self._human
        assert human is not None
        try:
            said = await self._profiles.asked_bridges(human)
        except ServiceError as error:
            self._trouble = (error.message, error.next_step)
            self._show()
            return
        if any(proved for _, proved in said):
            await self._again()  # its copy stands beside it from now on
        elif self._facts is not None:
            self._facts = replace(self._facts, bridges=said, can_ask_bridges=False)
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
