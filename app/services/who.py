"""Finding people: by handle or address, and their copies through bridges."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from app.model import Account, AccountId, Post, Profile
from app.model.errors import NotFound, ServiceError, Unsupported
from app.model.person import Known, PersonLink
from app.people.book import Claim, is_bridged
from app.people.bridges import Bridge, Way
from app.services.asking import known_nowhere, nobody_to_ask, told
from app.services.offline import not_asked

if TYPE_CHECKING:
    from app.protocols.writing import Converses
    from app.services.accounts import Accounts
    from app.services.clock import Clock

log = logging.getLogger(__name__)


class Checked(Struct, frozen=True):
    """
    What one bridge says of somebody.

    *link*: the copy and its original, proved from both ends; None: *text* says why not.
    """

    bridge: str
    text: str
    link: PersonLink | None = None


class Who:
    """Asks my accounts' servers who somebody is."""

    def __init__(
        self,
        accounts: Accounts,
        bridges: Callable[[], tuple[Bridge, ...]],
        clock: Clock,
        *,
        offline: bool,
    ) -> None:
        self._accounts, self._bridges, self._clock = accounts, bridges, clock
        self._offline = offline

    async def find(self, address: str, network: str = "") -> Known:
        """
        Who has this handle, URI or web address (on *network*).

        Raises:
            NotFound: No server of mine knows them.
            ServiceError: The only ones that could know cannot be asked.
        """
        problem: ServiceError | None = None
        asked = self._on(network)
        for account in asked:
            try:
                service = self._service(account.id)
                profile = await told(self._accounts, account.id, service.find_profile(address))
            except ServiceError as error:
                # That a server cannot be reached says more than that others know nobody.
                if problem is None or isinstance(problem, NotFound | Unsupported):
                    problem = error
                continue
            return Known(account.network, profile)
        if isinstance(problem, NotFound) and len({one.network for one in asked}) > 1:
            problem = known_nowhere(address)
        raise problem or nobody_to_ask(address)

    async def bridges_of(self, known: Known) -> tuple[Checked, ...]:
        """What each bridge that can be checked has of somebody. Raises: ServiceError."""
        ways = [
            (bridge, way)
            for bridge in self._bridges()
            for way in bridge.ways
            if known.network in (way.origin, way.to)
        ]
        found = await asyncio.gather(*(self._check(known, *one) for one in ways))
        return tuple(checked for checked in found if checked is not None)

    def is_copy(self, known: Known) -> bool:
        """Has it the form of a bridge's copy? Asks nobody, proves nothing."""
        ways = [way for bridge in self._bridges() for way in bridge.ways]
        return any(known.network == way.to and way.original_of(known.profile) for way in ways)

    async def server(self, known: Known) -> str:
        """Where their records are kept, where their address does not say so itself."""
        from app.protocols.base import FindsOrigin

        uri = known.profile.uri
        if uri.startswith(("http://", "https://")):
            return "/".join(uri.split("/")[:3])
        for account in self._on(known.network):
            service = self._accounts.service(account.id)
            if isinstance(service, FindsOrigin):
                return await told(
                    self._accounts, account.id, service.origin_server(_by(known, self._clock))
                )
        return ""

    # ------------------------------------------------------------- private

    async def _check(self, known: Known, bridge: Bridge, way: Way) -> Checked | None:
        if known.network == way.to and (address := way.original_of(known.profile)):
            return await self._proved(bridge, way, known, address, is_copy=True)
        if known.network != way.origin:
            return None
        address = way.copy_of(known.profile)
        if not address:
            name = f"@{known.profile.handle}"
            return Checked(
                bridge.name, f"{bridge.name}: what a copy of {name} is called is unclear."
            )
        return await self._proved(bridge, way, known, address, is_copy=False)

    async def _proved(
        self, bridge: Bridge, way: Way, known: Known, address: str, *, is_copy: bool
    ) -> Checked | None:
        """Look at the other end, and check the link from both."""
        there = way.origin if is_copy else way.to
        if not self._on(there):
            text = f"{bridge.name}: you have no account on the other network to look from."
            return Checked(bridge.name, text)
        try:
            other = await self.find(address, there)
        except NotFound:
            what = "original" if is_copy else "copy"
            return Checked(bridge.name, f"{bridge.name}: no {what} was found.")
        copy, original = (known, other) if is_copy else (other, known)
        if not await self._is_proved(way, copy, original, bridge):
            return Checked(bridge.name, f"{bridge.name}: the link could not be proved.")
        link = PersonLink(
            one=original,
            other=copy,
            why="bridge",
            evidence=f"@{copy.profile.handle} is the copy that {bridge.name} keeps "
            f"of @{original.profile.handle}; checked from both ends.",
            at=self._clock.now(),
        )
        return Checked(bridge.name, link.evidence, link)

    async def _is_proved(self, way: Way, copy: Known, original: Known, bridge: Bridge) -> bool:
        """
        The copy is kept at the bridge under the name that the bridge gives to
        the original; and the bridge, asked for the original, gives the copy.
        """
        address = way.copy_of(original.profile)
        if not address or copy.profile.handle == "handle.invalid":
            return False
        found = (await self.find(address, copy.network)).profile.uri
        claim = Claim(
            uri=copy.profile.uri,
            also=(original.profile.uri,),
            server=await self.server(copy),
        )
        source = Claim(uri=original.profile.uri, server=await self.server(original))
        return is_bridged(claim, source, found, [bridge])

    def _on(self, network: str) -> list[Account]:
        return [a for a in self._accounts.all() if network in ("", a.network)]

    def _service(self, account: AccountId) -> Converses:
        from app.protocols.writing import Converses

        if self._offline:
            raise not_asked("Start it without --offline to look people up.")
        service = self._accounts.service(account)
        if not isinstance(service, Converses):
            raise Unsupported(f"{self._accounts.find(account).host} cannot look people up.")
        return service


def _by(known: Known, clock: Clock) -> Post:
    """A post by somebody: that is how one asks where records are kept."""
    now = clock.now()
    return Post(
        uri=known.profile.uri,
        network=known.network,
        author=known.profile,
        created_at=now,
        sort_at=now,
    )


def starts_like(profile: Profile, words: str) -> bool:
    """The handle, or a word of the name, begins like *words* (with or without "@")."""
    wanted = words.strip().removeprefix("@").casefold()
    parts: Sequence[str] = (profile.handle, *profile.shown_name.split())
    return bool(wanted) and any(part.casefold().startswith(wanted) for part in parts)
