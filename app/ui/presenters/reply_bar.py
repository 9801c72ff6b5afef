"""The reply at a conversation's foot: who answers, where it goes, and its draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal
from shiboken6 import isValid

from app.feed.rows import Card
from app.model import AccountId, NetworkInfo
from app.model.draft import Draft, DraftId, Lane, LaneSettings, Target
from app.model.errors import ServiceError
from app.model.post import Visibility
from app.services.answering import why_unheard
from app.services.composing import COMPOSING, wishes_from
from app.services.reminders import before_sending
from app.ui.asyncqt import TaskScope
from app.ui.presenters.behind import KEEP
from app.ui.presenters.reply_route import ReplyRoute
from app.ui.presenters.reply_sent import SentWatch
from app.ui.presenters.targets import target_of
from app.ui.theme.look import Look
from app.ui.thread import words
from app.ui.thread.bar import ReplyBar
from app.ui.timeline.pictures import Pictures

if TYPE_CHECKING:
    from app.compose.lanes import Planner
    from app.services.house import House

SAVE_MS = 1_200
"""ms from a key to the disk."""

_OPEN: tuple[Visibility, ...] = ("public", "quiet", "followers", "direct")
"""From the most to the least public."""


class ReplyPresenter(QObject):
    """
    Keeps one draft for each post that is answered.

    ``grown``: the draft goes on in the composer; its text is gone from here.
    """

    grown = Signal(object, object)
    """Draft, (network, name) of each copy that can be answered."""

    def __init__(
        self,
        look: Look,
        bar: ReplyBar,
        house: House,
        scope: TaskScope,
        pictures: Pictures,
        networks: Callable[[], Mapping[str, NetworkInfo]],
        *,
        elsewhere: Callable[[DraftId], bool] = lambda draft: False,
    ) -> None:
        """*elsewhere*: that draft is open in a composer, and not to be written here too."""
        super().__init__(bar)
        self._elsewhere = elsewhere
        self._look, self._bar, self._house, self._scope = look, bar, house, scope
        self._focus: Card | None = None
        self._target: Target | None = None
        self._draft: Draft | None = None
        self._reminded = self._sending = False
        self._saving = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._saving.timeout.connect(self.save)
        self.route = ReplyRoute(look, bar, house.accounts, pictures, networks)
        self.route.chosen.connect(self._on_chosen)
        self._watch = SentWatch(bar, house, scope)
        self._watch.taken_back.connect(self._on_taken_back)
        bar.edited.connect(self._on_edited)
        bar.left.connect(self.save)
        bar.send_wanted.connect(self.send)
        bar.grow_wanted.connect(self.grow)
        bar.target_removed.connect(self._on_target_removed)

    # ------------------------------------------------------------- aiming

    def show(self, card: Card) -> None:
        """Answer the post that the conversation is about."""
        self._focus = card
        self._aim(card)

    def note(self, card: Card) -> None:
        """More is known of the post that the conversation is about."""
        if self._focus is None or self._focus.post.uri != card.post.uri:
            self.show(card)
            return
        found = len(card.copies) != len(self._focus.copies)
        self._focus = card
        if self._target is None or self._target.copies[0].uri != card.post.uri:
            return
        if found and not self._bar.is_active:
            self._aim(card)
            return
        self.route.note(card)
        self._count()

    def answer(self, card: Card) -> None:
        """Answer this one of its posts, and write."""
        if self._target is None or self._target.copies[0].uri != card.post.uri:
            self._aim(card)
        self._bar.write()

    def _aim(self, card: Card) -> None:
        self.save()
        accounts = self._house.accounts.all()
        target = self._target = target_of(card, {account.uri for account in accounts})
        self._draft = self._kept(target)
        self._reminded = False
        other = self._focus is not None and card.post.uri != self._focus.post.uri
        bar = self._bar
        bar.show_target(card.post.author.shown_name, other=other)
        bar.editor.show_text(self._draft.text if self._draft else "")
        bar.show_trouble("")
        lanes = self._draft.lanes if self._draft is not None else ()
        self.route.aim(card, target, [one.account for one in lanes])
        bar.setEnabled(bool(self.route.sides))
        if not self.route.sides:
            bar.show_trouble(
                "None of your accounts is on the network of this post.", "textSecondary"
            )
        self._count()

    def _kept(self, target: Target) -> Draft | None:
        """What was begun as an answer to the same post, and to nothing else."""
        uris = {copy.uri for copy in target.copies}
        try:
            drafts = self._house.drafts.all()
        except ServiceError:
            return None
        for draft in drafts:
            plain = not (draft.media or draft.poll or draft.quote or draft.send_at)
            copies = draft.reply_to.copies if draft.reply_to is not None else ()
            if plain and not self._elsewhere(draft.id) and uris & {copy.uri for copy in copies}:
                return draft
        return None

    def _on_target_removed(self) -> None:
        if self._focus is not None:
            self.answer(self._focus)

    def _on_chosen(self) -> None:
        self._count()
        if self._bar.editor.text().strip():
            self._saving.start()

    # ------------------------------------------------------------- writing

    def _on_edited(self) -> None:
        self._reminded = False
        self._bar.show_trouble("")
        self.route.ask()
        self._count()
        self._saving.start()

    def _unheard(self) -> str:
        """Why one of those who answer may not be seen there; "" = all are."""
        mine = {one.id: one.network for one in self._house.accounts.all()}
        return why_unheard(self._house.conversations.unheard, self._target, self.route.lanes, mine)

    def _drafted(self) -> Draft | None:
        """The draft as it is written now; None: there is nothing."""
        text, target = self._bar.editor.text(), self._target
        if target is None or not (text.strip() or self._draft):
            return None
        lanes = tuple(self._lane(account, target) for account in self.route.lanes)
        drafts = self._house.drafts
        draft = self._draft or drafts.new(reply_to=target)
        now = self._house.clock.now()
        return replace(
            draft, text=text, lanes=lanes, reply_to=target, warning=target.warning, updated_at=now
        )

    def _lane(self, account: AccountId, target: Target) -> Lane:
        """No more public than what it answers, nor than what the account usually is."""
        limits = self._house.outbox.known_limits(account)
        usual = limits.visibilities[0] if limits is not None else "public"
        narrow = max(usual, target.visibility, key=_OPEN.index)
        if limits is not None and narrow not in limits.visibilities:
            narrow = usual
        return Lane(account=account, settings=LaneSettings(visibility=narrow))

    @cached_property
    def _planner(self) -> Planner:
        from app.compose.lanes import Planner  # not for who only reads

        return Planner()

    def _count(self) -> None:
        """How long it is where it is longest, and whether it can leave."""
        draft = self._drafted()
        filled = draft is not None and bool(draft.text.strip())
        barred = self.route.barred()
        self._bar.show_sendable(filled and not self._sending and not barred)
        if filled and barred:
            self._bar.show_trouble(barred)
        elif filled and (said := self._unheard()):
            self._bar.show_trouble(said, "warn")
        if draft is None or not filled:
            self._bar.show_count("", "textTertiary")
            return
        known = {id: self._house.outbox.known_limits(id) for id in self.route.lanes}
        limits = {id: one for id, one in known.items() if one is not None}
        draft = replace(draft, lanes=tuple(one for one in draft.lanes if one.account in limits))
        networks = {account.id: account.network for account in self._house.accounts.all()}
        from app.ui.composer.words import count_of  # the same

        plans = self._planner.plan(draft, networks, limits, {}, {})
        if not plans:
            self._bar.show_count("", "textTertiary")
            return
        count = max((count_of(plan) for plan in plans), key=lambda one: one.share)
        color = "textTertiary" if count.color == "accent" else count.color
        self._bar.show_count(count.text, color)

    def save(self) -> None:
        """Keep what is written, durable soon; forget a draft that was emptied."""
        self._saving.stop()
        draft = self._drafted()
        if draft is None or self._sending or draft.id == self._watch.draft:
            return
        before = self._draft
        if not draft.text.strip():
            self._draft = None
            self._scope.start(self._drop(draft.id), name=f"{KEEP}draft {draft.id}")
        elif before is None or (before.text, before.lanes) != (draft.text, draft.lanes):
            self._draft = draft
            self._scope.start(self._save(draft), name=f"{KEEP}draft {draft.id}")

    async def _save(self, draft: Draft) -> None:
        try:
            await self._house.drafts.save(draft)
        except ServiceError as error:
            self._bar.show_trouble(f"Not saved: {error.message} {error.next_step}".strip())

    async def _drop(self, id: DraftId) -> None:
        try:
            await self._house.drafts.drop(id)
        except ServiceError as error:
            self._bar.show_trouble(f"{error.message} {error.next_step}".strip())

    def grow(self) -> None:
        """Go on in the composer, with everything that is written."""
        target = self._target
        if target is None:
            return
        self.save()
        draft = self._drafted() or self._house.drafts.new(reply_to=target)
        if not draft.lanes:
            lanes = tuple(self._lane(id, target) for id in self.route.able)
            draft = replace(draft, lanes=lanes)
        self._draft = None
        self._bar.editor.show_text("")
        self._count()
        self.grown.emit(draft, self.route.sides)

    # ------------------------------------------------------------- sending

    def send(self) -> None:
        """Into the outbox, unless there is something to think of first."""
        draft = self._drafted()
        if draft is None or not draft.text.strip() or self._sending or self.route.barred():
            return
        if not self.route.lanes:
            self.route.ask()
            self._bar.show_trouble("Say where you answer first.", "warn")
            self._bar.lead_to_sides()
            return
        self._sending = True
        self._saving.stop()
        self._bar.show_sendable(False)
        self._scope.start(self._send(draft), name=f"{KEEP}send {draft.id}")

    async def _send(self, draft: Draft) -> None:
        try:
            trouble = await self._hand_over(draft)
        except ServiceError as error:
            trouble = f"Nothing was sent. {error.message} {error.next_step}".strip(), "danger"
        finally:
            self._sending = False
        if not isValid(self._bar):
            return  # the conversation was closed meanwhile: it has left, or is a draft
        if trouble is None:
            self._begin_sent(draft)
        else:
            self._bar.show_trouble(*trouble)
            self._count()

    async def _hand_over(self, draft: Draft) -> tuple[str, str] | None:
        """Into the outbox. Returns what keeps it back, in words and their colour."""
        house, self._draft = self._house, draft
        await house.drafts.save(draft)  # first: nothing is lost, whatever servers answer
        for lane in draft.lanes:
            await house.outbox.limits(lane.account)
        assert draft.reply_to is not None
        lanes = tuple(self._lane(one.account, draft.reply_to) for one in draft.lanes)
        draft = self._draft = replace(draft, lanes=lanes)
        await house.drafts.save(draft)
        plans = await house.planning.plans(draft)
        if why := words.why_not(plans):
            return why, "danger"
        if not self._reminded and (said := self._reminder(draft)):
            self._reminded = True
            return f"{said} Reply once more to send it all the same.", "warn"
        await house.outbox.send(draft, plans)
        return None

    def _reminder(self, draft: Draft) -> str:
        wishes = wishes_from(self._house.store.reader.setting(COMPOSING))
        networks = {account.id: account.network for account in self._house.accounts.all()}
        found = before_sending(draft, wishes, networks, self._house.clock.now())
        return " ".join(one.text for one in found)

    def _begin_sent(self, draft: Draft) -> None:
        self._draft = None
        if self._target is not None and self._target == draft.reply_to:
            self._bar.editor.show_text("")
        self._count()
        self._watch.watch(draft.id)

    def _on_taken_back(self, draft: Draft) -> None:
        """It is a draft again, and stands here if nothing else does."""
        if self._target == draft.reply_to and not self._bar.editor.text().strip():
            self._draft = draft
            self._bar.editor.show_text(draft.text)
            self._count()
            self._bar.write()

    def close(self) -> None:
        """Keep what is written; tell of nothing any more."""
        self.save()
        self._watch.close()
