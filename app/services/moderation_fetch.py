"""What servers are asked about moderation, and how old an answer may be."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from app.model import AccountId
from app.model.errors import ServiceError, Unsupported
from app.model.moderation import Labeler, RefusedServer
from app.services.asking import told
from app.services.moderation_kept import (
    AVERTED,
    FILTERS,
    FOLLOWED,
    PREFERENCES,
    REFUSED,
    SERVERS,
)

if TYPE_CHECKING:
    from app.services.accounts import Accounts

log = logging.getLogger(__name__)

T = TypeVar("T")

SECOND = 1_000_000
FRESH: Mapping[str, int] = {
    PREFERENCES: 300 * SECOND,
    FILTERS: 300 * SECOND,
    AVERTED: 6 * 3_600 * SECOND,
    SERVERS: 6 * 3_600 * SECOND,
    REFUSED: 86_400 * SECOND,
    FOLLOWED: 86_400 * SECOND,
}
"""
µs for which an answer is good: what people change elsewhere shows within minutes. Whom
they mute and block elsewhere the servers leave out by themselves.
"""

_SHORT = (PREFERENCES, FILTERS)

LABELERS_FRESH = 6 * 3_600 * SECOND


class Fetching:
    """
    Asks; keeps nothing but who was not found.

    *langs*: the reader's languages.
    """

    def __init__(self, accounts: Accounts, langs: Callable[[], Sequence[str]]) -> None:
        self._accounts, self._langs = accounts, langs
        self.gone: set[str] = set()

    def service(self, account: AccountId, kind: type[T], what: str) -> T:
        """Who speaks for *account*, if it can do that. Raises: Unsupported."""
        service = self._accounts.service(account)
        if not isinstance(service, kind):
            host = self._accounts.find(account).host
            raise Unsupported(f"{host} {what}.", "Use an account on another network for this.")
        return service

    async def stale(
        self, account: AccountId, ages: Mapping[str, int], *, lists: bool, soon: bool = False
    ) -> AsyncIterator[tuple[str, Any]]:
        """
        What was asked for too long ago, kind by kind, as the server has it now.

        Args:
            ages: µs since it was asked; what is not there was never asked.
            lists: Whom the account follows is needed, too.
            soon: Only what takes one request.
        """
        for kind, ask in self._questions(account, lists):
            if soon and kind not in _SHORT:
                continue
            if ages.get(kind, FRESH[kind]) < FRESH[kind]:
                continue
            try:
                value = await told(self._accounts, account, ask())
            except Unsupported:
                if kind == REFUSED:
                    yield kind, ()  # not told: nor need one ask again today
                continue
            except ServiceError as error:
                if kind in _SHORT:
                    raise
                log.info("%s of %s: %s", kind, account, error.kind)
                continue
            yield kind, frozenset(value) if kind == FOLLOWED else value

    def _questions(
        self, account: AccountId, lists: bool
    ) -> Iterable[tuple[str, Callable[[], Any]]]:
        from app.protocols.moderating import Averts, BlocksServers, Follows, KeepsFilters, Settles

        service = self._accounts.service(account)
        if isinstance(service, Settles):
            yield PREFERENCES, service.settled
        if isinstance(service, KeepsFilters):
            yield FILTERS, service.filters
        if isinstance(service, Averts):
            yield AVERTED, service.averted
        if isinstance(service, BlocksServers):
            yield SERVERS, service.blocked_servers
            yield REFUSED, service.refused_servers
        if lists and isinstance(service, Follows):
            yield FOLLOWED, service.followed

    async def followed(self, account: AccountId) -> frozenset[str] | None:
        """Whom it follows; None: that cannot be known now."""
        from app.protocols.moderating import Follows

        service = self._accounts.service(account)
        if not isinstance(service, Follows):
            return None
        try:
            return frozenset(await told(self._accounts, account, service.followed()))
        except ServiceError as error:
            log.info("whom %s follows: %s", account, error.kind)
            return None

    def ask(self, account: AccountId, uris: Sequence[str]) -> None:
        """From now on the account's readings ask for labels of these. No I/O."""
        from app.protocols.moderating import KnowsLabelers

        service = self._accounts.service(account)
        if isinstance(service, KnowsLabelers):
            service.ask_labelers(uris)

    def missing(self, account: AccountId) -> frozenset[str]:
        """Whom the last answer had no labels of."""
        from app.protocols.moderating import KnowsLabelers

        service = self._accounts.service(account)
        return service.missing_labelers if isinstance(service, KnowsLabelers) else frozenset()

    async def labelers(
        self, account: AccountId, uris: Sequence[str], ages: Mapping[str, int]
    ) -> tuple[Labeler, ...]:
        """What those of *uris* say of themselves that were asked too long ago."""
        from app.protocols.moderating import KnowsLabelers

        service = self._accounts.service(account)
        old = [uri for uri in uris if ages.get(uri, LABELERS_FRESH) >= LABELERS_FRESH]
        if not isinstance(service, KnowsLabelers) or not old:
            return ()
        try:
            found = await told(self._accounts, account, service.labelers(old, self._langs()))
        except ServiceError as error:
            log.info("labelers of %s: %s", account, error.kind)
            return ()
        here = {labeler.uri for labeler in found}
        self.gone = (self.gone | set(old)) - here
        return found

    async def find_labeler(self, account: AccountId, address: str) -> Labeler:
        """Raises: NotFound, Unsupported."""
        from app.protocols.moderating import KnowsLabelers

        service: KnowsLabelers = self.service(account, KnowsLabelers, "knows no labelers")  # type: ignore[type-abstract]
        return await told(self._accounts, account, service.find_labeler(address, self._langs()))


def is_refused(host: str, refused: Iterable[RefusedServer]) -> RefusedServer | None:
    """Why a server is not talked to: itself, one above it, or one told by its digest only."""
    name = host.lower().rstrip(".").partition(":")[0]
    names = []
    while name:
        names.append(name)
        name = name.partition(".")[2]
    digests = {hashlib.sha256(one.encode()).hexdigest() for one in names}
    for one in refused:
        if one.domain in names or (one.digest and one.digest in digests):
            return one
    return None
