"""One draft being written: what is typed becomes a value, planned, shown, kept, sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from app.model import AccountId
from app.model.draft import Draft, LaneSettings, PollDraft
from app.model.errors import ServiceError
from app.model.sending import Limits
from app.ui.asyncqt import TaskScope
from app.ui.composer import drafting, words
from app.ui.composer.context import BOTH
from app.ui.composer.values import Reminder
from app.ui.presenters.compose_services import ComposeServices
from app.ui.presenters.keeping import KEEP as KEEP
from app.ui.presenters.keeping import Keeping
from app.ui.presenters.lane_book import LaneBook
from app.ui.presenters.reminding import reminders

if TYPE_CHECKING:
    from app.ui.composer.composer import Composer

LOOK_MS = 500
"""After a pause of this, who is mentioned and what is linked are looked up."""


class ComposerPresenter(QObject):
    """
    Holds the draft; the composer shows it and tells what is wanted.

    ``left`` and ``sent``: whoever opened it takes the composer away.
    """

    left = Signal()
    sent = Signal(object)
    """The draft that is in the outbox now."""

    def __init__(
        self, services: ComposeServices, scope: TaskScope, view: Composer, draft: Draft
    ) -> None:
        super().__init__(view)
        self._services, self._scope, self.view = services, scope, view
        self.draft = draft
        self.sent_late: Callable[[Draft], None] = lambda draft: None
        """Told instead of ``sent`` when the composer has gone meanwhile."""
        self.book = LaneBook(services, scope, self.refresh_soon, name=draft.id)
        self.book.first_limits = self._on_first_limits
        self.sides: tuple[tuple[str, str], ...] = ()
        self._target = draft.reply_to
        self.side = ""
        self.over = False
        self.keeping = Keeping(services.drafts, scope, view.head, lambda: self.draft)
        self._why = ""
        self.sending = False
        self._asked: tuple[Reminder, ...] = ()
        self._soon = self._timer(0, self.refresh)
        self._look_timer = self._timer(LOOK_MS, lambda: self.book.look_around(self.draft))
        self._connect()

    def _timer(self, delay: int, act: Callable[[], object]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(delay)
        timer.timeout.connect(act)
        return timer

    def _connect(self) -> None:
        view, master, lanes = self.view, self.view.master, self.view.lanes
        master.editor.edited.connect(self._on_text)
        master.editor.left.connect(self.keeping.now)
        master.warning_edited.connect(lambda text: self.change(warning=text))
        master.warning_removed.connect(self._on_warning_removed)
        master.poll_changed.connect(lambda poll: self.change(poll=poll))
        master.poll_removed.connect(lambda: self.show_poll(None))
        master.context.side_chosen.connect(self.choose_side)
        master.context.reply_removed.connect(self._on_reply_removed)
        master.context.quote_removed.connect(lambda: self._show_change(quote=None))
        tiles = master.tiles
        tiles.described.connect(lambda id, alt: self.take(drafting.with_alt(self.draft, id, alt)))
        tiles.removed.connect(lambda id: self.take(drafting.without_media(self.draft, id)))
        tiles.moved.connect(lambda id, by: self.take(drafting.moved(self.draft, id, by)))
        lanes.removed.connect(self.remove_lane)
        lanes.own_wanted.connect(self._on_own)
        lanes.own_edited.connect(
            lambda lane, text: self.take(drafting.with_own_text(self.draft, AccountId(lane), text))
        )
        lanes.choice_made.connect(
            lambda lane, kind, id: self.take(
                drafting.with_choice(self.draft, AccountId(lane), kind, id)
            )
        )
        lanes.setting_chosen.connect(
            lambda lane, key, ids: self.take(
                drafting.with_setting(self.draft, AccountId(lane), key, ids)
            )
        )
        view.leaving.connect(self.leave)
        view.send_wanted.connect(self.send)
        view.sheet.sent.connect(lambda: self.send(reminded=True))
        view.sheet.left.connect(self._on_sheet_left)
        view.sheet.mended.connect(self._on_mended)

    # ------------------------------------------------------------- showing

    def show(self, *, sides: tuple[tuple[str, str], ...] = (), title: str = "New post") -> None:
        """Show the whole draft. *sides*: copies of an echo that can be answered."""
        self.sides = sides
        self.view.head.title.say(title)
        asked = "Your answer" if self.draft.reply_to is not None else "What is new?"
        self.view.master.editor.setPlaceholderText(asked)
        self.view.setAccessibleName(title)
        self._show_parts()
        self.refresh()
        self.book.look_around(self.draft)

    def _show_parts(self) -> None:
        draft, master = self.draft, self.view.master
        master.editor.show_text(draft.text)
        master.show_warning(draft.warning, on=bool(draft.warning))
        master.show_poll(draft.poll)
        master.show_markdown(draft.markdown)
        self._show_context()

    def _show_context(self) -> None:
        draft = self.draft
        unheard = self.book.unheard(draft)
        self.view.master.context.show_context(
            draft.reply_to, draft.quote, self.sides, self.side, unheard
        )

    def refresh_soon(self) -> None:
        """After everything that happens now has happened."""
        if not self.over and not self._soon.isActive():
            self._soon.start()

    def refresh(self) -> None:
        """Plan, and show what has changed: in the frame of the keystroke."""
        self._soon.stop()
        draft, view, book = self.draft, self.view, self.book
        lanes = book.lanes(draft)
        view.show_lanes(lanes, draft.quote)
        self._show_context()
        # A name that is still being written is nobody yet.
        begun = view.master.editor.begun()
        view.master.show_mentions([one for one in book.mentions(draft) if one.typed != begun])
        if draft.media or view.master.tiles.tiles:
            required = self._services.wishes().alt_required
            view.master.show_media(book.media(draft, required=required))
        self._show_footer([(f"@{lane.who.handle}", lane.plan) for lane in lanes])

    def _show_footer(self, plans: list[tuple[str, object]]) -> None:
        draft, now = self.draft, self._services.now()
        why = words.why_not(plans, empty=draft.is_empty)  # type: ignore[arg-type]
        if not why and len(self.sides) > 1 and not self.side:
            why = "Say where you answer first: above the text."
        if not why and draft.send_at is not None and draft.send_at <= now:
            why = "The chosen time has passed: choose another one."
        if self.sending:
            why = "Putting it into the outbox."
        self._why = why
        undo = self._services.wishes().undo
        self.view.footer.show_footer(
            words.post_button(len(draft.lanes), later=draft.send_at is not None),
            words.undo_sentence(undo, draft.send_at, now),
            why,
            short=f"Undo for {round(undo)} s" if undo and draft.send_at is None else "",
            later=draft.send_at is not None,
        )

    # ------------------------------------------------------------- changing

    def take(self, draft: Draft) -> None:
        """Another value of the draft."""
        if self.over or draft == self.draft:
            return
        self.draft = replace(draft, updated_at=self._services.now())
        self.keeping.soon()
        if self._asked:
            self._ask(())
        self._look_timer.start()
        self.refresh_soon()

    def change(self, **change: object) -> None:
        """Set fields of the draft."""
        self.take(replace(self.draft, **change))

    def _show_change(self, **change: object) -> None:
        self.change(**change)
        self._show_parts()

    def _on_text(self) -> None:
        self.change(text=self.view.master.editor.text())

    def _on_warning_removed(self) -> None:
        self.view.master.show_warning("", on=False)
        self.change(warning="")
        self.view.master.editor.setFocus()

    def show_poll(self, poll: PollDraft | None) -> None:
        """Ask a question, or not."""
        self.change(poll=poll)
        self.view.master.show_poll(poll)

    def _on_own(self, account: str, own: bool) -> None:
        lane = drafting.lane_of(self.draft, AccountId(account))
        if lane is None or (lane.text is not None) == own:
            return
        text = self.draft.text if own else None
        self.take(drafting.with_own_text(self.draft, lane.account, text))
        self.refresh()
        if own:
            self.view.lanes.panels[lane.account].focus_text()

    def add_lane(self, account: AccountId) -> None:
        """One more lane, set as its server usually has it."""
        limits = self._services.outbox.known_limits(account)
        settings = drafting.usual_settings(limits, self.draft.reply_to)
        self.take(drafting.with_lane(self.draft, account, settings))
        self.refresh()
        self.view.show_part(account)

    def _on_first_limits(self, account: AccountId, limits: Limits) -> None:
        """A lane that was made before its server was known takes what is usual there."""
        lane = drafting.lane_of(self.draft, account)
        if lane is None or lane.settings != LaneSettings():
            return
        usual = drafting.usual_settings(limits, self.draft.reply_to)
        if usual != lane.settings:
            chosen = [usual.visibility]
            self.take(drafting.with_setting(self.draft, account, "visibility", chosen))

    def remove_lane(self, account: str) -> None:
        """Not there; the others stay as they are."""
        self.take(drafting.without_lane(self.draft, AccountId(account)))
        self.refresh()

    def choose_side(self, side: str) -> None:
        """Where an echo is answered: one network, or ``both``."""
        self.side = side
        target = self._target
        if target is None:
            return
        mine = {account.id: account.network for account in self._services.accounts.all()}
        networks = [network for network, _ in self.sides] if side == BOTH else [side]
        kept = tuple(lane for lane in self.draft.lanes if mine.get(lane.account) in networks)
        draft = replace(self.draft, lanes=kept, reply_to=target)
        there = {mine[lane.account] for lane in kept}
        for network in networks:
            account = next((id for id, one in mine.items() if one == network), None)
            if network not in there and account is not None:
                limits = self._services.outbox.known_limits(account)
                settings = drafting.usual_settings(limits, target)
                draft = drafting.with_lane(draft, account, settings)
        self.take(draft)
        self._show_parts()
        self.refresh()

    def _on_reply_removed(self) -> None:
        self.sides, self.side, self._target = (), "", None
        self._show_change(reply_to=None)

    # -------------------------------------------------------------- keeping

    async def close(self) -> None:
        """Keep it, whatever happens next. Raises: StoreError: it is not kept."""
        await self.keeping.close()

    def end(self) -> None:
        """The view goes: nothing is shown any more, whatever still comes."""
        self.over = True
        self.keeping.end()
        self._soon.stop()
        self._look_timer.stop()

    def leave(self) -> None:
        """Esc, and the cross: it is kept, then gone from sight."""
        self._scope.start(self._leave(), name=f"{KEEP}draft {self.draft.id}")

    async def _leave(self) -> None:
        try:
            await self.close()
        except ServiceError as error:
            # It stays open: closing would lose it.
            self.tell("The draft cannot be kept, so it stays open.", error)
            return
        if not self.over:
            self.left.emit()

    # -------------------------------------------------------------- sending

    def send(self, *, reminded: bool = False) -> None:
        """Into the outbox, after what there is to think of."""
        if self.sending:
            return
        self.refresh()
        if self._why:
            self._ask((Reminder(key="why", text=self._why, stops=True),))
            return
        mine = {account.id: account.network for account in self._services.accounts.all()}
        asked = reminders(self.draft, self._services.wishes(), mine, self._services.now())
        # What was asked and not mended is meant so; what stops, stops.
        again = [one for one in asked if one.stops or one not in self._asked]
        if again and not (reminded and not any(one.stops for one in again)):
            self._ask(asked)
            return
        self.sending = True
        self.refresh()
        self._scope.start(self._send(), name=f"{KEEP}send {self.draft.id}")

    async def _send(self) -> None:
        # A lane whose account is gone meanwhile has no plan.
        plans = self.book.plans
        lanes = tuple(lane for lane in self.draft.lanes if lane.account in plans)
        draft = replace(self.draft, lanes=lanes)
        undo = self._services.wishes().undo
        try:
            await self._services.outbox.send(
                draft, [plans[lane.account] for lane in lanes], undo=undo
            )
        except ServiceError as error:
            self.tell("Nothing was posted.", error)
            return
        finally:
            self.sending = False
        self.keeping.forget()
        if self.over:
            self.sent_late(draft)
        else:
            self.sent.emit(draft)

    def tell(self, lead: str, error: ServiceError) -> None:
        """Say what went wrong, over the footer."""
        if self.over:
            return
        text = f"{lead} {error.message} {error.next_step}".strip()
        self._ask((Reminder(key="error", text=text, stops=True),))
        self.refresh_soon()

    def _ask(self, asked: tuple[Reminder, ...]) -> None:
        self._asked = asked
        self.view.sheet.show_reminders(asked)

    def _on_sheet_left(self) -> None:
        self._ask(())
        self.view.show_draft()

    def _on_mended(self, key: str) -> None:
        self._ask(())
        if key == "alt":
            self.view.show_draft()
            self.view.master.tiles.describe_first()
        elif key == "unseen" and self.draft.reply_to is not None:
            mine = {account.id: account.network for account in self._services.accounts.all()}
            for lane in self.draft.lanes:
                if self.draft.reply_to.on(mine.get(lane.account, "")) is None:
                    self.remove_lane(lane.account)
