"""
The people whom an account follows, found on another network: with evidence, never followed.

Asked is the other account's own server, for names that profiles give and for names that
are alike. A bridge is asked only with the user's consent: it would learn whom they follow.
What was found out is remembered for a day, so that an interrupted search goes on.
Source: facts D.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from functools import partial
from typing import Any, Protocol, TypeVar

from app.model import Account
from app.model.errors import (
    BadInput,
    Malformed,
    NotFound,
    Refused,
    Unsupported,
)
from app.model.person import Known, Person, PersonLink
from app.model.portrait import Portrait
from app.people.book import Evidence, others
from app.people.matching import Found, Judged, judge
from app.people.signs import domains_of, names_in
from app.portability.carry_over_values import Findings, Match, Memory
from app.portability.context import Clock
from app.portability.plan import Progress
from app.protocols.moderating import Follows
from app.protocols.owning import Pause, with_pauses
from app.protocols.portraying import Portrays

T = TypeVar("T")
Tell = Callable[[Progress], None]

SHARED = 3
"""So many people whom I follow below one host: it is nobody's own domain."""

TRIED = 6
"""Names that one profile gives, or a domain suggests, which are looked up."""

SHOWN = 3
"""Candidates of one person that are shown."""

GENTLY = 1.0
"""Seconds between two questions to a bridge."""


class People(Protocol):
    """The people book, and the bridges that can be checked."""

    def all(self) -> tuple[Person, ...]:
        """Everybody in the book."""
        ...

    def is_copy(self, known: Known) -> bool:
        """Has it the form of a bridge's copy? Asks nobody."""
        ...

    async def bridged(self, known: Known) -> tuple[PersonLink, ...]:
        """Copies or originals, proved from both ends; they come into the book."""
        ...

    async def confirm(self, one: Known, other: Known, evidence: str) -> None:
        """The user has confirmed that both are one human."""
        ...


