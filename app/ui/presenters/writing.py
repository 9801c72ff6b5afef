"""Writing in the window: the composer's pane and windows, the outbox, the word about what left."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.compose.spans import find_spans
from app.feed.rows import Card
from app.model import AccountId
from app.model.draft import Attachment, Draft, DraftId, Lane, Target
from app.model.errors import NotFound, ServiceError
from app.services.composing import COMPOSING, ComposeWishes, wishes_from
from app.ui.asyncqt import TaskScope
from app.ui.composer.composer import Composer
from app.ui.composer.drafting import usual_settings, with_media
from app.ui.presenters.after_sending import AfterSending
from app.ui.presenters.compose_services import ComposeServices
from app.ui.presenters.composer import ComposerPresenter
from app.ui.presenters.composer_tools import ComposerTools
from app.ui.presenters.keeping import KEEP
from app.ui.presenters.kept_pictures import KeptPictures
from app.ui.presenters.outbox import OutboxPresenter, OutboxServices
from app.ui.presenters.outbox_watch import OPEN_DRAFT
from app.ui.presenters.targets import answering, sides_of, target_of
from app.ui.theme.look import Look

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.presenters.late import LatePictures
    from app.ui.shell.window import Window

log = logging.getLogger(__name__)

LAST_LANES = "ui.composer.lanes"
"""Setting: the accounts of what was sent last; the next draft begins with them."""


class Open(NamedTuple):
    """A composer, who fills it, and the window it has to itself (or None)."""

    presenter: ComposerPresenter
    tools: ComposerTools
    window: QWidget | None


class Writing(QObject):
    """Opens composers and the outbox; a draft is open once at most."""

    def __init__(
        self, look: Look, window: Window, house: House, pictures: LatePictures, scope: TaskScope
    ) -> None:
        super().__init__(window)
        self._look, self._window, self._house, self._scope = look, window, house, scope
        self._late = pictures
        self._pictures = KeptPictures(
            house.drafts.file_of, lambda work: scope.start(work, name="picture"), pictures, self
        )
        self.services = ComposeServices(
            drafts=house.drafts,
            outbox=house.outbox,
            accounts=house.accounts,
            networks=lambda: self._infos,
            now=house.clock.now,
            wishes=self.wishes,
            acquaintances=house.people.acquaintances,
            card=house.link_cards.card,
            language=house.language.of,
            find_people=house.people.suggest,
            unheard=house.conversations.unheard,
        )
        self.open_ones: dict[DraftId, Open] = {}
        self.outbox: OutboxPresenter | None = None
        self.after = AfterSending(look, window, house.outbox, house.clock.now, scope)
        self.after.taken_back.connect(self.open)
        self.after.toast.show_wanted.connect(self.show_outbox)
        self._scale = look.theme.scale
        look.changed.connect(self._on_look)
        self._leave = [self.after.leave, house.accounts.subscribe(self._on_accounts)]

    @property
    def _infos(self) -> Any:
        return self._house.registry().infos

    def wishes(self) -> ComposeWishes:
        """What the user chose about composing."""
        return wishes_from(self._house.store.reader.setting(COMPOSING, {}))

    def _on_look(self) -> None:
        """Another text size: everything open is laid out anew, with what was written."""
        if self._look.theme.scale == self._scale:
            return
        self._scale = self._look.theme.scale
        for id, one in list(self.open_ones.items()):
            presenter, alone = one.presenter, one.window is not None
            title = presenter.view.head.title.text()
            self._close(id)
            self.open(presenter.draft, sides=presenter.sides, title=title, alone=alone)
            self.open_ones[id].presenter.keeping.soon()
        if self.outbox is not None:
            self._close_outbox()
            self.show_outbox()

    def _on_accounts(self, _change: object) -> None:
        """Lanes say how their accounts are."""
        for one in self.open_ones.values():
            one.presenter.refresh_soon()

    # -------------------------------------------------------------- opening

    def new(self) -> None:
        """A new draft, in the pane; an empty one that is open already is as good."""
        for one in self.open_ones.values():
            if one.presenter.draft.is_empty and one.presenter.draft.reply_to is None:
                self._show(one)
                return
        lanes = [self._lane(account) for account in self._usual()]
        self.open(self._house.drafts.new(lanes=lanes))

    def reply(self, card: Card) -> None:
        """An answer, on the networks where it can be given."""
        accounts = self._house.accounts.all()
        target = target_of(card, {account.uri for account in accounts})
        sides = sides_of(target, accounts, self._infos)
        seen = {id for copy in card.copies for id in copy.accounts}
        lanes = [self._lane(id, target) for id in answering(target, accounts, seen)]
        if not lanes:
            lanes = [self._lane(account) for account in self._usual()]
        draft = self._house.drafts.new(lanes=lanes, reply_to=target)
        draft = replace(draft, warning=target.warning)
        self.open(draft, sides=sides if len(sides) > 1 else (), title="Reply")

    def quote(self, card: Card) -> None:
        """A post with another one in it."""
        accounts = self._house.accounts.all()
        target = target_of(card, {account.uri for account in accounts})
        seen = {id for copy in card.copies for id in copy.accounts}
        lanes = [self._lane(id) for id in answering(target, accounts, seen)]
        self.open(self._house.drafts.new(lanes=lanes, quote=target), title="Quote")

    def mention(self, handle: str, account: AccountId) -> None:
        """A new post that begins with somebody's handle, as that account."""
        lanes = [self._lane(account)]
        self.open(self._house.drafts.new(lanes=lanes, text=f"@{handle} "))

    def open(
        self,
        draft: Draft,
        *,
        sides: tuple[tuple[str, str], ...] = (),
        title: str = "",
        alone: bool = False,
    ) -> None:
        """Go on with *draft*: in the pane, or (*alone*) in a window of its own."""
        found = self.open_ones.get(draft.id)
        if found is not None:
            self._show(found)
            return
        if not alone:
            self._put_pane_away()
        title = title or ("Reply" if draft.reply_to else "Quote" if draft.quote else "New post")
        view = Composer(self._look, self._pictures, find_spans, alone=alone)
        presenter = ComposerPresenter(self.services, self._scope, view, draft)
        tools = ComposerTools(
            self._look,
            self.services,
            self._scope,
            presenter,
            self._pictures,
            lambda other: self.open(other, alone=alone),
            self._take_late,
        )
        window = self._make_window(view, title) if alone else None
        made = self.open_ones[draft.id] = Open(presenter, tools, window)
        presenter.left.connect(lambda: self._close(draft.id))
        presenter.sent.connect(self._on_sent)
        presenter.sent_late = self._on_sent
        view.head.pop_out_wanted.connect(lambda: self._pop_out(draft.id))
        self._show(made)
        presenter.show(sides=sides, title=title)
        tools.count_drafts()
        self._scope.start(presenter.keeping.count(), name="versions")
        self._remember(draft.id)

    def _take_late(self, id: DraftId, made: Attachment) -> None:
        """A file was copied after its composer has gone: popped out, or closed."""
        one = self.open_ones.get(id)
        if one is not None:
            one.presenter.take(with_media(one.presenter.draft, [made]))
        else:
            self._scope.start(self._keep_late(id, made), name=f"{KEEP}file {id}")

    async def _keep_late(self, id: DraftId, made: Attachment) -> None:
        drafts = self._house.drafts
        try:
            if self._house.outbox.deliveries(id):
                return
            try:
                draft = drafts.find(id)
            except NotFound:
                draft = drafts.new()  # it was empty till then
            await drafts.save(with_media(draft, [made]))
        except ServiceError as error:
            log.info("a late file found no draft: %s", error.kind)

    def _show(self, one: Open) -> None:
        view = one.presenter.view
        if one.window is not None:
            one.window.show()
            one.window.raise_()
            one.window.activateWindow()
        else:
            self._window.right.show_page(view)
            self._window.sidebar.new_post.calm(True)
        view.show_draft()

    def _make_window(self, view: Composer, title: str) -> QWidget:
        from app.ui.composer.window import ComposerWindow  # loaded with the first one

        window = ComposerWindow(self._look, view, title)
        window.closing.connect(view.leaving)
        return window

    def _put_pane_away(self) -> None:
        """One pane, one composer: the other is kept."""
        for id, one in list(self.open_ones.items()):
            if one.window is None:
                self._close(id)
        self._close_outbox()

    def _pop_out(self, id: DraftId) -> None:
        one = self.open_ones[id]
        presenter = one.presenter
        draft, sides = presenter.draft, presenter.sides
        title = presenter.view.head.title.text()
        self._close(id)
        self.open(draft, sides=sides, title=title, alone=True)
        self.open_ones[id].presenter.keeping.soon()

    def _close(self, id: DraftId) -> None:
        one = self.open_ones.pop(id, None)
        if one is None:
            return
        one.presenter.end()
        self._scope.start(self._finish(one), name=f"{KEEP}draft {id}")
        if one.window is not None:
            one.window.hide()
        else:
            self._window.right.take_page(one.presenter.view)
            self._window.sidebar.new_post.calm(False)
        self._remember(next(iter(self.open_ones), None))

    async def _finish(self, one: Open) -> None:
        """Keep what was not kept yet, then let it go."""
        draft = one.presenter.draft
        try:
            if draft.id not in self.open_ones:
                await one.presenter.close()
        except ServiceError as error:
            # It is nowhere but here: it comes back, and says so.
            self.open(draft, alone=True)
            self.open_ones[draft.id].presenter.tell("The draft cannot be kept.", error)
        finally:
            (one.window or one.presenter.view).deleteLater()

    # ---------------------------------------------------------------- lanes

    def _usual(self) -> list[AccountId]:
        """Chosen in the settings, else those of the last time, else one on each network."""
        accounts = self._house.accounts.all()
        there = {account.id for account in accounts}
        last = self._house.store.reader.setting(LAST_LANES, [])
        for wanted in (self.wishes().lanes, last if isinstance(last, list) else ()):
            kept = [AccountId(id) for id in wanted if id in there]
            if kept:
                return kept
        first: dict[str, AccountId] = {}
        for account in accounts:
            first.setdefault(account.network, account.id)
        return list(first.values())

    def _lane(self, account: AccountId, target: Target | None = None) -> Lane:
        limits = self._house.outbox.known_limits(account)
        return Lane(account=account, settings=usual_settings(limits, target))

    # -------------------------------------------------------------- sending

    def _on_sent(self, draft: Draft) -> None:
        self._close(draft.id)
        lanes = [lane.account for lane in draft.lanes]
        if draft.reply_to is None and draft.quote is None:
            self._keep(LAST_LANES, lanes)
        self.after.tell(draft.id)

    # --------------------------------------------------------------- outbox

    def show_outbox(self) -> None:
        """What is under way, in place of the timeline."""
        if self.outbox is not None:
            return
        self._put_pane_away()
        house = self._house
        presenter = self.outbox = OutboxPresenter(
            self._look,
            OutboxServices(
                outbox=house.outbox,
                accounts=house.accounts.all,
                state=house.accounts.state,
                networks=lambda: self._infos,
                now=house.clock.now,
                reactions=house.reactions.kept,
            ),
            self._scope,
            self._pictures,
        )
        presenter.leaving.connect(self._close_outbox)
        presenter.edit_wanted.connect(self.open)
        presenter.time_wanted.connect(self._on_time)
        self._window.right.show_page(presenter.view, cover=True)
        presenter.refresh()
        presenter.view.setFocus()

    def _on_time(self, draft: Draft) -> None:
        self.open(draft)
        self.open_ones[draft.id].tools.choose_time()

    def _close_outbox(self) -> None:
        presenter, self.outbox = self.outbox, None
        if presenter is not None:
            presenter.close()
            self._window.right.take_page(presenter.view)
            presenter.view.deleteLater()

    # -------------------------------------------------- across starts, at the end

    def restore(self) -> None:
        """Go on with the draft that was open, if it is still one."""
        kept = self._house.store.reader.setting(OPEN_DRAFT, "")
        drafts = {draft.id: draft for draft in self._house.drafts.all()} if kept else {}
        if kept in drafts:
            self.open(drafts[DraftId(kept)])

    async def close(self) -> None:
        """Keep every draft that is open. What cannot be kept is in the log."""
        for leave in self._leave:
            leave()
        # One that is closed this very moment goes meanwhile.
        for one in tuple(self.open_ones.values()):
            try:
                await one.presenter.close()
            except ServiceError as error:
                log.error("a draft was not kept: %s", error.message)
            # A file that is still on its way goes into what was kept.
            one.presenter.end()
            if one.window is not None:
                one.window.hide()
                one.window.deleteLater()
        self.open_ones.clear()
        if self.outbox is not None:
            self.outbox.close()

    def _remember(self, id: DraftId | None) -> None:
        self._keep(OPEN_DRAFT, id or "")

    def _keep(self, name: str, value: Any) -> None:
        async def keep() -> None:
            try:
                await self._house.store.keep(lambda keeper: keeper.set_setting(name, value))
            except ServiceError as error:
                log.warning("setting %s not kept: %s", name, error.kind)

        self._scope.start(keep(), name=f"{KEEP}{name}")
