"""Whom I am told of, and whose reposts I hide, in the window: seen together, taken back one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import AccountId
from app.model.about import Apart
from app.model.acts import PersonAct
from app.model.errors import ServiceError
from app.services.set_apart import AccountApart, SetApart
from app.ui.feeds.market_values import MarketItem, MarketSection
from app.ui.presenters.behind import KEEP
from app.ui.presenters.shelves_part import ShelfDoors, ShelfPart, waits, words_of
from app.ui.shelves.values import ActItem, DetailItem
from app.ui.timeline.words import isolated

if TYPE_CHECKING:
    from app.ui.presenters.surroundings import Surroundings

ASK = "shelf apart"
EMPTY = "It is told of nobody’s every post, and hides nobody’s reposts."
KEPT = "Kept: it is done as soon as the server answers."


class ApartPart(ShelfPart):
    """Who is taken back stays in sight until one looks again: it can be undone there."""

    _asking: frozenset[AccountId] = frozenset()
    _busy = False

    def __init__(
        self, around: Surroundings, doors: ShelfDoors, changed: Callable[[], None]
    ) -> None:
        super().__init__(around, doors, changed)
        self._apart = SetApart(self._house.accounts, offline=self._house.options.offline)
        self._found: dict[AccountId, AccountApart] = {}
        self._now: dict[str, Apart] = {}  # what was done here since they were looked up

    def begin(self) -> None:
        able = self._apart.able()
        self._found = {account: AccountApart(account=account) for account in able}
        self._asking, self._now = frozenset(able), {}
        self._changed()
        self._scope.restart(self._load(), name=ASK)

    def stop(self) -> None:
        self._scope.stop(ASK)
        self._asking = frozenset()

    def more(self, account: str) -> None:
        """Look further down whom that account follows."""
        so_far = self._found.get(AccountId(account))
        if so_far is None or self._asking:
            return
        self._asking = frozenset({so_far.account})
        self._changed()
        self._scope.restart(self._go_on(so_far), name=ASK)

    async def _load(self) -> None:
        for one in await self._apart.all(self._take):
            self._found[one.account] = one
        self._done()

    async def _go_on(self, so_far: AccountApart) -> None:
        self._found[so_far.account] = await self._apart.look(so_far, self._take)
        self._done()

    def _take(self, so_far: AccountApart) -> None:
        """One page more: what is there is shown while it goes on."""
        self._found[so_far.account] = so_far
        self._changed()

    def _done(self) -> None:
        self._asking = frozenset()
        first = (_key(one.account, who) for one in self._found.values() for who in one.people)
        self.key = self.key or next(first, "")
        self._changed()

    # -------------------------------------------------------------- showing

    def sections(self) -> Sequence[MarketSection]:
        made = []
        for one in self._found.values():
            asking = one.account in self._asking
            made.append(
                MarketSection(
                    key=one.account,
                    title=f"@{self._account(one.account).handle}",
                    note=self._note(one, asking),
                    items=tuple(self._row(one.account, who) for who in one.people),
                    empty=EMPTY,
                    trouble=self._trouble(one.account, one.trouble),
                    waits=waits(one.trouble),
                    loading=asking,
                    more=one.older is not None and not asking,
                )
            )
        return made

    def _note(self, one: AccountApart, asking: bool) -> str:
        """How far it was looked, where that is not all."""
        if one.older is None:
            return ""
        count = f"{one.looked_at:,}".replace(",", "\u202f")
        return f"{count} looked through" if asking else f"of the newest {count} you follow"

    def _row(self, account: AccountId, who: Apart) -> MarketItem:
        key = _key(account, who)
        who = self._now.get(key, who)
        return MarketItem(
            key=key,
            name=who.profile.shown_name,
            line=_in_words(who) or "as everybody you follow",
            icon="bell" if who.told else "user",
            picture=who.profile.avatar,
            mark=self._mark(account),
        )

    def item(self) -> DetailItem | None:
        chosen = self._chosen()
        if chosen is None:
            return None
        account, before = chosen
        who = self._now.get(self.key, before)
        mine = isolated(f"@{self._account(account).handle}")
        lines = ["You are told of every post of theirs." if who.told else ""]
        lines.append("What they repost is not in your home timeline." if who.hidden else "")
        return DetailItem(
            key=self.key,
            title=who.profile.shown_name,
            about=f"{isolated('@' + who.profile.handle)} · followed by {mine}",
            lines=tuple(line for line in lines if line)
            or ("They are as everybody whom you follow.",),
            acts=self._acts(who, before),
            said=self._said,
            danger=self._danger,
        )

    def _acts(self, who: Apart, before: Apart) -> tuple[ActItem, ...]:
        """What can be taken back; and done again, where one came with it."""
        acts = []
        if who.told:
            acts.append(ActItem("unnotify", "Tell me no more", icon="bell-slash"))
        elif before.told:
            acts.append(ActItem("notify", "Tell me of every post", icon="bell"))
        if who.hidden:
            acts.append(ActItem("show_reposts", "Show their reposts", icon="repeat"))
        elif before.hidden:
            acts.append(ActItem("hide_reposts", "Hide their reposts", icon="repeat"))
        return (*acts, ActItem("open", "Who is this", "plain", "user"))

    def nothing(self) -> tuple[str, str, str]:
        if self._asking:
            return "Asking your servers", "Some have to look at everybody you follow.", "bell"
        return (
            "Told of every post, or without reposts",
            "Whom you follow so stands here; it is chosen in the menu of a person.",
            "bell",
        )

    def _chosen(self) -> tuple[AccountId, Apart] | None:
        return next(
            (
                (one.account, who)
                for one in self._found.values()
                for who in one.people
                if _key(one.account, who) == self.key
            ),
            None,
        )

    # ---------------------------------------------------------------- acts

    def act(self, act: str) -> None:
        """What a button of the details is for."""
        chosen = self._chosen()
        if chosen is None or self._busy:
            return
        account, before = chosen
        who = self._now.get(self.key, before)
        if act == "open":
            self._doors.open_person(who.profile, self._account(account).network)
        elif act in _AFTER:
            self._scope.start(self._relate(account, who, act), name=f"{KEEP}apart")  # type: ignore[arg-type]

    async def _relate(self, account: AccountId, who: Apart, act: PersonAct) -> None:
        self._busy = True
        try:
            outcome = await self._house.reactions.relate(who.profile, act, account)
        except ServiceError as error:
            self._said, self._danger = f"Not done. {words_of(error)}", True
            return
        finally:
            self._busy = False
            self._changed()
        self._said, self._danger = KEPT if outcome.state == "queued" else "Done.", False
        self._now[_key(account, who)] = replace(who, **_AFTER[act])
        self._changed()


_AFTER: dict[str, dict[str, bool]] = {
    "notify": {"told": True},
    "unnotify": {"told": False},
    "hide_reposts": {"hidden": True},
    "show_reposts": {"hidden": False},
}
"""What is so once it is done."""


def _key(account: AccountId, who: Apart) -> str:
    return f"{account} {who.profile.uri}"


def _in_words(who: Apart) -> str:
    told = "told of every post" if who.told else ""
    hidden = "reposts hidden" if who.hidden else ""
    return " · ".join(part for part in (told, hidden) if part)
