"""
The people book as one looks through it: who is in it, who may belong together, who does not.

Suggestions come from looking for those whom one follows on one's other networks; they are
kept, and nothing of them is believed until the user says so. Names alone suggest nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import ValidationError as NotValid
from msgspec import convert, to_builtins

from app.model import AccountId
from app.model.errors import NotFound, ServiceError
from app.model.person import Known, Person
from app.people.suggesting import LEAST, MOST_FOLLOWED, Suggested, pair
from app.services.options import Options

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.people import People
    from app.store import Keeper, Store

SUGGESTED = "people.suggested"
"""Setting: who may belong together, as it was found out last."""

REJECTED = "people.rejected"
"""Setting: pairs of URIs of which the user has said that they are two people."""

MOST = 400
"""Suggestions that are kept; *MOST_REJECTED* pairs are remembered."""

MOST_REJECTED = 5_000


Looks = Callable[[AccountId, AccountId], AsyncIterator[Suggested | tuple[int, int]]]
"""Whom one account follows, found on the network of another; how far it is, in between."""


class PeopleBook:
    """
    Args:
        looks: Looks for those whom an account follows.
    """

    def __init__(
        self, store: Store, accounts: Accounts, people: People, options: Options, looks: Looks
    ) -> None:
        self._store, self._accounts, self._people = store, accounts, people
        self._options, self._looks = options, looks
        self._is_partial = False

    # ------------------------------------------------------------- reading

    def people(self, words: str = "") -> tuple[Person, ...]:
        """Everybody in the book whose names have these words, by name. Raises: StoreError."""
        found = [one for one in self._people.all() if _has(one.profiles, words)]
        return tuple(sorted(found, key=lambda one: one.profiles[0].profile.shown_name.casefold()))

    def suggestions(self, words: str = "") -> tuple[Suggested, ...]:
        """Who may belong together, the surest first; not what was answered. Raises: StoreError."""
        answered = self._rejected() | self._joined()
        kept = [one for one in self._kept() if one.key not in answered]
        return tuple(one for one in kept if _has((one.one, one.other), words))

    @property
    def can_look(self) -> bool:
        """There are accounts on two networks, and servers may be asked."""
        return not self._options.offline and len(self.ways()) > 0

    def ways(self) -> tuple[tuple[AccountId, AccountId], ...]:
        """From each of my accounts to the first one on every other network."""
        mine = self._accounts.all()
        first = {one.network: one.id for one in reversed(mine)}
        return tuple(
            (one.id, there)
            for one in mine
            for network, there in first.items()
            if network != one.network
        )

    @property
    def among(self) -> str:
        """Whom the last look was for, in words; "" = everybody whom I follow."""
        count = f"{MOST_FOLLOWED:,}".replace(",", "\u202f")
        return f"among the newest {count} you follow" if self._is_partial else ""

    # ------------------------------------------------------------- changing

    async def look(self, tell: Callable[[int, int], None] = lambda done, total: None) -> int:
        """
        Look for everybody whom I follow; how many new suggestions that makes.

        One server that cannot be asked hides nothing of the others. Raises: ServiceError:
        the first that could not, in the end; what was found is kept.
        """
        before = {one.key for one in self.suggestions()}
        found = {one.key: one for one in self._kept()}
        problem: ServiceError | None = None
        self._is_partial = False
        try:
            for source, target in self.ways():
                try:
                    async for one in self._looks(source, target):
                        if isinstance(one, Suggested):
                            if one.confidence >= LEAST:
                                found[one.key] = one
                        else:
                            self._is_partial |= one[1] >= MOST_FOLLOWED
                            tell(*one)
                except ServiceError as error:
                    problem = problem or error
        finally:
            await self._keep(found.values())
        if problem is not None:
            raise problem
        return sum(one.key not in before for one in self.suggestions())

    async def same(self, suggested: Suggested) -> None:
        """The user says so: they are one. Raises: StoreError."""
        why = " ".join(one.text for one in suggested.evidence)
        await self._people.confirm(suggested.one, suggested.other, f"You said so. {why}".strip())

    async def reject(self, one: str, other: str) -> None:
        """They are two people: it is not suggested any more. Raises: StoreError."""
        pairs = [*sorted(self._rejected() | {pair(one, other)})][-MOST_REJECTED:]
        await self._store.keep(lambda keeper: keeper.set_setting(REJECTED, pairs))

    async def reconsider(self, one: str, other: str) -> None:
        """That they are two people is forgotten. Raises: StoreError."""
        pairs = sorted(self._rejected() - {pair(one, other)})
        await self._store.keep(lambda keeper: keeper.set_setting(REJECTED, pairs))

    async def part(self, person: Person) -> None:
        """All links of somebody are forgotten, and not suggested again. Raises: StoreError."""
        for link in person.links:
            one, other = link.one.profile.uri, link.other.profile.uri
            await self._people.unlink(one, other)
            await self.reject(one, other)

    def find(self, one: str, other: str) -> Suggested:
        """The suggestion about these two names. Raises: NotFound."""
        for suggested in self._kept():
            names = [_names(suggested.one), _names(suggested.other)]
            first, second = _plain(one), _plain(other)
            if (first in names[0] and second in names[1]) or (
                first in names[1] and second in names[0]
            ):
                return suggested
        raise NotFound(
            "Nobody has suggested that these two are one.", "See them: godwit people suggest"
        )

    # ------------------------------------------------------------- private

    async def _keep(self, found: Iterable[Suggested]) -> None:
        best = sorted(found, key=lambda one: -one.confidence)[:MOST]
        value = [to_builtins(one) for one in best]

        def write(keeper: Keeper) -> None:
            keeper.set_setting(SUGGESTED, value)

        await self._store.keep(write)

    def _kept(self) -> tuple[Suggested, ...]:
        try:
            return convert(self._store.reader.setting(SUGGESTED, []), tuple[Suggested, ...])
        except NotValid:
            return ()  # of another version: it is found out again

    def _rejected(self) -> set[tuple[str, str]]:
        kept = self._store.reader.setting(REJECTED, [])
        pairs = kept if isinstance(kept, list) else []
        return {
            (str(one[0]), str(one[1])) for one in pairs if isinstance(one, list) and len(one) > 1
        }

    def _joined(self) -> set[tuple[str, str]]:
        """All pairs of whom the book says that they are one."""
        found = set()
        for person in self._people.all():
            uris = [known.profile.uri for known in person.profiles]
            found |= {pair(a, b) for a in uris for b in uris if a != b}
        return found


def _plain(name: str) -> str:
    return name.strip().removeprefix("@").rstrip("/").lower()


def _names(known: Known) -> set[str]:
    profile = known.profile
    return {_plain(name) for name in (profile.handle, profile.uri, profile.url) if name}


def _has(profiles: Sequence[Known], words: str) -> bool:
    text = " ".join(f"{one.profile.name} {one.profile.handle}" for one in profiles).casefold()
    return all(word in text for word in words.casefold().replace("@", " ").split())
