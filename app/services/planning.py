"""From a draft to plans: what accounts take, who is meant, what a link shows, what is answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING

from app.compose.plan import Acquaintance, LanePlan
from app.model import AccountId, Entry, LinkCard, Post, Profile
from app.model.draft import Draft, PostAddress, Target
from app.model.errors import NotFound, ServiceError
from app.model.sending import Limits
from app.services.asking import known_nowhere

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.outbox import Outbox
    from app.store import Store

log = logging.getLogger(__name__)

EXCERPT = 300
"""Characters of what is answered that stay with the draft."""


class Planning:
    """
    Plans drafts for commands; the composer does the same piece by piece while one types.

    Args:
        acquaintances: Typed handles → who they are, from the people book.
        card: The card of a web page, or None; without it there are no cards.
    """

    def __init__(
        self,
        accounts: Accounts,
        outbox: Outbox,
        store: Store,
        *,
        acquaintances: Callable[[Collection[str]], Mapping[str, Acquaintance]] = lambda typed: {},
        card: Callable[[str], Awaitable[LinkCard | None]] | None = None,
    ) -> None:
        self._accounts = accounts
        self._outbox = outbox
        self._store = store
        self._acquaintances = acquaintances
        self._card = card

    async def plans(self, draft: Draft) -> tuple[LanePlan, ...]:
        """
        What would leave, one plan for each lane.

        Raises:
            ServiceError: What an account takes is not known, and cannot be asked.
        """
        # Slow to load, and only who writes needs it.
        from app.compose.extras import poll_address
        from app.compose.lanes import plan_lane

        accounts = [lane.account for lane in draft.lanes]
        limits = dict(
            zip(accounts, await asyncio.gather(*map(self._outbox.limits, accounts)), strict=True)
        )
        known = await self._known(draft, limits)
        cards = await self._cards(draft, limits)
        elsewhere = poll_address(draft, limits)
        return tuple(
            plan_lane(
                draft,
                lane,
                network=self._accounts.find(lane.account).network,
                limits=limits[lane.account],
                known=known,
                cards=cards,
                elsewhere=elsewhere,
            )
            for lane in draft.lanes
        )

    async def target(self, address: str) -> Target:
        """
        The post at *address*, with all its copies, to be answered or quoted.

        Raises: NotFound.
        """
        address = address.strip()
        copies = await self._store.load(lambda reader: reader.echo(address))
        if not copies:
            found = (await self._find(address)).post
            copies = await self._store.load(lambda reader: reader.echo(found.uri)) or (found,)
        first = copies[0]
        return Target(
            copies=tuple(PostAddress(copy.network, copy.uri, copy.url) for copy in copies),
            author=first.author,
            excerpt=first.text.text[:EXCERPT],
            visibility=first.visibility,
            warning=next((a.text for a in first.advisories if a.kind == "warning"), ""),
            written_at=first.created_at,
            langs=first.langs,
            mentions=_mentioned(first, {account.uri for account in self._accounts.all()}),
        )

    # --------------------------------------------------------------- private

    async def _known(
        self, draft: Draft, limits: Mapping[AccountId, Limits]
    ) -> Mapping[str, Acquaintance]:
        """Whom the draft names: from the people book, else from the network they are named for."""
        from app.compose.acquaintances import handles_in

        handles = handles_in(draft)
        known = dict(self._acquaintances(handles))
        asked = [
            (handle, account)
            for handle in sorted(handles - known.keys())
            if (account := _network_of(handle, limits)) is not None
        ]
        found = await asyncio.gather(*(self._profile(*one) for one in asked))
        known |= {one.profile.handle.lower(): one for one in found if one is not None}
        return known

    async def _find(self, address: str) -> Entry:
        """Ask one account after the other. Raises: NotFound."""
        from app.protocols.writing import Converses

        problem: ServiceError | None = None
        asked: set[str] = set()
        for account in self._accounts.all():
            service = self._accounts.service(account.id)
            if not isinstance(service, Converses):
                continue
            asked.add(account.network)
            try:
                return await service.find(address)
            except ServiceError as error:
                # A server that cannot be reached says more than one that knows nothing.
                if problem is None or isinstance(problem, NotFound):
                    problem = error
        if problem is None or (isinstance(problem, NotFound) and len(asked) > 1):
            problem = known_nowhere(address)
        raise problem

    async def _profile(self, handle: str, account: AccountId) -> Acquaintance | None:
        from app.protocols.writing import Converses

        service = self._accounts.service(account)
        if not isinstance(service, Converses):
            return None
        try:
            profile = await service.find_profile(handle)
        except NotFound:
            return None
        except ServiceError as error:
            log.info("somebody who is mentioned was not looked up: %s", error.kind)
            return None
        if profile.handle.lower() != handle:
            return None
        return Acquaintance(profile=profile, network=self._accounts.find(account).network)

    async def _cards(
        self, draft: Draft, limits: Mapping[AccountId, Limits]
    ) -> Mapping[str, LinkCard]:
        """Of the first link of each text that gets one."""
        from app.compose.spans import first_link

        texts = {
            draft.text if lane.text is None else lane.text
            for lane in draft.lanes
            if lane.card and limits[lane.account].cards
        }
        links = {link for text in texts if (link := first_link(text))}
        cards: dict[str, LinkCard] = {}
        if self._card is None:
            return cards
        for link in sorted(links):
            try:
                card = await self._card(link)
            except ServiceError as error:
                log.info("a link gets no card: %s", error.kind)
                continue
            if card is not None:
                cards[link] = card
        return cards


def _network_of(handle: str, limits: Mapping[AccountId, Limits]) -> AccountId | None:
    """An account of the network whose handles look like *handle*; None: a bare name."""
    from app.compose.mentions import names_hosts
    from app.compose.spans import form_of

    form = form_of(handle)
    if form == "local":
        return None
    fitting = (one for one, its in limits.items() if names_hosts(its) == (form == "hosted"))
    return next(fitting, None)


def _mentioned(post: Post, mine: Collection[str]) -> tuple[Profile, ...]:
    """Who else is in a post, as an answer would name them: not I, and nobody twice."""
    found = {}
    for span in post.text.spans:
        handle = post.text.text[span.start : span.end].lstrip("@")
        others = span.target not in mine and span.target != post.author.uri
        # A bare name means somebody else on another server.
        if span.kind == "mention" and span.target and others and ("@" in handle or "." in handle):
            found[span.target] = Profile(span.target, handle)
    return tuple(found.values())
