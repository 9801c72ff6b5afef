"""Where a reply goes: which of my accounts answer, on which sides of an echo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from app.feed.rows import Card
from app.model import AccountId, NetworkInfo
from app.model.draft import Target
from app.ui.presenters.targets import answering, sides_of
from app.ui.theme.look import Look
from app.ui.thread import words
from app.ui.thread.bar import ReplyBar
from app.ui.timeline.pictures import Form, Pictures
from app.ui.timeline.words import handle_text

if TYPE_CHECKING:
    from app.services.accounts import Accounts

BOTH = "both"


class ReplyRoute(QObject):
    """
    Shows in the bar who answers where, and lets one choose.

    Attributes:
        lanes: The accounts that answer; empty: it was not said yet.
        sides: (network, its name) of each copy that can be answered.
    """

    chosen = Signal()
    """Somebody has said where it goes."""

    def __init__(
        self,
        look: Look,
        bar: ReplyBar,
        accounts: Accounts,
        pictures: Pictures,
        networks: Callable[[], Mapping[str, NetworkInfo]],
    ) -> None:
        super().__init__(bar)
        self._look, self._bar, self._accounts = look, bar, accounts
        self._pictures, self._networks = pictures, networks
        self._card: Card | None = None
        self._target: Target | None = None
        self._said: dict[str, tuple[AccountId, ...]] = {}
        self.lanes: tuple[AccountId, ...] = ()
        self.sides: tuple[tuple[str, str], ...] = ()
        bar.began.connect(self.ask)
        bar.route_wanted.connect(self._on_route)
        bar.side_chosen.connect(self._on_side)
        pictures.arrived.connect(self._show_who)

    def aim(self, card: Card, target: Target, kept: Sequence[AccountId]) -> None:
        """It answers *card* now; *kept*: where the draft that was begun goes."""
        accounts = self._accounts.all()
        self._card, self._target = card, target
        self.sides = sides_of(target, accounts, self._networks())
        there = {account.id for account in accounts}
        one_side = self.able[:1] if len(self.sides) == 1 else ()
        known = tuple(id for id in kept if id in there)
        self.lanes = known or self._said.get(target.copies[0].uri, ()) or one_side
        self._bar.ask_side(())
        self._show()

    def note(self, card: Card) -> None:
        """The same post, with more that is known of it."""
        self._card = card

    @property
    def able(self) -> tuple[AccountId, ...]:
        """One account for each side, the one that saw it first of all."""
        card, target = self._card, self._target
        if card is None or target is None:
            return ()
        seen = {id for copy in card.copies for id in copy.accounts}
        return tuple(answering(target, self._accounts.all(), seen))

    def barred(self) -> str:
        """Why one of the chosen accounts may not answer; "" = all may."""
        viewers = self._card.viewers if self._card is not None else {}
        for id in self.lanes:
            if id in viewers and not viewers[id].can_reply:
                handle = self._accounts.find(id).handle
                return f"The author does not let {handle_text(handle)} answer here."
        return ""

    def ask(self) -> None:
        """An echo is asked about once, before one writes."""
        if len(self.sides) > 1 and not self.lanes and not self._bar.asks:
            everywhere = "Both" if len(self.sides) == 2 else "All"
            self._bar.ask_side((*self.sides, (BOTH, everywhere)))

    # ------------------------------------------------------------- private

    def _on_side(self, side: str) -> None:
        mine = {account.id: account.network for account in self._accounts.all()}
        self._choose(tuple(id for id in self.able if side in (BOTH, mine[id])))
        self._bar.write()

    def _choose(self, lanes: tuple[AccountId, ...]) -> None:
        assert self._target is not None
        self.lanes = self._said[self._target.copies[0].uri] = lanes
        self._bar.ask_side(())
        self._bar.show_trouble("")
        self._show()
        self.chosen.emit()

    def _on_route(self, at: QPoint) -> None:
        """Every account that can answer, and both sides of an echo."""
        target = self._target
        if target is None:
            return
        menu = QMenu(self._bar)
        for account in self._accounts.all():
            if target.on(account.network) is None:
                continue
            handle = handle_text(account.handle)
            act = menu.addAction(f"{self._name(account.network)}: as {handle}")
            act.setCheckable(True)
            act.setChecked(self.lanes == (account.id,))
            act.triggered.connect(lambda _=False, id=account.id: self._choose((id,)))
        if len(self.sides) > 1:
            menu.addSeparator()
            act = menu.addAction(" and ".join(name for _, name in self.sides))
            act.setCheckable(True)
            act.setChecked(len(self.lanes) > 1)
            act.triggered.connect(lambda _=False: self._choose(self.able))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at - QPoint(0, menu.sizeHint().height()))

    def _name(self, network: str) -> str:
        info = self._networks().get(network)
        return info.name if info is not None else network

    def _show(self) -> None:
        infos = self._networks()
        mine = {account.id: account for account in self._accounts.all()}
        lanes = [mine[id] for id in self.lanes if id in mine]
        shown = [one.network for one in lanes] or [network for network, _ in self.sides]
        marks = [infos[network].mark for network in shown if network in infos]
        warning = self._target.warning if self._target is not None else ""
        places = [(self._name(one.network), one.handle) for one in lanes]
        self._bar.show_route(marks, words.route_text(places, warning))
        self._show_who()

    def _show_who(self, _url: str = "") -> None:
        mine = self._accounts.all()
        who = next((one for one in mine if one.id in self.lanes), None)
        if who is None:
            networks = {network for network, _ in self.sides}
            who = next((one for one in mine if one.network in networks), None)
        if who is None:
            return
        theme = self._look.theme
        side = theme.length(theme.tokens.thread.barAvatar, capped=True)
        form = Form(side, side, self._bar.devicePixelRatioF(), side / 2)
        picture = self._pictures.request(who.avatar, form) if who.avatar else None
        self._bar.show_who(who.name or who.handle, picture)
