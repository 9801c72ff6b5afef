"""What I don’t want to see: shown, changed, kept where it belongs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from app.model import Account, AccountId, NetworkInfo
from app.model.errors import ServiceError
from app.model.moderation import AdultChange, Filter, LabelChange, MutedWord, Settled
from app.services.blocklists import Blocklists
from app.services.moderation import Moderation
from app.ui.asyncqt import TaskScope, ask
from app.ui.moderation.filters import FilterSection
from app.ui.moderation.labelers import LabelerSection
from app.ui.moderation.page import ModerationPage
from app.ui.moderation.question import Question
from app.ui.moderation.section import Section
from app.ui.moderation.servers import ServerSection
from app.ui.moderation.values import ServerWarning, Trouble
from app.ui.presenters.behind import KEEP
from app.ui.presenters.moderation_lists import ListActs
from app.ui.presenters.moderation_shown import (
    label_rows,
    labeler_item,
    shown_from,
)
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures


class ModerationServices(Struct, frozen=True):
    """
    What the page stands on.

    Attributes:
        hidden: Name of the timeline that is open, and how many posts each cause hides there.
        show_hidden: Show what that cause hides.
    """

    moderation: Moderation
    blocklists: Blocklists
    accounts: Callable[[], tuple[Account, ...]]
    networks: Callable[[], Mapping[str, NetworkInfo]]
    now: Callable[[], datetime]
    hidden: Callable[[], tuple[str, Mapping[str, int]]]
    show_hidden: Callable[[str], None]
    bridge_at: Callable[[str], str]


class ModerationPresenter(ListActs):
    """Makes the page, and does what is pressed on it."""

    left = Signal()
    """Something is to be seen behind the settings."""

    def __init__(
        self,
        look: Look,
        services: ModerationServices,
        scope: TaskScope,
        pictures: Pictures,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._look, self._services, self._scope = look, services, scope
        self._pictures = pictures
        self._page: ModerationPage | None = None
        self._asking: set[AccountId] = set()
        self._choosing, self._listing = asyncio.Lock(), asyncio.Lock()
        self._troubles: dict[AccountId, Trouble] = {}
        leave = services.moderation.subscribe(lambda _: self.refresh_soon())
        # The services may outlive the window.
        self.destroyed.connect(lambda *_: leave())
        pictures.arrived.connect(lambda _: self._draw_pictures())

    # ------------------------------------------------------------------ page

    def make_page(self) -> ModerationPage:
        """A new page; it shows what is kept at once, and what servers say when they do."""
        page = self._page = ModerationPage(self._look, self._picture)
        self._connect(page)
        self.ask_servers()
        return page

    def mute_like(self, text: str) -> None:
        """Open the editor for a word, with *text* in it."""
        if (page := self.page) is not None:
            page.words.edit(text=text)

    def ask_servers(self, *, force: bool = False) -> None:
        """What the accounts have settled elsewhere."""
        self._troubles.clear()
        for account in self._services.accounts():
            self._asking.add(account.id)
            self._scope.restart(self._ask(account, force), name=f"settled {account.id}")
        self.refresh()

    def refresh(self) -> None:
        """Show what counts now."""
        page, s = self.page, self._services
        if page is None:
            return
        mine, known = s.accounts(), s.moderation.known
        try:
            shown = shown_from(s.moderation, s.blocklists, mine, s.networks(), s.hidden(), s.now())
        except ServiceError as error:
            page.trouble.say(error.message, error.next_step)
            page.trouble.show()
            return
        never = {one.id for one in mine} - {who for who, _ in known.at}
        waiting = tuple(one.host for one in mine if one.id in self._asking & never)
        troubles = tuple(self._troubles.values())
        page.show_all(replace(shown, waiting=waiting, troubles=troubles), s.now())

    @property
    def page(self) -> ModerationPage | None:
        """The page, while it is open."""
        return self._page if self._page is not None and isValid(self._page) else None

    def refresh_soon(self) -> None:
        """Once for many changes."""
        QTimer.singleShot(0, self, self.refresh)

    async def _ask(self, account: Account, force: bool) -> None:
        try:
            await self._services.moderation.refresh(account.id, force=force)
        except ServiceError as error:
            self._troubles[account.id] = _trouble(error)
        finally:
            self._asking.discard(account.id)
            self.refresh_soon()

    def _picture(self, url: str, side: float) -> QPixmap | None:
        ratio = self._page.devicePixelRatioF() if self._page is not None else 1.0
        return self._pictures.request(url, Form(int(side), int(side), ratio, side / 2))

    def _draw_pictures(self) -> None:
        if (page := self.page) is not None:
            page.draw_pictures()

    # ------------------------------------------------------------ connecting

    def _connect(self, page: ModerationPage) -> None:
        page.retry_wanted.connect(lambda: self.ask_servers(force=True))
        page.labelers_made.connect(self._meet_labelers)
        page.filters_made.connect(self._meet_filters)
        page.servers_made.connect(self._meet_servers)
        page.words.save_wanted.connect(self._on_word)
        page.words.remove_wanted.connect(self._on_unmute)
        page.words.everywhere_chosen.connect(lambda on: self._choose(words_everywhere=on))
        page.media.sensitive_chosen.connect(lambda key: self._choose(sensitive=key))
        page.media.warnings_chosen.connect(lambda key: self._choose(warnings=key))
        page.media.adult_chosen.connect(self._on_adult)
        page.hidden.show_wanted.connect(self._on_show)
        self._meet_lists(page.lists)

    def _meet_labelers(self, section: LabelerSection, account: AccountId) -> None:
        moderation = self._services.moderation

        def choose(value: str, setting: Any, labeler: str) -> None:
            change = LabelChange(value, setting, labeler)
            self._do(section, moderation.settle(account, change))

        section.chosen.connect(choose)
        section.find_wanted.connect(lambda address: self._on_find(section, account, address))
        section.subscribe_wanted.connect(
            lambda uri: self._do(section, moderation.subscribe_to(account, uri))
        )
        section.remove_wanted.connect(
            lambda uri: self._do(section, moderation.unsubscribe_from(account, uri))
        )

    def _meet_filters(self, section: FilterSection, account: AccountId) -> None:
        moderation = self._services.moderation
        section.save_wanted.connect(
            lambda one: self._do(section, moderation.save_filter(account, one), section.show_saved)
        )
        section.delete_wanted.connect(lambda one: self._on_delete(section, account, one))

    def _meet_servers(self, section: ServerSection, account: AccountId) -> None:
        moderation = self._services.moderation
        section.check_wanted.connect(lambda domain: self._on_check(section, account, domain))
        section.block_wanted.connect(
            lambda domain: self._do(
                section, moderation.block_server(account, domain), section.show_done
            )
        )
        section.unblock_wanted.connect(
            lambda domain: self._do(section, moderation.block_server(account, domain, on=False))
        )

    # ---------------------------------------------------------------- acting

    def _do(
        self,
        section: Section,
        work: Awaitable[object],
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """Do it; what is refused is said there, and what counts is shown again."""
        self._scope.start(self._work(section, work, done), name=f"{KEEP}moderation")

    async def _work(
        self, section: Section, work: Awaitable[object], done: Callable[[], None]
    ) -> None:
        section.busy(True)
        trouble: Trouble | None = None
        try:
            await work
        except ServiceError as error:
            trouble = _trouble(error)
        if not isValid(section):
            return
        section.busy(False)
        section.say_trouble(None)
        if trouble is None:
            done()
        else:
            section.show_refused(trouble)
            # A control may stand at what was not done.
            section.forget()
        self.refresh()

    def _choose(self, **change: Any) -> None:
        page = self.page
        assert page is not None
        moderation = self._services.moderation

        async def work() -> None:
            # One at a time: they are kept together.
            async with self._choosing:
                await moderation.set_choices(replace(moderation.known.choices, **change))

        self._do(page.words if "words_everywhere" in change else page.media, work())

    def _on_adult(self, account: str, on: bool) -> None:
        page = self.page
        assert page is not None
        work = self._services.moderation.settle(AccountId(account), AdultChange(on))
        self._do(page.media, work)

    def _on_word(self, word: MutedWord, where: str, before: str) -> None:
        page = self.page
        assert page is not None
        self._do(page.words, self._muted(word, where, before), page.words.show_saved)

    async def _muted(self, word: MutedWord, where: str, before: str) -> None:
        """In another place, or called otherwise, it is another word."""
        moderation = self._services.moderation
        old = next((one for one in moderation.words() if one.word.value == before), None)
        same = old is not None and before.lower() == word.value.lower()
        moved = old is not None and (where == "here") != (old.here and not old.accounts)
        if not same:
            word = replace(word, id="")
        if same and moved:
            await moderation.unmute_word(before)
        await moderation.mute_word(word, where)
        if old is not None and not same:
            await moderation.unmute_word(before)

    def _on_unmute(self, value: str) -> None:
        page = self.page
        assert page is not None
        self._do(page.words, self._services.moderation.unmute_word(value))

    def _on_find(self, section: LabelerSection, account: AccountId, address: str) -> None:
        async def work() -> None:
            moderation = self._services.moderation
            found = await moderation.find_labeler(account, address)
            settled = moderation.settled(account) or Settled()
            rows = label_rows(found, settled, {}, own=False)
            if isValid(section):
                section.show_found(labeler_item(found, rows))

        self._do(section, work())

    def _on_delete(self, section: FilterSection, account: AccountId, one: Filter) -> None:
        words = f"“{one.title}” goes from the server, and so from your other apps, too."
        work = self._services.moderation.delete_filter
        self._after_question(
            Question(self._look, "Delete this filter?", words, "Delete it", section.window()),
            lambda: self._do(section, work(account, one.id)),
        )

    def _on_check(self, section: ServerSection, account: AccountId, domain: str) -> None:
        async def work() -> None:
            lost = await self._services.moderation.warn_of(account, domain)
            warning = ServerWarning(
                account=account,
                domain=domain,
                following=lost.following,
                followers=lost.followers,
                problem=lost.problem.message if lost.problem is not None else "",
                bridge=self._services.bridge_at(domain),
            )
            if isValid(section):
                section.show_warning(warning)

        self._do(section, work())

    def _on_show(self, causes: tuple[str, ...]) -> None:
        for cause in causes:
            self._services.show_hidden(cause)
        self.left.emit()

    def _after_question(self, question: QDialog, act: Callable[[], None]) -> None:
        async def work() -> None:
            if await ask(question) == QDialog.DialogCode.Accepted:
                act()
            question.deleteLater()

        self._scope.start(work(), name="question")


def _trouble(error: ServiceError) -> Trouble:
    # The command line's next steps are no use here.
    step = "" if error.next_step.startswith("godwit ") else error.next_step
    return Trouble(error.message, step)
