"""
One human over all their accounts: what profiles say, how mine stand to them.

The people book says which accounts are theirs; each is looked at from one of mine on its
network. What a server cannot tell now is said, and hides nothing else.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from app.model import Account, AccountId
from app.model.acts import Relation
from app.model.errors import NotFound, ServiceError, Unreachable
from app.model.person import Known, PersonLink
from app.model.portrait import Portrait
from app.people.book import others
from app.services.asking import told
from app.services.search_values import Seen

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from app.protocols.portraying import Stranger
    from app.services.house import House

T = TypeVar("T")

POSTS = 20
"""Posts of each of their accounts that are asked for at once."""


class Side(Struct, frozen=True, kw_only=True):
    """
    One of their accounts.

    Attributes:
        account: Mine, from which it is looked at; None: I have none there.
        relations: How each of mine on that network stands to it.
        trouble: Why its server tells nothing now.
        stranger: No server of mine knows it: what its own tells to anybody.
    """

    known: Known
    portrait: Portrait
    account: AccountId | None = None
    relations: dict[AccountId, Relation] = {}
    trouble: ServiceError | None = None
    stranger: Stranger | None = None


class Human(Struct, frozen=True):
    """All of somebody; *links*: why these accounts are thought to be one human's."""

    sides: tuple[Side, ...]
    links: tuple[PersonLink, ...] = ()


VERIFIED = {"verified": "verified", "verifier": "trusted to verify others"}
"""The network's own mark, in words."""


def counts_of(portrait: Portrait) -> tuple[tuple[int, str], ...]:
    """What the server counts, with a word for each; what it does not tell is left out."""
    counts = (
        (portrait.posts, "post" if portrait.posts == 1 else "posts"),
        (portrait.following, "following"),
        (portrait.followers, "follower" if portrait.followers == 1 else "followers"),
    )
    return tuple((count, words) for count, words in counts if count >= 0)


class Humans:
    """Looks people up; does nothing to them."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def look(self, who: str) -> Human:
        """
        Who has this handle, URI or web address, with all of their accounts.

        Where nobody can be asked now: who of that name was read before.

        Raises: NotFound, ServiceError: No server of mine can say.
        """
        try:
            known = await self._house.people.find(who)
        except ServiceError as error:
            asked = isinstance(error, NotFound) and not self._house.options.offline
            kept = None if asked else await self._kept(who)
            if kept is None:
                raise
            known = kept
        uri = known.profile.uri
        links: tuple[PersonLink, ...] = ()
        all_of_them = [known]
        for person in self._house.people.all():
            if found := others(person, uri):
                all_of_them += [other for other, _ in found]
                links = person.links
        sides = await asyncio.gather(*(self._side(one) for one in all_of_them))
        return Human(tuple(sides), links)

    # ------------------------------------------------------------- private

    async def _seen(self, handle: str, most: int) -> Seen:
        search = self._house.search
        found = Seen()
        async for seen in search.seen(search.query(f"from:{handle}"), most=most):
            found = seen  # it grows; the last one has all
        return found

    async def _kept(self, who: str) -> Known | None:
        """Whoever of that name has written something that was read."""
        wanted = who.strip().removeprefix("@").lower()
        for card in (await self._seen(wanted, POSTS)).cards:
            profile = card.post.author
            if wanted in (profile.handle.lower(), profile.uri.lower(), profile.url.lower()):
                return Known(card.post.network, profile)
        return None

    async def _side(self, known: Known) -> Side:
        mine = [one for one in self._house.accounts.all() if one.network == known.network]
        bare = Side(known=known, portrait=Portrait(profile=known.profile))
        if not mine:
            return bare
        troubles: list[ServiceError] = []
        for one in mine:
            # Another of mine there may have a server that can tell.
            portrait = await self._asked(one, self._portrait(one.id, known))
            if not isinstance(portrait, ServiceError):
                break
            troubles.append(portrait)
        else:
            # That one server does not know them says little where another could not be asked.
            why = next((one for one in troubles if not isinstance(one, NotFound)), troubles[0])
            account = mine[0].id
            return Side(known=known, portrait=bare.portrait, account=account, trouble=why)
        relations = await asyncio.gather(*(self._relation(one, known) for one in mine))
        return Side(
            known=Known(known.network, portrait.profile),
            portrait=portrait,
            account=one.id,
            relations={
                own.id: relation
                for own, relation in zip(mine, relations, strict=True)
                if relation is not None
            },
        )

    async def _portrait(self, account: AccountId, known: Known) -> Portrait:
        from app.protocols.portraying import Portrays

        service = self._house.accounts.service(account)
        if isinstance(service, Portrays):
            return await service.portrait(known.profile.uri)
        return Portrait(profile=known.profile)

    async def _relation(self, mine: Account, known: Known) -> Relation | None:
        """None: it is one of mine, or cannot be said now."""
        from app.protocols.writing import Reacts

        service = self._house.accounts.service(mine.id)
        if mine.uri == known.profile.uri or not isinstance(service, Reacts):
            return None
        relation = await self._asked(mine, service.relation(known.profile.uri))
        return None if isinstance(relation, ServiceError) else relation

    async def _asked(self, mine: Account, call: Coroutine[Any, Any, T]) -> T | ServiceError:
        if self._house.options.offline:
            call.close()
            return Unreachable("You are offline.", "What was read is kept: godwit search")
        try:
            return await told(self._house.accounts, mine.id, call)
        except ServiceError as error:
            return error
