"""People and servers that I avert: at the servers of my accounts, and known here."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec.structs import replace

from app.model import AccountId
from app.model.errors import ServiceError
from app.model.moderation import Averted, RefusedServer
from app.services import moderation_kept as kept
from app.services.asking import told
from app.services.moderation_fetch import is_refused
from app.services.moderation_keeping import Keeping
from app.services.moderation_values import LostFollows


class Averting(Keeping):
    """The part of ``Moderation`` that is about people and servers."""

    def averted(self, account: AccountId) -> Averted:
        """Whom it mutes and blocks, as last read."""
        return self._kept.averted.get(account, Averted())

    async def note_averted(self, account: AccountId, profile: str, kind: str, on: bool) -> None:
        """Somebody was muted or blocked (*kind*), or is no more. Raises: StoreError."""
        known = self.averted(account)
        people = dict(known.muted if kind == "mute" else known.blocked)
        if on == (profile in people):
            return
        people.pop(profile, None)
        if on:
            people[profile] = ""
        averted = replace(known, muted=people) if kind == "mute" else replace(known, blocked=people)
        await self._keep_part(account, kept.AVERTED, averted)

    async def avert_list(self, account: AccountId, uri: str, how: str, on: bool = True) -> None:
        """``mute`` or ``block`` everybody on a list, at the server. Raises: ServiceError."""
        from app.protocols.moderating import ReadsLists

        service: ReadsLists = self._service(account, ReadsLists, "has no lists for moderation")
        call = service.mute_list(uri, on) if how == "mute" else service.block_list(uri, on)
        await told(self._accounts, account, call)
        await self.refresh(account, force=True)

    def blocked_servers(self, account: AccountId) -> tuple[str, ...]:
        """Domains that it blocks, as last read."""
        return self._kept.servers.get(account, ())

    async def warn_of(self, account: AccountId, domain: str) -> LostFollows:
        """What blocking that server takes for good: to be told before. Raises: Unsupported."""
        from app.protocols.moderating import BlocksServers

        service: BlocksServers = self._service(account, BlocksServers, "blocks no servers")
        try:
            lost = await told(self._accounts, account, service.lost_follows(domain))
        except ServiceError as error:
            return LostFollows(domain=domain, problem=error)
        return LostFollows(domain=domain, following=lost[0], followers=lost[1])

    async def block_server(self, account: AccountId, domain: str, on: bool = True) -> None:
        """At the server. Tell ``warn_of`` before. Raises: ServiceError."""
        from app.protocols.moderating import BlocksServers

        service: BlocksServers = self._service(account, BlocksServers, "blocks no servers")
        await told(self._accounts, account, service.block_server(domain, on))
        name = domain.strip().lower().rstrip(".")
        others = tuple(one for one in self.blocked_servers(account) if one != name)
        await self._keep_part(account, kept.SERVERS, (*others, name) if on else others)

    def refusal(self, account: AccountId, host: str) -> RefusedServer | None:
        """Why the account's own server does not talk to *host*, where it says so."""
        return is_refused(host, self._kept.refused.get(account, ()))

    def unheard(self, account: AccountId, uri: str) -> str:
        """
        Why what *account* answers to the post at *uri* would not arrive: a sentence.

        "" = it would, as far as its server says.
        """
        host = urlsplit(uri).hostname or "" if "://" in uri else ""
        refusal = self.refusal(account, host) if host else None
        if refusal is None or refusal.severity != "suspend":
            return ""
        server = self._accounts.find(account).host
        return f"{server} does not talk to {host}: an answer would not arrive."