class Searching:
    """
    One search. *service*: who speaks for an account.

    Args:
        bridges: May bridges be asked?
        pause: Waits when a server wants that.
    """

    def __init__(
        self,
        source: tuple[Account, Any],
        target: tuple[Account, Any],
        people: People,
        clock: Clock,
        memory: Memory,
        pause: Pause,
        *,
        bridges: bool,
    ) -> None:
        self._from, mine = source
        self._to, theirs = target
        if self._from.network == self._to.network:
            raise BadInput(
                "Both accounts are on the same network.",
                "To bring follows along there: godwit export, then godwit import.",
            )
        if not (isinstance(mine, Portrays) and isinstance(theirs, Portrays)):
            raise Unsupported("One of the two servers does not tell what people say there.")
        self._mine, self._theirs = mine, theirs
        self._people, self._clock, self._memory = people, clock, memory
        self._pause, self._bridges = pause, bridges
        self._never = asyncio.Event()
        self._shared: Collection[str] = ()

    async def run(self, tell: Tell, most: int | None = None) -> Findings:
        """
        Look for everybody. Raises: ServiceError; what was found is remembered.

        Args:
            most: For so many whom one follows, the newest, and not whether one follows them
                there already; None: for all.
        """
        followed = await self._followed(most)
        self._shared = _shared([one.profile.handle for one in followed])
        there = await self._followed_there() if most is None else ()
        matches: list[Match] = []
        unmatched: list[Known] = []
        for number, mine in enumerate(followed):
            tell(Progress(done=number, total=len(followed), unit="people"))
            found = await self.about(mine, there)
            matches += found
            if not found:
                unmatched.append(Known(self._from.network, mine.profile))
        tell(Progress(done=len(followed), total=len(followed), unit="people"))
        return Findings(
            source=self._from.id,
            target=self._to.id,
            made_at=self._clock.now(),
            asked_bridges=self._bridges,
            matches=tuple(matches),
            unmatched=tuple(unmatched),
        )

    async def _followed(self, most: int | None) -> list[Portrait]:
        found: list[Portrait] = []
        async for one in self._mine.followed_portraits(self._pause):
            found.append(one)
            if len(found) == most:
                break
        return found

    # ------------------------------------------------------------- one person

    async def about(self, mine: Portrait, there: Collection[str] = ()) -> list[Match]:
        """Who one of them may be. *there*: URIs of whom I follow there. Raises: ServiceError."""
        known = Known(self._from.network, mine.profile)
        made = []
        for at, judged in enumerate(await self._remembered(known, mine)):
            target = Known(self._to.network, judged.portrait.profile)
            already = target.profile.uri in there
            made.append(
                Match(
                    source=known,
                    target=target,
                    confidence=judged.confidence,
                    evidence=judged.evidence,
                    already=already,
                    follow=judged.is_sure and at == 0 and not already,
                )
            )
        return made

    async def named(self, who: str) -> Portrait:
        """Somebody of this name, on the network of the first account. Raises: NotFound."""
        return await self._mine.portrait(who)

    async def _remembered(self, known: Known, mine: Portrait) -> tuple[Judged, ...]:
        proofs = self._in_book(known)
        if proofs:
            return judge(mine, proofs)[:SHOWN]
        kept = self._memory.get(mine, self._bridges, self._clock.now())
        if kept is None:
            kept = await self._looked_for(known, mine)
            self._memory.put(mine, kept, self._bridges, self._clock.now())
        return kept

    async def _looked_for(self, known: Known, mine: Portrait) -> tuple[Judged, ...]:
        candidates = [await self._named(address) for address in self._addresses(mine)]
        candidates += await self._owning(mine)
        judged = judge(mine, self._others(candidates))
        if not (judged and judged[0].is_sure) and (self._bridges or self._people.is_copy(known)):
            candidates += await self._bridged(known)
            judged = judge(mine, self._others(candidates))
        if not (judged and judged[0].is_sure):
            candidates += await self._alike(mine)
            judged = judge(mine, self._others(candidates))
        return judged[:SHOWN]

    def _in_book(self, known: Known) -> list[Found]:
        return [
            Found(
                Portrait(profile=other.profile),
                proof=Evidence("bridge" if _only_bridges(person) else "user", why),
            )
            for person in self._people.all()
            for other, why in others(person, known.profile.uri)
            if other.network == self._to.network and other.profile.uri != self._to.uri
        ]

    def _others(self, found: Sequence[Found | None]) -> list[Found]:
        """Those who are there, and not I myself."""
        return [one for one in found if one and one.portrait.profile.uri != self._to.uri]

    # ------------------------------------------------------------- asking

    def _addresses(self, mine: Portrait) -> list[str]:
        """Names in the profile that an account of the other network may have."""
        names = (name for name in names_in(mine) if self._has_form(name))
        return list(names)[:TRIED]

    def _has_form(self, name: str) -> bool:
        scheme, colon, _ = name.partition(":")
        if colon and "@" not in name:
            return self._to.uri.startswith(f"{scheme}:")
        return ("@" in name) == ("@" in self._to.handle)

    async def _named(self, address: str) -> Found | None:
        found = await self._asked(lambda: self._theirs.portrait(address))
        return Found(found, named=True) if found is not None else None

    async def _owning(self, mine: Portrait) -> list[Found | None]:
        """Whoever has the account there that a domain of theirs suggests."""
        guesses: list[str] = []
        for domain in domains_of(mine):
            user, dot, rest = domain.partition(".")
            if rest in self._shared or domain in self._shared:
                continue
            if "@" not in self._to.handle:
                guesses.append(domain)
            elif dot and "." in rest:
                guesses.append(f"{user}@{rest}")
            else:
                guesses.append(f"{user}@{domain}")
        return [
            Found(one) if one is not None else None
            for one in [await self._portrait(guess) for guess in guesses[:TRIED]]
        ]

    async def _portrait(self, address: str) -> Portrait | None:
        return await self._asked(lambda: self._theirs.portrait(address))

    async def _bridged(self, known: Known) -> list[Found | None]:
        if self._bridges:
            await self._clock.wait(self._never, GENTLY)
        links = await self._asked(lambda: self._people.bridged(known)) or ()
        found: list[Found | None] = []
        for link in links:
            for end in (link.one, link.other):
                if end.network == self._to.network and end.profile.uri != known.profile.uri:
                    found.append(
                        Found(
                            Portrait(profile=end.profile), proof=Evidence("bridge", link.evidence)
                        )
                    )
        return found

    async def _alike(self, mine: Portrait) -> list[Found | None]:
        """People with such a name, at the other server."""
        first = mine.profile.handle.split("@")[0].split(".")[0]
        wanted = dict.fromkeys(name for name in (first, mine.profile.shown_name) if len(name) > 2)
        found: list[Found | None] = []
        for words in wanted:
            search = partial(self._theirs.search_portraits, words)
            found += [Found(one) for one in await self._asked(search) or ()]
        return found

    async def _asked(self, call: Callable[[], Awaitable[T]]) -> T | None:
        """None: the server knows nothing, or nothing that can be read."""
        try:
            return await with_pauses(call, self._pause)
        except (NotFound, Unsupported, Refused, Malformed, BadInput):
            return None

    async def _followed_there(self) -> Collection[str]:
        if not isinstance(self._theirs, Follows):
            return ()
        theirs = self._theirs
        return await self._asked(theirs.followed) or ()


def _only_bridges(person: Person) -> bool:
    return all(link.why == "bridge" for link in person.links)


def _shared(handles: Sequence[str]) -> frozenset[str]:
    """Hosts that several people share: below them nobody owns a domain."""
    counted: dict[str, int] = {}
    for handle in handles:
        host = handle.partition("@")[2] or handle.partition(".")[2]
        counted[host] = counted.get(host, 0) + 1
    return frozenset(h for h, many in counted.items() if many >= SHARED and "." in h)
