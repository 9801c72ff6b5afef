"""The servers' half of a search: each account's server is asked, and shown as it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from app.feed.rows import Card
from app.model import AccountId, NetworkInfo, Profile
from app.model.errors import RateLimited
from app.model.offers import Offer
from app.model.query import Query
from app.services.market_values import Stall
from app.services.rows import EdgeState
from app.services.search_sorting import TAGS
from app.services.search_values import Answer
from app.services.together import together
from app.ui.feeds.market_values import MarketItem
from app.ui.feeds.market_words import item_of
from app.ui.presenters.search_visits import Asked
from app.ui.search.source import FoundSource
from app.ui.search.values import ServerLine
from app.ui.shell.states import Act, Loading, State

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.search.column import FoundColumn
    from app.ui.theme.look import Look

SERVERS = "search servers"


class ServersAsked(QObject):
    """Fills one column. ``asked``: servers are being asked."""

    asked = Signal()

    def __init__(
        self,
        look: Look,
        column: FoundColumn,
        house: House,
        scope: TaskScope,
        networks: Callable[[], Mapping[str, NetworkInfo]],
    ) -> None:
        super().__init__(column)
        self._look, self._column, self._house = look, column, house
        self._scope, self._networks = scope, networks
        self.found = FoundSource(self._more)
        self._query = Query()
        self._answers: dict[AccountId, Answer] = {}
        self._hide_seen = True
        self.people: dict[str, tuple[Profile, str]] = {}
        """Who was told of, by handle, with the network."""

    def begin(self) -> None:
        """Nobody has been asked."""
        self._scope.stop(SERVERS)
        self._query = Query()
        self._answers.clear()
        column = self._column
        self.found.show(())
        column.show_lines(())
        column.clear()
        column.say("")
        offline = self._house.options.offline
        title = "You are offline" if offline else "Press Enter to ask the servers"
        words = (
            "What you have read is searched all the same."
            if offline
            else "Each of your accounts is asked. Until then nothing you type leaves this computer."
        )
        icon = "wifi-slash" if offline else "cloud"
        column.show_state(State(self._look, title, words, icon=icon))

    def ask(self, query: Query) -> None:
        """All of them, side by side; each shows as it comes."""
        self.begin()
        self._query = query
        self._column.view.look_for(query)
        for account in self._house.search.asked():
            self._answers[account.id] = Answer(account=account.id, state="asking")
        self._column.show_state(Loading(self._look, "Asking the servers…"))
        self._show()
        self._scope.restart(self._ask_all(query, tuple(self._answers)), name=SERVERS)
        self.asked.emit()

    @property
    def is_asking(self) -> bool:
        """Somebody has not answered yet."""
        return any(one.state == "asking" for one in self._answers.values())

    def keep(self) -> Asked:
        """What was asked and answered, for ``restore``."""
        return Asked(self._query, dict(self._answers))

    def restore(self, asked: Asked) -> None:
        """As it was; who had not answered yet is asked again."""
        if not asked.answers:
            return
        self.begin()
        self._query, self._answers = asked.query, dict(asked.answers)
        self._column.view.look_for(asked.query)
        self._show()
        waiting = [one.account for one in asked.answers.values() if one.state == "asking"]
        if waiting:
            self._scope.restart(self._ask_all(asked.query, waiting), name=SERVERS)

    def hide_seen(self, hide: bool) -> None:
        """Leave out what was read before, or not."""
        self._hide_seen = hide
        self._show()

    async def _ask_all(self, query: Query, accounts: Sequence[AccountId]) -> None:
        async with together() as group:
            for account in accounts:
                group.create_task(self._ask(account, query))

    async def _ask(self, account: AccountId, query: Query) -> None:
        before = self._answers.get(account)
        if before is None or query != self._query:
            return  # something else is looked for since this was begun
        answer = await self._house.search.ask(account, query, before.older)
        if query != self._query:
            return
        if before.older is not None:
            answer = replace(
                answer,
                cards=(*before.cards, *answer.cards),
                seen=before.seen | answer.seen,
                people=before.people,
                tags=before.tags,
                feeds=before.feeds,
            )
        self._answers[account] = answer
        self._show()

    def _show(self) -> None:
        accounts, column = self._house.accounts, self._column
        # One may have been removed since it was asked.
        answers = tuple(one for one in self._answers.values() if one.account in accounts)
        if not answers:
            return
        column.show_lines([self._line(one) for one in answers])
        column.say(f"as {len(answers)} accounts" if len(answers) > 1 else "")
        find = accounts.find
        self.people = {
            one.handle: (one, find(answer.account).network)
            for answer in answers
            for one in answer.people
        }
        column.show_people([person_item(one) for one, _ in self.people.values()])
        column.show_tags(tags_of(answers))
        feeds = {offer.arg: (offer, one.account) for one in answers for offer in one.feeds}
        column.show_feeds([self._feed_item(*one) for one in feeds.values()])
        found = once([card for answer in answers for card in answer.cards])
        seen = frozenset(uri for answer in answers for uri in answer.seen)
        known = [card for card in found if any(c.post.uri in seen for c in card.copies)]
        shown = [card for card in found if card not in known] if self._hide_seen else found
        self.found.show(shown)
        note = f"{len(found)}, of them {len(known)} you have seen" if known else f"{len(found)}"
        column.count_posts(note if found else "")
        asking = any(one.state == "asking" for one in answers)
        if shown:
            column.show_state(None)
            more = any(one.older for one in answers)
            self.found.say(EdgeState("older", "loading" if asking else "more" if more else "end"))
        elif not asking:
            goes_on = any(one.older for one in answers)
            acts: list[Act] = [("Look further", "outline", self._look_further)] if goes_on else []
            said = nothing_found(answers, known)
            column.show_state(State(self._look, *said, icon="magnifying-glass", acts=acts))

    def _look_further(self) -> None:
        self._column.show_state(Loading(self._look, "Asking for more…"))
        self._more()

    def _more(self) -> None:
        going_on = [one.account for one in self._answers.values() if one.older is not None]
        if going_on and all(one.state != "asking" for one in self._answers.values()):
            self.found.say(EdgeState("older", "loading", "Asking for more…"))
            self._scope.restart(self._ask_all(self._query, going_on), name=SERVERS)

    def _feed_item(self, offer: Offer, account: AccountId) -> MarketItem:
        item = item_of(
            Stall(account=account, offer=offer), self._house.accounts.find(account), "", ()
        )
        return replace(item, key=offer.arg)

    def _line(self, answer: Answer) -> ServerLine:
        account = self._house.accounts.find(answer.account)
        network = self._networks().get(account.network)
        mark = network.mark if network is not None else ""
        line = partial(ServerLine, account.host, mark)
        match answer.state:
            case "asking":
                return line("asking…", "textTertiary", asking=True)
            case "unable":
                return line("does not search posts", "warn")
            case "failed":
                assert answer.trouble is not None
                words = f"{answer.trouble.message} {answer.trouble.next_step}".strip()
                waits = isinstance(answer.trouble, RateLimited)
                return line(words, "warn" if waits else "danger")
        count = len(answer.cards)
        words = f"{count} {'post' if count == 1 else 'posts'}"
        if answer.sifted:
            names = ", ".join(f"“{name}:”" if name != "-" else "“-”" for name in answer.sifted)
            words += f" · {names} sifted here"
        return line(words)


def person_item(profile: Profile) -> MarketItem:
    """Somebody as a row; told by the handle."""
    return MarketItem(
        key=profile.handle,
        name=profile.shown_name,
        line=f"@{profile.handle}",
        picture=profile.avatar,
        icon="user",
    )


def tags_of(answers: Sequence[Answer]) -> tuple[tuple[str, int], ...]:
    """Each tag once, with how many use it where that is told; the most used first."""
    talk: dict[str, tuple[str, int]] = {}
    for offer in (offer for answer in answers for offer in answer.tags):
        name, most = talk.get(offer.name.casefold(), (offer.name, 0))
        talk[offer.name.casefold()] = name, max(most, offer.talk)
    return tuple(sorted(talk.values(), key=lambda one: -one[1])[:TAGS])


def once(cards: Sequence[Card]) -> list[Card]:
    """Each thought once, where it came first."""
    seen: set[str] = set()
    found = []
    for card in cards:
        uris = {copy.post.uri for copy in card.copies}
        if seen.isdisjoint(uris):
            found.append(card)
        seen |= uris
    return found


def nothing_found(answers: Sequence[Answer], known: Sequence[Card]) -> tuple[str, str]:
    """Title and words where there is no post to show: who could not be asked found nothing."""
    if known:
        return "You have seen all that they found", "It is under “Seen by you”."
    silent = sum(one.state in ("failed", "unable") for one in answers)
    if silent == len(answers):
        return "No server has searched", "What stopped each stands above."
    if silent:
        return "No posts where a server has searched", "Others could not: see above."
    return "The servers found no posts", "Other words may find more."
