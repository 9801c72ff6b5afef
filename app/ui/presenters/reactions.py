"""Likes, reposts, votes, follows and the like, from cards: seen at once, refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from shiboken6 import isValid

from app.feed.rows import KEPT_CLOSE, Card
from app.model import Account, AccountId, NetworkInfo, Post, ViewerState
from app.model.acts import PersonAct, PostAct, Report
from app.model.errors import ServiceError
from app.model.post import Visibility
from app.services.composing import COMPOSING, wishes_from
from app.services.reminders import before_repost
from app.services.wishing import emoji_turn
from app.ui.asyncqt import TaskScope, ask
from app.ui.presenters.behind import KEEP
from app.ui.presenters.editing import EditingPresenter
from app.ui.theme.look import Look
from app.ui.timeline.layout.actions import is_done

if TYPE_CHECKING:
    from app.model.acts import Relation
    from app.services.asking import Outcome
    from app.services.house import House
    from app.ui.outbox.toast import Toast
    from app.ui.timeline.view import TimelineView

SAID_MS = 8_000
"""ms that a row says why something did not happen."""

TURNS: dict[str, tuple[PostAct, PostAct, str]] = {
    "like": ("like", "unlike", "liked"),
    "repost": ("repost", "unrepost", "reposted"),
    "bookmark": ("bookmark", "unbookmark", "bookmarked"),
    "mute_thread": ("mute_thread", "unmute_thread", "muted"),
}
"""Action → what begins it, what ends it, and what shows in ``ViewerState`` that it is done."""


class ReactionsPresenter(QObject):
    """Does what the action row, the menu and keys ask for, in whichever view they are."""

    deleted = Signal(str)
    """URI of a post of mine that is gone."""

    def __init__(
        self,
        look: Look,
        house: House,
        scope: TaskScope,
        networks: Callable[[], Mapping[str, NetworkInfo]],
        parent: QWidget,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """*parent*: the window. *clock*: seconds, for telling a double click from two."""
        super().__init__(parent)
        self._window = parent
        self._look, self._house, self._scope = look, house, scope
        self._networks, self._clock = networks, clock
        self._last: tuple[str, str, str] = ("", "", "")
        self._last_at = 0.0
        self._reminded: set[str] = set()
        self._toasts: dict[int, Toast] = {}
        self.editing = EditingPresenter(look, house, scope, networks, self.say, self.say_in_row)

    # ------------------------------------------------------------- posts

    def react(
        self,
        view: TimelineView,
        card: Card,
        what: str,
        account: AccountId | None = None,
        *,
        visibility: Visibility | None = None,
    ) -> None:
        """
        Like, repost, bookmark (or not any more).

        Args:
            account: Who acts; None: who did it, else who saw the post.
        """
        if self._is_double(card, what, account):
            return
        on, off, state = TURNS[what]
        if account is None:
            done = is_done(card, what)
        else:
            done = bool(getattr(card.viewers.get(account, ViewerState()), state))
        act = off if done else on
        if act == "repost" and not self._may_pass_on(view, card):
            return
        self.do(view, card, act, account, what=what, visibility=visibility)

    def vote(self, view: TimelineView, card: Card, chosen: tuple[int, ...]) -> None:
        """Vote for the options with these numbers."""
        if chosen:
            self.do(view, card, "vote", None, what="", votes=chosen)

    def put_emoji(self, view: TimelineView, card: Card, emoji: str, at: QPoint) -> None:
        """Put *emoji* under a post, or take mine away. "": one that is chosen at *at* first."""
        if not emoji:
            from app.ui.presenters.emoji_choice import choose_emoji  # loaded when it is opened

            choose_emoji(
                self._look, self._house, self._scope, view, at, card,
                lambda sign: self.put_emoji(view, card, sign, at),
            )  # fmt: skip
            return
        if self._is_double(card, f"emoji {emoji}", None):
            return
        try:
            who, _, on = emoji_turn(card, self._house.accounts.all(), emoji)
        except ServiceError as error:
            self._refused(view, card, error, "")
        else:
            act: PostAct = "add_emoji" if on else "remove_emoji"
            self.do(view, card, act, who, what="", emoji=emoji)

    def do(
        self,
        view: TimelineView,
        card: Card,
        act: PostAct,
        account: AccountId | None,
        *,
        what: str,
        visibility: Visibility | None = None,
        votes: tuple[int, ...] = (),
        emoji: str = "",
    ) -> None:
        """One act on one post; *what*: its name in the action row, for trying again."""
        if isValid(view):
            view.set_refused(card.key, "")

        async def work() -> None:
            reactions = self._house.reactions
            try:
                who, post = reactions.choose(card, act, account)
                ref = card.viewers.get(who, ViewerState()).ref
                outcome = await reactions.react(
                    post, act, who, visibility=visibility, votes=votes, emoji=emoji, ref=ref
                )
            except ServiceError as error:
                self._refused(view, card, error, what)
            else:
                self._say_queued(view, outcome, who)

        self._scope.start(work(), name=f"{KEEP}{act}")

    def _is_double(self, card: Card, what: str, account: AccountId | None) -> bool:
        """The second half of a double click, or a key that is held down."""
        now, wanted = self._clock(), (card.post.uri, what, account or "")
        double = wanted == self._last and now - self._last_at < _double_click()
        self._last, self._last_at = wanted, now
        return double

    def _may_pass_on(self, view: TimelineView, card: Card) -> bool:
        """Whether nothing is to be thought of first, or it was."""
        if card.post.uri in self._reminded or card.post.visibility in KEPT_CLOSE:
            return True  # what is refused need not be thought of
        wishes = wishes_from(self._house.store.reader.setting(COMPOSING))
        found = before_repost(card.post, wishes)
        if not found:
            return True
        self._reminded.add(card.post.uri)
        # The next press is no double click, however soon it comes.
        self._last = ("", "", "")
        view.set_refused(card.key, found[0].text, "repost", reminder=True)
        return False

    def _refused(self, view: TimelineView, card: Card, error: ServiceError, what: str) -> None:
        # Beside "Try again" it need not be said once more.
        again = bool(what) and error.next_step.startswith("Try again")
        words = error.message if again else f"{error.message} {error.next_step}".strip()
        self.say_in_row(view, card, words, what)
        if isValid(view):
            QTimer.singleShot(SAID_MS, view, lambda: view.set_refused(card.key, ""))

    def say_in_row(self, view: TimelineView, card: Card, words: str, what: str = "") -> None:
        """Why something was not done, where it was wanted. *what*: see ``do``."""
        if isValid(view):
            view.set_refused(card.key, words, what)
        else:
            self.say(view, words, icon="warning-circle", color="danger")

    def _say_queued(self, view: TimelineView, outcome: Outcome, who: AccountId) -> None:
        if outcome.state == "queued":
            host = self._house.accounts.find(who).host
            self.say(view, f"Kept until {host} can be asked", icon="hourglass-medium")

    def say(
        self,
        view: TimelineView,
        words: str,
        *,
        icon: str = "check-circle",
        color: str = "textSecondary",
    ) -> None:
        """A quiet line over the foot of *view*; of the window, where that was closed meanwhile."""
        host = view if isValid(view) else self._window
        toast = self._toasts.get(id(host))
        if toast is None:
            from app.ui.outbox.toast import Toast  # nobody has been told anything yet

            toast = self._toasts[id(host)] = Toast(self._look, host)
            host.destroyed.connect(lambda _=None, key=id(host): self._toasts.pop(key, None))
        toast.say(icon, color, words)

    # ------------------------------------------------------------- people

    def relate(
        self,
        view: TimelineView,
        post: Post,
        act: PersonAct,
        account: AccountId,
        done: str,
        *,
        seconds: int = 0,
    ) -> None:
        """Follow, mute, block…: the author of *post*. *done*: what is said when it is."""

        async def work() -> None:
            try:
                outcome = await self._house.reactions.relate(
                    post.author, act, account, seconds=seconds
                )
            except ServiceError as error:
                words = f"{error.message} {error.next_step}".strip()
                self.say(view, words, icon="warning-circle", color="danger")
                return
            if outcome.state == "queued":
                self._say_queued(view, outcome, account)
            else:
                self.say(view, done, icon="check-circle", color="ok")

        self._scope.start(work(), name=f"{KEEP}{act}")

    def learn_relation(
        self, post: Post, account: AccountId, tell: Callable[[Relation], None]
    ) -> None:
        """Ask how *account* stands to an author; *tell* hears of it, if the server says so."""

        async def work() -> None:
            try:
                relation = await self._house.reactions.relation(post.author.uri, account)
            except ServiceError:
                return  # the menu offers both ways then
            tell(relation)

        self._scope.start(work(), name="relation")

    def learn_viewer(
        self, post: Post, account: AccountId, tell: Callable[[ViewerState], None]
    ) -> None:
        """Ask how *account* stands to a post; *tell* hears of it, if the server says so."""

        async def work() -> None:
            try:
                entry = await self._house.conversations.find(post.uri, account)
            except ServiceError:
                return  # what is known is shown
            tell(entry.viewer)

        self._scope.start(work(), name="viewer")

    # ------------------------------------------------------------- what needs a question

    def block(self, view: TimelineView, post: Post, account: Account) -> None:
        """After a question: it cannot be undone unseen."""
        from app.ui.thread.questions import BlockQuestion

        public = "public_blocks" in account.abilities
        bridge = self._house.people.doors.leaves(post.author.handle)
        question = BlockQuestion(
            self._look, post.author, account, view.window(), public=public, bridge=bridge
        )
        name = post.author.shown_name

        async def work() -> None:
            if await ask(question) == QDialog.DialogCode.Accepted:
                self.relate(view, post, "block", account.id, f"{name} is blocked")

        self._scope.start(work(), name="block")

    def report(self, view: TimelineView, post: Post, account: Account) -> None:
        """Why, in words if wanted; then to the moderators."""
        from app.ui.thread.questions import ReportQuestion

        services = [
            (one.labeler.uri, one.labeler.name or f"@{one.labeler.handle}")
            for one in self._house.moderation.labelers(account.id)
            if (one.labeler.name or one.labeler.handle) and not one.gone
        ]
        question = ReportQuestion(self._look, post.author, account, view.window(), services)

        async def work() -> None:
            if await ask(question) != QDialog.DialogCode.Accepted:
                return
            report = Report(
                profile=post.author.uri,
                posts=(post.uri,),
                reason=question.reason,
                comment=question.comment,
                to=question.to,
                forward=question.forward,
            )
            try:
                await self._house.reactions.report(report, account.id)
            except ServiceError as error:
                words = f"Not reported. {error.message} {error.next_step}".strip()
                self.say(view, words, icon="warning-circle", color="danger")
                return
            self.say(view, "Reported to the moderators", icon="flag", color="ok")

        self._scope.start(work(), name=f"{KEEP}report")

    def delete(self, view: TimelineView, card: Card, post: Post) -> None:
        """After a question: every copy of it."""
        from app.ui.thread.questions import DeleteQuestion

        copies = self._house.outbox.copies(post.uri)
        networks = dict.fromkeys(copy.network for copy in copies) or {post.network: None}
        where = [self._name(network) for network in networks]
        question = DeleteQuestion(self._look, where, view.window())

        async def work() -> None:
            if await ask(question) != QDialog.DialogCode.Accepted:
                return
            try:
                results = await self._house.outbox.delete(post.uri)
            except ServiceError as error:
                self._refused(view, card, error, "")
                return
            failed = [one.error for one in results if one.error is not None]
            if failed:
                words = f"Not deleted everywhere. {failed[0].message} {failed[0].next_step}"
                self.say_in_row(view, card, words.strip())
            else:
                self.say(view, "Deleted", icon="trash")
                self.deleted.emit(post.uri)

        self._scope.start(work(), name=f"{KEEP}delete")

    def _name(self, network: str) -> str:
        info = self._networks().get(network)
        return info.name if info is not None else network

    # ------------------------------------------------------------- menus

    def fill(self, menu: QMenu, view: TimelineView, card: Card) -> None:
        """Put what can be done to the post, and to its author, on top of its menu."""
        from app.ui.presenters.reaction_menu import ReactionMenu

        ReactionMenu(self, self._house, self._networks()).fill(menu, view, card)

    def offer(self, view: TimelineView, card: Card, what: str, at: QPoint) -> None:
        """A button was held down: the ways to do just that."""
        from app.ui.presenters.reaction_menu import ReactionMenu

        menu = QMenu(view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ReactionMenu(self, self._house, self._networks()).fill_one(menu, view, card, what)
        if menu.actions():
            menu.popup(at)
        else:
            menu.deleteLater()

    def visibilities(self, account: AccountId) -> tuple[Visibility, ...]:
        """How widely that account can repost; less than two: there is nothing to choose."""
        limits = self._house.outbox.known_limits(account)
        known = limits.visibilities if limits is not None else ()
        return tuple(one for one in known if one != "direct")


def _double_click() -> float:
    """Seconds within which two clicks are one double click."""
    return QApplication.doubleClickInterval() / 1000
