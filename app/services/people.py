"""The people book: who is whom, said by the user or proved by a bridge."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from app.model import AccountId, Profile
from app.model.errors import BadInput, NotFound, ServiceError
from app.model.person import Known, Person, PersonLink
from app.people.book import people
from app.people.bridges import Bridge
from app.services.asking import told
from app.services.bridge_doors import BridgeDoors
from app.services.people_strangers import Strangers
from app.services.who import Checked, Who, starts_like

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.compose.plan import Acquaintance
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.store import Keeper, Store

log = logging.getLogger(__name__)

SEEN = 200
"""Posts of the cache that are looked through to complete a name."""

PATIENCE = 3.0
"""Seconds that completing a name waits for servers."""

MET = 500
"""Handles that were looked up which are remembered; then it begins anew."""

BRIDGES = "people.bridges"
"""Setting: whether bridges are asked about whom I mention, without being told to."""


class Suggestion(Struct, frozen=True):
    """Somebody who may be meant, and the networks they are known to be on."""

    profile: Profile
    networks: tuple[str, ...]


class BridgeStatus(Struct, frozen=True):
    """Somebody, and what each bridge has of them."""

    known: Known
    bridges: tuple[Checked, ...]


class People:
    """
    The book, and what finds its way into it.

    Args:
        bridges: Those that can be checked.
        offline: Ask no server.
        strangers: Whom no server of mine knows is asked for there; None: nowhere.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        bridges: Callable[[], tuple[Bridge, ...]],
        clock: Clock,
        *,
        offline: bool = False,
        strangers: Strangers | None = None,
    ) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self.strangers = strangers or Strangers(store, lambda: (), offline=offline)
        self._offline = offline
        self._who = Who(accounts, bridges, clock, offline=offline)
        self.doors = BridgeDoors(accounts, bridges, self._who)
        self._links: tuple[PersonLink, ...] | None = None
        self._followed: Callable[[frozenset[str]], Awaitable[None]] | None = None
        self._met: dict[str, Acquaintance | None] = {}

    # ------------------------------------------------------------- the book

    def all(self) -> tuple[Person, ...]:
        """Everybody in the book. Raises: StoreError."""
        return people(self.links())

    def links(self) -> tuple[PersonLink, ...]:
        """As the disk has it; little, and read once: the same value until it changes."""
        if self._links is None:
            self._links = self._store.reader.person_links()
        return self._links

    def follow_with(self, followed: Callable[[frozenset[str]], Awaitable[None]]) -> None:
        """Who is told whose links (URIs) have changed, before the change is done with."""
        self._followed = followed

    async def link(self, one: str, other: str) -> Person:
        """
        The user says that two profiles are one human.

        Raises:
            NotFound: One of them is known nowhere.
            BadInput: They are the same profile.
        """
        first, second = await asyncio.gather(self._find(one), self._find(other))
        if first.profile.uri == second.profile.uri:
            raise BadInput(
                f"@{first.profile.handle} and @{second.profile.handle} are the same profile.",
                "Name one on each network.",
            )
        link = PersonLink(
            one=first, other=second, why="user", evidence="You said so.", at=self._clock.now()
        )
        await self._keep(link)
        return self._person(first.profile.uri)

    async def unlink(self, one: str, other: str = "") -> tuple[PersonLink, ...]:
        """
        Forget that two profiles (or with *other* left out: all links of one) are one human.

        Returns what was forgotten. Raises: NotFound: The book says no such thing.
        """
        gone = tuple(
            link
            for link in self.links()
            if (_is_called(link.one, one) and (not other or _is_called(link.other, other)))
            or (_is_called(link.other, one) and (not other or _is_called(link.one, other)))
        )
        if not gone:
            raise NotFound("The people book does not join them.", "godwit people list")

        def drop(keeper: Keeper) -> None:
            for link in gone:
                keeper.drop_link(link)

        await self._store.keep(drop)
        self._links = None
        await self._follow(*gone)
        return gone

    async def bridge_status(self, who: str) -> BridgeStatus:
        """
        What each bridge has of somebody; what is proved comes into the book.

        Raises: NotFound.
        """
        known = await self._find(who)
        found = await self._who.bridges_of(known)
        for checked in found:
            if checked.link is not None:
                await self._keep(checked.link)
        return BridgeStatus(known, found)

    async def server_of(self, known: Known) -> str:
        """Origin of the server that keeps their account; "" = not known. Raises: ServiceError."""
        return await self._who.server(known)

    def is_copy(self, known: Known) -> bool:
        """Has it the form of a bridge's copy? Asks nobody, proves nothing."""
        return self._who.is_copy(known)

    async def bridged(self, known: Known) -> tuple[PersonLink, ...]:
        """
        Copies or originals of somebody, proved from both ends; they come into the book.

        Raises: ServiceError.
        """
        links = [one.link for one in await self._who.bridges_of(known) if one.link is not None]
        for link in links:
            await self._keep(link)
        return tuple(links)

    async def confirm(self, one: Known, other: Known, evidence: str) -> None:
        """The user has confirmed that both are one human. Raises: StoreError."""
        link = PersonLink(one=one, other=other, why="user", evidence=evidence, at=self._clock.now())
        await self._keep(link)

    async def find(self, who: str, account: AccountId | None = None) -> Known:
        """
        Who has this handle, URI or web address, on the network of *account* if named.

        A person whom the book knows there is found by their other names, too.

        Raises: NotFound.
        """
        if account is None:
            return await self._find_anywhere(who)
        network = self._accounts.find(account).network
        for person in self.all():
            if any(_is_called(known, who) for known in person.profiles):
                for known in person.profiles:
                    if known.network == network:
                        return known
        return await self._who.find(who, network)

    # ------------------------------------------------------------ composing

    def known(self, handles: Collection[str]) -> Mapping[str, Acquaintance]:
        """Those of *handles* (lower case, without "@") that the book knows, at once."""
        from app.compose.acquaintances import acquaintances

        hosts = {account.handle.partition("@")[2] for account in self._accounts.all()}
        return acquaintances(self.all(), handles, hosts=hosts - {""})

    async def acquaintances(self, handles: Collection[str]) -> Mapping[str, Acquaintance]:
        """
        Who is meant by *handles*, on every network: from the book, else looked up,
        with their copies at bridges. Whom nobody knows is left out.
        """

        known = dict(self.known(handles))
        for handle in sorted(set(handles) - known.keys()):
            if handle not in self._met:
                await self._meet(handle)
            met = self.known([handle]).get(handle) or self._met.get(handle)
            if met is not None:
                known[handle] = met
        return known

    async def _meet(self, handle: str) -> None:
        """Look somebody up; who cannot be looked up now is asked for again."""
        from app.compose.plan import Acquaintance

        try:
            if self._store.reader.setting(BRIDGES, True):
                found = (await self.bridge_status(handle)).known
            else:
                found = await self._find(handle)
        except NotFound:
            found = None
        except ServiceError as error:
            log.info("somebody who is mentioned was not looked up: %s", error.kind)
            return
        if len(self._met) >= MET:
            self._met.clear()
        if found is None or found.profile.handle.lower() != handle:
            self._met[handle] = None
        else:
            self._met[handle] = Acquaintance(profile=found.profile, network=found.network)

    async def suggest(
        self, words: str, accounts: Sequence[AccountId], limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """
        Whose handle or name begins like *words*: who was read, then who servers know.

        Args:
            accounts: Of the draft: people on their networks come up.
        """
        mine = [self._accounts.find(a) for a in accounts if a in self._accounts]
        networks = {account.network for account in mine} or {
            account.network for account in self._accounts.all()
        }
        seen = await self._store.load(lambda reader: reader.search(words, SEEN))
        found = {
            one.post.author.uri: Known(one.post.network, one.post.author)
            for one in seen
            if one.post.network in networks and starts_like(one.post.author, words)
        }
        if len(found) < limit and words.strip().removeprefix("@"):
            for known in await self._asked_servers(words, [a.id for a in mine], limit):
                found.setdefault(known.profile.uri, known)
        return self._suggested(list(found.values()), limit)

    # ------------------------------------------------------------- private

    async def _find_anywhere(self, who: str) -> Known:
        """Whom my servers do not know is asked for where they are kept."""
        try:
            return await self._find(who)
        except NotFound as error:
            try:
                stranger = await self.strangers.find(who)
            except NotFound:
                raise error from None
            except ServiceError as why:
                asked = f"Their own server was asked, too: {why.message}"
                raise NotFound(error.message, asked) from None
            return Known(stranger.network, stranger.portrait.profile)

    async def _find(self, who: str) -> Known:
        """In the book, else by my accounts' servers."""
        for person in self.all():
            for known in person.profiles:
                if _is_called(known, who):
                    return known
        return await self._who.find(who)

    async def _asked_servers(
        self, words: str, accounts: Sequence[AccountId], limit: int
    ) -> list[Known]:
        from app.protocols.writing import Writes

        async def ask(account: AccountId) -> list[Known]:
            service = self._accounts.service(account)
            if self._offline or not isinstance(service, Writes):
                return []
            network = self._accounts.find(account).network
            try:
                async with asyncio.timeout(PATIENCE):
                    call = service.search_profiles(words.strip().removeprefix("@"), limit)
                    found = await told(self._accounts, account, call)
            except (ServiceError, TimeoutError) as error:
                log.info("names not completed by %s: %s", account, type(error).__name__)
                return []
            return [Known(network, profile) for profile in found]

        answers = await asyncio.gather(*(ask(account) for account in accounts))
        return [known for answer in answers for known in answer]

    def _suggested(self, found: Sequence[Known], limit: int) -> tuple[Suggestion, ...]:
        """Each human once, with all networks that the book knows them on."""
        persons = {k.profile.uri: person for person in self.all() for k in person.profiles}
        made: dict[int | str, Suggestion] = {}
        for known in found:
            person = persons.get(known.profile.uri)
            key = id(person) if person is not None else known.profile.uri
            places = [known.network]
            if person is not None:
                places += [one.network for one in person.profiles]
            made.setdefault(key, Suggestion(known.profile, tuple(dict.fromkeys(places))))
        return tuple(made.values())[:limit]

    def _person(self, uri: str) -> Person:
        return next(p for p in self.all() if any(k.profile.uri == uri for k in p.profiles))

    async def _keep(self, link: PersonLink) -> None:
        """What the user has said is not replaced by what a bridge says."""
        ends = {link.one.profile.uri, link.other.profile.uri}
        for kept in self.links():
            same = {kept.one.profile.uri, kept.other.profile.uri} == ends
            if same and kept.why == "user" and link.why == "bridge":
                return
        await self._store.keep(lambda keeper: keeper.save_link(link))
        self._links = None
        if link.why == "user":
            await self._follow(link)

    async def _follow(self, *links: PersonLink) -> None:
        if self._followed is not None and links:
            ends = (end for link in links for end in (link.one, link.other))
            await self._followed(frozenset(end.profile.uri for end in ends))


def _is_called(known: Known, who: str) -> bool:
    wanted = who.strip().rstrip("/").removeprefix("@").lower()
    profile = known.profile
    return bool(wanted) and wanted in (
        profile.handle.lower(),
        profile.uri.lower(),
        profile.url.rstrip("/").lower(),
    )
